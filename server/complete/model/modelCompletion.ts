/**
 * Completions written by a language model: asked with the assembled context in an order that lets the server reuse what it
 * has evaluated, cut while they stream, and shown only if they parse and the type checker has nothing against them.
 */
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fimPrompt } from '../../model/fim.ts';
import { Lanes } from '../../model/lanes.ts';
import { redact, whyPrivate } from '../../model/private.ts';
import type { Capabilities, ExtraFile, Prompt, TextModel } from '../../model/provider.ts';
import { languageOf } from '../../syntax/languages.ts';
import type { Edit } from '../../text/span.ts';
import type { CompletionItem, CompletionServices, OpenHole } from '../complete.ts';
import type { ContextItem } from '../context/assemble.ts';
import { type CompletionSource, type Question, RANKING_BUDGET } from '../source.ts';
import { FillCache } from './fillCache.ts';
import { skeletonAt, writeMethods } from './modelMethods.ts';
import { commentOf, lineAt, placeOf, printed, roomFor } from './modelPrompt.ts';
import { repair } from './modelRepair.ts';
import { beginsAgain, cutText, type Place } from './modelStop.ts';
import { Pace } from './pace.ts';

export interface ModelCompletionParts {
  readonly services: Pick<CompletionServices, 'syntax' | 'types'>;
  /** The model that the user chose for completing, or nothing. Asked each time: settings change. */
  readonly model: () => Promise<ChosenModel | undefined>;
  /** False for a file that git ignores. */
  readonly allowed?: (file: string) => Promise<boolean>;
  /** What went out, for the view that shows it. */
  readonly sent?: (what: { readonly model: string; readonly path: string; readonly prompt: string }) => void;
}

export interface ChosenModel {
  readonly model: TextModel;
  /** Tokens that prompt and answer share. */
  readonly contextLength: number;
}

/** Tokens. */
const CONTEXT = 1024;
const LINE = 48;
const BLOCK = 160;
const WHOLE = 320;
/** Requested by hand, so many samples in at most so many milliseconds. */
const SAMPLES = 3;
const PATIENCE = 6000;
/** A class's methods by hand: so many milliseconds for all of them. */
const METHODS = 30_000;
/** An answer that nobody waits for any more is let run this long: the next key may fit it. */
const GRACE = 250;

interface Ask {
  readonly hole: OpenHole;
  readonly place: Place;
  readonly extra: readonly ExtraFile[];
  readonly chosen: ChosenModel;
  readonly capabilities: Capabilities;
  readonly manual: boolean;
}

interface Flight {
  readonly prefix: string;
  readonly suffix: string;
  readonly abort: AbortController;
  readonly done: Promise<string>;
  text: string;
  readers: number;
}

interface KeptFile extends ExtraFile {
  /** What the hole stood in. */
  readonly isPlace: boolean;
}

const fileOf = ({ path, text, source }: ContextItem): KeptFile => ({
  path,
  text: redact(text),
  isPlace: source === 'place',
});

export class ModelCompletions implements CompletionSource {
  readonly #parts: ModelCompletionParts;
  readonly #cache = new FillCache();
  readonly #lanes = new Lanes<'complete'>();
  readonly #pace = new Pace();
  #flight: Flight | undefined;
  #kept: { readonly path: string; readonly line: number; readonly extra: readonly KeptFile[] } | undefined;
  #name = 'model';

  constructor(parts: ModelCompletionParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#name;
  }

