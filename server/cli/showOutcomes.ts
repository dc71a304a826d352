/** What `resolve` tells people: each file, each conflict with its best resolution, what is left, and what to type next. */
import { existsSync } from 'node:fs';
import { stagedConflicts } from '../git/autoMerge.ts';
import { isEmptyPick } from '../git/emptyPick.ts';
import { keepable } from '../git/keepWhole.ts';
import { reopened } from '../git/reopened.ts';
import type { Repository } from '../git/repository.ts';
import { type SubmoduleLines, submoduleLines } from '../git/submodule.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import type { Resolution } from '../resolve/candidate.ts';
import { fraction, movesIn } from '../resolve/reasons.ts';
import { regenerate } from '../resolve/regenerate.ts';
import { isSound } from '../rest.ts';
import type { StagedMarker } from '../stagedMarkers.ts';
import { lineAt } from '../text/lines.ts';
import { wholeSide } from '../wholeSide.ts';
import { asArgument, asPathspec, calling, callingGit } from './called.ts';
import type { Conflicted, OpenConflict } from './conflicts.ts';
import { blockers, emptyAdvice, nextAdvice, shown, typed } from './goOn.ts';
import { count, type Io } from './io.ts';
import { isOpen, type Outcome } from './resolve.ts';
import { block, describeEarlier, describeEvidence, quoted, showTier, visible } from './show.ts';
import { showRest } from './showRest.ts';
import { submoduleAdvice } from './submoduleAdvice.ts';

export async function showOutcomes(
  io: Io,
  conflicted: Conflicted,
  outcomes: readonly Outcome[],
  /** Of a dry run, what follows the command's name when it is typed to be one no more. */
  again: string | undefined,
  marks: readonly StagedMarker[],
): Promise<void> {
  const dry = again !== undefined;
  const { style } = io;
  const { operation, repo } = conflicted;
  io.out(`${style.bold(visible(operation.title))}\n`);
  if (outcomes.length === 0) {
    io.out(await calmAdvice(io, conflicted, marks));
    return;
  }
  io.out(`${style.dim('  ours:  ')} ${visible(operation.left.text)}\n`);
  io.out(`${style.dim('  theirs:')} ${visible(operation.right.text)}\n\n`);
  for (const outcome of outcomes) {
    const { path, stages, kind } = outcome.file.unmerged;
    const lines = kind === 'submodule' ? await submoduleLines(repo, path, stages, { signal: io.signal }) : undefined;
    showFile(io, repo, outcome, { dry, lines });
  }
  await showSummary(io, conflicted, outcomes, again, marks);
}

/** Nothing is unmerged: either all is resolved and staged, or `git am` stopped on a patch it could not even try to merge. */
async function calmAdvice(
  io: Io,
  { repo, operation, elsewhere }: Conflicted,
  marks: readonly StagedMarker[],
): Promise<string> {
  const { kind, next } = operation;
  const git = (command: string) => callingGit(io, repo, command);
  const back = elsewhere.length > 0 ? [] : await reopened(repo);
  if (back.length > 0) {
    const names = back.map(({ path }) => shown(io, repo, path)).join(', ');
    return `No path is in conflict for git. As undo brought it back, to be edited and committed again: ${names}\n`;
  }
  const blocking = await blockers(io, repo, marks);
  if (blocking !== '') return `No path is in conflict for git.\n${blocking}`;
  if (!next || elsewhere.length > 0) return 'No path is in conflict.\n';
  if (kind === 'am' && (await stagedConflicts(repo)).length === 0)
    return `The patch did not apply, and git kept no versions to merge. To try again with them:\n  ${git('git am --abort')} && ${git('git am --3way PATCH')}\n`;
  const on = (await isEmptyPick(repo, operation, []))
    ? emptyAdvice(io, repo, next.go)
    : `  go on:            ${git(next.go)}\n`;
  return `No path is in conflict.\n${on}`;
}

