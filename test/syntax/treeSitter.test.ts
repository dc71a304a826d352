import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languages } from '../../server/syntax/languages.ts';
import { childByField, leavesOf, newErrors, nodeAt, textOf, typeOf } from '../../server/syntax/tree.ts';
import { loadSyntax } from '../../server/syntax/treeSitter.ts';
import { within } from '../support/runs.ts';
import { checkTree, grammarsDir, languageById, parseTree, testSyntax } from '../support/syntax.ts';

const numRuns = Number(process.env['MORTISE_FUZZ_RUNS'] ?? 200);

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('parse', () => {
  it('gives UTF-16 offsets', async () => {
    const text = "const a = '😀'; // 😀\nconst bé = a;\n";
    const tree = await parseTree('typescript', text);
    checkTree(tree);
    expect(leavesOf(tree).map((leaf) => textOf(tree, leaf))).toEqual([
      'const',
      'a',
      '=',
      "'",
      '😀',
      "'",
      ';',
      '// 😀',
      'const',
      'bé',
      '=',
      'a',
      ';',
    ]);
    expect(typeOf(tree, nodeAt(tree, text.indexOf('bé')))).toBe('identifier');
    expect(nodeAt(tree, text.length + 5)).toBe(0);
  });

  it('finds a child by its field', async () => {
    const tree = await parseTree('java', 'class A { int f(int x) { return x; } }');
    const method = [...tree.type.keys()].find((n) => typeOf(tree, n) === 'method_declaration') ?? 0;
    expect(textOf(tree, childByField(tree, method, 'name') ?? 0)).toBe('f');
    expect(childByField(tree, method, 'nothing')).toBeUndefined();
  });

  it('makes a union flat', async () => {
    const tree = await parseTree('typescript', 'type A = | 1 | 2 | 3 | 4;');
    const unions = [...tree.type.keys()].filter((n) => typeOf(tree, n) === 'union_type');
    expect(unions).toHaveLength(1);
    checkTree(tree);
  });

  it('reads a C++ header as C++ and a C header as C', async () => {
    const cpp = await parseTree('c', 'template <typename T>\nclass A { public: A(); virtual ~A() = default; };\n');
    expect(cpp.errors).toBe(0);
    const c = await parseTree('c', 'int new(int class);\n');
    expect(c.errors).toBe(0);
    expect(c.typeNames).toBe(cpp.typeNames);
  });

  it('says what is new among errors', async () => {
    const left = await parseTree('java', 'class A { int x = ; int y; }');
    const fixed = await parseTree('java', 'class A { int x = 1; int y; }');
    const worse = await parseTree('java', 'class A { int x = ; int y = ; } }');
    expect(left.errors).toBeGreaterThan(0);
    expect(newErrors(left, [left, fixed])).toBe(0);
    expect(newErrors(fixed, [fixed])).toBe(0);
    expect(newErrors(left, [fixed])).toBeGreaterThan(0);
    expect(newErrors(worse, [left])).toBeGreaterThan(0);
  });

  it(
    'never throws and keeps every unit, whatever the text',
    async () => {
      const syntax = await testSyntax();
      const pieces = fc.constantFrom(
        '(',
        ')',
        '{',
        '}',
        '"',
        "'",
        '`',
        '/*',
        '*/',
        '//',
        '#',
        '<',
        '>',
        '\n',
        '\r\n',
        '  ',
        'if',
        'class',
        'A',
        '=',
        ':',
        ',',
        '-',
        '😀',
        '\0',
        '\\',
        '<<EOF\n',
        '"""',
        '\uFEFF',
        'def f():',
        '<?php',
        '\ud800',
      );
      const text = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 30 });
      fc.assert(
        fc.property(text, fc.nat(languages.length - 1), (parts, index) => {
          const tree = syntax.parse(languages[index], parts.join(''));
          expect(tree).toBeDefined();
          if (tree !== undefined) checkTree(tree);
        }),
        { numRuns: numRuns * 2 },
      );
      expect(syntax.notes).toEqual([]);
    },
    within(30_000),
  );

  it(
    'survives deep nesting',
    async () => {
      const depth = 5000;
      for (const [id, open, close] of [
        ['json', '[', ']'],
        ['typescript', '(', ')'],
        ['xml', '<a>', '</a>'],
      ] as const) {
        const tree = await parseTree(
          id,
          `${open.repeat(depth)}${id === 'typescript' ? '1' : ''}${close.repeat(depth)}`,
        );
        expect(tree.last[0]).toBe(tree.size);
      }
      const sum = await parseTree('typescript', `x = ${'a + '.repeat(depth)}a;`);
      checkTree(sum);
    },
    within(20_000),
  );
});

describe('loadSyntax', () => {
  it('is no grammar with a note where a file is missing, and still reads with its own parsers', async () => {
    await testSyntax('json');
    const empty = mkdtempSync(join(tmpdir(), 'mortise-grammars-'));
    try {
      const syntax = await loadSyntax(empty);
      await syntax.ready(languageById('json'));
      expect(syntax.parse(languageById('json'), '{}')).toBeUndefined();
      expect(syntax.notes).toEqual([expect.stringContaining('json grammar did not load')]);
      expect(syntax.parse(languageById('xml'), '<a/>')?.errors).toBe(0);
      expect(syntax.tokens(undefined, 'a b').count).toBe(2);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it('knows no tree before `ready`, beyond the size limit, or past the time limit', async () => {
    const typescript = languageById('typescript');
    const syntax = await loadSyntax(grammarsDir(), { sizeLimit: 100 });
    expect(syntax.parse(typescript, 'a')).toBeUndefined();
    await syntax.ready(typescript);
    expect(syntax.parse(typescript, 'a')).toBeDefined();
    expect(syntax.parse(typescript, 'a;'.repeat(51))).toBeUndefined();
    const hasty = await loadSyntax(grammarsDir(), { timeLimitMs: 1 });
    await hasty.ready(typescript);
    expect(hasty.parse(typescript, 'const a = { b: [1, 2, (3)] };\n'.repeat(30_000))).toBeUndefined();
    // The parser is not left in the middle of the text it gave up.
    expect(hasty.parse(typescript, 'a')?.errors).toBe(0);
    expect(hasty.notes).toEqual([]);
  });

  it('gives the same tree for the same text without parsing again, and keeps memory flat', async () => {
    const syntax = await testSyntax('typescript');
    const typescript = languageById('typescript');
    const body = 'export function f(a: number): number {\n  return a * 2 + g({ b: [1, 2, 3] });\n}\n'.repeat(60);
    expect(syntax.parse(typescript, body)).toBe(syntax.parse(typescript, `${body}`));
    const parseMany = (from: number) => {
      for (let i = from; i < from + 60; i++) syntax.parse(typescript, `${body}// ${i}`);
      collectGarbage();
      return process.memoryUsage.rss();
    };
    parseMany(0);
    const before = parseMany(1000);
    parseMany(2000);
    const after = parseMany(3000);
    // Each of the 120 parses would keep about half a MB of wasm heap if its tree were not freed.
    expect(after - before).toBeLessThan(20_000_000);
  }, 20_000);
});
