/** `.properties` as java.util.Properties reads it: comments, keys with escapes, `=`, `:` or space, continuation lines. */
import type { Tree } from './tree.ts';
import { TreeBuilder, Vocabulary } from './treeBuilder.ts';

const vocabulary = new Vocabulary();
const document = vocabulary.type('document', true);
const property = vocabulary.type('property', true);
const key = vocabulary.type('key', true);
const separator = vocabulary.type('separator', false);
const value = vocabulary.type('value', true);
const comment = vocabulary.type('comment', true);
const keyField = vocabulary.field('key');
const valueField = vocabulary.field('value');

const keyAt = /(?:\\[\s\S]|[^\\=:\s])*/y;
const blanks = /[ \t\f]*/y;

export function parseProperties(text: string): Tree {
  const builder = new TreeBuilder(text, vocabulary, text.length >> 4);
  builder.open(document, 0);
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    at = matchEnd(blanks, text, at);
    const first = text[at];
    if (first === undefined) break;
    if (first === '\n' || first === '\r') {
      at++;
    } else if (first === '#' || first === '!') {
      const end = lineEnd(text, at);
      builder.leaf(comment, at, end);
      at = end;
    } else {
      const end = logicalEnd(text, at);
      readProperty(builder, text, at, end);
      at = end;
    }
  }
  return builder.finish();
}

function readProperty(builder: TreeBuilder, text: string, start: number, end: number): void {
  const keyEnd = Math.min(end, matchEnd(keyAt, text, start));
  builder.open(property, start);
  if (keyEnd > start) builder.leaf(key, start, keyEnd, keyField);
  let at = Math.min(end, matchEnd(blanks, text, keyEnd));
  if (at < end && (text[at] === '=' || text[at] === ':')) {
    builder.leaf(separator, at, at + 1, 0, 0);
    at = Math.min(end, matchEnd(blanks, text, at + 1));
  }
  if (at < end) builder.leaf(value, at, end, valueField);
  builder.close(end);
}

/** The end of a line that may go on: an odd number of backslashes before the line break continues it. */
function logicalEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const end = lineEnd(text, at);
    let slashes = 0;
    while (end - 1 - slashes >= from && text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0 || end >= text.length) return end;
    at = text.startsWith('\r\n', end) ? end + 2 : end + 1;
    if (at >= text.length) return text.length;
  }
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

function matchEnd(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
