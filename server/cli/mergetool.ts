/**
 * `mortise mergetool`: what `git mergetool` starts for each file. Exit code 0 makes git stage the file, so it is given only
 * when no conflict is left; after any other code git puts the file back as it was.
 */

import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { saidOf } from '../earlier.ts';
import { elsewhereOf } from '../elsewhere.ts';
import { mergeAttributes } from '../git/attributes.ts';
import { readLearned } from '../git/learned.ts';
import { operation } from '../git/operation.ts';
import { repositoryPolicy } from '../git/policyFile.ts';
import { openRepository, pathInRepository, type Repository } from '../git/repository.ts';
import { readApplied } from '../git/saved.ts';
import { type Stages, unmergedFiles } from '../git/unmerged.ts';
import { readRegular } from '../git/write.ts';
import { aroundPath, historyOf, readMergeFacts } from '../mergeContext.ts';
import { planMarked } from '../plan.ts';
import { toldWarnings } from '../resolve/aftermathWords.ts';
import type { Resolution } from '../resolve/candidate.ts';
import { checkRest } from '../resolve/checkRest.ts';
import { withOwnLayer } from '../resolve/ownRanker.ts';
import { type ApplyPolicy, resolveMarked, type Services } from '../resolve/resolve.ts';
import { isSound, type Rest, restOf } from '../rest.ts';
import { loadServices } from '../services.ts';
import { languageOf } from '../syntax/languages.ts';
import { lineAt } from '../text/lines.ts';
import { ownConflicts } from '../text/longMarkers.ts';
import { called } from './called.ts';
import { bothSides } from './choose.ts';
import { type Choice, type ConflictedFile, withEarlier, writeChoices } from './conflicts.ts';
import { earlierOnes } from './earlierOnes.ts';
import { count, type Io, readArgs, UsageError } from './io.ts';
import { asRead, choiceOf, readPolicy } from './resolve.ts';
import { block, describeEarlier, describeEvidence, quoted, showTier, visible } from './show.ts';
import { showRest } from './showRest.ts';

export const help = `Usage: mortise mergetool BASE LOCAL REMOTE MERGED [--apply safe|likely|none]

What git mergetool starts (mortise install wires it). Resolutions of the tier are
applied to MERGED; on a terminal you are asked about each conflict that is left.

Exit code: 0 no conflict is left, so git stages the file; 1 some are left or you stopped, so git
puts the file back as it was ("mortise resolve" keeps partial work); 2 it could not be done.
`;

const options = { apply: { type: 'string' } } as const;

interface Files {
  readonly base?: Buffer;
  readonly left: Buffer;
  readonly right: Buffer;
  readonly merged: Buffer;
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const prompt = isTerminal(io) ? promptOn(io) : undefined;
  try {
    return await merge(args, io, prompt);
  } finally {
    prompt?.close();
  }
}

async function merge(args: readonly string[], io: Io, prompt: Prompt | undefined): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  const [base, local, remote, merged, ...rest] = positionals;
  if (base === undefined || local === undefined || remote === undefined || merged === undefined || rest.length > 0) {
    throw new UsageError(`mergetool wants BASE LOCAL REMOTE MERGED; it got ${positionals.length} paths.`);
  }
  const policy = readPolicy(values.apply, undefined);
  const file = resolve(io.cwd, merged);
  const files = await readFiles(io, { base, local, remote, merged });
  const all = files ? [files.base, files.left, files.right, files.merged] : [];
  if (!files || !all.every((bytes) => !bytes || (isUtf8(bytes) && !bytes.includes(0)))) {
    io.err(
      `mortise: ${merged}: not UTF-8 text. Take one side: ${called(io)} resolve --keep ours|theirs ${quoted(merged)}\n`,
    );
    return 1;
  }
  const services = await loadServices();
  await services.syntax.ready(languageOf(file));
  const text = files.merged.toString('utf8');
  const found = await inContext(io, file, files, services);
  // Git has all of a file or nothing: what stands in each other is decided one after the other.
  const { base: was, left: ours, right: theirs } = found.sides;
  if ([ours, theirs].some((side) => ownConflicts(side, was, found.markerSize).length > 0)) {
    io.err(
      `mortise: ${merged}: git merged a renamed file first, and stopped in it: one conflict stands in another.\n  Decide them one by one: ${called(io)} choose ${quoted(merged)}\n`,
    );
    return 1;
  }
  if (found.file.conflicts.length === 0) return unmarked(io, merged, found.file.unmerged.attributes.binary);
  const { repo, operation: now, policy: own, file: marked, sides } = found;
  const log = await readApplied(repo);
  const where = {
    repo,
    operation: now,
    own,
    unmerged: marked.unmerged,
    text,
    sides,
    elsewhere: marked.elsewhere,
    stages: await stagesOf(repo, marked),
    log,
    services,
  };
  const plan = await planMarked(policy, marked.conflicts, asRead, where);
  const chosen = [...plan.applied].map(([conflict, best]) => choiceOf(conflict, best));
  for (const { conflict, reason } of chosen)
    io.out(`${merged}:${lineAt(text, conflict.span.start)}: ${visible(reason)}\n`);
  for (const [{ span }, why] of plan.held)
    io.out(`${merged}:${lineAt(text, span.start)}: ${visible(`not applied: ${why}`)}\n`);
  const open = marked.conflicts.filter((conflict) => !chosen.some((choice) => choice.conflict === conflict));
  const asked = open.length > 0 && prompt ? await askEach(io, merged, text, open, { services, prompt }) : [];
  const left = open.length - asked.length;
  if (left > 0) {
    io.err(`mortise: ${merged}: ${count(left, 'conflict')} left open, so git puts the file back as it was.\n`);
    io.err(`  To keep part of the work: ${called(io)} resolve, and ${called(io)} choose PATH:LINE\n`);
    return 1;
  }
  const answers = [...chosen, ...asked];
  const about = restOf(marked, services, answers);
  io.err(showRest(about, io.style));
  if (!isSound(about) && !(await isMeant(prompt, policy, about))) {
    io.err(`mortise: ${merged}: not taken, so git puts the file back as it was.\n`);
    return 1;
  }
  const last = answers.pop();
  if (last) answers.push({ ...last, elsewhere: toldWarnings(about.warnings) });
  await writeChoices(found, marked, answers, 'mergetool');
  return 0;
}

