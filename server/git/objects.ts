/**
 * A repository's commits, trees and blobs in bulk, for mining: three long-lived git processes that answer one question
 * after another. Any git directory will do, bare or not. Never the network: a partial clone answers "missing".
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fields, type GitOptions, GitProblem, OFFLINE, runGit } from './git.ts';

export interface GraphCommit {
  readonly oid: string;
  readonly tree: string;
  /** Commit time, Unix seconds. */
  readonly time: number;
  readonly parents: readonly string[];
}

/** A regular file that both trees have, with different content. */
export interface TreeChange {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

export interface ObjectFacts {
  readonly oid: string;
  readonly type: string;
  readonly size: number;
}

/** Commits of one side of `A...B` that touched a path, newest first. */
export interface SidedCommit {
  readonly side: 'left' | 'right';
  readonly commit: string;
  readonly time: number;
  readonly author: string;
  readonly subject: string;
  readonly paths: readonly string[];
}

const newline = 0x0a;

/** Every commit reachable from any ref, parents before children. */
export async function commitGraph(folder: string, options: GitOptions = {}): Promise<GraphCommit[]> {
  const args = ['log', '--all', '--topo-order', '--reverse', '--no-show-signature', '--format=%H %T %ct %P'];
  const { stdout } = await runGit(folder, args, options);
  const commits: GraphCommit[] = [];
  let at = 0;
  while (at < stdout.length) {
    const end = stdout.indexOf(newline, at);
    const [oid = '', tree = '', time = '', ...parents] = stdout.toString('latin1', at, end).trimEnd().split(' ');
    if (oid !== '') commits.push({ oid, tree, time: Number(time), parents });
    at = end + 1;
  }
  return commits;
}

/** The commits of both sides since they parted that touched one of the paths; merges left out; at most `limit`. */
export async function sidedHistory(
  folder: string,
  sides: { readonly left: string; readonly right: string; readonly paths: readonly string[] },
  options: GitOptions & { readonly limit: number },
): Promise<SidedCommit[]> {
  const log = ['--literal-pathspecs', 'log', '--left-right', '--no-merges', '--no-renames', '--no-show-signature'];
  const shape = ['-z', '--name-only', '--format=%x01%m%x00%H%x00%ct%x00%an%x00%s'];
  const range = [`-${options.limit}`, `${sides.left}...${sides.right}`, '--', ...sides.paths];
  const { stdout } = await runGit(folder, [...log, ...shape, ...range], options);
  return stdout
    .toString('utf8')
    .split('\x01')
    .flatMap((entry) => {
      const [mark, commit, time, author, subject, ...names] = fields(Buffer.from(entry));
      if (!mark || !commit || time === undefined || author === undefined || subject === undefined) return [];
      const paths = names.map((name) => name.replace(/^\n/, '')).filter((name) => name !== '');
      const side = mark === '<' ? ('left' as const) : ('right' as const);
      return [{ side, commit, time: Number(time), author, subject, paths }];
    });
}

/** Reads objects until disposed. A question git cannot answer (a damaged repository) is rejected, the others are not. */
export class ObjectReader {
  private readonly facts: Dialogue;
  private readonly contents: Dialogue;
  private readonly trees: Dialogue;

  constructor(folder: string) {
    this.facts = new Dialogue(folder, ['cat-file', '--batch-check']);
    this.contents = new Dialogue(folder, ['cat-file', '--batch']);
    this.trees = new Dialogue(folder, ['diff-tree', '--stdin', '-r', '-z', '--no-renames', '--diff-filter=M']);
  }

  /** What `OID` or `TREE:PATH` names; undefined when nothing does, or the name cannot be asked for. */
  check(name: string): Promise<ObjectFacts | undefined> {
    if (name.includes('\n')) return Promise.resolve(undefined);
    return this.facts.ask(`${name}\n`, (said) => {
      const end = said.indexOf(newline);
      if (end < 0) return undefined;
      const [oid = '', type = '', size = ''] = said.toString('utf8', 0, end).split(' ');
      const known = /^\d+$/.test(size) && /^[0-9a-f]{40,64}$/.test(oid);
      return { used: end + 1, value: known ? { oid, type, size: Number(size) } : undefined };
    });
  }

