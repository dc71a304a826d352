/**
 * Conflicts that the user decided in the editor by other means than ours, such as VS Code's own *Accept Incoming Change*. Where one
 * change replaces exactly one whole conflict by exactly one side, or by both, that is a decision like any other: logged, evidence
 * for the rest, taken back by *Restore Conflict*. What we apply ourselves, what undo and redo bring, and what another program
 * wrote to disk are none.
 */
import { readFile } from 'node:fs/promises';
import type { Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type AppliedEntry, markAgain, readApplied } from '../git/saved.ts';
import { entriesAt } from '../places.ts';
import { toPath, uriKey } from './convert.ts';
import { notifications } from './protocol.ts';
import type { OpenConflict, Session } from './session.ts';
import { type Chosen, decide, isOurEdit, remember, textOf } from './take.ts';

interface Before {
  readonly version: number;
  readonly text: string;
  readonly markers: number;
}

export class HandTaken {
  readonly #session: Session;
  readonly #connection: Connection;
  readonly #before = new Map<string, Before>();

  constructor(session: Session, connection: Connection) {
    this.#session = session;
    this.#connection = connection;
  }

  /** Call with every version of a document, in order. Resolves when what it said is written down. */
  async changed(document: TextDocument): Promise<void> {
    const { uri, languageId, version } = document;
    const text = document.getText();
    const before = this.#before.get(uriKey(uri));
    const markers = markersOf(text);
    if (markers > 0) this.#before.set(uriKey(uri), { version, text, markers });
    else this.#before.delete(uriKey(uri));
    if (!before || before.markers !== markers + 1 || this.#session.client.untrusted) return;
    if (isOurEdit(this.#session, uri, text)) return;
    const was = TextDocument.create(uri, languageId, before.version, before.text);
    if (await this.#write(was, text)) await this.#connection.sendNotification(notifications.taken, { uri });
  }

  closed(uri: string): void {
    this.#before.delete(uriKey(uri));
  }

  /** @returns whether it was a decision that was not known. */
  async #write(was: TextDocument, text: string): Promise<boolean> {
    // From disk: a checkout, another program, a merge that was given up.
    const path = toPath(was.uri);
    if (path === undefined || (await liesOnDisk(path, text))) return false;
    const analysis = await this.#session.analyse(was);
    const chosen = sideTaken(was.getText(), text, analysis.conflicts);
    if (!chosen || !analysis.unmerged || !analysis.tree) return false;
    await this.#session.repositories.refresh();
    const { tree, unmerged } = await this.#session.repositories.find(path);
    if (!tree || !unmerged || tree.operation.key !== analysis.tree.operation.key) return false;
    const { span } = chosen.open.conflict;
    const block = was.getText().slice(span.start, span.end);
    const isOf = (entry: AppliedEntry) => entry.path === unmerged.path && entry.operation === tree.operation.key;
    const own = (await readApplied(tree.repo)).filter(isOf);
    const line = was.positionAt(span.start).line + 1;
    const last = (await entriesAt(tree.repo, own, was.getText(), { conflict: block, line })).at(-1);
    if (last?.text === chosen.text) {
      // Undone, and redone.
      if (last.undone) await markAgain(tree.repo, new Map([[JSON.stringify(last), false]]));
      return false;
    }
    await remember(this.#session, analysis, [chosen], 'editor');
    await decide(this.#session, analysis, chosen.open, chosen.text);
    return true;
  }
}

const markersOf = (text: string): number => text.split(/^<{7}/m).length - 1;

async function liesOnDisk(path: string, text: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => undefined);
  const plain = (one: string | undefined) => one?.replace(/^\ufeff/, '');
  return (['utf8', 'latin1'] as const).some((encoding) => plain(bytes?.toString(encoding)) === plain(text));
}

const CHOICES = ['left', 'right', 'left-right', 'right-left'] as const;

/** The one conflict whose place a side (or both) took, with all around it as it was. */
export function sideTaken(before: string, after: string, conflicts: readonly OpenConflict[]): Chosen | undefined {
  const same = (at: (text: string, i: number) => string | undefined) => {
    const most = Math.min(before.length, after.length);
    let n = 0;
    while (n < most && at(before, n) === at(after, n)) n++;
    return n;
  };
  const [head, tail] = [same((text, i) => text[i]), same((text, i) => text[text.length - 1 - i])];
  for (const open of conflicts) {
    const { start, end } = open.conflict.span;
    const length = after.length - before.length + end - start;
    if (length < 0 || head < start || tail < before.length - end) continue;
    const now = after.slice(start, start + length);
    for (const choice of CHOICES) {
      const chosen = textOf(open, choice);
      if (chosen?.text === now) return chosen;
    }
  }
  return undefined;
}
