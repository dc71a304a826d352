/** A project of marked files with one real language server behind it, for questions about many holes in a row. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { completionRequests } from '../../server/lsp/completionProtocol.ts';
import { TestRepository } from '../editor/repositories.ts';
import { Conversation } from './conversation.ts';
import { type Found, OtherServer } from './otherServers.ts';

export const MARK = '/*|*/';

export interface Hole {
  /** Asks until an answer holds or 40 seconds are over: a busy machine finds in the cache what came too late before. */
  until<T>(method: string, holds: (answer: T) => boolean, more?: object): Promise<T>;
}

export async function holesOver(found: Found, files: Readonly<Record<string, string>>, languageId: string) {
  if ('missing' in found) throw new Error(found.missing);
  const repo = new TestRepository();
  const texts = Object.entries(files).map(([path, marked]) => [path, marked.replace(MARK, '')] as const);
  repo.commit('Start', Object.fromEntries(texts));
  const client = await Conversation.start(repo.root, { providers: true });
  const server = await OtherServer.start(found, repo.root);
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
        for (const begun = Date.now(); ; await pause(100)) {
          const answer = await client.request<T>(method, { ...place, ...more });
          if (holds(answer) || Date.now() - begun > 40_000) return answer;
        }
      },
    };
  };
  return { hole, end };
}

/** What is to be known of a hole. */
export interface Wanted {
  readonly type: string | null;
  readonly from?: 'checker' | 'prior';
  /** Exactly these. */
  readonly types?: readonly string[];
  /** Among others. */
  readonly headers?: readonly string[];
  readonly never?: readonly string[];
}

/** Asks for the type, the declarations and the headers of a hole; gives the declarations. */
export async function expectHole(
  { until }: Hole,
  { type, from, types, headers = [], never = [] }: Wanted,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const told = await until<{ type: string | null; from: string | null }>(
    completionRequests.expectedType,
    (answer) => answer.type === type,
  );
  expect({ type: told.type, from: told.from }).toEqual({ type, from: type === null ? null : (from ?? 'checker') });
  const declarations = await until<{ name: string; text: string }[]>(
    completionRequests.relevantTypes,
    (answer) => types === undefined || answer.length === types.length,
  );
  if (types) expect(declarations.map((one) => one.name).sort()).toEqual([...types].sort());
  const offered = await until<{ name: string }[]>(completionRequests.relevantHeaders, (answer) =>
    headers.every((header) => answer.some((one) => one.name === header)),
  );
  const names = offered.map((one) => one.name);
  expect(names).toEqual(expect.arrayContaining([...headers]));
  for (const header of never) expect(names).not.toContain(header);
  return declarations;
}
