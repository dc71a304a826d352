/** `mortise/resolve` and its command: everything a policy allows, in one document or in every conflicted file. Never stages. */
import type { Connection } from 'vscode-languageserver/node';
import { type AppliedEntry, readApplied } from '../git/saved.ts';
import { type BulkPlan, planTier } from './bulkPlan.ts';
import type { DocumentEdit, FileSummary, ResolveAnswer, ResolveParams, Summary } from './protocol.ts';
import { type Analysis, fileUri, type OpenConflict, type Session } from './session.ts';
import { applyChosen, type Chosen, documentEdit, expectEdit } from './take.ts';
import { named, oddsOf } from './words.ts';

interface Planned {
  readonly analysis: Analysis;
  readonly chosen: readonly Chosen[];
  /** Why the plan left what the tier would have taken. */
  readonly held?: BulkPlan['held'];
  /** Why nothing of it could be applied. */
  readonly refused?: string;
}

export async function resolveByPolicy(
  session: Session,
  params: ResolveParams,
  signal: AbortSignal,
): Promise<ResolveAnswer> {
  const planned: Planned[] = [];
  for await (const one of plan(session, params, signal)) {
    expectEdit(session, one.analysis, one.chosen);
    planned.push(one);
  }
  const documentChanges = planned.flatMap(({ analysis, chosen }): DocumentEdit[] =>
    chosen.length > 0 ? [documentEdit(analysis, chosen)] : [],
  );
  return { edit: { documentChanges }, summary: summarise(planned) };
}

/** Applied file by file: each is an undo step of its own. A file that could not be changed counts as left, and says why. */
export async function applyPolicy(
  session: Session,
  connection: Connection,
  params: ResolveParams,
  signal: AbortSignal,
): Promise<Summary> {
  const done: Planned[] = [];
  for await (const one of plan(session, params, signal)) {
    const { analysis, chosen } = one;
    const applying = { analysis, chosen, by: 'resolve' } as const;
    const refused = chosen.length > 0 ? await applyChosen(session, connection, applying) : undefined;
    if (refused) connection.console.warn(`${analysis.document.uri}: ${refused}`);
    done.push(refused ? { ...one, chosen: [], refused } : one);
  }
  return summarise(done);
}

async function* plan(session: Session, params: ResolveParams, signal: AbortSignal): AsyncGenerator<Planned> {
  // Read once for each work tree: what this very request adds is of other files.
  const logs = new Map<string, readonly AppliedEntry[]>();
  for (const uri of await targets(session, params)) {
    const document = await session.read(uri);
    signal.throwIfAborted();
    if (!document) continue;
    const analysis = await session.analyse(document);
    await session.settle(analysis, signal);
    if (analysis.conflicts.length === 0) continue;
    const { tree } = analysis;
    // Where it cannot be read nothing can be added to it either: then nothing is applied, and that says why.
    const log = tree && (logs.get(tree.repo.root) ?? (await readApplied(tree.repo).catch(() => [])));
    if (tree && log) logs.set(tree.repo.root, log);
    const { applied, held } = await planTier(session, analysis, params.tier, log ?? []);
    yield { analysis, chosen: chosenOf(applied), held };
  }
}

/** What a tier applies to a document by itself: neither what the user is working on nor what is theirs to decide. */
export async function planned(
  session: Session,
  analysis: Analysis,
  tier: ResolveParams['tier'],
  log: readonly AppliedEntry[],
): Promise<Chosen[]> {
  return chosenOf((await planTier(session, analysis, tier, log)).applied);
}

const chosenOf = (applied: BulkPlan['applied']): Chosen[] =>
  [...applied].map(([open, resolution]) => {
    const { text, origin } = resolution.candidate;
    return { open, text, reason: named(origin.reason, open.names), resolution };
  });

async function targets(session: Session, params: ResolveParams): Promise<string[]> {
  if (params.uri !== undefined) return [params.uri];
  const trees = session.repositories.all().filter(({ repo }) => params.root === undefined || repo.root === params.root);
  return trees.flatMap(({ files }) => [...files.values()].filter(({ texts }) => texts).map(fileUri));
}

export function summarise(planned: readonly Planned[]): Summary {
  const files = planned.map(({ analysis, chosen, held, refused }): FileSummary => {
    const { document, unmerged, conflicts } = analysis;
    const lineOf = ({ conflict: { span } }: OpenConflict) => document.positionAt(span.start).line + 1;
    return {
      uri: document.uri,
      path: unmerged?.path ?? document.uri,
      resolved: chosen.map(({ open, reason, resolution }) => ({
        line: lineOf(open),
        reason,
        odds: oddsOf(resolution?.confidence ?? 0),
      })),
      left: conflicts.length - chosen.length,
      held: [...(held ?? [])].map(([open, why]) => ({ line: lineOf(open), why: named(why, open.names) })),
      ...(refused === undefined ? {} : { refused }),
    };
  });
  const sum = (of: (file: FileSummary) => number) => files.reduce((total, file) => total + of(file), 0);
  return { files, resolved: sum((file) => file.resolved.length), left: sum((file) => file.left) };
}
