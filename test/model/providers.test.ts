/** OpenAI-compatible servers, llama-server and detection, against a scripted server that answers in the real servers' shapes. */
import { describe, expect, it } from 'vitest';
import { unconfirmed } from '../../server/model/address.ts';
import { Lanes } from '../../server/model/lanes.ts';
import { llamacppModel } from '../../server/model/llamacpp.ts';
import { ollamaModel, pullModel } from '../../server/model/ollama.ts';
import { openaiModel } from '../../server/model/openai.ts';
import { answerOf, type Prompt } from '../../server/model/provider.ts';
import { advise, choose } from '../../server/model/recommend.ts';
import { relayModel } from '../../server/model/relay.ts';
import { findServer, openModel } from '../../server/model/servers.ts';
import { chatted, events, generated, json, scripted, show, streamed } from './scripted.ts';

const never = new AbortController().signal;
const chat: Prompt = { system: 's', prompt: 'p', maxTokens: 8 };
const plain: Prompt = { prompt: 'p', maxTokens: 8 };
const options = (address: string) => ({ address, model: 'm', contextLength: 2048 });
const delta = (content: string) => ({ choices: [{ delta: { content }, index: 0, finish_reason: null }] });

describe('an OpenAI-compatible server', () => {
  it('streams a chat through any split of its chunks, schema and key sent', async () => {
    const body = events([delta('fü'), delta('r '), delta('{}'), { choices: [], usage: { prompt_tokens: 3 } }]);
    for (const size of [1, 7, 1000]) {
      const server = await scripted({ '/v1/chat/completions': streamed(body, 'text/event-stream', size) });
      const model = openaiModel({ ...options(server.address), key: 'k-1' });
      expect(await answerOf(model, { ...chat, schema: { type: 'object' } }, never)).toBe('für {}');
      expect(server.seen[0]?.headers.authorization).toBe('Bearer k-1');
      expect(server.seen[0]?.body).toMatchObject({
        max_tokens: 8,
        stream: true,
        messages: [{ role: 'system' }, { role: 'user', content: 'p' }],
        response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
      });
    }
  });

  it('reads a server that answers whole instead of streaming, and an address that ends in /v1', async () => {
    const server = await scripted({ '/v1/completions': json(200, { choices: [{ text: 'number;', index: 0 }] }) });
    expect(await answerOf(openaiModel(options(`${server.address}/v1/`)), plain, never)).toBe('number;');
  });

  it('waits for a busy server twice, and then says so', async () => {
    let asked = 0;
    const server = await scripted({
      '/v1/completions': (seen, response) =>
        ++asked < 3
          ? json(429, { error: { message: 'rate limit' } }, { 'retry-after': '0' })(seen, response)
          : streamed(events([{ choices: [{ text: 'a' }] }]), 'text/event-stream')(seen, response, response.req),
    });
    expect(await answerOf(openaiModel(options(server.address)), plain, never)).toBe('a');
    expect(asked).toBe(3);
    const full = await scripted({
      '/v1/completions': json(503, { error: { message: 'overloaded' } }, { 'retry-after': '0' }),
    });
    await expect(answerOf(openaiModel(options(full.address)), plain, never)).rejects.toMatchObject({ fault: 'busy' });
    expect(full.seen).toHaveLength(3);
    const hours = await scripted({ '/v1/completions': json(503, {}, { 'retry-after': '3600' }) });
    await expect(answerOf(openaiModel(options(hours.address)), plain, never)).rejects.toMatchObject({ fault: 'busy' });
    expect(hours.seen).toHaveLength(1);
  });

  it('tries a dropped connection once more', async () => {
    let asked = 0;
    const server = await scripted({
      '/v1/completions': (seen, response, request) =>
        ++asked === 1
          ? request.socket.resetAndDestroy()
          : streamed(events([{ choices: [{ text: 'a' }] }]), 'text/event-stream')(seen, response, request),
    });
    expect(await answerOf(openaiModel(options(server.address)), plain, never)).toBe('a');
    expect(asked).toBe(2);
  });

  it.each([
    [401, { error: { message: 'Incorrect API key provided: sk-12' } }, 'unauthorized'],
    [404, { error: { message: "model 'm' not found", type: 'not_found_error' } }, 'missing'],
    [400, { error: { message: "This model's maximum context length is 4096 tokens" } }, 'too-long'],
    [
      400,
      {
        error: {
          code: 400,
          message: 'request (8400 tokens) exceeds the available context size',
          type: 'exceed_context_size_error',
        },
      },
      'too-long',
    ],
    [503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 'loading'],
    [500, { error: { message: 'CUDA error' } }, 'other'],
  ])('%i %j is %s', async (status, body, fault) => {
    const server = await scripted({ '*': json(status, body, { 'retry-after': '0' }) });
    await expect(answerOf(openaiModel(options(server.address)), plain, never)).rejects.toMatchObject({ fault });
  });

  it('never says the key', async () => {
    const server = await scripted({ '*': json(401, { error: { message: 'no' } }) });
    const error = await answerOf(
      openaiModel({ ...options(server.address), key: 'sk-very-secret' }),
      plain,
      never,
    ).catch((caught: unknown) => caught);
    expect(String(error)).not.toContain('sk-very-secret');
  });

  it('tells a stream that dies, and an error in mid-stream', async () => {
    const dying = await scripted({
      '*': (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(events([{ choices: [{ text: 'a' }] }], false));
        setTimeout(() => response.destroy(), 10);
      },
    });
    await expect(answerOf(openaiModel(options(dying.address)), plain, never)).rejects.toMatchObject({
      fault: 'killed',
    });
    const broken = await scripted({
      '*': streamed(events([{ error: { code: 500, message: 'slot failed' } }]), 'text/event-stream'),
    });
    await expect(answerOf(openaiModel(options(broken.address)), plain, never)).rejects.toMatchObject({
      message: expect.stringContaining('slot failed'),
    });
  });

  it('tells a server that never answered from one that stopped while it did', async () => {
    // A port that the client itself refuses to open; one where nothing listens; one that drops the connection.
    for (const address of ['http://127.0.0.1:9', 'http://127.0.0.1:1']) {
      const error = answerOf(openaiModel(options(address)), plain, never);
      await expect(error).rejects.toMatchObject({ fault: 'not-running' });
      await expect(findServer({ address }, never)).rejects.toMatchObject({
        fault: 'not-running',
        message: expect.stringMatching(new RegExp(`does not answer at ${address}.*Start it there`)),
      });
    }
    const dropping = await scripted({ '*': (_, __, request) => request.socket.resetAndDestroy() });
    await expect(answerOf(openaiModel(options(dropping.address)), plain, never)).rejects.toMatchObject({
      fault: 'killed',
    });
  });

  it.each(['ollama.com:443', 'myserver:8080', 'file:///etc/passwd', ''])(
    'refuses "%s", which is no web address, whatever was confirmed',
    async (address) => {
      const model = openaiModel({ ...options(address), confirmedRemote: [address, 'other:1'] });
      await expect(answerOf(model, plain, never)).rejects.toMatchObject({ fault: 'refused-address' });
      await expect(findServer({ address }, never)).rejects.toMatchObject({ fault: 'refused-address' });
    },
  );

  it('asks no such server to fill in the middle by suffix, which it would ignore', async () => {
    const server = await scripted({});
    const asked = answerOf(openaiModel(options(server.address)), { ...plain, suffix: 's' }, never);
    await expect(asked).rejects.toMatchObject({ fault: 'no-insert' });
    expect(server.seen).toHaveLength(0);
  });

  it('is neither contacted nor sent a key off this machine before the user confirmed it', async () => {
    const far = { ...options('https://models.example.com'), key: 'k' };
    await expect(answerOf(openaiModel(far), plain, never)).rejects.toMatchObject({ fault: 'refused-address' });
    const server = await scripted({
      '*': (_, response) => response.writeHead(307, { location: 'http://192.0.2.1/' }).end(),
    });
    await expect(answerOf(openaiModel(options(server.address)), plain, never)).rejects.toMatchObject({
      fault: 'redirected',
    });
  });

  it.each(['ollama', 'llamacpp', 'openai'] as const)(
    'a redirect to another host is refused, whatever its status, before a byte of the prompt goes there: %s',
    async (kind) => {
      for (const status of [301, 302, 303, 307, 308]) {
        const other = await scripted({});
        const server = await scripted({
          '*': (_, response) => response.writeHead(status, { location: `${other.address}/api/generate` }).end(),
        });
        const confirmed = { ...options(server.address), confirmedRemote: [other.address] };
        const model = openModel(kind, confirmed);
        await expect(answerOf(model, plain, never)).rejects.toMatchObject({ fault: 'redirected' });
        await expect(answerOf(model, chat, never)).rejects.toMatchObject({ fault: 'redirected' });
        await expect(findServer(server, never)).rejects.toMatchObject({ fault: 'redirected' });
        expect(other.seen).toEqual([]);
      }
    },
  );
});

