/** One choice for one conflict, made by the user: the edit, the log that undo and review read, and the decision others learn from. */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import type { Connection } from 'vscode-languageserver/node';
import type { Counted } from '../decided.ts';
import { saidOf } from '../earlier.ts';
import { GitProblem } from '../git/git.ts';
import { type AppliedEntry, digest, logApplied, recordDecision, saveConflicted, unlogApplied } from '../git/saved.ts';
import type { Sides } from '../merge/conflict.ts';
import type { Evidence, Resolution } from '../resolve/candidate.ts';
import { remembered } from '../resolve/rank.ts';
import { toPath, toRange, uriKey } from './convert.ts';
import { type Choice, type DocumentEdit, GONE, type TakeParams } from './protocol.ts';
import type { Analysis, OpenConflict, Session } from './session.ts';
import { shortHash } from './view.ts';
import { evidenceLines, named } from './words.ts';

/** A conflict and the text that takes its place; `resolution` where it is one of ours. */
export interface Chosen {
  readonly open: OpenConflict;
  readonly text: string;
  readonly reason: string;
  readonly resolution?: Resolution;
  /** Where the text was checked already and is none of ours. */
  readonly evidence?: readonly Evidence[];
}

/** @returns what to tell the user when nothing could be done; undefined when it was. */
export async function take(session: Session, connection: Connection, params: TakeParams): Promise<string | undefined> {
  const document = session.document(params.uri);
  if (!document) return 'The file is not open any more.';
  const analysis = await session.analyse(document);
  const open = analysis.conflicts.find(({ id }) => id === params.conflict);
  if (!open) return GONE;
  const chosen = textOf(open, params.choice);
  if (!chosen) return 'This side of the conflict is not known (the base is missing), or the proposal is out of date.';
  const refused = await applyChosen(session, connection, { analysis, chosen: [chosen], by: 'editor' });
  if (refused) return refused;
  await decide(session, analysis, open, chosen.text);
  return undefined;
}

export function textOf(open: OpenConflict, choice: Choice): Chosen | undefined {
  const { sides } = open.context;
  if (typeof choice !== 'string') {
    const resolution = open.resolutions().find(({ candidate }) => shortHash(candidate.text) === choice.resolution);
    // What is on show may be the earlier resolution, which no generator may have had.
    if (!resolution && open.earlier && shortHash(open.earlier.text) === choice.resolution)
      return textOf(open, 'remembered');
    if (!resolution) return undefined;
    const reason = named(resolution.candidate.origin.reason, open.names);
    return { open, text: resolution.candidate.text, reason, resolution };
  }
  if (choice === 'remembered') {
    const { earlier } = open;
    return earlier && { open, text: earlier.text, reason: saidOf(earlier) };
  }
  const text = plainText(sides, choice);
  if (text === undefined) return undefined;
  const { left, right } = open.names;
  const said = {
    left: `takes ${left}`,
    right: `takes ${right}`,
    'left-right': `keeps both, ${left} first`,
    'right-left': `keeps both, ${right} first`,
    base: 'goes back to the common base',
  };
  return { open, text, reason: said[choice] };
}

function plainText({ base, left, right }: Sides, choice: Exclude<Choice, object | 'remembered'>): string | undefined {
  const joined = (first: string, second: string) => {
    const eol = second.includes('\r\n') ? '\r\n' : '\n';
    return first === '' || first.endsWith('\n') || second === '' ? first + second : first + eol + second;
  };
  const texts = { left, right, base, 'left-right': joined(left, right), 'right-left': joined(right, left) };
  return texts[choice];
}

/** What is to be applied to one document, and how it is logged. */
export interface Applying {
  readonly analysis: Analysis;
  readonly chosen: readonly Chosen[];
  readonly by: 'editor' | 'resolve';
}

/** One edit of one document: one undo step. Answers what went wrong, if anything. */
export async function applyChosen(
  session: Session,
  connection: Connection,
  applying: Applying,
): Promise<string | undefined> {
  const { analysis, chosen: all } = applying;
  if (await isReadOnly(analysis)) return 'The file is read-only: nothing was changed.';
  const edit = { documentChanges: [documentEdit(analysis, all)] };
  const label = all.length === 1 ? `Mortise: ${all[0]?.reason}` : `Mortise: resolve ${all.length} conflicts`;
  return applyLogged(session, [applying], () => connection.workspace.applyEdit({ label, edit: edit as never }));
}

