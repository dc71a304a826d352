import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { printHunks } from '../../server/merge/markers.ts';
import { plainAdapter } from '../../server/resolve/adapter.ts';
import type { ConflictContext, Resolution } from '../../server/resolve/candidate.ts';
import { judge } from '../../server/resolve/judge.ts';
import { LearnedRanker, type RankModel } from '../../server/resolve/learnedRanker.ts';
import { loadRanker } from '../../server/resolve/loadRanker.ts';
import { squeeze } from '../../server/resolve/material.ts';
import { isSensitivePath } from '../../server/resolve/neverSafe.ts';
import {
  type ApplyPolicy,
  bestResolution,
  keepConflicts,
  resolveConflict,
  resolveFile,
  resolveMarked,
  type Services,
} from '../../server/resolve/resolve.ts';
import { Verifier } from '../../server/resolve/verify.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';
import { runs } from '../support/runs.ts';
import { testSyntax } from '../support/syntax.ts';

let services: Services;
beforeAll(async () => {
  const syntax = await testSyntax('typescript', 'json', 'java', 'python');
  services = { syntax, ranker: loadRanker('models', syntax).ranker };
});

const likely: ApplyPolicy = { kind: 'tier', tier: 'likely' };
const none: ApplyPolicy = { kind: 'tier', tier: 'none' };
const everything: ApplyPolicy = { kind: 'confidence', atLeast: 0 };
const context = (path: string, base: string, left: string, right: string): ConflictContext => ({
  path,
  sides: { base, left, right },
  before: '',
  after: '',
});
const named = (resolutions: readonly Resolution[], name: string) =>
  resolutions.find((r) => r.candidate.generators.includes(name))?.candidate.text;

describe('candidates', () => {
  it('offers both sides, both orders and the words of both, each text once', () => {
    const resolutions = resolveConflict(context('a.ts', 'f(a);\n', 'f(a, b);\n', 'f(c);\n'), services);
    const texts = resolutions.map((r) => squeeze(r.candidate.text));
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts).toEqual(expect.arrayContaining(['f(a,b);', 'f(c);', 'f(c,b);', 'f(a,b);f(c);', 'f(c);f(a,b);']));
  });

  it('confidences are probabilities, best first', () => {
    const resolutions = resolveConflict(context('a.ts', 'x = 1;\n', 'x = 2;\n', 'x = 3;\n'), services);
    const values = resolutions.map((r) => r.confidence);
    expect([...values].sort((a, b) => b - a)).toEqual(values);
    expect(values.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1.0001);
  });

  it.each([
    ['same change', 'a.ts', 'f( a );\n', 'f(a,b);\n', 'f(a, b);\n', 'f(a,b);\n'],
    ['larger version', 'package.json', '"a": "1.0.0",\n', '"a": "1.1.0",\n', '"a": "1.0.1",\n', '"a": "1.1.0",\n'],
    ['left only reformats', 'a.ts', '  f(1);\n', '    f(1);\n', '  f(2);\n', '    f(2);\n'],
    ['token merge', 'a.ts', 'f(a, b);\n', 'f(x, b);\n', 'f(a, y);\n', 'f(x, y);\n'],
    [
      'import set',
      'a.ts',
      "import { a } from 'x';\n",
      "import { a, b } from 'x';\n",
      "import { a, c } from 'x';\n",
      "import { a, b, c } from 'x';\n",
    ],
  ])('%s', (name, path, base, left, right, expected) => {
    expect(named(resolveConflict(context(path, base, left, right), services), name)).toBe(expected);
  });

  it('the first stage of judging gives as many rows as candidates and no column changes with the candidate', () => {
    const judged = judge(context('a.py', 'x = 1\n', 'x = 2\n', 'y = 1\n'), services.syntax);
    expect(judged.rows.length).toBe(judged.candidates.length);
    for (const row of judged.rows) expect(row.names).toEqual(judged.rows[0]?.names);
  });
});

