/**
 * Words of a file whose conflicts are answered, in any language: those that one side did away with and the merge still
 * holds, those that an answer dropped and the rest of the file goes on using, lines that both sides added.
 */
import { splitLines } from '../../text/lines.ts';
import type { Answer, AnsweredFile, CleanEdits, Columns } from './fileFeatures.ts';

const WORD = /[\p{L}_$][\p{L}\p{N}_$]{2,}/gu;

/** The words of each line of a text, by number. */
type Lines = readonly (readonly number[])[];

/** Numbers words; versions of one file share most lines, so each line is read once. */
class WordBook {
  readonly #lines = new Map<string, readonly number[]>();
  readonly #numbers = new Map<string, number>();

  read(text: string): Lines {
    return splitLines(text).map((line) => {
      const known = this.#lines.get(line) ?? (line.match(WORD) ?? []).map((word) => this.#number(word));
      this.#lines.set(line, known);
      return known;
    });
  }

  #number(word: string): number {
    const number = this.#numbers.get(word) ?? this.#numbers.size;
    this.#numbers.set(word, number);
    return number;
  }

  /** How often each word stands in a text. Asked when all texts are read. */
  count(lines: Lines): Int32Array {
    const found = new Int32Array(this.#numbers.size);
    for (const line of lines) for (const word of line) found[word] = (found[word] ?? 0) + 1;
    return found;
  }
}

/** Counts of words by number. */
type Words = Int32Array;

function countWhere(words: Words, is: (word: number, count: number) => boolean): number {
  let n = 0;
  for (let word = 0; word < words.length; word++) {
    const count = words[word] ?? 0;
    if (count > 0 && is(word, count)) n++;
  }
  return n;
}

export function wordFeatures(
  file: AnsweredFile,
  clean: { readonly left: CleanEdits; readonly right: CleanEdits },
): Columns {
  const { sides, text, answers } = file;
  const book = new WordBook();
  const read = (of: (side: 'left' | 'right') => string) => ({
    left: book.read(of('left')),
    right: book.read(of('right')),
  });
  const lines = { base: book.read(sides.base ?? ''), ...read((side) => sides[side]) };
  const mergedLines = book.read(text);
  const restLines = book.read(outside(file));
  const addedLines = read((side) => clean[side].added.join(''));
  const freshLines = read((side) => answers.map((one) => one.sides[side]).join('\n'));
  const answer = ({ resolutions }: Answer) => resolutions[0]?.candidate.text ?? '';
  const answeredLines = book.read(answers.map(answer).join('\n'));
  const each = answers.map((one) => ({ answer: book.read(answer(one)), base: book.read(one.sides.base ?? '') }));

  const words = { base: book.count(lines.base), left: book.count(lines.left), right: book.count(lines.right) };
  const merged = book.count(mergedLines);
  const rest = book.count(restLines);
  const answered = book.count(answeredLines);
  const out: Columns = [];
  for (const [own, other] of [
    ['left', 'right'],
    ['right', 'left'],
  ] as const) {
    const added = book.count(addedLines[other]);
    const isGone = (word: number) => words[own][word] === 0 && merged[word] !== 0;
    const fresh = book.count(freshLines[own]);
    const isDropped = (word: number) => answered[word] === 0 && words.base[word] === 0;
    out.push(
      [`word.${own} gone`, countWhere(words.base, isGone)],
      [`word.${own} gone often`, countWhere(words.base, (word, count) => count > 1 && isGone(word))],
      [`word.${own} gone, added`, countWhere(words.base, (word) => isGone(word) && added[word] !== 0)],
      [
        `word.${own} fewer, added`,
        countWhere(words.base, (word, count) => fell(count, words[own][word]) && added[word] !== 0),
      ],
      [`word.${own} dropped`, countWhere(fresh, isDropped)],
      [`word.${own} dropped, used`, countWhere(fresh, (word) => isDropped(word) && rest[word] !== 0)],
    );
  }
  const isNew = (word: number) => words.right[word] !== 0 && words.base[word] === 0;
  out.push(
    ['word.both new', countWhere(words.left, isNew)],
    ['word.lost, used', lostWords(each, rest)],
    ['word.unknown', countWhere(merged, (word) => words.left[word] === 0 && words.right[word] === 0)],
    ['line.doubled', doubledLines(file)],
    ['line.both added', common(clean.left.added, clean.right.added)],
  );
  return out;
}

/** Words of a conflict's base that its answer lacks and the rest of the file has; those of each conflict by themselves. */
function lostWords(each: readonly { readonly answer: Lines; readonly base: Lines }[], rest: Words): number {
  // In both the number of the conflict, from 1, that had the word last: with many conflicts nothing is emptied for each.
  const [kept, told] = [new Int32Array(rest.length), new Int32Array(rest.length)];
  let n = 0;
  each.forEach(({ answer, base }, i) => {
    for (const line of answer) for (const word of line) kept[word] = i + 1;
    for (const line of base)
      for (const word of line) {
        if (kept[word] === i + 1 || told[word] === i + 1) continue;
        told[word] = i + 1;
        if (rest[word] !== 0) n++;
      }
  });
  return n;
}

/** Fell to a quarter and less. */
const fell = (before: number, now: number | undefined): boolean => before >= 4 && (now ?? 0) * 4 <= before;

function outside({ text, answers }: AnsweredFile): string {
  let out = '';
  let at = 0;
  for (const { span } of answers) {
    out += text.slice(at, span.start);
    at = span.end;
  }
  return out + text.slice(at);
}

/** Lines that say something and stand in the merge oftener than in either side. */
function doubledLines({ sides, text }: AnsweredFile): number {
  const [left, right] = [linesOf(sides.left), linesOf(sides.right)];
  let n = 0;
  for (const [line, count] of linesOf(text)) if (count > Math.max(left.get(line) ?? 0, right.get(line) ?? 0)) n++;
  return n;
}

function linesOf(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const key = line.trim();
    if (key.length >= 8) found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

function common(left: readonly string[], right: readonly string[]): number {
  const known = linesOf(left.join(''));
  return [...linesOf(right.join('')).keys()].filter((line) => known.has(line)).length;
}
