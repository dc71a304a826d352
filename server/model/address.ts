/** Where a model request may go: this machine, or an origin that the user confirmed. Nothing else is ever contacted. */
import { ModelError } from './provider.ts';

/** A server as the user configured it. The key comes from the client's secret storage or the environment; never logged. */
export interface ModelServer {
  readonly address: string;
  /** Origins off this machine that the user has named and confirmed. */
  readonly confirmedRemote?: readonly string[];
  readonly key?: string;
}

/** An address that can be asked at all: http or https. `host:11434` parses as a URL too, but with `host:` as its scheme. */
export function webAddress(address: string): URL | undefined {
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address) : undefined;
}

export function isLoopback(address: URL): boolean {
  const host = address.hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The origin that the user must confirm before it is contacted; undefined for this machine, and for what no request can reach. */
export function unconfirmed(server: ModelServer): string | undefined {
  const target = webAddress(server.address);
  if (!target || isLoopback(target) || isConfirmed(target, server)) return undefined;
  return target.origin;
}

function isConfirmed(target: URL, { confirmedRemote = [] }: ModelServer): boolean {
  return confirmedRemote.some((each) => webAddress(each)?.origin === target.origin);
}

/** A fetch bound to one server and one signal. A redirect is never followed: it could carry code to another host. */
export function fetchWithin(server: ModelServer, signal: AbortSignal): typeof fetch {
  const allowed = webAddress(server.address);
  return async (input, init) => {
    if (!allowed) {
      throw new ModelError(
        'refused-address',
        `"${server.address}" is no address of a server: http://127.0.0.1:11434 is one.`,
      );
    }
    const target = new URL(input instanceof Request ? input.url : input);
    if (target.origin !== allowed.origin || !(isLoopback(target) || isConfirmed(target, server))) {
      throw new ModelError('refused-address', `${target.origin} is not on this machine. Confirm it before it is used.`);
    }
    const signals = init?.signal ? [signal, init.signal] : [signal];
    const headers = new Headers(init?.headers);
    if (server.key !== undefined && server.key !== '') headers.set('authorization', `Bearer ${server.key}`);
    const sent = { ...init, headers, redirect: 'manual', signal: AbortSignal.any(signals) } as const;
    const response = await fetch(input, sent).catch((error: unknown) => {
      throw signal.aborted || !(error instanceof TypeError) ? error : new Unreached(error);
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new ModelError('redirected', `${target.origin} redirects elsewhere; this was not followed.`);
    }
    return response.ok ? response : asJson(response);
  };
}

/** A request that ended before the server answered anything: none listens there, or the connection could not be made or kept. */
export class Unreached extends Error {
  override readonly name = 'Unreached';

  constructor(error: TypeError) {
    super(error.cause instanceof Error ? error.cause.message : error.message, { cause: error.cause });
  }
}

/** The ollama package prints to stdout on an error that is not JSON, which breaks LSP over stdio: give it JSON. */
async function asJson(response: Response): Promise<Response> {
  if (response.headers.get('content-type')?.includes('application/json')) return response;
  const text = (await response.text()).slice(0, 2000);
  const { status, statusText } = response;
  const retry = response.headers.get('retry-after');
  const headers = { 'content-type': 'application/json', ...(retry === null ? {} : { 'retry-after': retry }) };
  return new Response(isJson(text) ? text : JSON.stringify({ error: text }), { status, statusText, headers });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