describe('evidence', () => {
  it('lists what the best resolution drops', () => {
    const resolutions = resolveConflict(context('a.ts', 'x = 1;\n', 'x = 2;\n', 'x = 3;\n'), services);
    const left = resolutions.find((r) => r.candidate.origin.name === 'left');
    const account = left?.evidence.find((item) => item.check === 'edits');
    expect(account?.check === 'edits' && [account.left.kept.length, account.right.dropped.length]).toEqual([1, 1]);
  });

  it('says of a text that does not parse that it does not, where both sides did', () => {
    const conflict = context('a.ts', '  return 1;\n', '  return 2;\n', '  return 3;\n');
    const { material } = judge(conflict, services.syntax);
    const around = { before: 'function f() {\n', after: '}\n' };
    const verifier = new Verifier(material, { ...conflict, ...around }, services.syntax);
    const parses = (text: string) =>
      verifier
        .verify({ text, origin: { name: 'x', reason: '' }, generators: ['x'] })
        .find((item) => item.check === 'parses');
    expect(parses('  return 2;\n')).toEqual({ check: 'parses', passed: true });
    expect(parses('  if (a) {\n  return 2;\n')).toEqual({ check: 'parses', passed: false });
  });
});

it('gives every text that is put together its last line end, so that the next line stays one of its own', () => {
  const file = (second: string, end = '\n') => ['one();', ...(second === '' ? [] : [second]), 'three();', ''].join(end);
  for (const end of ['\n', '\r\n']) {
    for (const edited of ['two(1); // x8', 'two(extra, 1);']) {
      for (const sides of [
        { base: file('two(1);', end), left: file(edited, end), right: file('', end) },
        { base: file('two(1);', end), left: file('', end), right: file(edited, end) },
      ]) {
        const all = resolveFile({ path: 'a.ts', sides }, { kind: 'tier', tier: 'none' }, services).conflicts;
        const texts = all.flatMap(({ resolutions }) => resolutions.map(({ candidate }) => candidate.text));
        expect(texts.length).toBeGreaterThan(2);
        expect(texts.filter((text) => text !== '' && !text.endsWith(end))).toEqual([]);
      }
    }
  }
});

