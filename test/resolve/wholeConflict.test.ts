/** Markers that show less than the whole conflict: what is judged is all of it, what is offered fits between the markers. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Hunk } from '../../server/merge/conflict.ts';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { parseMarkers, printHunks } from '../../server/merge/markers.ts';
import { recoverConflicts } from '../../server/merge/recoverBase.ts';
import { checkText } from '../../server/resolve/checkRest.ts';
import { ProposalCheck } from '../../server/resolve/proposalCheck.ts';
import { resolveMarked, type Services } from '../../server/resolve/resolve.ts';
import { wholeConflicts, withWholes } from '../../server/resolve/wholeConflict.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const base = '{\n  "title": "Shop",\n  "total": "Total"\n}\n';
const stages = {
  base,
  left: base.replace('"Total"', '"Total",\n  "shipping": "Shipping"'),
  right: base.replace('"Total"', '"Total",\n  "discount": "Discount"'),
};
const marked = printHunks(lineMerge(stages, { style: 'merge', joins: 'zealous' }).hunks, { style: 'merge' });

function wholesOf(hunks: readonly Hunk[], versions: typeof stages) {
  const merge = lineMerge(versions);
  return wholeConflicts(hunks, recoverConflicts(hunks, versions, merge), versions, merge);
}

async function resolved(text: string) {
  const services: Services = await loadServices();
  await services.syntax.ready(languageOf('en.json'));
  return resolveMarked({ path: 'en.json', text, stages }, services);
}

it('an entry that both sides added behind the same comma is an entry of a list', async () => {
  // The comma is not between the markers: both sides put it.
  expect(marked).toContain('"Total",\n<<<<<<<');
  const [conflict] = await resolved(marked);
  const [first] = conflict?.resolutions ?? [];
  expect(first?.candidate.origin.name).toBe('key by key');
  expect(first?.candidate.text).toBe('  "shipping": "Shipping",\n  "discount": "Discount"\n');
  const { start = 0, end = 0 } = conflict?.span ?? {};
  for (const { candidate, evidence } of conflict?.resolutions ?? []) {
    const parses = evidence.find(({ check }) => check === 'parses');
    const text = marked.slice(0, start) + candidate.text + marked.slice(end);
    if (parses?.check === 'parses' && parses.passed) expect(() => JSON.parse(text)).not.toThrow();
  }
  const sides = conflict?.resolutions.map(({ candidate }) => candidate.text);
  expect(sides).toContain(conflict?.context.sides.left);
  expect(sides).toContain(conflict?.context.sides.right);
});

it('what a model writes between the markers is checked for all of it', async () => {
  const [conflict] = await resolved(marked);
  const services = await loadServices();
  if (!conflict) throw new Error('a conflict was made');
  const text = '  "shipping": "Shipping",\n  "discount": "Discount"\n';
  const check = new ProposalCheck(conflict.context, services.syntax, async () => undefined);
  const { evidence, problems } = await check.check(text, new AbortController().signal);
  expect(problems).toEqual([]);
  // The comma is the sides' own, and neither removed the total.
  expect(evidence.map((one) => one.check)).toEqual(['parses', 'edits']);
  const account = evidence.find((one) => one.check === 'edits');
  expect(account).toMatchObject({ left: { kept: [{ removed: '' }] }, right: { kept: [{ removed: '' }] } });
  const candidate = { text, origin: { name: 'model', reason: '' }, generators: [] };
  expect(check.evidence(candidate)).toEqual(checkText(candidate, conflict.context, services.syntax));
});

it('is judged as it is shown where the lines around it were edited', async () => {
  const edited = marked.replace('"Total",', '"Sum",');
  const [conflict] = await resolved(edited);
  expect(conflict?.context.whole).toBeUndefined();
  expect(conflict?.resolutions.length).toBeGreaterThan(1);
});

it('has no base where that is a merge with conflicts', () => {
  const virtual = base.replace(
    '"Total"',
    '"Total",\n<<<<<<<<< Temporary merge branch 1\n  "a": 1\n=========\n  "b": 1\n>>>>>>>>> Temporary merge branch 2\n',
  );
  const versions = { ...stages, base: virtual };
  const text = printHunks(lineMerge(versions, { style: 'merge', joins: 'zealous' }).hunks, { style: 'merge' });
  const hunks = parseMarkers(text, { stages: versions });
  expect(hunks.some(({ kind }) => kind === 'conflict')).toBe(true);
  expect(wholesOf(hunks, versions).every((whole) => whole === undefined)).toBe(true);
});

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '}', ''), { maxLength: 12 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''));

it('whatever the texts: what is judged is the conflict of the diff3 style, and stands in the file as it is', () => {
  let found = 0;
  fc.assert(
    fc.property(text, text, text, fc.constantFrom('merge' as const, 'zdiff3' as const), (base, left, right, style) => {
      const whole = lineMerge({ base, left, right });
      const shown = printHunks(lineMerge({ base, left, right }, { style, joins: 'zealous' }).hunks, { style });
      const hunks = parseMarkers(shown, { stages: { base, left, right } });
      const wholes = wholesOf(hunks, { base, left, right });
      const conflicts = whole.hunks.flatMap((hunk) => (hunk.kind === 'conflict' ? [hunk.conflict.sides] : []));
      for (const one of wholes) {
        if (one === undefined) continue;
        found++;
        expect(conflicts).toContainEqual(one.sides);
      }
      const side = (all: readonly Hunk[], name: 'left' | 'right') =>
        all.map((hunk) => (hunk.kind === 'stable' ? hunk.text : hunk.conflict.sides[name])).join('');
      const all = [...withWholes(hunks, wholes)];
      for (const name of ['left', 'right'] as const) expect(side(all, name)).toBe(side([...hunks], name));
    }),
    { numRuns: 400 },
  );
  expect(found).toBeGreaterThan(20);
});
