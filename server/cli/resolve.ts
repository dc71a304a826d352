/** `mortise resolve`: every conflict of the paused operation, its best resolution and why; those of the tier are applied. */
import { existsSync } from 'node:fs';
import { relative, resolve as resolvePath } from 'node:path';
import { onDisk, type Repository } from '../git/repository.ts';
import { takeStage } from '../git/restore.ts';
import { digest, logApplied, saveConflicted } from '../git/saved.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import { readRegular } from '../git/write.ts';
import { type ApplyPolicy, applies } from '../resolve/resolve.ts';
import { type Choice, type Conflicted, type ConflictedFile, lineAt, readConflicts, writeChoices } from './conflicts.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';
import { modelHelp, modelOptions, openNamed } from './modelOptions.ts';
import { proposalChoices, proposalReport, proposeOpen, showProposals } from './proposeOpen.ts';
import { resolveReport } from './resolveReport.ts';
import { block, describeEvidence, quoted, showTier, visible } from './show.ts';

export const help = `Usage: mortise resolve [PATHS…] [options]
       mortise resolve --keep ours|theirs|base PATH…

List every conflicted file of the paused merge, rebase, cherry-pick, revert, stash or am, and
apply what is certain enough. Only conflicts are written to, in the work tree; nothing is
staged. Every file's bytes are saved first: "mortise undo" brings the conflict back.

Options:
      --apply TIER        safe (default): measured right at least 95 times in 100
                          likely: at least 80 in 100;  none: only show
      --min-confidence P  apply whatever stands at or above P (0 to 1) instead
      --dry-run           show what would be applied, write nothing
      --json              one JSON document on standard output
      --keep SIDE         take one side of whole paths: for a deleted, renamed, binary or
                          linked path, or when you know you want one side
  -C DIR                  as if started in DIR

With a language model, for what is left open (its proposals are shown, not applied):
${modelHelp}      --guide TEXT        tell it in words what you want
      --apply-proposals   apply its proposals too; "mortise undo" takes them back
      --show-sent         print what is sent

Exit code: 0 nothing is left open (in PATHS, where given); 1 conflicts are left; 2 it could not be done.
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
  if (positionals.length > 0 && conflicted.files.length === 0) {
    const missing = positionals.filter((path) => !existsSync(resolvePath(from, path)));
    if (missing.length > 0) throw new UsageError(`${missing.join(', ')}: no such file, and not in conflict.`);
  }
  const outcomes = conflicted.files.map((file) => ({ file, choices: choose(file, policy) }));
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
  if (applied) for (const { file, choices } of outcomes) choices.push(...proposalChoices(proposed, file, name));
  if (!dry) {
    for (const { file, choices } of outcomes) {
      await writeChoices(conflicted, file, choices, 'resolve').catch((error: unknown) => {
        // One file that cannot be written must not keep the others from being resolved.
        problems.push(error instanceof Error ? error.message : String(error));
        choices.length = 0;
      });
    }
  }
  const report = resolveReport(conflicted, outcomes, dry);
  const proposals = opened ? { proposals: proposalReport(proposed, name) } : {};
  if (values.json) io.out(`${JSON.stringify({ ...report, ...proposals }, null, 2)}\n`);
  else {
    showOutcomes(io, conflicted, outcomes, dry);
    showProposals(io, conflicted, proposed, name, applied);
  }
  for (const problem of problems) io.err(`mortise: ${problem}\n`);
  if (problems.length > 0) return 2;
  return outcomes.some(({ file, choices }) => isOpen(file, choices)) ? 1 : 0;
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
}

/** Only the best resolution may be applied: a lower one that passes the policy stays an alternative. */
function choose(file: ConflictedFile, policy: ApplyPolicy): Choice[] {
  return file.conflicts.flatMap((conflict): Choice[] => {
    const [best] = conflict.resolutions;
    if (!best || !applies(policy, best)) return [];
    return [{ conflict, resolution: best, text: best.candidate.text, reason: best.candidate.origin.reason }];
  });
}

/** A path is open while it has conflicts left, or is of a kind that has none to mark. */
export function isOpen(file: ConflictedFile, choices: readonly Choice[]): boolean {
  return file.text === undefined || choices.length < file.conflicts.length;
}

// ------------------------------------------------------------------------------------------------------------ for people

export function showOutcomes(io: Io, conflicted: Conflicted, outcomes: readonly Outcome[], dry: boolean): void {
  const { style } = io;
  const { operation, repo } = conflicted;
  io.out(`${style.bold(visible(operation.title))}\n`);
  if (outcomes.length === 0) {
    io.out('No path is in conflict.\n');
    return;
  }
  io.out(`${style.dim('  ours:  ')} ${visible(operation.left.text)}\n`);
  io.out(`${style.dim('  theirs:')} ${visible(operation.right.text)}\n\n`);
  for (const outcome of outcomes) showFile(io, repo, outcome, dry);
  showSummary(io, conflicted, outcomes, dry);
}

/** A repository path as the user would type it from where they stand. */
export function shown(io: Io, repo: Repository, path: string): string {
  return visible(relative(io.cwd, onDisk(repo, path)) || path);
}

function showFile(io: Io, repo: Repository, { file, choices }: Outcome, dry: boolean): void {
  const { style } = io;
  const name = shown(io, repo, file.unmerged.path);
  if (file.text === undefined) {
    io.out(`${style.bold(name)}  ${style.yellow(visible(file.unmerged.title))}\n${keepAdvice(name, file.unmerged)}\n`);
    return;
  }
  const markers = file.conflicts.length === 0 ? 'no markers left: stage it when it is right' : '';
  io.out(`${style.bold(name)}  ${style.dim(markers || count(file.conflicts.length, 'conflict'))}\n`);
  const { text } = file;
  for (const conflict of file.conflicts) {
    const choice = choices.find((one) => one.conflict === conflict);
    const [best] = conflict.resolutions;
    const mark = choice ? style.green(dry ? '✓ would resolve' : '✓ resolved') : style.yellow('• open');
    const at = `${name}:${lineAt(text, conflict.span.start)}`;
    io.out(`  ${mark}  ${at}\n`);
    if (!best) {
      io.out(`      nothing to offer: edit it by hand\n`);
      continue;
    }
    io.out(`      ${visible(best.candidate.origin.reason)}  ${showTier(best, style)}\n`);
    const evidence = describeEvidence(best.evidence);
    if (evidence.length > 0) io.out(`      ${style.dim(visible(evidence.join(' · ')))}\n`);
    if (!choice) io.out(block(best.candidate.text, '      │ ', style.cyan, 8));
    const others = conflict.resolutions.length - 1;
    if (!choice && others > 0) {
      io.out(`      ${style.dim(`${count(others, 'alternative')}: mortise choose ${quoted(at)}`)}\n`);
    }
  }
  io.out('\n');
}

function keepAdvice(name: string, { stages, kind }: UnmergedFile): string {
  if (kind === 'submodule') return '    check out the commit you want in it, then: git add\n';
  const sides = [
    stages.left || kind === 'modify-delete' ? 'ours' : '',
    stages.right || kind === 'modify-delete' ? 'theirs' : '',
    stages.base ? 'base' : '',
  ].filter((side) => side !== '');
  return `    take one side: mortise resolve --keep ${sides.join('|')} ${quoted(name)}\n`;
}

function showSummary(io: Io, conflicted: Conflicted, outcomes: readonly Outcome[], dry: boolean): void {
  const { style } = io;
  const applied = outcomes.reduce((sum, { choices }) => sum + choices.length, 0);
  const left = outcomes.flatMap(({ file, choices }) =>
    file.conflicts
      .filter((conflict) => !choices.some((choice) => choice.conflict === conflict))
      .map((one) => ({ file, one })),
  );
  const paths = outcomes.filter(({ file }) => file.text === undefined);
  const kept = paths.length > 0 ? `, ${count(paths.length, 'path')} to pick a side of` : '';
  const verb = dry ? 'would be resolved' : 'resolved';
  io.out(`${style.bold(`${count(applied, 'conflict')} ${verb}, ${left.length} open${kept}`)}. Nothing was staged.\n`);
  const [first] = left;
  if (first?.file.text !== undefined) {
    const at = `${shown(io, conflicted.repo, first.file.unmerged.path)}:${lineAt(first.file.text, first.one.span.start)}`;
    io.out(`  open in VS Code:  code -g ${quoted(at)}\n`);
  }
  if (applied > 0 && !dry) io.out('  what was done:    mortise review\n  take it back:     mortise undo --all\n');
  if (dry && applied > 0) io.out('  apply it:         mortise resolve\n');
  const { next } = conflicted.operation;
  const { elsewhere } = conflicted;
  if (elsewhere.length > 0) {
    const names = elsewhere.slice(0, 3).map((path) => shown(io, conflicted.repo, path));
    const more = elsewhere.length > 3 ? ` and ${elsewhere.length - 3} more` : '';
    io.out(
      `  still in conflict: ${count(elsewhere.length, 'other path')} (${names.join(', ')}${more}): mortise resolve\n`,
    );
  } else if (left.length === 0 && paths.length === 0 && !(dry && applied > 0))
    io.out(`  look it over, then: git add -u${next ? ` && ${next.go}` : ''}\n`);
}

// -------------------------------------------------------------------------------------------------------------- keep a side

const keepable = { ours: 'left', theirs: 'right', base: 'base' } as const;

async function keepSides(io: Io, word: string, paths: readonly string[], from: string, dry: boolean): Promise<number> {
  if (word !== 'ours' && word !== 'theirs' && word !== 'base') {
    throw new UsageError(`--keep wants ours, theirs or base, not "${word}".`);
  }
  if (paths.length === 0) throw new UsageError('--keep wants the paths to take one side of.');
  const conflicted = await readConflicts(io, paths, from);
  if (conflicted.files.length === 0) {
    io.err(`mortise: ${paths.join(', ')}: not in conflict. "mortise resolve --apply none" lists what is.\n`);
    return 2;
  }
  let refused = 0;
  for (const { unmerged } of conflicted.files) {
    const said = await keepSide(conflicted, unmerged, word, dry);
    if (said.done) io.out(`${shown(io, conflicted.repo, unmerged.path)}: ${said.text}\n`);
    else io.err(`mortise: ${unmerged.path}: ${said.text}\n`);
    if (!said.done) refused++;
  }
  return refused > 0 ? 2 : 0;
}

async function keepSide(
  { repo, operation }: Conflicted,
  unmerged: UnmergedFile,
  word: keyof typeof keepable,
  dry: boolean,
): Promise<{ done: boolean; text: string }> {
  const { path, stages, kind } = unmerged;
  const side = keepable[word];
  if (kind === 'submodule') {
    const oid = stages[side]?.oid;
    const how = oid
      ? `git -C ${quoted(path)} checkout ${oid.slice(0, 12)} && git add ${quoted(path)}`
      : `git rm --cached ${quoted(path)}`;
    return { done: false, text: `a submodule's commit is checked out in the submodule itself: ${how}` };
  }
  if (word === 'base' && !stages.base)
    return { done: false, text: 'there is no base version: the path is new on both sides' };
  const will = stages[side]
    ? `${word} written, stage it with: git add`
    : `${word} has no such file: removed, record it with: git rm`;
  if (dry) return { done: true, text: `would keep ${word}` };
  const before = await readRegular(unmerged.file);
  const saved = before ? await saveConflicted(repo, before) : '';
  await takeStage(repo, path, stages, side);
  const after = await readRegular(unmerged.file);
  if (before) {
    await logApplied(repo, [
      {
        at: Date.now(),
        path,
        by: 'keep',
        operation: operation.key,
        line: 1,
        conflict: '',
        text: '',
        tier: 'user',
        origin: `keep ${word}`,
        reason: `kept ${word} whole`,
        confidence: 1,
        evidence: [],
        saved,
        result: after ? digest(after) : 'none',
      },
    ]);
  }
  return { done: true, text: will };
}
