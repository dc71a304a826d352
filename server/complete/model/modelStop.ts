/**
 * Where a model's streamed text ends: as soon as it reaches what stands after the hole, closes a bracket that is not its own,
 * repeats itself, or completes the statement or block it began. Pure: text so far in, text to keep and whether to stop out.
 */
import { controlTokens } from '../../model/fim.ts';

export interface Place {
  readonly prefix: string;
  readonly suffix: string;
  /** line: code follows on the hole's line. block: a statement or a block may be filled in. whole: as far as it goes. */
  readonly extent: 'line' | 'block' | 'whole';
}

export interface Cut {
  readonly text: string;
  readonly done: boolean;
}

export function extentOf(prefix: string, suffix: string, manual: boolean): Place['extent'] {
  const rest = suffix.slice(0, suffix.search(/\n|$/));
  if (/[^\s)\]};,]/.test(rest)) return 'line';
  const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
  // In the middle of an expression only its end is wanted; where a line or block begins, all of it.
  if (/[)\]},;]/.test(rest) && line.trim() !== '') return 'line';
  return manual ? 'whole' : 'block';
}

/** What to keep of the text so far. `final`: the model has ended by itself. */
export function cutText(raw: string, place: Place, final: boolean): Cut {
  const control = firstOf(raw, controlTokens);
  const fenced = withoutFence(control < 0 ? raw : raw.slice(0, control));
  if (fenced === undefined) return { text: '', done: false };
  const ends = [
    control < 0 ? Number.POSITIVE_INFINITY : fenced.length,
    closeOfFence(fenced),
    lineEnd(fenced, place),
    foreignCloser(fenced, place),
    suffixReached(fenced, place.suffix, final),
    repetition(fenced),
    endlessLine(fenced),
    blockEnd(fenced, place),
  ];
  const end = Math.min(...ends);
  if (end > fenced.length || (end === fenced.length && control < 0)) {
    return { text: final ? fenced.trimEnd() : fenced, done: final };
  }
  return { text: fenced.slice(0, end).trimEnd(), done: true };
}

