/**
 * The trained ranker: stage one scores each candidate by the conflict alone; stage two adds the conflicts of the same merge.
 * Tiers are thresholds measured leave-repositories-out (models/README.md); a lone conflict is safe only by a proven rule.
 */

import { Forest, type Struck, softmax, type TreeModel } from '../model/trees.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { type Adapter, adapted, familyIndexes } from './adapter.ts';
import type { ConflictContext, DecidedSibling, OpenSibling, Tier } from './candidate.ts';
import { type Carry, carried } from './carried.ts';
import { basicsOf } from './features/basics.ts';
import {
  chosenOf,
  type FirstStage,
  familyDistribution,
  ownColumns,
  type SiblingFacts,
  siblingColumns,
  siblingRows,
} from './features/siblingFeatures.ts';
import { isSameList } from './features/siblingHistory.ts';
import { nothingSeen, type Seen } from './features/siblingViews.ts';
import { type JudgedConflict, judgeWithKeys } from './judge.ts';
import { losesMore } from './lostEdit.ts';
import { markOf, squeeze } from './material.ts';
import { isNeverSafe } from './neverSafe.ts';
import type { Ranker, Ranking } from './rank.ts';
import { type Found, meets, type SafeRule } from './safeRule.ts';
import { factsOfSeen, type SeenDecision, seenDecision } from './seenDecision.ts';
import { situationOf } from './tableRanker.ts';

export interface RankModel {
  readonly version: number;
  readonly first: TreeModel;
  readonly second: TreeModel;
  readonly thresholds: {
    /** Confidence at which a resolution is likely: ≥ 80 % of conflicts, and of whole files. */
    readonly likely: number;
    /** The same once the user decided `safeSiblings` conflicts of the merge. */
    readonly likelyDecided: number;
    /** Confidence at which it is safe (≥ 95 %), when at least `safeSiblings` conflicts of the merge were decided by the user. */
    readonly safe: number;
    readonly safeSiblings: number;
    /** Languages in which that takes more. */
    readonly safeByLanguage: Readonly<Record<string, number>>;
  };
  /** Rules proven at ≥ 95 % on a lone conflict, with their counts and the confidence they need on top. */
  readonly safeRules: readonly SafeRule[];
}

const inputNames = (conflict: readonly string[], candidate: readonly string[]): string[] => [
  ...conflict.map((n) => `c.${n}`),
  ...candidate.map((n) => `k.${n}`),
  'none',
];

/** Stage-one inputs of a candidate: conflict columns, then candidate columns; "none" has the candidate columns missing. */
export function firstStageInputs(conflict: JudgedConflict): { names: string[]; rows: number[][] } {
  const candidateNames = conflict.rows[0]?.names ?? [];
  const names = inputNames(conflict.conflict.names, candidateNames);
  const missing = candidateNames.map(() => Number.NaN);
  const rows = conflict.rows.map((row) => [...conflict.conflict.values, ...row.values, 0]);
  rows.push([...conflict.conflict.values, ...missing, 1]);
  return { names, rows };
}

/** So many edited words are compared between siblings. */
const EDITED_WORDS = 200;

export function editedWords(conflict: JudgedConflict): ReadonlySet<string> {
  const out = new Set<string>();
  const { words } = conflict.material;
  const add = (mark: string, ids: readonly number[]) => {
    for (const id of ids) {
      if (out.size >= EDITED_WORDS) return;
      out.add(mark + (words[id] ?? ''));
    }
  };
  const { left, right } = conflict.facts.scripts;
  add('+l', left.inserted);
  add('-l', left.deleted);
  add('+r', right.inserted);
  add('-r', right.deleted);
  return out;
}

/** A conflict as the others of its merge know it: without what stands around it, and without its file's past. */
export function siblingContext({
  path,
  sides,
  times,
}: Pick<ConflictContext, 'path' | 'sides'> & Timed): ConflictContext {
  return { path, sides, before: '', after: '', ...(times ? { times } : {}) };
}

