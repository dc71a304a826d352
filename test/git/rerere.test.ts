/** Cutting git's remembered resolutions out of a whole file: exactly, or not at all. */
import { expect, it } from 'vitest';
import { resolvedIn } from '../../server/git/rerere.ts';

const conflict = (one: string, other: string) => `<<<<<<<\n${one}=======\n${other}>>>>>>>\n`;
const texts = (before: string, after: string) => resolvedIn(before, after).map(({ text }) => text);

it('cuts each resolution between the same surroundings', () => {
  const before = `a\n${conflict('1\n', '2\n')}middle\n${conflict('3\n', '4\n')}z\n`;
  expect(texts(before, 'a\n2\nmiddle\n4\nz\n')).toEqual(['2\n', '4\n']);
});

it('refuses where a resolution may hold the surroundings too', () => {
  const before = `f {\n${conflict('1\n', '2\n')}}\n${conflict('3\n', '4\n')}end\n`;
  expect(texts(before, 'f {\nif {\n}\n2\n}\n4\nend\n')).toEqual([]);
});

it('takes the last surroundings from the end, also where the resolution holds them', () => {
  const before = `f {\n${conflict('1\n', '2\n')}}\n`;
  expect(texts(before, 'f {\nif {\n}\n2\n}\n')).toEqual(['if {\n}\n2\n']);
  expect(texts(before, 'f {\n2\n}\nmore\n')).toEqual([]);
});
