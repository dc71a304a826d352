/**
 * Markdown by block, not by inline: headings open nested sections, below them paragraphs, lists with items, fenced and
 * indented code, tables with rows, quotes, HTML blocks, link definitions, rules and front matter. Everything is a valid
 * document, so there are no errors. A list item's first block and what follows it are its children: lists nest.
 */
import type { Tree } from './tree.ts';
import { TreeBuilder, Vocabulary } from './treeBuilder.ts';

const vocabulary = new Vocabulary();
const type = (name: string): number => vocabulary.type(name, true);
const t = {
  document: type('document'),
  section: type('section'),
  heading: type('heading'),
  marker: type('marker'),
  title: type('title'),
  paragraph: type('paragraph'),
  list: type('list'),
  item: type('list_item'),
  fenced: type('fenced_code'),
  indented: type('indented_code'),
  table: type('table'),
  row: type('row'),
  quote: type('quote'),
  html: type('html_block'),
  link: type('link_definition'),
  label: type('label'),
  rule: type('rule'),
  frontMatter: type('front_matter'),
};

interface Line {
  /** Offsets of the line without its terminator. */
  readonly start: number;
  readonly end: number;
  /** Columns of leading space, a tab being four. */
  readonly indent: number;
  /** Offset after the leading space. */
  readonly first: number;
  readonly blank: boolean;
}

