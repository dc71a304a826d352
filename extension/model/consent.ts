/** Which other machines may be sent code: a yes is kept for the address until it is taken back, a no for this session. */
import * as vscode from 'vscode';

const PREFIX = 'mortise.confirmed:';

export class Consent {
  readonly #kept: vscode.Memento;
  readonly #refused = new Set<string>();
  /** Several parts may need the same answer at once: it is asked for once. */
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(kept: vscode.Memento) {
    this.#kept = kept;
  }

  async allows(origin: string): Promise<boolean> {
    if (this.#kept.get<boolean>(PREFIX + origin) === true) return true;
    if (this.#refused.has(origin)) return false;
    const asking = this.#asking.get(origin) ?? this.#ask(origin).finally(() => this.#asking.delete(origin));
    this.#asking.set(origin, asking);
    return asking;
  }

  /** The user turned to models by themselves: a no said earlier may have been meant for that moment. */
  askAgain(): void {
    this.#refused.clear();
  }

  /** Lets the user choose, among the machines that were allowed, those that no longer are. */
  async takeBack(): Promise<void> {
    const allowed = this.#kept
      .keys()
      .filter((key) => key.startsWith(PREFIX) && this.#kept.get<boolean>(key) === true)
      .map((key) => key.slice(PREFIX.length));
    if (allowed.length === 0) {
      await vscode.window.showInformationMessage('Mortise: no other machine was allowed to be sent code.');
      return;
    }
    const chosen = await vscode.window.showQuickPick(allowed, {
      title: 'Mortise: Forget Allowed Model Servers',
      placeHolder: 'Code is no longer sent to those you choose',
      canPickMany: true,
    });
    for (const origin of chosen ?? []) {
      await this.#kept.update(PREFIX + origin, undefined);
      this.#refused.add(origin);
    }
  }

  async #ask(origin: string): Promise<boolean> {
    const yes = 'Send Code There';
    const detail =
      'The code around the cursor or conflict, and commit messages about it, will be sent to this address whenever a model is asked. Secrets and files that git ignores are left out. "Mortise: Forget Allowed Model Servers…" takes it back.';
    const said = `Mortise: "${origin}" is another machine. Use the models there?`;
    const answer = await vscode.window.showWarningMessage(said, { modal: true, detail }, yes);
    if (answer === yes) await this.#kept.update(PREFIX + origin, true);
    else this.#refused.add(origin);
    return answer === yes;
  }
}
