/**
 * The values that stand in one list with the hole, before it: arguments of its call, elements of its array, values of its
 * object, members of its enum. What they look like tells what the hole looks like; a series among them tells how it goes on.
 */
import { isString } from '../holeTokens.ts';
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