  /** The bytes of an object; undefined when it is not there. */
  content(oid: string): Promise<Buffer | undefined> {
    return this.contents.ask(`${oid}\n`, (said) => {
      const end = said.indexOf(newline);
      if (end < 0) return undefined;
      const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(said.toString('latin1', 0, end))?.[1];
      if (size === undefined) return { used: end + 1, value: undefined };
      const last = end + 1 + Number(size);
      return said.length > last ? { used: last + 1, value: Buffer.from(said.subarray(end + 1, last)) } : undefined;
    });
  }

  /** Regular files whose content differs between two trees, by path. Renames are a removal and an addition: not here. */
  changes(from: string, to: string): Promise<Map<string, TreeChange>> {
    // git echoes a line that is no object id: it marks the end of the answer.
    const mark = Buffer.from('end\n');
    const head = `${from} ${to}\n`.length;
    return this.trees.ask(`${from} ${to}\nend\n`, (said) => {
      const start = said.length - mark.length;
      const ended = start === head || said[start - 1] === 0;
      if (start < head || !ended || !said.subarray(start).equals(mark)) return undefined;
      return { used: said.length, value: changesIn(said.subarray(head, start)) };
    });
  }

  dispose(): void {
    for (const dialogue of [this.facts, this.contents, this.trees]) dialogue.dispose();
  }
}

function changesIn(output: Buffer): Map<string, TreeChange> {
  const changes = new Map<string, TreeChange>();
  const parts = fields(output);
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [fromMode = '', toMode = '', from = '', to = ''] = parts[i]?.split(' ') ?? [];
    const path = parts[i + 1] ?? '';
    if (fromMode.startsWith(':100') && toMode.startsWith('100')) changes.set(path, { path, from, to });
  }
  return changes;
}

/** Takes an answer off the front of what was said; undefined: not all said yet. */
type Listen<T> = (said: Buffer) => { readonly used: number; readonly value: T } | undefined;

interface Question {
  readonly text: string;
  /** Whether it was answered by what is there. */
  readonly hear: (said: Buffer) => number | undefined;
  readonly fail: (problem: GitProblem) => void;
}

/** One git process that answers one question at a time. What ends it (a missing tree) fails that question alone. */
class Dialogue {
  private child: ChildProcessWithoutNullStreams | undefined;
  private readonly waiting: Question[] = [];
  private said: Buffer = Buffer.alloc(0);
  private closed = false;
  private readonly folder: string;
  private readonly args: readonly string[];

  constructor(folder: string, args: readonly string[]) {
    this.folder = folder;
    this.args = args;
  }

  ask<T>(text: string, listen: Listen<T>): Promise<T> {
    if (this.closed) return Promise.reject(new GitProblem('the repository was closed'));
    return new Promise<T>((resolve, reject) => {
      const hear = (said: Buffer) => {
        const answer = listen(said);
        if (answer) resolve(answer.value);
        return answer?.used;
      };
      this.waiting.push({ text, hear, fail: reject });
      if (this.waiting.length === 1) this.askNext();
    });
  }

  dispose(): void {
    this.closed = true;
    this.child?.kill();
    for (const question of this.waiting.splice(0)) question.fail(new GitProblem('the repository was closed'));
  }

  private askNext(): void {
    const [question] = this.waiting;
    if (!question) return;
    this.child ??= this.start();
    this.child.stdin.write(question.text);
  }

  private start(): ChildProcessWithoutNullStreams {
    const env = { ...process.env, ...OFFLINE, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
    const args = ['-c', 'core.quotepath=off', '-c', 'core.fsmonitor=false', ...this.args];
    const child = spawn('git', args, { cwd: this.folder, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2000);
    });
    child.stdout.on('data', (chunk: Buffer) => this.hear(chunk));
    // A process that ended is noticed by its end.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.ended(child, `git could not be started: ${error.message}`));
    child.on('close', () => this.ended(child, `git ${this.args[0]} ended in ${this.folder}: ${complaint.trim()}`));
    return child;
  }

  private hear(chunk: Buffer): void {
    this.said = this.said.length === 0 ? chunk : Buffer.concat([this.said, chunk]);
    const used = this.waiting[0]?.hear(this.said);
    if (used === undefined) return;
    this.said = this.said.subarray(used);
    this.waiting.shift();
    this.askNext();
  }

  private ended(child: ChildProcessWithoutNullStreams, why: string): void {
    if (child !== this.child) return;
    this.child = undefined;
    this.said = Buffer.alloc(0);
    this.waiting.shift()?.fail(new GitProblem(why));
    this.askNext();
  }
}