function firstOf(text: string, tokens: readonly string[]): number {
  const found = tokens.map((token) => text.indexOf(token)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

/** A chat model's fence and thinking in front of the code are dropped; undefined while they have not ended. */
function withoutFence(text: string): string | undefined {
  let rest = text;
  if (/^\s*<think>/.test(rest)) {
    const end = rest.indexOf('</think>');
    if (end < 0) return undefined;
    rest = rest.slice(end + '</think>'.length).replace(/^\n+/, '');
  }
  if (/^\s*`{1,3}$/.test(rest)) return undefined;
  if (!/^\s*```/.test(rest)) return rest;
  const line = rest.indexOf('\n', rest.indexOf('```'));
  return line < 0 ? undefined : rest.slice(line + 1);
}

const closeOfFence = (text: string): number => orFar(text.search(/\n```[ \t]*(?:\n|$)/));

function lineEnd(text: string, { extent }: Place): number {
  return extent === 'line' ? orFar(text.search(/\n/)) : Number.POSITIVE_INFINITY;
}

const orFar = (at: number): number => (at < 0 ? Number.POSITIVE_INFINITY : at);

const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const lexeme = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[()[\]{}]/g;

/** Brackets left open by a text, by kind, and those it closes without opening them. */
function residue(text: string): { open: string[]; closed: string[] } {
  const open: string[] = [];
  const closed: string[] = [];
  for (const [token] of text.matchAll(lexeme)) {
    if (token === '(' || token === '[' || token === '{') open.push(token);
    else if (pairs[token] !== undefined) {
      if (open.at(-1) === pairs[token]) open.pop();
      else closed.push(token);
    }
  }
  return { open, closed };
}

/** The first closer that closes nothing of the text's own, and nothing that the suffix leaves to it. */
function foreignCloser(text: string, { prefix, suffix }: Place): number {
  const waiting = residue(prefix).open;
  const taken = residue(suffix).closed;
  const spare = new Map<string, number>();
  for (const opener of waiting) spare.set(opener, (spare.get(opener) ?? 0) + 1);
  for (const closer of taken) {
    const opener = pairs[closer] ?? '';
    spare.set(opener, (spare.get(opener) ?? 0) - 1);
  }
  const open: string[] = [];
  for (const match of text.matchAll(lexeme)) {
    const token = match[0];
    const opener = pairs[token];
    if (token === '(' || token === '[' || token === '{') open.push(token);
    else if (opener !== undefined) {
      if (open.at(-1) === opener) open.pop();
      else {
        const left = spare.get(opener) ?? 0;
        if (left <= 0) return match.index;
        spare.set(opener, left - 1);
      }
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** The text has come to what stands after the hole: the rest of its line, or the line below. */
function suffixReached(text: string, suffix: string, final: boolean): number {
  const [rest = '', ...below] = suffix.split('\n');
  const own = rest.trim();
  if (own.length >= 2) {
    const at = text.indexOf(own);
    if (at >= 0 && (at > 0 || own.length > 3)) return at;
  } else if (own.length === 1 && final && text.trimEnd().endsWith(own)) return text.trimEnd().length - 1;
  const next = below.find((line) => line.trim() !== '')?.trim();
  if (next === undefined || next.length < 3) return Number.POSITIVE_INFINITY;
  let at = 0;
  for (const line of text.split('\n')) {
    // A line still being written is no match yet.
    const whole = final || at + line.length < text.length;
    if (at > 0 && whole && line.trim() === next) return at - 1;
    at += line.length + 1;
  }
  return Number.POSITIVE_INFINITY;
}

/** The same one to four lines for the third time: kept once. */
function repetition(text: string): number {
  const lines = text.split('\n');
  // The first line has its indentation before the hole.
  const trimmed = lines.map((line) => line.trim());
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  for (let size = 1; size <= 4; size++) {
    for (let i = 0; i + 3 * size <= lines.length; i++) {
      const part = (n: number) => trimmed.slice(i + n * size, i + (n + 1) * size).join('\n');
      const first = part(0);
      if (first.length >= 4 && first === part(1) && first === part(2)) return Math.max(0, (starts[i + size] ?? 1) - 1);
    }
  }
  // Without a line break: a unit of up to 40 characters, five times in a row.
  const loop = /(.{3,40}?)\1{4,}/s.exec(text.slice(-600));
  return loop && /\w/.test(loop[1] ?? '')
    ? Math.max(0, text.length - 600) + loop.index + (loop[1]?.length ?? 0)
    : Number.POSITIVE_INFINITY;
}

/** Units that no line of code that a person would accept has. */
const LONGEST_LINE = 400;

/** Before a line that does not end: the rest of a text that holds one is not code either. */
function endlessLine(text: string): number {
  const found = new RegExp(`[^\\n]{${LONGEST_LINE}}`).exec(text);
  return found ? Math.max(0, text.lastIndexOf('\n', found.index)) : Number.POSITIVE_INFINITY;
}

/** The text begins as the file does, or says the line above once more: a model that writes the file again. */
export function beginsAgain(text: string, prefix: string): boolean {
  const solid = (lines: readonly string[]) => lines.map((line) => line.trim()).filter((line) => line !== '');
  const [first = ''] = solid(text.split('\n'));
  const above = solid(prefix.split('\n').slice(0, -1));
  return first.length > 10 && (first === above[0] || first === above.at(-1));
}

/** After a statement or block that ends at the hole's own depth; before a line that stands further left than the hole's. */
function blockEnd(text: string, { prefix, extent }: Place): number {
  const indent = indentOf(prefix.slice(prefix.lastIndexOf('\n') + 1));
  const lines = text.split('\n');
  let at = 0;
  let depth = 0;
  let opened = false;
  for (const [n, line] of lines.entries()) {
    const whole = at + line.length < text.length;
    if (n > 0 && line.trim() !== '' && whole && indentOf(line) < indent && depth <= 0) return at - 1;
    const { open, closed } = residue(line);
    depth += open.length - closed.length;
    opened ||= open.includes('{');
    if (extent === 'block' && whole && depth <= 0 && (opened || endsStatement(line, lines[n + 1])))
      return at + line.length;
    at += line.length + 1;
  }
  return Number.POSITIVE_INFINITY;
}

function endsStatement(line: string, next: string | undefined): boolean {
  return /[;}]\s*$/.test(line) && line.trim() !== '' && (next === undefined || next.trim() === '');
}

const indentOf = (line: string): number => /^[ \t]*/.exec(line)?.[0].replaceAll('\t', '    ').length ?? 0;