describe('a side in the place of a conflict', () => {
  const body = (first: string, last: string) =>
    `export function f(x: boolean) {\n${first}  b();\n  c();\n${last}  e();\n}\n`;
  const wrapped = {
    base: body('  a(1);\n', '  d();\n'),
    left: body('  if (x) {\n  a(2);\n', '  d();\n  }\n'),
    right: body('  a(3);\n', '  d();\n'),
  };
  const open = { kind: 'tier', tier: 'none' } as const;
  const parsesOf = (resolutions: readonly Resolution[]) =>
    new Map(
      resolutions.flatMap(({ candidate: { text }, evidence }) =>
        evidence.flatMap((one): [string, boolean][] => (one.check === 'parses' ? [[text, one.passed]] : [])),
      ),
    );

  it.each([
    ['theirs', wrapped, '  a(3);\n', '  if (x) {\n  a(2);\n'],
    ['ours', { ...wrapped, left: wrapped.right, right: wrapped.left }, '  a(3);\n', '  if (x) {\n  a(2);\n'],
  ])('does not parse where git took the other half of an edit of the other: %s', (_, sides, stray, whole) => {
    const { conflicts } = resolveFile({ path: 'a.ts', sides }, open, services);
    expect(conflicts).toHaveLength(1);
    const resolutions = conflicts[0]?.resolutions ?? [];
    const parses = parsesOf(resolutions);
    expect(parses.get(whole)).toBe(true);
    expect(parses.get(stray)).toBe(false);
    expect(resolutions[0]?.candidate.text).not.toBe(stray);
  });

  it('is not blamed for half of an edit that reaches over two conflicts, whichever side stands in the other', () => {
    const base = 'function f(x) {\n  start(1);\n  one();\n  two();\n  three();\n  four();\n  end(1);\n}\n';
    const left = base.replace('start(1)', 'start(2)').replace('end(1)', 'end(2)');
    const right = base
      .replace('start(1);\n', 'start(1, x);\n  if (x) {\n')
      .replace('  end(1);\n', '  }\n  end(1, x);\n');
    const { conflicts } = resolveFile({ path: 'a.ts', sides: { base, left, right } }, open, services);
    expect(conflicts).toHaveLength(2);
    for (const { context: of, resolutions } of conflicts) {
      const parses = parsesOf(resolutions);
      const combined = resolutions.find(({ candidate }) => /\(2, x\)/.test(candidate.text));
      expect(parses.get(combined?.candidate.text ?? '')).not.toBe(false);
      expect(parses.get(of.sides.right)).not.toBe(false);
    }
  });

  it('is the same for the best alone, also where a check takes the first place away', () => {
    const line = fc.constantFrom(
      'f(a);\n',
      'f(a, b);\n',
      'f(c);\n',
      'if (a) {\n',
      '}\n',
      'function g() {}\n',
      'let x = 1;\n',
    );
    const text = fc.array(line, { maxLength: 4 }).map((lines) => lines.join(''));
    let lowered = 0;
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (base, left, right, decided) => {
        const siblings = [{ path: 'b.ts', sides: { base, left, right }, chosen: right }];
        const asked = { ...context('a.ts', base, left, right), ...(decided ? { siblings } : {}) };
        const kept = keepConflicts();
        const best = bestResolution(asked, services, kept);
        const all = resolveConflict(asked, services, kept);
        expect(best).toEqual(all[0]);
        expect(bestResolution(asked, services)).toEqual(best);
        if ([...parsesOf(all).values()].includes(false)) lowered++;
      }),
      runs(100),
    );
    expect(lowered).toBeGreaterThan(5);
  });

  it('is checked anew where the rest of its file is another, also where its numbers are kept', () => {
    const filler = Array.from({ length: 120 }, (_, i) => `export const value${i} = ${i};\n`).join('');
    const file = (first: string, last: string) => `${first}\n${filler}\n${last}`;
    const area = 'export function area(w) {\n  return w;\n}\n';
    const sides = { base: 'export const a = 1;\n', left: area, right: 'export const a = 3;\n' };
    const kept = keepConflicts();
    const doubled = (first: string) => {
      const text = file(first, '');
      const context = {
        path: 'a.ts',
        sides,
        before: text.slice(-2600),
        after: '',
        file: { before: text, after: '', alone: true, versions: sides },
      };
      const resolutions = resolveConflict(context, services, kept);
      return resolutions.flatMap(({ evidence }) =>
        evidence.flatMap((one) => (one.check === 'duplicates' ? one.names : [])),
      );
    };
    expect(doubled('export const b = 1;\n')).not.toContain('area');
    expect(doubled(area)).toContain('area');
    expect(doubled('export const b = 1;\n')).not.toContain('area');
  });

  it('is not blamed for what stands in the rest of the file on either side', () => {
    const twice = 'function g() {}\nfunction g() {}\n';
    const file = (size: number) => `${twice}\n\n\nexport const size = ${size};\n`;
    const sides = { base: file(1), left: file(2), right: file(3) };
    const [conflict] = resolveFile({ path: 'a.ts', sides }, open, services).conflicts;
    const names = conflict?.resolutions.flatMap(({ evidence }) =>
      evidence.flatMap((one) => (one.check === 'duplicates' ? one.names : [])),
    );
    expect(names).not.toContain('g');
    expect(parsesOf(conflict?.resolutions ?? []).size).toBeGreaterThan(0);
  });
});

