/** Edit accounts of texts, as the product makes them of tokens it has already. */
import { histogramDiff } from '../../server/diff/histogram.ts';
import { Interner } from '../../server/diff/intern.ts';
import { accountBoth, type EditAccount, wordsOf } from '../../server/merge/edits.ts';
import type { Tokens } from '../../server/syntax/tree.ts';

type TokensOf = (text: string) => Tokens;

export function accountsOf(
  texts: { readonly base: string; readonly left: string; readonly right: string; readonly result: string },
  tokensOf: TokensOf,
): { readonly left: EditAccount; readonly right: EditAccount } {
  const interner = new Interner();
  const words = (text: string) => wordsOf(text, tokensOf, interner);
  const [base, left, right] = [words(texts.base), words(texts.left), words(texts.right)];
  const scripts = { left: histogramDiff(base.ids, left.ids), right: histogramDiff(base.ids, right.ids) };
  return accountBoth({ base, left, right }, scripts, words(texts.result));
}

/** Of one side, where the other changed nothing. */
export const accountEdits = (base: string, side: string, result: string, tokensOf: TokensOf): EditAccount =>
  accountsOf({ base, left: side, right: base, result }, tokensOf).left;
