/**
 * Expressions composed from shapes: `typeof □ === 'string'`, `□.length > 0`, `Object.keys(□)`. A shape is an expression
 * whose values are slots; shapes come from the buffer and from a list counted over open repositories (models/shapes.json).
 * Slots take the values near the hole. In any language that lexes; what fits is for the checker and the ranker to say.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expressionEnd, type HoleTokens, isWord, type TokenText } from '../holeTokens.ts';
import { NEWLINE } from '../tokens.ts';

export type Lead =
  | 'return'
  | 'assign'
  | 'argument'
  | 'condition'
  | 'property'
  | 'arrow'
  | 'operand'
  | 'element'
  | 'other';

export const leads: readonly Lead[] = [
  'return',
  'assign',
  'argument',
  'condition',
  'property',
  'arrow',
  'operand',
  'element',
  'other',
];

/** Slot `n` is written `□n`; a space stands before a part where code has one. */
export interface Shape {
  readonly parts: readonly string[];
  /** Natural log of its share among the expressions of its lead. */
  readonly log: number;
  readonly origin: 'buffer' | 'shipped';
}

export type ShapeTable = Readonly<Partial<Record<Lead, readonly (readonly [string, number])[]>>>;

const LONGEST = 18;
const slot = /^ ?□\d$/;
const notInShapes = /^(?:=>|\{|\||type|const|let|var|extends|is|keyof|readonly|function|class)$/;

/** What kind of place follows `texts[end - 1]`. */
export function leadAt(token: (i: number) => string | undefined, end: number): Lead {
  const last = token(end - 1) ?? '';
  if (last === 'return' || last === 'yield') return 'return';
  if (/^(?:[-+*/%&|^?]|\?\?|&&|\|\|)?=$|^:=$/.test(last)) return 'assign';
  if (last === ':') return 'property';
  if (last === '=>' || last === '->') return 'arrow';
  if (last === '[') return 'element';
  if (/^(?:if|elif|while|assert)$/.test(last)) return 'condition';
  if (last === '(') {
    const before = token(end - 2) ?? '';
    return /^(?:if|while|switch)$/.test(before) ? 'condition' : /^[\w$)\]>#`]/.test(before) ? 'argument' : 'operand';
  }
  if (last === ',') return 'argument';
  if (/^(?:[-+*/%!<>?&|^~]|[!=]==?|[<>]=|&&|\|\||\?\?|not|and|or|await|new|typeof|\.\.\.)$/.test(last))
    return 'operand';
  return 'other';
}

/** What kind of place a hole is; what a `?` follows asks, whatever stands before it. */
export function leadOf({ before, stops }: HoleTokens): Lead {
  return stops[0] === '?' ? 'condition' : leadAt((i) => before.texts[i], before.texts.length);
}

/** The shape of the tokens `from … to`; undefined where it is one slot alone, or too particular. */
export function shapeOf(
  token: (i: number) => string | undefined,
  spaced: (i: number) => boolean,
  from: number,
  to: number,
): string[] | undefined {
  if (to - from > LONGEST) return undefined;
  const parts: string[] = [];
  const slots = new Map<string, number>();
  for (let i = from; i < to; i++) {
    const text = token(i) ?? '';
    if (text === NEWLINE || text.includes('…') || notInShapes.test(text)) return undefined;
    const space = i > from && spaced(i) ? ' ' : '';
    // Type arguments, array types and optional parameters are types, not values.
    if ((text === '<' || text === '>') && space === '') return undefined;
    if (text === ']' && token(i - 1) === '[' && i > from + 1) return undefined;
    if (text === '?' && token(i + 1) === ':') return undefined;
    const isMember = i > from && /^(?:\.|\?\.|::)$/.test(token(i - 1) ?? '');
    const isKey = token(i + 1) === ':' && token(i - 1) !== '?';
    if ((!isWord(text) && text !== 'this' && text !== 'self') || isMember || isKey || isGlobal(text)) {
      parts.push(space + text);
      continue;
    }
    // A chain is one value, up to the name that is called.
    let end = i + 1;
    while (end + 1 < to && token(end) === '.' && isWord(token(end + 1) ?? '') && token(end + 2) !== '(') end += 2;
    const isCalled = token(end) === '(';
    if (isCalled && end === i + 1) {
      parts.push(space + text);
      continue;
    }
    let chain = text;
    for (let k = i + 1; k < end; k++) chain += token(k) ?? '';
    const number = slots.get(chain) ?? slots.size;
    slots.set(chain, number);
    if (slots.size > 3) return undefined;
    parts.push(`${space}□${number}`);
    i = end - 1;
  }
  return parts.length < 2 || slots.size === 0 ? undefined : parts;
}

const isGlobal = (name: string): boolean =>
  /^(?:Object|Array|Math|Number|String|Boolean|JSON|Promise|Date|Set|Map|RegExp|Symbol|Error|console|process|undefined|NaN|Infinity|document|window|globalThis|None|True|False)$/.test(
    name,
  );

/** Calls `each` for every expression of a text that a lead precedes. */
export function eachShape(
  token: (i: number) => string | undefined,
  spaced: (i: number) => boolean,
  length: number,
  each: (lead: Lead, parts: readonly string[], at: number) => void,
): void {
  for (let at = 1; at < length; at++) {
    const lead = leadAt(token, at);
    if (lead === 'other' || (lead === 'condition' && token(at - 1) !== '(' && token(at) === '(')) continue;
    const end = expressionEnd(token, at, LONGEST + 1);
    if (end <= at) continue;
    const parts = shapeOf(token, spaced, at, end);
    if (parts) each(lead, parts, at);
  }
}

