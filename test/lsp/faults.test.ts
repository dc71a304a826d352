/**
 * Every write of the server, and of the git that it starts, failing or being the last: nothing is lost, what was asked for is done
 * whole or not at all, the user is told, and the server (or the next one) does it when asked again.
 */
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { run as undo } from '../../server/cli/undo.ts';
import {
  commands,
  type FileAction,
  type HandoverAnswer,
  type RepositoryView,
  requests,
  type SameAnswer,
  type Summary,
} from '../../server/lsp/protocol.ts';
import { startServer } from '../../server/lsp/server.ts';
import { loadServices } from '../../server/services.ts';
import { buryOwner, type Fault, faults, withFault } from '../support/faults.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { gitFaults, withGitFault } from '../support/gitFaults.ts';
import { command, folder, merging, openCase, TestRepository, versionCase } from '../support/repositories.ts';
import { within } from '../support/runs.ts';
import { Conversation } from './conversation.ts';

rankByFixedTable();

const serve = (root: string): Promise<Conversation> =>
  Conversation.start(
    root,
    { vscode: true },
    { serve: (from, to) => startServer(createConnection(ProposedFeatures.all, from, to), loadServices) },
  );

const names = ['a', 'b', 'c', 'd'];
const alike = names.map((name) => `${name}.ts`);
const at = (limit: number) =>
  Object.fromEntries(names.map((name) => [`${name}.ts`, `// Limits of ${name}\nexport const ${name} = ${limit};\n`]));

/** So long that a disk may be full in the middle of it. */
const long = '# as it was in every version\n'.repeat(1500);
const longCase = {
  path: 'long.txt',
  base: `${long}mode=slow\n`,
  ours: `${long}mode=fast\n`,
  theirs: `${long}mode=careful\n`,
};

function paused(): TestRepository {
  const repo = merging({
    [versionCase.path]: versionCase,
    [openCase.path]: openCase,
    [longCase.path]: longCase,
    ...Object.fromEntries(
      alike.map((path) => [path, { base: at(10)[path], ours: at(20)[path], theirs: at(30)[path] }]),
    ),
    'image.bin': { base: '\0one', ours: '\0two', theirs: '\0three' },
    'gone.txt': { base: 'one\n', ours: 'two\n' },
  });
  // By this time a merge is told from another; copies keep no parts of a millisecond.
  utimesSync(repo.at('.git/MERGE_HEAD'), 1_800_000_000, 1_800_000_000);
  return repo;
}

