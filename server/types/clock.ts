/**
 * Deadlines that a busy machine does not turn into empty answers: time is counted in processor time of this process, as far
 * as it gets any. On a quiet machine that is the clock on the wall.
 */

/** Wall time at which a limit ends in any case, in multiples of it. */
const STRETCH = 8;

/** Milliseconds between two looks at the processor time: asking costs as much as some of the work that is timed. */
const LOOK = 3;

/** Says whether a limit in milliseconds, counted from now, is over. */
export function timeLimit(milliseconds: number): () => boolean {
  const started = performance.now();
  const before = process.cpuUsage();
  let next = milliseconds;
  return () => {
    const passed = performance.now() - started;
    if (passed <= next) return false;
    if (passed > STRETCH * milliseconds) return true;
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 > milliseconds) return true;
    next = passed + LOOK;
    return false;
  };
}
