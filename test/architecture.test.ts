/**
 * The invariants of ARCHITECTURE.md that a test can check: who may import what, which folders are pure, and the habits that
 * keep files readable. Read with TypeScript's own parser, so that neither comments nor strings are mistaken for code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** What each folder may import beside itself. Files directly in `server/` put services together: `root`. */
const below: Readonly<Record<string, readonly string[]>> = {
  text: [],
  diff: ['text'],
  syntax: ['text', 'diff'],
  merge: ['text', 'diff', 'syntax'],
  model: ['text'],
  types: ['text', 'diff'],
  git: ['text'],
  resolve: ['text', 'diff', 'syntax', 'merge', 'model', 'types'],
  complete: ['text', 'diff', 'syntax', 'model', 'types'],
  mine: ['text', 'diff', 'syntax', 'merge', 'resolve', 'git', 'complete'],
  root: ['text', 'diff', 'syntax', 'merge', 'model', 'types', 'resolve', 'complete', 'git', 'lsp'],
  lsp: ['text', 'diff', 'syntax', 'merge', 'model', 'types', 'resolve', 'complete', 'git', 'mine', 'root'],
  cli: ['text', 'diff', 'syntax', 'merge', 'model', 'types', 'resolve', 'complete', 'git', 'mine', 'lsp', 'root'],
};

/** The one folder that may know a package or a part of Node. */
const owners: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^vscode-languageserver/, ['lsp']],
  [/^vscode(-languageclient.*)?$/, ['extension']],
  [/^web-tree-sitter$/, ['syntax']],
  [/^typescript$/, ['types']],
  [/^(ollama|onnxruntime.*)$/, ['model']],
  [/^(node:)?(net|tls|http|https|http2|dgram|dns)$/, ['model']],
  [/^(node:)?child_process$/, ['git']],
];

const pure = ['text', 'diff', 'merge'];

/** Words that mean IO, time or chance; none is used in a pure folder. */
const impure = new Set([
  'process',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'Date',
  'require',
  'globalThis',
]);

/** Longer than 450 lines, each with its reason. */
const long: Readonly<Record<string, string>> = {};
const MOST_LINES = 450;

interface Source {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sources(folder: string): Source[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.(ts|mts)$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => {
      const path = posix.join(folder, name.replaceAll('\\', '/'));
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(text) };
    });
}

const importsOf = (text: string): string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

/** `server/merge/x.ts` → merge, `server/main.ts` → root, `extension/…` → extension. */
function roomOf(path: string): string {
  const [top = '', room = '', ...rest] = path.split('/');
  if (top !== 'server') return top;
  return rest.length === 0 ? 'root' : room;
}

/** What a file imports that it may not. */
function forbidden({ path, imports }: Pick<Source, 'path' | 'imports'>): string[] {
  const room = roomOf(path);
  return imports.filter((name) => {
    if (!name.startsWith('.')) {
      if (pure.includes(room)) return true;
      return owners.some(([pattern, rooms]) => pattern.test(name) && !rooms.includes(room));
    }
    const target = posix.join(posix.dirname(path), name);
    const other = roomOf(target);
    if (room === 'extension')
      return other !== 'extension' && !/^server\/lsp\/(?:protocol|completionProtocol|modelProtocol)\.ts$/.test(target);
    return other !== room && !(below[room] ?? []).includes(other);
  });
}

/** Every node of a file. */
function* nodes(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodes(child);
}

const parse = (text: string): ts.SourceFile => ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2023, true);

function usesAny(text: string): boolean {
  return /\bany\b/.test(text) && [...nodes(parse(text))].some((node) => node.kind === ts.SyntaxKind.AnyKeyword);
}

/** Names of IO, and state: a `let` or `var` outside every function. */
function impurities(text: string): string[] {
  const file = parse(text);
  const state = file.statements.filter(
    (statement) => ts.isVariableStatement(statement) && !(statement.declarationList.flags & ts.NodeFlags.Const),
  );
  const names = [...nodes(file)].filter(
    (node): node is ts.Identifier => ts.isIdentifier(node) && impure.has(node.text),
  );
  const used = names.filter(
    ({ parent }) => !(ts.isPropertyAccessExpression(parent) && names.includes(parent.name as ts.Identifier)),
  );
  const random = /\bMath\.random\b/.test(text) ? ['Math.random'] : [];
  return [...state.map((statement) => statement.getText().slice(0, 60)), ...used.map((node) => node.text), ...random];
}

