/**
 * Writes what is missing: members of an object literal or of a class, attributes of a tag, arms of a switch. The block is the innermost one
 * around the cursor, or the one that opens after it on the same line; what is missing goes to its end, arms before `default:`, members
 * that a spread may bring before the spread, which has the last word.
 * The whole file is checked as it would be, before and after: what brings an error is left out and named.
 */
import type { Edit, Span } from '../text/span.ts';
import { applyEdits } from '../text/span.ts';
import type { Fill, HoleRequest, Missing, TypeDiagnostic, TypeEngine } from '../types/typeEngine.ts';
import { lexCode, NEWLINE } from './tokens.ts';

/** `left`: members that no value is known for, and that are still missing. */
export type Filled =
  | { readonly edits: readonly Edit[]; readonly checked: boolean; readonly left: readonly string[] }
  | { readonly problem: string };

interface At {
  readonly file: string;
  readonly text: string;
  readonly offset: number;
}

export async function fillMissing(engine: TypeEngine, at: At, signal?: AbortSignal): Promise<Filled> {
  if (!engine.knows(at.file)) return { problem: 'missing members are known for TypeScript and JavaScript only' };
  const tag = /\.[jt]sx$/.test(at.file) ? await askedAt(engine, at, placeInTag(at), signal) : undefined;
  if (tag?.missing.kind === 'attributes') return written(tag);
  const blocks = blocksAt(at.text, at.offset);
  if (blocks.length === 0) return { problem: 'the cursor is in no object, class, tag or switch' };
  for (const block of blocks.slice(0, MOST_BLOCKS)) {
    for (const comma of commasFor(block)) {
      const work = await askedAt(engine, at, placeIn(at.text, block, comma), signal);
      if (!work || !suits(work.missing, block, comma)) continue;
      const { above, unfinished } = work.missing;
      if (unfinished) return { problem: sentenceFor(work.missing, unfinished) };
      if (above === undefined) return written(work);
      const higher = await askedAt(
        engine,
        at,
        placeIn(at.text, { ...block, default: asWritten(work.place, above) }, comma),
        signal,
      );
      if (higher && higher.missing.above === undefined && !higher.missing.unfinished) return written(higher);
      return {
        problem: `new ${work.missing.kind} would change what ${block.isSwitch ? 'the arms above them do' : 'a spread before them brings'}; nothing was changed`,
      };
    }
  }
  return { problem: 'nothing is missing here, or the type that says so is not known' };
}

async function askedAt(engine: TypeEngine, at: At, place: Place, signal?: AbortSignal): Promise<Work | undefined> {
  const request = requestFor(at, place);
  const missing = await engine.missing(request, signal);
  return missing && { engine, at, place, request, missing, signal };
}

function sentenceFor({ parts, kind }: Missing, unfinished: 'many' | 'late'): string {
  return unfinished === 'late'
    ? 'there was no time to find out what is missing here; nothing was changed'
    : `${parts.length} ${kind === 'arms' ? 'arms' : 'members'} are missing here, more than are written at once; nothing was changed`;
}

/** How far out is looked for a block in which something is missing. */
const MOST_BLOCKS = 3;

interface Block extends Span {
  readonly isSwitch: boolean;
  /** No token is in it. */
  readonly isEmpty: boolean;
  /** Where the last token in it ends, and where the `default` of a switch begins. */
  readonly lastEnd: number;
  readonly lastToken: string;
  readonly default: number | undefined;
}

/** What must stand behind the last member: nobody knows yet whether this is an object or a class. */
function commasFor({ isSwitch, isEmpty, lastToken }: Block): readonly ('' | ',')[] {
  return isSwitch || isEmpty || lastToken === ',' ? [''] : [',', ''];
}

function suits({ kind }: Missing, { isEmpty, lastToken }: Block, comma: '' | ','): boolean {
  return kind === 'members' ? comma === ',' || isEmpty || lastToken === ',' : comma === '';
}

