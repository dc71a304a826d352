/** One line for people for each origin, and a measured frequency in words: the same in the terminal, the mergetool and the editor. */

import type { ChangedAlike } from '../merge/meeting/alike.ts';
import type { Evidence } from './candidate.ts';

const reasons: Readonly<Record<string, string>> = {
  left: 'takes ours',
  right: 'takes theirs',
  base: 'goes back to the common base',
  empty: 'removes the region',
  'same change': 'both sides made the same change, apart from white space',
  'left only reformats': 'ours only reformats: takes the edit of theirs in the new layout',
  'right only reformats': 'theirs only reformats: takes the edit of ours in the new layout',
  'larger version': 'the sides differ in version numbers only: takes the larger',
  'import set': 'unites the imports of both sides',
  'key by key': 'merges key by key',
  'structured merge': 'merges the syntax trees: every edit of both sides fits',
  changelog: 'keeps the entries of both sides under their headings',
  'changelog, right first': 'keeps the entries of both sides, theirs first',
  'left+right, each closed': 'keeps both blocks, ours first, each with the end that they share',
  'right+left, each closed': 'keeps both blocks, theirs first, each with the end that they share',
  'left+right': 'keeps both, ours first',
  'right+left': 'keeps both, theirs first',
  'left+right trimmed': 'keeps both, their common lines once, ours first',
  'right+left trimmed': 'keeps both, their common lines once, theirs first',
  'left-base': 'keeps only what ours added',
  'right-base': 'keeps only what theirs added',
  'left-base+right-base': 'keeps only what the sides added, ours first',
  'right-base+left-base': 'keeps only what the sides added, theirs first',
  'left+right-base': 'takes ours, then what theirs added',
  'left-base+right': 'takes what ours added, then theirs',
  'right+left-base': 'takes theirs, then what ours added',
  'right-base+left': 'takes what theirs added, then ours',
  'left minus right deletions': 'takes ours without what theirs deleted',
  'right minus left deletions': 'takes theirs without what ours deleted',
  union: 'unites the lines of both sides, ours first',
  'union right first': 'unites the lines of both sides, theirs first',
  'union minus deletions': 'unites the lines of both sides without what either deleted',
  'union minus deletions, right first': 'unites the lines of both sides without what either deleted, theirs first',
  interleaved: 'weaves both sides along their common lines, ours first',
  'interleaved, right first': 'weaves both sides along their common lines, theirs first',
  'sorted union': 'unites the lines of both sides, sorted',
  'sorted union, case folded': 'unites the lines of both sides, sorted without regard to case',
  'sorted union of all': 'unites all lines of both sides, sorted',
  'list, left first': 'joins the list elements of both sides, ours first',
  'list, right first': 'joins the list elements of both sides, theirs first',
  'list union': 'unites the list elements of both sides, ours first',
  'list union, right first': 'unites the list elements of both sides, theirs first',
  'left renamed as right': 'takes ours with the names that theirs changed',
  'right renamed as left': 'takes theirs with the names that ours changed',
  'token mix': 'combines the edits word by word, in each place one way or the other',
  'token woven sides': 'weaves the words of both sides, ours first',
  'token woven sides, right first': 'weaves the words of both sides, theirs first',
};

/** Where both sides changed the same words, what a token merge puts there. */
const patterns: Readonly<Record<string, string>> = {
  L: 'takes ours',
  R: 'takes theirs',
  LR: 'keeps both, ours first',
  RL: 'keeps both, theirs first',
  O: 'goes back to the base',
  longer: 'takes the longer text',
  shorter: 'takes the shorter text',
  newer: 'takes the larger version',
  'L,R': 'keeps both with a comma between, ours first',
  'R,L': 'keeps both with a comma between, theirs first',
  'L-O': 'keeps only what ours added',
  'R-O': 'keeps only what theirs added',
  'LR-O': 'keeps only what the sides added, ours first',
  'RL-O': 'keeps only what the sides added, theirs first',
  woven: 'weaves both, ours first',
  'woven R': 'weaves both, theirs first',
};

export function reasonOf(name: string): string {
  const known = reasons[name];
  if (known !== undefined) return known;
  // Token merges along three alignments; which one it was says nothing to the reader.
  const pattern = /^(?:token|fine|myers) (.+)$/.exec(name)?.[1];
  if (pattern === 'merge') return 'the edits touch different words: combines both';
  const where = pattern === undefined ? undefined : patterns[pattern];
  return where === undefined ? name : `combines the edits word by word; where they meet, ${where}`;
}

/** A measured frequency as a fraction people can picture, never more than it is. */
export function fraction(confidence: number): string {
  // Products of decimal numbers lie a little beside what they stand for.
  const least = (parts: number) => Math.floor(confidence * parts + 1e-9);
  if (confidence >= 0.995) return 'more than 99 in 100';
  if (confidence >= 0.9) return `${least(100)} in 100`;
  return confidence >= 0.1 ? `${least(10)} in 10` : 'fewer than 1 in 10';
}

