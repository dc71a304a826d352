/** A conflict with its candidates and every number about them: what rankers read and the trainer exports. One implementation. */
import type { Syntax } from '../syntax/syntax.ts';
import type { Candidate, ConflictContext, Tier } from './candidate.ts';
import { candidateFeatures, comparedOf } from './features/candidateFeatures.ts';
import { CONTEXT_LINES, type ConflictFacts, conflictFeatures, factsOf, type Row } from './features/conflictFeatures.ts';
import { formerColumns, formerFacts, formerOfText, type WentOn } from './features/formerFeatures.ts';
import { generate } from './generate.ts';
import { layoutCap } from './layout.ts';
import { forget, type Material, materialOf } from './material.ts';

export interface JudgedConflict {
  readonly context: ConflictContext;
  readonly material: Material;
  readonly facts: ConflictFacts;
  readonly candidates: readonly Candidate[];
  /** Features of the conflict, then of each candidate. */
  readonly conflict: Row;
  readonly rows: readonly Row[];
  /** The side that once had what the other has now, and changed it since. */
  readonly wentOn?: WentOn;
  /** The highest tier that a text for it may have, as far as white space goes. */
  readonly layoutCap: () => Tier;
}

export function judge(given: ConflictContext, syntax: Syntax): JudgedConflict {
  return judgeWithKeys(given, syntax).judged;
}

/** `keys`: the candidates' texts without white space, which nobody needs for long. */
export function judgeWithKeys(
  given: ConflictContext,
  syntax: Syntax,
): { readonly judged: JudgedConflict; readonly keys: readonly string[] } {
  const context = {
    ...given,
    before: lastLines(given.before, CONTEXT_LINES),
    after: firstLines(given.after, CONTEXT_LINES),
  };
  const material = materialOf(context, syntax);
  const { candidates, keys } = generate(material, syntax);
  const { found } = material;
  const facts = found.facts ?? factsOf(material);
  found.facts = facts;
  const compared = comparedOf(material, facts);
  const near = `${context.before}\n${context.after}`;
  const tokens = syntax.tokens(material.language, near);
  const words: string[] = [];
  for (let i = 0; i < tokens.count; i++) words.push(near.slice(tokens.start[i], tokens.end[i]));
  const read = candidates.map((candidate, index) =>
    candidateFeatures(material, compared, { candidate, key: keys[index] ?? '', index, of: candidates.length }, syntax),
  );
  twinFeatures(read);
  const rows = read.map(({ row }) => row);
  const conflict = conflictFeatures(material, facts, words);
  const former = formerFacts(context, material, keys);
  formerColumns.forEach((name, i) => {
    conflict.put(name, former.shared[i] ?? Number.NaN);
  });
  rows.forEach((row, k) => {
    formerOfText.forEach((name, i) => {
      row.put(name, former.rows[formerOfText.length * k + i] ?? Number.NaN);
    });
  });
  if (found.used) forget(found);
  found.used = true;
  let cap: Tier | undefined;
  const judged = {
    ...{ context, material, facts, candidates, conflict, rows },
    ...(former.wentOn ? { wentOn: former.wentOn } : {}),
    layoutCap: () => {
      cap ??= layoutCap(given, material, syntax);
      return cap;
    },
  };
  return { judged, keys };
}

/** Candidates of the same lines in another order are the hardest to tell apart: each learns how its twins stand. */
function twinFeatures(candidates: readonly { readonly row: Row; readonly lines: Int32Array }[]): void {
  const keys = candidates.map(({ lines }) => lines.slice().sort().join());
  const column = candidates[0]?.row.names.indexOf('order.steps down, folded') ?? -1;
  const steps = candidates.map(({ row }) => row.values[column] ?? 0);
  candidates.forEach(({ row }, i) => {
    const twins = keys.flatMap((key, j) => (j !== i && key === keys[i] ? [steps[j] ?? 0] : []));
    row.put('twins', twins.length);
    row.put('twins.steps down', twins.length > 0 ? (steps[i] ?? 0) - Math.min(...twins) : Number.NaN);
  });
}

function lastLines(text: string, n: number): string {
  let at = text.length;
  for (let i = 0; i <= n; i++) {
    const next = text.lastIndexOf('\n', at - 1);
    if (next < 0) return text;
    at = next;
  }
  return text.slice(at + 1);
}

function firstLines(text: string, n: number): string {
  let at = 0;
  for (let i = 0; i < n; i++) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text;
    at = next + 1;
  }
  return text.slice(0, at);
}