interface Timed {
  readonly times?: ConflictContext['times'] | undefined;
}

const siblingFactsOf = (conflict: JudgedConflict, stage: FirstStage): SiblingFacts => ({
  path: conflict.context.path,
  situation: situationOf(conflict),
  expected: familyDistribution(stage),
  edited: editedWords(conflict),
  chosen: undefined,
});

/** Index of the greatest of the first `count`; of equal ones the first. */
function firstOf(values: readonly number[], count: number): number {
  const own = values.slice(0, count);
  return own.indexOf(Math.max(...own));
}

/** With nothing decided, stage two only adds noise to the most confident answers: so much of it is mixed in. As in training/train.py. */
const MIXED = 0.3;
const VERSION = 2;
const CACHE = 2000;
/** So many decided and open siblings are compared with. */
const SIBLINGS = 60;

type Sibling = OpenSibling & Pick<Partial<DecidedSibling>, 'chosen' | 'seen'>;

interface SeenSibling {
  readonly chosen: string | undefined;
  readonly left: number | undefined;
  readonly right: number | undefined;
  readonly facts: SiblingFacts;
}

interface SiblingList {
  readonly siblings: readonly OpenSibling[];
  readonly left: number | undefined;
  readonly right: number | undefined;
  readonly facts: readonly SiblingFacts[];
}

interface Siblings {
  readonly decided: readonly DecidedSibling[];
  readonly open: readonly OpenSibling[];
}

export class LearnedRanker implements Ranker {
  readonly #first: Forest;
  readonly #second: Forest;
  readonly #model: RankModel;
  /** Below it nothing has a tier. */
  readonly #least: number;
  readonly #syntax: Syntax;
  #firstColumns: Int32Array | undefined;
  readonly #siblings = new Map<string, Alone>();
  readonly #seen = new WeakMap<OpenSibling, SeenSibling>();
  /** What decisions told, by what was told: one object for one decision, as what is added up goes by it. */
  readonly #kept = new Map<string, SiblingFacts>();
  readonly #stages = new WeakMap<JudgedConflict, FirstStage>();
  /** By stage one's answer: what a conflict's own columns of stage two strike out. */
  readonly #struck = new WeakMap<FirstStage, Struck>();
  readonly #selves = new WeakMap<JudgedConflict, SiblingFacts>();
  readonly #lists: { decided?: SiblingList; open?: SiblingList } = {};
  readonly #never = new WeakMap<JudgedConflict, boolean>();
  readonly #decisions = new WeakMap<SiblingFacts, Seen>();

  /** Names the model: what was fitted for another is not used with it. */
  readonly id: string;
  readonly #adapter: Adapter | undefined;
  #own: { readonly layer: string; readonly ranker: LearnedRanker } | undefined;

  /** @throws Error when the model is broken or of another version. */
  constructor(
    model: RankModel,
    syntax: Syntax,
    id = '',
    own?: { readonly of: LearnedRanker; readonly layer: Adapter },
  ) {
    if (model.version !== VERSION)
      throw new Error(`the ranking model has version ${model.version}, this Mortise reads version ${VERSION}`);
    this.#model = model;
    const { likely, likelyDecided, safe, safeByLanguage } = model.thresholds;
    const rules = model.safeRules.map(({ atLeast }) => atLeast);
    this.#least = Math.min(likely, likelyDecided, safe, ...Object.values(safeByLanguage), ...rules);
    this.#first = own ? own.of.#first : new Forest(model.first);
    this.#second = own ? own.of.#second : new Forest(model.second, siblingColumns);
    this.#syntax = syntax;
    this.id = id;
    this.#adapter = own?.layer;
  }

