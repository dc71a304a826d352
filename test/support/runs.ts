/** How often a property is tried: 200 by default, more at night (`MORTISE_FUZZ_RUNS`). */
export const runs = (usual = 200): { numRuns: number } => ({
  numRuns: Number(process.env['MORTISE_FUZZ_RUNS'] ?? usual),
});
