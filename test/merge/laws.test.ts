/** The laws of merging, and inputs that want to break them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hunk, Merge3 } from '../../server/merge/conflict.ts';
import { conflictsOf } from '../../server/merge/conflict.ts';
import { invented } from '../../server/merge/edits.ts';
import { lineMerge, lineMergeNoBase } from '../../server/merge/lineMerge.ts';
import { detectMarkerSize, parseMarkers, printHunks } from '../../server/merge/markers.ts';
import { recoverConflicts } from '../../server/merge/recoverBase.ts';
import { fillPieces, tokenMerge } from '../../server/merge/tokenMerge.ts';
import { lexicalTokens } from '../../server/syntax/lexer.ts';
import { splitLines } from '../../server/text/lines.ts';
import { accountEdits } from '../support/accounts.ts';
import { runs, within } from '../support/runs.ts';

const tokensOf = (text: string) => lexicalTokens(undefined, text);
const tokens = ({ base, left, right }: Merge3<string>) => ({
  base: tokensOf(base),
  left: tokensOf(left),
  right: tokensOf(right),
});

/** Any string, lone surrogates and NUL among them, and texts of the stuff that conflicts are made of. */
const stuff = fc.constantFrom(
  'a\n',
  'b\n',
  'x = 1\n',
  '\r\n',
  '\r',
  '\n',
  '\0',
  '\uD800',
  '\uDC00x',
  '\uFEFF',
  '<<<<<<< l\n',
  '||||||| b\n',
  '=======\n',
  '>>>>>>> r\n',
  '=======',
  '<<<<<<<',
  '<<<<<<<<< n\n',
  '>>>>>>>>>\r\n',
  '"<<<<<<< in a string\n',
  'Heading\n',
);
const anything = fc.oneof(
  fc.array(stuff, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
);
const three = fc.record({ base: anything, left: anything, right: anything });

/** Three versions that share most lines. */
const line = fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n', '\n', '}\n');
const related = fc.array(line, { maxLength: 20 }).chain((lines) => {
  const side = fc
    .array(fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 2 }), fc.array(line, { maxLength: 2 })), { maxLength: 3 })
    .map((edits) => {
      const out = [...lines];
      for (const [at, drop, add] of edits) out.splice(at, drop, ...add);
      return out.join('');
    });
  return fc.record({ base: fc.constant(lines.join('')), left: side, right: side });
});

const textOf = (hunks: readonly Hunk[]) => hunks.map((hunk) => (hunk.kind === 'stable' ? hunk.text : '')).join('');

describe('laws of the line merge', () => {
  it('merge(b,x,b) = merge(b,b,x) = merge(b,x,x) = x', () => {
    fc.assert(
      fc.property(anything, anything, (b, x) => {
        for (const sides of [
          { base: b, left: x, right: b },
          { base: b, left: b, right: x },
          { base: b, left: x, right: x },
        ]) {
          const merged = lineMerge(sides);
          expect(merged.clean).toBe(true);
          expect(textOf(merged.hunks)).toBe(x);
          expect(fillPieces(tokenMerge(sides, tokens(sides)), () => '')).toBe(x);
        }
      }),
      runs(),
    );
  });

  it('changing the sides over changes the sides over, nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(related, three), ({ base, left, right }) => {
        const one = lineMerge({ base, left, right });
        const other = lineMerge({ base, left: right, right: left });
        expect(other.regions).toEqual(
          one.regions.map((region) => ({ base: region.base, left: region.right, right: region.left })),
        );
        expect(conflictsOf(other.hunks).map(({ sides }) => [sides.base, sides.left, sides.right])).toEqual(
          conflictsOf(one.hunks).map(({ sides }) => [sides.base, sides.right, sides.left]),
        );
        expect(textOf(other.hunks)).toBe(textOf(one.hunks));
      }),
      runs(),
    );
  });

  it('a clean merge holds every edit of either side: as many of each line as the edits make', () => {
    fc.assert(
      fc.property(related, (sides) => {
        const merged = lineMerge(sides);
        if (!merged.clean) return;
        const count = (text: string, of: string) => splitLines(text).filter((one) => one === of).length;
        for (const of of new Set(splitLines(sides.base + sides.left + sides.right))) {
          const [b, l, r] = [count(sides.base, of), count(sides.left, of), count(sides.right, of)];
          const m = count(textOf(merged.hunks), of);
          // Both sides' additions and deletions add up; where both made the same one it counts once.
          const sum = l + r - b;
          const low = Math.min(sum, Math.max(l, r), l, r);
          const high = Math.max(sum, l, r);
          expect(m).toBeGreaterThanOrEqual(low);
          expect(m).toBeLessThanOrEqual(high);
        }
      }),
      runs(),
    );
  });

  it('edits that do not touch are both in the result', () => {
    const block = fc.array(
      fc.nat({ max: 999 }).map((n) => `line ${n}\n`),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(block, block, (first, second) => {
        const keep = Array.from({ length: 5 }, (_, i) => `kept ${i}\n`).join('');
        const base = `old left\n${keep}old right\n`;
        const left = `${first.join('')}${keep}old right\n`;
        const right = `old left\n${keep}${second.join('')}`;
        expect(textOf(lineMerge({ base, left, right }).hunks)).toBe(`${first.join('')}${keep}${second.join('')}`);
      }),
      runs(),
    );
  });
});