describe('a file', () => {
  const sides = {
    base: 'import a\n\nx = 1\n\n\ny = 1\n',
    left: 'import a\n\nx = 2\n\n\ny = 1\n',
    right: 'import a\n\nx = 3\n\n\ny = 2\n',
  };

  it('with nothing applied is git’s own diff3 merge', () => {
    const labels = { left: 'ours', base: 'base', right: 'theirs' };
    const resolved = resolveFile({ path: 'a.py', sides, labels }, none, services);
    expect(resolved.text).toBe(printHunks(lineMerge(sides, { labels }).hunks, { style: 'diff3' }));
    expect(resolved.clean).toBe(false);
  });

  it('that git merges keeps git’s bytes under every policy', () => {
    const clean = { base: 'a\nb\nc\nd\ne\n', left: 'A\nb\nc\nd\ne\n', right: 'a\nb\nc\nd\nE\n' };
    for (const policy of [none, likely, everything])
      expect(resolveFile({ path: 'a.py', sides: clean }, policy, services)).toMatchObject({
        text: 'A\nb\nc\nd\nE\n',
        clean: true,
      });
  });

  it('changes no byte outside its conflicts, whatever is applied', () => {
    const word = fc.constantFrom('a\n', 'b\n', 'c = 1\n', 'def f():\n', '  return 1\n', '\n', '}\r\n');
    const text = fc.array(word, { maxLength: 12 }).map((lines) => lines.join(''));
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.constantFrom('a.py', 'a.ts', 'a.json', 'a.unknown'),
        (base, left, right, path) => {
          const resolved = resolveFile({ path, sides: { base, left, right } }, everything, services);
          const stable = lineMerge({ base, left, right }).hunks.flatMap((hunk) =>
            hunk.kind === 'stable' ? [hunk.text] : [],
          );
          let at = 0;
          const outside: string[] = [];
          for (const { span } of resolved.conflicts) {
            outside.push(resolved.text.slice(at, span.start));
            at = span.end;
          }
          outside.push(resolved.text.slice(at));
          expect(outside.join('')).toBe(stable.join(''));
        },
      ),
      runs(60),
    );
  }, 120_000);

  it('needs no base', () => {
    const resolved = resolveFile({ path: 'a.ts', sides: { left: 'a();\n', right: 'b();\n' } }, none, services);
    expect(resolved.conflicts[0]?.context.sides.base).toBeUndefined();
    expect(resolved.text).toContain('<<<<<<<');
  });
});

describe('a marked file', () => {
  it('has its conflicts where they stand, with the base from the stages', () => {
    const stages = { base: 'a\nx = 1\nb\n', left: 'a\nx = 2\nb\n', right: 'a\nx = 3\nb\n' };
    const text = 'a\n<<<<<<< HEAD\nx = 2\n=======\nx = 3\n>>>>>>> topic\nb\n';
    const [conflict] = resolveMarked({ path: 'a.py', text, stages }, services);
    expect(conflict && text.slice(conflict.span.start, conflict.span.end)).toMatch(
      /^<<<<<<< HEAD\n[\s\S]*>>>>>>> topic\n$/,
    );
    expect(conflict?.context.sides.base).toBe('x = 1\n');
    expect(conflict?.labels).toEqual({ left: 'HEAD', base: '', right: 'topic' });
  });
});

describe('safety', () => {
  it.each([
    'db/migrations/001.sql',
    'package-lock.json',
    'app/.env',
    'keys/server.pem',
    'Cargo.lock',
    'config/secrets.yml',
    'sub\\yarn.lock',
  ])('%s is never safe', (path) => {
    expect(isSensitivePath(path)).toBe(true);
  });
  it.each(['src/lock.ts', 'package.json', 'environment.ts'])('%s may be', (path) => {
    expect(isSensitivePath(path)).toBe(false);
  });

  it('a deletion against an edit is never safe', () => {
    for (const resolution of resolveConflict(context('a.ts', 'f();\n', '', 'f(1);\n'), services))
      expect(resolution.tier).not.toBe('safe');
  });
});

