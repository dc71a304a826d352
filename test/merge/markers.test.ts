import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictsOf } from '../../server/merge/conflict.ts';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { detectMarkerSize, parseMarkers, printHunks } from '../../server/merge/markers.ts';
import { recoverBases } from '../../server/merge/recoverBase.ts';
import { runs, within } from '../support/runs.ts';
import { gitMergeFile } from './git.ts';

const sides = { base: 'one\ntwo\nthree\n', left: 'one\nTWO\nthree\n', right: 'one\n2\nthree\n' };

/** What the parser saw, with brackets: stable text plain, sides in ⟦left¦base¦right⟧. */
function seen(text: string, markerSize?: number): string {
  return parseMarkers(text, markerSize === undefined ? {} : { markerSize })
    .map((hunk) => {
      if (hunk.kind === 'stable') return hunk.text;
      const { left, base, right } = hunk.conflict.sides;
      return `⟦${left}¦${base ?? '-'}¦${right}⟧`;
    })
    .join('')
    .replaceAll('\n', '↵')
    .replaceAll('\r', '␍');
}

describe('parsing markers with the stages at hand', () => {
  const heading = (title: string, body: string) => `${title}\n=======\n\n${body}\n`;
  const stages = {
    base: 'Start here\n',
    left: heading('Introductory', 'our text'),
    right: heading('To begin with', 'their text'),
  };

  it.each(['--no-diff3', '--diff3'])('finds the divider among underlined headings (%s)', (style) => {
    const { text } = gitMergeFile(stages, ...(style === '--diff3' ? [style] : []));
    const [found, ...more] = conflictsOf(parseMarkers(text, { markerSize: 7, stages }));
    expect(more).toEqual([]);
    expect(found?.sides.left).toMatch(/^Introductory\n=======\n\nour text\n$/);
    expect(found?.sides.right).toMatch(/^To begin with\n=======\n\ntheir text\n$/);
    expect(printHunks(parseMarkers(text, { markerSize: 7, stages }))).toBe(text);
  });

  it('takes markers that a side has in its file for text', () => {
    const quoted = '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n';
    const with3 = { base: `${quoted}one\n`, left: `${quoted}1\n`, right: `${quoted}I\n` };
    const { text } = gitMergeFile(with3);
    const found = conflictsOf(parseMarkers(text, { markerSize: 7, stages: with3 }));
    expect(found.map(({ sides }) => [sides.left, sides.right])).toEqual([['1\n', 'I\n']]);
  });
});

describe('parsing markers', () => {
  it('reads git’s own output in each style', () => {
    expect(seen(gitMergeFile(sides).text)).toBe('one↵⟦TWO↵¦-¦2↵⟧three↵');
    expect(seen(gitMergeFile(sides, '--diff3').text)).toBe('one↵⟦TWO↵¦two↵¦2↵⟧three↵');
    expect(seen(gitMergeFile(sides, '--zdiff3').text)).toBe('one↵⟦TWO↵¦two↵¦2↵⟧three↵');
    expect(seen(gitMergeFile(sides, '--marker-size=12').text)).toBe('one↵⟦TWO↵¦-¦2↵⟧three↵');
  });

  it.each([
    ['CRLF', '<<<<<<< a\r\nx\r\n=======\r\ny\r\n>>>>>>> b\r\n', '⟦x␍↵¦-¦y␍↵⟧'],
    ['no final newline', '<<<<<<< a\nx\n=======\ny\n>>>>>>> b', '⟦x↵¦-¦y↵⟧'],
    ['no labels', '<<<<<<<\nx\n=======\ny\n>>>>>>>\n', '⟦x↵¦-¦y↵⟧'],
    ['an empty side', '<<<<<<< a\n=======\ny\n>>>>>>> b\n', '⟦¦-¦y↵⟧'],
    ['a row of = under a heading', 'Title\n=======\ntext\n', 'Title↵=======↵text↵'],
    ['a heading inside a side', '<<<<<<< a\nx\n||||||| o\nT\n=======\ny\n>>>>>>> b\n', '⟦x↵¦T↵¦y↵⟧'],
    ['a half conflict', '<<<<<<< a\nx\n=======\ny\n', '<<<<<<< a↵x↵=======↵y↵'],
    ['only a closing marker', 'x\n>>>>>>> b\n', 'x↵>>>>>>> b↵'],
    ['markers in a string', 'const s = "<<<<<<< a";\n', 'const s = "<<<<<<< a";↵'],
    [
      'a nested conflict stays text of the outer one',
      '<<<<<<< a\n<<<<<<< c\nx\n=======\ny\n>>>>>>> d\n=======\nz\n>>>>>>> b\n',
      '⟦<<<<<<< c↵x↵=======↵y↵>>>>>>> d↵¦-¦z↵⟧',
    ],
    [
      'a longer inner conflict in the base',
      '<<<<<<< a\nx\n||||||| o\n<<<<<<<<< p\n1\n=========\n2\n>>>>>>>>> q\n=======\ny\n>>>>>>> b\n',
      '⟦x↵¦<<<<<<<<< p↵1↵=========↵2↵>>>>>>>>> q↵¦y↵⟧',
    ],
    [
      'two conflicts',
      'a\n<<<<<<< l\n1\n=======\n2\n>>>>>>> r\nb\n<<<<<<< l\n3\n=======\n4\n>>>>>>> r\n',
      'a↵⟦1↵¦-¦2↵⟧b↵⟦3↵¦-¦4↵⟧',
    ],
  ])('%s', (_name, text, expected) => {
    expect(seen(text, 7)).toBe(expected);
  });

  it('keeps the spans of the marked text and the labels', () => {
    const text = `head\n<<<<<<< HEAD:a b\nx\n=======\ny\n>>>>>>> topic\ntail\n`;
    const [conflict] = conflictsOf(parseMarkers(text));
    expect(conflict && text.slice(conflict.span.start, conflict.span.end)).toBe(
      '<<<<<<< HEAD:a b\nx\n=======\ny\n>>>>>>> topic\n',
    );
    expect(conflict?.labels).toEqual({ left: 'HEAD:a b', base: '', right: 'topic' });
  });

  it('finds the length of the markers', () => {
    expect(detectMarkerSize('plain\n')).toBe(7);
    expect(detectMarkerSize(`${'<'.repeat(15)} a\nx\n${'='.repeat(15)}\ny\n${'>'.repeat(15)} b\n`)).toBe(15);
  });
});

