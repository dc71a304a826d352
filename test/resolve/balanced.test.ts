import { beforeAll, describe, expect, it } from 'vitest';
import { balancedBound } from '../../server/resolve/balanced.ts';
import { loadRanker } from '../../server/resolve/loadRanker.ts';
import { resolveMarked, type Services } from '../../server/resolve/resolve.ts';
import { testSyntax } from '../support/syntax.ts';

let services: Services;
beforeAll(async () => {
  const syntax = await testSyntax('typescript', 'java');
  services = { syntax, ranker: loadRanker('models', syntax).ranker };
});

/** Every file that a resolution of the one conflict of a marked text would give, by the names of its generators. */
function results(path: string, text: string): Map<string, string> {
  const [conflict, ...others] = resolveMarked({ path, text }, services);
  if (!conflict || others.length > 0) throw new Error('one conflict is expected');
  const { start, end } = conflict.span;
  const found = new Map<string, string>();
  for (const { candidate } of conflict.resolutions)
    for (const name of candidate.generators) found.set(name, text.slice(0, start) + candidate.text + text.slice(end));
  return found;
}

/** As git writes it by default: what both sides share at the ends of the conflict stands outside. */
const sharedBrace = {
  swift: `func a() {
  return 1
}

<<<<<<< ours
func b() {
  return 2
||||||| base
=======
func c() {
  return 3
>>>>>>> theirs
}
`,
  attributes: `class A {
  int x;

  @Test
<<<<<<< ours
  void b() {
    run(2);
||||||| base
=======
  void c() {
    run(3);
>>>>>>> theirs
  }
}
`,
  nested: `it('a', () => {
  a();
});

<<<<<<< ours
describe('b', () => {
  it('c', () => {
    b();
||||||| base
=======
describe('d', () => {
  it('e', () => {
    d();
>>>>>>> theirs
  });
});
`,
};

describe('two added blocks that share their closing brace', () => {
  it('keeps both whole without a grammar, in either order', () => {
    const found = results('a.swift', sharedBrace.swift);
    const a = 'func a() {\n  return 1\n}\n';
    const [b, c] = ['func b() {\n  return 2\n}\n', 'func c() {\n  return 3\n}\n'];
    expect(found.get('left+right, each closed')).toBe(`${a}\n${b}\n${c}`);
    expect(found.get('right+left, each closed')).toBe(`${a}\n${c}\n${b}`);
  });

  it('gives the second its own attribute and empty line', () => {
    expect(results('A.java', sharedBrace.attributes).get('left+right, each closed')).toBe(
      'class A {\n  int x;\n\n  @Test\n  void b() {\n    run(2);\n  }\n\n  @Test\n  void c() {\n    run(3);\n  }\n}\n',
    );
  });

  it('closes as many brackets as were opened', () => {
    expect(results('a.test.ts', sharedBrace.nested).get('left+right, each closed')).toBe(
      "it('a', () => {\n  a();\n});\n\ndescribe('b', () => {\n  it('c', () => {\n    b();\n  });\n});\n\ndescribe('d', () => {\n  it('e', () => {\n    d();\n  });\n});\n",
    );
  });

  it('is one text with the merge of the syntax trees', () => {
    expect(results('A.java', sharedBrace.attributes).get('structured merge')).toBe(
      results('A.java', sharedBrace.attributes).get('left+right, each closed'),
    );
  });

  it('is not offered where the lines below belong to the base', () => {
    const text =
      'if (a) {\n  s();\n<<<<<<< o\n}\nif (b) {\n  t();\n||||||| base\n=======\n}\nif (c) {\n  u();\n>>>>>>> t\n}\n';
    expect([...results('a.ts', text).keys()].filter((name) => name.endsWith('each closed'))).toEqual([]);
  });

  it('is not offered where the hunk replaces text, or balances', () => {
    const replaced = sharedBrace.swift.replace('||||||| base\n', '||||||| base\nfunc o() {\n  return 0\n');
    const whole = 'a\n<<<<<<< o\nb()\n||||||| base\n=======\nc()\n>>>>>>> t\n}\n';
    for (const text of [replaced, whole])
      expect([...results('a.swift', text).keys()].filter((name) => name.endsWith('each closed'))).toEqual([]);
  });
});

describe('the bound of a proposal', () => {
  const bound = (left: string, right: string, base: string | undefined, before: string, after: string) =>
    balancedBound(
      { path: 'a.ts', sides: { left, right, ...(base === undefined ? {} : { base }) }, before, after },
      services.syntax,
    );

  it('is the conflict where it balances', () => {
    expect(bound('f();\n', 'g();\n', 'h();\n', 'a\n', 'b\n')).toEqual({ before: '', after: '' });
  });

  it('takes in what the sides leave open, also where an empty base does not', () => {
    expect(bound('if (a) {\n', 'if (b) {\n', 'if (c) {\n', 'x\n', '  y\n}\nz\n')).toEqual({
      before: '',
      after: '  y\n}\n',
    });
    expect(bound('f() {\n', 'g() {\n', '', 'x\n', '}\nz\n')).toEqual({ before: '', after: '}\n' });
    expect(bound('f() {\n', 'g() {\n', undefined, 'x\n', '}\nz\n')).toEqual({ before: '', after: '}\n' });
    expect(bound('} else {\n', '} else if (b) {\n', '', 'if (a) {\n', '}\n')).toEqual({
      before: 'if (a) {\n',
      after: '}\n',
    });
  });

  it('is not known where the sides leave different brackets open', () => {
    expect(bound('f() {\n', 'g();\n', 'h();\n', '', '}\n')).toBeUndefined();
  });
});
