/**
 * What the editor's other extensions know, asked through requests from server to client (docs/protocol-chatlsp.md). Only a
 * client that says `providers` is asked; for the others the buffer's syntax answers. Line and column end here.
 */
import type {
  CancellationToken,
  CompletionItem,
  Connection,
  Diagnostic,
  DocumentSymbol,
  Location,
  LocationLink,
  MarkupContent,
  SignatureHelp,
  SymbolInformation,
} from 'vscode-languageserver/node';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type EditorProviders,
  type Located,
  noProviders,
  providerEngine,
} from '../complete/providers/providerEngine.ts';
import { loadServices } from '../services.ts';
import type { Span } from '../text/span.ts';
import type { TypeEngine } from '../types/typeEngine.ts';
import { providerRequests } from './completionProtocol.ts';
import { toPath, toUri } from './convert.ts';
import type { PlaceRange } from './protocol.ts';
import type { Session } from './session.ts';

/** How many completions the editor is asked to resolve: their signatures come with that, one by one. */
const RESOLVED = 40;

/** The base engine, and the other languages over what the editor knows. */
export function withProviders(base: TypeEngine, connection: Connection, session: Session): TypeEngine {
  const providers = session.client.providers ? clientProviders(connection, session) : noProviders;
  return providerEngine(base, providers, async () => (await loadServices()).syntax);
}

function clientProviders(connection: Connection, session: Session): EditorProviders {
  const request = async <T>(method: string, params: object, signal: AbortSignal): Promise<T | null> => {
    const { token, end } = tokenOf(signal);
    try {
      return await connection.sendRequest<T | null>(method, params, token);
    } finally {
      end();
    }
  };
  const document = (file: string): TextDocument | undefined => session.document(toUri(file));
  /** Undefined: the editor has not opened the file, and we do not know its lines. */
  const at = async (file: string, offset: number) => {
    const read = document(file) ?? (await session.read(toUri(file)));
    return read && { textDocument: { uri: read.uri }, position: read.positionAt(offset) };
  };
  const located = async (places: readonly (Location | LocationLink)[] | null): Promise<readonly Located[]> => {
    const found = await Promise.all((places ?? []).slice(0, 6).map((place) => locate(session, place)));
    return found.filter((one) => one !== undefined);
  };
  const places = async (method: string, file: string, offset: number, signal: AbortSignal) => {
    const params = await at(file, offset);
    return params ? located(await request<(Location | LocationLink)[]>(method, params, signal)) : [];
  };
  return {
    signature: async (file, offset, signal) => {
      const params = await at(file, offset);
      const help = params && (await request<SignatureHelp>(providerRequests.signature, params, signal));
      return help ? signatureOf(help) : undefined;
    },
    hover: async (file, offset, signal) => {
      const params = await at(file, offset);
      const parts = params ? await request<string[]>(providerRequests.hover, params, signal) : [];
      return (parts ?? []).flatMap(codeIn);
    },
    definition: (file, offset, signal) => places(providerRequests.definition, file, offset, signal),
    typeDefinition: (file, offset, signal) => places(providerRequests.typeDefinition, file, offset, signal),
    implementation: (file, offset, signal) => places(providerRequests.implementation, file, offset, signal),
    symbolAt: async (file, offset, name, signal) => {
      const read = await session.read(toUri(file));
      if (!read) return undefined;
      const params = { textDocument: { uri: read.uri } };
      const symbols = await request<DocumentSymbol[] | SymbolInformation[]>(
        providerRequests.documentSymbols,
        params,
        signal,
      );
      return smallestAt(read, symbols ?? [], offset, name);
    },
    typesNamed: async (name, near, signal) => {
      const symbols = await request<SymbolInformation[]>(providerRequests.workspaceSymbols, { query: name }, signal);
      // 5, 10, 11, 23: class, enum, interface, struct.
      const types = (symbols ?? []).filter((one) => isNamed(one, name) && [5, 10, 11, 23].includes(one.kind));
      const sameKind = types.filter(({ location }) => extensionOf(location.uri) === extensionOf(near));
      return located(sameKind.map(({ location }) => location));
    },
    completions: async (file, offset, signal) => {
      const params = await at(file, offset);
      if (!params) return [];
      const items = await request<CompletionItem[]>(
        providerRequests.completion,
        { ...params, resolve: RESOLVED },
        signal,
      );
      return (items ?? [])
        .filter(({ kind }) => kind === undefined || !typeKinds.has(kind))
        .map((item) => ({ label: item.label, texts: textsOf(item) }));
    },
    diagnostics: async (file, text, signal) => {
      const open = document(file);
      // Other extensions judge what the editor has, and nothing else.
      if (!open || open.getText() !== text) return undefined;
      const params = { textDocument: { uri: open.uri } };
      const told = await request<Diagnostic[]>(providerRequests.diagnostics, params, signal);
      return (told ?? []).map((one) => ({
        span: spanOf(open, one.range),
        message: typeof one.message === 'string' ? one.message : one.message.value,
        code: typeof one.code === 'number' ? one.code : 0,
        category: (one.severity ?? 1) === 1 ? ('error' as const) : ('warning' as const),
        kind: isSyntax(one) ? ('syntax' as const) : ('type' as const),
      }));
    },
  };
}

