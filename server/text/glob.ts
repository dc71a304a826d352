/**
 * Path patterns as in .gitignore: `*` and `?` within a name, `**` over folders, a pattern without a slash at any depth, and a
 * folder stands for all in it. Matching is linear in the path for each star, so that no pattern can make it hang.
 */

/** @param path relative, with `/`. */
export function matchesGlob(pattern: string, path: string): boolean {
  const trimmed = pattern.replace(/^\.?\//, '').replace(/\/+$/, '');
  if (trimmed === '') return false;
  const anywhere = !trimmed.includes('/') && !pattern.startsWith('/');
  const wanted = (anywhere ? ['**'] : []).concat(trimmed.split('/'));
  return matchesParts(wanted, path.split('/'));
}

/** Whether the parts of the pattern match the path or a folder that it lies in. */
function matchesParts(pattern: readonly string[], path: readonly string[]): boolean {
  // Which prefixes of the path the pattern has matched so far, by their length.
  let reached = new Set([0]);
  for (const [i, part] of pattern.entries()) {
    const next = new Set<number>();
    for (const at of reached) {
      if (part === '**') {
        // At the end it wants something in the folder.
        const from = i === pattern.length - 1 ? at + 1 : at;
        for (let to = from; to <= path.length; to++) next.add(to);
      } else if (at < path.length && matchesName(part, path[at] ?? '')) next.add(at + 1);
    }
    reached = next;
  }
  return reached.size > 0;
}

function matchesName(pattern: string, name: string): boolean {
  let [p, n, star, retry] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') [star, retry] = [p++, n];
    else if (pattern[p] === '?' || pattern[p] === name[n]) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [p, n] = [star + 1, ++retry];
    else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
