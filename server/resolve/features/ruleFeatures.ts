/**
 * Which rules have won in this merge. A decision says more than a family: of the rules that offered something there, some
 * gave the chosen text and others did not, and that is known of every pair of rules that two candidates here came from.
 */
import { generatorIndex, generators } from './generators.ts';

/** Generators as bits, 30 a word. */
export type RuleSet = readonly number[];

const BITS = 30;
const WORDS = Math.ceil(generators.length / BITS);
const sets = new WeakMap<readonly string[], RuleSet>();

export function ruleSet(names: readonly string[]): RuleSet {
  const known = sets.get(names);
  if (known) return known;
  const words = new Array<number>(WORDS).fill(0);
  for (const name of names) {
    const i = generatorIndex(name);
    if (i >= 0) words[Math.floor(i / BITS)] = (words[Math.floor(i / BITS)] ?? 0) | (1 << (i % BITS));
  }
  sets.set(names, words);
  return words;
}

const meets = (a: RuleSet, b: RuleSet): boolean => a.some((word, i) => (word & (b[i] ?? 0)) !== 0);
const minus = (a: RuleSet, b: RuleSet): RuleSet => a.map((word, i) => word & ~(b[i] ?? 0));
const union = (a: RuleSet, b: RuleSet): RuleSet => a.map((word, i) => word | (b[i] ?? 0));

/** One decision as far as rules go: those that gave the chosen text, all that gave any, and how alike the conflict is. */
export interface RuleVote {
  readonly chosen: RuleSet;
  readonly offered: RuleSet;
  readonly weight: number;
}

export const noRules: RuleSet = new Array<number>(WORDS).fill(0);

export const offeredRules = (candidates: readonly (readonly string[])[]): RuleSet =>
  candidates.reduce<RuleSet>((all, names) => union(all, ruleSet(names)), noRules);

/** Weighted wins and offers of each rule. */
export interface RuleCounts {
  readonly won: Float64Array;
  readonly offered: Float64Array;
}

export function countRules(votes: readonly RuleVote[]): RuleCounts {
  const won = new Float64Array(generators.length);
  const offered = new Float64Array(generators.length);
  for (const vote of votes) {
    add(vote.offered, vote.weight, offered);
    add(vote.chosen, vote.weight, won);
  }
  return { won, offered };
}

function add(rules: RuleSet, weight: number, to: Float64Array): void {
  rules.forEach((word, w) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      const i = w * BITS + (31 - Math.clz32(rest & -rest));
      to[i] = (to[i] ?? 0) + weight;
    }
  });
}

/** Log odds that the best and the worst of a candidate's rules win here; NaN where none of them was ever offered. */
export function ruleOdds(rules: RuleSet, { won, offered }: RuleCounts): readonly [best: number, worst: number] {
  let best = Number.NaN;
  let worst = Number.NaN;
  rules.forEach((word, w) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      const i = w * BITS + (31 - Math.clz32(rest & -rest));
      const n = offered[i] ?? 0;
      if (n === 0) continue;
      const wins = won[i] ?? 0;
      const odds = Math.log((wins + 0.4) / (n - wins + 0.6));
      best = Number.isNaN(best) ? odds : Math.max(best, odds);
      worst = Number.isNaN(worst) ? odds : Math.min(worst, odds);
    }
  });
  return [best, worst];
}

/** Decisions for a candidate and against it, counting only those that tell it from its rival. */
export function duel(own: RuleSet, rival: RuleSet, votes: readonly RuleVote[]): readonly [won: number, lost: number] {
  const mine = minus(own, rival);
  const theirs = minus(rival, own);
  let won = 0;
  let lost = 0;
  for (const { chosen, weight } of votes) {
    const forMe = meets(chosen, mine);
    if (forMe === meets(chosen, theirs)) continue;
    if (forMe) won += weight;
    else lost += weight;
  }
  return [won, lost];
}
