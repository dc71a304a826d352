/** Fill Missing Members, block by block: what is written, where, that it type-checks, and what is left out by name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Filled, fillMissing } from '../../server/complete/fillMissing.ts';
import { applyEdits } from '../../server/text/span.ts';
import { noTypes, type TypeEngine } from '../../server/types/typeEngine.ts';
import { coreFor } from '../types/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-fill-'));
const model = `export enum Channel { Direct = 'direct', Phone = 'phone', Agency = 'agency' }
export type Status = 'draft' | 'confirmed' | 'gone';
export interface Money { readonly cents: number; readonly currency: 'EUR' | 'CHF' }
export interface Guest { readonly id: string; readonly firstName: string; readonly lastName: string }
export interface Booking {
  readonly id: string;
  readonly guest: Guest;
  readonly from: Date;
  readonly price: Money;
  readonly status: Status;
  readonly channel: Channel;
  readonly notes?: string;
}
export type Change =
  | { readonly kind: 'created'; readonly booking: Booking }
  | { readonly kind: 'moved'; readonly id: string; readonly from: Date; readonly until: Date };
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };
export class Handle { private constructor(readonly id: string) {} }
export interface Store {
  find(id: string): Promise<Booking | undefined>;
  readonly prices: ReadonlyMap<string, Money>;
}
`;
const head = "import { Channel, type Booking, type Change, type Guest, type Result, type Status } from './model';\n";

beforeAll(() => {
  const options = { strict: true, jsx: 'preserve', module: 'preserve', lib: ['es2022', 'dom'], types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*'] }));
  writeFileSync(join(folder, 'model.ts'), model);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function engine(): TypeEngine {
  const core = coreFor(folder);
  return {
    ...noTypes,
    knows: () => true,
    missing: async (request) => core.missing(request),
    check: async (request, fills, limits = {}) => core.check(request, fills, limits),
    errorReport: async (file, text) => core.errorReport(file, text),
  };
}

let next = 0;

async function fill(
  marked: string,
  ending = 'ts',
): Promise<{ readonly text: string; readonly filled: Filled; readonly errors: string[] }> {
  const offset = marked.indexOf('‸');
  const text = marked.replace('‸', '');
  const file = join(folder, `case${next++}.${ending}`);
  const filled = await fillMissing(engine(), { file, text, offset });
  if ('problem' in filled) return { text: filled.problem, filled, errors: [] };
  const after = applyEdits(text, filled.edits);
  const errors = (coreFor(folder).errorReport(file, after) ?? []).map(({ message }) => message);
  return { text: after, filled, errors };
}

/** Filled, called checked, and without any error. */
async function check(before: string, after: string): Promise<void> {
  const { text, filled, errors } = await fill(head + before);
  expect(text.replace(head, '')).toBe(after);
  expect(errors).toEqual([]);
  expect(filled).toMatchObject({ checked: true, left: [] });
}

