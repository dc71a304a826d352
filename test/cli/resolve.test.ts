/** `resolve`, `choose`, `undo` and `check` on real operations that git paused: names, bytes, and nothing ever staged. */
import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { run as check } from '../../server/cli/check.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { openRepository } from '../../server/git/repository.ts';
import { recreateConflict } from '../../server/git/restore.ts';
import { command, diverged, folder, merging, openCase, TestRepository, versionCase } from '../support/repositories.ts';
import { tieredByRule } from '../support/tiers.ts';

vi.mock('../../server/services.ts', async (original) => {
  const real = await original<typeof import('../../server/services.ts')>();
  return { ...real, loadServices: async () => tieredByRule(await real.loadServices()) };
});

const both = { [versionCase.path]: versionCase, [openCase.path]: openCase };

/** Each way git stops on conflicts, with the words people should read. */
const operations: Record<string, { readonly stop: (repo: TestRepository) => void; readonly names: RegExp[] }> = {
  merge: {
    stop: (repo) => void repo.tryGit(['merge', 'topic']),
    names: [
      /^merging topic into main$/m,
      /ours: +main \(\w+ Change it here\)/,
      /theirs: +topic \(\w+ Change it there\)/,
    ],
  },
  rebase: {
    stop: (repo) => {
      repo.git('checkout', '-q', 'topic');
      repo.tryGit(['rebase', 'main']);
    },
    names: [
      /^rebasing topic onto main/m,
      /ours: +main \(\w+ Change it here\)/,
      /theirs: +topic \(\w+ Change it there\)/,
    ],
  },
  'rebase --apply': {
    stop: (repo) => {
      repo.git('checkout', '-q', 'topic');
      repo.tryGit(['rebase', '--apply', 'main']);
    },
    names: [
      /^rebasing topic onto main/m,
      /ours: +main \(\w+ Change it here\)/,
      /theirs: +topic \(\w+ Change it there\)/,
    ],
  },
  'cherry-pick': {
    stop: (repo) => void repo.tryGit(['cherry-pick', 'topic']),
    names: [/^cherry-picking \w+ Change it there$/m, /ours: +main \(\w+ Change it here\)/],
  },
  revert: {
    stop: (repo) => {
      // Taking back "Change it there" from a history that has gone on as `main` has.
      repo.git('checkout', '-q', 'topic');
      repo.git('checkout', '-q', 'main', '--', '.');
      repo.commit('Go on');
      repo.tryGit(['revert', '--no-edit', 'HEAD~1']);
    },
    names: [/^reverting \w+ Change it there$/m, /theirs: +revert of \w+ Change it there/],
  },
  stash: {
    stop: (repo) => {
      repo.git('checkout', '-q', 'topic^');
      repo.git('checkout', '-q', 'topic', '--', '.');
      repo.git('stash', '-q');
      repo.git('checkout', '-q', 'main');
      repo.tryGit(['stash', 'pop']);
    },
    names: [/^applying stash@\{0\} to main$/m, /ours: +main \(\w+ Change it here\)/, /theirs: +stash@\{0\} /],
  },
  am: {
    stop: (repo) => {
      const patches = folder();
      repo.git('format-patch', '-q', '-1', '-o', patches, 'topic');
      repo.tryGit(['am', '--3way', `${patches}/0001-Change-it-there.patch`]);
    },
    names: [/^applying patches to main/m, /ours: +main \(\w+ Change it here\)/, /theirs: +patch "Change it there"/],
  },
};