const fence = /^(`{3,}|~{3,})/;
const atxHeading = /^#{1,6}(?=[ \t]|$)/;
const setext = /^(=+|-+)[ \t]*$/;
const thematic = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const bullet = /^([-*+]|\d{1,9}[.)])(?:([ \t]+)|$)/;
const tableRule = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$/;
const htmlStart = /^<(?:[A-Za-z/!?])/;
const linkDefinition = /^\[([^\]]+)\]:/;
/** Lists deeper than this are read as paragraphs: nesting is recursion. */
const maxDepth = 50;

export function parseMarkdown(text: string): Tree {
  const builder = new TreeBuilder(text, vocabulary, text.length >> 5);
  const lines = readLines(text);
  builder.open(t.document, 0);
  const sections: number[] = [];
  const from = readFrontMatter(builder, text, lines);
  readBlocks({ builder, text, lines }, from, lines.length, 0, sections);
  return builder.finish();
}

interface Reader {
  readonly builder: TreeBuilder;
  readonly text: string;
  readonly lines: readonly Line[];
}

function readLines(text: string): Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    let end = newline < 0 ? text.length : newline;
    if (end > at && text[end - 1] === '\r') end--;
    let first = at;
    let indent = 0;
    for (; first < end; first++) {
      if (text[first] === ' ') indent++;
      else if (text[first] === '\t') indent += 4 - (indent % 4);
      else if (text[first] !== '\uFEFF' || first > 0) break;
    }
    lines.push({ start: at, end, indent, first, blank: text.slice(first, end).trim() === '' });
    at = next;
  }
  return lines;
}

function readFrontMatter(builder: TreeBuilder, text: string, lines: readonly Line[]): number {
  const head = lines[0];
  if (head === undefined) return 0;
  const mark = text.slice(head.first, head.end).trimEnd();
  if (mark !== '---' && mark !== '+++') return 0;
  const last = lines.findIndex((line, i) => i > 0 && text.slice(line.start, line.end).trimEnd() === mark);
  const close = lines[last];
  if (last < 0 || close === undefined) return 0;
  builder.leaf(t.frontMatter, head.first, close.end);
  return last + 1;
}

/** Read the blocks of lines [from, to) whose content begins at column `base`. Only the top level has sections. */
function readBlocks(
  reader: Reader,
  from: number,
  to: number,
  base: number,
  sections: number[] | undefined,
  depth = 0,
): void {
  let at = from;
  while (at < to) at = readBlock(reader, at, to, base, sections, depth);
}

function readBlock(
  reader: Reader,
  at: number,
  to: number,
  base: number,
  sections: number[] | undefined,
  depth: number,
): number {
  const { builder, text, lines } = reader;
  const line = lines[at];
  if (line === undefined || line.blank) return at + 1;
  const content = text.slice(line.first, line.end);
  if (line.indent >= base + 4) {
    return leaf(
      t.indented,
      extend(at, (next) => next.blank || next.indent >= base + 4),
    );
  }
  const fenced = fence.exec(content)?.[1];
  if (fenced !== undefined) return leaf(t.fenced, fenceEnd(reader, at, to, fenced));
  const marker = atxHeading.exec(content)?.[0];
  if (marker !== undefined) {
    openSection(builder, line.first, marker.length, sections);
    writeHeading(reader, line, marker.length);
    return at + 1;
  }
  if (thematic.test(content)) return leaf(t.rule, at + 1);
  if (bullet.test(content) && depth < maxDepth) return readList(reader, at, to, depth);
  if (content.startsWith('>'))
    return leaf(
      t.quote,
      extend(at, (next) => !next.blank),
    );
  if (htmlStart.test(content) && !/^<https?:/.test(content))
    return leaf(
      t.html,
      extend(at, (next) => !next.blank),
    );
  const label = linkDefinition.exec(content)?.[0];
  if (label !== undefined) {
    builder.open(t.link, line.first);
    builder.leaf(t.label, line.first, line.first + label.length);
    builder.close(line.end);
    return at + 1;
  }
  const below = lines[at + 1];
  if (
    below !== undefined &&
    at + 1 < to &&
    content.includes('|') &&
    tableRule.test(text.slice(below.first, below.end).trimEnd())
  ) {
    return readTable(reader, at, to);
  }
  return readParagraph(reader, at, to, base, sections);

  function leaf(kind: number, next: number): number {
    let last = next - 1;
    while (last > at && lines[last]?.blank) last--;
    builder.leaf(kind, line?.first ?? 0, lines[last]?.end ?? 0);
    return next;
  }

  function extend(start: number, goesOn: (line: Line) => boolean): number {
    let next = start + 1;
    for (; next < to; next++) {
      const each = lines[next];
      if (each === undefined || !goesOn(each)) break;
    }
    return next;
  }
}

function openSection(builder: TreeBuilder, start: number, level: number, sections: number[] | undefined): void {
  if (sections === undefined) return;
  while ((sections.at(-1) ?? 0) >= level) {
    sections.pop();
    builder.close(0);
  }
  sections.push(level);
  builder.open(t.section, start);
}

function writeHeading({ builder, text }: Reader, line: Line, marker: number): void {
  builder.open(t.heading, line.first);
  builder.leaf(t.marker, line.first, line.first + marker);
  const start = afterBlanks(text, line.first + marker, line.end);
  let end = line.first + text.slice(line.first, line.end).trimEnd().length;
  // A closing run of # is layout when space parts it from the title.
  let hashes = end;
  while (hashes > start && text[hashes - 1] === '#') hashes--;
  if (hashes < end && (hashes === start || text[hashes - 1] === ' ')) {
    end = line.first + text.slice(line.first, hashes).trimEnd().length;
  }
  if (end > start) builder.leaf(t.title, start, end);
  builder.close(line.end);
}

function afterBlanks(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
}

function fenceEnd({ text, lines }: Reader, at: number, to: number, mark: string): number {
  for (let next = at + 1; next < to; next++) {
    const line = lines[next];
    if (line === undefined) break;
    const content = text.slice(line.first, line.end).trimEnd();
    if (content.startsWith(mark) && content === (mark[0] ?? '').repeat(content.length)) return next + 1;
  }
  return to;
}

/** A list goes on over blank lines while lines are indented to an item's content or begin an item of the same kind. */
function readList(reader: Reader, from: number, to: number, depth: number): number {
  const { builder, text, lines } = reader;
  const head = lines[from];
  if (head === undefined) return from + 1;
  const kindOf = (line: Line): string | undefined => bullet.exec(text.slice(line.first, line.end))?.[1]?.at(-1);
  const kind = kindOf(head);
  builder.open(t.list, head.first);
  let at = from;
  while (at < to) {
    const line = lines[at];
    if (line === undefined || line.blank || kindOf(line) !== kind || Math.abs(line.indent - head.indent) > 3) break;
    if (thematic.test(text.slice(line.first, line.end))) break;
    const found = bullet.exec(text.slice(line.first, line.end));
    const width = (found?.[1]?.length ?? 1) + Math.min(4, Math.max(1, found?.[2]?.length ?? 1));
    const end = itemEnd(reader, at, to, line.indent + width);
    writeItem(reader, at, end, line.indent + width, found?.[1]?.length ?? 1, depth);
    at = end;
    while (at < to && lines[at]?.blank && at + 1 < to && !(lines[at + 1]?.blank ?? true)) at++;
  }
  builder.close(0);
  return Math.max(at, from + 1);
}

/** One past the last line of an item: indented lines belong to it, also after blanks; other text only as a lazy paragraph line. */
function itemEnd({ text, lines }: Reader, from: number, to: number, column: number): number {
  let end = from + 1;
  let afterBlank = false;
  for (let next = from + 1; next < to; next++) {
    const line = lines[next];
    if (line === undefined) break;
    if (line.blank) {
      afterBlank = true;
      continue;
    }
    const content = text.slice(line.first, line.end);
    const lazy =
      !afterBlank &&
      !bullet.test(content) &&
      !atxHeading.test(content) &&
      !fence.test(content) &&
      !thematic.test(content);
    if (line.indent < column && !lazy) break;
    afterBlank = false;
    end = next + 1;
  }
  return end;
}

function writeItem(reader: Reader, from: number, to: number, column: number, marker: number, depth: number): void {
  const { builder, text, lines } = reader;
  const line = lines[from];
  if (line === undefined) return;
  builder.open(t.item, line.first);
  builder.leaf(t.marker, line.first, line.first + marker);
  const first = afterBlanks(text, line.first + marker, line.end);
  let at = from + 1;
  if (first < line.end) {
    // The text beside the marker and the lines that follow it without a blank one or a nested item.
    while (at < to) {
      const next = lines[at];
      if (next === undefined || next.blank || (next.indent >= column && startsBlock(reader, next))) break;
      at++;
    }
    builder.leaf(t.paragraph, first, lines[at - 1]?.end ?? line.end);
  }
  readBlocks(reader, at, to, column, undefined, depth + 1);
  builder.close(0);
}

function startsBlock({ text }: Reader, line: Line): boolean {
  const content = text.slice(line.first, line.end);
  return bullet.test(content) || fence.test(content) || atxHeading.test(content) || content.startsWith('>');
}

function readTable({ builder, text, lines }: Reader, from: number, to: number): number {
  builder.open(t.table, lines[from]?.first ?? 0);
  let at = from;
  for (; at < to; at++) {
    const line = lines[at];
    if (line === undefined || line.blank || (at > from + 1 && !text.slice(line.first, line.end).includes('|'))) break;
    builder.leaf(t.row, line.first, line.end);
  }
  builder.close(0);
  return at;
}

/** A paragraph, or a heading when a line of `=` or `-` stands below it. */
function readParagraph(reader: Reader, from: number, to: number, base: number, sections: number[] | undefined): number {
  const { builder, text, lines } = reader;
  const head = lines[from];
  if (head === undefined) return from + 1;
  let at = from + 1;
  for (; at < to; at++) {
    const line = lines[at];
    if (line === undefined || line.blank) break;
    const content = text.slice(line.first, line.end);
    const underline = line.indent < base + 4 ? setext.exec(content)?.[1] : undefined;
    if (underline !== undefined && sections !== undefined) {
      openSection(builder, head.first, underline.startsWith('=') ? 1 : 2, sections);
      builder.open(t.heading, head.first);
      builder.leaf(t.title, head.first, lines[at - 1]?.end ?? head.end);
      builder.leaf(t.marker, line.first, line.end);
      builder.close(line.end);
      return at + 1;
    }
    if (startsBlock(reader, line) || thematic.test(content)) break;
  }
  builder.leaf(t.paragraph, head.first, lines[at - 1]?.end ?? head.end);
  return at;
}
