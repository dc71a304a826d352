/** Files judged as a whole: what git's clean merge broke is told, numbers follow the model, and nothing is needed of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { answered, treeFacts } from '../../server/resolve/answered.ts';
import { fileFeatures } from '../../server/resolve/features/fileFeatures.ts';
import { loadFileJudge } from '../../server/resolve/loadRanker.ts';
import type { Ranker } from '../../server/resolve/rank.ts';
import { resolveFile, type Services } from '../../server/resolve/resolve.ts';
import { type FileModel, fileJudge, plainJudge } from '../../server/resolve/wholeFile.ts';
import { testSyntax } from '../support/syntax.ts';

/** Theirs, always, with nine in ten. */
const ranker: Ranker = {
  rank: ({ candidates }) =>
    candidates.map(({ generators }) => {
      const confidence = generators.includes('right') ? 0.9 : 0;
      return { confidence, tier: confidence > 0 ? 'safe' : 'possible', enough: 0.8 };
    }),
};

let services: Services;
beforeAll(async () => {
  services = { syntax: await testSyntax('typescript'), ranker };
});

const gap = '//\n'.repeat(6);
const code = (imports: string, version: string, more = '') =>
  `${imports}\n${gap}export const version = ${version};\n${gap}export function f() {\n  a();\n}\n${more}`;

/** One conflict, and beside it ours takes an import away that theirs uses once more. */
const broken = {
  path: 'a.ts',
  sides: {
    base: code("import { a, b } from './m';", '1', `${gap}b();\n`),
    left: code("import { a } from './m';", '2', gap),
    right: code("import { a, b } from './m';", '3', `${gap}b();\n`).replace('a();', 'a(b);'),
  },
};

const sound = {
  path: 'a.ts',
  sides: { base: code('', '1'), left: code('', '2'), right: code('', '3', '//\n') },
};

const safe = { kind: 'tier', tier: 'safe' } as const;
const likely = { kind: 'tier', tier: 'likely' } as const;
const none = { kind: 'tier', tier: 'none' } as const;

describe('without a model', () => {
  it('a file that git broke is of no tier, and the conflict says why it is left', () => {
    const { clean, outlook } = resolveFile(broken, safe, services);
    expect(clean).toBe(false);
    expect(outlook?.warnings).toEqual([
      { kind: 'lost', name: 'b', text: 'b, which ours removed, is still used in “a(b);”' },
    ]);
    expect(outlook?.confidence).toBeUndefined();
    expect(resolveFile(broken, likely, services).clean).toBe(false);
    expect(resolveFile(sound, safe, services).clean).toBe(true);
  });

  it('a missing or broken model file is told of and needed by nothing', () => {
    const { judge, note } = loadFileJudge('no such folder');
    expect(judge).toBe(plainJudge);
    expect(note).toMatch(/^files are not measured as a whole, since .*no such folder/);
    expect(() =>
      fileJudge({ version: 2, rest: { features: [], trees: [] }, thresholds: { file: 1, conflict: 1, safe: 1 } }),
    ).toThrow(/version 2/);
  });
});

/** One tree: with something lost the rest holds in 1 of 2 files, else in 9 of 10. */
const model: FileModel = {
  version: 1,
  rest: {
    features: ['tree.lost'],
    trees: [{ f: [0, -1, -1], t: [0.5, Math.log(9), 0], l: [1, 0, 0], r: [2, 0, 0], m: [0, 0, 0] }],
  },
  thresholds: { file: 0.6, conflict: 0.7, safe: 0.7 },
};

it('the number of a file is the product of its conflicts and the chance of its rest', () => {
  const files = fileJudge(model);
  const good = resolveFile(sound, likely, { ...services, files });
  expect(good.outlook?.rest).toBeCloseTo(0.9, 9);
  expect(good.outlook?.confidence).toBeCloseTo(0.81, 9);
  expect(good.clean).toBe(true);
  const bad = resolveFile(broken, likely, { ...services, files });
  expect(bad.outlook?.confidence).toBeCloseTo(0.45, 9);
  expect(bad.clean).toBe(false);
  // What was applied to the file before counts too.
  const open = { ...sound, text: '', conflicts: [] };
  expect(files.outlook(open, services.syntax, [0.5]).confidence).toBeCloseTo(0.45, 9);
});

it('any texts are judged, with the same columns for all', () => {
  const names = new Set<string>();
  for (const path of ['a.ts', 'a.txt', 'package-lock.json', 'a.md']) {
    for (const [base, left, right] of [
      ['', 'a', 'b'],
      ['x\n', '', 'y\n'],
      ['{[', '((((\n', '"'],
      ['\r\na', '\uFEFFa', '\u0000'],
    ] as const) {
      const { text, conflicts } = resolveFile({ path, sides: { base, left, right } }, none, services);
      const open = conflicts.map(({ span, context, resolutions }) => ({ span, sides: context.sides, resolutions }));
      const file = answered({ path, sides: { base, left, right }, text, conflicts: open });
      if (!file) throw new Error(`no answer for ${JSON.stringify([path, base, left, right])}`);
      names.add(
        fileFeatures(file, treeFacts(file, services.syntax))
          .map(([name]) => name)
          .join(),
      );
    }
  }
  expect(names.size).toBe(1);
});

it('a file of many edits is judged in time that grows with it, not with its square', () => {
  const lines = (n: number, of: (i: number) => string) => Array.from({ length: n }, (_, i) => `${of(i)}\n`).join('');
  const cpu = (n: number) => {
    const base = lines(n, (i) => `line ${i}`);
    const left = `a\n${lines(n, (i) => (i % 8 === 2 ? `left ${i}` : `line ${i}`))}`;
    const right = `b\n${lines(n, (i) => (i % 8 === 6 ? `right ${i}` : `line ${i}`))}`;
    const sides = { base, left, right };
    const { text, conflicts } = resolveFile({ path: 'a.txt', sides }, none, services);
    const open = conflicts.map(({ span, context, resolutions }) => ({ span, sides: context.sides, resolutions }));
    const before = process.cpuUsage();
    const { confidence } = fileJudge(model).outlook({ path: 'a.txt', sides, text, conflicts: open }, services.syntax);
    expect(confidence).toBeGreaterThan(0);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  cpu(2000);
  // Eight times the edits: sixty-four times the time if every pair of them were looked at.
  expect(cpu(40_000)).toBeLessThan(24 * Math.max(10, cpu(5000)));
});
