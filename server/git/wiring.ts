/**
 * How Mortise is wired into git's configuration: values in the repository's own or the user's config file, written by git
 * itself, and a marked block in a .gitattributes file. Nothing outside our own keys and our own block is touched.
 */
import { readFile } from 'node:fs/promises';
import { runGit, tryGit } from './git.ts';
import { readRegular, replaceFile } from './write.ts';

/** Which config file, and a folder git is run in. */
export interface ConfigPlace {
  readonly folder: string;
  readonly scope: 'local' | 'global';
}

const scoped = ({ scope }: ConfigPlace) => ['config', `--${scope}`];

/** The value of a key in that file alone; undefined where it is not set. */
export function readConfig(place: ConfigPlace, key: string): Promise<string | undefined> {
  return tryGit(place.folder, [...scoped(place), '--get', key]);
}

/** The value git uses in a folder, whichever file it comes from. */
export function effectiveConfig(folder: string, key: string): Promise<string | undefined> {
  return tryGit(folder, ['config', '--get', key]);
}

/** @throws GitProblem when the file cannot be written. */
export async function writeConfig(place: ConfigPlace, key: string, value: string): Promise<void> {
  await runGit(place.folder, [...scoped(place), '--replace-all', key, value], { writes: true });
}

/** Take a key out; a section that is empty then goes with it. */
export async function unsetConfig(place: ConfigPlace, key: string): Promise<void> {
  await runGit(place.folder, [...scoped(place), '--unset-all', key], { writes: true, ok: [0, 5] });
}

const opening = '# >>> mortise';
const closing = '# <<< mortise';
const blockPattern = /^# >>> mortise[^\n]*\n(?:[\s\S]*?\n)?# <<< mortise[^\n]*(?:\n|$)/m;

/**
 * The text of an attributes file with our block at its top (below it, any line of the project's own wins), or without it
 * where `lines` is undefined.
 */
export function withBlock(text: string, lines: readonly string[] | undefined): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = lines && [opening, ...lines, closing, ''].join(eol);
  if (blockPattern.test(text)) return text.replace(blockPattern, () => block ?? '');
  return block === undefined ? text : block + text;
}

/** Write our block into a file, or take it out. Answers whether anything had to change. */
export async function writeBlock(file: string, lines: readonly string[] | undefined, dryRun: boolean) {
  const before = await readRegular(file);
  const text = before?.toString('latin1') ?? '';
  const after = withBlock(text, lines);
  if (after === text) return false;
  if (!dryRun) await replaceFile(file, Buffer.from(after, 'latin1'), before);
  return true;
}

/** Whether a file holds our block. */
export async function hasBlock(file: string): Promise<boolean> {
  return blockPattern.test(await readFile(file, 'latin1').catch(() => ''));
}
