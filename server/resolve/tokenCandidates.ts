/**
 * Candidates from the three-way token merge inside a hunk: clean as it is, or with each remaining token conflict filled by
 * one of MergeBERT's nine primitive patterns (Svyatkovskiy et al. 2022) and a few of ours, searched by a beam.
 */
import { gitDiff } from '../diff/gitDiff.ts';
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import { fillPieces, type TokenPiece, tokenMerge } from '../merge/tokenMerge.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { Tokens } from '../syntax/tree.ts';
import type { Generated } from './lineCandidates.ts';
import { type Material, squeeze } from './material.ts';
import { compareVersions, versionsIn } from './rules/version.ts';

type ConflictPiece = Extract<TokenPiece, { kind: 'conflict' }>;

/** Words of a text, each with the white space before it. */
function wordsOf(text: string, tokens: Tokens): string[] {
  const out: string[] = [];
  let at = 0;
  for (let i = 0; i < tokens.count; i++) {
    const end = tokens.end[i] ?? at;
    out.push(text.slice(at, end));
    at = end;
  }
  if (at < text.length) out.push(text.slice(at));
  return out;
}

function idsOf(words: readonly string[], interner: Interner): Int32Array {
  return interner.ids(words.map((word) => word.trim()));
}

function minusWords(from: readonly string[], other: readonly string[]): string[] {
  const interner = new Interner();
  return histogramDiff(idsOf(other, interner), idsOf(from, interner)).flatMap((c) => from.slice(c.bStart, c.bEnd));
}

/** Both along what they have in common; where they differ, those of the first or of the second come first. */
function weave(a: readonly string[], b: readonly string[]): { readonly first: string; readonly second: string } {
  const interner = new Interner();
  let [first, second] = ['', ''];
  let at = 0;
  for (const change of histogramDiff(idsOf(a, interner), idsOf(b, interner))) {
    const mine = a.slice(change.aStart, change.aEnd).join('');
    const theirs = b.slice(change.bStart, change.bEnd).join('');
    const same = a.slice(at, change.aStart).join('');
    first += same + mine + theirs;
    second += same + theirs + mine;
    at = change.aEnd;
  }
  const rest = a.slice(at).join('');
  return { first: first + rest, second: second + rest };
}