/** Nothing of its own: only re-exports. */
function isBarrel(text: string): boolean {
  if (!/^export\s*(type\s*)?[*{]/m.test(text)) return false;
  const { statements } = parse(text);
  return (
    statements.length > 0 &&
    statements.every((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined)
  );
}

const server = sources('server');
const extension = sources('extension');
const product = [...server, ...extension];
const everything = [...product, ...sources('bench')];

/** Paths for which a rule is broken, with what breaks it. */
const broken = (files: readonly Source[], rule: (source: Source) => readonly string[] | boolean): string[] =>
  files.flatMap((source) => {
    const found = rule(source);
    if (found === true) return [source.path];
    return found === false ? [] : found.map((what) => `${source.path}: ${what}`);
  });

describe('the house', () => {
  it('is read at all', () => {
    expect(server.length).toBeGreaterThan(80);
    expect(extension.length).toBeGreaterThan(5);
    expect([...new Set(server.map(({ path }) => roomOf(path)))].filter((room) => !(room in below))).toEqual([]);
  });

  it('imports downwards, and packages only where they are known', () => {
    expect(broken(product, forbidden)).toEqual([]);
  });

  it.each([
    ['server/merge/x.ts', '../git/git.ts'],
    ['server/merge/x.ts', '../resolve/resolve.ts'],
    ['server/text/x.ts', 'node:fs'],
    ['server/resolve/rules/x.ts', '../../lsp/server.ts'],
    ['server/resolve/x.ts', 'typescript'],
    ['server/cli/x.ts', 'node:child_process'],
    ['server/cli/x.ts', 'vscode-languageserver/node'],
    ['server/lsp/x.ts', '../cli/merge.ts'],
    ['server/complete/x.ts', 'ollama'],
    ['extension/conflicts/x.ts', '../../server/merge/lineMerge.ts'],
    ['server/lsp/x.ts', 'vscode'],
  ])('would notice %s importing %s', (path, name) => {
    expect(forbidden({ path, imports: [name] })).toEqual([name]);
  });

  it('merges without IO, clock, chance or state', () => {
    expect(
      broken(
        server.filter(({ path }) => pure.includes(roomOf(path))),
        ({ text }) => impurities(text),
      ),
    ).toEqual([]);
    expect(impurities('let seen = 0; export const f = () => process.env;')).toEqual(['let seen = 0;', 'process']);
    expect(impurities('const a = Math.random();')).toEqual(['Math.random']);
    expect(impurities('export const kept = { a: 1 }; // Date')).toEqual([]);
  });

  it('says no `any`', () => {
    expect(broken(everything, ({ text }) => usesAny(text))).toEqual([]);
    expect(usesAny('const x: any = 1;')).toBe(true);
    expect(usesAny('// any\nconst any = "any";')).toBe(false);
  });

  it('has no barrels', () => {
    expect(broken(everything, ({ text }) => isBarrel(text))).toEqual([]);
    expect(isBarrel("export * from './a.ts';\nexport { b } from './b.ts';")).toBe(true);
  });

  it('opens each file with what it is', () => {
    expect(broken(everything, ({ text }) => !/^(#!.*\n)?\/[*/]/.test(text))).toEqual([]);
  });

  it('imports files by their whole name', () => {
    expect(
      broken(everything, ({ imports }) =>
        imports.filter((name) => name.startsWith('.') && !/\.(ts|mts|mjs|cjs|json)$/.test(name)),
      ),
    ).toEqual([]);
  });

  it(`keeps files under ${MOST_LINES} lines, and the list of those that are not short`, () => {
    const length = ({ text }: Source) => text.split('\n').length;
    const over = everything.filter((source) => length(source) > MOST_LINES).map(({ path }) => path);
    expect(over.filter((path) => !(path in long))).toEqual([]);
    expect(Object.keys(long).filter((path) => !over.includes(path))).toEqual([]);
  });
});

describe('the package', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const part = (name: string): Record<string, unknown> => {
    const value =
      typeof manifest === 'object' && manifest !== null
        ? Object.entries(manifest).find(([key]) => key === name)?.[1]
        : undefined;
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  };

  it('runs nothing when it is installed', () => {
    expect(Object.keys(part('scripts')).length).toBeGreaterThan(3);
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'preprepare', 'postprepare'];
    expect(hooks.filter((hook) => hook in part('scripts'))).toEqual([]);
  });

  it('pins what it ships', () => {
    const versions = Object.entries(part('dependencies'));
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  });

  it('ships by an allow-list', () => {
    const patterns = readFileSync(join(root, '.vscodeignore'), 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(patterns[0]).toBe('**');
    expect(patterns.slice(1).filter((line) => !line.startsWith('!'))).toEqual([]);
    expect(patterns.length).toBeGreaterThan(3);
  });
});
