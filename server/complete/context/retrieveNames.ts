/**
 * How likely each identifier is to be needed in the hole: a small logistic model over what retrieval, syntax, types and
 * the n-gram say about it. The assembler spends the budget on the names this finds likely.
 */
import { posix } from 'node:path';
import type { TypedItem } from '../../types/typeEngine.ts';
import type { WorkspaceIndex } from '../index/index.ts';
import { usesHash } from '../index/indexFile.ts';
import type { NgramSource, Vocabulary } from '../index/ngram.ts';
import { narrow, wholeRange } from '../index/suffixArray.ts';
import { identifiersOf, isKeyword, lexCode, subtokens, word } from '../tokens.ts';
import { type NameFeature, type NameWeights, nameFeatures } from './nameFeatures.ts';
import { corrected, type NameModel } from './nameModel.ts';
import { enclosing, type HoleView } from './retrieve.ts';
import type { Retrieved } from './retrieveContext.ts';
import type { KnownTypes } from './retrieveTypes.ts';

export interface NameEvidence {
  readonly view: HoleView;
  readonly index: WorkspaceIndex;
  readonly retrieved: Retrieved;
  readonly typed: readonly TypedItem[];
  readonly importedPaths: ReadonlySet<string>;
  readonly types: KnownTypes;
}

const bySource: Readonly<Record<Exclude<TypedItem['source'], 'place'>, NameFeature>> = {
  expectedType: 'tExpectedType',
  signature: 'tSignature',
  relevantType: 'tRelevantType',
  header: 'tHeader',
  member: 'tMember',
  value: 'tValue',
  import: 'tImport',
  skeleton: 'tSkeleton',
  enum: 'tEnum',
  own: 'tOwn',
  export: 'tExport',
};

type Row = Float64Array;
const at = Object.fromEntries(nameFeatures.map((name, i) => [name, i])) as Readonly<Record<NameFeature, number>>; // built from the same list

/** Feature rows of every identifier that has a reason to be needed. */
export function nameRows(evidence: NameEvidence): Map<string, Row> {
  const rows = new Map<string, Row>();
  const { view, index } = evidence;
  const row = (name: string): Row | undefined => {
    if (name.length > 80 || isKeyword(name) || view.used.has(name)) return undefined;
    let known = rows.get(name);
    if (!known) {
      known = new Float64Array(nameFeatures.length);
      rows.set(name, known);
    }
    return known;
  };
  const raise = (name: string, feature: NameFeature, value: number) => {
    const known = row(name);
    if (known && value > (known[at[feature]] ?? 0)) known[at[feature]] = value;
  };
  const add = (name: string, feature: NameFeature, value: number) => {
    const known = row(name);
    if (known) known[at[feature]] = (known[at[feature]] ?? 0) + value;
  };
  similarFeatures(evidence, raise, add);
  lineFeatures(evidence, raise, add);
  ownFeatures(view, raise, add);
  for (const [name, share] of evidence.retrieved.followLong) raise(name, 'followLong', share);
  for (const [name, share] of evidence.retrieved.followShort) raise(name, 'followShort', share);
  for (const item of evidence.typed) {
    // What is shown in any case needs no odds.
    if (item.source === 'place') continue;
    for (const name of item.names) {
      raise(name, bySource[item.source], item.score);
      add(name, 'pieces', 1);
      if (item.text === '') continue;
      raise(name, 'typedScore', item.score);
      raise(name, 'typedAny', 1);
    }
  }
  for (const record of view.buffer.imports) for (const name of record.names) raise(name, 'imported', 1);
  for (const path of evidence.importedPaths) {
    if (view.masked(path)) continue;
    for (const symbol of index.files.get(path)?.symbols ?? [])
      if (symbol.container === undefined) raise(symbol.name, 'inImportedFile', 1);
  }
  memberFeatures(evidence, raise);
  likeFeatures(evidence, raise);
  const near = nearnessOf(posix.dirname(view.path));
  for (const [name, values] of rows) wordFeatures(name, values, evidence, near);
  overlapFeatures(view, index, rows);
  const place = placeOf(view);
  for (const values of rows.values()) {
    values[at.place] = place;
    values[at.lineSum] = Math.log1p(values[at.lineSum] ?? 0);
  }
  return rows;
}

type Set1 = (name: string, feature: NameFeature, value: number) => void;

function similarFeatures(evidence: NameEvidence, raise: Set1, add: Set1): void {
  const { similar } = evidence.retrieved;
  const best = similar[0]?.score ?? 1;
  similar.forEach((chunk) => {
    const share = chunk.score / best;
    for (const name of chunk.read().names) {
      raise(name, 'similarBest', share);
      add(name, 'similarSum', share * share * share);
      add(name, 'similarCount', 1 / 20);
      if (chunk.path === evidence.view.path) raise(name, 'siblingUse', share);
    }
  });
}

