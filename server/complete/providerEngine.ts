/**
 * The type engine of languages that have none here: Python, Java, C#, Go, Rust. It asks what the editor's other extensions
 * know (EditorProviders) and maps it as ChatLSP wants it: the expected type from signature help or a hover, relevant types
 * by definitions to depth 2, headers from completions matched by the type they give. Where nobody answers in time, the
 * buffer's own syntax tree does. Nothing is checked and nothing enumerated: those answers would be guesses.
 */
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import type { Span } from '../text/span.ts';
import type { HoleRequest, TypeDiagnostic, TypedHole, TypedItem, TypeEngine } from '../types/typeEngine.ts';
import { type Family, familyOf } from './indexFile.ts';
import { type Outline, outlineOf, type SymbolRecord } from './indexOutline.ts';
import { readerOf, sameType, typeNamesIn } from './signatureText.ts';
import { type TextHole, textHole } from './textHole.ts';

/** A place in a file, with the file's text. */
export interface Located {
  readonly file: string;
  readonly text: string;
  readonly span: Span;
}

export interface SignatureFound {
  readonly label: string;
  /** The active parameter as the label writes it. */
  readonly parameter?: string;
}

export interface CompletionFound {
  readonly label: string;
  /** Signatures and declarations: the detail, and code in the documentation. */
  readonly texts: readonly string[];
}

/** What an editor's other extensions know. Offsets are into the file as the editor has it. Nothing known: empty. */
export interface EditorProviders {
  signature(file: string, offset: number, signal: AbortSignal): Promise<SignatureFound | undefined>;
  hover(file: string, offset: number, signal: AbortSignal): Promise<readonly string[]>;
  definition(file: string, offset: number, signal: AbortSignal): Promise<readonly Located[]>;
  typeDefinition(file: string, offset: number, signal: AbortSignal): Promise<readonly Located[]>;
  /** The smallest symbol of the document that holds an offset and has a name. */
  symbolAt(file: string, offset: number, name: string, signal: AbortSignal): Promise<Span | undefined>;
  /** Types of the workspace with exactly this name. */
  typesNamed(name: string, near: string, signal: AbortSignal): Promise<readonly Located[]>;
  completions(file: string, offset: number, signal: AbortSignal): Promise<readonly CompletionFound[]>;
  /** Undefined: `text` is not what the editor has. */
  diagnostics(file: string, text: string, signal: AbortSignal): Promise<readonly TypeDiagnostic[] | undefined>;
}

/** An editor without providers. */
export const noProviders: EditorProviders = {
  signature: async () => undefined,
  hover: async () => [],
  definition: async () => [],
  typeDefinition: async () => [],
  symbolAt: async () => undefined,
  typesNamed: async () => [],
  completions: async () => [],
  diagnostics: async () => undefined,
};

const families = new Set<Family | undefined>(['python', 'java', 'csharp', 'go', 'rust']);
const DEPTH = 2;
/** Milliseconds: for the hole, and for the context where the caller names no deadline. */
const waits = { hole: 800, context: 400, diagnostics: 5000 };
const MOST_HEADERS = 12;
const MOST_IMPORTED = 40;
const MOST_OUTLINES = 200;

export function providerEngine(
  base: TypeEngine,
  providers: EditorProviders,
  syntax: () => Promise<Syntax>,
): TypeEngine {
  const declared = new Map<string, TypedItem>();
  const knows = (file: string) => families.has(familyOf(file));
  const outlines = new Map<string, { readonly text: string; readonly outline: Outline }>();
  const outlined = async (file: string, text: string): Promise<Outline> => {
    const known = outlines.get(file);
    if (known?.text === text) return known.outline;
    const parser = await syntax();
    const language = languageOf(file);
    await parser.ready(language);
    const outline = outlineOf(language, text, parser.parse(language, text));
    if (outlines.size >= MOST_OUTLINES) outlines.clear();
    outlines.set(file, { text, outline });
    return outline;
  };
  const asker = { providers, outlined, declared };
  return {
    ...base,
    knows: (file) => base.knows(file) || knows(file),
    hole: (request, signal) =>
      knows(request.file)
        ? within(waits.hole, signal, async (inTime) => (await look(asker, request, inTime)).hole)
        : base.hole(request, signal),
    context: async (request, limits = {}, signal) => {
      if (!knows(request.file)) return base.context(request, limits, signal);
      return gather(asker, request, limits.deadline ?? waits.context, signal);
    },
    imports: base.imports,
    errorReport: async (file, text, signal) => {
      if (!knows(file)) return base.errorReport(file, text, signal);
      const told = await within(waits.diagnostics, signal, (inTime) => providers.diagnostics(file, text, inTime));
      return told ?? syntaxErrors(await syntax(), file, text);
    },
    changed: (files) => {
      declared.clear();
      base.changed(files);
    },
  };
}

