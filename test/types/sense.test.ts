/** What the checker accepts and nobody writes is refused where sense is asked for; what a place does want is offered there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-sense-'));

beforeAll(() => {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "strict": true, "allowJs": true, "target": "ES2022", "module": "preserve", "types": [] }, "include": ["*"] }',
  );
  writeFileSync(join(folder, 'a.ts'), '');
  mkdirSync(join(folder, 'checked'));
  writeFileSync(join(folder, 'checked/tsconfig.json'), '{ "compilerOptions": { "checkJs": true, "types": [] } }');
  writeFileSync(join(folder, 'checked/b.js'), '');
  writeFileSync(join(folder, 'b.js'), '');
  mkdirSync(join(folder, 'loose'));
  writeFileSync(
    join(folder, 'loose/tsconfig.json'),
    '{ "compilerOptions": { "strict": false, "target": "ES2022", "types": [] } }',
  );
  writeFileSync(join(folder, 'loose/a.ts'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const head = `class Store {
  add(user: User): void {}
  find(id: string): User | undefined { return undefined; }
  load(url: string): Promise<User[]> { return Promise.resolve([]); }
}
interface User { id: string; name: string; role: 'admin' | 'guest'; seen?: Date }
const store = new Store();
function isKnown(user: User): boolean { return user.id !== ''; }
function warn(text: string, error?: Error): void {}
`;

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
  coreFor(folder).enumerate(requestOf(text, name), { deadline: 5000, maxCandidates: 200 });

describe('a name that is declared', () => {
  it('is none that another line of its scope declares, before it or behind it', () => {
    const within = `${head}function main(): void {\n  const first = 1;\n  const ${cursor}\n  const last = first;\n  warn(String(last));\n}\n`;
    const fills = ['first = 2', 'last = first', 'next = first', '{ last } = store'];
    expect(standing(within, fills)).toEqual(['next = first']);
    const top = `${head}const ${cursor}\nexport const users = new Map<string, User>();\n`;
    expect(standing(top, ['users = new Map<string, User>()', 'admins = new Map<string, User>()'])).toEqual([
      'admins = new Map<string, User>()',
    ]);
  });
});

describe('behind the arguments of a type', () => {
  const holeAt = (before: string) => coreFor(folder).hole(requestOf(`${head}${before}${cursor};\n`));

  it('stands no value, which the parser takes for one that is compared', () => {
    for (const type of ['User', 'string, User', 'string | null', '() => void', 'User[]', 'Map<string, User>'])
      for (const callee of ['new Map', 'const made = new Map', 'isKnown'])
        expect([type, holeAt(`${callee}<${type}>`)]).toEqual([type, undefined]);
  });

  it('is not what a comparison is', () => {
    expect(holeAt('const a = 1;\nconst b = a >')).toMatchObject({ place: 'operand' });
    expect(holeAt('const a = 1;\nconst b = a>')).toMatchObject({ place: 'operand' });
    expect(holeAt('const a = 1;\nconst b = a < 2, c = a>')).toMatchObject({ place: 'operand' });
  });
});

describe('an argument', () => {
  it('is told from the last one that its call needs', () => {
    const lacks = (given: string) => coreFor(folder).hole(requestOf(`${head}${given};\n`))?.lacks;
    const text = 'declare function pair(a: string, b: User, c?: number): void;\n';
    const holes = [`pair(${cursor})`, `pair('', ${cursor})`, `warn(${cursor})`, `new Store(${cursor})`];
    expect(holes.map((hole) => lacks(text + hole))).toEqual([true, undefined, undefined, undefined]);
  });
});

describe('JavaScript', () => {
  it('is told from what has its types checked', () => {
    const text = `const a = 1;\nconst b = ${cursor};\n`;
    const loose = (name: string) => coreFor(folder).hole(requestOf(text, name))?.loose;
    expect([loose('b.js'), loose('a.ts'), loose('checked/b.js')]).toEqual([true, undefined, undefined]);
  });

  it('is checked, or is not, where its first comment says so', () => {
    const at = (top: string, name: string) =>
      coreFor(folder).hole(requestOf(`${top}const b = ${cursor};\n`, name))?.loose;
    expect(at('#!/usr/bin/env node\n/* mine */\n// @ts-check\n', 'b.js')).toBeUndefined();
    expect(at('const a = 1;\n// @ts-check\n', 'b.js')).toBe(true);
    expect(at('// @ts-nocheck\n', 'checked/b.js')).toBe(true);
    const request = requestOf(`// @ts-check\nMath.abs(${cursor});\n`, 'b.js');
    expect(coreFor(folder).check(request, [{ text: "''" }, { text: '1' }], { deadline: 20_000 })).toEqual([
      'error',
      'ok',
    ]);
  });
});

