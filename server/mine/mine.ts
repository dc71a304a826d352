/**
 * Reads a repository's merges as a record of how people resolve conflicts: for every merge with two parents and one merge
 * base, each file both sides changed is merged again as git does, and kept beside what the developers made of it.
 */
import { FORMER_BYTES, namesOf, versionsOf } from '../git/formerVersions.ts';
import {
  commitGraph,
  type GraphCommit,
  ObjectReader,
  type SidedCommit,
  sidedHistory,
  type TreeChange,
} from '../git/objects.ts';
import { conflictsOf } from '../merge/conflict.ts';
import { lineMerge } from '../merge/lineMerge.ts';
import { deltaOf } from './delta.ts';
import { CommitGraph } from './mergeBases.ts';
import { type MinedRecord, minedLanguage, type PathFacts } from './record.ts';
import { sampler } from './sampler.ts';

export interface MineOptions {
  readonly maxMerges: number;
  /** So many files that git merged cleanly are kept, drawn from all. */
  readonly clean: number;
  readonly maxFilesPerMerge: number;
  readonly maxConflicts: number;
  /** Greater versions of a file are left out. */
  readonly maxBytes: number;
  /** No merge is begun after that. */
  readonly seconds: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each merge. */
  readonly progress?: ((done: number, of: number, conflicts: number) => void) | undefined;
}

export const mineDefaults: MineOptions = {
  maxMerges: 4000,
  clean: 300,
  maxFilesPerMerge: 100,
  maxConflicts: 3000,
  maxBytes: 300_000,
  seconds: 240,
  seed: 1,
};

/** Counts of what was seen, kept and left out, by name. */
export type MineStats = Record<string, number>;

/** Where the records go as they are found: text of one JSON record, with what it is sorted by. */
export interface Found {
  readonly record: MinedRecord;
  readonly conflict: boolean;
}

/** So many questions are before git at once, while we merge. Files are taken one after another: which of two equal ones is
 * kept must not depend on who is faster. */
const AT_ONCE = 3;
/** Bounds of one history question. */
const HISTORY_MS = 4000;
const HISTORY_COMMITS = 600;
/** So many commits of a side are kept with a path. */
export const KEPT_COMMITS = 6;

/**
 * Mine one git directory. Merges are taken in random order, so that a time limit cuts a fair sample; `keep` is called for
 * each conflicted file as it is found, and at the end for the sample of clean ones.
 * @throws GitProblem when the repository cannot be read at all.
 */
export async function mineRepository(
  folder: string,
  repo: string,
  options: MineOptions,
  keep: (found: Found) => void,
): Promise<MineStats> {
  const started = performance.now();
  const graph = new CommitGraph(await commitGraph(folder, { signal: options.signal }));
  const all = graph.commits.filter((commit) => commit.parents.length === 2);
  const random = sampler(options.seed);
  const merges = random.shuffle(all).slice(0, options.maxMerges);
  const run = new Run(folder, repo, graph, options, random, keep);
  run.count('merges_in_repo', all.length);
  run.count('merges_taken', merges.length);
  const late = () => performance.now() - started > options.seconds * 1000;
  const ahead: Promise<Changes>[] = [];
  let next = 0;
  try {
    for (const merge of merges) {
      if (options.signal?.aborted || late() || run.full()) {
        run.set('stopped_early', 1);
        break;
      }
      for (; next < merges.length && ahead.length < AT_ONCE; next++) ahead.push(run.changes(merges[next] ?? merge));
      run.count('merges_seen');
      const changes = await ahead.shift();
      if (changes) await run.readMerge(merge, changes);
      options.progress?.(run.total('merges_seen'), merges.length, run.total('conflicts'));
    }
    await run.settled();
  } finally {
    run.dispose();
  }
  run.giveClean();
  run.set('seconds', Math.round((performance.now() - started) / 100) / 10);
  return Object.fromEntries(run.counts);
}

type Changes =
  | { readonly skip: string }
  | {
      readonly base: GraphCommit;
      readonly left: GraphCommit;
      readonly right: GraphCommit;
      readonly inLeft: ReadonlyMap<string, TreeChange>;
      readonly inRight: ReadonlyMap<string, TreeChange>;
    };

/** The three inputs' blob ids and the developers' own. */
type Blobs = readonly [base: string, left: string, right: string, merged: string];

class Run {
  readonly counts = new Map<string, number>();
  private readonly seen = new Set<string>();
  private readonly cleanKept: MinedRecord[] = [];
  /** Questions for histories that are not answered yet. */
  private readonly asking = new Set<Promise<void>>();
  private readonly reader: ObjectReader;
  private readonly folder: string;
  private readonly repo: string;
  private readonly graph: CommitGraph;
  private readonly options: MineOptions;
  private readonly random: ReturnType<typeof sampler>;
  private readonly keep: (found: Found) => void;

