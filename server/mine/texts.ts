/**
 * What a text model reads: the words of every conflict that `mortise features` exports, how each side edited the base, and
 * what stands around. Words and edits come from the product's own lexer and diff. Read by training/words.py.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { histogramDiff } from '../diff/histogram.ts';
import { Interner } from '../diff/intern.ts';
import { type Language, languageOf } from '../syntax/languages.ts';
import { lexicalTokens } from '../syntax/lexer.ts';
import { corpusFiles, readCorpus, repositoryOf } from './corpus.ts';
import { LARGE } from './features.ts';
import { locateHunks } from './hunks.ts';
import type { MinedRecord } from './record.ts';

/** Tokens of a side that are kept, and of the text on either side of the conflict. */
const SIDE = 1500;
const AROUND = 48;
const AROUND_TEXT = 1500;
/** UTF-16 units of a word or a commit's subject that are kept, and commits of a side. */
const WORD = 60;
const SUBJECT = 100;
const SUBJECTS = 3;

/** Writes OUT/NAME.texts for each corpus file: a JSON object a line, keyed as the lines of NAME.jsonl are. */
export async function exportTexts(
  paths: readonly string[],
  out: string,
  report: (counts: { readonly repository: string; readonly conflicts: number }) => void,
): Promise<void> {
  mkdirSync(out, { recursive: true });
  for (const file of await corpusFiles(paths)) {
    const repository = repositoryOf(file);
    const output = openSync(join(out, `${repository.replaceAll('/', '+')}.texts`), 'w');
    let conflicts = 0;
    try {
      for await (const record of readCorpus(file)) {
        for (const line of textsOf(record)) {
          writeSync(output, `${line}\n`);
          conflicts++;
        }
      }
    } finally {
      closeSync(output);
    }
    report({ repository, conflicts });
  }
}

function* textsOf(record: MinedRecord): Generator<string> {
  const language = languageOf(record.path);
  const { repo, merge, path, lang, history } = record;
  for (const hunk of locateHunks(record).hunks) {
    const { left, right, base = '' } = hunk.sides;
    const large = left.length + right.length + base.length > LARGE;
    if (hunk.resolution === undefined || large) continue;
    const { ids, words } = interning(language);
    const o = ids(base);
    const l = ids(left);
    const r = ids(right);
    const subjects = (side: 'left' | 'right') =>
      (history?.[side] ?? []).slice(0, SUBJECTS).map((commit) => commit.subject.slice(0, SUBJECT));
    yield JSON.stringify({
      key: `${repo}@${merge.slice(0, 12)}:${path}`,
      path,
      lang,
      i: hunk.index,
      b: [...o],
      l: [...l],
      r: [...r],
      ld: edits(o, l),
      rd: edits(o, r),
      before: [...ids(hunk.before.slice(-AROUND_TEXT)).slice(-AROUND)],
      after: [...ids(hunk.after.slice(0, AROUND_TEXT)).slice(0, AROUND)],
      sl: subjects('left'),
      sr: subjects('right'),
      words: words.map((word) => word.slice(0, WORD)),
    });
  }
}

/** Changes as four numbers each: start and end in the base, start and end in the side. */
const edits = (base: Int32Array, side: Int32Array): number[] =>
  histogramDiff(base, side).flatMap(({ aStart, aEnd, bStart, bEnd }) => [aStart, aEnd, bStart, bEnd]);

function interning(language: Language | undefined) {
  const interner = new Interner();
  const words: string[] = [];
  const ids = (text: string): Int32Array => {
    const tokens = lexicalTokens(language, text);
    const found = new Int32Array(Math.min(tokens.count, SIDE));
    for (let i = 0; i < found.length; i++) {
      const word = text.slice(tokens.start[i], tokens.end[i]);
      const id = interner.id(word);
      found[i] = id;
      words[id] = word;
    }
    return found;
  };
  return { ids, words };
}
