/** What the measure of context counts, checked by hand: hidden imports, code without prose, drawn holes. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spend } from '../../bench/lib/contextBaselines.ts';
import { type ContextHole, codeOf, drawHoles, hideImports } from '../../bench/lib/contextHoles.ts';
import { Completer } from '../../server/complete/complete.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { noTypes } from '../../server/types/typeEngine.ts';
import { testSyntax } from '../support/syntax.ts';

/** Hides what only `truth` uses, in a file that ends with a hole. */
const hidden = (imports: string, truth: string, family: 'ecma' | 'python' | 'java', rest = '') => {
  const before = `${imports}\nvalue = `;
  return hideImports(before + rest, before.length, truth.split(/\W+/), family).slice(
    0,
    -'\nvalue = '.length - rest.length,
  );
};

describe('imports that only the hole uses', () => {
  it('go, and others stay', () => {
    expect(hidden("import { a, b } from './m';", 'a(1)', 'ecma')).toBe("import { b } from './m';");
    expect(hidden("import { a } from './m';\nimport c from 'c';", 'a(c)', 'ecma')).toBe('');
    expect(hidden("import c, { a as x } from './m';", 'x', 'ecma')).toBe("import c from './m';");
    expect(hidden('from m import (\n    a,\n    b,\n)', 'b', 'python')).toBe('from m import (a)');
    expect(hidden('from m import a, b', 'b', 'python')).toBe('from m import a');
    expect(hidden('import p.Used;\nimport p.Other;\n', 'new Used()', 'java')).toBe('import p.Other;\n');
  });

  it('stay where the file uses them elsewhere, but not where a comment names them', () => {
    expect(hidden("import { a } from './m';", 'a', 'ecma', ';\na();')).toBe("import { a } from './m';");
    expect(hidden("import { a } from './m';", 'a', 'ecma', '; // a')).toBe('');
  });
});

describe('code', () => {
  it('is what neither a comment nor a string holds', () => {
    expect(codeOf('a("b") // c\n/* d\n * e */ f', 'ecma').match(/\w/g)).toEqual(['a', 'f']);
    expect(codeOf(' * cut\nreal', 'java').match(/\w+/g)).toEqual(['real']);
    expect(codeOf('a = """b\nc""" # d\ne', 'python').match(/\w/g)).toEqual(['a', 'e']);
    // An expression within a template is code.
    expect(codeOf('a(`b ${c}`)', 'ecma')).toContain('c');
  });
});

describe('a drawn hole', () => {
  it('needs what another file declares, and its buffer does not import it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'mortise-drawn-'));
    try {
      await mkdir(join(root, 'src'));
      await writeFile(join(root, 'src/far.ts'), 'export function farAway(x: number): number { return x; }\n');
      const use = "import { farAway } from './far';\n\nexport function near(x: number) {\n  return farAway(x);\n}\n";
      await writeFile(join(root, 'src/near.ts'), use);
      const syntax = await testSyntax('typescript');
      const count = estimateTokens;
      const listFiles = async () => undefined;
      const completer = new Completer({ syntax, types: noTypes, listFiles, modelsDir: '/nowhere', count });
      const holes: ContextHole[] = [];
      const options = { completer, syntax, count, family: 'ecma', wanted: 8, seed: 1 } as const;
      for await (const hole of drawHoles(root, options)) holes.push(hole);
      expect(holes.length).toBeGreaterThan(0);
      for (const hole of holes) {
        expect(hole.needed).toEqual(['farAway']);
        expect(hole.text).not.toContain('farAway');
        expect(hole.text.slice(0, hole.offset) + hole.truth).toBe(
          use.slice(use.indexOf('\n') + 1).slice(0, hole.offset + hole.truth.length),
        );
      }
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it('buys baselines up to the budget, the last by lines', () => {
    const count = (text: string): number => text.split('\n').length;
    expect(spend(['a\nb', 'c\nd\ne', 'f'], 6, count)).toEqual(['a\nb', 'c\nd']);
    expect(spend(['a\nb'], 1, count)).toEqual([]);
  });
});
