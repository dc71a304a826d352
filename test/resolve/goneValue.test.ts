/** A value that one side changes and the other takes away from there (into a setting, a helper, another file) is decided by a person. */
import { expect, it } from 'vitest';
import { checkText } from '../../server/resolve/checkRest.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const services = await loadServices();

async function held(path: string, base: string, left: string, right: string, text: string) {
  await services.syntax.ready(languageOf(path));
  const context = { path, sides: { base, left, right }, before: '', after: '' };
  const evidence = checkText({ text, origin: { name: 'x', reason: '' }, generators: ['x'] }, context, services.syntax);
  return heldByEvidence(evidence.filter(({ check }) => check === 'together'));
}

it.each([
  ['a.ts', 'const RATE = 0.07;\n', "import { RATE } from './rates';\n", 'const RATE = 0.19;\n', '0.07', 'made it 0.19'],
  [
    'a.py',
    '    pause = 20\n    sleep(pause)\n',
    '    sleep(settings.PAUSE)\n',
    '    pause = 50\n    sleep(pause)\n',
    '20',
    'made it 50',
  ],
  ['a.sh', 'TAG=1.0\npull "$TAG"\n', './pull.sh\n', 'TAG=1.1\npull "$TAG"\n', '1.0', 'made it 1.1'],
  ['a.ts', '  wait: 30,\n', '  waitMs: 30_000,\n', '  wait: 60,\n', '30', 'made it 60'],
  ['a.ts', 'wait(3000);\n', 'const PAUSE = 3000;\nwait(PAUSE);\n', 'wait(6000);\n', '3000', 'made it 6000'],
  [
    'a.kt',
    '    val top = xs.sortedBy { it.rank }\n    return top.take(3)\n',
    '    return ranks.top(xs, 3)\n',
    '    val top = xs.sortedByDescending { it.rank }\n    return top.take(3)\n',
    'sortedBy',
    'made it sortedByDescending',
  ],
  [
    'a.ts',
    '  const own = doc.by === user.id;\n  return own;\n',
    '  return rules.mayEdit(user, doc);\n',
    '  const own = doc.by === user.id && !user.banned;\n  return own;\n',
    'the condition',
    'added “&& !user.banned” to it',
  ],
])('%s: %s', async (path, base, moved, edited, was, how) => {
  const said = (by: string, other: string) =>
    `${by} took ${was} away from here, and ${other} ${how}: that would be lost`;
  expect(await held(path, base, moved, edited, moved)).toBe(said('ours', 'theirs'));
  expect(await held(path, base, edited, moved, moved)).toBe(said('theirs', 'ours'));
  // With the edit in it nothing is lost, and whoever keeps it where it was follows the other side.
  expect(await held(path, base, moved, edited, edited)).toBeUndefined();
});

it.each([
  ['two values for one', '  wait: 30,\n', '  wait: 45,\n', '  wait: 60,\n'],
  ['words, and no value', "log('a');\n", 'run();\n', "print('a');\n"],
  ['nothing but the removal', 'const RATE = 0.07;\n', '', 'const RATE = 0.19;\n'],
  ['two edits', 'f(1);\ng(2);\n', 'h(x);\n', 'f(3);\ng(4);\n'],
])('says nothing of %s', async (_, base, left, right) => {
  expect(await held('a.ts', base, left, right, left)).toBeUndefined();
});
