/** What git's own clean merge broke, seen in the trees of both sides and the result. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aftermathOf } from '../../server/merge/aftermath.ts';
import { namesOf } from '../../server/merge/fileNames.ts';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { printHunks } from '../../server/merge/markers.ts';
import { type LanguageId, languageOf } from '../../server/syntax/languages.ts';
import { languageById, parseTree, testSyntax } from '../support/syntax.ts';

const far = (mark: string) => Array.from({ length: 6 }, (_, i) => `${mark} ${i}`).join('\n');

interface Case {
  readonly id: LanguageId;
  readonly base: string;
  readonly left: string;
  readonly right: string;
  readonly found: readonly string[];
}

async function found({ id, base, left, right }: Omit<Case, 'found'>): Promise<string[]> {
  const { hunks, clean } = lineMerge({ base, left, right });
  expect(clean).toBe(true);
  const [b, l, r, m] = await Promise.all(
    [base, left, right, printHunks(hunks, { style: 'diff3' })].map((text) => parseTree(id, text)),
  );
  if (!b || !l || !r || !m) throw new Error('no tree');
  const all = aftermathOf({ base: b, left: l, right: r, merged: m }, languageById(id));
  return all.map(({ kind, name, by }) => [kind, name, ...(by ? [by] : [])].join(' '));
}

const gap = far('//');
const hash = far('#');
const ts = (imports: string, uses: string) => `${imports}\n${gap}\nexport function f() {\n${uses}\n}\n`;
const py = (imports: string, body: string) => `${imports}\n${hash}\n${body}\n`;

const cases: Readonly<Record<string, Case>> = {
  'an import that ours removed and theirs uses again': {
    id: 'typescript',
    base: ts("import { a, b } from './m';", '  a();\n  b();'),
    left: ts("import { a } from './m';", '  a();'),
    right: ts("import { a, b } from './m';", `  a();\n  b();\n}\n${gap}\nexport function g() {\n  b(1);`),
    found: ['lost b left'],
  },
  'a function that theirs renamed and ours calls once more': {
    id: 'python',
    base: py('', `def old(x):\n    return x\n\n${hash}\n\nold(1)\n${hash}\n`),
    left: py('', `def old(x):\n    return x\n\n${hash}\n\nold(1)\n${hash}\nold(2)\n`),
    right: py('', `def new(x):\n    return x\n\n${hash}\n\nnew(1)\n${hash}\n`),
    found: ['lost old right'],
  },
  'a method of a class, in Java': {
    id: 'java',
    base: `class A {\n  int one() { return 1; }\n${gap}\n  int two() { return 2; }\n}\n`,
    left: `class A {\n${gap}\n  int two() { return 2; }\n}\n`,
    right: `class A {\n  int one() { return 1; }\n${gap}\n  int two() { return one() + 1; }\n}\n`,
    found: ['lost one left'],
  },
  'a name that only one side still knows, declared elsewhere': {
    id: 'go',
    base: `package a\n\nfunc f() {\n\tp.Old(1)\n\tp.Old(2)\n}\n\n${gap}\n\nfunc g() {\n}\n`,
    left: `package a\n\nfunc f() {\n\tp.New(1)\n\tp.New(2)\n}\n\n${gap}\n\nfunc g() {\n}\n`,
    right: `package a\n\nfunc f() {\n\tp.Old(1)\n\tp.Old(2)\n}\n\n${gap}\n\nfunc g() {\n\tp.Old(3)\n}\n`,
    found: ['gone p.Old left'],
  },
  'a module that only one side still knows, told once': {
    id: 'csharp',
    base: `class A {\n  int F() { return B.Old(1) + B.Old(2); }\n${gap}\n  int G() { return 0; }\n}\n`,
    left: `class A {\n  int F() { return C.New(1) + C.New(2); }\n${gap}\n  int G() { return 0; }\n}\n`,
    right: `class A {\n  int F() { return B.Old(1) + B.Old(2); }\n${gap}\n  int G() { return B.Old(3); }\n}\n`,
    found: ['gone B left'],
  },
  'parameters that ours changed, called by theirs': {
    id: 'typescript',
    base: ts('function g(a: number) {}', '  g(1);'),
    left: ts('function g(a: number, b: number) {}', '  g(1, 2);'),
    right: ts('function g(a: number) {}', `  g(1);\n}\n${gap}\nexport function h() {\n  g(3);`),
    found: ['called g left'],
  },
  'one function that both sides added, in two places': {
    id: 'javascript',
    base: `${gap}\nfunction a() {}\n${gap}\nfunction b() {}\n${gap}\n`,
    left: `function c() { return 1; }\n${gap}\nfunction a() {}\n${gap}\nfunction b() {}\n${gap}\n`,
    right: `${gap}\nfunction a() {}\n${gap}\nfunction b() {}\n${gap}\nfunction c() { return 2; }\n`,
    found: ['doubled c'],
  },
  'one using that both sides added, in two places': {
    id: 'csharp',
    base: `using A;\nusing B;\nusing C;\nusing D;\nusing E;\n${gap}\nclass K {}\n`,
    left: `using X;\nusing A;\nusing B;\nusing C;\nusing D;\nusing E;\n${gap}\nclass K {}\n`,
    right: `using A;\nusing B;\nusing C;\nusing D;\nusing X;\nusing E;\n${gap}\nclass K {}\n`,
    found: ['imported using X;'],
  },
  'an import whose last two uses each side took one of': {
    id: 'typescript',
    base: ts("import { a } from './m';", `  a(1);\n${gap}\n  a(2);`),
    left: ts("import { a } from './m';", `${gap}\n  a(2);`),
    right: ts("import { a } from './m';", `  a(1);\n${gap}`),
    found: ['idle a'],
  },
  'a method of the own object, in TypeScript': {
    id: 'typescript',
    base: `class A {\n  run() {}\n${gap}\n  two() {}\n}\n`,
    left: `class A {\n${gap}\n  two() {}\n}\n`,
    right: `class A {\n  run() {}\n${gap}\n  two() {\n    this.run();\n  }\n}\n`,
    found: ['lost run left'],
  },
  'a use within a template string': {
    id: 'typescript',
    base: ts("import { a, b } from './m';", '  a();\n  b();'),
    left: ts("import { a } from './m';", '  a();'),
    right: ts("import { a, b } from './m';", `  a();\n  b();\n}\n${gap}\nexport function g() {\n  a(\`\${b()}\`);`),
    found: ['lost b left'],
  },
  'nothing: the last use of an import is within a template string': {
    id: 'typescript',
    base: ts("import { a } from './m';", `  a(1);\n${gap}\n  a(2);`),
    left: ts("import { a } from './m';", `${gap}\n  a(2);`),
    right: ts("import { a } from './m';", `  a(1);\n${gap}\n  y(\`\${a()}\`);`),
    found: [],
  },
  'nothing: the last use of an import is within an f-string': {
    id: 'python',
    base: py('from m import a', `a(1)\n${hash}\na(2)`),
    left: py('from m import a', `${hash}\na(2)`),
    right: py('from m import a', `a(1)\n${hash}\ny(f'{a()}')`),
    found: [],
  },
  'nothing: an import is named in a string still': {
    id: 'python',
    base: py('from m import a', `a(1)\n${hash}\na(2)`),
    left: py('from m import a', `${hash}\na(2)`),
    right: py('from m import a', `a(1)\n${hash}\n__all__ = ['a']`),
    found: [],
  },
  'nothing: keys and members of others have the name that was removed': {
    id: 'tsx',
    base: ts('function id() {}', '  id();\n  w.id2();'),
    left: ts('', '  w.id2();'),
    right: ts(
      'function id() {}',
      `  id();\n  w.id2();\n}\n${gap}\nexport function g() {\n  const o = { id: 5 };\n  w.id();\n  o?.id;\n  return <b id="x" />;`,
    ),
    found: [],
  },
  'nothing: an argument has the name that was removed': {
    id: 'csharp',
    base: `class A {\n  int size() { return 1; }\n${gap}\n  int Two() { return 2; }\n}\n`,
    left: `class A {\n${gap}\n  int Two() { return 2; }\n}\n`,
    right: `class A {\n  int size() { return 1; }\n${gap}\n  int Two() { return Of(size: 3) + new B { size = 4 }.size; }\n}\n`,
    found: [],
  },
  'nothing: a method of another has the name whose parameters changed': {
    id: 'typescript',
    base: ts('function g(a: number) {}', '  g(1);'),
    left: ts('function g(a: number, b: number) {}', '  g(1, 2);'),
    right: ts('function g(a: number) {}', `  g(1);\n}\n${gap}\nexport function h(w: W) {\n  w.g(3);`),
    found: [],
  },
  'nothing: each side has to do with other objects': {
    id: 'typescript',
    base: ts('', `  one.size(1);\n  one.size(2);\n${gap}\n  end();`),
    left: ts('', `${gap}\n  end();`),
    right: ts('', `  one.size(1);\n  one.size(2);\n${gap}\n  end(two.size(), two.size(), two.size());`),
    found: [],
  },
  'nothing: what one side removed the other does not use more than before': {
    id: 'typescript',
    base: ts("import { a, b } from './m';", `  a();\n${gap}\n  b();`),
    left: ts("import { a } from './m';", `  a();\n${gap}`),
    right: ts("import { a, b } from './m';", `  a(1);\n${gap}\n  b();`),
    found: [],
  },
  'nothing: a parameter has the name that was removed': {
    id: 'typescript',
    base: ts("import { a, b } from './m';", '  a();\n  b();'),
    left: ts("import { a } from './m';", '  a();'),
    right: ts("import { a, b } from './m';", `  a();\n  b();\n}\n${gap}\nexport function g(b: () => void) {\n  b();`),
    found: [],
  },
};

/** Ours edits the top of a file, theirs the end: both before and after, and what ours broke. */
type Row = readonly [
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
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the program has the template.
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

const rows = [...parameterRows, ...importRows, ...scopeRows, ...attributeRows, ...repeatRows];
const table = rows.map(([name, id, [top, edited], [end, added], ...expected]): [string, Case] => {
  const between = id === 'python' ? hash : gap;
  const base = `${top}\n${between}\n${end}\n`;
  const left = `${edited}\n${between}\n${end}\n`;
  return [name, { id, base, left, right: `${top}\n${between}\n${added}\n`, found: expected }];
});

for (const [name, one] of [...Object.entries(cases), ...table]) {
  it(name, async () => {
    expect(await found(one)).toEqual(one.found);
    // Who is called ours is a matter of who merges.
    const swapped = one.found.map((line) =>
      line
        .replace(/left$/, 'RIGHT')
        .replace(/right$/, 'left')
        .replace('RIGHT', 'right'),
    );
    expect(await found({ ...one, left: one.right, right: one.left })).toEqual(swapped);
  });
}

it('a side that changed nothing breaks nothing, whatever the other did', async () => {
  const syntax = await testSyntax();
  const root = join(import.meta.dirname, '../fixtures/merge');
  let seen = 0;
  for (const folder of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const files = readdirSync(root, { withFileTypes: true }).length > 0 ? listed(join(root, folder)) : [];
    const [base, left] = ['base', 'left'].map((side) => files.find((file) => file.startsWith(`${side}.`)));
    const language = base === undefined ? undefined : languageOf(base);
    if (base === undefined || left === undefined || !language) continue;
    const [before, after] = [base, left].map((file) =>
      syntax.parse(language, readFileSync(join(root, folder, file), 'utf8')),
    );
    if (!before || !after) continue;
    seen++;
    expect(aftermathOf({ base: before, left: before, right: after, merged: after }, language), folder).toEqual([]);
    expect(aftermathOf({ base: before, left: after, right: after, merged: after }, language), folder).toEqual([]);
  }
  expect(seen).toBeGreaterThan(50);
});

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // A file, not a folder.
  }
}

