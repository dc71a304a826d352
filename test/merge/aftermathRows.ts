/** What the merge of the rest of a file may break, and what it does not: for each row the two ends of a file, each edited by one side. */
import type { LanguageId } from '../../server/syntax/languages.ts';

/** Ours edits the top of a file, theirs the end: both before and after, and what ours broke. */
export type Row = readonly [
  name: string,
  id: LanguageId,
  top: readonly [string, string],
  end: readonly [string, string],
  ...found: readonly string[],
];

const parameterRows: readonly Row[] = [
  [
    'an arrow function',
    'typescript',
    ['const f = (a: number) => a;', 'const f = (a: number, b: number) => a + b;'],
    ['x();', 'x(f(1));'],
    'called f left',
  ],
  [
    'a constructor',
    'typescript',
    ['class F { constructor(a: number) {} }', 'class F { constructor(a: number, b: number) {} }'],
    ['x();', 'x(new F(1));'],
    'called F left',
  ],
  [
    'a constructor in Java',
    'java',
    ['class F {\n  F(int a) {}', 'class F {\n  F(int a, int b) {}'],
    ['}', '  F f = new F(1);\n}'],
    'called F left',
  ],
  [
    'a constructor in Python',
    'python',
    ['class F:\n    def __init__(self, a):\n        pass', 'class F:\n    def __init__(self, a, b):\n        pass'],
    ['x()', 'x(F(1))'],
    'called F left',
  ],
  [
    'parameters in another order',
    'typescript',
    ['function f(a: number, b: number) {}', 'function f(b: number, a: number) {}'],
    ['x();', 'x(f(1, 2));'],
    'called f left',
  ],
  [
    'a parameter put in front',
    'python',
    ['def f(a, b=1):\n    pass', 'def f(c=0, a=0, b=1):\n    pass'],
    ['x()', 'x(f(1))'],
    'called f left',
  ],
  [
    'a keyword with another name',
    'python',
    ['def f(a, n=1):\n    pass', 'def f(a, count=1):\n    pass'],
    ['x()', 'x(f(1, n=2))'],
    'called f left',
  ],
  [
    'parameters of one type, in Go',
    'go',
    ['package a\n\nfunc f(a int) {}', 'package a\n\nfunc f(a, b int) {}'],
    ['var x = 1', 'var x = f(1)'],
    'called f left',
  ],
  [
    'a method of the own object',
    'rust',
    ['impl A {\n  fn f(&self, a: i32) {}', 'impl A {\n  fn f(&self, a: i32, b: i32) {}'],
    ['}', '  fn g(&self) { self.f(1) }\n}'],
    'called f left',
  ],
  [
    'nothing: a parameter that may be left out',
    'typescript',
    ['function f(a: number) {}', 'function f(a: number, b = 1, c?: string, ...d: string[]) {}'],
    ['x();', 'x(f(1));'],
  ],
  [
    'nothing: a default, in Python',
    'python',
    ['def f(a):\n    pass', 'def f(a, *c, b=None, **d):\n    pass'],
    ['x()', 'x(f(1))'],
  ],
  [
    'nothing: the function sees to what is missing',
    'javascript',
    ['function f(a) { return a; }\nf(1);', 'function f(a, b) { b = b || 1; return a + b; }\nf(1, 2);'],
    ['x();', 'x(f(1));'],
  ],
  [
    'an argument that every call has now',
    'javascript',
    ['function f(a) { return a; }\nf(1);', 'function f(a, b) { return a + b; }\nf(1, 2);'],
    ['x();', 'x(f(1));'],
    'called f left',
  ],
  [
    'nothing: ours itself still calls it so',
    'javascript',
    ['function f(a) { return a; }\nf(1);\nf(1);', 'function f(a, b) { return a + b; }\nf(1, 2);\nf(1);'],
    ['x();', 'x(f(1));'],
  ],
  [
    'nothing: the new call fits both',
    'typescript',
    ['function f(a: number, b?: number) {}', 'function f(a: number) {}'],
    ['x();', 'x(f(1));'],
  ],
  [
    'nothing: what is spread may be enough',
    'typescript',
    ['function f(...a: number[]) {}', 'function f(a: number, b: number) {}'],
    ['x();', 'x(f(...q));'],
  ],
  [
    'nothing: parameters with other names',
    'typescript',
    ['const f = (a: number, b: number) => a;', 'const f = (c: number, a: number) => c;'],
    ['x();', 'x(f(1, 2));'],
  ],
  [
    'nothing: another function of that name is nearer',
    'typescript',
    ['function f(a: number) {}', 'function f(a: number, b: number) {}'],
    ['x();', 'x((f: (a: number) => void) => f(1));'],
  ],
  [
    'nothing: overloads',
    'java',
    ['class F {\n  void g(int a) {}', 'class F {\n  void g(int a, int b) {}\n  void g(String a) {}'],
    ['}', '  void h() { g(1); }\n}'],
  ],
  [
    'nothing: a decorator may give other parameters',
    'python',
    ['@d\ndef f(a):\n    pass', '@d\ndef f(a, b):\n    pass'],
    ['x()', 'x(f(1))'],
  ],
  [
    'nothing: a class of another file',
    'typescript',
    ['class F { constructor(a: number) {} }', 'class F { constructor(a: number, b: number) {} }'],
    ['x();', 'x(new w.F(1));'],
  ],
  [
    'nothing: one call gives all arguments, in Go',
    'go',
    ['package a\n\nfunc f(a int) {}', 'package a\n\nfunc f(a, b int) {}'],
    ['var x = 1', 'var x = f(g())'],
  ],
  [
    'nothing: a method of a literal',
    'typescript',
    ['const o = { f(a: number) {} };', 'const o = { f(a: number, b: number) {} };'],
    ['x();', 'class K { f(a: number) {}\n  g() { this.f(1); } }'],
  ],
];

