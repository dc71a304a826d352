/** What is asked of every line, word or block goes through a text once. Bounds are generous: without it these take minutes. */
import { expect, it } from 'vitest';
import { histogramDiff } from '../../server/diff/histogram.ts';
import { Interner } from '../../server/diff/intern.ts';
import { movedLines } from '../../server/merge/depth.ts';
import { wordsOf } from '../../server/merge/edits.ts';
import { unmarkedOf } from '../../server/merge/meeting/unmarked.ts';
import { mayHaveMoved, movedAcross } from '../../server/merge/movedAcross.ts';
import { lexicalTokens } from '../../server/syntax/lexer.ts';

const SECONDS = 8;

/** Of this process, in seconds: others have the machine as well. */
function spent(work: () => void): number {
  const start = process.cpuUsage();
  work();
  return process.cpuUsage(start).user / 1e6;
}

it('asks a line of blanks whether it may have moved', { timeout: 120_000 }, () => {
  const block = `${' '.repeat(400_000)}alpha(one, two);\nconst beta = gamma(three);\nreturn delta(beta);\n`;
  const files = { base: `a\n${block}z\n`, left: 'a\nz\n', right: `a\n${block.replace('three', 'four')}z\n` };
  const took = spent(() => expect(mayHaveMoved(files)).toBe(true));
  expect(took).toBeLessThan(SECONDS);
});

it('looks for the depth of a line of many words, and of the next', { timeout: 120_000 }, () => {
  const interner = new Interner();
  const long = 'word '.repeat(200_000).trim();
  const read = (text: string) => wordsOf(text, (source) => lexicalTokens(undefined, source), interner);
  const words = { base: read(`${long}\nlast\n`), left: read(`${long}\n  last\n`), right: read(`  ${long}\nlast\n`) };
  const scripts = { left: histogramDiff(words.base.ids, words.left.ids), right: [] };
  let moved: ReturnType<typeof movedLines> | undefined;
  const took = spent(() => {
    moved = movedLines(words, scripts, words.left, false);
  });
  expect(moved?.left).toMatchObject([{ fate: 'kept', shift: 2, at: 1 }]);
  expect(moved?.right).toMatchObject([{ fate: 'dropped', shift: 2, at: 0 }]);
  expect(took).toBeLessThan(SECONDS);
});

it('finds the parts of a large file that was split, each with its edit', { timeout: 120_000 }, () => {
  const all = Array.from({ length: 20_000 }, (_, i) => `  const item_${i} = doSomething(${i}, alpha${i});`);
  const right = all.map((line, i) => (i % 5 === 4 ? line.replace('doSomething', 'doOther') : line)).join('\n');
  const text = all.map((line, i) => (i % 5 === 0 ? `// part ${i}\n${line}` : line)).join('\n');
  const sides = { base: all.join('\n'), left: 'run();\n', right };
  let found: ReturnType<typeof movedAcross> = [];
  const took = spent(() => {
    found = movedAcross(sides, 'a.ts', { left: [{ path: 'b.ts', text }], right: [] });
  });
  expect(found[1]).toMatchObject({ by: 'left', path: 'b.ts', line: 8, elsewhere: 0 });
  expect(found[1]?.keys.length).toBe(5);
  expect(took).toBeLessThan(SECONDS);
});

it('looks for many conflicts in many files', { timeout: 120_000 }, () => {
  const text = (file: number) => Array.from({ length: 500 }, (_, i) => `  const v${file}_${i} = f(${i});`).join('\n');
  const files = Array.from({ length: 600 }, (_, i) => ({ path: `f${i}.ts`, text: text(i) }));
  const changed = { left: files, right: files };
  const took = spent(() => {
    for (let i = 0; i < 800; i++) {
      const base = [0, 1, 2].map((j) => `  const removed_${i}_${j} = doSomething(${i}, ${j});`).join('\n');
      expect(movedAcross({ base, left: '', right: base.replace('_1', '_x') }, 'a.ts', changed)).toEqual([]);
    }
  });
  expect(took).toBeLessThan(SECONDS);
});

it('looks for calls without a word in a line of thousands of calls', { timeout: 120_000 }, () => {
  const base = Array.from({ length: 20_000 }, (_, i) => `f${i}(a${i});`).join('');
  const left = base.replaceAll('f', 'await f');
  let found: readonly unknown[] = [];
  const took = spent(() => {
    found = unmarkedOf([base, left, `${base}f1(x);`])?.(`${left}f1(x);`) ?? [];
  });
  expect(found).toEqual([{ by: 'ours', marker: 'await', called: 'f1' }]);
  expect(took).toBeLessThan(SECONDS);
});
