/**
 * What one connection knows: open documents, repositories, and the conflicts of each text. Conflicts are found at once;
 * each is resolved when first asked for, and its resolutions are kept as long as they can still be right.
 */
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause, setImmediate as yieldToMessages } from 'node:timers/promises';
import type { TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Earlier, heed, recall } from '../earlier.ts';
import type { PathPast } from '../git/history.ts';
import { readLearned } from '../git/learned.ts';
import { askRepository } from '../git/repository.ts';
import type { Remembered } from '../git/rerere.ts';
import type { Decision } from '../git/saved.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import type { Conflict } from '../merge/conflict.ts';
import type { Elsewhere } from '../merge/movedAcross.ts';
import { type Around, aroundPath, historiesOf, OPEN_SIBLINGS, openConflicts } from '../mergeContext.ts';
import type { Candidate, ConflictContext, Evidence, OpenSibling, Resolution } from '../resolve/candidate.ts';
import { checkText } from '../resolve/checkRest.ts';
import { withOwnLayer } from '../resolve/ownRanker.ts';
import type { Services } from '../resolve/resolve.ts';
import { markedContexts } from '../resolve/resolveMarked.ts';
import { plainJudge } from '../resolve/wholeFile.ts';
import { languageOf } from '../syntax/languages.ts';
import { toPath, toUri, uriKey } from './convert.ts';
import { KeptResolutions } from './kept.ts';
import { markedFile, movedElsewhere } from './marked.ts';
import { keepOutlooks } from './outlooks.ts';
import { PastMerges } from './past.ts';
import type { ClientOptions } from './protocol.ts';
import { Repositories, sideNames, type WorkTree } from './repositories.ts';
import { StandingDecisions } from './standing.ts';
import { shortHash } from './view.ts';
import type { Names } from './words.ts';

export interface OpenConflict {
  readonly id: string;
  readonly conflict: Conflict;
  readonly context: ConflictContext;
  readonly names: Names;
  /** How this conflict was resolved before, where git's rerere or an earlier merge of the repository knows. */
  readonly earlier?: Earlier;
  /** Best first. Computed on the first call. */
  resolutions(): readonly Resolution[];
  /** The first of them, while nobody asks for the others: these are not checked for it. */
  best(): Resolution | undefined;
  /** Checks a text that no generator had. */
  check(candidate: Candidate): readonly Evidence[];
}

export interface Analysis {
  readonly document: TextDocument;
  readonly conflicts: readonly OpenConflict[];
  readonly tree?: WorkTree;
  readonly unmerged?: UnmergedFile;
  readonly elsewhere?: Elsewhere | undefined; // Of a file with conflicts alone.
}

interface Cached {
  readonly version: number;
  readonly stamp: number;
  readonly decided: readonly Decision[];
  readonly past: readonly Remembered[];
  readonly analysis: Promise<Analysis>;
}

/** The open conflicts of a file as they were seen last. */
interface Glance {
  readonly version: number | undefined;
  readonly file: UnmergedFile;
  readonly conflicts: readonly OpenSibling[];
  readonly at: number;
  /** What was known to be decided then. */
  readonly decided: readonly Decision[];
}

/** How long a glance at a file on disk holds, in milliseconds. */
const GLANCE = 1000;

/** So many histories of paths are kept. */
const HISTORIES = 4000;
const NONE: readonly Decision[] = [];
const NOTHING: readonly Remembered[] = [];

export class Session {
  readonly documents: TextDocuments<TextDocument>;
  readonly repositories: Repositories;
  readonly past: PastMerges;
  readonly services: () => Promise<Services>;
  client: ClientOptions = {};
  #revision = 0;
  #requests = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #standing: StandingDecisions;
  readonly #cache = new Map<string, Cached>();
  readonly kept = new KeptResolutions();
  readonly #histories = new Map<string, Promise<PathPast | undefined>>();
  #askHistory: { readonly operation: string; readonly ask: ReturnType<typeof historiesOf> } | undefined;
  readonly #open = new Map<string, Glance>();
  readonly #committed = new Map<string, Promise<string>>();
  /** By operation: files in which conflicts were seen. */
  readonly #marked = new Set<string>();

