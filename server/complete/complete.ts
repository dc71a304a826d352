/**
 * A hole in, context and completions out. One `Completer` serves any number of workspaces; each has its index, its n-gram
 * arrays and its recent edits. Nothing here rejects but for an abort: where a part fails or is late, the rest answers.
 */
import { isAbsolute, join, relative } from 'node:path';
import type { Edit } from '../text/span.ts';
import type { TypedCandidate, TypedHole, TypedItem, TypeEngine } from '../types/typeEngine.ts';
import { type IndexLimits, type IndexServices, WorkspaceIndex } from './index.ts';
import { familyOf, isGenerated, MAX_FILE, storedToken, usesHash } from './indexFile.ts';
import { NgramIndex } from './indexNgram.ts';
import { NgramModel, type NgramSource, ORDER } from './ngram.ts';
import { beamSearch } from './ngramBeam.ts';
import { sameText, tidy } from './postprocess.ts';
import { confidence, type ItemFacts, type ItemModel, type ItemRow, itemRows, loadItemModel } from './rankItems.ts';
import { RecentEdits } from './recent.ts';
import { enclosing, type HoleView, viewHole } from './retrieve.ts';
import { type BuiltContext, buildContext } from './retrieveContext.ts';
import { loadNameWeights } from './retrieveWeights.ts';
import { buildNow } from './suffixArray.ts';
import { type CountTokens, identifiersOf, isKeyword, lexCode, NEWLINE } from './tokens.ts';

export interface CompletionServices extends IndexServices {
  readonly types: TypeEngine;
  readonly modelsDir: string;
  readonly count: CountTokens;
  readonly limits?: IndexLimits;
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
  readonly edits?: readonly Edit[];
}

/** A request as every part needs it; context and items are asked of it one after the other. */
export interface OpenHole {
  readonly workspace: Workspace;
  readonly view: HoleView;
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

export class Completer {
  readonly services: CompletionServices;
  readonly model: ItemModel;
  readonly #weights: ReturnType<typeof loadNameWeights>;
  readonly #workspaces = new Map<string, Promise<Workspace>>();

  constructor(services: CompletionServices) {
    this.services = services;
    this.model = loadItemModel(services.modelsDir);
    this.#weights = loadNameWeights(services.modelsDir);
  }

  /** The index of a root, built on first use. Never rejects: a folder that cannot be read is an empty workspace. */
  workspace(root: string): Promise<Workspace> {
    const known = this.#workspaces.get(root);
    if (known) return known;
    const opened = this.#openWorkspace(root);
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
    const sources = [...bufferSources(workspace.index, view), ...workspace.ngram.sources(family, view.masked)];
    return { workspace, view, sources, file, request: { ...request, offset, suffixOffset } };
  }

  #holeRequest(hole: OpenHole) {
    return { file: hole.file, text: hole.request.text, offset: hole.view.offset, suffixOffset: hole.view.suffixOffset };
  }

