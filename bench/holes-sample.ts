/**
 * Draws holes for the benches: random expressions, one at a time cut out of their file. In TypeScript by its parser; in
 * other languages by tokens. Deterministic for a seed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type ts from 'typescript';
import { expressionEnd } from '../server/complete/holeTokens.ts';
import { leadAt } from '../server/complete/items/shapes.ts';
import { lexCode, NEWLINE } from '../server/complete/tokens.ts';

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
  /** Imports that only the hole uses were cut. */
  readonly hidden: boolean;
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
const test =
  /(?:[._](?:test|spec|bench|stories)\.|\/(?:tests?|__tests__|e2e|integration)\/|\.d\.ts$|(?:^|\/)test_\w+\.py$)/;

export function sourceFiles(root: string, endings: readonly string[] = ['.ts', '.tsx']): string[] {
  const skip = (path: string): boolean =>
    notSource.test(path.slice(root.length + 1)) || test.test(path.slice(root.length));
  return tsc.sys
    .readDirectory(root, endings, ['node_modules'])
    .filter((path) => !skip(path))
    .sort();
}

export interface SampleOptions {
  readonly count: number;
  readonly seed: number;
  /** Cut imports that only the hole uses: always, never, or in every other hole. */
  readonly imports: 'hidden' | 'kept' | 'mixed';
  readonly endings?: readonly string[];
  /** Only elements that stand before others, with their comma or, as one is typed, without. */
  readonly commas?: 'followed' | 'cut';
}

/** A comma that another element follows. */
const followed = /^\s*,(?=\s*[^\s)\]}/])/;

