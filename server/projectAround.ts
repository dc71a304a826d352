/** The folder that a file belongs to, told by what lies beside and above it: for files outside of every repository and folder. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What lies at the top of a project, for a file outside of every folder of the client. */
const tops = [
  '.git',
  'package.json',
  'tsconfig.json',
  'pyproject.toml',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
];

export async function projectAround(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of tops) if (await exists(join(at, name))) return at;
    if (dirname(at) === at) return folder;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
