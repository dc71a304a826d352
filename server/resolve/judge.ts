/** A conflict with its candidates and every number about them: what rankers read and the trainer exports. One implementation. */
import type { Syntax } from '../syntax/syntax.ts';
import type { Candidate, ConflictContext } from './candidate.ts';
import { candidateFeatures, surroundingsOf } from './features/candidateFeatures.ts';
import { CONTEXT_LINES, type ConflictFacts, conflictFeatures, factsOf, type Row } from './features/conflictFeatures.ts';
import { generate } from './generate.ts';
import { type Material, materialOf, squeeze } from './material.ts';

export interface JudgedConflict {
  readonly context: ConflictContext;
  readonly material: Material;
  readonly facts: ConflictFacts;
  readonly candidates: readonly Candidate[];
  /** Features of the conflict, then of each candidate. */
  readonly conflict: Row;
  readonly rows: readonly Row[];
}

export function judge(given: ConflictContext, syntax: Syntax): JudgedConflict {
  const context = {
    ...given,
    before: lastLines(given.before, CONTEXT_LINES),
    after: firstLines(given.after, CONTEXT_LINES),
  };
  const material = materialOf(context, syntax);
  const candidates = generate(material, syntax);
  const facts = factsOf(material);
  const surroundings = surroundingsOf(material);
  const near = `${context.before}\n${context.after}`;
  const tokens = syntax.tokens(material.language, near);
  const words: string[] = [];
  for (let i = 0; i < tokens.count; i++) words.push(near.slice(tokens.start[i], tokens.end[i]));
  const rows = candidates.map((candidate, index) =>
    candidateFeatures(material, facts, surroundings, candidate, { index, of: candidates.length }, syntax),
  );
  twinFeatures(candidates, rows);
  return { context, material, facts, candidates, conflict: conflictFeatures(material, facts, words), rows };
}

/** Candidates of the same lines in another order are the hardest to tell apart: each learns how its twins stand. */
function twinFeatures(candidates: readonly Candidate[], rows: readonly Row[]): void {
  const keys = candidates.map(({ text }) => text.split('\n').map(squeeze).sort().join('\n').trim());
  const steps = rows.map((row) => row.values[row.names.indexOf('order.steps down, folded')] ?? 0);
  rows.forEach((row, i) => {
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
