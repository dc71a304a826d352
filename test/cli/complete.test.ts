/** `mortise complete` as a program: what it prints, and what it says of a place that is none. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TestRepository } from '../editor/repositories.ts';

let repo: TestRepository | undefined;
afterEach(() => {
  repo?.remove();
  repo = undefined;
});

const files = {
  'shop.ts': `export interface Receipt {
  readonly total: number;
}

export function receiptOf(id: string): Receipt {
  return { total: id.length };
}
`,
  'main.ts': `import { type Receipt, receiptOf } from './shop';

export function printed(id: string): Receipt {
  return ;
}
`,
};

function mortise(...args: string[]): { out: string; err: string; code: number | null } {
  repo ??= new TestRepository();
  if (!repo.exists('main.ts')) repo.commit('Start', files);
  const { stdout, stderr, status } = spawnSync(process.execPath, [resolve('dist/cli.cjs'), 'complete', ...args], {
    cwd: repo.root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: repo.path('.git/cache') },
  });
  return { out: stdout, err: stderr, code: status };
}

describe('mortise complete', { timeout: 60_000 }, () => {
  it('prints the expected type, and each completion with its evidence', () => {
    const { out, code } = mortise('main.ts:4:10', '--context');
    expect(code).toBe(0);
    expect(out).toMatch(/^Expected type: Receipt\n/);
    expect(out).toMatch(
      /\nreceiptOf\(id\)\n {4}(?:(?:fewer than 1|\d+) in 100 like this were right|ranked 0\.\d+, not calibrated) · /,
    );
    expect(out).toMatch(/\nContext for a model: \d+ items, \d+ tokens\n/);
    expect(out).toMatch(/\nshop\.ts \(\w+: .+, \d+ tokens\)\n/);
  });

  it('answers as JSON in the shape of batch', () => {
    const { out } = mortise('main.ts:4:10', '--json');
    expect(JSON.parse(out)).toMatchObject({
      expected: 'Receipt',
      context: expect.any(Array),
      items: expect.any(Array),
    });
  });

  it('goes on from a word that is being typed, as an editor does', () => {
    repo = new TestRepository();
    repo.commit('Start', { ...files, 'main.ts': files['main.ts'].replace('return ;', 'return rec; // id') });
    const { out, code } = mortise('main.ts:4:13');
    expect(code).toBe(0);
    expect(out).toMatch(/\nreceiptOf\(id\)\n/);
    expect(out).not.toMatch(/^id$/m);
  });

  it('says that nothing is completed in a comment', () => {
    repo = new TestRepository();
    repo.commit('Start', { ...files, 'main.ts': files['main.ts'].replace('return ;', 'return id; // id') });
    const { out, err, code } = mortise('main.ts:4:19');
    expect([out.includes('id'), code]).toEqual([false, 1]);
    expect(err).toMatch(/nothing is completed here: a comment, a string or a number/);
  });

  it.each([
    [['nowhere.ts:1:1'], /There is no file .*nowhere\.ts\. A place is written FILE:LINE:COL/],
    [['main.ts'], /complete takes one place, as in: mortise complete src\/main\.ts:12:5/],
    [['main.ts:99:1'], /The file has 6 lines; line 99 is none of them\./],
    [['main.ts:4:99'], /Line 4 has columns 1 to 11; 99 is none of them\./],
    [['.:1:1'], /is a folder; name a file in it\./],
  ])('says of %s what to do', (args, told) => {
    const { err, out, code } = mortise(...args);
    expect(err).toMatch(told);
    expect([out, code]).toEqual(['', 2]);
  });
});
