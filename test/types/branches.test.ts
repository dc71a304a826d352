/** Fills side by side in one copy of the buffer: each is judged as if it stood alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { repeatable } from '../../server/types/check/tsBranches.ts';
import { coreFor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-branches-'));
writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true }, "include": ["*.ts"] }');
writeFileSync(join(folder, 'b.ts'), 'export const far = 1;\nexport const wide = "";\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = (text: string) => marked(join(folder, 'a.ts'), `export {};\n${text}`);

function check(text: string, fills: readonly string[]): { results: readonly string[]; isOneCopy: boolean } {
  const core = coreFor(folder);
  const asked = request(text);
  const state = core.inspect(asked)?.state;
  const results = core.check(
    asked,
    fills.map((fill) => ({ text: fill })),
    { deadline: 20_000 },
  );
  return { results, isOneCopy: state !== undefined && repeatable(state) !== undefined };
}

describe('fills in branches', () => {
  it('are judged where their value goes', () => {
    const text = 'function f(a: string | undefined, n: number): void {\n  const kept = /*|*/;\n  kept.toFixed();\n}\n';
    const found = check(text, ['n', 'a', 'unknownName', 'n +', 'n; n', 'Math.max(n, 1)']);
    expect(found).toEqual({ results: ['ok', 'error', 'error', 'error', 'error', 'ok'], isOneCopy: true });
  });

  it('do not narrow what the next one sees', () => {
    const text = 'function f(a: string | undefined): string {\n  if (/*|*/) return "";\n  return a;\n}\n';
    expect(check(text, ['a === undefined', '!a', 'a !== undefined']).isOneCopy).toBe(true);
    const later =
      'class A {\n  name: string | undefined;\n  m(o: string | undefined): void {\n    this.name = /*|*/;\n  }\n}\n';
    expect(check(later, ['o', 'this.name', '1', 'o!.trim()', 'o.trim()']).results).toEqual([
      'ok',
      'ok',
      'error',
      'ok',
      'error',
    ]);
  });

  it('stand in a copy each where an inferred type tells others', () => {
    const text = 'function f(n: number) {\n  return /*|*/;\n}\nexport const g: number = f(1);\n';
    expect(check(text, ['n', '"text"'])).toEqual({ results: ['ok', 'error'], isOneCopy: false });
    const top = 'export const top = /*|*/;\nexport const twice: number = top * 2;\n';
    expect(check(top, ['1', '""'])).toEqual({ results: ['ok', 'error'], isOneCopy: false });
  });

  it('stand in one copy where nobody in the file sees the inferred type', () => {
    const text = 'export function f(n: number) {\n  return /*|*/;\n}\n';
    expect(check(text, ['n', 'm'])).toEqual({ results: ['ok', 'error'], isOneCopy: true });
    const top = 'export const top: number = /*|*/;\n';
    expect(check(top, ['1', '""'])).toEqual({ results: ['ok', 'error'], isOneCopy: true });
  });

  it('pass through arrows without annotation to what takes them', () => {
    const text = 'function f(list: { n: number }[]): string[] {\n  return list.map((each) => /*|*/);\n}\n';
    expect(check(text, ['String(each.n)', 'each.n'])).toEqual({ results: ['ok', 'error'], isOneCopy: true });
  });

  it('see what a condition means for the code behind it', () => {
    const text =
      'function f(a: string | undefined): string {\n  if (/*|*/) return "";\n  const b: string = a;\n  return b;\n}\n';
    expect(check(text, ['a === undefined', 'a !== undefined'])).toEqual({ results: ['ok', 'error'], isOneCopy: true });
  });

  it('keep an else with its if', () => {
    const text = 'function f(n: number): number {\n  if (n > 1) return /*|*/;\n  else return 0;\n}\n';
    expect(check(text, ['n', '""']).results).toEqual(['ok', 'error']);
  });

  it('bring their imports, and lend them to nobody', () => {
    const core = coreFor(folder);
    const asked = request('function f(): number {\n  return /*|*/;\n}\n');
    const edit = (text: string) => [{ span: { start: 0, end: 0 }, text }];
    const fills = [
      { text: 'far', edits: edit("import { far } from './b.ts';\n") },
      { text: 'far + 1' },
      { text: 'wide', edits: edit("import { wide } from './b.ts';\n") },
    ];
    const results = core.check(asked, fills, { deadline: 20_000 });
    expect(results[0]).toBe('ok');
    expect(results.slice(1)).toEqual(['error', 'error']);
  });
});
