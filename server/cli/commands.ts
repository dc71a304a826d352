/**
 * Every command but `merge`, and the half of `merge` that resolves conflicts: a bundle of its own (dist/commands.cjs), since
 * reading and compiling it takes longer than a merge that git can finish. Each command is evaluated when it is called.
 */
import type { Io } from './io.ts';

export { version } from '../services.ts';
export { called } from './called.ts';

export interface Command {
  readonly help: string;
  readonly run: (args: readonly string[], io: Io) => Promise<number>;
}

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  resolve: () => import('./resolve.ts'),
  choose: () => import('./choose.ts'),
  undo: () => import('./undo.ts'),
  review: () => import('./review.ts'),
  check: () => import('./check.ts'),
  audit: () => import('./audit.ts'),
  preview: () => import('./preview.ts'),
  mergetool: () => import('./mergetool.ts'),
  install: () => import('./install.ts'),
  uninstall: () => import('./uninstall.ts'),
  doctor: () => import('./doctor.ts'),
  complete: () => import('./complete.ts'),
  models: () => import('./models.ts'),
  batch: () => import('./batch.ts'),
  lsp: () => import('./lsp.ts'),
  mine: () => import('./mine.ts'),
  features: () => import('./features.ts'),
  learn: () => import('./learn.ts'),
  demo: () => import('./demo.ts'),
};

export async function loadCommand(name: string): Promise<Command | undefined> {
  return commands[name]?.();
}

export const loadMergeConflicts = () => import('./mergeConflicts.ts');
