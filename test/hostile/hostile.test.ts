/** Hostile inputs through all that resolves: nothing throws, and not a byte outside a conflict changes. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Merge3 } from '../../server/merge/conflict.ts';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { printHunks } from '../../server/merge/markers.ts';
import { loadRanker } from '../../server/resolve/loadRanker.ts';
import { type ApplyPolicy, resolveFile, resolveMarked, type Services } from '../../server/resolve/resolve.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { loadSyntax } from '../../server/syntax/treeSitter.ts';
import { runs, within } from '../support/runs.ts';
import { grammarsDir } from '../support/syntax.ts';
import { hostileCases } from './cases.ts';

const root = join(import.meta.dirname, '../..');
const everything: ApplyPolicy = { kind: 'confidence', atLeast: 0 };
const night = process.env['MORTISE_NIGHTLY'] === '1';
const nothing: ApplyPolicy = { kind: 'tier', tier: 'none' };

let services: Services;
let ready: (path: string) => Promise<unknown>;

beforeAll(async () => {
  const syntax = await loadSyntax(grammarsDir());
  services = { syntax, ranker: loadRanker(join(root, 'models'), syntax).ranker };
  ready = (path) => Promise.resolve(syntax.ready(languageOf(path)));
});

/** The text without the spans, cut in pieces where they stood. */
function outside(text: string, spans: readonly { readonly start: number; readonly end: number }[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    expect(start).toBeGreaterThanOrEqual(at);
    expect(end).toBeGreaterThanOrEqual(start);
    pieces.push(text.slice(at, start));
    at = end;
  }
  return [...pieces, text.slice(at)];
}

/** The stable text of git's line merge, cut where it conflicts. */
function stable(sides: Merge3<string>): string[] {
  const pieces = [''];
  for (const hunk of lineMerge(sides).hunks) {
    if (hunk.kind === 'conflict') pieces.push('');
    else pieces[pieces.length - 1] += hunk.text;
  }
  return pieces;
}

function checkFile(path: string, sides: Merge3<string>, policy: ApplyPolicy): void {
  const merged = resolveFile({ path, sides }, policy, services);
  const spans = merged.conflicts.map(({ span }) => span);
  expect(outside(merged.text, spans)).toEqual(stable(sides));
  expect(merged.clean).toBe(merged.conflicts.every(({ applied }) => applied !== undefined));
  for (const { span, applied, context } of merged.conflicts) {
    const there = merged.text.slice(span.start, span.end);
    if (applied) expect(there === applied.candidate.text).toBe(true);
    else {
      expect(there.startsWith('<<<<<<<')).toBe(true);
      expect(there.includes(context.sides.left) && there.includes(context.sides.right)).toBe(true);
    }
  }
  if (policy === nothing) expect(merged.conflicts.filter(({ applied }) => applied)).toEqual([]);
}

function checkMarked(path: string, text: string, stages?: Merge3<string>): number {
  const conflicts = resolveMarked(stages ? { path, text, stages } : { path, text }, services);
  const pieces = outside(
    text,
    conflicts.map(({ span }) => span),
  );
  expect(pieces.length).toBe(conflicts.length + 1);
  for (const { span, context, resolutions } of conflicts) {
    const there = text.slice(span.start, span.end);
    expect(there.startsWith('<<<<<<<')).toBe(true);
    expect(there.includes(context.sides.left)).toBe(true);
    for (const { candidate, confidence } of resolutions) {
      expect(typeof candidate.text).toBe('string');
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
  }
  return conflicts.length;
}

describe('hostile files', () => {
  it.each(hostileCases.map((each) => [each.name, each] as const))(
    '%s',
    async (_name, { paths, base, left, right }) => {
      const sides = { base, left, right };
      const { hunks } = lineMerge(sides);
      // By day two languages, and one way in for each; at night all of both.
      for (const [i, path] of (night ? paths : paths.slice(0, 2)).entries()) {
        await ready(path);
        checkFile(path, sides, everything);
        if (night || i === 0) checkFile(path, sides, nothing);
        if (night || i === 0) checkMarked(path, printHunks(hunks, { style: 'diff3' }), sides);
        if (night || i === 1) checkMarked(path, printHunks(hunks, { style: 'merge' }));
      }
    },
    120_000,
  );

  it('a text that is only halves of markers is left alone', () => {
    for (const part of [
      '<<<<<<< a\n',
      '=======\n',
      '>>>>>>> b\n',
      '||||||| c\n',
      '<<<<<<< a\nx\n=======\ny\n',
      'x\n=======\ny\n>>>>>>> b\n',
    ]) {
      expect(checkMarked('a.ts', part)).toBe(0);
      expect(checkMarked('a.ts', part.repeat(200))).toBeLessThanOrEqual(200);
    }
  });

  it(
    'any three strings, in any language',
    async () => {
      const part = fc.constantFrom(
        '{',
        '}',
        '(',
        ')',
        '<a>',
        '</a>',
        '"',
        "'",
        '`',
        '\n',
        '\r\n',
        '\r',
        ' ',
        '  ',
        'a',
        'b: 1',
        'x = 2',
        ',',
        ';',
        '#',
        '- ',
        '/*',
        '*/',
        '//',
        '\ud800',
        '\0',
        '\ufeff',
        '<<<<<<< a\n',
        '=======\n',
        '>>>>>>> b\n',
        '||||||| c\n',
        'import a from "a";\n',
        'import os\n',
        'def f():\n',
        'fn f() {\n',
      );
      const any = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')),
      );
      const path = fc.constantFrom(
        'a.ts',
        'a.tsx',
        'a.js',
        'a.java',
        'a.cs',
        'a.py',
        'a.go',
        'a.rs',
        'a.c',
        'a.cpp',
        'a.kt',
        'a.json',
        'a.yaml',
        'a.toml',
        'a.xml',
        'a.properties',
        'a.css',
        'a.html',
        'a.md',
        'a.sh',
        'a.php',
        'a.rb',
        'a.txt',
        'package.json',
        'CHANGELOG.md',
      );
      await fc.assert(
        fc.asyncProperty(path, any, any, any, async (name, base, left, right) => {
          await ready(name);
          checkFile(name, { base, left, right }, everything);
          checkMarked(name, left);
        }),
        runs(100),
      );
    },
    within(120_000),
  );
});

