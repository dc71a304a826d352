/** Lenses above each conflict. Found at once; a lens learns its words (and its conflict is resolved) when it comes into view. */
import type { CodeLens, Command, Position } from 'vscode-languageserver/node';
import { saidOf } from '../earlier.ts';
import type { Resolution } from '../resolve/candidate.ts';
import { heldByEvidence } from '../resolve/heldByEvidence.ts';
import { fraction } from '../resolve/reasons.ts';
import { type Asked, askedOf, bulkPlan } from './bulkPlan.ts';
import { type ClientOptions, commands } from './protocol.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';
import { leftovers } from './typed.ts';
import { offered, shortHash as resolutionId } from './view.ts';
import { wholeNow } from './whole.ts';
import { named, plural, short } from './words.ts';

/** Every lens costs the editor time before any is shown: where conflicts are many each has the four that nothing else gives. */
const MANY = 200;
/** A branch's name may be long, and a line has room for six lenses and VS Code's own. */
const NAME = 24;
/** Why it is held back, cut: the problem and the hover have all of it. */
const HELD = 60;
/** Below this a guess is not worth its words. */
const GUESS = 0.25;

type Slot = 'earlier' | 'accept' | 'preview' | 'alternatives' | 'left' | 'right' | 'next';

interface LensData {
  readonly uri: string;
  readonly conflict: string;
  readonly slot: Slot;
}

export async function codeLenses(session: Session, uri: string): Promise<CodeLens[]> {
  const document = session.document(uri);
  if (!document) return [];
  const analysis = await session.analyse(document);
  const { conflicts } = analysis;
  const slots: Slot[] = session.client.vscode
    ? ['accept', 'preview', ...(conflicts.length > MANY ? [] : (['left', 'right'] as const)), 'alternatives', 'next']
    : ['accept', 'left', 'right'];
  const [half] = leftovers(analysis);
  const doneLens = isDone(analysis) && session.client.vscode ? doneAt(uri, await wholeNow(session, analysis)) : [];
  const tidyLens = half ? [tidyAt(document.positionAt(half.start), uri)] : [];
  const lenses = conflicts.flatMap(({ id, conflict, earlier }) => {
    const start = document.positionAt(conflict.span.start);
    const known: Slot[] = earlier && session.client.vscode ? ['earlier', ...slots] : slots;
    return known.map((slot) => ({
      range: { start, end: start },
      data: { uri, conflict: id, slot } satisfies LensData,
    }));
  });
  return [...doneLens, ...tidyLens, ...lenses];
}

/** Git still waits for the user's word on a file in which nothing is left to decide. */
const isDone = (analysis: Analysis): boolean =>
  analysis.unmerged?.texts !== undefined && analysis.conflicts.length === 0 && leftovers(analysis).length === 0;

function doneAt(uri: string, whole: string | undefined): CodeLens[] {
  const start = { line: 0, character: 0 };
  const lens = (title: string, command: string): CodeLens => ({
    range: { start, end: start },
    command: { title, command, arguments: [uri] },
  });
  if (whole === undefined)
    return [lens('$(pass) No conflict is left in this file: mark it as resolved (git add)', 'mortise.stageFile')];
  return [
    lens(`$(warning) Look first: this file is ${whole}. Have the conflict back`, 'mortise.reopen'),
    lens('It is meant so: mark it as resolved (git add)', 'mortise.stageFile'),
  ];
}

/** Complete at once: it needs no resolution. */
function tidyAt(start: Position, uri: string): CodeLens {
  const title = 'Half resolved: remove the left-over markers';
  return { range: { start, end: start }, command: { title, command: commands.tidy, arguments: [{ uri }] } };
}

