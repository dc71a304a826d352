/** A client that asks wrongly hears what is wrong: null is the answer of a request that found nothing. */
import { afterAll, expect, it } from 'vitest';
import { completionRequests } from '../../server/lsp/completionProtocol.ts';
import { commands, requests } from '../../server/lsp/protocol.ts';
import { merging, openCase } from '../support/repositories.ts';
import { Conversation } from './conversation.ts';

const repo = merging({ 'a.ts': openCase });
const started = Conversation.start(repo.root);
afterAll(async () => (await started).stop());

it.each([
  ['mortise.server.tak', {}, /There is no command mortise\.server\.tak\. There are: .*mortise\.server\.take/],
  [commands.take, undefined, /mortise\.server\.take wants an object with "uri" \(a text\) and "conflict"/],
  [commands.take, { uri: 'file:///a', conflict: 'x', choice: 'ours' }, /"choice" \(left, right, .*\{resolution: id\}/],
  [commands.resolve, { tier: 'sure' }, /"tier" \(safe or likely\)/],
  [commands.same, {}, /"uri" \(a text\)/],
])('command %s of %j', { timeout: 20_000 }, async (name, argument, said) => {
  const client = await started;
  const asked = client.request('workspace/executeCommand', {
    command: name,
    ...(argument ? { arguments: [argument] } : {}),
  });
  await expect(asked).rejects.toThrow(said);
});

it.each([
  [requests.side, { uri: 'file:///a' }, /mortise\/side wants an object with "side" \(base, left or right\)/],
  [requests.report, {}, /"root" \(a text\)/],
  [requests.handover, {}, /"uri" \(a text\) and "tier" \(safe or likely\)/],
  [requests.filled, { uri: 'file:///a', filled: ['x'] }, /"filled" \(a list of numbers\)/],
  [completionRequests.inspect, {}, /"textDocument" \(\{uri\}, and a "position" beside it\)/],
])('request %s of %j', { timeout: 20_000 }, async (name, params, said) => {
  await expect((await started).request(name, params)).rejects.toThrow(said);
});

it('null stays the answer of what is not there', { timeout: 20_000 }, async () => {
  const client = await started;
  expect(await client.request(requests.side, { uri: 'file:///nowhere/a', side: 'left' })).toBeNull();
  expect(await client.request(requests.report, { root: '/nowhere' })).toBeNull();
  const gone = { uri: 'file:///nowhere/a', conflict: 'x', choice: 'left' };
  expect(await client.execute(commands.take, gone)).toEqual({ problem: 'The file is not open any more.' });
});
