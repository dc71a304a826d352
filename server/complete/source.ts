/**
 * Where completions of several origins meet: the workspace first (no model, milliseconds), a model's text after it. Each
 * source sees what came before and may decline; every step gives the whole list, best first; an abort ends all of it.
 * A new origin is one more `CompletionSource` in the list that `server/lsp/completions.ts` asks.
 */
import type { TypedHole } from '../types/typeEngine.ts';
import type { Completer, CompletionItem, OpenHole } from './complete.ts';
import type { BuiltContext } from './context/retrieveContext.ts';
import type { Early } from './items/checkItems.ts';
import { sameText } from './postprocess.ts';

/** automatic: nobody asked, so only what is likely right is shown. manual: the best there is. */
export type Asked = 'automatic' | 'manual';

/** A hole with what all sources need to know about it; the context is built once for each budget. */
export interface Question {
  readonly hole: OpenHole;
  readonly typed: TypedHole | undefined;
  readonly asked: Asked;
  context(budget: number): Promise<BuiltContext>;
}

/** A completion with the source that gave it, in words for people. */
export interface SourcedItem extends CompletionItem {
  readonly source: string;
}

export interface CompletionSource {
  /** For people: `workspace`, or a model's name. */
  readonly name: string;
  /** Completions, best first; nothing to say is an empty list. Rejects only for an abort. */
  offer(
    question: Question,
    soFar: readonly SourcedItem[],
    signal: AbortSignal,
    /** Hears of what stands before the rest is known. */
    early?: Early,
  ): Promise<readonly CompletionItem[]>;
}

/** Tokens of context that the workspace's own candidates are ranked by. */
export const RANKING_BUDGET = 512;

export function ask(
  completer: Completer,
  hole: OpenHole,
  typed: TypedHole | undefined,
  asked: Asked,
  signal: AbortSignal,
): Question {
  const built = new Map<number, Promise<BuiltContext>>();
  return {
    hole,
    typed,
    asked,
    context: (budget) => {
      const known = built.get(budget);
      if (known) return known;
      const made = completer.context(hole, budget, signal);
      built.set(budget, made);
      return made;
    },
  };
}

/** Completions from nothing but the workspace. */
export function workspaceSource(completer: Completer): CompletionSource {
  return {
    name: 'workspace',
    offer: async (question, _soFar, signal, early) => {
      const { likely } = await question.context(RANKING_BUDGET);
      return completer.items(question.hole, likely, signal, early);
    },
  };
}

/**
 * The list after each source, best first. A source that fails is told to `failed` and gives nothing; `early` hears of the
 * list as it stands while a source is still at work.
 */
export async function* offers(
  sources: readonly CompletionSource[],
  question: Question,
  signal: AbortSignal,
  failed: (source: string, error: unknown) => void,
  early?: (items: readonly SourcedItem[]) => void,
): AsyncGenerator<readonly SourcedItem[]> {
  let items: readonly SourcedItem[] = [];
  for (const source of sources) {
    signal.throwIfAborted();
    try {
      const before = items;
      const tell = early && ((found: readonly CompletionItem[]) => early(united(before, found, source.name)));
      items = united(items, await source.offer(question, items, signal, tell), source.name);
    } catch (error) {
      signal.throwIfAborted();
      failed(source.name, error);
    }
    yield items;
  }
}

/** Two texts that differ in space only are one: the surer stays, and an earlier one before a later. */
export function united(
  known: readonly SourcedItem[],
  added: readonly CompletionItem[],
  source: string,
): readonly SourcedItem[] {
  const best = new Map(known.map((item) => [sameText(item.text), item]));
  for (const item of added) {
    const key = sameText(item.text);
    const same = best.get(key);
    if (!same || item.confidence > same.confidence) best.set(key, { ...item, source });
  }
  return [...best.values()].sort((x, y) => y.confidence - x.confidence);
}