const importRows: readonly Row[] = [
  [
    'nothing: each has variables of that name, in Go',
    'go',
    ['package a\n\nfunc f() {\n\t_, ok := x()\n\ty(ok)\n}', 'package a\n\nfunc f() {\n\ty()\n}'],
    ['func g() {\n}', 'func g() {\n\t_, ok := x()\n\ty(ok, ok, ok)\n}'],
  ],
  [
    'nothing: the name may come with all of a module',
    'rust',
    ['use a::B;', 'use a::prelude::*;'],
    ['fn f() {}', 'fn f() { B::new(); }'],
  ],
  ['nothing: nor in Python', 'python', ['from m import a\na()', 'from m import *\na()'], ['x()', 'x(a(1))']],
  ['nothing: nor in Java', 'java', ['import a.B;\nclass K {', 'import a.*;\nclass K {'], ['}', '  B b;\n}']],
  [
    'nothing: a macro declares the name',
    'rust',
    ['mod lock;', 'cfg_sync! {\n  mod lock;\n}'],
    ['fn f() {}', 'fn f() { lock(); }'],
  ],
  [
    'nothing: a parameter without parentheses',
    'javascript',
    ['let chunk = 1;\nx(chunk);', 'x(1);'],
    ['y();', 'y(chunk => chunk);'],
  ],

  [
    'an import of one name, told once',
    'typescript',
    ['x();', "import { q } from 'q';\nx();"],
    ['y();', "import { q } from 'q';\ny();"],
    "imported import { q } from 'q';",
  ],
  [
    'nothing: one import in two scopes',
    'python',
    ['x()', 'try:\n    import json\nexcept ImportError:\n    json = None\nx()'],
    ['y()', 'def g():\n    import json\n    return json\ny()'],
  ],
];

