/** White space that means something keeps a conflict from being applied in bulk, whatever the ranking says. */
import { beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../server/resolve/judge.ts';
import type { Syntax } from '../../server/syntax/syntax.ts';
import { testSyntax } from '../support/syntax.ts';

let syntax: Syntax;
beforeAll(async () => {
  syntax = await testSyntax(
    ...(['typescript', 'tsx', 'javascript', 'json', 'java', 'python', 'css', 'bash', 'go', 'toml', 'ruby'] as const),
    ...(['kotlin', 'c', 'rust', 'csharp', 'html', 'markdown', 'php', 'properties', 'xml'] as const),
  );
});

const cap = (path: string, base: string, left: string, right: string, before = '', after = '') =>
  judge({ path, sides: { base, left, right }, before, after }, syntax).layoutCap();

describe('both sides made the same change, apart from white space', () => {
  it.each([
    ['indentation', 'a.ts', 'f(1);\n', '  f(2);\n', '    f(2);\n', 'safe'],
    ['the end of a line', 'a.java', 'f(1);\n', 'f(2);  \n', 'f(2);\n', 'safe'],
    ['a blank line', 'a.go', 'f(1)\n', 'f(2)\n\ng()\n', 'f(2)\ng()\n', 'safe'],
    ['a comment laid out anew', 'A.java', 'f();\n', '/* a\n   b */\nf();\n', '  /* a\n     b */\n  f();\n', 'safe'],
    ['between tokens', 'a.ts', 'f(1);\n', 'f( 2 );\n', 'f(2);\n', 'likely'],
    ['a line break', 'a.js', 'return b\n', 'return a\n', 'return\na\n', 'possible'],
    ['a line break without a meaning', 'A.java', 'f(b);\n', 'f(a);\n', 'f(\n  a);\n', 'likely'],
    [
      'a macro with an argument or without',
      'a.c',
      '#define A 1\n',
      '#define A(x) 1\n',
      '#define A (x) 1\n',
      'possible',
    ],
    ['a line that goes on', 'a.c', 'f(1);\n', '#define A \\\n b\n', '#define A \\ \n b\n', 'possible'],
    ['a regular expression', 'a.js', 'f(/a b/);\n', 'f(/a c/);\n', 'f(/a  c/);\n', 'possible'],
    ['a command to the compiler', 'a.go', 'f()\n', '//export F\nf(1)\n', '// export F\nf(1)\n', 'possible'],
    ['a command that says more', 'a.go', 'f()\n', '//go:embed a b\nf(1)\n', '//go:embed a  b\nf(1)\n', 'possible'],
    ['a comment in Go', 'a.go', 'f()\n', '// a b\nf(1)\n', '//  a  b\nf(1)\n', 'likely'],
    ['a raw string', 'a.go', 'var s = `a b`\n', 'var s = `a c`\n', 'var s = `a  c`\n', 'possible'],
    ['text of JSX', 'a.tsx', 'f(<a>b <b/></a>);\n', 'f(<a>c <b/></a>);\n', 'f(<a>c<b/></a>);\n', 'possible'],
    ['JSX laid out anew', 'a.tsx', 'f(<a>\n<b/>\n</a>);\n', 'f(<a>\n<c/>\n</a>);\n', 'f(<a>\n  <c/>\n</a>);\n', 'safe'],
    ['a string over lines', 'a.rs', 'f("x");\n', 'f("x\n y");\n', 'f("x\n   y");\n', 'possible'],
    ['a text block', 'a.java', 'f("");\n', 'f("""\n a\n""");\n', 'f("""\n  a\n""");\n', 'possible'],
    ['a verbatim string', 'a.cs', 'f("");\n', 'f(@"a\nb");\n', 'f(@"a\n b");\n', 'possible'],
    ['a string of three quotes', 'a.py', 'x = 1\n', "x = '''\na\n'''\n", "x = '''\na  \n'''\n", 'possible'],
    ['blank lines in Python', 'a.py', 'f(1)\n', 'f(2)\n\ng()\n', 'f(2)\ng()\n', 'safe'],
    ['a text over lines in TOML', 'a.toml', 'a = "x"\n', 'a = """\ny\n"""\n', 'a = """\n y\n"""\n', 'possible'],
    ['a here document', 'a.sh', 'cat <<E\na\nE\n', 'cat <<E\nb\nE\n', 'cat <<E\n  b\nE\n', 'possible'],
    ['text as it stands', 'a.html', '<pre>\na\n</pre>\n', '<pre>\nb\n</pre>\n', '<pre>\n  b\n</pre>\n', 'possible'],
    ['a break of a line', 'a.md', 'Roses are\n', 'Roses were\n', 'Roses were  \n', 'possible'],
    ['the end of a value', 'a.properties', 'k=a\n', 'k=b\n', 'k=b \n', 'possible'],
    ['a column more', 'a.tsv', '1\t2\n', '1\t3\n', '1\t3\t\n', 'possible'],
    ['a paragraph', 'a.tex', 'a b\n', 'a c\n\nd\n', 'a c\nd\n', 'possible'],
    ['what is outside of the program', 'a.php', '<p>\n', '<pre>\na\n', '<pre>\n a\n', 'possible'],
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

it.each(['\r', '\u2028'])('reads many signs that end a line for some in one go: %j', (sign) => {
  const from = performance.now();
  const [left, right] = ['f(2)', 'f( 2 )'].map((call) => `${call};${sign.repeat(120_000)}g();\n`);
  expect(cap('A.java', 'f(1);\n', left ?? '', right ?? '')).toBe('likely');
  expect(performance.now() - from).toBeLessThan(5000); // The square of it is a minute.
});

it('does not call it reformatting where a comment in Go is no command any more', () => {
  const said = (left: string) => {
    const sides = { base: '//export F\nfunc F(a int) {\n', left, right: '//export F\nfunc F(a int, b int) {\n' };
    const { candidates } = judge({ path: 'a.go', sides, before: '', after: '}\n' }, syntax);
    return candidates.find(({ generators }) => generators.includes('left only reformats'))?.origin.reason;
  };
  expect(said('//export F\n  func F(a int) {\n')).toContain('only reformats');
  expect(said('// export F\nfunc F(a int) {\n')).toContain('a comment that is a command');
});

it('looks at what the conflict lies in', () => {
  const lines = ['x\n', '  y\n', '    y\n'] as const;
  expect(cap('a.ts', ...lines, 'const a = `\n', '`;\n')).toBe('possible');
  expect(cap('a.ts', ...lines, `const a = \`\n${'line\n'.repeat(400)}`, '`;\n')).toBe('possible');
  expect(cap('a.ts', ...lines, 'function f() {\n', '}\n')).toBe('safe');
  expect(cap('a.ts', ...lines, 'const a = `b`;\nfunction f() {\n', '')).toBe('possible');
  expect(cap('a.ts', ...lines, 'function f() {\n', '')).toBe('safe');
});

it('says nothing of sides that differ in more, and looks at a side that only moved the base', () => {
  expect(cap('a.py', 'f(1)\n', 'f(2)\n', 'f(3)\n')).toBe('safe');
  expect(cap('a.py', 'if x:\n    a()\nb()\n', 'if x:\n    a()\n    b()\n', 'if x:\n    a()\nb(1)\n')).toBe('possible');
});
