/** A streamed answer as text, line by line: bounded, and ended on the wire when the reader leaves. */
import { fetchWithin, type ModelServer } from './address.ts';
import { HttpRefusal, refusalOf, retrying, saidIn } from './faults.ts';
import { MOST, ModelError } from './provider.ts';

/** POST JSON, read server-sent events. Yields each event's `data`, parsed; ends at `[DONE]` or at the end of the stream. */
export async function* events(
  server: ModelServer,
  path: string,
  body: object,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  const ended = new AbortController();
  const send = fetchWithin(server, AbortSignal.any([signal, ended.signal]));
  try {
    const response = await retrying(async () => {
      const answer = await send(endpoint(server, path), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw await refusalOf(answer);
      return answer;
    }, signal);
    // A server that does not stream answers with one JSON document.
    if (response.headers.get('content-type')?.includes('application/json')) {
      yield JSON.parse(await response.text());
      return;
    }
    for await (const line of lines(response)) {
      if (line.startsWith('error:')) throw new HttpRefusal(500, saidIn(line.slice(6)));
      if (!line.startsWith('data:')) continue;
      const data = line.slice(5).trim();
      if (data === '[DONE]') return;
      if (data !== '') yield JSON.parse(data);
    }
  } finally {
    ended.abort();
  }
}

/** Lines of a body, whatever its chunks. @throws ModelError for one that never ends. */
export async function* lines(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true }); // the body of a fetch is bytes
    if (rest.length > 4 * MOST) throw new ModelError('babble', 'The server sent a line that does not end.');
    const split = rest.split('\n');
    rest = split.pop() ?? '';
    for (const line of split) yield line.replace(/\r$/, '');
  }
  if (rest !== '') yield rest;
}

/** GET JSON. @throws HttpRefusal for a status that is no answer. */
export async function getJson(server: ModelServer, path: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetchWithin(server, signal)(endpoint(server, path));
  if (!response.ok) throw await refusalOf(response);
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpRefusal(response.status, `no JSON: ${text.slice(0, 80)}`);
  }
}

/** An address may be given with or without `/v1` and with a path in front of it. */
export function endpoint({ address }: ModelServer, path: string): string {
  return address.replace(/\/+$/, '').replace(/\/v1$/, '') + path;
}
