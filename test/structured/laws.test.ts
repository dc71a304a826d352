/** The laws of structured merge, on members and keys put together at random. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hunk, Merge3 } from '../../server/merge/conflict.ts';
import { conflictFiles } from '../../server/merge/conflictFiles.ts';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { structuredMerge } from '../../server/merge/structured/structuredMerge.ts';
import type { LanguageId } from '../../server/syntax/languages.ts';
import { languageById, testSyntax } from '../support/syntax.ts';

const runs = { numRuns: Number(process.env['MORTISE_FUZZ_RUNS'] ?? 200) };
const syntax = await testSyntax('typescript', 'json', 'java');

function texts(id: LanguageId, hunks: readonly Hunk[]) {
  const language = languageById(id);
  return structuredMerge({ hunks }, (versions) => syntax.parseVersions(language, versions), language);
}

/** The file with every conflict resolved; undefined while one is open. */
function mergeFile(id: LanguageId, sides: Merge3<string>): string | undefined {
  const line = lineMerge(sides);
  const found = texts(id, line.hunks);
  let next = 0;
  let out = '';
  for (const hunk of line.hunks) {
    const text = hunk.kind === 'stable' ? hunk.text : found[next++]?.text;
    if (text === undefined) return undefined;
    out += text;
  }
  return out;
}

function conflict(sides: Merge3<string>): Hunk {
  return {
    kind: 'conflict',
    conflict: { span: { start: 0, end: 0 }, sides, labels: { left: '', base: '', right: '' } },
  };
}

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const members = fc.uniqueArray(fc.tuple(name, fc.integer({ min: 0, max: 3 })), {
  selector: ([key]) => key,
  maxLength: 5,
});
type Members = readonly (readonly [string, number])[];
const write: Readonly<Record<'typescript' | 'java' | 'json', (list: Members) => string>> = {
  typescript: (list) => `class X {\n${list.map(([key, n]) => `  ${key}() {\n    return ${n};\n  }\n`).join('\n')}}\n`,
  java: (list) => `class X {\n${list.map(([key, n]) => `  int ${key} = ${n};\n`).join('')}}\n`,
  json: (list) => `{\n${list.map(([key, n]) => `  "${key}": ${n}`).join(',\n')}\n}\n`,
};
const ids = ['typescript', 'java', 'json'] as const;
const words = (text: string) => text.match(/[\p{L}\p{N}_]+/gu) ?? [];

describe('laws', () => {
  for (const id of ids) {
    it(`${id}: a side that changed nothing gives the other side's text`, () => {
      fc.assert(
        fc.property(members, members, (b, x) => {
          const base = write[id](b);
          const side = write[id](x);
          expect(texts(id, [conflict({ base, left: base, right: side })])[0]?.text).toBe(side);
          expect(texts(id, [conflict({ base, left: side, right: base })])[0]?.text).toBe(side);
          expect(texts(id, [conflict({ base, left: side, right: side })])[0]?.text).toBe(side);
        }),
        runs,
      );
    });

    it(`${id}: no word stands more often than the sides account for, and what one side alone added is there`, () => {
      fc.assert(
        fc.property(members, members, members, (b, l, r) => {
          const merged = mergeFile(id, { base: write[id](b), left: write[id](l), right: write[id](r) });
          if (merged === undefined) return;
          const allowed = new Map<string, number>();
          for (const word of [...words(write[id](l)), ...words(write[id](r))])
            allowed.set(word, (allowed.get(word) ?? 0) + 1);
          for (const word of words(merged)) {
            allowed.set(word, (allowed.get(word) ?? 0) - 1);
            expect(allowed.get(word)).toBeGreaterThanOrEqual(0);
          }
          const has = (list: Members, key: string) => list.some(([other]) => other === key);
          const stands = (key: string) => new RegExp(`\\b${key}\\b`).test(merged);
          for (const [key] of [...l, ...r]) if (!has(b, key)) expect(stands(key)).toBe(true);
          for (const [key] of b) if (!has(l, key) && !has(r, key)) expect(stands(key)).toBe(false);
        }),
        runs,
      );
    });

    it(`${id}: the result parses and names nothing twice`, () => {
      fc.assert(
        fc.property(members, members, members, (b, l, r) => {
          const merged = mergeFile(id, { base: write[id](b), left: write[id](l), right: write[id](r) });
          if (merged === undefined) return;
          expect(syntax.parse(languageById(id), merged)?.errors).toBe(0);
          // Git's clean regions may hold a duplicate of their own; the conflicts must not add one.
          const count = (text: string, key: string) => words(text).filter((word) => word === key).length;
          const given = conflictFiles(lineMerge({ base: write[id](b), left: write[id](l), right: write[id](r) }).hunks);
          for (const key of 'abcdef') {
            const before = Object.values(given?.file ?? {}).map((text) => count(text, key));
            expect(count(merged, key)).toBeLessThanOrEqual(Math.max(1, ...before));
          }
        }),
        runs,
      );
    });
  }

  it('any text: never throws, one entry a conflict, and nothing outside the conflicts moves', () => {
    const line = fc.constantFrom(
      'class X {',
      '}',
      '  a() {}',
      '',
      'import a;',
      '"x": 1,',
      '// c',
      '/*',
      "'",
      '\t}',
      'é',
    );
    const file = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(
        file,
        file,
        file,
        fc.constantFrom<LanguageId>('typescript', 'json', 'java'),
        (base, left, right, id) => {
          const merged = lineMerge({ base, left, right });
          const conflicts = merged.hunks.filter((hunk) => hunk.kind === 'conflict').length;
          expect(texts(id, merged.hunks)).toHaveLength(conflicts);
        },
      ),
      runs,
    );
  });
});

describe('limits', () => {
  const base = write.typescript([['a', 1]]);
  const sides = {
    base,
    left: write.typescript([
      ['a', 1],
      ['b', 1],
    ]),
    right: write.typescript([
      ['a', 1],
      ['c', 1],
    ]),
  };
  const language = languageById('typescript');
  const line = lineMerge(sides);
  const parse = (versions: readonly { text: string }[]) => syntax.parseVersions(language, versions);

  it('leaves conflicts open when the work or the size is spent', () => {
    expect(structuredMerge(line, parse, language)[0]?.text).toContain('b()');
    expect(structuredMerge(line, parse, language, { size: 3 })).toEqual([undefined]);
    expect(structuredMerge(line, parse, language, { work: 0 })).toEqual([undefined]);
  });

  it('leaves conflicts open without a tree or without a base', () => {
    expect(structuredMerge(line, () => [], language)).toEqual([undefined]);
    const unknown: Hunk = {
      kind: 'conflict',
      conflict: {
        span: { start: 0, end: 0 },
        sides: { left: 'a', right: 'b' },
        labels: { left: '', base: '', right: '' },
      },
    };
    expect(structuredMerge({ hunks: [unknown] }, parse, language)).toEqual([undefined]);
  });

  it('says what was done', () => {
    expect(structuredMerge(line, parse, language)[0]?.notes).toEqual([
      'class body: 1 added on the left, 1 added on the right',
    ]);
  });
});
