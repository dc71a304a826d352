/**
 * The code that ranks after a decision is not the code that ranks before one, and a just-in-time compiler makes it fast only after some
 * hundred calls. With many conflicts open the first decisions would pay for that, while the user waits: so it is run beforehand.
 */
import type { ConflictContext, DecidedSibling } from './candidate.ts';
import { remembered } from './rank.ts';
import { type KeptConflicts, keptOf, type Services } from './resolve.ts';

/** With fewer conflicts ranking is quick enough as it is. */
export const REHEARSED = 100;
/** So many decisions are supposed, one after the other, as many conflicts ranked after each. */
const DECISIONS = 3;
const RANKED = 150;

/**
 * Rank some conflicts as if those before them had been decided, and forget the answers. Stops after each are for the caller: nobody
 * should wait for it.
 * @param contexts conflicts of one merge, all of them ranked before.
 */
export function* rehearse(
  contexts: readonly ConflictContext[],
  services: Services,
  conflicts: KeptConflicts,
): Generator<void> {
  const decided: DecidedSibling[] = [];
  for (const context of contexts.slice(0, DECISIONS)) {
    const { path, sides } = context;
    const seen = remembered(context, sides.left, services);
    decided.push({ path, sides, chosen: sides.left, ...(seen ? { seen } : {}) });
    yield;
  }
  for (let n = 1; n <= DECISIONS; n++)
    for (const context of contexts.slice(n, n + RANKED)) {
      const siblings = { decided: decided.slice(0, n), open: context.openSiblings ?? [] };
      services.ranker.rank(keptOf(context, services, conflicts), siblings);
      yield;
    }
}
