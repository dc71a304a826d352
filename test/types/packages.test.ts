/** What another package of the workspace exports is imported by that package's name, or not at all. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-packages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options =
  '"strict": true, "composite": true, "module": "nodenext", "target": "es2022", "rootDir": "src", "outDir": "dist"';
const files = {
  'package.json': '{ "name": "all", "private": true, "workspaces": ["packages/*"] }',
  'packages/core/package.json':
    '{ "name": "@acme/core", "type": "module", "exports": { ".": "./dist/index.js", "./dates": "./dist/dates.js" } }',
  'packages/core/tsconfig.json': `{ "compilerOptions": { ${options} }, "include": ["src"] }`,
  'packages/core/src/index.ts': "export * from './bill.js';\nexport { rounded as roundedCents } from './money.js';\n",
  'packages/core/src/bill.ts':
    'export interface Bill { open: boolean }\nexport function isOpen(bill: Bill): boolean { return bill.open; }\n',
  'packages/core/src/money.ts':
    'export function rounded(n: number): number { return Math.round(n); }\nexport function inner(n: number): number { return n; }\n',
  'packages/core/src/dates.ts':
    "import { isOpen } from './bill.js';\nexport function dueOn(n: number): number { return n + Number(isOpen({ open: true })); }\n",
  'packages/server/package.json': '{ "name": "@acme/server", "type": "module", "dependencies": { "@acme/core": "*" } }',
  'packages/server/tsconfig.json': `{ "compilerOptions": { ${options} }, "include": ["src"], "references": [{ "path": "../core" }] }`,
  'packages/server/src/report.ts': "import type { Bill } from '@acme/core';\nexport const bills: Bill[] = [];\n",
  'packages/server/src/due.ts': "import { dueOn } from '@acme/core/dates';\nexport const due = dueOn(1);\n",
  'packages/lone/package.json': '{ "name": "@acme/lone", "type": "module" }',
  'packages/lone/tsconfig.json': `{ "compilerOptions": { ${options} }, "include": ["src"], "references": [{ "path": "../core" }] }`,
  'packages/lone/src/alone.ts': 'export const n = 1;\n',
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function imports(name: string, text: string, fills: readonly string[]): (string | undefined)[] {
  const request = marked(join(folder, name), text);
  const core = coreFor(folder);
  return core.imports(request, fills).map((edits) => edits?.map((each) => each.text.trim()).join());
}

describe('an import from another package of the workspace', () => {
  it('names the package, by what its entry or another way in exports', () => {
    const text = `import type { Bill } from '@acme/core';\nexport const open = (all: Bill[]): Bill[] => all.filter(${cursor});\n`;
    const found = imports('packages/server/src/report.ts', text, ['isOpen', 'dueOn(1)', 'inner(1)']);
    expect(found).toEqual([
      "import { isOpen } from '@acme/core';",
      "import { dueOn } from '@acme/core/dates';",
      // Only a path into the package would bring it.
      undefined,
    ]);
  });

  it('is none where the file does not need that package', () => {
    const found = imports('packages/lone/src/alone.ts', `export const n = ${cursor};\n`, ['isOpen', 'inner(1)']);
    expect(found).toEqual([undefined, undefined]);
  });

  it('is a path inside of the own package', () => {
    const found = imports(
      'packages/core/src/bill.ts',
      `${files['packages/core/src/bill.ts']}export const n = ${cursor};\n`,
      ['inner(1)'],
    );
    expect(found).toEqual(["import { inner } from './money.js';"]);
  });
});