/** Keys of what a text uses, declarations included. */
const uses = async (id: LanguageId, text: string) =>
  [...namesOf(await parseTree(id, text), languageById(id)).uses.keys()].sort();

it('a name is counted with what stands before it, and not where that is unknown', async () => {
  expect(
    await uses('typescript', `a.b?.c; this.d; e!.f; g().h; i[0].j; ({ k: l, m }); \`\${n.o}\`; [...p.q]; this.r.s;`),
  ).toEqual('a,a.b,a.b.c,e,e.f,g,i,l,m,n,n.o,p,p.q,this.d,this.r,this.r.s'.split(','));
  expect(await uses('python', "self.a()\nb(c=d)\nf'{e.f}'\n'g'\n")).toEqual('b,d,e,e.f,self,this.a'.split(','));
  expect(await uses('rust', 'fn f() { self.a(); B::c(); 0..d; e?.g; }')).toEqual('B,B.c,d,e,e.g,f,this.a'.split(','));
  expect(await uses('php', "<?php a($b->c, $this->d, 'x' . e(), f: 1);")).toEqual([
    '$b',
    '$b.c',
    '$this',
    'a',
    'e',
    'this.d',
  ]);
  expect(await uses('cpp', 'int f() { p->b(); std::c(); }')).toEqual('f,p,p.b,std,std.c'.split(','));
});

it('a comment or a number that ends in a full stop stands before no member', async () => {
  expect(await uses('typescript', '// Start it up.\nhelper.run();\n/* x */ const n = 1.\nother()\n')).toEqual(
    'helper,helper.run,n,other'.split(','),
  );
  expect(await uses('typescript', 'a\n  // Then.\n  .b();\n// As in A::\nthis.c()')).toEqual(['a', 'this.c']);
  expect(await uses('python', '# Up.\nhelper()\nself.a() # Go.\nother.b()\n')).toEqual(
    'helper,other,other.b,self,this.a'.split(','),
  );
  const rust = '/// Doc.\nfn f() {\n  // Up.\n  helper();\n  /* Up. */ b::c();\n}\n';
  expect(await uses('rust', rust)).toEqual('b,b.c,f,helper'.split(','));
  expect(await uses('java', 'class A { void f() {\n // Up.\n helper();\n // It.\n b.c(); } }')).toEqual(
    'A,b,b.c,f,helper'.split(','),
  );
  expect(await uses('go', 'package p\n\nfunc f() {\n\t// Up.\n\thelper()\n}\n')).toContain('helper');
  expect(await uses('ruby', '# Up.\nhelper()\n')).toEqual(['helper']);
});
