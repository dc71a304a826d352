/**
 * What the other conflicts of the same merge say about this one: those the user decided, and the first-stage predictions of
 * those still open. Automatic choices are never among the decided.
 */
import { Row } from './conflictFeatures.ts';
import { type Family, families, familyOf } from './generators.ts';

/** A sibling reduced to what comparison needs. */
export interface SiblingFacts {
  readonly path: string;
  /** How the token merge of the conflict ended and which sides are empty (`situationOf`). */
  readonly situation: string;
  /** First-stage probability of each family, in the order of `families`. */
  readonly expected: readonly number[];
  /** Edited tokens of both sides, for similarity. */
  readonly edited: ReadonlySet<string>;
  readonly chosen?: Chosen;
}

/** What the user decided, as far as it is one of the candidates. */
export interface Chosen {
  /** Generators that gave the chosen text; empty when none did. */
  readonly generators: readonly string[];
  /** Shares of each side's edited words that the chosen text follows; absent when it is no candidate. */
  readonly kept?: Kept;
  /** What stage one gave the chosen text, and whether it was its first. */
  readonly p: number;
  readonly first: boolean;
}

export type Kept = readonly [left: number, right: number];

export interface FirstStage {
  /** Probability of each candidate, then of "none": one longer than candidates. */
  readonly probabilities: readonly number[];
  readonly generators: readonly (readonly string[])[];
  /** Of each candidate: shares of both sides' edited words it follows. */
  readonly kept: readonly Kept[];
  /** A few numbers of the conflict, named in `basicNames`. */
  readonly basics: readonly number[];
}

/** Columns of stage one that stage two reads too. */
export const basicNames = [
  'language',
  'token.clean',
  'token.open',
  'tokens.left',
  'tokens.base',
  'tokens.right',
  'ratio.left base',
  'ratio.right base',
  'time.left-right',
  'log.share',
  'log.newer',
  'script.left regions',
  'script.right regions',
] as const;

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

/** Names of columns are made once: a row is made of every candidate of every open conflict after each decision. */
const basicColumns = basicNames.map((name) => `c.${name}`);
const shownColumns = shown.map((name) => ({
  share: `share.${name}`,
  own: `own.${name}`,
  open: `open.${name}`,
  family: families.indexOf(name),
}));

export function familyDistribution(stage: Pick<FirstStage, 'probabilities' | 'generators'>): number[] {
  const out = new Array<number>(families.length).fill(0);
  stage.probabilities.forEach((p, i) => {
    const f = families.indexOf(familyOf(stage.generators[i]));
    out[f] = (out[f] ?? 0) + p;
  });
  return out;
}

