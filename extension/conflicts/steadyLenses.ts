/**
 * A lens's command keeps its name. VS Code keeps the arguments of a lens for as long as its list of lenses is the newest; while the
 * next is on its way the old lens is still on screen, and a click on it ends in "Actual command not found". A command without
 * arguments is no such case: each of our lenses has one of its own, the same for the same words, whenever the list is made anew.
 */
import * as vscode from 'vscode';

/** So many lenses of files that were looked at stay clickable: a file of a thousand conflicts has four each. */
const KEPT = 5000;

interface Steady {
  readonly id: string;
  readonly command: vscode.Disposable;
}

export class SteadyLenses implements vscode.Disposable {
  readonly #known = new Map<string, Steady>();
  #made = 0;

  /** The same lens with a command that needs no arguments. Its own are JSON: the server made them. */
  steady<T extends vscode.CodeLens | null | undefined>(lens: T): T {
    const { command } = lens ?? {};
    if (lens && command?.arguments?.length)
      lens.command = { title: command.title, command: this.#idOf(command.command, command.arguments) };
    return lens;
  }

  dispose(): void {
    for (const { command } of this.#known.values()) command.dispose();
    this.#known.clear();
  }

  #idOf(name: string, given: readonly unknown[]): string {
    const key = JSON.stringify([name, given]);
    const known = this.#known.get(key);
    if (known) {
      // The newest are the last.
      this.#known.delete(key);
      this.#known.set(key, known);
      return known.id;
    }
    // The underscore keeps it out of the list of keyboard shortcuts.
    const id = `_mortise.lens.${this.#made++}`;
    const run = () => vscode.commands.executeCommand(name, ...given);
    this.#known.set(key, { id, command: vscode.commands.registerCommand(id, run) });
    for (const [old, { command }] of this.#known) {
      if (this.#known.size <= KEPT) break;
      command.dispose();
      this.#known.delete(old);
    }
    return id;
  }
}