describe('laws of the token merge', () => {
  it('changing the sides over leaves the same words stable and the same conflicts', () => {
    fc.assert(
      fc.property(fc.oneof(related, three), (sides) => {
        const swapped = { base: sides.base, left: sides.right, right: sides.left };
        const bare = (text: string) => text.replace(/\s+/g, '');
        const seen = (of: Merge3<string>, flip: boolean) =>
          tokenMerge(of, tokens(of)).flatMap((piece) => {
            if (piece.kind === 'stable') return [];
            return [[piece.base, flip ? piece.right : piece.left, flip ? piece.left : piece.right].map(bare)];
          });
        expect(seen(swapped, true)).toEqual(seen(sides, false));
      }),
      runs(),
    );
  });

  it.each([
    ['both begin the hunk with a line', '', 'x\n', 'y\n', 'x\ny\n'],
    ['both put a line before the first', 'foo\n', 'x\nfoo\n', 'y\nfoo\n', 'x\ny\nfoo\n'],
    ['the same, indented', '  foo\n', '  x\n  foo\n', '  y\n  foo\n', '  x\n  y\n  foo\n'],
    ['both replace the first line', 'a\nfoo\n', 'x\nfoo\n', 'y\nfoo\n', 'x\ny\nfoo\n'],
    ['both add a line at the end', 'foo\n', 'foo\nx\n', 'foo\ny\n', 'foo\nx\ny\n'],
    ['both add an argument', 'f(a)\n', 'f(a, x)\n', 'f(a, y)\n', 'f(a, x, y)\n'],
  ])('%s: one after the other is a text of whole lines', (_name, base, left, right, expected) => {
    const sides = { base, left, right };
    const pieces = tokenMerge(sides, tokens(sides));
    expect(fillPieces(pieces, (piece) => piece.left + piece.right)).toBe(expected);
    expect(fillPieces(pieces, (piece) => piece.left)).toBe(left);
    expect(fillPieces(pieces, (piece) => piece.right)).toBe(right);
    expect(fillPieces(pieces, (piece) => piece.base)).toBe(base);
  });
});

describe('hostile inputs', () => {
  it('nothing throws on any three strings, and what is read prints back', () => {
    fc.assert(
      fc.property(three, anything, (sides, text) => {
        for (const style of ['merge', 'diff3', 'zdiff3'] as const) {
          const { hunks } = lineMerge(sides, { style });
          for (const conflict of conflictsOf(hunks)) {
            const { start, end } = conflict.span;
            expect(printHunks(hunks, { style }).slice(start, start + 7)).toBe('<<<<<<<');
            expect(end).toBeGreaterThan(start);
          }
        }
        lineMergeNoBase(sides.left, sides.right);
        expect(printHunks(parseMarkers(text))).toBe(text);
        expect(printHunks(parseMarkers(text, { markerSize: 1 }))).toBe(text);
        expect(detectMarkerSize(text)).toBeGreaterThanOrEqual(7);
        recoverConflicts(parseMarkers(text), sides, lineMerge(sides));
        accountEdits(sides.base, sides.left, text, tokensOf);
        invented(sides.base, sides.left, sides.right, text, tokensOf);
      }),
      runs(),
    );
  });

  it('500 conflicts stay 500', () => {
    const file = (word: string) => Array.from({ length: 500 }, (_, i) => `${word} ${i}\nsame ${i}\n`).join('');
    const sides = { base: file('b'), left: file('l'), right: file('r') };
    const merged = lineMerge(sides);
    expect(merged.regions.length).toBe(500);
    const read = parseMarkers(printHunks(merged.hunks, { style: 'merge' }));
    const recovered = recoverConflicts(read, sides, merged);
    expect(recovered.map(({ conflict }) => conflict.sides.base)).toEqual(
      Array.from({ length: 500 }, (_, i) => `b ${i}\n`),
    );
    expect(recovered.map(({ original }) => original)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  it('markers inside strings and of other lengths are text', () => {
    const text = 'const s = `<<<<<<< a\n' + ' =======\n>>>>>>>b\n' + '<<<<<< six\n======\n>>>>>> six\n`;\n';
    expect(parseMarkers(text)).toEqual([{ kind: 'stable', text }]);
  });

  it('ten thousand openings without an end are text, quickly', () => {
    const text = '<<<<<<< a\nx\n=======\n'.repeat(10_000);
    expect(parseMarkers(text)).toEqual([{ kind: 'stable', text }]);
  });

  // 50 MB at night.
  const megabytes = Number(process.env['MORTISE_FUZZ_RUNS'] ?? 0) >= 10_000 ? 50 : 5;
  it(
    `merges ${megabytes} MB`,
    () => {
      const count = megabytes * 40_000;
      const lines = Array.from({ length: count }, (_, i) => `this is line ${i % 977} of ${i}\n`);
      const change = (at: number, word: string) => lines.map((one, i) => (i === at ? `${word}\n` : one)).join('');
      const sides = { base: lines.join(''), left: change(count >> 1, 'left'), right: change(count >> 1, 'right') };
      const merged = lineMerge(sides);
      expect(conflictsOf(merged.hunks).map(({ sides: { left, right } }) => [left, right])).toEqual([
        ['left\n', 'right\n'],
      ]);
      const text = printHunks(merged.hunks, { style: 'diff3' });
      expect(printHunks(parseMarkers(text)) === text).toBe(true);
    },
    within(120_000),
  );
});
