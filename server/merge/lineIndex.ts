/** Which of many texts have a line, white space aside: eight bytes a line, for texts of megabytes that are asked for thousands. */

const SHARE = 2 ** 20;

export class LineIndex {
  /** The number of a line, times `SHARE`, and of the text that has it; sorted, each once. */
  readonly #places: Float64Array;

  constructor(texts: readonly string[]) {
    const found: number[] = [];
    texts.slice(0, SHARE).forEach((text, at) => {
      for (let start = 0; start < text.length; ) {
        const newline = text.indexOf('\n', start);
        const end = newline < 0 ? text.length : newline;
        const number = numberOf(text, start, end);
        if (number !== undefined) found.push(number * SHARE + at);
        start = end + 1;
      }
    });
    const sorted = Float64Array.from(found).sort();
    this.#places = sorted.filter((place, i) => i === 0 || place !== sorted[i - 1]);
  }

  /** The numbers of the texts that have a line, in their order; seldom one more, of a line with the same number. */
  textsWith(line: string): number[] {
    const number = numberOf(line, 0, line.length);
    if (number === undefined) return [];
    const first = number * SHARE;
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle] ?? 0) < first) low = middle + 1;
      else high = middle;
    }
    const texts: number[] = [];
    for (let place = this.#places[low]; place !== undefined && place < first + SHARE; place = this.#places[++low])
      texts.push(place - first);
    return texts;
  }
}

/** FNV-1a of what is not white space; undefined where nothing is. */
function numberOf(text: string, from: number, to: number): number | undefined {
  let number: number | undefined;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit <= 32 ? unit === 32 || (unit >= 9 && unit <= 13) : unit >= 160 && /\s/.test(text.charAt(i))) continue;
    number = Math.imul((number ?? 0x811c9dc5) ^ unit, 0x01000193);
  }
  return number === undefined ? undefined : number >>> 0;
}
