/**
 * In a rebase the base of a stop is the commit before the one that is replayed: another one of the user's own. What the upstream seems
 * to have changed against it may be its own edit, or what became of the user's commit at an earlier stop: only what git proves is told.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { splitLines } from '../text/lines.ts';
import type { Operation } from './operation.ts';
import { askRepository, type Repository } from './repository.ts';
import type { UnmergedFile } from './unmerged.ts';

export interface Replayed {
  /** Abbreviated id. */
  readonly commit: string;
  readonly subject: string;
  /** The upstream never edited these lines, and no other commit did: what is missing of this one was decided when git stopped at it. */
  readonly decided: boolean;
}

interface Asked {
  readonly file: UnmergedFile;
  /** The two versions of the conflict. */
  readonly base: string;
  readonly left: string;
  readonly signal?: AbortSignal | undefined;
}

/** Lines, the first is 1; `to` is one less than `from` between two lines. */
interface Range {
  readonly from: number;
  readonly to: number;
}

interface Place {
  readonly ask: (...args: readonly string[]) => Promise<string | undefined>;
  readonly path: string;
  readonly fork: string;
  readonly onto: string;
  readonly base: string;
  readonly left: string;
}

/** The last own commit, replayed before this stop, of which lines of the base are missing on the left; undefined where there is none. */
export async function replayedBase(
  repo: Repository,
  { kind, commits: { base, left } }: Operation,
  { file: { texts: stages, path }, signal, ...conflict }: Asked,
): Promise<Replayed | undefined> {
  if (kind !== 'rebase' || !base || !left || stages?.base === undefined) return undefined;
  const whole = { base: plain(stages.base), left: plain(stages.left) };
  const texts = { base: plain(conflict.base), left: plain(conflict.left) };
  const here = placeOf(whole.base, texts.base);
  const missing = here && missingLines(texts.base, texts.left, here.from);
  if (!here || !missing || missing.size === 0) return undefined;
  const ask = (...args: readonly string[]) => askRepository(repo, args, { signal });
  const [done, onto] = await Promise.all([replays(repo), stateOf(repo, 'onto')]);
  const fork = await ask('merge-base', onto.trim() || left, base);
  if (!fork || done.all.length === 0) return undefined;
  const at: Place = { ask, path, fork, onto: onto.trim(), base, left };
  const owners = await ownersOf(at, here, missing);
  const own = done.all.findLast((one) => owners.has(one));
  if (own === undefined || !(await areThese(at))) return undefined;
  const shown = await ask('log', '-1', '--no-show-signature', '--format=%h %s', own);
  const [, commit, subject = ''] = /^(\S+) ?(.*)/.exec(shown ?? '') ?? [];
  if (commit === undefined) return undefined;
  const there = placeOf(whole.left, texts.left);
  const became = done.became.get(own);
  const isAlone = there !== undefined && became !== undefined && owners.size === 1;
  return { commit, subject, decided: isAlone && (await isDecided(at, { here, there, own, became })) };
}

/** Git may check out other line ends than it keeps. */
const plain = (text: string) => text.replaceAll('\r\n', '\n');

/** Where a text stands in a file, as lines; undefined where that is not one place. */
function placeOf(whole: string, text: string): Range | undefined {
  const at = text.trim() === '' ? -1 : `\n${whole}`.indexOf(`\n${text}`);
  if (at < 0 || `\n${whole}`.indexOf(`\n${text}`, at + 1) >= 0) return undefined;
  const from = splitLines(whole.slice(0, at)).length + 1;
  return { from, to: from + splitLines(text).length - 1 };
}

/** Numbers of the lines of the base that the left has nowhere, however it is indented. */
function missingLines(base: string, left: string, from: number): ReadonlySet<number> {
  const has = new Set(splitLines(left).map((line) => line.trim()));
  const lines = splitLines(base).map((line) => line.trim());
  return new Set(lines.flatMap((line, i) => (line === '' || has.has(line) ? [] : [from + i])));
}

const stateOf = (repo: Repository, name: string) =>
  readFile(join(repo.gitDir, 'rebase-merge', name), 'utf8').catch(() => '');

/** The commits that this rebase came to, in order, and what each became where it alone became that. */
async function replays(repo: Repository) {
  const [done, rewritten] = await Promise.all([stateOf(repo, 'done'), stateOf(repo, 'rewritten-list')]);
  const all = [...done.matchAll(/^\w+ (?:-\w )?([0-9a-f]{40,64})\b/gm)].flatMap(([, id]) => id ?? []);
  const pairs = [...rewritten.matchAll(/^([0-9a-f]{40,64}) ([0-9a-f]{40,64})$/gm)];
  const count = (id: string | undefined) => pairs.filter(([, , to]) => to === id).length;
  const became = new Map(
    pairs.flatMap(([, from, to]) => (from !== undefined && to !== undefined && count(to) === 1 ? [[from, to]] : [])),
  );
  return { all, became };
}

