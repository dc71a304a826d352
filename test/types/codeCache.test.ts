import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadTypescript } from '../../server/types/codeCache.ts';

const path = createRequire(import.meta.url).resolve('typescript');
const folder = join(mkdtempSync(join(tmpdir(), 'mortise-code-')), 'cache');
afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

test('What was compiled is used the next time, and not where it is damaged', () => {
  const works = ({ tsc }: ReturnType<typeof loadTypescript>): boolean =>
    tsc.createSourceFile('a.ts', 'let a = 1;', tsc.ScriptTarget.Latest).statements.length === 1;
  const first = loadTypescript(path, folder);
  expect([first.wasKept, works(first)]).toEqual([false, true]);
  first.keep();
  const [name = ''] = readdirSync(folder);
  expect(readdirSync(folder)).toHaveLength(1);
  const second = loadTypescript(path, folder);
  expect([second.wasKept, works(second)]).toEqual([true, true]);
  expect(second.tsc.sys.getExecutingFilePath()).toBe(first.tsc.sys.getExecutingFilePath());
  const bytes = readFileSync(join(folder, name));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(join(folder, name), bytes);
  const third = loadTypescript(path, folder);
  expect([third.wasKept, works(third)]).toEqual([false, true]);
  third.keep();
  expect(loadTypescript(path, folder).wasKept).toBe(true);
});

test('Without a folder nothing is kept, and one that cannot be written stops nobody', () => {
  expect(loadTypescript(path, undefined).wasKept).toBe(false);
  const none = loadTypescript(path, join(path, 'no', 'folder'));
  none.keep();
  expect(none.wasKept).toBe(false);
});

test('What earlier versions kept goes after a month, and nothing else', () => {
  const own = mkdtempSync(join(folder, '..', 'own-'));
  const month = Date.now() / 1000 - 31 * 24 * 3600;
  const [old, recent] = [`typescript-${'a'.repeat(24)}.code`, `typescript-${'b'.repeat(24)}.code`];
  for (const name of [old, `${old}.12.ab`, recent, 'a.index']) writeFileSync(join(own, name), '');
  for (const name of [old, `${old}.12.ab`, 'a.index']) utimesSync(join(own, name), month, month);
  loadTypescript(path, own).keep();
  const left = readdirSync(own);
  expect(left).toHaveLength(3);
  expect(left).toEqual(expect.arrayContaining([recent, 'a.index']));
});
