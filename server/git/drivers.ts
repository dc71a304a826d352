/** Merge drivers that attributes name, and where: git says nothing when one of them is not registered. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fields } from './git.ts';
import { inRepository, onDisk, type Repository } from './repository.ts';

export interface NamedDriver {
  readonly name: string;
  /** The attributes file, absolute. */
  readonly file: string;
}

/** Drivers named by the work tree's attribute files, the repository's own, and those given (the user's). */
export async function namedDrivers(repo: Repository, more: readonly string[] = []): Promise<NamedDriver[]> {
  const args = ['ls-files', '-co', '--exclude-standard', '-z', '--', '.gitattributes', '**/.gitattributes'];
  const tracked = fields((await inRepository(repo, args)).stdout).map((path) => onDisk(repo, path));
  const files = [...new Set([...tracked, join(repo.commonDir, 'info', 'attributes'), ...more])];
  const found = new Map<string, NamedDriver>();
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const line of text.split(/\r?\n/)) {
      const name = line.startsWith('#') ? undefined : /\smerge=(\S+)/.exec(line)?.[1];
      if (name !== undefined) found.set(`${name}\0${file}`, { name, file });
    }
  }
  return [...found.values()];
}
