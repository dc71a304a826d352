/**
 * Which conflicted files change the same names: a rename that conflicts in six places is one decision. Names are those that
 * one version of a conflict has and another has not.
 */
import type { Sides } from '../merge/conflict.ts';

/** Words of the languages themselves say nothing about what is related. */
const common = new Set(
  'and any args async await bool boolean break case catch char class const continue def default double elif else enum export extends false final finally float for from func function if implements import include int interface let long main new nil none not null number object package private protected public return self static string struct super switch this throw true try type undefined use using val var void while with yield'.split(
    ' ',
  ),
);

export function changedNames(all: readonly Sides[]): Set<string> {
  const names = new Set<string>();
  for (const { base, left, right } of all) {
    const [b, l, r] = [namesIn(base ?? ''), namesIn(left), namesIn(right)];
    for (const name of [...l, ...r, ...b]) {
      if (!(b.has(name) && l.has(name) && r.has(name))) names.add(name);
    }
  }
  return names;
}

function namesIn(text: string): Set<string> {
  const words = text.match(/[\p{L}_$][\p{L}\p{N}_$]{2,}/gu) ?? [];
  return new Set(words.filter((word) => !common.has(word.toLowerCase())));
}

/** A name that more files than this change relates none of them. */
const MOST = 50;

/**
 * For each file the name it shares with the fewest others (the most telling one), and those others.
 * @param silent names that say nothing here: those of the sides themselves.
 */
export function shared(
  files: ReadonlyMap<string, ReadonlySet<string>>,
  silent: ReadonlySet<string> = new Set(),
): Map<string, { readonly name: string; readonly paths: readonly string[] }> {
  const holders = new Map<string, string[]>();
  for (const [path, names] of files) {
    for (const name of names) {
      const known = holders.get(name);
      if (known) known.push(path);
      else holders.set(name, [path]);
    }
  }
  const out = new Map<string, { name: string; paths: string[] }>();
  for (const [path, names] of files) {
    const candidates = [...names].filter((name) => {
      const held = holders.get(name)?.length ?? 0;
      return held > 1 && held <= MOST && !silent.has(name);
    });
    candidates.sort((a, b) => (holders.get(a)?.length ?? 0) - (holders.get(b)?.length ?? 0) || b.length - a.length);
    const [name] = candidates;
    if (name !== undefined) out.set(path, { name, paths: (holders.get(name) ?? []).filter((other) => other !== path) });
  }
  return out;
}
