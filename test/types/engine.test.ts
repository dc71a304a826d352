import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { tsEngine } from '../../server/types/tsEngine.ts';
import type { HoleRequest, TypeEngine } from '../../server/types/typeEngine.ts';
import { coreFor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-types-'));
const worker = join(folder, 'typesWorker.cjs');
const typescript = createRequire(import.meta.url).resolve('typescript');
const engines: TypeEngine[] = [];

function engine(setting: { worker?: string; memory?: number; idle?: number } = {}): TypeEngine {
  const made = tsEngine({ worker, typescript, ...setting });
  engines.push(made);
  return made;
}

beforeAll(async () => {
  await build({
    entryPoints: ['server/types/typesWorker.ts'],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['typescript'],
  });
  writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true }, "files": ["a.ts", "b.ts"] }');
  writeFileSync(join(folder, 'a.ts'), 'export const onDisk = 1;\n');
  writeFileSync(join(folder, 'b.ts'), 'export function twice(n: number): number { return n * 2; }\n');
});

afterAll(async () => {
  await Promise.all(engines.map((each) => each.dispose()));
  rmSync(folder, { recursive: true, force: true });
});

const hole = (text: string, name = 'a.ts') => marked(join(folder, name), text);

describe('the engine in its worker', () => {
  it('opens, completes and checks; the buffer stands for the file', async () => {
    const types = engine();
    const state = await types.open(folder);
    expect(state.ready).toBe(true);
    expect(state.config).toContain('tsconfig.json');
    const request = hole(
      "import { twice } from './b';\nexport const x: number = twice(1);\nexport function f(count: number): number {\n  return /*|*/;\n}\n",
    );
    expect((await types.hole(request))?.expected).toBe('number');
    const fills = await types.enumerate(request, { deadline: 5000 });
    expect(fills.map((fill) => fill.text)).toEqual(expect.arrayContaining(['count', 'twice(count)']));
    const results = await types.check(
      request,
      [{ text: 'count' }, { text: 'onDisk' }, { text: 'twice("a")' }, { text: 'count +' }],
      { deadline: 20_000 },
    );
    expect(results).toEqual(['ok', 'error', 'error', 'error']);
    expect((await types.context(request)).some((item) => item.names.includes('twice'))).toBe(true);
    expect(await types.errorReport(request.file, 'const a: string = 1;')).toMatchObject([{ code: 2322, kind: 'type' }]);
  }, 60_000);

  it('knows the types of a root again after others were asked about, and leaves no question open', async () => {
    const types = engine();
    const root = mkdtempSync(join(tmpdir(), 'mortise-types-first-'));
    const config = { compilerOptions: { strict: true, noEmit: true, paths: { '@/*': ['./src/*'] } } };
    writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(config));
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src/model.ts'), 'export interface Booking { nights: number }\n');
    const asked = marked(
      join(root, 'src/use.ts'),
      "import type { Booking } from '@/model';\nexport const s = (b: Booking) => b.nights === /*|*/;\n",
    );
    // A project that loads again on a busy machine may be late for a question; it is not for all.
    const expectedAt = async (request: HoleRequest): Promise<string | undefined> => {
      for (let tries = 0; tries < 8; tries++) {
        const found = await types.hole(request);
        if (found) return found.expected;
      }
      return undefined;
    };
    await types.open(root);
    expect(await expectedAt(asked)).toBe('number');
    const pending = types.context(asked);
    const others = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'mortise-types-other-')));
    for (const other of others) {
      writeFileSync(join(other, 'c.ts'), 'export const far = 1;\n');
      expect(await types.open(other)).toMatchObject({ ready: true, files: 1 });
      const there = marked(join(other, 'c.ts'), 'export const far: string = /*|*/;\n');
      expect(await expectedAt(there)).toBe('string');
      // Nobody opens it again: two are kept, and what was given up is loaded anew.
      expect(await expectedAt(asked)).toBe('number');
      expect(await expectedAt(there)).toBe('string');
    }
    await types.open(folder);
    await pending;
    expect(await expectedAt(asked)).toBe('number');
    for (const each of [root, ...others]) rmSync(each, { recursive: true, force: true });
  }, 240_000);

  it('gives back what was not asked about for long, and loads it again', async () => {
    const types = engine({ idle: -1 });
    const other = mkdtempSync(join(tmpdir(), 'mortise-types-idle-'));
    writeFileSync(join(other, 'c.ts'), 'export const far = 1;\n');
    const ended = vi.spyOn(Worker.prototype, 'terminate');
    const asked = hole('export const x: number = /*|*/;\n');
    await types.open(folder);
    expect((await types.hole(asked))?.expected).toBe('number');
    expect(ended).toHaveBeenCalledTimes(0);
    await types.open(other);
    expect(ended).toHaveBeenCalledTimes(1);
    await types.open(folder);
    expect((await types.hole(asked))?.expected).toBe('number');
    expect(ended).toHaveBeenCalledTimes(2);
    ended.mockRestore();
    rmSync(other, { recursive: true, force: true });
  }, 120_000);

  it('brings the import of what only another file declares', async () => {
    const types = engine();
    await types.open(folder);
    const request = hole('export const x: number = /*|*/;\n');
    const [call, known, unknown, two] = await types.imports(request, [
      'twice(1)',
      'Math.PI',
      'thrice(1)',
      'twice(gone)',
    ]);
    expect(call).toEqual([{ span: { start: 0, end: 0 }, text: 'import { twice } from "./b";\n' }]);
    expect([known, unknown, two]).toEqual([undefined, undefined, undefined]);
    const fills = [
      { text: 'twice(1)', edits: call ?? [] },
      { text: 'twice("")', edits: call ?? [] },
      { text: 'twice(1)' },
    ];
    expect(await types.check(request, fills, { deadline: 20_000 })).toEqual(['ok', 'error', 'error']);
  }, 60_000);

  it('sees other open buffers, and what changed or vanished on disk', async () => {
    const types = engine();
    await types.open(folder);
    const request = hole("import * as b from './b';\nexport const x: string = b./*|*/;\n");
    types.buffer(join(folder, 'b.ts'), 'export const fresh: string = "";\n');
    expect((await types.enumerate(request, { deadline: 5000 })).map((fill) => fill.text)).toContain('fresh');
    types.buffer(join(folder, 'b.ts'), undefined);
    unlinkSync(join(folder, 'b.ts'));
    types.changed([join(folder, 'b.ts')]);
    expect((await types.enumerate(request, { deadline: 5000 })).map((fill) => fill.text)).not.toContain('fresh');
    writeFileSync(join(folder, 'b.ts'), 'export function twice(n: number): number { return n * 2; }\n');
  }, 60_000);

  it('sees a file that came after the import of it, while the importing buffer is told at every key', async () => {
    const types = engine();
    await types.open(folder);
    const later = join(folder, 'later.ts');
    const request = hole("import * as later from './later';\nexport const x: string = later./*|*/;\n");
    const offered = async () => (await types.enumerate(request, { deadline: 5000 })).map((fill) => fill.text);
    types.buffer(request.file, request.text);
    expect(await offered()).not.toContain('come');
    writeFileSync(later, 'export const come: string = "";\n');
    types.changed([later]);
    expect(await offered()).toContain('come');
    types.buffer(request.file, `${request.text}\n`);
    expect(await offered()).toContain('come');
    unlinkSync(later);
    types.changed([later]);
    expect(await offered()).not.toContain('come');
  }, 60_000);

  it('answers nothing once aborted, and goes on', async () => {
    const types = engine();
    const abort = new AbortController();
    const request = hole('export const y: number = /*|*/;\n');
    const asked = types.enumerate(request, {}, abort.signal);
    abort.abort();
    expect(await asked).toEqual([]);
    expect(await types.hole(request, AbortSignal.abort())).toBeUndefined();
    expect((await types.hole(request))?.expected).toBe('number');
  }, 60_000);

  it('comes back after a crash, and is off after three', async () => {
    const bad = join(folder, 'crashing.cjs');
    writeFileSync(
      bad,
      "require('node:worker_threads').parentPort.on('message', () => { throw new Error('out of luck'); });",
    );
    const types = engine({ worker: bad });
    const request = hole('export const z: number = /*|*/;\n');
    for (let i = 0; i < 4; i++) {
      expect(await types.hole(request)).toBeUndefined();
      expect(await types.check(request, [{ text: '1' }])).toEqual(['unknown']);
    }
    expect(types.knows(request.file)).toBe(false);
    const state = await types.open(folder);
    expect(state.ready).toBe(false);
    expect(state.notes.join(' ')).toContain('out of luck');
  }, 60_000);
});

