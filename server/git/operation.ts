/**
 * Which operation stopped on conflicts, how far it is, and who "ours" and "theirs" really are. Git swaps them in a rebase
 * (ours is the branch rebased onto, theirs your own commit) and in a stash pop; people should read names instead.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fields } from './git.ts';
import { askRepository, inRepository, type Repository } from './repository.ts';

export type OperationKind = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'stash' | 'am' | 'squash' | 'none';

/** One side of every conflict of the operation. */
export interface SideName {
  /** Branch name, or what git calls it where it has none: "HEAD", "stash@{0}". */
  readonly name: string;
  /** Abbreviated commit id. */
  readonly commit?: string;
  readonly title?: string;
  /** Whether the user's own work is on this side; undefined where it cannot be told. */
  readonly yours?: boolean;
  /** For people, one line: `topic (1a2b3c4 Add retries)`. */
  readonly text: string;
}

export interface Operation {
  readonly kind: OperationKind;
  /** For people: "rebasing topic onto main, commit 2 of 5". */
  readonly title: string;
  readonly step?: { readonly n: number; readonly of: number };
  /** Stage 2, the part above the `=======`; git says ours. */
  readonly left: SideName;
  /** Stage 3; git says theirs. */
  readonly right: SideName;
  /** Full ids of what was merged, where they are known; several for an octopus or none in `git am`. */
  readonly commits: { readonly base?: string; readonly left?: string; readonly right?: string };
  /** Changes when the operation does: decisions made under another key are stale. */
  readonly key: string;
  /** Tells this run of it from another of the same commits that was given up: when git wrote down that it stopped. */
  readonly attempt?: string;
  /** The side that is the user's own work, committed nowhere: what is left out of it is gone but for Mortise's copy. */
  readonly onlyCopy?: 'right';
  /** How the user goes on once all is resolved and staged, and how they give up, as commands. */
  readonly next?: { readonly go: string; readonly stop?: string };
}

type Options = { readonly signal?: AbortSignal | undefined };

/** The paused operation of a work tree; `kind: 'none'` when nothing is paused. Unmerged paths may exist all the same. */
export async function operation(repo: Repository, options: Options = {}): Promise<Operation> {
  const state = new State(repo, options);
  const found =
    (await rebaseMerge(state)) ??
    (await rebaseApply(state)) ??
    (await picking(state, 'CHERRY_PICK_HEAD', 'cherry-pick')) ??
    (await picking(state, 'REVERT_HEAD', 'revert')) ??
    (await merging(state)) ??
    (await stash(state)) ??
    (await squashing(state)) ??
    (await switching(state));
  if (!found) return nothing(state);
  const file = stoppedIn[found.kind];
  const at = file === undefined ? undefined : await stat(join(repo.gitDir, file)).catch(() => undefined);
  return at ? { ...found, attempt: String(at.mtimeMs) } : found;
}

/** The file that git writes when it stops, and leaves alone until it goes on. */
const stoppedIn: Partial<Record<OperationKind, string>> = {
  merge: 'MERGE_HEAD',
  rebase: 'REBASE_HEAD',
  'cherry-pick': 'CHERRY_PICK_HEAD',
  revert: 'REVERT_HEAD',
  squash: 'SQUASH_MSG',
};

/** Reads of one git directory, bound together so that each step stays short. */
class State {
  readonly repo: Repository;
  readonly options: Options;

  constructor(repo: Repository, options: Options) {
    this.repo = repo;
    this.options = options;
  }

  async has(name: string): Promise<boolean> {
    return stat(join(this.repo.gitDir, name)).then(
      () => true,
      () => false,
    );
  }

  /** First line of a state file, trimmed; undefined when there is none. */
  async read(name: string): Promise<string | undefined> {
    const text = await this.readAll(name);
    return text?.split('\n', 1)[0]?.trim();
  }

  async readAll(name: string): Promise<string | undefined> {
    return readFile(join(this.repo.gitDir, name), 'utf8').catch(() => undefined);
  }

  ask(...args: string[]): Promise<string | undefined> {
    return askRepository(this.repo, args, this.options);
  }

  resolve(revision: string): Promise<string | undefined> {
    return this.ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  }

  /** The merge base of two commits, where there is one. */
  async base(left: string | undefined, right: string | undefined): Promise<string | undefined> {
    if (!left || !right) return undefined;
    const found = await this.ask('merge-base', left, right);
    return found === '' ? undefined : found;
  }

  /** Name of the branch HEAD is on, else undefined. */
  branch(): Promise<string | undefined> {
    return this.ask('symbolic-ref', '--quiet', '--short', 'HEAD');
  }

