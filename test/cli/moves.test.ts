/** A block that one side moved and the other edited, from the conflict to the finished merge: in no step is the edit lost in silence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { run as audit } from '../../server/cli/audit.ts';
import { run as choose } from '../../server/cli/choose.ts';
import { run as merge } from '../../server/cli/merge.ts';
import { run as mergetool } from '../../server/cli/mergetool.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { command, folder, merging, type TestRepository } from '../support/repositories.ts';

const at = join(import.meta.dirname, '..', 'fixtures', 'moved', 'told');
const read = (name: string, part: string) => readFileSync(join(at, name, part), 'utf8');
const java = {
  base: read('java', 'base.java'),
  ours: read('java', 'mover.java'),
  theirs: read('java', 'editor.java'),
};
const swapped = { base: java.base, ours: java.theirs, theirs: java.ours };

let repo: TestRepository;
beforeEach(() => {
  repo = merging({ 'A.java': java });
});

const finish = () => {
  repo.git('add', '-A');
  repo.git('commit', '-q', '--no-edit');
};

const missing = /theirs edited “int a\(\) \{”, which ours moved: the edit is not in line 10/;

describe('an edit of a block that the other side moved', () => {
  it.each([
    ['--apply', 'safe'],
    ['--apply', 'likely'],
    ['--min-confidence', '0.01'],
  ])('is told and left open by resolve %s %s, whichever side moved it', async (...args) => {
    for (const [versions, said] of [
      [java, 'ours moved “int a() {” to line 10, and theirs edited it here'],
      [swapped, 'theirs moved “int a() {” to line 10, and ours edited it here'],
    ] as const) {
      const own = merging({ 'A.java': versions });
      const before = own.bytes('A.java');
      const { code, out } = await command(resolve, own.root, args);
      expect(code).toBe(1);
      expect(out).toContain(said);
      expect(own.bytes('A.java')).toEqual(before);
    }
  });

  it('is left by the merge driver', async () => {
    const files = folder();
    for (const [name, text] of Object.entries(java)) repo.write(`../${files.split('/').at(-1)}/${name}`, text);
    const [ours, base, theirs] = ['ours', 'base', 'theirs'].map((name) => join(files, name));
    const args = [base ?? '', ours ?? '', theirs ?? '', '--path', 'A.java', '--apply', 'likely', '-o', ours ?? ''];
    const { code, err } = await command(merge, repo.root, args);
    expect(code, err).toBe(1);
    expect(readFileSync(ours ?? '', 'utf8')).toContain('<<<<<<<');
  });

  it.each(['ours', 'theirs'])('is missed after "choose %s", until it is made', async (side) => {
    const { code, out } = await command(choose, repo.root, ['A.java', side]);
    expect(code).toBe(0);
    const line = repo.read('A.java').split('\n').lastIndexOf('    int a() {') + 1;
    expect(out).toContain(
      `! look at the rest: theirs edited “int a() {”, which ours moved: the edit is not in line ${line}`,
    );
    const again = await command(resolve, repo.root, []);
    expect(again.out).toContain(`the edit is not in line ${line}`);
    repo.write('A.java', java.ours.replace('return 1;', 'return 10;'));
    expect((await command(resolve, repo.root, [])).out).not.toContain('the edit is not');
  });

  it('is asked about by the mergetool before git stages the file', async () => {
    const sides = [1, 2, 3].map((stage) => {
      repo.write(`stage${stage}`, `${repo.git('show', `:${stage}:A.java`)}\n`);
      return repo.at(`stage${stage}`);
    });
    const before = repo.bytes('A.java');
    const stdin = Object.assign(Readable.from(['o\nn\n']), { isTTY: true });
    const args = [...sides, 'A.java', '--apply', 'likely'];
    const { code, err } = await command((given, io) => mergetool(given, { ...io, stdin }), repo.root, args);
    expect(err).toContain('ours moved “int a() {” to line 10');
    expect(err).toMatch(missing);
    expect(code).toBe(1);
    expect(repo.bytes('A.java')).toEqual(before);
  });

  it('is told by audit of a finished merge, and not where it was made', async () => {
    repo.write('A.java', java.ours);
    finish();
    expect((await command(audit, repo.root, [])).out).toMatch(missing);
    repo = merging({ 'A.java': java });
    repo.write('A.java', java.ours.replace('return 1;', 'return 10;'));
    finish();
    expect((await command(audit, repo.root, [])).out).not.toContain('the edit is not');
  });
});