/** Why a side is more than the other, by its own history, as one line. */
export function wentOnFrom(
  { side, commit, subject }: Extract<Evidence, { check: 'went on' }>,
  { left, right } = { left: 'ours', right: 'theirs' },
): string {
  const [own, other] = side === 'ours' ? [left, right] : [right, left];
  const named = commit === undefined ? '' : ` (${commit}${subject === undefined ? '' : ` “${subject}”`})`;
  return `${own} had here what ${other} has now${named}, and changed it since`;
}

/** What the user's own decisions of this operation say for a resolution, as one line. */
export function decisionsBehind({ way, alike, decided }: Extract<Evidence, { check: 'decided' }>): string {
  const went = { ours: 'ours', theirs: 'theirs', both: 'neither side alone' }[way];
  // A hurried reader takes what stands beside a text for support.
  const otherwise = way === 'both' ? 'one side alone' : `something else (not ${went})`;
  if (decided === 1)
    return alike === 1
      ? `counts your decision in this operation, which took ${went}`
      : `against it: your decision in this operation took ${otherwise}`;
  if (alike === 0) return `against it: your ${decided} decisions in this operation all took ${otherwise}`;
  if (alike * 2 < decided)
    return `against it: only ${alike} of your ${decided} decisions in this operation took ${went}`;
  return `counts your ${decided} decisions in this operation: ${alike === decided ? 'all' : alike} took ${went}`;
}

/** Why the larger version need not be what is meant, as one line. */
export function doubtOf(doubt: Extract<Evidence, { check: 'version' }>): string {
  const { kind, was, other } = doubt;
  switch (kind) {
    case 'excluded':
      return `each side excludes another version (${was}, ${other}): to take one is to lose the other`;
    case 'bound':
      return `an upper bound (${was}, ${other}): the larger allows what one side ruled out`;
    case 'address':
      return `${was} and ${other} may be addresses: none is larger`;
    case 'number':
      return `${was} and ${other} may be plain numbers: the larger need not be the newer`;
    case 'lowered':
      return `ours lowered it from ${was} to ${other}`;
  }
}

/** What stands twice where it may stand once, as one line: "the key b stands there twice". */
export function repeatsIn({ repeats }: Extract<Evidence, { check: 'repeats' }>): string {
  const shown = repeats.slice(0, 3).map(({ what, name }) => `the ${what} ${name}`);
  const more = repeats.length - shown.length;
  if (more > 0) shown.push(`${more} more`);
  const last = shown.pop() ?? '';
  return `${shown.length > 0 ? `${shown.join(', ')} and ${last} stand` : `${last} stands`} there twice`;
}

/** A number that both changed alike, as one line. */
export const countedIn = ({ was, now }: ChangedAlike): string =>
  `both sides changed ${was} to ${now}, and each has more edits beside it: both together may need another number`;

/** Where edits of both sides meet, as one line: "both sides changed the same comparison: i <= n". The code in it may speak of ours, too. */
export function meetingsIn(
  { meetings }: Extract<Evidence, { check: 'meets' }>,
  names: { readonly left: string; readonly right: string } = { left: 'ours', right: 'theirs' },
): string {
  const [first] = meetings;
  if (!first) return '';
  const more =
    meetings.length > 1 ? ` (and ${meetings.length - 1} more such place${meetings.length > 2 ? 's' : ''})` : '';
  const text = briefName(first.text.replace(/\s+/g, ' '));
  if (first.through === undefined) return `both sides changed the same ${first.what}: ${text}${more}`;
  const { name } = first.through;
  const [by, other] = first.through.by === 'ours' ? [names.left, names.right] : [names.right, names.left];
  if (first.what === 'use') return `${by} changed what ${name} is, and ${other} uses it anew: ${text}${more}`;
  return first.what === 'branch'
    ? `${by} turned the condition round, and ${other} changed what follows from it: ${text}${more}`
    : `${by} changed what ${name} is, and ${other} the ${first.what} with it: ${text}${more}`;
}

/** Where the lines stand that an edit of the conflict is about, as one line. */
export function movesIn({ moves }: Extract<Evidence, { check: 'moved' }>): string {
  const [first] = moves;
  if (!first) return '';
  const [mover, editor] = first.by === 'left' ? ['ours', 'theirs'] : ['theirs', 'ours'];
  const more = moves.length > 1 ? ` (and ${moves.length - 1} more like it)` : '';
  return `${mover} moved “${briefName(first.name)}” to ${first.path === undefined ? '' : `${first.path}, `}line ${first.line}, and ${editor} edited it here: the edit belongs there${more}`;
}

/** A line of code as a name. */
export const briefName = (line: string): string => (line.length > 40 ? `${line.slice(0, 39)}…` : line);
