/**
 * Mined records on disk: NAME.conflicts.jsonl.gz and NAME.clean.jsonl.gz (one JSON object a line, by commit time), and
 * NAME.stats.json. Each record is a gzip member of its own, so that they are packed as found and sorted at the end.
 */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip, gzipSync } from 'node:zlib';
import type { Found, MineStats } from './mine.ts';
import { type MinedRecord, recordKey, recordRank } from './record.ts';

export type CorpusKind = 'conflicts' | 'clean';

/** Collects what is found and writes it at the end. */
export class CorpusWriter {
  private readonly packed: { readonly found: Pick<Found, 'conflict'>; readonly by: string; readonly bytes: Buffer }[] =
    [];
  private readonly languages = new Map<string, number>();

  add({ record, conflict }: Found): void {
    const by = `${String(record.time).padStart(12, '0')} ${record.merge} ${String(record.order?.index ?? 0).padStart(5, '0')} ${record.path}`;
    this.packed.push({ found: { conflict }, by, bytes: gzipSync(`${JSON.stringify(record)}\n`, { level: 6 }) });
    if (conflict) this.languages.set(record.lang, (this.languages.get(record.lang) ?? 0) + 1);
  }

  /** Writes the three files into a folder, which is made; whole files only, also when stopped. */
  async write(folder: string, repo: string, stats: MineStats): Promise<void> {
    await mkdir(folder, { recursive: true });
    const name = repo.replaceAll('/', '+');
    this.packed.sort((x, y) => (x.by < y.by ? -1 : x.by > y.by ? 1 : 0));
    const put = async (file: string, content: Buffer | string) => {
      await writeFile(join(folder, `${file}.part`), content);
      await rename(join(folder, `${file}.part`), join(folder, file));
    };
    for (const kind of ['conflicts', 'clean'] as const) {
      const members = this.packed.filter(({ found }) => found.conflict === (kind === 'conflicts'));
      const empty = members.length === 0 ? [gzipSync('')] : [];
      await put(`${name}.${kind}.jsonl.gz`, Buffer.concat([...members.map(({ bytes }) => bytes), ...empty]));
    }
    const byLanguage = Object.fromEntries([...this.languages].sort((x, y) => y[1] - x[1]));
    await put(
      `${name}.stats.json`,
      `${JSON.stringify({ repo, ...stats, conflicts_by_lang: byLanguage }, undefined, 1)}\n`,
    );
  }
}

export interface CorpusChoice {
  readonly kind?: CorpusKind;
  readonly languages?: readonly string[];
  /** At most so many records of a repository; 0 or absent: all. */
  readonly perRepo?: number;
  /** At most so many records of a language of a repository. */
  readonly perLanguage?: number;
  readonly seed?: string;
  /** Record keys: only these. */
  readonly only?: ReadonlySet<string>;
  /** Whole merges are drawn, until `perRepo` records are reached. */
  readonly byMerge?: boolean;
}

/** The corpus files of a kind: named, beside those named, or in the folders named. */
export async function corpusFiles(paths: readonly string[], kind: CorpusKind = 'conflicts'): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) files.push(path.replace(/\.(conflicts|clean)(\.jsonl\.gz)$/, `.${kind}$2`));
    else {
      const names = (await readdir(path)).filter((name) => name.endsWith(`.${kind}.jsonl.gz`)).sort();
      files.push(...names.map((name) => join(path, name)));
    }
  }
  return files;
}

/** The repository a corpus file is of, as its name says. */
export function repositoryOf(file: string): string {
  return basename(file)
    .replace(/\.(conflicts|clean)\.jsonl\.gz$/, '')
    .replace('+', '/');
}

/** Records of one corpus file in the order of the file, sampled the same way on every machine. */
export async function* readCorpus(file: string, choice: CorpusChoice = {}): AsyncGenerator<MinedRecord> {
  const taken = await chosenLines(file, choice);
  let at = 0;
  for await (const line of linesOf(file)) {
    // Written by us, or by a script of the same format.
    if (taken.has(at++)) yield JSON.parse(line) as MinedRecord;
  }
}

async function chosenLines(file: string, choice: CorpusChoice): Promise<Set<number>> {
  const { languages, only, seed = '', perRepo = 0, perLanguage = 0, byMerge = false } = choice;
  const lines: { readonly rank: string; readonly at: number; readonly lang: string; readonly group: string }[] = [];
  let at = -1;
  for await (const line of linesOf(file)) {
    at++;
    const record = JSON.parse(line) as MinedRecord;
    const key = recordKey(record);
    if (only && !only.has(key)) continue;
    if (languages && !languages.includes(record.lang)) continue;
    const group = byMerge ? `${record.repo}@${record.merge.slice(0, 12)}` : key;
    lines.push({ rank: recordRank(group, seed), at, lang: record.lang, group });
  }
  lines.sort((x, y) => (x.rank < y.rank ? -1 : x.rank > y.rank ? 1 : x.at - y.at));
  const taken = new Set<number>();
  const counts = new Map<string, number>();
  let group = '';
  for (const line of lines) {
    // A merge that was begun is taken whole: its conflicts are each other's siblings.
    if (perRepo > 0 && taken.size >= perRepo && line.group !== group) break;
    const count = counts.get(line.lang) ?? 0;
    if (perLanguage > 0 && count >= perLanguage) continue;
    counts.set(line.lang, count + 1);
    taken.add(line.at);
    group = line.group;
  }
  return taken;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const text = createReadStream(file).pipe(createGunzip());
  for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '') yield line;
  }
}
