/** Completion's parts and laws: the sort, the budget, the cache, and the buffer standing for its file. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { completeHole } from '../../server/complete/batchHole.ts';
import { Completer } from '../../server/complete/complete.ts';
import { assemble } from '../../server/complete/context/assemble.ts';
import type { Piece } from '../../server/complete/context/retrieve.ts';
import { buildNow, buildSuffixArray, narrow, wholeRange } from '../../server/complete/index/suffixArray.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';
import { noTypes } from '../../server/types/typeEngine.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function workspace(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'mortise-complete-'));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const completer = (cacheDir?: string) =>
  new Completer({
    syntax: noSyntax,
    types: noTypes,
    listFiles: async () => undefined,
    modelsDir: '/nowhere',
    count: estimateTokens,
    ...(cacheDir ? { cacheDir } : {}),
  });

describe('the suffix array', () => {
  it('sorts by its depth and counts every n-gram', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 }), (ids) => {
        const tokens = Int32Array.from(ids);
        const steps = buildSuffixArray(tokens, 6, 4);
        let step = steps.next();
        while (!step.done) step = steps.next();
        for (let i = 0; i + 1 < ids.length; i++) {
          const pair = narrow(
            step.value,
            narrow(step.value, wholeRange(step.value), 0, ids[i] ?? 0),
            1,
            ids[i + 1] ?? 0,
          );
          expect(pair.hi - pair.lo).toBe(ids.filter((id, k) => id === ids[i] && ids[k + 1] === ids[i + 1]).length);
        }
        expect(buildNow(tokens, 1000, 4).order.length).toBe(ids.length);
      }),
    );
  });
});

describe('the assembler', () => {
  const piece = (name: string, at: number): Piece => ({
    source: 'similar',
    path: `${name}.ts`,
    at,
    text: `use(${name})`,
    names: [name],
    worth: 0,
    reason: '',
  });
  const pieces = ['alpha', 'beta', 'gamma', 'delta'].map(piece);
  const likely = new Map([
    ['alpha', 0.1],
    ['beta', 0.9],
    ['gamma', 0.5],
    ['delta', 0.2],
  ]);

  it('gives the same items whatever the order of pieces, and keeps to the budget', () => {
    const options = { budget: 14, count: estimateTokens, likely };
    const items = assemble(pieces, options);
    expect(items.map((item) => item.path)).toContain('beta.ts');
    expect(items.reduce((sum, item) => sum + item.tokens, 0)).toBeLessThanOrEqual(14);
    expect(assemble([...pieces].reverse(), options)).toEqual(items);
  });
});

describe('a hole', () => {
  const helper = 'export function computeQuarterlyTotal(ledger) {\n  return ledger.sum;\n}\n';
  const user = 'const total = computeQuarterlyTotal(ledger);\n'.repeat(6);

  it('is filled from the workspace, with the definition as context', async () => {
    const root = await workspace({ 'src/helper.js': helper, 'src/user.js': user });
    const text = 'const total = ;\n';
    const answer = await completeHole({ id: 7, root, path: 'src/new.js', text, offset: 14, budget: 256 }, completer());
    expect(answer.id).toBe(7);
    expect(answer.items.map((item) => item.text)).toContain('computeQuarterlyTotal(ledger)');
    expect(answer.context.map((item) => item.text).join('')).toContain('computeQuarterlyTotal');
  });

  it('never shows what only the file on disk, or its build output, has', async () => {
    const root = await workspace({
      'src/a.js': 'const total = secretAnswer(ledger);\n'.repeat(5),
      'lib/a.js': 'const total = secretAnswer(ledger);\n',
      'src/b.js': user,
    });
    const text = 'const total = ;\n';
    const answer = await completeHole({ id: 1, root, path: 'src/a.js', text, offset: 14 }, completer());
    expect(answer.items.length).toBeGreaterThan(0);
    expect(JSON.stringify(answer)).not.toContain('secretAnswer');
  });

  it('offers nothing, and says so, in minified and huge files', async () => {
    const root = await workspace({});
    for (const text of ['var a=1;'.repeat(2000), 'const a = 1;\n'.repeat(400_000)]) {
      const answer = await completeHole({ id: 1, root, path: 'x.js', text, offset: 9 }, completer());
      expect(answer.items).toEqual([]);
      expect(answer.notes?.length).toBe(1);
    }
  });

  it('builds anew from a damaged cache, which lies outside the workspace', async () => {
    const root = await workspace({ 'src/helper.js': helper, 'src/user.js': user });
    const cache = await workspace({});
    const ask = () =>
      completeHole({ id: 1, root, path: 'src/new.js', text: 'const total = ;\n', offset: 14 }, completer(cache));
    const first = await ask();
    expect((await ask()).context).toEqual(first.context);
    const [name] = await readdir(cache);
    await writeFile(join(cache, name ?? ''), 'damaged');
    expect((await ask()).context).toEqual(first.context);
    expect(await readdir(root)).toEqual(['src']);
  });

  it('names the field of a request that is not one', async () => {
    await expect(completeHole({ id: 1, root: '/x', path: 'a.ts', text: 'a', offset: 5 }, completer())).rejects.toThrow(
      'offset',
    );
  });
});