/** Where the text goes: `span` is replaced, with `before` and `after` around it; a comma may have to go to the last member. */
interface Place {
  readonly span: Span;
  readonly before: string;
  readonly after: string;
  readonly inner: string;
  readonly lineEnd: string;
  readonly isSwitch: boolean;
  /** The comma, apart from the text where a comment stands between; what was on one line gets lines of its own. */
  readonly around: readonly Edit[];
  /** What stands behind the last of new members, and before the first of new methods. */
  readonly trailing: '' | ',';
  readonly gap: string;
}

/** Between the attributes of a tag, if the cursor stands there. */
function placeInTag({ text, offset }: At): Place {
  return {
    span: { start: offset, end: offset },
    before: /\s$/.test(text.slice(0, offset)) ? '' : ' ',
    after: /^(?:\s|>)/.test(text.slice(offset)) ? '' : ' ',
    inner: '',
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    isSwitch: false,
    around: [],
    trailing: '',
    gap: '',
  };
}

/** Whether objects of a text that end on a line of their own have a comma before it. */
function endsInCommas(text: string): boolean {
  const without = text.match(/[\w'"`\])][ \t]*\r?\n[ \t]*\}(?=[,;)\]])/g)?.length ?? 0;
  const withComma = text.match(/,[ \t]*\r?\n[ \t]*[}\])]/g)?.length ?? 0;
  return withComma > 0 && withComma >= without;
}

function placeIn(text: string, block: Block, comma: '' | ','): Place {
  const inside = text.slice(block.start, block.end);
  const lineStart = text.lastIndexOf('\n', block.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const own = /\n([ \t]*)\S/.exec(inside)?.[1];
  const inner = own ?? indent + (indent.includes('\t') ? '\t' : '  ');
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const next = block.default === undefined ? block.end : beforeComments(text, block.default);
  const start = block.start + text.slice(block.start, next).trimEnd().length;
  const isAbove = block.default !== undefined;
  const isApart = !isAbove && comma !== '' && block.lastEnd < start;
  const isOneLine = !block.isEmpty && !inside.includes('\n');
  const last = block.start + inside.trimEnd().length;
  const first = block.start + inside.length - inside.trimStart().length;
  const rest = text.slice(0, block.start) + text.slice(block.end);
  const opened = { span: { start: block.start, end: first }, text: lineEnd + inner };
  const closed = { span: { start: last, end: block.end }, text: lineEnd + indent };
  return {
    span: { start, end: next },
    before: `${isApart || isAbove ? '' : comma}${lineEnd}${inner}`,
    after: `${isAbove && !block.isSwitch ? ',' : ''}${lineEnd}${isAbove ? inner : indent}`,
    inner,
    lineEnd,
    isSwitch: block.isSwitch,
    around: [
      ...(isOneLine && start > block.start ? [opened] : []),
      ...(isApart ? [{ span: { start: block.lastEnd, end: block.lastEnd }, text: comma }] : []),
      ...(isOneLine && next < last ? [closed] : []),
    ],
    trailing: !isAbove && (block.isEmpty || isOneLine || block.lastToken === ',') && endsInCommas(rest) ? ',' : '',
    gap: !block.isEmpty && block.lastToken === '}' ? lineEnd : '',
  };
}

/** Where something before the hole stands in the text as it is. */
const asWritten = ({ around }: Place, offset: number): number =>
  around.reduce((at, { span, text }) => (span.end < at ? at - text.length + (span.end - span.start) : at), offset);

/** By how much the edits around a place move it. */
const moved = ({ around, span }: Place): number =>
  around.reduce(
    (sum, edit) => (edit.span.end <= span.start ? sum + edit.text.length - (edit.span.end - edit.span.start) : sum),
    0,
  );

/** Where the comments begin that have the lines right above to themselves. */
function beforeComments(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    const line = text.lastIndexOf('\n', at - 1);
    if (line < 0 || text.slice(line + 1, at).trim() !== '') return at;
    const end = text.slice(0, line).trimEnd().length;
    const isBlock = text.startsWith('*/', end - 2);
    const last = isBlock ? text.lastIndexOf('/*', end - 2) : end;
    const above = text.lastIndexOf('\n', last - 1) + 1;
    const begin = above + (/^[ \t]*/.exec(text.slice(above, end))?.[0].length ?? 0);
    const isAlone = isBlock
      ? begin === last && text.indexOf('*/', begin + 2) === end - 2
      : text.startsWith('//', begin);
    if (!isAlone || text.slice(end, line).includes('\n')) return at;
    at = begin;
  }
}

