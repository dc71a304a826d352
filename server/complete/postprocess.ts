/** Last touches on completions: what the text after the hole already has is not offered again. */

/** Text that can stand at the hole; undefined when nothing sensible is left of it. */
export function tidy(text: string, suffix: string): string | undefined {
  let tidied = text
    .replace(/[ \t]+$/gm, '')
    .replace(/^\s+/, '')
    .trimEnd();
  const next = /^[ \t]*([)\]};,]+)/.exec(suffix)?.[1] ?? '';
  // A closer that the text does not open belongs to the suffix.
  for (const closer of next) {
    if (!tidied.endsWith(closer) || (balance(tidied) >= 0 && closer !== ';' && closer !== ',')) break;
    tidied = tidied.slice(0, -1).trimEnd();
  }
  if (tidied === '' || balance(tidied) !== 0) return undefined;
  return tidied;
}

/** Brackets opened less brackets closed, strings left out; -1 as soon as one closes that was not opened. */
export function balance(text: string): number {
  let depth = 0;
  for (const match of text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[()[\]{}]/g)) {
    const first = match[0];
    if (first === '(' || first === '[' || first === '{') depth++;
    else if (first === ')' || first === ']' || first === '}') depth--;
    if (depth < 0) return -1;
  }
  return depth;
}

/** Completions that differ in space only are one. */
export const sameText = (text: string): string => text.replace(/\s+/g, '');
