/** `mortise/resolve` and its command: everything a policy allows, in one document or in every conflicted file. Never stages. */
import type { Connection } from 'vscode-languageserver/node';
import { heldBack } from '../held.ts';
import { applies } from '../resolve/resolve.ts';
import { leastSure } from '../resolve/together.ts';
import type { DocumentEdit, FileSummary, ResolveAnswer, ResolveParams, Summary } from './protocol.ts';
import { type Analysis, fileUri, type OpenConflict, type Session } from './session.ts';
import { applyChosen, type Chosen, documentEdit, remember } from './take.ts';
import { named, oddsOf } from './words.ts';

interface Planned {
  readonly analysis: Analysis;
  readonly chosen: readonly Chosen[];
}

export async function resolveByPolicy(
  session: Session,
  params: ResolveParams,
  signal: AbortSignal,
): Promise<ResolveAnswer> {
  const planned: Planned[] = [];
  for await (const one of plan(session, params, signal)) planned.push(one);
  const documentChanges = planned.flatMap(({ analysis, chosen }): DocumentEdit[] =>
    chosen.length > 0 ? [documentEdit(analysis, chosen)] : [],
  );
  return { edit: { documentChanges }, summary: summarise(planned) };
}

/** Applied file by file: each is an undo step of its own. A file that the editor refuses counts as left. */
export async function applyPolicy(
  session: Session,
  connection: Connection,
  params: ResolveParams,
  signal: AbortSignal,
): Promise<Summary> {
  const done: Planned[] = [];
  for await (const { analysis, chosen } of plan(session, params, signal)) {
    const refused = chosen.length > 0 ? await applyChosen(connection, analysis, chosen) : undefined;
    if (refused) connection.console.warn(`${analysis.document.uri}: ${refused}`);
    else if (chosen.length > 0) await remember(session, analysis, chosen, 'resolve');
    done.push({ analysis, chosen: refused ? [] : chosen });
  }
  return summarise(done);
}

async function* plan(session: Session, params: ResolveParams, signal: AbortSignal): AsyncGenerator<Planned> {
  for (const uri of await targets(session, params)) {
    const document = await session.read(uri);
    signal.throwIfAborted();
    if (!document) continue;
    const analysis = await session.analyse(document);
    await session.settle(analysis, signal);
    const each = analysis.conflicts.flatMap((open): Chosen[] => {
      const [best] = open.resolutions();
      if (!best || !applies({ kind: 'tier', tier: params.tier }, best)) return [];
      // A hunk the user is working on is theirs, a lock file its tool's: nothing in bulk takes them over.
      if (isHeld(open, analysis, best.tier)) return [];
      const reason = named(best.candidate.origin.reason, open.names);
      return [{ open, text: best.candidate.text, reason, resolution: best }];
    });
    const left = leastSure(
      { kind: 'tier', tier: params.tier },
      analysis.conflicts.map((open) => each.find((one) => one.open === open)?.resolution),
    );
    const chosen = each.filter(({ open }) => left === undefined || open !== analysis.conflicts[left]);
    if (analysis.conflicts.length > 0) yield { analysis, chosen };
  }
}

/** Whether nothing in bulk, or as part of a handover, may settle this conflict. */
export function isHeld({ context: { sides } }: OpenConflict, { unmerged, tree }: Analysis, tier: string): boolean {
  return heldBack({ sides, unmerged, tier, policy: tree?.policy }) !== undefined;
}

async function targets(session: Session, params: ResolveParams): Promise<string[]> {
  if (params.uri !== undefined) return [params.uri];
  const trees = session.repositories.all().filter(({ repo }) => params.root === undefined || repo.root === params.root);
  return trees.flatMap(({ files }) => [...files.values()].filter(({ texts }) => texts).map(fileUri));
}

export function summarise(planned: readonly Planned[]): Summary {
  const files = planned.map(({ analysis, chosen }): FileSummary => {
    const { document, unmerged, conflicts } = analysis;
    return {
      uri: document.uri,
      path: unmerged?.path ?? document.uri,
      resolved: chosen.map(({ open, reason, resolution }) => ({
        line: document.positionAt(open.conflict.span.start).line + 1,
        reason,
        odds: oddsOf(resolution?.confidence ?? 0),
      })),
      left: conflicts.length - chosen.length,
    };
  });
  const sum = (of: (file: FileSummary) => number) => files.reduce((total, file) => total + of(file), 0);
  return { files, resolved: sum((file) => file.resolved.length), left: sum((file) => file.left) };
}
