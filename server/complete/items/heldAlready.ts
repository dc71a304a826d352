/**
 * What a variable holds already: `let isStale = false; … isStale = ‸`, where nothing else is ever given to it. It may be meant all the
 * same, since the change may be written next: its place in the list stays, it is only not shown unasked. Told from the tokens alone.
 */
import { type HoleTokens, isWord } from '../holeTokens.ts';
import { NEWLINE } from '../tokens.ts';

const starts = new Set([';', '{', '}', ')', NEWLINE]);
const assigns = /^(?:=|[-+*/%&|^]=|\?\?=|:=|\+\+|--|=>)$/;
/** Longer ones are cut into two tokens or three. */
const assignsLong = /^(?:<<|>>>?|\*\*|&&|\|\|)=/;
const writesNext = /^(?:let|var|const|function|class|catch|\+\+|--|&|\.\.\.|mut|out|ref|global|nonlocal)$/;
/** Round brackets behind these hold no parameters. */
const asks = /^(?:if|while|switch|for|with|match|when)$/;
/** What is the same each time: a new list is not the one that was filled since. */
const constant = /^(?:-?\d[\w.]*|true|false|null|undefined|nil|'[^']*'|"[^"]*")$/;

/** Says of the tokens of a fill whether the variable that the hole is assigned to has just that value. */
export function heldIn({
  before,
  after,
}: Pick<HoleTokens, 'before' | 'after'>): (tokens: readonly string[]) => boolean {
  const held = heldValue(before.texts, after.texts);
  return held === undefined ? () => false : (tokens) => tokens.join('') === held;
}

function heldValue(before: readonly string[], after: readonly string[]): string | undefined {
  const hole = before.length;
  const name = before[hole - 2] ?? '';
  if (before[hole - 1] !== '=' || !isWord(name) || !starts.has(before[hole - 3] ?? NEWLINE)) return;
  const declared = before.findIndex(
    (text, i) => text === name && /^(?:let|var)$/.test(before[i - 1] ?? '') && before[i + 1] === '=',
  );
  if (declared < 0) return;
  const value: string[] = [];
  for (let i = declared + 2; i < hole && before[i] !== ';' && before[i] !== NEWLINE; i++) value.push(before[i] ?? '');
  if (!constant.test(value.join(''))) return;
  const texts = [...before, '0', ...after];
  const brackets = bracketsOf(texts);
  // Where the hole is in a named function, what changes the variable may be another that is not written yet.
  if (!isWithin(brackets, declared, hole) || isInNamed(texts, brackets, declared, hole)) return;
  for (let i = 0; i < texts.length; i++) {
    if (i === declared || i === hole - 2 || texts[i] !== name || /^\??\.$/.test(texts[i - 1] ?? '')) continue;
    if (mayWrite(texts, brackets, i)) return;
  }
  return value.join('');
}

interface Brackets {
  /** For each token the bracket it stands in, -1 for none. */
  readonly around: readonly number[];
  /** For each opening bracket the one that closes it. */
  readonly closing: ReadonlyMap<number, number>;
}

function bracketsOf(texts: readonly string[]): Brackets {
  const open: number[] = [];
  const closing = new Map<number, number>();
  const around = texts.map((text, i) => {
    if (/^[)\]}]$/.test(text)) closing.set(open.pop() ?? -1, i);
    const inside = open.at(-1) ?? -1;
    if (/^[([{]$/.test(text)) open.push(i);
    return inside;
  });
  return { around, closing };
}

/** Whether what is declared at `declared` is in scope at `at`. */
function isWithin({ around, closing }: Brackets, declared: number, at: number): boolean {
  const block = around[declared] ?? -1;
  return block < 0 || (closing.get(block) ?? Number.POSITIVE_INFINITY) > at;
}

/** Whether a function or method with a name stands around `at`, but not around `declared`. */
function isInNamed(texts: readonly string[], { around, closing }: Brackets, declared: number, at: number): boolean {
  for (let open = around[at] ?? -1; open > declared; open = around[open] ?? -1) {
    if (texts[open] !== '{') continue;
    let head = open - 1;
    if (texts[head] === '=>') {
      // `const close = () => {` has one as well.
      head--;
      const start = texts[head] === ')' ? openOf(closing, head) : head;
      const previous = texts[start - 1] === 'async' ? texts[start - 2] : texts[start - 1];
      if (previous === '=' || previous === ':') return true;
      continue;
    }
    // A type of what is returned may stand before the brace.
    while (head > declared && texts[head] !== ')' && !/^[;{}\n]$/.test(texts[head] ?? '')) head--;
    const start = texts[head] === ')' ? openOf(closing, head) : -1;
    const before = texts[start - 1] ?? '';
    if (start > 0 && isWord(before) && !asks.test(before) && before !== 'catch' && before !== 'function') return true;
  }
  return false;
}

function openOf(closing: ReadonlyMap<number, number>, close: number): number {
  for (const [open, end] of closing) if (end === close) return open;
  return -1;
}

/** Whether the name at `i` may be given a value there, or be another's: a declaration, a parameter, a part of a pattern. */
function mayWrite(texts: readonly string[], { around, closing }: Brackets, i: number): boolean {
  const previous = texts[i - 1] ?? NEWLINE;
  const next = texts[i + 1] ?? '';
  if (assigns.test(next) || assignsLong.test(texts.slice(i + 1, i + 4).join('')) || writesNext.test(previous))
    return true;
  if (/^(?:of|in)$/.test(next) && previous === '(') return true;
  if (next === ',' && starts.has(previous)) return true;
  for (let open = around[i] ?? -1; open >= 0; open = around[open] ?? -1) {
    const close = closing.get(open);
    if (close === undefined) continue;
    const behind = texts.slice(close + 1, close + 3).find((text) => text !== NEWLINE) ?? '';
    if (texts[open] === '(') {
      if (/^(?:=>|\{|:)$/.test(behind) && !asks.test(texts[open - 1] ?? '')) return true;
    } else if (behind === '=' || behind === '=>' || behind === 'of' || behind === 'in') return true;
  }
  return false;
}