describe('llama-server', () => {
  it('fills in through /infill with its files apart, and ends without [DONE]', async () => {
    const part = (content: string, stop = false) => ({ index: 0, content, stop, tokens_predicted: 1 });
    const server = await scripted({
      '/infill': streamed(events([part('n'), part('umber;'), part('', true)], false), 'text/event-stream'),
    });
    const text = await answerOf(
      llamacppModel(options(server.address)),
      {
        ...plain,
        prompt: 'function f(): number {\n  return ',
        suffix: '\n}\n',
        extra: [{ path: 'a.ts', text: 'export {};' }],
      },
      never,
    );
    expect(text).toBe('number;');
    expect(server.seen[0]?.body).toMatchObject({
      input_prefix: 'function f(): number {\n',
      prompt: '  return ',
      input_suffix: '\n}\n',
      input_extra: [{ filename: 'a.ts', text: 'export {};' }],
      n_predict: 8,
      cache_prompt: true,
    });
  });
});

describe('Ollama', () => {
  it('chats with the system text apart, and tells a thinking model not to', async () => {
    const server = await scripted({
      '/api/show': show(['completion', 'thinking']),
      '/api/chat': streamed(chatted('a', 'b')),
    });
    expect(await answerOf(ollamaModel(options(server.address)), { ...chat, schema: { type: 'object' } }, never)).toBe(
      'ab',
    );
    expect(server.seen.at(-1)?.body).toMatchObject({
      think: false,
      truncate: false,
      format: { type: 'object' },
      messages: [
        { role: 'system', content: 's' },
        { role: 'user', content: 'p' },
      ],
    });
  });

  it('sends raw prompts without a suffix', async () => {
    const server = await scripted({ '/api/generate': streamed(generated('x')) });
    await answerOf(ollamaModel(options(server.address)), { ...plain, raw: true }, never);
    expect(server.seen[0]?.body).toMatchObject({ raw: true });
    await expect(
      answerOf(ollamaModel(options(server.address)), { ...plain, raw: true, suffix: 's' }, never),
    ).rejects.toThrow();
  });

  it('is asked at the address it was found at, also one that ends in /v1', async () => {
    const tags = { models: [{ name: 'm' }] };
    const server = await scripted({
      '/api/tags': json(200, tags),
      '/api/show': show(['completion']),
      '/api/chat': streamed(chatted('a')),
    });
    const address = `${server.address}/v1`;
    expect(await findServer({ address }, never)).toMatchObject({ kind: 'ollama' });
    expect(await answerOf(ollamaModel(options(address)), chat, never)).toBe('a');
  });

  it('pulls with progress', async () => {
    const server = await scripted({
      '/api/pull': streamed(
        [
          '{"status":"pulling manifest"}',
          '{"status":"pulling aa","total":10,"completed":4}',
          '{"status":"success"}',
          '',
        ].join('\n'),
      ),
    });
    const said = [];
    for await (const step of pullModel({ address: server.address }, 'm', never)) said.push(step);
    expect(said).toEqual([
      { status: 'pulling manifest' },
      { status: 'pulling aa', done: 4, total: 10 },
      { status: 'success' },
    ]);
  });
});

