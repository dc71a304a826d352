/**
 * The type engine for TypeScript and JavaScript: TypeScript's checker in a worker of ours, with bounded memory. A request
 * that is aborted, late, or lost in a crash answers "nothing"; a worker that crashes or hangs is replaced, and given up
 * after three times. The seam for TypeScript 7: another implementation of TypeEngine beside this one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isTypedName, type ProjectLimits } from './tsConfig.ts';
import type { CheckResult, ProjectState, TypeEngine } from './typeEngine.ts';
import { abort, type WorkerCall, type WorkerReply } from './workerProtocol.ts';

export interface EngineSetting {
  /** The bundled worker, dist/typesWorker.cjs. */
  readonly worker: string;
  /** TypeScript's own file, …/typescript/lib/typescript.js. */
  readonly typescript: string;
  /** A folder for what may be lost: what V8 compiled of TypeScript is kept there. Absent: nowhere. */
  readonly cache?: string;
  /** Megabytes of the worker's heap. Default 1,500. */
  readonly memory?: number;
  readonly limits?: Partial<ProjectLimits>;
  /** Milliseconds. A root that was not asked about for so long gives its memory back once another is asked about. Default five minutes. */
  readonly idle?: number;
  /** Where faults are told, one line each. */
  readonly log?: (line: string) => void;
}

type Settle = (reply: WorkerReply | undefined) => void;

const maxCrashes = 3;
/** Milliseconds. A worker that answers nothing for so long hangs; opening a project is allowed longer. */
const hangs = { open: 120_000, other: 60_000 };
/** Milliseconds until a request answers nothing. Editors abort far sooner; a batch on a busy machine waits. */
const deadlines = { open: 120_000, errorReport: 30_000, other: 20_000 };

/** TypeScript beside the bundle (dist/typescript) or among the packages above it. */
export function findTypescript(dist: string): string | undefined {
  const beside = join(dist, 'typescript', 'lib', 'typescript.js');
  if (existsSync(beside)) return beside;
  for (let folder = dist, up = join(dist, '..'); ; folder = up, up = join(up, '..')) {
    const path = join(folder, 'node_modules', 'typescript', 'lib', 'typescript.js');
    if (existsSync(path)) return path;
    if (up === folder) return undefined;
  }
}

type OpenCall = WorkerCall & { readonly method: 'open' };

class WorkerHost {
  private worker: Worker | undefined;
  private readonly aborts = new Int32Array(new SharedArrayBuffer(4096 * 4));
  private readonly pending = new Map<number, Settle>();
  /** What the worker has not answered yet, aborted or not. */
  private readonly unanswered = new Map<number, WorkerCall['method']>();
  private next = 1;
  private crashes = 0;
  private opened: OpenCall | undefined;
  private disposed = false;
  private watch: NodeJS.Timeout | undefined;
  private lastSign = Date.now();
  /** When it was used last. */
  usedAt = Date.now();
  readonly notes: string[] = [];
  private readonly buffers: ReadonlyMap<string, string>;
  private readonly setting: EngineSetting;

  constructor(setting: EngineSetting, buffers: ReadonlyMap<string, string>, opened?: OpenCall) {
    this.setting = setting;
    this.buffers = buffers;
    this.opened = opened;
  }

  get root(): string | undefined {
    return this.opened?.root;
  }

  /** The worker's answer; undefined: aborted, late, failed, or no worker. */
  async ask<T>(call: WorkerCall, signal?: AbortSignal): Promise<T | undefined> {
    if (this.disposed || signal?.aborted || this.crashes >= maxCrashes) return undefined;
    if (call.method === 'open') this.opened = call;
    const worker = this.running();
    const id = this.next++;
    const limit =
      call.method === 'open' ? deadlines.open : call.method === 'errorReport' ? deadlines.errorReport : deadlines.other;
    const reply = await new Promise<WorkerReply | undefined>((resolve) => {
      const stop = (): void => {
        abort(this.aborts, id);
        settle(undefined);
      };
      const timer = setTimeout(stop, limit);
      const settle = (value: WorkerReply | undefined): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
        this.pending.delete(id);
        resolve(value);
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.pending.set(id, settle);
      if (this.unanswered.size === 0) this.lastSign = Date.now();
      this.unanswered.set(id, call.method);
      this.watchOver();
      worker.postMessage({ id, call });
    });
    for (const fault of reply?.faults ?? []) this.setting.log?.(`types: a part of ${call.method} failed: ${fault}`);
    if (reply?.failure !== undefined) this.setting.log?.(`types: ${call.method} failed: ${reply.failure}`);
    return reply?.result as T | undefined; // the worker answers each method with that method's type
  }

