/** Locating resolutions: what is found is right, and what could be elsewhere is not found. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignResolutions } from '../../server/mine/align.ts';
import { same, unicodeLines, withoutSpace } from '../../server/mine/same.ts';
import { runs } from '../support/runs.ts';

/** Contexts and merged file as words; the resolution found for each conflict, or `?`. */
function check(contexts: string, merged: string): { found: string[]; whole: boolean } {
  const words = (text: string) => text.split(' ').filter((word) => word !== '');
  const lines = words(merged);
  const { ranges, whole } = alignResolutions(contexts.split('|').map(words), lines);
  return { found: ranges.map((range) => (range ? lines.slice(range.start, range.end).join(' ') : '?')), whole };
}

describe('alignment', () => {
  it('finds what stands between the contexts', () => {
    expect(check('a b | c d', 'a b X Y c d')).toEqual({ found: ['X Y'], whole: true });
    expect(check('a | b | c', 'a X b c')).toEqual({ found: ['X', ''], whole: true });
    expect(check('| a', 'X a')).toEqual({ found: ['X'], whole: true });
  });

  it('gives nothing where the context could stand in two places', () => {
    expect(check('a | } | c', 'a X } Y } c')).toEqual({ found: ['?', '?'], whole: true });
  });

  it('uses what is left of the contexts where the developers changed them', () => {
    expect(check('a b c d | e f g h | i', 'NEW b c d X e f g h Y i')).toEqual({ found: ['X', 'Y'], whole: false });
    expect(check('a b c d | e f g h | i', 'a b c d X e CHANGED Y i')).toEqual({ found: ['X', '?'], whole: false });
  });

  it('never names a wrong place in a file that is contexts and resolutions', () => {
    const word = fc.constantFrom('a', 'b', '}', 'x', 'y');
    const some = fc.array(word, { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(some, some), { minLength: 1, maxLength: 4 }), some, (pairs, last) => {
        const merged = [...pairs.flatMap(([context, resolution]) => [...context, ...resolution]), ...last];
        const { ranges, whole } = alignResolutions([...pairs.map(([context]) => context), last], merged);
        expect(whole).toBe(true);
        let at = 0;
        pairs.forEach(([context, resolution], i) => {
          const start = at + context.length;
          at = start + resolution.length;
          if (ranges[i]) expect(ranges[i]).toEqual({ start, end: at });
        });
      }),
      runs(500),
    );
  });
});

describe('sameness', () => {
  it('is graded', () => {
    expect(same('a\nb\n', 'a\nb\n')).toBe('exact');
    expect(same('if (a) b;\n', 'if(a)\n  b;')).toBe('space');
    expect(same('{\n  "a": 1,\n  "b": 2\n}', '{\n  "b": 2,\n  "a": 1\n}')).toBe('lines');
    expect(same('a\na\nb\n', 'a\nb\nb\n')).toBe('wrong');
    expect(same('a\n', '')).toBe('wrong');
  });

  it('knows the white space and the line ends of Unicode', () => {
    expect(withoutSpace('a\u00a0\u2003b\x1f\u3000c')).toBe('abc');
    expect(withoutSpace('\ufeffa')).toBe('\ufeffa');
    expect(unicodeLines('a\r\nb\rc\fd\u2028e')).toEqual(['a\r\n', 'b\r', 'c\f', 'd\u2028', 'e']);
    expect(unicodeLines('a\n\n')).toEqual(['a\n', '\n']);
    expect(unicodeLines('')).toEqual([]);
  });

  it('loses no character to line splitting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unicodeLines(text).join('')).toBe(text);
      }),
      runs(),
    );
  });
});