  /** This model with a repository's own last layer; the last one made is kept, with what it knows of siblings. */
  with(layer: Adapter): LearnedRanker {
    const key = JSON.stringify(layer);
    if (this.#own?.layer !== key)
      this.#own = { layer: key, ranker: new LearnedRanker(this.#model, this.#syntax, this.id, { of: this, layer }) };
    return this.#own.ranker;
  }

  firstStage(conflict: JudgedConflict): FirstStage {
    const done = this.#stages.get(conflict);
    if (done) return done;
    const stage: FirstStage = {
      probabilities: softmax(this.#firstScores(conflict)),
      generators: [...conflict.candidates.map((candidate) => candidate.generators), []],
      ...basicsOf(conflict),
      wentOn: conflict.wentOn?.side,
    };
    this.#stages.set(conflict, stage);
    return stage;
  }

  /** What `firstStageInputs` gives, put where the model's columns are, and scored. */
  #firstScores({ conflict, rows: candidates }: JudgedConflict): Float64Array {
    const candidateNames = candidates[0]?.names ?? [];
    this.#firstColumns ??= this.#first.columnsAmong(inputNames(conflict.names, candidateNames));
    const columns = this.#firstColumns;
    const width = columns.length;
    const rows = new Float64Array(width * (candidates.length + 1)).fill(Number.NaN);
    const shared = conflict.values.length;
    const last = shared + candidateNames.length;
    const same = new Uint8Array(width);
    columns.forEach((column, i) => {
      if (column >= 0 && column < shared) same[i] = 1;
      for (let row = 0; row <= candidates.length; row++) {
        let value: number | undefined;
        if (column >= 0 && column < shared) value = conflict.values[column];
        else if (column === last) value = row === candidates.length ? 1 : 0;
        else if (column >= shared) value = candidates[row]?.values[column - shared];
        rows[row * width + i] = value ?? Number.NaN;
      }
    });
    return this.#first.scoreAll(rows, candidates.length + 1, same);
  }

  /** Scores of the candidates and of "none", by all that is known of the merge, before any repository's own last layer. */
  scores(conflict: JudgedConflict, stage: FirstStage, siblings: Siblings): number[] {
    // Conflicts of one merge share its times: a sibling told without them is judged with ours.
    const { times } = conflict.context;
    const decided = this.#listed('decided', siblings.decided.slice(-SIBLINGS), times);
    const open = this.#listed('open', siblings.open.slice(0, SIBLINGS), times);
    const self = this.#ownFacts(conflict, stage);
    const seen = this.#decisions.get(self) ?? nothingSeen();
    this.#decisions.set(self, seen);
    const { places, values, count, same } = siblingRows(self, stage, { decided, open }, seen);
    const own = this.#struck.get(stage) ?? this.#second.struckBy(ownColumns, values, count);
    this.#struck.set(stage, own);
    const judged = softmax(this.#second.scoreAll(values, count, same, own));
    // What stage one gives next to nothing keeps just that: the others share the rest.
    const share = places.reduce((sum, k) => sum + (stage.probabilities[k] ?? 0), 0);
    const second = [...stage.probabilities];
    places.forEach((k, i) => {
      second[k] = share * (judged[i] ?? 0);
    });
    if (decided.length > 0) return second.map((p) => Math.log(p + 1e-9));
    return stage.probabilities.map(
      (p, i) => MIXED * Math.log((second[i] ?? 0) + 1e-9) + (1 - MIXED) * Math.log(p + 1e-9),
    );
  }

  remember(conflict: JudgedConflict, chosen: string): SeenDecision {
    const stage = this.firstStage(conflict);
    const key = squeeze(chosen);
    const at = conflict.candidates.findIndex(({ text }) => squeeze(text) === key);
    const facts = { ...siblingFactsOf(conflict, stage), chosen: chosenOf(stage, at, conflict.wentOn?.side) };
    return seenDecision(this.id, facts);
  }

  rank(conflict: JudgedConflict, siblings: Siblings): readonly Ranking[] {
    const stage = this.firstStage(conflict);
    const scores = this.scores(conflict, stage, siblings);
    const shipped = softmax(scores);
    const own = this.#adapter;
    const generators = conflict.candidates.map((candidate) => candidate.generators);
    const confidences = own ? softmax(adapted(scores, familyIndexes(generators), own)) : shipped;
    // Also the first place was measured as the shipped model gives it: where the layer gives it to another, nothing is safe.
    const cap = conflict.layoutCap();
    const mayBeSafe = cap === 'safe' && !this.#isNeverSafe(conflict);
    const reordered = firstOf(confidences, generators.length) !== firstOf(shipped, generators.length);
    const enough = this.#likely(siblings.decided.length);
    const after = siblings.decided.length >= this.#model.thresholds.safeSiblings;
    const before = this.#before(conflict, stage, siblings, shipped);
    const byItself = this.#likely(0);
    return generators.map((names, i): Ranking => {
      const confidence = confidences[i] ?? 0;
      // Tiers were measured for the shipped model: a repository's own layer may take a tier away, never give one.
      const sure = Math.min(confidence, shipped[i] ?? 0, before?.[i]?.sure ?? 1);
      const isAlone = before?.[i]?.alone === true;
      const needed = isAlone ? byItself : enough;
      let tier: Tier = 'possible';
      if (sure >= this.#least && cap !== 'possible') {
        const found = { generators: names, kept: stage.kept[i] ?? ([0, 0] as const), confidence: sure };
        const isSafe = mayBeSafe && this.#isSafe(conflict, found, isAlone ? 0 : siblings.decided.length);
        const isLoss = (isSafe || sure >= needed) && losesMore(conflict, names);
        if (isSafe && !isLoss) tier = reordered ? 'likely' : 'safe';
        else if (sure >= needed && (!isLoss || (after && !isAlone))) tier = 'likely';
      }
      const lowered = before !== undefined && sure < confidence ? { sure } : {};
      return { confidence, ...lowered, tier, enough: needed, ...(after && !isAlone ? { afterDecisions: true } : {}) };
    });
  }

  /**
   * How sure each is where decisions raise it further than they carry (`carried.ts`); undefined where they carry all. One is no habit: it
   * moves the order and the number, and in bulk a hundred conflicts would follow it.
   */
  #before(
    conflict: JudgedConflict,
    stage: FirstStage,
    siblings: Siblings,
    shipped: readonly number[],
  ): readonly Carry[] | undefined {
    const { safeSiblings, likely, likelyDecided } = this.#model.thresholds;
    const { decided } = siblings;
    const reaches = (least: number) => shipped.slice(0, -1).some((p) => p >= least);
    if (decided.length === 0 || !reaches(Math.min(likely, likelyDecided))) return undefined;
    const undecided = () => softmax(this.scores(conflict, stage, { ...siblings, decided: [] }));
    if (decided.length < safeSiblings)
      return reaches(likely) ? undecided().map((sure) => ({ sure, alone: false })) : undefined;
    const texts = conflict.candidates.map(({ text }) => text);
    const { sides, path } = conflict.context;
    const numbers = { own: stage.probabilities, undecided, after: shipped };
    return carried({ decided, least: safeSiblings, texts, ...numbers, sides, path });
  }

  #likely(decided: number): number {
    const { likely, likelyDecided, safeSiblings } = this.#model.thresholds;
    return decided >= safeSiblings ? likelyDecided : likely;
  }