/** The versions in conflict are those of the path in the two commits: no other file became one of them. */
async function areThese({ ask, path, base, left }: Place): Promise<boolean> {
  const names = [`:1:${path}`, `${base}:${path}`, `:2:${path}`, `${left}:${path}`];
  const [a, b, c, d] = (await ask('rev-parse', ...names))?.split('\n') ?? [];
  return a !== undefined && a === b && c !== undefined && c === d;
}

/** Of which commits since the fork the missing lines are, through renames. */
async function ownersOf(at: Place, here: Range, missing: ReadonlySet<number>): Promise<ReadonlySet<string>> {
  const asked = ['--porcelain', `-L${here.from},${here.to}`, `${at.fork}..${at.base}`, '--', at.path];
  const told = await at.ask('-c', 'blame.ignoreRevsFile=', 'blame', ...asked);
  const heads = [...(told ?? '').matchAll(/^([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$/gm)];
  return new Set(heads.flatMap(([, id, line]) => (id && id !== at.fork && missing.has(Number(line)) ? [id] : [])));
}

interface Decision {
  readonly here: Range;
  readonly there: Range;
  readonly own: string;
  readonly became: string;
}

/**
 * The upstream has these lines as they were at the fork, no other own commit touched them before or after they were replayed, and they
 * are not what this commit makes of them: git would have written that, had it replayed cleanly.
 */
async function isDecided(at: Place, { here, there, own, became }: Decision): Promise<boolean> {
  const { ask, fork, onto, base, left } = at;
  if (onto === '') return false;
  const [before, after, upstream, since, merges] = await Promise.all([
    touching(at, `${fork}..${base}`, here),
    touching(at, `${fork}..${left}`, there),
    hunks(at, fork, onto),
    hunks(at, fork, base),
    ask('rev-list', '--merges', '-1', base, left, `^${fork}`, `^${onto}`),
  ]);
  if (merges !== '' || !before || !after || !upstream || !since) return false;
  const forked = earlierRange(since, here);
  const isUntouched = upstream.every(({ was }) => was.to + 1 < forked.from || was.from > forked.to + 1);
  // Where nothing is left of a commit, or it was skipped, git says that it became the one before.
  const isOwn = (one: string) => one === became && became !== onto;
  return isUntouched && before.every((one) => one === own) && after.every(isOwn);
}

/** The commits that changed lines of the path's last version, through renames; undefined where git cannot tell. */
async function touching({ ask, path }: Place, range: string, { from, to }: Range): Promise<string[] | undefined> {
  const form = ['-s', '--no-ext-diff', '--no-textconv', '--no-show-signature', '--format=%H'];
  const told = await ask('log', ...form, `-L${from},${to}:${path}`, range);
  return told?.split('\n').filter((line) => line !== '');
}

interface Hunk {
  readonly was: Range;
  readonly is: Range;
}

/** What changed between two versions of the path; undefined unless both have it. */
async function hunks({ ask, path }: Place, from: string, to: string): Promise<Hunk[] | undefined> {
  if ((await ask('rev-parse', `${from}:${path}`, `${to}:${path}`)) === undefined) return undefined;
  const form = ['-U0', '--inter-hunk-context=0', '--no-color', '--no-ext-diff', '--no-textconv', '--text'];
  const told = await ask('--literal-pathspecs', 'diff', ...form, '--no-renames', from, to, '--', path);
  return [...(told ?? '').matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)].map(([, a, n, b, m]) => ({
    was: rangeOf(a, n),
    is: rangeOf(b, m),
  }));
}

/** Git names the line before where a version has none. */
function rangeOf(start = '0', count = '1'): Range {
  const from = count === '0' ? Number(start) + 1 : Number(start);
  return { from, to: from + Number(count) - 1 };
}

/** What lines of the later version were in the earlier one, with all of every change that they meet. */
function earlierRange(changes: readonly Hunk[], { from, to }: Range): Range {
  let [first, last] = [from, to];
  let [shiftFirst, shiftLast] = [0, 0];
  for (const { was, is } of changes) {
    if (is.to < from - 1) shiftFirst = was.to - is.to;
    else if (is.from <= to + 1) first = Math.min(first, is.from);
    if (is.from > to + 1) continue;
    last = Math.max(last, is.to);
    shiftLast = was.to - is.to;
  }
  return { from: first + shiftFirst, to: last + shiftLast };
}
