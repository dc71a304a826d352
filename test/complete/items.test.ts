/** Completions without a model: each generator, the ranking's honesty, the checker's veto, cancellation. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Completer, type OpenHole } from '../../server/complete/complete.ts';
import { checkedItems } from '../../server/complete/items/checkItems.ts';
import { rankItems } from '../../server/complete/items/items.ts';
import { columns, itemRows, loadItemModel, untrained } from '../../server/complete/items/rankItems.ts';
import { reweighed } from '../../server/complete/items/reweighed.ts';
import { leadAt, shapeOf } from '../../server/complete/items/shapes.ts';
import { namesBeside } from '../../server/complete/items/siblings.ts';
import { estimateTokens, lexCode } from '../../server/complete/tokens.ts';
import { calibrated } from '../../server/model/calibration.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';
import { noTypes, type TypeEngine } from '../../server/types/typeEngine.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

const cursor = '/*|*/';

async function opened(
  files: Record<string, string>,
  path: string,
  marked: string,
  types: TypeEngine = noTypes,
): Promise<{ completer: Completer; hole: OpenHole }> {
  const root = await mkdtemp(join(tmpdir(), 'mortise-items-'));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const completer = new Completer({
    syntax: noSyntax,
    types,
    listFiles: async () => undefined,
    modelsDir: 'models',
    count: estimateTokens,
  });
  const offset = marked.indexOf(cursor);
  const text = marked.replace(cursor, '');
  const hole = await completer.open({ root, path, text, offset });
  if (!hole) throw new Error('no hole');
  return { completer, hole };
}

async function proposals(files: Record<string, string>, path: string, marked: string): Promise<string[]> {
  const { completer, hole } = await opened(files, path, marked);
  const { items } = await rankItems(hole, new Map(), completer.itemServices);
  return items.map((item) => item.proposal.text);
}

describe('what is proposed', () => {
  it('is what a like line had, with its names changed', async () => {
    const text = 'this.width = size.width;\nthis.left = size.left;\nthis.height = /*|*/;\n';
    expect((await proposals({}, 'a.ts', text)).slice(0, 3)).toContain('size.height');
  });

  it('is a property’s value as the one before it in the list, with its name changed', async () => {
    const text = 'export const seen = { data: response.data, metadata: /*|*/ };\n';
    expect(await proposals({}, 'a.ts', text)).toContain('response.metadata');
  });

  it('is not what says nothing there', async () => {
    const text = 'let a = 1;\nlet b = 2;\nwhile (a !== b) {\n  b = a;\n  a = /*|*/;\n}\n';
    const found = await proposals({}, 'a.ts', text);
    expect(found).toContain('b');
    expect(found).not.toContain('a');
  });

  it('goes on a series', async () => {
    const next = async (text: string) => proposals({}, 'a.ts', text);
    expect(await next('const steps = [10, 20, /*|*/];\n')).toEqual(expect.arrayContaining(['30', '21']));
    expect(await next("const names = { a: 'step08', b: /*|*/ };\n")).toContain("'step09'");
    expect(await next("const axes = ['axisX', 'axisY', /*|*/];\n")).toContain("'axisZ'");
    expect(await next("const cut = ['axisX']; f(/*|*/);\n")).not.toContain("'axisY'");
  });

  it('follows the words in which two names differ, in strings too', async () => {
    const text = "register('startDate', parseStartDate(input));\nregister('endDate', /*|*/);\n";
    expect(await proposals({}, 'a.ts', text)).toContain('parseEndDate(input)');
  });

  it('is what the file beside has, with this file’s name', async () => {
    const beside = 'export class CircleBuilder {\n  static readonly kind: string = "CircleBuilder";\n}\n';
    const text = 'export class SquareBuilder {\n  static readonly kind: string = /*|*/;\n}\n';
    expect(await proposals({ 'src/circle.ts': beside }, 'src/square.ts', text)).toContain('"SquareBuilder"');
  });

  it('is composed of common shapes and near values', async () => {
    const text = 'function f(entry, list) {\n  use(entry);\n  if (/*|*/) {\n    return list;\n  }\n}\n';
    const found = await proposals({}, 'a.ts', text);
    expect(found).toEqual(expect.arrayContaining(['!entry', 'Array.isArray(list)', "typeof entry === 'string'"]));
  });

  it('is in Python and Java what stands near', async () => {
    const python = 'def area(width, height):\n    total = width * height\n    return /*|*/\n';
    expect(await proposals({}, 'a.py', python)).toEqual(expect.arrayContaining(['total', 'width']));
    const java = 'class A {\n  int area(int width) {\n    int total = width * 2;\n    return /*|*/;\n  }\n}\n';
    expect(await proposals({}, 'A.java', java)).toEqual(expect.arrayContaining(['total', 'width']));
  });

  it('comes at the top of a buffer that begins with an empty line', async () => {
    expect(await proposals({}, 'a.ts', '\nconst a = 1;\nconst b = /*|*/;\n')).toContain('a + 1');
  });

  it('never ends in the middle of brackets', async () => {
    const text = 'run(first(a), [b]);\nrun(first(c), { d });\nrun(/*|*/);\n';
    for (const each of await proposals({}, 'a.ts', text)) {
      const opens = each.match(/[([{]/g)?.length ?? 0;
      expect(each.match(/[)\]}]/g)?.length ?? 0).toBe(opens);
    }
  });
});

