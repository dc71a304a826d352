/** Puts together what resolving needs from outside: grammars and the ranker, from beside the bundle or from the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadFileJudge, loadRanker } from './resolve/loadRanker.ts';
import type { Services } from './resolve/resolve.ts';
import { loadSyntax } from './syntax/treeSitter.ts';

export interface LoadedServices extends Services {
  /** One sentence for each part that did not load, for `doctor` and the log. Grammars load later and add to it. */
  readonly notes: () => readonly string[];
}

let loaded: Promise<LoadedServices> | undefined;

/** Loaded once a process. Never rejects for a missing grammar or model: those parts answer less, and `notes` says so. */
export function loadServices(): Promise<LoadedServices> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<LoadedServices> {
  const syntax = await loadSyntax(shippedFolder('grammars'));
  const models = shippedFolder('models');
  const whole = loadFileJudge(models);
  const ranking = loadRanker(models, syntax, whole.judge.conflict);
  const missing = [ranking, whole].flatMap(({ note }) => note ?? []);
  return { syntax, ranker: ranking.ranker, files: whole.judge, notes: () => [...syntax.notes, ...missing] };
}

/**
 * `grammars/` or `models/`: beside `dist/` where we run bundled, at the top of the checkout where we run from source.
 * MORTISE_MODELS names another folder of models: a held-out one to measure, a fixed one to test with.
 */
export function shippedFolder(name: 'grammars' | 'models'): string {
  const other = process.env['MORTISE_MODELS'];
  if (name === 'models' && other) return other;
  return join(shippedRoot(), name);
}

/** The folder with our package.json. */
export function shippedRoot(): string {
  const here = typeof __dirname === 'string' ? __dirname : import.meta.dirname;
  for (let at = here; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json')) && existsSync(join(at, 'grammars'))) return at;
    if (dirname(at) === at) return dirname(here);
  }
}

/** Our version, from package.json. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(shippedRoot(), 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
