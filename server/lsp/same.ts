/**
 * "You took theirs in 4 of 4 version bumps: do the same for the other 6?" Counts the user's own decisions by what kind of
 * conflict they were on; where all of a kind fell the same way, the open conflicts of that kind can follow in one edit.
 * Ranking is not touched here: this only repeats, on a click, what the user has done themselves. It is a bulk action all the
 * same, so what nothing in bulk may touch stays, and so does the last marker of a file whose rest wants a look.
 */
import { createHash } from 'node:crypto';
import type { Connection } from 'vscode-languageserver/node';
import { readApplied } from '../git/saved.ts';
import { heldBack } from '../held.ts';
import type { Sides } from '../merge/conflict.ts';
import { stagesLike } from '../mergeContext.ts';
import { outlookOf } from '../plan.ts';
import type { Evidence, Resolution } from '../resolve/candidate.ts';
import { heldByEvidence } from '../resolve/heldByEvidence.ts';
import { layoutCap } from '../resolve/layout.ts';
import { materialOf } from '../resolve/material.ts';
import type { Services } from '../resolve/resolve.ts';
import { judgedContext } from '../resolve/wholeConflict.ts';
import { splitLines } from '../text/lines.ts';
import { toPath } from './convert.ts';
import type { DocumentParams, SameAnswer, SameParams, Summary } from './protocol.ts';
import type { WorkTree } from './repositories.ts';
import { summarise } from './resolve.ts';
import { type Analysis, fileUri, type OpenConflict, type Session } from './session.ts';
import { applyLogged, type Chosen, documentEdit, isReadOnly, textOf } from './take.ts';
import { named, plural } from './words.ts';

/** Below this many decisions of one kind nothing is suggested. */
const LEAST = 2;

type PlainChoice = 'left' | 'right' | 'left-right' | 'right-left' | 'base';
/** How a decision fell: one of the sides, or what a proposal of this origin does. */
type Way = PlainChoice | `origin ${string}`;

interface Decided {
  readonly pattern: string;
  readonly way: Way;
}

interface Suggestion {
  readonly pattern: string;
  readonly way: Way;
  readonly decided: number;
  readonly planned: readonly { readonly analysis: Analysis; readonly chosen: readonly Chosen[] }[];
}