/** Two fragments in a row; a space where two words or a comma and a word would touch. */
function glue(a: string, b: string): string {
  if (a === '' || b === '' || /\s$/.test(a) || /^\s/.test(b)) return a + b;
  return /[\w$,;]$/.test(a) && /^[\w$"'`]/.test(b) ? `${a} ${b}` : a + b;
}

/** Prior frequency of each pattern over remaining token conflicts of the open repositories; orders the beam, nothing else. */
const prior: Readonly<Record<string, number>> = {
  L: 0.5,
  R: 0.26,
  LR: 0.07,
  RL: 0.035,
  newer: 0.03,
  'L-O': 0.012,
  'R-O': 0.01,
  'LR-O': 0.012,
  'RL-O': 0.008,
  O: 0.004,
  longer: 0.004,
  shorter: 0.003,
  'L,R': 0.006,
  'R,L': 0.004,
  woven: 0.008,
  'woven R': 0.006,
};

type Lexer = (text: string) => Tokens;

/** The patterns that say nothing of the words of a side. */
const plainFills = ({ left, right }: ConflictPiece): Map<string, string> =>
  new Map([
    ['L', left],
    ['R', right],
    ['LR', glue(left, right)],
    ['RL', glue(right, left)],
  ]);

/** Pattern → text for one token conflict; only distinct texts, the first pattern in prior order names each. */
function fills(piece: ConflictPiece, tokensOf: Lexer): Map<string, string> {
  const { left, right, base } = piece;
  const out = plainFills(piece);
  out.set('O', base);
  out.set('longer', left.length >= right.length ? left : right);
  out.set('shorter', left.length < right.length ? left : right);
  const leftVersions = versionsIn(left);
  const rightVersions = versionsIn(right);
  const lv = leftVersions[0];
  const rv = rightVersions[0];
  if (lv && rv) out.set('newer', compareVersions(lv, rv) >= 0 ? left : right);
  if (left !== '' && right !== '') {
    out.set('L,R', glue(`${left.trimEnd()},`, right.trimStart()));
    out.set('R,L', glue(`${right.trimEnd()},`, left.trimStart()));
  }
  if (left.length + right.length + base.length > 20_000) return out;
  const [l, r, o] = [left, right, base].map((text) => wordsOf(text, tokensOf(text))) as [string[], string[], string[]];
  const lNew = minusWords(l, o).join('');
  const rNew = minusWords(r, o).join('');
  out.set('L-O', lNew);
  out.set('R-O', rNew);
  out.set('LR-O', glue(lNew, rNew));
  out.set('RL-O', glue(rNew, lNew));
  const woven = weave(l, r);
  out.set('woven', woven.first);
  out.set('woven R', woven.second);
  return out;
}

const BEAM = 10;
const MAX_COMBINED = 8;
/** Above this many tokens in the two sides, alternative alignments and weaving are not tried. */
const MANY_TOKENS = 3000;

export function tokenCandidates(material: Material, syntax: Syntax): Generated[] {
  const { pieces, language } = material;
  if (!pieces) return [];
  const out = filled(pieces, 'token', (piece) => fills(piece, (text) => syntax.tokens(language, text)));
  if (material.left.ids.length + material.right.ids.length > MANY_TOKENS) return out;
  const { base, left, right } = material;
  const sides = { base: base.text, left: left.text, right: right.text };
  const finely = { base: fineTokens(base.text), left: fineTokens(left.text), right: fineTokens(right.text) };
  out.push(...filled(tokenMerge(sides, finely), 'fine', plainFills));
  const tokens = { base: base.tokens, left: left.tokens, right: right.tokens };
  out.push(...filled(tokenMerge(sides, tokens, gitDiff), 'myers', plainFills));
  out.push(...renamed(material));
  const woven = weave(wordsOf(left.text, left.tokens), wordsOf(right.text, right.tokens));
  out.push({ name: 'token woven sides', text: woven.first });
  out.push({ name: 'token woven sides, right first', text: woven.second });
  return out;
}

/** A merge clean as it is, or its conflicts filled: each pattern alone, and the likeliest mixes of the main family. */
function filled(
  pieces: readonly TokenPiece[],
  family: string,
  fillsOf: (piece: ConflictPiece) => Map<string, string>,
): Generated[] {
  const conflicts = pieces.filter((piece) => piece.kind === 'conflict');
  if (conflicts.length === 0) return [{ name: `${family} merge`, text: fillPieces(pieces, () => '') }];
  if (conflicts.length > 60) return [];
  const options = conflicts.map(fillsOf);
  const out: Generated[] = [];
  for (const pattern of Object.keys(prior)) {
    if (
      pattern === 'newer'
        ? !options.some((option) => option.has('newer'))
        : !options.every((option) => option.has(pattern))
    )
      continue;
    const text = fillPieces(pieces, (piece, i) => options[i]?.get(pattern) ?? piece.left);
    out.push({ name: `${family} ${pattern}`, text });
  }
  if (family === 'token' && conflicts.length >= 2 && conflicts.length <= MAX_COMBINED) {
    for (const choice of beam(options)) {
      out.push({ name: 'token mix', text: fillPieces(pieces, (_, i) => options[i]?.get(choice[i] ?? '') ?? '') });
    }
  }
  return out;
}

/** Words, numbers and single signs, also inside strings and comments: an edit within a literal merges too. */
function fineTokens(text: string): Tokens {
  const start: number[] = [];
  const end: number[] = [];
  for (const match of text.matchAll(/[\p{L}_]+|\p{N}+|[^\s]/gu)) {
    start.push(match.index);
    end.push(match.index + match[0].length);
  }
  return { count: start.length, start: Int32Array.from(start), end: Int32Array.from(end) };
}

/** One side renamed names throughout its hunk: the other side's text with these names. */
function renamed(material: Material): Generated[] {
  const out: Generated[] = [];
  const pairs = [
    ['left renamed as right', material.left, material.rightDiff, material.right],
    ['right renamed as left', material.right, material.leftDiff, material.left],
  ] as const;
  for (const [name, target, changes, source] of pairs) {
    const names = new Map<number, number>();
    for (const change of changes) {
      if (change.aEnd - change.aStart !== change.bEnd - change.bStart) continue;
      for (let k = 0; k < change.aEnd - change.aStart; k++) {
        const from = material.base.ids[change.aStart + k] ?? -1;
        const to = source.ids[change.bStart + k] ?? -1;
        if (/^[\p{L}_$]/u.test(material.words[from] ?? '') && /^[\p{L}_$]/u.test(material.words[to] ?? ''))
          names.set(from, to);
      }
    }
    if (names.size === 0) continue;
    let text = '';
    let at = 0;
    for (let i = 0; i < target.ids.length; i++) {
      const to = names.get(target.ids[i] ?? -1);
      if (to === undefined) continue;
      text += target.text.slice(at, target.tokens.start[i]) + (material.words[to] ?? '');
      at = target.tokens.end[i] ?? at;
    }
    if (at > 0) out.push({ name, text: text + target.text.slice(at) });
  }
  return out;
}

/** The likeliest mixed choices of one pattern per conflict by the product of priors, `newer` counted where versions differ. */
function beam(options: readonly ReadonlyMap<string, string>[]): string[][] {
  let states: { choice: string[]; score: number }[] = [{ choice: [], score: 1 }];
  for (const option of options) {
    const seen = new Map<string, { pattern: string; weight: number }>();
    for (const [pattern, text] of option) {
      const key = squeeze(text);
      const weight = prior[pattern] ?? 0;
      const known = seen.get(key);
      if (!known) seen.set(key, { pattern, weight });
      else seen.set(key, { pattern: known.weight >= weight ? known.pattern : pattern, weight: known.weight + weight });
    }
    const next = states.flatMap((state) =>
      [...seen.values()].map(({ pattern, weight }) => ({
        choice: [...state.choice, pattern],
        score: state.score * weight,
      })),
    );
    next.sort((x, y) => y.score - x.score);
    states = next.slice(0, BEAM * 2);
  }
  return states
    .slice(0, BEAM)
    .map((state) => state.choice)
    .filter((choice) => new Set(choice).size > 1);
}
