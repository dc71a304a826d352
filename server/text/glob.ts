/**
 * Path patterns as in .gitignore: `*` and `?` within a name, `**` over folders, a pattern without a slash at any depth, and a
 * folder stands for all in it. Matching is linear in the path for each star, so that no pattern can make it hang.
 */

export interface GlobRules {
  /** The pattern names files alone: a folder does not stand for all in it. */
  readonly whole?: boolean;
  /** `[abc]`, `[a-z]` and `[!a]` stand for one character; else brackets are taken as they stand. */
  readonly classes?: boolean;
}

/** @param path relative, with `/`. */
export function matchesGlob(pattern: string, path: string, rules: GlobRules = {}): boolean {
  const trimmed = pattern.replace(/^\.?\//, '').replace(/\/+$/, '');
  if (trimmed === '') return false;
  const anywhere = !trimmed.includes('/') && !pattern.startsWith('/');
  const wanted = (anywhere ? ['**'] : []).concat(trimmed.split('/'));
  const parts = path.split('/');
  const reached = matchesParts(wanted, parts, rules.classes === true);
  return rules.whole ? reached.has(parts.length) : reached.size > 0;
}

/** The lengths of the path's beginnings (the whole, or a folder that it lies in) that the pattern matches. */
function matchesParts(pattern: readonly string[], path: readonly string[], classes: boolean): ReadonlySet<number> {
  let reached = new Set([0]);
  for (const [i, part] of pattern.entries()) {
    const next = new Set<number>();
    const name = part === '**' ? [] : signsOf(part, classes);
    for (const at of reached) {
      if (part === '**') {
        // At the end it wants something in the folder.
        const from = i === pattern.length - 1 ? at + 1 : at;
        for (let to = from; to <= path.length; to++) next.add(to);
      } else if (at < path.length && matchesName(name, path[at] ?? '')) next.add(at + 1);
    }
    reached = next;
  }
  return reached;
}

/** The signs of a name's pattern; a class of characters is one of them. */
const signsOf = (part: string, classes: boolean): readonly string[] =>
  classes ? (part.match(/\[!?[^\]]+\]|[\s\S]/g) ?? []) : part.split('');

function matchesName(pattern: readonly string[], name: string): boolean {
  let [p, n, star, retry] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') [star, retry] = [p++, n];
    else if (isOf(pattern[p] ?? '', name[n] ?? '')) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [p, n] = [star + 1, ++retry];
    else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function isOf(sign: string, char: string): boolean {
  if (sign.length < 2) return sign === '?' || sign === char;
  const isNot = sign[1] === '!';
  const inside = sign.slice(isNot ? 2 : 1, -1);
  for (let i = 0; i < inside.length; i++) {
    const from = inside[i] ?? '';
    const isRange = inside[i + 1] === '-' && i + 2 < inside.length;
    const to = isRange ? (inside[i + 2] ?? '') : from;
    if (from <= char && char <= to) return !isNot;
    if (isRange) i += 2;
  }
  return isNot;
}