interface Shown {
  readonly dry: boolean;
  readonly lines: SubmoduleLines | undefined;
}

function showFile(
  io: Io,
  repo: Repository,
  { file, choices, held, outlook, rest, logged }: Outcome,
  { dry, lines }: Shown,
): void {
  const { style } = io;
  const { path } = file.unmerged;
  const name = shown(io, repo, path);
  const word = (line?: number) => asArgument(io, repo, path, line);
  const me: Me = (command) => calling(io, repo, command);
  const git = (command: string) => callingGit(io, repo, command);
  const names = {
    ours: (other: string) => asArgument(io, repo, other),
    gits: (other: string) => asPathspec(io, repo, other),
  };
  const away = file.away ? `    ${style.yellow(visible(movesIn({ check: 'moved', moves: file.away })))}\n` : '';
  if (file.kept) {
    const stage = file.unmerged.stages[keepable[file.kept]] ? 'git add' : 'git rm';
    io.out(`${style.bold(name)}  ${style.yellow(visible(file.unmerged.title))}\n${away}`);
    const isName = file.unmerged.kind === 'rename-rename' && !file.unmerged.stages.base;
    io.out(
      `    you kept ${file.kept}${isName ? '' : `. When it is right: ${git(stage)} ${asPathspec(io, repo, path)}`}\n`,
    );
    if (isName) io.out(keepAdvice(names, file.unmerged, git, me));
    io.out(`    decide anew:     ${me('undo')} ${word()}\n\n`);
    return;
  }
  if (file.text === undefined) {
    io.out(`${style.bold(name)}  ${style.yellow(visible(file.unmerged.title))}\n${away}`);
    if (file.unmerged.texts && !existsSync(file.unmerged.file))
      io.out(`    not in the work tree; its conflict back: ${me('undo')} ${word()}\n`);
    const told = lines ? submoduleAdvice(io, repo, path, lines) : keepAdvice(names, file.unmerged, git, me);
    io.out(`${told}\n`);
    return;
  }
  const { text, leftovers, conflicts } = file;
  const settled = conflicts.length === 0 && leftovers.length === 0;
  const isRename = file.unmerged.kind === 'rename-rename';
  const whole = settled && !isRename && !logged ? wholeSide(text, file.unmerged) : undefined;
  const byRerere = file.rerere === undefined ? '' : `${saidOfRerere(file.rerere)}; `;
  const about = settled
    ? `${byRerere}no markers left${isRename ? '' : `: ${whole === undefined ? 'stage it when it is right' : `it is ${whole}, whole, and nothing of the other side is in it`}`}`
    : count(conflicts.length, 'conflict');
  io.out(`${style.bold(name)}  ${style.dim(visible(`${about}${extra(file.unmerged)}`))}\n`);
  for (const line of leftovers) io.out(`  ${style.yellow('• half a marker')}  ${name}:${line}\n`);
  if (leftovers.length > 0)
    io.out(`      finish it by hand, or have the conflict back: ${me('undo')} --force ${word()}\n`);
  if (whole !== undefined && byRerere === '')
    io.out(`    stage it if that is meant. The conflict back: ${me('undo')} --force ${word()}\n`);
  if (settled && byRerere !== '') io.out(`    the conflict back: ${me('undo')} ${word()}\n`);
  for (const line of file.enclosing)
    io.out(
      `  ${style.yellow('• open')}  ${name}:${line}\n      one side holds a conflict itself: decide that, then this\n`,
    );
  io.out(written(file, word(), me));
  for (const conflict of file.conflicts) {
    const choice = choices.find((one) => one.conflict === conflict);
    const [best] = conflict.resolutions;
    const mark = choice ? style.green(dry ? '✓ would resolve' : '✓ resolved') : style.yellow('• open');
    const line = lineAt(text, conflict.span.start);
    io.out(`  ${mark}  ${name}:${line}\n`);
    if (conflict.earlier) showEarlier(io, conflict.earlier, choice ? undefined : `${me('choose')} ${word(line)}`);
    if (!best) {
      io.out(`      nothing to offer: edit it by hand\n`);
      continue;
    }
    const why = held.get(conflict);
    io.out(`      ${visible(best.candidate.origin.reason)}  ${showTier(best, style)}\n`);
    if (why !== undefined) io.out(`      ${style.yellow(`not applied: ${why}`)}\n`);
    const evidence = describeEvidence(best.evidence);
    const loud = choice && dropsEdit(best) ? style.yellow : style.dim;
    if (evidence.length > 0) io.out(`      ${loud(visible(evidence.join(' · ')))}\n`);
    if (!choice) io.out(block(best.candidate.text, '      │ ', style.cyan, 8));
    const others = conflict.resolutions.length - 1;
    if (!choice && others > 0) {
      io.out(`      ${style.dim(`${count(others, 'alternative')}: ${me('choose')} ${word(line)}`)}\n`);
    }
  }
  // Whatever its text: which name stays is another question, and git answers neither.
  if (isRename)
    io.out(
      `${style.yellow(`    ${visible(file.unmerged.title)}`)}\n${settled ? keepAdvice(names, file.unmerged, git, me) : '    once its text is decided, keep this name or the other\n'}`,
    );
  io.out(showRest(rest, style));
  if (outlook?.confidence !== undefined) {
    // Measured apart from its conflicts, and with lines in another order counted as right: beside their numbers it must not say more than they do.
    const each = Math.min(...conflicts.map(({ resolutions }) => resolutions[0]?.confidence ?? 1));
    const least = Math.min(outlook.confidence, each);
    if (conflicts.length > 1 || fraction(least) !== fraction(each))
      io.out(`  ${style.dim(`the file as a whole, with the best of each: right ${fraction(least)}`)}\n`);
  }
  io.out('\n');
}

