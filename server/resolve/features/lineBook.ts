/**
 * The lines of one conflict's candidates, each read once: forty candidates are made of the same few lines. A line is a number
 * here, and lines equal but for white space are one.
 */
import { squeeze } from '../material.ts';
import { type Version, versionsIn } from '../rules/version.ts';

export class LineBook {
  /** Squeezed lines by number; the empty line is 0. */
  readonly texts: string[] = [''];
  readonly folded: string[] = [''];
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #raw = new Map<string, number>([['', 0]]);
  readonly #versions: (Version | null)[] = [];

  /** The number of a line given squeezed. */
  numberOf(squeezed: string): number {
    let number = this.#numbers.get(squeezed);
    if (number === undefined) {
      number = this.texts.push(squeezed) - 1;
      this.folded.push(squeezed.toLowerCase());
      this.#numbers.set(squeezed, number);
    }
    return number;
  }

  /** The lines of a text that are more than white space. */
  linesOf(text: string): Int32Array {
    const out: number[] = [];
    for (let at = 0; at <= text.length; ) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      const line = text.slice(at, end);
      let number = this.#raw.get(line);
      if (number === undefined) {
        number = this.numberOf(squeeze(line));
        this.#raw.set(line, number);
      }
      if (number !== 0) out.push(number);
      at = end + 1;
    }
    return Int32Array.from(out);
  }

  /** The first version number in a line. */
  versionIn(number: number): Version | undefined {
    const known = this.#versions[number];
    if (known !== undefined) return known ?? undefined;
    const text = this.texts[number] ?? '';
    const found = /\d/.test(text) ? versionsIn(text)[0] : undefined;
    this.#versions[number] = found ?? null;
    return found;
  }
}
