/**
 * What a file as a whole says about whether its developers will change anything outside of its conflicts: how much git
 * merged by itself and how near to them, names that only one side still knows, what the answers dropped. How sure the answers
 * are is not among them: it says nothing of the rest, and changes with every decision. The one implementation: training reads
 * these numbers through the exporter. Names are part of the model format.
 */
import type { Change } from '../../diff/change.ts';
import { gitDiff } from '../../diff/gitDiff.ts';
import { Interner } from '../../diff/intern.ts';
import { type Aftermath, aftermathKinds } from '../../merge/aftermath/aftermath.ts';
import type { Sides } from '../../merge/conflict.ts';
import type { Elsewhere } from '../../merge/movedAcross.ts';
import { type LanguageId, languageOf } from '../../syntax/languages.ts';
import { splitLines } from '../../text/lines.ts';
import type { Span } from '../../text/span.ts';
import type { Resolution } from '../candidate.ts';
import { regenerate } from '../regenerate.ts';
import { wordFeatures } from './fileWords.ts';

/** A file in which every conflict has an answer: its text with all of them in place, and where they stand. */
export interface AnsweredFile {
  readonly path: string;
  readonly sides: { readonly base?: string; readonly left: string; readonly right: string };
  /** Commit times, Unix seconds. */
  readonly times?: { readonly base: number; readonly left: number; readonly right: number };
  readonly text: string;
  readonly answers: readonly Answer[];
  /** Where lines of it were moved to another file; absent where none were, or it is not known. */
  readonly elsewhere?: Elsewhere | undefined;
}

export interface Answer {
  /** In the text of the file. */
  readonly span: Span;
  readonly sides: Sides;
  /** Best first; the first is the answer. */
  readonly resolutions: readonly Resolution[];
}

/** What the syntax trees say; absent where they could not be read. */
export interface TreeFacts {
  readonly aftermath: readonly Aftermath[];
  /** Errors of the merged text that no side has. */
  readonly newErrors: number;
}

export type Columns = [name: string, value: number][];

export function fileFeatures(file: AnsweredFile, trees: TreeFacts | undefined): Columns {
  const clean = { left: cleanEdits(file, 'left'), right: cleanEdits(file, 'right') };
  return [
    ...sizes(file),
    ...cleanColumns(clean),
    ...wordFeatures(file, clean),
    ...treeColumns(trees),
    ...placeColumns(file),
  ];
}

// ------------------------------------------------------------------------------------------------ what git merged alone

