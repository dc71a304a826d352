/** What is written, what is kept, and what is brought back: never a lost byte, never somebody else's file. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBlobs } from '../../server/git/blobs.ts';
import { isIgnored } from '../../server/git/intent.ts';
import { gitMergeBytes } from '../../server/git/mergeFile.ts';
import { operation } from '../../server/git/operation.ts';
import { openRepository } from '../../server/git/repository.ts';
import { recreateConflict, restoreStages, takeStage } from '../../server/git/restore.ts';
import {
  type AppliedEntry,
  decisions,
  forgetDecisions,
  logApplied,
  markUndone,
  readApplied,
  readSaved,
  recordDecision,
  saveConflicted,
} from '../../server/git/saved.ts';
import { unmergedFiles, unmergedPaths } from '../../server/git/unmerged.ts';
import { replaceFile } from '../../server/git/write.ts';
import { diverged, folder, openCase, repository } from '../support/repositories.ts';

const { path, base, ours, theirs } = openCase;
const one = { [path]: { base, ours, theirs } };

describe('isIgnored', () => {
  it("is git's word, and yes where git cannot say", async () => {
    const repo = diverged(one);
    repo.write('.gitignore', '*.local.ts\n');
    const opened = await openRepository(repo.root);
    expect(await isIgnored(opened, 'new.local.ts')).toBe(true);
    expect(await isIgnored(opened, 'new.ts')).toBe(false);
    expect(await isIgnored(opened, path)).toBe(false);
    expect(await isIgnored({ ...opened, root: folder() }, 'new.ts')).toBe(true);
  });
});

describe('replaceFile', () => {
  it('replaces the bytes, keeps the mode and leaves nothing else behind', async () => {
    const at = folder();
    const file = join(at, 'run.sh');
    writeFileSync(file, 'old');
    chmodSync(file, 0o751);
    await replaceFile(file, Buffer.from('new'), Buffer.from('old'), at);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o7777).toBe(0o751);
    expect(readdirSync(at)).toEqual(['run.sh']);
  });

  it('refuses a file that changed, appeared or went since it was read', async () => {
    const at = folder();
    const file = join(at, 'a');
    writeFileSync(file, 'edited meanwhile');
    await expect(replaceFile(file, Buffer.from('x'), Buffer.from('as read'))).rejects.toThrow(/changed on disk/);
    await expect(replaceFile(file, Buffer.from('x'), undefined)).rejects.toThrow(/changed on disk/);
    await expect(replaceFile(join(at, 'b'), Buffer.from('x'), Buffer.from('was'))).rejects.toThrow(/changed on disk/);
    expect(readFileSync(file, 'utf8')).toBe('edited meanwhile');
    expect(readdirSync(at)).toEqual(['a']);
  });

  it('writes neither to a link nor through a linked folder out of the repository', async () => {
    const at = folder();
    const outside = folder();
    writeFileSync(join(outside, 'secret'), 'theirs');
    symlinkSync(join(outside, 'secret'), join(at, 'link'));
    symlinkSync(outside, join(at, 'linked'));
    const bytes = Buffer.from('x');
    await expect(replaceFile(join(at, 'link'), bytes, Buffer.from('theirs'), at)).rejects.toThrow(/not a regular file/);
    await expect(replaceFile(join(at, 'linked', 'secret'), bytes, Buffer.from('theirs'), at)).rejects.toThrow(
      /is a symbolic link; nothing was written/,
    );
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('theirs');
  });
});

describe('saved copies', () => {
  const entry = (at: number, saved: string): AppliedEntry => ({
    at,
    path,
    by: 'resolve',
    operation: 'merge a b',
    line: 1,
    conflict: 'c',
    text: 't',
    tier: 'safe',
    origin: 'larger version',
    reason: 'takes the larger version',
    confidence: 0.97,
    evidence: ['parses'],
    saved,
    result: 'r',
  });

  it('gives back the same bytes, whatever they are, and nothing for a damaged or foreign name', async () => {
    const repo = await openRepository(repository().root);
    const bytes = Buffer.from([0, 255, 13, 10, 0xef, 0xbb, 0xbf, 0x80]);
    const name = await saveConflicted(repo, bytes);
    expect(await saveConflicted(repo, bytes)).toBe(name);
    expect(await readSaved(repo, name)).toEqual(bytes);
    expect(await readSaved(repo, '../../HEAD')).toBeUndefined();
    writeFileSync(join(repo.gitDir, 'mortise', 'saved', name), 'damaged');
    expect(await readSaved(repo, name)).toBeUndefined();
  });

  it('reads a log whose last line was cut short', async () => {
    const repo = await openRepository(repository().root);
    expect(await readApplied(repo)).toEqual([]);
    await logApplied(repo, [entry(1, 'a'), entry(2, 'b')]);
    const file = join(repo.gitDir, 'mortise', 'log.jsonl');
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"at":3,"pa`);
    expect((await readApplied(repo)).map(({ at }) => at)).toEqual([1, 2]);
    await markUndone(repo, ({ at }) => at === 2);
    expect((await readApplied(repo)).map(({ undone }) => undone === true)).toEqual([false, true]);
  });

  it('keeps decisions for their operation only', async () => {
    const repo = diverged(one);
    const opened = await openRepository(repo.root);
    expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
    const merge = await operation(opened);
    const sides = { base, left: ours, right: theirs };
    await recordDecision(opened, merge, { path, sides, chosen: ours });
    await recordDecision(opened, merge, { path: 'b', sides, chosen: theirs });
    expect((await decisions(opened, merge)).map(({ chosen }) => chosen)).toEqual([ours, theirs]);
    await forgetDecisions(opened, new Set(['b']));
    expect(await decisions(opened, merge)).toHaveLength(1);
    repo.git('merge', '--abort');
    expect(await decisions(opened, await operation(opened))).toEqual([]);
    expect(readFileSync(join(opened.gitDir, 'mortise', 'decisions.jsonl'), 'utf8')).toBe('');
  });
});

describe('restoring', () => {
  it('has git write a conflict anew, in the work tree and the index, after it was staged', async () => {
    const repo = diverged(one);
    repo.tryGit(['merge', 'topic']);
    const before = { text: repo.read(path), index: repo.index() };
    repo.write(path, ours);
    repo.git('add', path);
    await recreateConflict(await openRepository(repo.root), path);
    expect(repo.index()).toBe(before.index);
    expect(repo.read(path).replace(/^([<>]{7}).*$/gm, '$1')).toBe(before.text.replace(/^([<>]{7}).*$/gm, '$1'));
  });

  it('gives a staged path its stages back: from git, or from the ids of a log', async () => {
    const repo = diverged(one);
    repo.tryGit(['merge', 'topic']);
    const before = repo.index();
    const opened = await openRepository(repo.root);
    const [file] = await unmergedFiles(opened);
    repo.git('add', path);
    expect(await restoreStages(opened, path, undefined)).toBe(true);
    expect(repo.index()).toBe(before);
    // What a driver merged clean was never unmerged: git remembers nothing, the log's ids must do.
    const { base: b, left, right } = file?.stages ?? {};
    const ids = { base: b?.oid ?? '', left: left?.oid ?? '', right: right?.oid ?? '' };
    repo.git('add', path);
    repo.git('commit', '-q', '-m', 'Merged');
    repo.git('read-tree', 'HEAD'); // Git's index no longer remembers.
    expect(await restoreStages(opened, path, undefined)).toBe(false);
    expect(await restoreStages(opened, path, ids)).toBe(true);
    expect(repo.index()).toBe(before);
  });

  it('takes one side whole with its mode, and removes what that side deleted, staging nothing', async () => {
    const repo = diverged({ ...one, 'gone.txt': { base: 'x\n', ours: 'y\n' } });
    repo.tryGit(['merge', 'topic']);
    const index = repo.index();
    const opened = await openRepository(repo.root);
    const files = new Map((await unmergedFiles(opened)).map((file) => [file.path, file.stages]));
    expect(await takeStage(opened, path, files.get(path) ?? {}, 'right')).toBe('written');
    expect(await takeStage(opened, 'gone.txt', files.get('gone.txt') ?? {}, 'right')).toBe('removed');
    expect(repo.read(path)).toBe(theirs);
    expect(readdirSync(repo.root)).not.toContain('gone.txt');
    expect(repo.index()).toBe(index);
    expect(await unmergedPaths(opened)).toEqual(['gone.txt', path].sort());
  });
});

describe('bytes from git', () => {
  it('reads many blobs through one process, in any order, and passes over ids that are not there', async () => {
    const repo = repository();
    const contents = ['', 'a\n', 'no line end', `${'x'.repeat(200_000)}\n`, '\0binary\n\n'];
    contents.forEach((content, i) => {
      repo.write(`f${i}`, content);
    });
    repo.commit('Start');
    const ids = contents.map((_, i) => repo.git('rev-parse', `HEAD:f${i}`));
    const blobs = await readBlobs(await openRepository(repo.root), [...ids].reverse().concat('0'.repeat(40)));
    expect(ids.map((id) => blobs.get(id)?.toString())).toEqual(contents);
    expect(blobs.size).toBe(new Set(ids).size);
  });

  it('merges bytes as git does, whatever their encoding', async () => {
    const latin = (word: string) => Buffer.from(`caf\xe9\n1\n2\n3\n${word}\n`, 'latin1');
    const merge = (o: string, a: string, b: string) =>
      gitMergeBytes(
        { base: latin(o), left: latin(a), right: latin(b) },
        { labels: { left: 'L', base: 'B', right: 'R' } },
      );
    expect(await merge('x', 'x', 'y')).toEqual({ bytes: latin('y'), conflicts: 0 });
    const conflict = await merge('x', 'y', 'z');
    expect(conflict.conflicts).toBe(1);
    expect(conflict.bytes.toString('latin1')).toContain('<<<<<<< L\ny\n=======\nz\n>>>>>>> R\n');
    const binary = Buffer.from([0, 1]);
    const answer = await gitMergeBytes({ base: binary, left: Buffer.from([0, 2]), right: Buffer.from([0, 3]) });
    expect(answer.conflicts).toBeUndefined();
  });

  it('stops when it is told to', async () => {
    const repo = repository();
    mkdirSync(repo.at('x'));
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(openRepository(repo.root, { signal: stopped })).rejects.toThrow('enough');
  });
});
