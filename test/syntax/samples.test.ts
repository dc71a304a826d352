/**
 * Every language on a real small file: it parses without errors, its leaves hold all of the text, and its outline is the
 * one on disk beside it. `UPDATE=1` rewrites the outlines; judge the diff.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { languageOf, languages } from '../../server/syntax/languages.ts';
import { commutativeParentOf, groupOf, signatureOf } from '../../server/syntax/policy.ts';
import { chunksOf, symbolsOf } from '../../server/syntax/symbols.ts';
import { childrenOf, type Tree, typeOf } from '../../server/syntax/tree.ts';
import { checkTree, parseTree, testSyntax } from '../support/syntax.ts';

const fixtures = join(import.meta.dirname, '../fixtures/syntax');

/** Symbols, then what commutes under which signature. */
function outlineOf(tree: Tree, path: string): string {
  const language = languageOf(path);
  if (language === undefined) throw new Error(path);
  const out = symbolsOf(tree, language).map(
    (s) => `${'  '.repeat(s.container.length)}${s.kind} ${s.name} | ${s.signature}`,
  );
  out.push('', '# commutes');
  for (let n = 0; n < tree.size; n++) {
    const parent = commutativeParentOf(language, tree, n);
    if (parent === undefined) continue;
    const children = childrenOf(tree, n).filter((child) => groupOf(parent, language, tree, child) >= 0);
    const keys = children.map((child) =>
      (signatureOf(language, tree, child) ?? `?${typeOf(tree, child)}`).replaceAll('\0', ' '),
    );
    if (keys.length > 0) out.push(`${parent.type}: ${keys.map((key) => `⟦${key.trim()}⟧`).join(' ')}`);
  }
  return `${out.join('\n')}\n`;
}

describe('samples', () => {
  for (const language of languages) {
    it(`reads ${language.name}`, async () => {
      const folder = join(fixtures, language.id);
      const file = readdirSync(folder).find((name) => name.startsWith('sample.')) ?? 'missing';
      expect(languageOf(file)?.id).toBe(language.id);
      const tree = await parseTree(language.id, readFileSync(join(folder, file), 'utf8'));
      expect(tree.errors).toBe(0);
      checkTree(tree);
      const outline = outlineOf(tree, file);
      const expected = join(folder, 'outline.txt');
      if (process.env['UPDATE'] === '1') writeFileSync(expected, outline);
      expect(outline).toBe(readFileSync(expected, 'utf8'));
    });

    it(`cuts ${language.name} into chunks that hold everything`, async () => {
      const folder = join(fixtures, language.id);
      const file = readdirSync(folder).find((name) => name.startsWith('sample.')) ?? 'missing';
      const tree = await parseTree(language.id, readFileSync(join(folder, file), 'utf8'));
      for (const size of [40, 200, 1500]) {
        let at = 0;
        for (const chunk of chunksOf(tree, language, size)) {
          expect(tree.text.slice(at, chunk.start)).toMatch(/^\s*$/);
          expect(chunk.end).toBeGreaterThan(chunk.start);
          at = chunk.end;
        }
        expect(tree.text.slice(at)).toMatch(/^\s*$/);
      }
    });
  }

  it('names only node types that the grammars have', async () => {
    const syntax = await testSyntax();
    // Types the vocabulary of a family knows: C has those of C++ once both are loaded.
    const unknown: string[] = [];
    for (const language of languages) {
      const tree = syntax.parse(language, 'x');
      const known = new Set(tree?.typeNames);
      const lists = [...language.commutativeParents, ...language.orderedLists];
      const named = [
        ...lists.map((list) => list.type),
        ...lists.flatMap((list) => list.barriers ?? []),
        ...lists.flatMap((list) => (list.groups ?? []).flat().map((type) => type.slice(type.indexOf(':') + 1))),
        ...language.signatures.map((s) => s.type),
        ...language.definitions.map((d) => d.type),
        ...language.atomic,
        ...language.comments,
        ...language.imports,
        ...(language.attachments ?? []),
      ];
      for (const type of new Set(named)) if (type !== '*' && !known.has(type)) unknown.push(`${language.id} ${type}`);
    }
    expect(unknown).toEqual([]);
  });
});
