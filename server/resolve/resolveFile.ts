/** A file to merge: git's line merge first (where it is clean its text stands), then each conflict resolved by the policy. */
import { type Hunk, type Labels, type Merge3, withoutVirtualBase } from '../merge/conflict.ts';
import { type LineMerge, lineMerge, lineMergeNoBase } from '../merge/lineMerge.ts';
import { printHunks } from '../merge/markers.ts';
import { type StructuredText, structuredMerge } from '../merge/structuredMerge.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { newErrors } from '../syntax/tree.ts';
import type { Span } from '../text/span.ts';
import { widenShared } from './balanced.ts';
import type { ConflictContext, DecidedSibling, OpenSibling, Resolution, WholeFile } from './candidate.ts';
import { fileFacts } from './fileFacts.ts';
import { planFile } from './plan.ts';
import { type ApplyPolicy, noLabels, resolveConflict, type Services } from './resolve.ts';
import { type Outlook, plainJudge } from './wholeFile.ts';

/** The three versions, and what is known around them. */
export interface FileMerge {
  readonly path: string;
  /** `base` is absent for add/add. */
  readonly sides: { readonly base?: string; readonly left: string; readonly right: string };
  readonly labels?: Labels;
  readonly markerSize?: number;
  readonly times?: Merge3<number>;
  readonly siblings?: readonly DecidedSibling[];
  readonly openSiblings?: readonly OpenSibling[];
  readonly history?: ConflictContext['history'];
  /** What the caller knows of a conflict beside ranking: may lower a tier, never raise one. */
  readonly heed?: (context: ConflictContext, resolutions: readonly Resolution[]) => readonly Resolution[];
}

/** One conflict of a file. Spans are in the text of the answer: the resolution where applied, the markers and all where open. */
export interface FileConflict {
  readonly span: Span;
  readonly context: ConflictContext;
  readonly resolutions: readonly Resolution[];
  /** The resolution that was applied; absent while open. */
  readonly applied?: Resolution;
}

export interface FileResolution {
  /** The merged file; open conflicts in diff3 markers. */
  readonly text: string;
  /** No conflict is left open. */
  readonly clean: boolean;
  readonly conflicts: readonly FileConflict[];
  /** How sure the file is as a whole; absent where a conflict is open for other reasons. */
  readonly outlook?: Outlook;
}

/** Above this many conflicts in one file, siblings of the same file are not compared: time stays bounded. */
const MANY = 60;

type Choice = {
  readonly context: ConflictContext;
  readonly resolutions: readonly Resolution[];
  readonly applied?: Resolution;
};

export function resolveFile(file: FileMerge, policy: ApplyPolicy, services: Services): FileResolution {
  const { base, left, right } = file.sides;
  const line = base === undefined ? lineMergeNoBase(left, right) : lineMerge({ base, left, right });
  const contexts = contextsOf(file, line, services);
  const each = contexts.map((context): Choice => {
    const resolutions = resolveConflict(context, services);
    return { context, resolutions: file.heed?.(context, resolutions) ?? resolutions };
  });
  const judge = services.files ?? plainJudge;
  let outlook: Outlook | undefined;
  const ask = () => {
    const { text, conflicts } = assemble(file, line.hunks, each);
    outlook = judge.outlook({ ...file, text, conflicts: conflicts.map(openConflict) }, services.syntax);
    return outlook;
  };
  const plan = planFile(policy, each, { best: ({ resolutions }) => resolutions[0], whole: { judge, outlook: ask } });
  const choices = each.map((choice): Choice => {
    const applied = plan.applied.get(choice);
    return applied ? { ...choice, applied } : choice;
  });
  const assembled = { ...assemble(file, line.hunks, choices), ...(outlook ? { outlook } : {}) };
  if (!assembled.clean || contexts.length === 0 || parsesAsWell(file, assembled.text, services)) return assembled;
  // The parts fit, the whole does not: nothing of it is applied but what is the same on both sides.
  const reopened = choices.map((choice) =>
    choice.applied?.candidate.origin.name === 'same change'
      ? choice
      : { context: choice.context, resolutions: choice.resolutions },
  );
  return assemble(file, line.hunks, reopened);
}

const openConflict = ({ span, context, resolutions }: FileConflict) => ({ span, sides: context.sides, resolutions });

