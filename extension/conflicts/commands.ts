/** What the user does with one conflict: accept, look, choose another, take a side, move on. By lens, palette or key. */
import * as vscode from 'vscode';
import { type Choice, type ConflictView, GONE, type ResolutionView } from '../../server/lsp/protocol.ts';
import { isText, openIn } from './files.ts';
import { type Model, toVscodeRange } from './model.ts';
import type { Preview } from './preview.ts';
import { announce } from './words.ts';

/** What a lens hands over; commands from the palette and keys get nothing and mean the conflict at the cursor. */
interface Target {
  readonly uri: string;
  readonly conflict: string;
  /** For `accept`: this result and no other. */
  readonly resolution?: unknown;
}

export interface Found {
  readonly editor: vscode.TextEditor;
  readonly conflict: ConflictView;
}

export function registerCommands(model: Model, preview: Preview): vscode.Disposable {
  const find = (target: unknown) => findTarget(model, target);
  const on = (name: string, run: (found: Found, target: unknown) => unknown) =>
    vscode.commands.registerCommand(`mortise.${name}`, async (target?: unknown) => {
      const found = await find(target);
      if (found) return run(found, target);
      await vscode.window.showInformationMessage(
        `Mortise: ${isTarget(target) ? GONE : 'there is no conflict in this file.'}`,
      );
      return undefined;
    });
  const takeSide = (name: string, choice: Choice) => on(name, (found) => take(found, choice));
  return vscode.Disposable.from(
    on('accept', (found, target) => accept(found, isTarget(target) ? target.resolution : undefined)),
    on('preview', ({ editor, conflict }, target) => {
      const named = isTarget(target) ? conflict.resolutions.findIndex(({ id }) => id === target.resolution) : 0;
      look(editor, conflict, Math.max(0, named));
    }),
    on('nextAlternative', (found) => cycle(found, 1)),
    on('previousAlternative', (found) => cycle(found, -1)),
    on('alternatives', (found) => pick(found)),
    takeSide('takeOurs', 'left'),
    takeSide('takeTheirs', 'right'),
    takeSide('takeBoth', 'left-right'),
    takeSide('takeBothReversed', 'right-left'),
    takeSide('takeBase', 'base'),
    on('combine', (found) => combine(found)),
    on('edit', (found) => editInPlace(found)),
    on('setAside', ({ editor, conflict }) => setAside(editor, conflict)),
    vscode.commands.registerCommand('mortise.closePreview', () => preview.hide()),
    vscode.commands.registerCommand('mortise.next', () => step(model, 1)),
    vscode.commands.registerCommand('mortise.previous', () => step(model, -1)),
  );

  function look(editor: vscode.TextEditor, conflict: ConflictView, at: number): void {
    const all = conflict.resolutions;
    const resolution = all[(at + all.length) % all.length];
    if (resolution) preview.show(editor, conflict, resolution);
    else
      void vscode.window.showInformationMessage('Mortise has no proposal for this conflict: take a side, or edit it.');
  }

  function cycle({ editor, conflict }: Found, by: 1 | -1): void {
    const shown = preview.of(conflict);
    look(editor, conflict, shown ? conflict.resolutions.indexOf(shown) + by : by);
  }

  async function accept(found: Found, named: unknown): Promise<void> {
    const { editor, conflict } = found;
    if (typeof named === 'string') return take(found, { resolution: named });
    const shown = preview.of(conflict);
    const chosen = shown ?? bestOf(conflict);
    // What is only a guess is shown before it is taken: accepting again takes it.
    if (!chosen || (!shown && conflict.need === 'yours')) return look(editor, conflict, 0);
    await take(found, { resolution: chosen.id });
  }

  /** The best result that holds every edit of both sides; where none was found, that is said rather than guessed. */
  async function combine(found: Found): Promise<void> {
    const whole = found.conflict.resolutions.find(({ keepsAll }) => keepsAll);
    if (whole) return take(found, { resolution: whole.id });
    const said = 'no result was found that keeps every edit of both sides. Take both and edit?';
    const answer = await vscode.window.showInformationMessage(`Mortise: ${said}`, 'Take Both');
    if (answer) await take(found, 'left-right');
  }

  /** The result on show (else the best, else both sides) goes into the file and is selected, to be worked on. */
  async function editInPlace(found: Found): Promise<void> {
    const { editor, conflict } = found;
    const shown = preview.of(conflict) ?? bestOf(conflict);
    const start = conflict.range.start.line;
    const before = editor.document.lineCount;
    if (!(await model.server.take(takeParams(found, shown ? { resolution: shown.id } : 'left-right')))) return;
    preview.hide();
    const length = conflict.range.end.line - start + editor.document.lineCount - before;
    editor.selection = new vscode.Selection(start, 0, start + Math.max(0, length), 0);
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  async function setAside(editor: vscode.TextEditor, conflict: ConflictView): Promise<void> {
    const kept = model.setAside(editor.document.uri, conflict);
    announce('set aside: Next Conflict passes over it while others are left.');
    advance(editor, conflict);
    await kept;
  }

  async function take({ editor, conflict }: Found, choice: Choice): Promise<void> {
    preview.hide();
    const done = await model.server.take(takeParams({ editor, conflict }, choice));
    if (!done) return;
    await model.current(editor.document);
    if (vscode.workspace.getConfiguration('mortise').get('autoAdvance', true)) advance(editor, conflict);
  }

  /** To the next conflict of the same file, if there is one; crossing files stays the user's own step. */
  function advance(editor: vscode.TextEditor, done: ConflictView): void {
    const open = model.conflictsOf(editor.document).filter(({ id }) => !model.isAside(editor.document.uri, id));
    const next = open.find(({ range, id }) => id !== done.id && range.start.line >= done.range.start.line);
    if (next) reveal(editor, next);
    announce(open.length === 0 ? 'no conflict is left in this file.' : `${open.length} left in this file.`);
  }

  async function pick({ editor, conflict }: Found): Promise<void> {
    const list = vscode.window.createQuickPick<Item>();
    list.title = `Conflict between ${conflict.names.left} and ${conflict.names.right}`;
    list.placeholder = 'Each is shown in the file as you move; Enter takes it';
    list.matchOnDetail = true;
    list.items = itemsFor(conflict);
    list.onDidChangeActive(([item]) => {
      if (item?.resolution) preview.show(editor, conflict, item.resolution);
      else preview.hide();
    });
    list.onDidAccept(async () => {
      const [item] = list.selectedItems;
      list.dispose();
      if (item) await take({ editor, conflict }, item.choice);
    });
    list.onDidHide(() => {
      preview.hide();
      list.dispose();
    });
    list.show();
  }
}

/** What the lens promises: an earlier resolution that nobody measured stands before it in the list, and never in its place. */
function bestOf({ resolutions, remembered, need }: ConflictView): ResolutionView | undefined {
  const [first, second] = resolutions;
  return remembered && need !== 'yours' && first?.tier === 'possible' ? second : first;
}

const takeParams = ({ editor, conflict }: Found, choice: Choice) => ({
  uri: editor.document.uri.toString(),
  conflict: conflict.id,
  choice,
});

interface Item extends vscode.QuickPickItem {
  readonly choice: Choice;
  readonly resolution?: ResolutionView;
}

function itemsFor(conflict: ConflictView): Item[] {
  const icon = { safe: '$(verified)', likely: '$(check)', possible: '$(question)' };
  const { remembered } = conflict;
  const then = remembered?.merge ? ` · ${remembered.merge.title}, ${remembered.day}` : '';
  const ranked = conflict.resolutions.map(
    (resolution): Item => ({
      label: `${resolution.id === remembered?.resolution.id ? '$(history)' : icon[resolution.tier]} ${resolution.reason}`,
      description: `${resolution.tier} · ${resolution.odds}${resolution.id === remembered?.resolution.id ? then : ''}`,
      detail: resolution.evidence.join(' '),
      choice: { resolution: resolution.id },
      resolution,
    }),
  );
  const { left, right } = conflict.names;
  const plain = (label: string, choice: Choice): Item => ({ label: `$(arrow-small-right) ${label}`, choice });
  return [
    ...ranked,
    { label: 'Without a proposal', kind: vscode.QuickPickItemKind.Separator, choice: 'left' },
    plain(`Take ${left}`, 'left'),
    plain(`Take ${right}`, 'right'),
    plain(`Take both, ${left} first`, 'left-right'),
    plain(`Take both, ${right} first`, 'right-left'),
  ];
}

export async function findTarget(model: Model, target: unknown): Promise<Found | undefined> {
  const named = isTarget(target) ? target : undefined;
  const editor = named
    ? vscode.window.visibleTextEditors.find(({ document }) => sameFile(document.uri, named.uri))
    : vscode.window.activeTextEditor;
  if (!editor) return undefined;
  // Without markers nothing is asked, and none is there.
  if (!(await model.current(editor.document))) return undefined;
  const conflict = named ? model.find(editor.document.uri.toString(), named.conflict) : model.near(editor);
  if (!conflict) return undefined;
  if (!named || model.at(editor)?.id !== conflict.id) reveal(editor, conflict);
  return { editor, conflict };
}

const isTarget = (value: unknown): value is Target =>
  typeof value === 'object' && value !== null && 'uri' in value && 'conflict' in value && typeof value.uri === 'string';

const sameFile = (uri: vscode.Uri, text: string): boolean => uri.toString() === vscode.Uri.parse(text).toString();

export function reveal(editor: vscode.TextEditor, { range }: ConflictView): void {
  const { start } = toVscodeRange(range);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(toVscodeRange(range), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  // A conflict inside a fold is no conflict to the eye.
  void vscode.commands.executeCommand('editor.unfold', { selectionLines: [start.line], levels: 1, direction: 'up' });
}

/** The next conflict below the cursor, else the first of the next file; round the corner at the end. */
async function step(model: Model, by: 1 | -1): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor) {
    await model.current(editor.document);
    const line = editor.selection.active.line;
    const every = model.conflictsOf(editor.document);
    const wanted = every.filter(({ id }) => !model.isAside(editor.document.uri, id));
    const all = wanted.length > 0 ? wanted : every;
    const next =
      by > 0 ? all.find(({ range }) => range.start.line > line) : all.findLast(({ range }) => range.start.line < line);
    if (next) {
      // From a notification's button the focus is not in the text yet, and keys go where it is.
      await vscode.window.showTextDocument(editor.document, editor.viewColumn);
      return reveal(editor, next);
    }
  }
  const files = model.repositories.flatMap((each) => each.files).filter((file) => isText(file) && openIn(file) > 0);
  const here = editor ? files.findIndex(({ uri }) => sameFile(editor.document.uri, uri)) : -1;
  const file = files[(here + by + files.length) % files.length] ?? files[0];
  if (!file) {
    await vscode.window.showInformationMessage('Mortise: no conflict is left.');
    return;
  }
  const opened = await vscode.window.showTextDocument(vscode.Uri.parse(file.uri));
  const all = await model.read(opened.document.uri);
  const target = by > 0 ? all[0] : all.at(-1);
  if (target) reveal(opened, target);
}