export async function resolveLens(session: Session, lens: CodeLens, signal: AbortSignal): Promise<CodeLens> {
  const data = lens.data as LensData; // What codeLenses put there: it comes back as it was sent.
  const document = session.document(data.uri);
  const analysis = document && (await session.analyse(document));
  const open = analysis?.conflicts.find(({ id }) => id === data.conflict);
  // The conflict is gone: the client is about to ask for lenses again.
  if (!analysis || !open) return { ...lens, command: { title: '', command: '' } };
  if (data.slot === 'accept') {
    // A plan asks every conflict of the file, which a long one does for its list and its problems, and not for one lens.
    if (analysis.conflicts.length <= MANY) await session.settle(analysis, signal);
    const plan = analysis.conflicts.length <= MANY ? await bulkPlan(session, analysis) : undefined;
    return { ...lens, command: acceptCommand(open, askedOf(open, analysis, plan), session.client, data.uri) };
  }
  return { ...lens, command: commandOf(data, open, analysis) };
}

function commandOf({ uri, conflict, slot }: LensData, open: OpenConflict, analysis: Analysis): Command {
  const take = (title: string, choice: string | { resolution: string }): Command => ({
    title,
    command: commands.take,
    arguments: [{ uri, conflict, choice }],
  });
  switch (slot) {
    case 'earlier':
      return earlierCommand(open, uri);
    case 'preview':
      return { title: 'Preview', command: 'mortise.preview', arguments: [{ uri, conflict, ...shown(open.best()) }] };
    case 'alternatives': {
      const others = Math.max(0, offered(open.resolutions()).length - 1);
      return { title: plural(others, 'alternative'), command: 'mortise.alternatives', arguments: [{ uri, conflict }] };
    }
    case 'left':
      return take(`Take ${short(open.names.left, NAME)}`, 'left');
    case 'right':
      return take(`Take ${short(open.names.right, NAME)}`, 'right');
    case 'next': {
      const at = analysis.conflicts.indexOf(open) + 1;
      return {
        title: `${at} of ${analysis.conflicts.length} · Next`,
        command: 'mortise.next',
        arguments: [{ uri, conflict }],
      };
    }
    default:
      return { title: '', command: '' };
  }
}

/** The one this lens is about, whatever else is offered before it. */
const shown = (best: Resolution | undefined): { resolution?: string } =>
  best ? { resolution: resolutionId(best.candidate.text) } : {};

/** First of all, since it is of this very repository; shown before it is taken, since nothing is measured about it. */
function earlierCommand({ id, earlier }: OpenConflict, uri: string): Command {
  const said = earlier ? saidOf(earlier) : '';
  const title = `$(history) ${said.slice(0, 1).toUpperCase()}${said.slice(1)}`;
  return { title, command: 'mortise.preview', arguments: [{ uri, conflict: id }] };
}

function acceptCommand(open: OpenConflict, { need, held }: Asked, client: ClientOptions, uri: string): Command {
  const best = open.best();
  const icon = (name: string) => (client.vscode ? `$(${name}) ` : '');
  if (!best) return { title: `${icon('person')}Needs your decision`, command: '' };
  const reason = named(best.candidate.origin.reason, open.names);
  const odds = best.confidence > 0 ? `, ${fraction(best.confidence)}` : '';
  const doubt = held ?? heldByEvidence(best.evidence.filter(({ check }) => check !== 'space'));
  const look = doubt === undefined ? '' : ` · look first: ${short(doubt, HELD)}`;
  const said =
    need === 'yours'
      ? `${icon('person')}Needs you${best.confidence >= GUESS ? ` · best guess: ${reason}${odds}${doubt === held ? '' : look}` : ''}`
      : `${icon(need === 'safe' ? 'verified' : 'check')}Accept: ${reason} · ${need}${odds}${look}`;
  // A guess is not accepted by one click: the lens shows it first.
  if (need === 'yours' && client.vscode) {
    return { title: said, command: 'mortise.preview', arguments: [{ uri, conflict: open.id, ...shown(best) }] };
  }
  const choice = { resolution: resolutionId(best.candidate.text) };
  return { title: said, command: commands.take, arguments: [{ uri, conflict: open.id, choice }] };
}