describe('a shape', () => {
  const shape = (text: string): string | undefined => {
    const { texts, starts } = lexCode(text);
    const spaced = (i: number): boolean => /\s/.test(text[(starts[i] ?? 0) - 1] ?? '');
    return shapeOf((i) => texts[i], spaced, 0, texts.length)?.join('');
  };

  it('has slots where values stand, and keeps what is called', () => {
    expect(shape("typeof this.entry.kind === 'string'")).toBe("typeof □0 === 'string'");
    expect(shape('a.b && a.b.has(key)')).toBe('□0 && □0.has(□1)');
    expect(shape('entry')).toBeUndefined();
    expect(shape('(a) => a')).toBeUndefined();
    expect(shape('Map<string, number>')).toBeUndefined();
  });

  it('belongs to the place that precedes it', () => {
    const lead = (text: string): string => {
      const { texts } = lexCode(text);
      return leadAt((i) => texts[i], texts.length);
    };
    expect(['return', 'x =', 'f(', 'f(a,', 'if (', '{ a:', '() =>', 'a &&'].map(lead)).toEqual([
      'return',
      'assign',
      'argument',
      'argument',
      'condition',
      'property',
      'arrow',
      'operand',
    ]);
  });
});

/** Types that know nothing but which fills are errors. */
const refusing = (refused: (text: string) => boolean): TypeEngine => ({
  ...noTypes,
  knows: () => true,
  check: async (_request, fills) => fills.map((fill) => (refused(fill.text) ? 'error' : 'ok')),
});