describe('hostile requests to batch', () => {
  const cli = join(root, 'dist', 'cli.cjs');

  /** What batch says to lines, one answer each. */
  function batch(lines: readonly string[]): Promise<unknown[]> {
    if (!existsSync(cli)) throw new Error('dist/cli.cjs is not there: run "npm run build" first');
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [cli, 'batch', '--apply', 'likely'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const out: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.on('error', reject);
      child.on('close', () => {
        const said = Buffer.concat(out)
          .toString('utf8')
          .split('\n')
          .filter((line) => line !== '');
        resolve(said.map((line) => JSON.parse(line)));
      });
      child.stdin.end(lines.map((line) => `${line}\n`).join(''));
    });
  }

  it(
    'answers every line in order, whatever it says',
    async () => {
      const good = { kind: 'file', path: 'a.ts', base: 'a\n', left: 'l\n', right: 'a\n' };
      const lines = [
        '{',
        'null',
        '[]',
        '"text"',
        '{"id":1}',
        '{"id":2,"kind":"file"}',
        '{"id":3,"kind":"file","path":7,"left":"a","right":"b"}',
        '{"id":4,"kind":"conflict","path":"a.ts","left":"a\\n"}',
        '{"id":5,"kind":"conflict","path":"","left":"\\ud800","right":"\\udc00","siblings":[1,null,{}]}',
        '{"id":6,"kind":"conflict","path":"a.ts","left":"a","right":"b","times":"now","history":{"left":7}}',
        '{"id":7,"kind":"__proto__"}',
        `{"id":8,"kind":"conflict","path":"a.json","left":${JSON.stringify('['.repeat(20_000))},"right":"x"}`,
        '\u0000\u0001',
        JSON.stringify({ id: 'last', ...good }),
      ];
      const answers = await batch(lines);
      expect(answers).toHaveLength(lines.length);
      for (const answer of answers) expect(answer).toMatchObject({ ms: expect.any(Number) });
      expect(answers.slice(0, 4)).toEqual(
        Array.from({ length: 4 }, () => expect.objectContaining({ id: null, error: expect.any(String) })),
      );
      for (const id of [1, 2, 3, 4, 7])
        expect(answers).toContainEqual(expect.objectContaining({ id, error: expect.any(String) }));
      expect(answers[13]).toMatchObject({ id: 'last', text: 'l\n', clean: true });
    },
    within(60_000),
  );

  it(
    'gives the hostile files back as the engine does',
    async () => {
      const files = hostileCases.filter(({ base, left, right }) => base.length + left.length + right.length < 60_000);
      expect(files.length).toBeGreaterThan(20);
      const answers = await batch(
        files.map(({ name, paths: [path = 'a.ts'], base, left, right }) =>
          JSON.stringify({ id: name, kind: 'file', path, base, left, right }),
        ),
      );
      expect(answers).toHaveLength(files.length);
      files.forEach((file, i) => {
        const answer = answers[i] as {
          id: string;
          text: string;
          applied: { start: number; end: number }[];
          open: { start: number; end: number }[];
        };
        expect(answer.id).toBe(file.name);
        const spans = [...answer.applied, ...answer.open].sort((x, y) => x.start - y.start || x.end - y.end);
        // JSON lines are UTF-8: a lone surrogate travels as an escape and comes back whole.
        expect(outside(answer.text, spans)).toEqual(stable(file));
      });
    },
    within(120_000),
  );
});

describe.runIf(night)('at night', () => {
  it('resolves a file of 50 MB', async () => {
    const lines = Array.from({ length: 1_400_000 }, (_, i) => `const value${i % 997} = compute(${i});\n`);
    const change = (word: string) =>
      lines.map((line, i) => (i % 350_000 === 175_000 ? `const value = ${word}(${i});\n` : line)).join('');
    const sides = { base: lines.join(''), left: change('left'), right: change('right') };
    expect(sides.base.length).toBeGreaterThan(45e6);
    await ready('big.ts');
    checkFile('big.ts', sides, everything);
    checkMarked('big.ts', printHunks(lineMerge(sides).hunks, { style: 'diff3' }), sides);
  }, 3_600_000);
});
