/** Code as it is while it is typed: the object lacks its next members, the `if` has no statement yet. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-typing-'));

beforeAll(() => {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "strict": true, "target": "ES2022", "jsx": "preserve", "module": "preserve", "types": [] }, "include": ["*"] }',
  );
  writeFileSync(join(folder, 'a.ts'), '');
  writeFileSync(join(folder, 'b.tsx'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const requestOf = (text: string, name = 'a.ts') => marked(join(folder, name), text);

/** Of these texts, those that stand in the hole. */
function standing(text: string, fills: readonly string[], name = 'a.ts'): readonly string[] {
  const results = coreFor(folder).check(
    requestOf(text, name),
    fills.map((fill) => ({ text: fill })),
    { deadline: 20_000, sense: true },
  );
  return fills.filter((_, i) => results[i] === 'ok');
}

const offered = (text: string, name = 'a.ts') =>
  coreFor(folder)
    .enumerate(requestOf(text, name), { deadline: 5000, maxCandidates: 200 })
    .map((item) => item.text);

const head = `interface Money { readonly cents: number; readonly currency: 'EUR' | 'USD' }
function pay(money: Money, when: Date): void {}
`;

describe('an object whose other members are still to come', () => {
  it.each([
    `function addMoney(a: Money, b: Money): Money {\n  return { cents: ${cursor} }\n}\n`,
    `const zero = (a: Money): Money => ({ cents: ${cursor} })\n`,
    `function f(a: Money) {\n  pay({ cents: ${cursor} })\n}\n`,
    `function f(a: Money) {\n  pay({ cents: ${cursor} }, new Date());\n}\n`,
    `function f(a: Money) {\n  const b: Money = { cents: ${cursor} };\n}\n`,
    `function f(a: Money) {\n  const all: Money[] = [{ cents: ${cursor} }];\n}\n`,
    `function f(a: Money) {\n  const b: { readonly money: Money; readonly id: string } = { money: { cents: ${cursor} } };\n}\n`,
    `function f(a: Money): { ok: true; money: Money } | { ok: false } {\n  return { ok: true, money: { cents: ${cursor} } };\n}\n`,
  ])('takes what fits its member: %s', (text) => {
    expect(standing(head + text, ['0', 'a.cents', "'a'", 'a'])).toEqual(['0', 'a.cents']);
  });

  it.each([
    `const one: Money = { ${cursor} };\n`,
    `function f(): Money {\n  return { ${cursor} }\n}\n`,
    `function f(when: Date) {\n  pay({ ${cursor} }, when);\n}\n`,
  ])('takes one member after the other: %s', (text) => {
    const fills = ['cents: 0', "currency: 'EUR'", "cents: 'a'", 'other: 1', "cents: 0, currency: 'EUR'"];
    expect(standing(head + text, fills)).toEqual(['cents: 0', "currency: 'EUR'", "cents: 0, currency: 'EUR'"]);
  });

  it('of several kinds', () => {
    const kinds = `type Result<T, E> = { ok: true; value: T } | { ok: false; error: E };\n`;
    expect(
      standing(`${kinds}const err = <E>(error: E): Result<never, E> => ({ ok: ${cursor} })\n`, ['false', 'true', '1']),
    ).toEqual(['false', 'true']);
  });

  it('and an element whose attributes are', () => {
    const jsx = `declare global { namespace JSX { interface Element {} interface ElementAttributesProperty { props: {} } interface IntrinsicElements { p: {} } } }
export function Price(props: { money: Money; bold: boolean }): JSX.Element { return <p />; }
`;
    const text = `${head}${jsx}export const f = (a: Money) => <Price money={${cursor}} />;\n`;
    expect(standing(text, ['a', 'a.cents', "'a'"], 'b.tsx')).toEqual(['a']);
    const names = `${head}${jsx}export const f = (a: Money) => <Price ${cursor} />;\n`;
    expect(standing(names, ['money={a}', 'bold', 'money={1}', 'other={a}'], 'b.tsx')).toEqual(['money={a}', 'bold']);
    expect(offered(names, 'b.tsx')).toContain('money={a}');
  });
});