  async side(name: string | undefined, oid: string | undefined, yours?: boolean): Promise<SideName> {
    const own = yours === undefined ? {} : { yours };
    if (!oid) return { name: name ?? 'unknown', text: name ?? 'unknown', ...own };
    const shown = (await this.ask('log', '-1', '--no-show-signature', '--format=%h%x00%s', oid)) ?? '';
    const [commit = oid.slice(0, 7), title = ''] = shown.split('\0');
    const called = name ?? (await this.nameOf(oid));
    const about = `${commit}${title ? ` ${title}` : ''}`;
    return { name: called ?? commit, commit, title, ...own, text: called ? `${called} (${about})` : about };
  }

  /** A branch that points at the commit: local ones first, then remote ones, then tags. */
  async nameOf(oid: string): Promise<string | undefined> {
    const refs = await this.ask(
      'for-each-ref',
      `--points-at=${oid}`,
      '--format=%(refname)',
      'refs/heads',
      'refs/remotes',
      'refs/tags',
    );
    const names = (refs ?? '').split('\n').filter((ref) => ref !== '' && !ref.endsWith('/HEAD'));
    return names[0]?.replace(/^refs\/(heads|remotes|tags)\//, '');
  }
}

const branchName = (ref: string | undefined): string | undefined =>
  ref === undefined || ref === 'detached HEAD' ? undefined : ref.replace(/^refs\/heads\//, '');

const known = (commits: { base?: string | undefined; left?: string | undefined; right?: string | undefined }) => ({
  ...(commits.base ? { base: commits.base } : {}),
  ...(commits.left ? { left: commits.left } : {}),
  ...(commits.right ? { right: commits.right } : {}),
});

const stepOf = (n: string | undefined, of: string | undefined) =>
  n && of && Number(n) > 0 && Number(of) > 0 ? { step: { n: Number(n), of: Number(of) } } : {};

const counted = (step: { n: number; of: number } | undefined) => (step ? `, commit ${step.n} of ${step.of}` : '');

/** `git rebase` on its merge backend (the default), interactive or not. */
async function rebaseMerge(state: State): Promise<Operation | undefined> {
  if (!(await state.has('rebase-merge'))) return undefined;
  const stopped = await state.read('rebase-merge/stopped-sha');
  const picked = stopped ? await state.resolve(stopped) : await state.resolve('REBASE_HEAD');
  const step = stepOf(await state.read('rebase-merge/msgnum'), await state.read('rebase-merge/end'));
  return rebasing(state, 'rebase-merge', picked, step);
}

/** `git rebase --apply`, and `git am`, which share a folder. */
async function rebaseApply(state: State): Promise<Operation | undefined> {
  if (!(await state.has('rebase-apply'))) return undefined;
  const step = stepOf(await state.read('rebase-apply/next'), await state.read('rebase-apply/last'));
  if (await state.has('rebase-apply/rebasing')) {
    const commit = await state.read('rebase-apply/original-commit');
    const picked = (commit ? await state.resolve(commit) : undefined) ?? (await state.resolve('REBASE_HEAD'));
    return rebasing(state, 'rebase-apply', picked, step);
  }
  const head = await state.resolve('HEAD');
  const title = (await state.read('rebase-apply/final-commit')) || (await patchSubject(state));
  const branch = await state.branch();
  return {
    kind: 'am',
    title: `applying patches to ${branch ?? 'HEAD'}${counted(step.step).replace('commit', 'patch')}`,
    ...step,
    left: await state.side(branch ?? 'HEAD', head, true),
    right: { name: 'patch', ...(title ? { title } : {}), yours: false, text: title ? `patch "${title}"` : 'the patch' },
    commits: known({ left: head }),
    key: `am ${head ?? ''} ${step.step?.n ?? ''}`,
    next: { go: 'git am --continue', stop: 'git am --abort' },
  };
}

async function patchSubject(state: State): Promise<string | undefined> {
  const info = await state.readAll('rebase-apply/info');
  return /^Subject: (.*)$/m.exec(info ?? '')?.[1];
}

async function rebasing(
  state: State,
  folder: string,
  picked: string | undefined,
  step: { step?: { n: number; of: number } },
): Promise<Operation> {
  const head = await state.resolve('HEAD');
  const topic = branchName(await state.read(`${folder}/head-name`));
  const onto = await state.read(`${folder}/onto`);
  const ontoName = (await state.read(`${folder}/onto_name`)) || (onto ? await state.nameOf(onto) : undefined);
  const upstream = ontoName ?? onto?.slice(0, 7) ?? 'upstream';
  const base = picked ? await state.resolve(`${picked}^`) : undefined;
  const started = onto !== undefined && head !== onto;
  return {
    kind: 'rebase',
    title: `rebasing ${topic ?? 'HEAD'} onto ${upstream}${counted(step.step)}`,
    ...step,
    left: await state.side(started ? `${upstream}, rebased so far` : upstream, head, false),
    right: await state.side(topic ?? 'your commit', picked, true),
    commits: known({ base, left: head, right: picked }),
    key: `rebase ${onto ?? ''} ${picked ?? step.step?.n ?? ''}`,
    next: { go: 'git rebase --continue', stop: 'git rebase --abort' },
  };
}

async function picking(
  state: State,
  file: 'CHERRY_PICK_HEAD' | 'REVERT_HEAD',
  kind: 'cherry-pick' | 'revert',
): Promise<Operation | undefined> {
  const picked = await state.read(file);
  if (!picked) return undefined;
  const head = await state.resolve('HEAD');
  const parent = await state.resolve(`${picked}^`);
  const branch = await state.branch();
  const step = await sequenceStep(state, head);
  const shown = await state.side(undefined, picked, undefined);
  const revert = kind === 'revert';
  const about = `${shown.commit ?? picked.slice(0, 7)}${shown.title ? ` ${shown.title}` : ''}`;
  const right: SideName = revert
    ? { ...shown, name: `before ${shown.commit}`, text: `revert of ${about}` }
    : { ...shown, yours: false };
  return {
    kind,
    title: `${revert ? 'reverting' : 'cherry-picking'} ${about}${counted(step.step)}`,
    ...step,
    left: await state.side(branch ?? 'HEAD', head, true),
    right,
    commits: known(revert ? { base: picked, left: head, right: parent } : { base: parent, left: head, right: picked }),
    key: `${kind} ${head ?? ''} ${picked}`,
    next: { go: `git ${kind} --continue`, stop: `git ${kind} --abort` },
  };
}

/** Position in `git cherry-pick A B C`: what is done is between the sequence's start and HEAD, the rest is in the todo list. */
async function sequenceStep(state: State, head: string | undefined): Promise<{ step?: { n: number; of: number } }> {
  const todo = await state.readAll('sequencer/todo');
  const start = await state.read('sequencer/head');
  if (todo === undefined || !start || !head) return {};
  const left = todo.split('\n').filter((line) => /^(pick|revert|p)\s/.test(line)).length;
  const done = Number((await state.ask('rev-list', '--count', `${start}..${head}`)) ?? 0);
  return left + done > 1 ? { step: { n: done + 1, of: done + left } } : {};
}

async function merging(state: State): Promise<Operation | undefined> {
  const heads = (await state.readAll('MERGE_HEAD'))?.split('\n').filter((line) => line !== '');
  const theirs = heads && (await headInConflict(state, heads));
  if (!heads || !theirs) return undefined;
  const head = await state.resolve('HEAD');
  const branch = await state.branch();
  const message = await state.read('MERGE_MSG');
  const said = /^Merge (?:remote-tracking )?(?:branch|tag|commit) '([^']+)'/.exec(message ?? '')?.[1];
  const branchSaid = said !== undefined && theirs.startsWith(said) ? undefined : said;
  const name = (heads.length === 1 ? branchSaid : undefined) ?? (await state.nameOf(theirs));
  const right = await state.side(name, theirs, false);
  const more = heads.length > 1 ? ` and ${heads.length - 1} more` : '';
  return {
    kind: 'merge',
    title: `merging ${right.name}${more} into ${branch ?? 'HEAD'}`,
    left: await state.side(branch ?? 'HEAD', head, true),
    right,
    commits: known({ base: await state.base(head, theirs), left: head, right: theirs }),
    key: `merge ${head ?? ''} ${heads.join(' ')}`,
    next: { go: 'git merge --continue', stop: 'git merge --abort' },
  };
}

