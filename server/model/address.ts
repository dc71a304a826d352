/** Where a model request may go: this machine, or an origin that the user confirmed. Nothing else is ever contacted. */
import { ModelError } from './provider.ts';

export function isLoopback(address: URL): boolean {
  const host = address.hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A fetch bound to one server and one signal. A redirect is never followed: it could carry code to another host. */
export function fetchWithin(address: string, confirmedRemote: readonly string[], signal: AbortSignal): typeof fetch {
  const allowed = URL.canParse(address) ? new URL(address) : undefined;
  return async (input, init) => {
    const target = new URL(input instanceof Request ? input.url : input);
    const confirmed = confirmedRemote.some((each) => URL.canParse(each) && new URL(each).origin === target.origin);
    if (!allowed || target.origin !== allowed.origin || !(isLoopback(target) || confirmed)) {
      throw new ModelError('refused-address', `${target.origin} is not on this machine. Confirm it before it is used.`);
    }
    const signals = init?.signal ? [signal, init.signal] : [signal];
    const response = await fetch(input, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) });
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
  const text = await response.text();
  const { status, statusText } = response;
  const init = { status, statusText, headers: { 'content-type': 'application/json' } };
  return new Response(isJson(text) ? text : JSON.stringify({ error: text }), init);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