export function sampleHoles(root: string, options: SampleOptions): SampledHole[] {
  const next = random(options.seed);
  const files = sourceFiles(root, options.endings);
  const holes: SampledHole[] = [];
  for (let tries = 0; holes.length < options.count && tries < options.count * 20 && files.length > 0; tries++) {
    const file = files[Math.floor(next() * files.length)] ?? '';
    const text = readFileSync(file, 'utf8');
    if (text.length > 200_000 || text.charCodeAt(0) === 0xfeff) continue;
    const isTypeScript = /\.[cm]?tsx?$/.test(file);
    const expressions = isTypeScript ? expressionsOf(file, text) : lexicalExpressions(text, file.endsWith('.py'));
    const drawn = options.commas
      ? expressions.filter(({ end }) => followed.test(text.slice(end, end + 200)))
      : expressions;
    const chosen = drawn[Math.floor(next() * drawn.length)];
    if (!chosen) continue;
    const { start, end, place } = chosen;
    const truth = text.slice(start, end);
    const after = options.commas === 'cut' ? text.slice(end).replace(followed, '') : text.slice(end);
    const cut = { text: text.slice(0, start) + after, offset: start };
    const hides =
      isTypeScript && (options.imports === 'hidden' || (options.imports === 'mixed' && holes.length % 2 === 0));
    const shown = hides ? withoutImports(file, cut.text, start, truth) : cut;
    holes.push({ root, file, ...shown, truth, place, tokens: tokensOf(truth), hidden: shown.text !== cut.text });
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

const longest = 400;

/** Every expression of a file that could be a hole. */
export function expressionsOf(file: string, text: string): Place[] {
  const source = tsc.createSourceFile(file, text, tsc.ScriptTarget.Latest, true);
  const found: Place[] = [];
  const add = (node: ts.Node | undefined, place: string): void => {
    if (node && node.end - node.getStart(source) <= longest && node.kind !== tsc.SyntaxKind.OmittedExpression)
      found.push({ start: node.getStart(source), end: node.end, place });
  };
  const visit = (node: ts.Node): void => {
    if (tsc.isVariableDeclaration(node) || tsc.isPropertyDeclaration(node)) add(node.initializer, 'initialiser');
    else if (tsc.isCallExpression(node) || tsc.isNewExpression(node))
      for (const a of node.arguments ?? []) add(a, 'argument');
    else if (tsc.isReturnStatement(node)) add(node.expression, 'return');
    else if (tsc.isArrowFunction(node) && !tsc.isBlock(node.body)) add(node.body, 'arrow body');
    else if (tsc.isBinaryExpression(node)) {
      const isAssignment = node.operatorToken.kind === tsc.SyntaxKind.EqualsToken;
      add(node.right, isAssignment ? 'assignment' : 'operand');
    } else if (tsc.isPropertyAssignment(node)) add(node.initializer, 'property');
    else if (tsc.isIfStatement(node) || tsc.isWhileStatement(node)) add(node.expression, 'condition');
    else if (tsc.isConditionalExpression(node)) add(node.condition, 'condition');
    else if (tsc.isElementAccessExpression(node)) add(node.argumentExpression, 'element access');
    else if (tsc.isArrayLiteralExpression(node)) for (const element of node.elements) add(element, 'array element');
    else if (tsc.isTemplateSpan(node)) add(node.expression, 'template');
    else if (tsc.isJsxExpression(node))
      add(node.expression, tsc.isJsxAttribute(node.parent) ? 'JSX attribute' : 'JSX child');
    tsc.forEachChild(node, visit);
  };
  for (const statement of source.statements) if (!tsc.isImportDeclaration(statement)) visit(statement);
  return found;
}

/** Expressions behind `return`, `=`, `(`, `,`, `if` and the like, by brackets alone. */
function lexicalExpressions(text: string, hash: boolean): Place[] {
  const { texts, starts } = lexCode(text, { hash });
  const token = (i: number): string | undefined => texts[i];
  const found: Place[] = [];
  for (let at = 1; at < texts.length; at++) {
    const lead = leadAt(token, at);
    if (lead === 'other' || lead === 'operand' || texts[at] === NEWLINE) continue;
    // A parameter list's parentheses and types are no expressions.
    const line = text.slice(text.lastIndexOf('\n', (starts[at] ?? 0) - 1) + 1, starts[at]);
    if (/^\s*(?:def|class|import|from|@|package|public|private|protected|static|abstract)\b/.test(line)) continue;
    const end = expressionEnd(token, at, 80);
    const last = texts[end - 1];
    if (end <= at || last === undefined || last === NEWLINE) continue;
    const stop = (starts[end - 1] ?? 0) + last.length;
    if (stop - (starts[at] ?? 0) <= longest) found.push({ start: starts[at] ?? 0, end: stop, place: lead });
  }
  return found;
}

/** The buffer without the import specifiers whose names stand nowhere but in the hole. */
export function withoutImports(
  file: string,
  text: string,
  offset: number,
  truth: string,
): { text: string; offset: number } {
  const source = tsc.createSourceFile(file, text, tsc.ScriptTarget.Latest, true);
  const used = new Set(truth.match(/[A-Za-z_$][\w$]*/g));
  const cuts: { start: number; end: number }[] = [];
  for (const statement of source.statements) {
    if (!tsc.isImportDeclaration(statement) || !statement.importClause) continue;
    const { name, namedBindings } = statement.importClause;
    const elements = namedBindings && tsc.isNamedImports(namedBindings) ? namedBindings.elements : undefined;
    const names = [name, namedBindings && tsc.isNamespaceImport(namedBindings) ? namedBindings.name : undefined];
    const only = (local: ts.Identifier | undefined): boolean =>
      local !== undefined && used.has(local.text) && mentions(text, local.text) === 1;
    const gone = elements?.filter((element) => only(element.name)) ?? [];
    const whole =
      names.some((each) => only(each)) ||
      (elements !== undefined && gone.length > 0 && gone.length === elements.length);
    if (whole) cuts.push({ start: statement.getStart(source), end: statement.end });
    else
      for (const element of gone) {
        const comma = /^\s*,/.exec(text.slice(element.end))?.[0].length ?? 0;
        cuts.push({ start: element.pos, end: element.end + comma });
      }
  }
  let shown = text;
  for (const { start, end } of cuts.reverse()) shown = shown.slice(0, start) + shown.slice(end);
  return { text: shown, offset: offset - (text.length - shown.length) };
}

function mentions(text: string, name: string): number {
  return text.match(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g'))?.length ?? 0;
}