/** What is written has nothing of an edit that one side made; a lower version number was no more than that. */
const dropsEdit = ({ candidate, evidence }: Resolution): boolean =>
  candidate.origin.name !== 'larger version' &&
  evidence.some((one) => one.check === 'edits' && one.left.dropped.length + one.right.dropped.length > 0);

/** Who resolved a file that nobody in this operation did. */
export const saidOfRerere = (at: number): string =>
  `git's rerere resolved it as on ${new Date(at).toISOString().slice(0, 10)}`;

/** How a command of that name is called from where the user stands. */
type Me = (command: string) => string;

/** What git's merge of the text does not show. */
const extra = ({ kind, title }: UnmergedFile): string =>
  kind === 'both-added' && title.includes(',') ? title.slice(title.indexOf(',')) : '';

/** What a tool writes is better written by it than merged. */
function written({ unmerged: { path, attributes }, conflicts }: Outcome['file'], word: string, me: Me): string {
  if (conflicts.length === 0) return '';
  const known = regenerate(path);
  if (!known && attributes.generated)
    return '    a program writes this file (linguist-generated): better run it again\n';
  if (!known) return '';
  const side = known.readsMarkers ? '' : `${me('resolve')} --keep theirs ${word} && `;
  return `    a lock file: once ${known.from} is right, then: ${side}${known.command}\n`;
}

/** First of all, since it is of this very repository; never applied by itself, since nothing is measured about it. */
function showEarlier(io: Io, earlier: NonNullable<OpenConflict['earlier']>, choose: string | undefined): void {
  const { style } = io;
  io.out(`      ${style.bold(visible(describeEarlier(earlier)))}\n`);
  io.out(`      ${style.dim(visible(describeEvidence(earlier.evidence).join(' · ')))}\n`);
  io.out(block(earlier.text, '      │ ', style.cyan, 8));
  if (choose !== undefined) io.out(`      ${style.dim(`do the same: ${choose} earlier`)}\n`);
}