function copyOf(repo: TestRepository): TestRepository {
  const root = folder();
  cpSync(repo.root, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return new TestRepository(root);
}

/** What lies at each path, in the index and in the message that git prepared. */
function state(repo: TestRepository): Record<string, string> {
  const lying = readdirSync(repo.root)
    .filter((name) => name !== '.git' && !/^\..+\.mortise$/.test(name))
    .map((name) => [name, lies(repo.at(name))] as const);
  const message = repo.at('.git/MERGE_MSG');
  return {
    ...Object.fromEntries(lying),
    'the index': repo.index(),
    'the message': existsSync(message) ? readFileSync(message, 'utf8') : 'none',
  };
}
const lies = (file: string) => {
  const found = lstatSync(file);
  return found.isSymbolicLink() ? `to ${readlinkSync(file)}` : `${found.mode} ${readFileSync(file, 'latin1')}`;
};

const drafts = (repo: TestRepository) =>
  [repo.root, repo.at('.git'), repo.at('.git/mortise'), repo.at('.git/mortise/saved')].flatMap((within) =>
    existsSync(within) ? readdirSync(within).filter((name) => /\.(?:mortise|new)$|^lock/.test(name)) : [],
  );

interface Scenario {
  readonly name: string;
  /** What was done before, with nothing going wrong. */
  readonly before?: (client: Conversation, repo: TestRepository) => Promise<unknown>;
  /** @returns what the user is told of what was not done. */
  readonly act: (client: Conversation, repo: TestRepository) => Promise<readonly string[]>;
  /** `mortise undo --all` afterwards brings this back: the conflicts, or all as it was before. */
  readonly back?: true;
}

/** What an editor does with texts that the server changed. */
async function saveAll(client: Conversation): Promise<void> {
  for (const [uri, document] of client.documents)
    if (readFileSync(fileURLToPath(uri), 'utf8') !== document.getText()) await client.save(uri);
}

const refusal = (request: Promise<unknown>): Promise<readonly string[]> =>
  request.then(
    () => [],
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  );

async function take(client: Conversation, repo: TestRepository, path: string): Promise<readonly string[]> {
  const said = client.messages.length;
  const uri = await opened(client, repo, path);
  const [first] = await client.conflicts(uri);
  if (first) await client.execute(commands.take, { uri, conflict: first.id, choice: 'right' });
  await saveAll(client);
  return client.messages.slice(said);
}

async function opened(client: Conversation, repo: TestRepository, path: string): Promise<string> {
  for (const uri of client.documents.keys()) if (fileURLToPath(uri) === repo.at(path)) return uri;
  return client.open(repo.at(path));
}

const act =
  (action: FileAction, path: string, also?: readonly string[]) => (client: Conversation, repo: TestRepository) =>
    refusal(client.request(requests.fileAction, { root: repo.root, path, action, ...(also ? { also } : {}) }));

async function inTurn(
  client: Conversation,
  repo: TestRepository,
  all: readonly Scenario['act'][],
): Promise<readonly string[]> {
  const said: string[] = [];
  for (const one of all) said.push(...(await one(client, repo)));
  return said;
}

async function resolveAll(client: Conversation, repo: TestRepository): Promise<readonly string[]> {
  await opened(client, repo, versionCase.path);
  const said = client.messages.length;
  const summary = await client.execute<Summary | null>(commands.resolve, { tier: 'safe', root: repo.root });
  await saveAll(client);
  return [...client.messages.slice(said), ...(summary?.files ?? []).flatMap(({ refused }) => refused ?? [])];
}

const scenarios: readonly Scenario[] = [
  { name: 'taking a side', act: (client, repo) => take(client, repo, openCase.path), back: true },
  { name: 'resolving what is safe', act: resolveAll, back: true },
  { name: 'keeping a binary file', act: act('keep-right', 'image.bin'), back: true },
  { name: 'keeping a deletion', act: act('keep-right', 'gone.txt'), back: true },
  { name: 'keeping a text', act: act('keep-left', openCase.path), back: true },
  { name: 'staging', act: act('stage', openCase.path, [versionCase.path, 'gone.txt']) },
  {
    name: 'making a conflict of what was staged',
    before: act('stage', openCase.path),
    act: act('reopen', openCase.path),
  },
  {
    name: 'restoring what was decided and staged',
    before: (client, repo) =>
      inTurn(client, repo, [(one, of) => take(one, of, longCase.path), act('stage', longCase.path)]),
    act: act('restore', longCase.path),
  },
  {
    name: 'restoring what was kept',
    before: act('keep-right', 'gone.txt'),
    act: act('restore', 'gone.txt'),
  },
  {
    name: 'naming what was resolved in the message',
    before: resolveAll,
    act: (client, repo) => refusal(client.request(requests.trailers, { root: repo.root })),
  },
  {
    name: 'handing over to the merge editor',
    act: async (client, repo) => {
      const uri = await opened(client, repo, versionCase.path);
      const said = await refusal(
        client
          .request<HandoverAnswer | null>(requests.handover, { uri, tier: 'safe', apply: true })
          .then(async (answer) => {
            if (!answer) throw new Error('there is nothing to hand over');
            await client.change(uri, 0, client.text(uri).length, answer.text);
          }),
      );
      await saveAll(client);
      return said;
    },
    back: true,
  },
  {
    name: 'the same for the others',
    before: async (client, repo) => {
      for (const path of alike.slice(0, 3)) await take(client, repo, path);
    },
    act: async (client, repo) => {
      const [first = '', , , last = ''] = alike;
      await opened(client, repo, last);
      const uri = await opened(client, repo, first);
      const offer = await client.request<SameAnswer | null>(requests.same, { uri });
      const done = offer && (await client.execute<{ problem?: string } | null>(commands.same, { uri, key: offer.key }));
      await saveAll(client);
      return done && done.problem === undefined ? [] : [done?.problem ?? 'nothing was done; its log says why.'];
    },
    back: true,
  },
];

/** Nightly every write and every fault; else one or two of each. */
const night = process.env['MORTISE_NIGHTLY'] === '1';
const tried: readonly Fault[] = night ? faults : ['full', 'killed in it'];
const isTried = (n: number, fault: Fault) => night || n % 13 === 3 * faults.indexOf(fault);
const LIMIT = within(300_000);

/** Each thing before or after; and where it is not done, somebody was told. */
function expectWhole(
  found: Record<string, string>,
  [before, after]: readonly [Record<string, string>, Record<string, string>],
  told: readonly string[] | undefined,
  where: string,
): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(found)]))
    expect([before[name], after[name]], `${name}: ${where}`).toContain(found[name]);
  if (told && JSON.stringify(found) !== JSON.stringify(after)) expect(told.join(), where).toMatch(/\S+ \S+/);
}

