/** A half-open range of UTF-16 code units, `[start, end)`, into one text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Replace the text at `span` by `text`. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/**
 * Apply edits that do not overlap, given in any order, to `text`.
 * Two insertions at one offset keep their order in `edits`.
 * @throws RangeError when two edits overlap or one leaves the text: a broken promise of the caller.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits.map((edit, order) => ({ edit, order }));
  sorted.sort((x, y) => x.edit.span.start - y.edit.span.start || x.order - y.order);
  let out = '';
  let at = 0;
  for (const { edit } of sorted) {
    const { start, end } = edit.span;
    if (start < at || end < start || end > text.length) {
      throw new RangeError(`edit [${start}, ${end}) overlaps another or leaves a text of ${text.length} units`);
    }
    out += text.slice(at, start) + edit.text;
    at = end;
  }
  return out + text.slice(at);
}
