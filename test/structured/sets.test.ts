/** Import sets, key-wise merge and duplicate definitions. */
import { describe, expect, it } from 'vitest';
import { duplicateDefinitions, newDuplicates } from '../../server/merge/aftermath/duplicates.ts';
import { mergeImports } from '../../server/merge/importSet.ts';
import { mergeKeys } from '../../server/merge/keywise.ts';
import type { LanguageId } from '../../server/syntax/languages.ts';
import { languageById, parseTree } from '../support/syntax.ts';

const nowhere = { before: '', after: '' };

describe('mergeImports', () => {
  const check = (id: LanguageId, base: string, left: string, right: string, expected: string | undefined) =>
    expect(mergeImports({ base, left, right }, languageById(id), nowhere)).toBe(expected);

  it('unites the names of one module', () => {
    check(
      'typescript',
      "import { a, c } from 'm';\n",
      "import { a, b, c } from 'm';\n",
      "import { a, c, d } from 'm';\n",
      "import { a, b, c, d } from 'm';\n",
    );
  });
  it('keeps one name a line, and the last comma', () => {
    const text = (...names: string[]) => `import {\n${names.map((n) => `  ${n},\n`).join('')}} from 'm';\n`;
    check('typescript', text('a', 'c'), text('a', 'b', 'c'), text('a', 'c', 'd'), text('a', 'b', 'c', 'd'));
  });
  it('takes deletions of both sides and leaves no empty list', () => {
    check('typescript', "import { a, b } from 'm';\n", "import { a } from 'm';\n", "import { b } from 'm';\n", '');
    check(
      'typescript',
      "import { a, b } from 'm';\nimport 'x';\n",
      "import { a } from 'm';\nimport 'x';\n",
      "import { b } from 'm';\nimport 'y';\n",
      "import 'y';\n",
    );
  });
  it('reads Python with and without brackets', () => {
    check('python', 'from m import a\n', 'from m import a, b\n', 'from m import a, c\n', 'from m import a, b, c\n');
    check(
      'python',
      'from m import (\n    a,\n)\n',
      'from m import (\n    a,\n    b,\n)\n',
      'from m import (\n    a,\n    c,\n)\n',
      'from m import (\n    a,\n    b,\n    c,\n)\n',
    );
  });
  it('keeps sorted lists sorted', () => {
    check(
      'java',
      'import a.A;\nimport e.E;\n',
      'import a.A;\nimport c.C;\nimport e.E;\n',
      'import a.A;\nimport b.B;\nimport e.E;\n',
      'import a.A;\nimport b.B;\nimport c.C;\nimport e.E;\n',
    );
    check('go', '\t"fmt"\n', '\t"fmt"\n\t"os"\n', '\t"errors"\n\t"fmt"\n', '\t"errors"\n\t"fmt"\n\t"os"\n');
    check('csharp', 'using A;\n', 'using A;\nusing C;\n', 'using A;\nusing B;\n', 'using A;\nusing B;\nusing C;\n');
  });
  it('unites use trees and keeps CRLF', () => {
    check('rust', 'use a::{b};\n', 'use a::{b, c};\n', 'use a::{b, d};\n', 'use a::{b, c, d};\n');
    check(
      'kotlin',
      'import a.A\r\n',
      'import a.A\r\nimport b.B\r\n',
      'import a.A\r\nimport c.C\r\n',
      'import a.A\r\nimport b.B\r\nimport c.C\r\n',
    );
  });
  it('leaves open what is not all imports, and two ways to import one thing', () => {
    check('typescript', '', "import a from 'm';\nfoo();\n", "import b from 'm';\n", undefined);
    check('java', 'import a.A;\n', 'import a.A;\nint x;\n', 'import b.B;\n', undefined);
    check('json', '', '{}', '[]', undefined);
  });
});

describe('mergeKeys', () => {
  const check = (
    id: LanguageId,
    base: string,
    left: string,
    right: string,
    expected: string | undefined,
    around = { before: '{\n', after: '}\n' },
  ) => expect(mergeKeys({ base, left, right }, languageById(id), around)).toBe(expected);

  it('bumps a version beside a deleted key', () => {
    check('json', '"a": "1",\n"b": "1",\n', '"b": "1",\n', '"a": "1",\n"b": "2",\n', '"b": "2",\n', {
      before: '{\n',
      after: '"c": 1\n}',
    });
  });
  it('moves the comma of the last key', () => {
    check('json', '"a": 1\n', '"a": 1,\n"l": 2\n', '"a": 1,\n"r": 3\n', '"a": 1,\n"l": 2,\n"r": 3\n');
    check('json', '"a": 1,\n"b": 2\n', '"a": 1\n', '"a": 5,\n"b": 2\n', '"a": 5\n');
  });
  it('never leaves a comma with nothing behind it', () => {
    check('json', '"a": 1\n', '', '"a": 1\n', undefined, { before: '{ "x": 0,\n', after: '}\n' });
  });
  it('leaves open one key with two values, or edited and deleted', () => {
    check('json', '"a": 1\n', '"a": 2\n', '"a": 3\n', undefined);
    check('json', '"a": 1\n', '', '"a": 3\n', undefined);
    check('yaml', 'a: 1\n', 'a: 2\n', 'a: 3\n', undefined);
  });
  it('reads YAML, TOML, properties and XML', () => {
    check('yaml', 'a: 1\nb:\n  c: 2\n', 'a: 1\nb:\n  c: 3\n', 'b:\n  c: 2\n', 'b:\n  c: 3\n');
    check('toml', 'a = 1\n', 'a = 1\nb = [\n  2,\n]\n', 'a = 5\n', 'a = 5\nb = [\n  2,\n]\n');
    check('properties', 'a=1\nb=2\n', 'b=2\n', 'a=1\nb=\\\n  3\n', 'b=\\\n  3\n');
    check('xml', '<a>1</a>\n<b>1</b>\n', '<b>1</b>\n', '<a>1</a>\n<b>2</b>\n', '<b>2</b>\n');
    check(
      'xml',
      '',
      '<p Include="A" />\n',
      '<p Include="B">\n  <v/>\n</p>\n',
      '<p Include="A" />\n<p Include="B">\n  <v/>\n</p>\n',
    );
  });
});

