/**
 * Training rows of stage one: for every located conflict of a mined corpus, the numbers the product ranks by, computed by
 * the product's own code, and which candidate the developer chose. Read by training/rows.py.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lineMerge } from '../merge/lineMerge.ts';
import type { ConflictContext, SideCommit } from '../resolve/candidate.ts';
import { basicsOf } from '../resolve/features/basics.ts';
import { type FileFacts, fileFacts } from '../resolve/fileFacts.ts';
import { type JudgedConflict, judge } from '../resolve/judge.ts';
import { editedWords, firstStageInputs, siblingContext } from '../resolve/learnedRanker.ts';
import { squeeze } from '../resolve/material.ts';
import { isNeverSafe } from '../resolve/neverSafe.ts';
import { contextsOf } from '../resolve/resolveFile.ts';
import { situationOf } from '../resolve/tableRanker.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { corpusFiles, readCorpus, repositoryOf } from './corpus.ts';
import { locateHunks } from './hunks.ts';
import { formerTexts, type MinedRecord, type PathFacts } from './record.ts';

/** Conflicts larger than this (UTF-16 units of the three sides) are ranked by the product but not learned from. */
export const LARGE = 60_000;
/** Conflicts of one file that are exported: one huge file must not dominate. As CAP in training/rows.py. */
const PER_FILE = 8;

export interface FeatureCounts {
  readonly repository: string;
  readonly conflicts: number;
  /** Conflicts whose resolution is among the candidates. */
  readonly reachable: number;
}

export interface FeatureChoice {
  readonly out: string;
  /** Files of a repository, in whole merges; 0 for all. */
  readonly perRepo: number;
  /** Each merge as if the other side had been merged into: what is called left is a matter of who merges. */
  readonly swapped?: boolean;
  /** Each conflict as the others of its merge see it: its path, its sides and the times, and nothing of what stands around it. */
  readonly apart?: boolean;
}

/** Writes OUT/NAME.jsonl, OUT/NAME.f32 for each corpus file, and OUT/columns.json. */
export async function exportFeatures(
  paths: readonly string[],
  { out, perRepo, swapped = false, apart = false }: FeatureChoice,
  syntax: Syntax,
  report: (counts: FeatureCounts) => void,
): Promise<void> {
  mkdirSync(out, { recursive: true });
  for (const file of await corpusFiles(paths)) {
    const repository = repositoryOf(file);
    const name = repository.replaceAll('/', '+');
    const rows = openSync(join(out, `${name}.f32`), 'w');
    const lines: string[] = [];
    let reachable = 0;
    try {
      for await (const record of readCorpus(file, { perRepo, byMerge: true })) {
        await syntax.ready(languageOf(record.path));
        for (const row of conflictsOf(swapped ? withSidesSwapped(record) : record, syntax, apart)) {
          writeSync(rows, row.numbers);
          lines.push(row.line);
          if (row.hit >= 0) reachable++;
          if (lines.length === 1) writeFileSync(join(out, 'columns.json'), JSON.stringify(row.columns));
        }
      }
    } finally {
      closeSync(rows);
    }
    writeFileSync(join(out, `${name}.jsonl`), lines.length > 0 ? `${lines.join('\n')}\n` : '');
    report({ repository, conflicts: lines.length, reachable });
  }
}

/** The same merge, seen from the other branch. */
export function withSidesSwapped(record: MinedRecord): MinedRecord {
  const [base, left, right] = record.times;
  const swap = ({ counts, ...sides }: PathFacts): PathFacts => ({
    left: sides.right,
    right: sides.left,
    counts: { left: counts.right, right: counts.left },
  });
  return {
    ...record,
    left: record.right,
    right: record.left,
    times: [base, right, left],
    ...(record.history ? { history: swap(record.history) } : {}),
    ...(record.former ? { former: { left: record.former.right, right: record.former.left } } : {}),
  };
}

interface ExportedConflict {
  readonly line: string;
  readonly numbers: Buffer;
  readonly columns: readonly string[];
  readonly hit: number;
}

function* conflictsOf(record: MinedRecord, syntax: Syntax, apart: boolean): Generator<ExportedConflict> {
  const sides = { base: record.base, left: record.left, right: record.right };
  const times = { base: record.times[0], left: record.times[1], right: record.times[2] };
  const history = record.history ? { history: { left: record.history.left, right: record.history.right } } : {};
  const line = lineMerge(sides);
  const located = locateHunks(record);
  const contexts = contextsOf({ path: record.path, sides, times, ...history, ...formerTexts(record) }, line, {
    syntax,
  });
  if (located.hunks.length !== contexts.length) return;
  const file = fileFacts(record.base, line);
  for (const [i, context] of contexts.entries()) {
    const chosen = located.hunks[i]?.resolution;
    const { left, right, base = '' } = context.sides;
    if (chosen === undefined || left.length + right.length + base.length > LARGE || i >= PER_FILE) continue;
    yield exported(
      record,
      apart ? siblingContext(context) : context,
      { index: i, of: contexts.length, whole: located.whole, chosen, file },
      syntax,
    );
  }
}

function exported(
  record: MinedRecord,
  context: ConflictContext,
  place: { index: number; of: number; whole: boolean; chosen: string; file: FileFacts | undefined },
  syntax: Syntax,
): ExportedConflict {
  const judged = judge(context, syntax);
  const inputs = firstStageInputs(judged);
  const flat = Float32Array.from(inputs.rows.flat());
  const truth = squeeze(place.chosen);
  const hit = judged.candidates.findIndex((candidate) => squeeze(candidate.text) === truth);
  const { merge, repo, path, lang, time, history } = record;
  const authors = (side: readonly SideCommit[] = []) => [...new Set(side.map(({ author }) => author))];
  const line = JSON.stringify({
    key: `${repo}@${merge.slice(0, 12)}:${path}`,
    repo,
    merge,
    time,
    path,
    lang,
    i: place.index,
    n: place.of,
    whole: place.whole,
    file: place.file,
    cap: judged.layoutCap(),
    never: isNeverSafe(judged),
    exact: judged.candidates[hit]?.text === place.chosen,
    authors: [authors(history?.left), authors(history?.right)],
    touched: Math.max(0, ...[...(history?.left ?? []), ...(history?.right ?? [])].map((commit) => commit.time)),
    hit,
    k: inputs.rows.length,
    gens: judged.candidates.map((candidate) => candidate.generators),
    sit: situationOf(judged),
    lid: judged.material.language?.id ?? 'other',
    went: wentOnAt(judged),
    edited: [...editedWords(judged)],
    ...basicsOf(judged),
    dup: `${judged.material.left.squeezed.slice(0, 300)}|${judged.material.right.squeezed.slice(0, 300)}`,
  });
  return { line, numbers: Buffer.from(flat.buffer), columns: inputs.names, hit };
}

/** The candidate that is the side which went on from what the other has; -1 where neither did. */
function wentOnAt({ wentOn, candidates }: JudgedConflict): number {
  return wentOn ? candidates.findIndex(({ generators }) => generators.includes(wentOn.side)) : -1;
}