  constructor(
    folder: string,
    repo: string,
    graph: CommitGraph,
    options: MineOptions,
    random: ReturnType<typeof sampler>,
    keep: (found: Found) => void,
  ) {
    this.folder = folder;
    this.repo = repo;
    this.graph = graph;
    this.options = options;
    this.random = random;
    this.keep = keep;
    this.reader = new ObjectReader(folder);
  }

  count(name: string, by = 1): void {
    this.set(name, this.total(name) + by);
  }

  set(name: string, value: number): void {
    this.counts.set(name, value);
  }

  total(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  full(): boolean {
    return this.total('conflicts') >= this.options.maxConflicts;
  }

  dispose(): void {
    this.reader.dispose();
  }

  giveClean(): void {
    for (const record of this.cleanKept) this.keep({ record, conflict: false });
  }

  /** What both sides of a merge changed, or why it is left out. */
  async changes(merge: GraphCommit): Promise<Changes> {
    const [left, right] = merge.parents.map((oid) => this.graph.get(oid));
    if (!left || !right) return { skip: 'parents_missing' };
    const [base, ...more] = this.graph.mergeBases(left.oid, right.oid);
    if (!base || more.length > 0) return { skip: 'merges_multi_or_no_base' };
    if (base === left || base === right) return { skip: 'merges_ff' };
    try {
      const inLeft = await this.reader.changes(base.tree, left.tree);
      const inRight = inLeft.size === 0 ? inLeft : await this.reader.changes(base.tree, right.tree);
      return { base, left, right, inLeft, inRight };
    } catch {
      return { skip: 'unreadable' };
    }
  }

  /** The files of one merge. What cannot be read is counted and left out. */
  async readMerge(merge: GraphCommit, changes: Changes): Promise<void> {
    if ('skip' in changes) return this.count(changes.skip);
    const { base, left, right, inLeft, inRight } = changes;
    const conflicts: MinedRecord[] = [];
    for (const path of this.bothChanged(inLeft, inRight)) {
      this.count('both_changed_files');
      try {
        const merged = await this.reader.check(`${merge.tree}:${path}`);
        const from = inLeft.get(path)?.from;
        const ours = inLeft.get(path)?.to;
        const theirs = inRight.get(path)?.to;
        if (merged?.type !== 'blob' || !from || !ours || !theirs) {
          this.count('merged_absent');
          continue;
        }
        const record = await this.readFile([from, ours, theirs, merged.oid], { base, left, right, merge, path });
        if (record && record.n_hunks > 0) conflicts.push(record);
        else if (record) this.keepClean(record);
      } catch {
        this.count('unreadable');
      }
    }
    if (conflicts.length === 0) return;
    while (this.asking.size >= AT_ONCE) await Promise.race(this.asking);
    const asked = this.giveConflicts(conflicts, { left: left.oid, right: right.oid });
    this.asking.add(asked);
    asked.finally(() => this.asking.delete(asked)).catch(() => undefined);
  }

  /** All that was found has been given. */
  async settled(): Promise<void> {
    await Promise.all(this.asking);
  }

  private bothChanged(left: ReadonlyMap<string, { to: string }>, right: ReadonlyMap<string, { to: string }>): string[] {
    const both: string[] = [];
    for (const [path, change] of left) {
      const other = right.get(path);
      if (other && other.to !== change.to && minedLanguage(path) !== undefined) both.push(path);
    }
    if (both.length > 0) this.count('merges_with_both_changed');
    const over = both.length - this.options.maxFilesPerMerge;
    if (over <= 0) return both.sort();
    this.count('files_over_cap', over);
    return this.random.shuffle(both.sort()).slice(0, this.options.maxFilesPerMerge).sort();
  }

  private async readFile(
    blobs: Blobs,
    at: { base: GraphCommit; left: GraphCommit; right: GraphCommit; merge: GraphCommit; path: string },
  ): Promise<MinedRecord | undefined> {
    const key = blobs.join(' ');
    if (this.seen.has(key)) return this.skip('duplicates');
    this.seen.add(key);
    const facts = await Promise.all(blobs.map((oid) => this.reader.check(oid)));
    if (facts.some((fact) => !fact || fact.size > this.options.maxBytes)) return this.skip('too_big');
    const bytes = await Promise.all(blobs.map((oid) => this.reader.content(oid)));
    if (bytes.some((content) => !content || content.includes(0))) return this.skip('binary');
    const texts = bytes.map((content) => decode(content));
    // Markers are ASCII: they can be sought in what is not UTF-8 as well.
    const marked = bytes.map((content, i) => hasMarkers(texts[i] ?? content?.toString('latin1') ?? ''));
    if (marked.slice(0, 3).includes(true)) return this.skip('markers_in_input');
    const [base, left, right, merged] = texts;
    if (base === undefined || left === undefined || right === undefined || merged === undefined) {
      return this.skip('not_utf8');
    }
    const { hunks, clean } = lineMerge({ base, left, right });
    if (!clean && marked[3]) return this.skip('markers_in_merged');
    if (clean) {
      this.count('clean');
      const text = hunks.map((hunk) => (hunk.kind === 'stable' ? hunk.text : '')).join('');
      if (text !== merged) this.count('clean_git_differs_from_dev');
    } else this.count('conflicts');
    return {
      repo: this.repo,
      merge: at.merge.oid,
      parents: [at.left.oid, at.right.oid],
      base_commit: at.base.oid,
      time: at.merge.time,
      path: at.path,
      times: [at.base.time, at.left.time, at.right.time],
      lang: minedLanguage(at.path) ?? '',
      n_hunks: clean ? 0 : conflictsOf(hunks).length,
      base,
      left,
      right,
      merged,
    };
  }

  private skip(why: string): undefined {
    this.count(why);
  }

  /** A fair sample of the clean files, whatever their number. */
  private keepClean(record: MinedRecord): void {
    const { clean } = this.options;
    if (this.cleanKept.length < clean) this.cleanKept.push(record);
    else {
      const at = this.random.below(this.total('clean'));
      if (at < clean) this.cleanKept[at] = record;
    }
  }

  private async giveConflicts(records: readonly MinedRecord[], sides: { left: string; right: string }): Promise<void> {
    const paths = records.map(({ path }) => path);
    const commits = await this.history({ ...sides, paths });
    const facts = commits && pathFacts(commits, paths);
    for (const [index, record] of records.entries()) {
      const history = facts?.get(record.path);
      const former = commits && (await formerOf(record, commits, this.reader).catch(() => undefined));
      const order = { index, of: records.length };
      const known = { ...(history ? { history } : {}), ...(former ? { former } : {}) };
      this.keep({ conflict: true, record: { ...record, order, ...known } });
    }
  }

  private async history(sides: { left: string; right: string; paths: readonly string[] }) {
    const limits = [AbortSignal.timeout(HISTORY_MS), ...(this.options.signal ? [this.options.signal] : [])];
    try {
      return await sidedHistory(this.folder, sides, { signal: AbortSignal.any(limits), limit: HISTORY_COMMITS });
    } catch {
      this.count('history_missing');
      return undefined;
    }
  }
}

/** What the file of a record was on both sides since the base, as changes of what it is there. */
export async function formerOf(
  record: Pick<MinedRecord, 'path' | 'left' | 'right'>,
  commits: readonly SidedCommit[],
  reader: Pick<ObjectReader, 'check' | 'content'>,
): Promise<NonNullable<MinedRecord['former']>> {
  const of = async (side: 'left' | 'right') => {
    const touching = commits.filter((one) => one.side === side && one.paths.includes(record.path));
    const blobs: (Buffer | undefined)[] = [];
    for (const name of namesOf(touching, record.path)) {
      const facts = await reader.check(name);
      blobs.push(facts && facts.size <= FORMER_BYTES ? await reader.content(facts.oid) : undefined);
    }
    return versionsOf(touching, blobs, record[side]).map(({ text }) => deltaOf(record[side], text));
  };
  return { left: await of('left'), right: await of('right') };
}

/** What each side's commits, newest first, say of each path. */
export function pathFacts(commits: readonly SidedCommit[], paths: readonly string[]): Map<string, PathFacts> {
  const facts = new Map(
    paths.map((path) => [
      path,
      {
        left: [] as PathFacts['left'][number][],
        right: [] as PathFacts['right'][number][],
        counts: { left: 0, right: 0 },
      },
    ]),
  );
  for (const { side, time, author, subject, paths: touched } of commits) {
    for (const path of touched) {
      const fact = facts.get(path);
      if (!fact) continue;
      fact.counts[side]++;
      if (fact[side].length < KEPT_COMMITS) fact[side].push({ time, author, subject: subject.slice(0, 200) });
    }
  }
  return facts;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer | undefined): string | undefined {
  try {
    return bytes && utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** A line that looks like a conflict marker of git's usual length. Only `\n` ends a line here, as in git. */
export function hasMarkers(text: string): boolean {
  return /(?:^|\n)(?:<{7}|>{7}|\|{7})(?: |\r?(?:\n|$))/.test(text);
}
