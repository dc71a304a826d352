/** What the type engine and its worker say to one another. */
import type { CheckLimits, ContextLimits, EnumerateLimits, Fill, HoleRequest } from './typeEngine.ts';

export type WorkerCall =
  | { readonly method: 'open'; readonly root: string; readonly file?: string }
  | { readonly method: 'hole'; readonly request: HoleRequest }
  | { readonly method: 'context'; readonly request: HoleRequest; readonly limits: ContextLimits }
  | { readonly method: 'enumerate'; readonly request: HoleRequest; readonly limits: EnumerateLimits }
  | {
      readonly method: 'check';
      readonly request: HoleRequest;
      readonly fills: readonly Fill[];
      readonly limits: CheckLimits;
    }
  | { readonly method: 'imports'; readonly request: HoleRequest; readonly texts: readonly string[] }
  | { readonly method: 'bring'; readonly request: HoleRequest; readonly prefix: string }
  | { readonly method: 'missing'; readonly request: HoleRequest }
  | { readonly method: 'errorReport'; readonly file: string; readonly text: string }
  | { readonly method: 'changed'; readonly files: readonly string[] }
  | { readonly method: 'buffer'; readonly file: string; readonly text: string | undefined };

export interface WorkerRequest {
  readonly id: number;
  readonly call: WorkerCall;
}

export interface WorkerReply {
  readonly id: number;
  readonly result?: unknown;
  readonly aborted?: true;
  readonly failure?: string;
  /** What failed in parts of the answer (faults.ts). */
  readonly faults?: readonly string[];
}

/** Request `id` is aborted when cell `id % size` holds it. */
export function abort(cells: Int32Array, id: number): void {
  Atomics.store(cells, id % cells.length, id);
}

export function isAborted(cells: Int32Array, id: number): boolean {
  // 0 marks what nobody waits for; the cells begin with it.
  return id !== 0 && Atomics.load(cells, id % cells.length) === id;
}
