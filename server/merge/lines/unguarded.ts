/**
 * A route of one side that came before a middleware of the other, so that requests for it no longer pass that: `app.use("/api", api)`
 * before `app.use(auth())`. In which order both belong no side says; where the middleware comes first nothing is said.
 */
import { splitLines } from '../../text/lines.ts';
import { calledRoute, ROUTER } from './claimReaders.ts';
import { areLevel } from './claims.ts';

export interface Unguarded {
  readonly route: string;
  readonly middleware: string;
}

const LINES = 2000;
const LINE = 300;
const MOUNTED = new RegExp(`^(${ROUTER})\\.use\\(\\s*(["'\`])(/[^"'\`$]*)\\2\\s*,`, 'i');
const ASKED = new RegExp(`^(${ROUTER})\\.use\\(\\s*([A-Za-z_$].*?)\\s*\\)\\s*;?$`, 'i');
/** What looks at a request before it is answered; others may as well stand behind (errors, logs, what was not found). */
const GUARDS =
  /auth|session|csrf|cors|helmet|guard|protect|permission|require|verify|limit|throttle|passport|jwt|token|login|access|acl|role|parser|json|urlencoded|cookie|valid|sanitiz|tenant/i;

/** @param sides base, ours and theirs. */
export function unguardedIn(text: string, [base = '', left = '', right = '']: readonly string[]): Unguarded[] {
  if (!text.includes('.use(')) return [];
  const all = splitLines(text);
  if (all.length > LINES) return [];
  const lines = all.map((line) => (line.length > LINE ? '' : line.trim()));
  const [had, ours, theirs] = [base, left, right].map((side) => new Set(splitLines(side).map((line) => line.trim())));
  const whose = (line: string) =>
    had?.has(line) || ours?.has(line) === theirs?.has(line) ? undefined : ours?.has(line) ? 'ours' : 'theirs';
  const routes: { readonly at: number; readonly router: string; readonly path: string; readonly by: string }[] = [];
  const found: Unguarded[] = [];
  for (const [at, line] of lines.entries()) {
    const by = whose(line);
    if (by === undefined) continue;
    const called = calledRoute.exec(line);
    const mounted = MOUNTED.exec(line);
    const [router, path] = called ? [called[1], called[4]] : [mounted?.[1], mounted?.[3]];
    if (router !== undefined && path !== undefined) routes.push({ at, router, path, by });
    const [, asking, middleware = ''] = ASKED.exec(line) ?? [];
    if (asking === undefined || !GUARDS.test(middleware)) continue;
    const before = routes.find((one) => one.by !== by && one.router === asking && areLevel(all, one.at, at));
    if (before) found.push({ route: before.path, middleware });
  }
  return found;
}
