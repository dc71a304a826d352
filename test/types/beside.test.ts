import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type ts from 'typescript';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { takeFaults } from '../../server/types/faults.ts';
import type { TsCore } from '../../server/types/tsCore.ts';
import { givenBy } from '../../server/types/tsGiven.ts';
import type { HoleRequest } from '../../server/types/typeEngine.ts';
import { coreFor, marked } from './fixtures.ts';

const folders: string[] = [];
let folder = '';
let core: TsCore;

/** Two files that import each other, and one that nobody imports. */
const files = {
  'shape.ts':
    "import { unit } from './make';\nexport interface Shape { size: number }\nexport class Box { private lid = 1; static of(): Box { return new Box(); } }\nexport function area(): number { return unit().size; }\n",
  'make.ts':
    "import { Box, type Shape } from './shape';\nexport function unit(): Shape { return { size: 1 }; }\nexport const box = (): Box => Box.of();\n",
  'alone.ts':
    "import { unit } from './make';\nexport class Crate { static all: Crate[] = [unit().size].map((n) => new Crate(n)); private constructor(private size: number) {} }\nexport const far = unit().size;\n",
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-beside-'));
  folders.push(folder);
  writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true, "noEmit": true } }');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  core = coreFor(folder);
});

afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

const hole = (name: keyof typeof files, text: string): HoleRequest => marked(join(folder, name), text);
const snapshot = (request: HoleRequest) => core.inspect(request)?.state.snapshot;
const offered = (request: HoleRequest): string[] => core.enumerate(request, { deadline: 5000 }).map(({ text }) => text);

describe('projects of one root', () => {
  it('read a file once where no option changes how it is read, and the libraries in any case', () => {
    const options = { tests: { allowJs: true, isolatedModules: true }, legacy: { target: 'ES2015' } };
    const programs = Object.entries(options).map(([name, compilerOptions]) => {
      mkdirSync(join(folder, name));
      const config = { extends: '../tsconfig.json', compilerOptions: { lib: ['ES2022'], ...compilerOptions } };
      writeFileSync(join(folder, name, 'tsconfig.json'), JSON.stringify(config));
      const text = "import { unit } from '../make';\nexport const far: number = /*|*/;\n";
      writeFileSync(join(folder, name, 'use.ts'), text);
      return snapshot(marked(join(folder, name, 'use.ts'), text))?.program;
    });
    const own = snapshot(hole('alone.ts', 'export const far: number = /*|*/;\n'))?.program;
    const [tests, legacy] = programs;
    const libraryOf = (program = own) =>
      program?.getSourceFiles().find(({ fileName }) => fileName.endsWith('.es2015.core.d.ts'));
    const made = own?.getSourceFile(join(folder, 'make.ts'));
    expect(made).toBeDefined();
    expect(tests).not.toBe(own);
    expect(tests?.getSourceFile(join(folder, 'make.ts'))).toBe(made);
    expect(legacy?.getSourceFile(join(folder, 'make.ts'))?.text).toBe(files['make.ts']);
    expect(legacy?.getSourceFile(join(folder, 'make.ts'))).not.toBe(made);
    expect(libraryOf()).toBeDefined();
    expect([libraryOf(tests) === libraryOf(), libraryOf(legacy) === libraryOf()]).toEqual([true, true]);
  });
});

