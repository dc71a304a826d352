/** A file to merge: git's line merge first (where it is clean its text stands), then each conflict resolved by the policy. */
import type { Hunk, Labels, Merge3 } from '../merge/conflict.ts';
import { type LineMerge, lineMerge, lineMergeNoBase } from '../merge/lineMerge.ts';
import { printHunks } from '../merge/markers.ts';
import { movedInFile } from '../merge/moved.ts';
import type { Elsewhere } from '../merge/movedAcross.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { newErrors } from '../syntax/tree.ts';
import type { Span } from '../text/span.ts';
import type { ConflictContext, DecidedSibling, OpenSibling, Resolution } from './candidate.ts';
import { contextsOfHunks } from './contexts.ts';
import { fileFacts } from './fileFacts.ts';
import { heldByEvidence } from './heldByEvidence.ts';
import { planFile } from './plan.ts';
import { type ApplyPolicy, noLabels, type Resolved, resolvedConflict, type Services } from './resolve.ts';
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
  readonly former?: ConflictContext['former'];
  /** What was moved to other files; absent where nothing was, or it is not known. */
  readonly elsewhere?: Elsewhere | undefined;
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

type Choice = {
  readonly context: ConflictContext;
  readonly found: Resolved;
  readonly applied?: Resolution;
};

export function resolveFile(file: FileMerge, policy: ApplyPolicy, services: Services): FileResolution {
  const { base, left, right } = file.sides;
  const line = base === undefined ? lineMergeNoBase(left, right) : lineMerge({ base, left, right });
  const contexts = contextsOf(file, line, services);
  if (contexts.length > 0) movedInFile(file.sides, line.hunks);
  const each = contexts.map((context): Choice => {
    const found = resolvedConflict(context, services);
    if (!file.heed) return { context, found };
    const heeded = file.heed(context, found.all());
    return { context, found: { best: heeded[0], all: () => heeded } };
  });
  const judge = services.files ?? plainJudge;
  let outlook: Outlook | undefined;
  const ask = () => {
    const { text, placed } = place(file, line.hunks, each);
    outlook = judge.outlook({ ...file, text, conflicts: placed.map(openConflict) }, services.syntax);
    return outlook;
  };
  const plan = planFile(policy, each, {
    best: ({ found }) => found.best,
    // What white space may mean is known to the tier alone: whoever asks for a number gets it as it was measured.
    held: (_, { evidence }) => heldByEvidence(evidence.filter(({ check }) => check !== 'space')),
    whole: { judge, outlook: ask },
  });
  const choices = each.map((choice): Choice => {
    const applied = plan.applied.get(choice);
    return applied ? { ...choice, applied } : choice;
  });
  const assembled = { ...assemble(file, line.hunks, choices), ...(outlook ? { outlook } : {}) };
  if (!assembled.clean || contexts.length === 0 || parsesAsWell(file, assembled.text, services)) return assembled;
  // The parts fit, the whole does not: nothing of it is applied but what is the same on both sides.
  const reopened = choices.map(({ context, found, applied }) =>
    applied?.candidate.origin.name === 'same change' ? { context, found, applied } : { context, found },
  );
  return assemble(file, line.hunks, reopened);
}

/** Whoever judges the file reads the first. */
const openConflict = ({ span, context, found: { best } }: Placed) => ({
  span,
  sides: context.sides,
  resolutions: best ? [best] : [],
});

/** The context of each conflict of a line merge, structured texts included. */
export function contextsOf(file: FileMerge, line: LineMerge, services: { readonly syntax: Syntax }): ConflictContext[] {
  const about = { versions: file.sides, facts: fileFacts(file.sides.base, line) };
  return contextsOfHunks(line.hunks, file, about, services).map(({ context }) => context);
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
  const { text, placed } = place(file, hunks, choices);
  const conflicts = placed.map(
    ({ span, context, found, applied }): FileConflict => ({
      span,
      context,
      // Of what was applied nobody may want to know the others.
      get resolutions() {
        return found.all();
      },
      ...(applied ? { applied } : {}),
    }),
  );
  return { text, clean: conflicts.every((conflict) => conflict.applied !== undefined), conflicts };
}

type Placed = Choice & { readonly span: Span };

function place(file: FileMerge, hunks: readonly Hunk[], choices: readonly Choice[]) {
  const labels = file.labels ?? noLabels;
  let text = '';
  let next = 0;
  const placed: Placed[] = [];
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
    if (choice) placed.push({ ...choice, span: { start, end: text.length } });
  }
  return { text, placed };
}
