/** Completions by a model: what is asked, where its text is cut, what is refused, and that nothing is asked twice. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Completer } from '../../server/complete/complete.ts';
import { FillCache } from '../../server/complete/model/fillCache.ts';
import { fused, ModelCompletions } from '../../server/complete/model/modelCompletion.ts';
import { cutText, extentOf } from '../../server/complete/model/modelStop.ts';
import { type Asked, ask } from '../../server/complete/source.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import type { Capabilities, Prompt, TextModel } from '../../server/model/provider.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { loadSyntax } from '../../server/syntax/treeSitter.ts';
import { noTypes, type TypeEngine } from '../../server/types/typeEngine.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A model that says what it is told to, part by part, and remembers what it was asked. */
function saying(answers: readonly (readonly string[])[], capabilities: Capabilities = { insert: true }, gap = 0) {
  const asked: Prompt[] = [];
  const given: number[] = [];
  const model: TextModel = {
    name: 'scripted',
    capabilities: async () => capabilities,
    async *complete(prompt, signal) {
      const n = asked.push(prompt) - 1;
      given[n] = 0;
      for (const part of answers[Math.min(n, answers.length - 1)] ?? []) {
        if (gap > 0) await new Promise((next) => setTimeout(next, gap));
        signal.throwIfAborted();
        given[n] = (given[n] ?? 0) + 1;
        yield part;
      }
    },
  };
  return { model, asked, given };
}

/** `|` marks the hole. */
async function offered(
  marked: string,
  model: TextModel,
  options: {
    asked?: Asked;
    name?: string;
    types?: TypeEngine;
    source?: ModelCompletions;
    files?: Record<string, string>;
    recent?: Record<string, string>;
    allowed?: (file: string) => Promise<boolean>;
    sent?: string[];
  } = {},
) {
  const root = await mkdtemp(join(tmpdir(), 'mortise-model-'));
  folders.push(root);
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(root, name), text);
  const syntax = await loadSyntax(join(import.meta.dirname, '../../grammars'));
  const path = options.name ?? 'a.ts';
  await syntax.ready(languageOf(path));
  const types = options.types ?? noTypes;
  const completer = new Completer({
    syntax,
    types,
    listFiles: async () => undefined,
    modelsDir: '/nowhere',
    count: estimateTokens,
  });
  const source =
    options.source ??
    new ModelCompletions({
      services: { syntax, types },
      model: async () => ({ model, contextLength: 4096 }),
      ...(options.allowed ? { allowed: options.allowed } : {}),
      sent: ({ prompt }) => options.sent?.push(prompt),
    });
  for (const [name, text] of Object.entries(options.recent ?? {}))
    (await completer.workspace(root)).recent.note(name, text, 0);
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const signal = AbortSignal.timeout(20_000);
  const hole = await completer.open({ root, path, text, offset }, signal);
  if (!hole) throw new Error('no hole');
  const question = ask(completer, hole, undefined, options.asked ?? 'automatic', signal);
  const items = await source.offer(question, [], signal);
  return { items, texts: items.map((item) => item.text), source };
}

const cut = (prefix: string, suffix: string, raw: string, manual = false) =>
  cutText(raw, { prefix, suffix, extent: extentOf(prefix, suffix, manual) }, true).text;

describe('where a fill ends', () => {
  it.each([
    ['at control tokens', 'return ', ';\n', 'number<|endoftext|>junk', 'number'],
    ["at the rest of the hole's line", 'add(', ', 2);\n', 'a, 2);\nb', 'a'],
    ['before a closer that is not its own', 'const a = f(x.map(', '));\n', 'y => y)); other()', 'y => y'],
    ['after a closer that the prefix waits for', 'const a = f(\n  ', '\n', 'x,\n  y);\nmore();\n', 'x,\n  y);'],
    ['at the line below', 'function f() {\n  ', '\n  done();\n}\n', 'start();\n  done();\n}\n', 'start();'],
    ['at its third repetition', 'function f() {\n  ', '\n}\n', 'log(1);\n  log(1);\n  log(1);\n  log(1);', 'log(1);'],
    ['in a loop within a line', 'x = ', '\n', `a${'+ bcd '.repeat(30)}`, 'a+ bcd'],
    [
      'at the end of its block',
      'class A {\n  f() ',
      '\n}\n',
      '{\n    return 1;\n  }\n\n  g() {}\n',
      '{\n    return 1;\n  }',
    ],
    ['where a line stands further left', 'if (a) {\n    b();\n    ', '', 'c();\nd();\n', 'c();'],
    ['without its fence', 'return ', ';\n', '```ts\nnumber\n```\nThis returns', 'number'],
    ['without its thinking', 'return ', ';\n', '<think>hm\nhm</think>\nnumber', 'number'],
    ['with nothing for nothing', 'return ', ';\n', '', ''],
  ])('%s', (_, prefix, suffix, raw, expected) => {
    expect(cut(prefix, suffix, raw)).toBe(expected);
  });
});

