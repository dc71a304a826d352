/**
 * Drives `dist/cli.cjs batch` as any other program would. A child that dies answers what it was asked with errors and is
 * started again: a benchmark counts failures, it does not fall over them.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface BatchResolution {
  readonly text: string;
  readonly confidence: number;
  readonly tier: string;
  readonly origin: string;
}

export interface ConflictAnswer {
  readonly resolutions: readonly BatchResolution[];
  readonly ms: number;
}

export interface FileAnswer {
  readonly text: string;
  readonly clean: boolean;
  readonly conflicts: number;
  readonly applied: readonly { readonly tier: string; readonly origin: string; readonly confidence: number }[];
  readonly open: readonly {
    readonly start: number;
    readonly end: number;
    readonly resolutions: readonly BatchResolution[];
  }[];
  readonly ms: number;
}

export interface BatchError {
  readonly error: string;
}

export const failed = (answer: object): answer is BatchError => 'error' in answer;

/** A request with no answer after that is an error, and the child is started anew. */
const PATIENCE_MS = 120_000;

export class Batch {
  private readonly command: readonly string[];
  private child: ChildProcessWithoutNullStreams | undefined;
  private readonly waiting: { readonly settle: (answer: object) => void; readonly timer: NodeJS.Timeout }[] = [];
  private complaint = '';

  /** `command`: program and arguments, such as `['node', 'dist/cli.cjs', 'batch']`. */
  constructor(command: readonly string[]) {
    this.command = command;
  }

  /** One request; `id` is added. The caller knows which answer belongs to which kind. */
  ask<T extends object>(request: object): Promise<T | BatchError> {
    const child = this.child ?? this.start();
    return new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      this.waiting.push({ settle: (answer) => resolve(answer as T | BatchError), timer });
      child.stdin.write(`${JSON.stringify({ id: 0, ...request })}\n`);
    });
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** What the child said on standard error, the last of it. */
  get said(): string {
    return this.complaint;
  }

  async close(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.end();
    await ended;
  }

  private start(): ChildProcessWithoutNullStreams {
    const [program = 'node', ...args] = this.command;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child = child;
    createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      const asked = this.waiting.shift();
      if (!asked) return;
      clearTimeout(asked.timer);
      asked.settle(parsed(line));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.complaint = (this.complaint + chunk.toString('utf8')).slice(-4000);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.ended(child, error.message));
    child.on('close', (code) => this.ended(child, `batch ended with code ${code}`));
    return child;
  }

  private ended(child: ChildProcessWithoutNullStreams, why: string): void {
    if (this.child !== child) return;
    this.child = undefined;
    for (const { settle, timer } of this.waiting.splice(0)) {
      clearTimeout(timer);
      settle({ error: `${why}: ${this.complaint.trim().slice(-500)}` });
    }
  }
}

function parsed(line: string): object {
  try {
    const answer: unknown = JSON.parse(line);
    return typeof answer === 'object' && answer !== null ? answer : { error: 'no object' };
  } catch {
    return { error: `not JSON: ${line.slice(0, 200)}` };
  }
}

/** CPU time a process has used, in milliseconds, with its threads: Linux alone tells; undefined elsewhere. */
export function cpuMs(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    let nanoseconds = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    }
    return nanoseconds / 1e6;
  } catch {
    return undefined;
  }
}

/** Memory a process holds, in MB; undefined where it cannot be told. */
export function residentMb(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined;
  }
}

/** Runs `work` over items, at most `width` at a time, in order of the items. */
export async function eachOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const item of items) {
    const one = work(item).finally(() => running.delete(one));
    running.add(one);
    if (running.size >= width) await Promise.race(running);
  }
  await Promise.all(running);
}
