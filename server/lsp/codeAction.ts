/** Quick fixes on a conflict: the ranked resolutions first, then the plain sides; and a source action for all that is safe. */

import { type CodeAction, CodeActionKind, type CodeActionParams, type Command } from 'vscode-languageserver/node';
import { fraction } from '../resolve/reasons.ts';
import { toRange, touches } from './convert.ts';
import { type Choice, commands } from './protocol.ts';
import type { OpenConflict, Session } from './session.ts';
import { offered, shortHash } from './view.ts';
import { named } from './words.ts';

export async function codeActions(session: Session, params: CodeActionParams): Promise<CodeAction[]> {
  const { uri } = params.textDocument;
  const document = session.document(uri);
  if (!document) return [];
  const { conflicts } = await session.analyse(document);
  if (conflicts.length === 0) return [];
  const wanted = (kind: string) => !params.context.only || params.context.only.some((only) => kind.startsWith(only));
  const at = conflicts.filter(({ conflict }) => touches(toRange(document, conflict.span), params.range));
  const fixes = wanted(CodeActionKind.QuickFix) ? at.flatMap((open) => fixesFor(uri, open)) : [];
  const sourceKind = 'source.resolveSafeConflicts';
  if (!wanted(sourceKind)) return fixes;
  const title = 'Resolve safe conflicts in this file';
  const command = { title, command: commands.resolve, arguments: [{ uri, tier: 'safe' }] };
  return [...fixes, { title, kind: sourceKind, command }];
}

function fixesFor(uri: string, open: OpenConflict): CodeAction[] {
  const { left, right } = open.names;
  const take = (title: string, choice: Choice): Command => ({
    title,
    command: commands.take,
    arguments: [{ uri, conflict: open.id, choice }],
  });
  const ranked = offered(open.resolutions());
  const offers = ranked.map((resolution, i): CodeAction => {
    const odds = resolution.confidence > 0 ? ` (${resolution.tier}, ${fraction(resolution.confidence)})` : '';
    const title = `Mortise: ${named(resolution.candidate.origin.reason, open.names)}${odds}`;
    const command = take(title, { resolution: shortHash(resolution.candidate.text) });
    return { title, kind: CodeActionKind.QuickFix, isPreferred: i === 0 && resolution.tier === 'safe', command };
  });
  const plain: [string, Choice][] = [
    [`Mortise: take ${left}`, 'left'],
    [`Mortise: take ${right}`, 'right'],
    [`Mortise: take both, ${left} first`, 'left-right'],
    [`Mortise: take both, ${right} first`, 'right-left'],
  ];
  return [
    ...offers,
    ...plain.map(([title, choice]) => ({ title, kind: CodeActionKind.QuickFix, command: take(title, choice) })),
  ];
}
