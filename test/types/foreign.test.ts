import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { isOfCopiedClass } from '../../server/types/check/tsForeign.ts';

/** As the checker words it where a getter of the class leads to private members that hold the class. */
const error = (from: string, to: string, code = 2345): ts.Diagnostic => ({
  category: ts.DiagnosticCategory.Error,
  code,
  file: undefined,
  start: 0,
  length: 4,
  messageText: {
    messageText: "Argument of type 'this' is not assignable to parameter of type 'Box'.",
    category: ts.DiagnosticCategory.Error,
    code,
    next: [
      {
        messageText: `Type '${from}' is not assignable to type '${to}'.`,
        category: ts.DiagnosticCategory.Error,
        code: 2322,
      },
    ],
  },
});

const copied = 'import("/app/.mortise-copy-8").Box';

describe('a class that the checked copy declares once more', () => {
  it('is the class of its file, and no other', () => {
    const is = (each: ts.Diagnostic): boolean => isOfCopiedClass(ts, '/app/src/shape.ts', each);
    expect(is(error(copied, 'import("/app/src/shape").Box'))).toBe(true);
    expect(is(error(copied, 'import("/app/src/shape").Lid'))).toBe(false);
    expect(is(error(copied, 'import("/app/src/other").Box'))).toBe(false);
    expect(is(error('Box', 'import("/app/src/shape").Box'))).toBe(false);
    expect(is(error(copied, 'import("/app/src/shape").Box', 2339))).toBe(false);
  });
});
