/** Hover on a conflict: what each side changed as a small diff, why it conflicts (commits), and what the proposal keeps. */
import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import { type PathCommit, regionHistory } from '../git/history.ts';
import { replayedBase } from '../git/replayed.ts';
import { stagesLike } from '../mergeContext.ts';
import { outlookOf } from '../plan.ts';
import { toldWarnings } from '../resolve/aftermathWords.ts';
import { splitLines } from '../text/lines.ts';
import { accountLines, asPlain, commitLink } from './account.ts';
import { askedOf, asRead, bulkPlan } from './bulkPlan.ts';
import { toRange } from './convert.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';
import { viewEarlier } from './view.ts';
import { dayOf, evidenceLines, named, oddsOf, plural, short } from './words.ts';

/** Lines of each small diff; the rest is counted. */
const SHOWN = 14;

export async function hover(
  session: Session,
  uri: string,
  position: Position,
  signal: AbortSignal,
): Promise<Hover | undefined> {
  const document = session.document(uri);
  if (!document) return undefined;
  const analysis = await session.analyse(document);
  const offset = document.offsetAt(position);
  const open = analysis.conflicts.find(({ conflict: { span } }) => offset >= span.start && offset < span.end);
  if (!open) return undefined;
  const [left, right] = await Promise.all([
    commits(analysis, open, 'left', signal),
    commits(analysis, open, 'right', signal),
  ]);
  const { names, context } = open;
  const base = context.sides.base;
  const root = analysis.tree?.repo.root;
  const linked = (commit: string) =>
    commitLink(root ?? '', commit, session.client.vscode === true && root !== undefined);
  const earlierStop = await replayedPart(analysis, open, linked, signal);
  const parts = [
    `### Conflict: ${asPlain(names.left)} and ${asPlain(names.right)}`,
    sidePart(names.left, { base, side: context.sides.left }, left, linked),
    earlierStop,
    sidePart(names.right, { base, side: context.sides.right }, right, linked),
    earlierPart(open, linked),
    proposal(open, accountLines(uri, open, session.client.vscode === true)),
    await heldPart(session, analysis, open, signal),
    await restPart(session, analysis, open, signal),
  ];
  const value = parts.filter((part) => part !== '').join('\n\n');
  return { contents: { kind: MarkupKind.Markdown, value }, range: toRange(document, open.conflict.span) };
}

/** In a rebase: what the upstream seems to have changed against the user's own commit, with no more said than git proves. */
async function replayedPart(
  { tree, unmerged }: Analysis,
  { names, context }: OpenConflict,
  linked: (commit: string) => string,
  signal: AbortSignal,
): Promise<string> {
  const { base = '', left } = context.sides;
  if (!tree || !unmerged) return '';
  const asked = { file: unmerged, base, left, signal };
  const of = await replayedBase(tree.repo, tree.operation, asked).catch(() => undefined);
  if (!of) return '';
  const who = asPlain(names.left);
  const opening = `The base here is your own earlier commit ${linked(of.commit)} ${asPlain(short(of.subject, 72))}`;
  return of.decided
    ? `${opening}, and the upstream never edited these lines: what differs from it in ${who} was decided when git came to that commit.`
    : `${opening}: what differs from it in ${who} may be an edit of the upstream, or what was decided when git came to that commit.`;
}

function sidePart(
  name: string,
  { base, side }: { readonly base: string | undefined; readonly side: string },
  history: readonly PathCommit[],
  linked: (commit: string) => string,
): string {
  const what = base === undefined ? `**${asPlain(name)}** has` : `**${asPlain(name)}** changed`;
  const lines = base === undefined ? splitLines(side).map((line) => `  ${line.trimEnd()}`) : diffLines(base, side);
  const shown = lines.slice(0, SHOWN);
  if (lines.length > SHOWN) shown.push(`  … ${plural(lines.length - SHOWN, 'more line')}`);
  const because = history.map(
    ({ commit, author, subject, time }) =>
      `- ${linked(commit)} ${asPlain(short(subject, 72))}, ${asPlain(author)}, ${new Date(time * 1000).toISOString().slice(0, 10)}`,
  );
  const fence = fenceFor(shown.join('\n'));
  return [what, `${fence}diff\n${shown.join('\n')}\n${fence}`, ...because].join('\n');
}

