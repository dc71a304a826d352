/** Lines that one side alone wrote, in a row, and lines of the other right behind them: what rules about their order ask of. */
import { splitLines } from '../../text/lines.ts';

export type Versions = readonly [base: string, left: string, right: string];
export type Side = 'left' | 'right';
export type Writer = (line: string) => Side | undefined;

/** Files whose lines are statements. Not the shell's, where any word may be a name. */
export const PROGRAM =
  /\.(?:[cm]?[jt]sx?|py|java|cs|go|rs|c|h|cc|cpp|cxx|hpp|kts?|php|rb|lua|dart|swift|scala|groovy|vue|svelte)$/i;

/** Longer texts are generated, or a person reads them anyway: no rows are found in them. */
const LINES = 1000;

export const isLong = (text: string): boolean => splitLines(text).length > LINES;

/** Which side alone wrote a line, white space around it aside; one that both have, or the base, is of neither. */
function writerOf(versions: Versions): Writer {
  const [had, ours, theirs] = versions.map((text) => new Set(splitLines(text).map((line) => line.trim())));
  return (line) => {
    const bare = line.trim();
    if (bare === '' || had?.has(bare) || ours?.has(bare) === theirs?.has(bare)) return undefined;
    return ours?.has(bare) ? 'left' : 'right';
  };
}

/** Every line of the base is still there. */
function isKept(base: readonly string[], side: readonly string[]): boolean {
  let at = 0;
  for (const line of base) {
    if (line.trim() === '') continue;
    while (at < side.length && side[at]?.trimEnd() !== line.trimEnd()) at++;
    if (at++ >= side.length) return false;
  }
  return true;
}

/** What both sides only added to. */
export interface Added {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly writer: Writer;
}

/** Undefined where a side did more than add lines. */
export function addedBy(versions: Versions): Added | undefined {
  const [base, left, right] = versions.map(splitLines);
  if (!base || !left || !right || !isKept(base, left) || !isKept(base, right)) return undefined;
  return { left, right, writer: writerOf(versions) };
}

export type Row = readonly [some: readonly string[], others: readonly string[]];

/**
 * What stands between two sides' lines is empty, or signs that close the first.
 * @param goesOn whether a line of neither side alone may stand behind one's lines as theirs.
 */
export function rowsOfBoth(text: string, { writer }: Added, goesOn: (line: string) => boolean = isMere): Row[] {
  const lines = splitLines(text);
  if (lines.length > LINES) return [];
  const runs: { readonly by: Side | undefined; readonly lines: string[] }[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const by = writer(line);
    const last = runs.at(-1);
    if (last && (last.by === by || (by === undefined && last.by !== undefined && goesOn(line)))) last.lines.push(line);
    else runs.push({ by, lines: [line] });
  }
  return runs.slice(1).flatMap((run, i): Row[] => {
    const above = runs[i];
    return above?.by !== undefined && run.by !== undefined ? [[above.lines, run.lines]] : [];
  });
}

export const isMere = (line: string): boolean =>
  !/[\p{L}\p{N}]/u.test(line) || /^\s*(?:\}?\s*else\b.*|end|fi|done)\s*$/.test(line);

/** Columns of white space before a line; a tab counts as four. */
export const depthOf = (line: string): number => (/^[ \t]*/.exec(line)?.[0] ?? '').replace(/\t/g, '    ').length;

/** Of lines in a row those that stand least deep, each with what stands deeper behind it. */
export function statementsIn(lines: readonly string[]): string[][] {
  const depth = Math.min(...lines.map(depthOf));
  const found: string[][] = [];
  for (const line of lines) {
    if (depthOf(line) === depth && !/^\s*(?:[)}\]]|else\b|end\b)/.test(line)) found.push([line.trim()]);
    else found.at(-1)?.push(line.trim());
  }
  return found;
}
