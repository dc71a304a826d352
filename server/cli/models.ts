/** `mortise models`: which model servers run, what they have, what would suit this machine; and fetching a model. */
import { totalmem } from 'node:os';
import type { ModelServer } from '../model/address.ts';
import { pullModel } from '../model/ollama.ts';
import { advise, choose, type Task } from '../model/recommend.ts';
import { type FoundServer, findLocal, findServer } from '../model/servers.ts';
import { type Io, progress, readArgs, UsageError } from './io.ts';
import { describe, modelHelp, modelOptions, noServer, places, serverOf } from './modelOptions.ts';

export const help = `Usage: mortise models [--address URL] [--json]
       mortise models --pull NAME [--address URL]

List the model servers that answer, their models, and which of them Mortise would use to complete
and to propose resolutions; and what would suit this machine's memory. Nothing is sent to them.

Options:
      --pull NAME         let Ollama fetch a model
      --json              one JSON document on standard output
${modelHelp}
Exit code: 0 a server answers; 1 none does; 2 it could not be done.
`;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    ...modelOptions,
    pull: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new UsageError('models takes no arguments.');
  const signal = io.signal ?? new AbortController().signal;
  const given = serverOf(values);
  const found = given ? [await findServer(given, signal)] : await findLocal(signal, places());
  if (values.pull !== undefined) return pull(io, given, found, values.pull, signal);
  if (values.json) io.out(`${JSON.stringify({ servers: found, advice: advice() }, null, 2)}\n`);
  else show(io, found);
  return found.length > 0 ? 0 : 1;
}

const tasks: readonly Task[] = ['complete', 'merge'];
const advice = () => Object.fromEntries(tasks.map((task) => [task, advise(task, totalmem())]));

function show(io: Io, found: readonly FoundServer[]): void {
  const { style } = io;
  if (found.length === 0) io.out(`${noServer}\n`);
  for (const server of found) {
    io.out(`${style.bold(describe(server))}\n`);
    const used = new Map(tasks.map((task) => [choose(task, server.models)?.name, task]));
    for (const { name, size, parameters, insert, contextLength, remote } of server.models) {
      const facts = [
        parameters ?? '',
        size === undefined ? '' : `${(size / 1e9).toFixed(1)} GB`,
        insert ? 'fills in the middle' : '',
        contextLength === undefined ? '' : `${contextLength} tokens`,
        remote === undefined ? '' : `runs at ${remote}`,
        used.has(name) ? `would ${used.get(name)}` : '',
      ].filter((fact) => fact !== '');
      io.out(`  ${name}  ${style.dim(facts.join(', '))}\n`);
    }
    if (server.models.length === 0) io.out(`  ${style.dim('no model yet')}\n`);
  }
  io.out(`\n${style.bold(`For ${(totalmem() / 1e9).toFixed(0)} GB of memory`)}\n`);
  for (const task of tasks) {
    const [best] = advise(task, totalmem());
    const said = best
      ? `${best.name} (${best.gigabytes} GB): ${best.why}`
      : 'too little memory for a model of this kind';
    io.out(`  to ${task.padEnd(9)} ${said}\n`);
  }
}

async function pull(
  io: Io,
  given: ModelServer | undefined,
  found: readonly FoundServer[],
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const ollama = found.find(({ kind }) => kind === 'ollama');
  if (!ollama) throw new UsageError('Only Ollama can fetch models, and it does not answer. Start it.');
  const line = progress(io);
  for await (const { status, done, total } of pullModel(given ?? { address: ollama.address }, name, signal)) {
    const share = done !== undefined && total ? ` ${Math.floor((100 * done) / total)} %` : '';
    line.say(`${status}${share}`);
  }
  line.done();
  io.out(`${name} is installed.\n`);
  return 0;
}
