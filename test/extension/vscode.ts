/** As much of VS Code's API as a test of one module of the extension asks for: what it shows and runs is written down. */

export interface Shown {
  readonly text: string;
  readonly buttons: readonly string[];
  answer(button: string | undefined): void;
}

/** Every notification, oldest first; every command with its arguments. */
export const shown: Shown[] = [];
export const ran: unknown[][] = [];
/** By command: what it answers, and when. */
export const answers = new Map<string, Promise<unknown>>();

const show = (text: string, ...rest: unknown[]) =>
  new Promise<string | undefined>((answer) => {
    const buttons = rest.filter((one): one is string => typeof one === 'string');
    shown.push({ text, buttons, answer });
  });

export const window = { showInformationMessage: show, showWarningMessage: show, showErrorMessage: show };
type WillSave = (event: { readonly document: { readonly uri: { toString(): string } } }) => void;
/** Who hears of a save before it is tried. */
export const willSave = new Set<WillSave>();

export const workspace = {
  onWillSaveTextDocument: (listener: WillSave) => {
    willSave.add(listener);
    return { dispose: () => willSave.delete(listener) };
  },
  getConfiguration: () => ({ get: (_: string, otherwise: unknown) => otherwise }),
  textDocuments: [],
  notebookDocuments: [],
};
export const Uri = { parse: (text: string) => ({ toString: () => text }) };
/** By name: what the extension registered and did not take back. */
export const registered = new Map<string, () => unknown>();
export const commands = {
  registerCommand: (name: string, run: () => unknown) => {
    if (registered.has(name)) throw new Error(`command '${name}' already exists`);
    registered.set(name, run);
    return { dispose: () => registered.delete(name) };
  },
  executeCommand: (...command: unknown[]) => {
    ran.push(command);
    return answers.get(String(command[0])) ?? Promise.resolve(undefined);
  },
};
