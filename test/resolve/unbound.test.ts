/** A local name that one side took away and the other's new lines use is told of the text that has both, in any language. */
import { expect, it } from 'vitest';
import { checkText } from '../../server/resolve/checkRest.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const services = await loadServices();

/** Lines of the base; ours has others in place of some, and theirs adds one behind the second. */
type Row = readonly [path: string, base: readonly string[], ours: readonly string[], added: string, name: string];

const told = async ([path, base, ours, added]: Row, before = '') => {
  await services.syntax.ready(languageOf(path));
  const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  const [theirs, both] = [base, ours].map((lines) => text([...lines.slice(0, 2), added, ...lines.slice(2)]));
  const of = (left: string, right: string) => {
    const sides = { base: text(base), left, right };
    const candidate = { text: both ?? '', origin: { name: 'x', reason: '' }, generators: ['x'] };
    const evidence = checkText(candidate, { path, sides, before, after: '' }, services.syntax);
    return heldByEvidence(evidence.filter(({ check }) => check === 'together'));
  };
  return [of(text(ours), theirs ?? ''), of(theirs ?? '', text(ours))];
};

it.each<Row>([
  [
    'A.java',
    ['  void put(Report r, boolean loud) {', '    Sink s = open(r);', '    s.put(r);', '  }'],
    ['  void put(Report r) {', '    Sink s = openAt(r);', '    s.put(r);', '  }'],
    '    if (loud) { say("put"); }',
    'loud',
  ],
  [
    'a.go',
    ['func put(r R, loud bool) error {', '\ts := open(r)', '\treturn s.Put(r)', '}'],
    ['func put(r R) error {', '\ts := openAt(r)', '\treturn s.Put(r)', '}'],
    '\tif loud { say("put") }',
    'loud',
  ],
  [
    'a.swift',
    ['func put(r: R, loud: Bool) {', '  let s = open(r)', '  s.put(r)', '}'],
    ['func put(r: R) {', '  let s = openAt(r)', '  s.put(r)', '}'],
    '  if loud { say(r) }',
    'loud',
  ],
  [
    'a.php',
    ['function put(R $r, bool $loud) {', '  $s = open($r);', '  $s->put($r);', '}'],
    ['function put(R $r) {', '  $s = openAt($r);', '  $s->put($r);', '}'],
    "  if ($loud) say('put');",
    '$loud',
  ],
  [
    'A.java',
    ['    try { run(); } catch (Exception e) {', '      log(e);', '    }'],
    ['    try { run(); } catch (Exception failed) {', '      log(failed);', '    }'],
    '      throw new Failure(e);',
    'e',
  ],
  [
    'a.ts',
    ['  for (let i = 0; i < rows.length; i++) {', '    draw(rows[i]);', '  }'],
    ['  for (const row of rows) {', '    draw(row);', '  }'],
    '    mark(i);',
    'i',
  ],
])('%s: %s', async (...row) => {
  const [, , , added, name] = row;
  const line = added.trim();
  expect(await told(row)).toEqual([
    `ours took ${name} away, and theirs uses it anew: “${line}”`,
    `theirs took ${name} away, and ours uses it anew: “${line}”`,
  ]);
});

it('is not said of a member, a key, an argument’s name, a comment, or what has the name before', async () => {
  const base = ['function put(r: R, loud: boolean) {', '  const s = open(r);', '  s.put(r);', '}'];
  const ours = ['function put(r: R) {', '  const s = openAt(r);', '  s.put(r);', '}'];
  for (const added of [
    '  say(r.loud);',
    '  say({ loud: 1 });',
    '  // loud, too',
    '  say("loud");',
    '  const loud = r.loud();',
  ])
    expect(await told(['a.ts', base, ours, added, '']), added).toEqual([undefined, undefined]);
  expect(await told(['a.ts', base, ours, '  if (loud) say(r);', ''], 'const loud = false;\n')).toEqual([
    undefined,
    undefined,
  ]);
});
