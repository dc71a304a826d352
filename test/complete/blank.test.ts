/** The blank that a completion brings: where the language has one, the file writes it, and none is there. */
import { describe, expect, it } from 'vitest';
import { placeAt, written } from '../../server/complete/place.ts';

/** The line as it stands after `x` is completed at the bar. */
function completed(path: string, marked: string): string {
  const cursor = marked.indexOf('|');
  const text = marked.slice(0, cursor) + marked.slice(cursor + 1);
  const place = placeAt(path, text, cursor);
  if (!place) throw new Error('no place');
  const whole = text.slice(0, place.offset) + written(place, 'x') + text.slice(cursor);
  return whole.slice(whole.lastIndexOf('\n', place.offset) + 1);
}

describe('the blank before a completion', () => {
  it.each([
    ['a.ts', 'const a =|;', 'const a = x;'],
    ['a.ts', 'const a = |;', 'const a = x;'],
    ['a.ts', 'const f = (b) =>|', 'const f = (b) => x'],
    ['a.ts', 'a ===|', 'a === x'],
    ['a.ts', 'f(a,|)', 'f(a, x)'],
    ['a.ts', 'f({ a:|})', 'f({ a: x})'],
    ['a.ts', 'function f(a:|)', 'function f(a: x)'],
    ['a.ts', 'a ? b :|', 'a ? b : x'],
    ['a.py', 'a =|', 'a = x'],
    ['a.py', 'def f(a:|', 'def f(a: x'],
    ['a.go', 'a :=|', 'a := x'],
    ['a.go', '\treturn Order{ID:|', '\treturn Order{ID: x'],
    ['a.go', '\tevents <-|', '\tevents <- x'],
    ['a.rb', 'a ? b :|', 'a ? b : x'],
    ['A.java', 'run(() ->|', 'run(() -> x'],
  ])('%s: %s', (path, marked, expected) => expect(completed(path, marked)).toBe(expected));

  it.each([
    ['a.ts', 'const a=|;', 'const a=x;'],
    ['a.tsx', 'return <A b=|', 'return <A b=x'],
    ['a.ts', 'f(|)', 'f(x)'],
    ['a.ts', 'a.|', 'a.x'],
    ['a.ts', 'g(a,b);h(c,d);f(a,|)', 'g(a,b);h(c,d);f(a,x)'],
    ['a.ts', "const b={c:1,d:'e',f:|}", "const b={c:1,d:'e',f:x}"],
    ['a.py', 'f(key=|', 'f(key=x'],
    ['a.py', 'a[1:|]', 'a[1:x]'],
    ['a.py', 'if ready:|', 'if ready:x'],
    ['a.py', 'else:|', 'else:x'],
    ['a.rs', 'String::|', 'String::x'],
    ['a.go', '\tcase <-|', '\tcase <-x'],
    ['a.go', '\ta := <-|', '\ta := <-x'],
    ['a.rb', '  validates :|', '  validates :x'],
    ['a.rb', 'send(:|', 'send(:x'],
    ['a.sh', 'a=|', 'a=x'],
  ])('is none there: %s: %s', (path, marked, expected) => expect(completed(path, marked)).toBe(expected));

  it('is left out once a word is begun, which the completion replaces', () => {
    expect(placeAt('a.ts', 'const a =aw', 11)).toMatchObject({ offset: 9, prefix: 'aw', blank: ' ' });
    expect(written({ offset: 9, cursor: 11, prefix: 'aw', blank: ' ', isInWord: false }, 'await b')).toBe('await b');
  });
});
