/** What mining writes: one merged file as the developers left it, beside what went into it. Snake case is the file format's. */
import { createHash } from 'node:crypto';
import type { SideCommit } from '../resolve/candidate.ts';
import { type LanguageId, languageOf } from '../syntax/languages.ts';
import { applyDelta, type Delta } from './delta.ts';

export interface MinedRecord {
  /** OWNER/NAME */
  readonly repo: string;
  readonly merge: string;
  /** Left is the first: the branch that was merged into. */
  readonly parents: readonly [string, string];
  readonly base_commit: string;
  /** Commit time of the merge, Unix seconds. */
  readonly time: number;
  readonly path: string;
  /** Commit times of base, left and right. */
  readonly times: readonly [number, number, number];
  readonly lang: string;
  /** Conflicts of `git merge-file --diff3`; 0 where git merges cleanly. */
  readonly n_hunks: number;
  readonly base: string;
  readonly left: string;
  readonly right: string;
  readonly merged: string;
  /** Place among the merge's conflicted files, in git's order, and how many there are. Conflicts only. */
  readonly order?: { readonly index: number; readonly of: number };
  readonly history?: PathFacts;
  /** What each side was since the base, newest first, as changes of its own text; absent where that was not asked. */
  readonly former?: { readonly left: readonly Delta[]; readonly right: readonly Delta[] };
}

/** The commits of each side since the base that touched the path: the newest few, and how many there were. */
export interface PathFacts {
  readonly left: readonly SideCommit[];
  readonly right: readonly SideCommit[];
  readonly counts: { readonly left: number; readonly right: number };
}

/** Short names, as in the corpora the field has. Languages not here keep their own. */
const short: Partial<Record<LanguageId, string>> = {
  typescript: 'ts',
  tsx: 'ts',
  javascript: 'js',
  csharp: 'cs',
  python: 'py',
  rust: 'rs',
  markdown: 'md',
  kotlin: 'kt',
  ruby: 'rb',
};

/** Text without a grammar that people merge by hand often enough to learn from. */
const plain: Readonly<Record<string, string>> = {
  '.rst': 'rst',
  '.txt': 'txt',
  '.adoc': 'adoc',
  '.gradle': 'gradle',
  '.ini': 'ini',
  '.cfg': 'ini',
  '.sql': 'sql',
  '.proto': 'proto',
};

const skipped =
  /(^|\/)(vendor|node_modules|third_party|dist|Godeps|_workspace)\/|\.min\.(js|css)$|(^|\/)package-lock\.json$/;

/** The record's `lang` for a path; undefined where nothing is to be learnt (vendored, generated, binary, unknown). */
export function minedLanguage(path: string): string | undefined {
  if (skipped.test(path)) return undefined;
  const language = languageOf(path);
  if (language) return short[language.id] ?? language.id;
  return plain[/\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? ''];
}

/** Names a record across runs. */
export function recordKey(record: Pick<MinedRecord, 'repo' | 'merge' | 'path'>): string {
  return `${record.repo}@${record.merge.slice(0, 12)}:${record.path}`;
}

/** A place in a random order that every run and every machine agrees on. */
export function recordRank(key: string, seed = ''): string {
  return createHash('sha1').update(`${seed}${key}`, 'utf8').digest('hex');
}

/** Earlier versions as they were, out of what they change of the sides' own. */
export function formerTexts({ former, left, right }: Pick<MinedRecord, 'former' | 'left' | 'right'>) {
  if (!former) return {};
  const of = (own: string, deltas: readonly Delta[]) => deltas.map((delta) => ({ text: applyDelta(own, delta) }));
  return { former: { left: of(left, former.left), right: of(right, former.right) } };
}
