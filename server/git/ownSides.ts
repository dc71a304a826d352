/**
 * What a side really has where git's stage is a merge of its own. When renames meet, git merges the renamed file first, and
 * what it could not merge stands in the stage with longer markers: a text that nobody wrote. The commits have each side's file.
 */
import { isVirtual, longConflicts, pathInLabel } from '../text/longMarkers.ts';
import { applyEdits } from '../text/span.ts';
import { readBlobs } from './blobs.ts';
import { operation } from './operation.ts';
import { askRepository, type Repository } from './repository.ts';
import type { Stage } from './unmerged.ts';

/** `theirs`: what would be merged, where no operation has stopped yet. */
type Options = { readonly signal?: AbortSignal | undefined; readonly theirs?: string };

/** The stages that hold a conflict of git's own: the mode and id of what the side itself has there, or "none" where git has none. */
export type Nested = Readonly<Partial<Record<'base' | 'left' | 'right', Stage | 'none'>>>;

export interface OwnSides {
  readonly nested: Nested;
  /** Each side's own text; of a side that git has none of, the stage with its part of each conflict. */
  readonly left: string;
  readonly right: string;
}

interface Staged {
  readonly path: string;
  readonly markerSize: number;
  readonly base?: string | undefined;
  /** Texts of the stages; a path of rename/rename has one. */
  readonly left?: string | undefined;
  readonly right?: string | undefined;
  readonly mode: string;
}

/** Undefined where the stages are texts of the sides. */
export async function ownSides(repo: Repository, staged: Staged, options: Options = {}): Promise<OwnSides | undefined> {
  const { base, left, right, path, markerSize, mode } = staged;
  const isMarked = (text: string | undefined) => text !== undefined && longConflicts(text, markerSize).length > 0;
  const virtual: Nested = base !== undefined && isVirtual(base) ? { base: 'none' } : {};
  if (!isMarked(left) && !isMarked(right)) {
    const isPlain = left === undefined || right === undefined || virtual.base === undefined;
    return isPlain ? undefined : { nested: virtual, left, right };
  }
  const other = options.theirs ?? (await operation(repo, options)).commits.right;
  const sides = await Promise.all(
    (['left', 'right'] as const).map(async (side) => {
      const text = staged[side] ?? left ?? right ?? '';
      const conflicts = longConflicts(text, markerSize);
      if (conflicts.length === 0) return { text };
      // Git's stage 2 is what HEAD has, whatever is merged into it.
      const commit = side === 'left' ? 'HEAD' : other;
      const named = pathInLabel(conflicts[0]?.labels[side] ?? '');
      const own =
        commit === undefined ? undefined : await ownText(repo, commit, named ? [named, path] : [path], options);
      if (own !== undefined && conflicts.every(({ span }) => own.text.includes(text.slice(span.start, span.end))))
        return { text };
      const part = applyEdits(
        text,
        conflicts.map(({ span, sides }) => ({ span, text: sides[side] })),
      );
      const nested: Stage | 'none' = own ? { mode, oid: own.oid } : 'none';
      return { text: own?.text ?? part, nested };
    }),
  );
  const [ours, theirs] = sides;
  const isNested = (side: 'left' | 'right', found: (typeof sides)[number] | undefined): Nested =>
    found?.nested && staged[side] !== undefined ? { [side]: found.nested } : {};
  const nested: Nested = { ...virtual, ...isNested('left', ours), ...isNested('right', theirs) };
  if (Object.keys(nested).length === 0) return undefined;
  return { nested, left: ours?.text ?? '', right: theirs?.text ?? '' };
}

async function ownText(repo: Repository, commit: string, paths: readonly string[], options: Options) {
  for (const path of paths) {
    const oid = await askRepository(repo, ['rev-parse', '--verify', '--quiet', `${commit}:${path}`], options);
    const bytes = oid ? (await readBlobs(repo, [oid], options)).get(oid) : undefined;
    if (oid && bytes) return { oid, text: bytes.toString('utf8') };
  }
  return undefined;
}
