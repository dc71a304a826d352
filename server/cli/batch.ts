/**
 * `mortise batch`: one JSON request a line in, one JSON answer a line out, in order (docs/batch.md). Grammars and models
 * load once. A line that cannot be read is answered with an error, and the run goes on.
 */

import { StringDecoder } from 'node:string_decoder';
import type { Completer } from '../complete/complete.ts';
import { elsewhereOf } from '../elsewhere.ts';
import { readLearned } from '../git/learned.ts';
import { compileForLong, keepCode } from '../keepCode.ts';
import { type Around, aroundPath, historyOf, MergeFactsCache } from '../mergeContext.ts';
import type { ConflictContext, DecidedSibling, OpenSibling, Resolution } from '../resolve/candidate.ts';
import { withOwnLayer } from '../resolve/ownRanker.ts';
import { type ApplyPolicy, type FileMerge, resolveConflict, resolveFile, withStructured } from '../resolve/resolve.ts';
import { type LoadedServices, loadServices } from '../services.ts';
import { languageOf } from '../syntax/languages.ts';
import { type Io, readArgs } from './io.ts';
import { readPolicy } from './resolve.ts';
import { tokenCount } from './tokenCount.ts';

export const help = `Usage: mortise batch [--apply safe|likely|none] [--min-confidence P] [--offline]

Reads newline-delimited JSON requests of kind "conflict", "file" or "hole" and writes one line of
JSON for each, in order. docs/batch.md has the fields.

Options:
      --apply TIER        what is applied in files: safe (default), likely, none
      --min-confidence P  apply every resolution at or above P instead, and leave a file without
                          a marker where all of it reaches P
      --offline           no language model (there is none unless one is configured)
      --stats             CPU time and memory on standard error at the end
`;

const options = {
  apply: { type: 'string' },
  'min-confidence': { type: 'string' },
  offline: { type: 'boolean' },
  stats: { type: 'boolean' },
} as const;

type Fields = Readonly<Record<string, unknown>>;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values } = readArgs(args, options);
  const policy = readPolicy(values.apply, values['min-confidence']);
  keepCode();
  compileForLong();
  const services = await loadServices();
  const tell = (note: string): void => io.err(`mortise: ${note}\n`);
  for (const note of services.notes()) tell(note);
  const session: Session = { policy, services, merges: new MergeFactsCache(), tell };
  let number = 0;
  for await (const line of linesIn(io.stdin)) {
    number++;
    if (line.trim() === '') continue;
    await writeLine(JSON.stringify(await answer(line, number, session)));
  }
  await session.completer?.then((completer) => completer.dispose()).catch(() => {});
  if (values.stats) {
    const { user, system } = process.cpuUsage();
    io.err(`${JSON.stringify({ cpuMs: (user + system) / 1000, rssMb: process.memoryUsage().rss / 1e6 })}\n`);
  }
  return 0;
}

interface Session {
  readonly policy: ApplyPolicy;
  readonly services: LoadedServices;
  readonly merges: MergeFactsCache;
  readonly tell: (note: string) => void;
  completer?: Promise<Completer>;
}

/**
 * Requests are long lines: `readline` looks for every kind of line end in every part of one. What else stands at an end, such as a
 * carriage return, is white space to JSON.
 */
async function* linesIn(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      parts.push(text.slice(at, end));
      yield parts.join('');
      parts = [];
      at = end + 1;
    }
    if (at < text.length) parts.push(text.slice(at));
  }
  const last = parts.join('') + decoder.end();
  if (last !== '') yield last;
}

/** Waits where the reader is slower than we are. */
function writeLine(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(`${text}\n`)) resolve();
    else process.stdout.once('drain', resolve);
  });
}

/** Milliseconds, to the microsecond. */
const since = (started: number): number => Math.round((performance.now() - started) * 1000) / 1000;

