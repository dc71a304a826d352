/** What a hole of TypeScript stands in: the functions around it with what they take, callbacks' parameters, and names at hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Completer } from '../../server/complete/complete.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { noTypes } from '../../server/types/typeEngine.ts';
import { testSyntax } from '../support/syntax.ts';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-place-'));
const files = {
  'models.ts':
    'export interface User { id: string; age: number }\nexport class Box { lid = 1; width = 2; depth = 3 }\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "noEmit": true } }',
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
const core = coreFor(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const head = "import type { User } from './models';\n";

describe('what a hole of TypeScript stands in', () => {
  it.each([
    [
      `export function g(id: string, of: User[]): User[] {\n  const limit = of.length;\n  return of.filter((one) => ${cursor});\n}\n`,
      ['(one: User) => unknown', 'limit: number', 'function g(id: string, of: User[]): User[]'],
    ],
    [
      `export class Store {\n  private users: User[] = [];\n  constructor(private readonly name: string) {}\n  oldest<T>(least: T): User | undefined {\n    for (const user of this.users) { ${cursor} }\n    return undefined;\n  }\n}\n`,
      ['oldest<T>(least: T): User | undefined', 'user: User'],
    ],
    [
      `const handle = async ({ id }: User, n = 1) => {\n  ${cursor}\n};\n`,
      ['handle = ({ id }: User, n: number)', 'id: string'],
    ],
    [`export const twice = [1].map(function (n) {\n  return ${cursor};\n});\n`, ['(n: number) => unknown']],
  ])('is told, and bought before all else: %s', async (written, wanted) => {
    const request = marked(join(folder, 'main.ts'), head + written);
    const told = core.context(request, {}).filter(({ source }) => source === 'place');
    for (const each of wanted) expect(told.map(({ text }) => text)).toContain(each);
    const syntax = await testSyntax('typescript');
    const completer = new Completer({
      syntax,
      types: { ...noTypes, knows: () => true, context: async (asked) => core.context(asked, {}) },
      listFiles: async () => Object.keys(files),
      modelsDir: 'models',
      count: estimateTokens,
    });
    const hole = await completer.open({ root: folder, path: 'main.ts', text: request.text, offset: request.offset });
    if (!hole) throw new Error('no hole');
    const gathered = await completer.gather(hole);
    for (const budget of [128, 256, 1024]) {
      const { items } = completer.spend(gathered, budget);
      const place = items.filter(({ source }) => source === 'place');
      expect(place).toHaveLength(1);
      for (const each of wanted) expect(place[0]?.text).toContain(each);
      expect(items.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(budget);
      // Behind what changes with the file, before what changes with the line.
      const at = items.findIndex(({ source }) => source === 'place');
      expect(items.slice(at + 1).every(({ source }) => source === 'similar' || source === 'recent')).toBe(true);
    }
  });
});
