/** What is ranked beforehand, as if conflicts had been decided, leaves no trace in any answer. */
import { expect, it } from 'vitest';
import type { ConflictContext, DecidedSibling } from '../../server/resolve/candidate.ts';
import { REHEARSED, rehearse } from '../../server/resolve/rehearse.ts';
import { bestResolution, keepConflicts, type Services } from '../../server/resolve/resolve.ts';
import { loadServices } from '../../server/services.ts';

const COUNT = REHEARSED + 5;

const contexts: readonly ConflictContext[] = Array.from({ length: COUNT }, (_, i) => ({
  path: `src/part${i % 7}.ts`,
  sides: {
    base: `const size${i} = ${i};\n`,
    left: `const size${i} = ${i} + margin;\n`,
    right: `export const size${i} = ${i};\n`,
  },
  before: '',
  after: '',
  openSiblings: [],
}));

function answers(services: Services, rehearsed: boolean) {
  const kept = keepConflicts();
  for (const context of contexts) bestResolution(context, services, kept);
  let ranked = 0;
  if (rehearsed) for (const _ of rehearse(contexts, services, kept)) ranked++;
  const decided: DecidedSibling[] = contexts
    .slice(0, 2)
    .map(({ path, sides }) => ({ path, sides, chosen: sides.right }));
  const after = contexts
    .slice(2, 40)
    .map((context) => bestResolution({ ...context, siblings: decided }, services, kept));
  return { ranked, after };
}

it('answers are the same to the last digit, rehearsed or not', async () => {
  const plain = answers(await loadServices(), false);
  const rehearsed = answers(await loadServices(), true);
  expect(rehearsed.ranked).toBeGreaterThan(100);
  expect(rehearsed.after).toEqual(plain.after);
  expect(plain.after[0]?.evidence[0]).toMatchObject({ check: 'decided', decided: 2 });
});
