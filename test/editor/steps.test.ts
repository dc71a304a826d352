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
  /** A chord is as many keys as are pressed one after the other. */
  const keys = async (...all: string[]) => {
    for (const key of all) {
      await flow.editor.page.keyboard.press(key);
      steps++;
    }
  };
  /** One click; while git works the view is drawn anew, and a click that falls into that goes nowhere. */
  const open = async (path: string) => {
    const focused = flow.editor.page.locator(`.monaco-editor.focused[data-uri$="/${path}"]`);
    await until(`${path} to be open`, async () => {
      await ui.file(path).click({ timeout: 5000 });
      await focused.waitFor({ timeout: 5000 });
      return true;
    });
    steps++;
    await flow.editor.lens('Preview').waitFor();
  };
  const button = (said: string | RegExp, name: string) =>
    flow.editor.page.locator('.notification-toast', { hasText: said }).first().getByText(name, { exact: true });
  const begin = async (repo: TestRepository) => {
    flow.keep(repo);
    await flow.editor.open(repo.root);
    steps = 0;
    return repo;
  };
  const finish = async (name: string, repo: TestRepository, state: string) => {
    await click(button(/resolved and staged/, 'Continue'));
    await until(`${name} to be done`, () => !ui.exists(repo.root, state), 120_000);
    counted[name] = steps;
    const [, promised] = new RegExp(`^\\| ${name} \\| (\\d+) \\|`, 'm').exec(readFileSync(page, 'utf8')) ?? [];
    expect(steps, `${name} as docs/steps.md counts it`).toBe(Number(promised));
  };
  afterAll(() => console.log(`steps: ${JSON.stringify(counted)}`));

  it('one file: imports, an edit that combines, a choice', async () => {
    const repo = await begin(oneFile());
    const file = repo.path('src/orders.ts');
    await click(button(/3 conflicts, 1 safe to resolve/, 'Resolve Safe Conflicts'));
    await click(button(/resolved 1 conflict/, 'Next Conflict'));
    await flow.editor.page.locator('.monaco-editor.focused[data-uri$="/orders.ts"]').waitFor();
    await flow.editor.lens('Accept: the edits').waitFor();
    await keys('Shift+Alt+M', 'a');
    await ui.text(file, (text) => markersIn(text) === 1);
    await keys('Shift+Alt+M', 't');
    await ui.text(file, (text) => markersIn(text) === 0);
    await click(flow.editor.lens('No conflict is left in this file'));
    await finish('One file', repo, 'MERGE_HEAD');
  });

  it('the same decision in eight files', async () => {
    const repo = await begin(versionBumps(8));
    await click(button(/8 conflicts/, 'Show Conflicts'));
    await open('packages/p0/package.json');
    await keys('Shift+Alt+M', 't');
    await ui.text(repo.path('packages/p0/package.json'), (text) => markersIn(text) === 0);
    await keys('Shift+Alt+M', 'n');
    // The file before shows its lenses for a moment longer.
    await flow.editor.page.locator('.monaco-editor.focused[data-uri$="/p1/package.json"]').waitFor();
    await flow.editor.lens('Preview').waitFor();
    await keys('Shift+Alt+M', 't');
    await click(button('version bumps', 'Do the Same for the Other 6'));
    await until('all eight', async () => /8 files/.test((await ui.row('Resolved, not staged').textContent()) ?? ''));
    await ui.rowAction('Resolved, not staged', 'Mark All as Resolved');
    steps++;
    await finish('Eight files, one decision', repo, 'MERGE_HEAD');
    expect(repo.git('show', 'HEAD:packages/p7/package.json')).toContain('"1.2.7"');
  });

  it('a file edited here and deleted there', async () => {
    const repo = await begin(deletedThere());
    await click(button(/1 conflict/, 'Show Conflicts'));
    await click(ui.file('legacy.ts'));
    const both = { hasText: 'Keep the version of main, and stage it' };
    await click(flow.editor.page.locator('.quick-input-list .monaco-list-row', both));
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
      await click(button(new RegExp(`${stop}: 1 conflict`), 'Show Conflicts'));
      await open('limits.ts');
      await keys('Shift+Alt+M', 't');
      await ui.text(file, (text) => markersIn(text) === 0 && text.includes(wanted));
      await click(flow.editor.lens('No conflict is left in this file'));
      if (stop === 'commit 3 of 3') break;
      await click(button(/resolved and staged/, 'Continue'));
    }
    await finish('Rebase with two stops', repo, 'rebase-merge');
  });

  it('ten files of imports', async () => {
    const repo = await begin(manyImports());
    await click(button(/10 conflicts, 10 safe/, 'Resolve Safe Conflicts'));
    await click(button(/resolved 10 conflicts/, 'Show Conflicts'));
    await until('all ten', async () => /10 files/.test((await ui.row('Resolved, not staged').textContent()) ?? ''));
    await ui.rowAction('Resolved, not staged', 'Mark All as Resolved');
    steps++;
    await finish('Ten files of imports', repo, 'MERGE_HEAD');
  });
});
