/**
 * `mortise/handover`: the file without markers, for VS Code's editor with three panes. That editor throws a text with
 * markers away and starts from the base; a text without markers it takes as it is. So what is resolved already stays, what
 * the tier allows is filled in, and every other conflict stands as in the base, which that editor counts as unhandled.
 */
import { applies } from '../resolve/resolve.ts';
import type { HandoverAnswer, HandoverParams } from './protocol.ts';
import type { OpenConflict, Session } from './session.ts';

/** So much text around a place finds it again after other places changed. */
const AROUND = 120;

export async function handover(
  session: Session,
  { uri, tier }: HandoverParams,
  signal: AbortSignal,
): Promise<HandoverAnswer | null> {
  const document = session.document(uri);
  if (!document) return null;
  const analysis = await session.analyse(document);
  await session.settle(analysis, signal);
  const source = analysis.document.getText();
  let text = '';
  let filled = 0;
  let at = 0;
  const places: { at: number; base: string; text: string }[] = [];
  for (const open of analysis.conflicts) {
    const { start, end } = open.conflict.span;
    const best = bestOf(open, tier);
    filled += best === undefined ? 0 : 1;
    text += source.slice(at, start);
    const base = open.context.sides.base ?? '';
    const likely = best === undefined ? bestOf(open, 'likely') : undefined;
    if (likely !== undefined) places.push({ at: text.length, base, text: likely });
    text += best ?? base;
    at = end;
  }
  const names = analysis.conflicts[0]?.names ?? { left: 'ours', right: 'theirs' };
  const open = analysis.conflicts.length - filled;
  text += source.slice(at);
  const proposals = places.map(({ at: from, base, text: proposal }) => ({
    before: text.slice(Math.max(0, from - AROUND), from),
    base,
    after: text.slice(from + base.length, from + base.length + AROUND),
    text: proposal,
  }));
  return { version: analysis.document.version, text, filled, open, names, proposals };
}

function bestOf(open: OpenConflict, tier: 'safe' | 'likely'): string | undefined {
  const [best] = open.resolutions();
  return best && applies({ kind: 'tier', tier }, best) ? best.candidate.text : undefined;
}
