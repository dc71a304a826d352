/**
 * Language models in the real VS Code: a proposal streamed into the preview, checked, and accepted by hand; words of the
 * user's own; all open conflicts in one go; what was sent. The model is scripted in the real server's shapes, so that what
 * must happen can be told beforehand; one flow runs on a real engine with a tiny model.
 */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type Engine, missingEngine, serveEngine } from '../model/engine.mjs';
import { chatted, json, type Scripted, scripted, show } from '../model/scripted.ts';
import { flows, look, why } from './flow.ts';
import type { Editor } from './harness.ts';
import { until } from './harness.ts';
import { conflictedMerge, TestRepository } from './repositories.ts';

const written = '  return `${item.name.trim()} × ${item.count}`;';
const none = '{"why":"Each option loses something.","choice":"none"}';
const fill = JSON.stringify({ why: 'Both the trimmed name and the count are meant.', needs_you: false, code: written });
const needsYou = JSON.stringify({ why: 'The two versions contradict each other.', needs_you: true, code: '' });

/** Answers slowly, so that what is shown while it writes can be seen. `release` lets it finish. */
async function model(...answers: readonly string[]): Promise<Scripted & { release(): void }> {
  let n = 0;
  let go: () => void = () => undefined;
  const released = new Promise<void>((done) => {
    go = done;
  });
  const server = await scripted({
    '/api/tags': json(200, { models: [{ name: 'coder:7b', size: 4.7e9, capabilities: ['completion'] }] }),
    '/api/show': show(['completion']),
    '/api/chat': async (_, response) => {
      const text = answers[Math.min(n++, answers.length - 1)] ?? '';
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const lines = chatted(...(text.match(/[\s\S]{1,6}/g) ?? [])).split(/(?<=\n)/);
      const held = Math.floor(lines.length * 0.8);
      for (const line of lines.slice(0, held)) response.write(line);
      if (text.includes('"code"')) await released;
      for (const line of lines.slice(held)) response.write(line);
      response.end();
    },
  });
  return { ...server, release: go };
}