/** The Go server says so in words, the Java one by a bit of the number; the others tell the two not apart. */
const isSyntax = ({ source, code }: Diagnostic): boolean =>
  source === 'syntax' || (source === 'Java' && (Number(code) & 0x40000000) !== 0);

/** Class, interface, module, enum, keyword, struct, type parameter: their names are types, and no values of them. */
const typeKinds = new Set<number>([7, 8, 9, 13, 14, 22, 25]);

/** A token that is cancelled with a signal: the protocol's own way to end a request that was sent. */
export function tokenOf(signal: AbortSignal): { token: CancellationToken; end: () => void } {
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return {
    token: source.token,
    end: () => {
      signal.removeEventListener('abort', cancel);
      source.dispose();
    },
  };
}

async function locate(session: Session, place: Location | LocationLink): Promise<Located | undefined> {
  const uri = 'targetUri' in place ? place.targetUri : place.uri;
  const range = 'targetUri' in place ? place.targetSelectionRange : place.range;
  const file = toPath(uri);
  const read = file === undefined ? undefined : await session.read(uri);
  // A library of megabytes is not worth the reading.
  if (!read || file === undefined || read.getText().length > 1_000_000) return undefined;
  return { file, text: read.getText(), span: spanOf(read, range) };
}

const spanOf = (document: TextDocument, range: PlaceRange): Span => ({
  start: document.offsetAt(range.start),
  end: document.offsetAt(range.end),
});

function signatureOf(help: SignatureHelp): { label: string; parameter?: string } | undefined {
  const signature = help.signatures[help.activeSignature ?? 0] ?? help.signatures[0];
  if (!signature) return undefined;
  const active = signature.activeParameter ?? help.activeParameter ?? 0;
  const label = signature.parameters?.[active ?? 0]?.label;
  const parameter = typeof label === 'string' ? label : label && signature.label.slice(label[0], label[1]);
  return { label: signature.label, ...(parameter === undefined ? {} : { parameter }) };
}

/** Lines of code in a hover or a documentation: what stands in fences, else the text as it is. */
function codeIn(markdown: string): string[] {
  const fenced = [...markdown.matchAll(/```[\w-]*\n([\s\S]*?)```/g)].map((match) => match[1]?.trim() ?? '');
  const texts = fenced.length > 0 ? fenced : [markdown.trim()];
  // A signature over several lines is one signature.
  return texts
    .map((text) => text.replace(/^\((?:[a-z ]+)\)\s*/, '').replace(/\s*\n\s*/g, ' '))
    .filter((text) => text !== '');
}

function textsOf(item: CompletionItem): string[] {
  const { documentation, detail, labelDetails, label } = item;
  const told = typeof documentation === 'string' ? documentation : (documentation as MarkupContent | undefined)?.value;
  const shown = labelDetails ? [`${label}${labelDetails.detail ?? ''}`] : [];
  const spoken = detail === undefined ? [] : [detail, `${nameOf(label)} ${detail}`, `${nameOf(label)}: ${detail}`];
  return [...(told === undefined ? [] : codeIn(told)), ...spoken, ...shown, label];
}

const nameOf = (label: string): string => /[\p{L}_][\p{L}\p{N}_]*/u.exec(label)?.[0] ?? label;
const extensionOf = (uri: string): string => /\.\w+$/.exec(uri)?.[0] ?? '';
/** Some servers qualify the name. */
const isNamed = (symbol: SymbolInformation, name: string): boolean => symbol.name.split(/[.:]/).at(-1) === name;

function smallestAt(
  document: TextDocument,
  symbols: readonly (DocumentSymbol | SymbolInformation)[],
  offset: number,
  name: string,
): Span | undefined {
  let best: Span | undefined;
  const open = [...symbols];
  for (let symbol = open.pop(); symbol; symbol = open.pop()) {
    if ('children' in symbol) open.push(...(symbol.children ?? []));
    const span = spanOf(document, 'location' in symbol ? symbol.location.range : symbol.range);
    const holds = span.start <= offset && offset <= span.end;
    if (!holds || nameOf(symbol.name) !== name) continue;
    if (!best || span.end - span.start < best.end - best.start) best = span;
  }
  return best;
}
