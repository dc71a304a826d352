/** The ranker with a repository's own last layer, where one was learned there for this very model. */
import { readAdapter } from './adapter.ts';
import { LearnedRanker } from './learnedRanker.ts';
import type { Services } from './resolve.ts';

/** @param stored what `mortise learn` keeps in the repository, as parsed JSON. */
export function withOwnLayer<S extends Services>(services: S, stored: unknown): S {
  const { ranker } = services;
  if (!(ranker instanceof LearnedRanker)) return services;
  const adapter = readAdapter(stored, ranker.id);
  return adapter ? { ...services, ranker: ranker.with(adapter) } : services;
}
