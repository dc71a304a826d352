/**
 * Lines that take something which only one may have: the column of a table, a route, the coordinates of a dependency, a label of a
 * shell's `case`, an `id` of a page. Two that take the same stand in a text of both sides, and in neither side. Read from lines, so also
 * where there is no grammar (SQL, Gradle). What each line takes is said in claimReaders.ts.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { splitLines } from '../../text/lines.ts';
import { type ClaimKind, type ClaimReader, claimReaders } from './claimReaders.ts';

export interface TakenTwice {
  readonly what: ClaimKind;
  readonly name: string;
}

/** Where a text stands, and in what kind of file. */
export interface Around {
  readonly before: string;
  readonly after: string;
  readonly path: string;
  readonly language: LanguageId | undefined;
}

/** So much of the text around says what list a line is in. */
const NEAR = 200;
/** Longer texts are generated or a person reads them anyway. */
const LINES = 2000;
const LINE = 300;

interface Claim {
  readonly reader: ClaimReader;
  readonly name: string;
  readonly key: string;
  readonly at: number;
}

/** What a text takes twice and no side does, each once. */
export function takenTwice(text: string, sides: readonly string[], around: Around): TakenTwice[] {
  const readers = claimReaders.filter(({ isFor }) => isFor(around));
  const lines = splitLines(text);
  if (readers.length === 0 || lines.length > LINES) return [];
  const byKey = new Map<string, Claim[]>();
  for (const claim of claimsOf(lines, readers)) byKey.set(claim.key, [...(byKey.get(claim.key) ?? []), claim]);
  const found: TakenTwice[] = [];
  let known: readonly ReadonlyMap<string, number>[] | undefined; // Mostly nothing is there twice, and no side is read.
  const inSides = () => {
    known ??= sides.map((side) => countsOf(side, readers));
    return known;
  };
  for (const [key, claims] of byKey) {
    if (claims.length < 2 || inSides().some((side) => (side.get(key) ?? 0) >= claims.length)) continue;
    const before = splitLines(around.before.slice(-NEAR * LINE)).slice(-NEAR);
    const after = splitLines(around.after.slice(0, NEAR * LINE)).slice(0, NEAR);
    const place = { lines: [...before, ...lines, ...after], readers };
    const isTaken = claims.some((second, i) => {
      const first = claims[i - 1];
      return first && isOneList(place, first.at + before.length, second.at + before.length, second.reader);
    });
    const [first] = claims;
    if (first && isTaken) found.push({ what: first.reader.what, name: first.name });
  }
  return found;
}

function claimsOf(lines: readonly string[], readers: readonly ClaimReader[]): Claim[] {
  return lines.flatMap((line, at) => {
    const bare = line.trim();
    if (bare === '' || bare.length > LINE || isComment(bare)) return [];
    return readers.flatMap((reader) =>
      reader.read(bare).map(({ key, name }) => ({ reader, name, key: `${reader.what} ${key}`, at })),
    );
  });
}

const isComment = (line: string): boolean =>
  /^(?:\/\/|\/?\*(?![.\w])|#(?!\s*define)|--(?![\w-]+\s*:)|<!--|;)/.test(line);

function countsOf(text: string, readers: readonly ClaimReader[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of claimsOf(splitLines(text), readers)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

interface Place {
  readonly lines: readonly string[];
  readonly readers: readonly ClaimReader[];
}

/** At one depth, with nothing shallower between them. */
export function areLevel(lines: readonly string[], first: number, second: number): boolean {
  const depth = depthOf(lines[first] ?? '');
  if (depthOf(lines[second] ?? '') !== depth) return false;
  return lines.slice(first + 1, second).every((line) => line.trim() === '' || depthOf(line) >= depth);
}

/** Both stand in one list of the right kind. */
function isOneList({ lines }: Place, first: number, second: number, reader: ClaimReader): boolean {
  if (!areLevel(lines, first, second)) return false;
  const depth = depthOf(lines[first] ?? '');
  const between = lines.slice(first + 1, second).filter((line) => line.trim() !== '');
  if (reader.ends && between.some((line) => depthOf(line) === depth && reader.ends?.test(line.trim()))) return false;
  return reader.isIn?.({ head: () => headOf(lines, first), lines, first, second }) ?? true;
}

/** Columns of white space before a line; a tab counts as four. */
function depthOf(line: string): number {
  let depth = 0;
  for (const unit of line) {
    if (unit === ' ') depth++;
    else if (unit === '\t') depth += 4;
    else break;
  }
  return depth;
}

/** What opens the list of a line: the nearest line before it that stands less deep, with the one before where that is a bracket alone. */
function headOf(lines: readonly string[], at: number): string {
  const depth = depthOf(lines[at] ?? '');
  let head = '';
  for (let k = at - 1; k >= 0; k--) {
    const line = lines[k] ?? '';
    if (line.trim() === '' || (head === '' && depthOf(line) >= depth)) continue;
    head = `${line.trim()} ${head}`.trim();
    if (!/^[{(]+$/.test(head)) break;
  }
  return head;
}
