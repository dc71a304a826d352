/**
 * What the text alone says of a candidate, in any language: something that only one may have is taken twice, or a number that both
 * sides changed alike counts what each of them added. Added to what a syntax tree says of it.
 */

import type { Words } from '../merge/edits.ts';
import { type Shared, sharedIn } from '../merge/lines/acts.ts';
import { type Astray, astrayIn } from '../merge/lines/astray.ts';
import { takenTwice } from '../merge/lines/claims.ts';
import { type WrongOrder, wrongOrdersIn } from '../merge/lines/orders.ts';
import { type Added, addedBy, rowsOfBoth } from '../merge/lines/rows.ts';
import { type Slot, slotIn } from '../merge/lines/slots.ts';
import { unguardedIn } from '../merge/lines/unguarded.ts';
import { type Unreached, unreachedIn } from '../merge/lines/unreached.ts';
import { type ChangedAlike, changedAlike, versionOfBoth } from '../merge/meeting/alike.ts';
import type { ConflictContext, EditAccount, Evidence } from './candidate.ts';
import type { Material, SideMaterial } from './material.ts';
import { briefName, countedIn } from './reasons.ts';

/** Languages of Express and its like. */
const ROUTED: ReadonlySet<string> = new Set(['typescript', 'tsx', 'javascript']);

interface Account {
  readonly left: EditAccount;
  readonly right: EditAccount;
}

/** Of one conflict; the sides are read once for all its candidates. */
export function claimsIn(
  { base, left, right, hasBase, leftDiff, rightDiff, language }: Material,
  { file, before, after, path }: ConflictContext,
): (text: string, account: Account) => Evidence[] {
  const around = { before: file?.before ?? before, after: file?.after ?? after, path, language: language?.id };
  const sides = [base.text, left.text, right.text] as const;
  let version: { readonly of: ReturnType<typeof versionOfBoth> } | undefined;
  let alike: ((account: Account) => ChangedAlike | undefined) | undefined;
  let known: { readonly added: Added | undefined } | undefined;
  const added = () => {
    known ??= { added: addedBy(sides) };
    return known.added;
  };
  const rowsSaid = (text: string): string[] => {
    const both = added();
    const rows = both ? rowsOfBoth(text, both) : [];
    const shared = sharedIn(rows, path, around.before);
    const slot = shared ? undefined : slotIn(rows, path);
    return shared ? [sharedSaid(shared)] : slot ? [slotSaid(slot)] : [];
  };
  const particular = (text: string, account: Account, isSide: boolean): Evidence[] => {
    const repeats = isSide ? [] : takenTwice(text, sides, around);
    const found: Evidence[] = repeats.length > 0 ? [{ check: 'repeats', repeats }] : [];
    const unreached = isSide ? [] : unreachedIn(text, sides, language?.id);
    if (unreached.length > 0) found.push({ check: 'together', said: unreached.map(unreachedSaid) });
    const orders = isSide ? [] : wrongOrdersIn(text, sides, language?.id);
    if (orders.length > 0) found.push({ check: 'together', said: orders.map(orderSaid) });
    const unguarded = isSide || !ROUTED.has(language?.id ?? '') ? [] : unguardedIn(text, sides);
    if (unguarded.length > 0)
      found.push({
        check: 'together',
        said: unguarded.map(
          ({ route, middleware }) =>
            `“${briefName(route)}” comes before “${briefName(middleware)}”, which is not asked then`,
        ),
      });
    const both = isSide ? undefined : added();
    const astray = both && astrayIn(text, both, around);
    if (astray) found.push({ check: 'astray', said: astraySaid(astray) });
    // What a page of text tells in numbers it counts nowhere.
    if (!hasBase || language?.id === 'markdown') return found;
    alike ??= changedAlike({
      ...{ base: asWords(base), sides: { left: asWords(left), right: asWords(right) }, versions: file?.versions },
      ...{ scripts: { left: leftDiff, right: rightDiff }, before: around.before, after: around.after },
    });
    const number = alike(account);
    if (number) found.push({ check: 'together', said: [countedIn(number)] });
    else if (!isSide && [account.left, account.right].every(({ kept }) => kept.length > 0)) {
      version ??= { of: file?.versions && versionOfBoth(file.versions) };
      if (version.of) found.push({ check: 'together', said: [versionSaid(version.of)] });
    }
    return found;
  };
  // What is said of any two lines in a row says less than what is known of just these.
  return (text, account) => {
    const isSide = text === left.text || text === right.text;
    const found = particular(text, account, isSide);
    if (isSide || found.length > 0) return found;
    const said = rowsSaid(text);
    return said.length > 0 ? [{ check: 'together', said }] : [];
  };
}

const ORDERS = {
  unreached: 'which is never reached there',
  unseen: 'whose errors it does not see',
} as const;

function orderSaid({ first, second, why }: WrongOrder): string {
  const [some, other] = [briefName(first), briefName(second)];
  return why === 'falls'
    ? `“${some}” of one side falls into “${other}” of the other`
    : `“${some}” comes before “${other}”, ${ORDERS[why]}`;
}

const sharedSaid = ({ name, first, second }: Shared): string =>
  `both sides added a line about ${briefName(name)}, “${briefName(first)}” and “${briefName(second)}”: nobody said which comes first, or whether both are meant`;

const SLOTS: Readonly<Record<Slot['why'], string>> = {
  begins: 'which must come first',
  clauses: 'of one statement, which has them once and in another order',
  annotations: 'over one declaration, a side each: they may say two things of it',
  chain: 'in one chain, a side each: what comes first decides what the other sees',
  spread: 'a side each: what comes last decides',
  set: 'a side each: only the second holds',
};
const slotSaid = ({ first, second, why }: Slot): string =>
  `“${briefName(first)}” comes before “${briefName(second)}”, ${SLOTS[why]}`;

const versionSaid = ({
  name,
  was,
  now,
}: {
  readonly name: string;
  readonly was: string;
  readonly now: string;
}): string => `both sides made ${briefName(name)} ${now}, from ${was}: each may mean edits of its own by it`;

/** Of two routes or rules, each of which stands alone in its side. */
const unreachedSaid = ({ wide, narrow, certain }: Unreached): string =>
  `“${briefName(wide)}” comes before “${briefName(narrow)}”, ${certain ? 'which is never reached there' : 'and may answer first'}`;

/** Whose line is out of its place, and what of the other side makes it so. */
function astraySaid({ line, other, by, why }: Astray): string {
  const [own, its] = by === 'left' ? ['ours', 'theirs'] : ['theirs', 'ours'];
  const [one, two] = [`“${briefName(line)}” of ${own}`, `“${briefName(other)}” of ${its}`];
  if (why === undefined) return `${one} comes under ${two}`;
  return `${one} comes behind ${two}${why.startsWith(',') ? '' : ' '}${why}`;
}

const asWords = ({ text, tokens, ids }: SideMaterial): Words => ({ text, tokens, ids });