describe('the ranker', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-models-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('asks less of a conflict by itself where files are judged as a whole', () => {
    const one = context('a.ts', 'f(a);\n', 'f(a, b);\n', 'f(c);\n');
    const tierFrom = (from?: number) => {
      const [best] = resolveConflict(one, { ...services, ranker: loadRanker('models', services.syntax, from).ranker });
      return best ?? expect.fail('nothing to offer');
    };
    const { confidence, tier } = tierFrom();
    expect(tier).toBe('possible');
    expect(tierFrom(confidence - 0.01)).toMatchObject({ confidence, tier: 'likely' });
    expect(tierFrom(confidence + 0.01)).toMatchObject({ confidence, tier: 'possible' });
  });

  it('falls back to the table, with a note, when the model is missing or corrupt', () => {
    expect(loadRanker(folder, noSyntax).note).toContain('rank.json.gz');
    writeFileSync(join(folder, 'rank.json.gz'), 'not gzip');
    const { ranker, note } = loadRanker(folder, noSyntax);
    expect(note).toContain('measured table');
    const resolutions = resolveConflict(context('a.ts', 'x = 1;\n', 'x = 2;\n', 'x = 3;\n'), {
      syntax: noSyntax,
      ranker,
    });
    expect(resolutions.length).toBeGreaterThan(2);
  });

  it('learns from decisions in the same merge', () => {
    const open = context('c.ts', 'v = 1;\n', 'v = 2;\n', 'v = 3;\n');
    const decided = ['a.ts', 'b.ts', 'd.ts'].map((path, i) => ({
      path,
      sides: { base: `v${i} = 1;\n`, left: `v${i} = 2;\n`, right: `v${i} = 3;\n` },
      chosen: `v${i} = 3;\n`,
    }));
    const right = (resolutions: readonly Resolution[]) =>
      resolutions.find((r) => r.candidate.origin.name === 'right')?.confidence ?? 0;
    expect(right(resolveConflict({ ...open, siblings: decided }, services))).toBeGreaterThan(
      right(resolveConflict(open, services)) + 0.1,
    );
  });
});

it('never throws and answers both sides on any strings', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('', '\r\n', '<<<<<<< a\n', '\u0000', '{'.repeat(200)),
  );
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.constantFrom('a.ts', 'a.md', 'a.xml', 'a.bin', 'pom.xml', 'CHANGELOG.md'),
      (base, left, right, path) => {
        const texts = resolveConflict(context(path, base, left, right), services).map((r) => squeeze(r.candidate.text));
        expect(texts).toContain(squeeze(left));
        expect(texts).toContain(squeeze(right));
      },
    ),
    runs(100),
  );
}, 120_000);

/** One rule that is always safe, and no opinion on the rest. */
const proven: RankModel = {
  version: 2,
  first: { features: ['none'], trees: [{ f: [-1], t: [0], l: [0], r: [0], m: [0] }] },
  second: { features: ['p'], trees: [{ f: [-1], t: [0], l: [0], r: [0], m: [0] }] },
  thresholds: { likely: 0.8, likelyDecided: 0.8, safe: 1, safeSiblings: 2, safeByLanguage: {} },
  safeRules: [
    {
      origin: 'left only reformats',
      needs: ['left only reformats'],
      keepsAll: false,
      right: 1,
      of: 1,
      atLeast: 0,
    },
  ],
};

it('a reformatting side is never safe where white space is meaning', () => {
  const tierIn = (path: string) => {
    const ranker = new LearnedRanker(proven, services.syntax);
    const resolutions = resolveConflict(context(path, '  f(1)\n', '    f(1)\n', '  f(2)\n'), {
      syntax: services.syntax,
      ranker,
    });
    return resolutions.find((r) => r.candidate.generators.includes('left only reformats'))?.tier;
  };
  expect(tierIn('a.java')).toBe('safe');
  // There nothing is explained by it in the first place.
  expect([tierIn('a.py'), tierIn('a.yaml'), tierIn('Makefile')]).toEqual([undefined, undefined, undefined]);
});

