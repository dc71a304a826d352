/**
 * The real VS Code workbench for tests: code-server on loopback with Mortise and a bridge extension unpacked beside it,
 * driven in Chromium. One editor serves all flows; each flow opens its own folder. Nothing here sleeps: it waits for states.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { type BrowserContext, chromium as driver, type Locator, type Page } from 'playwright-core';
import { keepEvidence, watchNotifications } from './evidence.ts';
import { chromium, editorEntry, isInstalled, nodeBinary } from './install.mjs';
import { installProduct } from './product.ts';

const root = resolve(import.meta.dirname, '../..');
const images = join(root, 'docs/images');

/** Why the editor tests cannot run here, or undefined when they can. */
export function missing(): string | undefined {
  if (chromium() === undefined) {
    return 'no Chromium: apt-get install --no-install-recommends chromium fonts-dejavu-core, or set MORTISE_CHROMIUM';
  }
  return isInstalled() ? undefined : 'the test editor is not installed: npm run editor:install';
}

/** The longest wait for one state. Generous: it costs nothing where the state comes, and a machine may be busy. */
const WAIT = 60_000;

const settings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'window.restoreWindows': 'none',
  'window.commandCenter': false,
  'chat.disableAIFeatures': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'files.autoSave': 'off',
  'files.simpleDialog.enable': true,
  'editor.minimap.enabled': false,
  'editor.accessibilitySupport': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'typescript.validate.enable': false,
  'javascript.validate.enable': false,
};

export interface LaunchOptions {
  /** Leave workspace trust on, so that a folder opens untrusted. */
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What an extension host says of itself when its bridge listens. */
interface Host {
  readonly pid: number;
  readonly port: number;
  readonly opened: string | null;
}

export class Editor {
  readonly folder: string;
  readonly extensionFolder: string;
  readonly #server: ChildProcess;
  readonly #url: string;
  readonly #bridge: { readonly folder: string; readonly token: string };
  #host: Host | undefined;
  #anchor: string | undefined;
  readonly #context: BrowserContext;
  page: Page;

  private constructor(
    folder: string,
    parts: {
      server: ChildProcess;
      url: string;
      bridge: { folder: string; token: string };
      context: BrowserContext;
      page: Page;
    },
  ) {
    this.folder = folder;
    this.extensionFolder = join(folder, 'extensions/mortise.mortise-0.1.0');
    this.#server = parts.server;
    this.#url = parts.url;
    this.#bridge = parts.bridge;
    this.#context = parts.context;
    this.page = parts.page;
    this.page.setDefaultTimeout(WAIT);
    this.page.on('dialog', (dialog) => void dialog.accept());
  }

  static async launch(options: LaunchOptions = {}): Promise<Editor> {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-editor-'));
    const port = await freePort();
    const bridge = { folder: join(folder, 'hosts'), token: randomBytes(16).toString('hex') };
    mkdirSync(bridge.folder);
    unpackExtensions(join(folder, 'extensions'));
    mkdirSync(join(folder, 'data/User'), { recursive: true });
    mkdirSync(join(folder, 'home'), { recursive: true });
    writeFileSync(
      join(folder, 'data/User/settings.json'),
      JSON.stringify({ ...settings, ...options.settings }, null, 2),
    );
    writeFileSync(join(folder, 'config.yaml'), 'auth: none\ncert: false\n');
    const server = startCodeServer(folder, port, { bridge, trust: options.trust === true });
    const url = `http://127.0.0.1:${port}`;
    await until('code-server to answer', async () => (await fetch(`${url}/healthz`)).ok);
    const executablePath = chromium();
    if (executablePath === undefined) throw new Error(missing());
    const context = await driver.launchPersistentContext(join(folder, 'chromium'), {
      executablePath,
      headless: true,
      viewport: { width: 1180, height: 680 },
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    });
    await watchNotifications(context);
    const page = context.pages()[0] ?? (await context.newPage());
    return new Editor(folder, { server, url, bridge, context, page });
  }

