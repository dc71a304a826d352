/** Where there are more fills than are wanted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-kept-'));
writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true }, "include": ["*.ts"] }');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function offered(text: string, maxCandidates: number): string[] {
  const request = marked(join(folder, 'a.ts'), text);
  writeFileSync(request.file, request.text);
  return coreFor(folder)
    .enumerate(request, { deadline: 20_000, maxCandidates })
    .map((each) => each.text);
}

describe('the fills that are kept', () => {
  it('hold every value of the functions around, typed or not, and go without what nobody writes', () => {
    const text = `export const read = (name: string, given: any): string => {\n  const found = name.trim();\n  return found || ${cursor};\n};\n`;
    const few = offered(text, 12);
    expect(few).toHaveLength(12);
    expect(few).toEqual(expect.arrayContaining(['name', 'given', 'found', 'found.trim()']));
    expect(few.filter((each) => /valueOf|WellFormed|trimEnd/.test(each))).toEqual([]);
    expect(offered(text, 500)).toContain('found.trimEnd()');
    expect(offered(text.replace('.trim()', '.trimEnd()'), 12)).toContain('found.trimEnd()');
  });

  it('hold the members of an enum of which others stand in like places', () => {
    const text = `enum Kind { Wide = 'w', Flat = 'f', Tall = 't' }\ndeclare function log(what: any): void;\nlog(Kind.Wide);\nlog(Kind.Flat);\nlog(${cursor});\n`;
    expect(offered(text, 6)).toEqual(expect.arrayContaining(['Kind.Wide', 'Kind.Flat', 'Kind.Tall']));
  });
});
