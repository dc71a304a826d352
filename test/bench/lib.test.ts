/** What the benchmarks count with: figures checked by hand, and a batch that misbehaves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Batch, eachOf } from '../../bench/lib/batch.ts';
import { calibrationError, coverageAt, precisionAt, reliability } from '../../bench/lib/curve.ts';
import { groupsAndAll, percent, quantile, table } from '../../bench/lib/report.ts';
import { verdictOf } from '../../bench/lib/score.ts';
import { CorpusWriter, readCorpus } from '../../server/mine/corpus.ts';
import type { MinedRecord } from '../../server/mine/record.ts';

const guesses = (...pairs: [number, boolean][]) => pairs.map(([confidence, right]) => ({ confidence, right }));

describe('risk and coverage', () => {
  const five = guesses([0.9, true], [0.8, true], [0.7, false], [0.6, true], [0.5, true]);

  it('covers the most that keeps the precision', () => {
    expect(coverageAt(five, 1)).toEqual({ coverage: 0.4, threshold: 0.8 });
    expect(coverageAt(five, 0.8)).toEqual({ coverage: 1, threshold: 0.5 });
    expect(coverageAt(five, 0.8, 10).coverage).toBe(0.5);
    expect(coverageAt([], 0.9).coverage).toBe(0);
  });

  it('takes equal confidences together', () => {
    expect(coverageAt(guesses([0.9, true], [0.9, false]), 1).coverage).toBe(0);
  });

  it('tells the precision at a coverage', () => {
    expect(precisionAt(five, 0.6)).toBeCloseTo(2 / 3);
    expect(precisionAt([], 0.5)).toBeUndefined();
  });

  it('measures calibration', () => {
    expect(calibrationError(guesses([0.75, true], [0.75, true], [0.75, true], [0.75, false]))).toBeCloseTo(0);
    expect(calibrationError(guesses([1, false], [0, false]))).toBeCloseTo(0.5);
    expect(reliability(guesses([0.95, true], [1, false]))).toEqual([
      { from: 0.9, to: 1, n: 2, confidence: 0.975, right: 0.5 },
    ]);
  });
});

describe('reports', () => {
  it('prints tables and shares', () => {
    expect(table(['a', 'b'], [['x|y', 1]])).toBe('| a | b |\n|---|---|\n| x\\|y | 1 |');
    expect(percent(1, 8)).toBe('12.5 %');
    expect(percent(0, 0)).toBe('–');
    expect([quantile([3, 1, 2], 0.5), quantile([1, 2], 0.95), quantile([], 0.5)]).toEqual([2, 2, 0]);
    expect(groupsAndAll(['a', 'b', 'b'], (x) => x).map(([name, group]) => [name, group.length])).toEqual([
      ['b', 2],
      ['a', 1],
      ['all', 3],
    ]);
  });

  it('judges files', () => {
    expect(verdictOf('a\n', true, 'a\n')).toBe('exact');
    expect(verdictOf('<<<<<<< x\n', false, 'a\n')).toBe('conflict');
    expect(verdictOf('a\n', false, 'a\n')).toBe('error');
    expect(verdictOf('a\n>>>>>>> x\n', true, 'a\n')).toBe('error');
  });
});

describe('a batch', () => {
  /** Answers in order; dies on "die"; says nonsense on "nonsense". */
  const script = `require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { kind } = JSON.parse(line);
    if (kind === 'die') process.exit(3);
    console.log(kind === 'nonsense' ? 'not json' : JSON.stringify({ id: 0, kind }));
  });`;

  it('answers in order, outlives a death and tells nonsense', async () => {
    const batch = new Batch([process.execPath, '-e', script]);
    const kinds = ['a', 'nonsense', 'b', 'die'];
    const answers = await Promise.all(kinds.map((kind) => batch.ask({ kind })));
    expect(answers[0]).toMatchObject({ kind: 'a' });
    expect(answers[1]).toMatchObject({ error: 'not JSON: not json' });
    expect(answers[2]).toMatchObject({ kind: 'b' });
    expect(answers[3]).toMatchObject({ error: expect.stringContaining('code 3') });
    expect(await batch.ask({ kind: 'c' })).toMatchObject({ kind: 'c' });
    await batch.close();
  });

  it('says so when it cannot be started', async () => {
    const batch = new Batch(['mortise-no-such-program']);
    expect(await batch.ask({ kind: 'a' })).toMatchObject({ error: expect.stringContaining('ENOENT') });
  });

  it('runs no more at once than asked', async () => {
    let running = 0;
    let most = 0;
    await eachOf([1, 2, 3, 4, 5, 6], 2, async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    });
    expect(most).toBe(2);
  });
});

describe('sampling a corpus', () => {
  const record = (merge: string, path: string, lang = 'ts'): MinedRecord => ({
    repo: 'x/y',
    merge: merge.repeat(40),
    parents: ['', ''],
    base_commit: '',
    time: Number(merge),
    path,
    times: [0, 0, 0],
    lang,
    n_hunks: 1,
    base: '',
    left: 'l',
    right: 'r',
    merged: 'm',
  });

  it('is the same every time, takes whole merges and only what was named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-corpus-'));
    try {
      const writer = new CorpusWriter();
      for (const merge of ['3', '1', '2'])
        for (const path of ['b.ts', 'a.ts', 'c.md'])
          writer.add({ record: record(merge, path, path.slice(-2)), conflict: true });
      await writer.write(folder, 'x/y', {});
      const file = join(folder, 'x+y.conflicts.jsonl.gz');
      const read = async (choice: Parameters<typeof readCorpus>[1]) => {
        const out: string[] = [];
        for await (const { merge, path } of readCorpus(file, choice)) out.push(`${merge[0]}${path}`);
        return out;
      };
      expect(await read({})).toEqual(['1a.ts', '1b.ts', '1c.md', '2a.ts', '2b.ts', '2c.md', '3a.ts', '3b.ts', '3c.md']);
      const four = await read({ perRepo: 4 });
      expect(four).toHaveLength(4);
      expect(await read({ perRepo: 4 })).toEqual(four);
      const whole = await read({ perRepo: 4, byMerge: true });
      expect(whole).toHaveLength(6);
      expect(new Set(whole.map((name) => name[0])).size).toBe(2);
      expect(await read({ languages: ['md'], perLanguage: 2 })).toHaveLength(2);
      expect(await read({ only: new Set([`x/y@${'2'.repeat(12)}:a.ts`]) })).toEqual(['2a.ts']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
