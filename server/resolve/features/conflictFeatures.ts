/**
 * What a conflict itself says, before any candidate: sizes, overlaps, edit scripts, kinds of lines, times, path, context.
 * The one implementation: training reads these numbers through the exporter. Order and names are part of the model format.
 */
import type { Change } from '../../diff/change.ts';
import { languages } from '../../syntax/languages.ts';
import { commonPrefix, commonSuffix } from '../../text/common.ts';
import type { SideCommit } from '../candidate.ts';
import type { Material, SideMaterial } from '../material.ts';
import { compareVersions, versionsIn } from '../rules/version.ts';
import { type Bag, bagOf, common, contained, less, size } from './bags.ts';
import { fileColumns, fileNumbers } from './factFeatures.ts';

const IMPORT = /^\s*(import|from|using|use|package|#include|require|const .*=\s*require|export .* from)\b/;
const COMMENT = /^\s*(\/\/|#|\*|\/\*|<!--|--|"""|''')/;
const VERSION = /\d+\.\d+(\.\d+)?/;
const WORD = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const KEYWORDS = new Set(
  'if else for while return import from def class public private protected static final void int string bool new this self const let var function func fn async await null None true false True False package using namespace struct type interface export default pub impl use mut'.split(
    ' ',
  ),
);
const KINDS = [
  'TODO',
  '@deprecated',
  'test',
  'def ',
  'class ',
  'function',
  'return',
  '@',
  '"',
  'log',
  'throw',
  'null',
  'version',
  'copyright',
  'http',
];

export interface ConflictFacts {
  readonly bags: { readonly base: Bag; readonly left: Bag; readonly right: Bag };
  /** Tokens each side added to and removed from the base, as bags. */
  readonly added: { readonly left: Bag; readonly right: Bag };
  readonly removed: { readonly left: Bag; readonly right: Bag };
  /** Tokens inserted and deleted by the edit scripts, in order. */
  readonly scripts: { readonly left: Script; readonly right: Script };
}

export interface Script {
  readonly inserted: readonly number[];
  readonly deleted: readonly number[];
  readonly regions: number;
  readonly replacements: number;
  readonly renames: readonly string[];
  readonly spans: readonly (readonly [number, number])[];
}

export const isIdentifier = (word: string): boolean => WORD.test(word) && !KEYWORDS.has(word);

function scriptOf(material: Material, side: SideMaterial, changes: readonly Change[]): Script {
  const inserted: number[] = [];
  const deleted: number[] = [];
  const renames: string[] = [];
  let replacements = 0;
  for (const c of changes) {
    for (let i = c.bStart; i < c.bEnd; i++) inserted.push(side.ids[i] ?? -1);
    for (let i = c.aStart; i < c.aEnd; i++) deleted.push(material.base.ids[i] ?? -1);
    if (c.aEnd > c.aStart && c.bEnd > c.bStart) {
      replacements++;
      const from = material.words[material.base.ids[c.aStart] ?? -1] ?? '';
      const to = material.words[side.ids[c.bStart] ?? -1] ?? '';
      if (c.aEnd - c.aStart === 1 && c.bEnd - c.bStart === 1 && WORD.test(from) && WORD.test(to))
        renames.push(`${from}\u0000${to}`);
    }
  }
  return {
    inserted,
    deleted,
    regions: changes.length,
    replacements,
    renames,
    spans: changes.map((c) => [c.aStart, c.aEnd] as const),
  };
}

export function factsOf(material: Material): ConflictFacts {
  const base = bagOf(material.base.ids);
  const left = bagOf(material.left.ids);
  const right = bagOf(material.right.ids);
  return {
    bags: { base, left, right },
    added: { left: less(left, base), right: less(right, base) },
    removed: { left: less(base, left), right: less(base, right) },
    scripts: {
      left: scriptOf(material, material.left, material.leftDiff),
      right: scriptOf(material, material.right, material.rightDiff),
    },
  };
}

const bit = (value: boolean): number => (value ? 1 : 0);
const signedLog = (value: number): number => Math.sign(value) * Math.log1p(Math.abs(value));
const share = (test: RegExp, side: SideMaterial): number =>
  side.solid.length === 0
    ? -1
    : side.solid.filter((unit) => test.test(unit.text.trimStart())).length / side.solid.length;

/** Similarity of two token sequences, 2·matched/(|a|+|b|), from an edit script between them. */
function ratio(aLength: number, bLength: number, changes: readonly Change[]): number {
  if (aLength + bLength === 0) return 1;
  let changed = 0;
  for (const c of changes) changed += c.aEnd - c.aStart;
  return (2 * (aLength - changed)) / (aLength + bLength);
}

function count(text: string, part: string): number {
  let n = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) n++;
  return n;
}

/** Collects named numbers in a fixed order. Rows of one kind share their names: `like` is any other of that kind. */
export class Row {
  readonly names: string[];
  readonly values: number[] = [];
  constructor(like?: Row) {
    this.names = like?.names ?? [];
  }
  put(name: string, value: number): void {
    if (this.names.length === this.values.length) this.names.push(name);
    this.values.push(value);
  }
  append({ names, values }: Row): void {
    for (let i = 0; i < values.length; i++) this.put(names[i] ?? '', values[i] ?? Number.NaN);
  }
}

const SIDES = ['left', 'right'] as const;

function sizeFeatures(m: Material, row: Row): void {
  const lines = { left: m.left.solid.length, base: m.base.solid.length, right: m.right.solid.length };
  const tokens = { left: m.left.ids.length, base: m.base.ids.length, right: m.right.ids.length };
  for (const [kind, n] of [
    ['lines', lines],
    ['tokens', tokens],
  ] as const) {
    row.put(`${kind}.left`, n.left);
    row.put(`${kind}.base`, n.base);
    row.put(`${kind}.right`, n.right);
    row.put(`${kind}.left-right`, n.left - n.right);
    row.put(`${kind}.left-base`, n.left - n.base);
    row.put(`${kind}.right-base`, n.right - n.base);
  }
  row.put('tokens.log left-right', Math.log1p(tokens.left) - Math.log1p(tokens.right));
}

function overlapFeatures(m: Material, facts: ConflictFacts, row: Row): void {
  const { base, left, right } = facts.bags;
  row.put('ratio.left base', ratio(m.base.ids.length, m.left.ids.length, m.leftDiff));
  row.put('ratio.right base', ratio(m.base.ids.length, m.right.ids.length, m.rightDiff));
  const pairs = [
    ['left', 'right', left, right],
    ['left', 'base', left, base],
    ['right', 'base', right, base],
  ] as const;
  for (const [an, bn, a, b] of pairs) {
    row.put(`contained.${an} in ${bn}`, contained(a, b));
    row.put(`contained.${bn} in ${an}`, contained(b, a));
  }
  const keys = (side: SideMaterial) => new Set(side.solid.map((unit) => unit.key));
  const sl = keys(m.left);
  const sb = keys(m.base);
  const sr = keys(m.right);
  const shared = (a: Set<string>, b: Set<string>) => [...a].filter((key) => b.has(key)).length;
  const subset = (a: Set<string>, b: Set<string>) => bit([...a].every((key) => b.has(key)));
  row.put('lines.shared sides', shared(sl, sr));
  row.put('lines.shared left base', shared(sl, sb));
  row.put('lines.shared right base', shared(sr, sb));
  row.put('lines.left in right', subset(sl, sr));
  row.put('lines.right in left', subset(sr, sl));
  row.put('lines.base in left', subset(sb, sl));
  row.put('lines.base in right', subset(sb, sr));
  for (const side of SIDES) {
    const own = side === 'left' ? sl : sr;
    row.put(`lines.${side} new`, own.size - shared(own, sb));
    row.put(`lines.${side} gone`, sb.size - shared(sb, own));
  }
}

function kindFeatures(m: Material, row: Row): void {
  for (const name of ['left', 'right', 'base'] as const) {
    row.put(`imports.${name}`, share(IMPORT, m[name]));
    row.put(`comments.${name}`, share(COMMENT, m[name]));
    row.put(`versions.${name}`, share(VERSION, m[name]));
    row.put(`absent.${name}`, bit(m[name].solid.length === 0));
  }
  const newest = (text: string) => versionsIn(text).reduce((a, b) => (compareVersions(a, b) >= 0 ? a : b), [-1]);
  const [vl, vb, vr] = [newest(m.left.text), newest(m.base.text), newest(m.right.text)];
  row.put('version.left:right', Math.sign(compareVersions(vl, vr)));
  row.put('version.left:base', Math.sign(compareVersions(vl, vb)));
  row.put('version.right:base', Math.sign(compareVersions(vr, vb)));
  row.put('same', bit(m.left.squeezed === m.right.squeezed));
  row.put('reformat.left', bit(m.left.squeezed === m.base.squeezed));
  row.put('reformat.right', bit(m.right.squeezed === m.base.squeezed));
  for (const side of SIDES) {
    const keys = m[side].solid.map((unit) => unit.key);
    row.put(`sorted.${side}`, bit(keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') <= key)));
    row.put(`ends.${side}`, '},;)'.indexOf(m[side].text.trimEnd().slice(-1) || ' '));
  }
  row.put('common prefix', commonPrefix(m.left.text, m.right.text));
  row.put('common suffix', commonSuffix(m.left.text, m.right.text));
  for (const kind of KINDS)
    for (const side of SIDES) row.put(`count.${kind} ${side}`, count(m[side].text, kind) - count(m.base.text, kind));
  row.put('blank lines', count(m.left.text, '\n\n') - count(m.right.text, '\n\n'));
}

function scriptFeatures(m: Material, facts: ConflictFacts, row: Row): void {
  const { left, right } = facts.scripts;
  for (const side of SIDES) {
    const s = facts.scripts[side];
    row.put(`script.${side} inserted`, s.inserted.length);
    row.put(`script.${side} deleted`, s.deleted.length);
    row.put(`script.${side} regions`, s.regions);
    row.put(`script.${side} replacements`, s.replacements);
    row.put(`script.${side} renames`, s.renames.length);
    row.put(`script.${side} moved`, common(bagOf(new Set(s.inserted)), bagOf(new Set(s.deleted))));
    row.put(`script.${side} names in`, s.inserted.filter((id) => WORD.test(m.words[id] ?? '')).length);
    row.put(`script.${side} names out`, s.deleted.filter((id) => WORD.test(m.words[id] ?? '')).length);
    row.put(
      `script.${side} longest`,
      s.spans.reduce((n, [a, b]) => Math.max(n, b - a), 0),
    );
  }
  const meet = (name: string, a: readonly number[], b: readonly number[]) => {
    const x = bagOf(a);
    const y = bagOf(b);
    const n = common(x, y);
    row.put(`meet.${name}`, n);
    row.put(`meet.${name} of first`, n / Math.max(1, a.length));
    row.put(`meet.${name} of second`, n / Math.max(1, b.length));
  };
  meet('inserted', left.inserted, right.inserted);
  meet('deleted', left.deleted, right.deleted);
  meet('inserted deleted', left.inserted, right.deleted);
  meet('deleted inserted', right.inserted, left.deleted);
  row.put('meet.renames', left.renames.filter((rename) => right.renames.includes(rename)).length);
  row.put(
    'meet.same insertions',
    bit(left.inserted.length === right.inserted.length && left.inserted.every((id, i) => right.inserted[i] === id)),
  );
  row.put(
    'meet.same deletions',
    bit(left.deleted.length === right.deleted.length && left.deleted.every((id, i) => right.deleted[i] === id)),
  );
  let touching = 0;
  for (const [a, b] of left.spans) if (right.spans.some(([c, d]) => (a < d && c < b) || a === c)) touching++;
  row.put('meet.regions', touching);
}

function mergeFeatures(m: Material, row: Row): void {
  const open = (m.pieces ?? []).filter((piece) => piece.kind === 'conflict');
  row.put('token.clean', m.pieces ? bit(open.length === 0) : -1);
  row.put('token.open', open.length);
  row.put(
    'token.open left',
    open.reduce((n, p) => n + p.left.length, 0),
  );
  row.put(
    'token.open base',
    open.reduce((n, p) => n + p.base.length, 0),
  );
  row.put(
    'token.open right',
    open.reduce((n, p) => n + p.right.length, 0),
  );
  row.put(
    'token.stable',
    (m.pieces ?? []).reduce((n, p) => n + (p.kind === 'stable' ? p.text.length : 0), 0),
  );
  row.put('token.open left empty', open.filter((p) => p.left.trim() === '').length);
  row.put('token.open right empty', open.filter((p) => p.right.trim() === '').length);
}

function contextFeatures(m: Material, row: Row, around: readonly string[]): void {
  const names = (side: SideMaterial) => new Set([...side.ids].map((id) => m.words[id] ?? '').filter(isIdentifier));
  const [il, ib, ir] = [names(m.left), names(m.base), names(m.right)];
  const ic = new Set(around.filter(isIdentifier));
  const minus = (a: Set<string>, ...others: Set<string>[]) => [...a].filter((x) => !others.some((o) => o.has(x)));
  const inContext = (list: Iterable<string>) => [...list].filter((x) => ic.has(x)).length;
  const nl = minus(il, ib, ir);
  const nr = minus(ir, ib, il);
  const gl = minus(ib, il);
  const gr = minus(ib, ir);
  row.put('names.new left', nl.length);
  row.put('names.new right', nr.length);
  row.put('names.gone both', minus(ib, il, ir).length);
  row.put('names.gone left', gl.length);
  row.put('names.gone right', gr.length);
  row.put('names.new left around', inContext(nl));
  row.put('names.new right around', inContext(nr));
  row.put('names.gone left around', inContext(gl));
  row.put('names.gone right around', inContext(gr));
  row.put('names.share new left around', inContext(nl) / Math.max(1, nl.length));
  row.put('names.share new right around', inContext(nr) / Math.max(1, nr.length));
  row.put('names.share left around', inContext(il) / Math.max(1, il.size));
  row.put('names.share right around', inContext(ir) / Math.max(1, ir.size));
}

function surroundingFeatures(m: Material, row: Row, before: readonly string[], after: readonly string[]): void {
  row.put('around.before', before.length);
  row.put('around.after', after.length);
  row.put('around.imports before', before.filter((line) => IMPORT.test(line)).length);
  row.put('around.imports after', after.filter((line) => IMPORT.test(line)).length);
  const indent = (line: string | undefined) => (line === undefined ? -1 : line.length - line.trimStart().length);
  const least = (side: SideMaterial) =>
    side.solid.reduce((n, u) => Math.min(n, indent(u.text.replace(/^(\s*\n)+/, ''))), 999);
  row.put('indent.left', least(m.left));
  row.put('indent.base', least(m.base));
  row.put('indent.right', least(m.right));
  row.put('indent.before', indent(before[before.length - 1]));
  row.put('indent.after', indent(after[0]));
  const balance = (side: SideMaterial) => {
    let n = 0;
    for (const char of side.text) n += '{(['.includes(char) ? 1 : '})]'.includes(char) ? -1 : 0;
    return n;
  };
  const [bl, bb, br] = [balance(m.left), balance(m.base), balance(m.right)];
  row.put('balance.left', bl);
  row.put('balance.base', bb);
  row.put('balance.right', br);
  row.put('balance.left-right', bl - br);
  row.put('balance.left-base', bl - bb);
  row.put('balance.right-base', br - bb);
  const around = new Set([...before, ...after].map((line) => line.replace(/\s+/g, '')).filter((key) => key.length > 3));
  const keys = (side: SideMaterial) => new Set(side.solid.map((unit) => unit.key));
  const [kl, kr] = [keys(m.left), keys(m.right)];
  row.put('repeats.left', [...kl].filter((key) => around.has(key)).length);
  row.put('repeats.right', [...kr].filter((key) => around.has(key)).length);
  row.put('repeats.left only', [...kl].filter((key) => !kr.has(key) && around.has(key)).length);
  row.put('repeats.right only', [...kr].filter((key) => !kl.has(key) && around.has(key)).length);
}

function placeFeatures(m: Material, row: Row): void {
  const { times, path, history } = m.context;
  row.put('language', m.language ? languages.indexOf(m.language) : -1);
  row.put('has base', bit(m.hasBase));
  row.put('time.left-right', times ? signedLog(times.left - times.right) : Number.NaN);
  row.put('time.left', times ? Math.log1p(Math.max(0, times.left - times.base)) : Number.NaN);
  row.put('time.right', times ? Math.log1p(Math.max(0, times.right - times.base)) : Number.NaN);
  const p = path.toLowerCase();
  row.put('path.depth', p.split('/').length - 1);
  for (const part of ['test', 'package', 'lock', 'readme', 'config', 'version', 'doc'])
    row.put(`path.${part}`, bit(p.includes(part)));
  row.put('path.changelog', bit(/change|history|release|news/.test(p)));
  row.put('path.ci', bit(/\.github|travis|(^|\/)ci\//.test(p)));
  historyFeatures(history, row);
}

/** So many commits of a side are read: mined records keep no more, and more must not look like something new. */
const READ_COMMITS = 6;

function newestFirst(commits: readonly SideCommit[]): readonly SideCommit[] {
  return [...commits].sort((a, b) => b.time - a.time).slice(0, READ_COMMITS);
}

const subjectWords = (commits: readonly SideCommit[]): Set<string> =>
  new Set(commits.flatMap((c) => c.subject.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []));

function historyFeatures(history: Material['context']['history'], row: Row): void {
  const l = newestFirst(history?.left ?? []);
  const r = newestFirst(history?.right ?? []);
  const put = (name: string, value: number) => row.put(`log.${name}`, history ? value : Number.NaN);
  const newest = (commits: typeof l) => commits.reduce((n, c) => Math.max(n, c.time), 0);
  const authors = (commits: typeof l) => new Set(commits.map((c) => c.author));
  const subjects = (commits: typeof l) => new Set(commits.map((c) => c.subject));
  put('left', l.length);
  put('right', r.length);
  put('share', l.length / Math.max(1, l.length + r.length));
  put('newer', l.length > 0 && r.length > 0 ? signedLog(newest(l) - newest(r)) : Number.NaN);
  const al = authors(l);
  const ar = authors(r);
  put('authors left', al.size);
  put('authors right', ar.size);
  put('shared author', bit([...al].some((a) => ar.has(a))));
  put('same last author', bit(l[0] !== undefined && l[0].author === r[0]?.author));
  const both = [...subjects(l)].filter((s) => subjects(r).has(s)).length;
  put('shared subjects', both);
  put('shared subjects of left', both / Math.max(1, l.length));
  put('shared subjects of right', both / Math.max(1, r.length));
  const wl = subjectWords(l);
  const wr = subjectWords(r);
  put('shared words', [...wl].filter((word) => wr.has(word)).length / Math.max(1, Math.min(wl.size, wr.size)));
  put('span left', l.length > 1 ? Math.log1p((l[0]?.time ?? 0) - (l[l.length - 1]?.time ?? 0)) : Number.NaN);
  put('span right', r.length > 1 ? Math.log1p((r[0]?.time ?? 0) - (r[r.length - 1]?.time ?? 0)) : Number.NaN);
  for (const [name, test] of [
    ['revert', /\brevert/i],
    ['fix', /\bfix/i],
    ['merge', /\bmerge|backport|cherry/i],
    ['version', /\bversion|release|bump|\d+\.\d+/i],
    ['format', /\bformat|lint|style|prettier|spotless/i],
    ['remove', /\b(remove|delete|drop|deprecate)/i],
    ['refactor', /\b(refactor|rename|move|clean)/i],
    ['update', /\b(update|upgrade|dependenc|deps\b)/i],
  ] as const) {
    put(`${name} left`, l.filter((c) => test.test(c.subject)).length);
    put(`${name} right`, r.filter((c) => test.test(c.subject)).length);
  }
}

/** Lines of context that features may read: the nearest eight. Callers give more or fewer. */
export const CONTEXT_LINES = 8;

export function conflictFeatures(m: Material, facts: ConflictFacts, around: readonly string[]): Row {
  const row = new Row();
  const before = m.context.before
    .split(/\r?\n/)
    .filter((_, i, all) => i < all.length - 1 || all[i] !== '')
    .slice(-CONTEXT_LINES);
  const after = m.context.after.split(/\r?\n/).slice(0, CONTEXT_LINES);
  sizeFeatures(m, row);
  overlapFeatures(m, facts, row);
  kindFeatures(m, row);
  scriptFeatures(m, facts, row);
  mergeFeatures(m, row);
  contextFeatures(m, row, around);
  surroundingFeatures(m, row, before, after);
  placeFeatures(m, row);
  row.put('script.tokens', size(facts.added.left) - size(facts.added.right));
  fileNumbers(m.context.facts).forEach((value, i) => {
    row.put(fileColumns[i] ?? '', value);
  });
  return row;
}
