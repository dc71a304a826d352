/** Conflicts in conflicts, halves before wholes, and lines of `=` that divide nothing. */
import { describe, expect, it } from 'vitest';
import { conflictsOf } from '../../server/merge/conflict.ts';
import { parseMarkers, printHunks } from '../../server/merge/markers.ts';

const inner = '<<<<<<< c\n1\n=======\n2\n>>>>>>> d\n';
const longer = '<<<<<<<<< Temporary merge branch 1\n1\n=========\n2\n>>>>>>>>> Temporary merge branch 2\n';

describe('which markers make the conflict', () => {
  it.each([
    [
      'longer markers in the base, as git writes them for criss-cross merges',
      `<<<<<<< a\nx\n||||||| o\n${longer}=======\ny\n>>>>>>> b\n`,
      [['x\n', longer, 'y\n']],
    ],
    [
      'the same length in the base',
      `<<<<<<< a\nx\n||||||| o\n${inner}=======\ny\n>>>>>>> b\n`,
      [['x\n', inner, 'y\n']],
    ],
    ['the same length in left', `<<<<<<< a\n${inner}=======\ny\n>>>>>>> b\n`, [[inner, undefined, 'y\n']]],
    ['the same length in right', `<<<<<<< a\nx\n=======\n${inner}>>>>>>> b\n`, [['x\n', undefined, inner]]],
    ['a half before a whole', `<<<<<<< half\nx\n${inner}`, [['1\n', undefined, '2\n']]],
    [
      'a heading in left',
      '<<<<<<< a\nTitle\n=======\n\nlong text here\n=======\ny\n>>>>>>> b\n',
      [['Title\n=======\n\nlong text here\n', undefined, 'y\n']],
    ],
    [
      'a heading in right',
      '<<<<<<< a\nlong text here\n=======\nTitle\n=======\n>>>>>>> b\n',
      [['long text here\n', undefined, 'Title\n=======\n']],
    ],
    [
      'a heading in left, with a base',
      '<<<<<<< a\nTitle\n=======\n||||||| o\nz\n=======\ny\n>>>>>>> b\n',
      [['Title\n=======\n', 'z\n', 'y\n']],
    ],
  ])('%s', (_name, text, expected) => {
    const hunks = parseMarkers(text);
    expect(conflictsOf(hunks).map(({ sides }) => [sides.left, sides.base, sides.right])).toEqual(expected);
    expect(printHunks(hunks)).toBe(text);
  });

  it('keeps markers as they were written when only a label is replaced', () => {
    const text = '<<<<<<<<< \r\nx\r\n=========\r\ny\r\n>>>>>>>>>\r\n';
    const hunks = parseMarkers(text);
    expect(printHunks(hunks)).toBe(text);
    expect(printHunks(hunks, { labels: { left: 'ours', base: '', right: 'theirs' } })).toBe(
      '<<<<<<<<< ours\r\nx\r\n=========\r\ny\r\n>>>>>>>>> theirs\r\n',
    );
  });
});

it('finds what is to decide first in each of many conflicts, whether or not one stands in it', () => {
  const outer = `<<<<<<< a\n${longer}=======\ny\n>>>>>>> b\n`;
  const plain = '<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n';
  const text = Array.from({ length: 30 }, (_, i) => `${i}\n${i % 3 === 0 ? plain : outer}`).join('');
  const found = conflictsOf(parseMarkers(text)).map(({ sides }) => sides.left);
  expect(found).toEqual(Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 'x\n' : '1\n')));
});
