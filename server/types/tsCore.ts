/**
 * The engine itself, synchronous: it runs in a worker (typesWorker.ts), or in process where a test or a bench wants to look
 * inside. Keeps the projects of one root, and the last hole, so that hole, context, enumerate and check share one program.
 */
import type ts from 'typescript';
import type { Edit } from '../text/span.ts';
import { checkFills } from './check/tsCheck.ts';
import { typedContext } from './context/tsContext.ts';
import { enumerateFills } from './enumerate/tsEnumerate.ts';
import { missingAt } from './enumerate/tsMissing.ts';
import { broughtBy } from './imports/tsBring.ts';
import { importsFor } from './imports/tsImportsFor.ts';
import { defaultLimits, isLoose, isTypedName, type ProjectLimits, projectOf, slashed, type Ts } from './tsConfig.ts';
import { type HoleState, holeState } from './tsHole.ts';
import { ProjectIndex } from './tsIndex.ts';
import { forgetPrinted } from './tsPrint.ts';
import { isMinified, SourceRegistry, TsProject } from './tsProject.ts';
import type {
  Brought,
  CheckLimits,
  CheckResult,
  ContextLimits,
  EnumerateLimits,
  Fill,
  HoleRequest,
  Missing,
  ProjectState,
  TypeDiagnostic,
  TypedCandidate,
  TypedHole,
  TypedItem,
} from './typeEngine.ts';
import { type WorkspacePackages, workspacePackages } from './workspacePackages.ts';

interface Loaded {
  readonly project: TsProject;
  readonly index: ProjectIndex;
}

type Cancelled = () => boolean;

const never: Cancelled = () => false;
const maxProjects = 6;
/** Milliseconds. */
const RENEWAL = 30_000;
/** UTF-16 units. A longer buffer gets no typed answers: parsing it at each keystroke would not keep up. */
export const maxBuffer = 2_000_000;

export class TsCore {
  private readonly tsc: Ts;
  private readonly limits: ProjectLimits;
  private readonly projects = new Map<string, Loaded>();
  private readonly byFile = new Map<string, string>();
  private readonly open = new Map<string, string>();
  private readonly registry = new SourceRegistry();
  private root = '/';
  private packages: WorkspacePackages = new Map();
  private last: HoleState | undefined;
  private renewed = 0;
  /** The file of the last hole. */
  private asked: string | undefined;

  constructor(tsc: Ts, limits: Partial<ProjectLimits> = {}) {
    this.tsc = tsc;
    this.limits = { ...defaultLimits, ...limits };
  }

  /** Load the root's own project, as far as it has files. */
  openRoot(root: string, first?: string): ProjectState {
    const path = slashed(root).replace(/(.)\/$/, '$1');
    if (path !== this.root) {
      this.projects.clear();
      this.byFile.clear();
      this.registry.forgetProjects();
      this.packages = workspacePackages(path);
      this.last = undefined;
    }
    this.root = path;
    const loaded = this.loadedFor(first === undefined ? `${path}/__mortise__.ts` : slashed(first));
    const { project } = loaded;
    const program = project.current();
    program.getTypeChecker();
    loaded.index.update(project, program);
    const { config } = project;
    return {
      ready: true,
      ...(config.path === undefined ? {} : { config: config.path }),
      files: project.size,
      notes: project.notes,
    };
  }

  hole(request: HoleRequest): TypedHole | undefined {
    return this.stateOf(request)?.hole;
  }

  context(request: HoleRequest, limits: ContextLimits, cancelled: Cancelled = never): TypedItem[] {
    const state = this.stateOf(request);
    return state ? typedContext(state, this.indexFor(state), limits, cancelled) : [];
  }

  enumerate(request: HoleRequest, limits: EnumerateLimits, cancelled: Cancelled = never): TypedCandidate[] {
    const state = this.stateOf(request);
    return state ? enumerateFills(state, this.indexFor(state), limits, cancelled) : [];
  }

  check(
    request: HoleRequest,
    fills: readonly Fill[],
    limits: CheckLimits,
    cancelled: Cancelled = never,
  ): CheckResult[] {
    const state = this.stateOf(request);
    if (!state) return fills.map(() => 'unknown');
    return checkFills(state, fills, limits, cancelled);
  }

  imports(request: HoleRequest, texts: readonly string[]): (readonly Edit[] | undefined)[] {
    const state = this.stateOf(request);
    return state ? importsFor(state, this.indexFor(state), texts) : texts.map(() => undefined);
  }

  bring(request: HoleRequest, prefix: string, cancelled: Cancelled = never): Brought[] {
    const state = this.stateOf(request);
    return state ? broughtBy(state, this.indexFor(state), prefix, cancelled) : [];
  }

  missing(request: HoleRequest, cancelled: Cancelled = never): Missing | undefined {
    const state = this.stateOf(request);
    return state && missingAt(state, this.indexFor(state), cancelled);
  }

