/** Fixtures of holes: a folder with a case.json, and the file whose hole is written as a comment with a bar in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { afterEach, expect } from 'vitest';
import { takeFaults } from '../../server/types/faults.ts';
import { TsCore } from '../../server/types/tsCore.ts';
import type { HoleRequest } from '../../server/types/typeEngine.ts';

export const cursor = '/*|*/';
const fixtures = resolve('test/fixtures/complete');

export interface HoleCase {
  readonly file: string;
  readonly expected?: string;
  readonly from?: 'checker' | 'prior';
  readonly place?: string;
  readonly broken?: boolean;
  /** These stand among the first `top` checked candidates. */
  readonly items?: readonly string[];
  readonly top?: number;
  /** These are among the candidates. */
  readonly all?: readonly string[];
  /** These are not. */
  readonly none?: readonly string[];
  /** Of the variables among the candidates these, and no others, wait for a use. */
  readonly waits?: readonly string[];
  /** These are refused by the check. */
  readonly not?: readonly string[];
  readonly edit?: string;
  readonly context?: readonly { readonly source: string; readonly names: readonly string[] }[];
  readonly headers?: readonly string[];
  readonly notHeaders?: readonly string[];
  readonly types?: readonly string[];
}

export interface OpenCase {
  readonly name: string;
  readonly root: string;
  readonly expectation: HoleCase;
  readonly request: HoleRequest;
}

export function holeCases(select: (name: string) => boolean): OpenCase[] {
  return readdirSync(fixtures)
    .filter((name) => select(name))
    .map((name) => {
      const root = join(fixtures, name);
      const expectation: HoleCase = JSON.parse(readFileSync(join(root, 'case.json'), 'utf8'));
      return { name, root, expectation, request: marked(join(root, expectation.file)) };
    });
}

/** The request that a file with a cursor in it means. */
export function marked(file: string, written = readFileSync(file, 'utf8')): HoleRequest {
  const offset = written.indexOf(cursor);
  if (offset < 0) throw new Error(`${file} has no ${cursor}`);
  return { file, text: written.slice(0, offset) + written.slice(offset + cursor.length), offset };
}

// A part that fails would only be missing from an answer.
afterEach(() => expect(takeFaults()).toEqual([]));

const shared = new TsCore(createRequire(import.meta.url)('typescript'));

/** The core of this test file, opened at a folder: TypeScript runs in process and its libraries are read once. */
export function coreFor(root: string): TsCore {
  shared.openRoot(root);
  return shared;
}
