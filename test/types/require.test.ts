/** An export that comes into a CommonJS file comes by `require`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/text/span.ts';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-require-'));

beforeAll(() => {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "strict": true, "allowJs": true, "module": "preserve", "types": [] }, "include": ["*"] }',
  );
  writeFileSync(
    join(folder, 'time.ts'),
    'export function startOfDay(time: number): number { return time; }\nexport function spanOf(from: number, to: number): { from: number } { return { from: from + to }; }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an import into CommonJS', () => {
  const importing = (text: string, name: string) => {
    const request = marked(join(folder, name), text);
    const [edits] = coreFor(folder).imports(request, ['spanOf(1, 2)']);
    return applyEdits(request.text, edits ?? [])
      .split('\n')
      .slice(0, 2)
      .join('\n');
  };
  const body = `function day(time) {\n  return ${cursor};\n}\nmodule.exports = { day };\n`;

  it.each([
    ["const { startOfDay } = require('./time');\n", 'b.js', "const { startOfDay, spanOf } = require('./time');"],
    ["const { startOfDay } = require('./time.js');\n", 'b.js', "const { startOfDay, spanOf } = require('./time.js');"],
    ["const fs = require('fs');\n", 'b.js', "const fs = require('fs');\nconst { spanOf } = require('./time');"],
    ["'use strict';\n", 'b.cjs', "'use strict';\nconst { spanOf } = require('./time');"],
  ])('is a require (%s)', (top, name, wanted) => {
    expect(importing(top + body, name)).toContain(wanted);
  });

  it('goes by the package where the file does not say', () => {
    const plain = `const a = ${cursor};\n`;
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
    expect(importing(plain, 'c.js')).toContain('const { spanOf } = require("./time");');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    expect(importing(plain, 'd.js')).toContain('import { spanOf } from "./time";');
  });

  it('is an import in a module', () => {
    expect(importing(`import { startOfDay } from './time';\nexport const a = ${cursor};\n`, 'b.js')).toContain(
      "import { startOfDay, spanOf } from './time';",
    );
  });
});
