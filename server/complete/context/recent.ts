/** What the user edited lately, newest first: the lines around each change, one entry a place. */
export interface RecentEdit {
  /** Relative to the root. */
  readonly path: string;
  readonly at: number;
  readonly text: string;
}

const KEPT = 24;

export class RecentEdits {
  #edits: RecentEdit[] = [];

  /** Tells that `text` of `path` changed around `offset`. */
  note(path: string, text: string, offset: number): void {
    const start = lineBefore(text, offset, 4);
    const end = lineAfter(text, offset, 4);
    const edit = { path, at: start, text: text.slice(start, end) };
    const others = this.#edits.filter((old) => old.path !== path || Math.abs(old.at - start) > 400);
    this.#edits = [edit, ...others].slice(0, KEPT);
  }

  forget(path: string): void {
    this.#edits = this.#edits.filter((edit) => edit.path !== path);
  }

  get edits(): readonly RecentEdit[] {
    return this.#edits;
  }
}

function lineBefore(text: string, offset: number, lines: number): number {
  let at = offset;
  for (let i = 0; i <= lines && at > 0; i++) at = text.lastIndexOf('\n', at - 1);
  return Math.max(0, at + 1, offset - 600);
}

function lineAfter(text: string, offset: number, lines: number): number {
  let at = offset;
  for (let i = 0; i <= lines && at >= 0; i++) at = text.indexOf('\n', at + 1);
  return Math.min(at < 0 ? text.length : at, offset + 600);
}
