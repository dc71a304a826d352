/**
 * Training rows of whole files: for every mined file whose conflicts were all located, the numbers by which the product judges
 * a file, with the answers that a ranker gave which never saw the repository. Read by training/files.py.
 */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { conflictsOf, type Hunk } from '../merge/conflict.ts';
import { lineMerge } from '../merge/lineMerge.ts';
import { printHunks } from '../merge/markers.ts';
import { answered, treeFacts } from '../resolve/answered.ts';
import { fileFeatures } from '../resolve/features/fileFeatures.ts';
import type { JudgedConflict } from '../resolve/judge.ts';
import { squeeze } from '../resolve/material.ts';
import type { Ranker, Ranking } from '../resolve/rank.ts';
import { resolveConflict } from '../resolve/resolve.ts';
import { contextsOf } from '../resolve/resolveFile.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { alignResolutions } from './align.ts';
import { corpusFiles, readCorpus, repositoryOf } from './corpus.ts';
import { locateHunks } from './hunks.ts';
import { type MinedRecord, recordKey } from './record.ts';
import { same, unicodeLines, withoutSpace } from './same.ts';

/** As `train.py first` and `train.py second` leave them: probabilities of every conflict's candidates, then of "none". */
interface Answers {
  readonly of: ReadonlyMap<string, ReadonlyMap<number, Float32Array>>;
}

function readAnswers(folder: string): Answers {
  // Our own training wrote both files.
  const order = JSON.parse(readFileSync(join(folder, 'first.order.json'), 'utf8')) as {
    readonly key: string;
    readonly i: number;
    readonly n: number;
  }[];
  const bytes = readFileSync(join(folder, 'second.oof.bare.f32'));
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const of = new Map<string, Map<number, Float32Array>>();
  let at = 0;
  for (const { key, i, n } of order) {
    const own = of.get(key) ?? new Map<number, Float32Array>();
    of.set(key, own.set(i, all.subarray(at, at + n)));
    at += n;
  }
  return { of };
}

/** Ranks by what was written down: the product's own code then checks and orders as it does for users. */
class RecordedRanker implements Ranker {
  now: Float32Array | undefined;
  fits = true;

  rank({ candidates }: JudgedConflict): readonly Ranking[] {
    const recorded = this.now;
    if (recorded?.length !== candidates.length + 1) this.fits = false;
    return candidates.map((_, i) => ({ confidence: recorded?.[i] ?? 0, tier: 'possible', enough: 1 }));
  }
}

export interface FileCounts {
  readonly repository: string;
  readonly files: number;
  /** Files whose candidates are no longer those that were ranked. */
  readonly stale: number;
}

export interface FileChoice {
  readonly out: string;
  /** The folder in which `training/train.py second` left its out-of-fold answers. */
  readonly ranked: string;
  /** Files of a repository, in whole merges; 0 for all. */
  readonly perRepo: number;
}

/**
 * Writes OUT/NAME.jsonl, OUT/NAME.f32 for each corpus file, and OUT/columns.json.
 */
export async function exportFiles(
  paths: readonly string[],
  { out, ranked, perRepo }: FileChoice,
  syntax: Syntax,
  report: (counts: FileCounts) => void,
): Promise<void> {
  mkdirSync(out, { recursive: true });
  const answers = readAnswers(ranked);
  const only = new Set(answers.of.keys());
  const ranker = new RecordedRanker();
  for (const corpus of await corpusFiles(paths)) {
    const repository = repositoryOf(corpus);
    const name = repository.replaceAll('/', '+');
    const rows = openSync(join(out, `${name}.f32`), 'w');
    const lines: string[] = [];
    let stale = 0;
    try {
      for await (const record of readCorpus(corpus, { only, perRepo, byMerge: true })) {
        await syntax.ready(languageOf(record.path));
        const row = fileRow(record, answers, ranker, syntax);
        if (row === 'stale') stale++;
        if (row === undefined || row === 'stale') continue;
        writeSync(rows, Buffer.from(Float32Array.from(row.values).buffer));
        lines.push(row.line);
        if (lines.length === 1) writeFileSync(join(out, 'columns.json'), JSON.stringify(row.names));
      }
    } finally {
      closeSync(rows);
    }
    writeFileSync(join(out, `${name}.jsonl`), lines.length > 0 ? `${lines.join('\n')}\n` : '');
    report({ repository, files: lines.length, stale });
  }
}

/** Nothing but white space was changed by hand outside of the conflicts. */
function restStays(hunks: readonly Hunk[], merged: string): boolean {
  const contexts: string[][] = [[]];
  for (const hunk of hunks) {
    if (hunk.kind === 'conflict') contexts.push([]);
    else contexts.at(-1)?.push(...solidLines(hunk.text));
  }
  return alignResolutions(contexts, solidLines(merged)).whole;
}

const solidLines = (text: string): string[] =>
  unicodeLines(text)
    .map(withoutSpace)
    .filter((line) => line !== '');

/** The side whose file the developers left as it was, but for white space. */
function parentOf({ left, right, merged }: MinedRecord): 'left' | 'right' | null {
  const [a, b, all] = [left, right, merged].map(withoutSpace);
  return all === a ? 'left' : all === b ? 'right' : null;
}

interface FileRow {
  readonly line: string;
  readonly names: readonly string[];
  readonly values: readonly number[];
}

function fileRow(
  record: MinedRecord,
  { of }: Answers,
  ranker: RecordedRanker,
  syntax: Syntax,
): FileRow | 'stale' | undefined {
  const recorded = of.get(recordKey(record));
  const sides = { base: record.base, left: record.left, right: record.right };
  const times = { base: record.times[0], left: record.times[1], right: record.times[2] };
  const merge = lineMerge(sides);
  const located = locateHunks(record);
  if (located.hunks.length !== recorded?.size) return undefined;
  const contexts = contextsOf({ path: record.path, sides, times }, merge, { syntax });
  ranker.fits = true;
  const resolutions = contexts.map((context, i) => {
    ranker.now = recorded.get(i);
    return resolveConflict(context, { syntax, ranker });
  });
  if (!ranker.fits) return 'stale';
  const text = printHunks(merge.hunks, { style: 'diff3' });
  const conflicts = conflictsOf(merge.hunks).map((one, i) => ({ ...one, resolutions: resolutions[i] ?? [] }));
  const file = answered({ path: record.path, sides, times, text, conflicts });
  if (!file) return undefined;
  const trees = treeFacts(file, syntax);
  const columns = fileFeatures(file, trees);
  const ok = located.hunks.map(
    ({ resolution }, i) =>
      resolution !== undefined && squeeze(resolution) === squeeze(resolutions[i]?.[0]?.candidate.text ?? '\0'),
  );
  const verdict = same(file.text, record.merged);
  const line = JSON.stringify({
    key: recordKey(record),
    repo: record.repo,
    merge: record.merge,
    path: record.path,
    lang: record.lang,
    exact: located.whole,
    whole: located.whole || verdict !== 'wrong' || restStays(merge.hunks, record.merged),
    verdict,
    ok,
    conf: resolutions.map((one) => one[0]?.confidence ?? 0),
    aftermath: trees?.aftermath ?? null,
    // A merge in which every conflicted file equals one and the same parent threw the other side away.
    parent: parentOf(record),
  });
  return { line, names: columns.map(([name]) => name), values: columns.map(([, value]) => value) };
}
