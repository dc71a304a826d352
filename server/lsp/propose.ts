/** `mortise/propose`: a model's proposal for one conflict, told while it is written and kept beside the conflict's resolutions. */
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import type { Completer } from '../complete/complete.ts';
import { ModelError } from '../model/provider.ts';
import { knownAbout, typeErrorsWith } from '../proposals.ts';
import { type Proposal, type ProposalStep, propose } from '../resolve/propose.ts';
import { applyEdits } from '../text/span.ts';
import { toPath } from './convert.ts';
import {
  modelNotifications,
  modelRequests,
  type ProposalProgress,
  type ProposeAnswer,
  type ProposeParams,
} from './modelProtocol.ts';
import type { Models, TaskModel } from './models.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';
import { shortHash } from './view.ts';
import { evidenceLines } from './words.ts';

/** Milliseconds between two looks at a text that is being written. */
const PACE = 60;

export function bindProposals(
  connection: Connection,
  session: Session,
  models: Models,
  completer: () => Promise<Completer>,
): void {
  connection.onRequest(modelRequests.propose, async (params: ProposeParams, token: CancellationToken) => {
    const abort = new AbortController();
    const listening = token.onCancellationRequested(() => abort.abort());
    try {
      return await models.lanes.run('merge', abort.signal, (signal) => answer(params, signal));
    } catch (error) {
      return failure(error);
    } finally {
      listening.dispose();
    }
  });

  async function answer(params: ProposeParams, signal: AbortSignal): Promise<ProposeAnswer> {
    const document = await session.read(params.uri);
    const analysis = document && (await session.analyse(document));
    const open = analysis?.conflicts.find(({ id }) => id === params.conflict);
    if (!analysis || !open) return failed('other', 'This conflict changed meanwhile; look at it again.');
    if (session.client.untrusted)
      return failed('forbidden', 'The workspace is not trusted: nothing of it is sent to a model.');
    const chosen = await models.chosen('merge', signal);
    if (!chosen) return failed('none', 'No model is configured. Choose one with "Mortise: Choose Model…".');
    return models.watched(chosen.model.name, () => ask(params, { analysis, open, chosen }, signal));
  }

  async function ask(
    params: ProposeParams,
    { analysis, open, chosen }: { analysis: Analysis; open: OpenConflict; chosen: TaskModel },
    signal: AbortSignal,
  ): Promise<ProposeAnswer> {
    const { name } = chosen.model;
    const about = `${analysis.unmerged?.path ?? analysis.document.uri}:${analysis.document.positionAt(open.conflict.span.start).line + 1}`;
    let timer: NodeJS.Timeout | undefined;
    let written = '';
    const tell = (stage: ProposalProgress['stage'], text: string) => {
      const progress: ProposalProgress = { uri: params.uri, conflict: params.conflict, stage, model: name, text };
      void connection.sendNotification(modelNotifications.progress, progress);
    };
    const steps = await stepsFor(params, { analysis, open, chosen, completer: await completer() }, signal);
    // The newest text is told when the pause is over, so that a model that stops to think leaves nothing untold.
    const later = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        tell('write', written);
      }, PACE);
    };
    try {
      for await (const step of steps) {
        if (step.kind === 'asking') {
          models.log({ model: name, address: chosen.address, about: `${about} (${step.stage})`, prompt: step.prompt });
          tell(step.stage, '');
        } else if (step.kind === 'text') {
          written = step.text;
          later();
        } else if (step.kind === 'needsYou') return { kind: 'needsYou', model: name, reason: step.reason };
        else return proposed(session, open, step.proposal, name);
      }
    } finally {
      clearTimeout(timer);
    }
    return { kind: 'needsYou', model: name, reason: 'The model gave no answer.' };
  }

  async function stepsFor(
    { guidance }: ProposeParams,
    {
      analysis,
      open,
      chosen,
      completer: ready,
    }: { analysis: Analysis; open: OpenConflict; chosen: TaskModel; completer: Completer },
    signal: AbortSignal,
  ): Promise<AsyncGenerator<ProposalStep>> {
    const { tree, unmerged, document } = analysis;
    const stages = unmerged?.texts;
    const place =
      tree && unmerged ? { repo: tree.repo, operation: tree.operation, path: unmerged.path, stages } : undefined;
    const known = await knownAbout(open.context, place, ready, signal);
    const file = toPath(document.uri) ?? document.uri;
    const typeErrors = typeErrorsWith(ready.services.types, file, (text) => wholeWith(analysis, open, text), stages);
    return propose(
      open.context,
      open.resolutions(),
      {
        ...chosen,
        syntax: (await session.services()).syntax,
        names: open.names,
        ...known,
        ...(guidance === undefined ? {} : { guidance }),
        ...(typeErrors ? { typeErrors } : {}),
        describe: (evidence) => evidenceLines(evidence, open.names),
      },
      signal,
    );
  }
}

function proposed(session: Session, open: OpenConflict, proposal: Proposal, model: string): ProposeAnswer {
  const { resolution, how, said } = proposal;
  session.addProposal(
    open,
    resolution,
    how === 'chosen' ? `${resolution.candidate.origin.reason}, chosen by ${model}` : `written by ${model}`,
  );
  return {
    kind: 'proposal',
    resolution: shortHash(resolution.candidate.text),
    how,
    model,
    said,
    evidence: evidenceLines(resolution.evidence, open.names),
  };
}

/** The document with a text for one conflict; the others hold their best resolution, or our side. */
function wholeWith({ document, conflicts }: Analysis, open: OpenConflict, text: string): string {
  const edits = conflicts.map((one) => ({
    span: one.conflict.span,
    text: one === open ? text : (one.best()?.candidate.text ?? one.context.sides.left),
  }));
  return applyEdits(document.getText(), edits);
}

const failed = (fault: string, message: string): ProposeAnswer => ({ kind: 'failed', fault, message });

function failure(error: unknown): ProposeAnswer {
  if (error instanceof ModelError) return failed(error.fault, error.message);
  if (error instanceof Error && error.name === 'AbortError') return failed('aborted', 'It was stopped.');
  throw error;
}
