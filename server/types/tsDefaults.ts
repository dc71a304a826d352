/**
 * What a project means that does not say it: TypeScript 6, which we bring along, takes other defaults than the versions before, and a
 * project of those would lose the types of Node and be read more strictly than its own compiler reads it.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import type ts from 'typescript';

/** The options of a project with the defaults of the TypeScript that it uses; what it says itself stands. */
export function withDefaults(options: ts.CompilerOptions, folder: string): ts.CompilerOptions {
  const version = versionFor(folder);
  if (version !== undefined && version >= 6) return options;
  return {
    ...options,
    // All of `node_modules/@types`, as it always was. Where no version is known more types are better than none.
    types: options.types ?? ['*'],
    ...(version === undefined ? {} : { strict: options.strict ?? false }),
  };
}

/** The major version that is installed for a folder, else the one that its package.json asks for. */
function versionFor(from: string): number | undefined {
  let asked: number | undefined;
  for (let folder = from; ; folder = dirname(folder)) {
    const installed = readJson(`${folder}/node_modules/typescript/package.json`)?.['version'];
    if (typeof installed === 'string') return majorOf(installed);
    const own = readJson(`${folder}/package.json`);
    for (const key of ['devDependencies', 'dependencies']) {
      const named = own?.[key];
      const range: unknown =
        typeof named === 'object' && named !== null && 'typescript' in named ? named.typescript : '';
      if (typeof range === 'string') asked ??= majorOf(range);
    }
    if (folder === dirname(folder)) return asked;
  }
}

function majorOf(version: string): number | undefined {
  const digits = /\d+/.exec(version)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof read === 'object' && read !== null ? { ...read } : undefined;
  } catch {
    return undefined; // not there, or no JSON: nothing is known
  }
}
