/**
 * Ranking by counting: of the candidates with this origin, in this situation and language, so many in a hundred were what
 * the developer chose. Counts come from `models/table.json`; with none, the order of their frequency in general.
 */
import { readFileSync } from 'node:fs';
import type { Tier } from './candidate.ts';
import { basicsOf } from './features/basics.ts';
import type { JudgedConflict } from './judge.ts';
import { losesMore } from './lostEdit.ts';
import { isNeverSafe } from './neverSafe.ts';
import type { Ranker, Ranking } from './rank.ts';

/** key → [right, of]; keys as `tableKeys` makes them, from the general to the particular. */
export interface Table {
  readonly counts: Readonly<Record<string, readonly [number, number]>>;
  readonly safe: readonly string[];
}

/** A prior worth this many conflicts pulls a rare key towards the more general one. */
const PRIOR_WEIGHT = 8;
const general: Table = {
  counts: {
    left: [34, 100],
    right: [25, 100],
    'token merge': [70, 100],
    'same change': [95, 100],
    'left+right': [4, 100],
  },
  safe: [],
};

/** What kind of conflict this is, coarse enough to count: how the token merge ended, and which sides are empty. */
export function situationOf(conflict: JudgedConflict): string {
  const { material, candidates } = conflict;
  const clean = candidates.find((c) => c.generators.includes('token merge'));
  const merge = !clean
    ? 'open'
    : clean.generators.includes('left')
      ? 'is left'
      : clean.generators.includes('right')
        ? 'is right'
        : 'new';
  const empty = [material.base, material.left, material.right]
    .map((side) => (side.squeezed === '' ? '0' : '1'))
    .join('');
  const file = /change|history|release|news|\.md$|\.rst$/i.test(conflict.context.path) ? 'prose' : 'code';
  return `${merge} ${empty} ${file}`;
}

/** Files want a margin over the 80 % of single conflicts (models/README.md). */
const LIKELY = 0.86;

export class TableRanker implements Ranker {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  static load(file: string): TableRanker {
    try {
      // Our own file; a broken one is as good as none.
      return new TableRanker(JSON.parse(readFileSync(file, 'utf8')) as Table);
    } catch {
      return new TableRanker(general);
    }
  }

  rank(conflict: JudgedConflict): readonly Ranking[] {
    const scores = tableKeys(conflict).map((keys) => this.#frequency(keys));
    const sum = Math.max(
      1,
      scores.reduce((a, b) => a + b, 0),
    );
    return conflict.candidates.map((candidate, i) => {
      const confidence = (scores[i] ?? 0) / sum;
      return { confidence, tier: this.#tier(conflict, candidate.generators, confidence), enough: LIKELY };
    });
  }

  /** Each key's own frequency, as far as it was counted often, else that of the more general one. */
  #frequency(keys: readonly string[]): number {
    let estimate = 0.01;
    for (const key of keys) {
      const [right, of] = this.#table.counts[key] ?? [0, 0];
      estimate = (right + PRIOR_WEIGHT * estimate) / (of + PRIOR_WEIGHT);
    }
    return estimate;
  }

  #tier(conflict: JudgedConflict, names: readonly string[], confidence: number): Tier {
    const cap = losesMore(conflict, names) ? 'possible' : conflict.layoutCap();
    if (
      cap === 'safe' &&
      !isNeverSafe(conflict) &&
      names.some((name) => this.#table.safe.includes(name)) &&
      confidence >= 0.9
    )
      return 'safe';
    return cap !== 'possible' && confidence >= LIKELY ? 'likely' : 'possible';
  }
}

/** Which plain texts a candidate also is: they tell more than the name of the generator that gave it first. */
const FLAGS = ['left', 'right', 'base', 'empty', 'token merge', 'structured merge', 'same change'];

/** How much of a side's edits a text follows: none, less than half, more, all; `?` where that was not computed. */
function part(share: number | undefined): string {
  if (share === undefined || Number.isNaN(share)) return '?';
  if (share <= 0.001) return '0';
  return share >= 0.999 ? '1' : share < 0.5 ? 'l' : 'h';
}

/** Of each candidate, the keys it is counted under, general first. As `keys` in training/table.py. */
export function tableKeys(conflict: JudgedConflict): string[][] {
  const situation = situationOf(conflict);
  const language = conflict.material.language?.id ?? 'other';
  const { kept } = basicsOf(conflict);
  return conflict.candidates.map(({ origin, generators }, i) => {
    const followed = `${origin.name}|${part(kept[i]?.[0])}${part(kept[i]?.[1])}`;
    const flags = FLAGS.map((name) => (generators.includes(name) ? '1' : '0')).join('');
    return [
      origin.name,
      followed,
      `${followed}|${flags}`,
      `${followed}|${flags}|${situation}`,
      `${followed}|${flags}|${situation}|${language}`,
    ];
  });
}
