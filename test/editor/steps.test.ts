/**
 * How many clicks and keys five standard merges take, from the notification that git stopped to the commit: done with the
 * mouse and the keyboard alone, counted as it goes. docs/steps.md holds the numbers; a flow that needs more fails.
 */
import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { flows, look, markersIn, why } from './flow.ts';
import { until } from './harness.ts';
import { rebaseTwice, versionBumps } from './kinds.ts';
import { conflictedMerge, TestRepository } from './repositories.ts';

const page = new URL('../../docs/steps.md', import.meta.url);

/** Merge 2 to 5 have one file in play; in the first three kinds of conflict meet. */
function oneFile(): TestRepository {
  const repo = conflictedMerge();
  repo.git('checkout', '--ours', 'package.json', 'src/legacy.ts');
  repo.git('add', 'package.json', 'src/legacy.ts');
  return repo;
}

function deletedThere(): TestRepository {
  const repo = new TestRepository();
  const text = (end: string) => `${Array.from({ length: 12 }, (_, i) => `line ${i}`).join('\n')}\n${end}\n`;
  repo.commit('Start', { 'legacy.ts': text('end') });
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Remove the old way', { 'legacy.ts': null });
  repo.git('checkout', '-q', 'main');
  repo.commit('Mend the old way', { 'legacy.ts': text('mended') });
  repo.stops('merge', 'feature');
  return repo;
}

/** Imports that both sides added to, in ten files. */
function manyImports(): TestRepository {
  const repo = new TestRepository();
  const at = (line: string) =>
    Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [
        `src/m${i}.ts`,
        `import { a${i} } from './a';\n${line.replaceAll('#', String(i))}\nexport const m${i} = a${i};\n`,
      ]),
    );
  repo.commit('Start', at(''));
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Feature', at("import { f# } from './f';\n"));
  repo.git('checkout', '-q', 'main');
  repo.commit('Main', at("import { m# } from './m';\n"));
  repo.stops('merge', 'feature');
  return repo;
}

