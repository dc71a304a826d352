/**
 * A number that both sides changed alike while each added or took away more beside it: `wg.Add(2)` became `wg.Add(3)` in both, and
 * each starts another goroutine. What was counted is then one more than either side knew. Git and every merge by words see one edit.
 */
import type { Change } from '../../diff/change.ts';
import { splitLines } from '../../text/lines.ts';
import { nameWords } from '../../text/nameWords.ts';
import type { EditAccount, EditFate, Words } from '../edits.ts';

export interface ChangedAlike {
  readonly was: string;
  readonly now: string;
}

interface Both<T> {
  readonly left: T;
  readonly right: T;
}

/** The conflict's texts with their edit scripts, and what stands around it in the merged file and in its versions. */
export interface AlikeIn {
  readonly base: Words;
  readonly sides: Both<Words>;
  readonly scripts: Both<readonly Change[]>;
  readonly before: string;
  readonly after: string;
  readonly versions: { readonly base?: string; readonly left: string; readonly right: string } | undefined;
}

/** So many lines away an edit still stands beside a number. */
const NEAR = 8;
/** Eight lines are hardly longer. */
const UNITS = 4000;
/** Somebody who counts adds few at once; a larger step is a setting. */
const STEP = 10;

interface Found extends ChangedAlike {
  /** Offsets in the sides' texts; absent where it stands around the conflict. */
  readonly at?: Both<number>;
}

interface Around {
  readonly numbers: readonly Found[];
  /** Lines that one side alone added there. */
  readonly own: Both<boolean>;
}

/** Asks of one conflict once what its texts say, then of each candidate by the account of its edits. */
export function changedAlike(conflict: AlikeIn): (account: Both<EditAccount>) => ChangedAlike | undefined {
  const within = numbersWithin(conflict);
  const around = aroundOf(conflict, within.length > 0);
  const found = sharesLines(conflict) ? [] : [...within, ...around.numbers];
  return (account) => {
    if (found.length === 0) return undefined;
    const [left, right] = [account.left, account.right].map(keptOf);
    if (!left || !right) return undefined;
    return found.find((number) => {
      const isOther = (one: EditFate) => one.removed !== number.was || one.added !== number.now;
      const isBeside = (side: 'left' | 'right', edits: readonly EditFate[]) =>
        around.own[side] ||
        edits.some((one) => isOther(one) && isNear(conflict.sides[side].text, number.at?.[side], one.start));
      return isBeside('left', left) && isBeside('right', right);
    });
  };
}

const keptOf = ({ kept, changed }: EditAccount): readonly EditFate[] => [...kept, ...changed];

/** Whether both sides wrote a line alike that is no line of the base with another number: it is what they counted. */
function sharesLines({ base, sides }: AlikeIn): boolean {
  const [old, right] = [linesOf(base.text), linesOf(sides.right.text)];
  const shared = [...linesOf(sides.left.text)].filter((line) => /\w/.test(line) && right.has(line) && !old.has(line));
  const masked = new Set([...old].map(mask));
  return shared.some((line) => !masked.has(mask(line)));
}

const mask = (line: string): string => line.replace(/\d+/g, '#');

/** Around the conflict, any place in a short one is near. */
function isNear(text: string, number: number | undefined, edit: number): boolean {
  const [from, to] = number === undefined ? [0, edit] : [Math.min(number, edit), Math.max(number, edit)];
  const lines = text.slice(from, to).split('\n').length - 1;
  return lines <= NEAR || (number === undefined && text.slice(edit).split('\n').length - 1 <= NEAR);
}

/** Numbers that stand for one another in the scripts of both sides. */
function numbersWithin({ base, sides, scripts }: AlikeIn): Found[] {
  const ours = replaced(base, sides.left, scripts.left);
  const theirs = replaced(base, sides.right, scripts.right);
  return [...ours].flatMap(([k, { now, at }]) => {
    const other = theirs.get(k);
    return other?.now === now ? [{ was: wordAt(base, k), now, at: { left: at, right: other.at } }] : [];
  });
}

const wordAt = ({ text, tokens }: Words, k: number): string => text.slice(tokens.start[k], tokens.end[k]);

function replaced(base: Words, side: Words, script: readonly Change[]): Map<number, { now: string; at: number }> {
  const found = new Map<number, { now: string; at: number }>();
  for (const { aStart, aEnd, bStart, bEnd } of script) {
    if (aEnd - aStart !== 1 || bEnd === bStart) continue;
    const now = wordAt(side, bStart);
    const at = side.tokens.start[bStart] ?? 0;
    // A part of a version or of a larger number is no count.
    if (/[.\d]/.test(side.text[at - 1] ?? '') || /^\.\d/.test(side.text.slice(at + now.length, at + now.length + 2)))
      continue;
    const line = side.text.slice(side.text.lastIndexOf('\n', at - 1) + 1, at);
    if (isCount(wordAt(base, aStart), now) && !isSetting(line, now)) found.set(aStart, { now, at });
  }
  return found;
}

/** What a number is called that is chosen, not counted. */
const SETTING =
  /^(?:ports?|node|nodejs|python|java|jdk|ruby|php|go|golang|dotnet|swift|timeout|delay|interval|duration|ttl|width|height|padding|margin|gap|opacity|weight|retries|limit|threshold|level|depth|seconds?|secs?|ms|millis|minutes?|hours?|days?|percent)$/i;

