/**
 * Files that both sides added under one number: migrations and records of decisions are run, or named, by it. They have different paths,
 * so git merges them without a word.
 */
import { existsSync } from 'node:fs';
import { fields } from './git.ts';
import type { Operation } from './operation.ts';
import { inRepository, onDisk, type Repository } from './repository.ts';

export interface SameNumber {
  readonly folder: string;
  readonly number: string;
  /** Paths, of one each as a rule. */
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

type Options = { readonly signal?: AbortSignal | undefined };

/** `0012_add_users.sql`, `V12__add_users.sql`, `20240102030405_add_users.rb` */
const NUMBERED = /^[Vv]?(\d{2,})[_.-]\D|^[Vv](\d+)__/;
/** Elsewhere a number is a date, a page or a picture. */
const FOLDER =
  /(?:^|[/_.-])(?:migrations?|migrate|alembic|flyway|versions|changelogs?|changesets?|schema|db|sql|adrs?|decisions|rfcs?)(?=$|[/_.-])/i;

/** Empty where not all three commits are known. @throws GitProblem when git fails. */
export async function sameNumbers(
  repo: Repository,
  { commits: { base, left, right } }: Pick<Operation, 'commits'>,
  options: Options = {},
): Promise<SameNumber[]> {
  if (!base || !left || !right) return [];
  const [ours = [], theirs = []] = await Promise.all([left, right].map((side) => addedBy(repo, base, side, options)));
  const known = new Set([...ours, ...theirs].filter((path) => ours.includes(path) && theirs.includes(path)));
  const byNumber = new Map<string, { folder: string; number: string; ours: string[]; theirs: string[] }>();
  for (const [side, paths] of [
    ['ours', ours],
    ['theirs', theirs],
  ] as const)
    for (const path of paths) {
      const at = numberOf(path);
      if (!at || known.has(path)) continue;
      const key = `${at.folder} ${Number(at.number)}`;
      const one = byNumber.get(key) ?? { ...at, ours: [], theirs: [] };
      byNumber.set(key, one);
      one[side].push(path);
    }
  // `0012_a.up.sql` and `0012_a.down.sql` are one side's pair.
  return [...byNumber.values()].filter((one) => one.ours.length > 0 && one.theirs.length > 0);
}

/** Those of which files of both sides still lie there, with these alone: one that was given another number is what was wanted. */
export function stillOnDisk(repo: Repository, all: readonly SameNumber[]): SameNumber[] {
  const isThere = (path: string) => existsSync(onDisk(repo, path));
  return all
    .map((one) => ({ ...one, ours: one.ours.filter(isThere), theirs: one.theirs.filter(isThere) }))
    .filter(({ ours, theirs }) => ours.length > 0 && theirs.length > 0);
}

/** So many files of one side are named. */
const NAMED = 3;

/** For people, without a capital or a full stop. */
export function saidOfNumber({ folder, number, ours, theirs }: SameNumber): string {
  const names = (paths: readonly string[]) => {
    const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
    return `${paths
      .slice(0, NAMED)
      .map((path) => path.slice(path.lastIndexOf('/') + 1))
      .join(', ')}${more}`;
  };
  return `both sides added number ${number} to ${folder}: ${names(ours)} (ours), ${names(theirs)} (theirs)`;
}

function numberOf(path: string): { readonly folder: string; readonly number: string } | undefined {
  const cut = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, Math.max(0, cut)), path.slice(cut + 1)];
  const found = NUMBERED.exec(name);
  const number = found?.[1] ?? found?.[2];
  return number === undefined || !FOLDER.test(folder) ? undefined : { folder, number };
}

async function addedBy(repo: Repository, base: string, side: string, { signal }: Options): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=A', base, side];
  const { stdout } = await inRepository(repo, args, { signal });
  return fields(stdout);
}
