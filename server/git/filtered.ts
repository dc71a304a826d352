/**
 * Bytes as git has them in store and as it checks them out: line ends, `ident`, encodings and the filters of the user's configuration
 * lie between. A merge driver reads and writes the former, and the work tree has the latter.
 */
import { askRepository, inRepository, type Repository } from './repository.ts';

/** What git would store of a work-tree file's bytes; undefined where a filter fails. */
export function asStored(repo: Repository, path: string, bytes: Uint8Array): Promise<Buffer | undefined> {
  return through(repo, bytes, [`--path=${path}`], ['blob']);
}

/** What git would check out for stored bytes; undefined where a filter fails. */
export function asCheckedOut(repo: Repository, path: string, bytes: Uint8Array): Promise<Buffer | undefined> {
  return through(repo, bytes, ['--no-filters'], ['--filters', `--path=${path}`]);
}

/** By way of an object of its own, which git throws away in time: its commands filter no other bytes. */
async function through(
  repo: Repository,
  bytes: Uint8Array,
  write: readonly string[],
  read: readonly string[],
): Promise<Buffer | undefined> {
  const oid = await askRepository(repo, ['hash-object', '-w', '--stdin', ...write], { input: bytes, writes: true });
  if (oid === undefined) return undefined;
  const { code, stdout } = await inRepository(repo, ['cat-file', ...read, oid], { ok: [0, 1, 128] });
  return code === 0 ? stdout : undefined;
}