  async typedHole(hole: OpenHole, signal?: AbortSignal): Promise<TypedHole | undefined> {
    if (!this.services.types.knows(hole.file)) return undefined;
    return this.services.types.hole(this.#holeRequest(hole), signal);
  }

  async context(hole: OpenHole, budget: number, signal?: AbortSignal): Promise<BuiltContext> {
    const { workspace, view, sources } = hole;
    const typed: readonly TypedItem[] = this.services.types.knows(hole.file)
      ? await this.services.types.context(this.#holeRequest(hole), { maxLength: Math.max(16_000, 14 * budget) }, signal)
      : [];
    signal?.throwIfAborted();
    return buildContext({
      index: workspace.index,
      view,
      typed,
      sources,
      recent: workspace.recent.edits,
      weights: this.#weights(view.buffer.family),
      budget,
      count: this.services.count,
    });
  }

  /** Completions, best first; `likely` from the context sharpens the order. */
  async items(
    hole: OpenHole,
    likely: ReadonlyMap<string, number>,
    signal?: AbortSignal,
  ): Promise<readonly CompletionItem[]> {
    const ranked = await this.rank(hole, likely, signal);
    return this.#checked(hole, ranked.slice(0, 40), signal);
  }

  /** The union of both origins with its features, best first, unchecked: the bench trains on it. */
  async rank(
    hole: OpenHole,
    likely: ReadonlyMap<string, number>,
    signal?: AbortSignal,
  ): Promise<readonly RankedItem[]> {
    const { types } = this.services;
    const enumerated = types.knows(hole.file)
      ? types.enumerate(this.#holeRequest(hole), { maxCandidates: 100, deadline: 120 }, signal)
      : Promise.resolve([]);
    const predicted = predict(hole, 50);
    const candidates = merged(predicted, await enumerated, hole);
    signal?.throwIfAborted();
    const facts = candidates.map((candidate) => factsOf(candidate, hole, likely));
    const rows = itemRows(facts);
    return candidates
      .map((candidate, i): RankedItem => {
        const row = rows[i] ?? emptyRow;
        return { ...candidate, row, confidence: confidence(row, this.model) };
      })
      .sort((x, y) => y.confidence - x.confidence || (x.text < y.text ? -1 : 1));
  }

  async #checked(hole: OpenHole, ranked: readonly RankedItem[], signal?: AbortSignal): Promise<CompletionItem[]> {
    const results = this.services.types.knows(hole.file)
      ? await this.services.types.check(
          this.#holeRequest(hole),
          ranked.map((item) => ({ text: item.text, ...(item.typed?.edits ? { edits: item.typed.edits } : {}) })),
          { deadline: 200, enough: 12 },
          signal,
        )
      : [];
    return ranked.flatMap((item, i) => {
      if (results[i] === 'error') return [];
      const edits = item.typed?.edits;
      return [
        {
          text: item.text,
          confidence: item.confidence,
          origin: item.typed ? (item.predicted ? `${item.typed.origin}+ngram` : item.typed.origin) : 'ngram',
          checked: results[i] === 'ok',
          ...(edits && edits.length > 0 ? { edits } : {}),
        },
      ];
    });
  }

  dispose(): Promise<void> {
    return this.services.types.dispose();
  }
}

interface Candidate {
  readonly text: string;
  readonly typed?: TypedCandidate;
  readonly predicted: boolean;
}

export interface RankedItem extends Candidate {
  readonly confidence: number;
  readonly row: ItemRow;
}

const emptyRow = itemRows([
  { ngramLog: -60, tokens: [], inBeam: false, likely: 0, visible: 0, unknown: 0 },
])[0] as ItemRow; // one row in, one row out

/** The buffer before and after the hole, as two texts: no n-gram spans the hole. */
function bufferSources(index: WorkspaceIndex, view: HoleView): NgramSource[] {
  const hash = usesHash(view.buffer.family);
  const sources: NgramSource[] = [];
  for (const text of [view.text.slice(0, view.offset), view.text.slice(view.suffixOffset)]) {
    const lexed = lexCode(text, { hash });
    const tokens = Int32Array.from(lexed.texts, (token) => index.vocabulary.id(storedToken(token)));
    const spaced = Uint8Array.from(lexed.starts, (start) => (/\s/.test(text[start - 1] ?? '') ? 1 : 0));
    sources.push({ array: buildNow(tokens, index.vocabulary.size, ORDER), spaced, weight: BUFFER_WEIGHT });
  }
  return sources;
}

function modelOf(hole: OpenHole): { model: NgramModel; history: number[]; stops: number[] } {
  const { index } = hole.workspace;
  const { view } = hole;
  const hash = usesHash(view.buffer.family);
  const before = lexCode(view.text.slice(Math.max(0, view.offset - 2000), view.offset), { hash }).texts;
  if (before.at(-1) === NEWLINE && !/\n\s*$/.test(view.text.slice(0, view.offset))) before.pop();
  const history = before.slice(-ORDER).map((token) => index.vocabulary.id(storedToken(token)));
  return { model: new NgramModel(hole.sources, index.vocabulary.size), history, stops: stopsOf(hole) };
}

/** Tokens that may follow the fill: the one that stands after the hole; at a line's end, the end of a statement. */
function stopsOf(hole: OpenHole): number[] {
  const { vocabulary } = hole.workspace.index;
  const { view } = hole;
  const after = view.text.slice(view.suffixOffset, view.suffixOffset + 400);
  const line = /^[ \t]*(?:\n|\r|$)/.test(after);
  const next = lexCode(after, { hash: usesHash(view.buffer.family) }).texts.find((token) => token !== NEWLINE);
  const continues = next !== undefined && /^(?:[.,)\]}:?]|\?\.|&&|\|\|)$/.test(next);
  if (line && !continues) return [vocabulary.id(NEWLINE), vocabulary.id(';')];
  return next === undefined ? [vocabulary.id(NEWLINE), vocabulary.id(';')] : [vocabulary.id(storedToken(next))];
}

