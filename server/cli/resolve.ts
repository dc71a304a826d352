/** `mortise resolve`: every conflict of the paused operation, its best resolution and why; those of the tier are applied. */
import { pathInRepository, type Repository } from '../git/repository.ts';
import { type SameNumber, saidOfNumber, sameNumbers, stillOnDisk } from '../git/sameNumbers.ts';
import { type AppliedEntry, readApplied } from '../git/saved.ts';
import { ChangedMeanwhile } from '../git/write.ts';
import { heldBack } from '../held.ts';
import { stagesLike } from '../mergeContext.ts';
import { planMarked } from '../plan.ts';
import type { Resolution } from '../resolve/candidate.ts';
import type { ApplyPolicy, MarkedConflict } from '../resolve/resolve.ts';
import type { Outlook } from '../resolve/wholeFile.ts';
import { type Rest, restOf } from '../rest.ts';
import { type StagedMarker, stagedMarkers } from '../stagedMarkers.ts';
import { asArgument } from './called.ts';
import {
  type Choice,
  type Conflicted,
  type ConflictedFile,
  isIn,
  readConflicts,
  refuseUnknown,
  writeChoices,
} from './conflicts.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';
import { keepSides } from './keep.ts';
import { modelHelp, modelOptions, openNamed } from './modelOptions.ts';
import { proposalChoices, proposalReport, proposeOpen, showProposals } from './proposeOpen.ts';
import { resolveReport } from './resolveReport.ts';
import { quoted, visible } from './show.ts';
import { showOutcomes } from './showOutcomes.ts';

export const help = `Usage: mortise resolve [PATHS…] [options]
       mortise resolve --keep ours|theirs|base PATH…

List every conflicted file of the paused merge, rebase, cherry-pick, revert, stash or am, and
apply what is certain enough. Only conflicts are written to, in the work tree; nothing is
staged. Every file's bytes are saved first: "mortise undo" brings the conflict back. What you
have begun to edit, lock files, migrations, secrets and what .mortise.json holds back are shown
and not applied.

Options:
      --apply TIER        safe (default): measured right at least 95 times in 100
                          likely: at least 80 in 100;  none: only show
      --min-confidence P  apply whatever stands at or above P (0 to 1) instead; of a file that as a
                          whole is less sure, the least sure conflict stays open
      --dry-run           show what would be applied, write nothing
      --json              one JSON document on standard output; "stagedMarkers" in it are conflict
                          markers that a commit would hold
      --keep SIDE         take one side of whole paths: for a deleted, renamed, binary or
                          linked path, or when you know you want one side
  -C DIR                  as if started in DIR

With a language model, for what is left open (its proposals are shown, not applied):
${modelHelp}      --guide TEXT        tell it in words what you want
      --apply-proposals   apply its proposals too; "mortise undo" takes them back
      --show-sent         print what is sent

Exit code: 0 nothing is left open (in PATHS, where given); 1 conflicts are left, or are staged with their
markers; 2 it could not be done.
`;

