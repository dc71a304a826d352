/**
 * The providers on a real inference engine: real tokens, streaming, filling in the middle, a schema kept, and an abort that
 * frees the engine. With OLLAMA_HOST or LLAMA_SERVER (an address) the same is asked of that server, and of the model
 * MORTISE_TEST_MODEL where it has several.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fimPrompt } from '../../server/model/fim.ts';
import { answerOf, type TextModel } from '../../server/model/provider.ts';
import { openModel, type ServerKind } from '../../server/model/servers.ts';
import { type Engine, missingEngine, serveEngine } from './engine.mjs';

const { OLLAMA_HOST: ollama, LLAMA_SERVER: llama, MORTISE_TEST_MODEL: named = 'tiny-fim:latest' } = process.env;
const host = ollama ?? llama;
const why = host ? undefined : missingEngine();
if (why !== undefined) console.warn(`Tests on a real engine are skipped: ${why}`);
const never = new AbortController().signal;

const parts = {
  path: 'add.ts',
  prefix: 'export function add(a: number, b: number): number {\n    return ',
  suffix: '\n}\n',
  extra: [],
  maxTokens: 12,
  comment: '//',
};

describe.skipIf(why !== undefined)('on a real engine', () => {
  let engine: Engine | undefined;
  let address = host ?? '';
  beforeAll(async () => {
    if (host) return;
    engine = await serveEngine();
    address = engine.address;
  });
  afterAll(() => engine?.close());

  const kinds: readonly ServerKind[] = ollama ? ['ollama'] : llama ? ['llamacpp'] : ['ollama', 'llamacpp'];
  const open = (kind: ServerKind): TextModel => openModel(kind, { address, model: named, contextLength: 2048 });

  it.each(kinds)('%s fills in the middle, in parts that stream', async (kind) => {
    const model = open(kind);
    const seen: string[] = [];
    const prompt = fimPrompt(model.name, await model.capabilities(never), parts);
    for await (const part of model.complete(prompt, never)) seen.push(part);
    const text = seen.join('');
    expect(text).not.toBe('');
    if (!host) expect(text).toBe('number;');
    expect(seen.length).toBeGreaterThan(1);
    // The suffix counts: without it the same model goes on differently.
    const { suffix: _, ...rest } = prompt;
    expect(await answerOf(model, { ...rest, maxTokens: 12 }, never)).not.toBe(text);
  });

  it.each(kinds)('%s keeps to a schema', async (kind) => {
    const schema = {
      type: 'object',
      properties: { side: { enum: ['ours', 'theirs'] }, sure: { type: 'boolean' } },
      required: ['side', 'sure'],
    };
    const text = await answerOf(open(kind), { system: 'json:', prompt: 'json:', schema, maxTokens: 120 }, never);
    expect(JSON.parse(text)).toMatchObject({
      side: expect.stringMatching(/^(ours|theirs)$/),
      sure: expect.any(Boolean),
    });
  });

  it.each(kinds)('%s frees the engine within 200 ms of an abort', async (kind) => {
    const abort = new AbortController();
    const stoppedBefore = engine?.state.stopped ?? 0;
    let at = 0;
    const { suffix: _, ...plain } = { ...parts, prompt: parts.prefix };
    const running = (async () => {
      for await (const __ of open(kind).complete({ prompt: plain.prompt, maxTokens: 1500 }, abort.signal)) {
        if (at !== 0) continue;
        at = performance.now();
        abort.abort();
      }
    })();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    const asked = performance.now();
    await answerOf(open(kind), { prompt: 'a', maxTokens: 1 }, never);
    if (engine) {
      expect(engine.state.stopped).toBe(stoppedBefore + 1);
      expect(engine.state.stoppedAt - at).toBeLessThan(200);
    } else expect(performance.now() - asked).toBeLessThan(2000);
  });

  it.each(kinds)('%s is left when the reader leaves', async (kind) => {
    const stoppedBefore = engine?.state.stopped ?? 0;
    for await (const part of open(kind).complete({ prompt: parts.prefix, maxTokens: 1500 }, never))
      if (part !== '') break;
    await answerOf(open(kind), { prompt: 'a', maxTokens: 1 }, never);
    if (engine) expect(engine.state.stopped).toBe(stoppedBefore + 1);
  });
});