  async close(): Promise<void> {
    await this.#context.close();
    if (this.#server.pid !== undefined) process.kill(-this.#server.pid, 'SIGTERM');
    await until('code-server to end', () => this.#server.exitCode !== null || this.#server.signalCode !== null);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Open a folder in a fresh window and wait until the extension host of that very window answers. */
  open(folder: string): Promise<void> {
    return this.#window(folder, () =>
      this.page.goto(`${this.#url}/?folder=${encodeURIComponent(folder)}`, { waitUntil: 'commit' }),
    );
  }

  /** The same window anew, as "Reload Window" does it. */
  reload(): Promise<void> {
    return this.#window(this.#host?.opened ?? '', () => this.page.reload({ waitUntil: 'commit' }));
  }

  /**
   * Show these folders in one window that stays: a workspace of several folders, of which the first is empty. To change the
   * others costs no new window and no new extension host.
   */
  async show(...folders: readonly string[]): Promise<void> {
    try {
      await this.#change(folders);
    } catch {
      // VS Code takes one change at a time, and holds one that it lost for good: a window of its own has none.
      this.#anchor = undefined;
      await this.#change(folders);
    }
  }

  async #change(folders: readonly string[]): Promise<void> {
    if (this.#anchor === undefined) {
      const anchor = join(realpathSync(this.folder), 'flows.code-workspace');
      mkdirSync(join(this.folder, 'empty'), { recursive: true });
      writeFileSync(anchor, JSON.stringify({ folders: [{ path: 'empty' }] }));
      await this.#window(anchor, () =>
        this.page.goto(`${this.#url}/?workspace=${encodeURIComponent(anchor)}`, { waitUntil: 'commit' }),
      );
      this.#anchor = anchor;
    }
    await this.evaluate(
      `const wanted = argument.map((path) => ({ uri: vscode.Uri.file(path) }));
      const old = vscode.workspace.workspaceFolders.length - 1;
      if (old === 0 && wanted.length === 0) return;
      const changed = new Promise((done) => {
        const listener = vscode.workspace.onDidChangeWorkspaceFolders(() => { listener.dispose(); done(); });
      });
      if (!vscode.workspace.updateWorkspaceFolders(1, old, ...wanted)) throw new Error('the folders were not changed');
      await changed;`,
      folders,
    );
  }