interface Asker {
  readonly providers: EditorProviders;
  readonly outlined: (file: string, text: string) => Promise<Outline>;
  /** Declarations of types by file and name, until something changes. */
  readonly declared: Map<string, TypedItem>;
}

interface Looked {
  readonly hole: TypedHole;
  readonly text: TextHole;
  readonly signature: SignatureFound | undefined;
  /** Where the expected type stands written, to ask for its definition there. */
  readonly written: { readonly file: string; readonly text: string; readonly span: Span } | undefined;
}

/** The hole and its expected type: by the editor's word, else by what the buffer says. */
async function look(asker: Asker, request: HoleRequest, signal: AbortSignal): Promise<Looked> {
  const family = familyOf(request.file);
  const text = textHole(request, await asker.outlined(request.file, request.text), family);
  const reader = readerOf(family);
  const own = { file: request.file, text: request.text };
  let expected = text.declared;
  let written = text.declaredAt && { ...own, span: text.declaredAt };
  let signature: SignatureFound | undefined;
  let from: TypedHole['expectedFrom'] = expected === undefined ? undefined : 'checker';
  if (text.place === 'argument') {
    signature = await quietly(asker.providers.signature(request.file, request.offset, signal));
    expected = signature?.parameter === undefined ? undefined : reader.parameter(signature.parameter);
    from = 'checker';
    const [callee] = text.callee
      ? await quietly(asker.providers.definition(request.file, text.callee.start, signal), [])
      : [];
    if (callee && expected !== undefined) written = writtenIn(callee, expected);
  } else if (text.place === 'return' && expected === undefined && text.enclosingAt !== undefined) {
    const told = await quietly(asker.providers.hover(request.file, text.enclosingAt, signal), []);
    // Nobody wrote the type down: the editor inferred it from the function's other returns.
    expected = told.map((part) => reader.result(part)).find((type) => type !== undefined);
    from = 'prior';
  }
  const suffixOffset = request.suffixOffset ?? request.offset;
  const hole: TypedHole = {
    span: { start: request.offset, end: suffixOffset },
    kind: text.kind,
    place: text.place,
    ...(expected === undefined ? {} : { expected, ...(from ? { expectedFrom: from } : {}) }),
    ...(text.callee ? { callee: request.text.slice(text.callee.start, text.callee.end) } : {}),
    ...(text.argument === undefined ? {} : { argument: text.argument }),
    ...(text.name === undefined ? {} : { name: text.name }),
    ...(text.enclosing === undefined ? {} : { enclosing: text.enclosing }),
    ...(text.enclosingClass === undefined ? {} : { enclosingClass: text.enclosingClass }),
    broken: false,
  };
  return { hole, text, signature, written };
}

/** A type's first name in the declaration that stands at a place. */
function writtenIn(at: Located, type: string): Looked['written'] {
  const [name] = typeNamesIn(type);
  if (name === undefined) return undefined;
  const found = new RegExp(`\\b${name}\\b`).exec(at.text.slice(at.span.start, at.span.start + 2000));
  if (!found) return undefined;
  const start = at.span.start + found.index;
  return { file: at.file, text: at.text, span: { start, end: start + name.length } };
}

