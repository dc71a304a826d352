/** `mortise/repository`: every known work tree with its paused operation, and its unmerged files with what each needs. */
import { setImmediate as yieldToMessages } from 'node:timers/promises';
import { onDisk } from '../git/repository.ts';
import { type AppliedEntry, readApplied } from '../git/saved.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import { REHEARSED, rehearse } from '../resolve/rehearse.ts';
import { askedOf, type BulkPlan, bulkPlan } from './bulkPlan.ts';
import { toUri } from './convert.ts';
import { saidOfAway } from './movedAway.ts';
import { Numbers } from './numbers.ts';
import type { FileAction, FileView, RepositoryView, StagedView } from './protocol.ts';
import { changedNames, shared } from './related.ts';
import type { WorkTree } from './repositories.ts';
import { type Analysis, fileUri, type Session } from './session.ts';
import { wholeOf } from './whole.ts';
import { named } from './words.ts';

/** So long, in milliseconds, counting waits for a request of the user's before it counts one more file all the same. */
const PATIENCE = 400;

/** From so many files on progress is told once a second: to list them all is work of its own. */
const MANY = 200;

type Counted = Required<Pick<FileView, 'counts'>> & Pick<FileView, 'held' | 'whole'>;
type Log = () => Promise<readonly AppliedEntry[]>;

/** Counts conflicts in the background, file by file, and remembers how many each file began with. */
export class Tally {
  readonly #session: Session;
  readonly #progress: () => void;
  /** `stages`: of which three versions the counts are; those of the stop before say nothing about this one. */
  readonly #counts = new Map<
    string,
    { readonly analysis: Analysis; readonly revision: number; readonly stages: string; readonly counted: Counted }
  >();
  readonly #names = new Map<string, ReadonlySet<string>>();
  /** By file without lines to merge: what was moved out of it, empty where nothing was. */
  readonly #moved = new Map<string, { readonly stages: string; readonly said: string }>();
  readonly #totals = new Map<string, number>();
  readonly #numbers: Numbers;
  #rehearsed = false;
  #running: AbortController | undefined;
  /** Counted and not yet told: outlives a run that is aborted. */
  #news = false;

  constructor(session: Session, progress: () => void) {
    this.#session = session;
    this.#numbers = new Numbers(session);
    this.#progress = progress;
  }

  views(): RepositoryView[] {
    return this.#session.repositories.all().map((tree) => this.#view(tree));
  }

  /** Start over; tells `progress` now and then, and once more when all is counted. */
  restart(): void {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#count(running.signal).catch(() => undefined); // Only an abort ends it early; the next run counts again.
  }

  dispose(): void {
    this.#running?.abort();
  }