/**
 * An edit of ours, logged first: whoever is stopped between the two finds a line too many, and what cannot be logged, so that
 * neither review nor undo would know of it, is not done. Answers what went wrong, if anything.
 */
export async function applyLogged(
  session: Session,
  all: readonly Applying[],
  apply: () => Promise<{ readonly applied: boolean; readonly failureReason?: string }>,
): Promise<string | undefined> {
  const taken: (() => Promise<void>)[] = [];
  const forget = async () => {
    // The reason why nothing was changed is what matters.
    for (const one of taken.toReversed()) await one().catch(() => undefined);
  };
  try {
    for (const { analysis, chosen, by } of all) taken.push(await remember(session, analysis, chosen, by));
    for (const { analysis, chosen } of all) expectEdit(session, analysis, chosen);
    const { applied, failureReason } = await apply();
    if (applied) return undefined;
    await forget();
    return failureReason ?? 'The editor did not take the edit; nothing was changed.';
  } catch (error) {
    await forget();
    if (error instanceof GitProblem) return `${error.message} Nothing was changed.`;
    throw error;
  }
}

/** By document: the texts that edits of ours make of it, newest last. */
const ourTexts = new WeakMap<Session, Map<string, readonly string[]>>();
const EXPECTED = 50;

/** Before an edit of ours goes to the client: the change it comes back as, now or by redo, is no decision by hand. */
export function expectEdit(session: Session, { document }: Analysis, all: readonly Chosen[]): void {
  const own = ourTexts.get(session) ?? new Map<string, readonly string[]>();
  const made = digest(Buffer.from(withEdits(document.getText(), all)));
  const key = uriKey(document.uri);
  ourTexts.set(session, own.set(key, [...(own.get(key) ?? []), made].slice(-EXPECTED)));
}

export const isOurEdit = (session: Session, uri: string, text: string): boolean =>
  ourTexts
    .get(session)
    ?.get(uriKey(uri))
    ?.includes(digest(Buffer.from(text))) === true;

/** An editor changes its text all the same, and cannot save it then. */
export async function isReadOnly({ document }: Analysis): Promise<boolean> {
  const path = toPath(document.uri);
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  return found !== undefined && (found.mode & 0o222) === 0;
}

export function documentEdit({ document }: Analysis, all: readonly Chosen[]): DocumentEdit {
  return {
    // A file that is not open has no version in the editor's count.
    textDocument: { uri: document.uri, version: document.version < 0 ? null : document.version },
    edits: all.map(({ open, text }) => ({ range: toRange(document, open.conflict.span), newText: text })),
  };
}

/**
 * Log what is applied under the git directory, with a copy of the file as it was. Outside a repository the editor's undo is all.
 * @returns takes it back: it was not applied after all. @throws GitProblem where it cannot be written.
 */
export async function remember(
  session: Session,
  analysis: Analysis,
  all: readonly Chosen[],
  by: 'editor' | 'resolve',
): Promise<() => Promise<void>> {
  const { document, tree, unmerged } = analysis;
  const path = toPath(document.uri);
  const before = document.getText();
  if (!tree || !unmerged || path === undefined || session.client.untrusted) {
    const kept = withoutLog.get(session) ?? new Map<string, Counted[]>();
    const before = kept.get(document.uri) ?? [];
    withoutLog.set(session, kept.set(document.uri, [...before, ...counted(analysis, all, by)]));
    session.revise();
    return async () => {
      kept.set(document.uri, before);
      session.revise();
    };
  }
  const onDisk = await readFile(path).catch(() => undefined);
  const bytesOf = bytesLike(onDisk, before);
  const saved = await saveConflicted(tree.repo, bytesOf(before));
  const result = digest(bytesOf(withEdits(before, all)));
  const stages = stageLines(unmerged.stages);
  const entries = all.map(
    ({ open, text, reason, resolution, evidence }): AppliedEntry => ({
      at: Date.now(),
      path: unmerged.path,
      by,
      ...(by === 'editor' ? { chosen: true } : {}),
      inEditor: true,
      operation: tree.operation.key,
      ...(tree.operation.attempt ? { attempt: tree.operation.attempt } : {}),
      line: document.positionAt(open.conflict.span.start).line + 1,
      conflict: before.slice(open.conflict.span.start, open.conflict.span.end),
      text,
      tier: resolution?.tier ?? 'possible',
      origin: resolution?.candidate.origin.name ?? 'choice',
      reason,
      confidence: resolution?.confidence ?? 0,
      evidence: evidenceLines(
        checked({ open, text, reason, ...(resolution ? { resolution } : {}), ...(evidence ? { evidence } : {}) }),
        open.names,
      ),
      saved,
      stages,
      result,
    }),
  );
  await logApplied(tree.repo, entries);
  session.revise();
  return async () => {
    await unlogApplied(tree.repo, entries);
    session.revise();
  };
}

