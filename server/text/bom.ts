/** The byte order mark: it stays in a text as its first unit (U+FEFF), and is merged on its own. */

const BOM = '\uFEFF';

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
