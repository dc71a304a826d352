/**
 * A model's proposal for one conflict: choose among the verified candidates, else write the hunk, else say what needs a
 * person. What it wrote is checked as any candidate is and sent back with its errors twice at most. Never `safe`.
 */

import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import { endsInKey, hasSecret, whyPrivate } from '../model/private.ts';
import {
  choosePrompt,
  fillPrompt,
  type Intent,
  type MergeQuestion,
  type Option,
  partialCode,
  type Round,
  readChoice,
  readFill,
  size,
} from '../model/promptMerge.ts';
import { answerOf, type Prompt, type TextModel } from '../model/provider.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { splitLines } from '../text/lines.ts';
import type { ConflictContext, Evidence, Resolution } from './candidate.ts';
import { type ProposalBound, proposalBound } from './proposalBound.ts';
import { type Checked, ProposalCheck, type TypeErrors } from './proposalCheck.ts';

export interface ProposeParts {
  readonly model: TextModel;
  /** Tokens that prompt and answer share. */
  readonly contextLength: number;
  readonly syntax: Syntax;
  readonly names: { readonly left: string; readonly right: string };
  readonly intents: { readonly left: readonly Intent[]; readonly right: readonly Intent[] };
  readonly definitions: readonly { readonly path: string; readonly text: string }[];
  /** How the repository writes its code, a fact a line. */
  readonly conventions?: readonly string[];
  /** What the developer asks for, in their words. */
  readonly guidance?: string;
  /** Errors of the file with a text for this conflict that neither side's file has; undefined where no checker knows it. */
  readonly typeErrors?: TypeErrors;
  /** Evidence in words. */
  readonly describe: (evidence: readonly Evidence[]) => readonly string[];
}

export type ProposalStep =
  | { readonly kind: 'asking'; readonly stage: 'choose' | 'write' | 'repair'; readonly prompt: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'needsYou'; readonly reason: string };

export interface Proposal {
  /** Tier `possible` for a written text, at most `likely` for a chosen one. */
  readonly resolution: Resolution;
  readonly how: 'chosen' | 'written';
  /** The model's words; shown as such. */
  readonly said: string;
  /** Times the text went back with errors. */
  readonly rounds: number;
}

/** The question, and the span of the file that it speaks of. */
interface Asked {
  readonly question: MergeQuestion;
  readonly bound: ProposalBound;
}

const ROUNDS = 2;
const OPTIONS = 5;

/** Ends with one `proposal` or `needsYou`. @throws ModelError or AbortError as the model does. */
export async function* propose(
  context: ConflictContext,
  resolutions: readonly Resolution[],
  parts: ProposeParts,
  signal: AbortSignal,
): AsyncGenerator<ProposalStep> {
  const refusal = whyNot(context);
  if (refusal !== undefined) {
    yield { kind: 'needsYou', reason: refusal };
    return;
  }
  const bound = proposalBound(context, parts.syntax);
  const asked: Asked = { question: questionOf(bound.context, parts), bound };
  const check = new ProposalCheck(context, parts.syntax, parts.typeErrors ?? (async () => undefined));
  const chosen = yield* chooseOne(asked, withEvidence(resolutions, check), parts, signal);
  if (chosen) yield { kind: 'proposal', proposal: chosen };
  else yield* write(asked, check, parts, signal);
}

/** Why nothing of this conflict is sent at all. */
function whyNot({ path, sides, before }: ConflictContext): string | undefined {
  const kind = whyPrivate(path);
  if (kind !== undefined) return kind;
  const texts = [sides.left, sides.right, sides.base ?? ''];
  if (endsInKey(before) || texts.some(hasSecret))
    return 'The conflicting lines hold what looks like a secret; they are not sent to a model.';
  return undefined;
}

function withEvidence(resolutions: readonly Resolution[], check: ProposalCheck): readonly Resolution[] {
  return resolutions
    .filter(({ candidate }) => !candidate.generators.some((name) => name.startsWith('model')))
    .slice(0, OPTIONS)
    .map((one) => (one.evidence.length > 0 ? one : { ...one, evidence: check.evidence(one.candidate) }))
    .filter(({ evidence }) => !evidence.some((one) => one.check === 'parses' && !one.passed));
}

async function* chooseOne(
  { question, bound }: Asked,
  options: readonly Resolution[],
  parts: ProposeParts,
  signal: AbortSignal,
): AsyncGenerator<ProposalStep, Proposal | undefined> {
  if (options.length < 2) return undefined;
  const shown = options.map(
    ({ candidate, evidence }): Option => ({
      text: bound.wrap(candidate.text),
      reason: candidate.origin.reason,
      evidence: parts.describe(evidence),
    }),
  );
  const prompt = choosePrompt(question, shown, parts.contextLength);
  if (!prompt) return undefined;
  signal.throwIfAborted();
  yield { kind: 'asking', stage: 'choose', prompt: printed(prompt) };
  const answer = readChoice(await answerOf(parts.model, prompt, signal), options.length);
  const resolution = answer?.choice === undefined ? undefined : options[answer.choice];
  if (!answer || !resolution) return undefined;
  // Its measured odds stay what they were; a model's word proves nothing.
  const tier = resolution.tier === 'safe' ? 'likely' : resolution.tier;
  return { resolution: { ...resolution, tier }, how: 'chosen', said: answer.why, rounds: 0 };
}

