/**
 * Every path git could not merge, what kind of conflict it is, and its three versions. Sides come from the index (stages
 * 1, 2, 3), never from marker text; all blobs are read through one process.
 */
import { isUtf8 } from 'node:buffer';
import { type MergeAttributes, mergeAttributes } from './attributes.ts';
import { readBlobs } from './blobs.ts';
import { fields } from './git.ts';
import { type Nested, ownSides } from './ownSides.ts';
import { askRepository, inRepository, onDisk, type Repository } from './repository.ts';

export type UnmergedKind =
  | 'both-modified'
  | 'both-added'
  | 'modify-delete'
  | 'rename-rename'
  | 'rename-delete'
  | 'both-deleted'
  | 'added-by-one'
  | 'mode'
  | 'symlink'
  | 'submodule'
  | 'binary'
  | 'not-utf8';

export interface Stage {
  readonly mode: string;
  readonly oid: string;
}

export interface Stages {
  readonly base?: Stage;
  readonly left?: Stage;
  readonly right?: Stage;
}

export interface UnmergedFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** Absolute, for this system. */
  readonly file: string;
  readonly kind: UnmergedKind;
  /** For people: "deleted by theirs, modified by ours". */
  readonly title: string;
  readonly stages: Stages;
  /** The side that deleted, renamed or added, where only one did. */
  readonly side?: 'left' | 'right';
  /** The other paths of the same rename. */
  readonly related?: readonly string[];
  readonly attributes: MergeAttributes;
  /**
   * The three texts; present for both-modified, both-added, and renames to two names that git could not merge, where markers can
   * be resolved. A BOM stays as U+FEFF. Of a stage that is `nested` the side's own text.
   */
  readonly texts?: { readonly base?: string; readonly left: string; readonly right: string };
  /** Stages that are a merge of git's own with conflict markers in it, and what the side itself has. */
  readonly nested?: Nested;
}

type Options = { readonly signal?: AbortSignal | undefined; readonly paths?: readonly string[] | undefined };

/**
 * The unmerged paths, in index order. `paths` (relative to the root, with `/`; files or folders) narrows them.
 * @throws GitProblem when git fails.
 */
export async function unmergedFiles(repo: Repository, options: Options = {}): Promise<UnmergedFile[]> {
  const staged = await stagedPaths(repo, options);
  const paths = [...staged.keys()];
  const [attributes, blobs] = await Promise.all([
    mergeAttributes(repo, paths, options),
    readBlobs(repo, textual(staged.values()), options),
  ]);
  const renames = await findRenames(repo, staged, options);
  const files = paths.map((path): UnmergedFile => {
    const stages = staged.get(path) ?? {};
    const own = attributes.get(path) ?? { markerSize: 7, binary: false };
    const found = unreadable(path) ?? renames.get(path) ?? classify(stages, own, blobs);
    const { texts, ...rest } = found;
    return { path, file: onDisk(repo, path), stages, attributes: own, ...rest, ...(texts ? { texts } : {}) };
  });
  return Promise.all(files.map((file) => withOwnSides(repo, file, { staged, blobs }, options)));
}

/** A stage with git's own markers in it is no side's text: what the sides have is asked of their commits. */
async function withOwnSides(
  repo: Repository,
  file: UnmergedFile,
  { staged, blobs }: { readonly staged: ReadonlyMap<string, Stages>; readonly blobs: ReadonlyMap<string, Buffer> },
  options: Options,
): Promise<UnmergedFile> {
  const { path, kind, stages, texts, related = [], attributes } = file;
  const isRename = kind === 'rename-rename' && !stages.base;
  if (!texts && !isRename) return file;
  const textOf = (stage: Stage | undefined) => {
    const bytes = stage && blobs.get(stage.oid);
    return bytes && isUtf8(bytes) && !looksBinary(bytes) ? bytes.toString('utf8') : undefined;
  };
  const read = texts ?? { left: textOf(stages.left), right: textOf(stages.right) };
  const mode = (stages.left ?? stages.right)?.mode ?? '100644';
  const own = await ownSides(repo, { path, markerSize: attributes.markerSize, mode, ...read }, options);
  if (!own) return file;
  const from = related.map((other) => staged.get(other)?.base).find((stage) => stage !== undefined);
  const base = texts ? texts.base : textOf(from);
  const { nested, left, right } = own;
  return { ...file, nested, texts: { ...(base === undefined ? {} : { base }), left, right } };
}

/** Whether anything is unmerged, without reading blobs. */
export async function unmergedPaths(repo: Repository, options: Options = {}): Promise<string[]> {
  return [...(await stagedPaths(repo, options)).keys()];
}

/** The stages of just that path; undefined where it is not unmerged. */
export async function unmergedStages(
  repo: Repository,
  path: string,
  options: Options = {},
): Promise<Stages | undefined> {
  return (await stagedPaths(repo, { ...options, paths: [path] })).get(path);
}

