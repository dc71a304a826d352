/** The program as it is shipped: the bundle's exit codes, help, pipes and colour, and how little `merge` loads. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { shippedRoot } from '../../server/services.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { diverged, folder, merging, openCase, versionCase } from '../support/repositories.ts';

rankByFixedTable();

const dist = join(shippedRoot(), 'dist');
const program = join(dist, 'cli.cjs');
beforeAll(() => {
  if (!existsSync(program)) execFileSync(process.execPath, ['esbuild.mjs'], { cwd: shippedRoot() });
});

function mortise(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const options = { cwd, encoding: 'utf8', env: { ...process.env, ...env }, input: '' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
  return { code: status, out: stdout, err: stderr };
}

describe('mortise', () => {
  it('lists its commands, and each has help that names its exit codes or fields', () => {
    const { code, out } = mortise(folder(), ['--help']);
    expect(code).toBe(0);
    for (const name of ['resolve', 'choose', 'undo', 'merge', 'install', 'doctor', 'batch', 'lsp']) {
      expect(out).toContain(`  ${name} `);
    }
    expect(mortise(folder(), ['resolve', '--help']).out).toContain('Exit code: 0 nothing is left open');
    expect(mortise(folder(), ['help', 'merge']).out).toContain('255 it could not be');
  });

  it('ends with 2 and a way on for what it does not understand', () => {
    expect(mortise(folder(), ['frobnicate'])).toMatchObject({ code: 2, err: expect.stringContaining('--help') });
    const option = mortise(folder(), ['resolve', '--bogus']);
    expect(option).toMatchObject({ code: 2, out: '' });
    expect(option.err).toMatch(
      /^mortise: Unknown option '--bogus'\n"(mortise|node \S+cli\.cjs) resolve --help" says more\.\n$/,
    );
    expect(mortise(folder(), ['resolve'])).toMatchObject({ code: 2, err: expect.stringContaining('-C DIR') });
  });

  it('writes no colour into a pipe unless it is asked to, and none under NO_COLOR', () => {
    const repo = merging({ [openCase.path]: openCase });
    expect(mortise(repo.root, ['resolve']).out).not.toContain('\x1b');
    expect(mortise(repo.root, ['resolve'], { FORCE_COLOR: '1' }).out).toContain('\x1b[');
    expect(mortise(repo.root, ['resolve'], { FORCE_COLOR: '1', NO_COLOR: '1' }).out).not.toContain('\x1b');
  });

  it('takes a reader that stops reading for no error', () => {
    const repo = merging({ [versionCase.path]: versionCase });
    const script = 'set -o pipefail; "$0" "$1" resolve --json --apply none | head -c 1';
    const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, program], {
      cwd: repo.root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect([0, 1]).toContain(status);
  });

  it('obeys GIT_DIR and GIT_WORK_TREE, given relative', () => {
    const repo = merging({ [openCase.path]: openCase });
    const env = { GIT_DIR: '.git', GIT_WORK_TREE: '.' };
    const { code, out } = mortise(repo.root, ['check'], env);
    expect(code).toBe(1);
    expect(out).toBe(`${openCase.path}:1: unmerged, conflict markers\n`);
  });

  it('undoes driver and resolve together: back to the conflict as git left it', () => {
    const lines = (version: string, mode: string) => `version=${version}\n${'x\n'.repeat(9)}mode=${mode}\n`;
    const versions = { base: lines('1.0', 'slow'), ours: lines('1.2', 'fast'), theirs: lines('1.1', 'off') };
    const repo = diverged({ 'a.properties': versions });
    mortise(repo.root, ['install', '--driver-only']);
    repo.tryGit(['merge', 'topic'], { MORTISE: '0' });
    const before = repo.read('a.properties');
    repo.git('merge', '--abort');
    repo.tryGit(['merge', 'topic']);
    expect(repo.read('a.properties')).toContain('\nmode=fast\n=');
    expect(repo.read('a.properties').startsWith('version=1.2\n')).toBe(true);
    expect(mortise(repo.root, ['choose', 'a.properties', 'theirs']).code).toBe(0);
    expect(repo.read('a.properties')).toBe(lines('1.2', 'off'));
    expect(mortise(repo.root, ['undo', '--all'])).toMatchObject({ code: 0, err: '' });
    expect(repo.read('a.properties')).toBe(before);
  });
});

describe('a clean merge', () => {
  it('reads the small bundle alone, which knows neither grammars nor the protocol', () => {
    const at = folder();
    const text = (first: string, last: string) => `${first}\n1\n2\n3\n4\n${last}\n`;
    for (const [name, content] of Object.entries({ o: text('a', 'z'), a: text('b', 'z'), b: text('a', 'y') })) {
      writeFileSync(join(at, name), content);
    }
    const trace = 'process.on("exit",()=>console.error(Object.keys(require("module")._cache).join("\\n")))';
    writeFileSync(join(at, 'trace.cjs'), trace);
    const args = ['--require', join(at, 'trace.cjs'), program, 'merge', 'o', 'a', 'b', '-o', 'out'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: at, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(readFileSync(join(at, 'out'), 'utf8')).toBe(text('b', 'y'));
    expect(stderr.trim().split('\n').sort()).toEqual([program, join(at, 'trace.cjs')].sort());
    expect(statSync(program).size).toBeLessThan(60_000);
  });
});
