/** `mortise complete --model`: what a language model would fill in at a place, cut and checked as in the editor. */
import { dirname } from 'node:path';
import type { Completer, CompletionRequest } from '../complete/complete.ts';
import { ModelCompletions } from '../complete/model/modelCompletion.ts';
import { worthShowing } from '../complete/shown.ts';
import { ask, offers, type SourcedItem, workspaceSource } from '../complete/source.ts';
import { GitProblem } from '../git/git.ts';
import { isIgnored } from '../git/intent.ts';
import { openRepository, pathInRepository } from '../git/repository.ts';
import type { Io } from './io.ts';
import type { OpenedModel } from './modelOptions.ts';

export async function completeWithModel(
  io: Io,
  completer: Completer,
  opened: OpenedModel,
  request: CompletionRequest,
  shows: { readonly sent: boolean },
): Promise<readonly SourcedItem[]> {
  const signal = io.signal ?? new AbortController().signal;
  await completer.services.types.open(request.root, signal);
  const hole = await completer.open(request, signal);
  if (!hole) return [];
  const typed = await completer.typedHole(hole, signal);
  const source = new ModelCompletions({
    services: completer.services,
    model: async () => opened,
    allowed: notIgnored,
    sent: ({ prompt }) => {
      if (shows.sent) io.err(`--- sent to ${opened.model.name}\n${prompt}\n---\n`);
    },
  });
  let failure: unknown;
  let items: readonly SourcedItem[] = [];
  const question = ask(completer, hole, typed, 'manual', signal);
  for await (const list of offers([workspaceSource(completer), source], question, signal, (_, error) => {
    failure = error;
  })) {
    items = worthShowing(list, hole, completer.model);
  }
  source.stop();
  if (failure !== undefined) io.err(`mortise: ${failure instanceof Error ? failure.message : String(failure)}\n`);
  // What was asked for by name stands first.
  const own = (item: SourcedItem) => Number(item.source === opened.model.name);
  return [...items].sort((a, b) => own(b) - own(a));
}

/** Outside of every repository nothing is ignored; in one that git refuses to read nobody knows. @throws GitProblem then. */
async function notIgnored(file: string): Promise<boolean> {
  const repo = await openRepository(dirname(file)).catch((problem: unknown) => {
    if (problem instanceof GitProblem && problem.code === undefined) return undefined;
    throw problem;
  });
  return repo === undefined || !(await isIgnored(repo, pathInRepository(repo, file)));
}
