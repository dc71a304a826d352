/** Learning from a made history: a team that always backs out of both edits; what was learned is used, shown and forgotten. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainStyle } from '../../server/cli/io.ts';
import { run } from '../../server/cli/learn.ts';
import {
  type AdapterCase,
  adapted,
  beats,
  fitAdapter,
  measure,
  plainAdapter,
  readAdapter,
} from '../../server/resolve/adapter.ts';
import { families } from '../../server/resolve/features/generators.ts';
import { makeHistory } from './history.ts';

const CONFLICTS = 8;
const MERGES = 20;
const t0 = 1_600_000_000;

/** Functions far enough apart that each changed line is a conflict of its own. */
const file = (value: (k: number) => string) =>
  Array.from(
    { length: CONFLICTS },
    (_, k) => `function f${k}() {\n  const a${k} = 1;\n  return ${value(k)};\n}\n\n// ${k}\n\n\n`,
  ).join('');

function teamThatBacksOut() {
  const history = makeHistory();
  history.commit('base', t0, { 'a.js': file((k) => `${k}`) });
  for (let m = 0; m < MERGES; m++) {
    const t = t0 + m * 1000;
    history.git(['checkout', '-q', '-b', `side${m}`]);
    history.commit('theirs', t + 10, { 'a.js': file((k) => `${k} + right${m} * ${k}`) });
    history.git(['checkout', '-q', 'main']);
    history.commit('ours', t + 20, { 'a.js': file((k) => `left${m}(${k}) - ${m}`) });
    history.gitStops(['merge', '-q', `side${m}`], t + 30);
    history.commit('merge', t + 30, { 'a.js': file((k) => `${k}`), 'b.txt': `${m}\n` });
  }
  return history;
}

let history: ReturnType<typeof makeHistory>;
beforeAll(() => {
  history = teamThatBacksOut();
}, 120_000);
afterAll(() => history.dispose());

async function learn(...args: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const say = (text: string): void => {
    said += text;
  };
  const io = {
    out: say,
    outBytes: () => undefined,
    err: say,
    cwd: history.folder,
    style: plainStyle,
    live: false,
    stdin: process.stdin,
  };
  return { code: await run(args, io), said };
}

it('fits, keeps what proves better, tells and forgets', async () => {
  const kept = join(history.folder, '.git', 'mortise', 'learned.json');
  expect((await learn('--status')).said).toContain('Nothing was learned');
  const first = await learn();
  expect(first.code).toBe(0);
  expect(first.said).toMatch(/160 conflicts of 20 merges read/);
  expect(first.said).toMatch(/Fitted on the earlier 112, judged on the later 48/);
  expect(first.said).toContain('Kept in');
  expect((await learn('--status')).said).toContain('Learned from 160 conflicts');
  const stored: unknown = JSON.parse(readFileSync(kept, 'utf8'));
  expect(stored).toMatchObject({ version: 1 });
  // Fitted for another model: said, and not used.
  writeFileSync(kept, JSON.stringify({ ...(stored as object), model: 'another' }));
  expect((await learn('--status')).said).toContain('another version');
  expect((await learn('--forget')).said).toContain('Forgotten');
  expect(existsSync(kept)).toBe(false);
}, 120_000);

const cases = fc.array(
  fc.record({
    scores: fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 4, maxLength: 4 }),
    families: fc.array(fc.nat(families.length - 1), { minLength: 4, maxLength: 4 }),
    chosen: fc.nat(3),
  }),
  { minLength: 5, maxLength: 40 },
);

it('never fits its own cases worse than the shipped model does', () => {
  fc.assert(
    fc.property(cases, (given: AdapterCase[]) => {
      const fit = fitAdapter(given, 'm');
      expect(measure(given, fit).loss).toBeLessThanOrEqual(measure(given, plainAdapter('m')).loss + 1e-6);
    }),
    { numRuns: 60 },
  );
});

it('the plain layer changes nothing, and noise beats nothing', () => {
  expect(adapted([1, -2, 3], [0, 1, 2], plainAdapter('m'))).toEqual([1, -2, 3]);
  const noise = Array.from({ length: 40 }, (_, i) => ({
    scores: [2, 1, 0],
    families: [0, 1, families.length - 1],
    chosen: i % 2,
  }));
  expect(beats(noise, plainAdapter('m'))).toBe(false);
  expect(beats(noise.slice(0, 5), fitAdapter(noise, 'm'))).toBe(false);
});

it('reads no adapter that is damaged or of another model', () => {
  const good = plainAdapter('m');
  expect(readAdapter(good, 'm')).toEqual(good);
  for (const bad of [
    undefined,
    1,
    {},
    { ...good, factor: Number.NaN },
    { ...good, offsets: [1] },
    { ...good, version: 2 },
  ])
    expect(readAdapter(bad, 'm')).toBeUndefined();
  expect(readAdapter(good, 'n')).toBeUndefined();
});
