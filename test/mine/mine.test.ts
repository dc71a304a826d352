/** Mining a made history: each expected record is written out by hand. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainStyle } from '../../server/cli/io.ts';
import { run } from '../../server/cli/mine.ts';
import { readCorpus } from '../../server/mine/corpus.ts';
import { locateHunks } from '../../server/mine/hunks.ts';
import { type Found, mineDefaults, mineRepository } from '../../server/mine/mine.ts';
import { formerTexts, type MinedRecord } from '../../server/mine/record.ts';
import { makeHistory } from './history.ts';

const t0 = 1_600_000_000;
const lines = (...text: string[]) => `${text.join('\n')}\n`;

/** main: base ─ left1 ─ left2 ─ merge;  feature: base ─ right1 ─┘ */
function conflictedHistory() {
  const history = makeHistory();
  const base = {
    'src/a.ts': lines('const x = 1;', 'const y = 2;', '', 'export { x, y };'),
    'b.py': lines('import os', '', 'def f():', '    return 1', '', 'def g():', '    return 2'),
    'CHANGES.md': lines('# Changes', '', '- first'),
    'vendor/v.js': lines('one'),
    'data.bin.json': Buffer.from([0x7b, 0, 0x7d, 10]),
    'latin.txt': Buffer.from('caf\xe9 1\n', 'latin1'),
    'kept.go': lines('a', 'b', 'c'),
  };
  const ids = { base: history.commit('base', t0, base), left: '', right: '', merge: '', again: '' };
  history.git(['checkout', '-q', '-b', 'feature']);
  ids.right = history.commit('Rename x', t0 + 50, {
    'src/a.ts': lines('const z = 1;', 'const y = 2;', '', 'export { z, y };'),
    'b.py': lines('import os', '', 'def f():', '    return 1', '', 'def g():', '    return 22'),
    'CHANGES.md': lines('# Changes', '', '- theirs', '- first'),
    'vendor/v.js': lines('theirs'),
    'data.bin.json': Buffer.from([0x7b, 0, 0x7d, 32, 10]),
    'latin.txt': Buffer.from('caf\xe9 2\n', 'latin1'),
    'kept.go': lines('a', 'b', 'C'),
  });
  history.git(['checkout', '-q', 'main']);
  history.commit('Count in tens', t0 + 20, {
    'src/a.ts': lines('const x = 10;', 'const y = 2;', '', 'export { x, y };'),
  });
  ids.left = history.commit('Say more', t0 + 40, {
    'src/a.ts': lines('const x = 100;', 'const y = 2;', '', 'export { x, y };'),
    'b.py': lines('import sys', '', 'def f():', '    return 1', '', 'def g():', '    return 2'),
    'CHANGES.md': lines('# Changes', '', '- ours', '- first'),
    'vendor/v.js': lines('ours'),
    'data.bin.json': Buffer.from([0x7b, 0, 0x7d, 32, 32, 10]),
    'latin.txt': Buffer.from('caf\xe9 3\n', 'latin1'),
    'kept.go': lines('A', 'b', 'c'),
  });
  history.gitStops(['merge', '-q', 'feature'], t0 + 100);
  ids.merge = history.commit("Merge branch 'feature'", t0 + 100, {
    'src/a.ts': lines('const z = 100;', 'const y = 2;', '', 'export { z, y };'),
    'CHANGES.md': lines('# Changes', '', '- ours', '- theirs', '- first'),
    'vendor/v.js': lines('both'),
    'data.bin.json': Buffer.from([0x7b, 0, 0x7d, 10]),
    'latin.txt': Buffer.from('caf\xe9 5\n', 'latin1'),
  });
  // The same merge made a second time, later: nothing new in it.
  const tree = history.git(['rev-parse', 'HEAD^{tree}']);
  ids.again = history.git(['commit-tree', tree, '-p', ids.left, '-p', ids.right, '-m', 'again'], t0 + 200);
  history.git(['update-ref', 'refs/heads/again', ids.again]);
  return { history, ids };
}

