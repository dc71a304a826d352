/** What a long session of typing must not hold on to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-memory-'));
writeFileSync(
  join(folder, 'tsconfig.json'),
  '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["*.ts"] }',
);
writeFileSync(join(folder, 'b.ts'), 'export const b = 1;\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

describe('a program that another has replaced', () => {
  it('is given back', async () => {
    const core = coreFor(folder);
    const request = marked(join(folder, 'a.ts'), `import { b } from './b';\nexport const a: number = ${cursor};\n`);
    const next = (): WeakRef<object> => {
      core.changed([join(folder, 'b.ts')]);
      const program = core.inspect(request)?.state.snapshot.program;
      if (!program) throw new Error('no program for the hole');
      return new WeakRef(program);
    };
    const programs = [next(), next(), next()];
    expect(new Set(programs.map((each) => each.deref())).size).toBe(3);
    // What a weak reference showed is held until this turn of the event loop is over.
    await expect
      .poll(
        () => {
          collect();
          return programs.filter((each) => each.deref()).length;
        },
        { timeout: 10_000, interval: 50 },
      )
      .toBe(1);
  });
});
