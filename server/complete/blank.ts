/**
 * The blank between what stands before a hole and what comes into it: `const a =‸` goes on with ` b`, as the file writes it elsewhere
 * (`a=b`, minified code and attributes have none).
 */
import type { Family } from './index/indexFile.ts';

/** UTF-16 units before the hole that tell what stands there, and of the text that tell how the file writes. */
const NEAR = 400;
const SAMPLE = 40_000;

/** A blank where the language has one, the file writes it, and none stands at `offset` yet. */
export function blankBefore(text: string, offset: number, family: Family): '' | ' ' {
  const line = text.slice(Math.max(0, offset - NEAR), offset).replace(/^[\s\S]*\n/, '');
  const operator = /(?:[:+\-*/%&|^?<>!=]*=|=>|->|<-|&&|\|\||\?\?)$/.exec(line)?.[0];
  // What Go receives from a channel: no operand stands before the arrow.
  if (
    family === 'go' &&
    operator === '<-' &&
    !/(?:^|\s)(?!(?:case|return|go|defer|range|if|for|switch)\s)[\w.)\]]+\s+$/.test(line.slice(0, -2))
  )
    return '';
  // Around an operator there are two blanks or none: `a=1`, `f(key=1)`, `<A b=`.
  if (operator !== undefined)
    return /\S\s+$/.test(line.slice(0, -operator.length)) && !(family === 'c' && operator === '&&') ? ' ' : '';
  if (family === 'bash') return '';
  if (line.endsWith(',')) return mostly(text, /,(?=[^\s,)\]}])/g, /,[ \t]/g) ? ' ' : '';
  if (!line.endsWith(':') || line.endsWith('::')) return '';
  // The symbols of Ruby begin with it.
  if (family === 'ruby' && !/[\w"'?!]:$/.test(line)) return /\s\?\s.*\s:$/.test(line) ? ' ' : '';
  if (/\s:$/.test(line)) return ' ';
  const bracket = openBracket(line);
  // Slices, and what stands below a line that opens a block.
  if ((family === 'python' || family === 'go') && bracket === '[') return '';
  if (family === 'python' && bracket === undefined && /^\s*[a-z]+\b(?!\s*:).*:$|^\s*(?:else|try|finally):$/.test(line))
    return '';
  if (family === 'go' && /^\s*(?:case\b.*|default):$/.test(line)) return '';
  return mostly(text, /[\w$)\]'"?]:(?=[\w$'"([{])/g, /[\w$)\]'"?]:[ \t]/g) ? ' ' : '';
}

/** Whether a text writes the blank at least as often as not. */
function mostly(text: string, without: RegExp, withBlank: RegExp): boolean {
  const sample = text.slice(0, SAMPLE);
  return (sample.match(withBlank)?.length ?? 0) >= (sample.match(without)?.length ?? 0);
}

/** The innermost bracket that a line leaves open. */
function openBracket(line: string): string | undefined {
  const open: string[] = [];
  for (const [token] of line.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()[\]{}]/g)) {
    if ('([{'.includes(token)) open.push(token);
    else if (')]}'.includes(token)) open.pop();
  }
  return open.at(-1);
}
