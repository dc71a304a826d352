/**
 * What the rest of the server asks of types. `tsEngine.ts` implements it over TypeScript's checker in a worker;
 * `noTypes` is the implementation that knows no language, with which everything above still works, less well.
 * Every request carries the buffer: its text stands for the file everywhere, and the version on disk is never read.
 * No method throws or rejects for bad input, a deadline, an abort or a crashed worker: it answers "nothing".
 */
import type { Edit, Span } from '../text/span.ts';

/** A buffer with a hole: `text` is complete at `offset`; `[offset, suffixOffset)`, if given, is text to be replaced. */
export interface HoleRequest {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  readonly offset: number;
  readonly suffixOffset?: number;
}

/** expression: any value. argument: a value handed to a call. member: a name after a dot. statements: code of a block. */
export type HoleKind = 'expression' | 'argument' | 'member' | 'statements';

/** The place of a hole in its code, as finely as ranking wants it. */
export type HolePlace =
  | 'initialiser'
  | 'assignment'
  | 'argument'
  | 'return'
  | 'arrowBody'
  | 'property'
  | 'element'
  | 'operand'
  | 'condition'
  | 'template'
  | 'jsxAttribute'
  | 'jsxChild'
  | 'member'
  | 'objectMember'
  | 'interfaceMember'
  | 'classMember'
  | 'case'
  | 'await'
  | 'spread'
  | 'type'
  | 'statement'
  | 'other';

export interface TypedHole {
  readonly span: Span;
  readonly kind: HoleKind;
  readonly place: HolePlace;
  /** The expected type as a reader would write it. Absent when nothing is known. */
  readonly expected?: string;
  /** checker: the language demands it. prior: guessed from the name, from later use or from sibling assignments. */
  readonly expectedFrom?: 'checker' | 'prior';
  /** What the hole's value will be called: the variable, parameter, property or function it is for. */
  readonly name?: string;
  /** For an argument: the callee as written, and the argument's index. */
  readonly callee?: string;
  readonly argument?: number;
  /** The name of the enclosing function or method, and of the enclosing class. */
  readonly enclosing?: string;
  readonly enclosingClass?: string;
  /** Syntax errors stand in the file beside the hole: what is said about types is less certain. */
  readonly broken: boolean;
  /** Why no fill is checked whatever the checker says: its own statement has syntax errors, nobody knows what stands before the dot, or a fold's first value is to come. */
  readonly unsure?: 'syntax' | 'receiver' | 'fold';
  /** JavaScript whose types the project does not check: of a fill names, members and calls are checked alone. */
  readonly loose?: boolean;
  /** The call that the hole is an argument of must have further ones behind it. */
  readonly lacks?: boolean;
}

export type TypedSource =
  | 'place'
  | 'expectedType'
  | 'signature'
  | 'relevantType'
  | 'header'
  | 'member'
  | 'value'
  | 'skeleton'
  | 'import'
  | 'enum'
  | 'own'
  | 'export';

/** One piece of typed context: a declaration, cut to what a reader needs, from one file. */
export interface TypedItem {
  readonly source: TypedSource;
  /** Absolute path of the declaring file. */
  readonly path: string;
  readonly name: string;
  /** Code to show: it declares every name in `names`. */
  readonly text: string;
  /** Names that `text` declares with a type or a signature. */
  readonly names: readonly string[];
  /** Where the declaration stands in `path`, as far as it is one piece: in the hole's own file, offsets into the request's text. */
  readonly span?: Span;
  /** Estimated share of holes of this kind that use a name of this item, 0–1: spend a budget on score per token. */
  readonly score: number;
  /** The smaller, the nearer: depth in the closure of types, or scopes between the declaration and the hole. */
  readonly depth: number;
  /** One line for people: why this piece is here. */
  readonly reason: string;
}

export interface ContextLimits {
  /** Upper bound on the sum of `text` lengths, UTF-16 units. Default 24,000. */
  readonly maxLength?: number;
  /** Names likely to be used (from the n-gram or retrieval), best first: used to find exports that are not imported yet. */
  readonly hints?: readonly string[];
  /** Milliseconds, for an engine that asks others: what is found by then is the answer. */
  readonly deadline?: number;
}

export type TypedOrigin =
  | 'variable'
  | 'property'
  | 'call'
  | 'constructor'
  | 'literal'
  | 'enum'
  | 'object'
  | 'function'
  | 'template'
  | 'jsx'
  | 'await'
  | 'operator'
  | 'member'
  | 'missingMembers'
  | 'switchArms'
  | 'statement';

/** A fill of the hole, not yet checked. `edits` go with it, elsewhere in the buffer: an import. */
export interface TypedCandidate {
  /** How often its like was right, where that was measured by itself: no ranker has seen such. */
  readonly odds?: number;
  readonly text: string;
  readonly origin: TypedOrigin;
  /** Negative log of an estimated probability (natural logarithm): the cheaper the better, comparable across candidates. */
  readonly cost: number;
  /** The checker compared its type with the expected type: true, it fits; false, there was nothing to compare with. */
  readonly fits: boolean;
  readonly edits?: readonly Edit[];
  /** Measures for a ranker, in the order of `factNames` (candidateCost.ts). */
  readonly facts?: readonly number[];
}

/** An export that a word being typed may become, with its import; the checker has seen it in its place. */
export interface Brought {
  readonly text: string;
  readonly origin: TypedOrigin;
  readonly edits: readonly Edit[];
  /** More must follow: arguments, a member. */
  readonly goesOn: boolean;
  /** What its type reaches was too much to look at. */
  readonly near: boolean;
}

