/** The Ollama provider against a scripted server that answers in the real server's shapes. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ollamaModel } from '../../server/model/ollama.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((up) => started.listen(0, '127.0.0.1', up));
  const at = started.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  return `http://127.0.0.1:${at.port}`;
}

async function ask(address: string, signal = new AbortController().signal): Promise<string> {
  let text = '';
  const model = ollamaModel({ address, model: 'm', contextLength: 2048 });
  for await (const part of model.complete({ prompt: 'p', suffix: 's', maxTokens: 8 }, signal)) text += part;
  return text;
}

const line = (response: string, done = false) => `${JSON.stringify({ model: 'm', response, done })}\n`;

describe('ollama', () => {
  it('joins a line split over chunks, and sends its limits', async () => {
    let body = '';
    const address = await serve((request, response) => {
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const all = line('a = ') + line('1;') + line('', true);
        response.write(all.slice(0, 17));
        setTimeout(() => response.end(all.slice(17)), 10);
      });
    });
    expect(await ask(address)).toBe('a = 1;');
    expect(JSON.parse(body)).toMatchObject({
      truncate: false,
      keep_alive: '30m',
      suffix: 's',
      options: { num_ctx: 2048, num_predict: 8 },
    });
  });

  it.each([
    [404, "model 'm' not found", 'missing'],
    [400, 'm does not support insert', 'no-insert'],
    [400, 'the input length exceeds the context length', 'too-long'],
    [400, '{"error":{"code":400,"message":"request (9 tokens) exceeds the available context size"}}', 'too-long'],
    [503, 'server busy, please try again. maximum pending requests exceeded', 'busy'],
    [403, 'cloud is off', 'forbidden'],
    [500, 'option "num_ctx" must be of type integer', 'other'],
    [200, 'llama runner process has terminated', 'killed'],
  ])('%i %s is %s', async (status, error, fault) => {
    const address = await serve((_, response) => response.writeHead(status).end(`${JSON.stringify({ error })}\n`));
    await expect(ask(address)).rejects.toMatchObject({ fault });
  });

  it('tells a server killed in mid-stream from one that does not run', async () => {
    const address = await serve((_, response) => {
      response.write(line('a'));
      setTimeout(() => response.destroy(), 10);
    });
    await expect(ask(address)).rejects.toMatchObject({ fault: 'killed' });
    await new Promise((closed) => server?.close(closed));
    await expect(ask(address)).rejects.toMatchObject({ fault: 'not-running' });
  });

  it('follows no redirect and contacts no unconfirmed host', async () => {
    const address = await serve((_, response) => response.writeHead(307, { location: 'http://192.0.2.1/' }).end());
    await expect(ask(address)).rejects.toMatchObject({ fault: 'redirected' });
    await expect(ask('http://192.0.2.1:11434')).rejects.toMatchObject({ fault: 'refused-address' });
  });

  it('prints nothing to stdout on an error that is not JSON', async () => {
    const log = vi.spyOn(console, 'log');
    const address = await serve((_, response) => response.writeHead(502).end('<h1>Bad Gateway</h1>'));
    await expect(ask(address)).rejects.toMatchObject({
      fault: 'other',
      message: expect.stringContaining('Bad Gateway'),
    });
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it('cuts off ten megabytes', async () => {
    const address = await serve((_, response) => {
      for (let i = 0; i < 100; i++) response.write(line('x'.repeat(100_000)));
      response.end(line('', true));
    });
    await expect(ask(address)).rejects.toMatchObject({ fault: 'babble' });
  });

  it('ends on the wire within 200 ms of an abort while headers are awaited', async () => {
    const abort = new AbortController();
    let closed: (at: number) => void = () => undefined;
    const seen = new Promise<number>((resolve) => {
      closed = resolve;
    });
    let at = 0;
    const address = await serve((_, response) => {
      response.on('close', () => closed(performance.now()));
      at = performance.now();
      abort.abort();
    });
    await expect(ask(address, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect((await seen) - at).toBeLessThan(200);
  });
});
