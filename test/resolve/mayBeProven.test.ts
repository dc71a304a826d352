/** What the merge driver asks before it loads anything: never no where a rule that is proven could apply. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { mayBeProven, PROVEN } from '../../server/resolve/mayBeProven.ts';

it('asks for what every proven rule of the shipped model needs', () => {
  const model = JSON.parse(gunzipSync(readFileSync('models/rank.json.gz')).toString());
  expect(model.safeRules.length).toBeGreaterThan(0);
  for (const { needs, keepsAll } of model.safeRules) {
    const found = PROVEN.filter((name) => needs.includes(name));
    expect(found).not.toEqual([]);
    // Theirs alone counts where it keeps all of ours.
    if (found.every((name) => name === 'right')) expect(keepsAll).toBe(true);
  }
});

const base = 'const a = one;\nconst b = two;\n';

it.each([
  ['both made one change', 'const a = 1;\nconst b = two;\n', 'const a =  1;\nconst b = two;\n', true],
  ['words of one line merge', 'let a = one;\nconst b = two;\n', 'const a = 1;\nconst b = two;\n', true],
  [
    'theirs has all of ours',
    'const a = one;\nconst b = two;\nc();\n',
    'const a = one;\nconst b = two;\nc();\nd();\n',
    true,
  ],
  ['two values', 'const a = 1;\nconst b = two;\n', 'const a = 3;\nconst b = two;\n', false],
  ['a deletion and an edit', 'const b = two;\n', 'const a = 3;\nconst b = two;\n', false],
  ['no conflict', 'const a = 1;\nconst b = two;\n', base, false],
])('%s', (_, left, right, may) => {
  expect(mayBeProven('a.ts', { base, left, right })).toBe(may);
});