const options = {
  apply: { type: 'string' },
  'min-confidence': { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  keep: { type: 'string' },
  C: { type: 'string', short: 'C' },
  guide: { type: 'string' },
  'apply-proposals': { type: 'boolean' },
  'show-sent': { type: 'boolean' },
  ...modelOptions,
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, options);
  const from = startFolder(io, values.C);
  if (values.keep !== undefined) return keepSides(io, values.keep, positionals, from, values['dry-run'] === true);
  const policy = readPolicy(values.apply, values['min-confidence']);
  const idle = (['guide', 'apply-proposals', 'show-sent', 'address'] as const).find(
    (name) => values[name] !== undefined,
  );
  if (idle !== undefined && values.model === undefined)
    throw new UsageError(`--${idle} says what to do with a language model: name one with --model.`);
  // Before anything is written: a model that cannot be used is no reason to have changed files.
  const opened = values.model === undefined ? undefined : await openNamed(io, values);
  const conflicted = await readConflicts(io, positionals, from);
  refuseUnknown(positionals, conflicted, from);
  const log = await readApplied(conflicted.repo);
  const outcomes: Outcome[] = [];
  for (const file of conflicted.files) outcomes.push(await choose(file, policy, conflicted, log));
  const dry = values['dry-run'] === true;
  const problems: string[] = [];
  const proposed = opened
    ? await proposeOpen(io, conflicted, outcomes, opened, {
        guidance: values.guide,
        showSent: values['show-sent'] === true,
      })
    : [];
  const name = opened?.model.name ?? '';
  const applied = values['apply-proposals'] === true && !dry;
  if (applied)
    for (const { file, choices } of outcomes) {
      const { policy: own } = conflicted;
      const isFree = ({ conflict: { context } }: Choice) =>
        heldBack({ sides: context.sides, unmerged: file.unmerged, tier: 'possible', policy: own }) === undefined;
      choices.push(...proposalChoices(proposed, file, name).filter(isFree));
    }
  const overtaken = dry ? [] : await writeAll(conflicted, outcomes, problems);
  if (overtaken.length > 0) {
    await chooseAnew(io, overtaken, outcomes, { root: conflicted.repo.root, policy, log, problems });
    io.err(
      `mortise: ${count(overtaken.length, 'file')} changed on disk meanwhile, perhaps by another Mortise at work here: read anew.\n`,
    );
  }
  // Asked once all is written: the words, the report and the exit code speak of the same.
  const marks = await stagedMarkers(conflicted.repo, { signal: io.signal });
  const numbers = await numbersOnDisk(conflicted, io.signal);
  const report = resolveReport(conflicted, outcomes, { dryRun: dry, stagedMarkers: marks, sameNumbers: numbers });
  const proposals = opened ? { proposals: proposalReport(proposed, name) } : {};
  if (values.json) io.out(`${JSON.stringify({ ...report, ...proposals }, null, 2)}\n`);
  else {
    await showOutcomes(
      io,
      conflicted,
      outcomes,
      dry ? againWords(io, conflicted.repo, values, positionals) : undefined,
      marks,
    );
    for (const one of numbers) io.out(`${io.style.yellow(visible(saidOfNumber(one)))}\n`);
    showProposals(io, conflicted, proposed, name, applied);
  }
  for (const problem of problems) io.err(`mortise: ${problem}\n`);
  if (problems.length > 0) return 2;
  if (outcomes.some(({ file, choices }) => isOpen(file, choices))) return 1;
  // Markers that are staged are a conflict left open, whatever git calls their path.
  const only = positionals.map((path) => pathInRepository(conflicted.repo, path, from) || '.');
  const isAsked = ({ path }: StagedMarker) => only.length === 0 || only.some((one) => isIn(path, one));
  return marks.some(isAsked) ? 1 : 0;
}

/** Git merges numbered files of both sides without a word: told where both are still there. */
async function numbersOnDisk({ repo, operation }: Conflicted, signal: AbortSignal | undefined): Promise<SameNumber[]> {
  const found = await sameNumbers(repo, operation, { signal }).catch(() => []); // Told where git can say.
  return stillOnDisk(repo, found);
}

/** Answers with the files that somebody else wrote meanwhile; of these nothing is written. */
async function writeAll(
  conflicted: Pick<Conflicted, 'repo' | 'operation'>,
  outcomes: readonly Outcome[],
  problems: string[],
): Promise<readonly Outcome[]> {
  const overtaken: Outcome[] = [];
  for (const outcome of outcomes) {
    const { file, choices } = outcome;
    await writeChoices(conflicted, file, choices, 'resolve').catch((error: unknown) => {
      // One file that cannot be written must not keep the others from being resolved.
      if (error instanceof ChangedMeanwhile) overtaken.push(outcome);
      else problems.push(error instanceof Error ? error.message : String(error));
      choices.length = 0;
    });
  }
  return overtaken;
}

/** Once more, from what these files are now: one that is changed again meanwhile is a problem. */
async function chooseAnew(
  io: Io,
  overtaken: readonly Outcome[],
  outcomes: Outcome[],
  {
    root,
    policy,
    log,
    problems,
  }: {
    readonly root: string;
    readonly policy: ApplyPolicy;
    readonly log: readonly AppliedEntry[];
    readonly problems: string[];
  },
): Promise<void> {
  const again = await readConflicts(
    io,
    overtaken.map(({ file }) => file.unmerged.file),
    root,
  );
  const anew: Outcome[] = [];
  for (const file of again.files) {
    const outcome = await choose(file, policy, again, log);
    const at = outcomes.findIndex((one) => one.file.unmerged.path === file.unmerged.path);
    if (at >= 0) outcomes[at] = outcome;
    anew.push(outcome);
  }
  for (const { file } of await writeAll(again, anew, problems))
    problems.push(`${file.unmerged.path} keeps changing on disk; nothing was written to it. Run the command again.`);
}

