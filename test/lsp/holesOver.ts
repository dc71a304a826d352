/** A project of marked files with one real language server behind it, for questions about many holes in a row. */
import { setTimeout as pause } from 'node:timers/promises';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';
import { type Found, OtherServer } from './otherServers.ts';

export const MARK = '/*|*/';

export interface Hole {
  /** Asks until an answer holds, or for the eighth time: a busy machine finds in the cache what came too late before. */
  until<T>(method: string, holds: (answer: T) => boolean, more?: object): Promise<T>;
}

export async function holesOver(found: Found, files: Readonly<Record<string, string>>, languageId: string) {
  if ('missing' in found) throw new Error(found.missing);
  const repo = new TestRepository();
  const texts = Object.entries(files).map(([path, marked]) => [path, marked.replace(MARK, '')] as const);
  repo.commit('Start', Object.fromEntries(texts));
  const client = await Conversation.start(repo.root, { providers: true });
  const server = await OtherServer.start(found.command, repo.root);
  server.serve(client);
  const end = async () => {
    await server.stop();
    await client.stop();
    repo.remove();
  };
  const opened = new Map<string, Promise<string>>();
  /** A server that has judged a document has read what it needs of the others. */
  const open = async (path: string): Promise<string> => {
    const text = texts.find(([one]) => one === path)?.[1] ?? '';
    await server.open(repo.path(path), languageId);
    while (!server.hasJudged(repo.path(path))) await pause(50);
    return client.open(repo.path(path), text, languageId);
  };
  const hole = async (path: string): Promise<Hole> => {
    const known = opened.get(path) ?? open(path);
    opened.set(path, known);
    const place = client.place(await known, (files[path] ?? '').indexOf(MARK));
    return {
      until: async <T>(method: string, holds: (answer: T) => boolean, more = {}): Promise<T> => {
        for (let attempt = 0; ; attempt++) {
          const answer = await client.request<T>(method, { ...place, ...more });
          if (holds(answer) || attempt === 7) return answer;
        }
      },
    };
  };
  return { hole, end };
}