/** @param number of the line on standard input, from 1. */
async function answer(line: string, number: number, session: Session): Promise<object> {
  const started = performance.now();
  let id: unknown = null;
  try {
    const request: unknown = JSON.parse(line);
    if (typeof request !== 'object' || request === null) throw new TypeError('a request is a JSON object');
    const fields = request as Fields;
    id = fields['id'] ?? null;
    const result = await dispatch(fields, session);
    return { id, ...result, ms: since(started) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // What has no name is found by its place.
    return { id, ...(id === null ? { line: number } : {}), error: said, ms: since(started) };
  }
}

async function dispatch(fields: Fields, session: Session): Promise<object> {
  switch (fields['kind']) {
    case 'conflict':
      return await answerConflict(fields, session);
    case 'file':
      return await answerFile(fields, session);
    case 'hole':
      return await answerHole(fields, session);
    default:
      throw new TypeError(`"kind" is "conflict", "file" or "hole", not ${JSON.stringify(fields['kind'])}`);
  }
}

async function answerHole(fields: Fields, session: Session): Promise<object> {
  const { completeHole } = await import('../complete/batchHole.ts');
  session.completer ??= load(session.tell);
  return await completeHole(fields, await session.completer);
}

async function load(tell: Session['tell']): Promise<Completer> {
  const { loadCompleter } = await import('../completionServices.ts');
  // Nobody waits at a keyboard: a busy machine may take its time.
  return await loadCompleter({ count: await tokenCount(tell), patience: 3 });
}

/** What `mortise learn` kept in the repository that `root` names counts here as it does elsewhere. */
async function servicesAt(fields: Fields, { services, merges }: Session): Promise<LoadedServices> {
  const root = optionalText(fields, 'root');
  const facts = root === undefined ? undefined : await merges.read(root);
  return facts ? withOwnLayer(services, readLearned(facts.repo)) : services;
}

async function answerConflict(fields: Fields, session: Session): Promise<object> {
  const { merges } = session;
  const services = await servicesAt(fields, session);
  const path = text(fields, 'path');
  await services.syntax.ready(languageOf(path));
  const context: ConflictContext = {
    path,
    sides: sidesOf(fields),
    before: optionalText(fields, 'before') ?? '',
    after: optionalText(fields, 'after') ?? '',
    ...(await common(fields, path, merges)),
  };
  return { resolutions: resolveConflict(withStructured(context, services), services).map(show) };
}

async function answerFile(fields: Fields, session: Session): Promise<object> {
  const { policy, merges } = session;
  const services = await servicesAt(fields, session);
  const path = text(fields, 'path');
  await services.syntax.ready(languageOf(path));
  const labels = fields['labels'];
  const file: FileMerge = {
    path,
    sides: sidesOf(fields),
    ...(await common(fields, path, merges)),
    ...(isFields(labels)
      ? { labels: { left: string(labels['left']), base: string(labels['base']), right: string(labels['right']) } }
      : {}),
  };
  const resolved = resolveFile(file, policy, services);
  const open = resolved.conflicts.filter((conflict) => !conflict.applied);
  return {
    text: resolved.text,
    clean: resolved.clean,
    conflicts: open.length,
    ...(resolved.outlook ? { whole: resolved.outlook } : {}),
    applied: resolved.conflicts.flatMap(({ span, applied }) =>
      applied
        ? [{ ...span, tier: applied.tier, origin: applied.candidate.origin.name, confidence: applied.confidence }]
        : [],
    ),
    open: open.map(({ span, resolutions }) => ({ ...span, resolutions: resolutions.map(show) })),
  };
}

function show({ candidate, confidence, tier, evidence }: Resolution): object {
  const { name, reason } = candidate.origin;
  return { text: candidate.text, confidence, tier, origin: name, reason, generators: candidate.generators, evidence };
}

// ------------------------------------------------------------------------------------------------- reading the fields

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const string = (value: unknown): string => (typeof value === 'string' ? value : '');

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new TypeError(`"${name}" must be a string`);
  return value;
}

function optionalText(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined || fields[name] === null ? undefined : text(fields, name);
}

function sidesOf(fields: Fields): { base?: string; left: string; right: string } {
  const base = optionalText(fields, 'base');
  return { ...(base === undefined ? {} : { base }), left: text(fields, 'left'), right: text(fields, 'right') };
}

function list(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new TypeError(`"${name}" must be a list`);
  return value.filter(isFields);
}

/** What the request says of times, siblings and history; what it leaves out, from the operation that `root` is stopped in. */
async function common(fields: Fields, path: string, merges: MergeFactsCache): Promise<Around> {
  const given = aroundOf(fields);
  const root = optionalText(fields, 'root');
  const facts = root === undefined ? undefined : await merges.read(root);
  if (!facts) return { siblings: [], openSiblings: [], ...given };
  // Git may fail over a path it does not know; the request is then answered without its history.
  const past = given.history ? {} : await historyOf(facts, path).catch(() => undefined);
  const sides = sidesOf(fields);
  const elsewhere = await elsewhereOf(facts, { path, sides });
  const found = aroundPath(facts, path, { ...past, ...(elsewhere ? { elsewhere } : {}) });
  const { left, right } = sides;
  // A decision on this very conflict is no evidence: the request asks for another look at it.
  const others = found.siblings?.filter((one) => one.sides.left !== left || one.sides.right !== right);
  return { openSiblings: [], ...found, siblings: others ?? [], ...given };
}

function aroundOf(fields: Fields): Around {
  const times = fields['times'];
  const history = fields['history'];
  const former = fields['former'];
  const has = (name: string) => fields[name] !== undefined && fields[name] !== null;
  const siblings = list(fields, 'siblings').map(
    (one): DecidedSibling => ({ path: text(one, 'path'), sides: sidesOf(one), chosen: text(one, 'chosen') }),
  );
  const openSiblings = list(fields, 'openSiblings').map(
    (one): OpenSibling => ({ path: text(one, 'path'), sides: sidesOf(one) }),
  );
  return {
    ...(has('siblings') ? { siblings } : {}),
    ...(has('openSiblings') ? { openSiblings } : {}),
    ...(isFields(times)
      ? { times: { base: time(times, 'base'), left: time(times, 'left'), right: time(times, 'right') } }
      : {}),
    ...(isFields(history) ? { history: { left: commits(history, 'left'), right: commits(history, 'right') } } : {}),
    ...(isFields(former) ? { former: { left: versions(former, 'left'), right: versions(former, 'right') } } : {}),
  };
}

/** A time that is left out is unknown; one that is no number is a mistake to be told. */
function time(times: Fields, name: string): number {
  const value = times[name];
  if (value !== undefined && !Number.isFinite(Number(value)))
    throw new TypeError(`"times" wants numbers: "${name}" is none`);
  return Number(value);
}

const versions = (former: Fields, side: 'left' | 'right') =>
  list(former, side).map((version) => ({ text: text(version, 'text') }));

const commits = (history: Fields, side: 'left' | 'right') =>
  list(history, side).map((commit) => ({
    time: Number(commit['time']),
    author: string(commit['author']),
    subject: string(commit['subject']),
  }));