describe('duplicateDefinitions', () => {
  const cases: readonly (readonly [LanguageId, string, readonly string[]])[] = [
    ['typescript', 'class A { f() {} f() {} }', ['f']],
    ['typescript', 'class A { get f() { return 1; } set f(x) {} }', []],
    ['typescript', 'function f(a: string): void;\nfunction f(a: number): void;\nfunction f(a: any) {}', []],
    ['typescript', 'export function f() {}\nexport function f() {}', ['f']],
    ['java', 'class A { void f(int a) {} void f(String a) {} }', []],
    ['java', 'class A { void f(int a) {} void f(int b) {} }', ['f']],
    ['csharp', 'class A { void F(int a) {} void F(string a) {} void F(int b) {} }', ['F']],
    ['csharp', 'class A { void M(int a) {} void M(ref int a) {} void N(out int a) {} void N(out int b) {} }', ['N']],
    ['python', 'def f():\n    pass\n\ndef f():\n    pass\n', ['f']],
    [
      'python',
      'class A:\n    @property\n    def f(self):\n        pass\n\n    @f.setter\n    def f(self, v):\n        pass\n',
      [],
    ],
    ['python', 'if a:\n    def f():\n        pass\nelse:\n    def f():\n        pass\n', []],
    ['python', '@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a): ...\n', []],
    ['go', 'package a\nfunc init() {}\nfunc init() {}\nfunc F() {}\nfunc F() {}\n', ['F']],
    ['go', 'package a\nfunc (a *A) F() {}\nfunc (b *B) F() {}\n', []],
    ['rust', '#[cfg(unix)]\nfn f() {}\n#[cfg(windows)]\nfn f() {}\n', []],
    ['rust', 'fn f() {}\nfn f() {}\n', ['f']],
    ['json', '{"a": 1, "b": {"a": 1}, "a": 2}', ['"a"']],
    // A name is the same with quotes and without.
    ['yaml', 'on: 1\n"on": 2\n', ['"on"']],
    ['toml', 'x = 1\n"x" = 2\n', ['"x"']],
    ['typescript', "class A { f() {} 'f'() {} }", ["'f'"]],
  ];
  for (const [id, text, expected] of cases) {
    it(`${id}: ${text.replace(/\s+/g, ' ').slice(0, 70)}`, async () => {
      expect(duplicateDefinitions({ tree: await parseTree(id, text) }, languageById(id))).toEqual(expected);
    });
  }

  const imports: readonly (readonly [LanguageId, string, readonly string[]])[] = [
    ['typescript', "import { log } from './b';\nimport { log } from './c';\n", ['log']],
    [
      'typescript',
      "import { a as log } from './b';\nimport log from './c';\nimport * as log from 'd';\n",
      ['log', 'log'],
    ],
    ['typescript', "import { type A, b } from './b';\nimport { a as A } from './c';\n", ['A']],
    ['typescript', "import { log as a } from './b';\nimport { log } from './c';\nimport './log';\n", []],
    ['javascript', "import { log } from './b';\nimport { log } from './b';\n", ['log']],
    ['python', 'from b import log\nfrom c import log, x as y\nimport d.e as y\n', ['log', 'y']],
    ['python', 'import datetime\nfrom datetime import datetime\n', ['datetime']],
    ['python', 'from b import log\nfrom b import log\nimport os\nimport os.path\n', []],
    ['python', 'try:\n    from b import log\nexcept ImportError:\n    from c import log\n', []],
    ['java', 'import a.Log;\nimport b.Log;\nclass C {}\n', ['Log']],
    ['java', 'import a.Log;\nimport static a.X.of;\nimport static b.Y.of;\nimport b.*;\n', []],
  ];
  for (const [id, text, expected] of imports) {
    it(`imports that bind one name, ${id}: ${text.replace(/\s+/g, ' ').slice(0, 70)}`, async () => {
      const tree = await parseTree(id, text);
      const side = await parseTree(id, text.split('\n').slice(0, 1).join('\n'));
      expect(newDuplicates({ tree }, [{ tree: side }], languageById(id))).toEqual(expected);
    });
  }

  it('counts only what no side had', async () => {
    const twice = { tree: await parseTree('rust', 'fn f() {}\nfn f() {}\n') };
    const thrice = { tree: await parseTree('rust', 'fn f() {}\nfn f() {}\nfn f() {}\n') };
    const language = languageById('rust');
    expect(newDuplicates(thrice, [twice, twice], language)).toEqual(['f']);
    const once = { tree: await parseTree('rust', 'fn f() {}\n') };
    expect(newDuplicates(twice, [twice, once], language)).toEqual([]);
  });

  it('looks where something may be new, and at all of the scopes that reach there', async () => {
    const text = 'mod a {\n  fn f() {}\n  fn f() {}\n}\nfn g() {}\nfn h() {}\nfn g() {}\n';
    const tree = await parseTree('rust', text);
    const start = text.indexOf('fn h');
    const language = languageById('rust');
    expect(duplicateDefinitions({ tree, span: { start, end: start + 9 } }, language)).toEqual(['g']);
    expect(duplicateDefinitions({ tree, span: { start: 10, end: 12 } }, language)).toEqual(['f', 'g']);
    expect(duplicateDefinitions({ tree }, language)).toEqual(['f', 'g']);
  });
});
