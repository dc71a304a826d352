/** The repository's own last layer of the ranking, kept in git's own directory where all its work trees find it. */
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Repository } from './repository.ts';

export const learnedFile = (repo: Pick<Repository, 'commonDir'>): string =>
  join(repo.commonDir, 'mortise', 'learned.json');

/** What is stored, as parsed JSON; undefined where nothing is, or nothing that can be read. */
export function readLearned(repo: Pick<Repository, 'commonDir'>): unknown {
  try {
    return JSON.parse(readFileSync(learnedFile(repo), 'utf8')) as unknown;
  } catch {
    // Absent, damaged or out of reach: the shipped model ranks alone.
    return undefined;
  }
}

/** Whole or not at all. */
export async function writeLearned(repo: Pick<Repository, 'commonDir'>, value: object): Promise<void> {
  const file = learnedFile(repo);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(value)}\n`);
  await rename(`${file}.part`, file);
}

/** @returns whether there was one. */
export async function forgetLearned(repo: Pick<Repository, 'commonDir'>): Promise<boolean> {
  const known = readLearned(repo) !== undefined;
  await rm(learnedFile(repo), { force: true });
  return known;
}
