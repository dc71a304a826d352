// A real inference engine behind the routes of Ollama and of llama-server: node-llama-cpp with a tiny model of our own. The
// engine is installed on demand into .cache/engine and is no dependency. The routes copy the real servers' shapes only as far
// as the tests need: what this proves is the engine side (tokens, filling in the middle, schema, abort), not the wire format.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.cache/engine');
const modelFile = join(root, 'test/fixtures/model/tiny-fim-q8_0.gguf');
const version = '3.22.1';
const entry = join(folder, 'node_modules/node-llama-cpp/dist/index.js');

/** Why the engine cannot run here, or undefined when it can. MORTISE_ENGINE=install fetches it (85 MB, no scripts run). */
export function missingEngine() {
  if (existsSync(entry)) return undefined;
  if (process.env.MORTISE_ENGINE !== 'install') return 'the engine is not installed: MORTISE_ENGINE=install fetches it';
  const platform = `${{ win32: 'win', darwin: 'mac' }[process.platform] ?? 'linux'}-${process.arch}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const packages = [`node-llama-cpp@${version}`, `@node-llama-cpp/${platform}@${version}`];
  execFileSync('npm', ['install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
    shell: process.platform === 'win32',
  });
  return existsSync(entry) ? undefined : 'the engine did not install';
}

/** Serve the model on loopback. `stopped` counts answers that ended because the client went away. */
export async function serveEngine({ slow = 0 } = {}) {
  const { getLlama, LlamaCompletion, LlamaJsonSchemaGrammar } = await import(pathToFileURL(entry).href);
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error', maxThreads: 1 });
  const model = await llama.loadModel({ modelPath: modelFile });
  const context = await model.createContext({ contextSize: 2048, threads: 1 });
  const completion = new LlamaCompletion({ contextSequence: context.getSequence() });
  const state = { stopped: 0, running: 0, requests: [], stoppedAt: 0 };
  let queue = Promise.resolve();

  /** One at a time, as a local server does. */
  const generate = (request, onText, signal) => {
    const run = async () => {
      if (signal.aborted) return;
      state.running++;
      try {
        const { prompt, suffix, schema, maxTokens, temperature = 0, stop = [] } = request;
        const options = {
          maxTokens,
          temperature,
          signal,
          stopOnAbortSignal: true,
          customStopTriggers: stop,
          onTextChunk: (text) => onText(text),
          ...(schema ? { grammar: new LlamaJsonSchemaGrammar(llama, schema) } : {}),
          ...(slow > 0 ? { onToken: () => busy(slow) } : {}),
        };
        if (suffix !== undefined && suffix !== '') await completion.generateInfillCompletion(prompt, suffix, options);
        else await completion.generateCompletion(prompt, options);
      } finally {
        state.running--;
        if (signal.aborted) {
          state.stopped++;
          state.stoppedAt = performance.now();
        }
      }
    };
    const result = queue.then(run);
    queue = result.catch(() => undefined);
    return result;
  };

  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => void answer(request, response, text === '' ? {} : JSON.parse(text)).catch(() => response.destroy()));
  });

  async function answer(request, response, body) {
    const { url } = request;
    state.requests.push({ url, body });
    const json = (status, value) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const abort = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) abort.abort();
    });
    const name = 'tiny-fim:latest';
    if (url === '/api/tags')
      return json(200, { models: [{ name, size: 890752, capabilities: ['completion', 'insert'], details: { parameter_size: '788K' } }] });
    if (url === '/api/show')
      return json(200, { template: '{{ .Prompt }}', capabilities: ['completion', 'insert'], model_info: { 'qwen2.context_length': 2048 } });
    if (url === '/v1/models') return json(200, { data: [{ id: name, owned_by: 'llamacpp', meta: { n_ctx: 2048 } }] });
    const stream = (type) => response.writeHead(200, { 'content-type': type });
    if (url === '/api/generate' || url === '/api/chat') {
      const chat = url === '/api/chat';
      stream('application/x-ndjson');
      const line = (text, done) =>
        response.write(`${JSON.stringify({ model: name, ...(chat ? { message: { role: 'assistant', content: text } } : { response: text }), done, ...(done ? { done_reason: 'stop' } : {}) })}\n`);
      const prompt = chat ? body.messages.map(({ content }) => content).join('\n') : body.prompt;
      const { num_predict: maxTokens, temperature, stop } = body.options;
      await generate(
        { prompt: tail(prompt), suffix: body.suffix, schema: body.format, maxTokens, temperature, stop },
        (text) => line(text, false),
        abort.signal,
      );
      line('', true);
      return response.end();
    }
    if (url === '/infill' || url === '/v1/completions' || url === '/v1/chat/completions') {
      stream('text/event-stream');
      const infill = url === '/infill';
      const chat = url === '/v1/chat/completions';
      const event = (text) =>
        response.write(`data: ${JSON.stringify(infill ? { content: text, stop: false } : { choices: [chat ? { delta: { content: text } } : { text }] })}\n\n`);
      const prompt = infill ? body.input_prefix + body.prompt : chat ? body.messages.map(({ content }) => content).join('\n') : body.prompt;
      await generate(
        {
          prompt: tail(prompt),
          suffix: infill ? body.input_suffix : undefined,
          schema: body.response_format?.json_schema?.schema,
          maxTokens: infill ? body.n_predict : body.max_tokens,
          temperature: body.temperature,
          stop: body.stop,
        },
        event,
        abort.signal,
      );
      if (!infill) response.write('data: [DONE]\n\n');
      return response.end();
    }
    return json(404, { error: { message: 'File Not Found', type: 'not_found_error', code: 404 } });
  }

  await new Promise((up) => server.listen(0, '127.0.0.1', up));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    state,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await queue;
      await llama.dispose();
    },
  };
}

/** The tiny model knows 2048 tokens; a longer prompt keeps its end. The product's own budget is tested elsewhere. */
const tail = (text) => text.slice(-2500);

function busy(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
