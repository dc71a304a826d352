/**
 * One side moves a block, the other edits it where it stood: the evidence of every text for the conflict says so, and nothing in
 * bulk takes one. A fixture holds what git saw; each is merged both ways round.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { movedInFile, unedited } from '../../server/merge/moved.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { type ApplyPolicy, resolveFile } from '../../server/resolve/resolve.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const root = join(import.meta.dirname, '..', 'fixtures', 'moved');
const services = await loadServices();

interface Case {
  readonly name: string;
  readonly path: string;
  readonly base: string;
  readonly mover: string;
  readonly editor: string;
}

function cases(kind: string): Case[] {
  return readdirSync(join(root, kind)).map((name) => {
    const folder = join(root, kind, name);
    const extension = readdirSync(folder)[0]?.split('.').at(-1) ?? '';
    const read = (part: string) => readFileSync(join(folder, `${part}.${extension}`), 'utf8');
    return { name, path: `a.${extension}`, base: read('base'), mover: read('mover'), editor: read('editor') };
  });
}

async function merged({ path, base, mover, editor }: Case, by: 'left' | 'right', policy: ApplyPolicy) {
  await services.syntax.ready(languageOf(path));
  const sides = by === 'left' ? { base, left: mover, right: editor } : { base, left: editor, right: mover };
  return resolveFile({ path, sides }, policy, services);
}

const ways = ['left', 'right'] as const;
const policies: readonly ApplyPolicy[] = [
  { kind: 'tier', tier: 'safe' },
  { kind: 'tier', tier: 'likely' },
  { kind: 'confidence', atLeast: 0.01 },
];

describe.each(cases('told'))('$name', (one) => {
  it.each(ways)('is told and held back when moved by %s', async (by) => {
    for (const policy of policies) {
      const { conflicts } = await merged(one, by, policy);
      const [conflict, ...more] = conflicts;
      expect(more).toEqual([]);
      expect(conflict?.applied).toBeUndefined();
      expect(conflict?.resolutions.length).toBeGreaterThan(1);
      for (const { evidence, tier } of conflict?.resolutions ?? []) {
        expect(evidence[0]).toMatchObject({ check: 'moved', moves: [{ by }] });
        expect(heldByEvidence(evidence)).toMatch(
          by === 'left' ? /^ours moved .*theirs edited it here/ : /^theirs moved .*ours edited it here/,
        );
        expect(tier).toBe('possible');
      }
    }
  });

  it('names the line where the block stands, and is quiet once the edit is there', () => {
    const { base, mover, editor } = one;
    const edits = movedInFile({ base, left: mover, right: editor });
    const squeezed = (text: string) => text.replace(/\s+/g, '');
    const [{ line = 0, keys = [] } = {}] = edits;
    expect(squeezed(mover.split('\n')[line - 1] ?? '')).toBe(keys[0]);
    // Either side whole lacks it: theirs because the block stands only where it was.
    expect(unedited(edits, mover)).toMatchObject([{ line }]);
    expect(unedited(edits, editor)).toEqual([]);
    expect(
      unedited(
        edits,
        mover
          .split('\n')
          .toSpliced(line - 1, 1, 'edited')
          .join('\n'),
      ),
    ).toEqual([]);
  });
});

describe.each(cases('silent'))('$name', (one) => {
  it.each(ways)('is no move of %s', async (by) => {
    const { conflicts } = await merged(one, by, { kind: 'tier', tier: 'none' });
    expect(conflicts.length).toBeGreaterThan(0);
    for (const { resolutions } of conflicts)
      for (const { evidence } of resolutions) expect(evidence.map(({ check }) => check)).not.toContain('moved');
  });
});