describe.each(Object.entries(operations))('resolve in a paused %s', (_, { stop, names }) => {
  it('names both sides, resolves the safe one, leaves the other, stages nothing, and undo restores every byte', async () => {
    const repo = diverged(both);
    stop(repo);
    const index = repo.index();
    expect(index.match(/ 2\t/g)).toHaveLength(2);
    const before = { safe: repo.bytes(versionCase.path), open: repo.bytes(openCase.path) };

    const ran = await command(resolve, repo.root, []);
    expect(ran.err).toBe('');
    for (const name of names) expect(ran.out).toMatch(name);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('1 conflict resolved, 1 open. Nothing was staged.');
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    expect(repo.bytes(openCase.path)).toEqual(before.open);
    expect(repo.index()).toBe(index);

    const undone = await command(undo, repo.root, ['--all']);
    expect(undone).toMatchObject({ code: 0, err: '' });
    expect(repo.bytes(versionCase.path)).toEqual(before.safe);
    expect(repo.index()).toBe(index);
  });
});

describe('resolve', () => {
  it('names the sides of a paused revert', async () => {
    const repo = diverged({ [versionCase.path]: { ...versionCase, theirs: versionCase.base } });
    const raised = repo.git('rev-parse', 'HEAD');
    repo.write(versionCase.path, versionCase.base.replace('1.0.0', '1.3.0'));
    repo.commit('Raise it again');
    repo.tryGit(['revert', '--no-edit', raised]);
    const ran = await command(resolve, repo.root, ['--apply', 'none']);
    expect(ran.out).toMatch(/^reverting \w+ Change it here$/m);
    expect(ran.out).toMatch(/theirs: +revert of \w+ Change it here/);
    expect(ran.code).toBe(1);
  });

  it('writes nothing with --dry-run or --apply none, and says so', async () => {
    const repo = merging(both);
    const before = repo.bytes(versionCase.path);
    const dry = await command(resolve, repo.root, ['--dry-run']);
    expect(dry.out).toContain('1 conflict would be resolved, 1 open. Nothing was staged.');
    const none = await command(resolve, repo.root, ['--apply', 'none']);
    expect(none.out).toContain('0 conflicts resolved, 2 open');
    expect(repo.bytes(versionCase.path)).toEqual(before);
  });

  it('reports as JSON, with spans that cut out exactly the markers', async () => {
    const repo = merging(both);
    const text = repo.read(openCase.path);
    const { out, code } = await command(resolve, repo.root, ['--json', '--dry-run']);
    const report = JSON.parse(out);
    expect(code).toBe(1);
    expect(report).toMatchObject({ dryRun: true, resolved: 1, open: 1, operation: { kind: 'merge' } });
    const file = report.files.find(({ path }: { path: string }) => path === openCase.path);
    const [conflict] = file.conflicts;
    expect(text.slice(conflict.start, conflict.end)).toMatch(/^<<<<<<< [\s\S]*>>>>>>> topic\n$/);
    expect(conflict.sides).toEqual({ base: openCase.base, left: openCase.ours, right: openCase.theirs });
  });

  it('touches only the paths it was given, spaces and unicode in them', async () => {
    const [one, two] = ['a b/grüße ß.properties', 'c.properties'];
    const repo = merging({ [one]: versionCase, [two]: versionCase });
    const untouched = repo.bytes(two);
    const ran = await command(resolve, repo.at('a b'), ['grüße ß.properties']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(repo.read(one)).toBe(versionCase.merged);
    expect(repo.bytes(two)).toEqual(untouched);
    expect((await command(undo, repo.at('a b'), ['grüße ß.properties'])).code).toBe(0);
    expect(repo.read(one)).toContain('<<<<<<<');
  });

  it('keeps CRLF, BOM, a missing final newline and the file mode', async () => {
    const like = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}tail`;
    const versions = {
      base: like(versionCase.base),
      ours: like(versionCase.ours),
      theirs: like(versionCase.theirs),
    };
    const repo = diverged({ 'run.properties': versions });
    repo.git('update-index', '--chmod=+x', 'run.properties');
    repo.git('commit', '-q', '-m', 'Make it executable');
    repo.git('checkout', '-q', '--', '.');
    repo.tryGit(['merge', 'topic']);
    const mode = repo.mode('run.properties');
    expect(mode & 0o111).not.toBe(0);
    const before = repo.bytes('run.properties');
    expect((await command(resolve, repo.root, [])).code).toBe(0);
    expect(repo.read('run.properties')).toBe(like(versionCase.merged));
    expect(repo.mode('run.properties')).toBe(mode);
    await command(undo, repo.root, ['run.properties']);
    expect(repo.bytes('run.properties')).toEqual(before);
    expect(repo.mode('run.properties')).toBe(mode);
  });

  it('keeps an edit the user made outside the conflict', async () => {
    const repo = merging({ [versionCase.path]: versionCase });
    repo.write(versionCase.path, repo.read(versionCase.path).replace('name=cart', 'name=basket'));
    expect((await command(resolve, repo.root, [])).code).toBe(0);
    expect(repo.read(versionCase.path)).toBe(versionCase.merged.replace('cart', 'basket'));
  });

  it('works in a linked work tree, whose log is its own', async () => {
    const repo = diverged({ [versionCase.path]: versionCase });
    const root = folder();
    repo.git('worktree', 'add', '-q', '-b', 'side', root, 'main');
    const side = new TestRepository(root);
    side.tryGit(['merge', 'topic']);
    const before = side.bytes(versionCase.path);
    expect((await command(resolve, root, [])).code).toBe(0);
    expect((await command(review, root, [])).out).toContain('by mortise resolve');
    expect((await command(review, repo.root, [])).out).toContain('applied nothing here');
    await command(undo, root, ['--all']);
    expect(side.bytes(versionCase.path)).toEqual(before);
  });

  it.each([
    [['--apply', 'everything'], /--apply wants safe, likely or none/],
    [['--min-confidence', '2'], /--min-confidence wants a number/],
    [['--keep', 'mine', 'x'], /--keep wants ours, theirs or base/],
    [['--nonsense'], /--nonsense/],
    [['../elsewhere'], /lies outside the repository/],
  ])('refuses %j with exit code 2 and a reason', async (args, reason) => {
    const repo = merging({ [openCase.path]: openCase });
    const ran = await command(resolve, repo.root, args);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(reason);
  });

  it('says what to do where there is no repository and where nothing is in conflict', async () => {
    expect(await command(resolve, folder(), [])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/not in a git repository/),
    });
    const calm = diverged({ [openCase.path]: openCase });
    expect(await command(resolve, calm.root, [])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/No path is in conflict/),
    });
  });
});

describe('undo', () => {
  it('refuses a file that was edited since, and with --force keeps those bytes', async () => {
    const repo = merging({ [versionCase.path]: versionCase });
    const before = repo.bytes(versionCase.path);
    await command(resolve, repo.root, []);
    repo.write(versionCase.path, 'mine\n');
    const refused = await command(undo, repo.root, [versionCase.path]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/changed after Mortise wrote it/) });
    expect(repo.read(versionCase.path)).toBe('mine\n');
    const forced = await command(undo, repo.root, ['--force', versionCase.path]);
    expect(forced.code).toBe(0);
    expect(repo.bytes(versionCase.path)).toEqual(before);
    const kept = /its bytes before: (.*)\)/.exec(forced.out)?.[1] ?? '';
    expect(readFileSync(kept, 'utf8')).toBe('mine\n');
  });

  it('makes a path unmerged again that was staged after it was resolved', async () => {
    const repo = merging({ [versionCase.path]: versionCase });
    const [index, before] = [repo.index(), repo.bytes(versionCase.path)];
    await command(resolve, repo.root, []);
    repo.git('add', versionCase.path);
    expect((await command(undo, repo.root, [versionCase.path])).code).toBe(0);
    expect(repo.bytes(versionCase.path)).toEqual(before);
    expect(repo.index()).toBe(index);
  });

  it('of a folder touches nothing but its conflicted files, paused or not', async () => {
    const repo = merging({
      'd/a.ts': openCase,
      'd/other.txt': { base: 'x\n' },
      'd/e/z.txt': { base: 'y\n' },
      'b.ts': openCase,
    });
    const other = repo.bytes('b.ts');
    repo.write('d/other.txt', 'my work\n');
    repo.write('d/e/z.txt', 'more of it\n');
    const kept = () => ['d/other.txt', 'd/e/z.txt'].map((path) => repo.read(path));
    expect((await command(undo, repo.root, ['d/e'])).err).toMatch(/d\/e is a folder without a conflict/);
    expect((await command(undo, repo.root, ['d', '--force'])).code).toBe(0);
    expect(kept()).toEqual(['my work\n', 'more of it\n']);
    const before = repo.bytes('d/a.ts');
    await command(choose, repo.root, ['d/a.ts', 'ours']);
    expect((await command(undo, repo.root, ['d'])).code).toBe(0);
    expect([kept(), repo.bytes('d/a.ts'), repo.bytes('b.ts')]).toEqual([['my work\n', 'more of it\n'], before, other]);
    repo.git('merge', '--abort');
    repo.write('d/other.txt', 'mine\n');
    for (const folder of ['d', '.', 'd/e']) expect((await command(undo, repo.root, [folder, '--force'])).code).toBe(2);
    expect(repo.read('d/other.txt')).toBe('mine\n');
    await expect(recreateConflict(await openRepository(repo.root), 'd')).rejects.toThrow(/d is a folder/);
    expect(repo.read('d/other.txt')).toBe('mine\n');
  });

  it('is named where a conflicted file is gone from the work tree', async () => {
    const repo = merging({ 'd/a.ts': openCase });
    rmSync(repo.at('d/a.ts'));
    const { out } = await command(resolve, repo.root, []);
    expect(out).toContain('not in the work tree; its conflict back: mortise undo d/a.ts');
    expect((await command(undo, repo.root, ['d/a.ts'])).code).toBe(0);
    expect(repo.read('d/a.ts')).toContain('<<<<<<< ');
  });

  it('makes the folder of a file anew', async () => {
    const repo = merging({ 'd/a.ts': openCase });
    const before = repo.bytes('d/a.ts');
    await command(resolve, repo.root, ['--keep', 'theirs', 'd/a.ts']);
    rmSync(repo.at('d'), { recursive: true });
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    expect(repo.bytes('d/a.ts')).toEqual(before);
  });

  it('leaves the clean tree of a merge that was given up alone', async () => {
    const repo = merging({ [openCase.path]: openCase });
    await command(choose, repo.root, [openCase.path, 'ours']);
    repo.git('merge', '--abort');
    expect(await command(undo, repo.root, ['--all'])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/applied nothing/),
    });
    expect(repo.git('status', '--porcelain')).toBe('');
    const forced = await command(undo, repo.root, ['--force', 'other.txt']);
    expect(forced).toMatchObject({ code: 2, err: expect.stringContaining('git knows no conflict of it') });
  });

  it('has nothing to undo where nothing was applied', async () => {
    const repo = merging({ [openCase.path]: openCase });
    expect(await command(undo, repo.root, ['--all'])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/applied nothing/),
    });
  });
});

describe('white space that may mean something', () => {
  it('is left however low the confidence that is asked for, and named as evidence', async () => {
    const loop = (last: string) => `def f(x):\n    for i in x:\n        a(i)\n${last}    return 0\n`;
    const yaml = (last: string) => `a:\n  b: 1\n  c: 2\n${last}`;
    const repo = merging({
      'i.py': { base: loop(''), ours: loop('    done(i)\n'), theirs: loop('        done(i)\n') },
      'y.yaml': { base: yaml(''), ours: yaml('d: 3\n'), theirs: yaml('  d: 3\n') },
    });
    const before = ['i.py', 'y.yaml'].map((path) => repo.read(path));
    const { out } = await command(resolve, repo.root, ['--min-confidence', '0.01']);
    expect(['i.py', 'y.yaml'].map((path) => repo.read(path))).toEqual(before);
    expect(out).toContain('white space may mean something here');
    const listed = await command(choose, repo.root, ['i.py']);
    expect(listed.out).toContain('the sides differ in white space, which may mean something here');
    expect((await command(choose, repo.root, ['i.py', 'theirs'])).code).toBe(0);
  });
});

describe('paths', () => {
  it('does nothing where one of them names nothing, also beside others', async () => {
    const repo = merging({ [openCase.path]: openCase });
    const before = repo.bytes(openCase.path);
    const { code, err } = await command(resolve, repo.root, ['--min-confidence', '0.01', openCase.path, 'slip.ts']);
    expect([code, err]).toEqual([2, expect.stringContaining('slip.ts: no such file, and not in conflict.')]);
    expect(repo.bytes(openCase.path)).toEqual(before);
  });
});

describe('choose', () => {
  it('lists, takes a side, refuses what it does not know, and stages nothing', async () => {
    const repo = merging({ [openCase.path]: openCase });
    const [index, before] = [repo.index(), repo.bytes(openCase.path)];
    const listed = await command(choose, repo.root, [openCase.path]);
    expect(listed.code).toBe(1);
    expect(listed.out).toContain("export const mode = 'fast';");
    expect((await command(choose, repo.root, [openCase.path, '99'])).code).toBe(2);
    expect((await command(choose, repo.root, ['missing.ts', 'ours'])).code).toBe(2);
    expect(repo.bytes(openCase.path)).toEqual(before);
    expect((await command(choose, repo.root, [`${openCase.path}:2`, 'theirs'])).code).toBe(0);
    expect(repo.read(openCase.path)).toBe(openCase.theirs);
    expect(repo.index()).toBe(index);
    await command(undo, repo.root, [openCase.path]);
    expect(repo.bytes(openCase.path)).toEqual(before);
  });
});

describe('the list of choose', () => {
  it('says of every text whether it parses, and puts those last that do not; N counts as it is listed', async () => {
    const file = 'src/way.ts';
    const way = (body: string) => `export function way(a: number): number {\n${body}}\n`;
    const repo = merging({
      [file]: {
        base: way('  return a;\n'),
        ours: way('  if (a > 1) {\n    return 1;\n  }\n  return a;\n'),
        theirs: way('  for (const b of [a]) {\n    return b;\n  }\n  return 2;\n'),
      },
    });
    const { out } = await command(choose, repo.root, [file, '--all']);
    const entries = out.split(/^(?= {0,2}\d+ {2})/m).slice(1);
    const parses = entries.map((entry) => / does not parse/.test(entry));
    expect(entries.length).toBeGreaterThan(3);
    for (const entry of entries) expect(entry).toMatch(/ (?:parses|does not parse)/);
    expect(parses).toContain(true);
    expect(parses.indexOf(true)).toBeGreaterThan(parses.lastIndexOf(false));
    const lines = (entries.at(-1) ?? '').split('\n').flatMap((line) => / {5}│ (.*)$/.exec(line)?.[1] ?? []);
    expect((await command(choose, repo.root, [file, String(entries.length)])).code).toBe(0);
    expect(repo.read(file)).toContain(lines.slice(0, 3).join('\n'));
  });
});

describe('check', () => {
  it('fails on unmerged paths and on staged markers, and passes a clean tree', async () => {
    const repo = merging({ [openCase.path]: openCase });
    expect(await command(check, repo.root, [])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/settings\.ts:1: unmerged, conflict/),
    });
    repo.git('add', '.');
    expect(await command(check, repo.root, [])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/settings\.ts:1: .*markers are staged/),
    });
    repo.write(openCase.path, openCase.ours);
    repo.git('add', '.');
    expect(await command(check, repo.root, [])).toMatchObject({ code: 0, out: '' });
  });

  it('does not count markers that HEAD has, nor seven = under a heading', async () => {
    const fixture = '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n';
    const repo = diverged({ 'fixture.txt': { base: fixture, ours: fixture, theirs: fixture } });
    repo.write('fixture.txt', `${fixture}more\n`);
    repo.write('read.md', 'Heading\n=======\n\ntext\n');
    repo.git('add', '.');
    expect(await command(check, repo.root, [])).toMatchObject({ code: 0 });
  });
});