/** Git stages what is called done: what wants a look is asked about, and what does not parse is never done unasked. */
async function isMeant(prompt: Prompt | undefined, policy: ApplyPolicy, { broken }: Rest): Promise<boolean> {
  if (!prompt) return !broken && policy.kind === 'tier' && policy.tier === 'likely';
  const said = await prompt.ask('Have git stage it all the same? y or n: ');
  return /^y(?:es)?$/i.test(said?.trim() ?? '');
}

async function readFiles(
  io: Io,
  names: { base: string; local: string; remote: string; merged: string },
): Promise<Files | undefined> {
  const at = (name: string) => (name === '' ? Promise.resolve(undefined) : readRegular(resolve(io.cwd, name)));
  const [base, left, right, merged] = await Promise.all([
    at(names.base),
    at(names.local),
    at(names.remote),
    at(names.merged),
  ]);
  if (!left || !right || !merged) throw new UsageError('mergetool wants LOCAL, REMOTE and MERGED to be files.');
  return { ...(base ? { base } : {}), left, right, merged };
}

/** No markers: an attribute keeps git from merging the file as text, or the user resolved it. Neither is ours to change. */
function unmarked(io: Io, name: string, isWhole: boolean): number {
  io.err(
    isWhole
      ? `mortise: ${name}: an attribute says not to merge it. Take a side: ${called(io)} resolve --keep ours|theirs ${quoted(name)}\n`
      : `mortise: ${name}: no conflict markers are left. If it is right, stage it: git add ${quoted(name)}\n`,
  );
  return 1;
}

async function inContext(io: Io, file: string, files: Files, shipped: Services) {
  const repo = await openRepository(file);
  const services = withOwnLayer(shipped, readLearned(repo));
  const path = pathInRepository(repo, file, io.cwd);
  const text = files.merged.toString('utf8');
  const base = files.base ? { base: files.base.toString('utf8') } : {};
  const stages = { ...base, left: files.left.toString('utf8'), right: files.right.toString('utf8') };
  const attributes = (await mergeAttributes(repo, [path])).get(path) ?? { markerSize: 7, binary: false };
  const facts = await readMergeFacts(repo.root, { signal: io.signal });
  const elsewhere = facts && (await elsewhereOf(facts, { path, sides: stages, signal: io.signal }));
  const past = facts && (await historyOf(facts, path, { signal: io.signal }));
  const around = facts ? aroundPath(facts, path, { ...past, ...(elsewhere ? { elsewhere } : {}) }) : {};
  const before = await earlierOnes(repo, [path], { signal: io.signal });
  const { markerSize } = attributes;
  const conflicts = resolveMarked({ path, text, stages, markerSize, ...around }, services).map((conflict) =>
    withEarlier(conflict, before, services),
  );
  const unmerged: ConflictedFile['unmerged'] = {
    path,
    file,
    kind: files.base ? 'both-modified' : 'both-added',
    title: '',
    stages: {},
    texts: stages,
    attributes,
  };
  const marked: ConflictedFile = {
    unmerged,
    text,
    bytes: files.merged,
    conflicts,
    leftovers: [],
    enclosing: [],
    elsewhere,
  };
  const [now, own] = await Promise.all([facts?.operation ?? operation(repo), repositoryPolicy(repo)]);
  return { repo, operation: now, file: marked, policy: own, sides: stages, markerSize };
}

