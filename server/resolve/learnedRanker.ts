/**
 * The trained ranker: stage one scores each candidate by the conflict alone; stage two adds the conflicts of the same merge.
 * Tiers are thresholds measured leave-repositories-out (models/README.md); a lone conflict is safe only by a proven rule.
 */

import { Forest, softmax, type TreeModel } from '../model/trees.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { DecidedSibling, OpenSibling, Tier } from './candidate.ts';
import { type FirstStage, familyDistribution, type SiblingFacts, siblingFeatures } from './features/siblingFeatures.ts';
import { type JudgedConflict, judge } from './judge.ts';
import { squeeze } from './material.ts';
import { isNeverSafe, restsOnLayout } from './neverSafe.ts';
import type { Ranker, Ranking } from './rank.ts';

export interface RankModel {
  readonly version: number;
  readonly first: TreeModel;
  readonly second: TreeModel;
  readonly thresholds: {
    /** Confidence at which a resolution is likely (≥ 80 %). */
    readonly likely: number;
    /** Confidence at which it is safe (≥ 95 %), when at least `safeSiblings` conflicts of the merge were decided by the user. */
    readonly safe: number;
    readonly safeSiblings: number;
  };
  /** Rules proven at ≥ 95 % on a lone conflict, with their counts and the confidence they need on top. */
  readonly safeRules: readonly {
    readonly origin: string;
    readonly right: number;
    readonly of: number;
    readonly atLeast: number;
    readonly languages?: readonly string[];
  }[];
}

/** Stage-one inputs of a candidate: conflict columns, then candidate columns; "none" has the candidate columns missing. */
export function firstStageInputs(conflict: JudgedConflict): { names: string[]; rows: number[][] } {
  const candidateNames = conflict.rows[0]?.names ?? [];
  const names = [...conflict.conflict.names.map((n) => `c.${n}`), ...candidateNames.map((n) => `k.${n}`), 'none'];
  const missing = candidateNames.map(() => Number.NaN);
  const rows = conflict.rows.map((row) => [...conflict.conflict.values, ...row.values, 0]);
  rows.push([...conflict.conflict.values, ...missing, 1]);
  return { names, rows };
}

export function editedWords(conflict: JudgedConflict): ReadonlySet<string> {
  const out = new Set<string>();
  const { words } = conflict.material;
  const add = (mark: string, ids: readonly number[]) => {
    for (const id of ids) {
      if (out.size >= 400) return;
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

export const siblingFactsOf = (
  conflict: JudgedConflict,
  stage: FirstStage,
  chosen: string | undefined,
): SiblingFacts => ({
  path: conflict.context.path,
  expected: familyDistribution(stage),
  edited: editedWords(conflict),
  ...(chosen === undefined
    ? {}
    : { chosen: conflict.candidates.find((c) => squeeze(c.text) === squeeze(chosen))?.generators ?? [] }),
});

const CACHE = 2000;

export class LearnedRanker implements Ranker {
  readonly #first: Forest;
  readonly #second: Forest;
  readonly #model: RankModel;
  readonly #syntax: Syntax;
  #firstColumns: Int32Array | undefined;
  #secondColumns: Int32Array | undefined;
  readonly #siblings = new Map<string, SiblingFacts>();

  /** @throws Error when the model is broken or of another version. */
  constructor(model: RankModel, syntax: Syntax) {
    if (model.version !== 1)
      throw new Error(`the ranking model has version ${model.version}, this Mortise reads version 1`);
    this.#model = model;
    this.#first = new Forest(model.first);
    this.#second = new Forest(model.second);
    this.#syntax = syntax;
  }

  firstStage(conflict: JudgedConflict): FirstStage {
    const { rows, names } = firstStageInputs(conflict);
    this.#firstColumns ??= this.#first.columnsAmong(names);
    const columns = this.#firstColumns;
    return {
      probabilities: softmax(rows.map((row) => this.#first.score(row, columns))),
      generators: [...conflict.candidates.map((candidate) => candidate.generators), []],
    };
  }

  rank(
    conflict: JudgedConflict,
    siblings: { readonly decided: readonly DecidedSibling[]; readonly open: readonly OpenSibling[] },
  ): readonly Ranking[] {
    const stage = this.firstStage(conflict);
    const decided = siblings.decided.slice(-60).map((sibling) => this.#facts(sibling, sibling.chosen));
    const open = siblings.open.slice(0, 60).map((sibling) => this.#facts(sibling, undefined));
    const self = siblingFactsOf(conflict, stage, undefined);
    const rows = siblingFeatures(self, stage, decided, open);
    this.#secondColumns ??= this.#second.columnsAmong(rows[0]?.names ?? []);
    const columns = this.#secondColumns;
    const confidences = softmax(rows.map((row) => this.#second.score(row.values, columns)));
    return conflict.candidates.map((candidate, i) => {
      const confidence = confidences[i] ?? 0;
      return { confidence, tier: this.#tier(conflict, candidate.generators, confidence, decided.length) };
    });
  }

  #tier(conflict: JudgedConflict, generators: readonly string[], confidence: number, decided: number): Tier {
    const { thresholds, safeRules } = this.#model;
    const never = isNeverSafe(conflict) || restsOnLayout(conflict, generators);
    if (!never) {
      if (decided >= thresholds.safeSiblings && confidence >= thresholds.safe) return 'safe';
      const language = conflict.material.language?.id ?? 'other';
      const proven = safeRules.some(
        (rule) =>
          generators.includes(rule.origin) &&
          confidence >= rule.atLeast &&
          (!rule.languages || rule.languages.includes(language)),
      );
      if (proven) return 'safe';
    }
    return confidence >= thresholds.likely ? 'likely' : 'possible';
  }

  #facts(sibling: OpenSibling, chosen: string | undefined): SiblingFacts {
    const { base, left, right } = sibling.sides;
    const key = JSON.stringify([sibling.path, base, left, right, chosen]);
    const known = this.#siblings.get(key);
    if (known) return known;
    const judged = judge({ path: sibling.path, sides: sibling.sides, before: '', after: '' }, this.#syntax);
    const facts = siblingFactsOf(judged, this.firstStage(judged), chosen);
    if (this.#siblings.size >= CACHE) this.#siblings.clear();
    this.#siblings.set(key, facts);
    return facts;
  }
}
