/**
 * Requests and notifications of completion, beside plain LSP (docs/protocol.md and docs/protocol-chatlsp.md describe them
 * for other clients). Pure data: the VS Code client imports these types, the server answers in them.
 */
import type { Place, PlaceRange } from './protocol.ts';

/** A hole: it begins at `position`; text up to `end`, if given, is what a fill replaces. */
export interface PlaceParams {
  readonly textDocument: { readonly uri: string };
  readonly position: Place;
  readonly end?: Place;
}

export const completionRequests = {
  /** InspectParams → Inspection: what is known of a hole, what a model would be given and why, and the candidates. */
  inspect: 'mortise/inspect',
  /** PlaceParams → FillAnswer: edits that write the missing members at the cursor; nothing is applied. */
  fillMissing: 'mortise/fillMissingMembers',
  /** ChatLSP (docs/protocol-chatlsp.md). */
  aiTutorial: 'mortise/aiTutorial',
  expectedType: 'mortise/expectedType',
  relevantTypes: 'mortise/retrieveRelevantTypes',
  relevantHeaders: 'mortise/retrieveRelevantHeaders',
  errorReport: 'mortise/errorReport',
} as const;

export const completionNotifications = {
  /** Server → client, CompletionStatus: the index of a workspace is being built, or ready, or limited. */
  status: 'mortise/completionStatus',
  /** Server → client, ReadyParams: an inline completion that was late is there now; ask again. */
  ready: 'mortise/completionReady',
} as const;

/** Server → client, if the client said `providers`: what the editor's other extensions know. Answers are LSP's own shapes. */
export const providerRequests = {
  /** PlaceParams → SignatureHelp | null. */
  signature: 'mortise/provider/signatureHelp',
  /** PlaceParams → string[]: the hover's text, one entry a part. */
  hover: 'mortise/provider/hover',
  /** PlaceParams → Location[]. */
  typeDefinition: 'mortise/provider/typeDefinition',
  /** PlaceParams → Location[]. */
  definition: 'mortise/provider/definition',
  /** PlaceParams → Location[]: where the types that implement an interface are named. */
  implementation: 'mortise/provider/implementation',
  /** {textDocument} → DocumentSymbol[] (or SymbolInformation[]). */
  documentSymbols: 'mortise/provider/documentSymbols',
  /** {query} → SymbolInformation[]. */
  workspaceSymbols: 'mortise/provider/workspaceSymbols',
  /** PlaceParams and {resolve: number} → CompletionItem[], the first of them resolved. */
  completion: 'mortise/provider/completion',
  /** {textDocument} → Diagnostic[] of the document as it stands. */
  diagnostics: 'mortise/provider/diagnostics',
} as const;

/** What ghost text carries beside LSP's fields, for clients that show it. */
export interface Judged {
  /** Calibrated where the model was trained: of completions with 0.6, six in ten are what the developer wrote. */
  readonly confidence: number;
  /** One line for people: number, checks, origin. */
  readonly evidence: string;
  /** What goes with the text, all before it: its import. Only for clients that say `ghostEdits`. */
  readonly edits?: readonly { readonly range: PlaceRange; readonly newText: string }[];
}

export interface InspectParams extends PlaceParams {
  /** Tokens of context; 1024 by default. */
  readonly budget?: number;
}

export interface Inspection {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly expected: string | null;
  /** checker: the language demands it. prior: guessed. text: read from the code before the cursor. */
  readonly from: 'checker' | 'prior' | 'text' | null;
  readonly kind: string | null;
  readonly place: string | null;
  readonly budget: number;
  readonly context: readonly InspectedItem[];
  readonly candidates: readonly InspectedCandidate[];
  /** Confidence from which a completion is shown without being asked for. */
  readonly threshold: number;
  /** Why the answer is weaker than it could be, for people. */
  readonly notes: readonly string[];
  /** All of the above as Markdown, for a client that only shows it. */
  readonly text: string;
}

export interface InspectedItem {
  readonly source: string;
  /** Relative to the workspace's folder. */
  readonly path: string;
  readonly text: string;
  readonly tokens: number;
  readonly reason: string;
}

export interface InspectedCandidate extends Judged {
  readonly text: string;
  readonly origin: string;
  readonly source: string;
  readonly checked: boolean;
  /** It brings edits elsewhere in the file: an import. */
  readonly imports: boolean;
}

export type FillAnswer =
  | {
      readonly edits: readonly { readonly range: PlaceRange; readonly newText: string }[];
      readonly version: number;
      readonly checked: boolean;
      /** Members that are still missing: no value is known for them. */
      readonly left: readonly string[];
    }
  | { readonly problem: string };

export interface CompletionStatus {
  readonly root: string;
  readonly state: 'indexing' | 'ready';
  readonly files: number;
  /** Limits that were met, one line each. */
  readonly notes: readonly string[];
}

export interface ReadyParams {
  readonly uri: string;
  readonly version: number;
  readonly position: Place;
}
