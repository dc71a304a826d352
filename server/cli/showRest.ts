/** What is wrong in the rest of a file (`../rest.ts`), as lines for the terminal. */
import { toldWarnings } from '../resolve/aftermathWords.ts';
import type { Rest } from '../rest.ts';
import type { Style } from './io.ts';
import { visible } from './show.ts';

/** None where nothing is wrong. */
export function showRest({ warnings, broken }: Rest, style: Style): string {
  const lines = toldWarnings(warnings).map((text) => `  ${style.yellow('! look at the rest:')} ${visible(text)}\n`);
  if (broken) lines.push(`  ${style.yellow('! it does not parse so: look at the file')}\n`);
  return lines.join('');
}
