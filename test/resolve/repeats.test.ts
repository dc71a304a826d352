/** A candidate that holds something twice which may stand there once says so, and nothing in bulk takes it. */
import { expect, it } from 'vitest';
import type { Evidence } from '../../server/resolve/candidate.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { materialOf } from '../../server/resolve/material.ts';
import { Verifier } from '../../server/resolve/verify.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { testSyntax } from '../support/syntax.ts';

/** A file whose sides each add something between `top` and `end`; what of both together stands twice, if anything. */
type Row = readonly [path: string, top: string, ours: string, theirs: string, end: string, twice: string];

const twice: readonly Row[] = [
  ['a.ts', 'const o = {\n  a: 1,\n', '  b: 1,\n', '  b: 2,\n', '};\n', 'key b'],
  ['a.ts', 'const o = {\n  a: 1,\n', "  'b': 1,\n", '  b() {},\n', '};\n', 'key b'],
  ['a.ts', 'switch (v) {\n  case 1: break;\n', '  case 2: x(); break;\n', '  case 2: y(); break;\n', '}\n', 'case 2'],
  ['a.tsx', 'const a = <p\n  a="1"\n', '  b="1"\n', '  b={2}\n', '/>;\n', 'attribute b'],
  ['a.ts', 'x();\n', "export { b } from './b';\n", "export { c as b } from './c';\n", 'y();\n', 'export b'],
  ['a.ts', 'x();\n', 'export default 1;\n', 'export default 2;\n', 'y();\n', 'export default'],
  ['a.py', "d = {\n    'a': 1,\n", "    'b': 1,\n", '    "b": 2,\n', '}\n', 'key b'],
  ['a.py', 'f(\n    a=1,\n', '    b=1,\n', '    b=2,\n', ')\n', 'argument b'],
  ['a.go', 'package a\n\nvar m = M{\n\t"a": 1,\n', '\t"b": 1,\n', '\t"b": 2,\n', '}\n', 'key b'],
  ['a.go', 'package a\n\n', 'func (a A) F() {}\n', 'func (x *A) F() {}\n', '\nfunc Z() {}\n', 'method A.F'],
  ['a.go', 'package a\n\n', 'func (a *A[T]) F() {}\n', 'func (x A[K]) F() {}\n', '\nfunc Z() {}\n', 'method A.F'],
  ['a.cs', 'class A {\n  T x = new T {\n    A = 1,\n', '    B = 1,\n', '    B = 2,\n', '  };\n}\n', 'key B'],
  ['a.cs', 'class A {\n  int x = F(\n    a: 1,\n', '    b: 1,\n', '    b: 2,\n', '    c: 3);\n}\n', 'argument b'],
  [
    'a.cs',
    'class A {\n  void F() {\n    switch (x) {\n      case 1: break;\n',
    '      case X.B: g(); break;\n',
    '      case X.B: h(); break;\n',
    '    }\n  }\n}\n',
    'case X.B',
  ],
  ['a.rs', 'fn a() { S {\n    a: 1,\n', '    b: 1,\n', '    b,\n', '}; }\n', 'key b'],
  ['a.rs', 'fn a() { match x {\n    1 => {}\n', '    2 => a(),\n', '    2 => b(),\n', '    _ => {}\n} }\n', 'case 2'],
  ['a.kt', 'val x = f(\n  a = 1,\n', '  b = 1,\n', '  b = 2,\n', ')\n', 'argument b'],
  ['a.kt', 'val x = when (y) {\n  1 -> a()\n', '  2 -> b()\n', '  2 -> c()\n', '  else -> d()\n}\n', 'case 2'],
  ['a.php', '<?php\n$a = [\n', "  'b' => 1,\n", '  "b" => 2,\n', '];\n', 'key b'],
  ['a.php', '<?php\nclass A {\n', '  function f() {}\n', '  function F() {}\n', '}\n', 'method f'],
  ['a.rb', 'a = {\n  x: 1,\n', '  b: 1,\n', '  :b => 2,\n', '}\n', 'key b'],
  ['a.rb', 'case x\nwhen 1 then a\n', 'when 2 then b\n', 'when 2 then c\n', 'end\n', 'case 2'],
  ['a.c', 'struct a b = {\n  .a = 1,\n', '  .b = 1,\n', '  .b = 2,\n', '};\n', 'key .b'],
];

