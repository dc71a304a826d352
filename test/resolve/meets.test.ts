/**
 * An edit of ours and one of theirs in one expression: told of the text that has both, whichever side is ours, and nothing in bulk
 * writes it. A fixture holds what git saw, the text that keeps both edits, and what is said of it (`said.txt`).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeEvidence } from '../../server/cli/show.ts';
import { evidenceLines } from '../../server/lsp/words.ts';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { checkText } from '../../server/resolve/checkRest.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { resolveFile } from '../../server/resolve/resolve.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const root = join(import.meta.dirname, '..', 'fixtures', 'meets');
const services = await loadServices();

function cases(kind: string) {
  return readdirSync(join(root, kind)).map((name) => {
    const folder = join(root, kind, name);
    const extension =
      readdirSync(folder)
        .find((file) => file.startsWith('base.'))
        ?.slice('base.'.length) ?? '';
    const read = (part: string) => readFileSync(join(folder, `${part}.${extension}`), 'utf8');
    const said = join(folder, 'said.txt');
    return {
      ...{ name, path: `a.${extension}`, base: read('base'), left: read('left'), right: read('right') },
      ...{ merged: read('merged'), said: existsSync(said) ? readFileSync(said, 'utf8').trim() : '' },
    };
  });
}

type Case = ReturnType<typeof cases>[number];

/** The conflict of a case with its file's resolutions, and what is checked of the text that has both edits. */
async function checked({ path, base, left, right, merged }: Case, swapped: boolean) {
  await services.syntax.ready(languageOf(path));
  const sides = swapped ? { base, left: right, right: left } : { base, left, right };
  const { conflicts } = resolveFile({ path, sides }, { kind: 'tier', tier: 'likely' }, services);
  const [conflict] = conflicts;
  if (!conflict) throw new Error('git would see no conflict');
  const stable = lineMerge(sides).hunks.flatMap((hunk) => (hunk.kind === 'stable' ? [hunk.text] : []));
  const text = merged.slice(stable[0]?.length, merged.length - (stable[1]?.length ?? 0));
  const candidate = { text, origin: { name: 'both', reason: '' }, generators: ['both'] };
  return { conflict, text, evidence: checkText(candidate, conflict.context, services.syntax) };
}

const ways = [false, true] as const;

describe.each(cases('told'))('$name', (one) => {
  it.each(ways)('is told and held back (the other way round: %s)', async (swapped) => {
    const { conflict, text, evidence } = await checked(one, swapped);
    const said = `both sides changed the same ${one.said}`;
    expect(heldByEvidence(evidence)).toBe(said);
    const found = conflict.resolutions.find(({ candidate }) => candidate.text === text);
    expect(found, 'the text is among those offered').toBeDefined();
    if (conflict.resolutions.indexOf(found as NonNullable<typeof found>) === 0) expect(found?.tier).toBe('possible');
    expect(conflict.applied?.candidate.text).not.toBe(text);
  });

  it('is not told of a side', async () => {
    const { conflict } = await checked(one, false);
    const { left, right } = conflict.context.sides;
    for (const side of [left, right]) {
      const candidate = { text: side, origin: { name: 'left', reason: '' }, generators: ['left'] };
      const evidence = checkText(candidate, conflict.context, services.syntax);
      expect(evidence.map(({ check }) => check)).not.toContain('meets');
    }
  });
});

it('says little of a long expression, and holds it back all the same', async () => {
  const sum = (first: string, sign: string) =>
    `let a =\n  ${first}${Array.from({ length: 300 }, (_, n) => `\n  ${sign} value${n}(${n})`).join('')};\n`;
  const one = { name: '', path: 'a.ts', said: '', base: sum('v', '+') };
  const [left, right, merged] = [sum('v', '-'), sum('w', '+'), sum('w', '-')];
  const { evidence } = await checked({ ...one, left, right, merged }, false);
  const meets = evidence.filter(({ check }) => check === 'meets');
  expect(meets).toHaveLength(1);
  expect(JSON.stringify(meets).length).toBeLessThan(2000);
  expect(heldByEvidence(evidence)).toContain('both sides changed the same calculation');
});

describe.each(cases('in two statements'))('$name', (one) => {
  it.each(ways)('is told and held back (the other way round: %s)', async (swapped) => {
    const { conflict, text, evidence } = await checked(one, swapped);
    const turned: Record<string, string> = { ours: 'theirs', theirs: 'ours' };
    const said = swapped ? one.said.replace(/^ours|(?<= and )theirs/g, (side) => turned[side] ?? '') : one.said;
    expect(heldByEvidence(evidence.filter(({ check }) => check === 'meets'))).toBe(said);
    const found = conflict.resolutions.find(({ candidate }) => candidate.text === text);
    expect(found, 'the text is among those offered').toBeDefined();
    expect(conflict.applied?.candidate.text).not.toBe(text);
  });
});

describe.each(cases('told only'))('$name', (one) => {
  it.each(ways)('is told, and holds nothing back (the other way round: %s)', async (swapped) => {
    const { evidence } = await checked(one, swapped);
    expect(describeEvidence(evidence)[0]).toBe(`both sides changed the same ${one.said}`);
    expect(evidenceLines(evidence, { left: 'main', right: 'topic' })[0]).toBe(
      `Both sides changed the same ${one.said}.`,
    );
    expect(heldByEvidence(evidence)).toBeUndefined();
  });
});

describe.each(cases('silent'))('$name', (one) => {
  it.each(ways)('does not meet (the other way round: %s)', async (swapped) => {
    const { evidence } = await checked(one, swapped);
    expect(evidence.map(({ check }) => check)).toContain('edits');
    expect(evidence.map(({ check }) => check)).not.toContain('meets');
  });
});