describe('a fold that has no first value yet', () => {
  it('is not called checked, where that value may be of any type', () => {
    const unsure = (given: string) =>
      coreFor(folder).hole(requestOf(`${head}declare const us: User[], ns: number[];\nexport const n = ${given};\n`))
        ?.unsure;
    expect(unsure(`us.reduce((sum, user) => sum + ${cursor})`)).toBe('fold');
    expect(unsure(`us.reduce((sum, user) => sum + ${cursor}, 0)`)).toBeUndefined();
    expect(unsure(`ns.reduce((sum, n) => sum + ${cursor})`)).toBeUndefined();
  });
});

describe('a statement', () => {
  it('is no value by itself, nor a call that nobody in the project makes of what a library gives', () => {
    const found = (more: string): string[] => {
      const own = 'interface Own { close(): void; left: number }\n';
      const text = `${head}${own}export function f(own: Own, seen: Map<string, number>): void {\n  ${cursor}\n}\n${more}`;
      return offered(text).map((each) => each.text);
    };
    expect(found('')).toContain('own.close();');
    expect(found('').filter((each) => /clear|^own\.left/.test(each))).toEqual([]);
    expect(found('export const forget = (all: Set<string>) => all.clear();\n')).toContain('seen.clear();');
  });
});

describe('behind instanceof', () => {
  it('stand classes alone, those that the file imports or declares before those of the language', () => {
    const text = `${head}export function f(cause: unknown, next: () => void): void {\n  if (cause instanceof ${cursor}) next();\n}\n`;
    const found = offered(text).map((each) => each.text);
    expect(found[0]).toBe('Store');
    expect(found).toEqual(expect.arrayContaining(['Error', 'TypeError', 'Map']));
    expect(found.filter((each) => !/^[A-Z]\w*$/.test(each))).toEqual([]);
  });
});

describe('an attribute', () => {
  it('that is a text stands in quotes, without braces', () => {
    const text = `declare global { namespace JSX { interface IntrinsicElements { input: { type: 'button' | 'reset' } } } }\ndeclare const kind: 'reset';\nexport const v = <input type=${cursor} />;\n`;
    const found = coreFor(folder)
      .enumerate(requestOf(text, 'v.tsx'), { deadline: 20_000 })
      .map((each) => each.text);
    expect(found).toEqual(expect.arrayContaining(['"button"', '"reset"', '{kind}']));
    expect(
      coreFor(folder).check(requestOf(text, 'v.tsx'), [{ text: '"button"' }, { text: '"a"' }], { deadline: 20_000 }),
    ).toEqual(['ok', 'error']);
  });
});

