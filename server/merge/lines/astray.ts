/**
 * Both sides only added lines at one place, and their order decides what they mean: a setting of one side comes under the heading
 * that the other appended, a statement behind a `return` that the other added, a use behind what closes it. In the other order all is
 * as both sides meant it. Read from lines and their indentation, so in any language and in settings without a grammar.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { splitLines } from '../../text/lines.ts';
import { endingFor } from './endings.ts';
import { releaseBehind } from './releases.ts';
import { type Added, depthOf, type Writer } from './rows.ts';

export interface Astray {
  readonly line: string;
  readonly other: string;
  /** Whose line. */
  readonly by: 'left' | 'right';
  /** What standing right behind the other line makes of it; absent: the other line is a heading over it. */
  readonly why?: string;
}

interface Place {
  readonly before: string;
  readonly after: string;
  readonly path: string;
  readonly language: LanguageId | undefined;
}

const NEAR = 200;
const LINES = 1000;

/** The first such line, if any. */
export function astrayIn(text: string, { left, right, writer }: Added, place: Place): Astray | undefined {
  const own = splitLines(text);
  if (own.length > LINES || own.length < 2) return undefined;
  const above = splitLines(place.before.slice(-NEAR * 100)).slice(-NEAR);
  const at = { lines: [...above, ...own], from: above.length, writer, place };
  const homes = { left: [...above, ...left], right: [...above, ...right] };
  return underOther(at, homes) ?? behindOther(at) ?? behindNewer(own, writer, place);
}

/** In a list of releases one side's stands where the other's belongs. */
function behindNewer(lines: readonly string[], writer: Writer, { before, after, path }: Place): Astray | undefined {
  const found = releaseBehind(lines, writer, { before, after, path });
  return found && { line: found.second, other: found.first, by: found.by, why: `, ${found.why}` };
}

interface Written {
  readonly lines: readonly string[];
  readonly from: number;
  readonly writer: Writer;
  readonly place: Place;
}

const isBlank = (line: string): boolean => line.trim() === '';
const isComment = (line: string): boolean => /^\s*(?:\/\/|\/?\*|#(?![\w!])|--\s|<!--|;)/.test(line);

// ------------------------------------------------------------------------------------------------------ under a heading

const SECTIONS =
  /\.(?:ini|cfg|conf|toml|service|socket|timer|unit|desktop|properties)$|(?:^|\/)\.(?:editorconfig|gitconfig|gitmodules|npmrc|flake8|pylintrc|coveragerc)$|(?:^|\/)Pipfile$/;

function underOther(
  { lines, from, writer, place }: Written,
  homes: Record<'left' | 'right', readonly string[]>,
): Astray | undefined {
  const heading = headingFor(place);
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const by = writer(line);
    // What only closes or underlines something says nothing by itself.
    if (by === undefined || isComment(line) || heading?.test(line) || !/[\p{L}\p{N}]/u.test(line)) continue;
    const isLine = (one: string) => one.trim() === line.trim();
    // Which of several alike it is cannot be told.
    if (lines.slice(from).filter(isLine).length > 1 || homes[by].slice(from).filter(isLine).length !== 1) continue;
    const home = homes[by].findIndex((one, k) => k >= from && isLine(one));
    if (depthOf(homes[by][home] ?? '') !== depthOf(line)) continue;
    for (const over of [ownerOf, ...(heading ? [headedBy(heading)] : [])]) {
      const now = over(lines, at);
      if (now === undefined || now.trim() === over(homes[by], home)?.trim() || writer(now) !== otherOf(by)) continue;
      return { line: line.trim(), other: now.trim(), by };
    }
  }
  return undefined;
}

const otherOf = (side: 'left' | 'right') => (side === 'left' ? 'right' : 'left');

function headingFor({ path, language }: Place): RegExp | undefined {
  if (language === 'markdown') return /^#{1,6}\s/;
  return SECTIONS.test(path) ? /^\s*\[.*\]\s*$/ : undefined;
}

const headedBy =
  (heading: RegExp) =>
  (lines: readonly string[], at: number): string | undefined =>
    lines.slice(0, at).findLast((line) => heading.test(line));

/** Something that has lines of its own: a block, a call, a key, a target. */
const OPENS =
  /[:{([]$|=>$|->$|\b(?:do|then|begin)$|^(?:def|class|module|if|unless|while|for|case|when|try|with)\b|^["']?[\w.%-]+["']?:(?!=)/;

/** The nearest line above that stands less deep. */
function ownerOf(lines: readonly string[], at: number): string | undefined {
  const depth = depthOf(lines[at] ?? '');
  if (depth === 0) return undefined;
  for (let k = at - 1; k >= 0; k--) {
    const line = lines[k] ?? '';
    if (isBlank(line) || isComment(line) || depthOf(line) >= depth) continue;
    // A bracket in a line of its own opens what the line above it names.
    if (/^\s*[{(]\s*$/.test(line)) return lines.slice(0, k).findLast((above) => !isBlank(above));
    return OPENS.test(line.trim()) ? line : undefined;
  }
  return undefined;
}

// ------------------------------------------------------------------------------------------ behind what ends something

/** What one side added right behind a line of the other, in one row of statements. */
function behindOther({ lines, from, writer, place }: Written): Astray | undefined {
  const ending = endingFor(place);
  if (!ending) return undefined;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const by = writer(line);
    const ends = by === undefined ? undefined : ending(line.trim());
    if (by === undefined || !ends) continue;
    const next = nextInRow(lines, at);
    if (next === undefined || writer(next) !== otherOf(by) || !ends.concerns(next.trim())) continue;
    return { line: next.trim(), other: line.trim(), by: otherOf(by), why: ends.why };
  }
  return undefined;
}

/** The next line of the same depth, behind the rest of a statement that goes on in deeper lines. */
function nextInRow(lines: readonly string[], at: number): string | undefined {
  const first = lines[at] ?? '';
  const depth = depthOf(first);
  let isOpen = /[([{]$/.test(first.trimEnd());
  for (const line of lines.slice(at + 1)) {
    if (isBlank(line) || isComment(line)) continue;
    if (depthOf(line) < depth) return undefined;
    if (depthOf(line) > depth) continue;
    if (!isOpen || !/^\s*[)}\]]/.test(line)) return line;
    isOpen = false;
  }
  return undefined;
}