function requestFor({ file, text }: At, place: Place): HoleRequest {
  const [label, colon] = place.isSwitch ? ['case ', ':'] : ['', ''];
  const opened = applyEdits(text, [
    ...place.around,
    { span: place.span, text: `${place.before}${label}${colon}${place.after}` },
  ]);
  const shift = moved(place) + place.before.length + label.length;
  return { file, text: opened, offset: place.span.start + shift };
}

interface Work {
  readonly engine: TypeEngine;
  readonly at: At;
  readonly place: Place;
  readonly request: HoleRequest;
  readonly missing: Missing;
  readonly signal: AbortSignal | undefined;
}

async function written(work: Work): Promise<Filled> {
  const { missing } = work;
  const named = missing.parts.flatMap(({ fills: [first] }) => (first ? [first] : []));
  const left = missing.parts.filter(({ fills }) => fills.length === 0).map(({ name }) => name);
  const before = await work.engine.errorReport(work.at.file, work.at.text, work.signal);
  const attempts: { readonly fills: readonly Fill[]; readonly left: readonly string[] }[] = [{ fills: named, left }];
  if (missing.kind === 'arms') attempts.push({ fills: missing.parts.flatMap(({ fills }) => fills.at(-1) ?? []), left });
  let best: { readonly filled: Filled; readonly errors: number } | undefined;
  for (const attempt of attempts) {
    const tried = await attempted(work, attempt, before);
    if (tried && (!best || tried.errors < best.errors)) best = tried;
  }
  if (best) return best.filled;
  if (missing.kind !== 'arms') {
    const chosen = await singly(work);
    const again = chosen.fills.length > 0 ? await attempted(work, chosen, before) : undefined;
    if (again) return again.filled;
    if (left.length > 0) return { problem: `no value is known for ${listed(left)}; nothing was changed` };
  }
  return { problem: 'what could be written here does not type-check; nothing was changed' };
}

/** “a, b and c”. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Of each part the first text that stands by itself. */
async function singly({ engine, request, missing, signal }: Work) {
  const fills: Fill[] = [];
  const left: string[] = [];
  for (const part of missing.parts) {
    const results = await engine.check(request, part.fills, { deadline: 2000, alone: true, enough: 1 }, signal);
    const fill = part.fills[results.indexOf('ok')];
    if (fill) fills.push(fill);
    else left.push(part.name);
  }
  return { fills, left };
}

/** What a member that is still missing is told by. */
const ofMissing = new Set([2322, 2345, 2416, 2420, 2515, 2654, 2655, 2656, 2720, 2739, 2740, 2741]);

