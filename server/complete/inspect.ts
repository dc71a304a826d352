/**
 * What is known of a hole, as a text a person can read: the hole, its expected type, what a model would be given and why,
 * and the candidates with their evidence. One text for the editor's inspector and for the command line.
 */
import type { TypedHole } from '../types/typeEngine.ts';
import { guessExpected, type OpenHole } from './complete.ts';
import type { ContextItem } from './context/assemble.ts';
import type { SourcedItem } from './source.ts';

export interface Inspected {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly expected: string | null;
  readonly from: 'checker' | 'prior' | 'text' | null;
  readonly hole: TypedHole | undefined;
  readonly budget: number;
  readonly context: readonly ContextItem[];
  readonly candidates: readonly SourcedItem[];
  /** Confidence from which a completion is shown unasked, and the model that gave the numbers. */
  readonly threshold: number;
  readonly model: { readonly threshold: number };
  readonly notes: readonly string[];
}

/** The expected type and who says so: the checker, a guess of the engine, or the text before the cursor. */
export function expectedAt(hole: OpenHole, typed: TypedHole | undefined): Pick<Inspected, 'expected' | 'from'> {
  if (typed?.expected !== undefined) return { expected: typed.expected, from: typed.expectedFrom ?? null };
  const guessed = guessExpected(hole.view);
  return guessed === undefined ? { expected: null, from: null } : { expected: guessed, from: 'text' };
}

const sources: Readonly<Record<string, string>> = {
  checker: 'the language demands it',
  prior: 'guessed from names and later use',
  text: 'read from the code before the cursor',
};

/** Whether a confidence is a measured share. An untrained model shows nothing unasked, and its numbers are an order alone. */
export const isCalibrated = ({ threshold }: { readonly threshold: number }): boolean => threshold <= 1;

/** `41 in 100 like this were right · type-checked · property, from the workspace`; a model's number is a rank, not odds. */
export function evidenceOf(item: SourcedItem, model: { readonly threshold: number }): string {
  const parts = [
    item.unasked || item.unmeasured
      ? 'not measured'
      : isCalibrated(model)
        ? `${item.confidence < 0.01 ? 'fewer than 1' : Math.round(item.confidence * 100)} in 100 like this were right`
        : `ranked ${item.confidence.toFixed(2)}, not calibrated`,
  ];
  parts.push(checkedWords(item));
  if (item.edits && item.edits.length > 0) parts.push('brings its import');
  if (item.goesOn || item.lacks) parts.push('does not fit by itself: more must follow');
  if (item.disputed) parts.push('a value of this name is in scope');
  if (item.held) parts.push('the variable has this value already');
  if (item.copied) parts.push('stands elsewhere for something else');
  if (item.ahead) parts.push('before likelier ones, since the text around asks for it');
  parts.push(originWords(item));
  return parts.join(' · ');
}

/** Of JavaScript that no types are checked of what was looked at is said. */
export const checkedWords = ({ checked, loose }: Pick<SourcedItem, 'checked' | 'loose'>): string =>
  checked ? 'type-checked' : loose ? 'names checked, no types' : 'not type-checked';

function originWords({ origin, source }: SourcedItem): string {
  const words = origin
    .split('+')
    .map((part) => (part === 'ngram' ? 'written like this before' : part.replace(/(?=[A-Z])/g, ' ').toLowerCase()));
  return `${words.join(', ')}, from ${source === 'workspace' ? 'the workspace' : source}`;
}

/** A line that stands for a completion of several: its first one, cut. */
export function oneLine(text: string, most = 80): string {
  const [first = ''] = text.split('\n', 1);
  const isCut = first.length > most || first.length < text.trimEnd().length;
  return isCut ? `${first.slice(0, most).trimEnd()} …` : first;
}

/** As Markdown that reads well as it is. */
export function printInspection(seen: Inspected, language = ''): string {
  const { hole } = seen;
  const fenced = (text: string) => {
    const fence = '`'.repeat(Math.max(3, 1 + longestRun(text)));
    return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
  };
  const spent = seen.context.reduce((sum, item) => sum + item.tokens, 0);
  const lines = [`# Context at ${seen.path}:${seen.line}:${seen.column}`, '', '## Hole', ''];
  lines.push(
    seen.expected === null
      ? 'Expected type: not known.'
      : `Expected type (${sources[seen.from ?? ''] ?? 'source unknown'}):\n\n${fenced(seen.expected)}`,
  );
  if (hole) {
    const facts = [`Kind: ${hole.kind}, ${placeWords(hole.place)}`];
    if (hole.name !== undefined) facts.push(`Name of the value: \`${hole.name}\``);
    if (hole.callee !== undefined) facts.push(`Argument ${(hole.argument ?? 0) + 1} of \`${hole.callee}\``);
    const around = [hole.enclosingClass, hole.enclosing].filter((name) => name !== undefined).join('.');
    if (around !== '') facts.push(`Inside: \`${around}\``);
    if (hole.broken) facts.push('The file has syntax errors beside the hole: types are less certain');
    if (hole.unsure === 'syntax')
      facts.push('Its own statement has syntax errors: nothing here is called type-checked');
    if (hole.loose) facts.push('JavaScript without `checkJs`: names, members and calls are checked, types are not');
    if (hole.unsure === 'fold')
      facts.push(
        'The first value of the fold is not written yet, and its type with it: nothing here is called type-checked',
      );
    if (hole.unsure === 'receiver')
      facts.push('Of what stands before the dot, or is called, the type is not known: nothing here is checked');
    lines.push('', ...facts.map((fact) => `- ${fact}`));
  }
  for (const note of seen.notes) lines.push('', `Note: ${note}.`);
  lines.push('', `## Candidates (${seen.candidates.length})`, '');
  lines.push(
    seen.candidates.length === 0
      ? 'None.'
      : seen.threshold > 1
        ? 'None is shown unasked: what these numbers are worth has not been measured.'
        : `Shown unasked from a confidence of ${seen.threshold.toFixed(2)}.`,
  );
  seen.candidates.forEach((item, i) => {
    lines.push('', `${i + 1}. ${evidenceOf(item, seen.model)}`, '', fenced(item.text));
  });
  lines.push('', `## Context for a model (${spent} of ${seen.budget} tokens, ${seen.context.length} items)`);
  for (const item of seen.context) {
    lines.push('', `### ${item.path} (${item.source}, ${item.tokens} tokens)`, '', `Why: ${item.reason}.`, '');
    lines.push(fenced(item.text));
  }
  return `${lines.join('\n')}\n`;
}

const placeWords = (place: string): string => place.replace(/(?=[A-Z])/g, ' ').toLowerCase();

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
