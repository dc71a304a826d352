/** What one candidate does with both sides' edits, how it fits its surroundings, and which generators gave it. */
import type { Syntax } from '../../syntax/syntax.ts';
import type { Candidate } from '../candidate.ts';
import { type Material, squeeze } from '../material.ts';
import { type Bag, bagOf, common, contained, less, size } from './bags.ts';
import { type ConflictFacts, isIdentifier, Row } from './conflictFeatures.ts';
import { editFeatures, orderFeatures } from './editFeatures.ts';
import { generatorIndex, generators } from './generators.ts';

export interface Surroundings {
  /** Squeezed ends of the text before and after. */
  readonly before: string;
  readonly after: string;
  /** Squeezed nearby lines. */
  readonly lines: ReadonlySet<string>;
  /** Squeezed line just before and just after. */
  readonly nearest: { readonly before: string; readonly after: string };
}

export function surroundingsOf(m: Material): Surroundings {
  const near = `${m.context.before.slice(-1500)}\n${m.context.after.slice(0, 1500)}`;
  const lines = new Set(
    near
      .split('\n')
      .map(squeeze)
      .filter((key) => key.length > 3),
  );
  return {
    before: squeeze(m.context.before.slice(-200)).slice(-40),
    after: squeeze(m.context.after.slice(0, 200)).slice(0, 40),
    lines,
    nearest: {
      before: lastLine(m.context.before),
      after: squeeze(/[^\s].*/.exec(m.context.after.slice(0, 400))?.[0] ?? ''),
    },
  };
}

function lastLine(text: string): string {
  const trimmed = text.slice(-400).trimEnd();
  return squeeze(trimmed.slice(trimmed.lastIndexOf('\n') + 1));
}

function brackets(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 123 || unit === 40 || unit === 91) n++;
    else if (unit === 125 || unit === 41 || unit === 93) n--;
  }
  return n;
}

const PUNCTUATION = ',;{}()[]:';

function endFeatures(squeezed: string, around: Surroundings, row: Row): void {
  const last = squeezed.slice(-1) || around.before.slice(-1);
  const next = around.after.slice(0, 1);
  const first = squeezed.slice(0, 1) || next;
  const previous = around.before.slice(-1);
  const place = (char: string) => (char === '' ? -2 : PUNCTUATION.indexOf(char));
  row.put('end.last', place(last));
  row.put('end.next', place(next));
  row.put('end.first', place(first));
  row.put('end.previous', place(previous));
  row.put('end.comma', (last === ',' && /[})\]]/.test(next)) || (previous === ',' && /[})]/.test(first)) ? 1 : 0);
  row.put('end.double comma', squeezed.includes(',,') ? 1 : 0);
}

export function candidateFeatures(
  m: Material,
  facts: ConflictFacts,
  around: Surroundings,
  candidate: Candidate,
  place: { index: number; of: number },
  syntax: Syntax,
): Row {
  const row = new Row();
  const { base, left, right } = facts.bags;
  const ids: number[] = [];
  let unknown = 0;
  let unknownNames = 0;
  const tokens = syntax.tokens(m.language, m.huge ? candidate.text.slice(0, 40_000) : candidate.text);
  for (let i = 0; i < tokens.count; i++) {
    const word = candidate.text.slice(tokens.start[i], tokens.end[i]);
    const id = m.interner.id(word);
    ids.push(id);
    if (!left.has(id) && !right.has(id) && !base.has(id)) {
      unknown++;
      if (isIdentifier(word)) unknownNames++;
    }
  }
  const bag: Bag = bagOf(ids);
  const n = ids.length;
  row.put('size', n);
  row.put('size-left', n - m.left.ids.length);
  row.put('size-right', n - m.right.ids.length);
  row.put('size-base', n - m.base.ids.length);
  const kept: readonly (readonly [string, Bag])[] = [
    ['left', left],
    ['base', base],
    ['right', right],
    ['added left', facts.added.left],
    ['added right', facts.added.right],
  ];
  for (const [name, part] of kept) {
    const shared = common(bag, part);
    row.put(`keeps.${name}`, shared / Math.max(1, size(part)));
    row.put(`made of.${name}`, shared / Math.max(1, n));
  }
  const extra = less(
    bag,
    bagOf(
      (function* () {
        for (const [id, c] of left) for (let i = 0; i < Math.min(c, right.get(id) ?? 0); i++) yield id;
      })(),
    ),
  );
  row.put('revives.left', contained(facts.removed.left, extra));
  row.put('revives.right', contained(facts.removed.right, extra));
  row.put('invented', unknown);
  row.put('invented names', unknownNames);
  const squeezed = squeeze(candidate.text);
  const balance = brackets(candidate.text);
  row.put('balance', balance);
  row.put('balance-base', balance - brackets(m.base.text));
  const wantLeft = brackets(m.left.text);
  const wantRight = brackets(m.right.text);
  row.put('balance.breaks', balance === wantLeft || balance === wantRight ? 0 : 1);
  const lines = candidate.text
    .split('\n')
    .map(squeeze)
    .filter((key) => key !== '');
  row.put('lines', lines.length);
  row.put('lines.repeated', lines.length - new Set(lines).size);
  row.put('lines.repeat around', lines.filter((key) => around.lines.has(key)).length);
  const most = new Map(left);
  for (const [id, c] of right) most.set(id, Math.max(c, most.get(id) ?? 0));
  const duplicated = less(bag, most);
  row.put('repeats.tokens', size(duplicated));
  let names = 0;
  for (const [id, c] of duplicated) if (isIdentifier(m.words[id] ?? '')) names += c;
  row.put('repeats.names', names);
  endFeatures(squeezed, around, row);
  editFeatures(m, Int32Array.from(ids), row);
  orderFeatures(lines, around.nearest, row);
  row.put('place', place.index);
  row.put('places', place.of);
  row.put('generators', candidate.generators.length);
  const first = Math.min(
    ...candidate.generators.map((name) => {
      const i = generatorIndex(name);
      return i < 0 ? 99 : i;
    }),
  );
  row.put('generator.first', first);
  const flags = new Array<number>(generators.length).fill(0);
  for (const name of candidate.generators) {
    const i = generatorIndex(name);
    if (i >= 0) flags[i] = 1;
  }
  for (const [i, name] of generators.entries()) row.put(`by.${name}`, flags[i] ?? 0);
  return row;
}
