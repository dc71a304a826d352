/**
 * What is right in each side and hardly is together, found in the text alone, in any language: a number that both gave away, bounds
 * that crossed, an amount of one side's number and the other's unit, a line that deletes and was put together from both. As evidence of a candidate, and as warnings of a file.
 */

import { type Apart, belonging } from '../merge/lines/belong.ts';
import { type Beside, besideIn } from '../merge/lines/beside.ts';
import { type Miscount, miscountIn } from '../merge/lines/counts.ts';
import { destroyingLine, statementOfBoth } from '../merge/lines/destroys.ts';
import { entriesOf, type KnownVersions } from '../merge/lines/entries.ts';
import { type OtherImage, otherImageIn } from '../merge/lines/images.ts';
import { linesOf } from '../merge/lines/ownLines.ts';
import { type PrefixedTwice, prefixedTwice } from '../merge/lines/prefixed.ts';
import { type SwappedTwice, swappedTwice } from '../merge/lines/swapped.ts';
import { mixedIn } from '../merge/meeting/amounts.ts';
import { crossedIn } from '../merge/meeting/bounds.ts';
import { type Contest, contestOf, givenTwice } from '../merge/meeting/numbers.ts';
import { type Unmarked, unmarkedOf } from '../merge/meeting/unmarked.ts';
import type { Warning } from './aftermathWords.ts';
import type { Evidence } from './candidate.ts';
import type { AnsweredFile } from './features/fileFeatures.ts';
import { briefName } from './reasons.ts';

interface Sides {
  readonly base: string;
  readonly left: string;
  readonly right: string;
}

interface Around {
  readonly before: string;
  readonly after: string;
}

/** Of one conflict; what the sides alone say is found once, for all its candidates. */
export function togetherOf(sides: Sides, { before, after }: Around): (text: string, isSide: boolean) => Evidence[] {
  const contest = contestOf(sides);
  const versions = [sides.base, sides.left, sides.right] as const;
  const entries = entriesOf(versions);
  const { flags, pairs } = pairsOf(versions, entries);
  return (text, isSide) => {
    const said = [
      ...flags,
      ...(isSide ? [] : [...numbersIn(contest, contest ? before + text + after : ''), ...pairs(text)]),
      ...(isSide ? [] : destroysSaid(before, text, versions)),
      ...(isSide ? [] : countSaid(miscountIn(text, versions))),
      ...(isSide ? [] : besideSaid(besideIn(text, entries()))),
    ];
    return said.length > 0 ? [{ check: 'together', said }] : [];
  };
}

type Versions = readonly [base: string, left: string, right: string];

/** What stands near each other and is of one thing. The versions are read once. */
function pairsOf(
  versions: Versions,
  entries: () => KnownVersions,
): {
  readonly flags: readonly string[];
  readonly pairs: (text: string) => string[];
} {
  const lines = linesOf(versions);
  const { flags, apartIn } = belonging(versions[0], entries);
  const unmarked = unmarkedOf(versions);
  return {
    flags: flags.map(apartWords),
    pairs: (text) => {
      const { edited, near } = lines.read(text);
      return [
        ...crossedSaid(versions, near),
        ...mixedSaid(versions, near),
        ...apartIn(text, edited).map(apartWords),
        ...swappedTwice(edited, lines.base).map(swappedWords),
        ...prefixedTwice(edited, lines.base).map(prefixedWords),
        ...imageSaid(otherImageIn(edited, text)),
        ...(unmarked?.(text) ?? []).map(unmarkedWords),
      ];
    },
  };
}

const swappedWords = ({ ours, theirs }: SwappedTwice): string =>
  `each side put two things in the other order: “${briefName(ours)}”, “${briefName(theirs)}”`;

const unmarkedWords = ({ by, marker, called }: Unmarked): string =>
  `${by} put ${marker} ${/^[?.!]/.test(marker) ? 'behind' : marker === 'err' ? 'there for what comes back from' : 'before'} every ${briefName(called)}(…), and ${by === 'ours' ? 'theirs' : 'ours'} added one without`;

