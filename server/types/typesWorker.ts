/**
 * Entry of the worker: loads TypeScript from the path it is given, answers one request at a time. Aborts arrive through
 * shared memory, because a message would wait behind the work it shall stop.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadTypescript } from './codeCache.ts';
import { takeFaults } from './faults.ts';
import type { ProjectLimits } from './tsConfig.ts';
import { TsCore } from './tsCore.ts';
import type { WorkerReply, WorkerRequest } from './workerProtocol.ts';
import { isAborted } from './workerProtocol.ts';

interface Data {
  readonly typescript: string;
  readonly cache: string | undefined;
  readonly limits: Partial<ProjectLimits>;
  readonly aborts: SharedArrayBuffer;
}

const data: Data = workerData; // our own object, handed over by tsEngine.ts
const { tsc, keep } = loadTypescript(data.typescript, data.cache);
const core = new TsCore(tsc, data.limits);
const aborts = new Int32Array(data.aborts);

function answer(request: WorkerRequest): unknown {
  const cancelled = (): boolean => isAborted(aborts, request.id);
  const { call } = request;
  switch (call.method) {
    case 'open':
      return core.openRoot(call.root, call.file);
    case 'hole':
      return core.hole(call.request);
    case 'context':
      return core.context(call.request, call.limits, cancelled);
    case 'enumerate':
      return core.enumerate(call.request, call.limits, cancelled);
    case 'check':
      return core.check(call.request, call.fills, call.limits, cancelled);
    case 'imports':
      return core.imports(call.request, call.texts);
    case 'bring':
      return core.bring(call.request, call.prefix, cancelled);
    case 'missing':
      return core.missing(call.request, cancelled);
    case 'errorReport':
      return core.errorReport(call.file, call.text);
    case 'changed':
      return core.changed(call.files);
    case 'buffer':
      return core.buffer(call.file, call.text);
  }
}

/** Milliseconds from the first project on: by then the checker has run, and what it runs is compiled. */
const KEEP_AFTER = 2000;
let isWatched = false;

parentPort?.on('message', (request: WorkerRequest) => {
  let reply: WorkerReply;
  try {
    reply = isAborted(aborts, request.id)
      ? { id: request.id, aborted: true }
      : { id: request.id, result: answer(request) };
  } catch (error) {
    // A failure inside TypeScript ends this request, not the engine.
    reply = { id: request.id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const faults = takeFaults();
  parentPort?.postMessage(faults.length > 0 ? { ...reply, faults } : reply);
  if (faults.length > 0 || reply.failure !== undefined) core.renew();
  if (!isWatched && request.call.method === 'open') {
    isWatched = true;
    setTimeout(keep, KEEP_AFTER).unref();
  }
});
