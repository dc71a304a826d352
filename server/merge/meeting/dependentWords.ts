/**
 * What dependent.ts asks of a tree, asked of words where no grammar is known (Swift, SQL, Dart and the like): ours changed what a name
 * is and theirs put an operation or a call around it, or ours turned a condition round and theirs what follows. A statement is a line.
 */
import type { Words } from '../edits.ts';
import { BOTH, type Met, OURS, THEIRS } from './meetingShapes.ts';
import { areOpposite } from './opposites.ts';
import { DECIDES, denials, FLIPS } from './turned.ts';

/** Files of code; in others a line is no statement. */
const CODE =
  /\.(?:swift|(?:pg|pl)?sql|ddl|dart|scala|sc|groovy|gradle|exs?|jl|r|lua|p[lm]|ps1|psm1|mm?|zig|nim|vb|fsx?|sol|awk|cmake)$/i;
/** So many lines away a name is still near. */
const NEAR = 12;
/** A longer line is none that a person reads. */
const LONG = 80;

export interface MetInWords {
  readonly met: Met;
  readonly text: string;
}

interface Layer {
  readonly words: Words;
  /** By word, whose edit it is. */
  readonly marks: Uint8Array;
  readonly path: string;
  /** What the base has between two words, the second left out. */
  readonly inBase: (from: number, to: number) => string;
}

/** A line: its words, from `from` to `to`. */
interface Line {
  readonly from: number;
  readonly to: number;
}

interface Made {
  readonly by: number;
  /** What it was given beside its value. */
  readonly added: ReadonlySet<string>;
  readonly line: number;
}

