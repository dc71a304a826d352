/** One side put a word around every call of a function, and the other added a call without: told, whichever text has both. */
import { expect, it } from 'vitest';
import { unmarkedOf } from '../../server/merge/meeting/unmarked.ts';
import { checkText } from '../../server/resolve/checkRest.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const services = await loadServices();

/** The base's line, as ours has it, and a line that theirs adds behind it. */
type Row = readonly [path: string, base: string, marked: string, added: string, said: string];

const rows: readonly Row[] = [
  ['a.ts', '  db.add(row);\n', '  await db.add(row);\n', '  db.add(log);\n', 'OURS put await before every db.add(…)'],
  ['a.py', '    x = load(a)\n', '    x = await load(a)\n', '    y = load(b)\n', 'OURS put await before every load(…)'],
  [
    'a.swift',
    '  let a = read(x)\n',
    '  let a = try read(x)\n',
    '  let b = read(y)\n',
    'OURS put try before every read(…)',
  ],
  ['a.go', '\tmu.Unlock()\n', '\tdefer mu.Unlock()\n', '\tmu.Unlock()\n', 'OURS put defer before every mu.Unlock(…)'],
  [
    'a.rs',
    '    let a = read(x);\n',
    '    let a = read(x)?;\n',
    '    let b = read(y);\n',
    'OURS put ? behind every read(…)',
  ],
  ['b.rs', '    send(x);\n', '    send(x).await;\n', '    send(y);\n', 'OURS put .await behind every send(…)'],
  [
    'b.go',
    '\ta := parse(x)\n',
    '\ta, err := parse(x)\n',
    '\tb := parse(y)\n',
    'OURS put err there for what comes back from every parse(…)',
  ],
];

it.each(rows)('%s: %s', async (path, base, marked, added, said) => {
  await services.syntax.ready(languageOf(path));
  const both = marked + added;
  for (const [ours, theirs, by, other] of [
    [marked, base + added, 'ours', 'theirs'],
    [base + added, marked, 'theirs', 'ours'],
  ] as const) {
    const context = { path, sides: { base, left: ours, right: theirs }, before: '', after: '' };
    const held = (text: string) =>
      heldByEvidence(
        checkText({ text, origin: { name: 'x', reason: '' }, generators: ['x'] }, context, services.syntax).filter(
          ({ check }) => check === 'together',
        ),
      );
    expect(held(both)).toBe(`${said.replace('OURS', by)}, and ${other} added one without`);
    for (const side of [ours, theirs]) expect(held(side)).toBeUndefined();
  }
});

it.each([
  ['one that was there without it', 'f(a);\nf(b);\n', 'await f(a);\nf(b);\n', 'f(a);\nf(b);\nf(c);\n'],
  ['one that is waited for by another', 'f(a);\n', 'await f(a);\n', 'f(a);\nreturn f(b);\n'],
  ['one of a list of them', 'f(a);\n', 'await f(a);\n', 'f(a);\nawait Promise.all([f(b), f(c)]);\n'],
  ['one with what follows it', 'f(a);\n', 'await f(a);\n', 'f(a);\nf(b).then(done);\n'],
  ['one within another function', 'f(a);\n', 'await f(a);\n', 'f(a);\nrun(() => f(b));\n'],
  ['a declaration', 'f(a);\n', 'await f(a);\n', 'f(a);\nfunction f(x) {}\n'],
  ['another call', 'f(a);\n', 'await f(a);\n', 'f(a);\nx.f(b);\n'],
  ['a comment', 'f(a);\n', 'await f(a);\n', 'f(a);\n// f(b)\n'],
  ['a question', 'f(a);\n', 'f(a) ? b : c;\n', 'f(a);\nf(b);\n'],
])('says nothing of %s', (_, base, marked, other) => {
  const result = marked + other.slice(base.length);
  expect(unmarkedOf([base, marked, other])?.(result) ?? []).toEqual([]);
});

it('takes no condition for a word behind a call', () => {
  const [base, ours] = ['a = f(x);\n', 'a = f(x)?1:2;\n'];
  expect(unmarkedOf([base, ours, `${base}b = f(y);\n`])?.(`${ours}b = f(y);\n`) ?? []).toEqual([]);
});