async function stagedPaths(repo: Repository, options: Options): Promise<Map<string, Stages>> {
  // Pathspecs are literal: a file named `*` is that file.
  const only = options.paths && options.paths.length > 0 ? ['--', ...options.paths] : [];
  const args = ['--literal-pathspecs', 'ls-files', '-u', '-z', ...only];
  const staged = new Map<string, Stages>();
  for (const entry of fields((await inRepository(repo, args, { signal: options.signal })).stdout)) {
    const match = /^(\d+) ([0-9a-f]+) ([123])\t([\s\S]*)$/.exec(entry);
    if (!match) continue;
    const [, mode = '', oid = '', number, path = ''] = match;
    const name = number === '1' ? 'base' : number === '2' ? 'left' : 'right';
    staged.set(path, { ...staged.get(path), [name]: { mode, oid } });
  }
  return staged;
}

/** Of a rename to two names each path has one stage. */
function* textual(all: Iterable<Stages>): Generator<string> {
  for (const { base, left, right } of all) {
    if (base && !left !== !right) continue;
    for (const stage of [base, left, right]) if (stage?.mode.startsWith('100')) yield stage.oid;
  }
}

/** A name of other bytes than UTF-8 was lost on the way here: what Mortise would write lies elsewhere. */
function unreadable(path: string): Kind | undefined {
  if (!path.includes('\ufffd')) return undefined;
  return { kind: 'not-utf8', title: 'its name is not UTF-8, so Mortise cannot reach it: use git checkout and git add' };
}

type Kind = Pick<UnmergedFile, 'kind' | 'title' | 'side' | 'texts' | 'related'>;

function classify(stages: Stages, attributes: MergeAttributes, blobs: ReadonlyMap<string, Buffer>): Kind {
  const { base, left, right } = stages;
  const present = [base, left, right].filter((stage) => stage !== undefined);
  if (present.some((stage) => stage.mode === '160000'))
    return { kind: 'submodule', title: 'submodule changed by both' };
  if (!left || !right) return missingSide(stages);
  if (present.some((stage) => stage.mode === '120000')) {
    return { kind: 'symlink', title: 'symbolic link changed by both' };
  }
  if (left.oid === right.oid) return { kind: 'mode', title: `mode ${left.mode} in ours, ${right.mode} in theirs` };
  if (attributes.binary) return { kind: 'binary', title: 'not merged as text (attribute), changed by both' };
  // The index holds UTF-8, the file itself does not: it is git that goes from one to the other.
  if (attributes.encoding) return { kind: 'not-utf8', title: `${attributes.encoding} text, changed by both` };
  const bytes = { base: base && blobs.get(base.oid), left: blobs.get(left.oid), right: blobs.get(right.oid) };
  const all = [bytes.base, bytes.left, bytes.right].filter((blob) => blob !== undefined);
  if (all.some(looksUtf16))
    return { kind: 'binary', title: 'UTF-16 text, which git takes for binary, changed by both' };
  if (all.some(looksBinary)) return { kind: 'binary', title: 'binary, changed by both' };
  // A pointer is no text to merge: a part of one beside a part of the other points nowhere.
  if (all.some(isLfsPointer)) return { kind: 'binary', title: 'kept in Git LFS, changed by both' };
  if (!all.every((blob) => isUtf8(blob))) return { kind: 'not-utf8', title: 'text that is not UTF-8, changed by both' };
  if (!bytes.left || !bytes.right)
    return { kind: 'both-modified', title: 'modified by both (its objects are not here)' };
  const texts = {
    ...(bytes.base ? { base: bytes.base.toString('utf8') } : {}),
    left: bytes.left.toString('utf8'),
    right: bytes.right.toString('utf8'),
  };
  if (base) return { kind: 'both-modified', title: 'modified by both', texts };
  const runs = left.mode === right.mode ? '' : `, executable in ${left.mode === '100755' ? 'ours' : 'theirs'} only`;
  return { kind: 'both-added', title: `added by both${runs}`, texts };
}

function missingSide({ base, left, right }: Stages): Kind {
  if (base && left) {
    return { kind: 'modify-delete', title: 'modified by ours, deleted by theirs', side: 'right' };
  }
  if (base && right) return { kind: 'modify-delete', title: 'deleted by ours, modified by theirs', side: 'left' };
  if (base) return { kind: 'both-deleted', title: 'deleted or renamed by both' };
  return left
    ? { kind: 'added-by-one', title: 'added by ours alone, at a place git is not sure of', side: 'left' }
    : { kind: 'added-by-one', title: 'added by theirs alone, at a place git is not sure of', side: 'right' };
}

/** As git and diff programs judge it: a NUL in the first 8,000 bytes. */
export function looksBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

const looksUtf16 = (bytes: Uint8Array): boolean =>
  bytes.length > 1 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));

/** Their specification: at most 1024 bytes, this line first. */
const isLfsPointer = (bytes: Buffer): boolean =>
  bytes.length <= 1024 && bytes.toString('latin1').startsWith('version https://git-lfs.github.com/spec/');

/**
 * Renames leave no record in the index: rename/rename is one path with only a base beside a path with only ours and one
 * with only theirs; rename/delete is a modify/delete at a path the base commit does not have.
 */