describe('the buffer beside its file', () => {
  it('lets one checker answer hole after hole, in whatever file, while one types', () => {
    const first = hole('alone.ts', "import { unit } from './make';\nexport const far: number = /*|*/;\n");
    const checker = snapshot(first)?.checker;
    expect(snapshot(first)?.beside).toBeDefined();
    core.buffer(first.file, `${first.text}\n`);
    const later = { ...first, text: `${first.text}\n` };
    expect(snapshot(later)?.checker).toBe(checker);
    core.buffer(first.file, undefined);
    const second = hole('make.ts', files['make.ts'].replace('size: 1', 'size: /*|*/'));
    const again = snapshot(second)?.checker;
    expect(again).toBeDefined();
    expect(snapshot(first)?.checker).toBe(again);
    expect(core.hole(second)?.expected).toBe('number');
    expect(snapshot(second)?.checker).toBe(again);
  });

  it('shows the buffer, never the file on disk, under the name of the file', () => {
    const written = files['shape.ts'].replace('size: number', 'size: number; colour: string');
    const request = hole('shape.ts', written.replace('unit().size', 'unit()./*|*/'));
    const items = core.context(request, {});
    const shape = items.filter(({ names }) => names[0] === 'Shape');
    expect(shape.map(({ text }) => text)).toEqual([expect.stringContaining('colour')]);
    expect(shape[0]?.path).toBe(request.file);
    expect(JSON.stringify(items)).not.toContain('mortise-copy');
    const { start, end } = shape[0]?.span ?? { start: 0, end: 0 };
    expect(request.text.slice(start, end)).toMatch(/^export interface Shape \{.*\}$/);
  });

  it('stands for the file where others would go on to mean what changed', () => {
    const written = files['shape.ts'].replace('size: number', 'size: number; colour: string');
    const request = hole('shape.ts', written.replace('unit().size', 'unit()./*|*/'));
    expect(snapshot(request)?.beside).toBeUndefined();
    expect(offered(request)).toEqual(expect.arrayContaining(['size', 'colour']));
    // A body that nobody sees is no such change.
    const body = hole('shape.ts', files['shape.ts'].replace('unit().size', '/*|*/'));
    expect(snapshot(body)?.beside).toBeUndefined();
    const plain = files['shape.ts'].replace('private lid', 'lid');
    writeFileSync(join(folder, 'shape.ts'), plain);
    core.changed([join(folder, 'shape.ts')]);
    expect(snapshot(hole('shape.ts', plain.replace('unit().size', '/*|*/')))?.beside).toBeDefined();
  });

  it.each([
    ['an object', 'export const { one, two: [second] } = pair;'],
    ['an array', 'const [one, ...rest] = Object.values(pair);'],
  ])('may take %s apart in a circle of imports', (_, taken) => {
    const pair = "import type { Z } from './zed';\nconst pair = { one: 1, two: ['a'] };\n";
    writeFileSync(join(folder, 'pair.ts'), `${pair}${taken}\nexport const last = one;\n`);
    writeFileSync(join(folder, 'zed.ts'), "import { last } from './pair';\nexport type Z = typeof last;\n");
    core.changed([join(folder, 'pair.ts'), join(folder, 'zed.ts')]);
    const request = marked(join(folder, 'pair.ts'), `${pair}${taken}\nexport const last: typeof one = /*|*/;\n`);
    expect(offered(request)).toContain('one');
    expect(takeFaults()).toEqual([]);
  });

  it('knows values of a class with private members that come back from another file', () => {
    const text = `${files['shape.ts'].replace('{ unit }', '{ box, unit }')}export const own: Box = /*|*/;\n`;
    const request = hole('shape.ts', text);
    expect(core.check(request, [{ text: 'box()' }, { text: 'unit()' }], { deadline: 20_000 })).toEqual(['ok', 'error']);
  });

  it('calls its own private constructor, also in what the file says already', () => {
    const text = files['alone.ts'].replace('Crate(n)', 'Crate(/*|*/)');
    const fills = [{ text: 'n' }, { text: 'n * 2' }, { text: "''" }];
    expect(core.check(hole('alone.ts', text), fills, { deadline: 20_000 })).toEqual(['ok', 'ok', 'error']);
  });

  it('hands itself to a function of another file that takes its class', () => {
    const take = "import type { Box } from './shape';\nexport function take(box: Box, of: { size: number }): void {}\n";
    writeFileSync(join(folder, 'make.ts'), take);
    const text = (body: string): string =>
      `import { take } from './make';\nexport class Box { private lid = 1; put(): void { ${body} } }\n`;
    writeFileSync(join(folder, 'shape.ts'), text(''));
    core.changed([join(folder, 'make.ts'), join(folder, 'shape.ts')]);
    const request = hole('shape.ts', text('take(/*|*/, { size: 1 });'));
    const fills = ['this', 'this.lid', '{ lid: 1 }'].map((each) => ({ text: each }));
    expect(core.check(request, fills, { deadline: 20_000 })).toEqual(['ok', 'error', 'error']);
  });

  it('takes a call of what is imported from nowhere, as the file has it', () => {
    const text = "import solid from 'not-installed';\nexport default { plugins: [/*|*/] };\n";
    const request = hole('alone.ts', text);
    const missing = {
      text: 'solar()',
      edits: [{ span: { start: 0, end: 0 }, text: "import solar from 'nowhere';\n" }],
    };
    const results = core.check(request, [{ text: 'solid()' }, { text: 'sold()' }, missing], { deadline: 20_000 });
    expect(results).toEqual(['ok', 'error', 'error']);
  });

  it('is known to other files as it was typed', () => {
    const typed = files['make.ts'].replace('unit()', 'metre()');
    const inMake = hole('make.ts', typed.replace('size: 1', 'size: /*|*/'));
    core.buffer(inMake.file, inMake.text);
    core.hole(inMake);
    core.buffer(inMake.file, `${inMake.text}export const late: string = '';\n`);
    const elsewhere = hole('alone.ts', "import * as make from './make';\nexport const far: string = make./*|*/;\n");
    expect(offered(elsewhere)).toContain('late');
    core.buffer(inMake.file, undefined);
    expect(offered(elsewhere)).not.toContain('late');
  });

  it('imports what the program does not hold yet', () => {
    writeFileSync(join(folder, 'tsconfig.json'), '{ "files": ["alone.ts"], "compilerOptions": { "strict": true } }');
    core.changed([join(folder, 'tsconfig.json')]);
    writeFileSync(join(folder, 'new.ts'), 'export const fresh: number = 1;\n');
    expect(snapshot(hole('alone.ts', 'export const far: number = /*|*/;\n'))?.beside).toBeDefined();
    expect(
      offered(hole('alone.ts', "import * as all from './new';\nexport const far: number = all./*|*/;\n")),
    ).toContain('fresh');
  });

  it.each([
    [
      'declares something global',
      'declare global { interface Array<T> { latest(): T } }\nexport const far: number = [1]./*|*/;\n',
      'latest',
    ],
    [
      'adds to a module',
      "import { unit } from './make';\ndeclare module './shape' { interface Shape { depth: number } }\nexport const far: number = unit()./*|*/;\n",
      'depth',
    ],
    ['refers to a file', '/// <reference path="./globals.d.ts" />\nexport const far: number = told./*|*/;\n', 'loudly'],
    [
      'imports it by a call',
      "export const far = async (): Promise<number> => (await import('./new'))./*|*/;\n",
      'fresh',
    ],
    ['imports its type alone', "export const far = (all: typeof import('./new')): number => all./*|*/;\n", 'fresh'],
    ['imports it as CommonJS', "import all = require('./new');\nexport const far: number = all./*|*/;\n", 'fresh'],
  ])('is in the program where it %s and the program does not hold that', (_, text, name) => {
    const options = { strict: true, module: 'commonjs', target: 'esnext', types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ files: ['alone.ts'], compilerOptions: options }));
    writeFileSync(join(folder, 'new.ts'), 'export const fresh: number = 1;\n');
    writeFileSync(join(folder, 'globals.d.ts'), 'declare const told: { loudly: number };\n');
    core.changed([join(folder, 'tsconfig.json')]);
    // The program is made of the file as it was.
    expect(
      snapshot(hole('alone.ts', "import { unit } from './make';\nexport const far: number = /*|*/;\n"))?.beside,
    ).toBeDefined();
    expect(offered(hole('alone.ts', text)).filter((one) => one.includes(name))).not.toEqual([]);
    expect(snapshot(hole('alone.ts', text))?.beside).toBeUndefined();
  });

  it('is in the program where its JSX comes from another place than before', () => {
    const options = { strict: true, jsx: 'react-jsx', jsxImportSource: './one', types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
    const runtime = (tag: string) =>
      `export namespace JSX { interface IntrinsicElements { ${tag}: { wide: number } } }\n`;
    for (const [name, tag] of [
      ['one', 'first'],
      ['two', 'second'],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'jsx-runtime.ts'), runtime(tag));
    }
    writeFileSync(join(folder, 'view.tsx'), 'export const n = 1;\n');
    core.changed([join(folder, 'tsconfig.json')]);
    const view = (text: string) => marked(join(folder, 'view.tsx'), text);
    const first = view('export const v = <first wide={1} />;\nexport const n: number = /*|*/;\n');
    expect(snapshot(first)?.beside).toBeDefined();
    const second = view(
      `/** @jsxImportSource ./two */\n${first.text.replace('first', 'second')}`.replace('= ;', '= /*|*/;'),
    );
    expect(offered(second)).not.toEqual([]);
    expect(core.check(second, [{ text: '1' }], { deadline: 20_000 })).toEqual(['ok']);
    expect(snapshot(second)?.beside).toBeUndefined();
  });
});

