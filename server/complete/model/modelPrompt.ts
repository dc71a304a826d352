/**
 * What of the buffer and of its context goes into a model's prompt: where the prefix begins, so that it begins there for many
 * keystrokes, what there is room for, and the prompt as one text for people. Pure.
 */
import { redact } from '../../model/private.ts';
import type { ExtraFile, Prompt } from '../../model/provider.ts';
import type { OpenHole } from '../complete.ts';
import { estimateTokens } from '../tokens.ts';
import { extentOf, type Place } from './modelStop.ts';

/** Tokens after the hole. */
const SUFFIX = 128;
/** The prompt's prefix begins at a line whose number this divides, so that it begins at the same one for many keystrokes. */
const ANCHOR = 32;
/** A comment that says what to write is shown whole up to so many units, with every example in it. */
const MOST_COMMENT = 6000;
/** Lines between that comment and the hole: the head of a function. */
const HEAD_LINES = 6;

export function placeOf(hole: OpenHole, manual: boolean): Place {
  const { text, offset, suffixOffset, windowStart, windowEnd } = hole.view;
  const start = Math.min(anchored(text, windowStart), commentAbove(text, offset) ?? offset);
  const prefix = text.slice(start, offset);
  const suffix = text.slice(suffixOffset, windowEnd);
  return { prefix, suffix, extent: extentOf(prefix, suffix, manual) };
}

const commentLine = /^\s*(?:\/\/|\/\*|\*|#(?!include|define|if|end|region|pragma)|--|;;)/;
const textFence = /"""|'''/;

/**
 * Where the comment begins that stands above the hole or above the function it is in, a Python docstring too. With inputs and
 * outputs in it, every one of them tells what is wanted, so it is never cut by the window.
 */
export function commentAbove(text: string, offset: number): number | undefined {
  let end = text.lastIndexOf('\n', offset - 1);
  let found: number | undefined;
  let quoted = false;
  for (let code = 0; end > 0 && offset - end < MOST_COMMENT; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    const fences = line.split(textFence).length - 1;
    const says = quoted || fences > 0 || commentLine.test(line);
    if (fences % 2 === 1) quoted = !quoted;
    if (says) found = start;
    else if (found !== undefined || ++code > HEAD_LINES) break;
    end = start - 1;
  }
  return quoted ? undefined : found;
}

/** The start of the next line whose number the anchor divides; the text's own start stays. */
function anchored(text: string, from: number): number {
  if (from === 0) return 0;
  let line = lineAt(text, from);
  let at = from;
  while (line % ANCHOR !== 0) {
    const next = text.indexOf('\n', at);
    if (next < 0) return from;
    at = next + 1;
    line++;
  }
  return at;
}

export function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Prefix and suffix without secrets, and so many files as there is room for; the last, the least stable, go first. */
export function roomFor(
  place: Place,
  extra: readonly ExtraFile[],
  room: number,
): { prefix: string; suffix: string; extra: readonly ExtraFile[] } {
  const suffix = headLines(redact(place.suffix), Math.min(SUFFIX, room / 4));
  let prefix = redact(place.prefix);
  while (estimateTokens(prefix) + estimateTokens(suffix) > room && prefix.length > 200) {
    const cut = prefix.indexOf('\n', prefix.length / 4);
    prefix = prefix.slice(cut < 0 ? Math.ceil(prefix.length / 4) : cut + 1);
  }
  let left = room - estimateTokens(prefix) - estimateTokens(suffix);
  const kept: ExtraFile[] = [];
  for (const file of extra) {
    const cost = estimateTokens(file.text) + estimateTokens(file.path) + 8;
    if (cost > left) continue;
    kept.push(file);
    left -= cost;
  }
  return { prefix, suffix, extra: kept };
}

function headLines(text: string, tokens: number): string {
  let kept = '';
  let used = 0;
  for (const line of text.split(/(?<=\n)/)) {
    used += estimateTokens(line);
    if (used > tokens && kept !== '') break;
    kept += line;
  }
  return kept;
}

export const commentOf = (family: string): string => (/python|ruby|shell|bash|yaml|toml|r\b/.test(family) ? '#' : '//');

export function printed({ system, turns, prompt, suffix, extra }: Prompt): string {
  const files = (extra ?? []).map(({ path, text }) => `--- ${path}\n${text}`).join('');
  const said = (turns ?? []).map(({ role, text }) => `${role}: ${text}\n\n`).join('');
  return `${system === undefined ? '' : `${system}\n\n`}${files}${said}${prompt}${suffix === undefined ? '' : `⟦HOLE⟧${suffix}`}`;
}
