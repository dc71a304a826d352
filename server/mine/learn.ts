/** What a repository's own merges say about the shipped ranking: cases in order of time, each knowing its merge's earlier decisions. */
import { lineMerge } from '../merge/lineMerge.ts';
import { type AdapterCase, familyIndexes } from '../resolve/adapter.ts';
import type { ConflictContext, DecidedSibling } from '../resolve/candidate.ts';
import { judge } from '../resolve/judge.ts';
import type { LearnedRanker } from '../resolve/learnedRanker.ts';
import { squeeze } from '../resolve/material.ts';
import { contextsOf } from '../resolve/resolveFile.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { locateHunks } from './hunks.ts';
import { formerTexts, type MinedRecord } from './record.ts';

export interface TimedCase extends AdapterCase {
  /** Commit time of the merge, Unix seconds. */
  readonly time: number;
  readonly merge: string;
}

/** Conflicts of one file that count: one huge file must not dominate. As in training. */
const PER_FILE = 8;
/** Siblings of a conflict that are handed to the ranker while learning: time stays bounded. */
const SIBLINGS = 12;
/** Conflicts above this size (UTF-16 units) are not learned from. */
const LARGE = 20_000;

const byPlace = (a: MinedRecord, b: MinedRecord) =>
  a.time - b.time || (a.merge < b.merge ? -1 : a.merge > b.merge ? 1 : a.path < b.path ? -1 : 1);

/** Cases of all located conflicts, oldest merge first. `progress` is called after each file. */
export async function casesOf(
  records: readonly MinedRecord[],
  ranker: LearnedRanker,
  syntax: Syntax,
  progress: (done: number) => void = () => {},
): Promise<TimedCase[]> {
  const cases: TimedCase[] = [];
  let merge = '';
  let decided: DecidedSibling[] = [];
  let done = 0;
  for (const record of [...records].sort(byPlace)) {
    if (record.merge !== merge) decided = [];
    merge = record.merge;
    await syntax.ready(languageOf(record.path));
    for (const { context, chosen } of decisionsOf(record, syntax)) {
      const judged = judge(context, syntax);
      const stage = ranker.firstStage(judged);
      const scores = ranker.scores(judged, stage, { decided: decided.slice(-SIBLINGS), open: [] });
      const truth = squeeze(chosen);
      const at = judged.candidates.findIndex((candidate) => squeeze(candidate.text) === truth);
      const generators = judged.candidates.map((candidate) => candidate.generators);
      cases.push({
        scores,
        families: familyIndexes(generators),
        chosen: at < 0 ? generators.length : at,
        time: record.time,
        merge,
      });
      decided.push({ path: record.path, sides: context.sides, chosen });
    }
    progress(++done);
  }
  return cases;
}

function decisionsOf(record: MinedRecord, syntax: Syntax): { context: ConflictContext; chosen: string }[] {
  const sides = { base: record.base, left: record.left, right: record.right };
  const [base, left, right] = record.times;
  const history = record.history ? { history: { left: record.history.left, right: record.history.right } } : {};
  const file = { path: record.path, sides, times: { base, left, right }, ...history, ...formerTexts(record) };
  const contexts = contextsOf(file, lineMerge(sides), { syntax });
  const { hunks } = locateHunks(record);
  if (hunks.length !== contexts.length) return [];
  return contexts.slice(0, PER_FILE).flatMap((context, i) => {
    const chosen = hunks[i]?.resolution;
    const { left: l, right: r, base: b = '' } = context.sides;
    return chosen === undefined || l.length + r.length + b.length > LARGE ? [] : [{ context, chosen }];
  });
}

/** The earlier and the later cases: whole merges, the earlier ones at least `share` of all. */
export function splitByTime(
  cases: readonly TimedCase[],
  share: number,
): { earlier: readonly TimedCase[]; later: readonly TimedCase[] } {
  let cut = Math.ceil(cases.length * share);
  while (cut < cases.length && cases[cut]?.merge === cases[cut - 1]?.merge) cut++;
  return { earlier: cases.slice(0, cut), later: cases.slice(cut) };
}