describe('printing', () => {
  const text = fc
    .array(fc.constantFrom('a\n', 'b\n', '', '<<<<<<<', '=======\n', 'x\r\n'), { maxLength: 4 })
    .map((lines) => lines.join(''));
  const side = text
    .filter((value) => !/^[<|=>]{7}/m.test(value))
    .map((value) => (value === '' || value.endsWith('\n') ? value : `${value}\n`));
  const label = fc.constantFrom('ours', 'HEAD', 'a b', '');

  it.each(['merge', 'diff3'] as const)('is undone by parsing: %s', (style) => {
    fc.assert(
      fc.property(
        fc.record({ base: side, left: side, right: side }),
        label,
        fc.integer({ min: 7, max: 20 }),
        (three, name, markerSize) => {
          const labels = { left: name, base: name, right: name };
          const conflict = {
            span: { start: 0, end: 0 },
            sides: style === 'merge' ? { left: three.left, right: three.right } : three,
            labels,
          };
          const printed = printHunks(
            [
              { kind: 'stable', text: 'before\n' },
              { kind: 'conflict', conflict },
              { kind: 'stable', text: 'after\n' },
            ],
            { style, markerSize },
          );
          const [found] = conflictsOf(parseMarkers(printed, { markerSize }));
          expect(found?.sides).toEqual(conflict.sides);
          expect(printHunks(parseMarkers(printed, { markerSize }), { style, markerSize })).toBe(printed);
        },
      ),
      runs(),
    );
  });

  it('never throws and never loses a unit of any text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('<<<<<<< a\n', '=======\n', '||||||| o\n', '>>>>>>> b\n', '\r\n', '\u0000'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const whole = pieces.join('');
        let at = 0;
        let rebuilt = '';
        for (const hunk of parseMarkers(whole)) {
          const length = hunk.kind === 'stable' ? hunk.text.length : hunk.conflict.span.end - hunk.conflict.span.start;
          rebuilt += whole.slice(at, at + length);
          if (hunk.kind === 'stable') expect(hunk.text).toBe(whole.slice(at, at + length));
          at += length;
        }
        expect(rebuilt).toBe(whole);
      }),
      runs(),
    );
  });
});

describe('recovering the base', () => {
  const stages = {
    base: 'import a\n\nfunction f() {\n  return 1;\n}\n\nfunction g() {\n  return 1;\n}\n',
    left: 'import a\n\nfunction f() {\n  return 1;\n}\n\nfunction g() {\n  return 2;\n}\n',
    right: 'import a\n\nfunction f() {\n  return 1;\n}\n\nfunction g() {\n  return 3;\n}\n',
  };

  it('finds what the default style does not show', () => {
    const hunks = recoverBases(parseMarkers(gitMergeFile(stages).text), stages);
    expect(conflictsOf(hunks).map((conflict) => conflict.sides.base)).toEqual(['  return 1;\n']);
  });

  it(
    'is right about every conflict of git’s default style that it fills in',
    () => {
      const line = fc.integer({ min: 0, max: 40 }).map((n) => `line ${n}\n`);
      const edit = (lines: string[]) =>
        fc
          .array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 2 }), fc.array(line, { maxLength: 2 })), {
            minLength: 1,
            maxLength: 3,
          })
          .map((edits) => {
            const out = [...lines];
            for (const [at, drop, add] of edits) out.splice(at, drop, ...add);
            return out.join('');
          });
      const lines = Array.from({ length: 40 }, (_, i) => `line ${i}\n`);
      fc.assert(
        fc.property(edit(lines), edit(lines), (left, right) => {
          const three = { base: lines.join(''), left, right };
          const recovered = conflictsOf(recoverBases(parseMarkers(gitMergeFile(three).text, { markerSize: 7 }), three));
          const known = conflictsOf(lineMerge(three).hunks);
          for (const conflict of recovered) {
            if (conflict.sides.base !== undefined) expect(three.base).toContain(conflict.sides.base);
            // Where git's default style shows the same two sides as diff3, the base is the one diff3 shows.
            const twins = known.filter(
              (other) => other.sides.left === conflict.sides.left && other.sides.right === conflict.sides.right,
            );
            if (twins.length === 1 && recovered.length === known.length)
              expect(conflict.sides.base).toBe(twins[0]?.sides.base);
          }
        }),
        runs(60),
      );
    },
    within(120_000),
  );
});