/** The decision on a conflict as stage two sees it; `at`: place of the chosen text among the candidates, -1 for none. */
export function chosenOf(stage: FirstStage, at: number): Chosen {
  const p = stage.probabilities[at < 0 ? stage.probabilities.length - 1 : at] ?? 0;
  const most = Math.max(...stage.probabilities.slice(0, -1));
  if (at < 0) return { generators: [], p, first: false };
  const kept = stage.kept[at];
  return { generators: stage.generators[at] ?? [], ...(kept ? { kept } : {}), p, first: p >= most };
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
const folder = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** A decided conflict as another one sees it: nothing of it changes with later decisions. */
export interface DecidedView {
  readonly fact: SiblingFacts;
  readonly chosen: Chosen;
  readonly family: number;
  readonly sim: number;
  readonly sameFile: boolean;
  readonly sameKind: boolean;
  readonly sameFolder: boolean;
  /** For each candidate of the other and for "none": how many generators it shares with what was chosen here. */
  readonly like: Float64Array;
}

function viewOf(self: SiblingFacts, stage: FirstStage, fact: SiblingFacts): DecidedView {
  const chosen = fact.chosen ?? { generators: [], p: 0, first: false };
  const last = stage.probabilities.length - 1;
  return {
    fact,
    chosen,
    family: families.indexOf(familyOf(chosen.generators.length > 0 ? chosen.generators : undefined)),
    sim: similarity(self.edited, fact.edited),
    sameFile: fact.path === self.path,
    sameKind: extension(fact.path) === extension(self.path),
    sameFolder: folder(fact.path) === folder(self.path),
    like: Float64Array.from(stage.probabilities, (_, k) => likeness(chosen, stage.generators[k] ?? [], k === last)),
  };
}

/** What was seen for this conflict before is in `known`, which is kept as long as what is seen now. */
function viewsOf(
  self: SiblingFacts,
  stage: FirstStage,
  decided: readonly SiblingFacts[],
  known: Map<SiblingFacts, DecidedView>,
): DecidedView[] {
  const views = decided.slice(-RECENT).map((fact) => known.get(fact) ?? viewOf(self, stage, fact));
  if (known.size > 2 * RECENT) known.clear();
  for (const view of views) known.set(view.fact, view);
  return views;
}

/**
 * One row of numbers for each candidate and a last one for "none".
 * @param known what was seen of decided conflicts for this one before, by a caller that asks after every decision.
 */
export function siblingFeatures(
  self: SiblingFacts,
  stage: FirstStage,
  decided: readonly SiblingFacts[],
  open: readonly SiblingFacts[],
  known = new Map<SiblingFacts, DecidedView>(),
): Row[] {
  const views = viewsOf(self, stage, decided, known);
  const groups = (
    [
      ['all', views],
      ['file', views.filter((v) => v.sameFile)],
      ['kind', views.filter((v) => v.sameKind)],
      ['folder', views.filter((v) => v.sameFolder)],
      ['situation', views.filter((v) => v.fact.situation === self.situation)],
      ['alike', views.filter((v) => v.sim >= 0.4)],
      ['last', views.slice(-1)],
      ['last3', views.slice(-3)],
    ] as const
  ).map(([name, members]) => groupOf(name, members));
  const nearest = views.reduce<DecidedView | undefined>(
    (best, v) => (best === undefined || v.sim >= best.sim ? v : best),
    undefined,
  );
  const expectedOpen = expectedOf(open);
  const shares = shown.map((name) => mean(views.map((v) => (v.family === families.indexOf(name) ? 1 : 0))));
  const ranks = rankOf(stage.probabilities);
  const own = familyDistribution(stage);
  const sorted = [...stage.probabilities.slice(0, -1)].sort((a, b) => b - a);
  const top = Math.max(sorted[0] ?? 0, 1e-6);
  const weights = views.reduce((n, v) => n + v.sim + 0.02, 0);
  const weighted = (of: (v: DecidedView) => number): number =>
    views.length === 0 ? Number.NaN : views.reduce((n, v) => n + (v.sim + 0.02) * of(v), 0) / weights;
  const surprise = mean(views.map((v) => Math.log(v.chosen.p + 1e-3)));
  const usual = mean(views.map((v) => (v.chosen.first ? 1 : 0)));
  let sample: Row | undefined;
  return stage.probabilities.map((p, k) => {
    const names = stage.generators[k] ?? [];
    const none = k === stage.probabilities.length - 1;
    const family = families.indexOf(familyOf(none ? undefined : names));
    const row = new Row(sample);
    sample ??= row;
    row.put('p', Math.log(p + 1e-4));
    row.put('p.rank', ranks[k] ?? 99);
    row.put('p.top', Math.log(top));
    row.put('p.second', Math.log((sorted[1] ?? 0) + 1e-4));
    row.put('p.of top', Math.log(p + 1e-4) - Math.log(top));
    row.put('p.none', stage.probabilities[stage.probabilities.length - 1] ?? 0);
    row.put('family', family);
    row.put('family.p', own[family] ?? 0);
    row.put('candidates', stage.probabilities.length);
    basicColumns.forEach((name, i) => {
      row.put(name, stage.basics[i] ?? Number.NaN);
    });
    const [keptLeft, keptRight] = stage.kept[k] ?? [Number.NaN, Number.NaN];
    row.put('kept.left', keptLeft);
    row.put('kept.right', keptRight);
    row.put('open', open.length);
    row.put('open.family', expectedOpen[family] ?? Number.NaN);
    row.put('decided', decided.length);
    row.put('decided.file', groups[1]?.members.length ?? 0);
    row.put('decided.surprise', surprise);
    row.put('decided.usual', usual);
    for (const group of groups) groupFeatures(group, { family, at: k, kept: stage.kept[k] }, row);
    row.put('near.sim', nearest?.sim ?? Number.NaN);
    row.put('near.agrees', nearest ? (nearest.family === family ? 1 : 0) : Number.NaN);
    row.put('near.jaccard', nearest ? (nearest.like[k] ?? Number.NaN) : Number.NaN);
    row.put(
      'weighted.jaccard',
      weighted((v) => v.like[k] ?? Number.NaN),
    );
    row.put(
      'weighted.family',
      weighted((v) => (v.family === family ? 1 : 0)),
    );
    shownColumns.forEach((column, i) => {
      row.put(column.share, shares[i] ?? Number.NaN);
      row.put(column.own, own[column.family] ?? 0);
      row.put(column.open, expectedOpen[column.family] ?? Number.NaN);
    });
    return row;
  });
}

const likeness = (chosen: Chosen, names: readonly string[], none: boolean): number =>
  none ? (chosen.generators.length === 0 ? 1 : 0) : jaccard(names, chosen.generators);

/** Decided conflicts that stand near this one in one respect. */
interface Group {
  readonly columns: Readonly<Record<'family' | 'jaccard' | 'surprise' | 'odds' | 'left' | 'right', string>>;
  readonly members: readonly DecidedView[];
  /** What members followed of both sides, as far as that is known. */
  readonly known: readonly Kept[];
  /** By family, made when a candidate of it asks: the same for all candidates of that family. */
  readonly byFamily: Map<number, FamilyOfGroup>;
}

interface FamilyOfGroup {
  readonly share: number;
  /** How much more often the family was chosen than the first stage expected, summed: evidence about this merge alone. */
  readonly surprise: number;
  readonly odds: number;
}

const columnsOf = new Map<string, Group['columns']>();

function groupOf(name: string, members: readonly DecidedView[]): Group {
  const columns = columnsOf.get(name) ?? {
    family: `${name}.family`,
    jaccard: `${name}.jaccard`,
    surprise: `${name}.surprise`,
    odds: `${name}.log odds`,
    left: `${name}.off left`,
    right: `${name}.off right`,
  };
  columnsOf.set(name, columns);
  const known = members.flatMap((v) => (v.chosen.kept ? [v.chosen.kept] : []));
  return { columns, members, known, byFamily: new Map() };
}

function familyOfGroup({ members, byFamily }: Group, family: number): FamilyOfGroup {
  const made = byFamily.get(family);
  if (made) return made;
  let share = 0;
  let surprise = 0;
  let odds = 0;
  for (const v of members) {
    const is = v.family === family ? 1 : 0;
    const expected = v.fact.expected[family] ?? 0;
    share += is;
    surprise = surprise + is - expected;
    odds += Math.log((is + 0.1) / (expected + 0.1));
  }
  const found = { share: members.length === 0 ? Number.NaN : share / members.length, surprise, odds };
  byFamily.set(family, found);
  return found;
}

function groupFeatures(
  group: Group,
  of: { readonly family: number; readonly at: number; readonly kept: Kept | undefined },
  row: Row,
): void {
  const { columns, members, known } = group;
  const { share, surprise, odds } = familyOfGroup(group, of.family);
  let like = 0;
  for (const v of members) like += v.like[of.at] ?? 0;
  row.put(columns.family, share);
  row.put(columns.jaccard, members.length === 0 ? Number.NaN : like / members.length);
  row.put(columns.surprise, surprise);
  row.put(columns.odds, odds);
  // Whose edits were followed so far, beside whose this candidate follows: it counts also where no family is shared.
  row.put(columns.left, of.kept ? meanGap(known, of.kept, 0) : Number.NaN);
  row.put(columns.right, of.kept ? meanGap(known, of.kept, 1) : Number.NaN);
}

function meanGap(known: readonly Kept[], own: Kept, side: 0 | 1): number {
  let sum = 0;
  for (const kept of known) sum += Math.abs(kept[side] - own[side]);
  return known.length === 0 ? Number.NaN : sum / known.length;
}

/** What the first stage expects of the open conflicts, by family. */
function expectedOf(open: readonly SiblingFacts[]): number[] {
  return families.map((_, f) => {
    let sum = 0;
    for (const one of open) sum += one.expected[f] ?? 0;
    return open.length === 0 ? Number.NaN : sum / open.length;
  });
}

function rankOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  order.forEach((i, rank) => {
    ranks[i] = rank;
  });
  return ranks;
}
