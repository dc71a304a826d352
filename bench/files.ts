/**
 * `npm run bench:files -- CORPUS…`: whole files. Of conflicted files, how many each policy resolves and how many of those are
 * the developers' own merge; of files git merges cleanly, how many come out as anything but git's text (none may).
 * Git and Mergiraf run on the same files.
 */
import { writeFileSync } from 'node:fs';
import { locateHunks } from '../server/mine/hunks.ts';
import { type MinedRecord, recordKey } from '../server/mine/record.ts';
import { Batch, eachOf, type FileAnswer, failed } from './lib/batch.ts';
import { choiceOf, readBench, sample, sharedOptions } from './lib/choice.ts';
import { findPeers, PeerRunner, sha1 } from './lib/peers.ts';
import { countBy, groupsAndAll, percent, table } from './lib/report.ts';
import { isResolved, isRight, type Verdict, verdictOf } from './lib/score.ts';

const usage = `Usage: npm run bench:files -- CORPUS... [--per-repo 25] [--clean 20] [--min-confidence 0.5,0.7]
  CORPUS is a folder that "mortise mine" wrote, or one of its .jsonl.gz files.
  [--peers git,mergiraf] [--languages ts,js] [--per-language N] [--seed S] [--only KEYS.jsonl]
  [--by-repo] [--out RESULTS.jsonl] [--cli dist/cli.cjs]
`;

const { values, positionals } = readBench(usage, {
  ...sharedOptions,
  clean: { type: 'string', default: '20' },
  'min-confidence': { type: 'string', default: '' },
  peers: { type: 'string', default: 'git,mergiraf' },
  'by-repo': { type: 'boolean', default: false },
});

interface Row {
  readonly key: string;
  readonly lang: string;
  readonly repo: string;
  /** The developers changed nothing outside the conflicts. */
  readonly reachable: boolean;
  readonly verdicts: Map<string, Verdict>;
}

const request = ({ path, base, left, right, times }: MinedRecord) => ({
  kind: 'file',
  path,
  base,
  left,
  right,
  times: { base: times[0], left: times[1], right: times[2] },
});

const errors = new Map<string, number>();

async function conflictedFiles(): Promise<void> {
  const thresholds = values['min-confidence'].split(',').filter((p) => p !== '');
  const policies: (readonly [string, readonly string[]])[] = [
    ['--apply safe', ['--apply', 'safe']],
    ['--apply likely', ['--apply', 'likely']],
    ...thresholds.map((p) => [`--min-confidence ${p}`, ['--min-confidence', p]] as const),
  ];
  const batches = policies.map(([name, args]) => ({
    name,
    batch: new Batch([process.execPath, values.cli, 'batch', ...args]),
  }));
  const peers = findPeers(values.peers.split(',')).map((peer) => new PeerRunner(peer));
  const rows: Row[] = [];
  await eachOf(sample(positionals, 'conflicts', choiceOf(values)), 4, async (record) => {
    const verdicts = new Map<string, Verdict>();
    rows.push({
      key: recordKey(record),
      lang: record.lang,
      repo: record.repo,
      reachable: locateHunks(record).whole,
      verdicts,
    });
    const asked = batches.map(async ({ name, batch }) => {
      const answer = await batch.ask<FileAnswer>(request(record));
      if (failed(answer)) errors.set(answer.error.slice(0, 200), (errors.get(answer.error.slice(0, 200)) ?? 0) + 1);
      verdicts.set(name, failed(answer) ? 'error' : verdictOf(answer.text, answer.clean, record.merged));
    });
    for (const runner of peers) verdicts.set(`${runner.peer.name}`, runner.merge(record).verdict);
    await Promise.all(asked);
    if (rows.length % 200 === 0) process.stderr.write(`${rows.length} files\n`);
  });
  await Promise.all(batches.map(({ batch }) => batch.close()));
  const tools = [...peers.map(({ peer }) => peer.name), ...policies.map(([name]) => name)];
  process.stdout.write(
    `## Conflicted files: ${rows.length}\n\n${peers.map(({ peer }) => `${peer.name}: ${peer.version}`).join('; ')}\n\n`,
  );
  process.stdout.write(
    `${table(
      headers,
      tools.map((tool) => cells(tool, rows, tool)),
    )}\n`,
  );
  for (const tool of tools.slice(1)) {
    const by = groupsAndAll(rows, (row) => (values['by-repo'] ? row.repo : row.lang));
    process.stdout.write(
      `\n### ${tool}\n\n${table(
        headers,
        by.map(([name, group]) => cells(name, group, tool)),
      )}\n`,
    );
  }
  if (values.out !== undefined) {
    const lines = rows.map(({ verdicts, ...row }) => JSON.stringify({ ...row, ...Object.fromEntries(verdicts) }));
    writeFileSync(values.out, `${lines.join('\n')}\n`);
  }
}

const headers = [
  '',
  'files',
  'reachable',
  'resolved',
  'right',
  'exact',
  '+ space',
  '+ lines',
  'wrong',
  'of them reachable',
  'precision',
  'errors',
];

function cells(name: string, rows: readonly Row[], tool: string): (string | number)[] {
  const is = (verdict: Verdict) => countBy(rows, (row) => row.verdicts.get(tool) === verdict);
  const verdict = (row: Row) => row.verdicts.get(tool) ?? 'error';
  const right = countBy(rows, (row) => isRight(verdict(row)));
  const resolved = countBy(rows, (row) => isResolved(verdict(row)));
  const reachable = countBy(rows, (row) => row.reachable);
  const wrongInReach = countBy(rows, (row) => row.reachable && verdict(row) === 'wrong');
  return [
    name,
    rows.length,
    percent(reachable, rows.length),
    `${resolved} (${percent(resolved, rows.length)})`,
    `${right} (${percent(right, rows.length)})`,
    is('exact'),
    is('space'),
    is('lines'),
    is('wrong'),
    wrongInReach,
    percent(right, resolved),
    is('error'),
  ];
}

async function cleanFiles(): Promise<void> {
  const [git] = findPeers(['git']).map((peer) => new PeerRunner(peer));
  const perRepo = Number(values.clean);
  if (!git || perRepo === 0) return;
  const batch = new Batch([process.execPath, values.cli, 'batch', '--apply', 'likely']);
  const changed: string[] = [];
  let n = 0;
  let developers = 0;
  const choice = { perRepo, seed: values.seed };
  await eachOf(sample(positionals, 'clean', choice), 4, async (record) => {
    const asked = batch.ask<FileAnswer>(request(record));
    const theirs = git.merge(record);
    const answer = await asked;
    // The sample is of files that git merges cleanly; what another version of git leaves in conflict is not of it.
    if (theirs.verdict === 'conflict') return;
    n++;
    developers += theirs.verdict === 'exact' ? 1 : 0;
    if (failed(answer) || sha1(answer.text) !== theirs.sha1) changed.push(recordKey(record));
  });
  await batch.close();
  process.stdout.write(`\n## Files git merges cleanly: ${n}\n\n`);
  process.stdout.write(
    `git equals the developers' file in ${developers}. Not git's text byte for byte: **${changed.length}**\n`,
  );
  for (const key of changed.slice(0, 20)) process.stdout.write(`- ${key}\n`);
}

async function main(): Promise<void> {
  await conflictedFiles();
  await cleanFiles();
  for (const [error, n] of errors) process.stderr.write(`${n} × ${error}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
