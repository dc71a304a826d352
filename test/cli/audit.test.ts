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
    expect(out).toContain('nothing lost outside of conflicts, no markers.');
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

  it.each([
    ['the divider', /^(?:<{7}|>{7}).*\n/gm],
    ['the last marker', /^(?:<{7}|={7}).*\n/gm],
    ['the first marker', /^(?:>{7}|={7}).*\n/gm],
  ])('finds half a conflict: %s alone', async (_name, gone) => {
    const repo = stopped();
    repo.write(openCase.path, repo.read(openCase.path).replace(gone, ''));
    repo.git('commit', '-q', '-a', '--no-edit');
    const { code, out } = await command(audit, repo.root, []);
    expect(out).toMatch(/settings\.ts:\d+: half a conflict marker was committed/);
    expect(out).toContain('1 half marker committed.');
    expect(out).not.toContain('no markers');
    expect(code).toBe(1);
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

  it('follows a renamed file, and tells which edits of either side are gone from it', async () => {
    const renamed = (own: string, theirs = lines({ 25: '' })) => {
      const ours = lines({ 2: 'const first = compute(2);\n' });
      const repo = diverged({ 'old.ts': { base: lines(), ours }, 'new.ts': { theirs } });
      repo.git('merge', '-q', '--no-commit', 'topic');
      expect(repo.read('new.ts')).toContain('compute(2)');
      repo.write('new.ts', own);
      repo.commit('Merge it');
      return command(audit, repo.root, []);
    };
    const reverted = await renamed(lines({ 25: '' }));
    expect(reverted.out).toMatch(/lost of ours, line 3: .*compute\(2\)/);
    expect(reverted.out).toContain('1 edit lost outside of conflicts.');
    expect(reverted.code).toBe(1);
    const other = await renamed(lines({ 25: '', 7: '' }));
    expect(other.out).toMatch(/lost of ours, line 3: .*compute\(2\)/);
    expect(other.code).toBe(1);
    // What is only changed beside them is no loss.
    const more = await renamed(lines({ 2: 'const first = compute(2);\n', 25: '', 7: 'seventh();\n' }));
    expect(more.out).toContain('new.ts: git merged it without a conflict, changed by hand outside of conflicts');
    expect(more.out).toContain('nothing lost, no markers.');
    expect(more.code).toBe(0);
    const theirs = await renamed(lines({ 2: 'const first = compute(2);\n' }));
    expect(theirs.out).toMatch(/lost of theirs, line 2\d: -/);
  });

  it('looks into a renamed file where git left it in conflict', async () => {
    const [ours, theirs] = [{ 2: 'first();\n', 20: 'a();\n' }, { 20: 'b();\n' }];
    const repo = diverged({ 'old.ts': { base: lines(), ours: lines(ours) }, 'new.ts': { theirs: lines(theirs) } });
    expect(repo.tryGit(['merge', 'topic']).said).toContain('Merge conflict in new.ts');
    repo.write('new.ts', lines(theirs));
    repo.commit('Merge it');
    const { code, out } = await command(audit, repo.root, []);
    expect(out).toMatch(/new\.ts: 1 conflict, 1 edit not taken there, changed by hand/);
    expect(out).toContain('lost of ours, line 3: +first();');
    expect(code).toBe(1);
  });

  it('tells of a deletion that was dropped, a binary file taken back and a mode, but not of what was decided', async () => {
    const bytes = (last: number) => Uint8Array.from([0, 1, 2, last]);
    const both = { base: bytes(3), ours: bytes(4), theirs: bytes(5) };
    const merge = (change: (repo: TestRepository) => void) => {
      const repo = diverged({
        'gone.ts': { base: lines() },
        'a.bin': { base: bytes(3), ours: bytes(3), theirs: bytes(5) },
        'both.bin': both,
        'run.sh': { base: 'x\n', ours: 'x\n', theirs: 'y\n' },
      });
      repo.tryGit(['merge', 'topic']);
      change(repo);
      repo.commit('Merge it');
      return command(audit, repo.root, []);
    };
    const decided = await merge((repo) => repo.write('both.bin', both.theirs));
    expect(decided.out).toContain('nothing lost outside of conflicts, no markers.');
    const whole = 'both.bin: changed by both, git left it in conflict: as ';
    expect(decided.out).toContain(`${whole}theirs has it, without the change of ours`);
    // What git left in the work tree, our own, is just what it merged: that theirs is not there is told all the same.
    const ours = await merge(() => undefined);
    expect(ours.out).toContain(`${whole}ours has it, without the change of theirs`);
    expect(decided.code).toBe(0);
    const back = await merge((repo) => repo.write('a.bin', bytes(3)));
    expect(back).toMatchObject({
      code: 1,
      out: expect.stringContaining('a.bin: otherwise than git merged it (theirs ch'),
    });
    const mixed = await merge((repo) => repo.write('a.bin', bytes(9)));
    expect(mixed).toMatchObject({ code: 1, out: expect.stringContaining('1 file not compared') });
    const kept = await merge((repo) => repo.write('gone.ts', lines()));
    expect(kept).toMatchObject({
      code: 1,
      out: expect.stringContaining('gone.ts: only in the commit (ours and theirs'),
    });
    const added = await merge((repo) => repo.write('more.ts', lines()));
    expect(added).toMatchObject({ code: 0, out: expect.stringContaining('more.ts: only in the commit\n') });
    const mode = await merge((repo) => {
      repo.git('config', 'core.fileMode', 'false');
      repo.git('add', '-A');
      repo.git('update-index', '--chmod=+x', 'run.sh');
    });
    expect(mode.out).toContain('run.sh: git merged it without a conflict, with another mode than git gave it');
    expect(mode.code).toBe(1);
  });

  it('names the merges of a range that it does not look into', async () => {
    const repo = diverged({ 'a.ts': { base: '1\n', ours: '2\n', theirs: '1\n' } });
    for (const name of ['one', 'two']) {
      repo.git('checkout', '-q', '-b', name, 'topic');
      repo.write(`${name}.ts`, 'x\n');
      repo.commit(name);
    }
    repo.git('checkout', '-q', 'main');
    repo.git('merge', '-q', '-m', 'All at once', 'one', 'two');
    const { code, out } = await command(audit, repo.root, ['HEAD~1..HEAD']);
    expect(out).toMatch(
      /All at once\n {2}not compared: it merges 3 commits at once\. .*: git show -m --stat [0-9a-f]{10}\n/,
    );
    expect(out).toContain('1 merge of three or more commits not compared.');
    expect(code).toBe(1);
    const json = JSON.parse((await command(audit, repo.root, ['HEAD~1..HEAD', '--json'])).out);
    expect(json).toMatchObject({ title: 'All at once', notCompared: true });
    // By itself it is the same: not looked into, and no error.
    const alone = await command(audit, repo.root, []);
    expect(alone.out).toContain('not compared: it merges 3 commits at once');
    expect(alone).toMatchObject({ code: 1, err: '' });
  });

  it('looks at a merge of unrelated histories too', async () => {
    const repo = diverged({ 'a.ts': { base: '1\n', ours: '2\n', theirs: '1\n' } });
    repo.git('checkout', '-q', '--orphan', 'other');
    repo.git('rm', '-r', '-q', '-f', '.');
    repo.write('b.ts', 'x\n');
    repo.commit('Other');
    repo.git('checkout', '-q', 'main');
    repo.git('merge', '-q', '--no-commit', '--allow-unrelated-histories', 'other');
    repo.git('rm', '-q', '-f', 'b.ts');
    repo.commit('Merge it');
    const { code, out } = await command(audit, repo.root, []);
    expect(out).toContain('b.ts: not in the commit');
    expect(code).toBe(1);
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