/** How the same conflict was resolved before, and by whom: evidence of this repository's own, which nobody measured. */
function earlierPart(open: OpenConflict, linked: (commit: string) => string): string {
  const { earlier } = open;
  if (!earlier) return '';
  const { merge, at } = earlier;
  const lines = splitLines(earlier.text).slice(0, SHOWN).join('').trimEnd();
  const fence = fenceFor(lines);
  const who = merge
    ? `in ${linked(merge.commit.slice(0, 7))} ${asPlain(short(merge.title, 72))}, ${asPlain(merge.author)}, ${dayOf(at)}`
    : `on ${dayOf(at)}, as git's rerere remembers`;
  const checked = viewEarlier(open)?.resolution.evidence.map((line) => `- ${asPlain(line)}`) ?? [];
  return [`**Resolved before** ${who}.\n${fence}\n${lines === '' ? '(nothing)' : lines}\n${fence}`, ...checked].join(
    '\n',
  );
}

function proposal(open: OpenConflict, account: readonly string[]): string {
  const best = open.best();
  if (!best) return 'Mortise has no proposal for this conflict.';
  const reason = named(best.candidate.origin.reason, open.names);
  const lines = evidenceLines(best.evidence, open.names).map((line) => `- ${asPlain(line)}`);
  return [`**Proposal (${best.tier}):** ${asPlain(reason)}; ${oddsOf(best.confidence)}.`, ...lines, ...account].join(
    '\n',
  );
}

/** Above this many conflicts a hover does not wait for the answers of all of them. */
const MANY = 20;

/** Why nothing in bulk touches what is safe by itself. */
async function heldPart(
  session: Session,
  analysis: Analysis,
  open: OpenConflict,
  signal: AbortSignal,
): Promise<string> {
  if (analysis.conflicts.length <= MANY) await session.settle(analysis, signal);
  const plan = analysis.conflicts.length <= MANY ? await bulkPlan(session, analysis) : undefined;
  const { held } = askedOf(open, analysis, plan);
  return held === undefined ? '' : `Nothing in bulk touches it: ${asPlain(held)}.`;
}

/** What may be broken beside the conflicts, with the best of each in place. */
async function restPart(
  session: Session,
  analysis: Analysis,
  open: OpenConflict,
  signal: AbortSignal,
): Promise<string> {
  const { conflicts, document, unmerged, elsewhere } = analysis;
  if (conflicts.length > MANY) return '';
  await session.settle(analysis, signal);
  const text = document.getText();
  const where = { text, sides: unmerged && stagesLike(text, unmerged), elsewhere, services: await session.services() };
  // Not read again: the session keeps how a file was judged (`outlooks.ts`).
  const warnings = toldWarnings(outlookOf(conflicts, asRead, where)?.warnings ?? []);
  return warnings.map((warning) => `- Elsewhere in the file: ${asPlain(named(warning, open.names))}.`).join('\n');
}

/** A unified diff without headers; unchanged lines are kept, they are few in a conflict. */
export function diffLines(before: string, after: string): string[] {
  const [a, b] = [splitLines(before), splitLines(after)];
  const interner = new Interner();
  const out: string[] = [];
  let at = 0;
  const line = (mark: string, text: string | undefined) => out.push(`${mark} ${(text ?? '').trimEnd()}`);
  for (const change of histogramDiff(interner.ids(a), interner.ids(b))) {
    for (; at < change.aStart; at++) line(' ', a[at]);
    for (; at < change.aEnd; at++) line('-', a[at]);
    for (let i = change.bStart; i < change.bEnd; i++) line('+', b[i]);
  }
  for (; at < a.length; at++) line(' ', a[at]);
  return out;
}

/** The commits of one side that touched these lines: the answer to "why does this conflict". */
async function commits(
  { tree, unmerged }: Analysis,
  { context }: OpenConflict,
  side: 'left' | 'right',
  signal: AbortSignal,
): Promise<readonly PathCommit[]> {
  const whole = unmerged?.texts?.[side];
  if (!tree || !unmerged || whole === undefined) return [];
  const region = context.sides[side];
  const at = region === '' ? -1 : whole.indexOf(region);
  if (at < 0) return [];
  const from = splitLines(whole.slice(0, at)).length + 1;
  const to = from + splitLines(region).length - 1;
  const found = regionHistory(tree.repo, tree.operation, side, { path: unmerged.path, from, to }, { signal, limit: 3 });
  return found.catch(() => []);
}

function fenceFor(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  return '`'.repeat(longest + 1);
}