function lineFeatures({ retrieved }: NameEvidence, raise: Set1, add: Set1): void {
  const best = retrieved.lines[0]?.score ?? 1;
  for (const chunk of retrieved.lines) {
    const share = chunk.score / best;
    for (const name of chunk.read().names) {
      raise(name, 'lineBest', share);
      add(name, 'lineSum', share * share * share);
    }
  }
}

/** 0 elsewhere, 1 an initialiser, 2 an argument or element, 3 what is returned, 4 a body or statement. */
function placeOf(view: HoleView): number {
  const before = view.text.slice(Math.max(0, view.offset - 200), view.offset).trimEnd();
  if (/(?:^|\W)return$|=>$/.test(before)) return 3;
  if (/[^=!<>]=$/.test(before)) return 1;
  if (/[(,[]$/.test(before)) return 2;
  return /[{};:]$/.test(before) ? 4 : 0;
}

function ownFeatures(view: HoleView, raise: Set1, add: Set1): void {
  const count = (from: number, to: number, hole: number) => {
    const part = view.text.slice(from, to);
    for (const match of part.matchAll(word(part))) {
      add(match[0], 'ownCount', 0.25);
      raise(match[0], 'ownNear', 1 / (1 + Math.abs(from + match.index - hole) / 4000));
    }
  };
  count(Math.max(0, view.windowStart - 60_000), view.windowStart, view.offset);
  count(view.windowEnd, Math.min(view.text.length, view.windowEnd + 60_000), view.suffixOffset);
  for (const symbol of view.buffer.symbols) raise(symbol.name, 'declaredOwn', 1);
}

/** Members of the classes around the hole, of their parents, and of the types of values in sight. */
function memberFeatures(evidence: NameEvidence, raise: Set1): void {
  const { view, index, types } = evidence;
  for (const [type, near] of types.nearness) {
    const feature = types.own.has(type) ? 'memberOwn' : near > 0.35 ? 'memberNear' : 'memberOfKnown';
    const value = feature === 'memberOfKnown' ? 1 : near;
    for (const place of index.symbolsNamed(type)) {
      if (place.symbol.kind !== 'type' || place.file.family !== view.buffer.family || view.masked(place.file.path))
        continue;
      for (const member of place.file.symbols) if (member.container === type) raise(member.name, feature, value);
    }
    for (const member of view.buffer.symbols) if (member.container === type) raise(member.name, feature, value);
  }
}

/** Names of the workspace that share rare words with the line of the hole and with what it is for. */
function likeFeatures({ view, index }: NameEvidence, raise: Set1): void {
  const words = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const name of identifiersOf(text)) {
      if (isKeyword(name)) continue;
      for (const part of subtokens(name)) if (part.length > 2) words.set(part, Math.max(words.get(part) ?? 0, weight));
    }
  };
  const before = view.text.slice(Math.max(0, view.offset - 400), view.offset).split('\n');
  for (const line of before.slice(-4, -1)) add(line, 0.5);
  add(
    view.text
      .slice(view.suffixOffset, view.suffixOffset + 120)
      .split('\n')
      .slice(0, 2)
      .join('\n'),
    0.5,
  );
  for (const symbol of enclosing(view).slice(-2)) add(symbol.name, 0.7);
  add(before.at(-1) ?? '', 1);
  for (const [name, score] of index.namesLike(words, 80)) raise(name, 'like', score);
}