/** What git brought of one side into the other, outside of the conflicts. */
export interface CleanEdits {
  readonly changes: readonly Change[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** For each change the number of lines to the nearest conflict; and where it stands among the lines of no conflict. */
  readonly distances: readonly number[];
  readonly places: readonly number[];
}

/** The other side's file against the merge with the other side's text in each conflict: they differ by this side's clean edits. */
function cleanEdits({ sides, text, answers }: AnsweredFile, side: 'left' | 'right'): CleanEdits {
  const other = side === 'left' ? 'right' : 'left';
  const lines: string[] = [];
  const inConflict: boolean[] = [];
  let at = 0;
  const put = (part: string, within: boolean) => {
    for (const line of splitLines(part)) {
      lines.push(line);
      inConflict.push(within);
    }
  };
  for (const { span, sides: own } of answers) {
    put(text.slice(at, span.start), false);
    put(own[other], true);
    at = span.end;
  }
  put(text.slice(at), false);
  const before = splitLines(sides[other]);
  const interner = new Interner();
  const changes = gitDiff(interner.ids(before), interner.ids(lines));
  const distance = distances(inConflict);
  const stable: number[] = [];
  let n = 0;
  for (const within of inConflict) stable.push(within ? n : n++);
  return {
    changes,
    removed: changes.flatMap((change) => before.slice(change.aStart, change.aEnd)),
    added: changes.flatMap((change) => lines.slice(change.bStart, change.bEnd)),
    distances: changes.map(({ bStart, bEnd }) =>
      Math.min(distance[bStart] ?? FAR, distance[Math.max(bStart, bEnd - 1)] ?? FAR),
    ),
    places: changes.map(({ bStart }) => stable[bStart] ?? n),
  };
}

const FAR: number = 1000;

/** Lines from each line to the nearest that is in a conflict. */
function distances(inConflict: readonly boolean[]): number[] {
  const found: number[] = inConflict.map((within) => (within ? 0 : FAR));
  for (let i = 1; i < found.length; i++) found[i] = Math.min(found[i] ?? FAR, (found[i - 1] ?? FAR) + 1);
  for (let i = found.length - 2; i >= 0; i--) found[i] = Math.min(found[i] ?? FAR, (found[i + 1] ?? FAR) + 1);
  return found;
}

export const IMPORT =
  /^\s*(?:import\b|from\s+\S+\s+import|using\s|use\s|package\s|#include|export .* from|const .*=\s*require)/;

function cleanColumns({ left, right }: { readonly left: CleanEdits; readonly right: CleanEdits }): Columns {
  const out: Columns = [];
  for (const [name, edits] of [
    ['left', left],
    ['right', right],
  ] as const) {
    const near = (n: number) => edits.distances.filter((d) => d <= n).length;
    out.push(
      [`clean.${name} changes`, edits.changes.length],
      [`clean.${name} added`, edits.added.length],
      [`clean.${name} removed`, edits.removed.length],
      [`clean.${name} within 3`, near(3)],
      [`clean.${name} within 10`, near(10)],
      [`clean.${name} nearest`, least(edits.distances)],
      [`clean.${name} imports`, [...edits.added, ...edits.removed].filter((line) => IMPORT.test(line)).length],
      [`clean.${name} blank only`, share(edits, ({ removed, added }) => squeezed(removed) === squeezed(added))],
    );
  }
  const [a, b] = [left.changes.length, right.changes.length];
  const lines = (edits: CleanEdits) => edits.added.length + edits.removed.length;
  out.push(
    ['clean.fewer', Math.min(a, b)],
    ['clean.more', Math.max(a, b)],
    ['clean.fewer lines', Math.min(lines(left), lines(right))],
    ['clean.all lines', lines(left) + lines(right)],
    ['clean.between', between(left.places, right.places)],
  );
  return out;
}

/** The smallest of any number of values: there may be too many for the arguments of a call. */
const least = (values: readonly number[]): number => values.reduce((all, one) => Math.min(all, one), FAR);

/** The least distance between two places, one of each list; both ascend. */
function between(left: readonly number[], right: readonly number[]): number {
  let found = FAR;
  for (let i = 0, k = 0; i < left.length && k < right.length; ) {
    const [a, b] = [left[i] ?? 0, right[k] ?? 0];
    found = Math.min(found, Math.abs(a - b));
    if (a < b) i++;
    else k++;
  }
  return found;
}

const squeezed = (lines: readonly string[]): string => lines.join('').replace(/\s+/g, '');
const share = (edits: CleanEdits, is: (edits: CleanEdits) => boolean): number =>
  edits.changes.length > 0 && is(edits) ? 1 : 0;

// ------------------------------------------------------------------------------------------------------------------- sizes

function sizes({ sides, text, answers }: AnsweredFile): Columns {
  const count = (part: string) => splitLines(part).length;
  const [base, left, right, merged] = [sides.base ?? '', sides.left, sides.right, text].map(count) as Numbers4;
  const gaps = answers.slice(1).map(({ span }, i) => count(text.slice(answers[i]?.span.end ?? 0, span.start)));
  const short = (n: number) => gaps.filter((gap) => gap <= n).length;
  const conflict = (part: (one: Answer) => string) => answers.reduce((sum, one) => sum + count(part(one)), 0);
  const [inBase, inLeft, inRight] = [
    conflict((one) => one.sides.base ?? ''),
    conflict((one) => one.sides.left),
    conflict((one) => one.sides.right),
  ];
  const interner = new Interner();
  const ids = [sides.base ?? '', sides.left, sides.right].map((part) => interner.ids(splitLines(part)));
  const changed = [ids[1], ids[2]].map((side) => (side && ids[0] ? gitDiff(ids[0], side) : []));
  const lines = (changes: readonly Change[]) =>
    changes.reduce((sum, c) => sum + c.aEnd - c.aStart + c.bEnd - c.bStart, 0);
  const key = (c: Change, side: Int32Array | undefined) =>
    `${c.aStart} ${c.aEnd} ${side?.slice(c.bStart, c.bEnd).join(' ')}`;
  const ours = new Set(changed[0]?.map((c) => key(c, ids[1])));
  const same = changed[1]?.filter((c) => ours.has(key(c, ids[2]))).length ?? 0;
  const first = answers[0]?.span.start ?? 0;
  return [
    ['size.conflicts', answers.length],
    ['size.base', base],
    ['size.merged', merged],
    ['size.left by base', left / Math.max(1, base)],
    ['size.right by base', right / Math.max(1, base)],
    ['size.stable', merged - conflict((one) => one.resolutions[0]?.candidate.text ?? '')],
    ['size.conflict base', inBase],
    ['size.conflict left', inLeft],
    ['size.conflict right', inRight],
    ['size.conflict share', (inLeft + inRight) / Math.max(1, left + right)],
    ['size.gaps 1', short(1)],
    ['size.gaps 3', short(3)],
    ['size.gaps 10', short(10)],
    ['size.least gap', least(gaps)],
    ['size.first', first / Math.max(1, text.length)],
    ['size.left changed', lines(changed[0] ?? []) / Math.max(1, base)],
    ['size.right changed', lines(changed[1] ?? []) / Math.max(1, base)],
    ['size.same changes', same],
    ['size.versions', splitLines(text).filter((line) => VERSION.test(line)).length],
    ['size.snapshots', text.match(/-SNAPSHOT|-(?:alpha|beta|rc|dev|pre)\b/gi)?.length ?? 0],
    ['size.no base', sides.base === undefined ? 1 : 0],
  ];
}

const VERSION = /\d+\.\d+\.\d+/;

type Numbers4 = [number, number, number, number];

// ------------------------------------------------------------------------------------------------------- trees and place

function treeColumns(trees: TreeFacts | undefined): Columns {
  const counted = trees?.aftermath.filter(({ uncounted }) => uncounted === undefined);
  const count = (kind: string) => counted?.filter((one) => one.kind === kind).length ?? Number.NaN;
  return [
    ...aftermathKinds.map((kind): [string, number] => [`tree.${kind}`, count(kind)]),
    ['tree.all', counted?.length ?? Number.NaN],
    ['tree.errors', trees?.newErrors ?? Number.NaN],
  ];
}

const LANGUAGES: readonly LanguageId[] = [
  'typescript',
  'javascript',
  'java',
  'csharp',
  'python',
  'go',
  'rust',
  'json',
  'yaml',
  'toml',
  'xml',
  'markdown',
];

const PLACES: readonly (readonly [string, RegExp])[] = [
  ['test', /(?:^|[/._-])(?:tests?|specs?|__tests__|fixtures?|e2e)(?:[/._-]|$)|Tests?\.\w+$/i],
  ['docs', /(?:^|\/)docs?\/|\.(?:md|rst|txt|adoc)$/i],
  ['changelog', /(?:^|\/)(?:changelog|changes|history|news|release)/i],
  [
    'manifest',
    /(?:^|\/)(?:package\.json|pom\.xml|cargo\.toml|go\.mod|setup\.(?:py|cfg)|pyproject\.toml)$|\.(?:csproj|gradle|props|targets)$/i,
  ],
  ['version', /version|assemblyinfo/i],
  ['config', /(?:^|\/)\.|\.(?:ya?ml|toml|ini|cfg|json|xml)$|config/i],
];

const GENERATED = /@generated|do not edit|auto-?generated|generated by/i;

function placeColumns({ path, times, text }: AnsweredFile): Columns {
  const id = languageOf(path)?.id;
  const language = id === 'tsx' ? 'typescript' : id;
  const days = (from: number, to: number) => (to - from) / 86_400;
  return [
    ...LANGUAGES.map((name): [string, number] => [`place.${name}`, language === name ? 1 : 0]),
    ...PLACES.map(([name, is]): [string, number] => [`place.${name}`, is.test(path) ? 1 : 0]),
    ['place.lock', regenerate(path) ? 1 : 0],
    ['place.generated', GENERATED.test(text.slice(0, 1000)) ? 1 : 0],
    ['place.depth', path.split('/').length],
    ['time.left', times ? days(times.base, times.left) : Number.NaN],
    ['time.right', times ? days(times.base, times.right) : Number.NaN],
    ['time.between', times ? days(times.left, times.right) : Number.NaN],
  ];
}
