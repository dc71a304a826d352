import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText, settleBom } from '../../server/text/decode.ts';
import { runs } from '../support/runs.ts';

const bom = '\uFEFF';

describe('bytes to text and back', () => {
  it('gives the same bytes for whatever it calls text', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
      fc.string().map((text) => new TextEncoder().encode(bom + text)),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        const decoded = decodeText(input);
        if (decoded.kind === 'text') expect([...encodeText(decoded.text)]).toEqual([...input]);
        else expect(input.includes(0) ? 'binary' : 'not-utf8').toBe(decoded.kind);
      }),
      runs(),
    );
  });

  it.each([
    ['a mark at the start', [0xef, 0xbb, 0xbf, 0x61], { kind: 'text', text: `${bom}a`, bom: true }],
    ['two marks', [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], { kind: 'text', text: bom + bom, bom: true }],
    ['CRLF', [0x61, 0x0d, 0x0a], { kind: 'text', text: 'a\r\n', bom: false }],
    ['nothing', [], { kind: 'text', text: '', bom: false }],
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9], { kind: 'not-utf8' }],
    ['an overlong form', [0xc0, 0xaf], { kind: 'not-utf8' }],
    ['half a surrogate pair', [0xed, 0xa0, 0x80], { kind: 'not-utf8' }],
    ['a sequence cut short', [0xe2, 0x82], { kind: 'not-utf8' }],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00], { kind: 'binary' }],
  ])('%s', (_name, bytes, expected) => {
    expect(decodeText(Uint8Array.from(bytes))).toEqual(expected);
  });
});

describe('the byte order mark is merged on its own', () => {
  it.each([
    [
      'in all three: once',
      { base: `${bom}a\n`, left: `${bom}l\n`, right: `${bom}r\n` },
      `${bom}l\n${bom}r\n`,
      `${bom}l\nr\n`,
    ],
    ['added by one side', { base: 'a\n', left: `${bom}a\n`, right: 'r\n' }, 'r\n', `${bom}r\n`],
    ['taken out by one side', { base: `${bom}a\n`, left: 'a\n', right: `${bom}r\n` }, `${bom}r\n`, 'r\n'],
    ['nowhere', { base: 'a\n', left: 'l\n', right: 'r\n' }, 'l\nr\n', 'l\nr\n'],
    ['without a base: where a side has it', { left: `${bom}l\n`, right: 'r\n' }, 'l\nr\n', `${bom}l\nr\n`],
    [
      'one inside stays',
      { base: `${bom}a\n${bom}b\n`, left: `${bom}a\n${bom}b\n`, right: `${bom}a\n${bom}b\n` },
      `${bom}a\n${bom}b\n`,
      `${bom}a\n${bom}b\n`,
    ],
  ])('%s', (_name, sides, merged, expected) => {
    expect(settleBom(sides, merged)).toBe(expected);
  });
});
