/** White space that means something keeps a conflict from being applied in bulk, whatever the ranking says. */
import { beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../server/resolve/judge.ts';
import { layoutCap } from '../../server/resolve/layout.ts';
import type { Syntax } from '../../server/syntax/syntax.ts';
import { testSyntax } from '../support/syntax.ts';

let syntax: Syntax;
beforeAll(async () => {
  syntax = await testSyntax('typescript', 'json', 'java', 'python', 'css', 'bash', 'go', 'toml', 'ruby', 'kotlin', 'c');
});

const cap = (path: string, base: string, left: string, right: string) =>
  layoutCap(judge({ path, sides: { base, left, right }, before: '', after: '' }, syntax));

describe('both sides made the same change, apart from white space', () => {
  it.each([
    ['indentation', 'a.ts', 'f(1);\n', '  f(2);\n', '    f(2);\n', 'safe'],
    ['the end of a line', 'a.java', 'f(1);\n', 'f(2);  \n', 'f(2);\n', 'safe'],
    ['a blank line', 'a.go', 'f(1)\n', 'f(2)\n\ng()\n', 'f(2)\ng()\n', 'safe'],
    ['a comment laid out anew', 'A.java', 'f();\n', '/* a\n   b */\nf();\n', '  /* a\n     b */\n  f();\n', 'safe'],
    ['between tokens', 'a.ts', 'f(1);\n', 'f( 2 );\n', 'f(2);\n', 'likely'],
    ['a line break', 'a.js', 'return b\n', 'return a\n', 'return\na\n', 'likely'],
    ['two tokens made one', 'a.c', 'b;\n', 'b--c;\n', 'b- -c;\n', 'possible'],
    ['within a string', 'a.ts', "const s = '';\n", "const s = 'a b';\n", "const s = 'ab';\n", 'possible'],
    ['more of it within a string', 'a.kt', 'val s = ""\n', 'val s = "a b"\n', 'val s = "a  b"\n', 'possible'],
    ['a string of white space', 'a.json', '{"a": "x"}\n', '{"a": " "}\n', '{"a": ""}\n', 'possible'],
    ['within a template over lines', 'a.ts', 'f(``);\n', 'f(`\n  a\n`);\n', 'f(`\na\n`);\n', 'possible'],
    ['a selector', 'a.css', '.a {}\n', '.card.active {}\n', '.card .active {}\n', 'possible'],
    ['an argument', 'a.sh', 'ls\n', 'rm -rf /tmp/a\n', 'rm -rf / tmp/a\n', 'possible'],
    ['a value', 'a.toml', 'a = "x"\n', 'a = "a b"\n', 'a = "a  b"\n', 'possible'],
    ['indentation with a meaning', 'a.py', 'f(1)\n', 'f(2)\n', '    f(2)\n', 'possible'],
    ['indentation of a block of YAML', 'a.yaml', 'a: 1\n', 'a:\n  b: 1\n', 'a:\nb: 1\n', 'possible'],
    ['code or not, in Markdown', 'a.md', 'x\n', '    y\n', 'y\n', 'possible'],
    ['a language unknown to us', 'Makefile', 'a:\n', 'b:\n\tc\n', 'b:\n    c\n', 'possible'],
  ])('%s', (_, path, base, left, right, expected) => {
    expect(cap(path, base, left, right)).toBe(expected);
  });
});

it('says nothing of sides that differ in more, and looks at a side that only moved the base', () => {
  expect(cap('a.py', 'f(1)\n', 'f(2)\n', 'f(3)\n')).toBe('safe');
  expect(cap('a.py', 'if x:\n    a()\nb()\n', 'if x:\n    a()\n    b()\n', 'if x:\n    a()\nb(1)\n')).toBe('possible');
});