const imageSaid = (one: OtherImage | undefined): string[] =>
  one
    ? [
        `${one.by} took the image ${briefName(one.image)}, and “${briefName(one.installs)}” of ${one.by === 'ours' ? 'theirs' : 'ours'} is for another`,
      ]
    : [];

const countSaid = (one: Miscount | undefined): string[] =>
  one ? [`${one.said} ${one.what} and ${one.given} values: each side added to both, “${briefName(one.text)}”`] : [];

const besideSaid = (one: Beside | undefined): string[] =>
  one
    ? [
        `${briefName(one.ours)} is of ours and ${briefName(one.theirs)} of theirs: neither side saw both as they would be`,
      ]
    : [];

const prefixedWords = ({ part, begins, path }: PrefixedTwice): string =>
  `“${briefName(begins)}” and “${briefName(path)}” got ${briefName(part)} from a side each: it may be there twice`;

function destroysSaid(before: string, text: string, versions: readonly string[]): string[] {
  const line = destroyingLine(text);
  if (line !== undefined) return [`it deletes: ${briefName(line)}`];
  const statement = statementOfBoth(before, text, versions);
  return statement === undefined
    ? []
    : [
        `which rows it takes is put together from both sides: ${statement.length > 100 ? `${statement.slice(0, 99)}…` : statement}`,
      ];
}

const numbersIn = (contest: Contest | undefined, result: string): string[] =>
  contest
    ? givenTwice(contest, result).map(
        ({ number, names: [ours, theirs] }) =>
          `both sides gave the number ${number} away: ours to ${briefName(ours)}, theirs to ${briefName(theirs)}`,
      )
    : [];

const crossedSaid = (versions: Versions, result: string): string[] =>
  crossedIn(versions, result).map(
    ({ low, high }) =>
      `${low.name} would be ${low.number} and ${high.name} ${high.number}: each side moved one of them`,
  );

const mixedSaid = (versions: readonly string[], result: string): string[] =>
  mixedIn(versions, result).map(
    ({ number, unit }) => `the number ${number} is of one side and its unit ${unit} of the other`,
  );

function apartWords(one: Apart): string {
  switch (one.kind) {
    case 'pair':
      return `${briefName(one.ours)} is of ours and ${briefName(one.theirs)} of theirs, and they belong together`;
    case 'lockstep':
      return `${briefName(one.ours)} is of ours and ${briefName(one.theirs)} of theirs: they had one version`;
    case 'flag':
      return `one side made ${briefName(one.was)} ${one.value}, and the other turned its name round: ${briefName(one.now)}`;
    case 'sense': {
      const other = one.by === 'ours' ? 'theirs' : 'ours';
      return `${one.by} made ${briefName(one.name)} ${one.now}, which was ${one.was}, and ${other} changed what that is said of`;
    }
  }
}

interface Read {
  readonly contest: Contest | undefined;
  readonly pairs: (text: string) => string[];
}

/** By the versions of a file, which is judged again after each decision. */
const known = new WeakMap<AnsweredFile['sides'], Read>();

/** One line each, of a whole file. */
export function togetherIn(sides: AnsweredFile['sides'], result: string): string[] {
  const all = { base: sides.base ?? '', left: sides.left, right: sides.right };
  const versions = [all.base, all.left, all.right] as const;
  const kept = known.get(sides) ?? {
    contest: contestOf(all),
    pairs: pairsOf(versions, entriesOf(versions)).pairs,
  };
  known.set(sides, kept);
  return [...numbersIn(kept.contest, result), ...kept.pairs(result)];
}

/** Without what the evidence of a conflict's own answer says already. */
export function togetherWarnings({
  sides,
  text,
  answers,
}: Pick<AnsweredFile, 'sides' | 'text' | 'answers'>): Warning[] {
  const told = new Set(
    answers.flatMap(({ resolutions }) =>
      (resolutions[0]?.evidence ?? []).flatMap((one) => (one.check === 'together' ? one.said : [])),
    ),
  );
  return togetherIn(sides, text)
    .filter((said) => !told.has(said))
    .map((said): Warning => ({ kind: 'together', name: said, text: said }));
}
