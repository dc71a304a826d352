/**
 * The index between sessions: one file a root, outside the user's tree, written beside and renamed, so that two windows
 * never see half of it. Anything unexpected in it (another version, a cut file) means: build anew.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from './indexChecksum.ts';
import type { IndexedFile } from './indexFile.ts';
import type { Vocabulary } from './ngram.ts';

/** Changes whenever what is kept of a file changes. */
const FORMAT = `mortise-index 6 ${process.versions.v8}\n`;
const SHARD = 400;

/** Where an operating system keeps what may be lost: used by the CLI; the editor gives its own storage folder. */
export function defaultCacheDir(): string {
  if (process.platform === 'win32')
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'mortise');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'mortise');
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'mortise');
}

const fileOf = (cacheDir: string, root: string): string =>
  join(cacheDir, `${createHash('sha256').update(root).digest('hex').slice(0, 24)}.index`);

/** Files by path, their tokens as ids of `vocabulary`. Empty when there is no usable cache. */
export async function loadIndex(
  cacheDir: string | undefined,
  root: string,
  vocabulary: Vocabulary,
): Promise<Map<string, IndexedFile>> {
  const files = new Map<string, IndexedFile>();
  if (cacheDir === undefined) return files;
  try {
    const bytes = await readFile(fileOf(cacheDir, root));
    if (bytes.toString('latin1', 0, FORMAT.length) !== FORMAT) return files;
    let ids: Int32Array | undefined;
    for (let at = FORMAT.length; at < bytes.length; ) {
      const length = bytes.readUInt32LE(at);
      const body = bytes.subarray(at + 8, at + 8 + length);
      if (body.length !== length || crc32(body) !== bytes.readUInt32LE(at + 4)) return new Map();
      if (ids) for (const file of deserialize(body) as IndexedFile[]) files.set(file.path, withIds(file, ids));
      else ids = Int32Array.from(deserialize(body) as string[], (text) => (text === '' ? 0 : vocabulary.id(text)));
      at += 8 + length;
      await pause();
    }
    return files;
  } catch {
    return new Map(); // no cache yet, or one that cannot be read: the workspace is indexed anew
  }
}

const withIds = (file: IndexedFile, ids: Int32Array): IndexedFile => ({
  ...file,
  tokens: file.tokens.map((id) => ids[id] ?? 0),
});

/** Never rejects: an index that could not be kept is built again. */
export async function saveIndex(
  cacheDir: string | undefined,
  root: string,
  vocabulary: Vocabulary,
  files: readonly IndexedFile[],
): Promise<boolean> {
  if (cacheDir === undefined) return false;
  const target = fileOf(cacheDir, root);
  const beside = `${target}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    const texts = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.text(id));
    const parts: Buffer[] = [Buffer.from(FORMAT, 'latin1'), ...framed(texts)];
    for (let from = 0; from < files.length; from += SHARD) {
      parts.push(...framed(files.slice(from, from + SHARD)));
      await pause();
    }
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    await writeFile(beside, parts, { mode: 0o600 });
    await rename(beside, target);
    return true;
  } catch {
    await rm(beside, { force: true }).catch(() => {}); // nothing was put in place; what is left beside is only litter
    return false;
  }
}

function framed(value: unknown): Buffer[] {
  const body = serialize(value);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(crc32(body), 4);
  return [head, body];
}
