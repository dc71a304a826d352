/**
 * Completion in the real VS Code workbench, strict about proposed API: ghost text while typing and the key that accepts it,
 * the starred item in the completion list, the context inspector, missing members. Judged by the document's text.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Editor, missing, until } from './harness.ts';
import { TestRepository } from './repositories.ts';

const why = missing();
if (why !== undefined) console.warn(`Editor tests are skipped: ${why}`);

const files = {
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "preserve", "noEmit": true, "types": [] } }\n',
  'src/orders.ts': `export interface Item {
  readonly name: string;
  readonly cents: number;
}

export interface Order {
  readonly id: string;
  readonly items: readonly Item[];
  readonly paidAt: Date | undefined;
}

export interface Receipt {
  readonly lines: readonly string[];
  readonly total: number;
}

/** What the till prints. */
export function receiptOf(order: Order): Receipt {
  const total = order.items.reduce((sum, item) => sum + item.cents, 0);
  return { lines: order.items.map((item) => item.name), total };
}
`,
  'src/receipt.ts': `import type { Order, Receipt } from './orders';
import { receiptOf } from './orders';

/** For the customer's mailbox. */
export function mailed(order: Order): Receipt {
  return receiptOf(order);
}

/** For the till. */
export function printed(order: Order): Receipt {

}
`,
};

describe.skipIf(why !== undefined)('completion in the editor', { timeout: 180_000 }, () => {
  let editor: Editor;
  let repo: TestRepository | undefined;

  beforeAll(async () => {
    editor = await Editor.launch({
      settings: {
        // Whatever the shipped model says of these lines: what is tested is the way to the screen.
        'mortise.completion.threshold': 0.02,
        // A busy machine opens the list late, beside the ghost text: here it opens when it is asked for.
        'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
        'editor.fontSize': 15,
      },
    });
  }, 180_000);
  afterAll(async () => {
    await editor?.close();
  });
  afterEach(async (context) => {
    if (context.task.result?.state === 'fail')
      console.warn(`what "${context.task.name}" left: ${await editor.evidence(context.task.name, repo ? [repo] : [])}`);
    await editor.revertAll().catch(() => undefined);
    repo?.remove();
    repo = undefined;
  });

  const begin = async (): Promise<TestRepository> => {
    repo = new TestRepository();
    repo.commit('Start', files);
    await editor.open(repo.root);
    return repo;
  };
  /** Put the cursor at the end of a line, and wait until keys arrive there. */
  const cursorAt = async (path: string, line: number): Promise<void> => {
    await editor.file(path);
    await editor.evaluate(
      `const editor = vscode.window.activeTextEditor;
       const end = editor.document.lineAt(argument).range.end;
       editor.selection = new vscode.Selection(end, end);
       await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup')`,
      line,
    );
    await editor.page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
  };
  const ghost = () => editor.page.locator('.ghost-text-decoration, .ghost-text');
  const ghostSays = async (text: string) =>
    (await ghost().allTextContents()).join('').replaceAll('\u00a0', ' ').includes(text);

  /** A window that has just opened asks nobody for the first keys (neither does it for others); it does from the next on. */
  const seeGhost = async (text: string): Promise<void> => {
    for (let tries = 0; ; tries++) {
      try {
        await until('the ghost text', () => ghostSays(text), tries < 3 ? 20_000 : 60_000);
        return;
      } catch (error) {
        if (tries === 3) throw error;
        await editor.page.keyboard.press('Backspace');
        await editor.page.keyboard.type(' ');
      }
    }
  };

  it('starts nothing until the first edit; then ghost text appears while typing, and Tab accepts it', async () => {
    const made = await begin();
    const path = made.path('src/receipt.ts');
    const before = await editor.text(path);
    await cursorAt(path, 10);
    const running = "return vscode.extensions.getExtension('mortise.mortise').exports.isServerStarted()";
    expect(await editor.evaluate<boolean>(running)).toBe(false);
    await editor.page.keyboard.type('  return ');
    await seeGhost('receiptOf(order)');
    await editor.clearNotifications();
    await editor.screenshot('ghost');
    expect(await editor.text(path)).toBe(before.replace('{\n\n}', '{\n  return \n}'));
    await editor.page.keyboard.press('Tab');
    const accepted = before.replace('{\n\n}', '{\n  return receiptOf(order)\n}');
    await until('the accepted text', async () => (await editor.text(path)) === accepted);
    await editor.command('undo');
    await until('undo to take it back', async () => !(await editor.text(path)).includes('return receiptOf(order)\n'));
  });

  it('accepts word by word', async () => {
    const made = await begin();
    const path = made.path('src/receipt.ts');
    await cursorAt(path, 10);
    await editor.page.keyboard.type('  return ');
    await seeGhost('receiptOf(order)');
    await editor.command('editor.action.inlineSuggest.acceptNextWord');
    await until('the first word', async () => (await editor.text(path)).includes('  return receiptOf'));
    await until('the rest as ghost text', () => ghostSays('(order)'));
    expect(await editor.text(path)).not.toContain('receiptOf(order)\n}');
  });

  it('puts a starred item first in the completion list', async () => {
    const made = await begin();
    const path = made.path('src/receipt.ts');
    await cursorAt(path, 10);
    await editor.page.keyboard.type('  return ');
    await seeGhost('receiptOf(order)');
    const first = editor.page.locator('.suggest-widget.visible .monaco-list-row').first();
    await until('the starred item', async () => {
      await editor.command('editor.action.triggerSuggest');
      await first.waitFor({ timeout: 10_000 });
      return (await first.textContent())?.includes('★ ');
    });
    await editor.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: '★ receiptOf(order)' }).waitFor();
    await editor.screenshot('starred');
    await editor.command('hideSuggestWidget');
  });

  it('opens the inspector: hole, type, candidates with evidence, context with reasons', async () => {
    const made = await begin();
    const path = made.path('src/receipt.ts');
    await cursorAt(path, 10);
    await editor.page.keyboard.type('  return ');
    await editor.command('hideSuggestWidget');
    await editor.palette('Mortise: Show Context');
    const shown = () =>
      editor.evaluate<string>(
        "return vscode.workspace.textDocuments.find((one) => one.uri.scheme === 'mortise-context')?.getText() ?? ''",
      );
    await until('the context', async () => (await shown()).includes('# Context at src/receipt.ts:11:10'), 120_000);
    const text = await shown();
    expect(text).toContain('Expected type (the language demands it):\n\n```typescript\nReceipt\n```');
    expect(text).toMatch(
      /(?:\d+ in 100 like this were right|ranked 0\.\d+, not calibrated) · type-checked · [\s\S]*receiptOf\(order\)/,
    );
    expect(text).toMatch(/### src\/orders\.ts \(\w+, \d+ tokens\)\n\nWhy: \w/);
    await editor.page.locator('.monaco-editor[data-uri^="mortise-context"]').first().waitFor();
    await editor.clearNotifications();
    await editor.screenshot('context');
  });

  it('fills missing members from the palette, in one undo step', async () => {
    const made = await begin();
    const path = made.path('src/receipt.ts');
    await cursorAt(path, 10);
    const before = await editor.text(path);
    await editor.evaluate(
      `const edit = new vscode.WorkspaceEdit();
       edit.insert(vscode.window.activeTextEditor.document.uri, new vscode.Position(10, 0), '  const item: Item = {};');
       edit.insert(vscode.window.activeTextEditor.document.uri, new vscode.Position(0, 0), "import type { Item } from './orders';\\n");
       await vscode.workspace.applyEdit(edit);
       const at = new vscode.Position(11, 22);
       vscode.window.activeTextEditor.selection = new vscode.Selection(at, at)`,
    );
    await editor.command('workbench.action.focusActiveEditorGroup');
    await editor.palette('Mortise: Fill Missing Members');
    const filled = "  const item: Item = {\n    name: '',\n    cents: 0\n  };\n";
    await until('the members', async () => (await editor.text(path)).includes(filled), 120_000);
    await editor.command('undo');
    await until('one undo to take them back', async () =>
      (await editor.text(path)).includes('  const item: Item = {};\n'),
    );
    expect(await editor.text(path)).not.toBe(before);
  });
});
