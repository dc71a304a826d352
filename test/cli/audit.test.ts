/** Finished merges of real git, as people leave them: whole, with something taken out, with markers. */
import { describe, expect, it } from 'vitest';
import { run as audit } from '../../server/cli/audit.ts';
import { command, diverged, openCase, type TestRepository } from '../support/repositories.ts';

const lines = (edit: Record<number, string> = {}) =>
  Array.from({ length: 30 }, (_, i) => edit[i] ?? `const value${i} = ${i};\n`).join('');

/** Both sides edit `a.ts` far apart, and `settings.ts` in one place; stopped, and everything as `ours` wrote it there. */
function stopped(): TestRepository {
  const repo = diverged({
    'a.ts': {
      base: lines(),
      ours: lines({ 2: 'const first = compute(2);\n' }),
      theirs: lines({ 20: 'const second = compute(20);\n', 25: '' }),
    },
    'kept.ts': { base: 'one\n', ours: 'one\n', theirs: 'two\n' },
    [openCase.path]: openCase,
  });
  repo.tryGit(['merge', 'topic']);
  return repo;
}

function finished(change: (repo: TestRepository) => void): TestRepository {
  const repo = stopped();
  repo.write(openCase.path, openCase.ours);
  change(repo);
  repo.git('add', '-A');
  repo.git('commit', '-q', '--no-edit');
  return repo;
}

describe('audit', () => {
  it('finds nothing in what git merged and the user decided', async () => {
    const repo = finished(() => undefined);
    const { code, out } = await command(audit, repo.root, []);
    expect(out).toMatch(/settings\.ts: 1 conflict, \d edits? not taken there\n/);
    expect(out).not.toContain('a.ts');
    expect(out).toContain('nothing lost, no markers.');
    expect(code).toBe(0);
    expect(repo.git('status', '--porcelain')).toBe('');
  });

  it('tells the edits of either side that were taken out where there was no conflict', async () => {
    const repo = finished((merge) => merge.write('a.ts', lines({ 2: 'const first = compute(2);\n', 25: '' })));
    const { code, out } = await command(audit, repo.root, ['HEAD']);
    expect(out).toMatch(/a\.ts: git merged it without a conflict, changed by hand/);
    expect(out).toMatch(/lost of theirs, line 21: \+const second = compute\(20\);$/m);
    expect(out).toContain('1 edit lost outside of conflicts');
    expect(out).not.toContain('lost of ours');
    expect(code).toBe(1);
    const json = JSON.parse((await command(audit, repo.root, ['--json'])).out);
    expect(json).toMatchObject({ title: "Merge branch 'topic'", ours: expect.stringContaining('Change it here') });
    expect(json.files[0]).toMatchObject({ path: 'a.ts', conflicted: false, whole: 'changed', byHand: true });
    expect(json.files[0].lost).toHaveLength(1);
  });

  it('counts a deletion that came back, and a side taken whole', async () => {
    const back = finished((merge) =>
      merge.write('a.ts', `${merge.read('a.ts')}`.replace(/(?=const value26)/, 'const value25 = 25;\n')),
    );
    expect((await command(audit, back.root, [])).out).toMatch(/lost of theirs, line 2\d: -const value25 = 25/);
    const whole = finished((merge) => merge.git('checkout', 'main', '--', 'a.ts', 'kept.ts'));
    const { code, out } = await command(audit, whole.root, []);
    expect(code).toBe(1);
    expect(out).toContain('kept.ts: git merged it without a conflict');
    expect(out).toContain('3 edits lost outside of conflicts');
  });

  it('finds committed markers and files that are gone, but takes an addition for what it is', async () => {
    const marked = stopped();
    marked.git('commit', '-q', '-a', '--no-edit');
    const { code, out } = await command(audit, marked.root, []);
    expect(out).toMatch(/settings\.ts:\d+: conflict markers were committed/);
    expect(code).toBe(1);
    const gone = finished((merge) => merge.git('rm', '-q', '-f', 'kept.ts'));
    expect(await command(audit, gone.root, [])).toMatchObject({
      code: 1,
      out: expect.stringContaining('kept.ts: not in the commit'),
    });
    const more = finished((merge) => merge.write('a.ts', `${merge.read('a.ts')}const third = 3;\n`));
    expect(await command(audit, more.root, [])).toMatchObject({
      code: 0,
      out: expect.stringContaining('changed by hand'),
    });
  });

  it('looks at all merges of a range, and says what is none', async () => {
    const repo = finished((merge) => merge.write('a.ts', lines()));
    repo.write('later.ts', 'x\n');
    repo.commit('Later');
    expect((await command(audit, repo.root, [])).err).toContain('HEAD is no merge commit');
    expect((await command(audit, repo.root, ['HEAD~2..HEAD'])).code).toBe(1);
    expect(await command(audit, repo.root, ['HEAD~1..HEAD'])).toMatchObject({ code: 0 });
    expect((await command(audit, repo.root, ['nowhere'])).err).toContain('"nowhere" names no commit');
  });
});