export function metInWords(layer: Layer): MetInWords[] {
  if (!CODE.test(layer.path)) return [];
  const text = wordAt(layer.words);
  const lines = linesOf(layer.words);
  const found: MetInWords[] = [];
  const made = new Map<string, Made>();
  lines.forEach((line, at) => {
    if (line.to - line.from > LONG || /^(?:\/\/|--|#|\*)/.test(text(line.from))) return;
    const turned = turnedAt(layer, lines, at);
    if (turned) found.push(turned);
    const target = targetIn(text, line);
    for (let k = line.from; k < line.to; k++) {
      const use = made.get(keyAt(text, k, line.from));
      if (!use || layer.marks[k] !== 0 || at - use.line > NEAR || k === target?.name) continue;
      const around = aroundAt(text, layer.marks, k, use);
      if (around)
        found.push({
          text: cut(layer.words, around.from, around.to),
          met: {
            what: around.what,
            held: true,
            through: { name: keyAt(text, k, line.from), by: use.by === OURS ? 'ours' : 'theirs' },
          },
        });
    }
    if (!target) return;
    const by = layer.marks.subarray(target.from, target.to).reduce((all, mark) => all | mark, 0);
    const key = keyAt(text, target.name, line.from);
    if (by === OURS || by === THEIRS) made.set(key, { by, line: at, added: addedIn(text, layer.marks, target) });
    else made.delete(key);
  });
  return found;
}

type Text = (k: number) => string;

const wordAt =
  ({ text, tokens }: Words): Text =>
  (k) =>
    text.slice(tokens.start[k] ?? 0, tokens.end[k] ?? 0);

const cut = ({ text, tokens }: Words, from: number, to: number): string =>
  text.slice(tokens.start[from] ?? 0, tokens.end[to - 1] ?? 0);

function linesOf({ text, tokens: { count, start, end } }: Words): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (let k = 1; k <= count; k++) {
    if (k < count && !text.slice(end[k - 1], start[k]).includes('\n')) continue;
    if (k > from) lines.push({ from, to: k });
    from = k;
  }
  return lines;
}

const NAME = /^[$@]{0,2}[\p{L}_][\p{L}\p{N}_]*$/u;

/** A name with what it is a member of: `self.ms`. */
function keyAt(text: Text, k: number, from: number): string {
  if (!NAME.test(text(k))) return '';
  let key = text(k);
  for (let at = k; at - 2 >= from && /^(?:\.|->|\?\.)$/.test(text(at - 1)) && NAME.test(text(at - 2)); at -= 2)
    key = `${text(at - 2)}.${key}`;
  return key;
}

/** The name that a line gives a value, and the words of that value: `let ms = s * 1000`, `cents / 100 AS amount`. */
function targetIn(text: Text, { from, to }: Line): { name: number; from: number; to: number } | undefined {
  let depth = 0;
  for (let k = from; k < to; k++) {
    const word = text(k);
    if (/^[([{]$/.test(word)) depth++;
    else if (/^[)\]}]$/.test(word)) depth--;
    else if (depth === 0 && /^(?::?=|<-|[-+*/]=)$/.test(word) && k > from) {
      // `let ms: Int = 5`
      let name = k - 1;
      for (let at = k - 1; at > from; at--) if (text(at) === ':') name = at - 1;
      return NAME.test(text(name)) ? { name, from: k, to } : undefined;
    } else if (/^as$/i.test(word) && k > from && NAME.test(text(k + 1))) {
      let start = k;
      while (start > from && !/^(?:,|select|\()$/i.test(text(start - 1))) start--;
      return { name: k + 1, from: start, to: k };
    }
  }
  return undefined;
}

/** What a side put around a word: an operator beside it, or a call of it alone. */
function aroundAt(text: Text, marks: Uint8Array, k: number, made: Made) {
  const by = BOTH - made.by;
  const isBy = (at: number, words: RegExp) => marks[at] === by && words.test(text(at));
  let first = k;
  while (/^(?:\.|->|\?\.)$/.test(text(first - 1)) && NAME.test(text(first - 2))) first -= 2;
  if (isBy(first - 1, SIGN)) return { what: 'calculation', from: first - 2, to: k + 1 } as const;
  if (isBy(k + 1, SIGN)) return { what: 'calculation', from: first, to: k + 3 } as const;
  if (isBy(k + 1, DEFAULTS) && made.added.has(text(k + 1)))
    return { what: 'condition', from: first, to: k + 3 } as const;
  if (isBy(first - 1, /^\($/) && isBy(k + 1, /^\)$/) && isBy(first - 2, NAME))
    return { what: 'call', from: first - 2, to: k + 2 } as const;
  return undefined;
}

function addedIn(text: Text, marks: Uint8Array, { from, to }: { from: number; to: number }): ReadonlySet<string> {
  const words = new Set<string>();
  for (let k = from; k < to; k++) if (marks[k] !== 0) words.add(text(k));
  return words;
}

/** Said of nothing once, it is nothing no more. */
const DEFAULTS = /^(?:\?\?|\|\||\?:|or)$/;
const SIGN = /^(?:[-+*/%]|<<|>>)$/;

/** A line that only turns its condition round, and a word of the other side behind it that decides something. */
function turnedAt({ words, marks, inBase }: Layer, lines: readonly Line[], at: number): MetInWords | undefined {
  const text = wordAt(words);
  const line = lines[at] ?? { from: 0, to: 0 };
  if (!/^(?:if|guard|unless|elsif|elseif|elif|\}|else)$/i.test(text(line.from))) return undefined;
  const own: number[] = [];
  for (let k = line.from; k < line.to; k++) if (marks[k] !== 0) own.push(k);
  const [first] = own;
  const by = first === undefined ? 0 : (marks[first] ?? 0);
  if (first === undefined || !own.every((k) => marks[k] === by)) return undefined;
  const [now, before] = [cut(words, line.from, line.to), inBase(line.from, line.to)];
  const isOpposite = own.length === 1 && areOpposite(text(first), inBase(first, first + 1).trim());
  const isFlip = own.every((k) => FLIPS.test(text(k))) && denials(now) !== denials(before);
  if (!isOpposite && !isFlip) return undefined;
  for (let k = line.to; k < (lines[at + FOLLOWS] ?? lines.at(-1) ?? line).to; k++)
    if (marks[k] === BOTH - by && DECIDES.test(text(k)))
      return {
        text: now,
        met: { what: 'branch', held: true, through: { name: '', by: by === OURS ? 'ours' : 'theirs' } },
      };
  return undefined;
}

/** Lines in which a branch is decided. */
const FOLLOWS = 6;
