/**
 * Real repositories for tests, made by git in a temporary folder and removed after the file. The user's and the system's
 * git configuration are switched off for this process, so that every machine sees the same git.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll } from 'vitest';
import { type Io, plainStyle } from '../../server/cli/io.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-test-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));

export const globalConfig = join(base, 'gitconfig');
writeFileSync(globalConfig, '');
const person = { NAME: 'Ada Lovelace', EMAIL: 'ada@example.org', DATE: '2026-01-02T03:04:05Z' };
Object.assign(process.env, {
  GIT_CONFIG_GLOBAL: globalConfig,
  GIT_CONFIG_NOSYSTEM: '1',
  XDG_CONFIG_HOME: join(base, 'xdg'),
  GIT_EDITOR: 'true',
  LC_ALL: 'C',
  ...Object.fromEntries(Object.entries(person).map(([key, value]) => [`GIT_AUTHOR_${key}`, value])),
  ...Object.fromEntries(Object.entries(person).map(([key, value]) => [`GIT_COMMITTER_${key}`, value])),
});
for (const name of ['MORTISE', 'GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) delete process.env[name];

let made = 0;

/** An empty folder that goes with the test file. */
export function folder(name = `folder-${++made}`): string {
  const at = join(base, name);
  mkdirSync(at, { recursive: true });
  return at;
}

export class TestRepository {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Run git; throws when it fails. Answers stdout without its last line end. */
  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).replace(
      /\n$/,
      '',
    );
  }

  /** Run git where it may stop on conflicts: its exit code and all it said. */
  tryGit(args: readonly string[], env: Readonly<Record<string, string>> = {}): { code: number; said: string } {
    const options = { cwd: this.root, encoding: 'utf8', env: { ...process.env, ...env } } as const;
    const { status, stdout, stderr } = spawnSync('git', args, options);
    return { code: status ?? -1, said: stdout + stderr };
  }

  at(path: string): string {
    return join(this.root, ...path.split('/'));
  }

  write(path: string, content: string | Uint8Array, mode?: number): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), content);
    if (mode !== undefined) chmodSync(this.at(path), mode);
  }

  read(path: string): string {
    return readFileSync(this.at(path), 'utf8');
  }

  mode(path: string): number {
    return statSync(this.at(path)).mode & 0o777;
  }

  bytes(path: string): Buffer {
    return readFileSync(this.at(path));
  }

  /** Commit everything as it lies there. */
  commit(title: string): string {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', title);
    return this.git('rev-parse', 'HEAD');
  }

  /** What the index holds, stages included: equal before and after means that nothing was staged. */
  index(): string {
    return this.git('ls-files', '-s', '-u');
  }
}

export function repository(): TestRepository {
  const repo = new TestRepository(folder(`repo-${++made}`));
  repo.git('init', '-q', '-b', 'main');
  return repo;
}

/** A file's three versions; `undefined`: the file is not there on that side. */
export interface Versions {
  readonly base?: string | Uint8Array | undefined;
  readonly ours?: string | Uint8Array | undefined;
  readonly theirs?: string | Uint8Array | undefined;
}

/** Branches `main` ("Change it here") and `topic` ("Change it there") that differ as told; `main` is checked out. */
export function diverged(files: Readonly<Record<string, Versions>>, repo = repository()): TestRepository {
  const put = (side: keyof Versions, title: string) => {
    for (const [path, versions] of Object.entries(files)) {
      const content = versions[side];
      if (content === undefined) rmSync(repo.at(path), { force: true });
      else repo.write(path, content);
    }
    repo.commit(title);
  };
  put('base', 'Start');
  repo.git('checkout', '-q', '-b', 'topic');
  put('theirs', 'Change it there');
  repo.git('checkout', '-q', 'main');
  put('ours', 'Change it here');
  return repo;
}

/** A paused merge of `topic` into `main`. */
export function merging(files: Readonly<Record<string, Versions>>): TestRepository {
  const repo = diverged(files);
  const { code, said } = repo.tryGit(['merge', 'topic']);
  if (code !== 1) throw new Error(`the merge should have stopped: ${code} ${said}`);
  return repo;
}

/** What a command said and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Run = (args: readonly string[], io: Io) => Promise<number>;

/** Run a command in this process. A thrown error becomes exit code 2, as in the program. */
export async function command(run: Run, cwd: string, args: readonly string[], stdin = ''): Promise<Ran> {
  const out: (string | Uint8Array)[] = [];
  const err: string[] = [];
  const io: Io = {
    out: (text) => void out.push(text),
    outBytes: (bytes) => void out.push(bytes),
    err: (text) => void err.push(text),
    cwd,
    style: plainStyle,
    live: false,
    stdin: Readable.from([stdin]),
  };
  const code = await run(args, io).catch((error: unknown) => {
    err.push(error instanceof Error ? error.message : String(error));
    return 2;
  });
  const said = Buffer.concat(out.map((part) => Buffer.from(part))).toString('utf8');
  return { code, out: said, err: err.join('') };
}

/** Three versions whose one conflict Mortise settles with a rule: both sides raise a version. */
export const versionCase = {
  path: 'gradle.properties',
  base: 'group=shop\nversion=1.0.0\nname=cart\n',
  ours: 'group=shop\nversion=1.2.0\nname=cart\n',
  theirs: 'group=shop\nversion=1.1.0\nname=cart\n',
  merged: 'group=shop\nversion=1.2.0\nname=cart\n',
} as const;

/** A conflict that nobody can settle for the user. */
export const openCase = {
  path: 'settings.ts',
  base: "export const mode = 'slow';\n",
  ours: "export const mode = 'fast';\n",
  theirs: "export const mode = 'careful';\n",
} as const;
