/**
 * Stage two's training rows: for every exported conflict, what its siblings in the same merge say, by the very code the
 * product ranks with. Siblings are seen as the product sees them: open ones apart, without what stands around them, decided ones
 * as they were known when they were decided. Views of each conflict:
 * bare (the file's others open, no history: a file in `mortise batch`), alone, the merge's others open, and sessions in which all
 * conflicts before it were decided as the developer did: in order of path, in random order, and as the files were edited. `told`
 * and `told session` know what a request about one conflict tells: the commits of its path, but no file and no earlier versions,
 * and of decided ones their sides and the decision.
 */
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  basicNames,
  chosenOf,
  type FirstStage,
  familyDistribution,
  type Kept,
  type SiblingFacts,
  siblingFeatures,
} from '../resolve/features/siblingFeatures.ts';
import { recordRank } from './record.ts';

interface Exported {
  readonly key: string;
  readonly repo: string;
  readonly merge: string;
  readonly path: string;
  readonly i: number;
  readonly k: number;
  readonly hit: number;
  /** Time of the newest commit of either side that touched the path; 0 where unknown. */
  readonly touched?: number;
  readonly gens: readonly (readonly string[])[];
  readonly edited: readonly string[];
  readonly sit: string;
  /** JSON has no NaN: null stands for it. */
  readonly kept: readonly (readonly [number | null, number | null])[];
  readonly basics: readonly (number | null)[];
  /** Place of the candidate that is the side which went on from the other; -1 where neither did. */
  readonly went: number;
}

const orNaN = (value: number | null): number => value ?? Number.NaN;

export const views = ['bare', 'alone', 'merge', 'session', 'random', 'edited', 'told', 'told session'] as const;

/** What is known of a conflict itself: everything, nothing of the history, or what a request tells. Names of stage one's answers. */
const known = ['oof', 'bare', 'told'] as const;
type Known = (typeof known)[number];

/** So many open siblings are read, as in the product. */
const OPEN = 60;

/** A conflict as it is when it is ranked, by what is known of it, and as the others of its merge see it. */
interface Placed {
  readonly exported: Exported;
  readonly own: Readonly<Record<Known, { readonly stage: FirstStage; readonly facts: SiblingFacts }>>;
  /** What the others see while it is open, as it was known when it was decided, and where only sides and decision are told. */
  readonly open: SiblingFacts;
  readonly decided: SiblingFacts;
  readonly toldDecided: SiblingFacts;
  /** Its place when the merge's conflicts are shuffled. */
  readonly lot: string;
}

const UNKNOWN: Readonly<Record<Known | 'apart', readonly string[]>> = {
  oof: [],
  bare: ['log.'],
  told: ['log.former', 'file.'],
  apart: ['log.', 'file.'],
};

function stageOf(exported: Exported, probabilities: readonly number[], what: Known | 'apart'): FirstStage {
  const isKnown = (name: string) => !UNKNOWN[what].some((start) => name.startsWith(start));
  return {
    probabilities,
    generators: [...exported.gens, []],
    kept: exported.kept.map(([left, right]): Kept => [orNaN(left), orNaN(right)]),
    basics: exported.basics.map((value, i) => (isKnown(basicNames[i] ?? '') ? orNaN(value) : Number.NaN)),
    wentOn: what === 'oof' ? wentOf(exported) : undefined,
  };
}

function wentOf({ went, gens }: Exported): 'left' | 'right' | undefined {
  return went < 0 ? undefined : gens[went]?.includes('left') ? 'left' : 'right';
}

const factsOf = (exported: Exported, stage: FirstStage): SiblingFacts => ({
  path: exported.path,
  situation: exported.sit,
  expected: familyDistribution(stage),
  edited: new Set(exported.edited),
  chosen: undefined,
});

function floats(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function readExported(folder: string): Map<string, Exported> {
  const byId = new Map<string, Exported>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line === '') continue;
      const exported = JSON.parse(line) as Exported;
      byId.set(`${exported.key}#${exported.i}`, exported);
    }
  }
  return byId;
}

interface Order {
  readonly key: string;
  readonly i: number;
  readonly n: number;
}

/** Stage one's answers of one kind; both files are written by our own trainer just before. */
function answersOf(folder: string, name: Known | 'apart'): Map<string, number[]> {
  const listed = name === 'apart' ? 'first.apart.order.json' : 'first.order.json';
  const order = JSON.parse(readFileSync(join(folder, listed), 'utf8')) as Order[];
  const all = floats(join(folder, `first.${name}.f32`));
  let at = 0;
  return new Map(
    order.map(({ key, i, n }) => {
      at += n;
      return [`${key}#${i}`, [...all.subarray(at - n, at)]];
    }),
  );
}