  errorReport(file: string, text: string): TypeDiagnostic[] | undefined {
    if (!this.accepts(file, text)) return undefined;
    this.last = undefined;
    const path = slashed(file);
    const { project } = this.loadedFor(path);
    const { tsc, program, file: source } = project.instead(path, project.read(path, text));
    const syntax = program.getSyntacticDiagnostics(source).map((d) => diagnosticOf(tsc, d, 'syntax'));
    const types = isLoose(path, program.getCompilerOptions(), text)
      ? []
      : program.getSemanticDiagnostics(source).map((d) => diagnosticOf(tsc, d, 'type'));
    return [...syntax, ...types];
  }

  /** A checker that was left in the middle of something is not asked again; at most one is made anew in half a minute. */
  renew(): void {
    if (Date.now() - this.renewed < RENEWAL) return;
    this.renewed = Date.now();
    this.last = undefined;
    for (const { project } of this.projects.values()) project.forget([]);
  }

  changed(files: readonly string[]): void {
    this.forget(files.map(slashed));
    forgetPrinted();
  }

  private forget(paths: readonly string[], typed?: string): void {
    this.last = undefined;
    if (paths.some((path) => /(?:^|\/)(?:[tj]sconfig[\w.-]*|package)\.json$/.test(path))) {
      this.projects.clear();
      this.byFile.clear();
      this.packages = workspacePackages(this.root);
      return;
    }
    for (const { project } of this.projects.values()) project.forget(paths, typed);
  }

  buffer(file: string, text: string | undefined): void {
    const path = slashed(file);
    if (this.open.get(path) === text) return;
    const isKnown = text !== undefined && [...this.projects.values()].every(({ project }) => project.holds(path, text));
    if (text === undefined) this.open.delete(path);
    else this.open.set(path, text);
    // A file that is opened as it is on disk.
    if (isKnown) return;
    // What is typed into the file of the last hole comes at every key; others seldom infer a type from that file.
    if (path !== this.asked) forgetPrinted();
    this.forget([path], path === this.asked ? path : undefined);
  }

  /** The last hole asked for, with the project's index: for benches that look at facts. */
  inspect(request: HoleRequest): { state: HoleState; index: ProjectIndex } | undefined {
    const state = this.stateOf(request);
    return state && { state, index: this.indexFor(state) };
  }

  private accepts(file: string, text: string): boolean {
    return isTypedName(file) && text.length <= maxBuffer && !isMinified(file, text);
  }

  private stateOf(given: HoleRequest): HoleState | undefined {
    const request = { ...given, file: slashed(given.file) };
    const last = this.last?.request;
    const isSame =
      last?.file === request.file &&
      last.offset === request.offset &&
      last.suffixOffset === request.suffixOffset &&
      last.text === request.text;
    if (isSame) return this.last;
    this.last = undefined;
    this.asked = request.file;
    if (!this.accepts(request.file, request.text)) return undefined;
    const { offset, suffixOffset = offset, text } = request;
    if (offset < 0 || suffixOffset < offset || suffixOffset > text.length) return undefined;
    const loaded = this.loadedFor(request.file);
    this.last = holeState(loaded.project, this.tsc, request);
    return this.last;
  }

  private indexFor(state: HoleState): ProjectIndex {
    const loaded = this.loadedFor(state.request.file);
    loaded.index.update(loaded.project, state.snapshot.program, state.snapshot);
    return loaded.index;
  }

  private loadedFor(file: string): Loaded {
    const known = this.byFile.get(file);
    const kept = known === undefined ? undefined : this.projects.get(known);
    if (known !== undefined && kept) {
      this.projects.delete(known);
      this.projects.set(known, kept);
      return kept;
    }
    const config = projectOf(this.tsc, file, this.root, this.limits);
    const key = config.path ?? this.root;
    this.byFile.set(file, key);
    const existing = this.projects.get(key);
    if (existing) return existing;
    const { tsc, root, limits, packages, registry, open } = this;
    const project = new TsProject({ tsc, root, limits, packages, registry, open }, config);
    const loaded: Loaded = { project, index: new ProjectIndex(tsc) };
    this.projects.set(key, loaded);
    const closed = [...this.projects.keys()].slice(0, -maxProjects);
    for (const old of closed) this.projects.delete(old);
    if (closed.length > 0) this.registry.keep([...this.projects.values()].map((each) => each.project));
    return loaded;
  }
}

function diagnosticOf(tsc: Ts, diagnostic: ts.Diagnostic, kind: 'syntax' | 'type'): TypeDiagnostic {
  const start = diagnostic.start ?? 0;
  return {
    span: { start, end: start + (diagnostic.length ?? 0) },
    message: tsc.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    code: diagnostic.code,
    category: diagnostic.category === tsc.DiagnosticCategory.Error ? 'error' : 'warning',
    kind,
  };
}
