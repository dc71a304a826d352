/** The two commits a submodule's conflict is about: whether one holds the other, and else which merge of the submodule's holds both. */
import { GitProblem } from './git.ts';
import { askRepository, inRepository, onDisk, openRepository, type Repository } from './repository.ts';
import type { Stages } from './unmerged.ts';

export interface SubmoduleLines {
  /** Abbreviated. */
  readonly left: string;
  readonly right: string;
  /** The side whose commit holds the other's; `apart`: neither does; `unknown`: a commit is not there, the history is cut off before it tells, or the submodule is not checked out. */
  readonly relation: 'left' | 'right' | 'apart' | 'unknown';
  /** Of commits on different lines, a merge that the submodule has already and that holds both; the oldest. */
  readonly merge?: { readonly commit: string; readonly title: string };
}

/** So many merges are looked at. */
const MERGES = 200;

/** Undefined where a side has no commit there. Only reads, in the submodule as it lies there. */
export async function submoduleLines(
  repo: Repository,
  path: string,
  { left, right }: Stages,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<SubmoduleLines | undefined> {
  if (left?.mode !== '160000' || right?.mode !== '160000') return undefined;
  const known = { left: left.oid.slice(0, 10), right: right.oid.slice(0, 10) };
  const inside = await openRepository(onDisk(repo, path)).catch(() => undefined);
  // Where nothing is checked out git finds the repository around it.
  if (!inside || inside.root === repo.root) return { ...known, relation: 'unknown' };
  const ask = (...args: string[]) => askRepository(inside, args, options);
  /** Undefined where git cannot tell. */
  const holds = async (commit: string, other: string): Promise<boolean | undefined> => {
    try {
      const args = ['merge-base', '--is-ancestor', other, commit];
      return (await inRepository(inside, args, { ...options, ok: [0, 1] })).code === 0;
    } catch (problem) {
      if (problem instanceof GitProblem && problem.code !== undefined) return undefined;
      throw problem;
    }
  };
  const both = await Promise.all([left.oid, right.oid].map((oid) => ask('cat-file', '-e', `${oid}^{commit}`)));
  if (both.includes(undefined)) return { ...known, relation: 'unknown' };
  const held = { left: await holds(left.oid, right.oid), right: await holds(right.oid, left.oid) };
  if (held.left) return { ...known, relation: 'left' };
  if (held.right) return { ...known, relation: 'right' };
  // Where the history is cut off git answers no for what lies behind the cut.
  const isWhole = (await ask('rev-parse', '--is-shallow-repository')) === 'false';
  if (held.left === undefined || held.right === undefined || !isWhole) return { ...known, relation: 'unknown' };
  const range = ['--all', `--max-count=${MERGES}`, '--not', left.oid, right.oid];
  const merges = await ask('log', '--merges', '--no-show-signature', '--topo-order', '--format=%H%x00%s', ...range);
  for (const line of (merges ?? '').split('\n').reverse()) {
    const [oid = '', title = ''] = line.split('\0');
    if (oid !== '' && (await holds(oid, left.oid)) && (await holds(oid, right.oid)))
      return { ...known, relation: 'apart', merge: { commit: oid.slice(0, 10), title } };
  }
  return { ...known, relation: 'apart' };
}
