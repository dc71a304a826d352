/** Where the larger version need not be meant: nothing in bulk takes a side, and the words say why. */
import { describe, expect, it } from 'vitest';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { loadRanker } from '../../server/resolve/loadRanker.ts';
import { resolveConflict } from '../../server/resolve/resolve.ts';
import { versionDoubt, versionDoubtOf } from '../../server/resolve/rules/versionDoubt.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';

describe('the larger version', () => {
  it.each([
    ['an exclusion', 'a!=1.0.0', 'a!=1.1.0', 'a!=1.2.0', 'excluded'],
    ['a bound that both tighten', 'a<3.0', 'a<2.0', 'a<2.5', 'bound'],
    ['a bound with a sign more', 'a >=1.0, <= "3.0"', 'a >=1.0, <= "2.0"', 'a >=1.0, <= "2.5"', 'bound'],
    ['the end of a range', '[1.0,3.0)', '[1.0,2.0)', '[1.0,2.5)', 'bound'],
    ['a bound by its name', 'maxVersion = "3.0"', 'maxVersion = "2.0"', 'maxVersion = "2.5"', 'bound'],
    ['a bound in a tag', '<maxVersion>3.0<', '<maxVersion>2.0<', '<maxVersion>2.5<', 'bound'],
    ['an address', 'host: 10.0.0.1', 'host: 10.0.0.2', 'host: 10.0.0.3', 'address'],
    ['what ours lowered', '"version": "2.1.0"', '"version": "1.0.1"', '"version": "2.2.0"', 'lowered'],
    ['what theirs lowered', '"version": "2.1.0"', '"version": "2.2.0"', '"version": "1.0.1"', undefined],
    ['a version that both raise', '"version": "1.0.0"', '"version": "1.2.0"', '"version": "1.1.0"', undefined],
    ['a lower bound', 'a>=1.0', 'a>=1.1', 'a>=1.2', undefined],
    [
      'four numbers of an assembly',
      'AssemblyVersion("1.0.0.0")',
      'AssemblyVersion("1.0.0.1")',
      'AssemblyVersion("1.0.0.2")',
      undefined,
    ],
    ['four numbers of a package', "'a:b:1.0.0.0'", "'a:b:1.0.0.1'", "'a:b:1.0.0.2'", undefined],
    ['a tag', '<version>1.0</version>', '<version>1.1</version>', '<version>1.2</version>', undefined],
    ['more than versions', 'a<1.0', 'a<1.1', 'b<1.2', undefined],
  ])('%s', (_, base, left, right, kind) => {
    expect(versionDoubt(base, left, right)?.kind).toBe(kind);
  });

  it.each([
    ['a decimal', 'const rate = 1.5;', 'const rate = 1.25;', 'const rate = 1.75;', 'number'],
    ['an argument', 'f(a, 1.5)', 'f(a, 1.6)', 'f(a, 1.7)', 'number'],
    ['a text', "need('a@1.5')", "need('a@1.6')", "need('a@1.7')", undefined],
    ['a quoted version', 'v = "1.5"', 'v = "1.6"', 'v = "1.7"', undefined],
    ['a version by its name', 'const version = 1.5', 'const version = 1.6', 'const version = 1.7', undefined],
    ['three numbers', '// 1.5.0', '// 1.6.0', '// 1.7.0', undefined],
  ])('in code: %s', (_, base, left, right, kind) => {
    expect(versionDoubtOf({ base, left, right }, 'typescript')?.kind).toBe(kind);
    expect(versionDoubtOf({ base, left, right }, undefined)).toBeUndefined();
  });

  it('takes no longer for each version of a long line than for the first', () => {
    const line = (last: string) => `${'max'.repeat(100_000)}${' 1.0, max'.repeat(4000)}\n"a": "${last}"`;
    const before = performance.now();
    expect(versionDoubt(line('1.0'), line('1.1'), line('1.2'))).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('is offered in other words where it is in doubt, and held back', () => {
    const services = { syntax: noSyntax, ranker: loadRanker('models', noSyntax).ranker };
    const of = (base: string, left: string, right: string) =>
      resolveConflict({ path: 'requirements.txt', sides: { base, left, right }, before: '', after: '' }, services);
    const all = of('lib!=1.0.0\n', 'lib!=1.1.0\n', 'lib!=1.2.0\n');
    const found = all.find(({ candidate }) => candidate.generators.includes('larger version'));
    expect(found?.candidate.origin.reason).toContain('which need not be what is meant');
    expect(all.map(({ tier }) => tier)).not.toContain('likely');
    expect(all.map(({ tier }) => tier)).not.toContain('safe');
    for (const { evidence } of all)
      expect(heldByEvidence(evidence)).toBe(
        'each side excludes another version (1.1.0, 1.2.0): to take one is to lose the other',
      );
    const plain = of('lib==1.0.0\n', 'lib==1.1.0\n', 'lib==1.2.0\n');
    const same = plain.find(({ candidate }) => candidate.generators.includes('larger version'));
    expect(same?.candidate.origin.reason).toBe('the sides differ in version numbers only: takes the larger');
    expect(heldByEvidence(same?.evidence ?? [])).toBeUndefined();
    // What is held is only the text with both lines.
    expect(plain.flatMap(({ evidence }) => heldByEvidence(evidence) ?? [])).toEqual([
      'the dependency lib stands there twice',
    ]);
  });
});