describe('arms of a switch', () => {
  const of = (arms: string): string => `export function f(c: Channel): number {\n  switch (c) {\n${arms}  }\n}\n`;
  const thrown = (name: string): string => `    case Channel.${name}:\n      throw new Error('not implemented');\n`;
  const direct = '    case Channel.Direct:\n      return 1;\n';

  it('are those of an enum whose members have names of any kind', async () => {
    const start = "enum Line { On, 'half-on' }\nexport function f(line: Line): number {\n  switch (line) {";
    await check(
      `${start}‸}\n  return 0;\n}\n`,
      `${start}\n    case Line.On:\n      break;\n    case Line['half-on']:\n      break;\n  }\n  return 0;\n}\n`,
    );
  });

  it('stand before default, and do not fall out where the others leave', async () => {
    await check(
      of(`${direct}    ‸\n    default:\n      return 0;\n`),
      of(`${direct}${thrown('Phone')}${thrown('Agency')}    default:\n      return 0;\n`),
    );
    await check(
      of(`${direct}    // All others.\n    default:\n      return 0;‸\n`),
      of(`${direct}${thrown('Phone')}${thrown('Agency')}    // All others.\n    default:\n      return 0;\n`),
    );
  });

  it('throw where the function must return, whether others do or there are none', async () => {
    await check(of(`${direct}    ‸\n`), of(`${direct}${thrown('Phone')}${thrown('Agency')}`));
    await check(of('    ‸\n'), of(`${thrown('Direct')}${thrown('Phone')}${thrown('Agency')}`));
  });

  it('throw beside arms that return, though code follows', async () => {
    const followed = (arms: string): string =>
      `export function f(c: Channel) {\n  switch (c) {\n${arms}  }\n  return 0;\n}\n`;
    await check(followed(`${direct}‸`), followed(`${direct}${thrown('Phone')}${thrown('Agency')}`));
    const broken = '    case Channel.Direct:\n      console.log(1);\n      break;\n';
    await check(
      followed(`${broken}‸`),
      followed(`${broken}    case Channel.Phone:\n      break;\n    case Channel.Agency:\n      break;\n`),
    );
  });

  it('stand above what falls into default, so that no arm does anything else than before', async () => {
    const others = `${thrown('Phone')}${thrown('Agency')}`;
    const broken = '    case Channel.Phone:\n      break;\n    case Channel.Agency:\n      break;\n';
    const rest = '    default:\n      return 0;\n';
    const falling = [
      ['    case Channel.Direct:\n', others],
      ['    // Straight to us.\n    case Channel.Direct:\n', others],
      ['    /**\n     * Straight to us.\n     */\n    // Always.\n    case Channel.Direct:\n', others],
      ['    case Channel.Direct:\n      console.log(1);\n', broken],
      ['    case Channel.Direct: {\n      console.log(1);\n    }\n', broken],
      ['    case Channel.Direct:\n      console.log(1);\n      // falls through\n', broken],
      ['    case Channel.Direct:\n      if (Math.random() > 1) return 1;\n', broken],
      ['    case Channel.Direct:\n      here: {\n        break here;\n      }\n', broken],
    ] as const;
    for (const [group, arms] of falling) {
      const of = (arms: string): string =>
        `export function f(c: Channel) {\n  switch (c) {\n${arms}  }\n  return 0;\n}\n`;
      await check(of(`${group}‸${rest}`), of(`${arms}${group}${rest}`));
    }
    const leaving = '    case Channel.Phone:\n      return 1;\n';
    await check(
      of(`${leaving}    case Channel.Direct:\n${rest.replace(';', ';‸')}`),
      of(`${leaving}${thrown('Agency')}    case Channel.Direct:\n${rest}`),
    );
    const both = '    case Channel.Direct:\n      if (Math.random() > 1) return 1;\n      else return 2;\n';
    await check(of(`${both}‸${rest}`), of(`${both}${others}${rest}`));
  });

  it('stand above what runs to the end of a switch without default', async () => {
    const of = (arms: string): string =>
      `export function f(c: Channel): void {\n  switch (c) {\n    case Channel.Phone:\n      console.log(1);\n      break;\n${arms}  }\n}\n`;
    const agency = '    case Channel.Agency:\n      break;\n';
    for (const last of ['    case Channel.Direct:\n', '    case Channel.Direct:\n      console.log(2);\n'])
      await check(of(`${last}‸`), of(`${agency}${last}`));
  });

  it('are those of literals in a parameter', async () => {
    const of = (type: string, arms: string): string =>
      `export function f(s: ${type}): void {\n  switch (s) {${arms}}\n}\n`;
    const arms = (...labels: string[]): string =>
      `\n${labels.map((label) => `    case ${label}:\n      break;\n`).join('')}  `;
    await check(of('Status', '‸'), of('Status', arms("'draft'", "'confirmed'", "'gone'")));
    await check(of('1 | 2 | -3', '\n    ‸\n  '), of('1 | 2 | -3', arms('1', '2', '-3')));
    await check(of('boolean', '‸'), of('boolean', arms('false', 'true')));
    expect((await fill(`export function f(c: Channel): void {\n  switch (true) {‸}\n}\n`)).text).toMatch(
      /^nothing is missing/,
    );
  });
});

