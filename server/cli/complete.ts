/** `mortise complete FILE:LINE:COL`: what would be offered at a place, and with `--context` what a model would be given. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { completeHole, type HoleAnswer } from '../complete/batchHole.ts';
import type { Completer, CompletionRequest } from '../complete/complete.ts';
import { checkedWords, evidenceOf } from '../complete/inspect.ts';
import { adds, placeAt } from '../complete/place.ts';
import { worthShowing } from '../complete/shown.ts';
import { loadCompleter } from '../completionServices.ts';
import { openRepository } from '../git/repository.ts';
import { projectAround } from '../projectAround.ts';
import { splitLines } from '../text/lines.ts';
import { patiently } from '../types/patience.ts';
import { completeWithModel } from './completeModel.ts';
import { type Io, readArgs, UsageError, wholeNumber } from './io.ts';
import { modelHelp, modelOptions, openNamed } from './modelOptions.ts';
import { tokenCount } from './tokenCount.ts';

export const help = `Usage: mortise complete [--context] [--budget TOKENS] [--json] [--model NAME] FILE:LINE[:COL]

Offer completions at a place (line and column count from 1; without a column, at the line's end), best
first; without --model, from the workspace alone. The file on disk is read and nothing is written.

Options:
      --context           show what a model would be given
      --budget TOKENS     size of that context (1024)
      --json              one JSON document on standard output
      --show-sent         print what is sent to the model
${modelHelp}
Exit code: 0 something is offered; 1 nothing is; 2 it could not be done.
`;

/** How many are printed. */
const SHOWN = 10;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    context: { type: 'boolean' },
    json: { type: 'boolean' },
    budget: { type: 'string' },
    'show-sent': { type: 'boolean' },
    ...modelOptions,
  });
  const place = /^(.+?):(\d+)(?::(\d+))?$/.exec(positionals[0] ?? '');
  if (!place || positionals.length !== 1)
    throw new UsageError('complete takes one place, as in: mortise complete src/main.ts:12:5');
  const file = resolve(io.cwd, place[1] ?? '');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(unreadable(file, error));
  });
  const column = place[3] === undefined ? undefined : Number(place[3]);
  const offset = offsetOf(text, Number(place[2]), column);
  const root = await openRepository(dirname(file)).then(
    (repository) => repository.root,
    () => projectAround(dirname(file)),
  );
  const budget = wholeNumber(values.budget, '--budget', 0, 1_000_000) ?? 1024;
  const opened = values.model === undefined ? undefined : await openNamed(io, values);
  const log = (line: string): void => io.err(`mortise: ${line}\n`);
  const completer = await loadCompleter({
    count: await tokenCount(log),
    patience: 3,
    log,
  });
  try {
    if (opened) {
      const items = await completeWithModel(
        io,
        completer,
        opened,
        { root, path: file, text, offset },
        { sent: values['show-sent'] === true },
      );
      if (values.json) io.out(`${JSON.stringify({ items })}\n`);
      else
        for (const item of items.slice(0, 10))
          io.out(`${item.text}  ${io.style.dim(`${item.source}, ${checkedWords(item)}`)}\n`);
      return items.length > 0 ? 0 : 1;
    }
    const signal = patiently(io.signal ?? new AbortController().signal);
    const answer = await answerAt(completer, { root, path: file, text, offset }, budget, signal);
    if (values.json) io.out(`${JSON.stringify(answer)}\n`);
    else show(io, answer, { withContext: values.context === true, model: completer.model });
    return answer.items.length > 0 ? 0 : 1;
  } finally {
    await completer.dispose();
  }
}

const nowhere = 'nothing is completed here: a comment, a string or a number';

/** As in an editor: a word that is being typed is no part of the text, and what is offered begins with it. */
async function answerAt(
  completer: Completer,
  { text, offset, ...named }: CompletionRequest,
  budget: number,
  signal: AbortSignal,
): Promise<HoleAnswer> {
  const place = placeAt(named.path, text, offset);
  const start = place?.offset ?? offset;
  const request = { ...named, text: text.slice(0, start) + text.slice(offset), offset: start };
  const found = await completeHole({ id: 0, ...request, budget }, completer, signal);
  const hole = await completer.open(request, signal);
  if (!hole) return found;
  if (!place) return { ...found, items: [], notes: [nowhere] };
  const after = text.slice(offset, offset + 400);
  const moved = (at: number): number => (at > start ? at + offset - start : at);
  const items = worthShowing(found.items, hole, completer.model).filter((item) => adds(item, place, after));
  return {
    ...found,
    items: items.map(({ edits, ...item }) => ({
      ...item,
      ...(edits ? { edits: edits.map((edit) => ({ ...edit, start: moved(edit.start), end: moved(edit.end) })) } : {}),
    })),
  };
}

function show(
  io: Io,
  answer: HoleAnswer,
  { withContext, model }: { readonly withContext: boolean; readonly model: { readonly threshold: number } },
): void {
  if (answer.expected !== null) io.out(`Expected type: ${answer.expected}\n\n`);
  for (const item of answer.items.slice(0, SHOWN)) {
    const edits = item.edits?.map(({ start, end, text }) => ({ span: { start, end }, text }));
    const evidence = evidenceOf({ ...item, edits: edits ?? [], source: 'workspace' }, model);
    io.out(`${item.text}\n    ${io.style.dim(evidence)}\n`);
  }
  if (answer.items.length === 0 && (answer.notes ?? []).length === 0)
    io.err('mortise: nothing is known that fits here; --context shows what was looked at\n');
  if (withContext) {
    const spent = answer.context.reduce((sum, piece) => sum + piece.tokens, 0);
    io.out(`\nContext for a model: ${answer.context.length} items, ${spent} tokens\n`);
    for (const piece of answer.context)
      io.out(
        `\n${io.style.bold(piece.path)} (${piece.source}: ${piece.reason}, ${piece.tokens} tokens)\n${piece.text}`,
      );
  }
  for (const note of answer.notes ?? []) io.err(`mortise: ${note}\n`);
}

function unreadable(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `There is no file ${file}. A place is written FILE:LINE:COL, from the current folder.`;
  if (code === 'EISDIR') return `${file} is a folder; name a file in it.`;
  return `${file} cannot be read${typeof code === 'string' ? ` (${code})` : ''}.`;
}

function offsetOf(text: string, line: number, column: number | undefined): number {
  const lines = splitLines(text);
  // A text that ends with a line end has one more line, an empty one.
  const count = lines.length + (lines.length === 0 || /\n$/.test(lines.at(-1) ?? '') ? 1 : 0);
  if (line < 1 || line > count) throw new UsageError(`The file has ${count} lines; line ${line} is none of them.`);
  const own = (lines[line - 1] ?? '').replace(/\r?\n$/, '');
  if (column !== undefined && (column < 1 || column > own.length + 1))
    throw new UsageError(`Line ${line} has columns 1 to ${own.length + 1}; ${column} is none of them.`);
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length, 0);
  return before + (column === undefined ? own.length : column - 1);
}