  constructor(
    documents: TextDocuments<TextDocument>,
    services: () => Promise<Services>,
    hooks: { readonly changed: () => void; readonly log: (text: string) => void },
  ) {
    this.documents = documents;
    const judging = new WeakMap<Services, Services>();
    this.services = async () => {
      const all = await services();
      const known = judging.get(all) ?? { ...all, files: keepOutlooks(all.files ?? plainJudge) };
      judging.set(all, known);
      return known;
    };
    this.repositories = new Repositories(hooks.changed, hooks.log);
    this.past = new PastMerges(hooks.changed, hooks.log);
    this.#standing = new StandingDecisions(this, hooks.changed);
  }

  /** Counts what changes a plan without changing a text: what was logged, and what a model proposed. */
  get revision(): number {
    return this.#revision;
  }

  revise(): void {
    this.#revision++;
  }

  /** Note a request that somebody waits for: what runs in the background lets it pass. */
  async busy<T>(work: Promise<T>): Promise<T> {
    this.#requests++;
    try {
      return await work;
    } finally {
      this.#requests--;
      if (this.#requests === 0) for (const done of this.#waiting.splice(0)) done();
    }
  }

  /** Until nobody waits for an answer, or the patience is over. */
  async quiet(patience: number): Promise<void> {
    if (this.#requests === 0) return;
    const idle = new Promise<void>((done) => this.#waiting.push(done));
    await Promise.race([idle, pause(patience, undefined, { ref: false })]);
  }

  document(uri: string): TextDocument | undefined {
    const exact = this.documents.get(uri);
    if (exact) return exact;
    const key = uriKey(uri);
    return this.documents.all().find((open) => uriKey(open.uri) === key);
  }

  /** The open document, or the file on disk as a document of version 0. Undefined: not there, or not UTF-8 text. */
  async read(uri: string): Promise<TextDocument | undefined> {
    const open = this.document(uri);
    if (open) return open;
    const path = toPath(uri);
    if (path === undefined) return undefined;
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes || bytes.includes(0)) return undefined;
    const text = bytes.toString('utf8');
    // A replacement character that the bytes do not hold means the text is not theirs: it must never be written back.
    if (Buffer.byteLength(text) !== bytes.length || !Buffer.from(text).equals(bytes)) return undefined;
    return TextDocument.create(uri, 'plaintext', await versionOnDisk(path), text);
  }

  /** Conflicts of a document, in order; the same answer for the same version until a repository changes. */
  async analyse(document: TextDocument): Promise<Analysis> {
    const path = toPath(document.uri);
    const found = path === undefined ? {} : await this.repositories.find(path);
    const stamp = found.tree?.stamp ?? 0;
    const decided = found.tree ? await this.decided(found.tree) : NONE;
    const past = this.#pastOf(found.tree);
    const key = uriKey(document.uri);
    const kept = this.#cache.get(key);
    const same = kept?.version === document.version && kept.stamp === stamp;
    if (kept && same && kept.decided === decided && kept.past === past) return kept.analysis;
    const analysis = this.#analyse(document, found, decided);
    this.#cache.set(key, { version: document.version, stamp, decided, past, analysis });
    return analysis;
  }

  /** What the user decided in a paused operation and did not take back. */
  decided(tree: WorkTree): Promise<readonly Decision[]> {
    return this.#standing.of(tree);
  }

  /** Git is not asked about the content of a repository that is not trusted. */
  #pastOf(tree: WorkTree | undefined): readonly Remembered[] {
    if (!tree || this.client.untrusted) return NOTHING;
    this.past.look(tree);
    return this.past.of(tree);
  }

  forget(uri: string): void {
    this.#cache.delete(uriKey(uri));
  }

  /** Whether its conflicts were seen since this connection began: then somebody decided them. */
  hadMarkers({ tree, unmerged }: Analysis): boolean {
    return (
      tree !== undefined && unmerged !== undefined && this.#marked.has(`${tree.operation.key}\u0000${unmerged.file}`)
    );
  }

  /**
   * Resolve all conflicts, letting messages through between them. @throws the signal's reason when aborted.
   * @param whole with all that is offered for each, and not the best alone.
   */
  async settle(analysis: Analysis, signal: AbortSignal, whole = false): Promise<void> {
    let since = performance.now();
    for (const conflict of analysis.conflicts) {
      if (whole) conflict.resolutions();
      else conflict.best();
      if (performance.now() - since < 12) continue;
      await yieldToMessages();
      signal.throwIfAborted();
      since = performance.now();
    }
  }

  async #analyse(
    live: TextDocument,
    found: { tree?: WorkTree; unmerged?: UnmergedFile; path?: string },
    decided: readonly Decision[],
  ): Promise<Analysis> {
    const { tree, unmerged } = found;
    const text = live.getText();
    // A copy: the open document changes under its readers with the next keystroke.
    const document = TextDocument.create(live.uri, live.languageId, live.version, text);
    const known = { document, ...(tree ? { tree } : {}), ...(unmerged ? { unmerged } : {}) };
    const markerSize = unmerged?.attributes.markerSize ?? 7;
    if (!text.includes('<'.repeat(markerSize))) return { ...known, conflicts: [] };
    const path = found.path ?? toPath(document.uri) ?? document.uri;
    const services = withOwnLayer(await this.services(), tree && readLearned(tree.repo));
    await services.syntax.ready(languageOf(path));
    const around = tree ? await this.#around({ tree, unmerged, text }, path, decided) : {};
    const marked = { ...markedFile(path, text, markerSize, unmerged), ...around };
    const committed = tree && !unmerged ? await this.#committedText(tree, path) : '';
    const before = tree ? [...tree.remembered, ...this.#pastOf(tree)] : [];
    const blockOf = ({ span }: Conflict) => text.slice(span.start, span.end);
    // Markers that were committed are a sample or a test, unless git itself says the path is in conflict.
    const all = markedContexts(marked, services).filter(
      ({ conflict }) => committed === '' || !committed.includes(blockOf(conflict).trimEnd()),
    );
    const ids = idsOf(all.map(({ conflict }) => blockOf(conflict)));
    const conflicts = all.map(({ conflict, context }, i): OpenConflict => {
      const own = withoutOwn(context);
      const earlier = recall(before, path, own.sides);
      return {
        id: ids[i] ?? '',
        conflict,
        context: own,
        names: sideNames(tree, conflict.labels),
        ...(earlier ? { earlier } : {}),
        resolutions: () => this.kept.withProposals(own, heed(this.kept.resolve(own, services), earlier)),
        best: () => {
          const best = this.kept.bestOf(own, services);
          return this.kept.withProposals(own, heed(best ? [best] : [], earlier))[0];
        },
        check: (candidate) => checkText(candidate, own, services.syntax),
      };
    });
    if (unmerged && tree && conflicts.length > 0) this.#marked.add(`${tree.operation.key}\u0000${unmerged.file}`);
    return { ...known, conflicts, elsewhere: marked.elsewhere };
  }

  /** As `mortise resolve` has it, but with other files as they are in the editor. */
  async #around(
    { tree, unmerged, text }: { tree: WorkTree; unmerged: UnmergedFile | undefined; text: string },
    path: string,
    decided: readonly Decision[],
  ): Promise<Around> {
    const { repo, operation, times } = tree;
    const open: OpenSibling[] = [];
    for (const file of tree.files.values()) {
      if (open.length >= OPEN_SIBLINGS) break;
      if (file.texts && file.path !== path) open.push(...(await this.#openIn(file, decided)));
    }
    const facts = { repo, operation, decided, open, ...(times ? { times } : {}) };
    if (this.client.untrusted) return aroundPath(facts, path);
    const elsewhere = await movedElsewhere(this, { tree, unmerged }, text);
    return aroundPath(facts, path, { ...(await this.#history(tree, path)), elsewhere });
  }

  async #openIn(file: UnmergedFile, decided: readonly Decision[]): Promise<readonly OpenSibling[]> {
    const known = this.#open.get(file.file);
    const same = known && sameStages(known.file, file);
    const open = this.document(fileUri(file));
    // What lies on disk is looked at once a moment and not once for each of a thousand files beside it; but what was decided
    // since was decided in one of them.
    if (same && !open && known.decided === decided && performance.now() - known.at < GLANCE) return known.conflicts;
    const document = open ?? (await this.read(fileUri(file)));
    const version = document?.version;
    const conflicts = same && known.version === version ? known.conflicts : openConflicts(document?.getText(), file);
    this.#open.set(file.file, { version, file, conflicts, decided, at: performance.now() });
    return conflicts;
  }

  #history(tree: WorkTree, path: string): Promise<PathPast | undefined> {
    const operation = `${tree.repo.root}\u0000${tree.operation.key}`;
    const key = `${operation}\u0000${path}`;
    const kept = this.#histories.get(key);
    if (kept) return kept;
    const paths = [...tree.files.values()].flatMap((file) => (file.texts ? [file.path] : []));
    const isNew = this.#askHistory?.operation !== operation;
    const ask = isNew || !this.#askHistory ? historiesOf(tree, paths) : this.#askHistory.ask;
    if (isNew) this.#forgetHistories(tree.repo.root, operation);
    this.#askHistory = { operation, ask };
    // Ranking does without it where git fails.
    const history = ask(path).catch(() => undefined);
    if (this.#histories.size >= HISTORIES) this.#histories.clear();
    this.#histories.set(key, history);
    return history;
  }

  /** A rebase is another operation at every stop, and each has its own earlier versions. */
  #forgetHistories(root: string, but: string): void {
    for (const key of this.#histories.keys())
      if (key.startsWith(`${root}\u0000`) && !key.startsWith(`${but}\u0000`)) this.#histories.delete(key);
  }

  /** A model's proposal, kept as long as its conflict is the same. */
  addProposal({ context }: OpenConflict, resolution: Resolution, reason: string): void {
    this.kept.addProposal(context, resolution, reason);
    this.revise();
  }

  #committedText(tree: WorkTree, path: string): Promise<string> {
    const key = `${tree.repo.root}\u0000${path}\u0000${tree.operation.commits.left ?? ''}`;
    const kept = this.#committed.get(key);
    if (kept) return kept;
    const text = askRepository(tree.repo, ['show', `HEAD:${path}`]).then((answer) => answer ?? '');
    this.#committed.set(key, text);
    return text;
  }
}

/**
 * Conflicts alike are told apart by their order and their number: once one of them is decided, what was drawn for it must not be
 * taken for the next.
 */
function idsOf(blocks: readonly string[]): string[] {
  const hashes = blocks.map(shortHash);
  const count = new Map<string, number>();
  for (const hash of hashes) count.set(hash, (count.get(hash) ?? 0) + 1);
  const nth = new Map<string, number>();
  return hashes.map((hash) => {
    const of = count.get(hash) ?? 1;
    const n = (nth.get(hash) ?? 0) + 1;
    nth.set(hash, n);
    return of === 1 ? hash : `${hash}-${n}of${of}`;
  });
}

const sameStages = (one: UnmergedFile, other: UnmergedFile): boolean =>
  (['base', 'left', 'right'] as const).every((side) => one.stages[side]?.oid === other.stages[side]?.oid);

async function versionOnDisk(path: string): Promise<number> {
  const { mtimeMs, size } = await stat(path);
  return -1 - Math.trunc(mtimeMs) - size;
}

/** Earlier decisions of the user, but never the one on this very conflict: it came back because they took it back. */
function withoutOwn(context: ConflictContext): ConflictContext {
  const { left, right } = context.sides;
  const siblings = (context.siblings ?? []).filter(
    ({ path, sides }) => path !== context.path || sides.left !== left || sides.right !== right,
  );
  return { ...context, siblings };
}

/** A file of a work tree as a document URI. */
export const fileUri = (file: UnmergedFile): string => toUri(file.file);
