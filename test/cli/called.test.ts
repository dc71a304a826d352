/** Commands that are printed must work where they are typed. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { asArgument, called, calling } from '../../server/cli/called.ts';
import { type Io, plainStyle } from '../../server/cli/io.ts';
import { openRepository } from '../../server/git/repository.ts';
import { repository } from '../support/repositories.ts';

const nothing = () => undefined;
const standing = (cwd: string, program?: string): Io => ({
  ...{ out: nothing, outBytes: nothing, err: nothing, style: plainStyle, live: false, stdin: Readable.from([]) },
  ...{ cwd, program },
});

describe('the name of the program', () => {
  const root = mkdtempSync(join(tmpdir(), 'mortise-called-'));
  const program = join(root, 'tool', 'dist', 'cli.cjs');

  it('is mortise where the shell finds it, else the file that runs, from where the user stands', () => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, process.platform === 'win32' ? 'mortise.cmd' : 'mortise'), '');
    expect(called(standing(root, program), { PATH: bin })).toBe('mortise');
    expect(called(standing(root, program), { PATH: '' })).toBe(`node ${join('tool', 'dist', 'cli.cjs')}`);
    expect(called(standing('/', program), { PATH: '' })).toMatch(/^node \S+cli\.cjs$/);
    const installed = join(root, 'node_modules', 'mortise', 'dist', 'cli.cjs');
    expect(called(standing(root, installed), { PATH: '', npm_command: 'exec' })).toBe('npx mortise');
    expect(called(standing(root, program), { PATH: '', npm_command: 'exec' })).toMatch(/^node /);
  });

  it('is not taken from the path that npm makes for its scripts', () => {
    const own = join(root, 'node_modules', '.bin');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, process.platform === 'win32' ? 'mortise.cmd' : 'mortise'), '');
    expect(called(standing(root, program), { PATH: own })).toMatch(/^node /);
  });

  it('is followed by the repository where the user stands outside of it, and paths are from there', async () => {
    const made = repository();
    const repo = await openRepository(made.root);
    const inside = standing(made.root);
    expect([calling(inside, repo, 'choose'), asArgument(inside, repo, 'a b.ts', 3)]).toEqual([
      'mortise choose',
      "'a b.ts:3'",
    ]);
    const outside = standing(root);
    expect(calling(outside, repo, 'undo')).toMatch(/^mortise undo -C \S+$/);
    expect(asArgument(outside, repo, 'src/a.ts')).toBe('src/a.ts');
  });
});
