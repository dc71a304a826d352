/** A model server that answers what a test tells it to, in the real servers' shapes, and misbehaves on request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach } from 'vitest';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** The parsed body; undefined for none. */
  readonly body: Record<string, unknown> | undefined;
}

export interface Scripted {
  readonly address: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

export type Answer = (seen: Seen, response: ServerResponse, request: IncomingMessage) => unknown;

const open = new Set<Server>();
afterEach(() => {
  for (const server of open) {
    server.closeAllConnections();
    server.close();
  }
  open.clear();
});

/** Routes by path; `*` answers the rest. */
export async function scripted(routes: Readonly<Record<string, Answer>>): Promise<Scripted> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const path = request.url ?? '';
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      // The tests send objects; anything else would be the client's fault and fail its assertions.
      const one = { method: request.method ?? '', path, headers: request.headers, body: body as Seen['body'] };
      seen.push(one);
      const answer = routes[path] ?? routes['*'] ?? notFound;
      void answer(one, response, request);
    });
  });
  open.add(server);
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  return {
    address: `http://127.0.0.1:${at.port}`,
    seen,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

const notFound: Answer = (_, response) =>
  json(404, { error: { message: 'File Not Found', type: 'not_found_error', code: 404 } })(_, response);

export const json =
  (
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): ((seen: Seen, response: ServerResponse) => void) =>
  (_, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify(body));
  };

/** Lines of `/api/generate`; the last one carries the figures. */
export const generated = (...parts: readonly string[]): string =>
  [
    ...parts.map((response) => ({ model: 'm', created_at: '2026-11-23T18:54:47Z', response, done: false })),
    {
      model: 'm',
      created_at: '2026-11-23T18:54:47Z',
      response: '',
      done: true,
      done_reason: 'stop',
      eval_count: parts.length,
    },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

/** Lines of `/api/chat`. */
export const chatted = (...parts: readonly string[]): string =>
  [
    ...parts.map((content) => ({ model: 'm', message: { role: 'assistant', content }, done: false })),
    { model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

export const events = (items: readonly unknown[], done = true): string =>
  items.map((item) => `data: ${JSON.stringify(item)}\n\n`).join('') + (done ? 'data: [DONE]\n\n' : '');

export const streamed =
  (text: string, type = 'application/x-ndjson', size = Number.POSITIVE_INFINITY): Answer =>
  async (_, response) => {
    response.writeHead(200, { 'content-type': type });
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) {
      response.write(bytes.subarray(at, at + size));
      if (Number.isFinite(size)) await new Promise((next) => setImmediate(next));
    }
    response.end();
  };

export const show = (capabilities: readonly string[], template = '{{ .Messages }}'): Answer =>
  json(200, { template, capabilities, model_info: { 'general.architecture': 'qwen2', 'qwen2.context_length': 32768 } });
