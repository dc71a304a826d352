/** Tokens without a grammar: one regular expression that is sane for every language; also inside comments and strings. */
import type { Language } from './languages.ts';
import type { Tokens } from './tree.ts';

const general =
  /[\p{L}_$][\p{L}\p{N}_$]*|0[xX][\da-fA-F]+|\d+(?:\.\d+)*(?:[eE][+-]?\d+)?\w*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`|=>|->|::|[-+*/%&|^=!<>]=|&&|\|\||\?\.|\?\?|\.\.\.|\/\/|\/\*|\*\/|\S/gu;

export function lexicalTokens(_language: Language | undefined, text: string): Tokens {
  const start: number[] = [];
  const end: number[] = [];
  for (const match of text.matchAll(general)) {
    start.push(match.index);
    end.push(match.index + match[0].length);
  }
  return { count: start.length, start: Int32Array.from(start), end: Int32Array.from(end) };
}
