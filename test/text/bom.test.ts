import { describe, expect, it } from 'vitest';
import { loadRanker } from '../../server/resolve/loadRanker.ts';
import { resolveConflict } from '../../server/resolve/resolve.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';
import { settleBom } from '../../server/text/bom.ts';

const bom = '\uFEFF';

describe('the byte order mark is merged on its own', () => {
  it.each([
    [
      'in all three: once',
      { base: `${bom}a\n`, left: `${bom}l\n`, right: `${bom}r\n` },
      `${bom}l\n${bom}r\n`,
      `${bom}l\nr\n`,
    ],
    ['added by one side', { base: 'a\n', left: `${bom}a\n`, right: 'r\n' }, 'r\n', `${bom}r\n`],
    ['taken out by one side', { base: `${bom}a\n`, left: 'a\n', right: `${bom}r\n` }, `${bom}r\n`, 'r\n'],
    ['nowhere', { base: 'a\n', left: 'l\n', right: 'r\n' }, 'l\nr\n', 'l\nr\n'],
    ['without a base: where a side has it', { left: `${bom}l\n`, right: 'r\n' }, 'l\nr\n', `${bom}l\nr\n`],
    [
      'one inside stays',
      { base: `${bom}a\n${bom}b\n`, left: `${bom}a\n${bom}b\n`, right: `${bom}a\n${bom}b\n` },
      `${bom}a\n${bom}b\n`,
      `${bom}a\n${bom}b\n`,
    ],
  ])('%s', (_name, sides, merged, expected) => {
    expect(settleBom(sides, merged)).toBe(expected);
  });
});

describe('a conflict on the first line of a file with a byte order mark', () => {
  const services = { syntax: noSyntax, ranker: loadRanker('models', noSyntax).ranker };
  const texts = (base: string, left: string, right: string) =>
    resolveConflict({ path: 'A.cs', sides: { base, left, right }, before: '', after: '' }, services);

  it('never gets two marks, and keeps each side as it is', () => {
    const [left, right] = [`${bom}using B;\n`, `${bom}using C;\n`];
    const found = texts(`${bom}using A;\n`, left, right);
    const both = found.find(({ candidate }) => candidate.generators.includes('left+right'));
    expect(both?.candidate.text).toBe(`${bom}using B;\nusing C;\n`);
    expect(found.map(({ candidate }) => candidate.text)).toEqual(expect.arrayContaining([left, right]));
    for (const { candidate } of found) expect(candidate.text.lastIndexOf(bom)).toBeLessThanOrEqual(0);
  });

  it('loses the mark where one side took it out', () => {
    const found = texts(`${bom}f(a);\n`, 'f(a, b);\n', `${bom}f(c);\n`);
    const merged = found.find(({ candidate }) => candidate.generators.includes('token merge'));
    expect(merged?.candidate.text).toBe('f(c, b);\n');
  });
});