describe('what is thrown anew', () => {
  it('is an error', () => {
    const own = 'class HttpError extends Error {\n  constructor(readonly status: number) { super(); }\n}\n';
    const texts = offered(`${head}${own}function must(status: number): never {\n  throw new ${cursor};\n}\n`).map(
      (item) => item.text,
    );
    expect(texts).toEqual(expect.arrayContaining(['HttpError(status)']));
    expect(texts.filter((text) => /^(?:Date|Map|Set|Store|Promise)\(/.test(text))).toEqual([]);
  });
});

describe('a predicate', () => {
  const told = `${head}const users: User[] = [];\n`;
  it.each([
    [`export const f = (role: User['role']) => users.filter((one) => ${cursor});\n`, 'one.role === role'],
    [`export const f = (role: User['role']) => users.filter((one) => ${cursor});\n`, "one.role === 'admin'"],
    [`export const f = (id: string) => users.find((user) => ${cursor});\n`, 'user.id === id'],
    [`export const f = (me: User) => users.some((user) => user.seen && ${cursor});\n`, 'user.name === me.name'],
    [`export const f = () => users.every(function (user) {\n  return ${cursor};\n});\n`, 'user.seen !== undefined'],
    [`export const f = (least: number) => [1].filter((n) => ${cursor});\n`, 'n >= least'],
    [`const flags: { isOn: boolean }[] = [];\nexport const f = flags.filter((flag) => ${cursor});\n`, '!flag.isOn'],
  ])('asks something of what it is given: %s', (text, wanted) => {
    expect(offered(told + text).map((item) => item.text)).toContain(wanted);
  });

  const parts = `enum Zone { A, B }
interface Part { id: number; width: number; zone: Zone; team: string | null; note?: string; kind: 'a' | 'b' }
const parts: Part[] = [];
`;
  const toldOf = (body: string): readonly string[] => offered(parts + body).map(({ text }) => text);

  it('says what may be missing in the words of its type', () => {
    const found = toldOf(`export const f = () => parts.filter((one) => ${cursor});\n`);
    expect(found).toContain('one.team !== null');
    expect(found).toContain('one.note !== undefined');
    expect(found).not.toContain('one.team !== undefined');
    expect(found).not.toContain('one.note !== null');
    const all = toldOf(`export const f = (all: (string | null)[]) => all.filter((one) => ${cursor});\n`);
    expect(all).toContain('one !== null');
    expect(toldOf(`export const f = (all: (Part | undefined)[]) => all.filter((one) => ${cursor});\n`)).toContain(
      'one !== undefined',
    );
    const again = toldOf(`export const f = () => parts.filter((one) => one.team !== null && ${cursor});\n`);
    expect(again).not.toContain('one.team !== null');
  });

  it('compares numbers and texts only with what is called alike, and kinds only with kinds', () => {
    const given =
      'count: number, maxWidth: number, label: string, rank: number, zoneId: number, wanted: Part["kind"], where: Zone';
    const found = toldOf(`export const f = (${given}) => parts.filter((one, i) => ${cursor});\n`);
    expect(found.filter((text) => /\b(?:count|label|rank|i)\b/.test(text) && text.includes('one.'))).toEqual([]);
    expect(found).toEqual(
      expect.arrayContaining(['one.width <= maxWidth', 'one.kind === wanted', 'one.zone === where']),
    );
    expect(found.filter((text) => /[<>].*zoneId/.test(text))).toEqual([]);
    expect(found.filter((text) => /\bi (?:[<>]=?|===) /.test(text))).toEqual([]);
  });
});

describe('a condition', () => {
  const isAsked = (fill: string): string => `function f(user?: User, other?: User, isAdmin = false) {\n  ${fill}\n}\n`;
  it.each([
    [
      'of what comes behind it',
      `function from(query: { from?: Date; status?: string }) {\n  if (${cursor}) warn(query.from.toISOString());\n}\n`,
      { 'query.from': 'ok', 'query.from && query.status': 'ok', 'query.status': 'leaves', '!query.from': 'leaves' },
    ],
    [
      'that ends the function early',
      `function from(of?: User) {\n  if (${cursor}) return;\n  store.add(of);\n}\n`,
      { '!of': 'ok', 'of === undefined': 'ok', of: 'error', 'of?.seen': 'leaves', 'of.name': 'error' },
    ],
    [
      'of two values, each of which may be missing',
      isAsked(`if (${cursor}) {\n    warn(user.name);\n    warn(other.name);\n  }`),
      { user: 'ok', other: 'ok', 'user && other': 'ok', isAdmin: 'leaves', '!user': 'leaves', none: 'error' },
    ],
    [
      'of a loop',
      isAsked(`while (${cursor}) {\n    warn(user.name);\n    user = store.find(user.id);\n  }`),
      { user: 'ok', isAdmin: 'leaves' },
    ],
  ] as const)('tells what makes safe from what leaves errors that the code has already: %s', (_, code, wanted) => {
    const fills = Object.keys(wanted).map((text) => ({ text }));
    const limits = { deadline: 20_000, sense: true };
    const request = requestOf(head + code);
    const told = coreFor(folder).check(request, fills, { ...limits, tellsLeft: true });
    expect(Object.fromEntries(fills.map(({ text }, i) => [text, told[i]]))).toEqual(wanted);
    const plain = coreFor(folder).check(request, fills, limits);
    expect(plain).toEqual(told.map((result) => (result === 'leaves' ? 'ok' : result)));
  });

  it.each([
    ['a value', ['isAdmin', 'other', 'user', 'user && other'], 'user'],
    ['what was made of it before', ['isAdmin', 'hasUser', 'user'], 'hasUser'],
  ])('is first asked for what mends, by %s', (what, texts, mending) => {
    const code = isAsked(`const hasUser = user !== undefined;\n  if (${cursor}) warn(user.name); // ${what}`);
    const fills = texts.map((text) => ({ text }));
    const limits = { deadline: 20_000, sense: true, tellsLeft: true, enough: 1 };
    const told = coreFor(folder).check(requestOf(head + code), fills, limits);
    expect(fills.flatMap(({ text }, i) => (told[i] === 'unknown' ? [] : [`${text} ${told[i]}`]))).toEqual([
      `${mending} ok`,
    ]);
  });

  it('is answered by what leaves errors where nothing speaks of what would mend them, or it takes too long', () => {
    const limits = { deadline: 20_000, sense: true, tellsLeft: true, enough: 1 };
    const check = (texts: readonly string[], more = {}) =>
      coreFor(folder).check(
        requestOf(head + isAsked(`if (${cursor}) warn(user.name); // ${texts}`)),
        texts.map((text) => ({ text })),
        { ...limits, ...more },
      );
    expect(check(['isAdmin', 'other'])).toEqual(['leaves', 'unknown']);
    const settle = { enough: 1, after: 0 };
    expect(check(['isAdmin', '!user', 'user'], { settle })).toEqual(['unknown', 'leaves', 'unknown']);
  });
});

describe('what stands in a hole and makes sense there', () => {
  it.each([
    [
      'a condition',
      `function check(user: User) {\n  if (!${cursor}) return;\n}\n`,
      ['isKnown(user)', 'user.seen'],
      ['isKnown', 'Store', 'user', 'store', '!user', 'check', '[]', '{}', 'true', 'user.role', "'a'"],
    ],
    [
      'a loop',
      `function check(user: User) {\n  while (${cursor}) store.add(user);\n}\n`,
      ['true', 'isKnown(user)'],
      ['isKnown', 'store', '[]'],
    ],
    [
      'a predicate',
      `const editors = (users: User[]) => users.filter((one) => ${cursor});\n`,
      ["one.role === 'admin'", 'one.seen', 'isKnown(one)'],
      ['editors', 'one', 'users', 'store', '[]', 'true', '!head', 'undefined'],
    ],
    [
      'a template',
      `function greet(user: User) {\n  return \`hello \${${cursor}}\`;\n}\n`,
      ['user.name', 'store.find(user.id)?.name', 'new Date()'],
      ['greet', 'isKnown', 'Store', 'user', 'store', "''"],
    ],
    [
      'a throw',
      `function must(id: string): User {\n  const user = store.find(id);\n  if (!user) throw ${cursor};\n  return user;\n}\n`,
      ['new Error()', "new TypeError('no user')"],
      ['id', 'user', 'must', 'Store', 'new Map()', 'null'],
    ],
    [
      'an await',
      `async function load(url: string): Promise<User[]> {\n  const users = await ${cursor};\n  return users;\n}\n`,
      ['store.load(url)', 'Promise.all([])'],
      ['[]', 'load'],
    ],
    ['a value of a known type', `function f(): unknown {\n  return ${cursor};\n}\n`, ['store', 'isKnown'], ['f']],
    [
      'an argument',
      `function tick(): void {\n  later(${cursor});\n}\ndeclare function later(what: (user: User) => void): void;\n`,
      ['tick', 'isKnown'],
      [],
    ],
    [
      'a statement',
      `function run(user: User) {\n  ${cursor}\n}\n`,
      ['store.add(user);', 'user.name = user.id;'],
      ['store', 'Store;', 'isKnown', 'user.name', '0;', '!store'],
    ],
    ['a statement that more follows', `function run(user: User) {\n  ${cursor}.add(user);\n}\n`, ['store'], []],
    [
      'a place that nothing reaches',
      `function run(user: User): string {\n  return user.name;${cursor}\n}\n`,
      ['function later() {}'],
      ['return user.id;', 'store.add(user);'],
    ],
    ['a name', `const ${cursor}\n`, ['other = new Store()'], ['store = new Store()', 'isKnown = 1']],
    ['the name of a function', `export function ${cursor}\n`, [], ['0', '{}', "''", 'new Store()', 'store() {}']],
    ['a member of nothing', `show() {\n  return this.${cursor};\n}\n`, [], ['name', 'add']],
  ])('%s', (_, body, good, bad) => {
    expect(standing(head + body, [...good, ...bad])).toEqual(good);
  });

  it.each([
    ['an entry of a record', 'const byName: Record<string, User> = {};\nconst found = byName.a;\n', 'found', 'a.ts'],
    ['an element', 'declare const users: User[];\nconst found = users[0];\n', 'found', 'a.ts'],
    ['the first of a list', 'declare const users: User[];\nconst [found] = users;\n', 'found', 'a.ts'],
    ['what is set later', 'class Box { user!: User }\nconst box = new Box();\n', 'box.user', 'a.ts'],
    ['what was asserted', 'declare function row(): unknown;\nconst found = row() as User;\n', 'found', 'a.ts'],
    ['what is replaced', 'let found = store;\n', 'found', 'a.ts'],
    ['a callback without strict null checks', 'declare const found: (() => void);\n', 'found', 'loose/a.ts'],
    ['an object without strict null checks', 'const found = store.load("");\n', 'found', 'loose/a.ts'],
  ])('asks whether there is %s', (_, body, name, file) => {
    for (const place of [`if (${cursor})`, `if (!${cursor})`, `if (store.find('') && ${cursor})`])
      expect(standing(`${head}${body}${place} isKnown;\n`, [name, 'isKnown', 'Store', 'Map', '[]'], file)).toEqual([
        name,
      ]);
  });

  it('prints errors', () => {
    const text = `${head}class Gone extends Error {}\nfunction f(error: Error, gone: Gone) {\n  return \`\${${cursor}}\`;\n}\n`;
    expect(standing(text, ['error', 'gone', 'store'])).toEqual(['error', 'gone']);
  });

  it('is all that the checker accepts where nobody asks for sense', () => {
    const request = requestOf(`${head}function greet(user: User) {\n  return \`\${${cursor}}\`;\n}\n`);
    const fills = [{ text: 'isKnown' }, { text: 'store' }];
    expect(coreFor(folder).check(request, fills, { deadline: 20_000 })).toEqual(['ok', 'ok']);
    expect(coreFor(folder).check(request, fills, { deadline: 20_000, sense: true })).toEqual(['error', 'error']);
  });
});

describe('what is offered', () => {
  it('is an error behind throw, and what was caught where one is wanted', () => {
    const thrown = offered(`${head}class Gone extends Error {}\nfunction f(id: string) {\n  throw ${cursor};\n}\n`);
    expect(thrown.map(({ text }) => text)).toEqual(expect.arrayContaining(['new Error()', 'new Gone()']));
    const caught = offered(`${head}try {\n  isKnown;\n} catch (error) {\n  warn('no', ${cursor});\n}\n`);
    expect(caught.map(({ text }) => text)).toContain('error as Error');
  });

  it('is no member marked as deprecated that the file does not use', () => {
    const body = `function f(id: string) {\n  return store.find(${cursor});\n}\n`;
    const texts = (more: string) => offered(head + more + body).map(({ text }) => text);
    expect(texts('')).toContain('id.trim()');
    expect(texts('')).not.toContain('id.big()');
    expect(texts('const id = "a";\nid.big();\n')).toContain('id.big()');
  });

  it('returns nothing from a function that gives nothing', () => {
    const texts = offered(`${head}function f(user: User): void {\n  ${cursor}\n}\n`).map(({ text }) => text);
    expect(texts).toContain('store.add(user);');
    expect(texts.filter((text) => text.startsWith('return'))).toEqual([]);
  });
});

describe('where syntax errors stand', () => {
  it('nothing fills a hole that makes one by itself', () => {
    const jsx = `declare namespace JSX { interface IntrinsicElements { div: { className?: string } } }\nconst a = 'b';\nexport const x = <div className=${cursor}"card">text</div>;\n`;
    expect(standing(jsx, ['{a}', "'b'"], 'view.tsx')).toEqual([]);
    expect(standing(jsx.replace('"card"', ''), ['{a}', "'b'"], 'view.tsx')).toContain('{a}');
  });

  it.each([
    ['a key before others', `const user: User = {\n  ${cursor}\n  name: 'b',\n  role: 'admin',\n};\n`, "id: 'a'"],
    ['a value before other keys', `const user: User = {\n  id: ${cursor}\n  name: 'b',\n  role: 'guest',\n};\n`, "'a'"],
    ['a key between two', `const user: User = { id: 'a', ${cursor} role: 'admin' };\n`, "name: 'b'"],
    ['an argument before others', `const id = 'a';\nwarn(${cursor} new Error(id));\n`, 'id'],
    ['an argument on a line of its own', `const id = 'a';\nwarn(\n  ${cursor}\n  new Error(id),\n);\n`, 'id'],
    ['an element before others', `const id = 'a';\nconst ids: string[] = [\n  ${cursor}\n  id,\n];\n`, 'id'],
    ['an element between two', `const id = 'a';\nconst ids: string[] = [id, ${cursor} id];\n`, 'id'],
    ['a statement before another', `const id = 'a';\nif (id) { ${cursor} warn(id); }\n`, 'store.find(id)'],
  ])('%s is filled though its comma is still to come', (_, body, fill) => {
    expect(standing(head + body, [fill, 'nothingSo'])).toEqual([fill]);
    expect(coreFor(folder).hole(requestOf(head + body))?.unsure).toBeUndefined();
  });

  it('a name is brought in before the others of an import', () => {
    writeFileSync(join(folder, 'time.ts'), 'export const noon = 12;\nexport const night = 0;\n');
    const body = `import { ${cursor} night } from './time';\nexport const a = [noon, night];\n`;
    expect(standing(body, ['noon'], 'b.ts')).toEqual(['noon']);
  });

  it.each([
    [`const a: number = (1 + ${cursor};\n`, 'syntax'],
    [`if (store.find( {\n}\n${cursor}\n`, 'syntax'],
    [`declare const some: any;\nconst a = some.${cursor};\n`, 'receiver'],
    [`const b = ;\n\nfunction f(id: string) {\n  return ${cursor};\n}\n`, undefined],
    [`const a = store.${cursor};\n`, undefined],
  ])('it is said of the hole when they are its own (%s)', (body, unsure) => {
    expect(coreFor(folder).hole(requestOf(head + body))?.unsure).toBe(unsure);
  });
});

describe('what stands for what it stands in', () => {
  it('is no argument: the call’s own function, its receiver, a function that anything but functions is asked of', () => {
    const anything = `declare function isObject(value: unknown): boolean;
function isUser(value: unknown): boolean {
  return isObject(${cursor});
}
`;
    expect(standing(anything, ['isUser', 'isObject', 'value'])).toEqual(['value']);
    const receiver = `function has(all: unknown[], name: unknown): boolean {\n  return all.includes(${cursor});\n}\n`;
    expect(standing(receiver, ['all', 'name'])).toEqual(['name']);
    const handed = `declare function later(run: () => void): void;\nfunction tick(): void {\n  later(${cursor});\n}\n`;
    expect(standing(handed, ['tick'])).toEqual(['tick']);
  });

  it('is no call with just what the function was given, unless it was changed or went wrong before', () => {
    const fills = ['depth(user, 1)', 'depth(user, by)'];
    const inside = (before: string) => `function depth(user: string, by: number): number {\n  ${before}\n}\n`;
    expect(standing(inside(`return ${cursor};`), fills)).toEqual(['depth(user, 1)']);
    expect(standing(inside(`by -= 1;\n  return ${cursor};`), fills)).toEqual(fills);
    expect(standing(inside(`try { return 1; } catch { return ${cursor}; }`), fills)).toEqual(fills);
    const property = `${head}export const tests = { isKnown: (user: User): boolean => ${cursor} };\n`;
    expect(standing(property, ['isKnown(user)'])).toEqual(['isKnown(user)']);
  });
});

describe('a value that answers', () => {
  it.each([
    ['what only the objects of a union have', 'data: string | { size: number }', 'number', '0', 'data.size'],
    ['a list of one value', 'user: User', 'User[]', '[]', '[user]'],
    ['whether what may be anything is an error', 'reason: unknown', 'boolean', 'false', 'reason instanceof Error'],
    [
      'whether a value is missing, though the file asks it nowhere',
      'user?: User',
      'boolean',
      'false',
      'user === undefined',
    ],
  ])('may be %s', (_, parameter, result, other, fill) => {
    const body = `export function f(${parameter}): ${result} {\n  if (Date.now() > 1) return ${cursor};\n  return ${other};\n}\n`;
    expect(offered(head + body).map(({ text }) => text)).toContain(fill);
  });

  it('is of a large object first what the file reads of it, and what says a word of its name', () => {
    const labels = Array.from({ length: 300 }, (_, i) => `label${i}: '${i}'`).join(', ');
    const body = `const labels = { ${labels}, joinTeam: 'Join', leaveTeam: 'Leave' };
declare function show(text: string): void;
show(labels.label250);
show(${cursor});
`;
    const texts = offered(body, 'team.ts').map(({ text }) => text);
    for (const text of ['labels.label250', 'labels.joinTeam', 'labels.leaveTeam']) expect(texts).toContain(text);
  });
});
