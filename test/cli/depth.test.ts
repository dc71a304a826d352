/** Where indentation is structure, moving a line in or out is an edit: counted, told when it is dropped, and seen by `audit`. */
import { describe, expect, it } from 'vitest';
import { run as audit } from '../../server/cli/audit.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { command, diverged, merging } from '../support/repositories.ts';

const python = 'def f(x):\n    if x:\n        a()\n    b()\n    c()\n    d()\n    e()\n    return 1\n';
const loop = 'def f():\n    for i in x:\n        g(i)\n    return 1\n';
const cases = {
  'call.py': {
    base: python,
    ours: python.replace('    b()', '    b(1)'),
    theirs: python.replace('    b()', '        b()'),
  },
  'loop.py': {
    base: loop,
    ours: loop.replace('    return', '        h(i)\n    return'),
    theirs: loop.replace('    return', '        return'),
  },
  'nest.yaml': {
    base: 'a:\n  b: 1\n  c: 2\nd: 3\ne: 4\n',
    ours: 'a:\n  b: 1\n  c: 2\nd: 30\ne: 4\n',
    theirs: 'a:\n  b: 1\n  c: 2\n  d: 3\ne: 4\n',
  },
  'page.haml': { base: '%div\n  %p a\n  %p b\n', ours: '%div\n  %p a\n  %p bb\n', theirs: '%div\n  %p a\n    %p b\n' },
  'free.ts': {
    base: 'f(() => {\n  a();\n});\n',
    ours: 'f(() => {\n  a(1);\n});\n',
    theirs: 'f(() => {\n    a();\n});\n',
  },
};

describe('an edit of depth', () => {
  it.each([
    ['call.py', 'b() indented', '+1'],
    ['loop.py', 'return 1 indented', '+h(i)'],
    ['nest.yaml', 'd: 3 indented', '+30'],
    ['page.haml', '%p b indented', '+bb'],
  ] as const)('is kept or dropped like any other (%s)', async (path, moved, words) => {
    const repo = merging({ [path]: cases[path] });
    const { out } = await command(choose, repo.root, [path, '--all']);
    expect(out).not.toContain('no edit');
    const of = (reason: string) => out.slice(out.indexOf(`  ${reason}  (`)).split('\n')[1] ?? '';
    expect(of('takes ours')).toContain(`ours: its edit kept · theirs: 1 dropped (${moved})`);
    expect(of('takes theirs')).toContain(`ours: 1 dropped (${words}) · theirs: its edit kept`);
    expect(of('removes the region')).toContain(`theirs: 1 dropped (${moved})`);
    const json = JSON.parse((await command(resolve, repo.root, ['--json', '--apply', 'none'])).out);
    const best = json.files[0].conflicts[0].resolutions[0].evidence.find(
      (one: { check: string }) => one.check === 'edits',
    );
    expect(best.right.dropped).toMatchObject([{ depth: 'indented' }]);
  });

  it.each([
    ['call.py', '        b(1)\n'],
    ['loop.py', '        h(i)\n        return 1\n'],
    ['nest.yaml', '  d: 30\n'],
  ] as const)('is offered with the words of the other side, unmeasured and last (%s)', async (path, text) => {
    const repo = merging({ [path]: cases[path] });
    const json = JSON.parse((await command(resolve, repo.root, ['--json', '--min-confidence', '0'])).out);
    expect(json.resolved).toBe(0);
    const { resolutions } = json.files[0].conflicts[0];
    expect(resolutions.at(-1)).toMatchObject({ text, confidence: 0, tier: 'possible', origin: 'left at other depth' });
    const { out } = await command(choose, repo.root, [path]);
    expect(out).toContain('the words of ours at the depth where theirs put them  (possible)');
    expect(out).toContain('ours: its edit kept · theirs: its edit kept');
    const number = /(\d+) {2}the words of ours at the depth/.exec(out)?.[1] ?? '';
    await command(choose, repo.root, [path, number]);
    expect(repo.read(path)).toContain(text);
  });

  it('is none where white space means nothing', async () => {
    const repo = merging({ 'free.ts': cases['free.ts'] });
    const { out } = await command(choose, repo.root, ['free.ts', '--all']);
    expect(out).not.toMatch(/indented|at the depth/);
  });

  it('is none in the layout of brackets in Python', async () => {
    const called = 'def f():\n    a(1,\n      2)\n    b()\n';
    const repo = merging({
      'args.py': {
        base: called,
        ours: called.replace('      2)', '        2)'),
        theirs: called.replace('a(1,', 'a(3,').replace('2)', '4)'),
      },
    });
    expect((await command(choose, repo.root, ['args.py', '--all'])).out).not.toContain('indented');
  });
});

describe('audit', () => {
  it('finds a line that stands at its old depth again, where git merged it', async () => {
    const repo = diverged({
      'a.py': {
        base: python,
        ours: python.replace('return 1', 'return 2'),
        theirs: python.replace('    b()\n    c()', '        b()\n        c()'),
      },
      'b.ts': { base: 'x\n', ours: 'x\n', theirs: 'y\n' },
    });
    repo.git('merge', '-q', '--no-commit', 'topic');
    repo.write('a.py', python.replace('return 1', 'return 2'));
    repo.commit('Merge it');
    const { code, out } = await command(audit, repo.root, []);
    expect(out).toContain('lost of theirs, line 4: indented b()');
    expect(out).toContain('lost of theirs, line 5: indented c()');
    expect(out).toContain('2 edits lost outside of conflicts.');
    expect(code).toBe(1);
  });

  it('counts one that was not taken in a conflict, and loses nothing with it', async () => {
    const repo = merging({ 'call.py': cases['call.py'] });
    repo.write('call.py', cases['call.py'].ours);
    repo.commit('Merge it');
    const { code, out } = await command(audit, repo.root, []);
    expect(out).toContain('call.py: 1 conflict, 1 edit not taken there');
    expect(code).toBe(0);
  });
});