  #isSafe(conflict: JudgedConflict, found: Found, decided: number): boolean {
    const { thresholds, safeRules } = this.#model;
    const language = conflict.material.language?.id ?? 'other';
    const enough = thresholds.safeByLanguage[language] ?? thresholds.safe;
    if (decided >= thresholds.safeSiblings && found.confidence >= enough) return true;
    // Where a side went on from the other the number is mostly of that, and proves no rule (training/tiers.py counts them apart).
    return !conflict.wentOn && safeRules.some((rule) => meets(found, rule));
  }

  #isNeverSafe(conflict: JudgedConflict): boolean {
    const never = this.#never.get(conflict) ?? isNeverSafe(conflict);
    this.#never.set(conflict, never);
    return never;
  }

  #ownFacts(conflict: JudgedConflict, stage: FirstStage): SiblingFacts {
    const facts = this.#selves.get(conflict) ?? siblingFactsOf(conflict, stage);
    this.#selves.set(conflict, facts);
    return facts;
  }

  /** Facts of a list: mostly it is the one that was asked for last, by another conflict of the merge. */
  #listed(
    kind: 'decided' | 'open',
    siblings: readonly Sibling[],
    times: JudgedConflict['context']['times'],
  ): readonly SiblingFacts[] {
    const last = this.#lists[kind];
    const { left, right } = times ?? {};
    if (last && last.left === left && last.right === right && isSameList(last.siblings, siblings)) return last.facts;
    const facts = siblings.map((one) => this.#facts(one, kind === 'open' ? undefined : one.chosen, times));
    this.#lists[kind] = { siblings, left, right, facts };
    return facts;
  }

  #facts(sibling: Sibling, chosen: string | undefined, times: JudgedConflict['context']['times']): SiblingFacts {
    // The same object is a sibling of all the others: its texts are read once.
    const seen = this.#seen.get(sibling);
    if (seen && seen.chosen === chosen && seen.left === times?.left && seen.right === times?.right) return seen.facts;
    const facts =
      chosen === undefined
        ? this.#alone(sibling, times).facts
        : (this.#remembered(sibling) ?? decidedFacts(this.#alone(sibling, times), chosen));
    this.#seen.set(sibling, { chosen, left: times?.left, right: times?.right, facts });
    return facts;
  }

  /** What this model knew of a decided conflict at the time: more than its sides tell now. */
  #remembered({ path, seen }: Pick<DecidedSibling, 'path' | 'seen'>): SiblingFacts | undefined {
    if (seen === undefined) return undefined;
    const key = JSON.stringify([path, seen]);
    const known = this.#kept.get(key);
    if (known) return known;
    const facts = factsOfSeen(this.id, path, seen);
    if (this.#kept.size >= CACHE) this.#kept.clear();
    if (facts) this.#kept.set(key, facts);
    return facts;
  }

  /** A sibling without what stands around it: that is all the others know. It stays the same when it is decided. */
  #alone(sibling: OpenSibling, times: JudgedConflict['context']['times']): Alone {
    const { base, left, right } = sibling.sides;
    const key = JSON.stringify([sibling.path, base, left, right, times]);
    const known = this.#siblings.get(key);
    if (known) return known;
    const { judged, keys } = judgeWithKeys(siblingContext({ ...sibling, times }), this.#syntax);
    const stage = this.firstStage(judged);
    const places = new Map<number, number>();
    keys.forEach((key, i) => {
      const mark = markOf(key);
      if (!places.has(mark)) places.set(mark, i);
    });
    const alone = { facts: siblingFactsOf(judged, stage), stage, places, decided: new Map() };
    if (this.#siblings.size >= CACHE) this.#siblings.clear();
    this.#siblings.set(key, alone);
    return alone;
  }
}

/** A sibling judged by itself, and what it is when a text was chosen for it. */
interface Alone {
  readonly facts: SiblingFacts;
  readonly stage: FirstStage;
  /** Places of the candidates by their marks. */
  readonly places: ReadonlyMap<number, number>;
  readonly decided: Map<string, SiblingFacts>;
}

function decidedFacts({ facts, stage, places, decided }: Alone, chosen: string): SiblingFacts {
  const known = decided.get(chosen);
  if (known) return known;
  const made = { ...facts, chosen: chosenOf(stage, places.get(markOf(squeeze(chosen))) ?? -1) };
  // A conflict is decided once or twice; what a caller tries out a thousand times need not be kept.
  if (decided.size >= 8) decided.clear();
  decided.set(chosen, made);
  return made;
}
