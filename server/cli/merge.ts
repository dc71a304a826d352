/**
 * `mortise merge`: three files in, one out; also git's merge driver. Where git's own merge is clean its bytes stand and
 * nothing heavy is loaded. Whatever goes wrong in ours, the answer is git's own, byte for byte.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type GitMerge, gitMergeFiles } from '../git/mergeFile.ts';
import { ChangedMeanwhile, readRegular, replaceFile } from '../git/write.ts';
import { type Io, readArgs, UsageError, wholeNumber } from './io.ts';
import type { MergeInput } from './mergeConflicts.ts';

export const help = `Usage: mortise merge BASE LEFT RIGHT [options]

Merge the changes of two files since their common ancestor. What git merges cleanly stands as
git merges it; of the conflicts, those with a resolution in the chosen tier are resolved, the
rest stays in conflict markers.

Options:
  -o, --output FILE       write the merge there instead of to standard output
  -p, --path PATH         the path it is known by: decides the language, names it in the log
      --apply TIER        safe (default), likely or none
      --marker-size N     length of conflict markers (default 7)
      --left-label TEXT   names after the markers; also -X, and
      --ancestor-label, --right-label (-S, -Y)

As git's merge driver (mortise install writes this):
  mortise merge %O %A %B -o %A --path=%P --marker-size=%L \\
    --ancestor-label=%S --left-label=%X --right-label=%Y
What is applied then is logged for "mortise review" and "mortise undo". Lock files, migrations,
secrets, generated files and what .mortise.json holds back are left as git merges them.
MORTISE=0 in the environment switches Mortise off: git's own answer.

Exit code: 0 merged; 1 to 127 that many conflicts are left (127: or more); 255 it could not be
done, which git from 2.42 on takes for a failed driver: it stops the merge, and nothing is changed.
`;

const options = {
  output: { type: 'string', short: 'o' },
  path: { type: 'string', short: 'p' },
  apply: { type: 'string' },
  'marker-size': { type: 'string' },
  'ancestor-label': { type: 'string', short: 'S' },
  'left-label': { type: 'string', short: 'X' },
  'right-label': { type: 'string', short: 'Y' },
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { input, output } = readInput(args);
  const write = writer(output, input, io);
  const trivial = trivialMerge(input);
  if (trivial) {
    await write(trivial);
    return 0;
  }
  const git = await gitsAnswer(input);
  if (git.conflicts === undefined) {
    io.err(`mortise: cannot merge binary files: ${input.path}\n`);
    // What git does with a conflict between binaries: ours stays in place, and the path stays in conflict.
    await write(input.bytes.left);
    return 1;
  }
  const isSettled = git.conflicts === 0 || switchedOff();
  // Before what takes time and may be killed: git before 2.42 takes what lies there then for our answer, and ours alone, without
  // a marker, would pass for resolved.
  if (isSettled || output === input.files.left) await write(git.bytes);
  if (isSettled) return Math.min(127, git.conflicts);
  const better = await resolveSafely(input, git, io, write);
  if (!better && output !== input.files.left) await write(git.bytes);
  return Math.min(127, better?.open ?? git.conflicts);
}

/** `MORTISE=0` (or off, false, no) in the environment: everything answers as git alone would. */
export function switchedOff(): boolean {
  const { MORTISE } = process.env;
  return MORTISE !== undefined && /^(0|off|false|no)$/i.test(MORTISE);
}

function readInput(args: readonly string[]): { input: MergeInput; output: string | undefined } {
  const { values, positionals } = readArgs(args, options);
  const [base, left, right] = positionals;
  if (base === undefined || left === undefined || right === undefined || positionals.length > 3) {
    throw new UsageError(`merge wants three files, BASE LEFT RIGHT; it got ${positionals.length}.`);
  }
  const apply = values.apply ?? 'safe';
  if (apply !== 'safe' && apply !== 'likely' && apply !== 'none') {
    throw new UsageError(`--apply wants safe, likely or none, not "${apply}".`);
  }
  const path = values.path ?? values.output ?? left;
  const input: MergeInput = {
    files: { base, left, right },
    bytes: { base: read(base), left: read(left), right: read(right) },
    path,
    labels: {
      base: given(values['ancestor-label'], '%S') ?? (values['ancestor-label'] === undefined ? base : 'base'),
      left: given(values['left-label'], '%X') ?? (values['left-label'] === undefined ? left : 'HEAD'),
      right: given(values['right-label'], '%Y') ?? (values['right-label'] === undefined ? right : theirName()),
    },
    markerSize: wholeNumber(values['marker-size'], '--marker-size', 1, 1000) ?? 7,
    apply,
    isDriver: values.output !== undefined && values.output === left && values.path !== undefined,
  };
  return { input, output: values.output };
}

