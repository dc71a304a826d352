/** `mortise choose`: the user decides one conflict from the terminal. Their decision also counts for conflicts like it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { saidOf } from '../earlier.ts';
import { appliedNow } from '../git/appliedNow.ts';
import { pathInRepository, type Repository } from '../git/repository.ts';
import { type AppliedEntry, recordDecision } from '../git/saved.ts';
import { toldWarnings } from '../resolve/aftermathWords.ts';
import type { EditAccount, Resolution } from '../resolve/candidate.ts';
import { checkRest } from '../resolve/checkRest.ts';
import { remembered } from '../resolve/rank.ts';
import type { MarkedConflict } from '../resolve/resolve.ts';
import { isSound, restOf } from '../rest.ts';
import { loadServices } from '../services.ts';
import { stagedMarkers } from '../stagedMarkers.ts';
import { languageOf } from '../syntax/languages.ts';
import { lineAt } from '../text/lines.ts';
import { asArgument, called, calling } from './called.ts';
import {
  type Choice,
  type Conflicted,
  type ConflictedFile,
  type OpenConflict,
  readConflicts,
  writeChoices,
} from './conflicts.ts';
import { nextAdvice, shown } from './goOn.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';
import { block, describeEarlier, describeEvidence, showTier, visible } from './show.ts';
import { showRest } from './showRest.ts';

export const help = `Usage: mortise choose PATH[:LINE] [ours|theirs|both|earlier|N] [--all]

Decide one conflict. Without a choice, list its resolutions with their numbers. With several
conflicts in the file, LINE says which: the one it lies in, or the next one below.

  ours, theirs   that side's text
  both           ours, then theirs
  earlier        as git's rerere or an earlier merge of this repository resolved it
  N              the N-th resolution of the list

      --all      list every resolution, also those at less than 1 in 20
  -C DIR         as if started in DIR

The file's bytes are saved first ("mortise undo"); nothing is staged.
Exit code: 0 done; 1 listed only; 2 it could not be done.
`;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, { all: { type: 'boolean' }, C: { type: 'string', short: 'C' } });
  const [where, what, ...more] = positionals;
  if (where === undefined || more.length > 0) throw new UsageError('choose wants PATH[:LINE] and one choice.');
  const from = startFolder(io, values.C);
  const { conflicted, file, line } = await findFile(io, where, from);
  const found = findConflict(io, conflicted, file, line);
  if (line !== undefined) await refuseDecided(io, conflicted, file, { line, next: found });
  const conflict = await wholeList(found);
  if (what === undefined) {
    list(io, conflicted, file, conflict, values.all === true);
    io.out(showRest(restOf(file, conflicted.services), io.style));
    return 1;
  }
  const choice: Choice = { ...readChoice(file, conflict, what), chosen: true };
  const rest = restOf(file, conflicted.services, [{ ...choice, conflict: found }]);
  const isLast = file.conflicts.length === 1;
  // Once for a file, as with what is applied in bulk: with the decision that leaves no marker.
  const logged = isLast ? { ...choice, elsewhere: toldWarnings(rest.warnings) } : choice;
  // Before anything is written: what fails here must not leave a file changed and its decision unrecorded.
  const seen = remembered(conflict.context, choice.text, conflicted.services);
  await writeChoices(conflicted, file, [logged], 'choose');
  const { sides } = conflict.context;
  await recordDecision(conflicted.repo, conflicted.operation, {
    path: file.unmerged.path,
    sides,
    chosen: choice.text,
    ...(seen ? { seen } : {}),
  });
  const at = `${shown(io, conflicted.repo, file.unmerged.path)}:${lineAt(file.text ?? '', conflict.span.start)}`;
  io.out(`${at}: ${visible(choice.reason)}\n${block(choice.text, '  │ ', io.style.cyan)}`);
  const same = choice.resolution ?? conflict.resolutions.find(({ candidate }) => candidate.text === choice.text);
  const evidence = what === 'earlier' ? conflict.earlier?.evidence : same?.evidence;
  if (!rest.broken && evidence?.some((one) => one.check === 'parses' && !one.passed))
    io.out(io.style.yellow(`It does not parse so: look at the file.${what === 'both' ? soundBoth(conflict) : ''}\n`));
  if (conflicted.operation.onlyCopy && choice.text !== conflict.context.sides.right)
    io.out(
      'Your own changes here are in no commit: what this leaves out of them only "mortise undo" can bring back.\n',
    );
  io.out(leftIn(file, calling(io, conflicted.repo, 'choose'), asArgument(io, conflicted.repo, file.unmerged.path)));
  io.out(showRest(rest, io.style));
  const settled = file.leftovers.length + file.enclosing.length === 0 && (isSound(rest) ? 'calm' : 'warned');
  const marks = isLast ? await stagedMarkers(conflicted.repo, { signal: io.signal }) : [];
  if (isLast && file.enclosing.length === 0) io.out(await nextAdvice(io, conflicted, settled, marks));
  return 0;
}

/** Where both sides one after the other are no code, one of the resolutions mostly keeps every edit of both and is. */
function soundBoth({ resolutions }: OpenConflict): string {
  const keepsAll = ({ dropped, changed }: EditAccount) => dropped.length + changed.length === 0;
  const at = resolutions.findIndex(
    ({ evidence }) =>
      evidence.some((one) => one.check === 'parses' && one.passed) &&
      evidence.some((one) => one.check === 'edits' && keepsAll(one.left) && keepsAll(one.right)),
  );
  const found = resolutions[at];
  return found
    ? ` Number ${at + 1} of the list keeps every edit of both and parses: ${found.candidate.origin.reason}.`
    : '';
}