describe('members of an object', () => {
  it('get an obvious value each', async () => {
    await check(
      'export const b: Booking = {\n  id: "x",\n  ‸\n};\n',
      `export const b: Booking = {
  id: "x",
  guest: { id: '', firstName: '', lastName: '' },
  from: new Date(),
  price: { cents: 0, currency: 'EUR' },
  status: 'draft',
  channel: Channel.Direct
};
`,
    );
  });

  it('take the first of a union as it is declared', async () => {
    // Literals that the checker meets before the union's declaration.
    await check(
      "export const seen: Status[] = ['gone', 'confirmed'];\nexport const s: { status: Status } = {‸};\n",
      "export const seen: Status[] = ['gone', 'confirmed'];\nexport const s: { status: Status } = {\n  status: 'draft'\n};\n",
    );
  });

  it('get names in scope that fit by type and name', async () => {
    await check(
      'export function f(id: string, sender: Guest, from: Date): Booking {\n  return {‸};\n}\n',
      `export function f(id: string, sender: Guest, from: Date): Booking {
  return {
    id,
    guest: sender,
    from,
    price: { cents: 0, currency: 'EUR' },
    status: 'draft',
    channel: Channel.Direct
  };
}
`,
    );
    // What a spread brings is there.
    await check(
      "export function f(b: Omit<Booking, 'id' | 'status'>): Booking {\n  return { ...b, ‸ };\n}\n",
      "export function f(b: Omit<Booking, 'id' | 'status'>): Booking {\n  return {\n    ...b,\n    id: '',\n    status: 'draft'\n  };\n}\n",
    );
  });

  it('are taken over from the value that the object is made from, and from no other', async () => {
    const made = (head: string, values: string): Promise<void> =>
      check(`${head} {\n  return {‸};\n}\n`, `${head} {\n  return {\n${values}  };\n}\n`);
    const types =
      'interface BookingLine { id: string; status: Status; price: number }\ninterface BookingNote { id: string; bookingId: string; status: Status }\ninterface Team { id: string; lead: string; guestId: string }\n';
    await made(
      `${types}export function line(booking: Booking): BookingLine`,
      '    id: booking.id,\n    status: booking.status,\n    price: 0\n',
    );
    await made(
      `${types}export function note(booking: Booking): BookingNote`,
      "    id: '',\n    bookingId: booking.id,\n    status: booking.status\n",
    );
    await made(
      `${types}export function team(guest: Guest, lead: string): Team`,
      "    id: '',\n    lead,\n    guestId: guest.id\n",
    );
    await made(
      `${types}export function two(one: Booking, other: Booking): BookingLine`,
      "    id: '',\n    status: 'draft',\n    price: 0\n",
    );
    await made(
      'export function form(input: { firstName: string; lastName: string }): Guest',
      "    id: '',\n    firstName: input.firstName,\n    lastName: input.lastName\n",
    );
    await made(
      'export function of(editor: { place: { guest: Guest } }): { guest: Guest; lines: number }',
      '    guest: editor.place.guest,\n    lines: 0\n',
    );
    const narrowed = (test: string, value: string): Promise<void> => {
      const start = `export function g(input: { firstName: string; lastName: string } | undefined): Guest | undefined {\n${test}`;
      return check(
        `${start}  return {‸};\n}\n`,
        `${start}  return {\n    id: '',\n    firstName: ${value},\n    lastName: ${value.replace('first', 'last')}\n  };\n}\n`,
      );
    };
    await narrowed('  if (!input) return undefined;\n', 'input.firstName');
    await narrowed('', "''");
    await made('export function all(lines: string[]): { lines: number }', '    lines: lines.length\n');
  });

  it('leave the last word to a spread that may bring them', async () => {
    const before = "export function f(p: Partial<Booking>, q: { id?: string }): Pick<Booking, 'id' | 'status'> {\n";
    await check(
      `${before}  return { ...p, ‸ };\n}\n`,
      `${before}  return {\n    id: '',\n    status: 'draft',\n    ...p,\n  };\n}\n`,
    );
    await check(
      `${before}  return {\n    status: 'gone',\n    ...q‸\n  };\n}\n`,
      `${before}  return {\n    status: 'gone',\n    id: '',\n    ...q\n  };\n}\n`,
    );
  });

  it('end as the others of the file do', async () => {
    const other = 'export const other = {\n  a: 1,\n  b: 2,\n};\n';
    await check(
      `${other}export const s: { status: Status; n: number } = {‸};\n`,
      `${other}export const s: { status: Status; n: number } = {\n  status: 'draft',\n  n: 0,\n};\n`,
    );
  });

  it('get no name that could mean another member as well', async () => {
    const pair = (values: string): string => `  return {\n${values}    at,\n    booked: new Date()\n  };\n}\n`;
    const blank = "{ id: '', firstName: '', lastName: '' }";
    const move = 'interface Move { source: Guest; target: Guest; at: Date; booked: Date }\n';
    const both = `    source: ${blank},\n    target: ${blank},\n`;
    for (const parameters of ['sender: Guest, at: Date', '_: Guest, at: Date', '$: Guest, at: Date']) {
      const start = `${move}export function f(${parameters}): Move {\n`;
      await check(`${start}  return {‸};\n}\n`, start + pair(both));
    }
    const written = `${move}export function f(sender: Guest, at: Date): Move {\n  return {\n    source: sender,`;
    await check(
      `${written}‸\n  };\n}\n`,
      `${written}\n    target: ${blank},\n    at,\n    booked: new Date()\n  };\n}\n`,
    );
    const alike = 'export const f = (guest: Guest): { sourceGuest: Guest; targetGuest: Guest } => (';
    await check(`${alike}{‸});\n`, `${alike}{\n  sourceGuest: ${blank},\n  targetGuest: ${blank}\n});\n`);
    const library = 'export const f = (expires: Date): { name: string; birthday: Date } => (';
    await check(`${library}{‸});\n`, `${library}{\n  name: '',\n  birthday: new Date()\n});\n`);
  });

  it('leave out what a value of that very name does not fit', async () => {
    const start =
      'export function f(source: Guest | undefined, target: Guest): { source: Guest; target: Guest } | undefined {\n';
    const { text, filled, errors } = await fill(`${head}${start}  return {‸};\n}\n`);
    expect(text).toBe(`${head}${start}  return {\n    target\n  };\n}\n`);
    expect(filled).toMatchObject({ checked: true, left: ['source'] });
    expect(errors).toHaveLength(1);
    const narrowed = `${start}  if (!source) return undefined;\n`;
    await check(`${narrowed}  return {‸};\n}\n`, `${narrowed}  return {\n    source,\n    target\n  };\n}\n`);
  });

  it('get the obvious value where the name in scope cannot be read yet', async () => {
    await check(
      'export class S {\n  o: { n: number; s: string } = {‸};\n  n = 3;\n}\n',
      "export class S {\n  o: { n: number; s: string } = {\n    n: 0,\n    s: ''\n  };\n  n = 3;\n}\n",
    );
    await check(
      'export function f(): { n: number; s: string } {\n  let n: number;\n  const o = {‸} satisfies { n: number; s: string };\n  n = 3;\n  return { ...o, n };\n}\n',
      "export function f(): { n: number; s: string } {\n  let n: number;\n  const o = {\n    n: 0,\n    s: ''\n  } satisfies { n: number; s: string };\n  n = 3;\n  return { ...o, n };\n}\n",
    );
  });

  it('may begin with underscores', async () => {
    await check(
      "export const g: { __typename: 'User'; _id: string } = {‸};\n",
      "export const g: { __typename: 'User'; _id: string } = {\n  __typename: 'User',\n  _id: ''\n};\n",
    );
  });

  it('are not written where they are too many, which is said', async () => {
    const many = Array.from({ length: 85 }, (_, i) => `m${i}: string`).join('; ');
    expect((await fill(`export const b: { ${many} } = {‸};\n`)).text).toMatch(/^85 members are missing here/);
  });

  it('are those of the object that the cursor is in, whatever else the line has', async () => {
    const two = (first: string, second: string): string =>
      `export const all: { a: string }[] = [${first}, ${second} as { a: string }];\n`;
    await check(two('{‸}', '{}'), two("{\n  a: ''\n}", '{}'));
    await check(two('{\n  ‸}', '{}'), two("{\n  a: ''\n}", '{}'));
    const folded = '[1].reduce<{ a: string }>((all, n) => ({‸}), {} as { a: string });\n';
    expect((await fill(folded)).text).toMatch(/^nothing is missing/);
  });

  it('get values of many kinds', async () => {
    await check(
      `export const all: {
  a: Map<string, number>; b: ReadonlySet<string>; c: [number, string?]; d: null; e: unknown; f: never[]; g: RegExp;
  h: string | undefined; i: () => Promise<void>; j(one: number): string; k: AbortSignal; l: { m: { n: bigint } };
  'content-type': string; class: number; 0: boolean; o: Record<Status, number>;
} = {‸};
`,
      `export const all: {
  a: Map<string, number>; b: ReadonlySet<string>; c: [number, string?]; d: null; e: unknown; f: never[]; g: RegExp;
  h: string | undefined; i: () => Promise<void>; j(one: number): string; k: AbortSignal; l: { m: { n: bigint } };
  'content-type': string; class: number; 0: boolean; o: Record<Status, number>;
} = {
  a: new Map(),
  b: new Set(),
  c: [0],
  d: null,
  e: undefined,
  f: [],
  g: /(?:)/,
  h: undefined,
  i: async () => {},
  j: (one) => {
    throw new Error('not implemented');
  },
  k: new AbortController().signal,
  l: { m: { n: 0n } },
  'content-type': '',
  class: 0,
  0: false,
  o: { draft: 0, confirmed: 0, gone: 0 }
};
`,
    );
  });

  it('are those of the part of a union that is meant', async () => {
    await check(
      "export const c: Change = { kind: 'moved', ‸ };\n",
      "export const c: Change = {\n  kind: 'moved',\n  id: '',\n  from: new Date(),\n  until: new Date()\n};\n",
    );
    await check(
      'export function f(value: number): Result<number, string> {\n  return {\n    ok: true,‸\n  };\n}\n',
      'export function f(value: number): Result<number, string> {\n  return {\n    ok: true,\n    value\n  };\n}\n',
    );
    await check(
      'export const r: Result<number, string> = {\n  ok: false // no\n  ‸\n};\n',
      "export const r: Result<number, string> = {\n  ok: false, // no\n  error: ''\n};\n",
    );
  });

  it('bring the import of an enum along', async () => {
    const { text, errors } = await fill(
      "import type { Booking } from './model';\nexport const b: Pick<Booking, 'channel'> = {‸};\n",
    );
    expect(text).toContain("import { Channel } from './model';\n");
    expect(text).toContain('channel: Channel.Direct');
    expect(errors).toEqual([]);
  });

  it('are left out by name where no value is known', async () => {
    const { text, filled } = await fill(
      "import type { Handle } from './model';\nexport const b: { a: string; h: Handle; n: number } = {‸};\n",
    );
    expect(text).toContain("= {\n  a: '',\n  n: 0\n};");
    expect(filled).toMatchObject({ checked: true, left: ['h'] });
    const given =
      'declare function put(b: { a: string; h: Handle; n: number }): void;\nexport const f = (a: string) => ';
    const within = await fill(`import type { Handle } from './model';\n${given}put({‸});\n`);
    expect(within.text).toContain('put({\n  a,\n  n: 0\n});');
    expect(within.filled).toMatchObject({ left: ['h'] });
    expect((await fill("import type { Handle } from './model';\nexport const b: { h: Handle } = {‸};\n")).text).toBe(
      'no value is known for h; nothing was changed',
    );
  });
});

