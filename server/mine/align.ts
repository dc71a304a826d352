/**
 * Where the resolution of each conflict lies in the file the developers left: the stable text around the conflicts is
 * sought in it. Only a placement that could not be another is given: a wrong one would teach something false.
 */

/** Half-open range of lines. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

export interface Alignment {
  /** One for each conflict; undefined where it is ambiguous or not found. */
  readonly ranges: readonly (LineRange | undefined)[];
  /** The file is exactly the stable texts with something at every conflict: nothing else was changed. */
  readonly whole: boolean;
}

/**
 * `contexts` are the lines before the first conflict, between each two, and after the last. `least`: so many lines of
 * context must be unique in the file, where the developers also changed something elsewhere.
 */
export function alignResolutions(
  contexts: readonly (readonly string[])[],
  merged: readonly string[],
  least = 4,
): Alignment {
  const places = placesOf(merged);
  const whole = alignWhole(contexts, merged, places);
  if (whole) return { ranges: whole, whole: true };
  const ranges = contexts.slice(1).map((after, i): LineRange | undefined => {
    const before = contexts[i] ?? [];
    const last = i === contexts.length - 2;
    const start = before.length === 0 && i === 0 ? 0 : uniquePlace(merged, before, places, least, 'tail');
    const end = after.length === 0 && last ? merged.length : uniquePlace(merged, after, places, least, 'head');
    return start !== undefined && end !== undefined && start <= end ? { start, end } : undefined;
  });
  return { ranges, whole: false };
}

type Places = ReadonlyMap<string, readonly number[]>;

function placesOf(lines: readonly string[]): Places {
  const places = new Map<string, number[]>();
  lines.forEach((line, i) => {
    const known = places.get(line);
    if (known) known.push(i);
    else places.set(line, [i]);
  });
  return places;
}

/** All contexts in order: their earliest and their latest placement; where the two agree there is no other. */
function alignWhole(
  contexts: readonly (readonly string[])[],
  merged: readonly string[],
  places: Places,
): (LineRange | undefined)[] | undefined {
  const first = contexts[0] ?? [];
  const last = contexts[contexts.length - 1] ?? [];
  const stop = merged.length - last.length;
  if (first.length > stop || !occursAt(merged, first, 0) || !occursAt(merged, last, stop)) return undefined;
  const inner = contexts.slice(1, -1);
  const early = inOrder(inner, merged, places, first.length, stop);
  if (!early) return undefined;
  const back = [...merged].reverse();
  const late = inOrder(
    inner.map((context) => [...context].reverse()).reverse(),
    back,
    placesOf(back),
    last.length,
    merged.length - first.length,
  );
  if (!late) return undefined;
  late.reverse();
  const earliest = [0, ...early, stop];
  const latest = [0, ...late.map((i, k) => merged.length - i - (inner[k]?.length ?? 0)), stop];
  return contexts.slice(1).map((_, i) => {
    const start = earliest[i] ?? 0;
    const end = earliest[i + 1] ?? 0;
    if (start !== latest[i] || end !== latest[i + 1]) return undefined;
    return { start: start + (contexts[i]?.length ?? 0), end };
  });
}

/** The first place of each part after the one before, in `[from, to)`; undefined when one has none. */
function inOrder(
  parts: readonly (readonly string[])[],
  lines: readonly string[],
  places: Places,
  from: number,
  to: number,
): number[] | undefined {
  const found: number[] = [];
  let at = from;
  for (const part of parts) {
    const next = firstPlace(lines, part, at, to, places);
    if (next === undefined) return undefined;
    found.push(next);
    at = next + part.length;
  }
  return found;
}

function firstPlace(
  lines: readonly string[],
  part: readonly string[],
  from: number,
  to: number,
  places: Places,
): number | undefined {
  const [head] = part;
  if (head === undefined) return from;
  for (const i of places.get(head) ?? []) {
    if (i < from) continue;
    if (i + part.length > to) return undefined;
    if (occursAt(lines, part, i)) return i;
  }
  return undefined;
}

function occursAt(lines: readonly string[], part: readonly string[], at: number): boolean {
  return at >= 0 && at + part.length <= lines.length && part.every((line, k) => lines[at + k] === line);
}

/** Just after the one occurrence of a context's last lines (tail), or at that of its first (head). */
function uniquePlace(
  merged: readonly string[],
  context: readonly string[],
  places: Places,
  least: number,
  part: 'tail' | 'head',
): number | undefined {
  if (context.length === 0) return undefined;
  const cut = (n: number) => (part === 'tail' ? context.slice(context.length - n) : context.slice(0, n));
  const hits = (n: number) => (places.get(cut(n)[0] ?? '') ?? []).filter((i) => occursAt(merged, cut(n), i));
  let n = Math.min(least, context.length);
  let found = hits(n);
  while (found.length > 1 && n < context.length) {
    n = Math.min(context.length, n * 2);
    found = hits(n);
  }
  // The context was changed in part: fewer lines, still unique.
  while (found.length === 0 && n > 1) found = hits(--n);
  const [only] = found;
  const edge = part === 'tail' ? context[context.length - 1] : context[0];
  if (only === undefined || found.length > 1 || (n === 1 && (edge ?? '').trim() === '')) return undefined;
  return part === 'tail' ? only + n : only;
}
