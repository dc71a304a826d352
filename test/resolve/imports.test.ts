/** Both sides' imports together, where they bind one name: however often the like was decided, never more than possible. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DecidedSibling, Tier } from '../../server/resolve/candidate.ts';
import { loadRanker } from '../../server/resolve/loadRanker.ts';
import { squeeze } from '../../server/resolve/material.ts';
import { resolveConflict, type Services } from '../../server/resolve/resolve.ts';
import { testSyntax } from '../support/syntax.ts';

let services: Services;
beforeAll(async () => {
  const syntax = await testSyntax('typescript', 'java', 'python');
  services = { syntax, ranker: loadRanker('models', syntax).ranker };
});

interface Written {
  readonly file: string;
  readonly of: (name: string, module: string) => string;
  readonly after: string;
}

const languages: readonly Written[] = [
  { file: 'ts', of: (name, module) => `import { ${name} } from './${module}';\n`, after: '\nexport const a = 1;\n' },
  { file: 'py', of: (name, module) => `from ${module} import ${name}\n`, after: '\n\ndef a():\n    pass\n' },
  { file: 'java', of: (name, module) => `import ${module}.${name};\n`, after: '\nclass A {\n}\n' },
];

/** The tiers of both orders of both sides' imports, after the same was chosen for a dozen other files. */
function tiers({ file, of, after }: Written, ours: string, theirs: string): readonly Tier[] {
  const sides = (i: number, left: string, right: string) => {
    const base = of(`first${i}`, `base${i}`);
    return { base, left: base + of(left, `b${i}`), right: base + of(right, `c${i}`) };
  };
  const siblings = Array.from({ length: 12 }, (_, i): DecidedSibling => {
    const decided = sides(i, `x${i}`, `y${i}`);
    const chosen = decided.left + of(`y${i}`, `c${i}`);
    return { path: `src/f${i}.${file}`, sides: decided, chosen };
  });
  const open = sides(99, ours, theirs);
  const both = [open.left + of(theirs, 'c99'), open.right + of(ours, 'b99')].map(squeeze);
  return resolveConflict({ path: `src/g.${file}`, sides: open, before: '', after, siblings }, services)
    .filter(({ candidate }) => both.includes(squeeze(candidate.text)))
    .map(({ tier }) => tier);
}

describe('imports of both sides', () => {
  for (const language of languages) {
    it(`are at most possible where they bind one name: ${language.file}`, () => {
      const found = tiers(language, 'log', 'log');
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found)).toEqual(new Set(['possible']));
    });
    it(`are more where they do not: ${language.file}`, () => {
      expect(tiers(language, 'log', 'warn').some((tier) => tier !== 'possible')).toBe(true);
    });
  }
});
