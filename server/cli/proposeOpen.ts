/** `mortise resolve --model`: a model's proposal for every conflict that is left open, checked and shown; applied only when asked. */
import type { Completer } from '../complete/complete.ts';
import { loadCompleter } from '../completionServices.ts';
import { stagesLike } from '../mergeContext.ts';
import { knownAbout, typeErrorsWith } from '../proposals.ts';
import { type Proposal, propose } from '../resolve/propose.ts';
import type { MarkedConflict } from '../resolve/resolve.ts';
import { loadServices } from '../services.ts';
import { lineAt } from '../text/lines.ts';
import { applyEdits } from '../text/span.ts';
import type { Choice, Conflicted, ConflictedFile } from './conflicts.ts';
import { shown } from './goOn.ts';
import { type Io, progress } from './io.ts';
import { describe, type OpenedModel } from './modelOptions.ts';
import type { Outcome } from './resolve.ts';
import { block, describeEvidence, visible } from './show.ts';

export interface Proposed {
  readonly file: ConflictedFile;
  readonly conflict: MarkedConflict;
  readonly proposal?: Proposal;
  /** Why there is none. */
  readonly reason?: string;
}

export interface ProposeOptions {
  readonly guidance?: string | undefined;
  readonly showSent: boolean;
}

export async function proposeOpen(
  io: Io,
  conflicted: Conflicted,
  outcomes: readonly Outcome[],
  opened: OpenedModel,
  options: ProposeOptions,
): Promise<readonly Proposed[]> {
  const open = outcomes.flatMap(({ file, choices }) =>
    file.conflicts
      .filter((conflict) => !choices.some((choice) => choice.conflict === conflict))
      .map((conflict) => ({ file, conflict })),
  );
  if (open.length === 0) return [];
  io.err(`mortise: asking ${opened.model.name}, ${describe(opened.server)}, about ${open.length} open conflicts\n`);
  const completer = await loadCompleter();
  const out: Proposed[] = [];
  try {
    for (const one of open) out.push(await proposeOne(io, conflicted, one, { opened, options, completer }));
  } finally {
    await completer.dispose();
  }
  return out;
}

async function proposeOne(
  io: Io,
  { repo, operation }: Conflicted,
  { file, conflict }: { file: ConflictedFile; conflict: MarkedConflict },
  parts: { opened: OpenedModel; options: ProposeOptions; completer: Completer },
): Promise<Proposed> {
  const { opened, options, completer } = parts;
  const signal = io.signal ?? new AbortController().signal;
  const { path } = file.unmerged;
  const stages = stagesLike(file.text ?? '', file.unmerged);
  const known = await knownAbout(conflict.context, { repo, operation, path, stages }, completer, signal);
  const typeErrors = typeErrorsWith(
    completer.services.types,
    file.unmerged.file,
    (text) => wholeWith(file, conflict, text),
    stages,
  );
  const line = progress(io);
  const name = `${path}:${lineAt(file.text ?? '', conflict.span.start)}`;
  try {
    const steps = propose(
      conflict.context,
      conflict.resolutions,
      {
        model: opened.model,
        contextLength: opened.contextLength,
        syntax: (await loadServices()).syntax,
        names: { left: operation.left.text, right: operation.right.text },
        ...known,
        ...(options.guidance === undefined ? {} : { guidance: options.guidance }),
        ...(typeErrors ? { typeErrors } : {}),
        describe: describeEvidence,
      },
      signal,
    );
    for await (const step of steps) {
      if (step.kind === 'proposal') return { file, conflict, proposal: step.proposal };
      if (step.kind === 'needsYou') return { file, conflict, reason: step.reason };
      if (step.kind === 'asking') {
        line.say(`${name}: asked to ${step.stage}`);
        if (options.showSent) io.err(`--- sent about ${name} (${step.stage})\n${visibleLines(step.prompt)}\n---\n`);
      } else line.say(`${name}: ${step.text.length} characters`);
    }
    return { file, conflict, reason: 'The model gave no answer.' };
  } catch (error) {
    if (signal.aborted) throw error;
    return { file, conflict, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    line.done();
  }
}

/** The file with a text for one conflict; the others hold their best resolution, or our side. */
function wholeWith(file: ConflictedFile, conflict: MarkedConflict, text: string): string {
  const edits = file.conflicts.map((one) => ({
    span: one.span,
    text: one === conflict ? text : (one.resolutions[0]?.candidate.text ?? one.context.sides.left),
  }));
  return applyEdits(file.text ?? '', edits);
}

export function showProposals(
  io: Io,
  { repo }: Conflicted,
  all: readonly Proposed[],
  model: string,
  applied: boolean,
): void {
  const { style } = io;
  if (all.length === 0) return;
  io.out(
    `\n${style.bold(`Proposals of ${visible(model)}`)}  ${style.dim('checked, not measured: look before you take one')}\n`,
  );
  for (const { file, conflict, proposal, reason } of all) {
    const at = `${shown(io, repo, file.unmerged.path)}:${lineAt(file.text ?? '', conflict.span.start)}`;
    if (!proposal) {
      io.out(`  ${style.yellow('• needs you')}  ${at}\n      ${visible(reason ?? '')}\n`);
      continue;
    }
    const { resolution, how, said } = proposal;
    io.out(`  ${applied ? style.green('✓ applied') : style.cyan('• proposed')}  ${at}\n`);
    const what = how === 'chosen' ? `chose: ${resolution.candidate.origin.reason}` : 'wrote these lines';
    io.out(`      ${visible(model)} ${visible(what)}\n`);
    if (said !== '') io.out(`      ${style.dim(`it says: “${visible(said)}”`)}\n`);
    const evidence = describeEvidence(resolution.evidence);
    if (evidence.length > 0) io.out(`      ${style.dim(visible(evidence.join(' · ')))}\n`);
    io.out(block(resolution.candidate.text, '      │ ', style.cyan, 20));
  }
}

export const proposalChoices = (all: readonly Proposed[], file: ConflictedFile, model: string): Choice[] =>
  all.flatMap((one): Choice[] => {
    if (one.file !== file || !one.proposal) return [];
    const { resolution, how } = one.proposal;
    const reason =
      how === 'chosen' ? `${resolution.candidate.origin.reason}, chosen by ${model}` : `written by ${model}`;
    return [{ conflict: one.conflict, resolution, text: resolution.candidate.text, reason }];
  });

export const proposalReport = (all: readonly Proposed[], model: string) =>
  all.map(({ file, conflict, proposal, reason }) => ({
    path: file.unmerged.path,
    line: lineAt(file.text ?? '', conflict.span.start),
    model,
    ...(proposal
      ? {
          how: proposal.how,
          text: proposal.resolution.candidate.text,
          said: proposal.said,
          evidence: describeEvidence(proposal.resolution.evidence),
        }
      : { needsYou: reason ?? '' }),
  }));

const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n');
