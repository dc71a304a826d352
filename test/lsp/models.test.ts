/** Models over LSP: a proposal streamed, cancelled on the wire, kept beside the resolutions, and applied only when it is taken. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { CompletionList, InlineCompletionItem } from 'vscode-languageserver/node';
import { completionRequests, type Inspection } from '../../server/lsp/completionProtocol.ts';
import {
  type ModelsView,
  modelNotifications,
  modelRequests,
  type ProposalProgress,
  type ProposeAnswer,
  type SentView,
} from '../../server/lsp/modelProtocol.ts';
import { commands, requests } from '../../server/lsp/protocol.ts';
import { versionBumps } from '../editor/kinds.ts';
import { chatted, generated, json, type Scripted, scripted, show, streamed } from '../model/scripted.ts';
import { merging } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

let client: Conversation | undefined;
afterEach(async () => {
  await client?.stop();
  client = undefined;
});

const path = 'src/Cart.java';
const file = (line: string) => `class Cart {\n  int count(List<String> items) {\n${line}\n  }\n}\n`;
const versions = {
  base: file('    return items.size();'),
  ours: file('    return items.filter(open).size();'),
  theirs: file('    return items.skip(1).size() + 2;'),
};
const tags = json(200, { models: [{ name: 'coder:latest', size: 4e9, capabilities: ['completion'] }] });
const none = '{"why":"Each loses something.","choice":"none"}';
const written = '    return items.filter(open).skip(1).size() + 3;';
const fill = JSON.stringify({ why: 'Both are meant.', needs_you: false, code: written });

async function begin(server: Scripted): Promise<{ uri: string; conflict: string; root: string; file: string }> {
  const repo = merging({ [path]: versions });
  client = await Conversation.start(repo.root);
  client.settings = { 'mortise.model': { address: server.address } };
  const uri = await client.open(repo.at(path));
  const [conflict] = await client.conflicts(uri);
  if (!conflict) throw new Error('no conflict');
  return { uri, conflict: conflict.id, root: repo.root, file: repo.at(path) };
}

const answering = (...answers: string[]): Promise<Scripted> => {
  let n = 0;
  return scripted({
    '/api/tags': tags,
    '/api/show': show(['completion']),
    '/api/chat': (seen, response, request) => {
      const text = answers[Math.min(n++, answers.length - 1)] ?? '';
      return streamed(chatted(...(text.match(/[\s\S]{1,9}/g) ?? [])), 'application/x-ndjson', 200)(
        seen,
        response,
        request,
      );
    },
  });
};

describe('a proposal over LSP', () => {
  it('streams, stands beside the resolutions without odds, changes nothing, and is taken like any other', async () => {
    const server = await answering(none, fill);
    const { uri, conflict, file: at } = await begin(server);
    const progress: ProposalProgress[] = [];
    client?.connection.onNotification(modelNotifications.progress, (one: ProposalProgress) => void progress.push(one));
    const before = client?.text(uri);
    const answer = await client?.request<ProposeAnswer>(modelRequests.propose, { uri, conflict });
    expect(answer).toMatchObject({ kind: 'proposal', how: 'written', said: 'Both are meant.', model: 'coder:latest' });
    expect(progress.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['choose', 'write']));
    expect(client?.text(uri)).toBe(before);
    const [view] = (await client?.conflicts(uri)) ?? [];
    const own = view?.resolutions.find(({ id }) => answer?.kind === 'proposal' && id === answer.resolution);
    expect(own).toMatchObject({
      text: `${written}\n`,
      tier: 'possible',
      odds: 'not measured',
      reason: 'written by coder:latest',
    });
    expect(view?.resolutions[0]?.id).not.toBe(own?.id);
    const sent = await client?.request<SentView[]>(modelRequests.sent);
    expect(sent?.map(({ about }) => about)).toEqual([`${path}:3 (choose)`, `${path}:3 (write)`]);
    expect(sent?.[1]?.prompt).toContain('items.filter(open)');
    expect(readFileSync(at, 'utf8')).toBe(before);
    await client?.execute(commands.take, { uri, conflict, choice: { resolution: own?.id } });
    expect(client?.text(uri)).toBe(file(written));
  });

  it('says the reason when a person must decide, and what is wrong when nothing answers', async () => {
    const server = await answering(none, JSON.stringify({ why: 'They contradict.', needs_you: true, code: '' }));
    const { uri, conflict } = await begin(server);
    expect(await client?.request(modelRequests.propose, { uri, conflict })).toMatchObject({
      kind: 'needsYou',
      reason: 'They contradict.',
    });
    await server.close();
    expect(await client?.request(modelRequests.propose, { uri, conflict })).toMatchObject({
      kind: 'failed',
      fault: 'not-running',
    });
  });

  it('ends on the wire when it is cancelled', async () => {
    let closed: () => void = () => undefined;
    const ended = new Promise<void>((done) => {
      closed = done;
    });
    let started: () => void = () => undefined;
    const begun = new Promise<void>((done) => {
      started = done;
    });
    const server = await scripted({
      '/api/tags': tags,
      '/api/show': show(['completion']),
      '/api/chat': (_, response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.write(chatted('{"why').split('\n').slice(0, 1).join('').concat('\n'));
        response.on('close', closed);
        started();
      },
    });
    const { uri, conflict } = await begin(server);
    const { CancellationTokenSource } = await import('vscode-languageserver/node');
    const source = new CancellationTokenSource();
    const asked = client?.connection.sendRequest<ProposeAnswer>(modelRequests.propose, { uri, conflict }, source.token);
    await begun;
    source.cancel();
    await ended;
    expect(await asked?.catch(() => 'cancelled')).toSatisfy(
      (answer: unknown) => answer === 'cancelled' || JSON.stringify(answer).includes('aborted'),
    );
  });

  it('lists servers and models, and contacts no other machine that the client has not confirmed', async () => {
    const server = await answering(none);
    const { uri, conflict } = await begin(server);
    const view = await client?.request<ModelsView>(modelRequests.models, { fresh: true });
    expect(view).toMatchObject({
      servers: [{ kind: 'ollama', models: [{ name: 'coder:latest' }] }],
      chosen: { merge: 'coder:latest' },
    });
    if (client) client.settings = { 'mortise.model': { address: 'http://192.0.2.9:11434' } };
    const asked: unknown[] = [];
    client?.connection.onRequest(modelRequests.access, (params: unknown) => {
      asked.push(params);
      return { allowed: false };
    });
    expect(await client?.request(modelRequests.propose, { uri, conflict })).toMatchObject({
      kind: 'failed',
      fault: 'refused-address',
    });
    expect(asked).toEqual([{ address: 'http://192.0.2.9:11434', remote: true }]);
  });

  it('uses a model that runs elsewhere only when the client has confirmed that place', async () => {
    const server = await scripted({
      '/api/tags': json(200, { models: [{ name: 'big:cloud', remote_host: 'https://ollama.com:443' }] }),
      '/api/show': show(['completion']),
      '/api/chat': streamed(chatted(none)),
    });
    const { uri, conflict } = await begin(server);
    expect(await client?.request(modelRequests.propose, { uri, conflict })).toMatchObject({ fault: 'missing' });
    if (client) client.settings = { 'mortise.model': { address: server.address, merge: 'big:cloud' } };
    void client?.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    let allowed = false;
    const asked: unknown[] = [];
    client?.connection.onRequest(modelRequests.access, (params: { address: string }) => {
      asked.push(params);
      return { allowed: params.address === server.address || allowed };
    });
    expect(await client?.request(modelRequests.propose, { uri, conflict })).toMatchObject({ fault: 'refused-address' });
    expect(asked).toContainEqual({ address: 'https://ollama.com', remote: true });
    expect(server.seen.some((one) => one.path === '/api/chat')).toBe(false);
    allowed = true;
    await client?.request(modelRequests.propose, { uri, conflict });
    expect(server.seen.some((one) => one.path === '/api/chat')).toBe(true);
  });

  it('uses a new key from the next question on', async () => {
    const server = await scripted({
      '/api/tags': tags,
      '/api/show': show(['completion']),
      '/api/chat': (seen, response, request) =>
        seen.headers.authorization === 'Bearer new'
          ? streamed(chatted(seen.body?.['format'] ? fill : none))(seen, response, request)
          : json(401, { error: 'unauthorized' })(seen, response),
    });
    const { uri, conflict } = await begin(server);
    let key = 'old';
    client?.connection.onRequest(modelRequests.access, () => ({ allowed: true, key }));
    expect(await client?.request(modelRequests.propose, { uri, conflict })).toMatchObject({ fault: 'unauthorized' });
    key = 'new';
    expect(await client?.request(modelRequests.propose, { uri, conflict })).toMatchObject({ kind: 'proposal' });
  });

  it("cancels the editor's own model where a proposal is cancelled", async () => {
    const { uri, conflict } = await begin(await answering(none));
    if (client) client.settings = { 'mortise.model': { merge: 'vscode:own' } };
    void client?.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    const { CancellationTokenSource } = await import('vscode-languageserver/node');
    const source = new CancellationTokenSource();
    const ended = new Promise<void>((done) => {
      client?.connection.onRequest(modelRequests.clientModel, async (_: unknown, token) => {
        const cancelled = new Promise<void>((stop) => token.onCancellationRequested(() => stop()));
        source.cancel();
        await cancelled;
        done();
        return {};
      });
    });
    const asked = client?.connection.sendRequest(modelRequests.propose, { uri, conflict }, source.token);
    await ended;
    expect(await asked?.catch(() => 'cancelled')).toSatisfy(
      (answer: unknown) => answer === 'cancelled' || JSON.stringify(answer).includes('aborted'),
    );
  });

  it('never repeats in bulk what a model wrote', async () => {
    const raised = JSON.stringify({ why: 'Above both.', needs_you: false, code: '  "version": "1.3.0"' });
    const server = await scripted({
      '/api/tags': tags,
      '/api/show': show(['completion']),
      '/api/chat': (seen, ...rest) =>
        streamed(chatted(JSON.stringify(seen.body?.['format']).includes('"choice"') ? none : raised))(seen, ...rest),
    });
    const repo = versionBumps(3);
    client = await Conversation.start(repo.root);
    client.settings = { 'mortise.model': { address: server.address } };
    const uris: string[] = [];
    for (const n of [0, 1, 2]) {
      const uri = await client.open(repo.path(`packages/p${n}/package.json`));
      uris.push(uri);
      const conflict = (await client.conflicts(uri))[0]?.id;
      const answer = await client.request<ProposeAnswer>(modelRequests.propose, { uri, conflict });
      expect(answer).toMatchObject({ kind: 'proposal', how: 'written' });
      if (n < 2 && answer.kind === 'proposal')
        await client.execute(commands.take, { uri, conflict, choice: { resolution: answer.resolution } });
    }
    expect(client.text(uris[1] ?? '')).toContain('"version": "1.3.0"');
    expect(await client.request(requests.same, { uri: uris[1] })).toBeNull();
    await client.execute(commands.same, { uri: uris[1] });
    expect(client.text(uris[2] ?? '')).toContain('<<<<<<<');
    repo.remove();
  });
});

describe('a completion by a model over LSP', () => {
  it('says that its odds were not measured, and is never chosen in advance', async () => {
    const server = await scripted({
      '/api/tags': json(200, { models: [{ name: 'coder:latest', size: 4e9, capabilities: ['completion', 'insert'] }] }),
      '/api/show': show(['completion', 'insert']),
      '/api/generate': streamed(generated('start', '_engine()'), 'application/x-ndjson', 200),
    });
    const repo = merging({ [path]: versions });
    client = await Conversation.start(
      repo.root,
      {},
      {
        settings: {
          'mortise.model': { address: server.address, complete: 'coder' },
          mortise: { completion: { threshold: 0 } },
        },
      },
    );
    const text = 'def run():\n    \n';
    const uri = await client.open(repo.at('run.py'), text, 'python');
    const place = client.place(uri, text.length - 1);
    let items: CompletionList['items'] = [];
    while (!items.some(({ filterText }) => filterText === 'start_engine()'))
      items = (await client.request<CompletionList>('textDocument/completion', place)).items;
    expect(items[0]).toMatchObject({ filterText: 'start_engine()', detail: expect.stringMatching(/^not measured · /) });
    expect(items[0]).not.toHaveProperty('preselect');
    const [ghost] = await client.request<(InlineCompletionItem & { data: object })[]>('textDocument/inlineCompletion', {
      ...place,
      context: { triggerKind: 2 },
    });
    expect(ghost).toMatchObject({
      insertText: 'start_engine()',
      data: { evidence: expect.stringMatching(/^not measured/) },
    });
    const seen = await client.request<Inspection>(completionRequests.inspect, place);
    expect(seen.text).toContain('1. not measured · ');
  });

  it('is waited for beside what the workspace has at once, by who asks by hand', async () => {
    let n = 0;
    const server = await scripted({
      '/api/tags': json(200, { models: [{ name: 'coder:latest', size: 4e9, capabilities: ['completion', 'insert'] }] }),
      '/api/show': show(['completion', 'insert']),
      '/api/generate': (seen, response, request) =>
        streamed(generated(n++ === 0 ? 'start_engine()' : 'stop_engine()'))(seen, response, request),
    });
    const repo = merging({ [path]: versions });
    const settings = { 'mortise.model': { address: server.address, complete: 'coder' } };
    client = await Conversation.start(repo.root, {}, { settings });
    const line = '    log.info("ready", now)\n';
    const text = `def a(log, now):\n${line}\ndef b(log, now):\n${line}\ndef c(log, now):\n${line}\ndef run(log, now):\n    log.\n`;
    const uri = await client.open(repo.at('run.py'), text, 'python');
    const place = client.place(uri, text.length - 1);
    const ghosts = await client.request<InlineCompletionItem[]>('textDocument/inlineCompletion', {
      ...place,
      context: { triggerKind: 1 },
    });
    const texts = ghosts.map(({ insertText }) => String(insertText));
    expect(texts.some((one) => one.startsWith('info('))).toBe(true);
    // Of three samples two agree: they come before the first.
    expect(texts.filter((one) => one.endsWith('_engine()'))).toEqual(['stop_engine()', 'start_engine()']);
  });
});