describe.skipIf(why !== undefined)('steps of standard merges', { timeout: 240_000 }, () => {
  const flow = flows();
  const ui = look(() => flow.editor);
  const counted: Record<string, number> = {};
  let steps = 0;
  const click = async (what: Locator) => {
    await what.click();
    steps++;
  };
  const button = (said: string | RegExp, name: string) =>
    flow.editor.page.locator('.notification-toast', { hasText: said }).first().getByText(name, { exact: true });
  const begin = async (repo: TestRepository) => {
    flow.keep(repo);
    await flow.editor.open(repo.root);
    steps = 0;
    return repo;
  };
  /** A lens of the file that has the focus: the one before shows its own for a moment longer. */
  const lens = async (path: string, words: string) => {
    await flow.editor.page.locator(`.monaco-editor.focused[data-uri$="/${path}"]`).waitFor();
    const lenses = (text: string) =>
      flow.editor.page.locator('.monaco-editor.focused .codelens-decoration a', { hasText: text });
    const conflicts = () =>
      flow.editor.evaluate<number>(
        "return vscode.window.activeTextEditor.document.getText().split('<<<<<<<').length - 1",
      );
    // One for each conflict that is left, and those of a moment ago are drawn anew: a person does not click within half a second.
    const isDrawn = async () => (await lenses('Preview').count()) === (await conflicts());
    await until('the lenses', async () => {
      if (!(await isDrawn())) return false;
      const first = await lenses(words).first().elementHandle();
      await flow.editor.page.waitForTimeout(700);
      return (await isDrawn()) && (await first?.evaluate((element) => element.isConnected)) === true;
    });
    await click(lenses(words).first());
  };
  const finish = async (name: string, repo: TestRepository, state: string) => {
    await until(`${name} to be done`, () => !ui.exists(repo.root, state), 120_000);
    counted[name] = steps;
    const [, ...promised] =
      new RegExp(`^\\| ${name} \\| (\\d+) \\| (\\d+) \\| (\\d+) \\|`, 'm').exec(readFileSync(page, 'utf8')) ?? [];
    const [own, alone, copilot] = promised.map(Number);
    expect(steps, `${name} as docs/steps.md counts it`).toBe(own);
    expect(steps, `${name}: fewer than VS Code alone`).toBeLessThan(alone ?? 0);
    expect(steps, `${name}: fewer than with Copilot`).toBeLessThan(copilot ?? 0);
  };
  afterAll(() => console.log(`steps: ${JSON.stringify(counted)}`));

  it('one file: imports, an edit that combines, a choice', async () => {
    const repo = await begin(oneFile());
    const file = repo.path('src/orders.ts');
    await click(button(/3 conflicts, 1 safe/, 'Resolve Safe, Show the Rest'));
    await ui.text(file, (text) => markersIn(text) === 2);
    await lens('orders.ts', 'Accept: the edits');
    await ui.text(file, (text) => markersIn(text) === 1);
    await lens('orders.ts', 'Take feature');
    await ui.text(file, (text) => markersIn(text) === 0);
    expect(repo.git('ls-files', '-u')).not.toBe('');
    await click(button(/every conflict is resolved/, 'Stage All and Continue'));
    await finish('One file', repo, 'MERGE_HEAD');
    expect(repo.git('show', 'HEAD:src/orders.ts')).toContain('${item.name} (${item.count})');
  });

  it('the same decision in eight files', async () => {
    const repo = await begin(versionBumps(8));
    await click(button(/8 conflicts/, 'First Conflict'));
    await lens('p0/package.json', 'Take feature');
    await ui.text(repo.path('packages/p0/package.json'), (text) => markersIn(text) === 0);
    // The next file, by the key that goes there.
    for (const key of ['Shift+Alt+M', 'n']) {
      await flow.editor.page.keyboard.press(key);
      steps++;
    }
    await lens('p1/package.json', 'Take feature');
    await click(button('version bumps', 'Do the Same for the Other 6'));
    await click(button(/every conflict is resolved; 8 files are not staged/, 'Stage All and Continue'));
    await finish('Eight files, one decision', repo, 'MERGE_HEAD');
    expect(repo.git('show', 'HEAD:packages/p7/package.json')).toContain('"1.2.7"');
  });

  it('a file edited here and deleted there', async () => {
    const repo = await begin(deletedThere());
    await click(button(/legacy\.ts: modified by main, deleted by feature/, 'Keep the version of main, and Stage It'));
    await click(button(/resolved and staged/, 'Continue'));
    await finish('Edited here, deleted there', repo, 'MERGE_HEAD');
    expect(repo.git('show', 'HEAD:legacy.ts')).toContain('mended');
  });

  it('a rebase that stops twice', async () => {
    const repo = await begin(rebaseTwice());
    const file = repo.path('limits.ts');
    for (const [stop, wanted] of [
      ['commit 1 of 3', 'retries = 5'],
      ['commit 3 of 3', 'pool = 20'],
    ] as const) {
      await click(button(new RegExp(`${stop}: 1 conflict`), 'First Conflict'));
      await lens('limits.ts', 'Take topic');
      await ui.text(file, (text) => markersIn(text) === 0 && text.includes(wanted));
      await click(button(new RegExp(`${stop}: every conflict is resolved`), 'Stage All and Continue'));
    }
    await finish('Rebase with two stops', repo, 'rebase-merge');
  });

  it('ten files of imports', async () => {
    const repo = await begin(manyImports());
    await click(button(/10 conflicts, 10 safe/, 'Resolve Safe Conflicts'));
    expect(repo.git('ls-files', '-u')).not.toBe('');
    await click(button(/every conflict is resolved; 10 files are not staged/, 'Stage All and Continue'));
    await finish('Ten files of imports', repo, 'MERGE_HEAD');
  });
});
