import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Merge3 } from '../../server/merge/conflict.ts';
import { lineMerge, lineMergeNoBase } from '../../server/merge/lineMerge.ts';
import { printHunks } from '../../server/merge/markers.ts';
import { runs, within } from '../support/runs.ts';
import { gitMergeFile } from './git.ts';

const labels = { left: 'ours', base: 'base', right: 'theirs' };
const printed = (sides: Merge3<string>): string =>
  printHunks(lineMerge(sides, { labels }).hunks, { style: 'diff3', labels });

/** Texts of few distinct lines that share a base: dense with conflicts, moved and repeated lines. */
const line = fc.constantFrom('a', 'b', 'c', 'd', '', '  x', '}', '{').map((text) => `${text}\n`);
const base = fc.array(line, { maxLength: 30 });
const edited = (lines: string[]) =>
  fc
    .array(fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 3 }), fc.array(line, { maxLength: 3 })), { maxLength: 4 })
    .map((edits) => {
      const out = [...lines];
      for (const [at, drop, add] of edits) out.splice(at, drop, ...add);
      return out.join('');
    });
const merges = base.chain((lines) =>
  fc.record({ base: fc.constant(lines.join('')), left: edited(lines), right: edited(lines) }),
);

describe('the line merge is git’s', () => {
  it(
    'gives the bytes of git merge-file --diff3 for any three texts',
    () => {
      fc.assert(
        fc.property(merges, (sides) => {
          expect(printed(sides)).toBe(gitMergeFile(sides, '--diff3').text);
        }),
        runs(150),
      );
    },
    within(120_000),
  );

  it('finds as many conflicts as git on long files with repeated lines', () => {
    const long = Array.from({ length: 1500 }, (_, i) =>
      i % 7 === 0 ? '}\n' : i % 5 === 0 ? '\n' : `line ${i % 211}\n`,
    );
    const change = (step: number, word: string) =>
      long.map((text, i) => (i % step === 3 ? `${word} ${i}\n` : i % (step * 3) === 1 ? '' : text)).join('');
    const sides = { base: long.join(''), left: change(17, 'left'), right: change(23, 'right') };
    const git = gitMergeFile(sides, '--diff3');
    expect(printed(sides)).toBe(git.text);
    expect(lineMerge(sides).regions.length).toBeGreaterThan(3);
  });

  it('keeps CRLF and a missing final newline as git does', () => {
    const sides = { base: 'a\r\nb\r\nc', left: 'a\r\nB\r\nc', right: 'a\r\nb2\r\nc' };
    expect(printed(sides)).toBe(gitMergeFile(sides, '--diff3').text);
    const ends = { base: 'a\nb', left: 'a\nb\nc', right: 'a\nb\nd' };
    expect(printed(ends)).toBe(gitMergeFile(ends, '--diff3').text);
  });
});

describe('regions', () => {
  it('say where each conflict stands in the three texts', () => {
    fc.assert(
      fc.property(merges, (sides) => {
        const { hunks, regions } = lineMerge(sides);
        const conflicts = hunks.flatMap((hunk) => (hunk.kind === 'conflict' ? [hunk.conflict] : []));
        expect(regions.length).toBe(conflicts.length);
        for (const [i, region] of regions.entries()) {
          for (const name of ['base', 'left', 'right'] as const) {
            expect(sides[name].slice(region[name].start, region[name].end)).toBe(conflicts[i]?.sides[name]);
          }
        }
      }),
      runs(),
    );
  });
});

describe('the laws of merging', () => {
  const text = fc.oneof(
    merges.map((sides) => sides.left),
    fc.string(),
    fc.string({ unit: 'binary' }),
  );
  const whole = (sides: Merge3<string>): string | undefined => {
    const merged = lineMerge(sides);
    return merged.clean ? merged.hunks.map((hunk) => (hunk.kind === 'stable' ? hunk.text : '')).join('') : undefined;
  };

  it('a side that changed nothing loses nothing and adds nothing', () => {
    fc.assert(
      fc.property(text, text, (b, x) => {
        expect(whole({ base: b, left: x, right: b })).toBe(x);
        expect(whole({ base: b, left: b, right: x })).toBe(x);
        expect(whole({ base: b, left: x, right: x })).toBe(x);
      }),
      runs(),
    );
  });

  it('swapping the sides swaps the conflicts and changes nothing else', () => {
    fc.assert(
      fc.property(merges, ({ base: b, left, right }) => {
        const one = lineMerge({ base: b, left, right });
        const other = lineMerge({ base: b, left: right, right: left });
        expect(other.regions.length).toBe(one.regions.length);
        const swapped = other.hunks.map((hunk) =>
          hunk.kind === 'stable'
            ? hunk.text
            : [hunk.conflict.sides.right, hunk.conflict.sides.base, hunk.conflict.sides.left],
        );
        expect(swapped).toEqual(
          one.hunks.map((hunk) =>
            hunk.kind === 'stable'
              ? hunk.text
              : [hunk.conflict.sides.left, hunk.conflict.sides.base, hunk.conflict.sides.right],
          ),
        );
      }),
      runs(),
    );
  });

  it('never throws, whatever the strings', () => {
    fc.assert(
      fc.property(text, text, text, (b, left, right) => {
        lineMerge({ base: b, left, right });
        lineMergeNoBase(left, right);
      }),
      runs(),
    );
  });
});

it('an add/add has no base, not an empty one', () => {
  const [hunk] = lineMergeNoBase('a\n', 'b\n').hunks;
  expect(hunk?.kind === 'conflict' && 'base' in hunk.conflict.sides).toBe(false);
});
