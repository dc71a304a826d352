/** Git's other conflict styles, line ends and marker lengths, held against the real `git merge-file`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Merge3 } from '../../server/merge/conflict.ts';
import { lineMerge, lineMergeNoBase } from '../../server/merge/lineMerge.ts';
import { type MarkerStyle, parseMarkers, printHunks } from '../../server/merge/markers.ts';
import { recoverConflicts } from '../../server/merge/recoverBase.ts';
import { runs, within } from '../support/runs.ts';
import { gitMergeFile } from './git.ts';

const labels = { left: 'ours', base: 'base', right: 'theirs' };
const flags: Record<MarkerStyle, string[]> = { merge: [], diff3: ['--diff3'], zdiff3: ['--zdiff3'] };
const printed = (sides: Merge3<string>, style: MarkerStyle, markerSize = 7): string =>
  printHunks(lineMerge(sides, { labels, style }).hunks, { style, markerSize });

const line = fc.constantFrom('a', 'b', 'c', 'd', '', '  x', '}', '{', '((', 'e1');
const ends = fc.constantFrom('\n', '\n', '\n', '\r\n');
/** Three versions with mixed line ends, with and without a last one. */
const merges = fc.record({ lines: fc.array(line, { maxLength: 24 }), end: ends }).chain(({ lines, end }) => {
  const edit = fc.tuple(fc.nat({ max: 24 }), fc.nat({ max: 3 }), fc.array(line, { maxLength: 4 }));
  const side = fc
    .record({
      edits: fc.array(edit, { maxLength: 4 }),
      end: fc.constantFrom(end, end, '\n', '\r\n'),
      last: fc.boolean(),
    })
    .map(({ edits, end: own, last }) => {
      const out = lines.map((text) => text + end);
      for (const [at, drop, add] of edits) out.splice(at, drop, ...add.map((text) => text + own));
      const text = out.join('');
      return last ? text : text.replace(/\r?\n$/, '');
    });
  return fc.record({ base: side, left: side, right: side });
});

describe.each(['merge', 'diff3', 'zdiff3'] as const)('the %s style', (style) => {
  it(
    'is git’s, byte for byte, and reads back as what was printed',
    () => {
      fc.assert(
        fc.property(merges, fc.constantFrom(7, 7, 3, 12), (sides, size) => {
          const git = gitMergeFile(sides, ...flags[style], `--marker-size=${size}`);
          expect(printed(sides, style, size)).toBe(git.text);
          const read = parseMarkers(git.text, { markerSize: size });
          expect(printHunks(read)).toBe(git.text);
          expect(read.filter((hunk) => hunk.kind === 'conflict').length).toBe(git.conflicts);
        }),
        runs(70),
      );
    },
    within(120_000),
  );

  it('is git’s for an add/add', () => {
    const sides = { base: '', left: 'a\nb\nc\n', right: 'a\nx\nc\n' };
    const { hunks } = lineMergeNoBase(sides.left, sides.right, { labels, style });
    expect(printHunks(hunks, { style })).toBe(gitMergeFile(sides, ...flags[style]).text);
  });
});

describe('a marked file', () => {
  it('is located in the stages, resolved in part and edited elsewhere', () => {
    const block = (n: number, word: string) => `function f${n}() {\n  return ${word};\n}\n\n// Above the next one.\n`;
    const file = (words: readonly string[]) => words.map((word, n) => block(n, word)).join('');
    const stages = {
      base: file(['1', '1', '1', '1']),
      left: file(['l', 'l', '1', 'l']),
      right: file(['r', 'r', '1', 'r']),
    };
    const merge = lineMerge(stages);
    const marked = gitMergeFile(stages).text;
    const [first] = parseMarkers(marked).filter((hunk) => hunk.kind === 'conflict');
    if (first?.kind !== 'conflict') throw new Error('no conflict');
    const { start, end } = first.conflict.span;
    const edited = `// a new line\n${marked.slice(0, start)}  return resolved;\n${marked.slice(end)}`.replace(
      'f2',
      'renamed',
    );
    const recovered = recoverConflicts(parseMarkers(edited), stages, merge);
    expect(recovered.map(({ original }) => original)).toEqual([1, 2]);
    for (const { conflict, regions, original } of recovered) {
      expect(conflict.sides.base).toBe('  return 1;\n');
      expect(regions).toEqual(merge.regions[original ?? -1]);
    }
  });

  it('is not guessed at where the stages do not hold its sides', () => {
    const stages = { base: 'a\n', left: 'l\n', right: 'r\n' };
    const foreign = '<<<<<<< x\nsomething\n=======\nelse\n>>>>>>> y\n';
    const [found] = recoverConflicts(parseMarkers(foreign), stages, lineMerge(stages));
    expect(found?.regions).toEqual({});
    expect(found?.conflict.sides.base).toBeUndefined();
    expect(found?.original).toBeUndefined();
  });
});
