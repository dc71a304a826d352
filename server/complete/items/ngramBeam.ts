/**
 * A whole expression out of the n-gram model: a beam over tokens that ends where the text after the hole may begin.
 * Brackets must balance; at depth 0 only the token that follows the hole ends it, so that code without semicolons stops
 * at its line end. Deterministic: ties fall to the smaller id.
 */
import { timeLimit } from '../../types/clock.ts';
import type { NgramModel, NgramState, Vocabulary } from '../index/ngram.ts';
import { NEWLINE } from '../tokens.ts';

export interface BeamOptions {
  /** Ids of tokens that may follow the hole. */
  readonly stops: readonly number[];
  readonly width?: number;
  readonly maxTokens?: number;
  /** Milliseconds. */
  readonly deadline?: number;
  readonly keep?: number;
}

export interface BeamItem {
  readonly text: string;
  readonly tokens: readonly number[];
  /** Natural logarithm of the probability of the tokens and of stopping there. */
  readonly logProbability: number;
}

interface Partial {
  /** Where it stands, found when it is first asked: most partials are dropped before. */
  state: NgramState | undefined;
  /** Where its last token stands. */
  readonly before: NgramState;
  readonly tokens: readonly number[];
  readonly text: string;
  readonly log: number;
  /** Closers owed, innermost last. */
  readonly owed: string;
}

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const never = /^(?:["'`].{60}|[\s\S]{120}|[{}]\$)/;
/** No expression starts with these; none ends after those. */
const badStart =
  /^(?:[.,;:?)\]}*/%&|^=<>]|=>|[-+*/%&|^!=<>]=|&&|\|\||\?\?|\?\.|instanceof$|as$|const$|let$|var$|return$|if$|for$|while$|import$|export$|throw$|else$|case$|def$|elif$|in$|is$|and$|or$)/;
const badEnd =
  /^(?:[.,:?*/%&|^=<+!~-]|=>|[-+*/%&|^!=<>]=|&&|\|\||\?\?|\?\.|instanceof|as|new|typeof|await|in|of|not|and|or|return|const|let)$/;

export function beamSearch(
  model: NgramModel,
  vocabulary: Vocabulary,
  start: NgramState,
  options: BeamOptions,
): BeamItem[] {
  const width = options.width ?? 16;
  const isLate = timeLimit(options.deadline ?? 80);
  const done: BeamItem[] = [];
  let beam: Partial[] = [{ state: start, before: start, tokens: [], text: '', log: 0, owed: '' }];
  for (let length = 0; length < (options.maxTokens ?? 24) && beam.length > 0; length++) {
    const grown: Partial[] = [];
    for (const partial of beam) {
      if (isLate()) return finish(done, options.keep ?? 20);
      const ended = end(model, vocabulary, partial, options.stops);
      if (ended) done.push(ended);
      grown.push(...grow(model, vocabulary, partial, length === 0 ? 3 * width : width));
    }
    grown.sort((x, y) => y.log - x.log || compare(x.text, y.text));
    const floor =
      done.length >= (options.keep ?? 20)
        ? (finish(done, options.keep ?? 20).at(-1)?.logProbability ?? -Infinity)
        : -Infinity;
    beam = grown.slice(0, length === 0 ? 2 * width : width).filter((partial) => partial.log > floor);
  }
  return finish(done, options.keep ?? 20);
}

const compare = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);

function end(
  model: NgramModel,
  vocabulary: Vocabulary,
  partial: Partial,
  stops: readonly number[],
): BeamItem | undefined {
  const lastToken = partial.tokens.at(-1);
  if (partial.owed !== '' || lastToken === undefined || badEnd.test(vocabulary.text(lastToken))) return undefined;
  let probability = 0;
  for (const stop of stops) probability += model.probability(stateOf(model, partial), stop);
  if (probability <= 0) return undefined;
  return { text: partial.text, tokens: partial.tokens, logProbability: partial.log + Math.log(probability) };
}

function grow(model: NgramModel, vocabulary: Vocabulary, partial: Partial, width: number): Partial[] {
  const grown: Partial[] = [];
  const atStart = partial.tokens.length === 0;
  const here = stateOf(model, partial);
  for (const id of model.next(here, width)) {
    const text = vocabulary.text(id);
    if (text === '' || never.test(text) || (atStart && badStart.test(text))) continue;
    const owed = owedAfter(partial.owed, text);
    if (owed === undefined) continue;
    const probability = model.probability(here, id);
    if (probability <= 0) continue;
    const space = !atStart && model.isSpaced(here, id) ? ' ' : '';
    const printed = text === NEWLINE ? '\n' : text;
    grown.push({
      state: undefined,
      before: here,
      tokens: [...partial.tokens, id],
      text: partial.text + space + printed,
      log: partial.log + Math.log(probability),
      owed,
    });
  }
  return grown;
}

function stateOf(model: NgramModel, partial: Partial): NgramState {
  const last = partial.tokens.at(-1);
  partial.state ??= last === undefined ? partial.before : model.advance(partial.before, last);
  return partial.state;
}

/** Undefined: the token cannot stand here (a closer that is not owed, a separator outside brackets). */
function owedAfter(owed: string, text: string): string | undefined {
  const closer = closerOf[text];
  if (closer !== undefined) return owed.length > 7 ? undefined : owed + closer;
  if (text === ')' || text === ']' || text === '}') return owed.endsWith(text) ? owed.slice(0, -1) : undefined;
  if (text === ';' || text === NEWLINE) return owed.endsWith('}') ? owed : undefined;
  if (text === ',') return owed === '' ? undefined : owed;
  return owed;
}

function finish(done: readonly BeamItem[], keep: number): BeamItem[] {
  const best = new Map<string, BeamItem>();
  for (const item of done) {
    const known = best.get(item.text);
    if (!known || known.logProbability < item.logProbability) best.set(item.text, item);
  }
  return [...best.values()]
    .sort((x, y) => y.logProbability - x.logProbability || compare(x.text, y.text))
    .slice(0, keep);
}