  /** It crashed too often: nothing is known any more. */
  get isOff(): boolean {
    return this.crashes >= maxCrashes;
  }

  tell(call: WorkerCall): void {
    // Before the first question there is nobody to tell; afterwards the answer is of no interest.
    if (this.worker && !this.disposed) this.worker.postMessage({ id: 0, call });
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    clearInterval(this.watch);
    for (const settle of [...this.pending.values()]) settle(undefined);
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const { worker: path, typescript, cache, memory = 1500, limits = {} } = this.setting;
    // After a crash by memory, less is loaded.
    const shrink = 2 ** this.crashes;
    const worker = new Worker(path, {
      workerData: {
        typescript,
        cache,
        aborts: this.aborts.buffer,
        limits: {
          ...limits,
          ...(this.crashes > 0 ? { maxFiles: Math.floor((limits.maxFiles ?? 3000) / shrink) } : {}),
        },
      },
      resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 64 },
      execArgv: [],
    });
    worker.on('message', (reply: WorkerReply) => {
      this.lastSign = Date.now();
      this.unanswered.delete(reply.id);
      this.pending.get(reply.id)?.(reply);
    });
    worker.on('error', (error) => this.crashed(worker, error.message));
    worker.on('exit', (code) => this.crashed(worker, `the worker ended with ${code}`));
    worker.unref();
    this.worker = worker;
    if (this.opened) worker.postMessage({ id: 0, call: this.opened });
    for (const [file, text] of this.buffers) worker.postMessage({ id: 0, call: { method: 'buffer', file, text } });
    return worker;
  }

  private crashed(worker: Worker, why: string): void {
    if (this.worker !== worker || this.disposed) return;
    this.worker = undefined;
    this.unanswered.clear();
    this.crashes++;
    const more = this.crashes >= maxCrashes ? 'typed answers are off' : 'it starts again, with fewer files';
    this.notes.push(`the type engine stopped (${why}); ${more}`);
    this.setting.log?.(`types: ${this.notes.at(-1)}`);
    for (const settle of [...this.pending.values()]) settle(undefined);
  }

  /** End a worker that has work and gives no sign. What was aborted is still its work until it says so. */
  private watchOver(): void {
    if (this.watch) return;
    this.watch = setInterval(() => {
      if (this.unanswered.size === 0 || !this.worker) {
        clearInterval(this.watch);
        this.watch = undefined;
        return;
      }
      const limit = [...this.unanswered.values()].includes('open') ? hangs.open : hangs.other;
      if (Date.now() - this.lastSign <= limit) return;
      const { worker } = this;
      this.crashed(worker, `no answer for ${limit / 1000} s`);
      worker.terminate().catch((error: unknown) => this.setting.log?.(`types: ${String(error)}`));
    }, 1000);
    this.watch.unref();
  }
}

/**
 * A worker for each of the roots that were used last, so that a file from elsewhere takes no types from the project: a question
 * goes to the worker of the root that its file is in, and what was given up is opened again. A heap that is left behind whole is
 * given back; one that is emptied is not.
 */
class Hosts {
  readonly buffers = new Map<string, string>();
  /** The one that was used last is the last. */
  private hosts: WorkerHost[] = [];
  private readonly roots = new Set<string>();
  private readonly setting: EngineSetting;

  constructor(setting: EngineSetting) {
    this.setting = setting;
  }

  get all(): readonly WorkerHost[] {
    return this.hosts;
  }

  /** The worker of a root, as the one used last. */
  open(root: string): WorkerHost {
    this.roots.add(root);
    const known = this.hosts.find((host) => host.root === root) ?? this.hosts.find((host) => host.root === undefined);
    return this.used(known ?? new WorkerHost(this.setting, this.buffers, { method: 'open', root }));
  }

