/** Puts together what completing needs from outside: grammars, the type engine in its worker, git's file list, a cache. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Completer } from './complete/complete.ts';
import { defaultCacheDir } from './complete/index/indexStore.ts';
import { type CountTokens, estimateTokens } from './complete/tokens.ts';
import { listFiles } from './git/listFiles.ts';
import { loadServices, shippedFolder, shippedRoot } from './services.ts';
import { withPatience } from './types/patience.ts';
import { findTypescript, tsEngine } from './types/tsEngine.ts';
import { noTypes, type TypeEngine } from './types/typeEngine.ts';

export interface CompletionOptions {
  /** Where the index and the compiled TypeScript are kept; the OS cache folder by default. Null: nowhere. */
  readonly cacheDir?: string | null;
  readonly count?: CountTokens;
  readonly log?: (line: string) => void;
  /** Adds languages to the type engine: those that the editor's own providers know. */
  readonly types?: (base: TypeEngine) => TypeEngine;
  /** How much longer than an editor the caller waits for completions; 1 by default. */
  readonly patience?: number;
  /** Milliseconds that a context waits for types. Absent: until they come. */
  readonly typesWithin?: number;
}

export async function loadCompleter(options: CompletionOptions = {}): Promise<Completer> {
  const { syntax } = await loadServices();
  const cacheDir = options.cacheDir === undefined ? defaultCacheDir() : options.cacheDir;
  const types = loadTypes(options.log, cacheDir ?? undefined);
  return new Completer({
    syntax,
    listFiles,
    types: withPatience(options.types ? options.types(types) : types),
    modelsDir: shippedFolder('models'),
    count: options.count ?? estimateTokens,
    ...(options.typesWithin === undefined ? {} : { typesWithin: options.typesWithin }),
    ...(cacheDir === null ? {} : { cacheDir }),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  });
}

/** TypeScript's checker where its worker and TypeScript are there; else the engine that knows nothing. */
function loadTypes(log: ((line: string) => void) | undefined, cache: string | undefined): TypeEngine {
  const dist = join(shippedRoot(), 'dist');
  const worker = join(dist, 'typesWorker.cjs');
  const typescript = findTypescript(dist);
  if (!existsSync(worker) || typescript === undefined) {
    log?.('completions are not type-checked: the type engine is not beside this program');
    return noTypes;
  }
  return tsEngine({ worker, typescript, ...(cache === undefined ? {} : { cache }), ...(log ? { log } : {}) });
}
