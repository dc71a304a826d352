/**
 * The values that stand in one list with the hole, before it: arguments of its call, elements of its array, values of its
 * object, members of its enum. What they look like tells what the hole looks like; a series among them tells how it goes on.
 */
import { type HoleTokens, isString, isWord } from '../holeTokens.ts';
import { NEWLINE } from '../tokens.ts';

/** The nearest first; each as its tokens. */
export type Siblings = readonly (readonly string[])[];

const MOST_TOKENS = 240;
const MOST = 12;

export function siblingsBefore(texts: readonly string[]): Siblings {
  const values: string[][] = [];
  let part: string[] = [];
  let depth = 0;
  let isOwn = true;
  const close = (): void => {
    if (!isOwn && part.length > 0) values.push(valueWritten(part));
    isOwn = false;
    part = [];
  };
  for (let i = texts.length - 1; i >= 0 && i > texts.length - MOST_TOKENS && values.length < MOST; i--) {
    const token = texts[i] ?? '';
    if (token === NEWLINE) continue;
    if (token === ')' || token === ']' || token === '}') depth++;
    else if (token === '(' || token === '[' || token === '{') {
      if (depth === 0) {
        close();
        return values;
      }
      depth--;
    } else if (depth === 0 && token === ';') return [];
    else if (depth === 0 && token === ',') {
      close();
      continue;
    }
    part.unshift(token);
  }
  return values;
}

/** What stands behind the colon of a property. */
function valueWritten(part: readonly string[]): string[] {
  let depth = 0;
  for (const [i, token] of part.entries()) {
    if (token === '(' || token === '[' || token === '{') depth++;
    else if (token === ')' || token === ']' || token === '}') depth--;
    else if (token === '?') break;
    else if (depth === 0 && (token === ':' || token === '=')) return part.slice(i + 1);
  }
  return [...part];
}

/**
 * The names, with dots between or alone, that stand beside the hole as arguments of its call or elements of its array, before it or behind.
 * Empty where the hole is no whole argument or element.
 */
export function namesBeside({ before, after }: Pick<HoleTokens, 'before' | 'after'>): ReadonlySet<string> {
  const behind = listBehind(after.texts);
  const open = openBefore(before.texts);
  if (!behind || open === undefined || !/^[(,[]$/.test(before.texts.findLast((token) => token !== NEWLINE) ?? ''))
    return new Set();
  const isCall =
    before.texts[open] === '(' &&
    /^[\w$)\]>]/.test(before.texts[open - 1] ?? '') &&
    !/^(?:if|while|for|switch|catch|return)$/.test(before.texts[open - 1] ?? '');
  if (before.texts[open] !== '[' && !isCall) return new Set();
  return new Set([...siblingsBefore(before.texts), ...behind].filter(isName).map((tokens) => tokens.join('')));
}

const isName = ([first = '', ...rest]: readonly string[]): boolean =>
  (isWord(first) || first === 'this') &&
  !isFixed.test(first) &&
  rest.length % 2 === 0 &&
  rest.every((token, i) => (i % 2 === 0 ? token === '.' || token === '?.' : /^[\p{L}_$#]/u.test(token)));
const isFixed = /^(?:true|false|null|undefined)$/;

/** Where the bracket stands that is open at the end. */
function openBefore(texts: readonly string[]): number | undefined {
  let depth = 0;
  for (let i = texts.length - 1; i >= 0 && i > texts.length - MOST_TOKENS; i--) {
    const token = texts[i] ?? '';
    if (token === ')' || token === ']' || token === '}') depth++;
    else if ((token === '(' || token === '[' || token === '{') && depth-- === 0) return i;
  }
  return undefined;
}

/** What follows in the list of which the hole is a whole part; undefined where more of that part follows, or the list does not end. */
function listBehind(texts: readonly string[]): Siblings | undefined {
  const values: string[][] = [];
  let part: string[] = [];
  let depth = 0;
  for (const token of texts.slice(0, MOST_TOKENS)) {
    if (token === NEWLINE) continue;
    const closes = token === ')' || token === ']' || token === '}';
    if (depth === 0 && (closes || token === ',')) {
      values.push(part);
      part = [];
      if (closes) return values[0]?.length === 0 ? values.slice(1) : undefined;
      continue;
    }
    if (closes) depth--;
    else if (token === '(' || token === '[' || token === '{') depth++;
    part.push(token);
  }
  return undefined;
}

/** What goes on the series that the siblings are: 1, 2, 4 → 5 and 6 (never 8); 'step1', 'step2' → 'step3'; 'a', 'b' → 'c'. */
export function nextInSeries(siblings: Siblings): string[] {
  const last = alone(siblings[0]);
  const previous = alone(siblings[1]);
  if (last === undefined) return [];
  if (/^-?\d+$/.test(last)) {
    const step = previous !== undefined && /^-?\d+$/.test(previous) ? Number(last) - Number(previous) : 1;
    const next = Number(last) + step;
    return [...new Set([next, Number(last) + 1])].filter(Number.isSafeInteger).map(String);
  }
  if (!isString(last)) return [];
  const numbered = /^(.*?)(\d+)(\D*)$/s.exec(last);
  if (numbered) {
    const [, head = '', digits = '', tail = ''] = numbered;
    return digits.length > 6 ? [] : [head + String(Number(digits) + 1).padStart(digits.length, '0') + tail];
  }
  const letter = /^(.*)([A-Ya-y])(.)$/s.exec(last);
  const before = previous === undefined ? null : /^(.*)([A-Za-z])(.)$/s.exec(previous);
  if (!letter || !before || letter[1] !== before[1]) return [];
  const code = (letter[2] ?? '').charCodeAt(0);
  if (code - (before[2] ?? '').charCodeAt(0) !== 1) return [];
  return [(letter[1] ?? '') + String.fromCharCode(code + 1) + (letter[3] ?? '')];
}

/** A value of one token; a sign belongs to its number. */
function alone(tokens: readonly string[] | undefined): string | undefined {
  if (tokens?.length === 1) return tokens[0];
  return tokens?.length === 2 && tokens[0] === '-' ? `-${tokens[1]}` : undefined;
}
