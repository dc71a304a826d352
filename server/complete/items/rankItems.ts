/**
 * One order for completions of every origin: trees over what the n-gram, the type engine, analogy and the surroundings say
 * of each; a softmax over the candidates of a hole and "none of them"; and a calibrated confidence, which users see and
 * thresholds cut. The model, models/complete.json.gz, is trained by training/items.py on repositories split by repository.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Forest, softmax, type TreeModel } from '../../model/trees.ts';
import type { Edit } from '../../text/span.ts';
import { factNames } from '../../types/enumerate/candidateCost.ts';
import type { TypedCandidate, TypedHole } from '../../types/typeEngine.ts';
import { likeness, wordsOf } from '../../types/words.ts';
import { type HoleTokens, isWord } from '../holeTokens.ts';
import type { Analogy } from './analogy.ts';
import { around, aroundColumns, aroundValues, kindOfType } from './aroundFacts.ts';
import { formOf, ranksOf, ranksWithin } from './itemForms.ts';
import type { Literal } from './literals.ts';
import { type Composed, type Lead, leads } from './shapes.ts';
import type { Siblings } from './siblings.ts';

/** One completion with what each generator says of it. */
export interface Proposal {
  readonly text: string;
  readonly tokens: readonly string[];
  typed?: TypedCandidate;
  /** Place in the beam, from 0. */
  beam?: number;
  analogy?: Analogy;
  composed?: Composed;
  /** Worth of a value near the hole, offered by itself. */
  near?: number;
  /** Worth of a member that others read of a value of this name. */
  member?: number;
  /** It stands near the hole as a literal, or is made as such are. */
  literal?: Literal;
  /** Goes on the series of the values before it. */
  series?: boolean;
  /** An import that goes with what no types made. */
  edits?: readonly Edit[];
}

/** Edits elsewhere that a proposal brings. */
export const editsOf = ({ typed, edits }: Proposal): readonly Edit[] => typed?.edits ?? edits ?? [];

/** What the n-gram and the surroundings say of a proposal. */
export interface Judged {
  readonly proposal: Proposal;
  /** Natural logs: of the whole with its end, of the first token, of the end. */
  readonly log: number;
  readonly firstLog: number;
  readonly stopLog: number;
  /** Of its names that are not visible: mean and least likelihood; shares of its names visible, and declared nowhere. */
  readonly likely: number;
  readonly leastLikely: number;
  readonly visible: number;
  readonly unknown: number;
  /** Times this very text stands in the buffer, and tokens to the last one before the hole. */
  readonly count: number;
  readonly distance: number;
  /** Tokens from the hole to the next one behind it. */
  readonly next: number;
}

export interface HoleFacts {
  readonly tokens: HoleTokens;
  readonly lead: Lead;
  readonly typed: TypedHole | undefined;
  readonly family: string;
  /** Texts of the same line or call before the hole. */
  readonly line: ReadonlySet<string>;
  /** Values of the same list before the hole, the nearest first. */
  readonly siblings: Siblings;
}

const holeColumns = [
  'lead',
  'place',
  'next',
  'expectedFrom',
  'family',
  'candidates',
  'argument',
  'hasTarget',
  'bestLog',
  'bestCost',
  'bestAnalogy',
  'typedCount',
  'expectedKind',
  'waiting',
];
const itemColumns = [
  'log',
  'logPerToken',
  'logGap',
  'logRank',
  'firstLog',
  'stopLog',
  'beam',
  'cost',
  'costGap',
  'costRank',
  'origin',
  'edits',
  'fits',
  'analogyScore',
  'analogyGap',
  'analogyFrom',
  'analogyChanged',
  'analogySupport',
  'analogyDistance',
  'shapeLog',
  'shapeWorth',
  'shapeShipped',
  'near',
  'agreement',
  'tokens',
  'characters',
  'names',
  'form',
  'likely',
  'leastLikely',
  'visible',
  'unknown',
  'targetLike',
  'targetSame',
  'targetInside',
  'calleeLike',
  'count',
  'distance',
  'inLine',
  'next',
  'series',
  'siblingForm',
  'siblingLast',
  'siblingSame',
  'siblings',
  'targetAny',
  'wordsNear',
  'member',
  'literalWorth',
  'literalMade',
  'nearRank',
  'likeRank',
  'formRank',
  ...aroundColumns,
];

/** Columns of a row, in order; "none" has only those of the hole. */
export const columns: readonly string[] = [
  ...holeColumns,
  ...itemColumns,
  ...factNames.map((name) => `t.${name}`),
  'none',
];

const origins = [
  'variable',
  'property',
  'call',
  'constructor',
  'literal',
  'enum',
  'object',
  'function',
  'template',
  'jsx',
  'await',
  'operator',
  'member',
  'missingMembers',
  'switchArms',
  'statement',
];
const places = [
  'initialiser',
  'assignment',
  'argument',
  'return',
  'arrowBody',
  'property',
  'element',
  'operand',
  'condition',
  'template',
  'jsxAttribute',
  'jsxChild',
  'member',
  'objectMember',
  'interfaceMember',
  'classMember',
  'case',
  'await',
  'spread',
  'type',
  'statement',
  'other',
];
const families = ['ecma', 'java', 'python'];
const froms = ['buffer', 'beside', 'workspace'];

