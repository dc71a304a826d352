/**
 * A function taken away by one side and another one added by the other, each with its own local variable of one name: two
 * variables, so the second is no use of the first. In every way in which a language lets a name be declared.
 */
import { expect, it } from 'vitest';
import { aftermathOf } from '../../server/merge/aftermath/aftermath.ts';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { printHunks } from '../../server/merge/markers.ts';
import type { LanguageId } from '../../server/syntax/languages.ts';
import { languageById, parseTree } from '../support/syntax.ts';

/** `f` is the function's name; what it declares is `r1`, used twice. */
const functions: readonly (readonly [LanguageId, string, string])[] = [
  ['kotlin', 'val', 'fun f() {\n  val r1 = g()\n  h(r1)\n}\n'],
  ['kotlin', 'a loop', 'fun f() {\n  for (r1 in g()) {\n    h(r1)\n  }\n}\n'],
  ['kotlin', 'several at once', 'fun f() {\n  val (r1, r2) = g()\n  h(r1)\n}\n'],
  ['kotlin', 'a lambda', 'fun f() {\n  g { r1 ->\n    h(r1)\n  }\n}\n'],
  ['kotlin', 'a catch', 'fun f() {\n  try { g() } catch (r1: E) {\n    h(r1)\n  }\n}\n'],
  ['typescript', 'a name with a dollar', 'function f() {\n  const $r1 = g();\n  h($r1);\n}\n'],
  ['typescript', 'a pattern', 'function f() {\n  const { a: [r1] } = g();\n  h(r1);\n}\n'],
  ['typescript', 'a loop', 'function f() {\n  for (const r1 of g()) {\n    h(r1);\n  }\n}\n'],
  ['tsx', 'an arrow function', 'const f = () => {\n  g((r1) => {\n    h(r1);\n  });\n};\n'],
  ['javascript', 'an arrow function of one name', 'const f = () => {\n  g(r1 => {\n    h(r1);\n  });\n};\n'],
  ['javascript', 'a rest', 'function f(...r1) {\n  h(r1);\n}\n'],
  ['java', 'a variable', 'class f {\n  void m() {\n    var r1 = g();\n    h(r1);\n  }\n}\n'],
  ['java', 'a loop', 'class f {\n  void m() {\n    for (A r1 : g()) {\n      h(r1);\n    }\n  }\n}\n'],
  ['java', 'a lambda', 'class f {\n  void m() {\n    g(r1 -> {\n      h(r1);\n    });\n  }\n}\n'],
  ['java', 'a pattern', 'class f {\n  void m() {\n    if (g() instanceof A r1) {\n      h(r1);\n    }\n  }\n}\n'],
  ['java', 'a resource', 'class f {\n  void m() {\n    try (var r1 = g()) {\n      h(r1);\n    }\n  }\n}\n'],
  ['csharp', 'a variable', 'class f {\n  void M() {\n    var r1 = G();\n    H(r1);\n  }\n}\n'],
  ['csharp', 'foreach', 'class f {\n  void M() {\n    foreach (var r1 in G()) {\n      H(r1);\n    }\n  }\n}\n'],
  ['csharp', 'out', 'class f {\n  void M() {\n    G(out var r1);\n    H(r1);\n  }\n}\n'],
  ['csharp', 'a pattern', 'class f {\n  void M() {\n    if (G() is A r1) {\n      H(r1);\n    }\n  }\n}\n'],
  ['csharp', 'a tuple', 'class f {\n  void M() {\n    var (r1, r2) = G();\n    H(r1);\n  }\n}\n'],
  ['csharp', 'a lambda', 'class f {\n  void M() {\n    G(r1 => {\n      H(r1);\n    });\n  }\n}\n'],
  ['csharp', 'a query', 'class f {\n  object M() {\n    return from r1 in G()\n      select r1.A;\n  }\n}\n'],
  ['go', ':=', 'func f() {\n\tr1, err := g()\n\th(r1, err)\n}\n'],
  ['go', 'var', 'func f() {\n\tvar r1 A\n\th(r1)\n}\n'],
  ['go', 'a loop', 'func f() {\n\tfor _, r1 := range g() {\n\t\th(r1)\n\t}\n}\n'],
  ['go', 'a receiver', 'func (r1 A) f() {\n\th(r1)\n}\n'],
  ['go', 'a switch over types', 'func f() {\n\tswitch r1 := g().(type) {\n\tcase A:\n\t\th(r1)\n\t}\n}\n'],
  ['go', 'a result', 'func f() (r1 A) {\n\th(r1)\n\treturn\n}\n'],
  ['rust', 'let', 'fn f() {\n    let r1 = g();\n    h(r1);\n}\n'],
  ['rust', 'if let', 'fn f() {\n    if let Some(r1) = g() {\n        h(r1);\n    }\n}\n'],
  ['rust', 'a closure', 'fn f() {\n    g(|r1| {\n        h(r1);\n    });\n}\n'],
  ['rust', 'a match', 'fn f() {\n    match g() {\n        A { r1, .. } => h(r1),\n        r2 => h(r2),\n    }\n}\n'],
  ['rust', 'a loop', 'fn f() {\n    for (i, r1) in g() {\n        h(r1);\n    }\n}\n'],
  ['c', 'a variable', 'void f(void) {\n  int r1 = g();\n  h(r1);\n}\n'],
  ['c', 'one without a value', 'void f(void) {\n  int r1;\n  h(r1);\n}\n'],
  ['c', 'a pointer', 'void f(void) {\n  struct a *r1;\n  h(r1);\n}\n'],
  ['c', 'an array', 'void f(void) {\n  char r1[10];\n  h(r1);\n}\n'],
  ['cpp', 'a loop', 'void f() {\n  for (auto r1 : g()) {\n    h(r1);\n  }\n}\n'],
  ['cpp', 'a reference', 'void f() {\n  const auto &r1 = g();\n  h(r1);\n}\n'],
  ['cpp', 'several at once', 'void f() {\n  auto [r1, r2] = g();\n  h(r1);\n}\n'],
  ['cpp', 'a constructor', 'void f() {\n  A r1(g());\n  h(r1);\n}\n'],
  ['php', 'a variable', 'function f() {\n  $r1 = g();\n  h($r1);\n}\n'],
  ['php', 'a loop', 'function f() {\n  foreach (g() as $k => $r1) {\n    h($r1);\n  }\n}\n'],
  ['php', 'a catch', 'function f() {\n  try { g(); } catch (E $r1) {\n    h($r1);\n  }\n}\n'],
  ['php', 'a list', 'function f() {\n  [$r1, $r2] = g();\n  h($r1);\n}\n'],
  ['ruby', 'a variable', 'def f\n  r1 = g\n  h(r1)\nend\n'],
  ['ruby', 'a block', 'def f\n  g do |r1|\n    h(r1)\n  end\nend\n'],
  ['ruby', 'a rescue', 'def f\n  g\nrescue E => r1\n  h(r1)\nend\n'],
  ['ruby', 'several at once', 'def f\n  r1, r2 = g\n  h(r1)\nend\n'],
  ['python', 'with', 'def f():\n    with g() as r1:\n        h(r1)\n'],
  ['python', 'a tuple', 'def f():\n    (a, r1) = g()\n    h(r1)\n'],
  ['python', 'a comprehension', 'def f():\n    return [r1 for r1 in g()]\n'],
  ['python', ':=', 'def f():\n    if (r1 := g()):\n        h(r1)\n'],
  ['bash', 'local', 'f() {\n  local r1\n  h "$r1"\n}\n'],
  ['bash', 'read', 'f() {\n  read -r r1\n  h "$r1"\n}\n'],
  ['bash', 'a loop', 'f() {\n  for r1 in a b; do\n    h "$r1"\n  done\n}\n'],
];

it.each(functions)('%s: %s', async (id, _way, text) => {
  const hash = id === 'python' || id === 'ruby' || id === 'bash' ? '#' : '//';
  const gap = Array.from({ length: 6 }, (_, i) => `${hash} ${i}\n`).join('');
  const top = id === 'php' ? '<?php\n' : id === 'go' ? 'package a\n' : '';
  const [first, second] = ['one', 'two'].map((name) => text.replace(/\bf\b/, name));
  const base = `${top}${first}${gap}`;
  const left = `${top}${gap}`;
  const right = `${base}${second}`;
  const { hunks, clean } = lineMerge({ base, left, right });
  expect(clean).toBe(true);
  const trees = await Promise.all(
    [base, left, right, printHunks(hunks, { style: 'diff3' })].map((one) => parseTree(id, one)),
  );
  expect(trees.map(({ errors }) => errors)).toEqual([0, 0, 0, 0]);
  const [b, l, r, m] = trees;
  if (!b || !l || !r || !m) throw new Error('no tree');
  const told = aftermathOf({ base: b, left: l, right: r, merged: m }, languageById(id));
  expect(told.filter(({ name }) => /r1/.test(name))).toEqual([]);
});