describe('attributes of a tag', () => {
  it('are those that it must have, with values in scope, and none where a spread may bring them', async () => {
    const tags =
      'declare namespace JSX { interface Element { tag: string } interface ElementAttributesProperty { props: {} } }\ndeclare function Badge(props: { status: Status; title: string; wide?: boolean }): JSX.Element;\n';
    const view = (tag: string): string => `${head}${tags}export const v = (status: Status) => ${tag};\n`;
    const written = view('<Badge status={status} title="" />');
    for (const tag of ['<Badge ‸ />', '<Badge‸ />', '<Badge ‸/>']) {
      const { text, errors } = await fill(view(tag), 'tsx');
      expect(text.replace(/ +\/>/, ' />')).toBe(written);
      expect(errors).toEqual([]);
    }
    expect((await fill(view('<Badge title="a" ‸></Badge>'), 'tsx')).text).toBe(
      view('<Badge title="a" status={status}></Badge>'),
    );
    expect((await fill(view('<Badge {...JSON.parse("")} ‸ />'), 'tsx')).filled).toHaveProperty('problem');
  });
});

describe('members of a class', () => {
  it('stand apart from a method before them', async () => {
    const start =
      'interface Ask { one(): void; two(): void }\nexport class Asks implements Ask {\n  one(): void {\n  }';
    await check(`${start}‸\n}\n`, `${start}\n\n  two(): void {\n    throw new Error('not implemented');\n  }\n}\n`);
  });

  it('bring the types that they name', async () => {
    const { text, errors, filled } = await fill(
      "import type { Store } from './model';\n\nexport class Own implements Store {‸}\n",
    );
    expect(text).toContain('find(id: string): Promise<Booking | undefined> {');
    expect(text).toContain('readonly prices: ReadonlyMap<string, Money> = new Map();');
    expect(errors).toEqual([]);
    expect(filled).toMatchObject({ checked: true, left: [] });
  });

  it('are fields where they are assigned to', async () => {
    const base = (own: string): string =>
      `abstract class A {\n  abstract name: string;\n  protected abstract count: number;\n  rename(name: string) {\n    this.name = name;\n    this.count++;\n  }\n}\nexport class B extends A {${own}}\n`;
    await check(base('‸'), base("\n  name: string = '';\n\n  protected count: number = 0;\n"));
    const held = (own: string): string =>
      `interface Held { held: Handle; readonly first: Handle }\nexport class Own implements Held {${own}}\n`;
    const getter = "  get first(): Handle {\n    throw new Error('not implemented');\n  }\n";
    const called = (own: string): string =>
      `abstract class A {\n  abstract run: (n: number) => void;\n}\nexport class B extends A {${own}}\n`;
    await check(called('‸'), called('\n  run: (n: number) => void = (n) => {};\n'));
    const types = "import type { Handle } from './model';\n";
    const { text, filled } = await fill(types + held('‸'));
    expect(text).toBe(types + held(`\n${getter}`));
    expect(filled).toMatchObject({ checked: true, left: ['held'] });
    const assigned = '\n  constructor(handle: Handle) {\n    this.held = handle;\n  }\n';
    const own = await fill(types + held(`${assigned}  ‸\n`));
    expect(own.text).toBe(types + held(`${assigned}  held: Handle;\n\n${getter}`));
    expect(own.errors).toEqual([]);
  });

  it('are overloads, too, and what a base class keeps to itself', async () => {
    const base =
      'abstract class A {\n  abstract run(x: string): number;\n  abstract run(x: number): string;\n  protected abstract readonly items: readonly string[];\n}\n';
    const { errors, filled } = await fill(`${base}export class B extends A {\n  ‸\n}\n`);
    expect(errors).toEqual([]);
    expect(filled).toMatchObject({ checked: true, left: [] });
  });
});