it('nothing is safe where a repository’s own layer puts another resolution first', () => {
  const shipped = new LearnedRanker(proven, services.syntax, 'm');
  const ranked = (ranker: LearnedRanker) =>
    resolveConflict(context('a.java', '  f(1)\n', '    f(1)\n', '  f(2)\n'), { syntax: services.syntax, ranker });
  const [first] = ranked(shipped);
  expect(ranked(shipped).map(({ tier }) => tier)).toContain('safe');
  const plain = plainAdapter('m');
  const reordered = plain.offsets
    .map((_, f) => ({ ...plain, offsets: plain.offsets.map((offset, i) => (i === f ? 5 : offset)) }))
    .map((layer) => ranked(shipped.with(layer)))
    .filter(([other]) => other?.candidate.text !== first?.candidate.text);
  expect(reordered.length).toBeGreaterThan(0);
  for (const resolutions of reordered) expect(resolutions.map(({ tier }) => tier)).not.toContain('safe');
});

it('what comes first only by decisions of the user says so, however low its number; what would come first anyway does not', () => {
  const rank: Services['ranker']['rank'] = ({ candidates }, { decided }) =>
    candidates.map(({ generators }) => {
      const best = generators.includes(decided.length > 0 ? 'right' : 'left');
      return { confidence: best ? 0.4 : 0.1, tier: 'possible', enough: 0.8 };
    });
  const one = context('a.ts', 'let a = 1;\n', 'let a = 2;\n', 'let a = 3;\n');
  const other = context('b.ts', 'let b = 1;\n', 'let b = 2;\n', 'let b = 3;\n');
  const after = (chosen: 'left' | 'right') => ({ ...one, siblings: [{ ...other, chosen: other.sides[chosen] }] });
  const told = (resolutions: readonly Resolution[]) =>
    resolutions.map(({ evidence }) => evidence.some(({ check }) => check === 'decided'));
  const own = { ...services, ranker: { rank } };
  for (const kept of [undefined, keepConflicts()]) {
    expect(told(resolveConflict(one, own, kept))).not.toContain(true);
    const [first, ...rest] = told(resolveConflict(after('right'), own, kept));
    expect(first).toBe(true);
    expect(rest).not.toContain(true);
  }
  const still = {
    ...services,
    ranker: { rank: (judged: Parameters<typeof rank>[0]) => rank(judged, { decided: [], open: [] }) },
  };
  expect(told(resolveConflict(after('right'), still))).not.toContain(true);
});

it('what decisions do not carry is safe by a proven rule alone', () => {
  const { safeRules: _, ...model } = proven;
  const thresholds = { ...model.thresholds, likely: 0.01, likelyDecided: 0.01, safe: 0.02 };
  const ranker = new LearnedRanker({ ...model, thresholds, safeRules: [] }, services.syntax);
  const one = context('a.ts', 'let a = 1;\n', 'let a = 2;\n', 'let a = 3;\n');
  const { sides } = context('b.ts', 'let b = 1;\n', 'let b = 2;\n', 'let b = 3;\n');
  const decided = Array.from({ length: 4 }, (_, i) => ({ path: `b${i}.ts`, sides, chosen: sides.right }));
  const judged = judge(one, services.syntax);
  const high = judged.candidates.map(({ generators }) => (generators.includes('left') ? 8 : 0));
  ranker.scores = () => [...high, 0];
  const [first] = [...ranker.rank(judged, { decided, open: [] })].sort((a, b) => b.confidence - a.confidence);
  expect(first?.tier).toBe('likely');
  expect(first?.afterDecisions).toBeUndefined();
});
