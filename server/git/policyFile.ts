/**
 * `.mortise.json` at the top of a repository: paths that nothing in bulk may touch, and how much may be applied. It comes with
 * the repository, so it can only make Mortise more careful: HEAD's and the work tree's both hold, and one that cannot be read
 * stops everything in bulk.
 */
import { isUtf8 } from 'node:buffer';
import { matchesGlob } from '../text/glob.ts';
import { inRepository, onDisk, type Repository } from './repository.ts';
import { readRegular } from './write.ts';

export const policyName = '.mortise.json';
const MOST_BYTES = 65_536;

export interface RepositoryPolicy {
  /** Patterns of paths that are never resolved in bulk. */
  readonly never: readonly string[];
  /** The lowest tier that may be applied in bulk; `likely` limits nothing. */
  readonly apply: 'likely' | 'safe' | 'none';
  /** What is wrong with the file: nothing is applied in bulk then. */
  readonly problem?: string;
}

export const noPolicy: RepositoryPolicy = { never: [], apply: 'likely' };

export async function repositoryPolicy(repo: Repository): Promise<RepositoryPolicy> {
  const [head, here] = await Promise.all([
    inRepository(repo, ['cat-file', 'blob', `HEAD:${policyName}`], { ok: [0, 1, 128] }),
    readRegular(onDisk(repo, policyName)),
  ]);
  const found = [...(head.code === 0 ? [parsePolicy(head.stdout)] : []), ...(here ? [parsePolicy(here)] : [])];
  return found.reduce(stricter, noPolicy);
}

function stricter(one: RepositoryPolicy, other: RepositoryPolicy): RepositoryPolicy {
  const order = ['none', 'safe', 'likely'] as const;
  const apply = order.find((tier) => tier === one.apply || tier === other.apply) ?? 'none';
  const problem = one.problem ?? other.problem;
  return { never: [...new Set([...one.never, ...other.never])], apply, ...(problem === undefined ? {} : { problem }) };
}

export function parsePolicy(bytes: Buffer): RepositoryPolicy {
  const broken = (why: string): RepositoryPolicy => ({ never: [], apply: 'none', problem: `${policyName} ${why}` });
  if (bytes.length > MOST_BYTES || !isUtf8(bytes)) return broken('is too long, or not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch {
    return broken('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return broken('is no JSON object');
  const { never = [], apply = 'likely', ...rest } = value as Record<string, unknown>; // Read field by field below.
  const [unknown] = Object.keys(rest);
  // A rule that was mistyped was meant to hold something back.
  if (unknown !== undefined) return broken(`has a field "${unknown}" that Mortise does not know`);
  if (!Array.isArray(never) || !never.every((one): one is string => typeof one === 'string'))
    return broken('has a "never" that is no list of path patterns');
  if (apply !== 'likely' && apply !== 'safe' && apply !== 'none')
    return broken('has an "apply" that is not safe, likely or none');
  return { never, apply };
}

/** Why nothing in bulk may be applied to a path; undefined where it may, as far as the tier allows. */
export function heldByPolicy(
  { never, apply, problem }: RepositoryPolicy,
  path: string,
  tier: string,
): string | undefined {
  if (problem !== undefined) return problem;
  if (never.some((pattern) => matchesGlob(pattern, path))) return `${policyName} says never`;
  if (apply === 'none' || (apply === 'safe' && tier !== 'safe')) return `${policyName} allows ${apply} in bulk`;
  return undefined;
}