/** The context of each conflict of a line merge, structured texts included. */
export function contextsOf(file: FileMerge, line: LineMerge, services: { readonly syntax: Syntax }): ConflictContext[] {
  const structured = structuredTexts(file.path, line.hunks, services);
  const facts = fileFacts(file.sides.base, line);
  const conflicts = line.hunks.filter((hunk) => hunk.kind === 'conflict').length;
  const contexts: ConflictContext[] = [];
  const around = aroundConflicts(line.hunks, file.sides);
  line.hunks.forEach((hunk, i) => {
    if (hunk.kind !== 'conflict') return;
    const before = line.hunks[i - 1];
    const after = line.hunks[i + 1];
    const text = structured[contexts.length];
    const rest = around[contexts.length];
    contexts.push({
      path: file.path,
      sides: withoutVirtualBase(hunk.conflict.sides),
      before: before?.kind === 'stable' ? before.text : '',
      after: after?.kind === 'stable' ? after.text : '',
      ...(rest ? { file: rest } : {}),
      ...(file.times ? { times: file.times } : {}),
      ...(text === undefined ? {} : { structured: text.text }),
      ...(file.siblings ? { siblings: file.siblings } : {}),
      ...(file.history ? { history: file.history } : {}),
      ...(facts ? { facts } : {}),
      openSiblings: file.openSiblings ?? [],
    });
  });
  if (conflicts < 2 || conflicts > MANY) return contexts;
  // Each is one object for all the others: what a ranker knows of a sibling it knows by that.
  const own = contexts.map(({ path, sides }): OpenSibling => ({ path, sides }));
  return contexts.map((context, i) => ({
    ...context,
    openSiblings: [...(context.openSiblings ?? []), ...own.filter((_, k) => k !== i)],
  }));
}

/** UTF-16 units of a file times its conflicts: above it candidates are parsed with what stands near, so that time stays linear. */
const WHOLE_WORK = 1_000_000;

/** The file around each conflict; nothing where that is too much to read for each. */
export function aroundConflicts(hunks: readonly Hunk[], versions?: WholeFile['versions']): readonly WholeFile[] {
  const parts = hunks.map((hunk) => (hunk.kind === 'stable' ? hunk.text : hunk.conflict.sides.left));
  const conflicts = hunks.filter(({ kind }) => kind === 'conflict').length;
  const units = parts.reduce((sum, part) => sum + part.length, 0);
  if (units * conflicts > WHOLE_WORK) return [];
  const text = parts.join('');
  const found: WholeFile[] = [];
  let at = 0;
  hunks.forEach(({ kind }, i) => {
    const end = at + (parts[i]?.length ?? 0);
    const [before, after] = [text.slice(0, at), text.slice(end)];
    if (kind === 'conflict') found.push({ before, after, alone: conflicts === 1, ...(versions ? { versions } : {}) });
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

function parsesAsWell(file: FileMerge, text: string, services: Services): boolean {
  const language = languageOf(file.path);
  const tree = services.syntax.parse(language, text);
  if (!tree || tree.errors === 0) return true;
  const versions = [file.sides.left, file.sides.right].map((side) => ({ text: side }));
  const sides = services.syntax.parseVersions(language, versions).flatMap((side) => side ?? []);
  return sides.length < 2 || newErrors(tree, sides) === 0;
}

function assemble(file: FileMerge, hunks: readonly Hunk[], choices: readonly Choice[]): FileResolution {
  const labels = file.labels ?? noLabels;
  let text = '';
  let next = 0;
  const conflicts: FileConflict[] = [];
  for (const hunk of hunks) {
    if (hunk.kind === 'stable') {
      text += hunk.text;
      continue;
    }
    const choice = choices[next++];
    const start = text.length;
    if (choice?.applied) text += choice.applied.candidate.text;
    else
      text += printHunks([{ kind: 'conflict', conflict: { ...hunk.conflict, labels } }], {
        style: 'diff3',
        markerSize: file.markerSize ?? 7,
        labels,
      });
    if (choice) conflicts.push({ ...choice, span: { start, end: text.length } });
  }
  return { text, clean: conflicts.every((conflict) => conflict.applied !== undefined), conflicts };
}
