/** A check that one side deletes and the other changes is decided by a person, whichever side the numbers are for. */
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
  ['a.py', '    if seats > 10:\n        raise Full(seats)\n', '    if seats > 8:\n        raise Full(seats)\n'],
  ['a.java', 'if (o.size() < 0) {\n  throw new Bad(o);\n}\n', 'if (o.size() <= 0) {\n  throw new Bad(o);\n}\n'],
  ['a.go', '\tif n < 0 {\n\t\treturn ErrRange\n\t}\n', '\tif n < 1 {\n\t\treturn ErrRange\n\t}\n'],
  ['a.rs', '    assert!(n >= 0);\n', '    assert!(n > 0);\n'],
  ['a.kt', '    require(n >= 0)\n', '    require(n > 0)\n'],
  ['a.ts', '  if (!user) return;\n', '  if (!user || !user.active) return;\n'],
])('%s', async (path, base, edited) => {
  expect(await held(path, base, '', edited, '')).toMatch(/^ours deleted the check “.*, and theirs changed it$/);
  expect(await held(path, base, edited, '', '')).toMatch(/^theirs deleted the check “.*, and ours changed it$/);
  // The check stands: nothing of it is lost.
  expect(await held(path, base, '', edited, edited)).toBeUndefined();
});

it('says nothing of other code that goes, nor of a check that is replaced or that both took away', async () => {
  const check = '  if (n < 0) throw new Error("n");\n';
  expect(await held('a.ts', '  log("a", n);\n', '', '  log("b", n);\n', '')).toBeUndefined();
  expect(await held('a.ts', check, '', '', '')).toBeUndefined();
  const replaced = '  const m = clamp(n, 0);\n';
  expect(await held('a.ts', check, replaced, check.replace('<', '<='), replaced)).toBeUndefined();
});

it.each([
  ['a.js', "const fs = require('fs');\n", "const fs = require('node:fs');\n"],
  ['a.rb', "require 'json'\n", "require 'json/ext'\n"],
  ['a.js', '  const expected = 5;\n', '  const expected = 6;\n'],
  ['a.tsx', '  <Checkbox checked={a} />\n', '  <Checkbox checked={b} />\n'],
  ['a.ts', '  // check the size of it\n', '  // check the size of them\n'],
])('takes no other word for a check: %s: %s', async (path, base, edited) => {
  expect(await held(path, base, '', edited, '')).toBeUndefined();
});
