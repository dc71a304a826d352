/** Decisions in the terminal: taken back by undo or by hand, or taken twice, they must not make a conflict safe. */
import { describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { command, merging, type TestRepository } from '../support/repositories.ts';

/** Ours and theirs raise the same limit, each to another number. */
function limits(...names: string[]): TestRepository {
  const at = (name: string, limit: number) => `// Limits of ${name}\nexport const ${name} = ${limit};\n`;
  return merging(
    Object.fromEntries(
      names.map((name) => [`${name}.ts`, { base: at(name, 10), ours: at(name, 20), theirs: at(name, 30) }]),
    ),
  );
}

const theirs = (repo: TestRepository, path: string) => command(choose, repo.root, [path, 'theirs']);
const safe = async (repo: TestRepository) => (await command(resolve, repo.root, ['--dry-run'])).out;

describe('decisions', { timeout: 30_000 }, () => {
  it('make a like conflict safe while they stand, and not once undo or a hand took them back', async () => {
    const repo = limits('a', 'b', 'c');
    const marked = repo.read('b.ts');
    for (const path of ['a.ts', 'b.ts']) await theirs(repo, path);
    expect(await safe(repo)).toMatch(
      /counts your 2 decisions in this operation: all took theirs · [\s\S]*1 conflict would be resolved/,
    );
    repo.write('b.ts', marked);
    expect(await safe(repo)).toContain('0 conflicts would be resolved, 2 open');
    await theirs(repo, 'b.ts');
    expect(await safe(repo)).toContain('1 conflict would be resolved');
    await command(undo, repo.root, ['a.ts']);
    expect(await safe(repo)).toContain('0 conflicts would be resolved, 2 open');
  });

  it('are no habit where there is one: it moves the number, and nothing in bulk follows it', async () => {
    const names = Array.from('abcdefghij');
    const repo = limits(...names);
    const dry = async () => (await command(resolve, repo.root, ['--apply', 'likely', '--dry-run'])).out;
    expect(await dry()).toContain('0 conflicts would be resolved');
    await theirs(repo, 'a.ts');
    const one = await dry();
    expect(one).toContain('0 conflicts would be resolved');
    expect(one).toMatch(/ {2}takes theirs {2}\(possible, 9\d in 100\)/);
    await theirs(repo, 'b.ts');
    expect(await dry()).toContain('8 conflicts would be resolved');
  });

  it('are told apart from those of an operation that is over', async () => {
    const repo = limits('a');
    await theirs(repo, 'a.ts');
    expect((await command(review, repo.root, [])).out).not.toContain('in another');
    repo.git('merge', '--abort');
    repo.tryGit(['cherry-pick', 'topic']);
    const { out } = await command(review, repo.root, []);
    expect(out).toContain('chosen by you, in another merge');
  });

  it('let no other file be written by one of them, however they move its number', async () => {
    const list = (more: string) => `module.exports = [\n  'a',\n  'b',\n${more}];\n`;
    const kotlin = (type: string, more: string, plus: string) =>
      `package k\n\ndata class P(val a: ${type}, val b: String${more})\n\nfun f(p: P) = p.a${plus}\n`;
    const repo = merging({
      'list.js': { base: list(''), ours: list("  'c',\n"), theirs: list("  'd',\n") },
      'k/K.kt': {
        base: kotlin('Int', '', ''),
        ours: kotlin('Int', ', val c: Boolean = false', ' + 1'),
        theirs: kotlin('Long', '', ''),
      },
    });
    const bulk = async () => (await command(resolve, repo.root, ['--apply', 'likely', '--dry-run', 'k/K.kt'])).out;
    const said = /\d+ conflicts? would be resolved/.exec(await bulk())?.[0] ?? 'nothing';
    await command(choose, repo.root, ['list.js', '1']);
    expect(await bulk()).toContain(said);
  });

  it('count once for a conflict decided twice', async () => {
    const repo = limits('a', 'c');
    const marked = repo.read('a.ts');
    await theirs(repo, 'a.ts');
    repo.write('a.ts', marked);
    await theirs(repo, 'a.ts');
    expect(await safe(repo)).toContain('0 conflicts would be resolved, 1 open');
  });

  it('say nothing of their own conflict where it stands again', async () => {
    const repo = limits('a', 'b', 'c');
    const marked = repo.read('a.ts');
    for (const path of ['b.ts', 'a.ts']) await theirs(repo, path);
    repo.write('a.ts', marked);
    const ran = await command(resolve, repo.root, ['a.ts']);
    expect(ran.out).toContain('0 conflicts resolved, 1 open');
    expect(repo.read('a.ts')).toBe(marked);
  });
});
