/**
 * Stage two's training rows: for every exported conflict, what its siblings in the same merge say, by the very code the
 * product ranks with. Four views of each conflict: alone, the file's others open, the merge's others open, and a session in
 * which all conflicts before it (in path order) were decided as the developer did.
 */
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FirstStage,
  familyDistribution,
  type SiblingFacts,
  siblingFeatures,
} from '../resolve/features/siblingFeatures.ts';

interface Exported {
  readonly key: string;
  readonly repo: string;
  readonly merge: string;
  readonly path: string;
  readonly i: number;
  readonly k: number;
  readonly hit: number;
  readonly gens: readonly (readonly string[])[];
  readonly edited: readonly string[];
}

export const views = ['alone', 'file', 'merge', 'session'] as const;

/** Reads FOLDER/*.jsonl, first.order.json and first.oof.f32; writes second.VIEW.f32 and second.columns.json there. */
export function exportSiblings(folder: string): { conflicts: number; columns: number } {
  // Both files are written by our own trainer just before.
  const order = JSON.parse(readFileSync(join(folder, 'first.order.json'), 'utf8')) as {
    key: string;
    i: number;
    n: number;
  }[];
  const bytes = readFileSync(join(folder, 'first.oof.f32'));
  const oof = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const byId = new Map<string, Exported>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line === '') continue;
      const exported = JSON.parse(line) as Exported;
      byId.set(`${exported.key}#${exported.i}`, exported);
    }
  }
  let at = 0;
  const conflicts = order.flatMap(({ key, i, n }) => {
    const exported = byId.get(`${key}#${i}`);
    const probabilities = [...oof.subarray(at, at + n)];
    at += n;
    if (!exported) throw new Error(`${key}#${i} is in first.order.json but was not exported: run features again`);
    const stage: FirstStage = { probabilities, generators: [...exported.gens, []] };
    const open: SiblingFacts = {
      path: exported.path,
      expected: familyDistribution(stage),
      edited: new Set(exported.edited),
    };
    const chosen = exported.hit >= 0 ? (exported.gens[exported.hit] ?? []) : [];
    return [{ exported, stage, open, decided: { ...open, chosen } }];
  });
  const merges = new Map<string, typeof conflicts>();
  for (const conflict of conflicts) {
    const id = `${conflict.exported.repo}@${conflict.exported.merge}`;
    const group = merges.get(id);
    if (group) group.push(conflict);
    else merges.set(id, [conflict]);
  }
  for (const group of merges.values())
    group.sort((a, b) =>
      a.exported.path < b.exported.path ? -1 : a.exported.path > b.exported.path ? 1 : a.exported.i - b.exported.i,
    );
  const outputs = views.map((view) => openSync(join(folder, `second.${view}.f32`), 'w'));
  let columns: string[] = [];
  for (const conflict of conflicts) {
    const group = merges.get(`${conflict.exported.repo}@${conflict.exported.merge}`) ?? [];
    const others = group.filter((other) => other !== conflict);
    const place = group.indexOf(conflict);
    const known: Record<(typeof views)[number], [readonly SiblingFacts[], readonly SiblingFacts[]]> = {
      alone: [[], []],
      file: [
        [],
        others
          .filter((o) => o.exported.path === conflict.exported.path)
          .map((o) => o.open)
          .slice(0, 60),
      ],
      merge: [[], others.map((o) => o.open).slice(0, 60)],
      session: [
        group.slice(0, place).map((o) => o.decided),
        group
          .slice(place + 1)
          .map((o) => o.open)
          .slice(0, 60),
      ],
    };
    views.forEach((view, v) => {
      const rows = siblingFeatures(conflict.open, conflict.stage, ...known[view]);
      columns = rows[0]?.names ?? columns;
      const flat = Float32Array.from(rows.flatMap((row) => row.values));
      writeSync(outputs[v] ?? 1, Buffer.from(flat.buffer));
    });
  }
  for (const output of outputs) closeSync(output);
  writeFileSync(join(folder, 'second.columns.json'), JSON.stringify(columns));
  return { conflicts: conflicts.length, columns: columns.length };
}
