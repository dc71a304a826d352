/**
 * The same thing written twice in one list that may hold it once: a key in an object literal, a label in a `switch`, an attribute,
 * a named argument, an exported name. Mostly the later one silently wins, or the compiler refuses it. Which lists there are is
 * said in repeatReaders.ts.
 */
import type { Language } from '../../syntax/languages.ts';
import { unquote } from '../../syntax/policy.ts';
import { isLeaf, type Tree, typeOf } from '../../syntax/tree.ts';
import type { PartOfTree } from './duplicates.ts';
import { countedReaders, type Reader, type RepeatKind, toldReaders } from './repeatReaders.ts';

export interface Repeat {
  readonly what: RepeatKind;
  readonly name: string;
  readonly offset: number;
  /** It is told, and not among what the trained judge of whole files counts. */
  readonly uncounted?: true;
}

/** Repeats of a result that no side has, each once. With a span only those in lists that reach into it. */
export function newRepeats(result: PartOfTree, sides: Iterable<PartOfTree>, language: Language): Repeat[] {
  const fresh = new Map(repeatsOf(result, language).map((one) => [keyOf(one), one]));
  if (fresh.size === 0) return [];
  for (const side of sides) {
    for (const one of repeatsOf(side, language)) fresh.delete(keyOf(one));
    if (fresh.size === 0) break;
  }
  return [...fresh.values()];
}

const keyOf = ({ what, name }: Repeat): string => `${what} ${name}`;

function repeatsOf(part: PartOfTree, language: Language): Repeat[] {
  const counted = repeatsBy(part, countedReaders[language.id]);
  const told = repeatsBy(part, toldReaders[language.id]);
  return [...counted, ...told.map((one): Repeat => ({ ...one, uncounted: true }))];
}

function repeatsBy({ tree, span }: PartOfTree, readers: ReadonlyMap<string, Reader> | undefined): Repeat[] {
  const found: Repeat[] = [];
  if (readers === undefined) return found;
  for (let node = 0; node < tree.size; node++) {
    // No list is in what lies wholly beside the span.
    if (span && ((tree.start[node] ?? 0) > span.end || (tree.end[node] ?? 0) < span.start)) {
      node = (tree.last[node] ?? 0) - 1;
      continue;
    }
    const reader = isLeaf(tree, node) ? undefined : readers.get(typeOf(tree, node));
    if (reader) found.push(...repeatsIn(tree, node, reader));
  }
  return found;
}

function repeatsIn(tree: Tree, list: number, { what, read }: Reader): Repeat[] {
  const found: Repeat[] = [];
  const seen = new Map<string, string | undefined>();
  for (const { text, written, node } of read(tree, list)) {
    // What is spread in between may be meant to be overwritten, or to overwrite.
    if (text === 'barrier') seen.clear();
    else if (!seen.has(text)) seen.set(text, written);
    // What is written alike throughout is told as defined twice already.
    else if (written === undefined || written !== seen.get(text))
      found.push({ what, name: unquote(text), offset: tree.start[node] ?? 0 });
  }
  return found;
}
