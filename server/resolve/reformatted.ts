/**
 * Where one side only laid the base out anew: the other side's edit in that layout. The words of the edit are put into it
 * (rules/relayout.ts) and the result is read again: it stands only where its syntax tree is the edit's, to the letter. Where that is
 * not so, the edit stays as its author wrote it, and is called that: in the old layout.
 */
import type { LanguageId } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { isLeaf, type Tree, textOf, typeOf } from '../syntax/tree.ts';
import { type Material, type SideMaterial, squeeze } from './material.ts';
import { relayout } from './rules/relayout.ts';
import { reindent } from './rules/whitespace.ts';

export interface Reformatted {
  /** The side that only laid out anew. */
  readonly formatted: 'left' | 'right';
  /** The other one's edit. */
  readonly text: string;
  readonly layout: 'new' | 'old';
}

/** Indentation is structure, or text: there no text may be explained by "only reformats". */
export const INDENTED = new Set<LanguageId>(['python', 'yaml', 'markdown']);

/** Whether how deep a line stands is known to mean nothing. */
export const isFreeOfIndentation = (language: LanguageId | undefined): boolean =>
  language !== undefined && !INDENTED.has(language);

/** More tokens of base and edit together are not laid out anew. */
const MOST_TOKENS = 20_000;

const known = new WeakMap<Material, { readonly found: Reformatted | undefined }>();

export function reformattedSide(material: Material, syntax: Syntax): Reformatted | undefined {
  const kept = known.get(material);
  if (kept) return kept.found;
  const found = read(material, syntax);
  known.set(material, { found });
  return found;
}

function read(material: Material, syntax: Syntax): Reformatted | undefined {
  const { base, left, right, hasBase, language } = material;
  if (!hasBase || base.squeezed === '' || language === undefined || INDENTED.has(language.id)) return undefined;
  const formatted = left.squeezed === base.squeezed ? 'left' : right.squeezed === base.squeezed ? 'right' : undefined;
  if (formatted === undefined) return undefined;
  const [side, edited] = formatted === 'left' ? [left, right] : [right, left];
  const text = inNewLayout(material, syntax, side, edited);
  return { formatted, text: text ?? edited.text, layout: text === undefined ? 'old' : 'new' };
}

/** Undefined where it cannot be told. */
function inNewLayout(
  material: Material,
  syntax: Syntax,
  formatted: SideMaterial,
  edited: SideMaterial,
): string | undefined {
  const { base, huge, leftDiff, rightDiff } = material;
  const changes = edited === material.left ? leftDiff : rightDiff;
  const sameWords = base.tokens.count === formatted.tokens.count && base.ids.every((id, i) => id === formatted.ids[i]);
  if (!huge && sameWords && base.tokens.count + edited.tokens.count < MOST_TOKENS) {
    const text = relayout(base, formatted, edited, changes);
    if (squeeze(text) === edited.squeezed && meansTheSame(material, syntax, edited.text, text)) return text;
  }
  // Lines that only moved right or left, or have other blanks at their end.
  if (!sameLines(base, formatted, false)) return undefined;
  const text = reindent(base.text, formatted.text, edited.text);
  return meansTheSame(material, syntax, edited.text, text) ? text : undefined;
}

/** Whether two texts are one program in their place, as far as a syntax tree tells. */
function meansTheSame(material: Material, syntax: Syntax, one: string, other: string): boolean {
  const { before, after } = material.context;
  const versions = [one, other].map((text) => ({
    text: before + text + after,
    regions: [{ start: before.length, end: before.length + text.length }],
  }));
  const [a, b] = syntax.parseVersions(material.language, versions);
  return a !== undefined && b !== undefined && sameTrees(a, b);
}

/** Texts, whose white space is their own. */
const isText = (type: string): boolean => /string|template_(?:literal|chars)|regex|raw|heredoc/.test(type);

function sameTrees(a: Tree, b: Tree): boolean {
  const [here, there] = [solid(a), solid(b)];
  if (here.length !== there.length) return false;
  return here.every(({ node, depth }, i) => {
    const other = there[i];
    if (!other || other.depth !== depth) return false;
    const type = typeOf(a, node);
    if (type !== typeOf(b, other.node) || isLeaf(a, node) !== isLeaf(b, other.node)) return false;
    if (!isText(type) && !isLeaf(a, node)) return true;
    return meaning(type, textOf(a, node)) === meaning(type, textOf(b, other.node));
  });
}

/** The nodes of a tree without leaves of white space alone, as some grammars have them for the end of a line. */
function solid(tree: Tree): { readonly node: number; readonly depth: number }[] {
  const depths = new Int32Array(tree.size);
  const nodes: { node: number; depth: number }[] = [];
  for (let node = 0; node < tree.size; node++) {
    const parent = tree.parent[node] ?? -1;
    const depth = parent < 0 ? 0 : (depths[parent] ?? 0) + 1;
    depths[node] = depth;
    const isSpace = isLeaf(tree, node) && tree.error[node] !== 1 && textOf(tree, node).trim() === '';
    if (!isSpace) nodes.push({ node, depth });
  }
  return nodes;
}

function meaning(type: string, text: string): string {
  if (type.includes('comment')) return squeeze(text);
  // As JSX reads it: white space with a line break in it means nothing.
  if (type === 'jsx_text') return text.replace(/[^\S\n]*\n\s*/g, '\n').replace(/^\n|\n$/g, '');
  return text;
}

/** The same lines but for blank ones, for white space at their end and, unless `indented`, at their beginning. */
export function sameLines(a: SideMaterial, b: SideMaterial, indented: boolean): boolean {
  const line = (side: SideMaterial, i: number) => {
    // A unit carries the blank lines above it.
    const own = side.solid[i]?.text.replace(/^(?:[^\S\n]*\r?\n)+/, '') ?? '';
    return indented ? own.trimEnd() : own.trim();
  };
  return a.solid.length === b.solid.length && a.solid.every((_, i) => line(a, i) === line(b, i));
}