/** What a dry run was asked, to be asked again for good. */
function againWords(
  io: Io,
  repo: Repository,
  { apply, 'min-confidence': minimum, C }: { readonly [K in 'apply' | 'min-confidence' | 'C']?: string | undefined },
  paths: readonly string[],
): string {
  const from = startFolder(io, C);
  const policy = [
    ...(apply === undefined ? [] : ['--apply', apply]),
    ...(minimum === undefined ? [] : ['--min-confidence', quoted(minimum)]),
  ];
  const where = paths.map((path) => asArgument(io, repo, pathInRepository(repo, path, from) || '.'));
  return [...policy, ...where].map((word) => ` ${word}`).join('');
}

/** The policy of `--apply` and `--min-confidence`. */
export function readPolicy(apply: string | undefined, minimum: string | undefined): ApplyPolicy {
  if (minimum !== undefined) {
    const atLeast = Number(minimum);
    if (minimum.trim() === '' || !(atLeast >= 0 && atLeast <= 1)) {
      throw new UsageError(`--min-confidence wants a number from 0 to 1, not "${minimum}".`);
    }
    return { kind: 'confidence', atLeast };
  }
  const tier = apply ?? 'safe';
  if (tier !== 'safe' && tier !== 'likely' && tier !== 'none') {
    throw new UsageError(`--apply wants safe, likely or none, not "${tier}".`);
  }
  return { kind: 'tier', tier };
}

export interface Outcome {
  readonly file: ConflictedFile;
  readonly choices: Choice[];
  /** Conflicts whose best resolution the policy would apply, and why it was not. */
  readonly held: ReadonlyMap<MarkedConflict, string>;
  /** How sure the file is as a whole; absent where a conflict has no answer. */
  readonly outlook?: Outlook;
  /** What may be broken beside the conflicts, also where none is left. */
  readonly rest: Rest;
  /** Mortise wrote to it, in this operation or one before. */
  readonly logged: boolean;
}

async function choose(
  file: ConflictedFile,
  policy: ApplyPolicy,
  conflicted: Conflicted,
  log: readonly AppliedEntry[],
): Promise<Outcome> {
  const { repo, operation, policy: own, services } = conflicted;
  const { text = '', conflicts, unmerged, elsewhere } = file;
  const sides = stagesLike(text, unmerged);
  const where = { repo, operation, own, unmerged, text, sides, elsewhere, stages: unmerged.stages, log, services };
  const { applied, held, outlook: look } = await planMarked(policy, conflicts, asRead, where);
  // With no conflict left there is nothing to measure, and as much to look at.
  const outlook = look();
  const rest = outlook ? { warnings: outlook.warnings, broken: false } : restOf(file, services);
  const choices = [...applied].map(([conflict, best]) => choiceOf(conflict, best));
  const logged = log.some(({ path, undone }) => path === unmerged.path && undone !== true);
  return { file, choices, held, rest, logged, ...(outlook ? { outlook } : {}) };
}

export const asRead = {
  marked: (conflict: MarkedConflict) => conflict,
  ranked: ({ resolutions }: MarkedConflict) => resolutions,
};

/** What Mortise itself chose. */
export function choiceOf(conflict: MarkedConflict, resolution: Resolution): Choice {
  const { text, origin } = resolution.candidate;
  return { conflict, resolution, text, reason: origin.reason };
}

/** A path is open while it has conflicts or half a marker left, or is of a kind that has none to mark and no side was taken. */
export function isOpen(file: ConflictedFile, choices: readonly Choice[]): boolean {
  if (file.text === undefined) return file.kept === undefined;
  return choices.length < file.conflicts.length || file.leftovers.length + file.enclosing.length > 0;
}
