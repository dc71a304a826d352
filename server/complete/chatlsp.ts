/**
 * ChatLSP (Blinn et al., OOPSLA 2024): what a language server can tell a model about a hole, as plain functions over the
 * type engine. docs/protocol-chatlsp.md gives the shapes; server/lsp speaks them.
 */
import { languageOf } from '../syntax/languages.ts';
import type { Span } from '../text/span.ts';
import type { HoleRequest, TypedHole, TypedItem, TypeEngine } from '../types/typeEngine.ts';

export interface ExpectedTypeAnswer {
  /** The type as a reader would write it; null: nothing is known. */
  readonly type: string | null;
  /** checker: the language demands it; prior: a guess; null: unknown. */
  readonly from: 'checker' | 'prior' | null;
  readonly hole: TypedHole | null;
}

export interface Declaration {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly reason: string;
}

export interface ReportedError {
  readonly span: Span;
  readonly message: string;
  readonly code: number;
  readonly kind: 'syntax' | 'type';
  /** From 1, in the file with the fill. */
  readonly line: number;
  /** The error stands in the text that was put into the hole. */
  readonly inFill: boolean;
}

/** What a model is told about holes before the first question, in the words of the language of `file`. */
export function aiTutorial(file: string): string {
  const language = languageOf(file)?.name ?? 'the language of the file';
  const isTyped = !untyped.test(file);
  return [
    `Complete a program sketch in ${language}. The place to fill is a hole.`,
    'Answer with the code that replaces the hole and nothing else: no markdown, no fences, no repetition of what stands before or after it.',
    'The code before and after the hole stays as it is; indent like the lines around it.',
    isTyped ? 'The code must type-check: it must have the expected type, where one is given.' : '',
    'Use the given types and functions where they fit, rather than writing them again. Use no name that is neither given, nor in scope, nor of the standard library.',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** Languages whose code runs without a type checker's consent. */
const untyped = /\.(?:[cm]?jsx?|pyi?|rb|php|sh|bash)$/;

export async function expectedType(
  engine: TypeEngine,
  at: HoleRequest,
  signal?: AbortSignal,
): Promise<ExpectedTypeAnswer> {
  const hole = await engine.hole(at, signal);
  return { type: hole?.expected ?? null, from: hole?.expectedFrom ?? null, hole: hole ?? null };
}

/** Who asks for a model waits longer than who types. */
const thorough = { maxLength: 200_000, deadline: 4000 };

const declaresType =
  /^(?:@\w+(?:\([^)]*\))? )*(?:(?:export|default|declare|abstract|const|public|private|protected|internal|static|final|sealed|pub(?:\([^)]*\))?|partial|data) )*(?:interface|type|class|enum|struct|record|trait)\b/;

/** Declarations of all types that the expected type is made of, without repetition, what others need first. */
export async function retrieveRelevantTypes(
  engine: TypeEngine,
  at: HoleRequest,
  signal?: AbortSignal,
): Promise<readonly Declaration[]> {
  const hole = await engine.hole(at, signal);
  if (hole?.expected === undefined) return [];
  const items = await engine.context(at, thorough, signal);
  const types = items.filter((item) => declaresType.test(item.text));
  const found: TypedItem[] = [];
  const wanted = [...namesIn(hole.expected)];
  for (const item of items) if (item.source === 'expectedType' && declaresType.test(item.text)) wanted.push(item.name);
  const seen = new Set<string>();
  for (let name = wanted.shift(); name !== undefined; name = wanted.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const item of types) {
      if (item.name !== name || found.includes(item)) continue;
      found.push(item);
      wanted.push(...namesIn(item.text));
    }
  }
  return found.reverse().map(declarationOf);
}

function namesIn(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_$][\w$]*/g));
}

function declarationOf({ name, path, text, reason }: TypedItem): Declaration {
  return { name, path, text, reason };
}

/** Headers of values that are of the expected type, or make it or a part of it, best first. */
export async function retrieveRelevantHeaders(
  engine: TypeEngine,
  at: HoleRequest,
  limit = 8,
  signal?: AbortSignal,
): Promise<readonly Declaration[]> {
  const [hole, items] = await Promise.all([engine.hole(at, signal), engine.context(at, thorough, signal)]);
  const found = items.filter((item) => item.source === 'header' || gives(item, hole?.expected));
  return found.slice(0, limit).map(declarationOf);
}

/** What stands in the context for another reason (imported, in scope) and is of the expected type, or makes it. */
function gives({ source, text }: TypedItem, expected: string | undefined): boolean {
  if (expected === undefined || !/^(?:import|value|own|skeleton|member)$/.test(source) || text.includes('\n'))
    return false;
  const end = text.trimEnd().replace(/;$/, '');
  return end.endsWith(`=> ${expected}`) || end.endsWith(`: ${expected}`);
}

/** The errors of the file with `fill` in the hole. Null: not known. An empty list: none. */
export async function errorReport(
  engine: TypeEngine,
  at: HoleRequest,
  fill: string,
  signal?: AbortSignal,
): Promise<readonly ReportedError[] | null> {
  const { offset, suffixOffset = offset } = at;
  const text = at.text.slice(0, offset) + fill + at.text.slice(suffixOffset);
  const found = await engine.errorReport(at.file, text, signal);
  if (!found) return null;
  return found
    .filter((error) => error.category === 'error')
    .map(({ span, message, code, kind }) => {
      const inFill = span.start < offset + fill.length && span.end > offset;
      const line = text.slice(0, span.start).split('\n').length;
      return { span, message, code, kind, line, inFill };
    });
}

/** The errors as a model is told them, for another round. Empty: nothing to repair. */
export function errorMessage(errors: readonly ReportedError[]): string {
  return errors
    .slice(0, 8)
    .map((error) => `line ${error.line}: ${error.message}${error.code > 0 ? ` (${error.code})` : ''}`)
    .join('\n');
}
