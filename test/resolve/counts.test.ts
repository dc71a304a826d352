/** Both sides lengthen two lists by one, and a text that has two more in one of them and one more in the other is told of. */
import { expect, it } from 'vitest';
import { miscountIn } from '../../server/merge/lines/counts.ts';
import { checkText } from '../../server/resolve/checkRest.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const services = await loadServices();

const insert = (columns: string, places: string) => `  \`INSERT INTO t (id${columns}) VALUES (?${places})\`,\n`;
const log = (places: string, values: string) => `    log.info("id={}${places}", id${values});\n`;

it.each([
  [
    'a.js',
    [insert('', ''), insert(', mail', ', ?'), insert(', age', ', ?')],
    insert(', mail, age', ', ?'),
    insert(', mail, age', ', ?, ?'),
    '3 columns and 2 values: each side added to both, “INSERT INTO t (id, mail, age) VALUES (”',
  ],
  [
    'A.java',
    [log('', ''), log(' took={}', ', took'), log(' by={}', ', by')],
    log(' took={} by={}', ', took'),
    log(' took={} by={}', ', took, by'),
    '3 places and 2 values: each side added to both, “"id={} took={} by={}"”',
  ],
] as const)('%s', async (path, [base, left, right], wrong, fine, said) => {
  await services.syntax.ready(languageOf(path));
  const context = { path, sides: { base, left, right }, before: '', after: '' };
  const held = (text: string) =>
    heldByEvidence(
      checkText({ text, origin: { name: 'x', reason: '' }, generators: ['x'] }, context, services.syntax).filter(
        ({ check }) => check === 'together',
      ),
    );
  expect(held(wrong)).toBe(said);
  expect(held(fine)).toBeUndefined();
});

const plain = 'log("{}", a);';

it.each([
  ['what a version has so', 'log("{} {}", a);', 'log("{}", a);\nlog("{} {}", b, c, error);'],
  ['a list that is spread', 'log("{} {}", ...all);', plain],
  ['places of two kinds', 'log("%s {}", a);', plain],
  ['a number used twice', 'Format("{0} {0}", a);', plain],
  ['a comma behind the last', 'log("{} {}", a,\n  f(b, c),\n);', plain],
  ['a percentage', 'log("100%", a);', plain],
  ['a text without places', 'log("a", b, c);', plain],
])('says nothing of %s', (_, text, version) => {
  expect(miscountIn(text, [version])).toBeUndefined();
});
