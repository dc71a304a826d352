/**
 * Draws holes from TypeScript repositories for the benches: random expressions, one at a time cut out of their file.
 * Deterministic for a seed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type ts from 'typescript';

const tsc: typeof ts = createRequire(join(process.cwd(), 'package.json'))('typescript');

export interface SampledHole {
  readonly root: string;
  readonly file: string;
  /** The buffer with the hole empty at `offset`. */
  readonly text: string;
  readonly offset: number;
  readonly truth: string;
  readonly place: string;
  /** Tokens of the truth. */
  readonly tokens: number;
}

/** xorshift32. */
export function random(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

const notSource =
  /(?:^|\/)(?:node_modules|dist|build|out|coverage|\.git|locales?|fixtures?|__snapshots__|examples?|docs?|website|www)(?:\/|$)/;
const test = /(?:\.(?:test|spec|bench|stories)\.|\/(?:tests?|__tests__|e2e|integration)\/|\.d\.ts$)/;

export function sourceFiles(root: string): string[] {
  const skip = (path: string): boolean =>
    notSource.test(path.slice(root.length + 1)) || test.test(path.slice(root.length));
  return tsc.sys
    .readDirectory(root, ['.ts', '.tsx'], ['node_modules'])
    .filter((path) => !skip(path))
    .sort();
}

export function sampleHoles(root: string, count: number, seed: number): SampledHole[] {
  const next = random(seed);
  const files = sourceFiles(root);
  const holes: SampledHole[] = [];
  for (let tries = 0; holes.length < count && tries < count * 20 && files.length > 0; tries++) {
    const file = files[Math.floor(next() * files.length)] ?? '';
    const text = readFileSync(file, 'utf8');
    if (text.length > 200_000 || text.charCodeAt(0) === 0xfeff) continue;
    const expressions = expressionsOf(file, text);
    const chosen = expressions[Math.floor(next() * expressions.length)];
    if (!chosen) continue;
    const { start, end, place } = chosen;
    const truth = text.slice(start, end);
    holes.push({
      root,
      file,
      text: text.slice(0, start) + text.slice(end),
      offset: start,
      truth,
      place,
      tokens: tokensOf(truth),
    });
  }
  return holes;
}

export function tokensOf(text: string): number {
  const scanner = tsc.createScanner(tsc.ScriptTarget.Latest, true, tsc.LanguageVariant.JSX, text);
  let count = 0;
  while (scanner.scan() !== tsc.SyntaxKind.EndOfFileToken && count < 500) count++;
  return count;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly place: string;
}

function expressionsOf(file: string, text: string): Place[] {
  const source = tsc.createSourceFile(file, text, tsc.ScriptTarget.Latest, true);
  const found: Place[] = [];
  const add = (node: ts.Node | undefined, place: string): void => {
    if (node && node.end - node.getStart(source) <= 400)
      found.push({ start: node.getStart(source), end: node.end, place });
  };
  const visit = (node: ts.Node): void => {
    if (tsc.isVariableDeclaration(node) || tsc.isPropertyDeclaration(node)) add(node.initializer, 'initialiser');
    else if (tsc.isCallExpression(node) || tsc.isNewExpression(node))
      for (const a of node.arguments ?? []) add(a, 'argument');
    else if (tsc.isReturnStatement(node)) add(node.expression, 'return');
    else if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken)
      add(node.right, 'assignment');
    else if (tsc.isPropertyAssignment(node)) add(node.initializer, 'property');
    else if (tsc.isIfStatement(node)) add(node.expression, 'condition');
    else if (tsc.isJsxExpression(node) && tsc.isJsxAttribute(node.parent)) add(node.expression, 'jsxAttribute');
    tsc.forEachChild(node, visit);
  };
  for (const statement of source.statements) if (!tsc.isImportDeclaration(statement)) visit(statement);
  return found;
}