  /** Close the folders that `show` opened, and wait until the status bar tells of none of their conflicts. */
  async leave(): Promise<void> {
    if (this.#anchor === undefined) return;
    await this.show();
    await this.page.locator('.statusbar-item', { hasText: /of \d+ resolved/ }).waitFor({ state: 'detached' });
  }

  /** Hosts of earlier windows end with their window at last, but on a busy machine late: they are ended here. */
  async #window(opened: string, go: () => Promise<unknown>): Promise<void> {
    const before = this.#hosts();
    this.#anchor = undefined;
    await go();
    await this.page.locator('.monaco-workbench').waitFor();
    this.#host = await until(`the extension host of ${basename(opened)}`, () =>
      this.#hosts().find((host) => host.opened === opened && !before.some(({ pid }) => pid === host.pid)),
    );
    for (const { pid } of before) end(pid);
    for (const { pid } of before) rmSync(join(this.#bridge.folder, `${pid}.json`), { force: true });
    await until('Mortise to be active', () =>
      this.evaluate<boolean>("return vscode.extensions.getExtension('mortise.mortise')?.isActive === true"),
    );
  }

  #hosts(): Host[] {
    const names = readdirSync(this.#bridge.folder).filter((name) => name.endsWith('.json'));
    // The bridge's own three fields.
    return names.map((name) => JSON.parse(readFileSync(join(this.#bridge.folder, name), 'utf8')) as Host);
  }

  /** Run the body of an async function in the extension host, with `vscode` and `argument` in scope. */
  async evaluate<T>(code: string, argument?: unknown): Promise<T> {
    const body = JSON.stringify({ code, argument });
    const headers = { 'x-token': this.#bridge.token };
    if (!this.#host) throw new Error('no window is open');
    const response = await fetch(`http://127.0.0.1:${this.#host.port}/`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(WAIT),
    });
    const answer = (await response.json()) as { value: T; error?: string }; // The bridge's own two fields.
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  command(name: string, argument?: unknown): Promise<void> {
    return this.evaluate(
      'await vscode.commands.executeCommand(argument.name, ...(argument.argument === undefined ? [] : [argument.argument]))',
      {
        name,
        argument,
      },
    );
  }

  /** Run a command through the palette, as a person would. A stale first row is why the wanted one is clicked. */
  async palette(title: string): Promise<void> {
    await retry(async () => {
      await this.page.keyboard.press('F1');
      const input = this.page.locator('.quick-input-widget:visible input.input');
      await input.waitFor({ timeout: 5000 });
      await input.fill(`>${title}`);
      await this.page
        .locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`)
        .first()
        .click({ timeout: 8000 });
    }, this.page);
  }

  /** Open a file and put the focus in it. */
  async file(path: string): Promise<Locator> {
    await this.evaluate(
      'await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(argument), { preview: false })',
      path,
    );
    const editor = this.page
      .locator(`.editor-group-container.active .monaco-editor[data-uri$="/${basename(path)}"]`)
      .first();
    await editor.waitFor();
    return editor;
  }

  /** Throw unsaved work away: a window with some refuses to open the next folder. */
  revertAll(): Promise<void> {
    return this.evaluate(`for (const document of vscode.workspace.textDocuments.filter((one) => one.isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')`);
  }

  text(path: string): Promise<string> {
    return this.evaluate('return (await vscode.workspace.openTextDocument(argument)).getText()', path);
  }

  /** A lens whose title contains some words. */
  lens(words: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a', { hasText: words }).first();
  }

  /** What previews draw beside the text: decorations are no text of the page, the browser alone knows them. */
  drawn(): Promise<string[]> {
    return this.page.evaluate(`[...document.querySelectorAll('.view-lines .view-line span span')]
      .map((one) => getComputedStyle(one, '::after').content)
      .filter((content) => content.startsWith('"'))
      .map((content) => JSON.parse(content).replaceAll('\\u00a0', ' '))
      .filter((content) => /^[┌│]/.test(content))`);
  }

  async clearNotifications(): Promise<void> {
    await this.command('notifications.clearAll');
    await this.page.locator('.notification-toast').first().waitFor({ state: 'detached' });
  }

  /**
   * A picture for the README, kept small; only written when MORTISE_SCREENSHOTS asks for it. Of the whole window, or of the part
   * that it is about.
   */
  async screenshot(name: string, part?: 'view' | 'editor'): Promise<void> {
    const { MORTISE_SCREENSHOTS: to } = process.env;
    if (!to) return;
    mkdirSync(images, { recursive: true });
    const box = part && (await this.page.locator(part === 'view' ? '.part.sidebar' : '.part.editor').boundingBox());
    const path = join(to === '1' ? images : to, `${name}.png`);
    await this.page.screenshot({ path, ...(box ? { clip: box } : {}) });
  }

  /** What a failed flow leaves to be read, in a folder of its own. */
  evidence(name: string, repositories: readonly { readonly root?: string }[]): Promise<string> {
    const { page, folder } = this;
    return keepEvidence(
      name,
      { page, folder, evaluate: (code) => this.evaluate(code) },
      repositories.flatMap(({ root }) => root ?? []),
    );
  }

  log(): string {
    return readFileSync(join(this.folder, 'server.log'), 'utf8');
  }
}

function unpackExtensions(to: string): void {
  installProduct(join(to, 'mortise.mortise-0.1.0'));
  cpSync(join(import.meta.dirname, 'bridge'), join(to, 'mortise-test.mortise-test-bridge-0.0.1'), { recursive: true });
}

function startCodeServer(
  folder: string,
  port: number,
  options: { bridge: { folder: string; token: string }; trust: boolean },
): ChildProcess {
  const home = join(folder, 'home');
  const { PATH = '' } = process.env;
  const log = openSync(join(folder, 'server.log'), 'a');
  const args = [
    editorEntry,
    ...['--config', join(folder, 'config.yaml'), '--user-data-dir', join(folder, 'data')],
    ...['--extensions-dir', join(folder, 'extensions'), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
    ...['--ignore-last-opened', ...(options.trust ? [] : ['--disable-workspace-trust'])],
  ];
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    PATH: `${dirname(nodeBinary)}${delimiter}${PATH}`,
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    MORTISE_BRIDGE_FOLDER: options.bridge.folder,
    MORTISE_BRIDGE_TOKEN: options.bridge.token,
  };
  const server = spawn(nodeBinary, args, { env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  return server;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? done(address.port) : fail(new Error('no port'))));
    });
  });
}

/** Wait for a state. Failures of the look itself count as "not yet"; the last one is told at the end. */
export async function until<T>(what: string, look: () => Promise<T> | T, limit = WAIT): Promise<NonNullable<T>> {
  const end = Date.now() + limit;
  let last: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${limit / 1000} s for ${what}`, { cause: last });
    await new Promise((again) => setTimeout(again, 50));
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

async function retry(action: () => Promise<void>, page: Page): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt === 4) throw error;
      await page.keyboard.press('Escape');
    }
  }
}
