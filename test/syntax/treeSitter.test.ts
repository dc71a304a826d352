import { describe, expect, it } from 'vitest';
import type { LanguageId } from '../../server/syntax/languages.ts';
import { parseTree } from '../support/syntax.ts';

describe('parse', () => {
  const samples: [LanguageId, string, string][] = [
    ['typescript', 'export const a: number = 1;\n', 'program'],
    ['java', 'class A { int x; }\n', 'program'],
    ['python', 'def f(x):\n    return x\n', 'module'],
    ['json', '{"a": [1, 2]}\n', 'document'],
  ];
  for (const [id, text, root] of samples) {
    it(`reads ${id}`, async () => {
      const tree = await parseTree(id, text);
      expect(tree.errors).toBe(0);
      expect(tree.typeNames[tree.type[0] ?? 0]).toBe(root);
      expect(tree.last[0]).toBe(tree.size);
    });
  }
});
