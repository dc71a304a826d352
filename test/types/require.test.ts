/** An export that comes into a CommonJS file comes by `require`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/text/span.ts';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-require-'));

const exported =
  'export function startOfDay(time: number): number { return time; }\nexport function spanOf(from: number, to: number): { from: number } { return { from: from + to }; }\n';
const plain = exported.replace(/: (?:number|\{ from: number \})(?= \{|,|\))/g, '');

/** A package: its type and its compiler's module kind, and files of it. */
function pack(name: string, type: string | undefined, module: string | undefined, files: Record<string, string>): void {
  mkdirSync(join(folder, name));
  const write = (file: string, text: string) => writeFileSync(join(folder, name, file), text);
  write('package.json', JSON.stringify({ type }));
  const compilerOptions = { strict: true, allowJs: true, module, types: [] };
  if (module !== undefined) write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*'] }));
  for (const [file, text] of Object.entries(files)) write(file, text);
}

const importing = (text: string, name: string) => {
  const request = marked(join(folder, name), text);
  const [edits] = coreFor(folder).imports(request, ['spanOf(1, 2)']);
  return edits && applyEdits(request.text, edits);
};

beforeAll(() => {
  pack('built', undefined, 'commonjs', { 'time.ts': exported });
  pack('fresh', 'commonjs', 'nodenext', { 'time.ts': exported });
  pack('bundled', 'commonjs', 'preserve', { 'time.ts': exported });
  pack('module', 'module', 'nodenext', { 'time.ts': exported });
  pack('endings', undefined, 'commonjs', { 'time.mjs': plain });
  pack('mixed', undefined, 'commonjs', { 'time.js': plain });
  pack('common', undefined, 'commonjs', {
    'time.js':
      'function startOfDay(time) { return time; }\nconst spanOf = (from, to) => to - from;\nmodule.exports = { startOfDay, spanOf, later(time) { return time + 1; } };\n',
    'fees.js': 'exports.feeOf = function (weight) { return weight * 2; };\nmodule.exports.rate = 3;\n',
    'store.js': 'module.exports = class ParcelStore {\n  add(parcel) {}\n};\n',
    'nothing.js': 'module.other = { hidden: 1 };\nconst secret = 2;\n',
  });
  const whole = exported.replaceAll('export function', 'declare function').replace(/ \{ return[^}]*\}?; \}/g, ';');
  pack('whole', undefined, 'commonjs', { 'spanOf.d.ts': `${whole}export = spanOf;\n` });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const body = `function day(time) {\n  return ${cursor};\n}\nmodule.exports = { day };\n`;

describe('an import into CommonJS', () => {
  it.each([
    ["const { startOfDay } = require('./time');\n", 'b.js', "const { startOfDay, spanOf } = require('./time');"],
    ["const { startOfDay } = require('./time.js');\n", 'b.js', "const { startOfDay, spanOf } = require('./time.js');"],
    ["const fs = require('fs');\n", 'b.js', "const fs = require('fs');\nconst { spanOf } = require('./time');"],
    ["'use strict';\n", 'b.cjs', "'use strict';\nconst { spanOf } = require('./time');"],
  ])('is a require (%s)', (top, name, wanted) => {
    expect(importing(top + body, `built/${name}`)).toContain(wanted);
  });

  it.each([
    [
      'spanOf(1, 2)',
      "const { startOfDay } = require('./time');\n",
      "const { startOfDay, spanOf } = require('./time');",
    ],
    ['later(1)', '', 'const { later } = require("./time");'],
    ['feeOf(1)', '', 'const { feeOf } = require("./fees");'],
    ['rate', '', 'const { rate } = require("./fees");'],
    ['new ParcelStore()', '', 'const ParcelStore = require("./store");'],
    ['hidden', '', undefined],
    ['secret', '', undefined],
  ])('brings what module.exports gives: %s', (fill, top, wanted) => {
    const request = marked(join(folder, 'common/b.js'), top + body);
    const [edits] = coreFor(folder).imports(request, [fill]);
    if (wanted === undefined) expect(edits).toBeUndefined();
    else expect(edits && applyEdits(request.text, edits)).toContain(wanted);
  });

  it('offers a class that is all of a module behind new', () => {
    const request = marked(
      join(folder, 'common/b.js'),
      `function open() {\n  return new ${cursor};\n}\nmodule.exports = { open };\n`,
    );
    const offered = coreFor(folder).enumerate(request, { deadline: 5000 });
    expect(offered.map(({ text }) => text)).toContain('ParcelStore()');
  });

  it('goes by the package where the file does not say', () => {
    const text = `const a = ${cursor};\n`;
    expect(importing(text, 'fresh/c.js')).toContain('const { spanOf } = require("./time");');
    expect(importing(text, 'module/c.js')).toContain('import { spanOf } from "./time');
    expect(importing(text, 'bundled/c.js')).toBeUndefined();
  });

  it('goes by the package before the file, and by its code alone', () => {
    const commented = `// const fs = require('fs');\nconst a = ${cursor};\n`;
    expect(importing(commented, 'module/b.js')).toContain("import { spanOf } from './time");
    expect(importing(commented, 'built/b.js')).toContain("const { spanOf } = require('./time');");
  });

  it('is an import in a module', () => {
    expect(importing(`import { startOfDay } from './time';\nexport const a = ${cursor};\n`, 'built/b.js')).toContain(
      "import { startOfDay, spanOf } from './time';",
    );
  });

  it.each([
    ['endings/b.js', body],
    ['mixed/b.js', body],
    ['module/b.cjs', body],
    ['bundled/b.js', body],
  ])('is none where Node may refuse it (%s)', (name, text) => {
    expect(importing(text, name)).toBeUndefined();
    const module = name.replace(/b\.c?js$/, 'c.mjs');
    expect(importing(`export const a = ${cursor};\n`, module)).toContain('import { spanOf } from "./time');
  });

  it('names a module with its ending in a module', () => {
    expect(importing(`export const a = ${cursor};\n`, 'endings/c.mjs')).toContain('from "./time.mjs"');
  });

  it('takes a module whole that gives one thing', () => {
    expect(importing(`const fs = require('fs');\n${body}`, 'whole/b.js')).toContain(
      "\nconst spanOf = require('./spanOf');\n",
    );
  });

  it('stands before the hole', () => {
    const text = `const fs = require('fs');\nconst a = ${cursor};\nconst { startOfDay } = require('./time');\n`;
    expect(importing(text, 'built/b.js')).toContain("require('fs');\nconst { spanOf } = require('./time');\nconst a");
  });
});