const scopeRows: readonly Row[] = [
  [
    'a parameter with another name',
    'typescript',
    [
      'function h(opts: any) { return opts; }\nfunction g(opts: any) {\n  x(opts.a);',
      'function h(opts: any) { return opts; }\nfunction g(options: any) {\n  x(options.a);',
    ],
    ['}', '  return opts.b;\n}'],
    'lost opts left',
  ],
  [
    'a local variable with another name',
    'javascript',
    [
      'const h = () => { const total = 1; return total; };\nconst g = (a) => {\n  let total = 0;',
      'const h = () => { const total = 1; return total; };\nconst g = (a) => {\n  let sum = 0;',
    ],
    ['};', '  return `${total}`;\n};'],
    'lost total left',
  ],
  [
    'a name that is taken apart',
    'tsx',
    ['function G({ size, ...rest }: P) {\n  x(size);', 'function G({ size: width, ...rest }: P) {\n  x(width);'],
    ['}', '  return <p>{size}</p>;\n}'],
    'lost size left',
  ],
  [
    'a local variable, in Python',
    'python',
    ['def g(a):\n    total = 0', 'def g(a):\n    acc = 0'],
    ['    return 0', '    return f"{total}"'],
    'lost total left',
  ],
  [
    'a parameter, in Python',
    'python',
    ['def h(total):\n    pass\ndef g(total):\n    x(total)', 'def h(total):\n    pass\ndef g(acc):\n    x(acc)'],
    ['    return 0', '    return total'],
    'lost total left',
  ],
  [
    'a name of a block, and another of its function',
    'typescript',
    [
      'function g() {\n  if (a) { const q = 1; x(q); }\n  const id = 1;',
      'function g() {\n  if (a) { const id = 1; x(id); }\n  const own = 1;',
    ],
    ['}', '  return id;\n}'],
    'lost id',
  ],
  [
    'nothing: a name that is known from elsewhere',
    'typescript',
    [
      'function g() {\n  if (a) { const name = 1; x(name); }',
      'function g() {\n  if (a) { const title = 1; x(title); }',
    ],
    ['}', '  return name;\n}'],
  ],
  [
    'nothing: the name is bound further out',
    'typescript',
    [
      'const opts = 1;\nfunction g(opts: any) {\n  x(opts.a);',
      'const opts = 1;\nfunction g(options: any) {\n  x(options.a);',
    ],
    ['}', '  return opts;\n}'],
  ],
  [
    'nothing: an own parameter of that name',
    'javascript',
    ['function g(opts) {\n  x(opts);', 'function g(options) {\n  x(options);'],
    ['}', '  return [].map((opts) => opts.b);\n}'],
  ],
  [
    'nothing: a name that is a key, a member and a label',
    'javascript',
    ['function g(opts) {\n  x(opts);', 'function g(options) {\n  x(options);'],
    ['}', '  opts: for (;;) break opts;\n  return { opts: 1 }.opts;\n}'],
  ],
  [
    'nothing: var is seen in all of its function',
    'javascript',
    ['function g(opts) {\n  x(opts);', 'function g(options) {\n  { var opts = options; }'],
    ['}', '  return opts;\n}'],
  ],
  [
    'nothing: a comprehension does not name what is outside of it',
    'python',
    ['def g(a):\n    x([id for id in a])', 'def g(a):\n    x([i for i in a])'],
    ['    return 0', '    return id(a)'],
  ],
  [
    'nothing: a method does not see names of its class',
    'python',
    ['class K:\n    type = 1', 'class K:\n    kind = 1'],
    ['    def m(self):\n        return 1', '    def m(self):\n        return type(self)'],
  ],
  [
    'nothing: names bound by with, except, for and import',
    'python',
    ['def g(a, b, c, d):\n    x(a, b, c, d)', 'def g():\n    x()'],
    [
      '    return 1',
      '    with p as a, q as (b, _):\n        import c.d\n        for d, _ in c:\n            y(a, b, d)\n    return 1',
    ],
  ],
  [
    'nothing: everything is imported',
    'python',
    ['from m import *\ndef g(opts):\n    x(opts)', 'from m import *\ndef g(options):\n    x(options)'],
    ['    return 0', '    return opts'],
  ],
];

