/**
 * A class skeleton filled method by method: the type engine knows the members that the class still owes, the model writes one
 * body after the other (small models do better so), and a body that is refused leaves its stub. Asked for by hand only.
 */
import type { Edit } from '../../text/span.ts';
import type { HoleRequest, TypeEngine } from '../../types/typeEngine.ts';

export interface Skeleton {
  /** Members in order; of a method the text up to its body and the text after it. */
  readonly members: readonly Member[];
  /** Between two members. */
  readonly between: string;
  /** The line end of the file: a model writes its own. */
  readonly lineEnd: '\n' | '\r\n';
  readonly edits?: readonly Edit[];
}

interface Member {
  readonly stub: string;
  readonly head?: string;
  readonly tail?: string;
}

/** More than these are written in a second go. */
const MOST = 12;
const LIMITS = { deadline: 2000, maxCandidates: 200 };

/** What the class around the hole owes. Undefined where no checker says so, or where no method is missing. */
export async function skeletonAt(
  types: TypeEngine,
  request: HoleRequest,
  signal: AbortSignal,
): Promise<Skeleton | undefined> {
  const line = request.text.slice(request.text.lastIndexOf('\n', request.offset - 1) + 1, request.offset);
  if (line.trim() !== '' || !types.knows(request.file)) return undefined;
  if ((await types.hole(request, signal))?.place !== 'classMember') return undefined;
  const missing = (await types.enumerate(request, LIMITS, signal)).filter(({ origin }) => origin === 'missingMembers');
  const whole = missing.reduce((a, b) => (a.text.length >= b.text.length ? a : b), missing[0] ?? { text: '' });
  const stubs = missing
    .map(({ text }) => text)
    .filter((text) => missing.length === 1 || text !== whole.text)
    .sort((a, b) => whole.text.indexOf(a) - whole.text.indexOf(b))
    .slice(0, MOST);
  const lineEnd = request.text.includes('\r\n') ? '\r\n' : '\n';
  const members = stubs.map((found): Member => {
    const stub = withLineEnd(found, lineEnd);
    const body = /^([\s\S]*?\{\r?\n[ \t]*)throw new Error\([^\n]*\);(\r?\n[ \t]*\})$/.exec(stub);
    return body ? { stub, head: body[1] ?? '', tail: body[2] ?? '' } : { stub };
  });
  if (!members.some(({ head }) => head !== undefined)) return undefined;
  const edits = 'edits' in whole ? whole.edits : undefined;
  return { members, between: `${lineEnd}${lineEnd}${line}`, lineEnd, ...(edits ? { edits } : {}) };
}

const withLineEnd = (text: string, lineEnd: string): string => text.replace(/\r?\n/g, lineEnd);

export interface MethodWriter {
  /** The model's text between two texts; '' for nothing of use. */
  readonly write: (before: string, after: string, signal: AbortSignal) => Promise<string>;
  /** Whether all members together, with this text, parse and type-check. */
  readonly holds: (text: string, signal: AbortSignal) => Promise<boolean>;
}

/** The members with every body that holds. Undefined when none does. */
export async function writeMethods(
  { members, between, lineEnd }: Skeleton,
  { write, holds }: MethodWriter,
  signal: AbortSignal,
): Promise<string | undefined> {
  const texts = members.map(({ stub }) => stub);
  let written = 0;
  for (const [i, { head, tail }] of members.entries()) {
    if (head === undefined || tail === undefined || signal.aborted) continue;
    const before = [...texts.slice(0, i), head].join(between);
    const said = await write(before, `${tail}${lineEnd}`, signal).catch(() => '');
    const body = withLineEnd(said.trim(), lineEnd);
    if (body === '') continue;
    const tried = texts.map((text, at) => (at === i ? `${head}${body}${tail}` : text));
    if (!(await holds(tried.join(between), signal).catch(() => false))) continue;
    texts[i] = tried[i] ?? texts[i] ?? '';
    written++;
  }
  return written === 0 ? undefined : texts.join(between);
}
