/**
 * What is right in each side and hardly is together, found in the text alone, in any language: a number that both gave away, bounds
 * that crossed, an amount of one side's number and the other's unit, a line that deletes and was put together from both. As evidence of a candidate, and as warnings of a file.
 */
import { mixedIn } from '../merge/amounts.ts';
import { type Apart, apartIn, turnedFlags } from '../merge/belong.ts';
import { crossedIn } from '../merge/bounds.ts';
import { destroyingLine, statementOfBoth } from '../merge/destroys.ts';
import { type Contest, contestOf, givenTwice } from '../merge/numbers.ts';
import { prefixedTwice } from '../merge/prefixed.ts';
import { swappedTwice } from '../merge/swapped.ts';
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
  const flags = turnedFlags(versions).map(apartWords);
  return (text, isSide) => {
    const said = [
      ...flags,
      ...(isSide ? [] : [...numbersIn(contest, contest ? before + text + after : ''), ...pairsSaid(versions, text)]),
      ...(isSide ? [] : destroysSaid(before, text, versions)),
    ];
    return said.length > 0 ? [{ check: 'together', said }] : [];
  };
}

/** What stands near each other and is of one thing. */
const pairsSaid = (versions: readonly [string, string, string], text: string): string[] => [
  ...crossedSaid(versions, text),
  ...mixedSaid(versions, text),
  ...apartIn(versions, text).map(apartWords),
  ...swappedTwice(versions, text).map(
    ({ ours, theirs }) => `each side put two things in the other order: “${briefName(ours)}”, “${briefName(theirs)}”`,
  ),
  ...prefixedTwice(versions, text).map(
    ({ part, begins, path }) =>
      `“${briefName(begins)}” and “${briefName(path)}” got ${briefName(part)} from a side each: it may be there twice`,
  ),
];

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

const crossedSaid = (versions: readonly [string, string, string], result: string): string[] =>
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

/** By the versions of a file, which is judged again after each decision. */
const known = new WeakMap<AnsweredFile['sides'], { readonly contest: Contest | undefined }>();

/** One line each, of a whole file. */
export function togetherIn(sides: AnsweredFile['sides'], result: string): string[] {
  const all = { base: sides.base ?? '', left: sides.left, right: sides.right };
  const kept = known.get(sides) ?? { contest: contestOf(all) };
  known.set(sides, kept);
  const versions = [all.base, all.left, all.right] as const;
  return [...numbersIn(kept.contest, result), ...pairsSaid(versions, result)];
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
