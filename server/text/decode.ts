/**
 * Bytes to text and back without loss. What is not UTF-8 text is said to be so, never guessed. A byte order mark stays in the
 * text as its first unit (U+FEFF), so that text and bytes always agree; `settleBom` merges it on its own.
 */

export type Decoded =
  | { readonly kind: 'text'; readonly text: string; readonly bom: boolean }
  /** Holds a NUL byte, as no text does (UTF-16 is among these). */
  | { readonly kind: 'binary' }
  /** Some other encoding, or longer than a string can be. */
  | { readonly kind: 'not-utf8' };

const BOM = '\uFEFF';

/** `encodeText` of the text gives the same bytes. Never throws. */
export function decodeText(bytes: Uint8Array): Decoded {
  if (bytes.includes(0)) return { kind: 'binary' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kind: 'text', text, bom: text.startsWith(BOM) };
  } catch {
    // A fatal decoder throws on the first byte that is not UTF-8: that is the answer, not an error.
    return { kind: 'not-utf8' };
  }
}

/** UTF-8. Half a surrogate pair, which no decoded text holds, becomes U+FFFD. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * A merged text with the byte order mark that a three-way merge of the mark alone gives it: never two (one side's first line
 * may have come to stand below the other's), and none lost unless a side took it out. Other U+FEFF stay where they are.
 */
export function settleBom(
  sides: { readonly base?: string; readonly left: string; readonly right: string },
  merged: string,
): string {
  const texts = [sides.base ?? '', sides.left, sides.right];
  if (!texts.some((text) => text.startsWith(BOM))) return merged;
  const [base, left, right] = texts.map((text) => text.startsWith(BOM));
  const wanted = sides.base === undefined ? left || right : left === base ? right : left;
  const inner = Math.max(...texts.map((text) => strayMarks(text).length));
  let rest = merged;
  while (rest.startsWith(BOM)) rest = rest.slice(1);
  const strays = strayMarks(rest);
  for (const at of strays.slice(0, Math.max(0, strays.length - inner)).reverse())
    rest = rest.slice(0, at) + rest.slice(at + 1);
  return wanted ? BOM + rest : rest;
}

/** Where U+FEFF begins a line that is not the first. */
function strayMarks(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(`\n${BOM}`); at >= 0; at = text.indexOf(`\n${BOM}`, at + 1)) found.push(at + 1);
  return found;
}