function keepAdvice(
  name: { readonly ours: (path: string) => string; readonly gits: (path: string) => string },
  { path, stages, kind, related }: UnmergedFile,
  git: Me,
  me: Me,
): string {
  const word = name.ours(path);
  if (path.includes('\ufffd')) return '';
  if (kind === 'submodule') return '    check out the commit you want in it, then: git add\n';
  if (kind === 'rename-rename') {
    const others = [path, ...(related ?? [])].filter((other) => other !== path);
    if (stages.base) return '    keep one of the new names, as told below\n';
    return `    keep this name:  ${git('git add')} ${name.gits(path)} && ${git('git rm')} ${others.map(name.gits).join(' ')}\n`;
  }
  const keep = (side: string) => `${me('resolve')} --keep ${side} ${word}`;
  const has = [stages.left && 'ours', stages.right && 'theirs'].filter((side) => side !== undefined);
  const lacks = has.includes('ours') ? 'theirs' : 'ours';
  const base = stages.base ? `\n    as it was:       ${keep('base')}` : '';
  return has.length === 1
    ? `    keep it:         ${keep(has.join(''))}\n    remove it:       ${keep(lacks)}${base}\n`
    : `    take one side: ${keep(`${has.join('|')}${stages.base ? '|base' : ''}`)}\n`;
}

async function showSummary(
  io: Io,
  conflicted: Conflicted,
  outcomes: readonly Outcome[],
  again: string | undefined,
  marks: readonly StagedMarker[],
): Promise<void> {
  const { style } = io;
  const dry = again !== undefined;
  const me: Me = (command) => calling(io, conflicted.repo, command);
  const applied = outcomes.reduce((sum, { choices }) => sum + choices.length, 0);
  const left = outcomes.flatMap(({ file, choices }) =>
    file.conflicts
      .filter((conflict) => !choices.some((choice) => choice.conflict === conflict))
      .map((one) => ({ file, one })),
  );
  const paths = outcomes.filter(({ file }) => file.text === undefined && !file.kept);
  const kept = paths.length > 0 ? `, ${count(paths.length, 'path')} to pick a side of` : '';
  const half = outcomes.filter(({ file }) => file.leftovers.length > 0).length;
  const torn = half > 0 ? `, ${count(half, 'file')} with half a marker` : '';
  const around = outcomes.reduce((sum, { file }) => sum + file.enclosing.length, 0);
  const verb = dry ? 'would be resolved' : 'resolved';
  io.out(
    `${style.bold(`${count(applied, 'conflict')} ${verb}, ${left.length + around} open${kept}${torn}`)}. Nothing was staged.\n`,
  );
  const dropped = outcomes
    .flatMap(({ choices }) => choices)
    .filter(({ resolution }) => resolution && dropsEdit(resolution)).length;
  if (dropped > 0)
    io.out(
      style.yellow(
        `In ${dropped} of them an edit of one side ${dry ? 'would be' : 'is'} dropped: look at what is named there.\n`,
      ),
    );
  const [first] = left;
  if (first?.file.text !== undefined) {
    const path = typed(io, conflicted.repo, first.file.unmerged.path);
    const at = `${path}:${lineAt(first.file.text, first.one.span.start)}`;
    io.out(`  open in VS Code:  code -g ${quoted(at)}\n`);
  }
  if (applied > 0 && !dry) io.out(`  what was done:    ${me('review')}\n  take it back:     ${me('undo')} --all\n`);
  if (dry && applied > 0) io.out(`  apply it:         ${me('resolve')}${again}\n`);
  const settled = outcomes.every(({ file, choices }) => !isOpen(file, choices)) && !(dry && applied > 0);
  const isCalm = outcomes.every(({ rest }) => isSound(rest));
  io.out(await nextAdvice(io, conflicted, settled && (isCalm ? 'calm' : 'warned'), marks));
}
