/** Git configuration of one scope: read, set, and take a section out. */
import { runGit, tryGit } from './git.ts';

/** `local` is the repository around `cwd`; undefined asks for what holds there, from whatever scope. */
export type Scope = 'local' | 'global';

export function configValue(cwd: string, key: string, scope?: Scope): Promise<string | undefined> {
  return tryGit(cwd, ['config', ...(scope ? [`--${scope}`] : []), '--get', key]);
}

/** As `configValue` for a path, with `~` expanded. */
export function configPath(cwd: string, key: string): Promise<string | undefined> {
  return tryGit(cwd, ['config', '--type=path', '--get', key]);
}

/** Where a value comes from, as git names it: "file:.git/config". */
export async function configOrigin(cwd: string, key: string): Promise<string | undefined> {
  return (await tryGit(cwd, ['config', '--show-origin', '--get', key]))?.split('\t', 1)[0];
}

/** Set a key to this one value. @throws GitProblem when the file cannot be written. */
export async function setConfig(cwd: string, scope: Scope, key: string, value: string): Promise<void> {
  await runGit(cwd, ['config', `--${scope}`, '--replace-all', key, value], { writes: true });
}

/** Take out one key; a section that is empty then goes with it. */
export async function unsetConfig(cwd: string, scope: Scope, key: string): Promise<void> {
  await runGit(cwd, ['config', `--${scope}`, '--unset-all', key], { writes: true, ok: [0, 5] });
}

/** Take out a whole section. Answers whether there was one. */
export async function removeSection(cwd: string, scope: Scope, section: string): Promise<boolean> {
  return (await tryGit(cwd, ['config', `--${scope}`, '--remove-section', section], { writes: true })) !== undefined;
}
