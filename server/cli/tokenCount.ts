/** Counting tokens where a budget is contractual: exactly, but for the package, which leaves the ranks out. */
import { type CountTokens, estimateTokens } from '../complete/tokens.ts';

/** @param warn told once, in a sentence, where the count is estimated. */
export async function tokenCount(warn: (sentence: string) => void): Promise<CountTokens> {
  try {
    // A file of its own beside the bundle (esbuild.mjs).
    const { loadO200k } = await import('../complete/o200k.ts');
    return await loadO200k();
  } catch {
    warn('tokens are estimated: the exact counts (o200k.cjs) are not in the package');
    return estimateTokens;
  }
}
