/**
 * Lists of Python, Go and Java over real ipc where the editor has no language server: what the place asks for comes first. Where
 * one has answered, the lists are as its types make them.
 */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { InlineCompletionItem } from 'vscode-languageserver/node';
import { providerRequests } from '../../server/lsp/completionProtocol.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';

const files: Readonly<Record<string, string>> = {
  'shop/Order.java':
    'package shop;\npublic class Order {\n  private String id;\n  public String getId() { return id; }\n  public int getTotal() { return 1; }\n}\n',
  'shop/Store.java': 'package shop;\npublic class Store {\n  public Order find(String id) { return null; }\n}\n',
  'store.py': 'class Store:\n    def find(self, order_id: str) -> int:\n        return 1\n',
  'store.go': 'package shop\n\ntype Store struct{ n int }\n\nfunc (s *Store) Find(id string) int { return s.n }\n',
};
const holes: readonly (readonly [string, string, string, string])[] = [
  [
    'shop/App.java',
    'java',
    'package shop;\npublic class App {\n  private final Store store = new Store();\n  void a(String id, Order order, int total) {\n    store.find(‸);\n  }\n}\n',
    'id',
  ],
  [
    'app.py',
    'python',
    'from store import Store\n\n\ndef a(store: Store, total: int, order_id: str):\n    return store.find(‸)\n',
    'order_id',
  ],
  ['app.go', 'go', 'package shop\n\nfunc a(s *Store, total int, id string) int {\n\treturn s.Find(‸)\n}\n', 'id'],
];

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

/** What is offered when it is asked for; `hover` plays the editor's other extensions, undefined is an editor that cannot ask them. */
async function asked([path, languageId, marked]: (typeof holes)[number], hover?: readonly string[]) {
  const repo = new TestRepository();
  open.push(() => repo.remove());
  repo.commit('Start', files);
  const client = await Conversation.start(repo.root, { providers: hover !== undefined });
  open.push(() => client.stop());
  if (hover)
    for (const method of Object.values(providerRequests))
      client.connection.onRequest(method, () => (method === providerRequests.hover ? hover : null));
  const offset = marked.indexOf('‸');
  const uri = await client.open(join(repo.root, path), marked.replace('‸', ''), languageId);
  const params = { ...client.place(uri, offset), context: { triggerKind: 1 } };
  const ghosts = await client.request<InlineCompletionItem[]>('textDocument/inlineCompletion', params);
  return ghosts.map(({ insertText }) => String(insertText));
}

describe('a list in an editor', () => {
  it.each(holes)('without providers begins with what its place asks for (%s)', async (...hole) => {
    expect((await asked(hole))[0]).toBe(hole[3]);
  });

  it.each(holes)('without a language server begins with what its place asks for (%s)', async (...hole) => {
    expect((await asked(hole, []))[0]).toBe(hole[3]);
  });

  it.each(holes)('is left to types where a language server answers (%s)', async (...hole) => {
    const answer = `\`\`\`${hole[1]}\nclass App\n\`\`\``;
    expect(await asked(hole, [answer])).not.toEqual(await asked(hole, []));
  });
});
