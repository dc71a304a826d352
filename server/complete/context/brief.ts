/**
 * Shorter ways to show a declaration, where a budget is better spent on more of them: a class as the head of its members,
 * and a long header of an unlikely name with the names of its parameters and without their types.
 */

/** UTF-16 units. A header that is no longer stays as it is. */
const LONG = 60;

/** `type Options<T> = {` → `type Options`, `class A<T> extends B<T>` → `class A extends B`: what stands over members. */
export function memberHead(header: string): string {
  const alias = /^\s*(?:[a-z]+\s+)*type\s+[\p{L}\p{N}_$]+/u.exec(header);
  return alias ? alias[0] : withoutTypeArguments(header).replace(/\s+/g, ' ').trimEnd();
}

/** `function f<T>(a: A<T>, { b }: B): C` → `function f(a, {…}): C`, where that saves something. */
export function briefHeader(header: string): string {
  if (header.length < LONG) return header;
  if (/^\s*type\s/.test(header)) return `${header.slice(0, LONG).replace(/[\p{L}\p{N}_$]*$/u, '')}…`;
  const open = header.indexOf('(');
  if (open < 0) return header;
  const close = closing(header, open);
  const parameters = splitList(header.slice(open + 1, close)).map(parameterName);
  const result = header.slice(close + 1);
  return `${withoutTypeArguments(header.slice(0, open))}(${parameters.join(', ')})${result.length > LONG ? '' : result}`;
}

/** `readonly name?: T` → `name?`, `...rest: T[]` → `...rest`; of a pattern only that it is one. */
function parameterName(parameter: string): string {
  const name = /^\s*(?:(?:readonly|private|public|protected|override)\s+)*(\.{0,3}\*{0,2}[\p{L}\p{N}_$]+\??)/u;
  return name.exec(parameter)?.[1] ?? '{…}';
}

function withoutTypeArguments(text: string): string {
  let depth = 0;
  let kept = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '<') depth++;
    if (depth === 0) kept += character;
    if (character === '>' && depth > 0 && text.charAt(i - 1) !== '=') depth--;
  }
  return kept;
}

/** Where the bracket that opens at `open` closes; the end where it does not. */
export function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const character = text.charAt(i);
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && --depth === 0) return i;
  }
  return text.length;
}

export function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if ('([{<'.includes(character)) depth++;
    else if (')]}'.includes(character) || (character === '>' && text.charAt(i - 1) !== '=')) depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)].filter((part) => part.trim() !== '');
}