describe('what is offered', () => {
  const text = `${'const total = sum(ledger);\n'.repeat(4)}const other = count(ledger);\nconst total = /*|*/;\n`;

  it('is only what the checker accepts, and the confidence of the refused goes to the rest', async () => {
    const { completer, hole } = await opened({}, 'a.ts', text);
    const services = { ...completer.itemServices, model: untrained };
    const { items } = await rankItems(hole, new Map(), services);
    const [first = '', second = ''] = items.map((item) => item.proposal.text);
    const offered = await checkedItems(hole, items, { ...services, types: refusing((fill) => fill === first) });
    expect(offered[0]?.text).toBe(second);
    expect(offered.map((item) => item.text)).not.toContain(first);
    expect(offered.every((item) => item.checked)).toBe(true);
    const all = await checkedItems(hole, items, { ...services, types: refusing(() => false) });
    expect(all[0]?.text).toBe(first);
    expect(offered[0]?.confidence ?? 0).toBeGreaterThan(all[1]?.confidence ?? 1);
  });

  it('is told early with the first that stands, which stays the first', async () => {
    const { completer, hole } = await opened({}, 'a.ts', text);
    const services = { ...completer.itemServices, model: untrained };
    const { items } = await rankItems(hole, new Map(), services);
    const refused = new Set(items.slice(0, 4).map((item) => item.proposal.text));
    const types = refusing((fill) => refused.has(fill));
    const seen: string[][] = [];
    const asked: number[] = [];
    const check: TypeEngine['check'] = (request, fills, ...rest) => {
      asked.push(seen.length);
      return types.check(request, fills, ...rest);
    };
    const offered = await checkedItems(hole, items, { ...services, types: { ...types, check } }, undefined, (found) =>
      seen.push(found.map((item) => item.text)),
    );
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[0]).toBe(items[4]?.proposal.text);
    expect(offered[0]?.text).toBe(seen[0]?.[0]);
    expect(offered.length).toBeGreaterThan(1);
    expect(asked.at(-1)).toBe(1);
  });

  it('is nothing where the checker refuses all', async () => {
    const { completer, hole } = await opened(
      {},
      'a.ts',
      text,
      refusing(() => true),
    );
    expect(await completer.items(hole, new Map())).toEqual([]);
  });

  it('is nothing where the checker does not answer', async () => {
    const silent: TypeEngine = { ...noTypes, knows: () => true };
    const { completer, hole } = await opened({}, 'a.ts', text, silent);
    expect(await completer.items(hole, new Map())).toEqual([]);
  });

  it('is unchecked where there is no checker, and says so', async () => {
    const { completer, hole } = await opened({}, 'a.ts', text);
    const offered = await completer.items(hole, new Map());
    expect(offered.slice(0, 3).map((item) => item.text)).toContain('sum(ledger)');
    expect(offered.some((item) => item.checked)).toBe(false);
  });

  it('is never shown unasked in a language the ranker has not learned', async () => {
    const python = `${'total = add(ledger)\n'.repeat(6)}total = /*|*/\n`;
    const { completer, hole } = await opened({}, 'a.py', python);
    const offered = await completer.items(hole, new Map());
    expect(offered.map((item) => item.text)).toContain('add(ledger)');
    for (const item of offered) expect(item.confidence).toBeLessThan(completer.model.threshold);
  });

  it('is not awaited by one who has gone', async () => {
    const { completer, hole } = await opened({}, 'a.ts', text);
    await expect(completer.items(hole, new Map(), AbortSignal.abort())).rejects.toThrow();
  });
});

describe('the name of a file', () => {
  it('raises what says a word of it, and all shares still come to no more than one', async () => {
    const { hole } = await opened({}, 'src/circle-store.ts', 'export const size = /*|*/;\n');
    const judged = ['circleSize', 'squareSize', "'store'", '0'].map((text) => ({
      proposal: { text, tokens: [text] },
      log: -1,
      firstLog: -1,
      stopLog: -1,
      likely: 0,
      leastLikely: 0,
      visible: 1,
      unknown: 0,
      count: 0,
      distance: 0,
      next: 0,
    }));
    const [circle = 0, square = 0, store = 0, zero = 0] = reweighed(hole, judged, [0.2, 0.2, 0.1, 0.1]);
    expect(circle).toBeGreaterThan(square);
    expect(store).toBeGreaterThan(zero);
    expect(square).toBeLessThan(0.2);
    expect(circle + square + store + zero).toBeCloseTo(1 - 0.4 / 1.15);
  });
});