/** By its stages the path's log is told from that of an earlier merge. */
async function stagesOf(repo: Repository, { unmerged: { path } }: ConflictedFile): Promise<Stages | undefined> {
  return (await unmergedFiles(repo, { paths: [path] })).find((file) => file.path === path)?.stages;
}

const isTerminal = (io: Io): boolean => 'isTTY' in io.stdin && io.stdin.isTTY === true;

type Conflict = ConflictedFile['conflicts'][number];

interface Prompt {
  /** The next line; undefined after the last. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly close: () => void;
}

/** One for all questions, opened with the first: lines that come before they are asked for are kept. */
function promptOn(io: Io): Prompt {
  let opened: { readonly reader: Interface; readonly lines: AsyncIterator<string> } | undefined;
  return {
    async ask(question) {
      if (!opened) {
        const reader = createInterface({ input: io.stdin, ...(io.live ? { output: process.stderr } : {}) });
        opened = { reader, lines: reader[Symbol.asyncIterator]() };
      }
      const { reader, lines } = opened;
      if (io.live) reader.setPrompt(question);
      else io.err(question);
      if (io.live) reader.prompt();
      const { value, done } = await lines.next();
      return done ? undefined : String(value);
    },
    close: () => opened?.reader.close(),
  };
}

/**
 * Ask about each open conflict. Who stops, or closes the terminal's input, has decided nothing: git keeps all of a file or
 * nothing of it. What is not understood is asked again.
 */
async function askEach(
  io: Io,
  name: string,
  text: string,
  open: readonly Conflict[],
  { services, prompt }: { readonly services: Services; readonly prompt: Prompt },
): Promise<Choice[]> {
  const choices: Choice[] = [];
  for (const conflict of open) {
    const shown = checkRest(conflict, services.syntax).slice(0, 5);
    io.err(`\n${io.style.bold(`${name}:${lineAt(text, conflict.span.start)}`)}\n`);
    if (conflict.earlier) showEarlier(io, conflict.earlier);
    showResolutions(io, shown);
    let choice: Choice | 'stop' | undefined;
    while (choice === undefined) {
      const again = conflict.earlier ? ', e (as it was resolved before)' : '';
      const question = `1 to ${shown.length}, o (ours), t (theirs), b (both, ours first)${again} or s (stop, change nothing): `;
      const said = await prompt.ask(question);
      choice = said === undefined ? 'stop' : understood(said, conflict, shown);
      if (choice === undefined) io.err(`"${visible(said ?? '')}" is none of these.\n`);
    }
    if (choice === 'stop') break;
    choices.push({ ...choice, chosen: true });
  }
  return choices;
}

function showEarlier(io: Io, earlier: NonNullable<Conflict['earlier']>): void {
  io.err(`     ${io.style.bold(visible(describeEarlier(earlier)))}\n`);
  io.err(`     ${io.style.dim(visible(describeEvidence(earlier.evidence).join(' · ')))}\n`);
  io.err(block(earlier.text, '     │ ', io.style.cyan));
}

function showResolutions(io: Io, shown: readonly Resolution[]): void {
  shown.forEach((resolution, i) => {
    const { origin, text } = resolution.candidate;
    io.err(`${String(i + 1).padStart(3)}  ${visible(origin.reason)}  ${showTier(resolution, io.style)}\n`);
    const evidence = describeEvidence(resolution.evidence);
    if (evidence.length > 0) io.err(`     ${io.style.dim(visible(evidence.join(' · ')))}\n`);
    io.err(block(text, '     │ ', io.style.cyan));
  });
}

function understood(said: string, conflict: Conflict, shown: readonly Resolution[]): Choice | 'stop' | undefined {
  const word = said.trim().toLowerCase();
  const { left, right } = conflict.context.sides;
  if (word === 's' || word === 'stop' || word === 'q') return 'stop';
  if (word === 'o' || word === 'ours') return { conflict, text: left, reason: 'your choice: ours' };
  if (word === 't' || word === 'theirs') return { conflict, text: right, reason: 'your choice: theirs' };
  if (word === 'b' || word === 'both')
    return { conflict, text: bothSides(left, right), reason: 'your choice: ours, then theirs' };
  const { earlier } = conflict;
  if (earlier && (word === 'e' || word === 'earlier'))
    return { conflict, text: earlier.text, reason: `your choice: ${saidOf(earlier)}` };
  const resolution = /^\d+$/.test(word) ? shown[Number(word) - 1] : undefined;
  if (!resolution) return undefined;
  const { text, origin } = resolution.candidate;
  return { conflict, resolution, text, reason: `your choice: ${origin.reason}` };
}
