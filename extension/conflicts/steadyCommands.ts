/**
 * Commands of lenses and rows that keep their names. VS Code keeps the arguments of such a command only until what it belongs to is
 * made anew; the old lens or row is still on screen then, and a click on it ends in "Actual command not found". A command without
 * arguments is no such case: each of ours has one of its own, the same whenever it is made anew.
 */
import * as vscode from 'vscode';

/** So many stay clickable: a file of a thousand conflicts has four lenses each. */
const KEPT = 5000;

/** Counts for all of them: a name is taken once in an editor. */
let made = 0;

interface Steady {
  readonly id: string;
  readonly registered: vscode.Disposable;
  given: readonly unknown[];
}

export class SteadyCommands implements vscode.Disposable {
  readonly #known = new Map<string, Steady>();

  /** The same lens with a command that needs no arguments. Its own are JSON: the server made them. */
  lens<T extends vscode.CodeLens | null | undefined>(lens: T): T {
    if (lens?.command) lens.command = this.of(lens.command, JSON.stringify(lens.command.arguments));
    return lens;
  }

  /** @param key names what the arguments are of: for the same command and key, the newest arguments are used. */
  of({ title, command, arguments: given = [] }: vscode.Command, key: string): vscode.Command {
    return given.length === 0 ? { title, command } : { title, command: this.#idOf(command, key, given) };
  }

  dispose(): void {
    for (const { registered } of this.#known.values()) registered.dispose();
    this.#known.clear();
  }

  #idOf(name: string, key: string, given: readonly unknown[]): string {
    const whole = `${name} ${key}`;
    const known = this.#known.get(whole);
    if (known) {
      known.given = given;
      // The newest are the last.
      this.#known.delete(whole);
      this.#known.set(whole, known);
      return known.id;
    }
    // The underscore keeps it out of the list of keyboard shortcuts.
    const id = `_mortise.steady.${made++}`;
    const run = () => vscode.commands.executeCommand(name, ...(this.#known.get(whole)?.given ?? given));
    this.#known.set(whole, { id, given, registered: vscode.commands.registerCommand(id, run) });
    for (const [old, { registered }] of this.#known) {
      if (this.#known.size <= KEPT) break;
      registered.dispose();
      this.#known.delete(old);
    }
    return id;
  }
}
