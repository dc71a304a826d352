/**
 * A hole in, context and completions out. One `Completer` serves any number of workspaces; each has its index, its n-gram
 * arrays and its recent edits. Nothing here rejects but for an abort: where a part fails or is late, the rest answers.
 */
import { isAbsolute, join, relative } from 'node:path';
import type { Edit } from '../text/span.ts';
import { isPatient } from '../types/patience.ts';
import type { TypedHole, TypedItem, TypeEngine } from '../types/typeEngine.ts';
import { loadNameModel, type NameModel } from './context/nameModel.ts';
import { RecentEdits } from './context/recent.ts';
import { enclosing, type HoleView, viewHole } from './context/retrieve.ts';
import {
  type BuiltContext,
  type Gathered,
  gatherContext,
  retrieveContext,
  spendBudget,
} from './context/retrieveContext.ts';
import { type HoleTokens, holeTokens } from './holeTokens.ts';
import { type IndexLimits, type IndexServices, WorkspaceIndex } from './index/index.ts';
import { familyOf, isGenerated, MAX_FILE } from './index/indexFile.ts';
import { NgramIndex } from './index/indexNgram.ts';
import { type NgramSource, ORDER } from './index/ngram.ts';
import { buildNow } from './index/suffixArray.ts';
import { type Early, holeRequest } from './items/checkItems.ts';
import { type ItemServices, offerItems } from './items/items.ts';
import { type ItemModel, loadItemModel } from './items/rankItems.ts';
import { loadShapes } from './items/shapes.ts';
import type { CountTokens } from './tokens.ts';
import { surroundingsOf } from './untyped/scopeNames.ts';

export interface CompletionServices extends IndexServices {
  readonly types: TypeEngine;
  readonly modelsDir: string;
  readonly count: CountTokens;
  readonly limits?: IndexLimits;
  /** How much longer than an editor the caller waits for completions. */
  readonly patience?: number;
  /** Milliseconds after which a context goes without types: an editor's user waits for no project to load. */
  readonly typesWithin?: number;
}

export interface CompletionRequest {
  readonly root: string;
  /** Absolute, or relative to the root. */
  readonly path: string;
  readonly text: string;
  readonly offset: number;
  readonly suffixOffset?: number;
}

export interface CompletionItem {
  readonly text: string;
  /** Calibrated: of items with 0.6, six in ten are what the developer wrote. */
  readonly confidence: number;
  readonly origin: string;
  /** The type checker accepts it. */
  readonly checked: boolean;
  /** Its names, members and calls are checked, in JavaScript whose types nobody checks. */
  readonly loose?: boolean;
  /** Of a source that the user switched on for this: shown without being asked for, though nothing is measured about it. */
  readonly unasked?: boolean;
  /** Its value does not fit here by itself: the member is there, and more must follow. Never shown unasked. */
  readonly goesOn?: boolean;
  /** It fits, and the call it stands in must have further arguments. */
  readonly lacks?: boolean;
  /** Nothing was counted of its like: its confidence says nothing. */
  readonly unmeasured?: boolean;
  /** The statement it stands in has syntax errors: never shown unasked. */
  readonly unsure?: boolean;
  /** A literal, where a value of just that name is in scope: never shown unasked. */
  readonly disputed?: boolean;
  /** The variable that it would be given to has this value already: never shown unasked, nor what comes behind it. */
  readonly held?: boolean;
  /** It stands elsewhere for something else: never shown unasked. */
  readonly copied?: boolean;
  /** The text around asks for it, whatever its number. */
  readonly asked?: boolean;
  /** It stands for that before what has a higher number: never shown unasked. */
  readonly ahead?: boolean;
  /** Its own number, where what stands before it has a lower one and so has this. */
  readonly own?: number;
  readonly edits?: readonly Edit[];
}

/** A request as every part needs it; context and items are asked of it one after the other. */
export interface OpenHole {
  readonly workspace: Workspace;
  readonly view: HoleView;
  readonly tokens: HoleTokens;
  readonly sources: readonly NgramSource[];
  readonly file: string;
  readonly request: CompletionRequest;
}

