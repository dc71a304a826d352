import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageOf } from '../../server/syntax/languages.ts';
import { parseMarkdown } from '../../server/syntax/markdown.ts';
import { signatureOf } from '../../server/syntax/policy.ts';
import { parseProperties } from '../../server/syntax/properties.ts';
import { childrenOf, leavesOf, type Tree, textOf, typeOf } from '../../server/syntax/tree.ts';
import { parseXml } from '../../server/syntax/xml.ts';
import { within } from '../support/runs.ts';
import { checkTree, languageById } from '../support/syntax.ts';

const numRuns = Number(process.env['MORTISE_FUZZ_RUNS'] ?? 200);
const parsers = { xml: parseXml, properties: parseProperties, markdown: parseMarkdown };
const pieces = fc.constantFrom(
  '<',
  '>',
  '</',
  '/>',
  '<a',
  '</a>',
  '<b x="1">',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?',
  '?>',
  '<!D',
  '"',
  "'",
  '=',
  'a',
  'b c',
  '\n',
  '\r\n',
  '\n\n',
  ' ',
  '\t',
  '    ',
  '# ',
  '## x\n',
  '- ',
  '1. ',
  '* * *\n',
  '```',
  '~~~\n',
  '|',
  '---',
  '===\n',
  '> ',
  '[a]: b',
  '\\',
  ':',
  '!',
  '😀',
  '\u00a0',
  '\uFEFF',
);
const source = fc
  .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 50 })
  .map((parts) => parts.join(''));

/** Types and leaf texts, nested: enough to see the shape at a glance. */
function shape(tree: Tree, node = 0): string {
  if (tree.last[node] === node + 1) return tree.named[node] === 1 ? `${typeOf(tree, node)}:${textOf(tree, node)}` : '';
  const inner = childrenOf(tree, node).map((child) => shape(tree, child));
  return `${typeOf(tree, node)}(${inner.filter((text) => text !== '').join(' ')})`;
}

describe('own parsers', () => {
  for (const [name, parse] of Object.entries(parsers)) {
    it(`${name}: leaves and white space are the text, whatever the text`, () => {
      fc.assert(
        fc.property(source, (text) => checkTree(parse(text))),
        { numRuns },
      );
    });

    it(
      `${name}: linear on hostile text`,
      () => {
        const begin = process.cpuUsage();
        for (const unit of [
          '<a>',
          '<a ',
          '</a>',
          '<a b="',
          '<!--',
          "<!'",
          '- ',
          '- a\n',
          '> ',
          '#',
          '# ',
          '|',
          '-|-',
          '```\n',
          '\\',
          '\\\n',
          'a\n',
          ' ',
          '=\n',
          '[',
          '* ',
        ]) {
          checkLeaves(parse(unit.repeat(20_000)));
        }
        expect(process.cpuUsage(begin).user / 1000).toBeLessThan(6000);
      },
      within(20_000),
    );
  }

  it('xml reads what is broken', () => {
    const check = (text: string, expected: string, errors: number) => {
      const tree = parseXml(text);
      checkTree(tree);
      expect([shape(tree), tree.errors]).toEqual([expected, errors]);
    };
    check('<a>1</a>', 'document(element(start_tag(name:a) text:1 end_tag(name:a)))', 0);
    check(
      '<a><b>1</a>',
      'document(element(start_tag(name:a) element(start_tag(name:b) text:1 ERROR:) end_tag(name:a)))',
      1,
    );
    check('<a>1</b></a>', 'document(element(start_tag(name:a) text:1 ERROR:</b> end_tag(name:a)))', 1);
    check('1 < 2', 'document(text:1  ERROR:< text: 2)', 1);
    check('<a', 'document(element(start_tag(name:a) ERROR:))', 2);
    check(
      "<a b='1' c=2 d/>",
      "document(element(empty_tag(name:a attribute(name:b value:'1') attribute(name:c value:2) attribute(name:d))))",
      0,
    );
  });

  it('xml tells one dependency from another', () => {
    const xml = languageById('xml');
    const tree = parseXml(
      '<dependencies><dependency><artifactId>a</artifactId><groupId>g</groupId></dependency><dependency><groupId>g</groupId><artifactId>b</artifactId></dependency></dependencies>',
    );
    const keys: (string | undefined)[] = [];
    for (let n = 0; n < tree.size; n++)
      if (textOf(tree, n).startsWith('<dependency>') && typeOf(tree, n) === 'element')
        keys.push(signatureOf(xml, tree, n));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  it('markdown nests sections and lists', () => {
    const check = (text: string, expected: string) => expect(shape(parseMarkdown(text))).toBe(expected);
    check(
      '# a #\nx\n## b\n# c\n',
      'document(section(heading(marker:# title:a) paragraph:x section(heading(marker:## title:b))) section(heading(marker:# title:c)))',
    );
    check('a\n=\nb\n', 'document(section(heading(title:a marker:=) paragraph:b))');
    check(
      '- a\n  - b\n- c\n',
      'document(list(list_item(marker:- paragraph:a list(list_item(marker:- paragraph:b))) list_item(marker:- paragraph:c)))',
    );
    check(
      '- a\n\n- b\n\nx\n',
      'document(list(list_item(marker:- paragraph:a) list_item(marker:- paragraph:b)) paragraph:x)',
    );
    check('```\n# a\n```\nb\n', 'document(fenced_code:```\n# a\n``` paragraph:b)');
    check('a|b\n-|-\n1|2\n\nx', 'document(table(row:a|b row:-|- row:1|2) paragraph:x)');
  });

  it('properties reads continuations and every separator', () => {
    const tree = parseProperties('a=1\\\n  2\nb : 3\nc 4\nd\n');
    expect(shape(tree)).toBe(
      'document(property(key:a value:1\\\n  2) property(key:b value:3) property(key:c value:4) property(key:d))',
    );
  });
});

describe('languageOf', () => {
  for (const [path, id] of [
    ['src/a.TSX', 'tsx'],
    ['a/b.d.ts', 'typescript'],
    ['C:\\x\\pom.xml', 'xml'],
    ['Cargo.lock', 'toml'],
    ['build.gradle.kts', 'kotlin'],
    ['x.vcxproj.filters', 'xml'],
    ['Gemfile', 'ruby'],
    ['.bashrc', 'bash'],
    ['tsconfig.base.json', 'json'],
    ['n.ipynb', 'json'],
    ['a.h', 'c'],
    ['Dockerfile', undefined],
    ['ts', undefined],
    ['a.', undefined],
  ] as const) {
    it(`${path} is ${id ?? 'nobody’s'}`, () => expect(languageOf(path)?.id).toBe(id));
  }
});

function checkLeaves(tree: Tree): void {
  expect(leavesOf(tree).at(-1) ?? 0).toBeLessThan(Math.max(1, tree.size));
}