describe('what stands in the list already', () => {
  const beside = (marked: string): string[] => {
    const [before = '', after = ''] = marked.split(cursor);
    const lexed = (text: string) => ({ ...lexCode(text), text, ids: new Int32Array(), spaced: new Uint8Array() });
    return [...namesBeside({ before: lexed(before), after: lexed(after) })];
  };

  it('are names beside a whole argument or element', () => {
    expect(beside(`new Span(box.from, 1, ${cursor}, last)`)).toEqual(['box.from', 'last']);
    expect(beside(`cn('wide', ${cursor},\n  tall,\n)`)).toEqual(['tall']);
    expect(beside(`[first, ${cursor}]`)).toEqual(['first']);
    expect(beside(`draw(true, size(a), 'x', ${cursor})`)).toEqual([]);
    expect(beside(`add(a, b + ${cursor})`)).toEqual([]);
    expect(beside(`add(a, ${cursor}.size)`)).toEqual([]);
    expect(beside(`({ from, to: ${cursor}, size })`)).toEqual([]);
    expect(beside(`if (a, ${cursor})`)).toEqual([]);
  });

  it('gets less of the share', async () => {
    const text = (given: string) =>
      `export function f(left, right) {\n  join(left, left);\n  join(right, right);\n  return join(${given}/*|*/);\n}\n`;
    const shareIn = async (marked: string): Promise<number> => {
      const { completer, hole } = await opened({}, 'a.ts', marked);
      const { items } = await rankItems(hole, new Map(), completer.itemServices);
      const of = (name: string): number => items.find(({ proposal }) => proposal.text === name)?.share ?? 0;
      return of('left') / (of('left') + of('right'));
    };
    expect(await shareIn(text('left, '))).toBeLessThan(await shareIn(text('other, ')));
  });
});

describe('confidence', () => {
  it('follows the measured points, and never falls as the share grows', () => {
    const model = {
      ...untrained,
      calibration: [
        [0.2, 0.1],
        [0.6, 0.5],
        [0.9, 0.8],
      ] as const,
    };
    expect(calibrated(0.4, model.calibration)).toBeCloseTo(0.3);
    expect(calibrated(1, model.calibration)).toBe(0.8);
    const steps = Array.from({ length: 101 }, (_, i) => calibrated(i / 100, model.calibration));
    for (const [i, step] of steps.entries()) expect(step).toBeGreaterThanOrEqual(steps[i - 1] ?? 0);
  });

  it('is the shipped model’s, which shows nothing unasked that is likelier wrong than right', () => {
    const model = loadItemModel('models');
    expect(model.forest?.features.every((name) => columns.includes(name))).toBe(true);
    expect(model.calibration.length).toBeGreaterThan(3);
    expect(model.threshold).toBeGreaterThanOrEqual(0.5);
    // What stands behind another is right less often at the same share.
    for (const share of [0.1, 0.2, 0.4])
      expect(calibrated(share, model.later ?? [])).toBeLessThan(calibrated(share, model.calibration));
  });

  it('is worth nothing without a trained model: nothing is shown unasked', () => {
    expect(loadItemModel('/nowhere').threshold).toBeGreaterThan(1);
    expect(loadItemModel('models', 'README.md')).toBe(untrained);
  });

  it('rests on as many numbers as there are names for them', async () => {
    const { hole } = await opened({}, 'a.ts', 'const a = /*|*/;\n');
    const facts = {
      tokens: hole.tokens,
      lead: 'assign',
      typed: undefined,
      family: 'ecma',
      line: new Set<string>(),
      siblings: [['c'], ['d']],
    } as const;
    const mention = { count: 0, distance: Number.POSITIVE_INFINITY, next: 3 };
    const judged = {
      proposal: { text: 'b', tokens: ['b'] },
      log: -1,
      firstLog: -1,
      stopLog: -1,
      likely: 0,
      leastLikely: 0,
      visible: 1,
      unknown: 0,
      ...mention,
    };
    for (const row of itemRows([judged], facts)) expect(row.length).toBe(columns.length);
  });
});