/** Shares of identifiers among the tokens that follow elsewhere what stands before the hole; `length` tokens must agree. */
export function follow(
  view: HoleView,
  sources: readonly NgramSource[],
  vocabulary: Vocabulary,
  length: number,
): Map<string, number> {
  const text = view.text.slice(Math.max(0, view.offset - 1500), view.offset);
  const history = lexCode(text, { hash: usesHash(view.buffer.family) }).texts.slice(-5);
  const shares = new Map<string, number>();
  for (let take = Math.min(5, history.length); take >= length; take--) {
    const ids = history.slice(-take).map((token) => vocabulary.find(token) ?? -1);
    if (length > 1 || take > 1 ? ids.includes(-1) : false) continue;
    const counts = new Map<string, number>();
    let seen = 0;
    for (const source of sources) {
      if (source.weight <= 0) continue;
      let range = wholeRange(source.array);
      ids.forEach((id, depth) => {
        range = narrow(source.array, range, depth, id);
      });
      const size = range.hi - range.lo;
      const stride = Math.max(1, Math.floor(size / 150));
      for (let i = range.lo; i < range.hi; i += stride) {
        const position = (source.array.order[i] ?? 0) + take;
        if (source.hidden?.some(([start, end]) => position >= start && position <= end)) continue;
        seen++;
        const names = new Set<string>();
        for (let k = position; k < position + 10; k++) {
          const token = source.array.tokens[k] ?? 0;
          if (token === 0) break;
          names.add(vocabulary.text(token));
        }
        for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
    // One or two places say little.
    if (seen < 3) continue;
    for (const [name, count] of counts) if (/^[\p{L}_$]/u.test(name)) shares.set(name, count / seen);
    break;
  }
  return shares;
}

/** Kinds of declarations as features. */
const kinds = {
  type: 'isType',
  function: 'isFunction',
  member: 'isMember',
  value: 'isValue',
  enumMember: 'isEnumMember',
} as const;

interface NearFolder {
  readonly isSame: boolean;
  readonly shared: number;
  readonly isAside: boolean;
}

/** How near a file is to a folder, remembered by file: many names are declared in few. */
function nearnessOf(folder: string): (path: string) => NearFolder {
  const known = new Map<string, NearFolder>();
  return (path) => {
    const found = known.get(path);
    if (found) return found;
    const other = posix.dirname(path);
    const made = {
      isSame: other === folder,
      shared: sharedFolders(folder, other),
      isAside: /(?:^|\/)(?:tests?|examples?|benchmarks?|docs?)\//i.test(path),
    };
    known.set(path, made);
    return made;
  };
}

function wordFeatures(
  name: string,
  values: Row,
  evidence: NameEvidence,
  nearnessTo: (path: string) => NearFolder,
): void {
  const { view, index } = evidence;
  const places = index
    .symbolsNamed(name)
    .filter((place) => place.file.family === view.buffer.family && !view.masked(place.file.path));
  const rarity = index.bm25.idf(name.toLowerCase());
  values[at.rarity] = rarity / 10;
  values[at.usedInFiles] = places.length > 0 ? 1 / places.length : 0;
  values[at.declared] = places.length > 0 || values[at.declaredOwn] === 1 ? 1 : 0;
  values[at.words] = subtokens(name).length;
  values[at.upper] = /^\p{Lu}/u.test(name) ? 1 : 0;
  values[at.similarSum] = Math.log1p(values[at.similarSum] ?? 0);
  values[at.ownCount] = Math.log1p(4 * (values[at.ownCount] ?? 0)) / 2;
  for (const place of places.slice(0, 12)) {
    values[at[kinds[place.symbol.kind]]] = 1;
    const { isSame, shared } = nearnessTo(place.file.path);
    if (isSame) values[at.sameFolder] = 1;
    values[at.nearPath] = Math.max(values[at.nearPath] ?? 0, shared);
  }
  values[at.aside] = places.length > 0 && places.every((place) => nearnessTo(place.file.path).isAside) ? 1 : 0;
}

function sharedFolders(x: string, y: string): number {
  const a = x.split('/');
  const b = y.split('/');
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return same / Math.max(a.length, b.length);
}

/** Subtokens that a name shares with the lines around the hole, by their rarity. */
function overlapFeatures(view: HoleView, index: WorkspaceIndex, rows: ReadonlyMap<string, Row>): void {
  const wide = partsOf(
    view.text.slice(Math.max(0, view.offset - 900), view.offset) +
      view.text.slice(view.suffixOffset, view.suffixOffset + 300),
  );
  for (const symbol of enclosing(view)) for (const part of subtokens(symbol.name)) wide.add(part);
  const near = partsOf(view.text.slice(view.text.lastIndexOf('\n', Math.max(0, view.offset - 1)) + 1, view.offset));
  const idf = new Map<string, number>();
  const idfOf = (part: string) => {
    const known = idf.get(part) ?? (index.bm25.idf(part) || 6);
    idf.set(part, known);
    return known;
  };
  for (const [name, values] of rows) {
    let total = 0;
    let shared = 0;
    let sharedNear = 0;
    for (const part of new Set(subtokens(name))) {
      const weight = idfOf(part);
      total += weight;
      if (wide.has(part)) shared += weight;
      if (near.has(part)) sharedNear += weight;
    }
    if (total === 0) continue;
    values[at.overlap] = shared / total;
    values[at.overlapNear] = sharedNear / total;
  }
}

function partsOf(text: string): Set<string> {
  const parts = new Set<string>();
  for (const name of identifiersOf(text)) if (!isKeyword(name)) for (const part of subtokens(name)) parts.add(part);
  return parts;
}

/** Probability of each name: by the weights set by hand, corrected by the trained model where one is given. */
export function nameProbabilities(
  rows: ReadonlyMap<string, Row>,
  weights: NameWeights,
  model?: NameModel,
): Map<string, number> {
  const vector = nameFeatures.map((name) => weights[name]);
  const byHand: number[] = [];
  for (const values of rows.values()) {
    let sum = weights.bias;
    for (let i = 0; i < vector.length; i++) sum += (vector[i] ?? 0) * (values[i] ?? 0);
    byHand.push(sum);
  }
  const odds = model ? corrected([...rows.values()], byHand, model) : byHand;
  // By hand odds are too high throughout, and their order is all that counts.
  const least = model ? 0.00002 : 0.0005;
  const probabilities = new Map<string, number>();
  let at = 0;
  for (const name of rows.keys()) {
    const probability = 1 / (1 + Math.exp(-(odds[at++] ?? 0)));
    if (probability > least) probabilities.set(name, probability);
  }
  return probabilities;
}