/** The edits, and how many errors the file has with them; undefined: they bring one. */
async function attempted(
  { engine, at, place, request, missing, signal }: Work,
  { fills, left }: { readonly fills: readonly Fill[]; readonly left: readonly string[] },
  before: readonly TypeDiagnostic[] | undefined,
): Promise<{ readonly filled: Filled; readonly errors: number } | undefined> {
  if (fills.length === 0) return undefined;
  const { file, text } = at;
  const gap = { members: `,\n${place.inner}`, stubs: `\n\n${place.inner}`, arms: `\n${place.inner}`, attributes: ' ' }[
    missing.kind
  ];
  const body = fills.map((fill) => fill.text).join(gap) + (missing.kind === 'members' ? place.trailing : '');
  // Import edits were made for the text with the block opened; they stand before it, so that their offsets hold.
  const imports = unique(fills.flatMap(({ edits = [] }) => edits)).filter(({ span }) => span.end <= place.span.start);
  const lines = body.replace(/\r?\n/g, place.lineEnd);
  const lead = missing.kind === 'stubs' && fills[0]?.text.includes('\n') ? place.gap : '';
  const own = { span: place.span, text: lead + place.before + lines + place.after };
  const edits = [...imports, ...place.around, own];
  const after = applyEdits(text, edits);
  if (after === text) return undefined;
  // What is not judged by types as a whole file is judged in its place.
  const [result] =
    missing.kind === 'arms'
      ? ['ok' as const]
      : await engine.check(
          request,
          [{ text: body, edits: imports }],
          { deadline: 4000, alone: left.length > 0 },
          signal,
        );
  if (result === 'error') return undefined;
  const report = before && (await engine.errorReport(file, after, signal));
  if (!before || !report) return { filled: { edits, checked: false, left }, errors: 0 };
  const shift = imports.reduce((sum, edit) => sum + edit.text.length, 0) + moved(place);
  const written = { start: place.span.start + shift, end: place.span.start + shift + own.text.length };
  const isInside = ({ span }: TypeDiagnostic): boolean => span.start >= written.start && span.end <= written.end;
  const had = new Map<string, number>();
  const keyOf = ({ code, message }: TypeDiagnostic): string => `${code} ${message}`;
  for (const error of before) had.set(keyOf(error), (had.get(keyOf(error)) ?? 0) + 1);
  for (const error of report) {
    const known = had.get(keyOf(error)) ?? 0;
    had.set(keyOf(error), known - 1);
    if (error.category !== 'error' || (left.length > 0 && !isInside(error) && ofMissing.has(error.code))) continue;
    if (known <= 0 || isInside(error)) return undefined;
  }
  const isChecked = result === 'ok' || result === 'near';
  const isLoose = (await engine.hole(request, signal))?.loose === true;
  return { filled: { edits, checked: isChecked && !isLoose, left }, errors: report.length };
}

function unique(edits: readonly Edit[]): Edit[] {
  const seen = new Map(edits.map((edit) => [`${edit.span.start} ${edit.text}`, edit]));
  return [...seen.values()];
}

/**
 * The blocks around an offset, innermost first. One that opens later on the line, inside the innermost, stands before it; but not
 * before one that opens on that line itself, since the cursor was put into that.
 */
function blocksAt(text: string, offset: number): Block[] {
  const { texts, starts } = lexCode(text);
  const open: { readonly token: number; default?: number }[] = [];
  const around: Block[] = [];
  const later: Block[] = [];
  const lineEnd = text.indexOf('\n', offset) < 0 ? text.length : text.indexOf('\n', offset);
  for (let i = 0; i < texts.length; i++) {
    const start = starts[i] ?? 0;
    if (texts[i] === '{') open.push({ token: i });
    const inner = open.at(-1);
    if (texts[i] === 'default' && texts[i + 1] === ':' && inner) inner.default ??= start;
    if (texts[i] !== '}') continue;
    const opened = open.pop();
    if (opened === undefined || start < offset) continue;
    const from = (starts[opened.token] ?? 0) + 1;
    const last = texts[i - 1] === NEWLINE ? i - 2 : i - 1;
    const isSwitch = isSwitchAt(texts, opened.token);
    const block = {
      start: from,
      end: start,
      isSwitch,
      isEmpty: last <= opened.token,
      lastEnd: Math.max(from, (starts[last] ?? 0) + (texts[last]?.length ?? 0)),
      lastToken: texts[last] ?? '{',
      default: isSwitch ? opened.default : undefined,
    };
    if (from <= offset) around.push(block);
    else if (from <= lineEnd + 1) later.push(block);
  }
  const [inner, ...outer] = around;
  const [first] = later.filter(({ start }) => !inner || start < inner.end).sort((a, b) => a.start - b.start);
  const isOpenedHere = inner !== undefined && inner.start > text.lastIndexOf('\n', offset - 1);
  return [...(isOpenedHere ? [inner, first] : [first, inner]), ...outer].filter((block) => block !== undefined);
}

/** Whether the brace at a token opens the arms of a switch. */
function isSwitchAt(texts: readonly string[], brace: number): boolean {
  if (texts[brace - 1] !== ')') return false;
  let depth = 0;
  for (let i = brace - 1; i >= 0; i--) {
    if (texts[i] === ')') depth++;
    if (texts[i] === '(' && --depth === 0) return texts[i - 1] === 'switch';
  }
  return false;
}