describe('detection', () => {
  it('knows the three kinds by what they answer', async () => {
    const tags = {
      models: [
        { name: 'q:latest', size: 5, capabilities: ['completion', 'insert'], details: { parameter_size: '1B' } },
      ],
    };
    const ollama = await scripted({ '/api/tags': json(200, tags) });
    expect(await findServer(ollama, never)).toMatchObject({
      kind: 'ollama',
      models: [{ name: 'q:latest', insert: true }],
    });
    const llama = { data: [{ id: 'tiny.gguf', owned_by: 'llamacpp', meta: { n_ctx: 1024, size: 9 } }] };
    const llamacpp = await scripted({ '/v1/models': json(200, llama) });
    expect(await findServer(llamacpp, never)).toMatchObject({
      kind: 'llamacpp',
      models: [{ insert: true, contextLength: 1024 }],
    });
    const vllm = await scripted({
      '/v1/models': json(200, { data: [{ id: 'x', owned_by: 'vllm', max_model_len: 8192 }] }),
    });
    expect(await findServer(vllm, never)).toMatchObject({
      kind: 'openai',
      models: [{ name: 'x', contextLength: 8192 }],
    });
    const closed = await scripted({});
    await closed.close();
    await expect(findServer(closed, never)).rejects.toMatchObject({ fault: 'not-running' });
    const locked = await scripted({ '*': json(401, { error: 'key' }) });
    await expect(findServer(locked, never)).rejects.toMatchObject({ fault: 'unauthorized' });
  });

  it("tells Ollama's cloud models from installed ones, and never picks one by itself", async () => {
    const models = [
      {
        name: 'qwen3-coder:480b-cloud',
        size: 384,
        remote_host: 'https://ollama.com:443',
        remote_model: 'qwen3-coder:480b',
      },
      { name: 'mine:latest', size: 300, remote_model: 'deepseek' },
      { name: 'glm-4.6:cloud', size: 366 },
      { name: 'bare:latest', size: 1, remote_host: 'ollama.com:443' },
      { name: 'mine.example:latest', size: 1, remote_host: 'models.example:8443' },
      { name: 'odd:latest', size: 1, remote_host: 'file:///tmp/socket' },
      { name: 'nonsense:latest', size: 1, remote_host: '::' },
      { name: 'qwen2.5-coder:3b', size: 1.9e9 },
    ];
    const server = await scripted({ '/api/tags': json(200, { models }) });
    const found = await findServer(server, never);
    expect(found.models.map(({ remote }) => remote)).toEqual([
      'https://ollama.com',
      'https://ollama.com',
      'https://ollama.com',
      'https://ollama.com',
      'https://models.example:8443',
      expect.stringMatching(/^https:/),
      'https://ollama.com',
      undefined,
    ]);
    for (const { remote } of found.models.slice(0, -1)) expect(unconfirmed({ address: remote ?? '' })).toBe(remote);
    expect(choose('merge', found.models)?.name).toBe('qwen2.5-coder:3b');
    expect(choose('merge', found.models.slice(0, -1))).toBeUndefined();
  });

  it('recommends by memory and task, and chooses among what is there', () => {
    expect(advise('complete', 64e9)[0]?.name).toBe('qwen2.5-coder:7b-base');
    expect(advise('complete', 8e9)[0]?.name).toBe('qwen2.5-coder:3b-base');
    expect(advise('merge', 4e9)).toEqual([]);
    const models = [
      { name: 'llama3.1:8b', size: 4.9e9, insert: false },
      { name: 'qwen2.5-coder:1.5b-base', size: 1e9, insert: true },
      { name: 'qwen2.5-coder:14b', size: 9e9, insert: true },
      { name: 'nomic-embed-text', size: 3e8 },
    ];
    expect(choose('complete', models)?.name).toBe('qwen2.5-coder:1.5b-base');
    expect(choose('merge', models)?.name).toBe('qwen2.5-coder:14b');
    expect(choose('merge', [])).toBeUndefined();
  });
});

