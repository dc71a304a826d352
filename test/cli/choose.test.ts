import { describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as review } from '../../server/cli/review.ts';
import { command, diverged, merging, openCase } from '../support/repositories.ts';

describe('choose', () => {
  it('wants a file, not the first of a folder', async () => {
    const repo = merging({ 'src/a.ts': openCase, 'src/b.ts': openCase });
    const before = repo.bytes('src/a.ts');
    const { code, err } = await command(choose, repo.root, ['src', 'ours']);
    expect(code).toBe(2);
    expect(err).toMatch(/src is a folder. Say which file:\n {2}src\/a.ts\n {2}src\/b.ts/);
    expect(repo.bytes('src/a.ts')).toEqual(before);
  });

  it('decides no other conflict for a line that is half a marker, and says that it is left', async () => {
    const repo = merging({ 'a.ts': openCase });
    const whole = repo.read('a.ts');
    const half = whole.replace(/^={7}\n/m, '');
    repo.write('a.ts', `${half}// between\n${whole}`);
    const refused = await command(choose, repo.root, [
      `a.ts:${1 + half.slice(0, half.indexOf('>>>>>>>')).split('\n').length - 1}`,
      'ours',
    ]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('is half a marker') });
    expect(repo.read('a.ts')).toBe(`${half}// between\n${whole}`);
    const { out } = await command(choose, repo.root, ['a.ts', 'ours']);
    expect(out).toMatch(/No whole conflict is left in this file, but \d half markers? to finish by hand/);
    expect((await command(choose, repo.root, ['a.ts:1', 'both'])).err).toMatch(
      /^a\.ts: no whole conflict is left, but half markers at 1, \d+\. Finish .*mortise undo --force a\.ts$/,
    );
  });

  it("says what comes before changing one's mind, and decides no other conflict instead", async () => {
    const far = Array.from({ length: 12 }, (_, i) => `const far${i} = ${i};\n`).join('');
    const twice = (text: string) => `${text}${far}${text.replaceAll('const ', 'export const ')}`;
    const repo = merging({
      'a.ts': { base: twice(openCase.base), ours: twice(openCase.ours), theirs: twice(openCase.theirs) },
      'b.ts': openCase,
    });
    const line =
      1 +
      repo
        .read('a.ts')
        .split('\n')
        .findIndex((text) => text.startsWith('<<<<<<<'));
    expect((await command(choose, repo.root, [`a.ts:${line}`, 'ours'])).code).toBe(0);
    const before = repo.read('a.ts');
    const refused = await command(choose, repo.root, [`a.ts:${line}`, 'theirs']);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(
      /is decided already \(your choice: ours\).*mortise undo a\.ts\nThe next open one is at line \d+/,
    );
    expect(repo.read('a.ts')).toBe(before);
    expect((await command(choose, repo.root, ['a.ts', 'theirs'])).code).toBe(0);
    expect((await command(choose, repo.root, ['a.ts', 'ours'])).err).toContain(
      'To decide anew, first: mortise undo a.ts',
    );
    expect((await command(choose, repo.root, ['b.ts', 'earlier'])).err).toContain('no earlier resolution');
  });

  it('says after a stash pop that git kept the entry', async () => {
    const repo = diverged({ 'a.ts': openCase });
    repo.write('a.ts', openCase.theirs);
    repo.git('stash');
    repo.write('a.ts', openCase.base);
    repo.commit('Go back');
    expect(repo.tryGit(['stash', 'pop']).code).not.toBe(0);
    const { out } = await command(choose, repo.root, ['a.ts', 'theirs']);
    expect(out).toContain('look it over, then: git add a.ts\n');
    expect(out).toContain('git kept the stash entry; when you need it no more: git stash drop stash@{0}');
  });

  it('says of a text that does not parse that it does not', async () => {
    const repo = merging({
      'config.json': { base: '{\n  "a": 1\n}\n', ours: '{\n  "b": 2\n}\n', theirs: '{\n  "c": 3\n}\n' },
    });
    expect((await command(choose, repo.root, ['config.json', 'both'])).out).toContain('! it does not parse so');
    const other = merging({ 'a.ts': openCase });
    const { out } = await command(choose, other.root, ['a.ts', 'ours']);
    expect(out).not.toContain('does not parse');
    expect(out).toContain('git add a.ts && git merge --continue');
  });

  it('lists what was hardly ever right when asked for, under the numbers that it has', async () => {
    const versions = {
      base: 'import { a } from "a";\nconst size = 10;\nconst name = "x";\n',
      ours: 'import { a, b } from "a";\nconst size = 20;\nconst name = "y" + b;\n',
      theirs: 'import { a, c } from "a";\nconst size = 30;\nconst name = c("x");\n',
    };
    const repo = merging({ 'a.ts': versions });
    const numbers = (out: string) => [...out.matchAll(/^ {0,2}(\d+) {2}\S/gm)].map(([, n]) => Number(n));
    const short = await command(choose, repo.root, ['a.ts']);
    const whole = await command(choose, repo.root, ['a.ts', '--all']);
    const listed = numbers(short.out);
    const all = numbers(whole.out);
    expect(all).toEqual(all.map((_, i) => i + 1));
    expect(listed.slice(0, 3)).toEqual([1, 2, 3]);
    expect(listed.length).toBeLessThan(all.length);
    expect(short.out).toContain(`${all.length - listed.length} more, each at less than 1 in 20`);
    expect(whole.out).not.toContain(' more, each');
    const last = await command(choose, repo.root, ['a.ts', String(all.length)]);
    expect(last.code).toBe(0);
    const { out } = await command(review, repo.root, []);
    expect(out).toContain('chosen by you');
    expect(out).not.toMatch(/\((?:safe|likely|possible)/);
  });
});
