/**
 * Words of a file whose conflicts are answered, in any language: those that one side did away with and the merge still
 * holds, those that an answer dropped and the rest of the file goes on using, lines that both sides added.
 */
import { splitLines } from '../../text/lines.ts';
import type { AnsweredFile, CleanEdits, Columns } from './fileFeatures.ts';

const WORD = /[\p{L}_$][\p{L}\p{N}_$]{2,}/gu;

type Words = ReadonlyMap<string, number>;

/** Counts words; versions of one file share most lines, so each line is read once. */
function wordCounter(): (text: string) => Words {
  const read = new Map<string, readonly string[]>();
  return (text) => {
    const found = new Map<string, number>();
    for (const line of splitLines(text)) {
      const words = read.get(line) ?? line.match(WORD) ?? [];
      read.set(line, words);
      for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
    }
    return found;
  };
}

export function wordFeatures(
  file: AnsweredFile,
  clean: { readonly left: CleanEdits; readonly right: CleanEdits },
): Columns {
  const { sides, text, answers } = file;
  const wordsOf = wordCounter();
  const words = { base: wordsOf(sides.base ?? ''), left: wordsOf(sides.left), right: wordsOf(sides.right) };
  const merged = wordsOf(text);
  const rest = wordsOf(outside(file));
  const out: Columns = [];
  for (const [own, other] of [
    ['left', 'right'],
    ['right', 'left'],
  ] as const) {
    const added = wordsOf(clean[other].added.join(''));
    const gone = [...words.base].filter(([word]) => !words[own].has(word) && merged.has(word));
    const often = gone.filter(([, count]) => count > 1);
    const fewer = [...words.base].filter(([word, count]) => fell(count, words[own].get(word)) && added.has(word));
    const fresh = wordsOf(answers.map((one) => one.sides[own]).join('\n'));
    const answered = wordsOf(answers.map(({ resolutions }) => resolutions[0]?.candidate.text ?? '').join('\n'));
    const dropped = [...fresh.keys()].filter((word) => !answered.has(word) && !words.base.has(word));
    out.push(
      [`word.${own} gone`, gone.length],
      [`word.${own} gone often`, often.length],
      [`word.${own} gone, added`, gone.filter(([word]) => added.has(word)).length],
      [`word.${own} fewer, added`, fewer.length],
      [`word.${own} dropped`, dropped.length],
      [`word.${own} dropped, used`, dropped.filter((word) => rest.has(word)).length],
    );
  }
  const both = [...words.left.keys()].filter((word) => words.right.has(word) && !words.base.has(word));
  const lost = [...answers].flatMap(({ sides: own, resolutions }) => {
    const answer = wordsOf(resolutions[0]?.candidate.text ?? '');
    return [...wordsOf(own.base ?? '').keys()].filter((word) => !answer.has(word) && rest.has(word));
  });
  out.push(
    ['word.both new', both.length],
    ['word.lost, used', lost.length],
    ['word.unknown', [...merged.keys()].filter((word) => !words.left.has(word) && !words.right.has(word)).length],
    ['line.doubled', doubledLines(file)],
    ['line.both added', common(clean.left.added, clean.right.added)],
  );
  return out;
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
