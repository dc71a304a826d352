/** The options all merge benchmarks share, and the sample of records they name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CorpusChoice, type CorpusKind, corpusFiles, readCorpus } from '../../server/mine/corpus.ts';
import type { MinedRecord } from '../../server/mine/record.ts';

export const sharedOptions = {
  'per-repo': { type: 'string', default: '25' },
  'per-language': { type: 'string', default: '0' },
  languages: { type: 'string' },
  seed: { type: 'string', default: '' },
  only: { type: 'string' },
  out: { type: 'string' },
  cli: { type: 'string', default: join('dist', 'cli.cjs') },
} as const;

export interface Shared {
  readonly 'per-repo': string;
  readonly 'per-language': string;
  readonly languages?: string | undefined;
  readonly seed: string;
  readonly only?: string | undefined;
}

/** `--only FILE`: lines of JSON with a `key`, as an earlier run wrote with `--out`. Then all of them, and no others. */
export function choiceOf(values: Shared): CorpusChoice {
  const languages = values.languages?.split(',');
  const only = values.only === undefined ? undefined : keysOf(values.only);
  return {
    perRepo: only ? 0 : Number(values['per-repo']),
    perLanguage: Number(values['per-language']),
    seed: values.seed,
    ...(languages ? { languages } : {}),
    ...(only ? { only } : {}),
  };
}

function keysOf(file: string): Set<string> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Set(lines.map((line) => (JSON.parse(line) as { key: string }).key));
}

/** The sampled records of all corpora, repository by repository. */
export async function* sample(
  corpora: readonly string[],
  kind: CorpusKind,
  choice: CorpusChoice,
): AsyncGenerator<MinedRecord> {
  for (const file of await corpusFiles(corpora, kind)) yield* readCorpus(file, choice);
}

/** Reads the command line, or says how it is used and ends. */
export function readBench<T extends NonNullable<Parameters<typeof parseArgs>[0]>['options'] & object>(
  usage: string,
  options: T,
) {
  try {
    const read = parseArgs({ options, allowPositionals: true, strict: true });
    if (read.positionals.length > 0) return read;
    process.stderr.write(usage);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  process.exit(2);
}