describe('bad input', () => {
  const cases: [string, string, string][] = [
    ['in a comment', 'a.ts', '// nothing /*|*/ here\n'],
    ['in a string', 'a.ts', "const s = 'ab/*|*/c';\n"],
    ['not a source file', 'a.txt', 'x = /*|*/'],
    ['a buffer of 5 MB', 'big.ts', `const x: number = /*|*/;\n${'// filler\n'.repeat(500_000)}`],
    ['minified', 'small.js', `var a=/*|*/;${'function f(){return 1}'.repeat(3000)}`],
  ];
  it.each(cases)('%s: no hole, no candidates, no exception', (_name, file, text) => {
    const core = coreFor(folder);
    const request = hole(text, file);
    expect(core.hole(request)).toBeUndefined();
    expect(core.context(request, {})).toEqual([]);
    expect(core.enumerate(request, {})).toEqual([]);
    expect(core.check(request, [{ text: '1' }], {})).toEqual(['unknown']);
  });

  it('an offset outside of the text is no hole', () => {
    const core = coreFor(folder);
    expect(core.hole({ file: join(folder, 'a.ts'), text: 'x', offset: 7 })).toBeUndefined();
    expect(core.hole({ file: join(folder, 'a.ts'), text: 'xyz', offset: 2, suffixOffset: 1 })).toBeUndefined();
  });

  it('survives every prefix of a program as the buffer', () => {
    const core = coreFor(folder);
    const program =
      "import { twice } from './b';\nexport class A<T> extends B { #x = `${twice(1)}`; m(a: T): T[] { for (const k in a) { if (k) { return [a]; } } } }\n";
    for (let end = 0; end <= program.length; end += 7) {
      const request = { file: join(folder, 'a.ts'), text: program.slice(0, end), offset: end };
      const found = core.enumerate(request, { deadline: 2000, maxCandidates: 5 });
      expect(core.check(request, found, { deadline: 5000 })).toHaveLength(found.length);
      expect(Array.isArray(core.context(request, {}))).toBe(true);
    }
  }, 60_000);

  it('works without a configuration and says so', () => {
    const bare = mkdtempSync(join(tmpdir(), 'mortise-bare-'));
    writeFileSync(join(bare, 'util.js'), 'export function shout(text) { return text.toUpperCase(); }\n');
    const inferred = coreFor(bare);
    const request = marked(
      join(bare, 'main.js'),
      "import { shout } from './util.js';\nconst loud = shout('a');\nconsole.log(/*|*/);\n",
    );
    expect(inferred.openRoot(bare).notes.join(' ')).toContain('no tsconfig.json');
    expect(inferred.enumerate(request, { deadline: 5000 }).map((fill) => fill.text)).toContain('loud');
    rmSync(bare, { recursive: true, force: true });
  }, 30_000);
});
