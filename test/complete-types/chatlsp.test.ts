import { describe, expect, it } from 'vitest';
import {
  aiTutorial,
  errorMessage,
  errorReport,
  expectedType,
  retrieveRelevantHeaders,
  retrieveRelevantTypes,
} from '../../server/complete/chatlsp.ts';
import { noTypes, type TypeEngine } from '../../server/types/typeEngine.ts';
import { coreFor, holeCases } from '../types/fixtures.ts';

/** The engine's methods over a core in process. */
function engineFor(root: string): TypeEngine {
  const core = coreFor(root);
  return {
    ...noTypes,
    hole: async (request) => core.hole(request),
    context: async (request, limits = {}) => core.context(request, limits),
    errorReport: async (file, text) => core.errorReport(file, text),
  };
}

describe('ChatLSP on five apps of the MVU kind', () => {
  for (const { name, root, expectation, request } of holeCases((name) => name.startsWith('mvu-'))) {
    it(name, async () => {
      const engine = engineFor(root);
      expect((await expectedType(engine, request)).type).toBe(expectation.expected);
      const headers = (await retrieveRelevantHeaders(engine, request)).map((header) => header.name);
      expect(headers).toEqual(expect.arrayContaining([...(expectation.headers ?? [])]));
      for (const other of expectation.notHeaders ?? []) expect(headers).not.toContain(other);
      const types = await retrieveRelevantTypes(engine, request);
      const names = types.map((type) => type.name);
      expect(names).toEqual(expect.arrayContaining([...(expectation.types ?? [])]));
      expect(new Set(names).size).toBe(names.length);
    }, 30_000);
  }
});

describe('ChatLSP errors', () => {
  it('tells the errors of a fill, and nothing for a good one', async () => {
    const [first] = holeCases((name) => name === 'mvu-cart');
    if (!first) throw new Error('the fixture is gone');
    const engine = engineFor(first.root);
    const bad = await errorReport(engine, first.request, '(cart) => cart.linse');
    expect(bad?.some((error) => error.inFill && error.code === 2551)).toBe(true);
    expect(errorMessage(bad ?? [])).toMatch(/line 4: .*linse/);
    expect(await errorReport(engine, first.request, '(cart) => cart')).toEqual([]);
    const broken = await errorReport(engine, first.request, '(cart) => {');
    expect(broken?.[0]?.kind).toBe('syntax');
  });

  it('says that nothing is known without an engine', async () => {
    const request = { file: '/a.ts', text: '', offset: 0 };
    expect(await expectedType(noTypes, request)).toEqual({ type: null, from: null, hole: null });
    expect(await retrieveRelevantHeaders(noTypes, request)).toEqual([]);
    expect(await retrieveRelevantTypes(noTypes, request)).toEqual([]);
    expect(await errorReport(noTypes, request, 'x')).toBeNull();
    expect(aiTutorial('/a.ts')).toContain('TypeScript');
  });
});
