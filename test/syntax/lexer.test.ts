import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LanguageId, languages } from '../../server/syntax/languages.ts';
import { lexicalTokens } from '../../server/syntax/lexer.ts';
import { languageById } from '../support/syntax.ts';

const numRuns = Number(process.env['MORTISE_FUZZ_RUNS'] ?? 200);

function tokensOf(id: LanguageId, text: string): string[] {
  const tokens = lexicalTokens(languageById(id), text);
  return Array.from({ length: tokens.count }, (_, i) => text.slice(tokens.start[i], tokens.end[i]));
}

/** Text that looks like code of every family, mixed with anything. */
const code = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "'",
        '`',
        '"""',
        "'''",
        '/*',
        '*/',
        '//',
        '#',
        '<!--',
        '-->',
        '\\',
        '\n',
        '\r\n',
        ' ',
        '\t',
        'a',
        'x1',
        '$v',
        '😀',
        '{',
        '}',
        '0x1f',
        '1.5e3',
        '::',
        '>>>=',
        'é',
        '\u00a0',
        '\u0301',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('lexicalTokens', () => {
  for (const language of [...languages, undefined]) {
    it(`covers every unit of ${language?.name ?? 'an unknown language'} that is not space, once and in order`, () => {
      fc.assert(
        fc.property(code, (text) => {
          const { count, start, end } = lexicalTokens(language, text);
          let at = 0;
          for (let i = 0; i < count; i++) {
            const [from, to] = [start[i] ?? -1, end[i] ?? -1];
            expect(from).toBeGreaterThanOrEqual(at);
            expect(to).toBeGreaterThan(from);
            expect(text.slice(at, from)).toMatch(/^\s*$/);
            at = to;
          }
          expect(text.slice(at)).toMatch(/^\s*$/);
        }),
        { numRuns: Math.max(20, numRuns / 4) },
      );
    });
  }

  const cases: [LanguageId, string, string[]][] = [
    ['typescript', "const a=b??'x y'; // it's ok", ['const', 'a', '=', 'b', '??', "'x y'", ';', '//', "it's", 'ok']],
    ['typescript', 'Map<A, Set<B>>', ['Map', '<', 'A', ',', 'Set', '<', 'B', '>', '>']],
    ['java', 'x = """\n  a b""";', ['x', '=', '"""', 'a', 'b', '"""', ';']],
    ['csharp', '#region X\n@class x', ['#region', 'X', '@class', 'x']],
    [
      'python',
      "def f(x): '''doc it'''  # don't",
      ['def', 'f', '(', 'x', ')', ':', "'''", 'doc', 'it', "'''", '#', "don't"],
    ],
    ['go', 'a := `raw x`', ['a', ':=', '`', 'raw', 'x', '`']],
    [
      'rust',
      "fn f<'a>(x: &'a str) -> u8 { println!('c') }",
      [
        'fn',
        'f',
        '<',
        "'a",
        '>',
        '(',
        'x',
        ':',
        '&',
        "'a",
        'str',
        ')',
        '->',
        'u8',
        '{',
        'println!',
        '(',
        "'c'",
        ')',
        '}',
      ],
    ],
    ['c', '#include <a.h>\nint x = 0xFFu;', ['#include', '<', 'a', '.', 'h', '>', 'int', 'x', '=', '0xFFu', ';']],
    ['json', '{"a-b": "1.2.3", "n": -1.5e3}', ['{', '"a-b"', ':', '"1.2.3"', ',', '"n"', ':', '-', '1.5e3', '}']],
    ['yaml', 'runs-on: ubuntu # the host', ['runs-on', ':', 'ubuntu', '#', 'the', 'host']],
    ['toml', '[[bin]]\na-b = "x" # c', ['[[', 'bin', ']]', 'a-b', '=', '"x"', '#', 'c']],
    ['properties', "# a b\nx.y=don't", ['#', 'a', 'b', 'x', '.y', '=', 'don', "'", 't']],
    [
      'xml',
      '<a b-c="d e">t</a><!-- f g -->',
      ['<', 'a', 'b-c', '=', '"d e"', '>', 't', '</', 'a', '>', '<!--', 'f', 'g', '-->'],
    ],
    [
      'css',
      '.btn-x { --main: #06c; width: 50% }',
      ['.btn-x', '{', '--main', ':', '#', '06c', ';', 'width', ':', '50%', '}'],
    ],
    ['markdown', "## It's [xy](z) **bold**", ['##', "It's", '[', 'xy', '](', 'z', ')', '**', 'bold', '**']],
    ['bash', 'echo "$a" && x=$b # c', ['echo', '"$a"', '&&', 'x', '=', '$b', '#', 'c']],
    ['php', '$a->b = "x"; // c', ['$a', '->', 'b', '=', '"x"', ';', '//', 'c']],
    ['ruby', 'x.nil? ? :a : @b', ['x', '.', 'nil?', '?', ':a', ':', '@b']],
    ['kotlin', 'val s = a?.b ?: "c"', ['val', 's', '=', 'a', '?.', 'b', '?:', '"c"']],
  ];
  for (const [id, text, expected] of cases) {
    it(`cuts ${id}: ${text.split('\n')[0]}`, () => expect(tokensOf(id, text)).toEqual(expected));
  }

  it('cuts a long string into words', () => {
    const text = 'a = "this is a sentence that is longer than forty units"';
    expect(tokensOf('typescript', text)).toContain('sentence');
  });

  it('keeps surrogate pairs whole', () => {
    expect(tokensOf('typescript', '😀+😀')).toEqual(['😀', '+', '😀']);
  });

  for (const unit of [
    '"',
    "'",
    '`',
    '"""',
    '/*',
    '<!--',
    '#',
    '//',
    '\\"',
    'a"',
    "'\n",
    '$',
    '-',
    'a-',
    ':',
    '\u0301',
  ]) {
    it(`is linear on many ${JSON.stringify(unit)}`, () => {
      const text = unit.repeat(50_000);
      const begin = process.cpuUsage();
      for (const language of languages) lexicalTokens(language, text);
      const { user } = process.cpuUsage(begin);
      // 22 languages; a quadratic one alone would take minutes.
      expect(user / 1000).toBeLessThan(3000);
    }, 20_000);
  }
});