/** FOLDER/*.jsonl, APART/*.jsonl (`mortise features --apart`) and stage one's answers in FOLDER, put together. */
function readPlaced(folder: string, apartFolder: string): Placed[] {
  const [byId, apart] = [readExported(folder), readExported(apartFolder)];
  const answers = { ...recordOf(known, (name) => answersOf(folder, name)), apart: answersOf(folder, 'apart') };
  return [...answers.oof.keys()].map((id): Placed => {
    const [exported, other] = [byId.get(id), apart.get(id)];
    if (!exported || !other) throw new Error(`${id} has an answer of stage one but no row: run mortise features again`);
    const answer = (name: Known | 'apart') => {
      const found = answers[name].get(id);
      if (!found) throw new Error(`${id} has no answer in first.${name}.f32: run training/train.py first again`);
      return found;
    };
    const own = recordOf(known, (name) => {
      const stage = stageOf(exported, answer(name), name);
      return { stage, facts: factsOf(exported, stage) };
    });
    const stage = stageOf(other, answer('apart'), 'apart');
    const open = factsOf(other, stage);
    const { oof } = own;
    const decided = { ...oof.facts, chosen: chosenOf(oof.stage, exported.hit, oof.stage.wentOn) };
    const toldDecided = { ...open, chosen: chosenOf(stage, other.hit) };
    return { exported, own, open, decided, toldDecided, lot: recordRank(id, 'order') };
  });
}

function recordOf<K extends string, T>(keys: readonly K[], of: (key: K) => T): Record<K, T> {
  // An object made of entries does not tell that it has them all.
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, T>;
}

/** Writes second.VIEW.f32 and second.columns.json into FOLDER. */
export function exportSiblings(folder: string, apart: string): { conflicts: number; columns: number } {
  const conflicts = readPlaced(folder, apart);
  const merges = new Map<string, Placed[]>();
  for (const conflict of conflicts) {
    const id = `${conflict.exported.repo}@${conflict.exported.merge}`;
    const group = merges.get(id);
    if (group) group.push(conflict);
    else merges.set(id, [conflict]);
  }
  const orders = new Map([...merges].map(([id, group]) => [id, ordersOf(group)]));
  const outputs = views.map((view) => openSync(join(folder, `second.${view}.f32`), 'w'));
  let columns: string[] = [];
  for (const conflict of conflicts) {
    const inOrder = orders.get(`${conflict.exported.repo}@${conflict.exported.merge}`) ?? [];
    rowsOf(conflict, inOrder).forEach((rows, v) => {
      columns = rows[0]?.names ?? columns;
      writeSync(outputs[v] ?? 1, Buffer.from(Float32Array.from(rows.flatMap((row) => row.values)).buffer));
    });
  }
  for (const output of outputs) closeSync(output);
  writeFileSync(join(folder, 'second.columns.json'), JSON.stringify(columns));
  return { conflicts: conflicts.length, columns: columns.length };
}

const byPath = ({ exported: a }: Placed, { exported: b }: Placed) =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : a.i - b.i;

/** The conflicts of one merge in the three orders that sessions are measured in. */
function ordersOf(group: readonly Placed[]): readonly (readonly Placed[])[] {
  const touched = ({ exported }: Placed) => exported.touched ?? 0;
  return [
    [...group].sort(byPath),
    [...group].sort((a, b) => (a.lot < b.lot ? -1 : 1)),
    [...group].sort((a, b) => touched(a) - touched(b) || byPath(a, b)),
  ];
}

/** The rows of each view, in the order of `views`. `orders`: all conflicts of the merge, each time in another order. */
function rowsOf(self: Placed, orders: readonly (readonly Placed[])[]) {
  const { exported, own } = self;
  const others = (orders[0] ?? []).filter((other) => other !== self);
  const open = (conflicts: readonly Placed[]) => conflicts.slice(0, OPEN).map((other) => other.open);
  const rows = (what: Known, decided: readonly SiblingFacts[], still: readonly Placed[]) =>
    siblingFeatures(own[what].facts, own[what].stage, decided, open(still));
  const session = (what: Known, group: readonly Placed[] = []) => {
    const place = group.indexOf(self);
    const before = group.slice(0, place);
    const decided = before.map((other) => (what === 'told' ? other.toldDecided : other.decided));
    return rows(what, decided, group.slice(place + 1));
  };
  const sameFile = others.filter((other) => other.exported.path === exported.path);
  return [
    rows('bare', [], sameFile),
    rows('oof', [], []),
    rows('oof', [], others),
    ...orders.map((group) => session('oof', group)),
    rows('told', [], []),
    session('told', orders[0]),
  ];
}
