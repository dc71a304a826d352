/** A class skeleton filled method by method with the real type engine, and what a comment with examples puts into the prompt. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Completer } from '../../server/complete/complete.ts';
import { ModelCompletions } from '../../server/complete/model/modelCompletion.ts';
import { commentAbove } from '../../server/complete/model/modelPrompt.ts';
import { ask } from '../../server/complete/source.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import type { Prompt, TextModel } from '../../server/model/provider.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { type LoadedSyntax, loadSyntax } from '../../server/syntax/treeSitter.ts';
import { tsEngine } from '../../server/types/tsEngine.ts';
import { noTypes, type TypeEngine } from '../../server/types/typeEngine.ts';

let syntax: LoadedSyntax;
let types: TypeEngine;
const folders: string[] = [];
beforeAll(async () => {
  syntax = await loadSyntax(join(import.meta.dirname, '../../grammars'));
  await syntax.ready(languageOf('a.ts'));
  const worker = join(
    folders[folders.push(mkdtempSync(join(tmpdir(), 'mortise-types-'))) - 1] ?? '',
    'typesWorker.cjs',
  );
  const external = ['typescript'];
  const entryPoints = ['server/types/typesWorker.ts'];
  await build({ entryPoints, outfile: worker, bundle: true, platform: 'node', format: 'cjs', external });
  types = tsEngine({ worker, typescript: createRequire(import.meta.url).resolve('typescript') });
});
afterAll(async () => {
  await types.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Answers by what stands right before the hole. */
function answering(bodies: Readonly<Record<string, string>>) {
  const asked: Prompt[] = [];
  const model: TextModel = {
    name: 'scripted',
    capabilities: async () => ({ insert: true }),
    async *complete(prompt) {
      asked.push(prompt);
      const key = Object.keys(bodies).find((name) => prompt.prompt.slice(-60).includes(`${name}(`));
      yield bodies[key ?? ''] ?? '';
    },
  };
  return { model, asked };
}

/** By hand at `|` in a.ts. */
async function offered(marked: string, model: TextModel, engine: TypeEngine) {
  const root = mkdtempSync(join(tmpdir(), 'mortise-methods-'));
  folders.push(root);
  const [offset, text] = [marked.indexOf('|'), marked.replace('|', '')];
  writeFileSync(join(root, 'a.ts'), text);
  writeFileSync(join(root, 'tsconfig.json'), '{"compilerOptions":{"strict":true,"target":"es2022","types":[]}}');
  await engine.open(root);
  const parts = {
    syntax,
    types: engine,
    listFiles: async () => undefined,
    modelsDir: '/nowhere',
    count: estimateTokens,
  };
  const completer = new Completer(parts);
  const source = new ModelCompletions({ services: parts, model: async () => ({ model, contextLength: 8192 }) });
  const signal = AbortSignal.timeout(60_000);
  const hole = await completer.open({ root, path: 'a.ts', text, offset }, signal);
  if (!hole) throw new Error('no hole');
  return source.offer(ask(completer, hole, undefined, 'manual', signal), [], signal);
}

const counter =
  'interface Counter {\n  add(n: number): void;\n  total(): number;\n  label(): string;\n}\n\nclass Sum implements Counter {\n  private sum = 0;\n\n  |\n}\n';

describe('a class that owes methods', { timeout: 120_000 }, () => {
  it('is filled one method at a time; a body that the checker refuses leaves its stub', async () => {
    const { model, asked } = answering({
      add: 'this.sum += n;',
      total: 'return this.sum;',
      label: 'return this.sum;',
    });
    const [item] = await offered(counter, model, types);
    expect(asked).toHaveLength(3);
    // The second question shows what the first one gave.
    expect(asked[1]?.prompt).toContain('this.sum += n;');
    expect(asked[1]?.suffix).toMatch(/^\n {2}\}/);
    expect(item?.checked).toBe(true);
    expect(item?.text).toContain(
      'add(n: number): void {\n    this.sum += n;\n  }\n\n  total(): number {\n    return this.sum;\n  }',
    );
    expect(item?.text).toMatch(/label\(\): string \{\n {4}throw new Error\(.not implemented.\);\n {2}\}$/);
  });

  it('keeps the line ends of a file that has CRLF', async () => {
    const { model } = answering({ add: 'this.sum += n;\n    this.sum += 0;', total: 'return this.sum;' });
    const [item] = await offered(counter.replaceAll('\n', '\r\n'), model, types);
    expect(item?.text).toContain('{\r\n    this.sum += n;\r\n    this.sum += 0;\r\n  }\r\n\r\n  total()');
    expect(item?.text).not.toMatch(/(?<!\r)\n/);
  });

  it('is left to the usual samples where no body holds, and where no type says what it owes', async () => {
    const { model, asked } = answering({ add: 'return nonsense;', total: '', label: 'return 1;' });
    expect(await offered(counter, model, types)).toEqual([]);
    expect(asked.length).toBeGreaterThan(3);
    const free = answering({});
    await offered('class A {\n  |\n}\n', free.model, types);
    expect(free.asked[0]?.prompt.endsWith('class A {\n  ')).toBe(true);
  });
});

describe('a comment with inputs and outputs', () => {
  const examples = Array.from({ length: 120 }, (_, i) => `// roman(${i + 1}) => "example ${i + 1}"`).join('\n');

  it('reaches the first prompt with every example, however long it is', async () => {
    const before = Array.from({ length: 200 }, (_, i) => `export const other${i} = ${i};`).join('\n');
    const { model, asked } = answering({});
    const text = `${before}\n\n${examples}\nexport function roman(n: number): string {\n  |\n}\n`;
    await offered(text, model, noTypes);
    for (const n of [1, 60, 120]) expect(asked[0]?.prompt).toContain(`roman(${n}) => "example ${n}"`);
  });

  it.each([
    ['// a\n// b\nfunction f() {\n  |', 0],
    ['x\n/**\n * f(1) => 2\n */\nfunction f() {|', 2],
    ['def f(n):\n  """\n  >>> f(1)\n  2\n  """\n  |', 10],
    ['# f(1) == 2\n|', 0],
    ['const a = 1;\n|', undefined],
    ['// far\na\nb\nc\nd\ne\nf\ng\n|', undefined],
    ['#include <a.h>\nint f() {\n|', undefined],
  ])('is found above %j', (marked, expected) => {
    expect(commentAbove(marked.replace('|', ''), marked.indexOf('|'))).toBe(expected);
  });
});
