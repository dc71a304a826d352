/** The real `git merge-file`, for holding our port against it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Merge3 } from '../../server/merge/conflict.ts';

export function gitMergeFile(sides: Merge3<string>, ...options: string[]): { text: string; conflicts: number } {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-git-'));
  try {
    const files = (['left', 'base', 'right'] as const).map((name) => {
      writeFileSync(join(folder, name), sides[name]);
      return join(folder, name);
    });
    const run = spawnSync(
      'git',
      ['merge-file', '-p', '-q', '-L', 'ours', '-L', 'base', '-L', 'theirs', ...options, ...files],
      { maxBuffer: 1 << 28 },
    );
    return { text: run.stdout.toString('utf8'), conflicts: run.status ?? -1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
