/**
 * What a flow that failed leaves behind, so that a wait in vain need not be guessed at: a picture, what stood on the screen, which
 * notifications came and went, what the extension was told of the repositories and when, and what git says of them. (The editor
 * writes no logs here: they need a native module that is not built.)
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';

/** Twice a second: notifications that stand on the screen, whenever they are others than before. Runs in the page. */
const WATCH = `(() => {
  const toasts = (globalThis.mortiseToasts = []);
  let before = '';
  setInterval(() => {
    const now = [...document.querySelectorAll('.notification-toast')].map((one) => one.innerText.replace(/\\s+/g, ' ').trim());
    if (now.join('\\n') === before) return;
    before = now.join('\\n');
    toasts.push(new Date().toISOString() + ' ' + (now.length === 0 ? '(none)' : now.join(' || ')));
  }, 500);
})();`;

/** To be called before the first page opens. */
export const watchNotifications = (context: BrowserContext): Promise<unknown> => context.addInitScript(WATCH);

const SCREEN = `(() => {
  const texts = (what) => [...document.querySelectorAll(what)].map((one) => (one.getAttribute('aria-label') || one.innerText).replace(/\\s+/g, ' ').trim());
  return {
    'notifications, as they came and went': globalThis.mortiseToasts ?? [],
    'notifications on screen': texts('.notification-toast .notification-list-item'),
    'rows of the view': texts('.pane-body .monaco-list-row'),
    'status bar': texts('.statusbar-item'),
    'tabs': texts('.tab'),
    'dialogs and choosers': texts('.monaco-dialog-box, .quick-input-widget'),
    'lenses': [...document.querySelectorAll('.codelens-decoration a')].map((one) => one.innerText),
    'text of editors': [...document.querySelectorAll('.monaco-editor[data-uri] .view-lines')].map((one) => one.innerText),
  };
})()`;

/** What was kept back: all that the notification centre holds. */
const CENTRE = `[...document.querySelectorAll('.notifications-center .notification-list-item')].map((one) => one.innerText.replace(/\\s+/g, ' ').trim())`;

interface Scene {
  readonly page: Page;
  /** Of the editor: where its server.log lies. */
  readonly folder: string;
  readonly evaluate: <T>(code: string) => Promise<T>;
}

/** Writes all of it; what cannot be had is left out. @returns the folder, under MORTISE_EVIDENCE or the temporary folder. */
export async function keepEvidence(
  name: string,
  { page, folder, evaluate }: Scene,
  roots: readonly string[],
): Promise<string> {
  const { MORTISE_EVIDENCE = tmpdir() } = process.env;
  const to = join(MORTISE_EVIDENCE, `mortise-failed-${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}`);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const said: string[] = [new Date().toISOString()];
  const tell = (title: string, lines: readonly string[]) => said.push(`\n## ${title}`, ...lines);
  const nothing = () => undefined;
  await page.screenshot({ path: join(to, 'screen.png'), timeout: 20_000 }).catch(nothing);
  // Both are what the page answers to the two texts above.
  const screen = (await page.evaluate(SCREEN).catch(() => ({}))) as Record<string, string[]>;
  for (const [title, lines] of Object.entries(screen)) tell(title, lines);
  const told = await evaluate<string[]>('return globalThis.mortiseViews').catch(() => []);
  tell('repositories, as the extension was told of them', told);
  await evaluate("await vscode.commands.executeCommand('notifications.showList')").catch(nothing);
  const centre = (await page.evaluate(CENTRE).catch(() => [])) as string[];
  tell('notification centre', centre);
  await page.screenshot({ path: join(to, 'notifications.png'), timeout: 20_000 }).catch(nothing);
  await evaluate("await vscode.commands.executeCommand('notifications.hideList')").catch(nothing);
  for (const root of roots) tell(root, gitSays(root));
  writeFileSync(join(to, 'state.md'), `${said.join('\n')}\n`);
  for (const log of ['server.log', 'data/logs'])
    if (existsSync(join(folder, log)))
      cpSync(join(folder, log), join(to, log.replace('data/', '')), { recursive: true });
  return to;
}

function gitSays(root: string): string[] {
  const git = (...args: string[]) => {
    try {
      return `$ git ${args.join(' ')}\n${execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })}`;
    } catch (error) {
      return `$ git ${args.join(' ')}: ${String(error)}`;
    }
  };
  const list = (folder: string) => `${folder}: ${existsSync(folder) ? readdirSync(folder).join(' ') : 'not there'}`;
  return [
    git('status'),
    git('log', '--oneline', '--all', '-n', '10'),
    list(join(root, '.git')),
    list(join(root, '.git/mortise')),
  ];
}
