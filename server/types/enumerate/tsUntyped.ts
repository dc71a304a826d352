/** Candidates that read members of values whose type nobody knows: parameters without one, what comes from a package not installed. */

import { isVague } from '../tsHole.ts';
import type { Gathering } from './tsGather.ts';

/** Of values whose type nobody knows, the member that sounds like what is wanted: `db.setTitle(` asks `ast` for `ast.title`. */
export function soundingMembers(gather: Gathering): void {
  const { snapshot, hole } = gather.state;
  const callee = hole.callee?.split('.').at(-1);
  const set = /^(?:set|add|with|get|use)([A-Z])(\w*)$/.exec(callee ?? '');
  const wanted = new Set(gather.names);
  if (set) wanted.add(`${set[1]?.toLowerCase()}${set[2]}`);
  const vague = gather.scope.filter(
    ({ origin, type }) => (origin === 'parameter' || origin === 'local') && isVague(snapshot.tsc, type()),
  );
  for (const root of vague.slice(0, 4)) {
    for (const name of wanted) {
      if (!/^[a-z_$][\w$]*$/.test(name) || name === root.name) continue;
      gather.offer({ text: `${root.name}.${name}`, origin: 'property', root, name, fit: 'open' });
    }
  }
}

const maxUntyped = 24;

/** Chains that begin with a value of which no type tells: what the file has read of it before, the latest first. */
export function untypedChains(gather: Gathering): void {
  const latest = [...gather.chains].sort((a, b) => b[1].last - a[1].last);
  let taken = 0;
  for (const [text] of latest) {
    const root = gather.scopeNames.get(text.slice(0, text.search(/[.?]/)));
    if (!root || root.origin === 'library' || root.origin === 'global') continue;
    if (!isVague(gather.state.snapshot.tsc, root.type()) || taken++ >= maxUntyped) continue;
    const name = text.split('.').at(-1);
    gather.offer({ text, origin: 'property', root, name, fit: gather.expected.length > 0 ? 'any' : 'open' });
  }
}