describe.each(scenarios)('$name', { timeout: LIMIT }, ({ before, act: doIt, back }) => {
  let known: Awaited<ReturnType<typeof made>>;
  beforeAll(async () => {
    known = await made();
  }, LIMIT);

  /** As it is before, and as it is after where nothing goes wrong; and what was written on the way. */
  async function made() {
    const conflicted = paused();
    const start = copyOf(conflicted);
    await talking(start, async (client) => void (await before?.(client, start)));
    const clean = copyOf(start);
    let said: readonly string[] = [];
    let asked: readonly string[] = [];
    let git: readonly string[] = [];
    await talking(clean, async (client) => {
      git = await withGitFault(folder(), ['refuses', 0], async () => {
        const ran = await withFault([clean.root], ['fails', 0], () => doIt(client, clean));
        said = ran.answer ?? [String(ran.error)];
        asked = ran.asked;
      });
    });
    expect(said).toEqual([]);
    expect(state(clean)).not.toEqual(state(start));
    return { conflicted: state(conflicted), start, states: [state(start), state(clean)] as const, asked, git };
  }

  async function talking(repo: TestRepository, work: (client: Conversation) => Promise<void>): Promise<void> {
    const client = await serve(repo.root);
    try {
      await client.request<RepositoryView[]>(requests.repository);
      await work(client);
    } finally {
      await client.stop();
    }
  }

  /** Asked again, by the same server or the next, all is done; and the way back is known. */
  async function again(repo: TestRepository, client: Conversation, where: string) {
    const said = await doIt(client, repo);
    expect(state(repo), `${where}, then ${said}`).toEqual(known.states[1]);
    if (!back) return;
    const undone = await command(undo, repo.root, ['--all']);
    expect(undone.code, `${where}\n${undone.err}`).toBeLessThan(2);
    expect(state(repo), where).toEqual(known.conflicted);
  }

  it.each(tried)('a write: %s', async (fault) => {
    for (let n = 1; n <= known.asked.length; n++) {
      if (!isTried(n, fault)) continue;
      const repo = copyOf(known.start);
      let where = `${fault} ${n}`;
      let dead = false;
      await talking(repo, async (client) => {
        const ran = await withFault([repo.root], [fault, n], () => doIt(client, repo));
        where = `${fault} ${n}, ${ran.asked[n - 1]}: ${ran.answer}`;
        expect(ran.error, where).toBeUndefined();
        dead = ran.killed;
        buryOwner(repo.at('.git'));
        expectWhole(state(repo), known.states, ran.answer, where);
        if (dead) return;
        expect(drafts(repo), where).toEqual([]);
        await again(repo, client, where);
      });
      if (dead) await talking(repo, (client) => again(repo, client, where));
      rmSync(repo.root, { recursive: true });
    }
  });

  it.each(night ? gitFaults : (['refuses', 'full'] as const))('a git that writes: %s', async (fault) => {
    for (let n = 1; n <= known.git.length; n++) {
      const repo = copyOf(known.start);
      await talking(repo, async (client) => {
        let told: readonly string[] = [];
        const asked = await withGitFault(folder(), [fault, n], async () => {
          told = await doIt(client, repo);
        });
        const where = `${fault} ${n}, ${asked[n - 1]}: ${told}`;
        rmSync(repo.at('.git/index.lock'), { force: true });
        expectWhole(state(repo), known.states, told, where);
        expect(drafts(repo), where).toEqual([]);
        await again(repo, client, where);
      });
      rmSync(repo.root, { recursive: true });
    }
  });
});
