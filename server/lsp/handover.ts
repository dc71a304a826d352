/**
 * `mortise/handover`: the file without markers, for VS Code's editor with three panes. That editor throws a text with
 * markers away and starts from the base; a text without markers it takes as it is. So what is resolved already stays, what
 * the tier allows is filled in, a hunk the user has begun to type stands as typed, and every other conflict as in the base,
 * which that editor counts as unhandled. What is filled in is logged like everything else that Mortise applies.
 */
import { readApplied } from '../git/saved.ts';
import type { FilledParams, HandoverAnswer, HandoverParams } from './protocol.ts';
import { planned } from './resolve.ts';
import type { Analysis, Session } from './session.ts';
import { type Chosen, remember } from './take.ts';
import { typedText } from './typed.ts';

/** So much text around a place finds it again after other places changed. */
const AROUND = 120;

export async function handover(
  session: Session,
  { uri, tier, apply }: HandoverParams,
  signal: AbortSignal,
): Promise<HandoverAnswer | null> {
  const document = session.document(uri);
  if (!document) return null;
  const analysis = await session.analyse(document);
  await session.settle(analysis, signal);
  const source = analysis.document.getText();
  let text = '';
  const filled: Chosen[] = [];
  const likely: Chosen[] = [];
  let at = 0;
  const places: { at: number; base: string; text: string }[] = [];
  const log = analysis.tree ? await readApplied(analysis.tree.repo) : [];
  const now = await planned(session, analysis, tier, log);
  // What the client fills in afterwards comes on top of that: all of it together is planned as one.
  const later = tier === 'likely' ? [] : await planned(session, analysis, 'likely', log);
  for (const open of analysis.conflicts) {
    const { start, end } = open.conflict.span;
    const typed = typedText(open, analysis.unmerged);
    const isOf = (one: Chosen) => one.open === open;
    const best = now.find(isOf);
    text += source.slice(at, start);
    const base = open.context.sides.base ?? '';
    const next = best ? undefined : later.find(isOf);
    if (best) filled.push(best);
    if (next) {
      likely.push(next);
      places.push({ at: text.length, base, text: next.text });
    }
    text += typed ?? best?.text ?? base;
    at = end;
  }
  const names = analysis.conflicts[0]?.names ?? { left: 'ours', right: 'theirs' };
  const open = analysis.conflicts.length - filled.length;
  text += source.slice(at);
  const proposals = places.map(({ at: from, base, text: proposal }) => ({
    before: text.slice(Math.max(0, from - AROUND), from),
    base,
    after: text.slice(from + base.length, from + base.length + AROUND),
    text: proposal,
  }));
  if (apply) {
    if (filled.length > 0) await remember(session, analysis, filled, 'resolve');
    const own = handed.get(session) ?? new Map<string, Handed>();
    handed.set(session, own.set(uri, { analysis, likely }));
  }
  return { version: analysis.document.version, text, filled: filled.length, open, names, proposals };
}

/** Log the proposals that the client filled in afterwards, by their places in the answer that was applied. */
export async function filledIn(session: Session, { uri, filled }: FilledParams): Promise<null> {
  const last = handed.get(session)?.get(uri);
  const chosen = last?.likely.filter((_, i) => filled.includes(i)) ?? [];
  if (last && chosen.length > 0) await remember(session, last.analysis, chosen, 'resolve');
  return null;
}

/** The text with markers is gone from the editor by the time proposals are filled in. */
interface Handed {
  readonly analysis: Analysis;
  readonly likely: readonly Chosen[];
}

const handed = new WeakMap<Session, Map<string, Handed>>();
