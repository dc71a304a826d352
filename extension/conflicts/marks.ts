/** Marks conflicts in the gutter and the overview ruler, by what they need, and keeps them out of folds. */
import * as vscode from 'vscode';
import type { Need } from '../../server/lsp/protocol.ts';
import { type Model, toVscodeRange } from './model.ts';

/** A shape for each need, so that colour is not the only sign: a tick, a dot, a person's mark. */
const shapes: Record<Need, string> = {
  safe: "<path d='M3 8.5l3.2 3L13 4.5' fill='none' stroke='#3fa45b' stroke-width='2'/>",
  likely: "<circle cx='8' cy='8' r='4' fill='none' stroke='#b57c12' stroke-width='2'/>",
  yours:
    "<path d='M8 2.5l6 11H2z' fill='none' stroke='#d9534f' stroke-width='1.8'/><path d='M8 6.5v3.2M8 11v1.2' stroke='#d9534f' stroke-width='1.6'/>",
};
const ruler: Record<Need, string> = {
  safe: 'editorOverviewRuler.addedForeground',
  likely: 'editorOverviewRuler.modifiedForeground',
  yours: 'editorOverviewRuler.errorForeground',
};

export class Marks implements vscode.Disposable {
  readonly #model: Model;
  readonly #types: Record<Need, vscode.TextEditorDecorationType> = {
    safe: mark('safe'),
    likely: mark('likely'),
    yours: mark('yours'),
  };
  readonly #parts: vscode.Disposable[];

  constructor(model: Model) {
    this.#model = model;
    this.#parts = [
      ...Object.values(this.#types),
      model.onFile(() => this.#draw()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
    ];
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const all = this.#model.conflictsOf(editor.document);
      for (const need of ['safe', 'likely', 'yours'] as const) {
        const ranges = all
          .filter((conflict) => conflict.need === need)
          .map(({ range }) => firstLine(toVscodeRange(range)));
        editor.setDecorations(this.#types[need], ranges);
      }
    }
  }
}

const firstLine = ({ start }: vscode.Range): vscode.Range => new vscode.Range(start, start);

function mark(need: Need): vscode.TextEditorDecorationType {
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>${shapes[need]}</svg>`;
  return vscode.window.createTextEditorDecorationType({
    gutterIconPath: vscode.Uri.parse(`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`),
    gutterIconSize: '75%',
    overviewRulerColor: new vscode.ThemeColor(ruler[need]),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });
}
