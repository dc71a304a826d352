import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tree } from '../../server/syntax/tree.ts';
import { type LoadedSyntax, loadSyntax } from '../../server/syntax/treeSitter.ts';
import type { Span } from '../../server/text/span.ts';
import { runs } from '../support/runs.ts';
import { grammarsDir, languageById, testSyntax } from '../support/syntax.ts';

const samples = {
  typescript: readFileSync(join(import.meta.dirname, '../fixtures/syntax/typescript/sample.ts'), 'utf8'),
  python: readFileSync(join(import.meta.dirname, '../fixtures/syntax/python/sample.py'), 'utf8'),
} as const;
const ids = ['typescript', 'python'] as const;

let syntax: LoadedSyntax;
beforeAll(async () => {
  await testSyntax(...ids);
  // Without a cache: each tree must come from the parser.
  syntax = await loadSyntax(grammarsDir(), { cacheBytes: 0 });
  for (const id of ids) await syntax.ready(languageById(id));
});

/** Lines of a text replaced in two places, by lines of its own, of code, and of nonsense; both texts with their regions. */
const edited = (text: string) => {
  const lines = text.split('\n');
  const line = fc.oneof(
    fc.constantFrom(...lines),
    fc.constantFrom('x = 1', 'f(', '}', '"""', 'é = "𝄞"', '  return a;'),
  );
  const place = fc.tuple(fc.nat(lines.length), fc.nat(4), fc.array(line, { maxLength: 4 }));
  return fc.tuple(place, place).map((places) => {
    const [first, second] = places.sort((a, b) => a[0] - b[0]);
    const from = Math.max(second[0], first[0] + first[1]);
    const parts = [
      { old: lines.slice(first[0], first[0] + first[1]), now: first[2], before: lines.slice(0, first[0]) },
      { old: lines.slice(from, from + second[1]), now: second[2], before: lines.slice(first[0] + first[1], from) },
    ];
    const write = (which: 'old' | 'now') => {
      let out = '';
      const regions: Span[] = [];
      for (const part of parts) {
        out += part.before.map((each) => `${each}\n`).join('');
        const start = out.length;
        out += part[which].map((each) => `${each}\n`).join('');
        regions.push({ start, end: out.length });
      }
      return { text: out + lines.slice(from + second[1]).join('\n'), regions };
    };
    return [write('old'), write('now')] as const;
  });
};

/** All of a tree in a form that is quick to compare. */
const digest = (tree: Tree | undefined) =>
  tree && [
    tree.text,
    tree.size,
    tree.errors,
    ...arrays.map((name) => Buffer.from(tree[name].slice().buffer).toString('latin1')),
  ];
const arrays = ['type', 'start', 'end', 'parent', 'last', 'named', 'field', 'error'] as const;

const alone = (id: (typeof ids)[number], text: string) => {
  // Nothing is like a blank text: what was parsed before is forgotten with some of them.
  for (const blank of ['', ' ', '  ']) syntax.parse(languageById(id), blank);
  return syntax.parse(languageById(id), text);
};

describe('texts parsed one from the other', () => {
  it.each(ids)('have the trees that they have alone: %s', (id) => {
    const language = languageById(id);
    fc.assert(
      fc.property(edited(samples[id]), fc.boolean(), ([old, now], told) => {
        const versions = [old, now, old].map(({ text, regions }) => (told ? { text, regions } : { text }));
        const trees = syntax.parseVersions(language, versions);
        expect(trees.map(digest)).toEqual(versions.map(({ text }) => digest(alone(id, text))));
      }),
      runs(),
    );
  });

  it.each(ids)('so do texts that are made of broken ones: %s', (id) => {
    const thrice = edited(samples[id]).chain(([, broken]) => edited(broken.text));
    fc.assert(
      fc.property(thrice, (versions) => {
        const texts = versions.map(({ text }) => text);
        const trees = texts.map((text) => syntax.parse(languageById(id), text));
        expect(trees.map(digest)).toEqual(texts.map((text) => digest(alone(id, text))));
      }),
      runs(),
    );
  });
});
