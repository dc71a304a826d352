/** Two projects: everything that runs in milliseconds, side by side; and the real editor, one file at a time. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // In the editor alone there is a module of this name.
        resolve: { alias: { vscode: new URL('test/extension/vscode.ts', import.meta.url).pathname } },
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/editor/**', 'test/fixtures/**'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        test: {
          name: 'editor',
          include: ['test/editor/**/*.test.ts'],
          // A busy machine now and then lets one wait of a browser run out; a fault fails each time.
          retry: 2,
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 240_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