/** Git before 2.44 leaves `%S`, `%X` and `%Y` as they stand. */
function given(value: string | undefined, placeholder: string): string | undefined {
  return value === placeholder || value === '' ? undefined : value;
}

/** `git merge` tells its strategies the other side's name in the environment. */
function theirName(): string {
  const names = Object.keys(process.env).filter((name) => /^GITHEAD_[0-9a-f]{40,64}$/.test(name));
  const [only] = names;
  return (names.length === 1 && only !== undefined && process.env[only]) || 'theirs';
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** One side did not change, or both changed alike. */
function trivialMerge({ bytes: { base, left, right } }: MergeInput): Buffer | undefined {
  if (left.equals(right) || right.equals(base)) return left;
  return left.equals(base) ? right : undefined;
}

async function gitsAnswer(input: MergeInput): Promise<GitMerge> {
  try {
    return await gitMergeFiles(input.files, { labels: input.labels, markerSize: input.markerSize });
  } catch (problem) {
    const { portMerge } = await (await import('./commands.ts')).loadMergeConflicts();
    const answer = portMerge(input);
    if (!answer) throw problem;
    return answer;
  }
}

/** Writes what is resolved; undefined where nothing better than git's own merge was written. */
async function resolveSafely(input: MergeInput, git: GitMerge, io: Io, write: Write) {
  try {
    if (!(await mayHelp(input))) return undefined;
    const { mergeConflicts } = await (await import('./commands.ts')).loadMergeConflicts();
    const better = await mergeConflicts(input, git);
    if (!better) return undefined;
    // Before it is written: what cannot be reviewed and undone is not applied.
    const unlog = await better.log();
    await write(better.bytes).catch(async (error: unknown) => {
      await unlog().catch(() => undefined); // The reason why it was not written is what matters.
      throw error;
    });
    return better;
  } catch (error) {
    // Never in git's way: its own result stands, and the reason is said once.
    const said = error instanceof Error ? error.message : String(error);
    io.err(`mortise: ${basename(input.path)}: ${said}; git's own merge is kept\n`);
    return undefined;
  }
}

/** Whether it is worth to load what resolves: for *safe*, with the models that are shipped, words alone mostly say no. */
async function mayHelp({ apply, path, bytes }: MergeInput): Promise<boolean> {
  if (apply !== 'safe' || process.env['MORTISE_MODELS']) return apply !== 'none';
  const { mayBeProven } = await import('../resolve/mayBeProven.ts');
  const { base, left, right } = bytes;
  return mayBeProven(path, { base: base.toString(), left: left.toString(), right: right.toString() });
}

type Write = (bytes: Buffer) => Promise<void>;

/** Each call replaces what the one before wrote. */
function writer(output: string | undefined, { files, bytes: { left } }: MergeInput, io: Io): Write {
  if (output === undefined) return async (bytes) => io.outBytes(bytes);
  if (output !== files.left) return async (bytes) => replaceFile(output, bytes, await readRegular(output));
  let now = left;
  return async (bytes) => {
    // Git made that file for its driver alone: with no room for a draft beside it, in place is better than ours without a marker.
    const inPlace = async (error: unknown) => {
      if (now !== left || error instanceof ChangedMeanwhile) throw error;
      await writeFile(output, bytes).catch(() => Promise.reject(error));
    };
    if (!bytes.equals(now)) await replaceFile(output, bytes, now).catch(inPlace);
    now = bytes;
  };
}
