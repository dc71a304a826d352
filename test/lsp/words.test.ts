/** Sentences of the engine, which says ours and theirs, with people's names in them. */
import { describe, expect, it } from 'vitest';
import { evidenceLines, named } from '../../server/lsp/words.ts';

const names = { left: 'main', right: 'topic' };

describe('names of the sides', () => {
  it('leaves paths and quoted code as they are', () => {
    const moves = [{ name: 'let theirs = 1;', path: 'ours/money.py', line: 3, by: 'left' as const }];
    expect(evidenceLines([{ check: 'moved', moves }], names)).toEqual([
      'main moved “let theirs = 1;” to ours/money.py, line 3, and topic edited it here: the edit belongs there.',
    ]);
    for (const path of ['ours/a.ts', 'src/theirs/a.ts', 'src/ours', 'ours.ts', 'of-ours.ts', 'lib\\theirs\\a.ts']) {
      expect(named(`ours: see ${path}, and theirs.`, names)).toBe(`main: see ${path}, and topic.`);
    }
  });

  it('names the sides also where edits of both meet, and not what the code calls ours', () => {
    const meetings = [
      {
        what: 'calculation' as const,
        text: 'theirs * 2',
        through: { name: 'ours', by: 'theirs' as const },
        held: false,
      },
    ];
    expect(evidenceLines([{ check: 'meets', meetings }], names)).toEqual([
      'Topic changed what ours is, and main the calculation with it: theirs * 2.',
    ]);
  });
});
