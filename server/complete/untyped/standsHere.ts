/**
 * What of the ranked completions can stand in the hole, in languages without a checker: what the grammar takes there, of names that
 * are in scope, and behind a dot of members. Asked from the best down, until there is enough to show; a hole is parsed a bounded
 * number of times.
 */
import { posix } from 'node:path';
import { languageOf } from '../../syntax/languages.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { OpenHole } from '../complete.ts';
import { isWord } from '../holeTokens.ts';
import type { RankedItem } from '../items/items.ts';
import { isBehindDot, membersNamed, namesBehind } from '../items/memberNames.ts';
import { interpolatedAt } from '../prose.ts';
import { lacksKeyword } from './keywordsHere.ts';
import { scopeAt } from './namesInScope.ts';
import { holeShape, PLAIN } from './placeShape.ts';

/** How many are parsed, in a text of ordinary length and in a long one. */
const PARSED = { most: 40, long: 12 };
const LONG = 60_000;

export interface Standing {
  readonly items: readonly RankedItem[];
  /** Shares of what cannot stand, together. */
  readonly refused: number;
}

/** @param kept asked about first, and there although there is enough before them; of others it says nothing that they cannot stand. */
export function standingItems(
  hole: OpenHole,
  ranked: readonly RankedItem[],
  syntax: Syntax,
  enough: number,
  kept: readonly RankedItem[] = [],
): Standing {
  const fits = fitting(hole, syntax);
  const items: RankedItem[] = [];
  let refused = 0;
  // They come first where only so many can be asked about.
  const known = new Map(kept.map(({ proposal: { text, tokens } }) => [text, fits(text, tokens)]));
  for (const item of ranked) {
    const { text, tokens } = item.proposal;
    if (items.length >= enough && !known.has(text)) continue;
    if (known.get(text) ?? fits(text, tokens)) items.push(item);
    else if (kept.length === 0 || known.has(text)) refused += item.share;
  }
  return { items, refused };
}

function fitting(hole: OpenHole, syntax: Syntax): (text: string, tokens: readonly string[]) => boolean {
  const { view, tokens, workspace } = hole;
  const { texts } = tokens.before;
  const isMember = isBehindDot(texts);
  const isMemberHere = isMember ? memberTest(hole) : () => true;
  const language = languageOf(view.path);
  const before = view.text.slice(0, view.offset);
  const after = view.text.slice(view.suffixOffset);
  const shape = language && holeShape(syntax, language, [before, after], isMember);
  if (!language || !shape) return (_, own) => isMemberHere(own);
  const folder = posix.dirname(view.path);
  const inherits = view.buffer.symbols.some(({ kind, parents }) => kind === 'type' && (parents?.length ?? 0) > 0);
  const isType = (name: string): boolean => {
    const named = workspace.index.symbolsNamed(name).filter(({ file }) => file.family === view.buffer.family);
    return named.length > 0 && named.every(({ symbol }) => symbol.kind === 'type');
  };
  const isBeside = (name: string): boolean =>
    workspace.index.symbolsNamed(name).some(({ file, symbol }) => {
      if (file.family !== view.buffer.family || view.masked(file.path)) return false;
      if (symbol.container !== undefined) return inherits && language.id === 'java';
      return language.id !== 'python' && posix.dirname(file.path) === folder;
    });
  const scope = scopeAt(shape.plain, language.id, view.offset, isBeside, isType);
  const isDotted = dottedTest(hole);
  const isMadeUp = lacksKeyword(hole);
  const ownNames = new Set(view.buffer.symbols.map((symbol) => symbol.name));
  const isDeclared = (name: string): boolean => ownNames.has(name) || workspace.index.symbolsNamed(name).length > 0;
  // A string in the braces of a string would end that in many languages; a number would stand in the text itself.
  const isInString = interpolatedAt(view.text, view.offset, view.buffer.family) !== undefined;
  let left = view.text.length > LONG ? PARSED.long : PARSED.most;
  return (text, own) => {
    if (text.includes(PLAIN) || !isMemberHere(own) || isMadeUp(own) || left <= 0) return false;
    if (isInString && /["'`\n]|^\d/.test(text)) return false;
    // A line of another place with its names changed may have made up a member.
    if (own.some((name, i) => own[i - 1] === '.' && isWord(name) && !isDeclared(name) && !isDotted(name))) return false;
    left--;
    const tree = shape.treeOf(text);
    if (!tree) return false;
    return !scope || scope.unknown(tree, before.length, before.length + text.length).length === 0;
  };
}

/** Whether what begins with a name can stand behind the dot: a member of the value's class, else what stands behind a dot elsewhere. */
function memberTest(hole: OpenHole): (tokens: readonly string[]) => boolean {
  const { view, tokens } = hole;
  const value = tokens.before.texts.at(-2) ?? '';
  const { members, isWhole } = membersNamed(hole);
  const own = new Set(members.map(({ text }) => /^[^(]*/.exec(text)?.[0] ?? text));
  const near = namesBehind(view.text, value);
  const isDotted = dottedTest(hole, tokens.before.texts.at(-1));
  return ([name = '']) => {
    if (own.has(name) || near.has(name)) return true;
    // The class is known, and with its bases: there is nothing else. Nor is there ever the value itself, once more.
    if (isWhole || name === value) return false;
    return isDotted(name);
  };
}

/** Whether a name stands behind a dot anywhere. */
function dottedTest({ view, workspace }: OpenHole, dot = '.'): (name: string) => boolean {
  const { index, ngram } = workspace;
  const dotted = new Set(view.text.match(/(?<=\.[^\S\n]*)[\p{L}_][\p{L}\p{N}_]*/gu));
  const known = index.vocabulary.id(dot);
  return (name) =>
    dotted.has(name) ||
    ngram.places(view.buffer.family, Int32Array.of(known, index.vocabulary.id(name)), view.masked, 1).length > 0;
}
