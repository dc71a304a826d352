/** Where a model request may go: this machine, or an origin that the user confirmed. Nothing else is ever contacted. */
import { ModelError } from './provider.ts';

/** A server as the user configured it. The key comes from the client's secret storage or the environment; never logged. */
export interface ModelServer {
  readonly address: string;
  /** Origins off this machine that the user has named and confirmed. */
  readonly confirmedRemote?: readonly string[];
  readonly key?: string;
}

export function isLoopback(address: URL): boolean {
  const host = address.hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The origin that the user must confirm before it is contacted; undefined for this machine. */
export function unconfirmed(server: ModelServer): string | undefined {
  const target = URL.canParse(server.address) ? new URL(server.address) : undefined;
  if (!target || isLoopback(target) || isConfirmed(target, server)) return undefined;
  return target.origin;
}

function isConfirmed(target: URL, { confirmedRemote = [] }: ModelServer): boolean {
  return confirmedRemote.some((each) => URL.canParse(each) && new URL(each).origin === target.origin);
}

/** A fetch bound to one server and one signal. A redirect is never followed: it could carry code to another host. */
export function fetchWithin(server: ModelServer, signal: AbortSignal): typeof fetch {
  const allowed = URL.canParse(server.address) ? new URL(server.address) : undefined;
  return async (input, init) => {
    const target = new URL(input instanceof Request ? input.url : input);
    if (!allowed || target.origin !== allowed.origin || !(isLoopback(target) || isConfirmed(target, server))) {
      throw new ModelError('refused-address', `${target.origin} is not on this machine. Confirm it before it is used.`);
    }
    const signals = init?.signal ? [signal, init.signal] : [signal];
    const headers = new Headers(init?.headers);
    if (server.key !== undefined && server.key !== '') headers.set('authorization', `Bearer ${server.key}`);
    const response = await fetch(input, { ...init, headers, redirect: 'manual', signal: AbortSignal.any(signals) });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new ModelError('redirected', `${target.origin} redirects elsewhere; this was not followed.`);
    }
    return response.ok ? response : asJson(response);
  };
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
