/**
 * A fixed table in place of the trained model, for this process and those it starts (git's driver and mergetool among them):
 * what is safe must not change under the tests with the next training.
 */
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

export const fixedModels = join(import.meta.dirname, '../fixtures/models');

/** In a test file or a `describe`: its tests rank by the fixed table. */
export function rankByFixedTable(): void {
  const before = process.env['MORTISE_MODELS'];
  beforeAll(() => {
    process.env['MORTISE_MODELS'] = fixedModels;
  });
  afterAll(() => {
    if (before === undefined) delete process.env['MORTISE_MODELS'];
    else process.env['MORTISE_MODELS'] = before;
  });
}
