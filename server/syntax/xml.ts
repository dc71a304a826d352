/**
 * XML without a grammar: elements with their tags, attributes, text, comments, CDATA, processing instructions and doctype,
 * as the same arrays tree-sitter's trees become. Linear, and forgiving: an end tag nobody opened, an element nobody closed
 * and a `<` that begins nothing are counted as errors, and the text around them is still read.
 */
import type { Tree } from './tree.ts';
import { TreeBuilder, Vocabulary } from './treeBuilder.ts';

const vocabulary = new Vocabulary();
const t = {
  document: vocabulary.type('document', true),
  element: vocabulary.type('element', true),
  startTag: vocabulary.type('start_tag', true),
  emptyTag: vocabulary.type('empty_tag', true),
  endTag: vocabulary.type('end_tag', true),
  name: vocabulary.type('name', true),
  attribute: vocabulary.type('attribute', true),
  value: vocabulary.type('value', true),
  text: vocabulary.type('text', true),
  comment: vocabulary.type('comment', true),
  cdata: vocabulary.type('cdata', true),
  instruction: vocabulary.type('processing_instruction', true),
  doctype: vocabulary.type('doctype', true),
  error: vocabulary.type('ERROR', true),
  open: vocabulary.type('<', false),
  close: vocabulary.type('>', false),
  openEnd: vocabulary.type('</', false),
  closeEmpty: vocabulary.type('/>', false),
  equals: vocabulary.type('=', false),
};