const floor = (log: number): number => Math.max(-80, log);
const orNaN = (value: number): number => (value < 0 ? Number.NaN : value);

/** Rows of a hole, one a proposal, and "none" last. */
export function itemRows(judged: readonly Judged[], hole: HoleFacts): number[][] {
  const bestLog = Math.max(-80, ...judged.map((item) => item.log));
  const bestCost = Math.min(30, ...judged.map((item) => item.proposal.typed?.cost ?? 30));
  const bestAnalogy = Math.max(0, ...judged.map((item) => item.proposal.analogy?.score ?? 0));
  const logRanks = ranksOf(judged, (item) => -item.log);
  const costRanks = ranksOf(judged, (item) => item.proposal.typed?.cost ?? 1e6);
  const { tokens, lead, typed, family } = hole;
  const shared = [
    leads.indexOf(lead),
    orNaN(typed ? places.indexOf(typed.place) : -1),
    nextClass(tokens),
    typed ? (typed.expectedFrom === 'checker' ? 2 : typed.expectedFrom === 'prior' ? 1 : 0) : Number.NaN,
    families.indexOf(family),
    Math.log1p(judged.length),
    tokens.callee === undefined ? Number.NaN : tokens.argument,
    tokens.target === undefined ? 0 : 1,
    bestLog,
    bestCost,
    bestAnalogy,
    Math.log1p(judged.filter((item) => item.proposal.typed).length),
    kindOfType(typed?.expected),
    judged.filter(({ proposal }) => proposal.tokens.length === 1 && proposal.typed?.facts?.[waits] === 1).length,
  ];
  const target = typed?.name ?? tokens.target;
  const surroundings = around(tokens, lead, target, typed?.enclosing);
  const forms = judged.map(({ proposal }) => formOf(proposal.text, proposal.tokens));
  const wanted = target ?? tokens.callee;
  const likenesses = judged.map(({ proposal: { tokens: own } }) =>
    wanted === undefined ? 0 : Math.max(0, ...own.filter(isWord).map((word) => likeness(wanted, word))),
  );
  const nearRanks = ranksOf(judged, (item) => item.distance);
  const likeRanks = ranksOf(judged, (_, i) => -(likenesses[i] ?? 0));
  const formRanks = ranksWithin(
    forms,
    judged.map((item) => item.log),
  );
  const listed = hole.siblings.map((tokens) => ({
    form: formOf(tokens.join(tokens[0] === 'new' || tokens[0] === 'await' ? ' ' : ''), tokens),
    key: tokens.join(' '),
  }));
  const near = new Set([...hole.line].flatMap((token) => (isWord(token) ? wordsOf(token) : [])));
  const rows = judged.map((item, i) => {
    const { proposal } = item;
    const { text, analogy, composed } = proposal;
    const words = proposal.tokens.filter((token) => isWord(token));
    const last = words.at(-1);
    const count = Math.max(1, proposal.tokens.length);
    const form = forms[i] ?? 0;
    const key = proposal.tokens.join(' ');
    const ownWords = words.flatMap((word) => wordsOf(word));
    const generators = [proposal.typed, proposal.beam, analogy, composed].filter((part) => part !== undefined).length;
    return [
      ...shared,
      floor(item.log),
      floor(item.log) / (count + 1),
      Math.min(40, bestLog - item.log),
      Math.min(60, logRanks[i] ?? 60),
      floor(item.firstLog),
      floor(item.stopLog),
      proposal.beam ?? Number.NaN,
      proposal.typed?.cost ?? Number.NaN,
      proposal.typed ? Math.min(30, proposal.typed.cost - bestCost) : Number.NaN,
      proposal.typed ? Math.min(60, costRanks[i] ?? 60) : Number.NaN,
      orNaN(proposal.typed ? origins.indexOf(proposal.typed.origin) : -1),
      editsOf(proposal).length > 0 ? 1 : 0,
      proposal.typed ? (proposal.typed.fits ? 1 : 0) : Number.NaN,
      analogy?.score ?? Number.NaN,
      analogy ? bestAnalogy - analogy.score : Number.NaN,
      analogy ? froms.indexOf(analogy.from) : Number.NaN,
      analogy ? (analogy.changed ? 1 : 0) : Number.NaN,
      analogy?.support ?? Number.NaN,
      analogy ? Math.log1p(analogy.distance) : Number.NaN,
      composed?.log ?? Number.NaN,
      composed?.worth ?? Number.NaN,
      composed ? (composed.shape === 'shipped' ? 1 : 0) : Number.NaN,
      proposal.near ?? Number.NaN,
      generators,
      count,
      Math.log1p(text.length),
      words.length,
      form,
      item.likely,
      item.leastLikely,
      item.visible,
      item.unknown,
      target !== undefined && last !== undefined ? likeness(target, last) : Number.NaN,
      target !== undefined && text === target ? 1 : 0,
      target !== undefined && proposal.tokens.includes(target) ? 1 : 0,
      tokens.callee !== undefined && last !== undefined ? likeness(tokens.callee, last) : Number.NaN,
      Math.log1p(item.count),
      Number.isFinite(item.distance) ? Math.log1p(item.distance) : Number.NaN,
      hole.line.has(text) ? 1 : 0,
      Number.isFinite(item.next) ? Math.log1p(item.next) : Number.NaN,
      proposal.series ? 1 : 0,
      listed.length === 0 ? Number.NaN : listed.filter((other) => other.form === form).length / listed.length,
      listed.length === 0 ? Number.NaN : listed[0]?.form === form ? 1 : 0,
      listed.length === 0 ? Number.NaN : listed.some((other) => other.key === key) ? 1 : 0,
      listed.length,
      target === undefined ? Number.NaN : Math.max(0, ...words.map((word) => likeness(target, word))),
      ownWords.length === 0 ? Number.NaN : ownWords.filter((word) => near.has(word)).length / ownWords.length,
      proposal.member ?? Number.NaN,
      proposal.literal?.worth ?? Number.NaN,
      proposal.literal ? (proposal.literal.made ? 1 : 0) : Number.NaN,
      Math.min(60, nearRanks[i] ?? 60),
      wanted === undefined ? Number.NaN : Math.min(60, likeRanks[i] ?? 60),
      Math.min(60, formRanks[i] ?? 60),
      ...aroundValues(surroundings, words, ownWords),
      ...(proposal.typed?.facts ?? noFacts),
      0,
    ];
  });
  const missing = [...itemColumns, ...factNames].map(() => Number.NaN);
  return [...rows, [...shared, ...missing, 1]];
}

