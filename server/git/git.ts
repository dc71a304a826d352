/**
 * The one place that starts a process: git, with an argument array and no shell. Repository hooks, the fsmonitor command,
 * aliases, pagers and editors never run; reads take no optional locks; output is bytes. Works with git 2.30 and later.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface GitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly input?: string | Uint8Array | undefined;
  /** Exit codes that are an answer, not a failure. Default: 0 alone. */
  readonly ok?: readonly number[] | undefined;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The command writes (index, refs, config): optional locks may be taken. */
  readonly writes?: boolean | undefined;
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What git could not do, said for people: what happened, where, and what to do about it. */
export class GitProblem extends Error {
  override readonly name = 'GitProblem';
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

const quiet = [
  '--no-pager',
  '-c',
  'core.quotepath=off',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'color.ui=false',
  '-c',
  'advice.detachedHead=false',
];

/**
 * What a partial clone lacks stays missing: git would fetch it, with the commands that the repository's own configuration names.
 * Git before 2.45 does not know the first; with no protocol allowed it cannot either.
 */
export const OFFLINE = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' } as const;

function environment(options: GitOptions): NodeJS.ProcessEnv {
  const locks = options.writes ? {} : { GIT_OPTIONAL_LOCKS: '0' };
  const fixed = { LC_ALL: 'C', LANGUAGE: 'C', GIT_TERMINAL_PROMPT: '0', GIT_EDITOR: ':', ...OFFLINE };
  return { ...process.env, ...fixed, ...locks, ...options.env };
}

/**
 * Another git at work (an editor's own looks at the index again and again) holds the index for a moment. Git takes the lock before
 * it does anything else, so it is asked again, after so many milliseconds each time; a lock that stays was left behind.
 */
const WAITS = [50, 100, 200, 400, 800];
const isHeld = ({ code, stderr }: GitAnswer): boolean => code !== 0 && /index\.lock': File exists/.test(stderr);

/**
 * Run git in a folder and read all it says.
 * @throws GitProblem when git is missing or exits with a code not in `ok`; the signal's reason when aborted.
 */
export async function runGit(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  options.signal?.throwIfAborted();
  let answer = await collect(startGit(cwd, args, options), options);
  for (const wait of options.writes ? WAITS : []) {
    if (!isHeld(answer)) break;
    await sleep(wait);
    options.signal?.throwIfAborted();
    answer = await collect(startGit(cwd, args, options), options);
  }
  options.signal?.throwIfAborted();
  if (!(options.ok ?? [0]).includes(answer.code)) {
    const said = answer.stderr.trim() || `it ended with code ${answer.code}`;
    throw new GitProblem(`git ${commandOf(args)} failed in ${cwd}: ${said}`, answer.code);
  }
  return answer;
}

/** What git prints, as text without the last line end. */
export async function gitText(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await runGit(cwd, args, options)).stdout.toString('utf8').replace(/\r?\n$/, '');
}

/** As `gitText`, or undefined where git exits with anything but 0. */
export async function tryGit(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string | undefined> {
  try {
    return await gitText(cwd, args, options);
  } catch (problem) {
    if (problem instanceof GitProblem && problem.code !== undefined) return undefined;
    throw problem;
  }
}

/** Fields of NUL-separated output (`-z`). */
export function fields(output: Buffer): string[] {
  const text = output.toString('utf8');
  if (text === '') return [];
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');
}

function commandOf(args: readonly string[]): string {
  return args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-c') ?? '';
}

function startGit(cwd: string, args: readonly string[], options: GitOptions): ChildProcess {
  return spawn('git', [...quiet, ...args], {
    cwd,
    env: environment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

function collect(child: ChildProcess, options: GitOptions): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        reject(new GitProblem('git was not found. Install git 2.30 or later and make sure it is on PATH.'));
      } else reject(error);
    });
    child.on('close', (code) => {
      resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') });
    });
    // git may end before it has read all its input; its exit code tells what matters.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** Version of the installed git, as [major, minor]. */
export async function gitVersion(): Promise<readonly [number, number]> {
  const text = await gitText(process.cwd(), ['version']);
  const match = /(\d+)\.(\d+)/.exec(text);
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
}
