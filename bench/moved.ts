/**
 * `npm run bench:moved -- CORPUS… --mirror DIR`: edits whose lines the other side moved to another file, in real merges. How often
 * that is told, what the developers left in the conflict, and whether the edit is where the lines stand now. Asks git for the other
 * files, so the repositories must be there: DIR/OWNER+NAME/repo.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { elsewhereOf } from '../server/elsewhere.ts';
import { mayHaveMoved, movedAcross, uneditedAcross } from '../server/merge/movedAcross.ts';
import { locateHunks } from '../server/mine/hunks.ts';
import type { MinedRecord } from '../server/mine/record.ts';
import { choiceOf, readBench, sample, sharedOptions } from './lib/choice.ts';
import { table } from './lib/report.ts';

const usage = `Usage: npm run bench:moved -- CORPUS... --mirror DIR [--per-repo 25] [--seed S] [--show]
  CORPUS is a folder that "mortise mine" wrote, or one of its .jsonl.gz files.
`;

const { values, positionals } = readBench(usage, {
  ...sharedOptions,
  mirror: { type: 'string', default: '' },
  show: { type: 'boolean', default: false },
});

const counts = new Map<string, number>();
const add = (name: string, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by);

function whatWasLeft(
  { left, right }: { left: string; right: string },
  by: 'left' | 'right',
  resolution: string | undefined,
) {
  if (resolution === undefined) return 'cannot be told';
  const [mover, editor] = by === 'left' ? [left, right] : [right, left];
  return resolution === mover
    ? 'the side that moved'
    : resolution === editor
      ? 'the side that edited'
      : 'something else';
}

async function look(record: MinedRecord): Promise<void> {
  const { path, base, left, right, merge, parents, base_commit } = record;
  const root = join(values.mirror, record.repo.replace('/', '+'), 'repo');
  if (!existsSync(root)) return;
  const sides = { base, left, right };
  add('files');
  add('conflicts', record.n_hunks);
  if (!mayHaveMoved(sides)) return;
  add('files that ask git');
  const repo = { root, gitDir: root, commonDir: root, env: {} };
  const operation = { key: merge, commits: { base: base_commit, left: parents[0], right: parents[1] } };
  const before = process.cpuUsage();
  const elsewhere = await elsewhereOf({ repo, operation }, { path, sides, commit: merge });
  const { user, system } = process.cpuUsage(before);
  add('own CPU ms of these', (user + system) / 1000);
  if (!elsewhere) return;
  for (const { sides: own, resolution } of locateHunks(record).hunks) {
    const edits = movedAcross(own, path, elsewhere.files);
    const [first] = edits;
    if (!first) continue;
    add('conflicts told');
    const missing = uneditedAcross(edits, elsewhere.now).length > 0;
    const took = whatWasLeft(own, first.by, resolution);
    add(`took ${took}, the edit is ${missing ? 'not there' : 'there, or the lines are changed or gone'}`);
    if (!values.show) continue;
    const to = edits.map(({ path: where, line, keys }) => `${where}:${line} (${keys.length} lines)`).join(', ');
    process.stderr.write(
      `${record.repo} ${merge.slice(0, 10)} ${path}: ${first.by} moved “${first.name}” to ${to}; ${took}${missing ? ', MISSING' : ''}\n`,
    );
  }
}

async function main(): Promise<void> {
  for await (const record of sample(positionals, 'conflicts', choiceOf(values))) await look(record);
  process.stdout.write(
    `${table(
      ['', 'count'],
      [...counts].map(([name, n]) => [name, String(Math.round(n))]),
    )}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
