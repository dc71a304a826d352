/**
 * Members of near values whose type may be unknown (a package that is not installed, an untyped parameter): what the
 * workspace reads of a value of the same name. The checker refuses what a known type does not have.
 */
import { isWord } from '../holeTokens.ts';
import { storedToken } from '../index/indexFile.ts';
import type { Vocabulary } from '../index/ngram.ts';
import type { NgramScorer } from './ngramScorer.ts';
import type { Atom } from './shapes.ts';

const ROOTS = 6;
const EACH = 5;
const LEAST = 0.03;

export interface MemberGuess {
  readonly text: string;
  /** Worth of the value near the hole times how often the member is read of it. */
  readonly worth: number;
}

export function guessMembers(scorer: NgramScorer, vocabulary: Vocabulary, atoms: readonly Atom[]): MemberGuess[] {
  const { model, start } = scorer;
  const dot = vocabulary.id(storedToken('.'));
  const roots = atoms.filter(({ text }) => isWord(text)).slice(0, ROOTS);
  return roots.flatMap(({ text, worth }) => {
    const state = model.advance(model.advance(start, vocabulary.id(storedToken(text))), dot);
    return model.next(state, EACH).flatMap((id): MemberGuess[] => {
      const name = vocabulary.text(id);
      const share = isWord(name) ? model.probability(state, id) : 0;
      return share < LEAST ? [] : [{ text: `${text}.${name}`, worth: worth * share }];
    });
  });
}
