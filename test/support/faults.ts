/**
 * A disk that fails or a process that is killed at its n-th write: what this process asks of `node:fs/promises` below a folder is
 * counted. What git writes itself is not.
 */
import { promises as fs, readFileSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join, resolve } from 'node:path';

/**
 * `fails`: that write and no other; `full`: all that needs room, from there on, the first half done; `killed`: nothing happens any
 * more from there on; `killed in it`: that write is half done; `killed after`: it is done.
 */
export const faults = ['fails', 'full', 'killed', 'killed in it', 'killed after'] as const;
export type Fault = (typeof faults)[number];

export interface Faulty<T> {
  /** Absent where it was killed, or threw. */
  readonly answer?: T;
  readonly error?: unknown;
  readonly killed: boolean;
  /** All that was asked for, in order: `rename a.ts`. */
  readonly asked: readonly string[];
}

type Act<R> = () => Promise<R>;
/** Does what was asked of a file, or not. @param half does only a part of it. */
type Ask = <R>(name: string, file: string, act: Act<R>, half?: Act<unknown>) => Promise<R>;

/** What needs no room on a disk goes on where it is full. */
const SPARING = /^(?:rm|rename|chmod|sync)$/;

/** Do something while the n-th write (from 1; 0: none) below one of the folders goes wrong. */
export async function withFault<T>(
  folders: readonly string[],
  [fault, n]: readonly [Fault, number],
  work: () => Promise<T>,
): Promise<Faulty<T>> {
  const asked: string[] = [];
  let killed = false;
  let tell: (value: undefined) => void = () => undefined;
  const death = new Promise<undefined>((done) => {
    tell = done;
  });
  const die = (): Promise<never> => {
    killed = true;
    tell(undefined);
    return new Promise<never>(() => undefined);
  };
  const ask: Ask = async (name, file, act, half) => {
    const full = resolve(file);
    const folder = folders.find((one) => full.startsWith(one));
    if (folder === undefined) return act();
    if (killed) return die();
    asked.push(`${name} ${full.slice(folder.length + 1)}`);
    const isHit = fault === 'full' ? n > 0 && asked.length >= n && !SPARING.test(name) : asked.length === n;
    // What can be made can be taken away again.
    if (!isHit || (name === 'rm' && !fault.startsWith('killed'))) return act();
    if (fault === 'killed') return die();
    if (fault === 'killed after') return act().then(die);
    if (fault !== 'fails') await half?.();
    if (fault === 'killed in it') return die();
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${name} '${file}'`), { code: 'ENOSPC' });
  };
  const restore = patch(ask);
  try {
    const done = await Promise.race([work().then((answer) => ({ answer })), death]);
    return { ...done, killed, asked };
  } catch (error) {
    return { error, killed, asked };
  } finally {
    restore();
  }
}

function patch(ask: Ask): () => void {
  const real = { ...fs };
  const handles = (file: string, handle: FileHandle): FileHandle => {
    const { writeFile, appendFile, sync } = handle;
    const writes = (name: string, write: FileHandle['writeFile']): FileHandle['writeFile'] => {
      return (data, options) => {
        const half = () => write.call(handle, Buffer.from(data as string).subarray(0, data.toString().length / 2));
        return ask(name, file, () => write.call(handle, data, options), half);
      };
    };
    return Object.assign(handle, {
      writeFile: writes('write', writeFile),
      appendFile: writes('append', appendFile),
      sync: () => ask('sync', file, () => sync.call(handle)),
    });
  };
  Object.assign(fs, {
    open: async (file: string, flags = 'r', mode?: number) => {
      const open = async () => handles(file, await real.open(file, flags, mode));
      return flags === 'r' ? open() : ask('open', file, open);
    },
    writeFile: (file: string, data: Uint8Array, options?: object) =>
      ask(
        'write',
        file,
        () => real.writeFile(file, data, options),
        () => real.writeFile(file, ''),
      ),
    appendFile: (file: string, data: string) => ask('append', file, () => real.appendFile(file, data)),
    mkdir: (file: string, options?: object) => ask('mkdir', file, () => real.mkdir(file, options)),
    chmod: (file: string, mode: number) => ask('chmod', file, () => real.chmod(file, mode)),
    rename: (from: string, to: string) => ask('rename', to, () => real.rename(from, to)),
    rm: (file: string, options?: object) => ask('rm', file, () => real.rm(file, options)),
    symlink: (to: string, file: string) => ask('symlink', file, () => real.symlink(to, file)),
    link: (from: string, to: string) => ask('link', to, () => real.link(from, to)),
    copyFile: (from: string, to: string) => ask('copy', to, () => real.copyFile(from, to)),
  });
  syncBuiltinESMExports();
  return () => {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  };
}

/** A lock that the killed one left is of this process, which lives: the number of one that is gone is written in its place. */
export function buryOwner(gitDir: string): void {
  const lock = join(gitDir, 'mortise', 'lock');
  try {
    const owner = JSON.parse(readFileSync(lock, 'utf8')) as object;
    writeFileSync(lock, JSON.stringify({ ...owner, pid: 2 ** 22 + 1 }));
  } catch {
    // No lock, or one that was cut short: it is old after a while.
  }
}
