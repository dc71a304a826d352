/**
 * Patterns over the letters of every script. Most code has only Latin letters without marks, for which the same pattern with `A-Za-z` in
 * place of `\p{L}` finds the same several times as fast: which of the two is asked is decided by the text.
 */

/** The pattern to read a text with. Its `lastIndex` is shared: for `match`, `matchAll` and `replace`. */
export type Letters = (text: string) => RegExp;

/** `pattern` is of unicode mode and names classes of `\p{L}`, `\p{Lu}`, `\p{Ll}` and `\p{N}` alone. */
export function letters(pattern: RegExp): Letters {
  const plain = new RegExp(plainSource(pattern.source), pattern.flags.replace('u', ''));
  return (text) => (isPlain(text) ? plain : pattern);
}

const plainClasses: Readonly<Record<string, string>> = { L: 'A-Za-z', Lu: 'A-Z', Ll: 'a-z', N: '0-9' };

/** @throws SyntaxError where it names another class: what that is in plain text is not known here. */
function plainSource(source: string): string {
  let within = false;
  return source.replace(/\\p\{(\w+)\}|\\.|[[\]]/g, (part, name: string | undefined) => {
    if (part === '[' || part === ']') within = part === '[';
    if (name === undefined) return part;
    const plain = plainClasses[name];
    if (plain === undefined) throw new SyntaxError(`\\p{${name}} has no plain twin`);
    return within ? plain : `[${plain}]`;
  });
}

const foreign = /[^\0-\x7f]/;
const allForeign = /[^\0-\x7f]+/g;
const foreignLetter = /[\p{L}\p{N}\u{10000}-\u{10FFFF}]/u;

/** No letter or digit but those of ASCII, and nothing that takes two units: both patterns see the same. */
export function isPlain(text: string): boolean {
  return !foreign.test(text) || !foreignLetter.test(text.match(allForeign)?.join('') ?? '');
}