/** Of several merged at once git stops at one: the one whose file is what an unmerged path has of theirs. */
async function headInConflict(state: State, heads: readonly string[]): Promise<string | undefined> {
  const stages = heads.length > 1 ? await stageThree(state) : undefined;
  for (const head of stages ? heads : []) {
    const own = await state.ask('rev-parse', '--verify', '--quiet', `${head}:${stages?.path}`);
    if (own === stages?.oid) return head;
  }
  return heads[0];
}

/**
 * A stash pop leaves no state file; the entry stays on the stack. It is one where an unmerged path's stage 3 is what the
 * entry holds at that path.
 */
async function stash(state: State): Promise<Operation | undefined> {
  const stages = await stageThree(state);
  if (stages === undefined) return undefined;
  const entries = (await state.ask('stash', 'list', '-n', '16', '--format=%H%x00%gd'))?.split('\n') ?? [];
  for (const entry of entries) {
    const [oid, name] = entry.split('\0');
    if (!oid || !name) continue;
    const [own, base] = await Promise.all([
      state.ask('rev-parse', '--verify', '--quiet', `${oid}:${stages.path}`),
      state.resolve(`${oid}^1`),
    ]);
    if (own !== stages.oid) continue;
    const head = await state.resolve('HEAD');
    const branch = await state.branch();
    return {
      kind: 'stash',
      title: `applying ${name} to ${branch ?? 'HEAD'}`,
      left: await state.side(branch ?? 'HEAD', head, undefined),
      right: { ...(await state.side(name, oid, true)), name },
      commits: known({ base, left: head, right: oid }),
      key: `stash ${head ?? ''} ${oid}`,
      next: { go: `git stash drop ${name}` },
    };
  }
  return undefined;
}

