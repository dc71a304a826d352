/** Which conflicts stand beside one, whether decided or open: to know whether what was asked of a ranker was asked among the same. */
import type { OpenSibling } from './candidate.ts';
import { isSameList } from './features/siblingHistory.ts';

export type Beside = ReadonlySet<number>;

let last: { readonly siblings: readonly OpenSibling[]; readonly beside: Beside } | undefined;

/** Most conflicts of a merge have the same ones beside them: read once for each list. */
export function besideOf(siblings: readonly OpenSibling[]): Beside {
  if (last && isSameList(last.siblings, siblings)) return last.beside;
  const beside = new Set(
    siblings.map(({ path, sides }) => path.length + 31 * sides.left.length + 961 * sides.right.length),
  );
  last = { siblings, beside };
  return beside;
}

/**
 * Whether more than half of those beside it now were there then. Not all: of a large merge only some are told, and with each decision
 * another of the rest.
 */
export function isMostly(now: Beside, then: Beside | undefined): boolean {
  if (then === undefined || now === then) return now === then;
  if (now.size === 0 || then.size === 0) return now.size === then.size;
  let both = 0;
  for (const one of now) if (then.has(one)) both++;
  return 2 * both > now.size;
}
