/** Each conflict of a file with all that is known around it: the same for three versions to merge and for a file with markers. */
import { type Conflict, type Hunk, withoutVirtualBase } from '../merge/conflict.ts';
import { movedEdits } from '../merge/moved.ts';
import { type Elsewhere, movedAcross } from '../merge/movedAcross.ts';
import { type StructuredText, structuredMerge } from '../merge/structured/structuredMerge.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { widenShared } from './balanced.ts';
import type { ConflictContext, OpenSibling, WholeFile } from './candidate.ts';
import type { FileFacts } from './fileFacts.ts';
import { shownOf, type WholeConflict, withWholes } from './wholeConflict.ts';

/** What a caller knows of all conflicts of a file alike. */
export interface Around extends Pick<ConflictContext, 'path' | 'times' | 'siblings' | 'openSiblings'> {
  readonly history?: ConflictContext['history'] | undefined;
  readonly former?: ConflictContext['former'] | undefined;
  readonly elsewhere?: Elsewhere | undefined;
}

/** What is known of the file as a whole. */
export interface FileAround {
  readonly versions?: WholeFile['versions'];
  readonly facts?: FileFacts | undefined;
  /** Of each conflict, where markers show less than all of it. */
  readonly wholes?: readonly (WholeConflict | undefined)[];
}

/** Above this many conflicts in one file, siblings of the same file are not compared: time stays bounded. */
const MANY = 60;

/** In order, structured texts included. */
export function contextsOfHunks(
  hunks: readonly Hunk[],
  { path, times, siblings, openSiblings = [], history, former, elsewhere }: Around,
  { versions, facts, wholes = [] }: FileAround,
  services: { readonly syntax: Syntax },
): { conflict: Conflict; context: ConflictContext }[] {
  const structured = structuredTexts(path, withWholes(hunks, wholes), services);
  const around = aroundConflicts(hunks, versions);
  const found: { conflict: Conflict; context: ConflictContext }[] = [];
  hunks.forEach((hunk, i) => {
    if (hunk.kind !== 'conflict') return;
    const { conflict } = hunk;
    const [before, after] = [hunks[i - 1], hunks[i + 1]];
    const text = structured[found.length];
    const whole = wholes[found.length];
    const shown = text && whole ? shownOf(text.text, whole) : text?.text;
    const file = around[found.length];
    const across = elsewhere ? movedAcross(conflict.sides, path, elsewhere.files) : [];
    const moved = [...movedEdits(conflict.sides, versions), ...across];
    const context = {
      path,
      sides: withoutVirtualBase(conflict.sides),
      before: before?.kind === 'stable' ? before.text : '',
      after: after?.kind === 'stable' ? after.text : '',
      ...(file ? { file } : {}),
      ...(times ? { times } : {}),
      ...(shown === undefined ? {} : { structured: shown }),
      ...(whole ? { whole: text ? { ...whole, structured: text.text } : whole } : {}),
      ...(siblings ? { siblings } : {}),
      ...(history ? { history } : {}),
      ...(former ? { former } : {}),
      ...(facts ? { facts } : {}),
      ...(moved.length > 0 ? { moved } : {}),
      openSiblings,
    };
    found.push({ conflict, context });
  });
  if (found.length < 2 || found.length > MANY) return found;
  // Each is one object for all the others: what a ranker knows of a sibling it knows by that.
  const own = found.map(({ context }): OpenSibling => ({ path, sides: context.sides }));
  return found.map(({ conflict, context }, i) => ({
    conflict,
    context: { ...context, openSiblings: [...openSiblings, ...own.filter((_, k) => k !== i)] },
  }));
}

/** UTF-16 units of a file times its conflicts: above it candidates are parsed with what stands near, so that time stays linear. */
const WHOLE_WORK = 1_000_000;

/** The file around each conflict; nothing where that is too much to read for each. */
function aroundConflicts(hunks: readonly Hunk[], versions?: WholeFile['versions']): readonly WholeFile[] {
  const parts = hunks.map((hunk) => (hunk.kind === 'stable' ? hunk.text : hunk.conflict.sides.left));
  const conflicts = hunks.filter(({ kind }) => kind === 'conflict').length;
  const units = parts.reduce((sum, part) => sum + part.length, 0);
  if (units * conflicts > WHOLE_WORK) return [];
  const text = parts.join('');
  const of = { text };
  const found: WholeFile[] = [];
  let at = 0;
  hunks.forEach(({ kind }, i) => {
    const end = at + (parts[i]?.length ?? 0);
    const [before, after] = [text.slice(0, at), text.slice(end)];
    const alone = conflicts === 1;
    if (kind === 'conflict') found.push({ before, after, of, alone, ...(versions ? { versions } : {}) });
    at = end;
  });
  return found;
}

/** Texts for the conflicts of a file, from its syntax trees; undefined where structured merge leaves one open. */
export function structuredTexts(
  path: string,
  hunks: readonly Hunk[],
  services: { readonly syntax: Syntax },
): readonly (StructuredText | undefined)[] {
  const language = languageOf(path);
  if (!language || !hunks.some((hunk) => hunk.kind === 'conflict')) return [];
  try {
    const widened = widenShared(path, hunks, services.syntax);
    const texts = structuredMerge(widened, (versions) => services.syntax.parseVersions(language, versions), language);
    return texts.map((found, i) => {
      const text = found && widened.narrow[i]?.(found.text);
      return found && text !== undefined ? { ...found, text } : undefined;
    });
  } catch {
    // A lower rung: the conflicts keep their line and token candidates.
    return [];
  }
}