/** Two branches that merged each other: two merge bases. And a merge that could have been a fast-forward. */
function crissCross() {
  const history = makeHistory();
  history.commit('base', t0, { 'a.py': lines('1', '2', '3') });
  history.git(['checkout', '-q', '-b', 'side']);
  history.commit('side', t0 + 1, { 'a.py': lines('1', '2', 'side') });
  history.git(['checkout', '-q', 'main']);
  history.commit('main', t0 + 2, { 'a.py': lines('main', '2', '3') });
  const [a, b] = [history.git(['rev-parse', 'main']), history.git(['rev-parse', 'side'])];
  history.git(['merge', '-q', '--no-edit', b], t0 + 3);
  history.git(['checkout', '-q', 'side']);
  history.git(['merge', '-q', '--no-edit', a], t0 + 4);
  history.commit('more', t0 + 5, { 'a.py': lines('main', 'more', 'side') });
  history.git(['checkout', '-q', 'main']);
  history.commit('other', t0 + 6, { 'a.py': lines('main', 'other', 'side') });
  history.gitStops(['merge', '-q', 'side'], t0 + 7);
  history.commit('Merge side', t0 + 7, { 'a.py': lines('main', 'both', 'side') });
  history.git(['checkout', '-q', '-b', 'ahead']);
  history.commit('ahead', t0 + 8, { 'a.py': lines('x') });
  history.git(['checkout', '-q', 'main']);
  history.git(['merge', '-q', '--no-ff', '--no-edit', 'ahead'], t0 + 9);
  return history;
}

