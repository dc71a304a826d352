/**
 * Loads TypeScript with what V8 compiled of it the last time: to read its nine megabytes anew is a tenth of the time until a project is
 * ready, and takes 20 MB. What V8 compiled lies in the cache folder, under a name of this TypeScript and this V8, with its own digest: what
 * is damaged, cut or of another version is not used.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import type { Ts } from './tsConfig.ts';

export interface LoadedTypescript {
  readonly tsc: Ts;
  /** What was compiled the last time served. */
  readonly wasKept: boolean;
  /** Keeps what is compiled by now, unless that is there already. Never throws. */
  readonly keep: () => void;
}

/** @throws whatever loading TypeScript from `path` throws. */
export function loadTypescript(path: string, folder: string | undefined): LoadedTypescript {
  if (folder === undefined) return { tsc: createRequire(path)(path), wasKept: false, keep: () => {} };
  const file = join(folder, nameFor(path));
  const cachedData = read(file);
  const script = new Script(Module.wrap(readFileSync(path, 'utf8')), {
    filename: path,
    ...(cachedData ? { cachedData } : {}),
  });
  const loaded: { exports: unknown } = { exports: {} };
  script.runInThisContext().call(loaded.exports, loaded.exports, createRequire(path), loaded, path, dirname(path));
  const wasKept = cachedData !== undefined && script.cachedDataRejected !== true;
  let isKept = wasKept;
  const keep = (): void => {
    if (!isKept) write(file, script.createCachedData());
    isKept = true;
  };
  return { tsc: loaded.exports as Ts, wasKept, keep }; // TypeScript's own module
}

/** V8 compares its version and flags alone, and the length of the source. */
function nameFor(path: string): string {
  const { size, mtimeMs } = statSync(path);
  const what = [path, size, mtimeMs, cachedDataVersionTag(), process.versions.v8, process.arch].join('\n');
  return `typescript-${createHash('sha256').update(what).digest('hex').slice(0, 24)}.code`;
}

const DIGEST = 32;
const digestOf = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();

function read(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const data = bytes.subarray(DIGEST);
    return digestOf(data).equals(bytes.subarray(0, DIGEST)) ? data : undefined;
  } catch {
    return undefined; // none yet, or none that can be read: it is compiled anew
  }
}

function write(file: string, data: Buffer): void {
  const beside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(beside, Buffer.concat([digestOf(data), data]), { mode: 0o600 });
    renameSync(beside, file);
    discardOld(dirname(file));
  } catch {
    discard(beside); // it is compiled again the next time
  }
}

/** Milliseconds. Each update of TypeScript, of the editor or of this program has a file of its own, and nobody asks for the last one's. */
const OLD = 30 * 24 * 3600 * 1000;
const ours = /^typescript-[0-9a-f]{24}\.code(?:\.|$)/;

function discardOld(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => ours.test(each))) {
    const file = join(folder, name);
    if (Date.now() - statSync(file).mtimeMs > OLD) discard(file);
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // There is no such folder, or none to write in: then there is no such file.
  }
}
