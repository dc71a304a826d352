/** The process behind a terminal: runs a program, keeps what it said on the screen, and ends as the program did. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { processOf, type Shown } from '../../extension/shown.ts';

const running: ChildProcessByStdio<Writable | null, Readable, null>[] = [];
afterEach(() => {
  for (const one of running.splice(0)) one.kill('SIGKILL');
});

/** As a terminal starts it; answers once the program has ended. */
async function shown(program: Shown, stdin: 'pipe' | 'ignore') {
  const { shellPath, shellArgs, env } = processOf(program, process);
  const child = spawn(shellPath, shellArgs, {
    stdio: [stdin, 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  }) as ChildProcessByStdio<Writable | null, Readable, null>;
  running.push(child);
  let said = '';
  for await (const part of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(part);
    if (said.includes('Press any key')) break;
  }
  return { child, said };
}

const node = (script: string, env: Record<string, string> = {}): Shown => ({
  command: process.execPath,
  args: ['-e', script, 'two words', '$HOME'],
  env,
});

it('waits for a key, then ends with the exit code of the program', async () => {
  const script =
    'console.log(process.argv.slice(1).join("|"), process.env.MINE, process.env.MORTISE_ENV); process.exitCode = 3';
  const { child, said } = await shown(node(script, { MINE: 'yes' }), 'pipe');
  expect(said).toContain('two words|$HOME yes undefined');
  expect(said).toContain('Ended with exit code 3.');
  expect(child.exitCode).toBeNull();
  child.stdin?.write('x');
  expect(await once(child, 'exit')).toEqual([3, null]);
});

it('ends well where the program did', async () => {
  const { child } = await shown(node(''), 'pipe');
  child.stdin?.write('\n');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it.each(['ignore', 'pipe'] as const)(
  'stays where nothing can be typed any more (%s), until it is told to go',
  async (stdin) => {
    const { child } = await shown(node('process.exitCode = 1'), stdin);
    child.stdin?.end();
    const first = await Promise.race([once(child, 'exit'), new Promise((done) => setTimeout(done, 700, 'stays'))]);
    expect(first).toBe('stays');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([1, null]);
  },
);

it('goes with its terminal', async () => {
  const { child } = await shown(node(''), 'ignore');
  child.kill('SIGHUP');
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
});

it('tells of a program that is not there, or was killed', async () => {
  const none = await shown({ command: '/nowhere/git', args: [] }, 'pipe');
  expect(none.said).toContain('ENOENT');
  none.child.stdin?.write('x');
  expect(await once(none.child, 'exit')).toEqual([127, null]);
  const killed = await shown(node('process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9999)'), 'pipe');
  expect(killed.said).toContain('Ended by SIGTERM');
  killed.child.stdin?.write('x');
  expect(await once(killed.child, 'exit')).toEqual([143, null]);
});

it('is the program itself on Windows', () => {
  const git = { command: 'git', args: ['merge', '--continue'] };
  const windows = { platform: 'win32', execPath: 'C:\\Code.exe' } as const;
  expect(processOf(git, windows)).toEqual({ shellPath: 'git', shellArgs: ['merge', '--continue'], env: {} });
});
