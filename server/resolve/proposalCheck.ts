/**
 * What a model's text must hold to before anyone sees it: it stays inside the hunk, and it is checked as any candidate is, for
 * the whole conflict. (Between the markers may stand less: beside a base that has the rest, each side seems to have removed it.)
 */
import type { Syntax } from '../syntax/syntax.ts';
import { splitLines } from '../text/lines.ts';
import type { Candidate, ConflictContext, Evidence } from './candidate.ts';
import { asWhole } from './checkRest.ts';
import { materialOf } from './material.ts';
import { repeatsIn } from './reasons.ts';
import { Verifier } from './verify.ts';
import { judgedContext } from './wholeConflict.ts';

export interface Checked {
  readonly text: string;
  readonly evidence: readonly Evidence[];
  /** In words for the model and for people. */
  readonly problems: readonly string[];
  /** A problem with which the text may not be shown. */
  readonly unfit: boolean;
}

export type TypeErrors = (text: string, signal: AbortSignal) => Promise<readonly string[] | undefined>;

export class ProposalCheck {
  readonly #context: ConflictContext;
  readonly #syntax: Syntax;
  readonly #verifier: Verifier;
  readonly #typeErrors: TypeErrors;
  readonly #language: ReturnType<typeof materialOf>['language'];

  constructor(context: ConflictContext, syntax: Syntax, typeErrors: TypeErrors) {
    const judged = judgedContext(context);
    const material = materialOf(judged, syntax);
    this.#context = context;
    this.#syntax = syntax;
    this.#typeErrors = typeErrors;
    this.#language = material.language;
    this.#verifier = new Verifier(material, judged, syntax);
  }

  evidence(candidate: Candidate): readonly Evidence[] {
    return this.#verifier.verify(asWhole(candidate, this.#context));
  }

  async check(raw: string, signal: AbortSignal): Promise<Checked> {
    const text = shaped(raw, this.#context);
    const outside = this.#outside(text);
    if (outside.length > 0) return { text, evidence: [], problems: outside, unfit: true };
    const evidence: Evidence[] = [
      ...this.evidence({ text, origin: { name: 'model', reason: '' }, generators: ['model'] }),
    ];
    const problems: string[] = [];
    let unfit = false;
    for (const one of evidence) {
      if (one.check === 'parses' && !one.passed) {
        problems.push('With this text the file has an error of syntax that neither side has.');
        unfit = true;
      }
      if (one.check === 'duplicates') problems.push(`It defines twice: ${one.names.slice(0, 5).join(', ')}.`);
      if (one.check === 'repeats') problems.push(`With this text ${repeatsIn(one)}.`);
      if (one.check === 'edits') problems.push(...this.#lost(text, one));
    }
    if (!unfit) {
      const newErrors = await this.#typeErrors(text, signal);
      if (newErrors) evidence.push({ check: 'types', newErrors });
      if (newErrors && newErrors.length > 0)
        problems.push(...newErrors.slice(0, 5).map((error) => `New type error: ${error}`));
    }
    return { text, evidence, problems, unfit };
  }

  /** A whole side's edits gone without a trace is worth one question. */
  #lost(text: string, account: Extract<Evidence, { check: 'edits' }>): string[] {
    const { left, right } = this.#context.sides;
    if (text === left || text === right) return [];
    return (['left', 'right'] as const).flatMap((side) => {
      const { kept, changed, dropped } = account[side];
      if (dropped.length === 0 || kept.length > 0 || changed.length > 0) return [];
      return [`Nothing of what ${side === 'left' ? 'ours' : 'theirs'} changed is in it.`];
    });
  }

  #outside(text: string): string[] {
    const { sides, before, after } = this.#context;
    const all = [sides.left, sides.right, sides.base ?? ''];
    if (/^(?:<{7}|={7}|>{7}|\|{7})/m.test(text) && !all.some((side) => /^(?:<{7}|={7}|>{7}|\|{7})/m.test(side))) {
      return ['It holds conflict markers.'];
    }
    if (/^[ \t]*```/m.test(text) && !all.some((side) => side.includes('```'))) return ['It holds a code fence.'];
    const longest = all.reduce((sum, side) => sum + side.length, 0);
    if (text.length > 2 * longest + 2000)
      return ['It is far longer than both sides together: only the conflicting lines are wanted.'];
    const repeated = repeats(text, before, after, all);
    if (repeated !== undefined) return [repeated];
    const own = this.#residue(text);
    if (this.#language && ![sides.left, sides.right].some((side) => this.#residue(side) === own)) {
      return [
        'Its brackets do not balance as those of the sides do: it closes or opens what lies outside the conflict.',
      ];
    }
    return [];
  }

  /** What a text leaves open and closes of others, as one word. */
  #residue(text: string): string {
    const tokens = this.#syntax.tokens(this.#language, text);
    const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
    const open: string[] = [];
    let closed = '';
    for (let i = 0; i < tokens.count; i++) {
      const token = text.slice(tokens.start[i], tokens.end[i]);
      if (token === '(' || token === '[' || token === '{') open.push(token);
      else if (pairs[token] !== undefined) {
        if (open.at(-1) === pairs[token]) open.pop();
        else closed += token;
      }
    }
    return `${closed}|${open.join('')}`;
  }
}

/** The line ends of the sides, and a last line end where they have one. */
function shaped(raw: string, { sides }: ConflictContext): string {
  const eol = `${sides.left}${sides.right}`.includes('\r\n') ? '\r\n' : '\n';
  const lines = raw
    .replace(/\r\n?/g, '\n')
    .replace(/^\n+(?=[^\n])/, '')
    .replace(/\n+$/, '');
  const text = lines.replaceAll('\n', eol);
  const whole = sides.left === '' ? sides.right.endsWith('\n') : sides.left.endsWith('\n');
  return text === '' || !whole ? text : text + eol;
}

/** The lines around the hunk belong to the file, not to the answer. */
function repeats(text: string, before: string, after: string, sides: readonly string[]): string | undefined {
  const solid = (lines: readonly string[]) => lines.map((line) => line.trim()).filter((line) => line.length > 2);
  const own = solid(splitLines(text));
  const [above, below] = [solid(splitLines(before)).slice(-2), solid(splitLines(after)).slice(0, 2)];
  const inSides = (lines: readonly string[]) =>
    sides.some((side) => solid(splitLines(side)).join('\n').includes(lines.join('\n')));
  const starts = above.length === 2 && own.length > 2 && above.join('\n') === own.slice(0, 2).join('\n');
  if (starts && !inSides(above)) return 'It begins with the lines that already stand above the conflict.';
  const ends = below.length === 2 && own.length > 2 && below.join('\n') === own.slice(-2).join('\n');
  return ends && !inSides(below) ? 'It ends with the lines that already stand below the conflict.' : undefined;
}