export interface Workspace {
  readonly index: WorkspaceIndex;
  readonly ngram: NgramIndex;
  readonly recent: RecentEdits;
}

/** How much a count in the buffer weighs against one in the workspace. */
const BUFFER_WEIGHT = 8;
const MAX_WORKSPACES = 8;
/** UTF-16 units of typed context: three times what a budget of 2,048 tokens buys, so that there is a choice. */
const MAX_TYPED = 28_000;

export class Completer {
  readonly services: CompletionServices;
  readonly model: ItemModel;
  readonly itemServices: ItemServices;
  readonly #names: NameModel | undefined;
  readonly #workspaces = new Map<string, Promise<Workspace>>();

  constructor(services: CompletionServices) {
    this.services = services;
    this.model = loadItemModel(services.modelsDir);
    this.#names = loadNameModel(services.modelsDir);
    const { types, syntax, modelsDir, patience = 1 } = services;
    this.itemServices = { types, syntax, model: this.model, shapes: loadShapes(modelsDir), patience };
  }

  /** The index of a root, built on first use. Never rejects: a folder that cannot be read is an empty workspace. */
  workspace(root: string): Promise<Workspace> {
    const known = this.#workspaces.get(root);
    // What was used last stays longest.
    this.#workspaces.delete(root);
    const opened = known ?? this.#openWorkspace(root);
    this.#workspaces.set(root, opened);
    const oldest = this.#workspaces.keys().next().value;
    if (this.#workspaces.size > MAX_WORKSPACES && oldest !== undefined) this.#workspaces.delete(oldest);
    return opened;
  }

  async #openWorkspace(root: string): Promise<Workspace> {
    const index = new WorkspaceIndex(root, this.services);
    await index.build(this.services.limits).catch((error: unknown) => {
      index.notes.push(`the workspace could not be indexed: ${error instanceof Error ? error.message : String(error)}`);
    });
    return { index, ngram: new NgramIndex(index), recent: new RecentEdits() };
  }

  /** Undefined for a file that is no code, too large or minified: nothing is offered there. */
  async open(request: CompletionRequest, signal?: AbortSignal): Promise<OpenHole | undefined> {
    const file = isAbsolute(request.path) ? request.path : join(request.root, request.path);
    const path = relative(request.root, file).replaceAll('\\', '/');
    const family = familyOf(path);
    const offset = Math.max(0, Math.min(request.offset, request.text.length));
    if (family === undefined || request.text.length > MAX_FILE || isGenerated(request.text)) return undefined;
    const workspace = await this.workspace(request.root);
    await Promise.all([workspace.ngram.prepare(family, signal), workspace.index.prepare(path)]);
    signal?.throwIfAborted();
    const suffixOffset = Math.max(offset, Math.min(request.suffixOffset ?? offset, request.text.length));
    const view = viewHole(workspace.index, path, request.text, offset, suffixOffset);
    const tokens = holeTokens(workspace.index, view);
    const sources = [...bufferSources(workspace.index, tokens), ...workspace.ngram.sources(family, view.masked)];
    return { workspace, view, tokens, sources, file, request: { ...request, offset, suffixOffset } };
  }

  async typedHole(hole: OpenHole, signal?: AbortSignal): Promise<TypedHole | undefined> {
    if (!this.services.types.knows(hole.file)) return undefined;
    return this.services.types.hole(holeRequest(hole), signal);
  }

  async context(hole: OpenHole, budget: number, signal?: AbortSignal): Promise<BuiltContext> {
    return this.spend(await this.gather(hole, signal), budget);
  }

