/**
 * What other tools would send beside prefix and suffix, under the same budget: more of the current file, a ring buffer of
 * chunks (llama.vscode), Jaccard windows of open files (Copilot), BM25 over the repository, the typed-holes paper alone.
 * A bench has no session: the files "open" are the twenty nearest by folder.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { OpenHole } from '../../server/complete/complete.ts';
import { queryOf, similarChunks } from '../../server/complete/context/retrieveSimilar.ts';
import { type CountTokens, identifiersOf } from '../../server/complete/tokens.ts';
import type { TypedItem } from '../../server/types/typeEngine.ts';
import { random } from '../holes-sample.ts';
import type { ContextHole } from './contextHoles.ts';

type OpenedHole = ContextHole & { readonly open: OpenHole };

/** Pieces, best first: a budget takes them whole, and of the first that does not fit the lines that do. */
export type Ranking = readonly string[];

export const baselineNames = ['larger file', 'ring buffer', 'Jaccard', 'BM25', 'paper alone'] as const;
export type Baseline = (typeof baselineNames)[number];

export function baselines(
  given: ContextHole,
  open: OpenHole,
  typed: readonly TypedItem[],
): Readonly<Record<Baseline, Ranking>> {
  const hole = { ...given, open };
  const near = nearFiles(hole, 20);
  const { index } = hole.open.workspace;
  const { view } = hole.open;
  return {
    'larger file': largerFile(hole),
    'ring buffer': ringBuffer(near, hole.offset),
    Jaccard: jaccardWindows(hole, near),
    BM25: similarChunks(index, view, queryOf(view, index.bm25), 100).map((chunk) => chunk.text),
    'paper alone': typed
      .filter((item) => /^(?:expectedType|relevantType|header)$/.test(item.source))
      .map((item) => item.text),
  };
}

export function spend(ranking: Ranking, budget: number, count: CountTokens): string[] {
  const taken: string[] = [];
  let left = budget;
  for (const piece of ranking) {
    const cost = count(piece) + 1;
    if (cost <= left) {
      taken.push(piece);
      left -= cost;
      continue;
    }
    const lines = piece.split('\n');
    while (lines.length > 0 && count(lines.join('\n')) + 1 > left) lines.pop();
    if (lines.length > 0) taken.push(lines.join('\n'));
    break;
  }
  return taken;
}

/** Two thirds before the window, a third after it, growing away from it. */
function largerFile({ text, open }: OpenedHole): Ranking {
  const before = text.slice(0, open.view.windowStart).split('\n').reverse();
  const after = text.slice(open.view.windowEnd).split('\n');
  const lines: string[] = [];
  for (let i = 0; 2 * i < before.length || i < after.length; i++) {
    lines.push(...before.slice(2 * i, 2 * i + 2), ...after.slice(i, i + 1));
  }
  return lines;
}

interface Near {
  readonly path: string;
  readonly lines: readonly string[];
}

function nearFiles({ root, open }: OpenedHole, limit: number): Near[] {
  const { view, workspace } = open;
  const folder = posix.dirname(view.path).split('/');
  const distance = (path: string): number => {
    const other = posix.dirname(path).split('/');
    let same = 0;
    while (same < folder.length && same < other.length && folder[same] === other[same]) same++;
    return folder.length + other.length - 2 * same;
  };
  return [...workspace.index.files.values()]
    .filter((file) => file.family === view.buffer.family && !view.masked(file.path))
    .map((file) => ({ path: file.path, far: distance(file.path) }))
    .sort((x, y) => x.far - y.far || (x.path < y.path ? -1 : 1))
    .slice(0, limit)
    .map(({ path }) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n') }));
}

/** One chunk of 64 lines of each file, as if the user had last stood there. */
function ringBuffer(near: readonly Near[], seed: number): Ranking {
  const next = random(seed + 1);
  return near.slice(0, 16).map(({ lines }) => {
    const from = Math.floor(next() * Math.max(1, lines.length - 64));
    return lines.slice(from, from + 64).join('\n');
  });
}

function jaccardWindows({ text, offset }: OpenedHole, near: readonly Near[]): Ranking {
  const query = new Set(identifiersOf(text.slice(0, offset).split('\n').slice(-60).join('\n')));
  const windows = near.flatMap(({ lines }) => {
    let best = { score: -1, text: '' };
    for (let from = 0; from < Math.max(1, lines.length - 30); from += 15) {
      const window = lines.slice(from, from + 60).join('\n');
      const words = new Set(identifiersOf(window));
      let common = 0;
      for (const word of words) if (query.has(word)) common++;
      const score = common / Math.max(1, words.size + query.size - common);
      if (score > best.score) best = { score, text: window };
    }
    return [best];
  });
  return windows.sort((x, y) => y.score - x.score).map((window) => window.text);
}