function leftIn({ conflicts, leftovers, enclosing }: ConflictedFile, choosing: string, path: string): string {
  const open = conflicts.length - 1;
  if (enclosing.length > 0 && open === 0) return `The conflict around it is next: ${choosing} ${path}\n`;
  const half = leftovers.length > 0 ? `${count(leftovers.length, 'half marker')} to finish by hand` : '';
  if (open > 0) return `${open} left in this file${half && `, and ${half}`}.\n`;
  return half
    ? `No whole conflict is left in this file, but ${half}.\n`
    : 'None left in this file. Nothing was staged.\n';
}

/** `a:12` is line 12 of `a`, unless there is a file of that very name. */
async function findFile(io: Io, where: string, from: string) {
  const match = /^(.+):(\d+)$/s.exec(where);
  const lined = match?.[1] && match[2] ? { path: match[1], line: Number(match[2]) } : undefined;
  if (lined && !existsSync(resolve(from, where))) {
    const conflicted = await readConflicts(io, [lined.path], from);
    const [named] = conflicted.files;
    if (named) return { conflicted, file: marked(io, conflicted.repo, named), line: lined.line };
  }
  const whole = await readConflicts(io, [where], from);
  const [file] = whole.files;
  if (file && file.unmerged.path !== pathInRepository(whole.repo, where, from)) {
    const names = whole.files.map(({ unmerged }) => `  ${shown(io, whole.repo, unmerged.path)}`).join('\n');
    throw new UsageError(`${where} is a folder. Say which file:\n${names}`);
  }
  if (file) return { conflicted: whole, file: marked(io, whole.repo, file), line: undefined };
  throw new UsageError(
    `${lined?.path ?? where} is not in conflict. "${called(io)} resolve --apply none" lists what is.`,
  );
}

function marked(io: Io, repo: Repository, file: ConflictedFile): ConflictedFile {
  if (file.conflicts.length > 0) return file;
  const { path, title } = file.unmerged;
  const word = asArgument(io, repo, path);
  const anew = `To decide anew, first: ${calling(io, repo, 'undo')} ${word}`;
  const side = `${title}; take a side: ${calling(io, repo, 'resolve')} --keep ours|theirs ${word}`;
  const half = `${file.leftovers.length === 1 ? 'half a marker' : 'half markers'} at ${file.leftovers.join(', ')}`;
  const none =
    file.leftovers.length > 0
      ? `no whole conflict is left, but ${half}. ${byHand(io, repo, path)}`
      : `no conflict markers are left. ${anew}`;
  const what = file.kept ? `you kept ${file.kept}. ${anew}` : file.text === undefined ? side : none;
  throw new UsageError(`${path}: ${what}`);
}

/** What there is to do about half a marker. */
const byHand = (io: Io, repo: Repository, path: string): string =>
  `Finish it by hand, or have the conflict back: ${calling(io, repo, 'undo')} --force ${asArgument(io, repo, path)}`;

function findConflict(io: Io, { repo }: Conflicted, file: ConflictedFile, line: number | undefined): OpenConflict {
  const { text = '', conflicts } = file;
  const [only] = conflicts;
  if (line === undefined) {
    if (conflicts.length === 1 && only) return only;
    const name = shown(io, repo, file.unmerged.path);
    const lines = conflicts.map(({ span }) => `  ${name}:${lineAt(text, span.start)}`).join('\n');
    throw new UsageError(`${name} has ${conflicts.length} conflicts. Say which:\n${lines}`);
  }
  if (file.leftovers.includes(line))
    throw new UsageError(`line ${line} is half a marker. ${byHand(io, repo, file.unmerged.path)}`);
  const found = conflicts.find(({ span }) => lineAt(text, span.end - 1) >= line);
  if (!found) throw new UsageError(`there is no conflict at or below line ${line}.`);
  return found;
}

