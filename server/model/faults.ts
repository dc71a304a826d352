/** What a server said or did, turned into what the user is told; and which failures are worth one more try. */
import { Unreached } from './address.ts';
import { ModelError, type ModelFault } from './provider.ts';

export interface Asked {
  /** "Ollama", "llama-server", "The model server". */
  readonly server: string;
  readonly address: string;
  readonly model: string;
}

/** A refusal over HTTP: the status and the server's own words. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  /** Milliseconds the server asks to wait. */
  readonly wait: number | undefined;

  constructor(status: number, said: string, wait?: number) {
    super(said);
    this.status = status;
    this.wait = wait;
  }
}

export async function refusalOf(response: Response): Promise<HttpRefusal> {
  const text = await response.text().catch(() => '');
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new HttpRefusal(response.status, saidIn(text), Number.isFinite(seconds) ? seconds * 1000 : undefined);
}

/** The sentence inside `{"error": …}`, however often it is wrapped. */
export function saidIn(text: string): string {
  let said = text;
  for (let depth = 0; depth < 4; depth++) {
    let value: unknown;
    try {
      value = JSON.parse(said);
    } catch {
      break;
    }
    const inner: unknown = field(value, 'error') ?? field(value, 'message') ?? field(value, 'detail');
    if (inner === undefined) break;
    said = typeof inner === 'string' ? inner : JSON.stringify(inner);
  }
  return said.trim().slice(0, 500);
}

/** A property of a parsed value, if it has it. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** The ModelError, or AbortError, for whatever a request threw. A stream that breaks or carries an error line was killed. */
export function faultOf(error: unknown, asked: Asked, signal: AbortSignal): unknown {
  if (signal.aborted) return new DOMException('The request was aborted.', 'AbortError');
  if (error instanceof ModelError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const status = statusOf(error);
  const { server, address, model } = asked;
  const told = (fault: ModelFault, message: string) => new ModelError(fault, message);
  if (codeOf(error) === 'ECONNREFUSED')
    return told('not-running', `${server} does not answer at ${address}. Start it there, or give its address.`);
  if (/^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/.test(codeOf(error))) {
    return told('not-running', `${address} cannot be reached (${codeOf(error)}). Check the address and the network.`);
  }
  if (error instanceof Unreached && !DROPPED.test(codeOf(error))) {
    const why = said === '' ? '' : ` (${said})`;
    return told('not-running', `${server} does not answer at ${address}${why}. Start it there, or give its address.`);
  }
  if (status === 404 && /model/i.test(said)) {
    const how = server === 'Ollama' ? ` Run "ollama pull ${model}".` : ' Choose one of its models.';
    return told('missing', `${model} is not installed at ${address}.${how}`);
  }
  if (/does not support insert/.test(said)) return told('no-insert', `${model} cannot fill in the middle.`);
  if (/exceed(s|_|ed)?|maximum context length|too long/i.test(said) && status !== 503 && status !== 429) {
    return told('too-long', `The prompt is longer than ${model}'s context. Raise "mortise.model.contextLength".`);
  }
  if (status === 503 && /loading/i.test(said))
    return told('loading', `${server} is still loading ${model}. Try again.`);
  if (status === 503 || status === 429) return told('busy', `${server} at ${address} is busy. Try again.`);
  if (status === 401)
    return told('unauthorized', `${address} wants a key, or another one. Set it with "Mortise: Set Model Server Key".`);
  if (status === 403) return told('forbidden', `${server} at ${address} refused: ${said}`);
  if (status === undefined) return told('killed', `${server} stopped while ${model} was answering: ${said}`);
  return told('other', `${server} at ${address} (${status}): ${said}`);
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpRefusal) return error.status;
  const code = error instanceof Error && 'status_code' in error ? error.status_code : undefined;
  return typeof code === 'number' ? code : undefined;
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** A connection that was there and broke. */
const DROPPED = /^(ECONNRESET|UND_ERR_SOCKET|EPIPE)$/;

/** Waits before the second and the third try of a busy server, milliseconds; a server that names a longer wait is not waited for. */
const WAITS = [250, 1000];
const LONGEST = 5000;

/**
 * Start a request; nothing of an answer has been read when `start` rejects, so that trying again is safe. A dropped connection
 * is tried once more, a busy server twice.
 */
export async function retrying<T>(start: () => Promise<T>, signal: AbortSignal): Promise<T> {
  let dropped = 0;
  let busy = 0;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (signal.aborted) throw error;
      if (DROPPED.test(codeOf(error)) && dropped++ === 0) continue;
      const status = statusOf(error);
      const wait = error instanceof HttpRefusal ? error.wait : undefined;
      const next = WAITS[busy++];
      if ((status !== 429 && status !== 503) || next === undefined || (wait ?? 0) > LONGEST) throw error;
      await pause(wait ?? next, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = () => {
      clearTimeout(timer);
      fail(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