/** A value that slots take, with how much speaks for it. */
export interface Atom {
  readonly text: string;
  readonly worth: number;
}

const NEAR = 1200;

/** Names and chains near the hole, the likeliest first. */
export function atomsNear(tokens: HoleTokens): Atom[] {
  const found = new Map<string, { last: number; count: number }>();
  const note = (text: string, at: number): void => {
    const known = found.get(text);
    if (known) {
      known.last = at;
      known.count++;
    } else found.set(text, { last: at, count: 1 });
  };
  const { texts } = tokens.before;
  const start = Math.max(0, texts.length - NEAR);
  for (let i = start; i < texts.length; i++) readChain(texts, i, note);
  const atoms = [...found].map(([text, { last, count }]): Atom => {
    const nearness = 1 / (1 + Math.log1p((texts.length - last) / 8));
    return { text, worth: nearness + 0.12 * Math.log1p(count) };
  });
  return atoms.sort((a, b) => b.worth - a.worth || (a.text < b.text ? -1 : 1)).slice(0, 60);
}

function readChain(texts: readonly string[], i: number, note: (text: string, at: number) => void): void {
  const first = texts[i] ?? '';
  const isSelf = first === 'this' || first === 'self';
  const previous = texts[i - 1] ?? '';
  if (!(isSelf || isWord(first)) || previous === '.' || previous === '?.') return;
  const isTyped = previous === ':' && /^[A-Z]/.test(first);
  if (isTyped || previous === 'import' || previous === 'from') return;
  let chain = first;
  if (!isSelf && texts[i + 1] !== '(' && !(texts[i + 1] === ':' && previous !== '?')) note(chain, i);
  if (texts[i + 1] === ':' && (previous === '(' || previous === ',' || previous === '{')) note(chain, i);
  for (let k = i + 1; k + 1 < texts.length && k < i + 8; k += 2) {
    if (texts[k] !== '.' || !isWord(texts[k + 1] ?? '') || texts[k + 2] === '(') break;
    chain += `.${texts[k + 1]}`;
    note(chain, k + 1);
  }
}

export interface Composed {
  readonly text: string;
  /** Log share of the shape, and what speaks for its values. */
  readonly log: number;
  readonly worth: number;
  readonly shape: Shape['origin'];
}

const MOST = 160;

/** Shapes of the hole's lead filled with values, the likeliest first. */
export function compose(tokens: HoleTokens, table: ShapeTable, atoms: readonly Atom[]): Composed[] {
  const lead = leadOf(tokens);
  const shapes = [...bufferShapes(tokens, lead), ...shippedShapes(table, lead)];
  const found = new Map<string, Composed>();
  for (const shape of shapes) {
    for (const values of fillings(shape, atoms)) {
      let text = '';
      for (const part of shape.parts) text += fill(part, values);
      const worth = values.reduce((sum, atom) => sum + Math.log(Math.min(1, atom.worth) + 0.01), 0);
      const known = found.get(text);
      if (!known || known.log + known.worth < shape.log + worth)
        found.set(text, { text, log: shape.log, worth, shape: shape.origin });
    }
  }
  return [...found.values()].sort((a, b) => b.log + b.worth - (a.log + a.worth)).slice(0, MOST);
}

function fill(part: string, values: readonly Atom[]): string {
  if (!slot.test(part)) return part;
  const space = part.startsWith(' ') ? ' ' : '';
  return space + (values[Number(part.at(-1))]?.text ?? '');
}

function fillings(shape: Shape, atoms: readonly Atom[]): (readonly Atom[])[] {
  const slots = new Set(shape.parts.filter((part) => slot.test(part)).map((part) => part.at(-1))).size;
  if (slots === 1) return atoms.slice(0, 16).map((atom) => [atom]);
  const few = atoms.slice(0, slots === 2 ? 7 : 4);
  const pairs = few.flatMap((a) => few.filter((b) => b !== a).map((b) => [a, b]));
  if (slots === 2) return pairs;
  return pairs.flatMap((pair) => few.filter((c) => !pair.includes(c)).map((c) => [...pair, c]));
}

function bufferShapes({ before, after }: HoleTokens, lead: Lead): Shape[] {
  const counts = new Map<string, number>();
  let total = 0;
  for (const text of [before, after]) {
    eachShape(
      tokenAt(text),
      (i) => text.spaced[i] === 1,
      text.texts.length,
      (found, parts) => {
        total += found === lead ? 1 : 0.2;
        const key = parts.join('\u0000');
        counts.set(key, (counts.get(key) ?? 0) + (found === lead ? 1 : 0.2));
      },
    );
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 40)
    .map(([key, count]) => ({ parts: key.split('\u0000'), log: Math.log(count / (total + 4)), origin: 'buffer' }));
}

const tokenAt =
  (text: TokenText) =>
  (i: number): string | undefined =>
    text.texts[i];

function shippedShapes(table: ShapeTable, lead: Lead): Shape[] {
  return (table[lead] ?? [])
    .slice(0, 60)
    .map(([text, log]) => ({ parts: text.split('\u0000'), log, origin: 'shipped' }));
}

/** The shipped list; empty where it is missing or broken. */
export function loadShapes(modelsDir: string): ShapeTable {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(modelsDir, 'shapes.json'), 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return {};
    const isEntry = (entry: unknown): boolean =>
      Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number';
    const kept = Object.entries(parsed).filter(([, list]) => Array.isArray(list) && list.every(isEntry));
    return Object.fromEntries(kept); // each entry was just checked
  } catch {
    return {};
  }
}
