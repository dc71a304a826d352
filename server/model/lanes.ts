/** One request in flight for each task: a newer one aborts the older on the wire, since a local server does one at a time. */
export class Lanes<Task extends string> {
  readonly #running = new Map<Task, AbortController>();

  /** Run in a task's lane. The signal handed to `work` aborts with the caller's, or when the next request takes the lane. */
  async run<T>(task: Task, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#running.get(task)?.abort(new DOMException('A newer request took its place.', 'AbortError'));
    const own = new AbortController();
    this.#running.set(task, own);
    try {
      return await work(AbortSignal.any([signal, own.signal]));
    } finally {
      if (this.#running.get(task) === own) this.#running.delete(task);
    }
  }

  stop(): void {
    for (const running of this.#running.values()) running.abort();
    this.#running.clear();
  }
}
