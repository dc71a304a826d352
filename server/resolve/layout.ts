/**
 * How far a conflict may be trusted whose sides differ in white space only. All measurements take texts for equal that are
 * equal but for white space, so they are blind to exactly what such a side changed: here, what it changed is looked at. A list
 * of what is known to mean nothing, not of what means something: all else is for people.
 */
import type { Language, LanguageId } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { type Tree, typeOf } from '../syntax/tree.ts';
import type { ConflictContext, Tier } from './candidate.ts';
import type { Material, SideMaterial } from './material.ts';
import { INDENTED, reformattedSide, sameLines } from './reformatted.ts';

/** Where white space between two tokens of a line means nothing, if they are no texts, and … */
const BY_TOKEN = new Set<LanguageId>([
  'typescript',
  'tsx',
  'javascript',
  'java',
  'csharp',
  'go',
  'rust',
  'c',
  'cpp',
  'kotlin',
  'json',
]);
/** … where a line break does not. */
const BREAKS_FREELY = new Set<LanguageId>(['java', 'csharp', 'rust', 'c', 'cpp', 'json']);
/** Where it means nothing at either end of a line, nor do blank lines, outside of texts that go over lines. */
const BY_LINE = new Set<LanguageId>([...BY_TOKEN, 'css', 'python']);

/** Every sign that begins a line for `m` is left out of the white space: else a run of them costs its square. */
const DIRECTIVE = /^[^\S\r\n\u2028\u2029]*#/m;

/** Larger texts are not parsed for this, in UTF-16 units. */
const LARGE = 400_000;

/** The highest tier that any text for a conflict may have, as far as white space goes. */
export function layoutCap(context: ConflictContext, material: Material, syntax: Syntax): Tier {
  const { base, left, right, hasBase } = material;
  const pairs = hasBase
    ? [
        [base, left],
        [base, right],
        [left, right],
      ]
    : [[left, right]];
  // The edit stands there in the old layout: after a commit that formats everything each such file would fail its check.
  if (reformattedSide(material, syntax)?.layout === 'old') return 'possible';
  let cap: Tier = 'safe';
  for (const [a, b] of pairs) {
    if (!a || !b || a.text === b.text || a.squeezed !== b.squeezed || a.squeezed === '') continue;
    const here = capOf(a, b, { context, material, syntax });
    if (here === 'possible') return here;
    if (cap === 'safe') cap = here;
  }
  return cap;
}

interface Around {
  readonly context: ConflictContext;
  readonly material: Material;
  readonly syntax: Syntax;
}

function capOf(a: SideMaterial, b: SideMaterial, around: Around): Tier {
  const { language } = around.material;
  if (!language || !BY_LINE.has(language.id) || !sameWords(a, b) || continuesLines(a.text, language.id))
    return 'possible';
  if (!sameCommands(a, b, language.id)) return 'possible';
  // Mostly the first of them decides, and the other need not be read.
  const trees: { readonly found: Parsed | undefined }[] = [];
  const holds = (kind: (tree: Tree, node: number) => boolean) =>
    [a, b].some((side, i) => {
      trees[i] ??= { found: parsed(side, language, around) };
      const found = trees[i]?.found;
      return !found || holdsNode(found, kind);
    });
  if (holds(isLongText)) return 'possible';
  if (sameLines(a, b, INDENTED.has(language.id))) return 'safe';
  const alike = BREAKS_FREELY.has(language.id) || sameBreaks(a, b);
  return BY_TOKEN.has(language.id) && alike && !DIRECTIVE.test(a.text) && !holds(isText) ? 'likely' : 'possible';
}

interface Parsed {
  readonly tree: Tree;
  readonly start: number;
  readonly end: number;
}

/** A side in its place; undefined where it cannot be read without a doubt: then nothing is known of the white space in it. */
function parsed(side: SideMaterial, language: Language, { context, syntax }: Around): Parsed | undefined {
  const { before, after } = context;
  const text = before + side.text + after;
  const region = { start: before.length, end: before.length + side.text.length };
  if (text.length > LARGE) return undefined;
  const [tree] = syntax.parseVersions(language, [{ text, regions: [region] }]);
  // An error may be a text whose beginning lies outside of what we see.
  return tree && (tree.errors === 0 || !opensText(text)) ? { tree, ...region } : undefined;
}

const opensText = (text: string): boolean => /`|"""|'''|@"|R"|r#*"|\$"/.test(text);

function holdsNode({ tree, start, end }: Parsed, kind: (tree: Tree, node: number) => boolean): boolean {
  for (let node = 1; node < tree.size; node++) {
    if ((tree.start[node] ?? 0) >= end) break;
    if ((tree.end[node] ?? 0) > start && kind(tree, node)) return true;
  }
  return false;
}

/** Strings that are compared to the letter as tokens are not among them. */
const isText = (tree: Tree, node: number): boolean =>
  /regex|template_(?:string|literal|chars)|raw|text|heredoc/.test(typeOf(tree, node));

function isLongText(tree: Tree, node: number): boolean {
  const type = typeOf(tree, node);
  if (!/string|template_(?:string|literal|chars)|regex|raw|text|heredoc/.test(type) || type === 'jsx_text')
    return false;
  const line = tree.text.indexOf('\n', tree.start[node]);
  return line >= 0 && line < (tree.end[node] ?? 0);
}

/** A backslash at a line's end joins it to the next, and one with a space behind it does not. */
const continuesLines = (text: string, language: LanguageId): boolean =>
  language !== 'json' && /\\[^\S\n]*$/m.test(text);

const sameBreaks = (a: SideMaterial, b: SideMaterial): boolean =>
  a.solid.length === b.solid.length && a.solid.every(({ key }, i) => key === b.solid[i]?.key);

/** In Go a comment without a space is for a program to read (`//export`, `//go:embed`, `//nolint`), one with a space is not. */
const COMMAND = /^\/\/[A-Za-z]/;

/** Whether such comments are the same to the letter. */
export const sameCommands = (a: SideMaterial, b: SideMaterial, language: LanguageId | undefined): boolean =>
  language !== 'go' || commandsOf(a) === commandsOf(b);

/** A comment's words are tokens of their own: the white space between them stands in the line alone. */
function commandsOf(side: SideMaterial): string {
  const { text, tokens } = side;
  const lines: string[] = [];
  for (let i = 0; i < tokens.count; i++) {
    if (!word(side, i).startsWith('//')) continue;
    const start = tokens.start[i] ?? 0;
    const end = text.indexOf('\n', start);
    lines.push(text.slice(start, end < 0 ? undefined : end).trimEnd());
  }
  return lines.filter((line) => COMMAND.test(line)).join('\n');
}

/** The same tokens: a string must be equal to the letter, a comment but for white space. */
function sameWords(a: SideMaterial, b: SideMaterial): boolean {
  if (a.tokens.count !== b.tokens.count) return false;
  for (let i = 0; i < a.tokens.count; i++) {
    if (a.ids[i] === b.ids[i]) continue;
    const [one, two] = [word(a, i), word(b, i)];
    if (!/^(\/\/|\/\*|#|<!--)/.test(one) || one.replace(/\s+/g, '') !== two.replace(/\s+/g, '')) return false;
  }
  return true;
}

const word = (side: SideMaterial, i: number): string => side.text.slice(side.tokens.start[i], side.tokens.end[i]);