describe('a condition whose statement is still to come', () => {
  it.each([
    `function f(a: Money) {\n  if (${cursor})\n}\n`,
    `function f(a: Money) {\n  while (${cursor})\n}\n`,
    `function f(a: Money) {\n  const b = a;\n  if (${cursor})\n}\nfunction g() {}\n`,
    `class C {\n  f(a: Money) {\n    if (${cursor})\n  }\n}\n`,
    `function f(a: Money) {\n  if (${cursor}) \n  const b = a;\n  return b;\n}\n`,
  ])('is sure: %s', (text) => {
    expect(coreFor(folder).hole(requestOf(head + text))?.unsure).toBeUndefined();
    expect(standing(head + text, ['a.cents > 0', 'b.c'])).toEqual(['a.cents > 0']);
  });

  it('and so is what a loop goes over', () => {
    const text = `function f(all: Money[]) {\n  for (const one of ${cursor})\n}\n`;
    expect(coreFor(folder).hole(requestOf(head + text))?.unsure).toBeUndefined();
    expect(standing(head + text, ['all', 'all.length'])).toEqual(['all']);
  });
});

describe('values of the class that is being written', () => {
  const own = `class Cache<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #max: number;
  constructor(max: number) { this.#max = max; }
`;
  it('are its private ones, too', () => {
    expect(offered(`${own}  get size(): number {\n    return ${cursor};\n  }\n}\n`)).toEqual(
      expect.arrayContaining(['this.#entries.size', 'this.#max']),
    );
    expect(offered(`${own}  full(): boolean {\n    return this.#entries.size > ${cursor};\n  }\n}\n`)).toContain(
      'this.#max',
    );
    expect(
      standing(`${own}  full(): boolean {\n    return this.#entries.size > ${cursor};\n  }\n}\n`, ['this.#max']),
    ).toEqual(['this.#max']);
  });
});

describe('what is taken apart', () => {
  it('comes from what has these parts', () => {
    const text = `interface Board { state: Money; move(): void; other: string }
declare function useBoard(): Board;
export function View() {
  const { state, move } = ${cursor};
}
`;
    expect(offered(head + text)).toContain('useBoard()');
    expect(standing(head + text, ['useBoard()', 'new Date()'])).toEqual(['useBoard()']);
  });
});

describe('what is made of each element', () => {
  const told = 'interface Card { id: string; title: string; cents: number }\ndeclare const cards: Card[];\n';
  it.each([
    [
      'cards.reduce((sum, card) => ',
      ['sum', '0', 'sum + card.cents', 'card.cents'],
      ['sum + card.cents', 'card.cents'],
    ],
    ['cards.map((card) => ', ['cards', '0', 'card.id', 'card'], ['card.id', 'card']],
    ['cards.map(({ id }) => ', ['cards', 'id'], ['id']],
    ['cards.map(() => ', ['0'], ['0']],
    ['[...cards].sort((a, b) => ', ['0', 'b', 'a.cents - b.cents'], ['a.cents - b.cents']],
  ])('says something of it: %s', (head, fills, left) => {
    expect(
      standing(`${told}export const all = ${head}${cursor}${head.includes('reduce') ? ', 0' : ''});\n`, fills),
    ).toEqual(left);
  });

  it('and so does its key', () => {
    const jsx = `declare global { namespace JSX { interface Element {} interface IntrinsicAttributes { key?: string | number } interface IntrinsicElements { li: { key?: string | number } } } }
`;
    const text = `${jsx}${told}declare const names: string[];
export const f = () => names.map((name) => {
  return cards.map((card) => {
    const own = name + card.id;
    return <li key={${cursor}} />;
  });
});
export {};
`;
    expect(standing(text, ['name', 'names.length', 'card.id', 'card.title', 'own'], 'b.tsx')).toEqual([
      'card.id',
      'card.title',
      'own',
    ]);
  });
});

