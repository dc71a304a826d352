/** Kind "hole" of `mortise batch`: reads a request as it came, answers in the protocol's shape. */
import { isAbsolute, resolve } from 'node:path';
import type { Edit } from '../text/span.ts';
import { type Completer, type CompletionRequest, guessExpected } from './complete.ts';

export interface HoleAnswer {
  readonly id: unknown;
  readonly expected: string | null;
  readonly context: readonly {
    readonly source: string;
    readonly path: string;
    readonly text: string;
    readonly tokens: number;
    readonly reason: string;
  }[];
  readonly items: readonly HoleAnswerItem[];
  readonly contextMs: number;
  /** From the context to the first item that stands; `allMs` to the whole list. */
  readonly itemsMs: number;
  readonly allMs: number;
  readonly ms: number;
  /** Why an answer is weaker than it could be, for people. */
  readonly notes?: readonly string[];
}

export interface HoleAnswerItem {
  readonly text: string;
  readonly confidence: number;
  readonly origin: string;
  readonly checked: boolean;
  readonly edits?: readonly { readonly start: number; readonly end: number; readonly text: string }[];
}

const round = (ms: number): number => Math.round(ms * 100) / 100;

/** Projects that were opened, so that the first hole of a root waits for its program and the next ones do not. */
const opened = new WeakMap<Completer, Map<string, Promise<unknown>>>();

/**
 * Answers one hole. `request` is what JSON gave.
 * @throws TypeError naming the field when the request is not of the protocol's shape.
 */
export async function completeHole(request: unknown, completer: Completer, signal?: AbortSignal): Promise<HoleAnswer> {
  const started = performance.now();
  const asked = readRequest(request);
  await Promise.all([openOnce(completer, asked.root, signal), completer.workspace(asked.root)]);
  const contextStarted = performance.now();
  const hole = await completer.open(asked, signal);
  if (!hole) {
    const notes = ['no completion here: not code of a known language, generated, minified, or larger than 512 KB'];
    return {
      id: asked.id,
      expected: null,
      context: [],
      items: [],
      contextMs: 0,
      itemsMs: 0,
      allMs: 0,
      ms: round(performance.now() - started),
      notes,
    };
  }
  const [typed, built] = await Promise.all([
    completer.typedHole(hole, signal),
    completer.context(hole, asked.budget, signal),
  ]);
  const itemsStarted = performance.now();
  let first: number | undefined;
  const items = await completer.items(hole, built.likely, signal, () => {
    first = performance.now();
  });
  const ended = performance.now();
  const { notes } = hole.workspace.index;
  return {
    id: asked.id,
    expected: typed?.expected ?? guessExpected(hole.view) ?? null,
    context: built.items,
    items: items.map(({ edits, confidence, ...item }) => ({
      ...item,
      confidence: Math.round(confidence * 1e4) / 1e4,
      ...(edits ? { edits: edits.map(flat) } : {}),
    })),
    contextMs: round(itemsStarted - contextStarted),
    itemsMs: round((first ?? ended) - itemsStarted),
    allMs: round(ended - itemsStarted),
    ms: round(ended - started),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

const flat = (edit: Edit) => ({ start: edit.span.start, end: edit.span.end, text: edit.text });

async function openOnce(completer: Completer, root: string, signal: AbortSignal | undefined): Promise<void> {
  const roots = opened.get(completer) ?? new Map<string, Promise<unknown>>();
  opened.set(completer, roots);
  if (!roots.has(root)) roots.set(root, completer.services.types.open(root, signal));
  await roots.get(root);
}

interface AskedHole extends CompletionRequest {
  readonly id: unknown;
  readonly budget: number;
}

function readRequest(request: unknown): AskedHole {
  if (typeof request !== 'object' || request === null) throw new TypeError('a hole is an object');
  const { id, root, path, text, offset, budget, suffixOffset } = request as Record<string, unknown>; // fields are checked below
  if (typeof root !== 'string' || root === '') throw new TypeError('a hole needs "root", the folder of its repository');
  if (typeof path !== 'string' || path === '') throw new TypeError('a hole needs "path"');
  if (typeof text !== 'string') throw new TypeError('a hole needs "text", the buffer');
  if (typeof offset !== 'number' || !Number.isInteger(offset) || offset < 0 || offset > text.length) {
    throw new TypeError('a hole needs "offset", a place in its text');
  }
  if (
    suffixOffset !== undefined &&
    (typeof suffixOffset !== 'number' || suffixOffset < offset || suffixOffset > text.length)
  ) {
    throw new TypeError('"suffixOffset" is a place in the text at or after "offset"');
  }
  const tokens = budget === undefined ? 1024 : budget;
  if (typeof tokens !== 'number' || !Number.isFinite(tokens) || tokens < 0)
    throw new TypeError('"budget" is a number of tokens');
  const folder = isAbsolute(root) ? root : resolve(root);
  return {
    id,
    root: folder,
    path,
    text,
    offset,
    budget: tokens,
    ...(suffixOffset === undefined ? {} : { suffixOffset }),
  };
}
