/**
 * The completion list and what who asks gets, over real ipc from a client without providers, in languages without a checker: nothing
 * that cannot stand there, no name out of scope, behind a dot members alone, and no star on what is hardly ever right.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompletionItem, CompletionList, InlineCompletionItem } from 'vscode-languageserver/node';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const names = ['models.py', 'main.py', 'main.go', 'Main.java'] as const;
const read = (name: string): string => readFileSync(join(import.meta.dirname, '../fixtures/lists', name), 'utf8');
const languages: Readonly<Record<string, string>> = { py: 'python', go: 'go', java: 'java' };

let repo: TestRepository;
let client: Conversation;

beforeAll(async () => {
  repo = new TestRepository();
  repo.commit('Start', Object.fromEntries(names.map((name) => [name, read(name)])));
  client = await Conversation.start(repo.root);
});
afterAll(async () => {
  await client.stop();
  repo.remove();
});

/** What is offered where `cut` stood behind `before`: by hand, and in the list with its stars. */
async function offered(name: string, before: string, cut: string) {
  const text = read(name);
  const at = text.indexOf(before + cut);
  if (at < 0) throw new Error(`${before}${cut} is not in ${name}`);
  const offset = at + before.length;
  const languageId = languages[name.split('.').at(-1) ?? ''] ?? '';
  const uri = await client.open(
    join(repo.root, name),
    text.slice(0, offset) + text.slice(offset + cut.length),
    languageId,
  );
  const place = client.place(uri, offset);
  const ghosts = await client.request<InlineCompletionItem[]>('textDocument/inlineCompletion', {
    ...place,
    context: { triggerKind: 1 },
  });
  const { items } = await client.request<CompletionList>('textDocument/completion', place);
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  return {
    texts: ghosts.map(({ insertText }) => String(insertText)),
    starred: items.filter(({ label }) => label.startsWith('★')).map(({ filterText }) => filterText),
    listed: items.toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1)),
    plain: items.filter(({ label }) => !label.startsWith('★')),
  };
}

describe('a list without a checker', () => {
  it.each([
    ['Main.java', 'find(', '"a"', /^String |^Member /],
    ['Main.java', 'members.add(', 'new Member("a", 3)', / : |^String |^Member$/],
    ['main.go', ':= NewMember(', '"a", 1', /^\w+ \*?\w+$|^string$|^int$/],
    ['main.go', 'range ', 'members', /^\(|^range|^Greet|^Member$/],
    ['main.go', 's := ', 'member.Greet()', /^range|^s$|^Println/],
    ['main.py', 'age > ', 'OLDEST', /^\w+ =|^if|^row$|^rows$|^members$/],
  ])('has nothing that is no value there (%s: %s)', async (name, before, cut, never) => {
    const { texts, starred } = await offered(name, before, cut);
    expect([...texts, ...starred].filter((text) => never.test(text ?? ''))).toEqual([]);
  });

  it.each([
    ['main.py', 'members.append(', 'make_member(row[0], row[1])', ['member', 'name', 'age']],
    ['main.py', 'm = ', 'make_member("a", age=3)', ['name', 'age', 'row', 'members', 'm']],
    ['main.py', 'for row in ', 'rows', ['row', 'member']],
    ['Main.java', 'println(', 'm.getName()', ['member', 'name', 'total']],
    ['main.go', 'age int) *Member { return ', '&Member{Name: name, Age: age}', ['limit', 'members', 's', 'c']],
  ])('has no name that is out of scope (%s: %s)', async (name, before, cut, never) => {
    const { texts, starred } = await offered(name, before, cut);
    expect([...texts, ...starred].filter((text) => never.some((each) => each === text?.split(/[.([]/)[0]))).toEqual([]);
  });

  it.each([
    ['main.py', 'print(m.', 'name', ['name', 'age', 'greet']],
    ['main.go', 'Println(member.', 'Name', ['Name', 'Age', 'Greet']],
    ['main.go', 's := member.', 'Greet()', ['Name', 'Age', 'Greet']],
    ['Main.java', 'println(m.', 'getName()', ['getName', 'getAge']],
  ])('has behind a dot members of the value’s class alone (%s: %s)', async (name, before, cut, members) => {
    const { texts, starred, plain } = await offered(name, before, cut);
    const all = [...texts, ...starred, ...plain.map(({ filterText }) => filterText)];
    expect(texts.length).toBeGreaterThan(0);
    expect(new Set(all.map((text) => text?.split('(')[0]))).toEqual(new Set(members));
    // What is hardly ever right has no star, and stands where its letters say.
    expect(plain.every(({ sortText, preselect }) => !sortText?.startsWith('!') && !preselect)).toBe(true);
  });

  it.each([
    ['main.py', 'members.append(', 'make_member(row[0], row[1])'],
    ['main.py', 'age > ', 'OLDEST'],
    ['main.go', ':= NewMember(', '"a", 1'],
    ['Main.java', 'println(', 'm.getName()'],
  ])('has its order, and no star below 10 in 100 (%s: %s)', async (name, before, cut) => {
    const { texts, listed } = await offered(name, before, cut);
    expect(listed.length).toBeGreaterThan(0);
    expect(texts.slice(0, listed.length)).toEqual(listed.map(({ filterText }) => filterText));
    const isRare = ({ detail }: CompletionItem): boolean => /^(?:fewer than 1|\d) in 100/.test(detail ?? '');
    const stars = listed.filter(({ label, sortText }) => label.startsWith('★') || sortText?.startsWith('!'));
    expect(stars.filter(isRare)).toEqual([]);
  });

  it('has in the braces of an f-string what is in scope there', async () => {
    const { texts, starred } = await offered('models.py', 'f"hi {', 'other.name');
    const inScope = ['self', 'other', 'Member', 'make_member', 'OLDEST'];
    expect(texts.length).toBeGreaterThan(0);
    for (const text of [...texts, ...starred]) expect(inScope).toContain(text?.split(/[.([]/)[0]);
  });
});
