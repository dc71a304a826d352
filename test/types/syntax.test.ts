/** Syntax errors around a hole in a file with markup, whose copy in the checker has another name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-syntax-'));
const file = join(folder, 'app.tsx');

beforeAll(() => {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "strict": true, "types": [], "jsx": "preserve" }, "include": ["*"] }',
  );
  // On disk the file is a module, so that the buffer stands beside it.
  writeFileSync(file, 'export {};\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function judged(text: string, fills: readonly string[]) {
  const core = coreFor(folder);
  const request = marked(file, text);
  const results = core.check(
    request,
    fills.map((fill) => ({ text: fill })),
    { deadline: 20_000, sense: true },
  );
  return { unsure: core.hole(request)?.unsure, ok: fills.filter((_, i) => results[i] === 'ok') };
}

it('are counted as the file is read: nothing stands right behind a whole expression', () => {
  const text = `declare function g(a: number): void;\nexport function F(a: number) {\n  g(a)${cursor};\n  return <p>{a}</p>;\n}\n`;
  expect(judged(text, ['g(a)', 'return a', 'a']).ok).toEqual([]);
});

it('are made good by the comma that comes next', () => {
  const text = `interface T { id: number; title: string }\nexport function F(count: number, title: string) {\n  const next: T = {\n    ${cursor}\n    title,\n  };\n  return <p>{next.title}</p>;\n}\n`;
  expect(judged(text, ['id: count', 'id: title', 'id: count,'])).toEqual({
    unsure: undefined,
    ok: ['id: count', 'id: count,'],
  });
});