const waits = factNames.indexOf('waits');
const noFacts = factNames.map(() => Number.NaN);

const nextTokens = [')', ',', ';', '\n', ']', '}', '.', ':', '('];

function nextClass({ stops }: HoleTokens): number {
  return orNaN(nextTokens.indexOf(stops[0] ?? ''));
}

export interface ItemModel {
  readonly forest: Forest | undefined;
  /** Points of confidence as the softmax gives it, and as measured; straight lines between. */
  readonly calibration: readonly (readonly [number, number])[];
  /** The same for what stands behind the first; absent in a model for which that was not measured. */
  readonly later?: readonly (readonly [number, number])[];
  /** Confidence of the best item below which nothing is shown as ghost text without being asked. */
  readonly threshold: number;
}

/** Nothing is known of what a confidence is worth: nothing is shown unasked. */
export const untrained: ItemModel = { forest: undefined, calibration: [], threshold: 1.01 };

interface StoredModel {
  readonly version: 1;
  readonly trees: TreeModel;
  readonly calibration: readonly (readonly [number, number])[];
  readonly later?: readonly (readonly [number, number])[];
  readonly threshold: number;
}

/** The shipped model; the untrained one where it is missing or broken. */
export function loadItemModel(modelsDir: string, name = 'complete.json.gz'): ItemModel {
  try {
    const stored = JSON.parse(gunzipSync(readFileSync(join(modelsDir, name))).toString()) as StoredModel; // its parts are checked below
    const { version, calibration, later, threshold } = stored;
    if (version !== 1 || typeof threshold !== 'number' || !Array.isArray(calibration)) return untrained;
    const forest = new Forest(stored.trees, columns);
    return { forest, calibration, threshold, ...(Array.isArray(later) ? { later } : {}) };
  } catch {
    return untrained;
  }
}

/** Columns with one value in all rows of a hole. */
const ofHole = Uint8Array.from(columns, (_, i) => (i < holeColumns.length ? 1 : 0));

/** Shares of the proposals, in their order; what is missing from 1 is "none of them". Not calibrated yet. */
export function shares(rows: readonly (readonly number[])[], model: ItemModel): number[] {
  const { forest } = model;
  if (!forest) return softmax(rows.map(byHand)).slice(0, -1);
  const table = new Float64Array(rows.length * columns.length);
  for (const [i, row] of rows.entries()) table.set(row, i * columns.length);
  return softmax([...forest.scoreAll(table, rows.length, ofHole)]).slice(0, -1);
}

/** An order without a model: likely to the n-gram and cheap to the type engine. */
function byHand(row: readonly number[]): number {
  const value = (name: string): number => row[columns.indexOf(name)] ?? Number.NaN;
  if (value('none') === 1) return 0;
  const gap = value('costGap');
  const typed = Number.isNaN(gap) ? -2 : -0.5 * gap;
  const alike = value('analogyScore');
  const analogy = Number.isNaN(alike) ? 0 : Math.min(3, 0.25 * alike) + value('analogyChanged');
  return -0.25 * value('logGap') + typed + analogy + 0.5 * value('agreement') - value('unknown');
}
