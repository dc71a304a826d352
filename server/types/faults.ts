/**
 * What goes wrong inside TypeScript, or in a reading of ours, costs the part of an answer that was being made, and no more:
 * the other generators, pieces and fills stand. What went wrong is kept here until whoever answers takes it, to be told.
 */
const faults: string[] = [];
const most = 20;

/** What `run` gives; `otherwise` where it throws. `what` names the part in the log. */
export function attempt<T>(what: string, run: () => T, otherwise: T): T {
  try {
    return run();
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (faults.length < most) faults.push(`${what}: ${said}`);
    return otherwise;
  }
}

/** One line each, with its stack; none is told twice. */
export function takeFaults(): string[] {
  return faults.splice(0);
}