  async offer(question: Question, _soFar: readonly unknown[], signal: AbortSignal): Promise<readonly CompletionItem[]> {
    const { hole } = question;
    if (whyPrivate(hole.view.path) !== undefined) return [];
    const chosen = await this.#parts.model();
    if (!chosen || !((await this.#parts.allowed?.(hole.file)) ?? true)) return [];
    this.#name = chosen.model.name;
    const manual = question.asked === 'manual';
    const place = placeOf(hole, manual);
    if (manual) {
      const methods = await this.#methods(question, chosen, place, signal);
      if (methods) return methods;
    }
    const known = this.#cache.get(place.prefix, place.suffix);
    if (known !== undefined && !manual) return this.#verified(hole, [known], signal);
    const arrived = performance.now();
    const capabilities = await chosen.model.capabilities(signal);
    const joined = this.#joinable(place);
    if (joined === undefined && !manual) await wait(this.#pace.wait(arrived), undefined, { signal });
    const ask: Ask = { hole, place, extra: await this.#extra(question), chosen, capabilities, manual };
    const fill = await this.#read(joined ?? this.#start(ask), place, signal);
    if (manual) return this.#samples(ask, fill, signal);
    const items = await this.#verified(hole, [fill], signal);
    if (items.length > 0) this.#ahead(ask, fill);
    else if (fill !== '') void this.#repair(ask, fill);
    return items;
  }

  stop(): void {
    this.#flight?.abort.abort();
    this.#lanes.stop();
  }

  /** The request under way, where what has been typed since is what it writes. */
  #joinable({ prefix, suffix }: Place): Flight | undefined {
    const flight = this.#flight;
    if (!flight || flight.abort.signal.aborted) return undefined;
    if (flight.suffix !== suffix || !prefix.startsWith(flight.prefix)) return undefined;
    const typed = prefix.slice(flight.prefix.length);
    return flight.text.startsWith(typed) || typed.startsWith(flight.text) ? flight : undefined;
  }

  #start(ask: Ask): Flight {
    this.#flight?.abort.abort();
    const abort = new AbortController();
    const started = performance.now();
    const { place } = ask;
    const flight: Flight = {
      prefix: place.prefix,
      suffix: place.suffix,
      abort,
      text: '',
      readers: 0,
      done: this.#lanes.run('complete', abort.signal, (lane) =>
        this.#stream(ask, lane, {}, (text) => {
          flight.text = text;
        }),
      ),
    };
    flight.done.then(
      (text) => {
        this.#pace.answered(performance.now() - started);
        this.#cache.put(place.prefix, place.suffix, text);
        if (this.#flight === flight) this.#flight = undefined;
      },
      () => {
        if (this.#flight === flight) this.#flight = undefined;
      },
    );
    this.#flight = flight;
    return flight;
  }

  /** What the flight writes beyond what has been typed. A reader that leaves lets it go on for a moment. */
  async #read(flight: Flight, { prefix }: Place, signal: AbortSignal): Promise<string> {
    flight.readers++;
    const left = new Promise<never>((_, fail) => {
      const stop = () => {
        if (--flight.readers === 0) {
          setTimeout(() => {
            if (flight.readers === 0) flight.abort.abort();
          }, GRACE).unref();
        }
        fail(signal.reason);
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    const text = await Promise.race([flight.done, left]);
    const typed = prefix.slice(flight.prefix.length);
    return text.startsWith(typed) ? text.slice(typed.length) : '';
  }

  async #stream(
    { hole, place, extra, chosen, capabilities, manual }: Ask,
    signal: AbortSignal,
    variation: { readonly temperature?: number; readonly seed?: number },
    onText: (text: string) => void,
  ): Promise<string> {
    const { model, contextLength } = chosen;
    const maxTokens = place.extent === 'line' ? LINE : manual ? WHOLE : BLOCK;
    const room = Math.min(contextLength, capabilities.contextLength ?? contextLength) - maxTokens - 64;
    const fitted = roomFor(place, extra, room);
    const prompt = fimPrompt(model.name, capabilities, {
      path: hole.view.path,
      ...fitted,
      maxTokens,
      comment: commentOf(hole.view.buffer.family),
      ...variation,
    });
    this.#tell(model.name, hole, prompt);
    let raw = '';
    for await (const part of model.complete(prompt, signal)) {
      raw += part;
      const cut = cutText(raw, place, false);
      onText(cut.text);
      if (cut.done) return cut.text; // leaving the loop ends the request on the wire
    }
    const { text } = cutText(raw, place, true);
    onText(text);
    return text;
  }

  #tell(model: string, hole: OpenHole, prompt: Prompt): void {
    this.#parts.sent?.({ model, path: hole.view.path, prompt: printed(prompt) });
  }

  /**
   * The context is kept while the cursor stays near: the same bytes at the front of the prompt are evaluated once. What the hole
   * stands in is told anew: the cursor may have gone over into another function.
   */
  async #extra(question: Question): Promise<readonly ExtraFile[]> {
    const { view } = question.hole;
    const line = lineAt(view.text, view.offset);
    let kept = this.#kept;
    const isNear = kept?.path === view.path && Math.abs(kept.line - line) <= 3;
    const { items } = await question.context(isNear ? RANKING_BUDGET : CONTEXT);
    if (!kept || !isNear) {
      kept = { path: view.path, line, extra: await this.#shownOf(question.hole, items) };
      this.#kept = kept;
    }
    const place = await this.#shownOf(
      question.hole,
      items.filter(({ source }) => source === 'place'),
    );
    const rest = kept.extra.filter(({ isPlace }) => !isPlace);
    const at = kept.extra.findIndex(({ isPlace }) => isPlace);
    return rest.toSpliced(at < 0 ? rest.length : at, 0, ...place);
  }

  async #shownOf(hole: OpenHole, items: readonly ContextItem[]): Promise<KeptFile[]> {
    const shown = await Promise.all(items.map(({ path }) => this.#mayShow(hole, path)));
    return items.filter((_, i) => shown[i]).map(fileOf);
  }

  /** Context comes from other files, some of which may not leave the editor. Declarations of installed packages are public. */
  async #mayShow({ request, view }: OpenHole, path: string): Promise<boolean> {
    if (whyPrivate(path) !== undefined) return false;
    if (path === view.path || path.includes('node_modules/')) return true;
    return (await this.#parts.allowed?.(resolve(request.root, path)).catch(() => false)) ?? true;
  }

  /** Those that parse and that the checker has nothing against, in order. */
  async #verified(
    hole: OpenHole,
    fills: readonly string[],
    signal: AbortSignal,
    edits?: readonly Edit[],
  ): Promise<CompletionItem[]> {
    const { text: whole, offset } = hole.view;
    const able = [...new Set(fills)].filter(
      (text) => text.trim() !== '' && !beginsAgain(text, whole.slice(0, offset)) && this.#parses(hole, text),
    );
    const { types } = this.#parts.services;
    const added = edits ? { edits } : {};
    const results = types.knows(hole.file)
      ? await types.check(
          holeRequest(hole),
          able.map((text) => ({ text, ...added })),
          { deadline: edits ? 2000 : 500 },
          signal,
        )
      : [];
    const isLoose = (await types.hole(holeRequest(hole), signal))?.loose === true;
    return able.flatMap((text, i) => {
      const result = results[i] ?? 'unknown';
      if (result === 'error') return [];
      const checked = result === 'ok' && !isLoose;
      const loose = result === 'ok' && isLoose;
      // Not measured as the workspace's own are: a fixed rank behind a likely one of those.
      return [
        {
          text,
          confidence: result === 'ok' ? 0.5 : 0.4,
          origin: 'model',
          checked,
          ...(loose ? { loose } : {}),
          unasked: true,
          ...added,
        },
      ];
    });
  }

  #parses(hole: OpenHole, fill: string): boolean {
    const { text, offset, suffixOffset } = hole.view;
    const language = languageOf(hole.view.path);
    const { syntax } = this.#parts.services;
    const [before, after] = [text.slice(0, offset), text.slice(suffixOffset)];
    const errors = (middle: string) => syntax.parse(language, before + middle + after)?.errors;
    const found = errors(fill);
    // Code around a hole may be broken: the fill may leave no more errors than nothing, or than one plain name, would.
    return found === undefined || found <= Math.min(errors('') ?? found, errors('x') ?? found);
  }

