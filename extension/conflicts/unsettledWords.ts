/** What is said of a file that is not what is staged of it, and which of them stop an operation: words alone, no editor. */
import type { UnsettledView } from '../../server/lsp/protocol.ts';

type Unsettled = UnsettledView['files'][number];

/** A conflict that came back, or markers in a file of the commit; all else the user may mean to leave out, and is asked. */
export function mustStop({ part, why }: Unsettled): boolean {
  return part === 'conflict' || (part === 'operation' && why === 'markers');
}

export function inWords({ part, why, path, line }: Unsettled): string {
  if (why === 'markers') return `${path}:${line} has conflict markers${part === 'conflict' ? ' again' : ''}`;
  if (why === 'unsaved') return `${path} is not saved`;
  return part === 'outside' ? `${path} was changed and is not staged` : `${path} was changed after it was staged`;
}

export function questionOf(file: Unsettled): string {
  return `${inWords(file)}. Go on without that?`;
}

/** So many files are named. */
const NAMED = 6;

export function detailOf(files: readonly Unsettled[]): string {
  const [first, ...more] = files;
  const alone = first?.part === 'outside' ? `Nothing of ${first.path} is staged. ` : '';
  const others = more.slice(0, NAMED).map((file) => `\n${inWords(file)}`);
  const rest = more.length > NAMED ? `\nand ${more.length - NAMED} more` : '';
  const also = more.length > 0 ? `\n\nNor would it have what is in these:${others.join('')}${rest}` : '';
  return `${alone}The commit is made of what is staged.${also}`;
}
