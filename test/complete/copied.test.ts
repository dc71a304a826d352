/** What stands elsewhere for something else keeps its place in the list and is not shown unasked. */
import { describe, expect, it } from 'vitest';
import { copiedIn } from '../../server/complete/items/copied.ts';

function isCopied(marked: string, fill: string): boolean {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return copiedIn({ text, offset, suffixOffset: offset })(fill);
}

describe('a fill', () => {
  it.each([
    ["if (!url) fail({ error: 'url is missing' });\nif (!slug) fail({ error: | });", "'url is missing'"],
    ["fail({ error: | });\nfail({ error: 'url is missing' });", "'url is missing'"],
    ['cards.map((card) => card.id === |', 'card.ownerId'],
    ['if (first.user.id !== |', 'first.user.name'],
    ['return order.indexOf(one.level) < order.indexOf(|)', 'one.level'],
    ['return `${level} ${level}: ${|}`', 'level'],
    ['if (!user) return;\nif (|', '!user'],
    ['if (files.length === 0) {\n  throw new Error();\n}\nif (|', 'files.length === 0'],
    ['class A {\n  readonly status = 404;\n}\nclass B {\n  readonly status = |', '404'],
    ['<input value={|} />\n<select value={title} />', 'title'],
    ["class A {\n  kind = 'a';\n}\nclass B {\n  kind: string = |", "'a'"],
  ])('is a copy: %s', (text, fill) => expect(isCopied(text, fill)).toBe(true));

  it.each([
    ['another message', "fail('url is missing');\nfail(|)", "'slug is missing'"],
    ['one word, which is no message', "send({ kind: 'add' });\nsend({ kind: | })", "'add'"],
    ["another value's member", 'cards.map((card) => card.id === |', 'action.cardId'],
    ['a member of an own one', 'if (node.parent === |', 'node.parent.parent'],
    ['compared with the own other', 'return this.a === |', 'this.b'],
    ['a difference', 'return range.end - |', 'range.start'],
    ['new to the template', 'return `${level} ${|}`', 'message'],
    ['of another template', 'a(`${level}`);\nb(`${|}`)', 'level'],
    ['asked before, and gone on from', 'if (isOpen) log();\nif (|', 'isOpen'],
    ['asked the other way', 'if (!user) return;\nif (|', 'user'],
    ['another field of the class', 'class A {\n  min = 10;\n  max = |', '10'],
    ['another one measured', 'return order.indexOf(one.level) < order.indexOf(|)', 'other.level'],
    ['what elements share', '<input theme={|} />\n<select theme={theme} />', 'theme'],
    ['a variable', 'const limit = 10;\nfunction f() {\n  const limit = |', '10'],
  ])('is none: %s', (_, text, fill) => expect(isCopied(text, fill)).toBe(false));
});
