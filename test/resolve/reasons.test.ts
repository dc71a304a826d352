/** Every text that resolving offers says what it does in words: no generator's own name reaches a user. */
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { loadRanker } from '../../server/resolve/loadRanker.ts';
import { decisionsBehind, fraction, reasonOf } from '../../server/resolve/reasons.ts';
import { resolveFile, type Services } from '../../server/resolve/resolve.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { loadSyntax } from '../../server/syntax/treeSitter.ts';
import { runs } from '../support/runs.ts';
import { grammarsDir } from '../support/syntax.ts';

let services: Services;
beforeAll(async () => {
  const syntax = await loadSyntax(grammarsDir());
  for (const path of ['a.ts', 'a.json', 'CHANGELOG.md']) await syntax.ready(languageOf(path));
  services = { syntax, ranker: loadRanker(join(import.meta.dirname, '../../models'), syntax).ranker };
});

it('has words for every generator, each its own', () => {
  const line = fc.constantFrom(
    "import { a, b } from './m';",
    "import { c } from './m';",
    'const list = [1, 2];',
    '  f(a, b, 1.2.3);',
    '  f(a, c, "x y");',
    '  "key": 1,',
    '  "other": 2',
    '## 1.2.0',
    '- an entry',
    'version = 1.10.0',
    '}',
    '',
  );
  const text = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => `${lines.join('\n')}\n`);
  const said = new Map<string, string>();
  fc.assert(
    fc.property(fc.constantFrom('a.ts', 'a.json', 'CHANGELOG.md'), text, text, text, (path, base, left, right) => {
      const merged = resolveFile({ path, sides: { base, left, right } }, { kind: 'tier', tier: 'none' }, services);
      for (const { resolutions } of merged.conflicts)
        for (const { candidate } of resolutions)
          for (const name of candidate.generators) said.set(name, reasonOf(name));
    }),
    runs(100),
  );
  expect(said.size).toBeGreaterThan(40);
  for (const [name, reason] of said) {
    expect(reason, name).not.toBe(name);
    expect(reason, name).not.toMatch(/\b(fine|myers|token|LR|RL|left|right)\b/);
  }
});

it.each([
  [0.998, 'more than 99 in 100'],
  [0.97, '97 in 100'],
  [0.936, '93 in 100'],
  [0.9, '90 in 100'],
  [0.86, '8 in 10'],
  [0.84, '8 in 10'],
  [0.3, '3 in 10'],
  [0.19, '1 in 10'],
  [0.06, 'fewer than 1 in 10'],
])('%d is %s', (confidence, words) => expect(fraction(confidence)).toBe(words));

it.each([
  ['ours', 1, 1, 'counts your decision in this operation, which took ours'],
  ['ours', 0, 1, 'against it: your decision in this operation took something else (not ours)'],
  ['both', 0, 1, 'against it: your decision in this operation took one side alone'],
  ['ours', 3, 3, 'counts your 3 decisions in this operation: all took ours'],
  ['ours', 2, 3, 'counts your 3 decisions in this operation: 2 took ours'],
  ['ours', 1, 3, 'against it: only 1 of your 3 decisions in this operation took ours'],
  ['ours', 0, 3, 'against it: your 3 decisions in this operation all took something else (not ours)'],
] as const)('%s: says what %i of %i decisions say', (way, alike, decided, said) => {
  expect(decisionsBehind({ check: 'decided', way, alike, decided })).toBe(said);
});
