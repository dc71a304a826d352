/**
 * Whether a text can stand in a hole by the grammar: in its place the buffer has no error that it lacks with a plain name there,
 * and the text is what the name is, one child of the same parent (or several: arguments). `String name` is no argument.
 */
import type { Language } from '../../syntax/languages.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import { newErrors, type Tree, typeOf } from '../../syntax/tree.ts';

export interface HoleShape {
  /** The buffer with the plain name in the hole. */
  readonly plain: Tree;
  /** The tree of the buffer with the text, where the text can stand. */
  readonly treeOf: (text: string) => Tree | undefined;
}

/** A name that no buffer has. */
export const PLAIN = 'mortise_hole_';

/** Undefined: the buffer cannot be parsed. `isMember`: the hole is behind a dot, and what stands there is no node of its own. */
export function holeShape(
  syntax: Syntax,
  language: Language,
  [before, after]: readonly [string, string],
  isMember: boolean,
): HoleShape | undefined {
  const start = before.length;
  const put = (text: string) => ({ text: before + text + after, regions: [{ start, end: start + text.length }] });
  const [plain] = syntax.parseVersions(language, [put(PLAIN)]);
  if (!plain) return undefined;
  const own = parentOf(plain, start, start + PLAIN.length);
  const anyShape = isMember || own === undefined || own.isStatement || typeOf(plain, own.node) === 'ERROR';
  return {
    plain,
    treeOf: (text) => {
      const [tree] = syntax.parseVersions(language, [put(text)]);
      if (!tree || newErrors(tree, [plain]) > 0) return undefined;
      if (anyShape) return tree;
      const found = parentOf(tree, start, start + text.length);
      const isSame =
        found !== undefined &&
        !found.isAssignment &&
        typeOf(tree, found.node) === typeOf(plain, own.node) &&
        tree.start[found.node] === plain.start[own.node];
      return isSame ? tree : undefined;
    },
  };
}

interface Parent {
  readonly node: number;
  /** Whole statements may stand there. */
  readonly isStatement: boolean;
  readonly isAssignment: boolean;
}

/** The node of which a span is one child or several; undefined where it cuts through one. */
function parentOf(tree: Tree, start: number, end: number): Parent | undefined {
  let node = 0;
  let isStatement = false;
  for (let n = 1; n < (tree.last[node] ?? 0); ) {
    const from = tree.start[n] ?? 0;
    const to = tree.end[n] ?? 0;
    if (from === start && /statement$/.test(typeOf(tree, n))) isStatement = true;
    if (from <= start && end <= to && (from < start || end < to)) {
      node = n;
      n++;
    } else n = tree.last[n] ?? n + 1;
  }
  const edges = { start: false, end: false };
  let isAssignment = false;
  for (let n = node + 1; n < (tree.last[node] ?? 0); n = tree.last[n] ?? n + 1) {
    const [from, to] = [tree.start[n], tree.end[n]];
    if (from === start) edges.start = true;
    if (to === end) edges.end = true;
    if (from === start && to === end) isAssignment = /^assignment/.test(typeOf(tree, n));
  }
  return edges.start && edges.end ? { node, isStatement, isAssignment } : undefined;
}