describe('what a function gives whose type nobody wrote', () => {
  const head = "import { unit } from './make';\nexport interface Own { kind: string }\n";
  const before = `${head}function first() { return 1; }\nfunction second() { return first(); }\nfunction shape() { return unit(); }\nfunction own() { return { kind: 'a' } as Own; }\n`;
  const asked = (text: string, type: string): string[] => {
    writeFileSync(join(folder, 'alone.ts'), `${before}export const far = 1;\n`);
    core.changed([join(folder, 'alone.ts')]);
    const request = hole('alone.ts', `${text}export const far: ${type} = /*|*/;\n`);
    expect(snapshot(request)?.beside).toBeDefined();
    return core.enumerate(request, { deadline: 5000 }).flatMap(({ text: fill, fits }) => (fits ? [fill] : []));
  };

  it('is what the buffer says, also where only what it calls has changed', () => {
    const after = before.replace('return 1', "return 'one'");
    expect(asked(before, 'number')).toEqual(expect.arrayContaining(['first()', 'second()']));
    expect(asked(after, 'string')).toEqual(expect.arrayContaining(['first()', 'second()']));
    expect(asked(after, 'number')).not.toContain('second()');
    expect(asked(before.replace("'./make'", "'./shape'"), "import('./make').Shape")).not.toContain('shape()');
  });

  it('fits where its type comes from another file, and where it is declared beside it', () => {
    expect(asked(before, "import('./shape').Shape")).toContain('shape()');
    expect(asked(before, 'Own')).toContain('own()');
  });

  it('was read once for all holes', () => {
    asked(before, 'number');
    const given = (more: number): ts.Type | undefined => {
      const found = snapshot(
        hole('alone.ts', `${before}function more() { return ${more}; }\nexport const far: number = /*|*/;\n`),
      );
      const node = found?.file.statements.find(
        (each) => 'name' in each && (each.name as ts.Identifier)?.text === 'first',
      );
      const signature = node && found?.checker.getSignatureFromDeclaration(node as ts.FunctionDeclaration);
      if (!found || !signature) return undefined;
      const type = givenBy(found, signature);
      expect((signature as { resolvedReturnType?: ts.Type }).resolvedReturnType).toBeUndefined();
      return type;
    };
    expect(given(1)).toBeDefined();
    expect(given(2)).toBe(given(3));
  });
});

describe('a fault inside the checker', () => {
  it('costs the part that met it, is told, and leaves the checker for a new one', () => {
    const request = hole(
      'alone.ts',
      "export const word = { a: 'east' };\nexport const far: 'east' | 'west' = /*|*/;\n",
    );
    const before = snapshot(request)?.checker;
    if (!before) throw new Error('there is no checker');
    const broken = vi.spyOn(before, 'getPropertiesOfType').mockImplementation(() => {
      throw new Error('lost its way');
    });
    const left = offered(request);
    expect(left).toEqual(expect.arrayContaining(["'east'", "'west'"]));
    expect(core.check(request, [{ text: "'east'" }, { text: 'word.a' }], { deadline: 20_000 })).toEqual([
      'ok',
      'error',
    ]);
    const faults = takeFaults();
    expect(faults).toHaveLength(broken.mock.calls.length);
    expect(faults[0]).toContain('enumerate: Error: lost its way');
    core.renew();
    expect(snapshot(request)?.checker).not.toBe(before);
  });
});