  #patience(signal: AbortSignal | undefined): AbortSignal | undefined {
    const { typesWithin } = this.services;
    if (typesWithin === undefined || isPatient(signal)) return signal;
    return AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(typesWithin)]);
  }

  spend(gathered: Gathered, budget: number): BuiltContext {
    return spendBudget(gathered, budget, this.services.count);
  }

  /** Everything a budget could be spent on; the same for every budget. */
  async gather(hole: OpenHole, signal?: AbortSignal): Promise<Gathered> {
    const { workspace, view, sources } = hole;
    // The worker thinks about types while this thread retrieves.
    const pending: Promise<readonly TypedItem[]> = this.services.types.knows(hole.file)
      ? this.services.types.context(holeRequest(hole), { maxLength: MAX_TYPED }, this.#patience(signal))
      : Promise.resolve([]);
    const retrieved = retrieveContext(workspace.index, view, sources);
    const around = surroundingsOf(hole, this.services.syntax);
    const typed = await pending;
    signal?.throwIfAborted();
    return gatherContext({
      retrieved,
      index: workspace.index,
      view,
      typed,
      sources,
      recent: workspace.recent.edits,
      names: this.#names,
      around,
    });
  }

  /** Completions, best first; `likely` from the context sharpens the order, and `early` hears of the first that stands. */
  items(
    hole: OpenHole,
    likely: ReadonlyMap<string, number>,
    signal?: AbortSignal,
    early?: Early,
  ): Promise<readonly CompletionItem[]> {
    return offerItems(hole, likely, this.itemServices, signal, early);
  }

  /** What a word being typed at a hole may become that no list of the hole has: exports with their imports. */
  async bring(hole: OpenHole, prefix: string, signal?: AbortSignal): Promise<readonly CompletionItem[]> {
    const { types } = this.services;
    if (prefix === '' || !types.knows(hole.file)) return [];
    const request = holeRequest(hole);
    const [found, typed] = await Promise.all([types.bring(request, prefix, signal), types.hole(request, signal)]);
    return found.map(
      ({ text, origin, edits, goesOn, near }): CompletionItem => ({
        text,
        confidence: 0,
        origin,
        checked: !goesOn && !near && !typed?.unsure && !typed?.loose,
        ...(typed?.loose ? { loose: true } : {}),
        unmeasured: true,
        edits,
        ...(goesOn ? { goesOn } : {}),
        ...(typed?.unsure === 'syntax' ? { unsure: true } : {}),
      }),
    );
  }

  dispose(): Promise<void> {
    return this.services.types.dispose();
  }
}

/** The buffer before and after the hole, as two texts: no n-gram spans the hole. */
function bufferSources(index: WorkspaceIndex, { before, after }: HoleTokens): NgramSource[] {
  return [before, after].map(({ ids, spaced }) => ({
    array: buildNow(ids, index.vocabulary.size, ORDER),
    spaced,
    weight: BUFFER_WEIGHT,
  }));
}

/** What type a hole wants, told by the text before it: for languages that no type engine knows. */
export function guessExpected(view: HoleView): string | undefined {
  const before = view.text.slice(Math.max(0, view.offset - 400), view.offset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const { family } = view.buffer;
  if (/\breturn\s+$/.test(line)) {
    const header = enclosing(view).findLast((symbol) => /\(/.test(symbol.header))?.header ?? '';
    if (family === 'python' || family === 'rust') return /->\s*([^:{]+?)\s*$/.exec(header)?.[1];
    if (family === 'java' || family === 'csharp') {
      return /^(?:(?:public|private|protected|static|final|abstract|synchronized|override|virtual|async|internal|default|native)\s+)*(?:<[^>]*>\s*)?([\w.<>[\],? ]+?)\s+\w+\s*\(/.exec(
        header,
      )?.[1];
    }
    if (family === 'go') return /\)\s*([\w.*[\]]+)\s*$/.exec(header)?.[1];
    return undefined;
  }
  if (family === 'java' || family === 'csharp') {
    const written = /(?:^|[\s(;{])((?:[\w.]+)(?:<[^=;]*>)?(?:\[\])*)\s+\w+\s*=\s*$/.exec(line)?.[1];
    return written === 'var' || written === 'final' ? undefined : written;
  }
  if (family === 'python' || family === 'rust') return /\w+\s*:\s*([^=]+?)\s*=\s*$/.exec(line)?.[1];
  if (family === 'go') return /\bvar\s+\w+\s+([\w.*[\]]+)\s*=\s*$/.exec(line)?.[1];
  return undefined;
}
