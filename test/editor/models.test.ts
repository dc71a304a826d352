/**
 * Language models in the real VS Code: a proposal streamed into the preview, checked, and accepted by hand; words of the
 * user's own; all open conflicts in one go; what was sent. The model is scripted in the real server's shapes, so that what
 * must happen can be told beforehand; one flow runs on a real engine with a tiny model.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
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

  it.skipIf(missingEngine() !== undefined)(
    'gets an answer of a real engine, checked, and accepts it: one conflict changes, one undo takes it back',
    async () => {
      engine ??= await serveEngine();
      editor = flow.editor;
      const limits = (retries: number) =>
        `export const timeout = 30;\n\nexport const retries = ${retries};\n\nexport const pool = 4;\n`;
      const made = flow.keep(new TestRepository());
      made.commit('Start the client', { 'limits.ts': limits(1) });
      made.git('checkout', '-q', '-b', 'topic');
      made.commit('Retry five times', { 'limits.ts': limits(5) });
      made.git('checkout', '-q', 'main');
      made.commit('Retry three times', { 'limits.ts': limits(3) });
      made.stops('merge', 'topic');
      await editor.open(made.root);
      const code =
        "await vscode.workspace.getConfiguration('mortise.model').update('address', argument, vscode.ConfigurationTarget.Global)";
      await editor.evaluate(code, engine.address);
      const file = made.path('limits.ts');
      await editor.file(file);
      await editor.command('mortise.next');
      const before = await editor.text(file);
      await editor.palette('Mortise: Propose with a Model');
      const said = editor.page.locator('.notification-list-item', { hasText: /tiny-fim:latest (chose|wrote)/ }).first();
      await said.waitFor({ timeout: 120_000 });
      expect(engine.state.requests.some(({ url }) => url === '/api/chat')).toBe(true);
      await shown(/chosen by tiny-fim:latest|written by tiny-fim:latest/);
      expect(await editor.text(file)).toBe(before);
      await editor.screenshot('model-engine');
      await said.getByText('Accept', { exact: true }).click();
      await until('the conflict to be resolved', async () => !(await editor.text(file)).includes('<<<<<<<'));
      const after = await editor.text(file);
      expect(after.startsWith(before.slice(0, before.indexOf('<<<<<<<')))).toBe(true);
      expect(after.endsWith(before.slice(before.indexOf('\n', before.indexOf('>>>>>>>')) + 1))).toBe(true);
      await editor.command('undo');
      await until('one undo to bring the conflict back', async () => (await editor.text(file)) === before);
    },
  );
});

/** An address of this machine that is not loopback: for Mortise another machine, for the test within reach. */
const outward = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe.skipIf(why !== undefined)("the editor's own dialogs and models", { timeout: 240_000 }, () => {
  const flow = flows({ settings: { 'chat.disableAIFeatures': false } });
  const notice = (text: string) => flow.editor.page.locator('.notification-list-item', { hasText: text }).first();
  const configure = (settings: Readonly<Record<string, unknown>>) =>
    flow.editor.evaluate(
      `const model = vscode.workspace.getConfiguration('mortise.model');
      for (const [key, value] of Object.entries(argument)) await model.update(key, value, vscode.ConfigurationTarget.Global)`,
      settings,
    );
  const conflict = async (): Promise<string> => {
    const made = flow.keep(conflictedMerge());
    await flow.editor.open(made.root);
    const file = made.path('src/orders.ts');
    await flow.editor.file(file);
    await flow.editor.lens('Needs you').waitFor();
    for (let n = 0; n < 3; n++) await flow.editor.command('mortise.next');
    return file;
  };
  const choice = '{"why":"It joins both.","choice":"1"}';

  it.skipIf(outward === undefined)(
    'another machine: a no in the dialog contacts nobody, a yes sends, and is taken back',
    async () => {
      const { editor } = flow;
      const server = await model(choice);
      const { port } = new URL(server.address);
      let contacted = 0;
      const relay = createServer((near) => {
        contacted++;
        near.pipe(connect(Number(port), '127.0.0.1')).pipe(near);
      });
      await new Promise<void>((up) => relay.listen(0, outward, up));
      const at = relay.address();
      const address = `http://${outward}:${typeof at === 'object' ? at?.port : ''}`;
      try {
        await conflict();
        await configure({ address, merge: '', complete: '' });
        const dialog = editor.page.locator('.monaco-dialog-box', { hasText: address });
        await editor.palette('Mortise: Propose with a Model');
        await dialog.waitFor();
        await editor.screenshot('model-consent');
        await dialog.getByText('Cancel', { exact: true }).click();
        await notice('is not on this machine').waitFor();
        expect(contacted).toBe(0);
        // Turning to models again asks again.
        await editor.palette('Mortise: Choose Model…');
        await editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'To propose resolutions' }).click();
        await dialog.waitFor();
        await dialog.getByText('Send Code There', { exact: true }).click();
        const row = editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'coder:7b' }).first();
        await row.waitFor();
        await row.click();
        await editor.palette('Mortise: Propose with a Model');
        await notice('coder:7b chose').waitFor();
        expect(server.seen.some(({ path }) => path === '/api/chat')).toBe(true);
        await editor.palette('Mortise: Forget Allowed Model Servers…');
        await editor.page.locator('.quick-input-list .monaco-list-row', { hasText: address }).first().click();
        await editor.page.keyboard.press('Enter');
        const before = contacted;
        await editor.palette('Mortise: Propose with a Model');
        await notice('is not on this machine').waitFor();
        expect(contacted).toBe(before);
      } finally {
        await configure({ address: '', merge: '' });
        relay.close();
      }
    },
  );

  it('keeps a key behind a password field and sends it to that server alone', async () => {
    const { editor } = flow;
    const server = await model(choice);
    await conflict();
    await configure({ address: server.address, merge: '' });
    await editor.palette('Mortise: Set Model Server Key…');
    // The palette's own field may still be there for a moment; this one never is anything but a password's.
    const input = editor.page.locator('.quick-input-widget:visible input.input[type=password]');
    await input.waitFor();
    await input.fill('k-e-y');
    await editor.screenshot('model-key');
    await editor.page.keyboard.press('Enter');
    await editor.palette('Mortise: Propose with a Model');
    await notice('coder:7b chose').waitFor();
    expect(server.seen.filter(({ path }) => path === '/api/chat').at(-1)?.headers.authorization).toBe('Bearer k-e-y');
    const other = await model(choice);
    await configure({ address: other.address });
    await editor.palette('Mortise: Propose with a Model');
    await until('the other server to be asked', async () => other.seen.some(({ path }) => path === '/api/chat'));
    expect(other.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it("asks one of the editor's own models where the user chose it, and shows what it was sent", async () => {
    const { editor } = flow;
    await conflict();
    await editor.evaluate(
      `globalThis.asked = [];
      globalThis.provider ??= vscode.lm.registerLanguageModelChatProvider('mortise-test', {
        provideLanguageModelChatInformation: async () => [{ id: 'test-model', name: 'Test Model', family: 'test', version: '1', maxInputTokens: 9000, maxOutputTokens: 900, capabilities: {} }],
        provideLanguageModelChatResponse: async (model, messages, options, progress) => {
          globalThis.asked.push(messages.map(({ content }) => content.map(({ value }) => value).join('')).join('\\n'));
          for (const part of argument.match(/.{1,7}/g)) progress.report(new vscode.LanguageModelTextPart(part));
        },
        provideTokenCount: async (_, text) => String(text).length,
      })`,
      choice,
    );
    await configure({ address: '', merge: 'vscode:test-model' });
    try {
      await editor.palette('Mortise: Propose with a Model');
      const allow = editor.page.locator('.monaco-dialog-box').getByText('Allow', { exact: true });
      const done = notice('test-model chose');
      await until('an answer, or the question whether it may be asked', async () => {
        if (await allow.isVisible()) await allow.click();
        return done.isVisible();
      });
      await editor.screenshot('model-editors-own');
      const asked = await editor.evaluate<string[]>('return globalThis.asked');
      expect(asked.join('\n')).toContain('Charge tax on orders');
    } finally {
      await configure({ merge: '' });
    }
  });

  it('gives our models to other extensions through the editor, streamed', async () => {
    const { editor } = flow;
    const server = await model('It is a fine day.');
    server.release();
    await conflict();
    await configure({ address: server.address, merge: '' });
    await editor.palette('Mortise: Propose with a Model');
    await until('the server to be asked', async () => server.seen.some(({ path }) => path === '/api/chat'));
    await editor.evaluate(
      `void (async () => {
        const [found] = await vscode.lm.selectChatModels({ vendor: 'mortise', id: 'coder:7b' });
        globalThis.answer = found ? '' : 'no such model';
        if (!found) return;
        const response = await found.sendRequest([vscode.LanguageModelChatMessage.User('How is the day?')], {});
        for await (const text of response.text) globalThis.answer += text;
      })().catch((error) => { globalThis.answer = String(error) })`,
    );
    const allow = editor.page.locator('.monaco-dialog-box').getByText('Allow', { exact: true });
    await until('the answer', async () => {
      if (await allow.isVisible()) await allow.click();
      return (await editor.evaluate<string>("return globalThis.answer ?? ''")).includes('fine day');
    });
    expect(JSON.stringify(server.seen.at(-1)?.body)).toContain('How is the day?');
  });
});
