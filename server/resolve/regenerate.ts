/**
 * Lock files: a tool writes them from a manifest, and merged by hand they say what no tool would have said. None is ever safe;
 * the user is told the command that writes it anew, and runs it. Commands leave versions alone where the tool can.
 */

export interface Regenerate {
  readonly command: string;
  /** What it is written from, to be resolved first. */
  readonly from: string;
  /** The tool reads a file with conflict markers in it and keeps both sides' entries; others want a whole side first. */
  readonly readsMarkers: boolean;
}

const tool = (command: string, from: string, readsMarkers = false): Regenerate => ({ command, from, readsMarkers });

const byName: Readonly<Record<string, Regenerate>> = {
  'package-lock.json': tool('npm install --package-lock-only', 'package.json', true),
  'npm-shrinkwrap.json': tool('npm install --package-lock-only', 'package.json', true),
  'yarn.lock': tool('yarn install', 'package.json', true),
  'pnpm-lock.yaml': tool('pnpm install --lockfile-only', 'package.json', true),
  'bun.lock': tool('bun install', 'package.json'),
  'bun.lockb': tool('bun install', 'package.json'),
  'deno.lock': tool('deno install', 'deno.json'),
  'cargo.lock': tool('cargo update --workspace', 'Cargo.toml'),
  'go.sum': tool('go mod tidy', 'go.mod'),
  'poetry.lock': tool('poetry lock', 'pyproject.toml'),
  'uv.lock': tool('uv lock', 'pyproject.toml'),
  'pdm.lock': tool('pdm lock --update-reuse', 'pyproject.toml'),
  'pipfile.lock': tool('pipenv lock', 'Pipfile'),
  'gemfile.lock': tool('bundle lock', 'Gemfile'),
  'composer.lock': tool('composer update --lock', 'composer.json'),
  'packages.lock.json': tool('dotnet restore --force-evaluate', 'the project file'),
  'flake.lock': tool('nix flake lock', 'flake.nix'),
  'gradle.lockfile': tool('gradle dependencies --write-locks', 'the build script'),
  'mix.lock': tool('mix deps.get', 'mix.exs'),
  'pubspec.lock': tool('dart pub get', 'pubspec.yaml'),
  'podfile.lock': tool('pod install', 'Podfile'),
  'package.resolved': tool('swift package resolve', 'Package.swift'),
};

/** How a lock file is written anew; undefined for every other file. */
export function regenerate(path: string): Regenerate | undefined {
  const name = path.slice(path.replaceAll('\\', '/').lastIndexOf('/') + 1).toLowerCase();
  return Object.hasOwn(byName, name) ? byName[name] : undefined;
}
