/** A file with markers as the editor has it: its versions, and what was moved from it to others, as these are in the editor. */
import { elsewhereOf } from '../elsewhere.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import type { Elsewhere } from '../merge/movedAcross.ts';
import { stagesLike } from '../mergeContext.ts';
import type { MarkedFile } from '../resolve/resolve.ts';
import { toUri } from './convert.ts';
import type { WorkTree } from './repositories.ts';
import type { Session } from './session.ts';

/** Undefined where nothing was; git is not asked about the content of a repository that is not trusted. */
export async function movedElsewhere(
  session: Pick<Session, 'client' | 'document'>,
  { tree, unmerged }: { readonly tree?: WorkTree; readonly unmerged?: UnmergedFile | undefined },
  text: string,
): Promise<Elsewhere | undefined> {
  if (!tree || !unmerged || session.client.untrusted) return undefined;
  const textNow = (file: string) => session.document(toUri(file))?.getText();
  return elsewhereOf(tree, { path: unmerged.path, sides: stagesLike(text, unmerged), textNow });
}

export function markedFile(
  path: string,
  text: string,
  markerSize: number,
  unmerged: UnmergedFile | undefined,
): MarkedFile {
  return {
    path,
    text,
    markerSize,
    ...(unmerged?.texts ? { stages: stagesLike(text, unmerged) ?? unmerged.texts } : {}),
  };
}