describe.skipIf(why !== undefined)('models in the editor', { timeout: 240_000 }, () => {
  const flow = flows();
  let editor: Editor;
  let engine: Engine | undefined;
  afterAll(() => engine?.close());
  const { status } = look(() => flow.editor);

  const begin = async (made: TestRepository, address: string): Promise<string> => {
    editor = flow.editor;
    await editor.open(flow.keep(made).root);
    const code =
      "await vscode.workspace.getConfiguration('mortise.model').update('address', argument, vscode.ConfigurationTarget.Global)";
    await editor.evaluate(code, address);
    const file = made.path('src/orders.ts');
    await editor.file(file);
    await editor.lens('Needs you').waitFor();
    return file;
  };
  const shown = (text: string | RegExp) =>
    until(`"${text}" in the preview`, async () =>
      (await editor.drawn()).some((one) => (typeof text === 'string' ? one.includes(text) : text.test(one))),
    );
  const notice = (text: string) => editor.page.locator('.notification-list-item', { hasText: text }).first();
  /** The cursor into the third conflict, the one that needs a person. */
  const third = async () => {
    for (let n = 0; n < 3; n++) await editor.command('mortise.next');
  };

  it('streams a proposal into the preview, checks it, and changes the file only when it is accepted', async () => {
    const server = await model(none, fill);
    const file = await begin(conflictedMerge(), server.address);
    const before = readFileSync(file, 'utf8');
    await third();
    await editor.palette('Mortise: Propose with a Model');
    await shown('coder:7b is writing');
    await shown('return `${item.name.trim');
    await editor.screenshot('model-writing');
    server.release();
    await notice('coder:7b wrote the lines on show').waitFor();
    await shown('written by coder:7b');
    await shown('× ${item.count}');
    expect(await editor.text(file)).toBe(before);
    await status(/coder:7b/);
    await editor.screenshot('model-proposal');
    await notice('coder:7b wrote the lines on show').getByText('Accept', { exact: true }).click();
    await until('the proposal to be in the file', async () => (await editor.text(file)).includes(`\n${written}\n`));
    const after = await editor.text(file);
    const block = before.slice(before.lastIndexOf('<<<<<<<'), before.indexOf('\n', before.lastIndexOf('>>>>>>>')) + 1);
    expect(after).toBe(before.replace(block, () => `${written}\n`));
    expect(readFileSync(file, 'utf8')).toBe(before);
    await editor.command('undo');
    await until('one undo to bring the conflict back', async () => (await editor.text(file)) === before);

    await editor.palette('Mortise: Show What Was Sent to Models');
    await until('the prompts to be shown', () =>
      editor.evaluate<boolean>(
        "return vscode.window.activeTextEditor?.document.getText().includes('src/orders.ts:') === true",
      ),
    );
    const sent = await editor.evaluate<string>('return vscode.window.activeTextEditor.document.getText()');
    expect(sent).toContain('Charge tax on orders');
    expect(sent).toContain(`To coder:7b at ${server.address}`);
  });

  it("takes the user's words along, and says why a person must decide", async () => {
    const server = await model(none, needsYou);
    await begin(conflictedMerge(), server.address);
    server.release();
    await third();
    await editor.palette('Mortise: Ask About This Conflict…');
    const input = editor.page.locator('.quick-input-widget:visible input.input');
    await input.waitFor();
    await input.fill('show the count behind a cross');
    await editor.page.keyboard.press('Enter');
    await notice('this one needs you. The two versions contradict each other.').waitFor();
    expect(JSON.stringify(server.seen.at(-1)?.body)).toContain('show the count behind a cross');
    await editor.screenshot('model-needs-you');
  });

  it('proposes for all open conflicts and leaves each to be accepted by itself', async () => {
    const server = await model('{"why":"It joins both.","choice":"1"}');
    const file = await begin(conflictedMerge(), server.address);
    const before = await editor.text(file);
    await editor.palette('Mortise: Propose for All Open Conflicts');
    await editor.page.locator('.quick-input-title', { hasText: 'Proposals: each is looked at' }).waitFor();
    await editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'src/orders.ts:' }).first().waitFor();
    await editor.screenshot('model-all');
    expect(await editor.text(file)).toBe(before);
    await editor.page.keyboard.press('Enter');
    await shown(/chosen by coder:7b/);
    expect(await editor.text(file)).toBe(before);
  });

  it('says what to do when no server answers', async () => {
    const server = await model(none);
    await server.close();
    await begin(conflictedMerge(), server.address);
    await third();
    await editor.palette('Mortise: Propose with a Model');
    await notice('does not answer').waitFor();
    await notice('does not answer').getByText('Choose Model…').waitFor();
  });

  it.skipIf(missingEngine() !== undefined)(
    'completes with a real engine: ghost text while typing, Tab accepts it',
    async () => {
      engine ??= await serveEngine();
      editor = flow.editor;
      const made = flow.keep(new TestRepository());
      made.commit('Start', { 'twice.ts': 'export function twice(number: number): number {\n\n}\n' });
      await editor.open(made.root);
      const code = `const settings = vscode.workspace.getConfiguration('mortise.model');
      await settings.update('address', argument, vscode.ConfigurationTarget.Global);
      await settings.update('complete', 'tiny-fim:latest', vscode.ConfigurationTarget.Global)`;
      await editor.evaluate(code, engine.address);
      const path = made.path('twice.ts');
      await editor.file(path);
      await editor.evaluate(`const editor = vscode.window.activeTextEditor;
      const end = editor.document.lineAt(1).range.end;
      editor.selection = new vscode.Selection(end, end);
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup')`);
      await editor.page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
      await editor.page.keyboard.type('    return ');
      const ghost = editor.page.locator('.ghost-text-decoration, .ghost-text');
      // A first answer that the cold checker has no time for is not shown: the next key asks again.
      let typed = Date.now();
      const shownNow = async () => {
        if ((await ghost.allTextContents()).join('').includes('number;')) return true;
        if (Date.now() - typed > 10_000) {
          await editor.page.keyboard.press('Backspace');
          await editor.page.keyboard.type(' ');
          typed = Date.now();
        }
        return false;
      };
      await until('the ghost text', shownNow, 120_000);
      expect(engine.state.requests.some(({ url, body }) => url === '/api/generate' && body['suffix'] === '\n}\n')).toBe(
        true,
      );
      await editor.screenshot('model-ghost');
      await editor.page.keyboard.press('Tab');
      const accepted = 'export function twice(number: number): number {\n    return number;\n}\n';
      await until('the accepted text', async () => (await editor.text(path)) === accepted);
    },
  );

  it.skipIf(missingEngine() !== undefined)('gets an answer of a real engine, streamed and checked', async () => {
    engine ??= await serveEngine();
    const file = await begin(conflictedMerge(), engine.address);
    const before = await editor.text(file);
    await third();
    await editor.palette('Mortise: Propose with a Model');
    // The tiny model knows no merging: whatever it says, it is checked, and the file stays as it is.
    await editor.page
      .locator('.notification-list-item', { hasText: /tiny-fim:latest (chose|wrote)|this one needs you/ })
      .first()
      .waitFor({ timeout: 120_000 });
    expect(engine.state.requests.some(({ url }) => url === '/api/chat')).toBe(true);
    expect(await editor.text(file)).toBe(before);
    await editor.screenshot('model-engine');
  });
});