  /** By hand, in a class that owes methods: each of them by itself. */
  async #methods(
    question: Question,
    chosen: ChosenModel,
    place: Place,
    signal: AbortSignal,
  ): Promise<readonly CompletionItem[] | undefined> {
    const { hole } = question;
    const { types } = this.#parts.services;
    const skeleton = await skeletonAt(types, holeRequest(hole), signal);
    if (!skeleton) return undefined;
    const capabilities = await chosen.model.capabilities(signal);
    const ask = { hole, extra: await this.#extra(question), chosen, capabilities, manual: true };
    const { edits } = skeleton;
    const verified = (text: string, now: AbortSignal) => this.#verified(hole, [text], now, edits);
    const text = await writeMethods(
      skeleton,
      {
        write: (before, after, own) => {
          const at: Place = { prefix: place.prefix + before, suffix: after + place.suffix, extent: 'whole' };
          return this.#lanes.run('complete', own, (lane) =>
            this.#stream({ ...ask, place: at }, lane, {}, () => undefined),
          );
        },
        holds: async (all, own) => {
          const [first] = await verified(all, own);
          return first?.checked === true || first?.loose === true;
        },
      },
      AbortSignal.any([signal, AbortSignal.timeout(METHODS)]),
    );
    signal.throwIfAborted();
    return text === undefined ? undefined : verified(text, signal);
  }

  /** By hand there is time: several samples, those that agree first, and what most of them begin with. */
  async #samples(ask: Ask, first: string, signal: AbortSignal): Promise<readonly CompletionItem[]> {
    const end = performance.now() + PATIENCE;
    const fills = [first];
    for (let seed = 1; seed < SAMPLES && performance.now() < end; seed++) {
      const lane = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.round(end - performance.now())))]);
      const more = await this.#lanes
        .run('complete', lane, (own) => this.#stream(ask, own, { temperature: 0.5, seed }, () => undefined))
        .catch(() => undefined);
      signal.throwIfAborted();
      if (more !== undefined) fills.push(more);
    }
    const items = await this.#verified(ask.hole, fused(fills), signal);
    if (items.length > 0) return items;
    const repaired = await this.#repair(ask, first, signal);
    return repaired === undefined ? [] : this.#verified(ask.hole, [repaired], signal);
  }

  /** A fill with errors is shown to its model with them, twice at most; what comes of it is found by the next request. */
  async #repair(ask: Ask, fill: string, signal = AbortSignal.timeout(20_000)): Promise<string | undefined> {
    const { hole, chosen, capabilities, place } = ask;
    try {
      const better = await this.#lanes.run('complete', signal, (lane) =>
        repair(
          {
            hole,
            fill,
            model: chosen.model,
            capabilities,
            services: this.#parts.services,
            sent: (prompt) => this.#tell(chosen.model.name, hole, prompt),
          },
          (text) => cutText(text, place, true).text,
          lane,
        ),
      );
      this.#cache.put(place.prefix, place.suffix, better ?? '');
      return better;
    } catch {
      // Superseded or failed says nothing about the place: who comes back asks anew.
      this.#cache.drop(place.prefix, place.suffix);
      return undefined;
    }
  }

  /** Ask for what follows an accepted fill before it is accepted, where the model is quick. */
  #ahead(ask: Ask, fill: string): void {
    if (this.#pace.latency > 600 || ask.place.extent !== 'block') return;
    const { hole, place } = ask;
    const next = { ...place, prefix: `${place.prefix}${fill}` };
    if (this.#cache.get(next.prefix, next.suffix) !== undefined) return;
    const text = hole.view.text.slice(0, hole.view.offset) + fill + hole.view.text.slice(hole.view.suffixOffset);
    const offset = hole.view.offset + fill.length;
    const moved = { ...hole, view: { ...hole.view, text, offset, suffixOffset: offset } };
    this.#start({ ...ask, hole: moved, place: next });
  }
}

const holeRequest = (hole: OpenHole) => ({
  file: hole.file,
  text: hole.request.text,
  offset: hole.view.offset,
  suffixOffset: hole.view.suffixOffset,
});

/** Distinct fills, the one that most samples agree with first; and the lines that at least two of them begin with. */
export function fused(fills: readonly string[]): readonly string[] {
  const votes = new Map<string, number>();
  for (const fill of fills) votes.set(fill, (votes.get(fill) ?? 0) + 1);
  const ranked = [...votes.keys()].sort((a, b) => (votes.get(b) ?? 0) - (votes.get(a) ?? 0));
  const shared = fills.flatMap((one, i) => fills.slice(i + 1).map((other) => commonLines(one, other)));
  const longest = shared.sort((a, b) => b.length - a.length)[0];
  return longest !== undefined && longest.trim() !== '' && !votes.has(longest) ? [...ranked, longest] : ranked;
}

function commonLines(one: string, other: string): string {
  const [a, b] = [one.split('\n'), other.split('\n')];
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return a.slice(0, n).join('\n');
}
