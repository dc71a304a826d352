/** What .gitattributes says about conflicted paths: marker size, whether git may merge them as text, how they lie on disk. */
import { fields } from './git.ts';
import { inRepository, type Repository } from './repository.ts';

export interface MergeAttributes {
  /** Length of conflict markers; git's default is 7. */
  readonly markerSize: number;
  /** `-merge` or the `binary` macro: git takes one side and never writes markers. */
  readonly binary: boolean;
  /** Name of the merge driver, where one is set. */
  readonly driver?: string;
  /** What the work tree holds where the index holds UTF-8 (`working-tree-encoding`). */
  readonly encoding?: string;
  /** `linguist-generated`: a program wrote it, and should write it again. */
  readonly generated?: boolean;
}

const plain: MergeAttributes = { markerSize: 7, binary: false };

/** Attributes of paths (relative to the root, with `/`). Every path given has an entry. */
export async function mergeAttributes(
  repo: Repository,
  paths: readonly string[],
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Map<string, MergeAttributes>> {
  const found = new Map(paths.map((path) => [path, plain]));
  if (paths.length === 0) return found;
  const names = ['conflict-marker-size', 'merge', 'working-tree-encoding', 'linguist-generated'];
  const input = `${paths.join('\0')}\0`;
  const args = ['check-attr', '-z', '--stdin', ...names];
  const answer = fields((await inRepository(repo, args, { input, signal: options.signal })).stdout);
  for (let i = 0; i + 2 < answer.length; i += 3) {
    const [path = '', name = '', value = ''] = answer.slice(i, i + 3);
    const before = found.get(path) ?? plain;
    if (name === 'conflict-marker-size' && /^[1-9]\d{0,3}$/.test(value)) {
      found.set(path, { ...before, markerSize: Number(value) });
    } else if (name === 'merge' && (value === 'unset' || value === 'binary')) {
      found.set(path, { ...before, binary: true });
    } else if (name === 'merge' && value !== 'unspecified' && value !== 'set') {
      found.set(path, { ...before, driver: value });
    } else if (name === 'working-tree-encoding' && !/^(unspecified|unset|set|utf-?8)$/i.test(value)) {
      found.set(path, { ...before, encoding: value });
    } else if (name === 'linguist-generated' && /^(set|true)$/.test(value)) {
      found.set(path, { ...before, generated: true });
    }
  }
  return found;
}
