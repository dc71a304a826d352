/** One side changed only the white space around its lines (a re-indentation): the other side's edit, line by line in the new layout. */
import { splitLines } from '../../text/lines.ts';
import { squeeze } from '../material.ts';

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

/**
 * `edited` laid out as `formatted` lays out `base`: lines that `base` and `edited` share take `formatted`'s line where it
 * differs in white space only; new lines are shifted by the indentation change of the nearest known line.
 */
export function reindent(base: string, formatted: string, edited: string): string {
  const formattedByKey = new Map<string, string>();
  for (const line of splitLines(formatted)) {
    const key = squeeze(line);
    if (key !== '' && !formattedByKey.has(key)) formattedByKey.set(key, line);
  }
  const baseIndent = new Map<string, string>();
  for (const line of splitLines(base))
    if (!baseIndent.has(squeeze(line))) baseIndent.set(squeeze(line), indentOf(line));
  let shift: { from: string; to: string } | undefined;
  const lines = splitLines(edited);
  for (const line of lines) {
    const twin = formattedByKey.get(squeeze(line));
    if (twin !== undefined && indentOf(twin) !== indentOf(line)) {
      shift = { from: indentOf(line), to: indentOf(twin) };
      break;
    }
  }
  // No line in common: the first lines of both layouts of the base say how far it moved.
  const [was, is] = [base, formatted].map((text) =>
    indentOf(splitLines(text).find((line) => line.trim() !== '') ?? ''),
  );
  if (!shift && was !== undefined && is !== undefined && was !== is) shift = { from: was, to: is };
  const moved = shift;
  return lines
    .map((line) => {
      const key = squeeze(line);
      if (key === '') return line;
      const twin = formattedByKey.get(key);
      if (twin !== undefined && baseIndent.has(key)) {
        return line.endsWith('\n') === twin.endsWith('\n') ? twin : twin.trimEnd() + (line.endsWith('\n') ? '\n' : '');
      }
      if (!moved) return line;
      const indent = indentOf(line);
      return indent.startsWith(moved.from) ? moved.to + line.slice(moved.from.length) : line;
    })
    .join('');
}
