/** What a fill breaks outside of its own statement: no fill stands for which the compiler would have an error anywhere in the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { reachedFrom } from '../../server/types/check/tsReach.ts';
import { coreFor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-reach-'));
writeFileSync(
  join(folder, 'tsconfig.json'),
  '{ "compilerOptions": { "strict": true, "jsx": "preserve" }, "include": ["*.ts"] }',
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(text: string, fills: readonly string[]): readonly string[] {
  const request = marked(join(folder, 'a.ts'), text);
  const limits = { deadline: 60_000 };
  return coreFor(folder).check(
    request,
    fills.map((fill) => ({ text: fill })),
    limits,
  );
}

const store = `interface State { items: readonly string[]; coupon: string | null }
type Action = { type: 'a'; code: string } | { type: 'b'; n: number };
type Reducer<S, A> = (state: S, action: A) => S;
`;
const others = 'return { ...state, items: state.items.filter((item) => item !== state.coupon) };';

describe('a function whose type its context tells', () => {
  const mapped = 'return { ...state, items: state.items.map((item) => /*|*/) };';
  const fills = ['item', 'item !== state.coupon', '{}'];

  it('is still what it must be with each of several returns', () => {
    const reducer = (body: string): string =>
      `${store}export const r: Reducer<State, Action> = (state, action) => {\n${body}\n};\n`;
    expect(check(reducer(`if (action.type === 'a') ${mapped}\n${others}`), fills)).toEqual(['ok', 'error', 'error']);
    expect(check(reducer(`switch (action.type) { case 'a': ${mapped} case 'b': ${others} }`), fills)).toEqual([
      'ok',
      'error',
      'error',
    ]);
    expect(check(reducer("if (action.type === 'a') return /*|*/;\nreturn state;"), ['state', '[state]'])).toEqual([
      'ok',
      'error',
    ]);
    expect(
      check(reducer(`const next = /*|*/;\nif (action.type === 'a') return { ...state, coupon: next };\n${others}`), [
        'state.coupon',
        'state.items',
      ]),
    ).toEqual(['ok', 'error']);
  });

  it('is still what it is handed to', () => {
    const text = `${store}declare function on(f: (s: State, a: Action) => State): void;
on((state, action) => {
  if (action.type === 'a') ${mapped}
  ${others}
});
`;
    expect(check(text, fills)).toEqual(['ok', 'error', 'error']);
  });
});

describe('what a fill reaches', () => {
  const reached = (before: string, after: string): readonly string[] => {
    const file = ts.createSourceFile('a.tsx', before + after, ts.ScriptTarget.Latest, true);
    const found = reachedFrom(ts, file, before.length - 1, before.length);
    return found.map((node) => node.getText(file));
  };

  it('is its own statement, where types are written or nothing is given back', () => {
    const use = 'if (name) use(x';
    for (const head of ['function f(): State', 'const f = (): State =>', 'function f()', 'const f = () =>'])
      expect(
        reached(
          `declare function use(x: string): void;
${head} { ${use}`,
          '); use(name); }',
        ),
      ).toEqual(['use(x);']);
    const component = 'function App() { const a = 1; return <p>{x';
    expect(reached(component, '}</p>; }\nuse(App);')).toEqual(['return <p>{x}</p>;']);
    expect(reached('class A { n: number = x', '; m() { return this.n; } }')).toEqual([]);
  });

  it('is what uses the name, or what is made of it', () => {
    const after = '; const b = a.map(f); const c: string = b[0]; if (c) use(c); use(b); return 1; }';
    expect(reached('function f() { const a = x', after)).toEqual([
      'const a = x;',
      'const b = a.map(f);',
      'const c: string = b[0];',
      'use(b);',
    ]);
    expect(reached('class A { m() { return x', '; } k() { this.m(); } z() {} }\nnew A().m();\nuse(1);')).toEqual([
      'return x;',
      'k() { this.m(); }',
      'new A().m();',
    ]);
  });
});

describe('a name that later lines use', () => {
  const services = `export class Users { find(id: string): string { return id; } }
export class Orders { constructor(readonly users: Users) {} list(): string[] { return []; } }
declare function register(orders: Orders): void;
`;

  it('is of the class that they take', () => {
    const fills = ['Orders(users)', 'Users()', 'Map<string, Users>()'];
    const lines = 'const users = new Users();\nconst service = new /*|*/;\nconst kept = { service };\n';
    expect(check(`${services}${lines}register(service);\n`, fills)).toEqual(['ok', 'error', 'error']);
    // Also through what is made of it.
    expect(check(`${services}${lines}register(kept.service);\n`, fills)).toEqual(['ok', 'error', 'error']);
    const far = '  // what comes between\n'.repeat(200);
    const within = `export function main(): void {\n${lines}${far}register(service);\n}\n`;
    expect(check(services + within, fills)).toEqual(['ok', 'error', 'error']);
  });

  it('is not refused for errors that stand there already', () => {
    const later = 'register(users.find(1));\n';
    const text = `${services}${later}export function main(): void {\n  const users = new Users();\n  /*|*/\n  register(service), users.find(2);\n}\n`;
    const fill = 'const service = new Orders(users);';
    expect(check(text, [fill, 'const service = new Users();'])).toEqual(['ok', 'error']);
  });

  it('is what the class says that it is', () => {
    const text = 'interface Sized { size: number }\nexport class A implements Sized {\n  size = /*|*/;\n}\n';
    expect(check(text, ['1', "'x'"])).toEqual(['ok', 'error']);
  });

  it('is not called whole where there is too much of it', () => {
    const uses = `declare function take(n: number): void;\n${'take(size);\n'.repeat(4000)}`;
    expect(check(`export {};\nconst size = /*|*/;\n${uses}`, ['1', 'nowhere'])).toEqual(['near', 'error']);
  });
});
