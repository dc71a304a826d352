/** One side only laid the base out anew: what the other side's edit is in that layout, and what is said where nobody can tell. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../server/resolve/judge.ts';
import { testSyntax } from '../support/syntax.ts';

const syntax = await testSyntax('php', 'go', 'json', 'rust', 'java', 'typescript', 'tsx', 'csharp', 'kotlin');

interface Case {
  readonly path: string;
  readonly base: string;
  readonly formatted: string;
  readonly edited: string;
  readonly before?: string;
  readonly after?: string;
}

function offered({ path, base, formatted, edited, before = '', after = '' }: Case, side: 'left' | 'right' = 'left') {
  const sides = side === 'left' ? { base, left: formatted, right: edited } : { base, left: edited, right: formatted };
  const judged = judge({ path, sides, before, after }, syntax);
  const found = judged.candidates.find(({ generators }) => generators.includes(`${side} only reformats`));
  return { text: found?.text, reason: found?.origin.reason, cap: judged.layoutCap() };
}

const cases: readonly (readonly [string, Case, string])[] = [
  [
    'PHP: braces on lines of their own',
    {
      path: 'a.php',
      before: '<?php\n',
      base: 'function f($a){return $a+1;}\n',
      formatted: 'function f($a)\n{\n    return $a + 1;\n}\n',
      edited: 'function f($a){return $a+2;}\n',
    },
    'function f($a)\n{\n    return $a + 2;\n}\n',
  ],
  [
    'Go: signature and body, as gofmt has them',
    {
      path: 'a.go',
      before: 'package a\n\n',
      base: 'func F(a int,b int) int {\n  return a+b\n}\n',
      formatted: 'func F(a int, b int) int {\n\treturn a + b\n}\n',
      edited: 'func F(a int,b int) int {\n  return a+b+1\n}\n',
    },
    'func F(a int, b int) int {\n\treturn a + b + 1\n}\n',
  ],
  [
    'JSON: one line made many',
    {
      path: 'a.json',
      base: '{"a":1,"b":2}\n',
      formatted: '{\n  "a": 1,\n  "b": 2\n}\n',
      edited: '{"a":1,"b":3}\n',
    },
    '{\n  "a": 1,\n  "b": 3\n}\n',
  ],
  [
    'Rust: a statement more',
    {
      path: 'a.rs',
      base: 'fn f(a:i32)->i32{\n  let b=a;\n  b\n}\n',
      formatted: 'fn f(a: i32) -> i32 {\n    let b = a;\n    b\n}\n',
      edited: 'fn f(a:i32)->i32{\n  let b=a;\n  let c=b;\n  c\n}\n',
    },
    'fn f(a: i32) -> i32 {\n    let b = a;\n    let c = b;\n    c\n}\n',
  ],
  [
    'Java: lines joined, and one taken away',
    {
      path: 'A.java',
      before: 'class A {\n',
      after: '}\n',
      base: '  void f()\n  {\n    g();\n    h();\n    k();\n  }\n',
      formatted: '    void f() {\n        g();\n        h();\n        k();\n    }\n',
      edited: '  void f()\n  {\n    g();\n    k();\n  }\n',
    },
    '    void f() {\n        g();\n        k();\n    }\n',
  ],
  [
    'TypeScript: arguments on lines of their own, and one more',
    {
      path: 'a.ts',
      base: 'call(first, second);\n',
      formatted: 'call(\n  first,\n  second\n);\n',
      edited: 'call(first, other);\n',
    },
    'call(\n  first,\n  other\n);\n',
  ],
  [
    'C#: blank lines that the edit adds stay',
    {
      path: 'a.cs',
      before: 'class A {\n',
      after: '}\n',
      base: '  void F() {\n    G(1);\n    H();\n  }\n',
      formatted: '    void F() {\n        G( 1 );\n        H();\n    }\n',
      edited: '  void F() {\n    G(1);\n\n    H();\n    I();\n  }\n',
    },
    '    void F() {\n        G( 1 );\n\n        H();\n        I();\n    }\n',
  ],
];

describe('one side only reformats', () => {
  it.each(cases)('%s', async (_, given, expected) => {
    for (const side of ['left', 'right'] as const) {
      const { text, reason } = offered(given, side);
      expect(text).toBe(expected);
      expect(reason).toContain('in the new layout');
    }
  });

  it.each([
    // To join the lines would end the comment elsewhere.
    [
      'a comment that would take code in',
      'a.kt',
      'val a = 1\nval b = 2\n',
      'val a = 1\n\nval b = 2\n',
      'val a = 1 // one\nval b = 2\n',
      'new',
    ],
    ['JSX text is text', 'a.tsx', 'f(<a>b <i/></a>);\n', 'f(<a>b<i/></a>);\n', 'f(<a>b <u/></a>);\n', 'old'],
    [
      'a text moved right',
      'a.ts',
      'f(`\n  a\n  b`, 1);\n',
      'f(`\n    a\n    b`, 1);\n',
      'f(`\n  a\n  b`, 2);\n',
      'old',
    ],
    ['two words made one', 'a.ts', 'return a;\n', 'returna;\n', 'return b;\n', 'old'],
    ['a string over lines', 'a.ts', 'f(`\n  a\n`, 1);\n', 'f(\n  `\na\n`, 1);\n', 'f(`\n  a\n`, 2);\n', 'old'],
    ['a grammar that is not there', 'a.rb', 'f(1,2)\n', 'f(1, 2)\n', 'f(1,3)\n', 'old'],
  ] as const)('%s', async (_, path, base, formatted, edited, layout) => {
    const { text, reason, cap } = offered({ path, base, formatted, edited });
    if (layout === 'new') expect(reason).toContain('in the new layout');
    else {
      expect(text).toBe(edited);
      expect(reason).toBe('ours changes white space only: takes theirs, in the old layout');
      expect(cap).toBe('possible');
    }
  });
});
