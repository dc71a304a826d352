/** What the checker's word is worth: nothing in a statement with syntax errors, and no star on what is hardly ever right. */
import { describe, expect, it } from 'vitest';
import { Completer, type CompletionItem } from '../../server/complete/complete.ts';
import { evidenceOf } from '../../server/complete/inspect.ts';
import { checkedItems } from '../../server/complete/items/checkItems.ts';
import { rankItems } from '../../server/complete/items/items.ts';
import { isUnlikely } from '../../server/complete/shown.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { type CheckResult, noTypes, type TypedCandidate, type TypedHole } from '../../server/types/typeEngine.ts';
import { testSyntax } from '../support/syntax.ts';

async function itemsWith(
  unsure: TypedHole['unsure'],
  ranked: readonly (readonly [string, number, CheckResult])[] = [['b', 0.5, 'ok']],
  more: Partial<TypedHole> = {},
) {
  const text = 'const a = f(;\n';
  const hole: TypedHole = {
    span: { start: 12, end: 12 },
    kind: 'argument',
    place: 'argument',
    broken: true,
    ...(unsure ? { unsure } : {}),
    ...more,
  };
  const completer = new Completer({
    syntax: await testSyntax('typescript'),
    types: {
      ...noTypes,
      knows: () => true,
      hole: async () => hole,
      check: async (_, fills) => fills.map(({ text }) => ranked.find(([own]) => own === text)?.[2] ?? 'unknown'),
    },
    listFiles: async () => undefined,
    modelsDir: 'models',
    count: estimateTokens,
  });
  const open = await completer.open({ root: '/nowhere', path: 'a.ts', text, offset: 12 });
  if (!open) throw new Error('no hole');
  const items = ranked.map(([text, share]) => ({ proposal: { text, tokens: [text] }, share, row: [] }));
  return checkedItems(open, items, completer.itemServices);
}

/** A callback whose likeliest completion by its number is not what the function around was given it for. */
async function callback() {
  const line = 'const some = users.filter((user) => user.isOpen);\n';
  const head = `${line.repeat(4)}function byTeam(users: User[], teamId: string) {\n  return users.filter((user) => `;
  const typed = (text: string, origin: 'operator' | 'member'): TypedCandidate => ({
    text,
    origin,
    cost: 2,
    fits: true,
  });
  const completer = new Completer({
    syntax: await testSyntax('typescript'),
    types: {
      ...noTypes,
      knows: () => true,
      enumerate: async () => [typed('user.isOpen', 'member'), typed('user.teamId === teamId', 'operator')],
      check: async (_, fills) => fills.map(() => 'ok' as const),
    },
    listFiles: async () => undefined,
    modelsDir: 'models',
    count: estimateTokens,
  });
  const open = await completer.open({ root: '/nowhere', path: 'a.ts', text: `${head});\n}\n`, offset: head.length });
  if (!open) throw new Error('no hole');
  const { items: ranked } = await rankItems(open, new Map(), completer.itemServices);
  const own = await checkedItems(open, ranked, completer.itemServices);
  let early: readonly CompletionItem[] = [];
  const items = await completer.items(open, new Map(), undefined, (first) => {
    early = first;
  });
  return { own, items, early };
}

describe('what a callback is asked for', () => {
  it('comes first with its own number, and is not shown unasked for it', async () => {
    const { own, items, early } = await callback();
    const meant = 'user.teamId === teamId';
    expect(own[0]?.text).toBe('user.isOpen');
    expect(items[0]).toMatchObject({ text: meant, ahead: true });
    expect(early[0]).toMatchObject({ text: meant, ahead: true });
    expect(items[0]?.confidence).toBe(own.find(({ text }) => text === meant)?.confidence);
    const numbers = items.map(({ confidence }) => confidence);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  });
});

