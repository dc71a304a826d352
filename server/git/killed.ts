/** What must not stay behind when the process is stopped in the middle: a half-written draft, a lock. */

/**
 * Ctrl-C and its like: `tidy` first, then what the signal does anyway.
 * @returns ends it: there is nothing to tidy any more.
 */
export function tidyWhenKilled(tidy: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = (signal: NodeJS.Signals) => {
    tidy();
    forget();
    // Whoever listens as well decides what becomes of the process; where nobody does, it ends as it would have.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = () => {
    for (const signal of signals) process.removeListener(signal, stop);
  };
  for (const signal of signals) process.on(signal, stop);
  return forget;
}