/** `git merge --squash` leaves a message and no MERGE_HEAD; the message begins with the commit that was merged. */
async function squashing(state: State): Promise<Operation | undefined> {
  const message = await state.readAll('SQUASH_MSG');
  if (message === undefined || !(await isUnmerged(state))) return undefined;
  const theirs = /^commit ([0-9a-f]{40,64})$/m.exec(message)?.[1];
  const picked = theirs === undefined ? undefined : await state.resolve(theirs);
  const head = await state.resolve('HEAD');
  const branch = await state.branch();
  const right = await state.side(picked ? undefined : 'theirs', picked, false);
  return {
    kind: 'squash',
    title: `squashing ${right.name} into ${branch ?? 'HEAD'}`,
    left: await state.side(branch ?? 'HEAD', head, true),
    right,
    commits: known({ base: await state.base(head, picked), left: head, right: picked }),
    key: `squash ${head ?? ''} ${picked ?? ''}`,
    next: { go: 'git commit', stop: 'git reset --merge' },
  };
}

/**
 * `git switch -m` (and `checkout -m`) merges what was not committed into the other branch and keeps no note of it; the reflog says
 * where HEAD came from. The base is the file as it was there, ours the branch's, theirs the user's.
 */
async function switching(state: State): Promise<Operation | undefined> {
  const stages = await stageThree(state);
  if (stages === undefined) return undefined;
  const moved = /^checkout: moving from (.+) to (.+)$/.exec((await state.ask('log', '-g', '-1', '--format=%gs')) ?? '');
  if (moved?.[1] === undefined) return undefined;
  const stage = (number: number, commit: string) =>
    Promise.all(
      [`:${number}:${stages.path}`, `${commit}:${stages.path}`].map((name) =>
        state.ask('rev-parse', '--verify', '--quiet', name),
      ),
    );
  const [[base, was], [ours, is]] = await Promise.all([stage(1, 'HEAD@{1}'), stage(2, 'HEAD')]);
  if (base === undefined || base !== was || ours === undefined || ours !== is || ours === base) return undefined;
  const head = await state.resolve('HEAD');
  const branch = (await state.branch()) ?? 'HEAD';
  return {
    kind: 'none',
    title: `switching from ${moved[1]} to ${branch} with changes that are not committed`,
    left: await state.side(branch, head, false),
    right: {
      name: 'local',
      yours: true,
      text: 'local (your own changes, not committed: there is no other copy of them)',
    },
    commits: known({ left: head }),
    key: `none ${head ?? ''}`,
    onlyCopy: 'right',
  };
}

async function isUnmerged(state: State): Promise<boolean> {
  return (await inRepository(state.repo, ['ls-files', '-u', '-z'], state.options)).stdout.length > 0;
}

async function stageThree(state: State): Promise<{ path: string; oid: string } | undefined> {
  const listed = await inRepository(state.repo, ['ls-files', '-u', '-z'], state.options);
  for (const entry of fields(listed.stdout)) {
    const match = /^\d+ ([0-9a-f]+) 3\t([\s\S]*)$/.exec(entry);
    if (match?.[1] && match[2] !== undefined) return { oid: match[1], path: match[2] };
  }
  return undefined;
}

async function nothing(state: State): Promise<Operation> {
  const head = await state.resolve('HEAD');
  const left = await isUnmerged(state);
  return {
    kind: 'none',
    title: left
      ? 'in conflict, after an operation that git keeps no note of'
      : 'no merge, rebase, cherry-pick, revert, stash or am is paused',
    left: await state.side((await state.branch()) ?? 'HEAD', head, true),
    right: { name: 'theirs', text: 'theirs' },
    commits: known({ left: head }),
    key: `none ${head ?? ''}`,
  };
}
