/**
 * Texts by their lines: how much of two texts is the same, wherever it stands, and where they differ. For versions of a file that differ
 * near its beginning and near its end, and are the same between.
 */
import { gitDiff } from '../diff/gitDiff.ts';
import { Interner } from '../diff/intern.ts';
import { lineStarts, splitLines } from '../text/lines.ts';
import type { Changed } from './reparse.ts';

export interface Lines {
  readonly ids: Int32Array;
  /** Offset of each line, and the end of the text. */
  readonly starts: Int32Array;
}

/** So many different lines are told apart. */
const LINES = 100_000;

/** Texts that are compared with one another. */
export class LikeLines {
  readonly #interner = new Interner();
  /** Of each different line its length. */
  readonly #lengths: number[] = [];

  get isFull(): boolean {
    return this.#interner.size > LINES;
  }

  read(text: string): Lines {
    const lines = splitLines(text);
    const ids = this.#interner.ids(lines);
    ids.forEach((id, i) => {
      this.#lengths[id] = lines[i]?.length ?? 0;
    });
    return { ids, starts: lineStarts(lines) };
  }

  /** For each of some texts how many UTF-16 units of its lines stand in the one, too, in whatever order. */
  shared(one: Lines, others: readonly Lines[]): number[] {
    const count = new Int32Array(this.#interner.size);
    for (const id of one.ids) count[id] = (count[id] ?? 0) + 1;
    return others.map(({ ids }) => {
      const left = count.slice();
      let units = 0;
      for (const id of ids) {
        const n = left[id] ?? 0;
        if (n === 0) continue;
        left[id] = n - 1;
        units += this.#lengths[id] ?? 0;
      }
      return units;
    });
  }
}

export function changedLines(from: Lines, to: Lines): Changed {
  const span = ({ starts }: Lines, start: number, end: number) => ({
    start: starts[start] ?? 0,
    end: starts[end] ?? 0,
  });
  return gitDiff(from.ids, to.ids).map(
    (change) => [span(from, change.aStart, change.aEnd), span(to, change.bStart, change.bEnd)] as const,
  );
}
