/**
 * Whether a rule that is proven by itself may apply to any conflict of a file: what the merge driver asks before it loads grammars and
 * models, since it runs once for each file and nearly always leaves git's own merge. Read from words alone. It may say yes where
 * nothing comes of it; where it says no, none of the rules of `models/rank.json.gz` (its `safeRules`) has the text that it needs.
 */
import type { Merge3 } from '../merge/conflict.ts';
import { lineMerge } from '../merge/lineMerge.ts';
import { lexicalTokens } from '../syntax/lexer.ts';
import { noSyntax } from '../syntax/syntax.ts';
import { theirsHasOurs } from './features/editFeatures.ts';
import { type Material, materialOf } from './material.ts';

/** Generators that a text of such a rule came from, one of them at least: what is asked for here. */
export const PROVEN: readonly string[] = ['same change', 'token merge', 'right'];

export function mayBeProven(path: string, sides: Merge3<string>): boolean {
  const syntax = { ...noSyntax, tokens: lexicalTokens };
  return lineMerge(sides).hunks.some((hunk) => {
    if (hunk.kind !== 'conflict') return false;
    const material = materialOf({ path, sides: hunk.conflict.sides, before: '', after: '' }, syntax);
    return isSame(material) || isMergedByWords(material) || theirsHasOurs(material);
  });
}

const isSame = ({ left, right }: Material): boolean => left.squeezed === right.squeezed;

const isMergedByWords = ({ pieces }: Material): boolean => pieces?.every(({ kind }) => kind === 'stable') ?? false;
