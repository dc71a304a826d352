/**
 * Bringing a conflict back as it was, and taking one side of a conflict whole. The work-tree file is written; the index
 * is touched only to give a path its stages back, never to stage anything.
 */
import { copyFile, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fields, type GitAnswer, GitProblem, runGit, tryGit } from './git.ts';
import { askRepository, inRepository, onDisk, type Repository } from './repository.ts';
import type { AppliedEntry } from './saved.ts';
import type { Stage, Stages } from './unmerged.ts';
import { unmergedPaths, unmergedStages } from './unmerged.ts';
import { readLink, readRegular, refuseForeignFolder, replaceByLink, replaceFile } from './write.ts';

/** Mode of a submodule in the index. */
const submodule = '160000';
/** Of a symbolic link. */
const link = '120000';

type Options = { readonly signal?: AbortSignal | undefined };

/**
 * Put the conflicted bytes back into the work tree, whatever stands there now (`expected` is what the caller saw: where
 * `isLink`, the target of a link).
 */
export async function restoreBytes(
  repo: Repository,
  path: string,
  bytes: Uint8Array,
  expected: Uint8Array | undefined,
  isLink = false,
): Promise<void> {
  const file = await placeFor(repo, path);
  // Of a file that was removed since nothing on disk says whether it could be run.
  const mode = expected === undefined || isLink ? await modeInIndex(repo, path) : undefined;
  const executable = mode === undefined ? undefined : mode === '100755';
  await replaceFile(file, bytes, expected, repo.root, { overLink: isLink, executable });
}

/** As it is staged; in a conflict, on our side first. */
async function modeInIndex(repo: Repository, path: string): Promise<string | undefined> {
  const args = ['--literal-pathspecs', 'ls-files', '-s', '-z', '--', path];
  const entries = fields(Buffer.from((await askRepository(repo, args)) ?? '')).filter((one) =>
    one.endsWith(`\t${path}`),
  );
  const of = (stage: number) => entries.find((one) => one.split('\t')[0]?.endsWith(` ${stage}`))?.slice(0, 6);
  return of(0) ?? of(2) ?? of(3);
}

/** There was no file before Mortise wrote one: it goes again. `expected` is what the caller saw, a link's target for a link. */
export async function restoreNothing(repo: Repository, path: string, expected: Uint8Array | undefined): Promise<void> {
  const file = onDisk(repo, path);
  await refuseForeignFolder(file, repo.root);
  const now = (await readRegular(file)) ?? (await readLink(file));
  if (now === undefined || expected === undefined ? now !== expected : !now.equals(expected))
    throw new GitProblem(`${path} changed on disk meanwhile; nothing was removed. Run the command again.`);
  await rm(file, { force: true });
}

/** A symbolic link lay there before Mortise took a side whole. */
export async function restoreLink(
  repo: Repository,
  path: string,
  target: Buffer,
  expected: Uint8Array | undefined,
  isLink = false,
): Promise<void> {
  await replaceByLink(await placeFor(repo, path), target, expected, repo.root, { overLink: isLink });
}

/** Where a path lies, in folders that are there. */
async function placeFor(repo: Repository, path: string): Promise<string> {
  const file = onDisk(repo, path);
  await refuseForeignFolder(file, repo.root);
  await mkdir(dirname(file), { recursive: true });
  return file;
}

/**
 * Make git write the conflict anew from the stages (or from what it remembers of them after `git add` or `git rm`), with plain
 * text merging even where our driver is installed. Its style is the user's `merge.conflictStyle`. Where one side has no file, what
 * git leaves of such a conflict is the other side's.
 * @throws GitProblem when git no longer knows the stages, or would replace a link of the user's to get there.
 */
export async function recreateConflict(repo: Repository, path: string, options: Options = {}): Promise<void> {
  await refuseForeignFolder(onDisk(repo, path), repo.root);
  const { noted, stages } = await knownStages(repo, path, options);
  const only = oneSided(stages);
  const isSubmodule = [stages.left, stages.right].some((stage) => stage?.mode === submodule);
  if (!isSubmodule) {
    await refuseFolder(repo, path, options);
    await refuseForeign(repo, path, stages);
  }
  // Git itself does not find what was removed from the index.
  if (noted) await writeStages(repo, path, noted, options);
  if (only) await takeStage(repo, path, stages, only, options);
  if (only || isSubmodule || (stages.base && !stages.left)) return;
  // Git writes over what lies there, and where the disk is full then, half a file is left.
  const fresh = await freshConflict(repo, path, options);
  if (fresh) return writeFresh(repo, path, fresh);
  const args = ['--literal-pathspecs', 'checkout', '-m', '--', path];
  await inRepository(repo, args, { ...options, writes: true, env: { MORTISE: '0' } });
}