async function* write(
  { question, bound }: Asked,
  check: ProposalCheck,
  parts: ProposeParts,
  signal: AbortSignal,
): AsyncGenerator<ProposalStep> {
  const { sides } = question;
  const answerTokens = Math.min(2048, 200 + size(sides.left) + size(sides.right));
  const rounds: Round[] = [];
  let best: { readonly checked: Checked; readonly said: string } | undefined;
  let last = 'The model gave no text that could be used.';
  for (let round = 0; round <= ROUNDS; round++) {
    const prompt = fillPrompt(question, rounds, { tokens: parts.contextLength, answer: answerTokens });
    if (!prompt) {
      if (round === 0) last = `The conflict is longer than the ${parts.contextLength} tokens of the model's context.`;
      break;
    }
    signal.throwIfAborted();
    yield { kind: 'asking', stage: round === 0 ? 'write' : 'repair', prompt: printed(prompt) };
    const most = 4 * (sides.left.length + sides.right.length) + 6000;
    const answer = yield* streamed({ model: parts.model, prompt, most, shown: bound.shown }, signal);
    const fill = readFill(answer);
    if (fill?.kind === 'needsYou') {
      if (!best) {
        yield { kind: 'needsYou', reason: fill.why === '' ? 'The model says that a person must decide.' : fill.why };
        return;
      }
      break;
    }
    if (!fill) {
      rounds.push({ answer: answer.slice(0, 500), problems: ['It is not the JSON object that was asked for.'] });
      continue;
    }
    const checked = await check.check(bound.narrow(fill.code) ?? fill.code, signal);
    if (!checked.unfit && (!best || checked.problems.length < best.checked.problems.length))
      best = { checked, said: fill.why };
    if (checked.problems.length === 0) break;
    last = checked.problems[0] ?? last;
    rounds.push({ answer: answer.slice(0, 8000), problems: checked.problems });
  }
  if (best) yield { kind: 'proposal', proposal: proposalOf(best, parts.model.name, rounds.length) };
  else yield { kind: 'needsYou', reason: `No text of the model could be used. ${last}` };
}

function proposalOf({ checked, said }: { checked: Checked; said: string }, model: string, rounds: number): Proposal {
  return {
    resolution: {
      candidate: {
        text: checked.text,
        origin: { name: 'model', reason: `written by ${model}` },
        generators: ['model'],
      },
      evidence: checked.evidence,
      confidence: 0,
      tier: 'possible',
    },
    how: 'written',
    said,
    rounds: Math.min(rounds, ROUNDS),
  };
}

/** The answer, its code told while it comes. A model that goes on past `most` units is left. */
async function* streamed(
  {
    model,
    prompt,
    most,
    shown,
  }: {
    readonly model: TextModel;
    readonly prompt: Prompt;
    readonly most: number;
    readonly shown: (text: string) => string;
  },
  signal: AbortSignal,
): AsyncGenerator<ProposalStep, string> {
  let answer = '';
  let told = '';
  for await (const part of model.complete(prompt, signal)) {
    answer += part;
    const code = partialCode(answer);
    if (code !== told) {
      told = code;
      yield { kind: 'text', text: shown(code) };
    }
    if (answer.length > most || loops(answer)) break;
  }
  return answer;
}

/** The same 20 to 200 units four times at the end. */
const loops = (text: string): boolean => text.length > 400 && /([\s\S]{20,200}?)\1{3}$/.test(text.slice(-900));

function questionOf(context: ConflictContext, parts: ProposeParts): MergeQuestion {
  const { path, sides, before, after, siblings = [] } = context;
  const usable = siblings.filter((one) => whyPrivate(one.path) === undefined);
  return {
    path,
    language: languageOf(path)?.name ?? '',
    names: parts.names,
    sides,
    ...(sides.base === undefined
      ? {}
      : { edits: { left: editScript(sides.base, sides.left), right: editScript(sides.base, sides.right) } }),
    before,
    after,
    intents: parts.intents,
    definitions: parts.definitions.filter((one) => whyPrivate(one.path) === undefined),
    siblings: usable.map((one) => ({
      path: one.path,
      left: one.sides.left,
      right: one.sides.right,
      chosen: one.chosen,
    })),
    ...(parts.conventions ? { conventions: parts.conventions } : {}),
    ...(parts.guidance === undefined || parts.guidance.trim() === '' ? {} : { guidance: parts.guidance.trim() }),
  };
}

/** A change as lines with `-`, `+` and, beside them, one line of what stayed. */
export function editScript(base: string, side: string): string {
  const interner = new Interner();
  const [a, b] = [splitLines(base), splitLines(side)];
  const ids = (lines: readonly string[]) => Int32Array.from(lines, (line) => interner.id(line));
  const out: string[] = [];
  let shown = 0;
  const plain = (line: string | undefined) => (line ?? '').replace(/\r?\n$/, '');
  for (const change of histogramDiff(ids(a), ids(b))) {
    if (change.aStart > shown) out.push(` ${plain(a[change.aStart - 1])}`);
    for (const line of a.slice(change.aStart, change.aEnd)) out.push(`-${plain(line)}`);
    for (const line of b.slice(change.bStart, change.bEnd)) out.push(`+${plain(line)}`);
    if (change.aEnd < a.length) out.push(` ${plain(a[change.aEnd])}`);
    shown = change.aEnd + 1;
  }
  return out.length === 0 ? '(nothing)\n' : `${out.join('\n')}\n`;
}

/** A prompt as one text, for the view of what was sent. */
export function printed({ system, turns = [], prompt }: Prompt): string {
  const said = turns.map(({ role, text }) => `# ${role}\n${text}`);
  return [`# system\n${system ?? ''}`, ...said, `# user\n${prompt}`].join('\n\n');
}
