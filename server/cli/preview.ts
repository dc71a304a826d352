/** `mortise preview`: what merging a branch would conflict on, and how much of that Mortise would resolve. */

import { elsewhereOf } from '../elsewhere.ts';
import { sideTimes } from '../git/history.ts';
import type { Operation } from '../git/operation.ts';
import { repositoryPolicy } from '../git/policyFile.ts';
import { type PredictedFile, predictMerge } from '../git/predict.ts';
import { onDisk, openRepository, type Repository } from '../git/repository.ts';
import { enclosingConflicts } from '../merge/markers.ts';
import { type Around, aroundPath, historiesOf, openConflicts } from '../mergeContext.ts';
import { planMarked } from '../plan.ts';
import { resolveMarked } from '../resolve/resolve.ts';
import { loadServices } from '../services.ts';
import { languageOf } from '../syntax/languages.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';
import { asRead, readPolicy } from './resolve.ts';
import { visible } from './show.ts';

export const help = `Usage: mortise preview BRANCH [--apply safe|likely|none] [-C DIR]

Say which files a merge of BRANCH into HEAD would leave in conflict, and how many of the
conflicts Mortise would resolve. Neither the work tree, the index nor a branch is touched.
Needs git 2.38 or later.

Exit code: 0 git would merge it; 1 git would stop on conflicts; 2 it could not be done.
`;

const options = { apply: { type: 'string' }, C: { type: 'string', short: 'C' } } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  const [branch, ...rest] = positionals;
  if (branch === undefined || rest.length > 0) throw new UsageError('preview wants one branch or commit.');
  const policy = readPolicy(values.apply, undefined);
  const repo = await openRepository(startFolder(io, values.C));
  const { incoming, files, messages, operation } = await predictMerge(repo, branch, { signal: io.signal });
  const about = `Merging ${branch} (${count(incoming, 'commit')})`;
  if (files.length === 0 && messages.length === 0) {
    io.out(`${about} would not conflict.\n`);
    return 0;
  }
  const services = await loadServices();
  let open = 0;
  let resolved = 0;
  const lines: string[] = [];
  // Git has no word for a symbolic link or a submodule that it leaves in conflict: it is of type "contents" like any text.
  const unsaid: string[] = [];
  const own = await repositoryPolicy(repo);
  const around = await knownAround(repo, operation, files, io.signal);
  for (const { path, texts, merged, attributes, nested } of files) {
    if (!texts || merged === undefined) {
      if (!messages.some((message) => message.includes(path))) unsaid.push(path);
      continue;
    }
    await services.syntax.ready(languageOf(path));
    // As resolve will find it in the work tree, with what it holds back.
    const { markerSize } = attributes;
    const marked = { path, text: merged, stages: texts, markerSize, ...(await around(path)) };
    const conflicts = resolveMarked(marked, services);
    const unmerged = {
      path,
      file: onDisk(repo, path),
      kind: 'both-modified',
      title: '',
      stages: {},
      texts,
      attributes,
      ...(nested ? { nested } : {}),
    } as const;
    const where = { repo, own, unmerged, text: merged, sides: texts, stages: undefined, log: [], services };
    const applied = (await planMarked(policy, conflicts, asRead, where)).applied.size;
    const all = conflicts.length + enclosingConflicts(merged, { markerSize, stages: texts }).length;
    const rest = all - applied;
    open += rest;
    resolved += applied;
    if (all === 0) continue;
    lines.push(`  ${visible(path)}: ${count(all, 'conflict')}, ${applied} resolved, ${rest} open\n`);
  }
  const whole = [
    ...messages.map((message) => `  ${visible(message.replace(/^CONFLICT /, ''))}\n`),
    ...unsaid.map((path) => `  ${visible(path)}: changed by both, and no text to merge\n`),
  ];
  io.out(`${about} would conflict:\n${lines.join('')}${whole.join('')}`);
  const kept = whole.length > 0 ? `, ${count(whole.length, 'path')} to pick a side of` : '';
  io.out(`${count(resolved, 'conflict')} would be resolved, ${open} would stay open${kept}.\n`);
  return 1;
}

/** What resolve would know beside the conflicts: times, the past of each path, and the others that are open. */
async function knownAround(
  repo: Repository,
  operation: Operation,
  files: readonly PredictedFile[],
  signal: AbortSignal | undefined,
): Promise<(path: string) => Promise<Around>> {
  const times = await sideTimes(repo, operation, { signal });
  const open = files.flatMap(({ path, merged, texts, attributes }) =>
    texts ? openConflicts(merged, { path, texts, attributes }) : [],
  );
  const textual = files.flatMap(({ path, texts }) => (texts ? [path] : []));
  const past = historiesOf({ repo, operation }, textual, { signal });
  return async (path) => {
    const sides = files.find((file) => file.path === path)?.texts;
    const elsewhere = await elsewhereOf({ repo, operation }, { path, sides, signal });
    const known = { ...(await past(path)), ...(elsewhere ? { elsewhere } : {}) };
    return aroundPath({ decided: [], open, ...(times ? { times } : {}) }, path, known);
  };
}