async function writeFresh(repo: Repository, path: string, bytes: Buffer): Promise<void> {
  const file = await placeFor(repo, path);
  const link = await readLink(file);
  const executable = (await modeInIndex(repo, path)) === '100755';
  const now = link ?? (await readRegular(file));
  await replaceFile(file, bytes, now, repo.root, { overLink: link !== undefined, executable });
}

/** The versions of a path in conflict: those in the index, else what git noted when it was staged. */
async function knownStages(
  repo: Repository,
  path: string,
  options: Options,
): Promise<{ readonly noted?: StageLines; readonly stages: Stages }> {
  const unmerged = await unmergedStages(repo, path, options);
  if (unmerged) return { stages: unmerged };
  const noted = await remembered(repo, path, options);
  const stages: { base?: Stage; left?: Stage; right?: Stage } = {};
  for (const line of noted ?? []) {
    const [mode = '', oid = '', number] = line.split(' ');
    stages[number === '1' ? 'base' : number === '2' ? 'left' : 'right'] = { mode, oid };
  }
  return { ...(noted ? { noted } : {}), stages };
}

/** The side that alone has a file; a submodule's folder is a repository of its own. */
function oneSided({ left, right }: Stages): 'left' | 'right' | undefined {
  const only = left && !right ? 'left' : right && !left ? 'right' : undefined;
  return only && (left ?? right)?.mode !== submodule ? only : undefined;
}

/**
 * Git reads a folder's name as all that lies below it, and would write over every file there.
 * @throws GitProblem where the path is no file's: a folder on disk, or in the index.
 */
async function refuseFolder(repo: Repository, path: string, options: Options): Promise<void> {
  const found = await lstat(onDisk(repo, path)).catch(() => undefined);
  const { stdout } = await inRepository(repo, ['--literal-pathspecs', 'ls-files', '-z', '--', path], options);
  if (path === '' || found?.isDirectory() || fields(stdout).some((one) => one !== path))
    throw new GitProblem(`${path || '.'} is a folder; git would write over all that lies in it. Name the file.`);
}

/**
 * The bytes git would write for a path's conflict now, made aside with a copy of the index: the work tree is not touched.
 * Undefined where git writes no regular file for it.
 * @param style of its markers; else as the repository is set.
 */
