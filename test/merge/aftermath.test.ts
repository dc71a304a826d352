/** What git's own clean merge broke, seen in the trees of both sides and the result. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aftermathOf } from '../../server/merge/aftermath/aftermath.ts';
import { namesOf } from '../../server/merge/aftermath/fileNames.ts';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { printHunks } from '../../server/merge/markers.ts';
import { type LanguageId, languageOf } from '../../server/syntax/languages.ts';
import { languageById, parseTree, testSyntax } from '../support/syntax.ts';
import { rows } from './aftermathRows.ts';

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
