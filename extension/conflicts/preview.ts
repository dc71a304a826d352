/**
 * Shows what a resolution would make of a conflict, in the same file and before anything changes: the result in a column
 * beside the marked text, and in the text itself what is kept and what is left out. The document is never touched.
 */
import * as vscode from 'vscode';
import type { ConflictView, LineOrigin, ResolutionView } from '../../server/lsp/protocol.ts';
import { type Model, toVscodeRange } from './model.ts';
import { heldBack, type OverlayLine, overlay } from './overlay.ts';

export interface Shown {
  readonly uri: string;
  readonly conflict: string;
  readonly resolution: string;
}

/** Our own where the theme's would do for a terminal and not for this: each reaches 4.5 to 1 on the editor's ground. */
const colours: Record<OverlayLine['from'], string> = {
  header: 'editor.foreground',
  both: 'editor.foreground',
  base: 'mortise.previewBase',
  left: 'mortise.previewOurs',
  right: 'mortise.previewTheirs',
  mixed: 'mortise.previewCombined',
  invented: 'mortise.previewNew',
};

export class Preview implements vscode.Disposable {
  readonly #model: Model;
  readonly #types = new Map<OverlayLine['from'], vscode.TextEditorDecorationType>();
  readonly #dropped = vscode.window.createTextEditorDecorationType({
    isWholeLine: false,
    textDecoration: 'line-through',
    opacity: '0.65',
  });
  readonly #kept = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderWidth: '0 0 0 3px',
    borderStyle: 'solid',
    borderColor: new vscode.ThemeColor('editorGutter.addedBackground'),
  });
  readonly #parts: vscode.Disposable[];
  #shown: Shown | undefined;
  /** A text that is still being written; shown where its result will be. */
  #draft: { readonly uri: string; readonly conflict: ConflictView } | undefined;

  constructor(model: Model) {
    this.#model = model;
    for (const from of Object.keys(colours) as (keyof typeof colours)[]) this.#types.set(from, lineType(from));
    this.#parts = [
      ...this.#types.values(),
      this.#dropped,
      this.#kept,
      model.onFile(() => this.#draw()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
      vscode.window.onDidChangeTextEditorOptions(() => this.#draw()),
    ];
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }

  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** The resolution on show for a conflict, if it is this one. */
  of(conflict: ConflictView): ResolutionView | undefined {
    const shown = this.#shown;
    return shown?.conflict === conflict.id ? conflict.resolutions.find(({ id }) => id === shown.resolution) : undefined;
  }

  show(editor: vscode.TextEditor, conflict: ConflictView, resolution: ResolutionView): void {
    this.#draft = undefined;
    this.#shown = { uri: editor.document.uri.toString(), conflict: conflict.id, resolution: resolution.id };
    editor.revealRange(toVscodeRange(conflict.range), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.#draw();
    const said = `Mortise: ${resolution.reason}, ${resolution.tier}, ${resolution.odds}${heldBack(conflict, resolution)}`;
    // Read out by screen readers, and enough for those who do not look at the column.
    vscode.window.setStatusBarMessage(said, 15_000);
  }

  draft(editor: vscode.TextEditor, conflict: ConflictView, resolution: ResolutionView): void {
    const begins = this.#draft === undefined;
    this.#shown = undefined;
    this.#draft = { uri: editor.document.uri.toString(), conflict: { ...conflict, resolutions: [resolution] } };
    if (begins)
      editor.revealRange(toVscodeRange(conflict.range), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.#draw();
  }

  endDraft(): void {
    this.#draft = undefined;
    this.#draw();
  }

  hide(): void {
    if (!this.#shown) return;
    this.#shown = undefined;
    this.#draw();
  }

  #draw(): void {
    const shown = this.#shown;
    const conflict = shown && this.#model.find(shown.uri, shown.conflict);
    const at = conflict?.resolutions.findIndex(({ id }) => id === shown?.resolution) ?? -1;
    if (shown && (!conflict || at < 0)) this.#shown = undefined;
    void vscode.commands.executeCommand('setContext', 'mortise.previewing', this.#shown !== undefined);
    for (const editor of vscode.window.visibleTextEditors) {
      const uri = editor.document.uri.toString();
      const here = conflict && at >= 0 && uri === shown?.uri;
      if (this.#draft?.uri === uri) this.#drawIn(editor, this.#draft.conflict, 0);
      else this.#drawIn(editor, here ? conflict : undefined, at);
    }
  }

  #drawIn(editor: vscode.TextEditor, conflict: ConflictView | undefined, at: number): void {
    const byType = new Map<OverlayLine['from'], vscode.DecorationOptions[]>();
    for (const line of conflict ? linesFor(editor, conflict, at) : []) {
      byType.set(line.from, [...(byType.get(line.from) ?? []), optionsFor(editor.document, line)]);
    }
    for (const [from, type] of this.#types) editor.setDecorations(type, byType.get(from) ?? []);
    const resolution = conflict?.resolutions[at];
    const { dropped, kept } = conflict && resolution ? fates(conflict, resolution) : { dropped: [], kept: [] };
    const whole = (line: number) => editor.document.lineAt(line).range;
    editor.setDecorations(this.#dropped, dropped.map(whole));
    editor.setDecorations(this.#kept, kept.map(whole));
  }
}

function linesFor(editor: vscode.TextEditor, conflict: ConflictView, at: number): readonly OverlayLine[] {
  const { document, options } = editor;
  const count = document.lineCount;
  const last = conflict.range.end.character > 0 ? conflict.range.end.line : conflict.range.end.line - 1;
  const lines: string[] = [];
  for (let line = conflict.range.start.line; line <= Math.min(last, count - 1); line++)
    lines.push(document.lineAt(line).text);
  return overlay(conflict, at, lines, typeof options.tabSize === 'number' ? options.tabSize : 4);
}

function lineType(from: OverlayLine['from']): vscode.TextEditorDecorationType {
  const italic = from === 'invented' || from === 'mixed';
  const after: vscode.ThemableDecorationAttachmentRenderOptions = {
    color: new vscode.ThemeColor(colours[from]),
    // Conflict colours lie under the line: on them no colour of the text could be relied on.
    backgroundColor: new vscode.ThemeColor('editor.background'),
    fontStyle: italic ? 'italic' : 'normal',
    ...(from === 'invented' || from === 'header' ? { fontWeight: 'bold' } : {}),
    ...(from === 'invented' ? { textDecoration: 'underline dotted' } : {}),
  };
  return vscode.window.createTextEditorDecorationType({ after });
}

function optionsFor(document: vscode.TextDocument, { line, gap, text }: OverlayLine): vscode.DecorationOptions {
  const { end } = document.lineAt(line).range;
  // Ordinary spaces collapse in decorations; these do not.
  const contentText = text.replaceAll(' ', '\u00a0');
  return { range: new vscode.Range(end, end), renderOptions: { after: { contentText, margin: `0 0 0 ${gap}ch` } } };
}

/** Document lines of both sections that the result leaves out, and those it keeps. */
function fates(conflict: ConflictView, resolution: ResolutionView): { dropped: number[]; kept: number[] } {
  const dropped: number[] = [];
  const kept: number[] = [];
  for (const side of ['left', 'right'] as const) {
    const { start, end } = conflict.sections[side];
    const gone = new Set(resolution.dropped[side]);
    for (let line = start.line; line < end.line; line++) (gone.has(line - start.line) ? dropped : kept).push(line);
  }
  return { dropped, kept };
}

export type { LineOrigin };
