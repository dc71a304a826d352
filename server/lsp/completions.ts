/**
 * Completion for one connection: the completer is loaded with the first question, and one question at a time is open for
 * each document. Its sources answer one after another; requests about the same hole share the answers, so that typing on
 * inside a word asks nothing anew. A question about another hole aborts the one before.
 */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Completer, OpenHole } from '../complete/complete.ts';
import { type CursorPlace, placeAt } from '../complete/place.ts';
import { worthShowing } from '../complete/shown.ts';
import {
  type Asked,
  ask,
  type CompletionSource,
  offers,
  type Question,
  type SourcedItem,
  workspaceSource,
} from '../complete/source.ts';
import { loadCompleter } from '../completionServices.ts';
import { patiently } from '../types/patience.ts';
import type { TypeEngine } from '../types/typeEngine.ts';
import type { ReadyParams } from './completionProtocol.ts';
import type { CompletionConfig } from './config.ts';
import { toPath, uriKey } from './convert.ts';
import type { Place } from './protocol.ts';
import type { Session } from './session.ts';
import { type WorkspaceHooks, Workspaces } from './workspaces.ts';

export interface CompletionHooks extends WorkspaceHooks {
  readonly config: () => CompletionConfig;
  /** Settles when the user's settings are known. */
  readonly configured: Promise<void>;
  /** An answer that was late is there. */
  readonly ready: (params: ReadyParams) => void;
  /** Adds languages to the type engine. */
  readonly types: (base: TypeEngine) => TypeEngine;
  /** Sources after the workspace: a model. */
  readonly sources?: (completer: Completer) => readonly CompletionSource[];
}

/** What is known so far of the hole at a cursor. */
export interface Offered {
  readonly document: TextDocument;
  readonly place: CursorPlace;
  /** Undefined: no completion in this file (too large, minified, generated). */
  readonly question: Question | undefined;
  /** Best first. */
  readonly items: readonly SourcedItem[];
  /** The first of a source that has more to say: enough for ghost text, not for a list. */
  readonly isEarly: boolean;
  /** No source is left to answer. */
  readonly isComplete: boolean;
}

/** A hole with everything around it, and what its sources said until now. */
interface Offering {
  readonly before: string;
  readonly after: string;
  readonly asked: Asked;
  readonly abort: AbortController;
  waiting: number;
  question: Question | undefined;
  items: readonly SourcedItem[];
  isEarly: boolean;
  isComplete: boolean;
  /** Somebody was answered before there was enough, and wants to know when there is. */
  late: { readonly place: ReadyParams; readonly isEnough: () => boolean } | undefined;
  wake: (() => void)[];
}

/** No question runs longer, in milliseconds. */
const LONGEST = 30_000;
/** Milliseconds that a question outlives the last one who waited for it. */
const GRACE = 300;

export class Completions {
  readonly session: Session;
  readonly workspaces: Workspaces;
  readonly #hooks: CompletionHooks;
  readonly #offerings = new Map<string, Offering>();
  readonly #told = new Map<string, { readonly version: number; readonly path: string }>();
  readonly #texts = new Map<string, string>();
  /** Roots with an answered question: what it needs is loaded. */
  readonly #answered = new Set<string>();
  #completer: Promise<Completer> | undefined;
  #loaded: Completer | undefined;
  #warming: AbortController | undefined;
  /** In the order in which they are asked; made once, since a model's source remembers what it said. */
  #sources: readonly CompletionSource[] | undefined;

  constructor(session: Session, hooks: CompletionHooks) {
    this.session = session;
    this.#hooks = hooks;
    this.workspaces = new Workspaces(hooks, () => this.completer());
  }

  get config(): CompletionConfig {
    return this.#hooks.config();
  }

  configured(): Promise<void> {
    return this.#hooks.configured;
  }

