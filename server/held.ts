/**
 * What nothing in bulk applies, whatever its tier says: hunks that the user has begun to edit, and files that a program writes.
 * One answer for the terminal, the driver, the mergetool and the editor; what the user decides by hand is not held.
 */
import { heldByPolicy, type RepositoryPolicy } from './git/policyFile.ts';
import type { UnmergedFile } from './git/unmerged.ts';
import type { Sides } from './merge/conflict.ts';
import { isSensitivePath } from './resolve/neverSafe.ts';
import { regenerate } from './resolve/regenerate.ts';

/** Where a conflict stands, as far as holding it back goes. */
export interface Held {
  readonly sides: Sides;
  readonly unmerged: UnmergedFile | undefined;
  /** The tier of what would be applied. */
  readonly tier: string;
  readonly policy: RepositoryPolicy | undefined;
}

/** Why a conflict is held back, in a few words; undefined where it is not. */
export function heldBack({ sides, unmerged, tier, policy }: Held): string | undefined {
  if (!unmerged) return undefined;
  if (unmerged.nested?.left || unmerged.nested?.right) return 'git merged a renamed file first, and stopped in it';
  if (typedSides(sides, unmerged).length > 0) return 'you have begun to edit it';
  return heldPath(unmerged.path, { generated: unmerged.attributes.generated === true, tier, policy });
}

/** The same of a path alone, for the merge driver: nobody has begun to edit what git is only about to write. */
export function heldPath(
  path: string,
  { generated, tier, policy }: Pick<Held, 'tier' | 'policy'> & { readonly generated: boolean },
): string | undefined {
  if (regenerate(path)) return 'a lock file: its tool writes it';
  if (isSensitivePath(path)) return 'migrations, keys and secrets are yours to decide';
  if (generated) return 'a program writes this file';
  return policy && heldByPolicy(policy, path, tier);
}

/** The sides that are no longer git's, as they stand now, ours first: line ends and the byte order mark aside. */
export function typedSides({ left, right }: Sides, unmerged: UnmergedFile | undefined): string[] {
  const texts = unmerged?.texts;
  if (!texts) return [];
  const holds = (whole: string, part: string) => plain(whole).includes(plain(part).replace(/\n$/, ''));
  return [...(holds(texts.left, left) ? [] : [left]), ...(holds(texts.right, right) ? [] : [right])];
}

const plain = (text: string): string => text.replace(/\r\n/g, '\n').replace(/^\ufeff/, '');
