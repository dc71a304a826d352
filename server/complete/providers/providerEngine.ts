/**
 * The type engine of languages that have none here: Python, Java, C#, Go, Rust. It asks what the editor's other extensions
 * know (EditorProviders) and maps it as ChatLSP wants it: the expected type from signature help or a hover, relevant types
 * by definitions to depth 2, headers from completions matched by the type they give. Where nobody answers in time, the
 * buffer's own syntax tree does. Nothing is checked and nothing enumerated: those answers would be guesses.
 */
import { languageOf } from '../../syntax/languages.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { Span } from '../../text/span.ts';
import type { HoleRequest, TypeDiagnostic, TypedItem, TypeEngine } from '../../types/typeEngine.ts';
import { type Family, familyOf } from '../index/indexFile.ts';
import { type Outline, outlineOf } from '../index/indexOutline.ts';
import { headers } from './providerHeaders.ts';
import { type Looked, look } from './providerHole.ts';
import { listening, unheard } from './providerSilence.ts';
import { relevantTypes } from './providerTypes.ts';

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
  /** The types that implement an interface, where their names stand. */
  implementation(file: string, offset: number, signal: AbortSignal): Promise<readonly Located[]>;
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
  implementation: async () => [],
  symbolAt: async () => undefined,
  typesNamed: async () => [],
  completions: async () => [],
  diagnostics: async () => undefined,
};

const families = new Set<Family | undefined>(['python', 'java', 'csharp', 'go', 'rust']);
/** Milliseconds: for the hole, and for the context where the caller names no deadline. */
const waits = { hole: 800, context: 400, diagnostics: 5000 };
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
  const {
    providers: heard,
    isSilent,
    listen,
  } = providers === noProviders ? unheard(providers) : listening(providers, outlined);
  const asker = { providers: heard, outlined, declared };
  return {
    ...base,
    knows: (file) => base.knows(file) || knows(file),
    isSilent: (file) => knows(file) && isSilent(file),
    hole: (request, signal) =>
      knows(request.file)
        ? within(waits.hole, signal, async (inTime) => {
            const [{ hole }] = await Promise.all([look(asker, request, inTime), listen(request, inTime)]);
            return hole;
          })
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

export interface Asker {
  readonly providers: EditorProviders;
  readonly outlined: (file: string, text: string) => Promise<Outline>;
  /** Declarations of types by file and name, until something changes. */
  readonly declared: Map<string, TypedItem>;
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
    const written = await looked.written(inTime);
    await Promise.all([
      relevantTypes(asker, request, written, expected, found, inTime),
      headers(asker, request, looked, written, found, inTime),
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
