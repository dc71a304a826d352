/** mortise/inspect and mortise/fillMissingMembers: what is known of a hole, and edits that write what is missing. */
import { fillMissing } from '../complete/fillMissing.ts';
import { evidenceOf, expectedAt, type Inspected, printInspection } from '../complete/inspect.ts';
import { thresholdOf } from './completion.ts';
import type { FillAnswer, Inspection, InspectParams, PlaceParams } from './completionProtocol.ts';
import type { Completions } from './completions.ts';
import { toPath, toRange } from './convert.ts';

const BUDGET = 1024;
const LONGEST_WAIT = 30_000;

/** Null: the document is not open or is no file. */
export async function inspect(
  completions: Completions,
  params: InspectParams,
  signal: AbortSignal,
): Promise<Inspection | null> {
  const { uri } = params.textDocument;
  const document = completions.session.document(uri);
  const path = toPath(uri);
  if (!document || path === undefined) return null;
  const { completer, root } = await completions.prepare(path);
  await completions.workspaces.settled(root, signal);
  const budget = Math.max(0, Math.min(params.budget ?? BUDGET, 100_000));
  const offered = await completions.offer(
    uri,
    params.position,
    { asked: 'manual', wait: LONGEST_WAIT, enough: () => false },
    signal,
  );
  const question = offered?.question;
  const context = question ? (await question.context(budget)).items : [];
  const name = question?.hole.view.path ?? path;
  const notes = [...completions.workspaces.notes(root)];
  if (!offered) notes.unshift('nothing is completed here: a comment, a string, a number, or a file that is no code');
  else if (!question) notes.unshift('nothing is completed here: generated, minified, or larger than 512 KB');
  else if (completer.services.types.knows(path) && !question.typed) notes.push('the type engine knows nothing here');
  const seen: Inspected = {
    path: name,
    line: params.position.line + 1,
    column: params.position.character + 1,
    ...(question ? expectedAt(question.hole, question.typed) : { expected: null, from: null }),
    hole: question?.typed,
    budget,
    context,
    candidates: offered?.items ?? [],
    threshold: await thresholdOf(completions),
    model: completer.model,
    notes,
  };
  return answer(seen, document.languageId);
}

function answer(seen: Inspected, language: string): Inspection {
  const { hole, candidates, model, ...rest } = seen;
  return {
    ...rest,
    kind: hole?.kind ?? null,
    place: hole?.place ?? null,
    candidates: candidates.map((item) => ({
      text: item.text,
      origin: item.origin,
      source: item.source,
      checked: item.checked,
      imports: (item.edits?.length ?? 0) > 0,
      confidence: item.confidence,
      evidence: evidenceOf(item, model),
    })),
    text: printInspection(seen, language),
  };
}

export async function fillMissingAt(
  completions: Completions,
  params: PlaceParams,
  signal: AbortSignal,
): Promise<FillAnswer> {
  const { uri } = params.textDocument;
  const document = completions.session.document(uri);
  const file = toPath(uri);
  if (!document || file === undefined) return { problem: 'this document is not a file' };
  const { version } = document;
  const { completer, root } = await completions.prepare(file);
  await completions.workspaces.settled(root, signal);
  const at = { file, text: document.getText(), offset: document.offsetAt(params.position) };
  const filled = await fillMissing(completer.services.types, at, signal);
  if ('problem' in filled) return filled;
  if (document.version !== version) return { problem: 'the text changed meanwhile; nothing was changed' };
  const edits = filled.edits.map(({ span, text }) => ({ range: toRange(document, span), newText: text }));
  return { edits, version, checked: filled.checked, left: filled.left };
}
