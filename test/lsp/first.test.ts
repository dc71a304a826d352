/** The first completion of a session: a project that is opened in advance, and an answer in time where nothing is loaded yet. */
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { inlineCompletions } from '../../server/lsp/completion.ts';
import { type CompletionStatus, completionNotifications } from '../../server/lsp/completionProtocol.ts';
import { Completions } from '../../server/lsp/completions.ts';
import { defaults } from '../../server/lsp/config.ts';
import { toUri } from '../../server/lsp/convert.ts';
import { Session } from '../../server/lsp/session.ts';
import { TestRepository } from '../editor/repositories.ts';
import { folder } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

const open: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const user = 'export interface User {\n  id: number;\n  name: string;\n}\n';
const store = `import type { User } from './user';

export class Store {
  private readonly users = new Map<number, User>();
  add(user: User): void {
    this.users.set(user.id, user);
  }
  find(id: number): User | undefined {
    return this.users.get(id);
  }
  all(): User[] {
    return [...this.users.values()];
  }
}
`;
const main = (hole: string): string =>
  `import { Store } from './store';\n\nconst store = new Store();\n\nexport function names(): string[] {\n  return ${hole};\n}\n`;

async function talk(capabilities: object = {}): Promise<{ repo: TestRepository; client: Conversation }> {
  const repo = new TestRepository();
  repo.commit('Start', { 'user.ts': user, 'store.ts': store, 'main.ts': main('[]') });
  const client = await Conversation.start(repo.root, {}, { textDocument: capabilities });
  open.push(async () => {
    await client.stop();
    repo.remove();
  });
  return { repo, client };
}

describe('the first completion', { timeout: 60_000 }, () => {
  it('finds the project open where a client that completes has opened a file', async () => {
    const { repo, client } = await talk({ completion: {} });
    const ready = new Promise<void>((done) =>
      client.connection.onNotification(completionNotifications.status, ({ state }: CompletionStatus) => {
        if (state === 'ready') done();
      }),
    );
    await client.open(repo.path('main.ts'), main('store.'), 'typescript');
    await ready;
  });

  it('is nothing, in time, where nothing is loaded', async () => {
    const root = folder();
    const uri = toUri(join(root, 'a.ts'));
    const document = TextDocument.create(uri, 'typescript', 1, 'export const a = ;\n');
    const documents = { get: () => document, all: () => [document] } as unknown as TextDocuments<TextDocument>; // what a session asks of it
    const session = new Session(documents, () => new Promise(() => undefined), {
      changed: () => undefined,
      log: () => undefined,
    });
    const completions = new Completions(session, {
      folders: () => [root],
      config: () => defaults.completion,
      configured: Promise.resolve(),
      log: () => undefined,
      status: () => undefined,
      ready: () => undefined,
      types: (base) => base,
    });
    vi.spyOn(completions, 'completer').mockReturnValue(new Promise(() => undefined));
    const context = { triggerKind: 2 as const };
    const params = { textDocument: { uri }, position: { line: 0, character: 17 }, context };
    expect(await inlineCompletions(completions, params, new AbortController().signal)).toEqual([]);
  }, 10_000);
});

describe('behind a dot where no member fits', { timeout: 60_000 }, () => {
  const asked = async (text: string) => {
    const { repo, client } = await talk();
    const uri = await client.open(repo.path('main.ts'), text, 'typescript');
    const place = client.place(uri, text.indexOf('store.;') + 'store.'.length);
    const context = { triggerKind: 1 };
    return client.request<{ insertText: string; data: { evidence: string } }[]>('textDocument/inlineCompletion', {
      ...place,
      context,
    });
  };

  it('goes on to what fits', async () => {
    const found = await asked(main('store.'));
    expect(found[0]?.insertText).toBe('all().map((user) => user.name)');
    expect(found[0]?.data.evidence).toContain('type-checked');
  });

  it('offers the members all the same, and says that more must follow', async () => {
    const found = await asked(main('store.').replace('string[]', 'RegExp'));
    const texts = found.map(({ insertText }) => insertText);
    expect(texts).toContain('all()');
    for (const { data } of found) expect(data.evidence).toContain('more must follow');
  });
});
