/** What the extension does about models, over an editor of a few lines: which text Accept takes, and how often consent is asked. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

const editor = vi.hoisted(() => {
  const commands = new Map<string, (...args: unknown[]) => unknown>();
  return {
    commands,
    /** What each window message was answered, oldest first. */
    answers: [] as (string | undefined)[],
    asked: [] as string[],
    picked: [] as unknown[],
    document: { uri: { toString: () => 'file:///a.ts' } },
  };
});

vi.mock('vscode', () => {
  const ask = async (said: string) => {
    editor.asked.push(said);
    return editor.answers.shift();
  };
  const shown = { document: editor.document, viewColumn: 1, revealRange: () => undefined };
  class Place {}
  return {
    commands: {
      registerCommand: (name: string, run: (...args: unknown[]) => unknown) => {
        editor.commands.set(name, run);
        return { dispose: () => undefined };
      },
      executeCommand: async (name: string, ...args: unknown[]) => editor.commands.get(name)?.(...args),
    },
    window: {
      visibleTextEditors: [shown],
      activeTextEditor: shown,
      showInformationMessage: ask,
      showWarningMessage: ask,
      showQuickPick: async () => editor.picked.shift(),
      showTextDocument: async () => shown,
      setStatusBarMessage: () => undefined,
      withProgress: (_: unknown, work: (...args: unknown[]) => unknown) => work({}, {}),
    },
    workspace: { getConfiguration: () => ({ get: () => false }) },
    Uri: { parse: (text: string) => ({ toString: () => text }) },
    Disposable: { from: () => ({ dispose: () => undefined }) },
    ProgressLocation: { Notification: 15 },
    Position: Place,
    Range: Place,
    Selection: Place,
    TextEditorRevealType: {},
  };
});

const { registerCommands } = await import('../../extension/conflicts/commands.ts');
const { registerProposals } = await import('../../extension/model/propose.ts');
const { Consent } = await import('../../extension/model/consent.ts');

beforeEach(() => {
  editor.commands.clear();
  for (const list of [editor.answers, editor.asked, editor.picked]) list.length = 0;
});

const resolution = (id: string) => ({ id, reason: id, evidence: [], lines: [], dropped: {} });
const conflict = {
  id: 'c',
  need: 'likely',
  range: { start: { line: 1, character: 0 }, end: { line: 5, character: 0 } },
  names: { left: 'main', right: 'topic' },
  resolutions: [resolution('best'), resolution('written'), resolution('other')],
};

function begin(propose: () => Promise<unknown>) {
  const takes: unknown[] = [];
  let now: unknown;
  let drafts = 1;
  const model = {
    server: { take: async (params: unknown) => takes.push(params) > 0 },
    read: async () => [conflict],
    current: async () => true,
    conflictsOf: () => [conflict],
    find: () => conflict,
    near: () => conflict,
    at: () => conflict,
    isAside: () => false,
  };
  const preview = {
    of: () => now,
    hide: () => {
      now = undefined;
    },
    // The user looked at another result while the notification stood there.
    show: () => {
      now = conflict.resolutions[2];
    },
    endDraft: () => {
      drafts = 0;
    },
  };
  const client = { propose, onProgress: () => ({ dispose: () => undefined }) };
  registerCommands(model as never, preview as never); // The few parts of each that are used here.
  registerProposals(model as never, preview as never, client as never);
  return { takes, drafts: () => drafts };
}

describe('a proposal in the editor', () => {
  const answer = { kind: 'proposal', resolution: 'written', how: 'written', model: 'coder', said: '', evidence: [] };

  it('accepts from its notification what the notification speaks of, whatever is on show by then', async () => {
    const { takes } = begin(async () => answer);
    editor.answers.push('Accept');
    await editor.commands.get('mortise.propose')?.({ uri: 'file:///a.ts', conflict: 'c' });
    expect(takes).toEqual([{ uri: 'file:///a.ts', conflict: 'c', choice: { resolution: 'written' } }]);
  });

  it('leaves no draft on show when asking fails', async () => {
    const { drafts } = begin(() => Promise.reject(new Error('gone')));
    await expect(editor.commands.get('mortise.propose')?.({ uri: 'file:///a.ts', conflict: 'c' })).rejects.toThrow(
      'gone',
    );
    expect(drafts()).toBe(0);
  });
});

describe('consent for another machine', () => {
  const origin = 'https://models.example:8000';

  function memento() {
    const kept = new Map<string, unknown>();
    return {
      keys: () => [...kept.keys()],
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) =>
        void (value === undefined ? kept.delete(key) : kept.set(key, value)),
    };
  }

  it('is asked for once where it was refused, until the user turns to models again', async () => {
    const consent = new Consent(memento() as never);
    const both = await Promise.all([consent.allows(origin), consent.allows(origin)]);
    expect([...both, await consent.allows(origin)]).toEqual([false, false, false]);
    expect(editor.asked).toEqual([expect.stringContaining(origin)]);
    consent.askAgain();
    editor.answers.push('Send Code There');
    expect(await consent.allows(origin)).toBe(true);
    expect(editor.asked).toHaveLength(2);
  });

  it('is kept once given, and can be taken back', async () => {
    const kept = memento();
    editor.answers.push('Send Code There');
    expect(await new Consent(kept as never).allows(origin)).toBe(true);
    const later = new Consent(kept as never);
    expect(await later.allows(origin)).toBe(true);
    expect(editor.asked).toHaveLength(1);
    editor.picked.push([origin]);
    await later.takeBack();
    expect(await later.allows(origin)).toBe(false);
    expect(kept.keys()).toEqual([]);
    await later.takeBack();
    expect(editor.asked.at(-1)).toContain('no other machine was allowed');
  });
});