export interface EnumerateLimits {
  /** Default 100. */
  readonly maxCandidates?: number;
  /** Milliseconds for this call. Default 150. */
  readonly deadline?: number;
  /** Only candidates that begin with this text. */
  readonly prefix?: string;
}

/** What is to be checked at the hole: the text that fills it, and edits elsewhere in the buffer (offsets into the request's text). */
export interface Fill {
  readonly text: string;
  readonly edits?: readonly Edit[];
}

/**
 * What the block around a hole still lacks: members of an object literal or of a class, attributes of a tag, arms of a switch (the hole is a
 * case's label there, and the texts are whole arms). Each with what could be written for it, best first; nothing: no value is known.
 */
export interface Missing {
  readonly kind: 'members' | 'stubs' | 'arms' | 'attributes';
  readonly parts: readonly { readonly name: string; readonly fills: readonly Fill[] }[];
  /** many: more than are written at once; late: time ran out. The parts have no texts then, or are not known. */
  readonly unfinished?: 'many' | 'late';
  /** Where they have to stand instead: in the hole's place arms would take over what falls into it from above, members what a spread brings. */
  readonly above?: number;
}

/**
 * ok: no new error. error: the fill brings one. unknown: no checker, no time, or the file is beyond the limits. leaves, where it is asked
 * for: no new error, but what waits for a condition to be safe stays an error, though other fills would mend it. near: no new error in its
 * own statement, and what its type reaches further was too much to look at.
 */
export type CheckResult = 'ok' | 'leaves' | 'near' | 'error' | 'unknown';

export interface CheckLimits {
  /** Milliseconds for this call; fills that were not reached come back 'unknown'. Default 400. */
  readonly deadline?: number;
  /** Stop after this many 'ok'. */
  readonly enough?: number;
  /** Judge a fill by its own text alone: what the surroundings make of its value may come later. */
  readonly alone?: boolean;
  /** Refuse also what no checker minds and nobody writes there: a function as a condition. */
  readonly sense?: boolean;
  /** Tell apart what 'leaves' errors, else 'ok'. */
  readonly tellsLeft?: boolean;
  /** Stop with fewer, `enough` of them, once `after` milliseconds have passed. */
  readonly settle?: { readonly enough: number; readonly after: number };
}

export interface TypeDiagnostic {
  readonly span: Span;
  readonly message: string;
  readonly code: number;
  readonly category: 'error' | 'warning';
  readonly kind: 'syntax' | 'type';
}

/** What an opened project is, for people and for tests. */
export interface ProjectState {
  readonly ready: boolean;
  /** The configuration in use; absent for an inferred project. */
  readonly config?: string;
  readonly files: number;
  /** Limits that were met and other reasons why answers may be weaker, each one line for people. */
  readonly notes: readonly string[];
}

export interface TypeEngine {
  /** Whether this engine answers for the file at all (by its name). */
  knows(file: string): boolean;
  /** Of an engine that asks others: they were asked about such files, and nobody has ever said anything. */
  isSilent?(file: string): boolean;
  /** Load the projects under `root`. Resolves when the first program is ready; other requests may be sent before. */
  open(root: string, signal?: AbortSignal): Promise<ProjectState>;
  hole(request: HoleRequest, signal?: AbortSignal): Promise<TypedHole | undefined>;
  /** Best first. */
  context(request: HoleRequest, limits?: ContextLimits, signal?: AbortSignal): Promise<readonly TypedItem[]>;
  /** Cheapest first; no two with one text. */
  enumerate(request: HoleRequest, limits?: EnumerateLimits, signal?: AbortSignal): Promise<readonly TypedCandidate[]>;
  /** One result for each fill, in order: a fill is ok when the file with it has no error that the hole's surroundings did not have. */
  check(
    request: HoleRequest,
    fills: readonly Fill[],
    limits?: CheckLimits,
    signal?: AbortSignal,
  ): Promise<readonly CheckResult[]>;
  /**
   * For each text, the edit that imports the one name in it that nothing around the hole declares and a file of the project
   * exports; undefined where it needs none, or several, or none is known.
   */
  imports(
    request: HoleRequest,
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly Edit[] | undefined)[]>;
  /** Exports of the project that begin with `prefix` and are not known in the file yet, likeliest first. The hole is without that word. */
  bring(request: HoleRequest, prefix: string, signal?: AbortSignal): Promise<readonly Brought[]>;
  /** Undefined: the hole stands in no such block, or nobody knows what belongs there. */
  missing(request: HoleRequest, signal?: AbortSignal): Promise<Missing | undefined>;
  /** Syntax and type errors of a whole file as it stands in `text`. Undefined: not known. */
  errorReport(file: string, text: string, signal?: AbortSignal): Promise<readonly TypeDiagnostic[] | undefined>;
  /** Tell that files changed on disk (or were deleted): they are read again when next needed. */
  changed(files: readonly string[]): void;
  /** The text of another open buffer, which stands for its file from now on; undefined when it is closed. */
  buffer(file: string, text: string | undefined): void;
  dispose(): Promise<void>;
}

/** Whether nobody tells types of a file. */
export const isUntold = (types: TypeEngine, file: string): boolean =>
  !types.knows(file) || types.isSilent?.(file) === true;

export const noTypes: TypeEngine = {
  knows: () => false,
  open: async () => ({ ready: false, files: 0, notes: ['no type engine for this language'] }),
  hole: async () => undefined,
  context: async () => [],
  enumerate: async () => [],
  check: async (_request, fills) => fills.map(() => 'unknown'),
  imports: async (_request, texts) => texts.map(() => undefined),
  bring: async () => [],
  missing: async () => undefined,
  errorReport: async () => undefined,
  changed: () => {},
  buffer: () => {},
  dispose: async () => {},
};
