/**
 * As `moved.ts` across files: lines that one side moved to another file while the other edited them where they stood. What a side
 * has elsewhere its caller knows (git). Far more stands alike in two files than twice in one, so only a block of some size counts,
 * and imports and file headers count for nothing.
 */
import { conflictsOf, type Sides, withoutVirtualBase } from './conflict.ts';
import { LineIndex } from './lineIndex.ts';
import { lineMerge } from './lineMerge.ts';
import {
  type Book,
  bookOf,
  isKin,
  isSolid,
  LARGE,
  type Lines,
  longestFrom,
  type MovedEdit,
  placesOf,
  removedRuns,
  says,
  unedited,
  type Versions,
} from './moved.ts';

/** A file that a side added or changed since the base; `base` is what it was, absent where it is new. */
export interface ChangedFile {
  readonly path: string;
  readonly text: string;
  readonly base?: string;
}

/** The other files that each side added or changed. */
export interface ChangedFiles {
  readonly left: readonly ChangedFile[];
  readonly right: readonly ChangedFile[];
}

/** What is known of other files: as the sides have them, and as those stand now to which something was moved. */
export interface Elsewhere {
  readonly files: ChangedFiles;
  readonly now: ReadonlyMap<string, string>;
}

/** So many lines that say something, imports and comments aside, and so many units of them, make a block in another file. */
const BLOCKS = [
  { lines: 3, units: 20 },
  { lines: 2, units: 40 },
];
/** A block that a side has anew in more files is a header or a pattern. */
const FILES = 2;
/** So many moved blocks of a conflict are told, and so many conflicts' answers kept. */
const MOST = 1000;
const KEPT = 400;

