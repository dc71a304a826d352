const night = process.env['MORTISE_NIGHTLY'] === '1';

/** How often a property is tried: 200 by default, more at night (`MORTISE_FUZZ_RUNS`). */
export const runs = (usual = 200): { numRuns: number } => ({
  numRuns: Number(process.env['MORTISE_FUZZ_RUNS'] ?? usual),
});

/** A test's time limit, milliseconds; at night, with fifty times as many runs, an hour. */
export const within = (usual: number): number => (night ? 3_600_000 : usual);