/** Who names the line of a conflict that is decided changes their mind: the next one below is not what they mean. */
async function refuseDecided(
  io: Io,
  { repo, operation }: Conflicted,
  { text = '', unmerged: { path, stages } }: ConflictedFile,
  { line, next }: { readonly line: number; readonly next: OpenConflict },
): Promise<void> {
  const start = lineAt(text, next.span.start);
  if (start <= line) return;
  const covers = (entry: AppliedEntry) => {
    const at = entry.text === '' ? -1 : text.indexOf(entry.text);
    return at < 0 ? entry.line === line : lineAt(text, at) <= line && line <= lineAt(text, at + entry.text.length - 1);
  };
  const entry = (await appliedNow(repo, operation, path, stages)).findLast(covers);
  if (!entry) return;
  const undo = `${calling(io, repo, 'undo')} ${asArgument(io, repo, path)}`;
  throw new UsageError(
    `line ${line} is decided already (${entry.reason}). To decide it anew, bring the file's conflicts back first: ${undo}\nThe next open one is at line ${start}.`,
  );
}

/** All its resolutions checked, so that the list shows what each is worth; N counts in that list. */
async function wholeList(conflict: OpenConflict): Promise<OpenConflict> {
  const { syntax } = await loadServices();
  await syntax.ready(languageOf(conflict.context.path));
  return { ...conflict, resolutions: checkRest(conflict, syntax) };
}

function readChoice(file: ConflictedFile, conflict: OpenConflict, what: string): Choice {
  const { left, right } = conflict.context.sides;
  if (what === 'ours') return { conflict, text: ended(file, conflict, 'left', left), reason: 'your choice: ours' };
  if (what === 'theirs')
    return { conflict, text: ended(file, conflict, 'right', right), reason: 'your choice: theirs' };
  if (what === 'both')
    return {
      conflict,
      text: ended(file, conflict, 'right', bothSides(left, right)),
      reason: 'your choice: ours, then theirs',
    };
  const { earlier } = conflict;
  if (what === 'earlier' && !earlier) throw new UsageError('no earlier resolution of this conflict is known.');
  if (what === 'earlier' && earlier) return { conflict, text: earlier.text, reason: `your choice: ${saidOf(earlier)}` };
  const resolution = /^[1-9]\d*$/.test(what) ? conflict.resolutions[Number(what) - 1] : undefined;
  if (!resolution) {
    throw new UsageError(
      `"${what}" is no choice: ours, theirs, both, ${earlier ? 'earlier, ' : ''}or 1 to ${conflict.resolutions.length}.`,
    );
  }
  const { text, origin } = resolution.candidate;
  return { conflict, text, resolution, reason: `your choice: ${origin.reason}` };
}

/** Markers end the last line of a file that does not end it itself: a side at the end of its file is taken as it is there. */
function ended(file: ConflictedFile, { span }: MarkedConflict, side: 'left' | 'right', text: string): string {
  const whole = file.unmerged.texts?.[side] ?? '\n';
  const isLast = span.end === file.text?.length && text !== '' && whole !== '';
  return isLast && !whole.endsWith('\n') ? text.replace(/\r?\n$/, '') : text;
}

/** Ours, then theirs, each on lines of its own. */
export function bothSides(left: string, right: string): string {
  if (left === '' || right === '' || left.endsWith('\n')) return left + right;
  return `${left}${right.includes('\r\n') ? '\r\n' : '\n'}${right}`;
}

/** What was hardly ever right, or has a fault (not what nobody measured), is listed when asked for, but for the first few; its numbers are the same either way. */
const HARDLY = 0.05;
const ALWAYS = 3;

function list(io: Io, { repo }: Conflicted, file: ConflictedFile, conflict: OpenConflict, all: boolean): void {
  const { style } = io;
  const line = lineAt(file.text ?? '', conflict.span.start);
  const word = asArgument(io, repo, file.unmerged.path, line);
  io.out(`${style.bold(`${shown(io, repo, file.unmerged.path)}:${line}`)}\n`);
  if (conflict.earlier) {
    io.out(`     ${style.bold(visible(describeEarlier(conflict.earlier)))}\n`);
    io.out(`     ${style.dim(visible(describeEvidence(conflict.earlier.evidence).join(' · ')))}\n`);
    io.out(block(conflict.earlier.text, '     │ ', style.cyan));
  }
  const { resolutions } = conflict;
  const isListed = ({ confidence }: Resolution, i: number) =>
    all || i < ALWAYS || confidence >= HARDLY || confidence === 0;
  resolutions.forEach((resolution, i) => {
    if (!isListed(resolution, i)) return;
    const { origin, text } = resolution.candidate;
    io.out(`${String(i + 1).padStart(3)}  ${visible(origin.reason)}  ${showTier(resolution, style)}\n`);
    const evidence = describeEvidence(resolution.evidence);
    if (evidence.length > 0) io.out(`     ${style.dim(visible(evidence.join(' · ')))}\n`);
    io.out(block(text, '     │ ', style.cyan));
  });
  const more = resolutions.filter((one, i) => !isListed(one, i)).length;
  if (more > 0) {
    const words = `${more} more, each at less than 1 in 20`;
    io.out(style.dim(`     ${words}: ${calling(io, repo, 'choose')} ${word} --all\n`));
  }
  io.out(
    `choose one: ${calling(io, repo, 'choose')} ${word} N   (or ours, theirs, both${conflict.earlier ? ', earlier' : ''})\n`,
  );
}
