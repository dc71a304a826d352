/** What a merge would conflict on, by `git merge-tree`: no work tree, index or ref is touched. */
import { isUtf8 } from 'node:buffer';
import { type MergeAttributes, mergeAttributes } from './attributes.ts';
import { blobsAt, readBlobs } from './blobs.ts';
import { fields, GitProblem, gitVersion } from './git.ts';
import type { Operation } from './operation.ts';
import { type Nested, ownSides } from './ownSides.ts';
import { askRepository, inRepository, type Repository } from './repository.ts';
import { looksBinary, type Stage } from './unmerged.ts';

export interface PredictedFile {
  readonly path: string;
  /** The three texts, where both sides have the file as UTF-8 text. */
  readonly texts?: { readonly base?: string; readonly left: string; readonly right: string };
  /** What git would leave in the work tree, markers included; with `texts`. */
  readonly merged?: string;
  /** Sides that git would merge first, and stop in. */
  readonly nested?: Nested;
  readonly attributes: MergeAttributes;
}

export interface Prediction {
  /** Commits that HEAD lacks. */
  readonly incoming: number;
  readonly files: readonly PredictedFile[];
  /** What git says of each conflict that has no markers: deleted, renamed, binary. */
  readonly messages: readonly string[];
  /** The merge as it would stop; its base is absent for unrelated histories. */
  readonly operation: Operation;
}

type Options = { readonly signal?: AbortSignal | undefined };

/**
 * Merge HEAD with a revision in memory.
 * @throws GitProblem when the revision is unknown or git is older than 2.38.
 */
export async function predictMerge(repo: Repository, revision: string, options: Options = {}): Promise<Prediction> {
  const [major, minor] = await gitVersion();
  if (major < 2 || (major === 2 && minor < 38)) {
    throw new GitProblem(`a preview needs git 2.38 or later (git merge-tree); this is ${major}.${minor}.`);
  }
  const theirs = await askRepository(repo, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  if (!theirs) throw new GitProblem(`"${revision}" names no commit here. "git branch -a" lists the branches.`);
  // Our own driver must not run, nor log what never happens.
  const env = { MORTISE: '0' };
  // Git says the name it was given.
  const name = revision.startsWith('-') ? theirs : revision;
  const args = ['merge-tree', '--write-tree', '-z', '--messages', 'HEAD', name];
  const answer = await inRepository(repo, args, { ...options, env, ok: [0, 1] });
  const incoming = Number((await askRepository(repo, ['rev-list', '--count', `HEAD..${theirs}`], options)) ?? 0);
  const parts = fields(answer.stdout);
  const { staged, messages } = answer.code === 0 ? { staged: new Map(), messages: [] } : readMergeTree(parts);
  return {
    incoming,
    files: await readFiles(repo, parts[0] ?? '', { staged, theirs }, options),
    messages,
    operation: await operationOf(repo, { name, theirs }, options),
  };
}

type Stages = { base?: Stage; left?: Stage; right?: Stage };

/** What git leaves open: the stages of each conflicted path, and what it says of those without markers. */
export interface MergeTree {
  readonly staged: Map<string, Stages>;
  readonly messages: readonly string[];
}

/** `<tree> (<mode> <oid> <stage>\t<path>)* "" (<n> <path>… <type> <message>)*`, each ended by a NUL. */
export function readMergeTree(parts: readonly string[]): MergeTree {
  const staged = new Map<string, Stages>();
  let at = 1;
  for (; at < parts.length && parts[at] !== ''; at++) {
    const match = /^(\d+) ([0-9a-f]+) ([123])\t([\s\S]*)$/.exec(parts[at] ?? '');
    if (!match) continue;
    const [, mode = '', oid = '', number, path = ''] = match;
    const name = number === '1' ? 'base' : number === '2' ? 'left' : 'right';
    staged.set(path, { ...staged.get(path), [name]: { mode, oid } });
  }
  const messages: string[] = [];
  for (at++; at < parts.length; ) {
    const paths = Number(parts[at] ?? 0);
    const type = parts[at + paths + 1] ?? '';
    const message = (parts[at + paths + 2] ?? '').trim();
    if (type.startsWith('CONFLICT') && !type.includes('contents')) messages.push(message);
    at += paths + 3;
  }
  return { staged, messages };
}

async function readFiles(
  repo: Repository,
  tree: string,
  { staged, theirs }: { readonly staged: ReadonlyMap<string, Stages>; readonly theirs: string },
  options: Options,
): Promise<PredictedFile[]> {
  const both = [...staged].filter(([, { left, right }]) => isFile(left) && isFile(right));
  const paths = both.map(([path]) => path);
  const merged = await blobsAt(repo, tree, paths, options);
  const sides = both.flatMap(([, { base, left, right }]) => [base, left, right].flatMap((stage) => stage?.oid ?? []));
  const oids = [...sides, ...merged.values()];
  const [blobs, attributes] = await Promise.all([
    readBlobs(repo, oids, options),
    mergeAttributes(repo, [...staged.keys()], options),
  ]);
  const files = [...staged].map(async ([path, { base, left, right }]): Promise<PredictedFile> => {
    const own = attributes.get(path) ?? { markerSize: 7, binary: false };
    const none = { path, attributes: own };
    if (own.binary || !isFile(left) || !isFile(right)) return none;
    const [b, l, r] = [base && blobs.get(base.oid), blobs.get(left?.oid ?? ''), blobs.get(right?.oid ?? '')];
    if (!l || !r || [b, l, r].some((bytes) => bytes && (looksBinary(bytes) || !isUtf8(bytes)))) return none;
    const texts = { ...(b ? { base: b.toString('utf8') } : {}), left: l.toString('utf8'), right: r.toString('utf8') };
    const text = blobs.get(merged.get(path) ?? '')?.toString('utf8');
    const about = { path, markerSize: own.markerSize, mode: left?.mode ?? '', ...texts };
    const made = await ownSides(repo, about, { ...options, theirs });
    const sides = made ? { nested: made.nested, texts: { ...texts, left: made.left, right: made.right } } : { texts };
    return { ...none, ...sides, ...(text === undefined ? {} : { merged: text }) };
  });
  return Promise.all(files);
}

const isFile = (stage: Stage | undefined): boolean => stage?.mode.startsWith('100') === true;

async function operationOf(
  repo: Repository,
  { name, theirs }: { readonly name: string; readonly theirs: string },
  options: Options,
): Promise<Operation> {
  const base = await askRepository(repo, ['merge-base', 'HEAD', theirs], options);
  const left = await askRepository(repo, ['rev-parse', '--verify', '--quiet', 'HEAD'], options);
  return {
    kind: 'merge',
    title: `merging ${name}`,
    left: { name: 'HEAD', text: 'HEAD' },
    right: { name, text: name },
    commits: { ...(base ? { base } : {}), ...(left ? { left } : {}), right: theirs },
    key: `preview ${left} ${theirs}`,
  };
}