async function findRenames(
  repo: Repository,
  staged: ReadonlyMap<string, Stages>,
  options: Options,
): Promise<Map<string, Kind>> {
  const found = new Map<string, Kind>();
  const gone = [...staged].filter(([, { base, left, right }]) => base && !left && !right);
  const ours = [...staged].filter(([, { base, left, right }]) => !base && left && !right);
  const theirs = [...staged].filter(([, { base, left, right }]) => !base && !left && right);
  for (const [path] of gone) {
    const pair = pairUp(ours, theirs, found, gone.length === 1);
    if (!pair) continue;
    const [to, other] = pair;
    const title = `${path} renamed to ${to} by ours, to ${other} by theirs`;
    for (const one of [path, to, other]) {
      found.set(one, { kind: 'rename-rename', title, related: [path, to, other].filter((name) => name !== one) });
    }
  }
  await findRenameDeletes(repo, staged, found, options);
  for (const [path, { left }] of [...ours, ...theirs]) {
    const aside = [...staged.keys()].find((other) => other.startsWith(`${path}~`));
    if (found.has(path) || aside === undefined) continue;
    const [here, there] = left ? ['ours', 'theirs'] : ['theirs', 'ours'];
    const title = `added by ${here}, where ${there} has another kind of file, which git moved to ${aside}`;
    found.set(path, { kind: 'added-by-one', title, side: left ? 'left' : 'right', related: [aside] });
  }
  return found;
}

/** Both new names carry the same merged text; with a single candidate on each side no proof is needed. */
function pairUp(
  ours: readonly [string, Stages][],
  theirs: readonly [string, Stages][],
  taken: ReadonlyMap<string, Kind>,
  alone: boolean,
): [string, string] | undefined {
  const freeOurs = ours.filter(([path]) => !taken.has(path));
  const freeTheirs = theirs.filter(([path]) => !taken.has(path));
  for (const [to, { left }] of freeOurs) {
    const other = freeTheirs.find(([, { right }]) => right?.oid === left?.oid);
    if (other) return [to, other[0]];
  }
  const [one] = freeOurs;
  const [two] = freeTheirs;
  return alone && freeOurs.length === 1 && freeTheirs.length === 1 && one && two ? [one[0], two[0]] : undefined;
}

async function findRenameDeletes(
  repo: Repository,
  staged: ReadonlyMap<string, Stages>,
  found: Map<string, Kind>,
  options: Options,
): Promise<void> {
  const suspects = [...staged].filter(([, { base, left, right }]) => base && !left !== !right);
  if (suspects.length === 0) return;
  const base = await mergeBase(repo, options);
  if (base === undefined) return;
  const tree = await inRepository(repo, ['ls-tree', '-r', '-z', '--full-tree', base], { signal: options.signal });
  const pathsOf = new Map<string, string[]>();
  const there = new Set<string>();
  for (const entry of fields(tree.stdout)) {
    const match = /^\d+ \w+ ([0-9a-f]+)\t([\s\S]*)$/.exec(entry);
    if (!match) continue;
    const [, oid = '', path = ''] = match;
    there.add(path);
    pathsOf.set(oid, [...(pathsOf.get(oid) ?? []), path]);
  }
  for (const [path, { base: stage, left }] of suspects) {
    const from = stage && originOf(path, pathsOf.get(stage.oid) ?? []);
    if (there.has(path) || from === undefined) continue;
    const [renamed, deleted] = left ? ['ours', 'theirs'] : ['theirs', 'ours'];
    const side = left ? 'right' : 'left';
    if (path.startsWith(`${from}~`)) {
      const title = `${from} of ${renamed}, moved aside by git: ${deleted} has something else there`;
      found.set(path, { kind: 'modify-delete', title, side, related: [from] });
      continue;
    }
    const title = `${from} renamed to ${path} by ${renamed}, deleted by ${deleted}`;
    found.set(path, { kind: 'rename-delete', title, side, related: [from] });
  }
}

/** The old path of that very content: where several had it, the one that git moved aside, or that had the same name. */
function originOf(path: string, all: readonly string[]): string | undefined {
  const nameOf = (one: string) => one.slice(one.lastIndexOf('/') + 1);
  const aside = all.find((one) => path.startsWith(`${one}~`));
  return aside ?? (all.length === 1 ? all[0] : all.find((one) => nameOf(one) === nameOf(path)));
}

/** The commit whose tree stage 1 came from, for the operations that leave a name for theirs. */
async function mergeBase(repo: Repository, options: Options): Promise<string | undefined> {
  const ask = (...args: string[]) => askRepository(repo, args, { signal: options.signal });
  const merged = await ask('rev-parse', '--verify', '--quiet', 'MERGE_HEAD');
  if (merged) return (await ask('merge-base', 'HEAD', merged)) || undefined;
  const reverted = await ask('rev-parse', '--verify', '--quiet', 'REVERT_HEAD');
  if (reverted) return reverted;
  for (const name of ['CHERRY_PICK_HEAD', 'REBASE_HEAD']) {
    const parent = await ask('rev-parse', '--verify', '--quiet', `${name}^`);
    if (parent) return parent;
  }
  return undefined;
}