function predict(hole: OpenHole, deadline: number): Candidate[] {
  const { model, history, stops } = modelOf(hole);
  const { vocabulary } = hole.workspace.index;
  const start = model.start(history);
  return beamSearch(model, vocabulary, start, { stops, deadline, keep: 20, width: 14 }).map((item) => ({
    text: item.text,
    predicted: true,
  }));
}

function merged(predicted: readonly Candidate[], typed: readonly TypedCandidate[], hole: OpenHole): Candidate[] {
  const suffix = hole.view.text.slice(hole.view.suffixOffset, hole.view.suffixOffset + 40);
  const found = new Map<string, Candidate>();
  for (const candidate of typed) {
    const text = tidy(candidate.text, '');
    if (text !== undefined && !found.has(sameText(text)))
      found.set(sameText(text), { text, typed: candidate, predicted: false });
  }
  for (const candidate of predicted) {
    const text = tidy(candidate.text, suffix);
    if (text === undefined) continue;
    const known = found.get(sameText(text));
    found.set(sameText(text), known ? { ...known, predicted: true } : { text, predicted: true });
  }
  return [...found.values()];
}

function factsOf(candidate: Candidate, hole: OpenHole, likely: ReadonlyMap<string, number>): ItemFacts {
  const { vocabulary } = hole.workspace.index;
  const scorer = scorerOf(hole);
  const tokens = lexCode(candidate.text, { hash: usesHash(hole.view.buffer.family) }).texts;
  let state = scorer.start;
  let log = 0;
  for (const token of tokens) {
    const scored = scorer.model.score(state, vocabulary.id(storedToken(token)));
    log += Math.log(scored.probability);
    state = scored.state;
  }
  let stop = 0;
  for (const id of scorer.stops) stop += scorer.model.score(state, id).probability;
  const names = identifiersOf(candidate.text.replace(/"[^"]*"|'[^']*'/g, '')).filter((name) => !isKeyword(name));
  const hidden = names.filter((name) => !hole.view.visible.has(name));
  const index = hole.workspace.index;
  const unknown = hidden.filter((name) => index.symbolsNamed(name).length === 0 && !likely.has(name));
  return {
    ngramLog: log + Math.log(Math.max(stop, 1e-9)),
    tokens,
    inBeam: candidate.predicted,
    ...(candidate.typed
      ? {
          typed: {
            cost: candidate.typed.cost,
            fits: candidate.typed.fits,
            origin: candidate.typed.origin,
            edits: (candidate.typed.edits?.length ?? 0) > 0,
          },
        }
      : {}),
    likely: hidden.length === 0 ? 0.3 : hidden.reduce((sum, name) => sum + (likely.get(name) ?? 0), 0) / hidden.length,
    visible: names.length === 0 ? 1 : 1 - hidden.length / names.length,
    unknown: names.length === 0 ? 0 : unknown.length / names.length,
  };
}

interface Scorer {
  readonly model: NgramModel;
  readonly start: ReturnType<NgramModel['start']>;
  readonly stops: readonly number[];
}

const scorers = new WeakMap<OpenHole, Scorer>();

function scorerOf(hole: OpenHole): Scorer {
  const known = scorers.get(hole);
  if (known) return known;
  const { model, history, stops } = modelOf(hole);
  const made = { model, start: model.start(history), stops };
  scorers.set(hole, made);
  return made;
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