const nameAt = /[^\s<>/="'!?]+/y;
const attributeAt = /\s*([^\s<>/="'!?][^\s<>/="']*)(\s*=\s*)?/y;
const valueAt = /"[^"<]*"|'[^'<]*'|[^\s<>"'=]+/y;

export function parseXml(text: string): Tree {
  const builder = new TreeBuilder(text, vocabulary, text.length >> 3);
  const open: string[] = [];
  // How many elements of a name are open, so that a stray end tag is known at once.
  const openNames = new Map<string, number>();
  builder.open(t.document, 0);
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    if (text[at] !== '<') {
      const end = indexOr(text, '<', at);
      if (text.slice(at, end).trim() !== '') builder.leaf(t.text, at, end);
      at = end;
    } else if (text.startsWith('<!--', at)) at = block(t.comment, '-->', 4);
    else if (text.startsWith('<![CDATA[', at)) at = block(t.cdata, ']]>', 9);
    else if (text.startsWith('<?', at)) at = block(t.instruction, '?>', 2);
    else if (text.startsWith('<!', at)) {
      const end = doctypeEnd(text, at);
      builder.leaf(t.doctype, at, end);
      at = end;
    } else if (text.startsWith('</', at)) at = endTag(at);
    else at = startTag(at);
  }
  for (let unclosed = open.length; unclosed > 0; unclosed--) builder.leaf(t.error, text.length, text.length, 0, 1, 1);
  return builder.finish();

  function block(type: number, close: string, skip: number): number {
    const found = text.indexOf(close, at + skip);
    const end = found < 0 ? text.length : found + close.length;
    builder.leaf(type, at, end, 0, 1, found < 0 ? 1 : 0);
    return end;
  }

  function startTag(start: number): number {
    nameAt.lastIndex = start + 1;
    const name = nameAt.exec(text)?.[0];
    if (name === undefined) {
      builder.leaf(t.error, start, start + 1, 0, 1, 1);
      return start + 1;
    }
    const tagEnd = readAttributes(text, start + 1 + name.length);
    const type = tagEnd.empty ? t.emptyTag : t.startTag;
    builder.open(t.element, start);
    builder.open(type, start);
    builder.leaf(t.open, start, start + 1, 0, 0);
    builder.leaf(t.name, start + 1, start + 1 + name.length);
    for (const each of tagEnd.attributes) {
      builder.open(t.attribute, each.start);
      builder.leaf(t.name, each.start, each.nameEnd);
      if (each.valueStart < each.end) {
        builder.leaf(t.equals, each.equals, each.equals + 1, 0, 0);
        builder.leaf(t.value, each.valueStart, each.end);
      }
      builder.close(each.end);
    }
    const width = tagEnd.empty ? 2 : 1;
    if (tagEnd.closed) builder.leaf(tagEnd.empty ? t.closeEmpty : t.close, tagEnd.end - width, tagEnd.end, 0, 0);
    else builder.leaf(t.close, tagEnd.end, tagEnd.end, 0, 0, 1);
    builder.close(tagEnd.end);
    if (tagEnd.empty) builder.close(tagEnd.end);
    else {
      open.push(name);
      openNames.set(name, (openNames.get(name) ?? 0) + 1);
    }
    return tagEnd.end;
  }

  function endTag(start: number): number {
    nameAt.lastIndex = start + 2;
    const name = nameAt.exec(text)?.[0] ?? '';
    const nameEnd = start + 2 + name.length;
    let end = nameEnd;
    while (end < text.length && /\s/.test(text[end] ?? '')) end++;
    const closed = text[end] === '>';
    end = closed ? end + 1 : nameEnd;
    if ((openNames.get(name) ?? 0) === 0) {
      builder.leaf(t.error, start, end, 0, 1, 1);
      return end;
    }
    for (;;) {
      const inner = open.pop();
      if (inner === undefined) break;
      openNames.set(inner, (openNames.get(inner) ?? 1) - 1);
      if (inner === name) break;
      // An element inside that was never closed.
      builder.leaf(t.error, start, start, 0, 1, 1);
      builder.close(start);
    }
    builder.open(t.endTag, start);
    builder.leaf(t.openEnd, start, start + 2, 0, 0);
    builder.leaf(t.name, start + 2, nameEnd);
    builder.leaf(t.close, closed ? end - 1 : end, end, 0, 0, closed ? 0 : 1);
    builder.close(end);
    builder.close(end);
    return end;
  }
}

interface Attribute {
  readonly start: number;
  readonly nameEnd: number;
  readonly equals: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Attributes from `at` to the end of the tag; a tag that meets `<` or the end of the text is not closed. */
function readAttributes(
  text: string,
  at: number,
): { attributes: Attribute[]; end: number; empty: boolean; closed: boolean } {
  const attributes: Attribute[] = [];
  let contentEnd = at;
  for (;;) {
    while (at < text.length && isBlank(text.charCodeAt(at))) at++;
    if (text[at] === '>') return { attributes, end: at + 1, empty: false, closed: true };
    if (text.startsWith('/>', at)) return { attributes, end: at + 2, empty: true, closed: true };
    if (at >= text.length || text[at] === '<') return { attributes, end: contentEnd, empty: false, closed: false };
    attributeAt.lastIndex = at;
    const found = attributeAt.exec(text);
    if (found === null || found[1] === undefined) {
      at++;
    } else {
      const nameEnd = at + found[1].length;
      let end = nameEnd;
      let valueStart = nameEnd;
      let equals = nameEnd;
      if (found[2] !== undefined) {
        equals = text.indexOf('=', nameEnd);
        valueAt.lastIndex = nameEnd + found[2].length;
        const value = valueAt.exec(text)?.[0];
        if (value !== undefined) {
          valueStart = nameEnd + found[2].length;
          end = valueStart + value.length;
        }
      }
      attributes.push({ start: at, nameEnd, equals, valueStart, end });
      at = end;
    }
    contentEnd = at;
  }
}

function isBlank(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13);
}

/** A doctype ends at `>` outside of its `[…]` subset and its quotes. */
function doctypeEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const unit = text[at];
    if (unit === '[') depth++;
    else if (unit === ']') depth--;
    else if (unit === '>' && depth <= 0) return at + 1;
    else if (unit === '"' || unit === "'") {
      const close = text.indexOf(unit, at + 1);
      if (close >= 0) at = close;
    }
  }
  return text.length;
}

function indexOr(text: string, search: string, from: number): number {
  const at = text.indexOf(search, from);
  return at < 0 ? text.length : at;
}
