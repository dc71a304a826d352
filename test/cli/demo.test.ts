/** What `npm start` shows: a merge git cannot finish, of several kinds; and the user's own repository, left as it is. */
import { describe, expect, it } from 'vitest';
import { run as demo } from '../../server/cli/demo.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, folder, merging, openCase, TestRepository, versionCase } from '../support/repositories.ts';

rankByFixedTable();

describe('demo', () => {
  it('makes a repository with eight conflicted files or more, resolves some with evidence and leaves one open', async () => {
    const repo = new TestRepository(folder());
    const { code, out } = await command(demo, folder(), ['--dir', repo.root]);
    expect(code).toBe(0);
    const paths = new Set(repo.git('diff', '--name-only', '--diff-filter=U').split('\n'));
    expect(paths.size).toBeGreaterThanOrEqual(8);
    for (const path of paths) expect(out).toContain(path);
    expect(out).toMatch(/\d+ conflicts? resolved, [1-9]\d* open, 1 path to pick a side of\. Nothing was staged\./);
    expect(out).toMatch(/✓ resolved {2}\S+:\d+\n {6}\S.*\n {6}.*ours: .* · theirs: /);
    expect(out).toMatch(/code -g \S+:\d+/);
  });

  it("changes nothing in the user's repository unless --apply is given", async () => {
    const repo = merging({ [versionCase.path]: versionCase, [openCase.path]: openCase });
    const before = [repo.index(), repo.read(versionCase.path), repo.read(openCase.path)];
    const { code, out } = await command(demo, folder(), [repo.root]);
    expect(code).toBe(0);
    expect(out).toContain('Nothing was written.');
    expect([repo.index(), repo.read(versionCase.path), repo.read(openCase.path)]).toEqual(before);
    await command(demo, folder(), [repo.root, '--apply', 'safe']);
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    expect(repo.index()).toBe(before[0]);
  });
});
