/**
 * Everything the generators, checks and features read of one conflict, computed once: texts, lines as units, tokens as
 * integers, and the edit scripts of both sides. Plain arrays; no candidate knows where it came from.
 */
import type { Change } from '../diff/change.ts';
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import { type TokenPiece, tokenMerge } from '../merge/tokenMerge.ts';
import { type Language, languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { Tokens } from '../syntax/tree.ts';
import { isSpace } from '../syntax/treeBuilder.ts';
import { splitLines } from '../text/lines.ts';
import type { ConflictContext } from './candidate.ts';
import type { TextNumbers } from './features/candidateFeatures.ts';
import type { ConflictFacts } from './features/conflictFeatures.ts';
import { LineBook } from './features/lineBook.ts';
import type { Generated } from './lineCandidates.ts';

/**
 * A text without any white space: two texts that squeeze alike are "the same resolution" in every measurement. A byte order mark
 * stays: `\s` has it for white space, Unicode does not, and a file is another one without it.
 */
export function squeeze(text: string): string {
  // Lines, mostly: looking at their units is quicker than an expression, which pays only in long texts.
  if (text.length > LINE) return text.replace(/[^\S\uFEFF]+/g, '');
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit > 32 && unit < 128) || unit === BYTE_ORDER_MARK || !isSpace(unit)) continue;
    if (at > from) out += text.slice(from, at);
    from = at + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

const LINE = 200;
const BYTE_ORDER_MARK = 0xfeff;

/** A line with the blank lines above it; blank lines at the end form a last unit with an empty key. */
export interface Unit {
  readonly text: string;
  /** The line squeezed. */
  readonly key: string;
}

export interface SideMaterial {
  readonly text: string;
  readonly units: readonly Unit[];
  /** Units without the blank tail. */
  readonly solid: readonly Unit[];
  readonly squeezed: string;
  readonly tokens: Tokens;
  /** Token ids in the interner of the conflict. */
  readonly ids: Int32Array;
}

export interface Material {
  readonly context: ConflictContext;
  readonly language: Language | undefined;
  readonly hasBase: boolean;
  readonly base: SideMaterial;
  readonly left: SideMaterial;
  readonly right: SideMaterial;
  /** Token edit scripts base → side. */
  readonly leftDiff: readonly Change[];
  readonly rightDiff: readonly Change[];
  /** Token id → text. */
  readonly words: readonly string[];
  readonly interner: Interner;
  /** Three-way token merge; undefined for hunks above the size limit. */
  readonly pieces: readonly TokenPiece[] | undefined;
  /** The hunk is too large for anything but whole-side candidates and cheap features. */
  readonly huge: boolean;
  readonly found: FoundOfTexts;
}

/** What was found from the three texts alone. It is shared by all materials of the same texts. */
export interface FoundOfTexts {
  facts?: ConflictFacts;
  /** Whether a side taken whole loses an edit of the other (lostEdit.ts). */
  readonly lost: { left?: boolean; right?: boolean };
  /** Candidates made of lines and tokens, with their texts squeezed. */
  candidates?: readonly (Generated & { readonly key: string })[];
  /** Numbers of a candidate that nothing around the conflict changes, by its text. */
  readonly numbers: Map<string, TextNumbers>;
  book: LineBook;
  /** Whether it served once already: nobody comes a third time, so what is large of it is let go then. */
  used: boolean;
}

/** Above this many UTF-16 units in the three sides together, only cheap candidates and features are computed. */
const HUGE = 120_000;

/** Lets go of what is as large as the candidates are. */
export function forget(found: FoundOfTexts): void {
  found.numbers.clear();
  found.book = new LineBook();
  delete found.candidates;
}

/** 53 bits that stand for a text without its white space: all that is asked of candidates kept for long. */
export function markOf(squeezed: string): number {
  let [a, b] = [0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < squeezed.length; i++) {
    const unit = squeezed.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  a ^= b >>> 16;
  b ^= a >>> 13;
  return (a >>> 0) * 0x200000 + (b >>> 11);
}

export function toUnits(text: string): Unit[] {
  const units: Unit[] = [];
  let blank = '';
  for (const line of splitLines(text)) {
    const key = squeeze(line);
    if (key === '') blank += line;
    else {
      units.push({ text: blank + line, key });
      blank = '';
    }
  }
  if (blank !== '') units.push({ text: blank, key: '' });
  return units;
}

const known = new WeakMap<ConflictContext['sides'], { readonly material: Material; readonly syntax: Syntax }>();

/**
 * A conflict is looked at with what stands around it, and once more without that, as its siblings see it: where the very
 * object of its texts comes again, they are not read again.
 */
export function materialOf(context: ConflictContext, syntax: Syntax): Material {
  const found = known.get(context.sides);
  if (found?.syntax === syntax && found.material.context.path === context.path) return { ...found.material, context };
  const material = readMaterial(context, syntax);
  if (!material.huge) known.set(context.sides, { material, syntax });
  return material;
}

function readMaterial(context: ConflictContext, syntax: Syntax): Material {
  const language = languageOf(context.path);
  const { left, right } = context.sides;
  const base = context.sides.base ?? '';
  const huge = left.length + right.length + base.length > HUGE;
  const interner = new Interner();
  const words: string[] = [];
  const side = (text: string): SideMaterial => {
    const tokens = syntax.tokens(language, huge ? text.slice(0, HUGE / 3) : text);
    const ids = new Int32Array(tokens.count);
    for (let i = 0; i < tokens.count; i++) {
      const word = text.slice(tokens.start[i], tokens.end[i]);
      const id = interner.id(word);
      ids[i] = id;
      words[id] = word;
    }
    const units = toUnits(text);
    return { text, units, solid: units.filter((unit) => unit.key !== ''), squeezed: squeeze(text), tokens, ids };
  };
  const b = side(base);
  const l = side(left);
  const r = side(right);
  return {
    context,
    language,
    hasBase: context.sides.base !== undefined,
    base: b,
    left: l,
    right: r,
    leftDiff: histogramDiff(b.ids, l.ids),
    rightDiff: histogramDiff(b.ids, r.ids),
    words,
    interner,
    pieces: huge ? undefined : tokenMerge({ base, left, right }, { base: b.tokens, left: l.tokens, right: r.tokens }),
    huge,
    found: { lost: {}, numbers: new Map(), book: new LineBook(), used: false },
  };
}
