/**
 * The built product as it is installed, in a folder of its own, with a fixed ranking table in place of the trained model:
 * what is safe and what is not must not change under the tests with the next training.
 */
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Imports and equal changes are safe, what combines words is likely, a plain side is a guess. */
const table = {
  counts: {
    'import set': [100_000, 100_000],
    'same change': [100_000, 100_000],
    'token merge': [9000, 10_000],
    left: [30, 10_000],
    right: [20, 10_000],
    base: [0, 10_000],
    'left+right': [0, 10_000],
    'right+left': [0, 10_000],
  },
  safe: ['import set', 'same change'],
};

export function installProduct(folder: string): void {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  mkdirSync(join(folder, 'models'), { recursive: true });
  for (const name of [
    'package.json',
    'images',
    'dist/extension.cjs',
    'dist/server.cjs',
    'dist/typesWorker.cjs',
    'dist/cli.cjs',
    'dist/commands.cjs',
    'dist/mayBeProven.cjs',
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  rmSync(join(folder, 'grammars'), { force: true });
  symlinkSync(join(root, 'grammars'), join(folder, 'grammars'));
  rmSync(join(folder, 'dist/typescript'), { force: true });
  symlinkSync(join(root, 'node_modules/typescript'), join(folder, 'dist/typescript'));
  writeFileSync(join(folder, 'models/table.json'), JSON.stringify(table));
}