const attributeRows: readonly Row[] = [
  [
    'an attribute',
    'python',
    [
      'class K:\n    def __init__(self):\n        self.x = 0',
      'class K:\n    def __init__(self):\n        self.pos = 0',
    ],
    ['    def b(self):\n        return 0', '    def b(self):\n        return self.x'],
    'lost x left',
  ],
  [
    'a property, in JavaScript',
    'javascript',
    ['class K {\n  constructor() { this.x = 0; }', 'class K {\n  constructor() { this.pos = 0; }'],
    ['}', '  b() { return this.x; }\n}'],
    'lost x left',
  ],
  [
    'nothing: an attribute that a class further up may have',
    'python',
    [
      'class K(B):\n    def __init__(self):\n        self.x = 0',
      'class K(B):\n    def __init__(self):\n        self.pos = 0',
    ],
    ['    def b(self):\n        return 0', '    def b(self):\n        return self.x'],
  ],
  [
    'nothing: attributes are computed',
    'python',
    [
      'class K:\n    def __init__(self):\n        self.x = 0',
      'class K:\n    def __init__(self, **a):\n        self.__dict__.update(a)',
    ],
    ['    def b(self):\n        return 0', '    def b(self):\n        return self.x'],
  ],
  [
    'nothing: an attribute set elsewhere',
    'javascript',
    [
      'class K {\n  constructor() { this.x = 0; }',
      'class K {\n  constructor() { this.set(); }\n  set() { this.x = 1; }',
    ],
    ['}', '  b() { return this.x; }\n}'],
  ],
];

const repeatRows: readonly Row[] = [
  ['a key of one object', 'typescript', ['const o = {', "const o = {\n  'e': 5,"], ['};', '  e: 6,\n};'], 'doubled e'],
  ['a method and a key', 'javascript', ['const o = {', 'const o = {\n  e() {},'], ['};', '  e,\n};'], 'doubled e'],
  ['a key, in Python', 'python', ['D = {', "D = {\n    'e': 5,"], ['}', '    "e": 6,\n}'], 'doubled e'],
  [
    'a case',
    'typescript',
    ['switch (v) {', 'switch (v) {\n  case 9: x(5); break;'],
    ['}', '  case 9: x(6);\n}'],
    'doubled 9',
  ],
  [
    'a case, in C',
    'c',
    ['int f(int v) {\n  switch (v) {', 'int f(int v) {\n  switch (v) {\n  case RED: return 5;'],
    ['  }\n}', '  case RED: return 6;\n  }\n}'],
    'doubled RED',
  ],
  [
    'a case, in Java',
    'java',
    [
      'class A { int f(int v) {\n  switch (v) {',
      'class A { int f(int v) {\n  switch (v) {\n  case 8: case 9: return 5;',
    ],
    ['  }\n} }', '  case 9: return 6;\n  }\n} }'],
    'doubled 9',
  ],
  [
    'a case, in Go',
    'go',
    ['package a\n\nfunc f(v int) {\n\tswitch v {', 'package a\n\nfunc f(v int) {\n\tswitch v {\n\tcase 8, 9:\n\t\tx()'],
    ['\t}\n}', '\tcase 9:\n\t\ty()\n\t}\n}'],
    'doubled 9',
  ],
  [
    'nothing: a getter and a setter',
    'typescript',
    ['const o = {', 'const o = {\n  get e() { return 1; },'],
    ['};', '  set e(v) {},\n};'],
  ],
  [
    'nothing: what is spread lies between',
    'typescript',
    ['const o = {', 'const o = {\n  e: 1,\n  ...p,'],
    ['};', '  e: 2,\n};'],
  ],
  [
    'nothing: computed keys and other objects',
    'typescript',
    ['const o = {', 'const o = {\n  [e]: 1, f: { e: 1 },'],
    ['};', '  [e]: 2, e: { e: 2 },\n};'],
  ],
  [
    'nothing: another kind of string, and a name',
    'python',
    ['D = {', "D = {\n    'e': 5, a: 1, 'f': 1,"],
    ['}', "    b'e': 6, a: 2, f'f': 2,\n}"],
  ],
  [
    'nothing: labels of two switches',
    'typescript',
    ['switch (v) {\ncase 1: switch (w) {', 'switch (v) {\ncase 9: x();\ncase 1: switch (w) {'],
    ['} }', '  case 9: x(6);\n} }'],
  ],
  [
    'nothing: labels with conditions',
    'java',
    [
      'class A { int f(Object v) {\n  return switch (v) {',
      'class A { int f(Object v) {\n  return switch (v) {\n  case String s when s.isEmpty() -> 5;',
    ],
    ['  };\n} }', '  case String s -> 6;\n  };\n} }'],
  ],
  [
    'nothing: labels that call something',
    'javascript',
    ['switch (true) {', 'switch (true) {\n  case next(): x(5); break;'],
    ['}', '  case next(): x(6);\n}'],
  ],
];