describe('mining a history', () => {
  let made: ReturnType<typeof conflictedHistory>;
  let found: Found[];
  let stats: Record<string, number>;

  beforeAll(async () => {
    made = conflictedHistory();
    found = [];
    stats = await mineRepository(made.history.folder, 'made/up', mineDefaults, (one) => found.push(one));
  });
  afterAll(() => made.history.dispose());

  const record = (path: string): MinedRecord | undefined => found.find((one) => one.record.path === path)?.record;

  it('keeps a conflicted file with all that went into it', () => {
    const { ids } = made;
    // Either of the two equal merges may be met first.
    const merge =
      record('src/a.ts')?.merge === ids.again
        ? { merge: ids.again, time: t0 + 200 }
        : { merge: ids.merge, time: t0 + 100 };
    expect(record('src/a.ts')).toEqual({
      repo: 'made/up',
      ...merge,
      parents: [ids.left, ids.right],
      base_commit: ids.base,
      path: 'src/a.ts',
      times: [t0, t0 + 40, t0 + 50],
      lang: 'ts',
      n_hunks: 1,
      base: lines('const x = 1;', 'const y = 2;', '', 'export { x, y };'),
      left: lines('const x = 100;', 'const y = 2;', '', 'export { x, y };'),
      right: lines('const z = 1;', 'const y = 2;', '', 'export { z, y };'),
      merged: lines('const z = 100;', 'const y = 2;', '', 'export { z, y };'),
      order: { index: 1, of: 2 },
      history: {
        left: [
          { time: t0 + 40, author: 'Ada', subject: 'Say more' },
          { time: t0 + 20, author: 'Ada', subject: 'Count in tens' },
        ],
        right: [{ time: t0 + 50, author: 'Ada', subject: 'Rename x' }],
        counts: { left: 2, right: 1 },
      },
      // "Count in tens" is what left was before, told as what it changes of left's own text.
      former: { left: [[[0, 1, 'const x = 10;\n']]], right: [] },
    });
    const own = record('src/a.ts');
    expect(own && formerTexts(own)).toEqual({
      former: { left: [{ text: lines('const x = 10;', 'const y = 2;', '', 'export { x, y };') }], right: [] },
    });
  });

  it("numbers a merge's conflicts in git's order", () => {
    const conflicts = found.filter((one) => one.conflict).map((one) => [one.record.path, one.record.order]);
    expect(conflicts).toEqual([
      ['CHANGES.md', { index: 0, of: 2 }],
      ['src/a.ts', { index: 1, of: 2 }],
    ]);
    expect(record('CHANGES.md')?.history?.counts).toEqual({ left: 1, right: 1 });
  });

  it('keeps clean merges apart, and leaves out what teaches nothing', () => {
    const clean = found.filter((one) => !one.conflict).map((one) => one.record.path);
    expect(clean.sort()).toEqual(['b.py', 'kept.go']);
    expect(stats).toMatchObject({
      merges_in_repo: 2,
      merges_seen: 2,
      merges_with_both_changed: 2,
      both_changed_files: 12,
      conflicts: 2,
      clean: 2,
      duplicates: 6,
      binary: 1,
      not_utf8: 1,
    });
    expect(stats).not.toHaveProperty('clean_git_differs_from_dev');
  });

  it('finds what the developers put in the place of a conflict', () => {
    const changes = record('CHANGES.md');
    const { hunks, whole } = locateHunks(changes ?? { base: '', left: '', right: '', merged: '' });
    expect(whole).toBe(true);
    expect(hunks.map(({ sides, resolution }) => ({ sides, resolution }))).toEqual([
      { sides: { base: '', left: '- ours\n', right: '- theirs\n' }, resolution: '- ours\n- theirs\n' },
    ]);
  });

  it('takes no more merges and conflicts than it may', async () => {
    const few = await mineRepository(
      made.history.folder,
      'made/up',
      { ...mineDefaults, maxMerges: 1 },
      () => undefined,
    );
    expect(few).toMatchObject({ merges_in_repo: 2, merges_taken: 1, merges_seen: 1, conflicts: 2 });
    const small = await mineRepository(
      made.history.folder,
      'made/up',
      { ...mineDefaults, maxBytes: 40 },
      () => undefined,
    );
    expect(small).toMatchObject({ too_big: 2, conflicts: 1 });
  });

  it('writes the corpus by command, and reads it back', async () => {
    const out = mkdtempSync(join(tmpdir(), 'mortise-mine-'));
    try {
      let said = '';
      const say = (text: string) => {
        said += text;
      };
      const io = {
        out: say,
        outBytes: () => undefined,
        err: say,
        cwd: out,
        style: plainStyle,
        live: false,
        stdin: process.stdin,
      };
      expect(await run([made.history.folder, '--out', 'corpus', '--name', 'made/up'], io)).toBe(0);
      expect(JSON.parse(said)).toMatchObject({ repo: 'made/up', conflicts: 2 });
      const read: MinedRecord[] = [];
      for await (const one of readCorpus(join(out, 'corpus', 'made+up.conflicts.jsonl.gz'))) read.push(one);
      expect(read.map(({ path, merged }) => ({ path, merged }))).toEqual(
        found.filter((one) => one.conflict).map(({ record: { path, merged } }) => ({ path, merged })),
      );
      expect(JSON.parse(readFileSync(join(out, 'corpus', 'made+up.stats.json'), 'utf8'))).toMatchObject({
        conflicts_by_lang: { md: 1, ts: 1 },
      });
      expect(await run([join(out, 'nowhere'), '--out', 'corpus', '--name', 'no/where'], io)).toBe(1);
      expect(said).toContain('no/where');
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
});

describe('merges with no single base', () => {
  it('are counted and left out, as are those that needed no merge', async () => {
    const history = crissCross();
    try {
      const found: Found[] = [];
      const stats = await mineRepository(history.folder, 'criss/cross', mineDefaults, (one) => found.push(one));
      expect(stats).toMatchObject({
        merges_in_repo: 4,
        merges_multi_or_no_base: 1,
        merges_ff: 1,
        clean: 2,
      });
      expect(found.map((one) => one.conflict)).toEqual([false, false]);
    } finally {
      history.dispose();
    }
  });
});