export async function freshConflict(
  repo: Repository,
  path: string,
  { style, ...options }: Options & { readonly style?: 'merge' | 'diff3' | 'zdiff3' } = {},
): Promise<Buffer | undefined> {
  const { stages } = await knownStages(repo, path, options);
  const only = oneSided(stages);
  if (only) return sideBytes(repo, path, stages[only], options);
  const folder = await mkdtemp(join(tmpdir(), 'mortise-'));
  try {
    const [tree, index] = [join(folder, 'tree'), join(folder, 'index')];
    await mkdir(tree);
    await copyAttributes(repo, path, tree);
    const own = (await askRepository(repo, ['rev-parse', '--git-path', 'index'], options)) ?? 'index';
    await copyFile(resolve(repo.root, own), index);
    const env = { MORTISE: '0', GIT_DIR: repo.gitDir, GIT_WORK_TREE: tree, GIT_INDEX_FILE: index };
    const args = ['--literal-pathspecs', 'checkout', style ? `--conflict=${style}` : '-m', '--', path];
    const { code } = await runGit(tree, args, { ...options, env, writes: true, ok: [0, 1, 128, 129] });
    return code === 0 ? await readRegular(join(tree, ...path.split('/'))) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What git checks out for a regular file of one side. */
async function sideBytes(
  repo: Repository,
  path: string,
  stage: Stage | undefined,
  options: Options,
): Promise<Buffer | undefined> {
  if (!stage?.mode.startsWith('100')) return undefined;
  const args = ['cat-file', '--filters', `--path=${path}`, stage.oid];
  const { code, stdout } = await inRepository(repo, args, { ...options, ok: [0, 1, 128] });
  return code === 0 ? stdout : undefined;
}

/** Line ends and encodings of a path are said by the attribute files above it. */
async function copyAttributes(repo: Repository, path: string, tree: string): Promise<void> {
  const parts = path.split('/').slice(0, -1);
  for (let depth = 0; depth <= parts.length; depth++) {
    const folder = parts.slice(0, depth);
    const from = join(repo.root, ...folder, '.gitattributes');
    await mkdir(join(tree, ...folder), { recursive: true });
    await copyFile(from, join(tree, ...folder, '.gitattributes')).catch(() => undefined); // Most folders have none.
  }
}

/**
 * Give a path its unmerged stages back after it was staged, while what it was staged in goes on: the versions our log kept, else
 * those that git remembers in its index. Answers whether the path is unmerged now. The work tree is not touched.
 */
export async function restoreStages(
  repo: Repository,
  path: string,
  logged: AppliedEntry['stages'],
  options: Options = {},
): Promise<boolean> {
  const isUnmerged = async () => (await unmergedPaths(repo, { ...options, paths: [path] })).length > 0;
  if (await isUnmerged()) return true;
  const known = (await ofLog(repo, path, logged, options)) ?? (await remembered(repo, path, options));
  if (known) {
    await writeStages(repo, path, known, options);
    return isUnmerged();
  }
  // Git's own way, which works in a merge alone before git 2.43: where it remembers nothing it takes the two commits' versions.
  // All that follows --unresolve is a path: a `--` would be taken for one, and nothing be written.
  const ok = [0, 1, 128];
  refuseLocked(await inRepository(repo, ['update-index', '--unresolve', path], { ...options, writes: true, ok }));
  return isUnmerged();
}

/** Lines for `update-index --index-info`, without the path: mode, id and stage. */
type StageLines = readonly [string, ...string[]];

/** The logged versions; not where git does not have them all (a filter made them). */
async function ofLog(
  repo: Repository,
  path: string,
  logged: AppliedEntry['stages'],
  options: Options,
): Promise<StageLines | undefined> {
  if (!logged?.left || !logged.right) return undefined;
  const listed = await askRepository(repo, ['--literal-pathspecs', 'ls-files', '-s', '-z', '--', path], options);
  const mode = /^(100\d+) /.exec(listed ?? '')?.[1];
  if (mode === undefined) return undefined;
  const entry = (stage: string, number: number) => `${stage.includes(' ') ? stage : `${mode} ${stage}`} ${number}`;
  const sides = [entry(logged.left, 2), entry(logged.right, 3)];
  const [first, ...rest] = logged.base ? [entry(logged.base, 1), ...sides] : sides;
  for (const line of [first, ...rest]) {
    const oid = line?.split(' ')[1];
    if (oid !== undefined && (await askRepository(repo, ['cat-file', '-e', oid], options)) === undefined)
      return undefined;
  }
  return first === undefined ? undefined : [first, ...rest];
}

/** Whether git can write a conflict of just that path: it is in the index, or was staged since and is still noted there. */
export async function knowsConflict(repo: Repository, path: string, options: Options = {}): Promise<boolean> {
  if ((await unmergedPaths(repo, { paths: [path], ...options })).includes(path)) return true;
  return (await remembered(repo, path, options)) !== undefined;
}

/** What git noted in its index when the path was staged: there in every operation, until the next checkout or merge. */
async function remembered(repo: Repository, path: string, options: Options): Promise<StageLines | undefined> {
  const args = ['--literal-pathspecs', 'ls-files', '--resolve-undo', '-z', '--', path];
  const own = fields((await inRepository(repo, args, options)).stdout).flatMap((entry) => {
    const match = /^(\d+ [0-9a-f]+ [123])\t([\s\S]*)$/.exec(entry);
    return match?.[1] !== undefined && match[2] === path ? [match[1]] : [];
  });
  const [first, ...rest] = own;
  return first === undefined ? undefined : [first, ...rest];
}

async function writeStages(repo: Repository, path: string, lines: StageLines, options: Options): Promise<void> {
  const none = '0'.repeat(lines[0].split(' ')[1]?.length ?? 40);
  const input = `0 ${none}\t${path}\0${lines.map((line) => `${line}\t${path}\0`).join('')}`;
  const args = ['update-index', '-z', '--index-info'];
  const answer = await inRepository(repo, args, { ...options, writes: true, ok: [0, 1, 128], input });
  refuseLocked(answer);
  if (answer.code !== 0)
    throw new GitProblem(`git could not make ${path} a conflict again: ${answer.stderr.trim() || 'it was stopped'}.`);
}

/** That git knows no such conflict is an answer; that another git is at work on the index is not. */
function refuseLocked({ stderr }: GitAnswer): void {
  const lock = /'([^']*index\.lock)'/.exec(stderr)?.[1];
  if (lock !== undefined)
    throw new GitProblem(`another git is at work here (${lock}). Try again when it is done; nothing was changed.`);
}