describe('a name that is being declared', () => {
  const told = 'enum Kind { Old }\nclass Order {}\nfunction summary(order: Order) {}\n';
  it.each([
    [`export const ${cursor} = 3;\n`, ['summary', 'Order', 'undefined', 'limit'], ['limit']],
    [`enum Status { Open, ${cursor} }\n`, ['summary', 'Open', 'Closed'], ['Closed']],
    [`class Book {\n  ${cursor}() {}\n}\n`, ['summary', 'Order', 'add'], ['add']],
    [
      `try {\n} catch (${cursor}) {\n}\n`,
      ['order', 'Order', 'error', 'err', '_', 'parseError'],
      ['error', 'err', '_', 'parseError'],
    ],
    [`for (const ${cursor} of [1]) {\n}\n`, ['summary', 'one'], ['one']],
    [`interface ${cursor} {}\n`, ['Order', 'summary', 'Receipt'], ['Receipt']],
  ])('is a new one: %s', (text, fills, left) => {
    expect(standing(told + text, fills)).toEqual(left);
  });

  it('comes with no import', () => {
    const text = `${told}export const ${cursor} = 3;\n`;
    const edits = [{ span: { start: 0, end: 0 }, text: "import { limit } from './b';\n" }];
    expect(
      coreFor(folder).check(requestOf(text), [{ text: 'limit', edits }], { deadline: 20_000, sense: true }),
    ).toEqual(['error']);
  });

  it('and none is known of an import before its module', () => {
    expect(standing(`${told}import { ${cursor} }\n`, ['summary', 'Order'])).toEqual([]);
  });
});

describe('what only a place that takes anything accepts', () => {
  it('is no class behind instanceof', () => {
    const text = `class HttpError extends Error {}\nfunction code(): void {}\nexport function f(error: unknown, own: typeof Error, some: any) {\n  if (error instanceof ${cursor}) return;\n}\n`;
    expect(standing(text, ['HttpError', 'own', 'some', 'code', 'error.message', "'a'"])).toEqual([
      'HttpError',
      'own',
      'some',
    ]);
  });

  it('is nothing to render', () => {
    const jsx = `declare global { namespace JSX { interface Element { type: any; props: any } interface IntrinsicElements { p: { children?: any } } } }
interface User { name: string; tags: string[] }
export function Card({ user, icon, pick }: { user: User; icon: JSX.Element; pick: () => void }): JSX.Element {
  const key = 1;
  return <p>{${cursor}}</p>;
}
`;
    const fills = ['user', 'user.name', 'user.tags', 'icon', 'pick', 'key', '0', "''", 'undefined', 'false'];
    expect(standing(jsx, fills, 'b.tsx')).toEqual(['user.name', 'user.tags', 'icon', 'key']);
    expect(standing(jsx.replace(`{${cursor}}`, `Of ${cursor}`), ['{0}', '{user.name}', '{pick}'], 'b.tsx')).toEqual([
      '{user.name}',
    ]);
  });
});

describe('the dependencies of a hook', () => {
  const told = `declare function useEffect(run: () => void, on: unknown[]): void;
declare function useState<T>(first: T): [T, (next: T) => void];
declare function useRef<T>(first: T): { current: T };
declare function load(id: string, page: number): Promise<string>;
interface Props { user: { id: string; name: string }; size: number }
`;
  const component = (list: string) => `${told}export function View({ user, size }: Props) {
  const [text, setText] = useState('');
  const [page, setPage] = useState(0);
  const box = useRef(0);
  useEffect(() => {
    const own = page + 1;
    if (box.current > own) return;
    load(user.id.trim(), own).then((found) => setText(found));
  }, [${list}]);
}
`;
  it('are what its callback reads of the component', () => {
    const texts = offered(component(cursor));
    expect(texts).toEqual(expect.arrayContaining(['page', 'user.id', 'page, user.id']));
    expect(
      standing(component(cursor), [
        'page',
        'user.id',
        'page, user.id',
        'user',
        'size',
        'setText',
        'box',
        'load',
        'text',
      ]),
    ).toEqual(['page', 'user.id', 'page, user.id']);
    expect(standing(component(`page, ${cursor}`), ['page', 'user.id'])).toEqual(['user.id']);
    const rest = coreFor(folder).enumerate(requestOf(component(`user.id, ${cursor}`)), {
      deadline: 5000,
      maxCandidates: 200,
    });
    expect(rest.filter(({ odds }) => odds !== undefined)).toMatchObject([{ text: 'page', odds: 0.65 }]);
  });
});

