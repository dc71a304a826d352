import { describe, expect, it } from 'vitest';
import type { HoleView } from '../../server/complete/context/retrieve.ts';
import { holeTokens } from '../../server/complete/holeTokens.ts';
import type { WorkspaceIndex } from '../../server/complete/index/index.ts';
import { Vocabulary } from '../../server/complete/index/ngram.ts';
import { answersTwice } from '../../server/complete/items/pointless.ts';
import { leadOf } from '../../server/complete/items/shapes.ts';
import { lexTemplates } from '../../server/complete/templateCode.ts';
import { lexCode } from '../../server/complete/tokens.ts';

/** The tokens around the bar. */
function around(written: string) {
  const offset = written.indexOf('|');
  const text = written.slice(0, offset) + written.slice(offset + 1);
  // Only these parts are read for tokens.
  const view = { text, offset, suffixOffset: offset, buffer: { family: 'ecma' } } as HoleView;
  const tokens = holeTokens({ vocabulary: new Vocabulary() } as WorkspaceIndex, view);
  for (const [part, from] of [
    [tokens.before, 0],
    [tokens.after, offset],
  ] as const)
    for (const [i, token] of part.texts.entries())
      if (/\w/.test(token)) expect(text.startsWith(token, from + (part.starts[i] ?? 0)), token).toBe(true);
  return { ...tokens, left: tokens.before.texts.join(' '), right: tokens.after.texts.join(' '), lead: leadOf(tokens) };
}

describe('code in templates', () => {
  it('stands behind the template, as the values of a call', () => {
    const { texts } = lexTemplates('f(`a ${b.c} d ${e({ g: "}" })} h`, i);');
    expect(texts.slice(2).join(' ')).toBe('`a ${b.c} d ${e({ g: "}" })} h` ` ( b . c , e ( { g : "}" } ) ) , i ) ;');
  });

  it.each(['`a ${b ? `c` : d} e`', '`a ${b', '`a } b`', "it's `a", '`\\${a}`'])(
    'leaves alone what it cannot tell: %s',
    (text) => {
      expect(lexTemplates(text)).toEqual(lexCode(text));
    },
  );

  it('has its neighbours in the same template, and what follows that', () => {
    const { left, right, stops, argument } = around('const x = `a ${b.c} d ${|} e ${f} g`; const h = "i";');
    expect(left).toBe('const x = ` ( b . c ,');
    expect(right).toBe(', f ) ; const h = "i" ;');
    expect(stops).toEqual([',']);
    expect(argument).toBe(1);
  });

  it('is read on where its brace is not closed yet', () => {
    const { left, right } = around('const x = `a ${f({ b: 1 }, |\nconst y = 1;');
    expect(left).toBe('const x = ` ( f ( { b : 1 } ,');
    expect(right).toContain('const y = 1');
  });

  it('is told from an escaped mark and from text in braces', () => {
    expect(around('const x = `{a} \\${b} ${c|}`;').left).toBe('const x = ` ( c');
  });
});

describe('what a question mark follows', () => {
  it('is asked, and not called as the answer is', () => {
    const { target, lead } = around('const title = | ? "a" : "b";');
    expect({ target, lead }).toEqual({ target: undefined, lead: 'condition' });
    expect(around('f(a, | ? 1 : 2)').callee).toBeUndefined();
    expect(around('const title = |;').target).toBe('title');
  });

  it('is not asked and answered in one fill', () => {
    const answers = (written: string, fill: string): boolean => answersTwice(around(written), lexCode(fill).texts);
    expect(answers('const a = | ? b : c;', 'd ? e : f')).toBe(true);
    expect(answers('const a = | ? b : c;', 'd(e ? f : g)')).toBe(false);
    expect(answers('const a = |;', 'd ? e : f')).toBe(false);
  });
});