/**
 * Take one side of a conflicted path whole: its stage is written into the work tree (mode, link and line ends as git
 * does it), or the file removed where that side has none. The index stays unmerged.
 * @param content of the stage, where it was asked for before.
 */
export async function takeStage(
  repo: Repository,
  path: string,
  stages: Stages,
  side: 'base' | 'left' | 'right',
  { content, ...options }: Options & { readonly content?: Buffer | undefined } = {},
): Promise<'written' | 'removed'> {
  const stage = stages[side];
  await refuseForeignFolder(onDisk(repo, path), repo.root);
  if (stage?.mode !== submodule) await refuseForeign(repo, path, stages);
  if (!stage) {
    if (Object.values(stages).some((one) => one.mode === submodule))
      throw new GitProblem(
        `${path} is a submodule, a repository of its own: remove its folder yourself, then stage it.`,
      );
    await rm(onDisk(repo, path), { force: true });
    return 'removed';
  }
  if (stage.mode === submodule) return pointSubmodule(repo, path, stage.oid, options);
  await writeStage(repo, path, stage, content ?? (await stageContent(repo, path, stage, options)));
  return 'written';
}

/**
 * What git checks out for a stage: line ends, encodings and filters as for the work tree; of a link, where it points.
 * @throws GitProblem where a filter fails.
 */
export async function stageContent(
  repo: Repository,
  path: string,
  { mode, oid }: Stage,
  options: Options = {},
): Promise<Buffer> {
  const how = mode === link ? ['blob'] : ['--filters', `--path=${path}`];
  return (await inRepository(repo, ['cat-file', ...how, oid], options)).stdout;
}

/** Not by git's checkout, which removes what lies there first: where the disk is full then, nothing is left. */
async function writeStage(repo: Repository, path: string, { mode }: Stage, content: Buffer): Promise<void> {
  const file = await placeFor(repo, path);
  const target = await readLink(file);
  const there = target ?? (await readRegular(file));
  const overLink = target !== undefined;
  const asLink = mode === link && (await askRepository(repo, ['config', '--type=bool', 'core.symlinks'])) !== 'false';
  if (asLink) await replaceByLink(file, content, there, repo.root, { overLink });
  else await replaceFile(file, content, there, repo.root, { overLink, executable: mode === '100755' });
}

/** A folder, or a link that is of none of the versions, is the user's own: git would replace it, and nothing keep a copy. */
async function refuseForeign(repo: Repository, path: string, stages: Stages): Promise<void> {
  const file = onDisk(repo, path);
  const found = await lstat(file).catch(() => undefined);
  if (!found || found.isFile()) return;
  const target = await readLink(file);
  for (const stage of target ? Object.values(stages) : []) {
    if (stage?.mode !== link) continue;
    const { stdout } = await inRepository(repo, ['cat-file', 'blob', stage.oid]);
    if (target?.equals(stdout)) return;
  }
  const kind = target ? 'a symbolic link that is of neither side' : 'no file';
  throw new GitProblem(`${path} is ${kind}; Mortise leaves it alone. Move it away, then try again.`);
}

/** The submodule's own work tree goes to the commit of that side; git itself refuses where that would lose work in it. */
async function pointSubmodule(repo: Repository, path: string, oid: string, options: Options): Promise<'written'> {
  const there = onDisk(repo, path);
  const known = await tryGit(there, ['cat-file', '-e', `${oid}^{commit}`], options);
  if (known === undefined)
    throw new GitProblem(`${path} does not have commit ${oid.slice(0, 10)}: fetch it in the submodule first.`);
  await runGit(there, ['checkout', '--quiet', '--detach', oid], { ...options, writes: true });
  return 'written';
}

/** Bytes of a path in the work tree; undefined where there is no regular file. */
export function workTreeBytes(repo: Repository, path: string): Promise<Buffer | undefined> {
  return readRegular(onDisk(repo, path));
}
