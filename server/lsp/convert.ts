/** Between offsets, which all of the server counts in, and LSP's lines and URIs. The only place that knows both. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Span } from '../text/span.ts';
import type { PlaceRange } from './protocol.ts';

export function toRange(document: TextDocument, span: Span): PlaceRange {
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

/** The path of a `file:` document, or undefined for any other scheme. */
export function toPath(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // A URI with a host or an encoded slash: no file of ours.
  }
}

export function toUri(path: string): string {
  return pathToFileURL(path).href;
}

/** Two spellings of one file URI (VS Code escapes more than Node does) as one key. */
export function uriKey(uri: string): string {
  return toPath(uri) ?? uri;
}

/** Whether two LSP ranges share a place; touching counts. */
export function touches(one: PlaceRange, other: PlaceRange): boolean {
  const before = (a: PlaceRange['start'], b: PlaceRange['start']) =>
    a.line < b.line || (a.line === b.line && a.character < b.character);
  return !before(one.end, other.start) && !before(other.end, one.start);
}