it('a component returns what is rendered', () => {
  const text = `declare global { namespace JSX { interface Element { type: any; props: any } interface IntrinsicElements { p: {} } } }
interface Board { name: string }
export function View({ board }: { board: Board | null }) {
  if (!board) return ${cursor};
  return <p />;
}
`;
  expect(standing(text, ['board', 'View', 'null', '<p />'], 'b.tsx')).toEqual(['null', '<p />']);
});

describe('several values at once', () => {
  const told = 'declare const known: Map<string, number>;\nfunction put(key: string, value: number): void {}\n';
  it('are judged as they stand', () => {
    const text = `${told}function f(key: string, value: number, other: Date) {\n  put(${cursor})\n}\n`;
    expect(standing(text, ['key', 'value', 'key, value', 'key, other', 'key, [1, 2].length', "'a, b'"])).toEqual([
      'key',
      'key, value',
      'key, [1, 2].length',
      "'a, b'",
    ]);
  });

  it('are offered where the parameters are called so', () => {
    expect(offered(`${told}function f(key: string, value: number) {\n  known.set(${cursor})\n}\n`)).toContain(
      'key, value',
    );
    expect(offered(`${told}function f(value: number) {\n  put('a', ${cursor})\n}\n`)).not.toContain('key, value');
    const others = offered(`${told}function f(key: string, count: number) {\n  put(${cursor})\n}\n`);
    expect(others.filter((text) => text.startsWith('key, '))).toEqual([]);
  });
});

describe('a value of one of several kinds', () => {
  const told = `type Action = { type: 'moved'; cardId: string } | { type: 'failed'; message: string };\n`;
  it('gives what its kind has', () => {
    const text = `${told}export function reduce(action: Action): string {\n  switch (action.type) {\n    case 'failed':\n      return ${cursor};\n  }\n  return '';\n}\n`;
    expect(offered(text)).toEqual(expect.arrayContaining(['action.message', 'action.cardId']));
    expect(standing(text, ['action.message', 'action.cardId'])).toEqual(['action.message']);
  });

  it('and throws its error', () => {
    const text = `type Result<T> = { ok: true; value: T } | { ok: false; error: Error };
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw ${cursor};
}
`;
    expect(offered(text)).toContain('result.error');
    expect(standing(text, ['result.error', 'result'])).toEqual(['result.error']);
  });
});

describe('an object that takes any key', () => {
  it('takes what is at hand by its name', () => {
    const text = `declare function send(all: Record<string, string>): void;\nexport function f(query: string, page: number) {\n  const team = query.trim();\n  send({ ${cursor} });\n}\n`;
    const texts = offered(text);
    expect(texts).toEqual(expect.arrayContaining(['query', 'team']));
    expect(texts).not.toContain('page');
    const returned = `export function f(query: string) {\n  const users: string[] = [];\n  const error = query;\n  return { ${cursor} };\n}\n`;
    expect(offered(returned)).toEqual(expect.arrayContaining(['users', 'error', 'users, error']));
  });
});