const BOM = '\ufeff';

/**
 * A text of the editor as it saves it over those bytes: with a mark of byte order, or as Latin-1, where the file has the like. By its
 * bytes the log is found again, and what is saved brings back the very ones.
 */
function bytesLike(onDisk: Buffer | undefined, text: string): (text: string) => Buffer {
  const plain = (one: string) => one.replace(/^\ufeff/, '');
  const hasMark = onDisk?.toString('utf8', 0, 3) === BOM;
  const isRead = (encoding: BufferEncoding) => onDisk !== undefined && plain(onDisk.toString(encoding)) === plain(text);
  // Of ASCII alone it is both, and what is written there is not. Unsaved edits beside it: what the file is not valid as, it was not read as.
  const isLatin = onDisk !== undefined && ((isRead('latin1') && !isRead('utf8')) || !isUtf8(onDisk));
  // The editor's text is without the mark, another client's may have it.
  if (isLatin && !/[^\0-\xff]/.test(text)) return (one) => Buffer.from(one, 'latin1');
  return (one) => Buffer.from(hasMark ? BOM + plain(one) : one);
}

/** With the account of both sides' edits, also where no generator had the text: who takes a side drops the other's. */
function checked({ open, text, reason, resolution, evidence }: Chosen): readonly Evidence[] {
  const known = resolution?.evidence ?? evidence ?? [];
  if (known.some(({ check }) => check === 'edits')) return known;
  const found = open.check({ text, origin: { name: 'choice', reason }, generators: [] });
  return [...known, ...found.filter(({ check }) => !known.some((one) => one.check === check))];
}

/** What this session applied where nothing is logged: a file's chance is counted there too, as long as the session lasts. */
const withoutLog = new WeakMap<Session, Map<string, Counted[]>>();

export const unlogged = (session: Session, uri: string): readonly Counted[] => withoutLog.get(session)?.get(uri) ?? [];

const counted = ({ document }: Analysis, all: readonly Chosen[], by: 'editor' | 'resolve'): Counted[] =>
  all.map(({ open: { conflict }, text, reason, resolution }) => ({
    path: document.uri,
    by,
    line: document.positionAt(conflict.span.start).line + 1,
    conflict: document.getText().slice(conflict.span.start, conflict.span.end),
    text,
    reason,
    tier: resolution?.tier ?? 'possible',
    confidence: resolution?.confidence ?? 0,
  }));

function withEdits(text: string, all: readonly Chosen[]): string {
  return [...all]
    .sort((a, b) => b.open.conflict.span.start - a.open.conflict.span.start)
    .reduce(
      (now, { open: { conflict }, text: with_ }) =>
        now.slice(0, conflict.span.start) + with_ + now.slice(conflict.span.end),
      text,
    );
}

function stageLines(stages: { base?: Stage; left?: Stage; right?: Stage }): NonNullable<AppliedEntry['stages']> {
  const line = (stage: Stage | undefined) => (stage ? `${stage.mode} ${stage.oid}` : undefined);
  const [base, left, right] = [line(stages.base), line(stages.left), line(stages.right)];
  return { ...(base ? { base } : {}), ...(left ? { left } : {}), ...(right ? { right } : {}) };
}

interface Stage {
  readonly mode: string;
  readonly oid: string;
}

/**
 * Evidence for the conflicts that are still open. Only what the user chose for one conflict counts, never a bulk action. It only
 * helps ranking: that it cannot be written down is no reason to call what was done not done.
 */
export async function decide(
  session: Session,
  { tree, unmerged }: Analysis,
  open: OpenConflict,
  chosen: string,
): Promise<void> {
  if (!tree || !unmerged || tree.operation.kind === 'none' || session.client.untrusted) return;
  const seen = remembered(open.context, chosen, await session.services());
  const decision = { path: unmerged.path, sides: open.context.sides, chosen, ...(seen ? { seen } : {}) };
  await recordDecision(tree.repo, tree.operation, decision).catch((error: unknown) => {
    if (!(error instanceof GitProblem)) throw error;
  });
  await session.repositories.refresh();
}
