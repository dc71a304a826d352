/** A project is read with the defaults of the TypeScript that it uses, not with those of the one that we bring along. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const made: string[] = [];

function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-defaults-'));
  made.push(folder);
  const all = {
    'node_modules/@types/thing/index.d.ts': "declare module 'thing:all' { export function all(): number[]; }\n",
    'a.ts': '',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const tsconfig = (more: object = {}) => JSON.stringify({ compilerOptions: { module: 'preserve', ...more } });
const uses = `import { all } from 'thing:all';
export function first(): number {
  return all().${cursor};
}
`;
const maybe = `export function f(text: string | undefined) {
  const own: string = ${cursor};
  return own;
}
`;

function accepted(folder: string, text: string, fills: readonly string[]): readonly string[] {
  const results = coreFor(folder).check(
    marked(join(folder, 'a.ts'), text),
    fills.map((fill) => ({ text: fill })),
    { deadline: 20_000 },
  );
  return fills.filter((_, i) => results[i] === 'ok');
}

it.each([
  ['of version 5', { 'tsconfig.json': tsconfig(), 'node_modules/typescript/package.json': '{ "version": "5.8.3" }' }],
  [
    'that asks for version 5',
    { 'tsconfig.json': tsconfig(), 'package.json': '{ "devDependencies": { "typescript": "^5.2.0" } }' },
  ],
  ['of no version that is known', { 'tsconfig.json': tsconfig() }],
  ['without a configuration', {}],
] as const)('a project %s has all types that are installed', (_, files) => {
  expect(accepted(project(files), uses, ['length', 'size'])).toEqual(['length']);
});

it('a project of version 6 has those that it names', () => {
  const installed = { 'node_modules/typescript/package.json': '{ "version": "6.0.3" }' };
  expect(accepted(project({ ...installed, 'tsconfig.json': tsconfig() }), uses, ['length', 'size'])).toEqual([
    'length',
    'size',
  ]);
  expect(
    accepted(project({ ...installed, 'tsconfig.json': tsconfig({ types: ['thing'] }) }), uses, ['length', 'size']),
  ).toEqual(['length']);
});

it('a project of version 5 is strict where it says so', () => {
  const installed = { 'node_modules/typescript/package.json': '{ "version": "5.8.3" }' };
  expect(accepted(project({ ...installed, 'tsconfig.json': tsconfig() }), maybe, ['text'])).toEqual(['text']);
  expect(accepted(project({ ...installed, 'tsconfig.json': tsconfig({ strict: true }) }), maybe, ['text'])).toEqual([]);
});

it('and names no types where it says none', () => {
  expect(accepted(project({ 'tsconfig.json': tsconfig({ types: [] }) }), uses, ['length', 'size'])).toEqual([
    'length',
    'size',
  ]);
});
