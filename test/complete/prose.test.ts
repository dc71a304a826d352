import { describe, expect, it } from 'vitest';
import { adds, placeAt } from '../../server/complete/place.ts';

/** The bar is the cursor. */
function at(path: string, written: string) {
  const cursor = written.indexOf('|');
  return placeAt(path, written.slice(0, cursor) + written.slice(cursor + 1), cursor);
}

describe('the cursor', () => {
  it.each([
    ['a.ts', '// us|'],
    ['a.ts', '/* us| */ x'],
    ['a.ts', 'f("us|")'],
    ['a.ts', "f('us|"],
    ['a.ts', 'const u = `us| ${b}`;'],
    ['a.ts', 'const u = `${b} us|`;'],
    ['a.ts', 'const a = /us|er/.test(x);'],
    ['a.ts', 'return /[/"us|]/g;'],
    ['a.ts', 'const n = 12|'],
    ['a.tsx', "const a = <p title='us|'>it</p>;"],
    ['a.py', "def f():\n    '''us|'''"],
    ['a.py', "x = 1  # it's us|"],
    ['a.rs', 'let s = "us|";'],
    ['a.rs', "let c = 'u|';"],
    ['a.go', 's := `us|`'],
    ['a.py', 'x = f"us| {b}"'],
    ['a.py', 'x = f"{b} us|"'],
    ['a.py', 'x = f"{{us|}}"'],
    ['a.py', 'x = f"{b:us|}"'],
    ['a.py', 'x = "{us|}"'],
    ['a.kt', 'val x = "{us|}"'],
    ['a.cs', 'var x = "{us|}";'],
    ['a.rb', "x = '#{us|}'"],
    ['a.java', 'var x = "${us|}";'],
    ['notes.txt', 'us|'],
  ])('completes nothing in %s: %s', (path, written) => {
    expect(at(path, written)).toBeUndefined();
  });

  it.each([
    ['a.tsx', "const a = <p>Don't {us|}</p>;"],
    ['a.tsx', "const a = <p>it's at https://x.y/ {us|}</p>;"],
    ['a.tsx', 'const a = <p>{a}</p>; const b = us|; const c = <br/>;'],
    ['a.tsx', 'const a = <A {...b} />; const c = us|; const d = <br/>;'],
    ['a.ts', 'const a = x.replace(/"/g, us|)'],
    ['a.ts', "const a = /it's/.test(us|)"],
    ['a.ts', 'const a = x / 2; const b = us| / 3;'],
    ['a.ts', 'const u = `a ${us|} c`;'],
    ['a.ts', 'const u = `a ${b({ c: 1 }) + us|} d`;'],
    ['a.ts', "const s = '😀' + us|"],
    ['a.ts', "case'x': us|"],
    ['a.rs', "fn f<'a>(x: &'a str) -> &'a str { us| }"],
    ['a.rs', "let c = 'x'; us|"],
    ['a.java', "char c = '\"'; us|"],
    ['a.py', 'x = f"a {us|}"'],
    ['a.py', "x = rf'{{}} {b} {f(us|)}"],
    ['a.py', 'x = f"""\n{b}\n{us|}\n"""'],
    ['a.kt', 'val x = "a ${us|} b"'],
    ['a.cs', 'var x = $"a {{}} {us|} b";'],
    ['a.rb', 'x = "a #{us|} b"'],
  ])('completes code in %s: %s', (path, written) => {
    expect(at(path, written)).toMatchObject({ prefix: 'us', isInWord: false });
  });
});

describe('a completion', () => {
  const place = { offset: 0, cursor: 2, prefix: 'us', isInWord: false };
  const item = (text: string, checked = false) => ({ text, checked });

  it('goes on from what is typed, and repeats nothing that follows', () => {
    expect(adds(item('user'), place, '')).toBe(true);
    expect(adds(item('us'), place, '')).toBe(false);
    expect(adds(item('other'), place, '')).toBe(false);
    expect(adds(item('user.name'), place, 'er.name;')).toBe(false);
    expect(adds(item('use(1)'), place, '(2)')).toBe(false);
    expect(adds(item('use(1)', true), place, '(2)')).toBe(true);
    expect(adds(item('use'), place, '(2)')).toBe(true);
  });
});