describe('a call of what is not installed', () => {
  it.each([
    ["import { useState } from 'nowhere';\nexport const a = useState(|);\n", 'receiver'],
    ["import * as all from 'nowhere';\nexport const a = all.make(|);\n", 'receiver'],
    ["import { Store } from 'nowhere';\nexport const a = new Store(|);\n", 'receiver'],
    ['export const a = String(|);\n', undefined],
    ["import { useState } from 'nowhere';\nexport const a = String(useState(1), |);\n", undefined],
  ])('checks nothing that it is given: %s', (text, unsure) => {
    expect(coreFor(folder).hole(requestOf(text.replace('|', cursor)))?.unsure).toBe(unsure);
  });
});

describe('the braces of a switch', () => {
  it.each(['', '\n    '])('take an arm, also as the first thing in them: "{%s}"', (space) => {
    const text = `type A = { type: 'a' } | { type: 'b'; n: number };
export function name(action: A): string {
  switch (action.type) {${space}${cursor}
  }
}
`;
    expect(offered(text).map((one) => one.split('\n')[0])).toEqual(["case 'a':", "case 'a':", "case 'b':"]);
    expect(standing(text, ["case 'a':", "case 'c':", "return '';"])).toEqual(["case 'a':"]);
  });
});

describe('where TypeScript tells what is missing before what is wrong', () => {
  const told = `${head}declare const all: Money[];
declare const maybe: Money | undefined;
declare function two(make: (money: Money) => string, when: Date): void;
`;
  it.each([
    `const made: Money[] = all.map((a) => ({ cents: ${cursor} }));\n`,
    `function f(): Money[] {\n  return all.map((a) => {\n    return { cents: ${cursor} };\n  });\n}\n`,
    `const made: (a: Money) => Money = (a) => {\n  return { cents: ${cursor} };\n};\n`,
    `const f = (a: Money) => {\n  const made: Money = maybe ?? { cents: ${cursor} };\n};\n`,
    `const f = (a: Money) => {\n  const made: Money = a.cents > 0 ? { cents: ${cursor} } : a;\n};\n`,
    `function f(a: Money): Promise<Money> {\n  return Promise.resolve({ cents: ${cursor} });\n}\n`,
    `const f = (p: Promise<Money>): Promise<Money> => p.then((a) => ({ cents: ${cursor} }));\n`,
  ])('nothing wrong stands: %s', (text) => {
    expect(standing(told + text, ['0', 'a.cents', "'a'", 'a'])).toEqual(['0', 'a.cents']);
  });

  it('nor in a member that is being added', () => {
    const text = `${told}const made: Money[] = all.map((a) => ({ ${cursor} }));\n`;
    expect(standing(text, ['cents: 0', 'cents: a', "cents: 0, currency: 'EUR'", "cents: '', currency: 'EUR'"])).toEqual(
      ['cents: 0', "cents: 0, currency: 'EUR'"],
    );
  });

  it('nor in what a function gives back to a call that lacks more', () => {
    expect(standing(`${told}two((a) => ${cursor})\n`, ['a.currency', 'a.cents'])).toEqual(['a.currency']);
    expect(standing(`${told}two((a) => {\n  return ${cursor};\n})\n`, ['a.currency', 'a.cents'])).toEqual([
      'a.currency',
    ]);
    const listed = 'declare function listed(...all: [Money, string]): void;\ndeclare const a: Money;\n';
    expect(standing(`${told}${listed}listed(${cursor})\n`, ['a', 'a.cents'])).toEqual(['a']);
  });

  it('nor in an object that is given on under its name', () => {
    const text = `${told}function f(a: Money): Money {\n  const made = { cents: ${cursor} };\n  return made;\n}\n`;
    expect(standing(text, ["'a'", 'a'])).toEqual([]);
  });

  it('what else lacks members excuses nothing', () => {
    const text = `${told}function f(a: Money) {\n  const b = ${cursor};\n  const c: Money = b;\n  const d: Money = { cents: 1 };\n}\n`;
    expect(standing(text, ['a', '{ cents: 0 }'])).toEqual(['a']);
  });
});
