/** `mortise complete FILE:LINE:COL`: what would be offered at a place, and with `--context` what a model would be given. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { completeHole } from '../complete/batchHole.ts';
import { loadO200k } from '../complete/o200k.ts';
import { loadCompleter } from '../completionServices.ts';
import { openRepository } from '../git/repository.ts';
import { splitLines } from '../text/lines.ts';
import { completeWithModel } from './completeModel.ts';
import { type Io, readArgs, UsageError, wholeNumber } from './io.ts';
import { modelHelp, modelOptions, openNamed } from './modelOptions.ts';

export const help = `Usage: mortise complete [--context] [--budget TOKENS] [--json] [--model NAME] FILE:LINE:COL

Offer completions at a place (line and column count from 1), best first; without --model, from the
workspace alone.

Options:
      --context           show what a model would be given
      --budget TOKENS     size of that context (1024)
      --json              one JSON document on standard output
      --show-sent         print what is sent to the model
${modelHelp}
Exit code: 0 something is offered; 1 nothing is; 2 it could not be done.
`;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    context: { type: 'boolean' },
    json: { type: 'boolean' },
    budget: { type: 'string' },
    'show-sent': { type: 'boolean' },
    ...modelOptions,
  });
  const place = /^(.+):(\d+):(\d+)$/.exec(positionals[0] ?? '');
  if (!place || positionals.length !== 1) throw new UsageError('complete takes one place: FILE:LINE:COL.');
  const file = resolve(io.cwd, place[1] ?? '');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read.`);
  });
  const offset = offsetOf(text, Number(place[2]), Number(place[3]));
  const root = await openRepository(dirname(file)).then(
    (repository) => repository.root,
    () => dirname(file), // no repository: the folder is the workspace
  );
  const budget = wholeNumber(values.budget, '--budget', 0, 1_000_000) ?? 1024;
  const opened = values.model === undefined ? undefined : await openNamed(io, values);
  const completer = await loadCompleter({ count: await loadO200k(), log: (line) => io.err(`mortise: ${line}\n`) });
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
          io.out(`${item.text}  ${io.style.dim(`${item.source}${item.checked ? ', type-checked' : ''}`)}\n`);
      return items.length > 0 ? 0 : 1;
    }
    const answer = await completeHole({ id: 0, root, path: file, text, offset, budget }, completer, io.signal);
    if (values.json) io.out(`${JSON.stringify(answer)}\n`);
    else {
      if (answer.expected !== null) io.out(`expected: ${answer.expected}\n`);
      for (const item of answer.items.slice(0, 10))
        io.out(`${item.text}  ${io.style.dim(`${item.origin}${item.checked ? ', type-checked' : ''}`)}\n`);
      if (values.context)
        for (const piece of answer.context)
          io.out(`\n${io.style.bold(piece.path)} (${piece.reason}, ${piece.tokens} tokens)\n${piece.text}`);
      for (const note of answer.notes ?? []) io.err(`mortise: ${note}\n`);
    }
    return answer.items.length > 0 ? 0 : 1;
  } finally {
    await completer.dispose();
  }
}

function offsetOf(text: string, line: number, column: number): number {
  const lines = splitLines(text);
  if (line < 1 || line > lines.length + 1 || column < 1)
    throw new UsageError(`The file has no line ${line}, column ${column}.`);
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length, 0);
  return before + Math.min(column - 1, (lines[line - 1] ?? '').replace(/\r?\n$/, '').length);
}
