/**
 * Other tools on the same files: git and Mergiraf (from $MERGIRAF or the PATH). Answers are kept in a cache outside the
 * repository ($MORTISE_BENCH_CACHE, default ~/.cache/mortise-bench), since the slow peer does not change between runs.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { MinedRecord } from '../../server/mine/record.ts';
import { type Verdict, verdictOf } from './score.ts';

export interface PeerAnswer {
  readonly verdict: Verdict;
  /** sha1 of the merged text. */
  readonly sha1: string;
  /** User and system time of the process; absent without bash. */
  readonly cpuMs?: number;
}

export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Arguments for files in a folder; the merge is then standard output, or the file `out`. */
  readonly command: (files: PeerFiles, path: string) => readonly string[];
  readonly output: 'stdout' | 'file';
}

interface PeerFiles {
  readonly base: string;
  readonly left: string;
  readonly right: string;
  readonly out: string;
}

/** The peers asked for that are installed: `git`, `mergiraf`. */
export function findPeers(names: readonly string[]): Peer[] {
  const known: Record<string, () => Peer | undefined> = { git, mergiraf };
  return names.flatMap((name) => known[name]?.() ?? []);
}

function versionOf(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().replace(/\s+/g, ' ') : undefined;
}

function git(): Peer | undefined {
  const version = versionOf('git');
  if (version === undefined) return undefined;
  const command = ({ base, left, right }: PeerFiles) => ['git', 'merge-file', '--diff3', '-p', '-q', left, base, right];
  return { name: 'git', version, command, output: 'stdout' };
}

function mergiraf(): Peer | undefined {
  const program = process.env['MERGIRAF'] ?? 'mergiraf';
  const version = versionOf(program);
  if (version === undefined) return undefined;
  const command = ({ base, left, right, out }: PeerFiles, path: string) => [
    program,
    'merge',
    base,
    left,
    right,
    '-o',
    out,
    '-p',
    path,
  ];
  return { name: 'Mergiraf', version, command, output: 'file' };
}

export const sha1 = (text: string): string => createHash('sha1').update(text, 'utf8').digest('hex');

/** Runs a peer on records, each once in the life of the cache. */
export class PeerRunner {
  readonly peer: Peer;
  private readonly file: string;
  private readonly known = new Map<string, PeerAnswer>();

  constructor(peer: Peer) {
    this.peer = peer;
    const folder = process.env['MORTISE_BENCH_CACHE'] ?? join(homedir(), '.cache', 'mortise-bench');
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, `${`${peer.name}-${peer.version}`.replace(/[^\w.-]+/g, '_')}.jsonl`);
    if (!existsSync(this.file)) return;
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      if (line === '') continue;
      // Written by ourselves, below.
      const { key, ...answer } = JSON.parse(line) as PeerAnswer & { key: string };
      this.known.set(key, answer);
    }
  }

  merge(record: MinedRecord): PeerAnswer {
    const key = sha1([record.path, record.base, record.left, record.right, record.merged].join('\0'));
    const known = this.known.get(key);
    if (known) return known;
    const answer = runPeer(this.peer, record);
    this.known.set(key, answer);
    // A failure may be the machine's (a timeout under load): it is tried again by the next run.
    if (answer.verdict !== 'error') appendFileSync(this.file, `${JSON.stringify({ key, ...answer })}\n`);
    return answer;
  }
}

function runPeer(peer: Peer, record: MinedRecord): PeerAnswer {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-bench-'));
  try {
    const at = (name: string) => join(folder, name + extname(record.path));
    const files = { base: at('base'), left: at('left'), right: at('right'), out: at('out') };
    for (const side of ['base', 'left', 'right'] as const) writeFileSync(files[side], record[side]);
    const { status, stdout, cpuMs } = timed(peer.command(files, record.path), folder);
    const text = peer.output === 'stdout' ? stdout : existsSync(files.out) ? readFileSync(files.out, 'utf8') : '';
    const empty = text === '' && record.left !== '' && record.right !== '';
    const verdict = empty ? 'error' : verdictOf(text, status === 0, record.merged);
    return { verdict, sha1: sha1(text), ...(cpuMs === undefined ? {} : { cpuMs }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end; bash's `time` tells its CPU time, which Node does not. */
export function timed(
  command: readonly string[],
  folder: string,
): { status: number | null; stdout: string; cpuMs?: number } {
  const limits = { cwd: folder, encoding: 'utf8', timeout: 30_000, maxBuffer: 1 << 28 } as const;
  const script = 'TIMEFORMAT="cpu %U %S"; time "$@" 2>/dev/null';
  const { status, stdout, stderr, error } = spawnSync('bash', ['-c', script, 'bash', ...command], limits);
  if (error === undefined || !('code' in error) || error.code !== 'ENOENT') {
    const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr ?? '') ?? [];
    const cpuMs = user === undefined ? {} : { cpuMs: 1000 * (Number(user) + Number(system)) };
    return { status, stdout: stdout ?? '', ...cpuMs };
  }
  const [program = '', ...args] = command;
  const plain = spawnSync(program, args, limits);
  return { status: plain.status, stdout: plain.stdout ?? '' };
}
