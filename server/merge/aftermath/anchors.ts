/**
 * Aliases of a YAML document whose anchor does not stand before them: no loader takes such a file, though it parses. One side renames
 * an anchor, the other uses it anew.
 */
import type { Language } from '../../syntax/languages.ts';
import { type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import type { PartOfTree } from './duplicates.ts';

export interface Dangling {
  /** As it is written: `*base`. */
  readonly name: string;
  readonly offset: number;
}

function danglingAliases(tree: Tree): Dangling[] {
  let anchors = new Set<string>();
  const found: Dangling[] = [];
  for (let node = 0; node < tree.size; node++) {
    const type = typeOf(tree, node);
    if (type === 'document') anchors = new Set();
    if (type === 'anchor') anchors.add(textOf(tree, node).slice(1));
    if (type !== 'alias') continue;
    const name = textOf(tree, node);
    if (!anchors.has(name.slice(1))) found.push({ name, offset: tree.start[node] ?? 0 });
  }
  return found;
}

/** Those of a result that no side has, each name once. None in other languages. */
export function newDangling(result: PartOfTree, sides: Iterable<PartOfTree>, { id }: Language): Dangling[] {
  if (id !== 'yaml') return [];
  const fresh = new Map<string, Dangling>();
  for (const one of danglingAliases(result.tree)) if (!fresh.has(one.name)) fresh.set(one.name, one);
  if (fresh.size === 0) return [];
  for (const { tree } of sides) for (const { name } of danglingAliases(tree)) fresh.delete(name);
  return [...fresh.values()];
}
