/** The exported words and edits say exactly what both sides are: replaying a side's edits over the base gives the side. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CorpusWriter } from '../../server/mine/corpus.ts';
import type { MinedRecord } from '../../server/mine/record.ts';
import { exportTexts } from '../../server/mine/texts.ts';

const file = (value: string) => `import { a } from './a';\nconst size = ${value};\nexport { size };\n`;

const record: MinedRecord = {
  repo: 'made/up',
  merge: '0123456789abcdef',
  parents: ['1', '2'],
  base_commit: '3',
  time: 4,
  path: 'src/size.ts',
  times: [1, 2, 3],
  lang: 'ts',
  n_hunks: 1,
  base: file('limit(10)'),
  left: file('limit(20)'),
  right: file('cap(10, a)'),
  merged: file('cap(20, a)'),
  history: {
    left: [{ time: 2, author: 'l', subject: 'Raise the limit' }],
    right: [],
    counts: { left: 1, right: 0 },
  },
};

interface Texts {
  readonly key: string;
  readonly i: number;
  readonly words: readonly string[];
  readonly b: readonly number[];
  readonly l: readonly number[];
  readonly r: readonly number[];
  readonly ld: readonly number[];
  readonly rd: readonly number[];
  readonly before: readonly number[];
  readonly sl: readonly string[];
  readonly sr: readonly string[];
}

function replay(base: readonly number[], side: readonly number[], edits: readonly number[]): number[] {
  const out: number[] = [];
  let at = 0;
  for (let k = 0; k < edits.length; k += 4) {
    const [aStart = 0, aEnd = 0, bStart = 0, bEnd = 0] = edits.slice(k, k + 4);
    out.push(...base.slice(at, aStart), ...side.slice(bStart, bEnd));
    at = aEnd;
  }
  return [...out, ...base.slice(at)];
}

test('a conflict is exported as the words of both sides and their edits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-texts-'));
  try {
    const writer = new CorpusWriter();
    writer.add({ record, conflict: true });
    // The same change on both sides is no conflict to git: nothing to learn from.
    writer.add({ record: { ...record, path: 'src/same.ts', right: record.left }, conflict: true });
    await writer.write(folder, 'made/up', {});
    const counts: number[] = [];
    await exportTexts([folder], folder, ({ conflicts }) => counts.push(conflicts));
    expect(counts).toEqual([1]);
    const texts = JSON.parse(readFileSync(join(folder, 'made+up.texts'), 'utf8')) as Texts;
    expect(texts.key).toBe('made/up@0123456789ab:src/size.ts');
    const said = (ids: readonly number[]) => ids.map((id) => texts.words[id]).join(' ');
    expect(said(texts.b)).toBe('const size = limit ( 10 ) ;');
    expect(said(texts.l)).toBe('const size = limit ( 20 ) ;');
    expect(said(texts.r)).toBe('const size = cap ( 10 , a ) ;');
    expect(said(texts.before)).toBe("import { a } from './a' ;");
    expect(replay(texts.b, texts.l, texts.ld)).toEqual(texts.l);
    expect(replay(texts.b, texts.r, texts.rd)).toEqual(texts.r);
    expect(texts.ld).toHaveLength(4);
    expect([texts.sl, texts.sr]).toEqual([['Raise the limit'], []]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