  async #count(signal: AbortSignal): Promise<void> {
    let told = performance.now();
    for (const tree of this.#session.repositories.all()) {
      if (await this.#numbers.look(tree)) this.#news = true;
      signal.throwIfAborted();
      let read: Promise<readonly AppliedEntry[]> | undefined;
      // Once for all its files: what is applied meanwhile starts the count over.
      // Counts come also where it cannot be read: who applies something then hears of it.
      const log: Log = () => (read ??= readApplied(tree.repo).catch(() => []));
      for (const file of this.#inOrder(tree)) {
        await this.#session.quiet(PATIENCE);
        signal.throwIfAborted();
        await this.#countFile(tree, file, log, signal);
        await yieldToMessages();
        signal.throwIfAborted();
        if (this.#news && performance.now() - told > (tree.files.size > MANY ? 1000 : 300)) {
          told = performance.now();
          this.#tell();
        }
      }
    }
    if (this.#news) this.#tell();
    await this.#rehearse(signal);
  }

  /** Before a first decision, once: compiled code stays for as long as the process. */
  async #rehearse(signal: AbortSignal): Promise<void> {
    for (const tree of this.#session.repositories.all()) {
      if (this.#rehearsed) return;
      const analyses = [...tree.files.values()].flatMap(({ file }) => this.#counts.get(file)?.analysis ?? []);
      const contexts = analyses.flatMap(({ conflicts }) => conflicts.map(({ context }) => context));
      if (contexts.length < REHEARSED || (await this.#session.decided(tree)).length > 0) continue;
      for (const _ of rehearse(contexts, await this.#session.services(), this.#session.kept.conflicts)) {
        await this.#session.quiet(PATIENCE);
        await yieldToMessages();
        signal.throwIfAborted();
      }
      this.#rehearsed = true;
    }
  }

  /** What is open before the user first, then what was never counted. */
  #inOrder(tree: WorkTree): UnmergedFile[] {
    const urgency = (file: UnmergedFile) =>
      this.#session.document(fileUri(file)) ? 0 : this.#counts.has(file.file) ? 2 : 1;
    return [...tree.files.values()]
      .map((file) => ({ file, urgency: urgency(file) }))
      .sort((a, b) => a.urgency - b.urgency)
      .map(({ file }) => file);
  }

  #tell(): void {
    this.#news = false;
    this.#progress();
  }

  async #countFile(tree: WorkTree, file: UnmergedFile, log: Log, signal: AbortSignal): Promise<void> {
    if (!file.texts) return this.#lookAway(tree, file);
    const document = await this.#session.read(fileUri(file));
    if (!document) return;
    const known = this.#counts.get(file.file);
    const analysis = await this.#session.analyse(document);
    const { revision } = this.#session;
    if (known?.analysis === analysis && known.revision === revision) return;
    await this.#session.settle(analysis, signal);
    const whole = await wholeOf(this.#session, analysis, log);
    const plan = await bulkPlan(this.#session, analysis, log);
    const counted = { ...countedOf(analysis, plan), ...(whole === undefined ? {} : { whole }) };
    this.#counts.set(file.file, { analysis, revision, stages: stagesOf(file), counted });
    this.#names.set(file.file, changedNames(analysis.conflicts.map(({ context }) => context.sides)));
    const totalKey = `${tree.operation.key}\u0000${file.file}`;
    this.#totals.set(totalKey, Math.max(this.#totals.get(totalKey) ?? 0, analysis.conflicts.length));
    const told = known?.stages === stagesOf(file) && JSON.stringify(known.counted) === JSON.stringify(counted);
    if (!told) this.#news = true;
  }

  async #lookAway(tree: WorkTree, file: UnmergedFile): Promise<void> {
    const stages = stagesOf(file);
    if (this.#moved.get(file.file)?.stages === stages) return;
    const said = await saidOfAway(this.#session, tree, file).catch(() => '');
    this.#moved.set(file.file, { stages, said });
    this.#news = true;
  }

  #view(tree: WorkTree): RepositoryView {
    const { operation, repo, files } = tree;
    const { left, right } = operation;
    const names = [...files.values()].map(
      ({ path, file }) => [path, this.#names.get(file) ?? new Set<string>()] as const,
    );
    const related = shared(new Map(names), new Set([left.name, right.name]));
    const twice = this.#numbers.views(tree, namesOf(tree));
    return {
      root: repo.root,
      gitDir: repo.gitDir,
      operation: {
        kind: operation.kind,
        title: operation.title,
        run: `${operation.key} ${operation.attempt ?? ''}`,
        ...(operation.step ? { step: operation.step } : {}),
        left: left.text,
        right: right.text,
        ...(operation.onlyCopy ? { onlyCopy: operation.onlyCopy } : {}),
        ...(operation.next ? { next: operation.next } : {}),
      },
      files: [...files.values()].map((file) => this.#viewFile(tree, file, related.get(file.path))),
      staged: tree.staged.filter((path) => !files.has(path)).map((path) => this.#viewStaged(tree, path)),
      ...(twice.length > 0 ? { sameNumbers: twice } : {}),
    };
  }

  #viewStaged({ operation, repo }: WorkTree, path: string): StagedView {
    const file = onDisk(repo, path);
    const total = this.#totals.get(`${operation.key}\u0000${file}`);
    return { path, uri: toUri(file), ...(total === undefined ? {} : { total }) };
  }

  #viewFile(tree: WorkTree, file: UnmergedFile, shares: FileView['shares']): FileView {
    const known = this.#counts.get(file.file);
    const counted = known?.stages === stagesOf(file) ? known.counted : undefined;
    const total = this.#totals.get(`${tree.operation.key}\u0000${file.file}`);
    const names = namesOf(tree);
    const moved = this.#moved.get(file.file);
    return {
      uri: fileUri(file),
      path: file.path,
      kind: file.kind,
      title: named(file.title, names),
      ...(moved?.stages === stagesOf(file) ? { moved: named(moved.said, names) } : {}),
      ...counted,
      ...(total === undefined ? {} : { total }),
      ...(shares ? { shares } : {}),
      actions: [...(counted?.whole === undefined ? [] : [RESTORE]), ...actionsOf(file, names)],
    };
  }
}

function countedOf(analysis: Analysis, plan: BulkPlan): Counted {
  const counts = { safe: 0, likely: 0, yours: 0 };
  for (const open of analysis.conflicts) counts[askedOf(open, analysis, plan).need]++;
  const [first] = plan.held;
  if (!first) return { counts };
  const [open, why] = first;
  return { counts, held: { count: plan.held.size, why: named(why, open.names) } };
}

const stagesOf = ({ stages: { base, left, right } }: UnmergedFile): string =>
  [base, left, right].map((stage) => stage?.oid ?? '').join(' ');

function namesOf({ operation }: WorkTree): { left: string; right: string } {
  return operation.kind === 'none'
    ? { left: 'ours', right: 'theirs' }
    : { left: operation.left.name, right: operation.right.name };
}

const RESTORE = { action: 'restore', title: 'Have the conflict back' } as const;

function actionsOf(
  file: UnmergedFile,
  names: { left: string; right: string },
): { action: FileAction; title: string }[] {
  const { left, right, base } = file.stages;
  const keep = (action: FileAction, name: string, there: boolean) => ({
    action,
    title: there ? `Keep the version of ${name}` : `Delete, as ${name} did`,
  });
  const actions = [
    keep('keep-left', names.left, left !== undefined),
    keep('keep-right', names.right, right !== undefined),
  ];
  if (base && (!left || !right)) actions.push({ action: 'keep-base', title: 'Keep the common base' });
  return [...actions, { action: 'stage', title: 'Mark as resolved (git add)' }];
}