describe('completions by a model', () => {
  it('sends context, prefix and suffix, leaves the stream at the end of the fill, and shows it', async () => {
    const { model, asked, given } = saying([['a', ' + b;', '\n}\n', 'never', 'read']]);
    const { items } = await offered('function add(a: number, b: number) {\n  return |\n}\n', model);
    expect(items).toMatchObject([{ text: 'a + b;', origin: 'model', checked: false }]);
    expect(asked[0]?.prompt).toContain('function add(a: number, b: number) {\n  return ');
    expect(asked[0]).toMatchObject({ suffix: '\n}\n', maxTokens: 160 });
    expect(given[0]).toBeLessThan(5);
  });

  it('shows no text that breaks the syntax, nor one that the checker refuses', async () => {
    expect((await offered('const a = |;\n', saying([['= = )']]).model)).texts).toEqual([]);
    const strict: TypeEngine = {
      ...noTypes,
      knows: () => true,
      check: async (_, fills) => fills.map(({ text }) => (text === 'good' ? 'ok' : 'error')),
    };
    expect((await offered('const a = |;\n', saying([['bad']]).model, { types: strict })).texts).toEqual([]);
    expect((await offered('const a = |;\n', saying([['good']]).model, { types: strict })).items).toMatchObject([
      { text: 'good', checked: true },
    ]);
  });

  it('shows its errors to a model that can be talked to, and finds the repaired fill at the next request', async () => {
    const strict: TypeEngine = {
      ...noTypes,
      knows: () => true,
      check: async (_, fills) => fills.map(({ text }) => (text === 'good' ? 'ok' : 'error')),
      errorReport: async (_, text) =>
        text.includes('bad')
          ? [
              {
                span: { start: 10, end: 13 },
                message: "Cannot find name 'bad'.",
                code: 2304,
                category: 'error',
                kind: 'type',
              },
            ]
          : [],
    };
    const { model, asked } = saying([['bad'], ['good']]);
    const sent: string[] = [];
    const first = await offered('const a = |;\n', model, { types: strict, sent });
    expect(first.texts).toEqual([]);
    while (asked.length < 2) await new Promise((next) => setTimeout(next, 5));
    await new Promise((next) => setTimeout(next, 20));
    expect(asked[1]?.prompt).toContain("Cannot find name 'bad'.");
    // What goes out is told, these questions too.
    expect(sent).toHaveLength(2);
    expect(sent[1]).toContain("Cannot find name 'bad'.");
    const again = await offered('const a = |;\n', model, { types: strict, source: first.source });
    expect(again.texts).toEqual(['good']);
  });

  it('asks anew where a repair was superseded before it ended', async () => {
    const strict: TypeEngine = {
      ...noTypes,
      knows: () => true,
      check: async (_, fills) => fills.map(({ text }) => (text === 'bad' ? 'error' : 'ok')),
      errorReport: async (_, text) =>
        text.includes('bad')
          ? [{ span: { start: 10, end: 13 }, message: 'No.', code: 1, category: 'error', kind: 'type' }]
          : [],
    };
    const { model, asked } = saying([['bad'], Array(40).fill('held'), ['other'], ['good']], { insert: true }, 60);
    const { source, texts } = await offered('const a = |;\n', model, { types: strict });
    expect(texts).toEqual([]);
    while (asked.length < 2) await new Promise((next) => setTimeout(next, 5));
    // The repair is under way: another place takes its lane.
    expect((await offered('const b = |;\n', model, { types: strict, source })).texts).toEqual(['other']);
    expect((await offered('const a = |;\n', model, { types: strict, source })).texts).toEqual(['good']);
  });

  it('asks once while what is typed matches, on the stream and afterwards', async () => {
    const { model, asked } = saying([['compute', '(alpha, ', 'beta);']], { insert: true }, 30);
    const first = offered('const value = |\n', model);
    const { source, texts } = await first;
    expect(texts).toEqual(['compute(alpha, beta);']);
    const before = asked.filter(({ prompt }) => !prompt.includes('beta);')).length;
    expect((await offered('const value = comp|\n', model, { source })).texts).toEqual(['ute(alpha, beta);']);
    expect(asked.filter(({ prompt }) => !prompt.includes('beta);'))).toHaveLength(before);
  });

  it.each([
    ['babbles', 'Sure! I would be happy to help you with that. '.repeat(300)],
    ['loops', 'log(1);\n  '.repeat(5000)],
    ['returns markers', '<<<<<<< ours\na();\n=======\nb();\n>>>>>>> theirs\n'],
    ['returns the whole file', 'function f() {\n  a();\n}\nexport const other = 1;\nexport const more = 2;\n'],
    ['writes another language', 'def f(self):\n    return self.x\n'],
    ['sends ten megabytes', 'x'.repeat(10_000_000)],
    ['closes what it did not open', '}\nevil();\n{'],
    ['returns nothing', ''],
  ])('shows nothing that does not fit, whatever the model does: it %s', async (_, answer) => {
    const { texts } = await offered('function f() {\n  |\n}\n', saying([answer.match(/[\s\S]{1,50000}/g) ?? []]).model);
    for (const text of texts) {
      expect(text.length).toBeLessThan(2000);
      expect(text).not.toMatch(/^(?:<{7}|={7}|>{7})|^\s*\}/m);
      expect(text.split('log(1);').length).toBeLessThan(4);
    }
    expect(texts.length).toBeLessThan(2);
  });

  it('by hand shows several samples, the one they agree on first', async () => {
    const { model, asked } = saying([['one();'], ['two();'], ['two();']]);
    const { texts } = await offered('function f() {\n  |\n}\n', model, { asked: 'manual' });
    expect(texts).toEqual(['two();', 'one();']);
    expect(asked.slice(1).map(({ temperature }) => temperature)).toEqual([0.5, 0.5]);
    expect(fused(['a\nb\nc', 'a\nb\nd'])).toEqual(['a\nb\nc', 'a\nb\nd', 'a\nb']);
  });

  it('sends no secret, and nothing of a file that holds them', async () => {
    const { model, asked } = saying([['x']]);
    await offered(
      "const key = 'AKIAABCDEFGHIJKLMNOP';\nconst dsn = 'postgres://app:hunter22@db/x';\nconst a = |;\n",
      model,
    );
    const sent = JSON.stringify(asked);
    expect(sent).not.toContain('AKIAABCDEFGHIJKLMNOP');
    expect(sent).not.toContain('hunter22');
    expect(sent).toContain('postgres://app:');
    const quiet = saying([['x']]);
    await offered('{\n  "a": |\n}\n', quiet.model, { name: 'secrets.json' }).catch(() => undefined);
    expect(quiet.asked).toEqual([]);
  });

  it('sends nothing of other files that hold secrets or that git ignores, edited a moment ago or indexed', async () => {
    const { model, asked } = saying([['x']]);
    const source = (value: string) => `export const total = '${value}';\nexport const computeTotal = total;\n`;
    await offered('const sum = computeTotal + total + |;\n', model, {
      files: { 'credentials.ts': source('indexedword'), 'shown.ts': source('shownword') },
      recent: { '.env': 'TOTAL=envword\n', 'local.ts': source('ignoredword'), 'near.ts': source('nearword') },
      allowed: async (file) => !file.endsWith('local.ts'),
    });
    const sent = JSON.stringify(asked);
    expect(sent).toContain('nearword');
    expect(sent).toContain('shownword');
    for (const word of ['indexedword', 'envword', 'ignoredword']) expect(sent).not.toContain(word);
  });

  it('keeps the front of the prompt the same from one key to the next', async () => {
    const lines = Array.from({ length: 400 }, (_, i) => `const value${i} = compute(${i}, ${i * 7});`).join('\n');
    const { model, asked } = saying([['x']]);
    const first = await offered(`${lines}\nconst last = v|\n\n${lines}`, model);
    await offered(`${lines}\nconst last = value|\n\n${lines}`, model, { source: first.source });
    const [a = '', b = ''] = asked.filter(({ prompt }) => /last = v(alue)?$/.test(prompt)).map(({ prompt }) => prompt);
    let same = 0;
    while (same < a.length && a[same] === b[same]) same++;
    expect(same / a.length).toBeGreaterThan(0.99);
  });
});

describe('the cache', () => {
  it('continues a fill while it is typed, and forgets the oldest', () => {
    const cache = new FillCache(2);
    cache.put('a = ', ';', 'foo(bar)');
    expect(cache.get('a = fo', ';')).toBe('o(bar)');
    expect(cache.get('a = fx', ';')).toBeUndefined();
    expect(cache.get('a = ', ')')).toBeUndefined();
    cache.put('b', '', 'x');
    cache.put('c', '', 'y');
    expect(cache.get('a = ', ';')).toBeUndefined();
  });
});
