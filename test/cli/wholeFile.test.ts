/** A file of conflicts that are likely each and not likely together: one stays open, and asking again, or asking elsewhere, changes nothing. */
import { expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as install } from '../../server/cli/install.ts';
import { run as mergetool } from '../../server/cli/mergetool.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, diverged, folder, merging, type TestRepository } from '../support/repositories.ts';

rankByFixedTable();

/** Nine in ten each, four of them less than the eight in ten that one alone must have. */
const text = (call: string, last: string) =>
  [0, 1, 2, 3].map((n) => `v${n} = ${call}(a${n}, ${last}${n})\n${`keep ${n}\n`.repeat(6)}`).join('');
const four = { base: text('f', 'b'), ours: text('g', 'b'), theirs: text('f', 'z') };
const likely = ['--apply', 'likely'];
const open = (repo: TestRepository) => repo.read('a.txt').match(/^<{7}/gm)?.length ?? 0;

it('the same command again does not apply what the first left open', async () => {
  const repo = merging({ 'a.txt': four });
  const first = await command(resolve, repo.root, likely);
  expect(first.out).toContain('all of them together are not');
  expect(open(repo)).toBe(1);
  const again = await command(resolve, repo.root, likely);
  expect(again).toMatchObject({ code: 1, out: expect.stringContaining('all of them together are not') });
  expect(open(repo)).toBe(1);
  const sides = [1, 2, 3].map((stage) => {
    const file = `${folder()}/${stage}`;
    repo.write(`../${file.split('/').slice(-2).join('/')}`, repo.git('show', `:${stage}:a.txt`).concat('\n'));
    return file;
  });
  expect((await command(mergetool, repo.root, [...sides, 'a.txt', ...likely])).code).toBe(1);
  expect(open(repo)).toBe(1);
  await command(undo, repo.root, ['a.txt']);
  expect(open(repo)).toBe(4);
  await command(resolve, repo.root, likely);
  expect(open(repo)).toBe(1);
});

it('what the driver applied counts, what the user chose does not', async () => {
  const repo = diverged({ 'a.txt': four });
  await command(install, repo.root, ['--driver-only']);
  repo.git('config', 'merge.mortise.driver', `${repo.git('config', 'merge.mortise.driver')} --apply=likely`);
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  expect(open(repo)).toBe(1);
  await command(resolve, repo.root, likely);
  expect(open(repo)).toBe(1);
  const own = merging({ 'a.txt': four });
  const next = () => own.read('a.txt').split('<<<<<<<', 1).join('').split('\n').length;
  for (let n = 0; n < 3; n++) expect((await command(choose, own.root, [`a.txt:${next()}`, '1'])).err).toBe('');
  await command(resolve, own.root, likely);
  expect(open(own)).toBe(0);
});

/** A version for a rule to settle; beside it ours takes away an import that theirs uses once more, and git sees no conflict. */
const gap = '//\n'.repeat(6);
const code = (imports: string, version: string, use: string, last: string) =>
  `${imports}\n${gap}export const version = '${version}';\n${gap}export const one = ${use};\n${gap}${last}`;
const broken = {
  base: code("import { a, b } from './m';", '1.0.0', 'a', 'b();\n'),
  ours: code("import { a } from './m';", '1.2.0', 'a', ''),
  theirs: code("import { a, b } from './m';", '1.1.0', 'b(a)', 'b();\n'),
};
const warning = 'b, which ours removed, is still used in “export const one = b(a);”';

it('what git broke in the rest of a file keeps it from every tier, in resolve, the driver and the log', async () => {
  const repo = merging({ 'a.ts': broken });
  const held = await command(resolve, repo.root, []);
  expect(held.code).toBe(1);
  expect(held.out).toContain(`not applied: look at the rest of the file: ${warning}`);
  expect(held.out).toContain(`! look at the rest: ${warning}`);
  const { files } = JSON.parse((await command(resolve, repo.root, ['--json', '--dry-run'])).out);
  expect(files[0].whole.warnings).toEqual([{ kind: 'lost', name: 'b', text: warning }]);
  expect((await command(resolve, repo.root, likely)).code).toBe(1);
  // Who asks by a number gets it, with the warning in the log.
  expect((await command(resolve, repo.root, ['--min-confidence', '0.5'])).code).toBe(0);
  expect((await command(review, repo.root, [])).out).toContain(`elsewhere in the file: ${warning}`);
  const driven = diverged({ 'a.ts': broken });
  await command(install, driven.root, ['--driver-only']);
  expect(driven.tryGit(['merge', 'topic']).code).toBe(1);
  expect(driven.read('a.ts')).toContain('<<<<<<<');
  // The same without anything broken is settled.
  const sound = merging({ 'a.ts': { ...broken, ours: broken.ours.replace('{ a }', '{ a, b }') } });
  expect((await command(resolve, sound.root, [])).code).toBe(0);
});

it('who decides by hand is told of the rest of the file, before, after, and each time it is asked for', async () => {
  const repo = merging({ 'a.ts': broken });
  const told = `  ! look at the rest: ${warning}\n`;
  expect((await command(choose, repo.root, ['a.ts'])).out).toContain(told);
  const chosen = await command(choose, repo.root, ['a.ts', 'ours']);
  expect(chosen.out).toContain(told);
  expect(chosen.out).toContain('first see to what is marked ! above, then: git add a.ts && git merge --continue\n');
  const again = await command(resolve, repo.root, []);
  expect(again).toMatchObject({
    code: 0,
    out: expect.stringContaining(`a.ts  no markers left: stage it when it is right\n${told}`),
  });
  expect(again.out).not.toContain('look it over');
  const { files } = JSON.parse((await command(resolve, repo.root, ['--json'])).out);
  expect(files[0].whole).toEqual({ warnings: [{ kind: 'lost', name: 'b', text: warning }] });
  expect((await command(review, repo.root, [])).out).toContain(`elsewhere in the file: ${warning}`);
  // Mended by hand, nothing is left to say.
  repo.write('a.ts', repo.read('a.ts').replace('b(a)', 'a'));
  expect((await command(resolve, repo.root, [])).out).toContain('look it over, then: git add a.ts && git merge');
});

it('a file that parses no more is told so until it is mended', async () => {
  const sides = { base: '{\n  "a": 1\n}\n', ours: '{\n  "b": 2\n}\n', theirs: '{\n  "c": 3\n}\n' };
  const repo = merging({ 'p.json': sides });
  const both = await command(choose, repo.root, ['p.json', 'both']);
  expect(both.out).toContain('! it does not parse so: look at the file\n');
  const again = await command(resolve, repo.root, []);
  expect(again.out).toContain('! it does not parse so: look at the file\n');
  expect(again.out).toContain('first see to what is marked ! above, then: git add p.json');
  expect(JSON.parse((await command(resolve, repo.root, ['--json'])).out).files[0].parses).toBe(false);
  repo.write('p.json', '{ "v": 4 }\n');
  expect((await command(resolve, repo.root, [])).out).not.toContain('! ');
});