describe('the word of the checker', () => {
  it.each([
    [undefined, true, undefined],
    ['syntax', false, true],
    ['receiver', false, undefined],
  ] as const)('holds where it could know (%s)', async (unsure, checked, isUnsure) => {
    const [item] = await itemsWith(unsure);
    expect({ checked: item?.checked, unsure: item?.unsure }).toEqual({ checked, unsure: isUnsure });
  });

  it('says no more than what was looked at', async () => {
    const wordsOf = async (result: CheckResult, more: Partial<TypedHole>) => {
      const [item] = await itemsWith(undefined, [['b', 0.5, result]], more);
      return item && evidenceOf({ ...item, source: 'workspace' }, { threshold: 0.5 }).split(' · ')[1];
    };
    expect(await wordsOf('ok', {})).toBe('type-checked');
    expect(await wordsOf('near', {})).toBe('not type-checked');
    // An argument, where further ones must follow; several values are whole.
    expect(await wordsOf('ok', { lacks: true })).toBe('not type-checked');
    const [several] = await itemsWith(undefined, [['b, c', 0.5, 'ok']], { lacks: true });
    expect(several?.checked).toBe(true);
    // JavaScript whose types nobody checks.
    expect(await wordsOf('ok', { loose: true })).toBe('names checked, no types');
  });

  it('puts the best that mends the code behind a condition first, and takes nothing away', async () => {
    const told = (items: Awaited<ReturnType<typeof itemsWith>>) =>
      items.map(({ text, checked }) => `${text}${checked ? '' : '?'}`).join(' ');
    const found = await itemsWith(undefined, [
      ['a', 0.4, 'leaves'],
      ['b', 0.3, 'error'],
      ['c', 0.2, 'ok'],
      ['d', 0.1, 'leaves'],
      ['e', 0.001, 'ok'],
    ]);
    // What is right though it mends nothing yet is not behind all that mends.
    expect(told(found)).toBe('c a d e');
    const numbers = found.map(({ confidence }) => confidence);
    expect(numbers).toEqual([...numbers].sort((one, other) => other - one));
    const alone = await itemsWith(undefined, [
      ['a', 0.4, 'leaves'],
      ['d', 0.1, 'leaves'],
    ]);
    expect(told(alone)).toBe('a d');
  });

  it('keeps a member from those on the lines below', async () => {
    const told = async (place: TypedHole['place'], after: string) => {
      const text = `const a = {\n  ${after}`;
      const hole: TypedHole = { span: { start: 14, end: 14 }, kind: 'member', place, broken: true };
      const completer = new Completer({
        syntax: await testSyntax('typescript'),
        types: {
          ...noTypes,
          knows: () => true,
          hole: async () => hole,
          check: async (_, fills) => fills.map(() => 'ok'),
        },
        listFiles: async () => undefined,
        modelsDir: 'models',
        count: estimateTokens,
      });
      const open = await completer.open({ root: '/nowhere', path: 'a.ts', text, offset: 14 });
      if (!open) throw new Error('no hole');
      const items = [{ proposal: { text: 'b: 1', tokens: ['b', ':', '1'] }, share: 0.5, row: [] }];
      return (await checkedItems(open, items, completer.itemServices)).map((item) => item.text);
    };
    expect(await told('objectMember', '\n  c,\n};\n')).toEqual(['b: 1,']);
    expect(await told('objectMember', '\n  ...c,\n};\n')).toEqual(['b: 1,']);
    expect(await told('objectMember', '\n};\n')).toEqual(['b: 1']);
    expect(await told('objectMember', ',\n  c };\n')).toEqual(['b: 1']);
    expect(await told('property', '\n  c,\n};\n')).toEqual(['b: 1']);
  });

  it('gives no star to what is hardly ever right', () => {
    const model = { threshold: 0.5 };
    const item = (confidence: number, checked: boolean) => ({ text: 'a', confidence, checked });
    expect(isUnlikely(item(0.019, true), model)).toBe(true);
    expect(isUnlikely(item(0.02, true), model)).toBe(false);
    expect(isUnlikely(item(0.099, false), model)).toBe(true);
    expect(isUnlikely(item(0.1, false), model)).toBe(false);
    expect(isUnlikely({ ...item(0, true), source: 'a model' }, model)).toBe(false);
  });
});

describe('what was measured by itself', () => {
  it('comes first with its own number', async () => {
    const text = 'useEffect(() => log(id), []);\n';
    const typed: TypedCandidate = { text: 'id', origin: 'property', cost: 9, fits: true, odds: 0.65 };
    const other: TypedCandidate = { text: 'setId', origin: 'variable', cost: 1, fits: true };
    const completer = new Completer({
      syntax: await testSyntax('typescript'),
      types: {
        ...noTypes,
        knows: () => true,
        enumerate: async () => [other, typed],
        check: async (_, fills) => fills.map(() => 'ok' as const),
      },
      listFiles: async () => undefined,
      modelsDir: 'models',
      count: estimateTokens,
    });
    const open = await completer.open({ root: '/nowhere', path: 'a.ts', text, offset: text.indexOf(']') });
    if (!open) throw new Error('no hole');
    const items = await completer.items(open, new Map());
    expect(items[0]).toMatchObject({ text: 'id', confidence: 0.65 });
    expect(items[0]).not.toHaveProperty('ahead');
    expect(items[1]?.confidence).toBeLessThanOrEqual(0.65);
  });
});

describe('what is told before the others are checked', () => {
  it('is disputed by one of them', async () => {
    const text = 'const next = { board: };\n';
    const completer = new Completer({
      syntax: await testSyntax('typescript'),
      types: {
        ...noTypes,
        knows: () => true,
        check: async (_, fills, limits) => fills.map((_fill, i) => (i < (limits?.enough ?? 1) ? 'ok' : 'unknown')),
      },
      listFiles: async () => undefined,
      modelsDir: 'models',
      count: estimateTokens,
    });
    const open = await completer.open({ root: '/nowhere', path: 'a.ts', text, offset: text.indexOf('}') });
    if (!open) throw new Error('no hole');
    const given = [
      ['null', 0.7],
      ['other', 0.1],
      ['state.board', 0.05],
    ] as const;
    const ranked = given.map(([fill, share]) => ({ proposal: { text: fill, tokens: [fill] }, share, row: [] }));
    let early: readonly CompletionItem[] = [];
    await checkedItems(open, ranked, completer.itemServices, undefined, (items) => {
      early = items;
    });
    expect(early).toMatchObject([{ text: 'null', disputed: true }]);
    await checkedItems(open, ranked.slice(0, 2), completer.itemServices, undefined, (items) => {
      early = items;
    });
    expect(early[0]).not.toHaveProperty('disputed');
  });
});
