/** The shipped ranker: the trained trees where their file is whole, else the measured table, with a note that says so. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Syntax } from '../syntax/syntax.ts';
import { LearnedRanker, type RankModel } from './learnedRanker.ts';
import type { Ranker } from './rank.ts';
import { TableRanker } from './tableRanker.ts';
import { type FileJudge, type FileModel, fileJudge, plainJudge } from './wholeFile.ts';

/**
 * @param modelsDir the folder `models/` beside the bundle.
 * @param likely the confidence from which a conflict is likely by itself, where files are judged as a whole: without that the
 *   model asks for more, so that files hold.
 * @returns the ranker, and a note for the log when it is not the trained one.
 */
export function loadRanker(modelsDir: string, syntax: Syntax, likely = 1): { ranker: Ranker; note?: string } {
  const file = join(modelsDir, 'rank.json.gz');
  try {
    // The file is ours and its shape is checked by the constructors.
    const bytes = readFileSync(file);
    const read = JSON.parse(gunzipSync(bytes).toString('utf8')) as RankModel;
    const thresholds = { ...read.thresholds, likely: Math.min(read.thresholds.likely, likely) };
    const model = { ...read, thresholds };
    const id = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    return { ranker: new LearnedRanker(model, syntax, id) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      ranker: TableRanker.load(join(modelsDir, 'table.json')),
      note: `ranking by the measured table, since ${file} could not be used: ${reason}`,
    };
  }
}

/** The shipped judge of whole files; where its file is missing or broken, files are warned of and not measured. */
export function loadFileJudge(modelsDir: string): { judge: FileJudge; note?: string } {
  const file = join(modelsDir, 'file.json.gz');
  try {
    // The file is ours and its shape is checked by the constructors.
    const model = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as FileModel;
    return { judge: fileJudge(model) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { judge: plainJudge, note: `files are not measured as a whole, since ${file} could not be used: ${reason}` };
  }
}