/** The kind of a conflict in people's words, plural; undefined where it is like no other. */
export function patternOf({ base, left, right }: Sides): string | undefined {
  if (left === '' || right === '') return left === right ? undefined : 'edits against deletions';
  const alike = (from: RegExp) => {
    const [one, other] = [left.replace(from, '#'), right.replace(from, '#')];
    return one === other && one !== left;
  };
  if (left.replace(/\s+/g, '') === right.replace(/\s+/g, '')) return 'changes of white space';
  if (alike(/\d+(?:\.\d+)+(?:[-+][\w.]+)?/g)) return 'version bumps';
  if (alike(/\d+(?:\.\d+)?/g)) return 'changes of a number';
  const lines = splitLines(left + (left.endsWith('\n') ? '' : '\n') + right).filter((line) => line.trim() !== '');
  if (lines.every((line) => /^\s*(?:import|from|using|use|#include|require|package)\b/.test(line))) return 'imports';
  if (alike(/"[^"\n]*"|'[^'\n]*'|`[^`\n]*`/g)) return 'changes of a string';
  const renamed = base === undefined ? undefined : (renameOf(base, left) ?? renameOf(base, right));
  return renamed && `renames of ${renamed}`;
}

/** One name that became another everywhere, with nothing else changed: "old to new". */
function renameOf(base: string, side: string): string | undefined {
  const words = (text: string) => text.match(/[\p{L}_$][\p{L}\p{N}_$]*|[^\p{L}_$]+/gu) ?? [];
  const [before, after] = [words(base), words(side)];
  if (before.length !== after.length) return undefined;
  const pairs = new Set(before.flatMap((word, i) => (word === after[i] ? [] : [`${word} to ${after[i]}`])));
  const [pair] = pairs;
  return pairs.size === 1 && pair !== undefined && /^[\p{L}_$]/u.test(pair) ? pair : undefined;
}

/** Names a suggestion: of this kind of conflict, and how they fell. */
const keyOf = ({ pattern, way }: Decided): string =>
  createHash('sha1').update(`${pattern}\u0000${way}`).digest('hex').slice(0, 12);

export async function same(session: Session, params: DocumentParams): Promise<SameAnswer | null> {
  const found = await suggestion(session, params);
  if (!found) return null;
  const { pattern, way, decided, planned } = found;
  const count = planned.reduce((sum, { chosen }) => sum + chosen.length, 0);
  const first = planned[0]?.chosen[0];
  const names = first?.open.names ?? { left: 'ours', right: 'theirs' };
  const did = wayInWords(way, first, names);
  return {
    said: `You ${did} in ${decided} of ${decided} ${pattern}.`,
    key: keyOf(found),
    count,
    files: planned.map(({ analysis }) => analysis.document.uri),
  };
}

function wayInWords(way: Way, first: Chosen | undefined, names: { left: string; right: string }): string {
  const plain: Record<string, string> = {
    left: `took ${names.left}`,
    right: `took ${names.right}`,
    'left-right': `kept both, ${names.left} first,`,
    'right-left': `kept both, ${names.right} first,`,
    base: 'went back to the base',
  };
  return plain[way] ?? `took the proposal "${first?.reason ?? ''}"`;
}

/**
 * All files in one edit: one undo step takes everything back. `problem` says why nothing was done: what was offered (`key`) is
 * not what would be done now, since the user decided otherwise meanwhile, or nothing can be logged.
 */
export async function takeSame(session: Session, connection: Connection, params: SameParams): Promise<Summary> {
  const found = await suggestion(session, params);
  if (params.key !== undefined && (!found || keyOf(found) !== params.key))
    return { ...summarise([]), problem: 'Nothing was done: what was offered does not hold any more.' };
  const planned = found?.planned ?? [];
  if (planned.length === 0) return summarise([]);
  const documentChanges = planned.map(({ analysis, chosen }) => documentEdit(analysis, chosen));
  const label = `Mortise: the same for ${plural(
    planned.reduce((sum, { chosen }) => sum + chosen.length, 0),
    'conflict',
  )}`;
  const all = planned.map((one) => ({ ...one, by: 'resolve' as const }));
  // Our own shape of a WorkspaceEdit, as take.ts hands it over.
  const apply = () => connection.workspace.applyEdit({ label, edit: { documentChanges } as never });
  const problem = await applyLogged(session, all, apply);
  if (problem) return { ...summarise(planned.map(({ analysis }) => ({ analysis, chosen: [] }))), problem };
  return summarise(planned);
}

/** For the tree of a document: the latest decision's kind, if all decisions of that kind fell the same way. */
async function suggestion(session: Session, { uri }: DocumentParams): Promise<Suggestion | undefined> {
  const path = toPath(uri);
  const { tree } = path === undefined ? {} : await session.repositories.find(path);
  if (!tree || session.client.untrusted) return undefined;
  const decided = await decisionsOf(session, tree);
  const last = decided.at(-1);
  if (!last) return undefined;
  const alike = decided.filter(({ pattern }) => pattern === last.pattern);
  if (alike.length < LEAST || alike.some(({ way }) => way !== last.way)) return undefined;
  const planned = await openAlike(session, tree, last);
  return planned.length === 0 ? undefined : { ...last, decided: alike.length, planned };
}

async function decisionsOf(session: Session, tree: WorkTree): Promise<Decided[]> {
  const [log, standing] = await Promise.all([readApplied(tree.repo), session.decided(tree)]);
  return standing.flatMap(({ path, sides, chosen }): Decided[] => {
    const pattern = patternOf(sides);
    if (pattern === undefined) return [];
    const plain = plainWay(sides, chosen);
    const origin = log.findLast((entry) => entry.path === path && entry.text === chosen)?.origin;
    const way: Way | undefined = plain ?? (origin === undefined ? undefined : `origin ${origin}`);
    return way === undefined ? [] : [{ pattern, way }];
  });
}

function plainWay({ base, left, right }: Sides, chosen: string): PlainChoice | undefined {
  if (chosen === left) return 'left';
  if (chosen === right) return 'right';
  if (chosen === base) return 'base';
  if (chosen === left + right) return 'left-right';
  return chosen === right + left ? 'right-left' : undefined;
}

async function openAlike(
  session: Session,
  tree: WorkTree,
  { pattern, way }: Decided,
): Promise<Suggestion['planned'][number][]> {
  const planned: Suggestion['planned'][number][] = [];
  const services = await session.services();
  for (const file of tree.files.values()) {
    if (!file.texts) continue;
    const document = await session.read(fileUri(file));
    if (!document) continue;
    const analysis = await session.analyse(document);
    if (await isReadOnly(analysis)) continue;
    const alike = analysis.conflicts.flatMap((open): Chosen[] => {
      if (patternOf(open.context.sides) !== pattern) return [];
      const one = choose(open, way);
      const evidence = one && open.check(plainly(one).candidate);
      return one && evidence && !isHeld(one, evidence, analysis, services) ? [{ ...one, evidence }] : [];
    });
    const chosen = withoutLast(alike, analysis, services);
    if (chosen.length > 0) planned.push({ analysis, chosen });
  }
  return planned;
}

/** What no bulk action takes, and white space that may mean something: a decision elsewhere says nothing of it. */
function isHeld(
  { open, resolution }: Chosen,
  evidence: readonly Evidence[],
  { tree, unmerged }: Analysis,
  { syntax }: Services,
): boolean {
  const { sides } = open.context;
  const tier = resolution?.tier ?? 'possible';
  if (heldBack({ sides, unmerged, tier, policy: tree?.policy }) !== undefined) return true;
  // Both sides kept in one place may be a definition or a key twice in another.
  if (heldByEvidence(evidence) !== undefined) return true;
  // Of the whole conflict: what both sides laid out anew may stand beside the markers. And of what is shown, where that says more.
  const of = new Set([judgedContext(open.context), open.context]);
  return [...of].some((context) => layoutCap(context, materialOf(context, syntax), syntax) === 'possible');
}

/** Where no marker would be left and git's merge of the rest wants a look, the last conflict stays, and the file with it. */
function withoutLast(all: readonly Chosen[], analysis: Analysis, services: Services): readonly Chosen[] {
  if (all.length === 0 || all.length < analysis.conflicts.length) return all;
  const read = {
    marked: ({ open: { conflict, context } }: Chosen) => ({ span: conflict.span, context }),
    ranked: (one: Chosen) => [one.resolution ?? plainly(one)],
  };
  const { document, unmerged, elsewhere } = analysis;
  const text = document.getText();
  const file = { text, sides: unmerged && stagesLike(text, unmerged), elsewhere, services };
  return (outlookOf(all, read, file)?.warnings.length ?? 0) > 0 ? all.slice(0, -1) : all;
}

/** A side as if a generator had proposed it: nothing is measured about it. */
const plainly = ({ text, reason }: Pick<Chosen, 'text' | 'reason'>): Resolution => ({
  candidate: { text, origin: { name: 'choice', reason }, generators: [] },
  evidence: [],
  confidence: 0,
  tier: 'possible',
});

function choose(open: OpenConflict, way: Way): Chosen | undefined {
  if (!way.startsWith('origin ')) return textOf(open, way as PlainChoice); // The other half of the union.
  const wanted = way.slice('origin '.length);
  const resolution = open.resolutions().find(({ candidate }) => candidate.origin.name === wanted);
  // What a model wrote is looked at one by one: nothing is known of how often it is right.
  if (!resolution || resolution.candidate.generators.includes('model')) return undefined;
  return {
    open,
    text: resolution.candidate.text,
    reason: named(resolution.candidate.origin.reason, open.names),
    resolution,
  };
}
