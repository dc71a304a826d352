/**
 * `npm run bench:rerank -- CORPUS…`: what ranking costs. CPU time of a conflict's candidates, features and trees; and, with
 * 500 conflicts open as one merge, of ranking the others again after each decision: the best of each, as the editor needs it at once,
 * and the whole list, as it needs it of a conflict that is opened. CPU time: it does not suffer from load.
 * `--out` writes every list with every digit, so that two builds can be compared; lists asked for in between make the next best cheaper.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { keepCode } from '../server/keepCode.ts';
import { lineMerge } from '../server/merge/lineMerge.ts';
import { locateHunks } from '../server/mine/hunks.ts';
import type { ConflictContext, DecidedSibling, OpenSibling, Resolution } from '../server/resolve/candidate.ts';
import { judge } from '../server/resolve/judge.ts';
import { remembered } from '../server/resolve/rank.ts';
import { rehearse } from '../server/resolve/rehearse.ts';
import { bestResolution, keepConflicts, resolveConflict } from '../server/resolve/resolve.ts';
import { contextsOf } from '../server/resolve/resolveFile.ts';
import { loadServices } from '../server/services.ts';
import { languageOf } from '../server/syntax/languages.ts';
import { choiceOf, readBench, sample, sharedOptions } from './lib/choice.ts';
import { quantile } from './lib/report.ts';

const usage = 'Usage: npm run bench:rerank -- CORPUS... [--per-repo 40] [--open 500] [--decisions 5] [--out ANSWERS]\n';
const { values, positionals } = readBench(usage, {
  ...sharedOptions,
  'per-repo': { type: 'string', default: '40' },
  open: { type: 'string', default: '500' },
  decisions: { type: 'string', default: '5' },
});

/** So many open siblings are told, as in the product. */
const OPEN = 60;

interface Open {
  readonly context: ConflictContext;
  readonly chosen: string;
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function main(): Promise<void> {
  // As the server does.
  keepCode();
  const services = await loadServices();
  const wanted = Number(values.open);
  const conflicts: Open[] = [];
  let times: ConflictContext['times'];
  for await (const record of sample(positionals, 'conflicts', choiceOf(values))) {
    if (conflicts.length >= wanted) break;
    await services.syntax.ready(languageOf(record.path));
    const sides = { base: record.base, left: record.left, right: record.right };
    // As if all were of one merge: its times are the same for all.
    times ??= { base: record.times[0], left: record.times[1], right: record.times[2] };
    const contexts = contextsOf({ path: record.path, sides, times }, lineMerge(sides), services);
    const { hunks } = locateHunks(record);
    contexts.forEach((context, i) => {
      const chosen = hunks[i]?.resolution;
      if (chosen !== undefined && conflicts.length < wanted) conflicts.push({ context, chosen });
    });
  }
  const judging = conflicts.map(({ context }) =>
    cpuMs(() => judge({ ...context, sides: { ...context.sides } }, services.syntax)),
  );
  const say = (name: string, ms: readonly number[]) =>
    process.stdout.write(
      `${name}: median ${quantile(ms, 0.5).toFixed(2)} ms, p95 ${quantile(ms, 0.95).toFixed(2)} ms CPU\n`,
    );
  say(`candidates and features of ${conflicts.length} conflicts, each`, judging);
  const siblings: OpenSibling[] = conflicts.map(({ context: { path, sides } }) => ({ path, sides }));
  const kept = keepConflicts();
  const decided: DecidedSibling[] = [];
  const answers: string[] = [];
  const contextsFrom = (from: number): ConflictContext[] => {
    const near = siblings.slice(from, from + OPEN + 1);
    return conflicts.slice(from).map(({ context }, i) => {
      const openSiblings = near.filter((_, k) => k !== i).slice(0, OPEN);
      return { ...context, siblings: [...decided], openSiblings };
    });
  };
  const rank = (from: number) => {
    const contexts = contextsFrom(from);
    const best: (Resolution | undefined)[] = [];
    const spent = cpuMs(() => {
      for (const context of contexts) best.push(bestResolution(context, services, kept));
    });
    if (values.out === undefined) return spent;
    contexts.forEach((context, i) => {
      const all = resolveConflict(context, services, kept);
      answers.push(shownOf(all));
      if (shownOf(all.slice(0, 1)) !== shownOf(best.slice(i, i + 1).flatMap((one) => one ?? [])))
        throw new Error(`${context.path}: the best is not the first of the list`);
    });
    return spent;
  };
  process.stdout.write(`all of them the first time: ${rank(0).toFixed(0)} ms CPU\n`);
  const before = cpuMs(() => {
    for (const _ of rehearse(contextsFrom(0), services, kept));
  });
  process.stdout.write(`rehearsed before the first decision: ${before.toFixed(0)} ms CPU\n`);
  const again: number[] = [];
  for (let k = 0; k < Number(values.decisions); k++) {
    const one = conflicts[k];
    if (!one) break;
    // What the product keeps with a decision when it is made.
    const seen = remembered(one.context, one.chosen, services);
    const { path, sides } = one.context;
    decided.push({ path, sides, chosen: one.chosen, ...(seen ? { seen } : {}) });
    again.push(rank(k + 1));
  }
  say(`the best of the other ${conflicts.length - 1} again after a decision`, again);
  const lists = contextsFrom(decided.length).map((context) => cpuMs(() => resolveConflict(context, services, kept)));
  say('the whole list of one then', lists);
  if (values.out !== undefined) writeFileSync(values.out, `${answers.join('\n')}\n`);
}

/** Every digit of the confidences; texts and evidence as a hash, since they are large. */
function shownOf(all: readonly Resolution[]): string {
  const texts = JSON.stringify(all.map(({ candidate, evidence }) => [candidate.text, candidate.origin.name, evidence]));
  const hash = createHash('sha256').update(texts).digest('hex').slice(0, 16);
  return JSON.stringify([hash, ...all.map(({ confidence, tier }) => [confidence, tier])]);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
