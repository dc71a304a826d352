/**
 * `npm run bench:speed -- CORPUS…`: CPU time of each conflicted file in a warm batch, of Mergiraf on the same files, of the
 * `merge` command against starting Node, of a 10,000-line file; memory after 5,000 files.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MinedRecord } from '../server/mine/record.ts';
import { Batch, cpuMs, type FileAnswer, failed, residentMb } from './lib/batch.ts';
import { choiceOf, readBench, sample, sharedOptions } from './lib/choice.ts';
import { findPeers, PeerRunner, timed } from './lib/peers.ts';
import { groupsAndAll, quantile, table } from './lib/report.ts';

const usage = `Usage: npm run bench:speed -- CORPUS... [--per-repo 15] [--memory 5000] [--passes 2] [--languages ts,js]
    [--cli dist/cli.cjs]\n`;
const { values, positionals } = readBench(usage, {
  ...sharedOptions,
  'per-repo': { type: 'string', default: '15' },
  memory: { type: 'string', default: '5000' },
  // The last one is measured: V8 goes on compiling for some hundred files.
  passes: { type: 'string', default: '2' },
});

const request = ({ path, base, left, right }: Pick<MinedRecord, 'path' | 'base' | 'left' | 'right'>) => ({
  kind: 'file',
  path,
  base,
  left,
  right,
});
const start = () => new Batch([process.execPath, values.cli, 'batch', '--apply', 'likely']);
const ms = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(value < 10 ? 1 : 0));

/** One request alone, warm: CPU milliseconds of the process, its compiler threads included; wall where that is not told. */
async function cost(
  batch: Batch,
  record: Pick<MinedRecord, 'path' | 'base' | 'left' | 'right'>,
): Promise<number | undefined> {
  const before = cpuMs(batch.pid);
  const answer = await batch.ask<FileAnswer>(request(record));
  const after = cpuMs(batch.pid);
  if (failed(answer)) return undefined;
  return before === undefined || after === undefined ? answer.ms : after - before;
}

async function perFile(records: readonly MinedRecord[]): Promise<void> {
  const batch = start();
  // Grammars load, and code is compiled, on the first files of a language.
  const passes = Number(values.passes);
  for (let pass = 1; pass < passes; pass++) for (const record of records) await batch.ask(request(record));
  const [mergiraf] = findPeers(['mergiraf']).map((peer) => new PeerRunner(peer));
  const rows: { lang: string; ours: number; theirs: number | undefined }[] = [];
  for (const record of records) {
    const ours = await cost(batch, record);
    if (ours !== undefined) rows.push({ lang: record.lang, ours, theirs: mergiraf?.merge(record).cpuMs });
  }
  await batch.close();
  const body = groupsAndAll(rows, ({ lang }) => lang).map(([lang, group]) => {
    const ours = group.map((row) => row.ours);
    const theirs = group.flatMap((row) => row.theirs ?? []);
    const two = (times: readonly number[]) =>
      times.length === 0 ? '–' : `${ms(quantile(times, 0.5))} / ${ms(quantile(times, 0.95))}`;
    return [lang, group.length, two(ours), ms(Math.max(...ours)), two(theirs)];
  });
  process.stdout.write(
    `## CPU ms a conflicted file, warm (pass ${passes})\n\n${table(['', 'files', 'Mortise median / p95', 'worst', 'Mergiraf median / p95'], body)}\n\n`,
  );
}

/** Conflicts and one-sided edits spread over ten thousand lines of code. */
function tenThousandLines(): MinedRecord {
  const lines = (edit: (i: number) => string) => Array.from({ length: 10_000 }, (_, i) => edit(i)).join('\n');
  const plain = (i: number) =>
    i % 5 === 0 ? `function f${i}(a: number, b: number) {` : i % 5 === 4 ? '}' : `  const v${i} = a * ${i} + b;`;
  const left = lines((i) =>
    i % 500 === 1 ? `  const v${i} = a * ${i} + b + left(${i});` : i % 97 === 2 ? `  const w${i} = b;` : plain(i),
  );
  const right = lines((i) =>
    i % 500 === 1 ? `  const v${i} = right(${i}, a) * ${i} + b;` : i % 89 === 3 ? `  const u${i} = a;` : plain(i),
  );
  const nothing = { repo: '', merge: '', base_commit: '', time: 0, lang: 'ts', n_hunks: 20, merged: '' };
  return { ...nothing, parents: ['', ''], times: [0, 0, 0], path: 'big.ts', base: lines(plain), left, right };
}

async function bigFile(): Promise<void> {
  const batch = start();
  const big = tenThousandLines();
  const first = await cost(batch, big);
  const second = await cost(batch, big);
  await batch.close();
  process.stdout.write(
    `## A file of 10,000 lines\n\nCPU ms: first in the process ${ms(first)}, warm ${ms(second)}\n\n`,
  );
}

/** `merge` on files git merges cleanly, against `node -e 0`: what a merge driver costs each file. */
function processes(): void {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-bench-'));
  try {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const files = [file('base.ts', 'a\nb\nc\nd\n'), file('left.ts', 'A\nb\nc\nd\n'), file('right.ts', 'a\nb\nc\nD\n')];
    const node = [process.execPath, '-e', '0'];
    const merge = [process.execPath, join(process.cwd(), values.cli), 'merge', ...files];
    const median = (command: readonly string[]) =>
      quantile(
        Array.from({ length: 21 }, () => timed(command, folder).cpuMs ?? Number.NaN),
        0.5,
      );
    const [bare, ours] = [median(node), median(merge)];
    process.stdout.write(
      `## \`merge\` as a process, git clean\n\nCPU ms, median of 21: node alone ${ms(bare)}, merge ${ms(ours)} (with git's own process): ${(ours / bare).toFixed(2)} ×\n\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function memory(records: readonly MinedRecord[]): Promise<void> {
  const total = Number(values.memory);
  if (total === 0 || records.length === 0) return;
  const batch = start();
  const rows: (string | number)[][] = [];
  for (let n = 1; n <= total; n++) {
    const record = records[n % records.length];
    if (record) await batch.ask(request(record));
    if (n === 100 || n % 1000 === 0 || n === total) rows.push([n, ms(residentMb(batch.pid))]);
  }
  await batch.close();
  process.stdout.write(`## Memory\n\n${table(['files', 'resident MB'], rows)}\n`);
}

async function main(): Promise<void> {
  const records: MinedRecord[] = [];
  for await (const record of sample(positionals, 'conflicts', choiceOf(values))) records.push(record);
  await perFile(records);
  await bigFile();
  processes();
  await memory(records);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