const NAMED = 200;

/** `node-version: 20`, `z-index: 2`, `"name": "5"`; `SCHEMA_VERSION = 5` may count what each side did. */
function isSetting(line: string, now: string): boolean {
  // Lines that a program wrote have no end, and what names a number stands right before it.
  const before = line.slice(-NAMED);
  const name = /([\p{L}_$][\p{L}\p{N}_$-]*)["']?\s*(?::\s*[\p{L}_]\w*\s*)?[:=]\s*["'`]?$/u.exec(before)?.[1];
  if (name === undefined) return false;
  // A package and its version.
  if (
    /^\s*["'][^"']+["']\s*:\s*["']?$/.test(before) &&
    /^["'`]\d|["'`]$/.test(`${before.at(-1) ?? ''}${now}`.slice(0, 2))
  )
    return true;
  return name === 'z-index' || name === 'zIndex' || nameWords(name).some((word) => SETTING.test(word));
}

/** One whole number became another near it, and it is no year. */
function isCount(was: string, now: string): boolean {
  if (was.length > 40 || was === now || was.replace(/\d+/g, '#') !== now.replace(/\d+/g, '#')) return false;
  const [old, ...more] = was.match(/\d+/g) ?? [];
  const [own] = now.match(/\d+/g) ?? [];
  if (old === undefined || own === undefined || more.length > 0) return false;
  if (!/^(["'`]?)v?\d+\1$/.test(was)) return false;
  if (/^(?:19|20)\d\d$|^0\d/.test(old) || old.length > 6) return false;
  return Math.abs(Number(own) - Number(old)) <= STEP;
}

/** What git merged itself right above and below the conflict. */
function aroundOf({ before, after, versions }: AlikeIn, hasNumber: boolean): Around {
  const nothing = { numbers: [], own: { left: false, right: false } };
  if (versions?.base === undefined) return nothing;
  const { base: old } = versions;
  const near = [...splitLines(before.slice(-UNITS)).slice(-NEAR), ...splitLines(after.slice(0, UNITS)).slice(0, NEAR)];
  // Mostly git merged nothing there: looking for a line costs less than reading the versions.
  const fresh = near.map((line) => line.trim()).filter((line) => line !== '' && !old.includes(line));
  if (fresh.length === 0 || !(hasNumber || fresh.some((line) => /\d/.test(line)))) return nothing;
  const [base, left, right] = [versions.base, versions.left, versions.right].map(linesOf);
  if (!base || !left || !right) return nothing;
  const numbers: Found[] = [];
  const own = { left: false, right: false };
  for (const line of fresh) {
    if (base.has(line)) continue;
    const [isOurs, isTheirs] = [left.has(line), right.has(line)];
    if (isOurs && isTheirs) {
      const changed = numberOf(line, base, left, right);
      // What both added alike is what they counted.
      if (changed.length === 0) return nothing;
      numbers.push(...changed);
    } else if (isOurs) own.left = true;
    else if (isTheirs) own.right = true;
  }
  return { numbers, own };
}

const linesOf = (text: string): ReadonlySet<string> => new Set(splitLines(text).map((line) => line.trim()));

/** A line that both sides wrote, where the base had it with another number. */
function numberOf(
  line: string,
  base: ReadonlySet<string>,
  left: ReadonlySet<string>,
  right: ReadonlySet<string>,
): Found[] {
  const digits = [...line.matchAll(/(?<![\w.])\d{1,6}(?![\w.])|(?<=["'`]v)\d{1,6}(?=["'`])/g)];
  return digits.flatMap(({ 0: now, index }) => {
    if (isSetting(line.slice(0, index), now)) return [];
    for (let step = -STEP; step <= STEP; step++) {
      const was = String(Number(now) + step);
      const old = line.slice(0, index) + was + line.slice(index + now.length);
      if (step !== 0 && base.has(old) && !left.has(old) && !right.has(old) && isCount(was, now)) return [{ was, now }];
    }
    return [];
  });
}

/** What a program asks of data that it finds: the number says which steps were taken. */
const VERSION =
  /(?<![\p{L}\p{N}])((?:[\p{L}\p{N}_$]*[_-]?)?(?:schema|db|database|migrations?|storage|cache|format|protocol|data|store|model)[_-]?version(?:[_-]?(?:code|number))?)["']?\s*(?::\s*[\p{L}_]\w*\s*)?(?:=|:|\s)\s*["'`]?v?(\d{1,6})\b/iu;

/** A version of data that both sides made the same, and the base did not have; wherever it stands in the file. */
export function versionOfBoth({
  base,
  left,
  right,
}: {
  readonly base?: string;
  readonly left: string;
  readonly right: string;
}) {
  if (base === undefined || !/version/i.test(left)) return undefined;
  const [old, ours, theirs] = [base, left, right].map(versionsIn);
  for (const [name, now] of ours ?? []) {
    const was = old?.get(name);
    if (was !== undefined && was !== now && theirs?.get(name) === now) return { name, was, now };
  }
  return undefined;
}

function versionsIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of splitLines(text)) {
    const [, name, number] = (line.length < 200 && /version/i.test(line) && VERSION.exec(line)) || [];
    if (name !== undefined && number !== undefined && !found.has(name)) found.set(name, number);
  }
  return found;
}