  for(file: string): WorkerHost {
    const root = this.rootOf(file);
    if (root !== undefined) return this.open(root);
    return this.used(this.hosts.at(-1) ?? new WorkerHost(this.setting, this.buffers));
  }

  isOff(file: string): boolean {
    const root = this.rootOf(file);
    const host = root === undefined ? this.hosts.at(-1) : this.hosts.find((each) => each.root === root);
    return host?.isOff === true;
  }

  private used(host: WorkerHost): WorkerHost {
    host.usedAt = Date.now();
    const idle = host.usedAt - (this.setting.idle ?? IDLE);
    const others = this.hosts.filter((other) => other !== host);
    const kept = others.filter(({ usedAt }) => usedAt > idle).slice(1 - MOST_ROOTS);
    this.hosts = [...kept, host];
    for (const old of others) {
      if (kept.includes(old)) continue;
      old.dispose().catch((error: unknown) => this.setting.log?.(`types: ${String(error)}`));
    }
    return host;
  }

  private rootOf(file: string): string | undefined {
    const around = [...this.roots].filter((root) => file.startsWith(root) && /^[\\/]|^$/.test(file.slice(root.length)));
    return around.sort((a, b) => b.length - a.length)[0];
  }
}

/** A project, and what is looked at beside it. */
const MOST_ROOTS = 2;
/** Five minutes. */
const IDLE = 300_000;

export function tsEngine(setting: EngineSetting): TypeEngine {
  const hosts = new Hosts(setting);
  return {
    knows: (file) => isTypedName(file) && !hosts.isOff(file),
    open: async (root, signal) => {
      const host = hosts.open(root);
      const state = await host.ask<ProjectState>({ method: 'open', root }, signal);
      if (!state) return { ready: false, files: 0, notes: [...host.notes, 'the type engine did not answer'] };
      return { ...state, notes: [...state.notes, ...host.notes] };
    },
    hole: async (request, signal) =>
      isTypedName(request.file) ? hosts.for(request.file).ask({ method: 'hole', request }, signal) : undefined,
    context: async (request, limits = {}, signal) => {
      if (!isTypedName(request.file)) return [];
      return (await hosts.for(request.file).ask({ method: 'context', request, limits }, signal)) ?? [];
    },
    enumerate: async (request, limits = {}, signal) => {
      if (!isTypedName(request.file)) return [];
      return (await hosts.for(request.file).ask({ method: 'enumerate', request, limits }, signal)) ?? [];
    },
    check: async (request, fills, limits = {}, signal) => {
      const unknown = fills.map((): CheckResult => 'unknown');
      if (!isTypedName(request.file) || fills.length === 0) return unknown;
      return (await hosts.for(request.file).ask({ method: 'check', request, fills, limits }, signal)) ?? unknown;
    },
    imports: async (request, texts, signal) => {
      const none = texts.map(() => undefined);
      if (!isTypedName(request.file) || texts.length === 0) return none;
      return (await hosts.for(request.file).ask({ method: 'imports', request, texts }, signal)) ?? none;
    },
    bring: async (request, prefix, signal) => {
      if (!isTypedName(request.file)) return [];
      return (await hosts.for(request.file).ask({ method: 'bring', request, prefix }, signal)) ?? [];
    },
    missing: async (request, signal) =>
      isTypedName(request.file) ? hosts.for(request.file).ask({ method: 'missing', request }, signal) : undefined,
    errorReport: async (file, text, signal) => {
      return isTypedName(file) ? hosts.for(file).ask({ method: 'errorReport', file, text }, signal) : undefined;
    },
    changed: (files) => {
      for (const host of hosts.all) host.tell({ method: 'changed', files });
    },
    buffer: (file, text) => {
      if (!isTypedName(file)) return;
      if (text === undefined) hosts.buffers.delete(file);
      else hosts.buffers.set(file, text);
      for (const host of hosts.all) host.tell({ method: 'buffer', file, text });
    },
    dispose: async () => {
      await Promise.all(hosts.all.map((host) => host.dispose()));
    },
  };
}
