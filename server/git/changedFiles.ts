/**
 * The other files that each side of an operation added or changed, as they are and as they were: what was moved from one file to
 * another stands there. Names, sizes and contents are asked of git once for each side and kind of file; bounded in files and bytes, and kept for an operation.
 */
import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';
import { readBlobs } from './blobs.ts';
import { fields } from './git.ts';
import type { Operation } from './operation.ts';
import { inRepository, type Repository } from './repository.ts';

export interface ChangedText {
  readonly path: string;
  readonly text: string;
  /** Absent where the side added the file. */
  readonly base?: string;
}

export interface ChangedTexts {
  readonly left: readonly ChangedText[];
  readonly right: readonly ChangedText[];
}

type Options = { readonly signal?: AbortSignal | undefined };

/** So many files of a side are read, the new ones first, and so many bytes of one and of all. */
const FILES = 600;
const FILE_BYTES = 300_000;
const SIDE_BYTES = 12_000_000;
/** So many answers are kept, the latest. */
const KEPT = 6;

/** So long a failure is believed, in ms: a clone without its blobs fails each time, and is asked with every key. */
const BELIEVED = 60_000;

interface Answer {
  readonly texts: Promise<ChangedTexts>;
  /** Of who asked first: what they gave up says nothing to others. */
  readonly signal: AbortSignal | undefined;
  readonly asked: number;
}

const known = new Map<string, Answer>();

/** So long after the last question, in ms, the answers are kept: megabytes, of an operation that may be over. */
const IDLE = 600_000;
let idle: NodeJS.Timeout | undefined;

function keepAwhile(): void {
  clearTimeout(idle);
  idle = setTimeout(() => known.clear(), IDLE);
  // Not what a process waits for.
  idle.unref();
}

/** Files of the path's kind. Empty where not all three commits are known. @throws GitProblem when git fails. */
export async function changedFiles(
  repo: Repository,
  { key, commits }: Pick<Operation, 'key' | 'commits'>,
  path: string,
  options: Options = {},
): Promise<ChangedTexts> {
  const { base, left, right } = commits;
  const kind = kindOf(path);
  if (!base || !left || !right || kind.length === 0) return { left: [], right: [] };
  const id = [repo.gitDir, key, base, left, right, ...kind].join('\u0000');
  const ask = async (): Promise<ChangedTexts> => {
    const sides = [left, right].map((side) => changedBy(repo, base, side, kind, options));
    const [ours = [], theirs = []] = await Promise.all(sides);
    return { left: ours, right: theirs };
  };
  keepAwhile();
  for (;;) {
    const kept = known.get(id);
    const answer = kept ?? { texts: ask(), signal: options.signal, asked: Date.now() };
    if (!kept) known.set(id, answer);
    for (const old of known.keys()) if (known.size > KEPT) known.delete(old);
    try {
      return await answer.texts;
    } catch (problem) {
      const isGivenUp = answer.signal?.aborted === true;
      const isOld = Date.now() - answer.asked > BELIEVED;
      if ((isGivenUp || isOld) && known.get(id) === answer) known.delete(id);
      if (!kept || !(isGivenUp || isOld) || options.signal?.aborted) throw problem;
    }
  }
}

/** Languages whose files take code from each other. */
const KINDS = [
  ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte'],
  ['.c', '.cc', '.cpp', '.cxx', '.h', '.hh', '.hpp', '.hxx', '.inl', '.m', '.mm'],
  ['.kt', '.kts', '.java'],
  ['.yml', '.yaml'],
  ['.css', '.scss', '.less'],
];

function kindOf(path: string): readonly string[] {
  const extension = extname(path);
  // A pattern of git would read more into it.
  if (!/^\.\w+$/.test(extension)) return [];
  return KINDS.find((kind) => kind.includes(extension)) ?? [extension];
}

interface Changed {
  readonly path: string;
  readonly from: string | undefined;
  readonly to: string;
}

async function changedBy(
  repo: Repository,
  base: string,
  side: string,
  kind: readonly string[],
  { signal }: Options,
): Promise<ChangedText[]> {
  const args = [
    '--no-literal-pathspecs',
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-abbrev',
    '-M',
    '-l400',
    '--diff-filter=AMR',
    base,
    side,
    '--',
  ];
  const { stdout } = await inRepository(repo, [...args, ...kind.map((extension) => `:(glob)**/*${extension}`)], {
    signal,
  });
  const changed = readRaw(fields(stdout));
  // What is moved is most often moved to a new file.
  const asked = [...changed.filter(({ from }) => !from), ...changed.filter(({ from }) => from)].slice(0, FILES);
  const sizes = await sizesOf(
    repo,
    asked.flatMap(({ from, to }) => (from ? [from, to] : [to])),
    { signal },
  );
  let room = SIDE_BYTES;
  const small = asked.filter(({ from, to }) => {
    const [was, is] = [from === undefined ? 0 : sizes.get(from), sizes.get(to)];
    if (was === undefined || is === undefined || Math.max(was, is) > FILE_BYTES || was + is > room) return false;
    room -= was + is;
    return true;
  });
  const blobs = await readBlobs(
    repo,
    small.flatMap(({ from, to }) => (from ? [from, to] : [to])),
    { signal },
  );
  return small.flatMap(({ path, from, to }): ChangedText[] => {
    const text = textOf(blobs.get(to));
    const was = from === undefined ? undefined : textOf(blobs.get(from));
    if (text === undefined || (from !== undefined && was === undefined)) return [];
    return [{ path, text, ...(was === undefined ? {} : { base: was }) }];
  });
}

/** Fields of `--raw -z`: what happened, then the path, or the old and the new one. Links and submodules are left out. */
function readRaw(parts: readonly string[]): Changed[] {
  const found: Changed[] = [];
  for (let at = 0; at + 1 < parts.length; ) {
    const match = /^:\d+ (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(parts[at] ?? '');
    const isRename = match?.[4] === 'R';
    const path = parts[at + (isRename ? 2 : 1)];
    at += isRename ? 3 : 2;
    const [, mode = '', from = '', to = ''] = match ?? [];
    if (path === undefined || !mode.startsWith('100')) continue;
    found.push({ path, from: /^0+$/.test(from) ? undefined : from, to });
  }
  return found;
}

async function sizesOf(repo: Repository, oids: readonly string[], { signal }: Options): Promise<Map<string, number>> {
  if (oids.length === 0) return new Map();
  const input = `${oids.join('\n')}\n`;
  const asked = ['cat-file', '--batch-check=%(objectname) %(objectsize)'];
  const { stdout } = await inRepository(repo, asked, { input, signal });
  return new Map(
    stdout
      .toString('latin1')
      .split('\n')
      .flatMap((line) => {
        const match = /^([0-9a-f]+) (\d+)$/.exec(line);
        return match?.[1] ? [[match[1], Number(match[2])] as const] : [];
      }),
  );
}

const textOf = (bytes: Buffer | undefined): string | undefined =>
  bytes && isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8').replaceAll('\r\n', '\n') : undefined;
