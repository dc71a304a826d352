/**
 * What the other conflicts of the same merge say about this one: those the user decided, and the first-stage predictions of
 * those still open. Automatic choices are never among the decided.
 */
import { Row } from './conflictFeatures.ts';
import { type Family, families, familyOf } from './generators.ts';

/** A sibling reduced to what comparison needs. */
export interface SiblingFacts {
  readonly path: string;
  /** First-stage probability of each family, in the order of `families`. */
  readonly expected: readonly number[];
  /** Edited tokens of both sides, for similarity. */
  readonly edited: ReadonlySet<string>;
  /** For a decided sibling: generators that gave the chosen text; empty when none did. */
  readonly chosen?: readonly string[];
}

export interface FirstStage {
  /** Probability of each candidate, then of "none": one longer than candidates. */
  readonly probabilities: readonly number[];
  readonly generators: readonly (readonly string[])[];
}

const RECENT = 60;
const shown = [
  'left',
  'right',
  'token merge',
  'left first',
  'right first',
  'left words',
  'right words',
  'none',
] as const satisfies readonly Family[];

export function familyDistribution(stage: FirstStage): number[] {
  const out = new Array<number>(families.length).fill(0);
  stage.probabilities.forEach((p, i) => {
    const f = families.indexOf(familyOf(stage.generators[i]));
    out[f] = (out[f] ?? 0) + p;
  });
  return out;
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  let n = 0;
  for (const x of a) if (b.has(x)) n++;
  return n / (a.size + b.size - n);
}

function jaccard(a: readonly string[], b: readonly string[]): number {
  if (b.length === 0) return 0;
  const n = a.filter((x) => b.includes(x)).length;
  return n / (a.length + b.length - n);
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((a, b) => a + b, 0) / values.length;
const extension = (path: string): string => /\.[^./\\]*$/.exec(path)?.[0] ?? path;

interface DecidedView {
  readonly fact: SiblingFacts;
  readonly family: number;
  readonly sim: number;
  readonly sameFile: boolean;
  readonly sameKind: boolean;
}

/** One row of numbers for each candidate and a last one for "none". */
export function siblingFeatures(
  self: SiblingFacts,
  stage: FirstStage,
  decided: readonly SiblingFacts[],
  open: readonly SiblingFacts[],
): Row[] {
  const views: DecidedView[] = decided.slice(-RECENT).map((fact) => ({
    fact,
    family: families.indexOf(familyOf(fact.chosen && fact.chosen.length > 0 ? fact.chosen : undefined)),
    sim: similarity(self.edited, fact.edited),
    sameFile: fact.path === self.path,
    sameKind: extension(fact.path) === extension(self.path),
  }));
  const groups: readonly (readonly [string, readonly DecidedView[]])[] = [
    ['all', views],
    ['file', views.filter((v) => v.sameFile)],
    ['kind', views.filter((v) => v.sameKind)],
    ['last', views.slice(-1)],
    ['last3', views.slice(-3)],
  ];
  const nearest = views.reduce<DecidedView | undefined>(
    (best, v) => (best === undefined || v.sim >= best.sim ? v : best),
    undefined,
  );
  const expectedOpen = families.map((_, f) => mean(open.map((o) => o.expected[f] ?? 0)));
  const ranks = rankOf(stage.probabilities);
  const own = familyDistribution(stage);
  const top = Math.max(...stage.probabilities.slice(0, -1), 1e-6);
  return stage.probabilities.map((p, k) => {
    const names = stage.generators[k] ?? [];
    const none = k === stage.probabilities.length - 1;
    const family = families.indexOf(familyOf(none ? undefined : names));
    const row = new Row();
    row.put('p', Math.log(p + 1e-4));
    row.put('p.rank', ranks[k] ?? 99);
    row.put('p.top', Math.log(top));
    row.put('p.of top', Math.log(p + 1e-4) - Math.log(top));
    row.put('p.none', stage.probabilities[stage.probabilities.length - 1] ?? 0);
    row.put('family', family);
    row.put('family.p', own[family] ?? 0);
    row.put('candidates', stage.probabilities.length);
    row.put('open', open.length);
    row.put('open.family', expectedOpen[family] ?? Number.NaN);
    row.put('decided', decided.length);
    row.put('decided.file', groups[1]?.[1].length ?? 0);
    for (const [name, group] of groups) groupFeatures(name, group, family, names, none, row);
    row.put('near.sim', nearest?.sim ?? Number.NaN);
    row.put('near.agrees', nearest ? (nearest.family === family ? 1 : 0) : Number.NaN);
    row.put('near.jaccard', nearest ? likeness(nearest, names, none) : Number.NaN);
    const weights = views.reduce((n, v) => n + v.sim + 0.02, 0);
    row.put(
      'weighted.jaccard',
      views.length === 0
        ? Number.NaN
        : views.reduce((n, v) => n + (v.sim + 0.02) * likeness(v, names, none), 0) / weights,
    );
    row.put(
      'weighted.family',
      views.length === 0
        ? Number.NaN
        : views.reduce((n, v) => n + (v.sim + 0.02) * (v.family === family ? 1 : 0), 0) / weights,
    );
    for (const name of shown) {
      const f = families.indexOf(name);
      row.put(`share.${name}`, mean(views.map((v) => (v.family === f ? 1 : 0))));
      row.put(`own.${name}`, own[f] ?? 0);
      row.put(`open.${name}`, expectedOpen[f] ?? Number.NaN);
    }
    return row;
  });
}

const likeness = (view: DecidedView, names: readonly string[], none: boolean): number =>
  none ? ((view.fact.chosen?.length ?? 0) === 0 ? 1 : 0) : jaccard(names, view.fact.chosen ?? []);

function groupFeatures(
  name: string,
  group: readonly DecidedView[],
  family: number,
  names: readonly string[],
  none: boolean,
  row: Row,
): void {
  row.put(`${name}.family`, mean(group.map((v) => (v.family === family ? 1 : 0))));
  row.put(`${name}.jaccard`, mean(group.map((v) => likeness(v, names, none))));
  // How much more often the family was chosen than the first stage expected, summed: evidence about this merge alone.
  row.put(
    `${name}.surprise`,
    group.reduce((n, v) => n + (v.family === family ? 1 : 0) - (v.fact.expected[family] ?? 0), 0),
  );
  row.put(
    `${name}.log odds`,
    group.reduce(
      (n, v) => n + Math.log(((v.family === family ? 1 : 0) + 0.1) / ((v.fact.expected[family] ?? 0) + 0.1)),
      0,
    ),
  );
}

function rankOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  order.forEach((i, rank) => {
    ranks[i] = rank;
  });
  return ranks;
}
