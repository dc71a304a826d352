/** Names that an import could bring: in the braces of an import, behind `new`, and as a type. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/text/span.ts';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-importing-'));

beforeAll(() => {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "strict": true, "module": "preserve", "verbatimModuleSyntax": true, "types": [] }, "include": ["*"] }',
  );
  writeFileSync(join(folder, 'user.ts'), 'export interface User { id: string }\n');
  writeFileSync(
    join(folder, 'account.ts'),
    "import type { User } from './user';\nexport class Account { constructor(readonly user: User) {} }\nexport interface Span { from: number }\nexport const rate = 2;\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is offered and stands, each as the file it makes. */
function offered(text: string): ReadonlyMap<string, string> {
  const core = coreFor(folder);
  const request = marked(join(folder, 'app.ts'), text);
  const fills = core.enumerate(request, { deadline: 5000 });
  const results = core.check(request, fills, { deadline: 20_000, sense: true });
  return new Map(
    fills.flatMap(({ text: fill, edits = [] }, i) => {
      const own = { span: { start: request.offset, end: request.offset }, text: fill };
      return results[i] === 'ok' ? [[fill, applyEdits(request.text, [...edits, own])] as const] : [];
    }),
  );
}

describe('what an import could bring', () => {
  it('is what the module exports, in the braces of an import', () => {
    const found = offered(`import { rate, ${cursor} } from './account';\nexport const span: Span = { from: rate };\n`);
    expect(found.get('Account')).toContain('import { rate, Account }');
    expect(found.has('rate')).toBe(false);
    const core = coreFor(folder);
    const request = marked(join(folder, 'app.ts'), `import { ${cursor} } from './account';\n`);
    const brought = [{ span: { start: 0, end: 0 }, text: "import type { User } from './user';\n" }];
    const fills = ['Span', 'type Span', 'rate, Span', 'rate as r', 'User', 'Span, User', 'useRate()'];
    const judged = core.check(request, [...fills.map((text) => ({ text })), { text: 'Span', edits: brought }], {
      deadline: 20_000,
      sense: true,
    });
    expect(judged).toEqual(['ok', 'ok', 'ok', 'ok', 'error', 'error', 'error', 'error']);
    const packed = marked(
      join(folder, 'app.ts'),
      `import { ${cursor} } from 'not-installed';\nimport { User } from './user';\n`,
    );
    expect(core.check(packed, [{ text: 'open' }, { text: 'User()' }], { deadline: 20_000, sense: true })).toEqual([
      'ok',
      'error',
    ]);
  });

  it('is a class behind new, with its arguments', () => {
    const text = `import type { User } from './user';\nexport function open(user: User) {\n  return new ${cursor};\n}\n`;
    expect(offered(text).get('Account(user)')).toContain("import { Account } from './account';");
    const there = text.replace("'./user';\n", "'./user';\nimport { Account } from './account';\n");
    expect(offered(there).get('Account(user)')).toContain('return new Account(user);');
  });

  it('is written as the imports that are there', () => {
    const use = `export function open(user: User) {\n  return new ${cursor};\n}\n`;
    const lines = "import {\n  type Span,\n  rate,\n} from './account';\n";
    expect(offered(lines + use).get('Account(user)')).toContain('  rate,\n  Account,\n} from');
    writeFileSync(join(folder, 'whole.ts'), 'export default 1;\nexport class Whole {}\n');
    const whole = `import one from './whole';\nexport const o = [one, new ${cursor}];\n`;
    expect(offered(whole).get('Whole()')).toContain("import one, { Whole } from './whole';");
    // Without a string of its own it quotes as the others do.
    expect(offered(`export const span: ${cursor} = { from: 1 };\n`).get('Span')).toContain(
      "import type { Span } from './account';",
    );
  });

  it('is a type, brought as one', () => {
    const text = `import { rate } from './account';\nexport function f(): ${cursor} {\n  return { from: rate };\n}\n`;
    expect(offered(text).get('Span')).toContain("import { rate, type Span } from './account';");
    expect(offered(`export function f(span: ${cursor}) {}\nexport { rate } from './account';\n`).get('Span')).toContain(
      "import type { Span } from './account';",
    );
  });
});