  completer(): Promise<Completer> {
    this.#completer ??= loadCompleter({ log: this.#hooks.log, types: this.#hooks.types, typesWithin: 1500 }).then(
      (completer) => {
        this.#loaded = completer;
        return completer;
      },
    );
    return this.#completer;
  }

  /** The completer where it is loaded, for who cannot wait. Before that nothing has been offered. */
  get loaded(): Completer | undefined {
    return this.#loaded;
  }

  /** Loads what the first question about a file needs, by one that nobody hears; a real one ends it. */
  async warm(path: string, text: string): Promise<void> {
    if (this.#warming || this.#offerings.size > 0) return;
    this.#warming = new AbortController();
    const { signal } = this.#warming;
    try {
      const { completer, root } = await this.prepare(path);
      signal.throwIfAborted();
      const hole = await completer.open({ root, path, text, offset: text.length }, signal);
      if (hole) await completer.items(hole, new Map(), signal);
      if (hole && !signal.aborted) this.#answered.add(root);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#warming = undefined;
    }
  }

  /** The completer with the file's workspace opened and other buffers told; the engine is ready or getting so. */
  async prepare(path: string): Promise<{ completer: Completer; root: string }> {
    const completer = await this.completer();
    const root = await this.workspaces.open(path);
    this.#tellBuffers(completer);
    return { completer, root };
  }

  /**
   * The answers about the hole at a position, as soon as `enough` says so, all sources are done, or `wait` milliseconds
   * are over. Undefined: nothing is completed there. @throws the signal's reason when aborted.
   */
  async offer(
    uri: string,
    position: Place,
    options: {
      readonly asked: Asked;
      readonly wait: number;
      readonly enough: (offered: Offered) => boolean;
      /** Whether the client hears when there is enough after all. */
      readonly tellsLate?: boolean;
    },
    signal: AbortSignal,
  ): Promise<Offered | undefined> {
    const document = this.session.document(uri);
    const path = toPath(uri);
    if (!document || path === undefined) return undefined;
    const text = document.getText();
    const place = placeAt(path, text, document.offsetAt(position));
    if (!place) {
      this.#abandon(uri);
      return undefined;
    }
    const { version } = document;
    const offering = this.#offeringFor(uri, path, text, place, options.asked);
    const offered = (): Offered => ({
      document,
      place,
      question: offering.question,
      items: offering.items,
      isEarly: offering.isEarly,
      isComplete: offering.isComplete,
    });
    offering.waiting++;
    const end = performance.now() + options.wait;
    try {
      while (!offering.isComplete && !options.enough(offered())) {
        const left = end - performance.now();
        if (left <= 0) {
          if (options.tellsLate)
            offering.late = { place: { uri, version, position }, isEnough: () => options.enough(offered()) };
          break;
        }
        await nextStep(offering, left, signal);
        signal.throwIfAborted();
      }
    } finally {
      offering.waiting--;
      if (signal.aborted) abortUnlessWanted(offering);
    }
    return document.version === version ? offered() : undefined;
  }

  /** What the word at the cursor may become by an import, beside what is offered already. Nothing where nobody knows. */
  async brought({ question, place, items }: Offered, signal: AbortSignal): Promise<readonly SourcedItem[]> {
    if (!question || !this.#loaded) return [];
    const known = new Set(items.map(({ text }) => text));
    const found = await this.#loaded.bring(question.hole, place.prefix, signal);
    return found.filter(({ text }) => !known.has(text)).map((item) => ({ ...item, source: 'workspace' }));
  }

  /** A document changed: remembered as an edit, once completing is in use. */
  edited(document: TextDocument): void {
    if (!this.#completer) return;
    const key = uriKey(document.uri);
    const text = document.getText();
    const old = this.#texts.get(key);
    this.#texts.set(key, text);
    const path = toPath(document.uri);
    if (old === undefined || old === text || path === undefined) return;
    this.workspaces.noteEdit(path, text, firstDifference(old, text));
  }

  closed(uri: string): void {
    this.#abandon(uri);
    this.#texts.delete(uriKey(uri));
    const told = this.#told.get(uriKey(uri));
    this.#told.delete(uriKey(uri));
    const { path } = told ?? {};
    if (path !== undefined) void this.#completer?.then(({ services }) => services.types.buffer(path, undefined));
  }

  async dispose(): Promise<void> {
    for (const { abort } of this.#offerings.values()) abort.abort();
    this.#warming?.abort();
    const completer = await this.#completer;
    await this.workspaces.save();
    await completer?.dispose();
  }

  /** Another file changed: what was answered before it may hold no longer, though the text at the cursor is the same. */
  outdate(but?: string): void {
    for (const [key, { isComplete }] of this.#offerings) if (isComplete && key !== but) this.#offerings.delete(key);
  }

  #abandon(uri: string): void {
    this.#offerings.get(uriKey(uri))?.abort.abort();
    this.#offerings.delete(uriKey(uri));
  }

  #offeringFor(uri: string, path: string, text: string, place: CursorPlace, asked: Asked): Offering {
    // With the blank that is still to come, so that typing it asks nothing anew.
    const before = text.slice(0, place.offset) + place.blank;
    const after = text.slice(place.cursor);
    const known = this.#offerings.get(uriKey(uri));
    const isSame = known?.before === before && known.after === after && !known.abort.signal.aborted;
    if (known && isSame && (known.asked === asked || known.asked === 'manual')) return known;
    this.#abandon(uri);
    this.outdate();
    const offering: Offering = {
      before,
      after,
      asked,
      abort: new AbortController(),
      waiting: 0,
      question: undefined,
      items: [],
      isEarly: false,
      isComplete: false,
      late: undefined,
      wake: [],
    };
    this.#offerings.set(uriKey(uri), offering);
    this.#warming?.abort();
    void this.#run(offering, path);
    return offering;
  }

  async #run(offering: Offering, path: string): Promise<void> {
    const ended = AbortSignal.any([offering.abort.signal, AbortSignal.timeout(LONGEST)]);
    const signal = offering.asked === 'manual' ? patiently(ended) : ended;
    const tell = (what: string, error: unknown) =>
      this.#hooks.log(
        `completion: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    try {
      const { completer, root } = await this.prepare(path);
      signal.throwIfAborted();
      // Nothing is loaded yet at the first question: cut short, its answer would be none, and stand until the next key.
      if (!this.#answered.has(root)) patiently(ended);
      // The word that is being typed is not part of the text: what is answered holds for all of its beginnings.
      const text = offering.before + offering.after;
      const hole = await completer.open({ root, path, text, offset: offering.before.length }, signal);
      if (hole) await this.#ask(completer, hole, offering, signal, tell);
      if (hole && !signal.aborted) this.#answered.add(root);
    } catch (error) {
      if (!signal.aborted) tell('failed', error);
    }
    offering.isEarly = false;
    offering.isComplete = true;
    this.#step(offering, signal);
  }

  /** Wakes who waits, and tells who stopped waiting as soon as there is something for them: not only after the last source. */
  #step(offering: Offering, signal: AbortSignal): void {
    for (const wake of offering.wake.splice(0)) wake();
    const { late } = offering;
    if (!late || signal.aborted || !late.isEnough()) return;
    offering.late = undefined;
    this.#hooks.ready(late.place);
  }

  async #ask(
    completer: Completer,
    hole: OpenHole,
    offering: Offering,
    signal: AbortSignal,
    tell: (what: string, error: unknown) => void,
  ): Promise<void> {
    const typed = await completer.typedHole(hole, signal);
    offering.question = ask(completer, hole, typed, offering.asked, signal);
    this.#sources ??= [workspaceSource(completer), ...(this.#hooks.sources?.(completer) ?? [])];
    const heard = (items: readonly SourcedItem[], isEarly: boolean): void => {
      offering.items = worthShowing(items, hole, completer.model);
      offering.isEarly = isEarly;
      this.#step(offering, signal);
    };
    const early = (items: readonly SourcedItem[]): void => heard(items, true);
    for await (const items of offers(this.#sources, offering.question, signal, tell, early)) heard(items, false);
  }

  /** Other open documents stand for their files; each version is told once. */
  #tellBuffers(completer: Completer): void {
    for (const document of this.session.documents.all()) {
      const path = toPath(document.uri);
      const key = uriKey(document.uri);
      if (path === undefined || this.#told.get(key)?.version === document.version) continue;
      this.#told.set(key, { version: document.version, path });
      completer.services.types.buffer(path, document.getText());
    }
  }
}

/** The next key may want the same answer: a question that nobody waits for ends a moment later. */
function abortUnlessWanted(offering: Offering): void {
  const timer = setTimeout(() => {
    if (offering.waiting === 0) offering.abort.abort();
  }, GRACE);
  timer.unref();
}

/** Settles with the offering's next step, after `left` milliseconds, or with the abort of who waits. */
function nextStep(offering: Offering, left: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, left);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      offering.abort.signal.removeEventListener('abort', end);
      done();
    }
    signal.addEventListener('abort', end, { once: true });
    offering.abort.signal.addEventListener('abort', end, { once: true });
    offering.wake.push(end);
    if (signal.aborted || offering.abort.signal.aborted) end();
  });
}

function firstDifference(old: string, text: string): number {
  const most = Math.min(old.length, text.length);
  let at = 0;
  while (at < most && old.charCodeAt(at) === text.charCodeAt(at)) at++;
  return at;
}
