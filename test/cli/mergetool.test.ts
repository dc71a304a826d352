/** The mergetool on a terminal: what is asked, what an answer does, and that whoever stops has changed nothing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { run as mergetool } from '../../server/cli/mergetool.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, folder, merging, openCase, type TestRepository, versionCase } from '../support/repositories.ts';

rankByFixedTable();

const far = 'x\n'.repeat(9);
const two = {
  base: `a = 1\n${far}b = 1\n`,
  ours: `a = 2\n${far}b = 2\n`,
  theirs: `a = 3\n${far}b = 3\n`,
};

/** As git starts it, with these lines typed at its questions. */
async function ask(repo: TestRepository, path: string, typed: readonly string[]) {
  const at = folder();
  const sides = [1, 2, 3].map((stage) => {
    const file = `${at}/${stage}`;
    repo.write(`../${file.split('/').at(-2)}/${stage}`, repo.git('show', `:${stage}:${path}`).concat('\n'));
    return file;
  });
  const stdin = Object.assign(Readable.from([typed.map((line) => `${line}\n`).join('')]), { isTTY: true });
  return command((args, io) => mergetool(args, { ...io, stdin }), repo.root, [...sides, path, '--apply', 'none']);
}

describe('the mergetool on a terminal', () => {
  it('asks in words, asks again what it does not understand, and writes when all is answered', async () => {
    const repo = merging({ 'a.txt': two });
    const index = repo.index();
    const { code, err } = await ask(repo, 'a.txt', ['', '99', 'what?', 't', 'b']);
    expect(err).not.toMatch(/\b(fine|myers|LR|RL)\b/);
    expect(err).toMatch(/^ {2}1 {2}[a-z].* \((safe|likely|possible)/m);
    expect(err.match(/is none of these/g)).toHaveLength(3);
    expect(code, err).toBe(0);
    expect(repo.read('a.txt')).toBe(`a = 3\n${far}b = 2\nb = 3\n`);
    expect(repo.index()).toBe(index);
    expect((await command(review, repo.root, [])).out).toContain('your choice: theirs');
    expect((await command(undo, repo.root, ['--all'])).code).toBe(0);
    expect(repo.read('a.txt')).toContain('<<<<<<<');
  });

  it('what it wrote because somebody chose it has no odds of its own in review, in logs of before the field too', async () => {
    const repo = merging({ 'a.txt': two });
    expect((await ask(repo, 'a.txt', ['1', '2'])).code).toBe(0);
    const shown = async () => (await command(review, repo.root, [])).out;
    expect(await shown()).toMatch(/your choice: /);
    expect(await shown()).not.toMatch(/in 10|possible|likely/);
    const log = repo.at('.git/mortise/log.jsonl');
    const entries = readFileSync(log, 'utf8').trim().split('\n');
    expect(entries.every((entry) => JSON.parse(entry).chosen === true)).toBe(true);
    const write = (change: (entry: object) => object) =>
      writeFileSync(log, entries.map((entry) => `${JSON.stringify(change(JSON.parse(entry)))}\n`).join(''));
    write((entry) => ({ ...entry, chosen: undefined }));
    expect(await shown()).not.toMatch(/in 10|possible|likely/);
    // What it applied by itself has them.
    write((entry) => ({ ...entry, chosen: undefined, reason: 'takes ours' }));
    expect(await shown()).toMatch(/takes ours {2}\(/);
  });

  it('asks again where the rest of the file wants a look, and lets git stage nothing that was not meant', async () => {
    const gap = Array.from({ length: 8 }, (_, i) => `// ${i}\n`).join('');
    const file = (name: string, size: number, use: string) =>
      `export function ${name}(a: number) {\n  return a;\n}\n${gap}export const size = ${size};\n${gap}${use}`;
    const versions = {
      base: file('load', 1, ''),
      ours: file('fetch', 2, ''),
      theirs: file('load', 3, 'run(load(1));\n'),
    };
    const repo = merging({ 'w.ts': versions });
    const before = repo.bytes('w.ts');
    const refused = await ask(repo, 'w.ts', ['o', 'n']);
    expect(refused.err).toMatch(/! look at the rest: .*load, which ours removed, is still used/);
    expect(refused.code).toBe(1);
    expect(repo.bytes('w.ts')).toEqual(before);
    expect((await ask(repo, 'w.ts', ['o'])).code).toBe(1);
    const meant = await ask(repo, 'w.ts', ['o', 'y']);
    expect(meant.code).toBe(0);
    expect(repo.read('w.ts')).toContain('size = 2');
    expect((await command(review, repo.root, [])).out).toContain('elsewhere in the file: load');
  });

  it.each([
    ['is stopped', ['o', 's']],
    ['loses its input', ['o']],
    ['hears nothing', []],
  ])('that %s changes nothing and does not end with 0', async (_, typed) => {
    const repo = merging({ 'a.txt': two });
    const before = repo.bytes('a.txt');
    const { code, err } = await ask(repo, 'a.txt', typed);
    expect(code).toBe(1);
    expect(err).toContain('git puts the file back as it was');
    expect(repo.bytes('a.txt')).toEqual(before);
    expect((await command(review, repo.root, [])).out).toContain('applied nothing');
  });

  it('takes the number of what it listed', async () => {
    const repo = merging({ [openCase.path]: openCase });
    const { err } = await ask(repo, openCase.path, ['s']);
    const second = err.split(/^ {2}\d {2}/m)[2] ?? '';
    const text = [...second.matchAll(/^ {5}│ (.*)$/gm)].map(([, line = '']) => `${line}\n`).join('');
    expect(text).toContain('mode');
    expect((await ask(repo, openCase.path, ['2'])).code).toBe(0);
    expect(repo.read(openCase.path)).toBe(text);
  });
});

describe('a file without markers', () => {
  it('that the user resolved to ours is not merged over their decision', async () => {
    const repo = merging({ 'gradle.properties': versionCase });
    repo.write('gradle.properties', versionCase.ours);
    const { code, err } = await ask(repo, 'gradle.properties', []);
    expect(code).toBe(1);
    expect(err).toContain('no conflict markers are left');
    expect(repo.read('gradle.properties')).toBe(versionCase.ours);
  });

  it('that an attribute keeps from being merged stays as git left it', async () => {
    const attributes = '*.properties -merge\n';
    const same = { base: attributes, ours: attributes, theirs: attributes };
    const repo = merging({ '.gitattributes': same, 'gradle.properties': versionCase });
    const { code, err } = await ask(repo, 'gradle.properties', []);
    expect(code).toBe(1);
    expect(err).toContain('an attribute says not to merge it');
    expect(repo.read('gradle.properties')).toBe(versionCase.ours);
  });
});