describe('a lane', () => {
  it('aborts the request that a newer one supersedes, on the wire and within 200 ms', async () => {
    let closed = 0;
    let started: (() => void) | undefined;
    const first = new Promise<void>((done) => {
      started = done;
    });
    const server = await scripted({
      '*': (_, response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.write(`${generated('a').split('\n')[0]}\n`);
        response.on('close', () => {
          closed = performance.now();
        });
        started?.();
      },
    });
    const lanes = new Lanes<'complete'>();
    const model = ollamaModel(options(server.address));
    const slow = lanes.run('complete', never, (signal) => answerOf(model, plain, signal));
    await first;
    const at = performance.now();
    await lanes.run('complete', never, async () => undefined);
    await expect(slow).rejects.toMatchObject({ name: 'AbortError' });
    while (closed === 0) await new Promise((next) => setTimeout(next, 5));
    expect(closed - at).toBeLessThan(200);
  });
});

describe("the client's own models", () => {
  it('stream through a relay, and are told the schema in words', async () => {
    let told = '';
    const model = relayModel('copilot', async ({ system }, onText) => {
      told = system;
      onText('a');
      await new Promise((next) => setTimeout(next, 5));
      onText('b');
      return {};
    });
    expect(await answerOf(model, { ...chat, schema: { type: 'object' } }, never)).toBe('ab');
    expect(told).toContain('{"type":"object"}');
    const abort = new AbortController();
    const deaf = relayModel('x', () => new Promise(() => undefined)); // a client that never ends
    const left = answerOf(deaf, chat, abort.signal);
    setTimeout(() => abort.abort(), 5);
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    let asked = 0;
    const late = relayModel('x', async () => ({ message: String(++asked) }));
    await expect(answerOf(late, chat, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked).toBe(0);
    const refused = relayModel('x', async () => ({ fault: 'forbidden', message: 'no consent' }));
    await expect(answerOf(refused, chat, never)).rejects.toMatchObject({ fault: 'forbidden' });
  });
});