const once: readonly Row[] = [
  ['a.ts', 'const o = [{\n  b: 1 },\n', '  { b: 2 },\n', '  { b: 3 },\n', '];\n', ''],
  ['a.ts', 'const o = {\n  a: 1,\n', '  [b]: 1,\n', '  b: 2,\n', '};\n', ''],
  ['a.ts', 'const o = {\n  a: 1,\n', '  get b() { return 1; },\n', '  set b(v) {},\n', '};\n', ''],
  ['a.ts', 'const o = {\n', '  b: 1,\n  ...c,\n', '  b: 2,\n', '};\n', ''],
  ['a.ts', 'x();\n', 'switch (a) {\n  case 1: b();\n}\n', 'switch (c) {\n  case 1: d();\n}\n', 'y();\n', ''],
  ['a.tsx', 'const a = <p\n', '  b="1"\n  {...c}\n', '  b="2"\n', '/>;\n', ''],
  ['a.tsx', 'const a = <p>\n', '  <b c="1" />\n', '  <b c="2" />\n', '</p>;\n', ''],
  ['a.ts', 'x();\n', "export * from './b';\n", "export * from './c';\n", 'y();\n', ''],
  [
    'a.ts',
    'x();\n',
    'export default function f(a: string): void;\n',
    'export default function f(a: number): void;\n',
    'export default function f(a: any) {}\n',
    '',
  ],
  ['a.py', 'x()\n', 'f(a=1)\n', 'f(a=2)\n', 'y()\n', ''],
  [
    'a.py',
    'x()\n',
    'try:\n    import a\nexcept E:\n    a = 1\n',
    'try:\n    import a\nexcept F:\n    a = 2\n',
    'y()\n',
    '',
  ],
  ['a.go', 'package a\n\n', 'func (a A) F() {}\n', 'func (b *B) F() {}\n', '\nfunc Z() {}\n', ''],
  ['a.go', 'package a\n\nvar m = []M{\n', '\t{a: 1},\n', '\t{a: 2},\n', '}\n', ''],
  ['a.cs', 'class A {\n  void a() {}\n', '  void M(int a) {}\n', '  void M(ref int a) {}\n', '}\n', ''],
  [
    'a.cs',
    'class A {\n  void F() {\n    switch (x) {\n',
    '      case 1 when y: break;\n',
    '      case 1: break;\n',
    '    }\n  }\n}\n',
    '',
  ],
  ['a.rs', 'fn a() { match x {\n', '    n if n > 1 => {}\n', '    n => {}\n', '    _ => {}\n} }\n', ''],
  ['a.rs', 'fn a() { match x {\n', '    2 if b => {}\n', '    2 => {}\n', '    _ => {}\n} }\n', ''],
  ['a.kt', 'val x = when {\n', '  a -> b()\n', '  a -> c()\n', '  else -> d()\n}\n', ''],
  ['a.kt', 'val x = f(\n  b,\n', '  b,\n', '  b,\n', ')\n', ''],
  ['a.php', '<?php\n$a = [\n', "  'b',\n", "  'b',\n", '];\n', ''],
  ['a.rb', 'a = [\n', '  { b: 1 },\n', '  { b: 2 },\n', ']\n', ''],
  ['a.c', 'struct a b[] = {\n', '  { .b = 1 },\n', '  { .b = 2 },\n', '};\n', ''],
];

it.each([...twice, ...once])('%s: %s%s%s%s', async (path, top, ours, theirs, end, found) => {
  const language = languageOf(path);
  const syntax = await testSyntax(...(language ? [language.id] : []));
  const [left, right] = [top + ours + end, top + theirs + end];
  const context = {
    path,
    sides: { base: '', left: ours, right: theirs },
    before: top,
    after: end,
    file: { before: top, after: end, alone: true, versions: { left, right } },
  };
  const verified = (text: string, given = context): readonly Evidence[] =>
    new Verifier(materialOf(given, syntax), given, syntax).verify({
      text,
      origin: { name: 'union', reason: '' },
      generators: ['union'],
    });
  const repeats = (evidence: readonly Evidence[]) =>
    evidence.flatMap((one) =>
      one.check === 'repeats'
        ? one.repeats.map(({ what, name }) => `${what} ${name}`)
        : one.check === 'duplicates'
          ? one.names
          : [],
    );
  const both = verified(ours + theirs);
  expect(both).toContainEqual({ check: 'parses', passed: true });
  expect(repeats(both)).toEqual(found === '' ? [] : [found]);
  if (found !== '') expect(heldByEvidence(both)).toBe(`the ${found} stands there twice`);
  // Either side alone has it once.
  expect(repeats(verified(ours))).toEqual([]);
  // What a side has twice already is not the candidate's doing.
  const versions = { left, right: top + ours + theirs + end };
  expect(repeats(verified(ours + theirs, { ...context, file: { ...context.file, versions } }))).toEqual([]);
});