/** What a function gives back, or whether it has an object; parameters where no scopes are read. */
const functionRows: readonly Row[] = [
  [
    'a bare return in what gives an error now, in Go',
    'go',
    ['package a\nfunc (s *S) Start(c C) {', 'package a\nfunc (s *S) Start(c C) error {\n\treturn s.open(c)'],
    ['\ts.loop(c)\n}', '\tif s.on {\n\t\treturn\n\t}\n\ts.loop(c)\n}'],
    'called Start left',
  ],
  [
    'one value where two are given back now, in Go',
    'go',
    ['package a\nfunc Read(c C) error {', 'package a\nfunc Read(c C) (int, error) {'],
    ['\treturn nil\n}', '\tif c.shut {\n\t\treturn ErrShut\n\t}\n\treturn nil\n}'],
    'called Read left',
  ],
  [
    'a bare return in what gives a value now',
    'typescript',
    ['class A { f(): void {', 'class A { f(): boolean {'],
    ['  run();\n} }', '  if (off) return;\n  run();\n} }'],
    'called f left',
  ],
  [
    'a value in what gives none now, in Java',
    'java',
    ['class A { boolean f() {', 'class A { void f() {'],
    ['  return run();\n} }', '  if (off) return false;\n  return run();\n} }'],
    'called f left',
  ],
  [
    'a value without its wrapper, in Rust',
    'rust',
    ['fn f(x: u8) -> u8 {', 'fn f(x: u8) -> Result<u8, Bad> {'],
    ['    x\n}', '    if x > 9 {\n        return 9;\n    }\n    x\n}'],
    'called f left',
  ],
  [
    'a field in what is static now, in Java',
    'java',
    ['class A { int rate;\n  int f(int x) {', 'class A { int rate;\n  static int f(int x) {'],
    ['    return x;\n  } }', '    return x * rate;\n  } }'],
    'called f left',
  ],
  [
    'this in what is static now',
    'typescript',
    ['class A { rate = 1;\n  f(x: number) {', 'class A { rate = 1;\n  static f(x: number) {'],
    ['    return x;\n  } }', '    return x * this.rate;\n  } }'],
    'called f left',
  ],
  [
    'a parameter, in C#',
    'csharp',
    ['class A { void F(R r, bool loud) {', 'class A { void F(R r) {'],
    ['  Run(r);\n} }', '  if (loud) Say(r);\n  Run(r);\n} }'],
    'lost loud left',
  ],
  [
    'nothing: a function that waits now, and a wider result',
    'typescript',
    ['class A { f(): number {', 'class A { async f(): Promise<number> {'],
    ['  return 1;\n} }', '  if (off) return 2;\n  return 1;\n} }'],
  ],
  [
    'nothing: a return of a function within',
    'typescript',
    ['class A { f(): void {', 'class A { f(): boolean {'],
    ['  run();\n} }', '  run(() => { return; });\n} }'],
  ],
  [
    'nothing: names for what is given back, in Go',
    'go',
    ['package a\nfunc Read(c C) {', 'package a\nfunc Read(c C) (n int, err error) {'],
    ['\tc.go()\n}', '\tif c.shut {\n\t\treturn\n\t}\n\tc.go()\n}'],
  ],
  [
    'nothing: a variable of the name of a field in what is static now, in Java',
    'java',
    ['class A { int rate;\n  int f(int x) {', 'class A { int rate;\n  static int f(int x) {'],
    ['    return x;\n  } }', '    int rate = 2;\n    return x * rate;\n  } }'],
  ],
  [
    'nothing: a parameter whose name another function has, in C#',
    'csharp',
    ['class A { void G(bool loud) { }\n  void F(R r, bool loud) {', 'class A { void G(bool loud) { }\n  void F(R r) {'],
    ['  Run(r);\n} }', '  if (loud) Say(r);\n  Run(r);\n} }'],
  ],
];

export const rows: readonly Row[] = [
  ...functionRows,
  ...parameterRows,
  ...importRows,
  ...scopeRows,
  ...attributeRows,
  ...repeatRows,
];
