/**
 * As `moved.ts` across files: lines that one side moved to another file while the other edited them where they stood. What a side
 * has elsewhere its caller knows (git). Far more stands alike in two files than twice in one, so only a block of some size counts,
 * and imports and file headers count for nothing.
 */
import { conflictsOf, type Sides, withoutVirtualBase } from './conflict.ts';
import { lineMerge } from './lineMerge.ts';
import {
  type Book,
  bookOf,
  holds,
  isKin,
  isSolid,
  type Lines,
  linesOf,
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
/** So many lines of a conflict are looked for, evenly chosen: time stays bounded. */
const PROBES = 60;

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
  readonly lines: { readonly base: Lines; readonly left: Lines; readonly right: Lines };
  readonly runs: readonly Removed[];
}

/** The parts of a conflict's base that one side removed and the other edited, where they are enough to be told again. */
function removedIn(conflict: Sides): Asked | undefined {
  const { base, left, right } = withoutVirtualBase(conflict);
  if (base === undefined || base === '' || left === base || right === base) return undefined;
  const lines = { base: linesOf(base), left: linesOf(left), right: linesOf(right) };
  const runs = (['left', 'right'] as const).flatMap((by) =>
    removedRuns(lines.base.keys, lines[by].keys).flatMap(([start, end]): Removed[] => {
      const other = lines[by === 'left' ? 'right' : 'left'];
      const block = part(lines.base, start, end);
      return isBlock(block) && !holds(other.keys, block.keys) ? [{ by, start, end }] : [];
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

/** The edits of a conflict that belong in another file, where the other side moved their lines. */
export function movedAcross(conflict: Sides, path: string, changed: ChangedFiles): MovedEdit[] {
  const asked = removedIn(conflict);
  if (!asked) return [];
  const { lines, runs } = asked;
  return runs.flatMap((run): MovedEdit[] => {
    const { by, start, end } = run;
    const other = by === 'left' ? 'right' : 'left';
    const isElsewhere = (file: ChangedFile) => file.path !== path && hasSome(file, lines.base, run);
    const files = changed[by].filter(isElsewhere);
    const found: MovedEdit[] = [];
    for (let at = start; at < end; ) {
      const block = longestIn(files, lines.base, at, [start, end]);
      if (!block) {
        at++;
        continue;
      }
      at = Math.max(block.end, at + 1);
      const own = part(lines.base, block.start, block.end);
      if (!isBlock(own) || holds(lines[other].keys, own.keys) || !isKin(own.keys, block, lines, other)) continue;
      const [place, ...more] = placesAnew(own.keys, files);
      if (!place || more.length >= FILES) continue;
      // Who edited the lines where they were has them there as well: both moved them alike, or copied.
      if (placesAnew(own.keys, changed[other].filter(isElsewhere)).length > 0) continue;
      const name = (own.texts[own.keys.findIndex(says)] ?? '').trim();
      found.push({ by, path: place.file.path, line: place.line, name, keys: own.keys, elsewhere: place.elsewhere });
    }
    return found;
  });
}

/** One of every few lines is looked for as it stands, which is quick: a block has one of them. */
function hasSome({ text }: ChangedFile, base: Lines, { start, end }: Removed): boolean {
  const probes: string[] = [];
  for (let i = start; i < end; i++) {
    const [key = '', line = ''] = [base.keys[i], base.texts[i]];
    if (isSolid(key) && counts(key, line)) probes.push(line.trim());
  }
  const step = Math.max(1, Math.ceil(probes.length / PROBES));
  return probes.some((probe, i) => i % step === 0 && text.includes(probe));
}

const books = new WeakMap<ChangedFile, { readonly now: Book; readonly base: Book }>();

function booksOf(file: ChangedFile) {
  const known = books.get(file) ?? { now: bookOf(file.text), base: bookOf(file.base ?? '') };
  books.set(file, known);
  return known;
}

function longestIn(files: readonly ChangedFile[], base: Lines, at: number, range: readonly [number, number]) {
  let best: ReturnType<typeof longestFrom>;
  for (const file of files) {
    const found = longestFrom(base.keys, at, range, booksOf(file).now);
    if (found && (!best || found.end - found.start > best.end - best.start)) best = found;
  }
  return best;
}

/** Where a block stands that was not there in the base, or not so often. */
function placesAnew(keys: readonly string[], files: readonly ChangedFile[]) {
  return files.flatMap((file) => {
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