// Of lines without their indentation. A line may be long: no expression goes through it more than once.
const IMPORT =
  /^(?:import\b|from\b.*\bimport\b|export\b.*\bfrom\b|use\b|using\b|package\b|namespace\b|#\s*include\b|require\b)/;
const REQUIRE = /\brequire\s*\(/;
const COMMENT = /^(?:\/\/|\/\*|\*|#(?!\s*(?:define|if))|--|<!--|"""|''')/;

/** Whether a line is a statement of this program, and none that stands alike at the head of many files. */
function counts(key: string, text: string): boolean {
  if (!says(key)) return false;
  const line = text.trimStart();
  return !IMPORT.test(line) && !REQUIRE.test(line) && !COMMENT.test(line);
}

function isBlock({ keys, texts }: Lines): boolean {
  let [lines, units] = [0, 0];
  keys.forEach((key, i) => {
    if (!counts(key, texts[i] ?? '')) return;
    lines++;
    units += key.length;
  });
  return BLOCKS.some((least) => lines >= least.lines && units >= least.units);
}

interface Removed {
  readonly by: 'left' | 'right';
  readonly start: number;
  readonly end: number;
}

interface Asked {
  readonly lines: { readonly base: Book; readonly left: Book; readonly right: Book };
  readonly runs: readonly Removed[];
}

const parts = new WeakMap<Sides, { readonly asked: Asked | undefined }>();

function removedIn(conflict: Sides): Asked | undefined {
  const known = parts.get(conflict) ?? { asked: readRemoved(conflict) };
  parts.set(conflict, known);
  return known.asked;
}

/** The parts of a conflict's base that one side removed and the other edited, where they are enough to be told again. */
function readRemoved(conflict: Sides): Asked | undefined {
  const { base, left, right } = withoutVirtualBase(conflict);
  if (base === undefined || base === '' || left === base || right === base) return undefined;
  if (base.length + left.length + right.length > LARGE) return undefined;
  const lines = { base: bookOf(base), left: bookOf(left), right: bookOf(right) };
  const runs = (['left', 'right'] as const).flatMap((by) =>
    removedRuns(lines.base.keys, lines[by].keys).flatMap(([start, end]): Removed[] => {
      const other = lines[by === 'left' ? 'right' : 'left'];
      const block = part(lines.base, start, end);
      return isBlock(block) && placesOf(block.keys, other).length === 0 ? [{ by, start, end }] : [];
    }),
  );
  return runs.length > 0 ? { lines, runs } : undefined;
}

const part = ({ keys, texts }: Lines, start: number, end: number): Lines => ({
  keys: keys.slice(start, end),
  texts: texts.slice(start, end),
});

const conflicts = new WeakMap<Versions, readonly Sides[]>();

/** Asked with every keystroke in a file with conflicts. */
function sidesOf(files: Versions): readonly Sides[] {
  const { base, left, right } = files;
  if (base === undefined) return [];
  const found = conflicts.get(files) ?? conflictsOf(lineMerge({ base, left, right }).hunks).map(({ sides }) => sides);
  conflicts.set(files, found);
  return found;
}

/** Whether a conflict of a file may be about lines that were moved elsewhere: other files are asked for only then. */
export const mayHaveMoved = (files: Versions): boolean =>
  sidesOf(files).some((sides) => removedIn(sides) !== undefined);

const known = new WeakMap<Versions, { readonly changed: ChangedFiles; readonly edits: readonly MovedEdit[] }>();

/** The same of all conflicts of a file as `movedAcross`. @param path the file's own, which is not another. */
export function movedFrom(files: Versions, path: string, changed: ChangedFiles): readonly MovedEdit[] {
  const kept = known.get(files);
  if (kept?.changed === changed) return kept.edits;
  const edits = sidesOf(files).flatMap((sides) => movedAcross(sides, path, changed));
  known.set(files, { changed, edits });
  return edits;
}

const answers = new WeakMap<ChangedFiles, Map<string, readonly MovedEdit[]>>();

/** The edits of a conflict that belong in another file, where the other side moved their lines. */
export function movedAcross(conflict: Sides, path: string, changed: ChangedFiles): readonly MovedEdit[] {
  const asked = removedIn(conflict);
  if (!asked) return [];
  const kept = answers.get(changed) ?? new Map<string, readonly MovedEdit[]>();
  answers.set(changed, kept);
  const { base = '', left, right } = conflict;
  const id = [path, base, left, right].join('\u0000');
  const found = kept.get(id) ?? readAcross(asked, path, changed);
  kept.set(id, found);
  for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
  return found;
}

function readAcross({ lines, runs }: Asked, path: string, changed: ChangedFiles): readonly MovedEdit[] {
  const found: MovedEdit[] = [];
  for (const run of runs) {
    const { by, start, end } = run;
    const other = by === 'left' ? 'right' : 'left';
    const files = filesOf(changed[by], path, lines.base, run);
    for (let at = start; at < end && files.size > 0 && found.length < MOST; ) {
      const block = longestIn(changed[by], files, lines.base, at, [start, end]);
      if (!block) {
        at++;
        continue;
      }
      at = Math.max(block.end, at + 1);
      const own = part(lines.base, block.start, block.end);
      if (!isBlock(own) || placesOf(own.keys, lines[other]).length > 0) continue;
      if (!isKin(own.keys, block, lines, other)) continue;
      const [place, ...more] = placesAnew(own.keys, changed[by], path);
      if (!place || more.length >= FILES) continue;
      // Who edited the lines where they were has them there as well: both moved them alike, or copied.
      if (placesAnew(own.keys, changed[other], path).length > 0) continue;
      const name = (own.texts.find((text, i) => counts(own.keys[i] ?? '', text)) ?? '').trim();
      found.push({ by, path: place.file.path, line: place.line, name, keys: own.keys, elsewhere: place.elsewhere });
    }
  }
  return found;
}

const indexes = new WeakMap<readonly ChangedFile[], LineIndex>();

function indexOf(files: readonly ChangedFile[]): LineIndex {
  const known = indexes.get(files) ?? new LineIndex(files.map(({ text }) => text));
  indexes.set(files, known);
  return known;
}

/** The other files that have a line of a run by which it can be told: a block has one of them. */
function filesOf(files: readonly ChangedFile[], path: string, base: Lines, { start, end }: Removed): Set<number> {
  const found = new Set<number>();
  for (let i = start; i < end; i++) {
    const key = base.keys[i] ?? '';
    if (!isSolid(key) || !counts(key, base.texts[i] ?? '')) continue;
    for (const file of indexOf(files).textsWith(key)) if (files[file]?.path !== path) found.add(file);
  }
  return found;
}

const books = new WeakMap<ChangedFile, { readonly now: Book; readonly base: Book }>();

function booksOf(file: ChangedFile) {
  const known = books.get(file) ?? { now: bookOf(file.text), base: bookOf(file.base ?? '') };
  books.set(file, known);
  return known;
}

function longestIn(
  files: readonly ChangedFile[],
  among: ReadonlySet<number>,
  base: Lines,
  at: number,
  range: readonly [number, number],
) {
  const key = base.keys[at] ?? '';
  let best: ReturnType<typeof longestFrom>;
  if (!says(key)) return best;
  for (const i of indexOf(files).textsWith(key)) {
    const file = among.has(i) ? files[i] : undefined;
    const found = file && longestFrom(base.keys, at, range, booksOf(file).now);
    if (found && (!best || found.end - found.start > best.end - best.start)) best = found;
  }
  return best;
}

/** Where a block stands in other files that was not there in the base, or not so often. */
function placesAnew(keys: readonly string[], files: readonly ChangedFile[], path: string) {
  const index = indexOf(files);
  let among: readonly number[] | undefined;
  for (const key of keys) {
    if (!isSolid(key) && among) continue;
    const own = index.textsWith(key);
    if (!among || own.length < among.length) among = own;
  }
  return (among ?? []).flatMap((i) => {
    const file = files[i];
    if (!file || file.path === path) return [];
    const { now, base } = booksOf(file);
    const places = placesOf(keys, now);
    const elsewhere = placesOf(keys, base).length;
    const at = places.at(-1);
    return at === undefined || places.length <= elsewhere ? [] : [{ file, line: now.numbers[at] ?? 0, elsewhere }];
  });
}

/** Those whose lines stand where they were moved, without the edit, as those files are now; and the line there. */
export function uneditedAcross(
  edits: readonly MovedEdit[],
  now: ReadonlyMap<string, string>,
): { edit: MovedEdit; line: number }[] {
  return edits.flatMap((edit) => {
    const text = edit.path === undefined ? undefined : now.get(edit.path);
    return text === undefined ? [] : unedited([edit], text);
  });
}