/** What is found until the deadline, best first; what comes later stays in the cache for the next question. */
async function gather(
  asker: Asker,
  request: HoleRequest,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<readonly TypedItem[]> {
  const found: TypedItem[] = [];
  await within(deadline, signal, async (inTime) => {
    const looked = await look(asker, request, inTime);
    const { expected } = looked.hole;
    if (looked.signature) found.push(signatureItem(request, looked));
    if (expected === undefined) return undefined;
    await Promise.all([
      relevantTypes(asker, request, looked, expected, found, inTime),
      headers(asker, request, expected, found, inTime),
    ]);
    return undefined;
  });
  signal?.throwIfAborted();
  return [...found].sort((x, y) => y.score - x.score || x.depth - y.depth);
}

function signatureItem(request: HoleRequest, { hole, signature }: Looked): TypedItem {
  const text = signature?.label ?? '';
  const name = hole.callee ?? text;
  const reason = 'the signature of the function that the argument is for';
  return { source: 'signature', path: request.file, name, text, names: [name], score: 0.8, depth: 0, reason };
}

async function relevantTypes(
  asker: Asker,
  request: HoleRequest,
  looked: Looked,
  expected: string,
  found: TypedItem[],
  signal: AbortSignal,
): Promise<void> {
  const seen = new Set<string>();
  let wanted: { name: string; near: Looked['written'] }[] = typeNamesIn(expected).map((name) => ({
    name,
    near: looked.written,
  }));
  for (let depth = 0; depth <= DEPTH && wanted.length > 0; depth++) {
    const next: typeof wanted = [];
    await Promise.all(
      wanted.slice(0, 12).map(async ({ name, near }) => {
        if (seen.has(name)) return;
        seen.add(name);
        const place = await declarationOf(asker, request, name, near, signal);
        if (!place || signal.aborted) return;
        const item = await typeItem(asker, name, place, depth);
        if (!item) return;
        found.push(item);
        for (const other of typeNamesIn(item.text)) {
          const at = new RegExp(`\\b${other}\\b`).exec(place.text.slice(place.span.start, place.span.end));
          const start = place.span.start + (at?.index ?? 0);
          if (at) next.push({ name: other, near: { ...place, span: { start, end: start + other.length } } });
        }
      }),
    );
    wanted = next;
  }
}

/** Where a type is declared, whole: by definition where its name stands written, else by its name in the workspace. */
async function declarationOf(
  asker: Asker,
  request: HoleRequest,
  name: string,
  near: Looked['written'],
  signal: AbortSignal,
): Promise<Located | undefined> {
  const { providers } = asker;
  const isNamed = near !== undefined && near.text.slice(near.span.start, near.span.end) === name;
  let places: readonly Located[] = [];
  if (near && isNamed) {
    places = await quietly(providers.typeDefinition(near.file, near.span.start, signal), []);
    if (!places.some((place) => declares(place, name)))
      places = await quietly(providers.definition(near.file, near.span.start, signal), []);
  }
  let place = places.find((one) => declares(one, name));
  if (!place) [place] = await quietly(providers.typesNamed(name, request.file, signal), []);
  if (!place) return ownDeclaration(asker, request, name);
  const whole = await quietly(providers.symbolAt(place.file, place.span.start, name, signal));
  return whole ? { ...place, span: whole } : place;
}

const declares = (place: Located, name: string): boolean =>
  place.text.slice(place.span.start, place.span.end + 200).includes(name);

/** No provider knows: the buffer may declare it itself. */
async function ownDeclaration(asker: Asker, request: HoleRequest, name: string): Promise<Located | undefined> {
  const { symbols } = await asker.outlined(request.file, request.text);
  const own = symbols.find((symbol) => symbol.kind === 'type' && symbol.name === name);
  return own && { file: request.file, text: request.text, span: { start: own.start, end: own.end } };
}

/** A type as its header and the headers of its members, bodies left out. */
async function typeItem(asker: Asker, name: string, place: Located, depth: number): Promise<TypedItem | undefined> {
  const key = `${place.file}#${name}#${place.text.length}`;
  const known = asker.declared.get(key);
  if (known) return known.depth === depth ? known : { ...known, depth, score: scoreAt(depth) };
  const { symbols } = await asker.outlined(place.file, place.text);
  const own = symbols.find((symbol) => symbol.kind === 'type' && symbol.name === name && overlaps(symbol, place.span));
  const text = own ? shortened(own, symbols) : place.text.slice(place.span.start, place.span.end).slice(0, 1500);
  if (text.trim() === '' || !text.includes(name)) return undefined;
  const item: TypedItem = {
    source: depth === 0 ? 'expectedType' : 'relevantType',
    path: place.file,
    name,
    text,
    names: [name, ...symbols.filter((symbol) => symbol.container === name).map((symbol) => symbol.name)],
    span: own ? { start: own.start, end: own.end } : place.span,
    score: scoreAt(depth),
    depth,
    reason: depth === 0 ? 'the expected type' : 'named by the expected type',
  };
  asker.declared.set(key, item);
  return item;
}

const scoreAt = (depth: number): number => 0.7 / (1 + depth);
const overlaps = (symbol: Span, span: Span): boolean => symbol.start < span.end + 1 && symbol.end + 1 > span.start;

function shortened(own: SymbolRecord, symbols: readonly SymbolRecord[]): string {
  const members = symbols.filter(
    (symbol) => symbol !== own && symbol.container === own.name && symbol.start >= own.start && symbol.end <= own.end,
  );
  return [own.header, ...members.map((member) => `    ${member.header}`)].join('\n');
}

/** What the buffer imports, with the header that its definition has. */
async function importedHeaders(asker: Asker, request: HoleRequest, signal: AbortSignal): Promise<CompletionFound[]> {
  const { imports } = await asker.outlined(request.file, request.text);
  const named = imports.flatMap((one) => one.names.map((name) => ({ name, within: one }))).slice(0, MOST_IMPORTED);
  const found = await Promise.all(
    named.map(async ({ name, within: { start, end } }): Promise<CompletionFound | undefined> => {
      const at = new RegExp(`\\b${name}\\b(?![\\s\\S]*\\b${name}\\b)`, 'u').exec(request.text.slice(start, end));
      if (!at || signal.aborted) return undefined;
      const places = await quietly(asker.providers.definition(request.file, start + at.index, signal), []);
      const [place] = places;
      if (!place) return undefined;
      const { symbols } = await asker.outlined(place.file, place.text);
      const own = symbols.find((symbol) => symbol.name === name && overlaps(symbol, place.span));
      return own && own.kind !== 'type' ? { label: name, texts: [own.header] } : undefined;
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** What the editor would complete here and is of the expected type, or gives it; before that, what the buffer imports. */
async function headers(
  asker: Asker,
  request: HoleRequest,
  expected: string,
  found: TypedItem[],
  signal: AbortSignal,
): Promise<void> {
  const reader = readerOf(familyOf(request.file));
  const [offered, imported] = await Promise.all([
    quietly(asker.providers.completions(request.file, request.offset, signal), []),
    importedHeaders(asker, request, signal),
  ]);
  const { symbols } = await asker.outlined(request.file, request.text);
  const own = symbols
    // Not the function that the hole is in: it would call itself.
    .filter((symbol) => symbol.kind !== 'type' && symbol.start < request.offset && !isInside(request, symbol))
    .map((symbol) => ({ label: symbol.name, texts: [symbol.header] }));
  const taken = new Set<string>();
  for (const { label, texts } of [...imported, ...own, ...offered]) {
    const name = /[\p{L}_][\p{L}\p{N}_]*/u.exec(label)?.[0] ?? label;
    if (taken.has(name) || taken.size >= MOST_HEADERS) continue;
    const text = texts.find((one) => {
      const types = [reader.value(one), reader.result(one)];
      return types.some((type) => type !== undefined && sameType(type, expected));
    });
    if (text === undefined) continue;
    taken.add(name);
    const gives = reader.result(text) !== undefined;
    found.push({
      source: 'header',
      path: request.file,
      name,
      text: text.includes(name) ? text : `${label} ${text}`,
      names: [name],
      score: gives ? 0.4 : 0.5,
      depth: gives ? 1 : 0,
      reason: gives ? `gives ${expected}` : `is of type ${expected}`,
    });
  }
}

const isInside = ({ text, offset }: HoleRequest, { end }: SymbolRecord): boolean =>
  offset <= end || text.slice(end, offset).trim() === '';

function syntaxErrors(syntax: Syntax, file: string, text: string): readonly TypeDiagnostic[] | undefined {
  const tree = syntax.parse(languageOf(file), text);
  if (!tree) return undefined;
  const found: TypeDiagnostic[] = [];
  for (let node = 0; node < tree.size && found.length < 20; node++) {
    if (tree.error[node] !== 1) continue;
    const span = { start: tree.start[node] ?? 0, end: tree.end[node] ?? 0 };
    found.push({ span, message: 'syntax error', code: 0, category: 'error', kind: 'syntax' });
  }
  // That it parses says nothing of its types: what is not known is not called right.
  return found.length > 0 ? found : undefined;
}

/** Answers by a deadline, or with undefined; an abort of the caller ends it, too. */
async function within<T>(
  wait: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T | undefined>,
): Promise<T | undefined> {
  if (signal?.aborted) return undefined;
  const over = AbortSignal.any([AbortSignal.timeout(wait), ...(signal ? [signal] : [])]);
  const ended = new Promise<undefined>((done) => over.addEventListener('abort', () => done(undefined), { once: true }));
  return Promise.race([work(over), ended]);
}

function quietly<T>(answer: Promise<T>): Promise<T | undefined>;
function quietly<T>(answer: Promise<T>, otherwise: T): Promise<T>;
/** Another extension's failure is no answer, and none of ours. */
function quietly<T>(answer: Promise<T>, otherwise?: T): Promise<T | undefined> {
  return answer.catch(() => otherwise);
}
