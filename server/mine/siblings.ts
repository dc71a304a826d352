/**
 * Stage two's training rows: for every exported conflict, what its siblings in the same merge say, by the very code the
 * product ranks with. Views of each conflict: bare (the file's others open, no history: a file in `mortise batch`), alone,
 * the merge's others open, and sessions in which all conflicts before it were decided as the developer did: in order of path, in
 * random order, and as the files were edited.
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
}

const orNaN = (value: number | null): number => value ?? Number.NaN;

export const views = ['bare', 'alone', 'merge', 'session', 'random', 'edited'] as const;

/** So many open siblings are read, as in the product. */
const OPEN = 60;

/** A conflict as stage one sees it, with or without the history of its path. */
interface Seen {
  readonly stage: FirstStage;
  readonly open: SiblingFacts;
  readonly decided: SiblingFacts;
}

function seen(exported: Exported, probabilities: readonly number[], history: boolean): Seen {
  const stage: FirstStage = {
    probabilities,
    generators: [...exported.gens, []],
    kept: exported.kept.map(([left, right]): Kept => [orNaN(left), orNaN(right)]),
    basics: exported.basics.map((value, i) =>
      !history && (basicNames[i] ?? '').startsWith('log.') ? Number.NaN : orNaN(value),
    ),
  };
  const open: SiblingFacts = {
    path: exported.path,
    situation: exported.sit,
    expected: familyDistribution(stage),
    edited: new Set(exported.edited),
  };
  return { stage, open, decided: { ...open, chosen: chosenOf(stage, exported.hit) } };
}

interface Placed {
  readonly exported: Exported;
  readonly full: Seen;
  readonly bare: Seen;
  /** Its place when the merge's conflicts are shuffled. */
  readonly lot: string;
}

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

/** Reads FOLDER/*.jsonl, first.order.json, first.oof.f32 and first.bare.f32; writes second.VIEW.f32 and second.columns.json there. */
export function exportSiblings(folder: string): { conflicts: number; columns: number } {
  // These files are written by our own trainer just before.
  const order = JSON.parse(readFileSync(join(folder, 'first.order.json'), 'utf8')) as {
    key: string;
    i: number;
    n: number;
  }[];
  const [oof, blind] = [floats(join(folder, 'first.oof.f32')), floats(join(folder, 'first.bare.f32'))];
  const byId = readExported(folder);
  let at = 0;
  const conflicts = order.map(({ key, i, n }): Placed => {
    const exported = byId.get(`${key}#${i}`);
    if (!exported) throw new Error(`${key}#${i} is in first.order.json but was not exported: run features again`);
    const [full, bare] = [oof, blind].map((all) => [...all.subarray(at, at + n)]) as [number[], number[]];
    at += n;
    const lot = recordRank(`${key}#${i}`, 'order');
    return { exported, full: seen(exported, full, true), bare: seen(exported, bare, false), lot };
  });
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
  const { exported, full, bare } = self;
  const others = (orders[0] ?? []).filter((other) => other !== self);
  const open = (conflicts: readonly Placed[]) => conflicts.slice(0, OPEN).map((other) => other.full.open);
  const sameFile = others.filter((other) => other.exported.path === exported.path).slice(0, OPEN);
  const alone = siblingFeatures(full.open, full.stage, [], []);
  const sessions = orders.map((group) => {
    const place = group.indexOf(self);
    const decided = group.slice(0, place).map((other) => other.full.decided);
    return siblingFeatures(full.open, full.stage, decided, open(group.slice(place + 1)));
  });
  return [
    siblingFeatures(
      bare.open,
      bare.stage,
      [],
      sameFile.map((other) => other.bare.open),
    ),
    alone,
    siblingFeatures(full.open, full.stage, [], open(others)),
    ...sessions,
  ];
}
