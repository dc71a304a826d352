/**
 * Writes what is missing: members of an object literal or of a class, arms of a switch. The block is the innermost one
 * around the cursor, or the one that opens after it on the same line; what is missing goes to its end.
 */
import type { Edit, Span } from '../text/span.ts';
import { applyEdits } from '../text/span.ts';
import type { HoleRequest, TypeEngine } from '../types/typeEngine.ts';
import { lexCode } from './tokens.ts';

export type Filled = { readonly edits: readonly Edit[]; readonly checked: boolean } | { readonly problem: string };

export async function fillMissing(
  engine: TypeEngine,
  at: { readonly file: string; readonly text: string; readonly offset: number },
  signal?: AbortSignal,
): Promise<Filled> {
  if (!engine.knows(at.file)) return { problem: 'missing members are known for TypeScript and JavaScript only' };
  const blocks = blocksAt(at.text, at.offset);
  if (blocks.length === 0) return { problem: 'the cursor is in no object, class or switch' };
  for (const block of blocks.slice(0, MOST_BLOCKS)) {
    for (const separator of ['', ',']) {
      const tried = await fillBlock(engine, at, { block, separator }, signal);
      if (tried) return tried;
    }
  }
  return { problem: 'nothing is missing here, or the type that says so is not known' };
}

/** How far out is looked for a block in which something is missing. */
const MOST_BLOCKS = 3;

interface Attempt {
  readonly block: Span;
  /** What must stand between the last member and the first new one. */
  readonly separator: string;
}

async function fillBlock(
  engine: TypeEngine,
  at: { readonly file: string; readonly text: string },
  { block, separator }: Attempt,
  signal: AbortSignal | undefined,
): Promise<Filled | undefined> {
  const { text } = at;
  const inside = text.slice(block.start, block.end);
  const last = inside.trimEnd().at(-1) ?? '{';
  if (separator === ',' && (last === ',' || inside.trim() === '')) return undefined;
  const end = block.start + inside.trimEnd().length;
  const lineStart = text.lastIndexOf('\n', block.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const own = /\n([ \t]*)\S/.exec(inside)?.[1];
  const inner = own ?? indent + (indent.includes('\t') ? '\t' : '  ');
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const before = `${separator}${lineEnd}${inner}`;
  const head = text.slice(0, end) + before;
  const rest = `${lineEnd}${indent}${text.slice(block.end)}`;
  const request: HoleRequest = { file: at.file, text: head + rest, offset: head.length };
  const hole = await engine.hole(request, signal);
  if (!hole || !['objectMember', 'classMember', 'case'].includes(hole.place)) return undefined;
  const candidates = await engine.enumerate(request, { deadline: 2000, maxCandidates: 200 }, signal);
  // Each missing member or arm is offered alone, too: all of them together are the longest.
  const [whole] = candidates
    .filter(({ origin }) => origin === 'missingMembers' || origin === 'switchArms')
    .sort((x, y) => y.text.length - x.text.length);
  const required = candidates.filter(({ origin, fits }) => origin === 'member' && fits);
  const fill = whole ?? (required.length === 1 && hole.place === 'objectMember' ? required[0] : undefined);
  if (!fill) return undefined;
  const [result] = await engine.check(request, [fill], { deadline: 2000 }, signal);
  if (result === 'error') return { problem: 'what could be written here does not type-check; nothing was changed' };
  const written = fill.text.replace(/\r?\n/g, lineEnd);
  // Import edits were made for the text with the block opened; they stand before it, so that their offsets hold.
  const imports = (fill.edits ?? []).filter(({ span }) => span.end <= end);
  const edits = [...imports, { span: { start: end, end: block.end }, text: `${before}${written}${lineEnd}${indent}` }];
  return applyEdits(text, edits) === text ? undefined : { edits, checked: result === 'ok' };
}

/** Between the braces of each block around an offset, innermost first; before them one that opens later on the same line. */
function blocksAt(text: string, offset: number): Span[] {
  const { texts, starts } = lexCode(text);
  const open: number[] = [];
  const around: Span[] = [];
  let onLine: Span | undefined;
  const lineEnd = text.indexOf('\n', offset) < 0 ? text.length : text.indexOf('\n', offset);
  for (let i = 0; i < texts.length; i++) {
    const start = starts[i] ?? 0;
    if (texts[i] === '{') open.push(start + 1);
    if (texts[i] !== '}') continue;
    const from = open.pop();
    if (from === undefined || start < offset) continue;
    if (from <= offset) around.push({ start: from, end: start });
    else if (from <= lineEnd + 1) onLine = { start: from, end: start };
  }
  return onLine ? [onLine, ...around] : around;
}
