/**
 * Mortise's own requests and notifications, beside plain LSP (docs/protocol.md describes them for other clients). Pure data:
 * the VS Code client imports these types, the server answers in them. Places are LSP positions.
 */

export interface Place {
  readonly line: number;
  readonly character: number;
}

export interface PlaceRange {
  readonly start: Place;
  readonly end: Place;
}

export const requests = {
  /** DocumentParams → DocumentConflicts. */
  conflicts: 'mortise/conflicts',
  /** RepositoryParams or nothing → RepositoryView[]: every known work tree, its paused operation and its unmerged files. */
  repository: 'mortise/repository',
  /** ResolveParams → ResolveAnswer: edits by a policy, neither applied nor staged. */
  resolve: 'mortise/resolve',
  /** DecidedParams → null: the user resolved a conflict in another way; the rest is ranked anew. */
  decided: 'mortise/decided',
  /** SideParams → SideAnswer: one side of a file as a clean text. */
  side: 'mortise/side',
  /** FileActionParams → null: an explicit action of the user on one unmerged path. */
  fileAction: 'mortise/fileAction',
  /** DocumentParams → RestoreView: what Mortise applied to a file and can be taken back. */
  applied: 'mortise/applied',
  /** HandoverParams → HandoverAnswer | null: the file without markers, for an editor with three panes. */
  handover: 'mortise/handover',
  /** FilledParams → null: likely proposals of the last handover that the client filled in; they are logged. */
  filled: 'mortise/filled',
  /** RootParams → AutoMergeView | null: which files differ from what git merged by itself. */
  autoMerge: 'mortise/autoMerge',
  /** AutoMergeFileParams → AutoMergeText | null: git's own merge of one file. */
  autoMergeText: 'mortise/autoMergeText',
  /** DocumentParams → SameAnswer | null: what the user has chosen alike so far, and how many open conflicts are like it. */
  same: 'mortise/same',
  /** RootParams → ReportView: all that was resolved in the paused operation, by whom and on what evidence. */
  report: 'mortise/report',
  /** RootParams → TrailerAnswer: writes one trailer for each automatic resolution into git's prepared message. */
  trailers: 'mortise/trailers',
  /** RootParams → StagedMarkersView: conflict markers that going on would commit; an error where that cannot be known. */
  stagedMarkers: 'mortise/stagedMarkers',
  /** UnsettledParams → UnsettledView: tracked files that are not what is staged of them; an error where that cannot be known. */
  unsettled: 'mortise/unsettled',
  /** CommitParams → string | null: one commit as git shows it. */
  commit: 'mortise/commit',
  /** SampleParams → null: makes a repository whose merge has stopped, in an empty folder. */
  sample: 'mortise/sample',
} as const;

export const notifications = {
  /** Server → client, ChangedParams: conflicts or repositories are no longer what was answered. */
  changed: 'mortise/changed',
  /** Server → client, DocumentParams: the user decided a conflict by other means than ours, and it was counted. */
  taken: 'mortise/taken',
  /** Client → server: look at the repositories again. */
  refresh: 'mortise/refresh',
} as const;

/** Commands of the server (workspace/executeCommand). Each takes one object. */
export const commands = {
  /** TakeParams: apply one choice to one conflict, through workspace/applyEdit; counted as the user's decision. */
  take: 'mortise.server.take',
  /** ResolveParams: apply all that the policy allows, through workspace/applyEdit; answers a Summary. */
  resolve: 'mortise.server.resolve',
  /** DocumentParams: apply to the like conflicts what SameAnswer names, in one edit over all files; answers a Summary. */
  same: 'mortise.server.same',
  /** DocumentParams: remove marker lines that belong to no conflict any more. */
  tidy: 'mortise.server.tidy',
} as const;

/** Said of a click on what stands no more: a conflict that is gone, or one of several alike of which one was decided since. */
export const GONE =
  'nothing was done: what you clicked was of a moment ago, and its conflict was decided or changed since.';

/** What a client says about itself in `initializationOptions`. All is optional; a plain LSP client sends nothing. */
export interface ClientOptions {
  /** The client has `mortise.preview`, `mortise.alternatives`, `mortise.next` and shows `$(icon)` in titles. */
  readonly vscode?: boolean;
  /** The workspace is not trusted: nothing of a repository is changed and git is not asked about its content. */
  readonly untrusted?: boolean;
  /** The client answers `mortise/provider/…`: what the editor's other extensions know. */
  readonly providers?: boolean;
  /** Ghost text may need edits elsewhere (an import): the client applies `data.edits` when an item is accepted whole. */
  readonly ghostEdits?: boolean;
}

export interface DocumentParams {
  readonly uri: string;
}

export type Tier = 'safe' | 'likely' | 'possible';
/** What a conflict or a file asks of the user: nothing but a look, a click, or a decision. */
export type Need = 'safe' | 'likely' | 'yours';

export interface DocumentConflicts {
  readonly uri: string;
  readonly version: number;
  readonly conflicts: readonly ConflictView[];
}

export interface ConflictView {
  /** Names the conflict by its content: stays the same while other parts of the file change. */
  readonly id: string;
  /** Whole lines, markers included; ends at the start of the line after. */
  readonly range: PlaceRange;
  readonly sections: { readonly left: PlaceRange; readonly base?: PlaceRange; readonly right: PlaceRange };
  /** Real names: branch or commit, not "ours" and "theirs". */
  readonly names: { readonly left: string; readonly right: string };
  readonly need: Need;
  /** Why nothing in bulk touches it. What is safe by itself and held back needs a look: its `need` is `likely`. */
  readonly held?: string;
  /** This conflict was resolved before in this repository: how, when, and by which merge (absent: git's rerere knows it). */
  readonly remembered?: {
    readonly text: string;
    readonly day: string;
    /** "resolved so in abc1234". */
    readonly said: string;
    readonly merge?: { readonly commit: string; readonly author: string; readonly title: string };
    /** The first of `resolutions`; never more than possible by itself. */
    readonly resolution: ResolutionView;
  };
  /** The one that was taken before first, then the best first. `need` is what the ranked ones ask for. */
  readonly resolutions: readonly ResolutionView[];
}

/** Where a line of a result comes from. mixed: words of several versions; invented: a word of none. */
export type LineOrigin = 'both' | 'left' | 'right' | 'base' | 'mixed' | 'invented';

export interface ResolutionView {
  readonly id: string;
  readonly text: string;
  /** One line: what it does. */
  readonly reason: string;
  readonly tier: Tier;
  readonly confidence: number;
  /** The confidence in words: "93 in 100 like this were resolved so". */
  readonly odds: string;
  /** What was checked, one line each. */
  readonly evidence: readonly string[];
  readonly lines: readonly { readonly text: string; readonly from: LineOrigin }[];
  /** Checked, and every edit of both sides is in it. */
  readonly keepsAll: boolean;
  /** Lines of each section (counted from its start) that the result does not contain. */
  readonly dropped: { readonly left: readonly number[]; readonly right: readonly number[] };
}

export type Choice =
  | 'left'
  | 'right'
  | 'left-right'
  | 'right-left'
  | 'base'
  | 'remembered'
  | { readonly resolution: string };

export interface TakeParams extends DocumentParams {
  readonly conflict: string;
  readonly choice: Choice;
}

export interface DecidedParams extends DocumentParams {
  readonly conflict: string;
  readonly text: string;
}

export interface ResolveParams {
  /** One document, or every conflicted file of a work tree, or (neither given) of all known work trees. */
  readonly uri?: string;
  readonly root?: string;
  readonly tier: 'safe' | 'likely';
}

export interface ResolveAnswer {
  readonly edit: { readonly documentChanges: readonly DocumentEdit[] };
  readonly summary: Summary;
}

export interface DocumentEdit {
  readonly textDocument: { readonly uri: string; readonly version: number | null };
  readonly edits: readonly { readonly range: PlaceRange; readonly newText: string }[];
}

export interface Summary {
  readonly files: readonly FileSummary[];
  /** Conflicts resolved and left, over all files asked for. */
  readonly resolved: number;
  readonly left: number;
  /** Why nothing was done, as a sentence. */
  readonly problem?: string;
}

export interface FileSummary {
  readonly uri: string;
  readonly path: string;
  readonly resolved: readonly { readonly line: number; readonly reason: string; readonly odds: string }[];
  readonly left: number;
  /** Of these, what the tier would have taken by itself, and why it was held back. */
  readonly held: readonly { readonly line: number; readonly why: string }[];
  /** Why nothing could be applied here, as a sentence: the file is read-only, or nothing can be logged. */
  readonly refused?: string;
}

export interface RepositoryParams {
  /** Ask git again first: before a step that depends on what is staged this very moment. */
  readonly fresh?: boolean;
}

export interface RepositoryView {
  readonly root: string;
  readonly gitDir: string;
  readonly operation: OperationView;
  readonly files: readonly FileView[];
  /** Resolved and staged in this operation; each can be made a conflict again. */
  readonly staged: readonly StagedView[];
  /** Files that both sides added under one number, which git merges without a word; absent where there are none, or not looked for yet. */
  readonly sameNumbers?: readonly SameNumberView[];
}

/** Of the paths, what one side added and what the other did. */
export interface SameNumberView {
  /** "both sides added number 0012 to db/migrate: 0012_users.sql (main), 0012_rooms.sql (feature)" */
  readonly said: string;
  readonly folder: string;
  readonly number: string;
  /** URIs of files that are there, one of each side at least. */
  readonly left: readonly string[];
  readonly right: readonly string[];
}

export interface StagedView {
  readonly uri: string;
  readonly path: string;
  /** How many conflicts it had, where that was counted. */
  readonly total?: number;
}

export interface OperationView {
  readonly kind: string;
  readonly title: string;
  /** Another for each stop, and for each time it is begun: the title may be the same. */
  readonly run: string;
  readonly step?: { readonly n: number; readonly of: number };
  readonly left: string;
  readonly right: string;
  /** Theirs is the user's own work, committed nowhere (`git switch -m`). Also where nothing is paused: the sides are known then. */
  readonly onlyCopy?: 'right';
  /** What the user types to go on and to give up. */
  readonly next?: { readonly go: string; readonly stop?: string };
}

export interface FileView {
  readonly uri: string;
  readonly path: string;
  readonly kind: string;
  readonly title: string;
  /** Of a file without lines to merge: where a side that deleted it has the lines that the other edited in it; empty where nothing was moved, absent until that is known. */
  readonly moved?: string;
  /** Conflicts with markers, by what they need; `safe` is what *safe* in bulk resolves. Absent until counted; all zero: resolved and not yet staged. */
  readonly counts?: { readonly safe: number; readonly likely: number; readonly yours: number };
  /** Of the likely ones, those that are safe by themselves and held back from bulk, and why the first of them is. */
  readonly held?: { readonly count: number; readonly why: string };
  /** It is one side to the letter and nobody is known to have chosen that: which, in words. A driver that was killed leaves a file so; `restore` is among its actions then. */
  readonly whole?: string;
  /** How many conflicts the file had when it was first seen. */
  readonly total?: number;
  /** A name both its conflicts and those of other files change, and those files. */
  readonly shares?: { readonly name: string; readonly paths: readonly string[] };
  /** What can be asked of this path as a whole, with its label for people. */
  readonly actions: readonly { readonly action: FileAction; readonly title: string }[];
}

/**
 * stage: git add. reopen: make a path unmerged again that was staged; the work tree is left alone. The others put one
 * version into the work tree and stage nothing.
 */
export type FileAction = 'stage' | 'reopen' | 'keep-left' | 'keep-right' | 'keep-base' | 'restore';

export interface FileActionParams {
  readonly root: string;
  readonly path: string;
  /** `stage` alone: further paths, staged in the same step, all or none. */
  readonly also?: readonly string[];
  readonly action: FileAction;
}

export interface SideParams extends DocumentParams {
  readonly side: 'base' | 'left' | 'right';
}

export interface SideAnswer {
  readonly text: string;
  readonly name: string;
}

export interface RestoreView {
  readonly entries: readonly {
    readonly line: number;
    readonly reason: string;
    readonly conflict: string;
    readonly text: string;
  }[];
  /** The whole file as it was before Mortise first changed it. */
  readonly original?: string;
  /** Git holds the path for resolved (the merge driver did it): `reopen` it after a restore, or a commit keeps the resolution. */
  readonly staged?: { readonly root: string; readonly path: string };
}

export interface ChangedParams {
  /** Documents whose conflicts changed; absent: repositories changed. */
  readonly uri?: string;
}

export interface RootParams {
  readonly root: string;
}

/** Conflicts up to this tier are filled in with their best resolution; the others with the common base. */
export interface HandoverParams extends DocumentParams {
  readonly tier: 'safe' | 'likely';
  /** The client puts the text in now: what is filled in is logged as applied. */
  readonly apply?: boolean;
}

export interface FilledParams extends DocumentParams {
  /** Indexes into the answer's proposals. */
  readonly filled: readonly number[];
}

export interface HandoverAnswer {
  /** Of the document this text was made from. */
  readonly version: number;
  readonly text: string;
  /** Conflicts filled in, and those that stand as in the base. */
  readonly filled: number;
  readonly open: number;
  readonly names: { readonly left: string; readonly right: string };
  /** What could still be filled in: `base` stands in `text` between `before` and `after`. */
  readonly proposals: readonly {
    readonly before: string;
    readonly base: string;
    readonly after: string;
    readonly text: string;
  }[];
}

export interface AutoMergeView {
  readonly files: readonly { readonly uri: string; readonly path: string }[];
}

export interface AutoMergeFileParams extends RootParams {
  readonly path: string;
}

export interface AutoMergeText {
  readonly text: string;
}

/** `key` of the offer that the user took: where another holds by now, nothing is done. */
export interface SameParams extends DocumentParams {
  readonly key?: string;
}

export interface SameAnswer {
  /** For people: "You took theirs in 4 of 4 version bumps." */
  readonly said: string;
  /** Names this suggestion: the same pattern and choice give the same key. */
  readonly key: string;
  readonly count: number;
  readonly files: readonly string[];
}

export interface ReportView {
  readonly title: string;
  readonly entries: readonly ReportEntry[];
}

export interface ReportEntry {
  readonly uri: string;
  readonly path: string;
  readonly line: number;
  /** automatic: applied in bulk or by the merge driver; chosen: by the user, one conflict at a time. */
  readonly by: 'automatic' | 'chosen';
  readonly tier: string;
  readonly reason: string;
  readonly odds: string;
  readonly evidence: readonly string[];
  /** Whether an edit of either side was dropped; unknown: it was not computed. */
  readonly edits: 'kept' | 'dropped' | 'unknown';
  /** Taken back since, by undo or by restoring the conflict. */
  readonly undone: boolean;
}

export interface TrailerAnswer {
  readonly count: number;
}

/** Whole markers or half ones in what is staged, that no version being merged has there already. */
export interface StagedMarkersView {
  readonly marks: readonly {
    readonly uri: string;
    readonly path: string;
    /** 1-based, in the staged text. */
    readonly line: number;
    readonly half: boolean;
    /** Git still knows its versions: `reopen` makes it a conflict again. */
    readonly reopens: boolean;
  }[];
}

export interface UnsettledParams extends RootParams {
  /** Documents that the client holds unsaved. Absent: those whose text is not the file's. */
  readonly unsaved?: readonly string[];
}

export interface UnsettledView {
  readonly files: readonly {
    readonly uri: string;
    readonly path: string;
    /** markers: in the editor or on disk; unsaved: in the editor only; changed: on disk, after it was staged. */
    readonly why: 'markers' | 'unsaved' | 'changed';
    /** 1-based, of the first marker. */
    readonly line?: number;
    /** conflict: was in conflict; operation: the commit changes it all the same; outside: nothing of it is staged. */
    readonly part: 'conflict' | 'operation' | 'outside';
  }[];
}

export interface CommitParams extends RootParams {
  readonly commit: string;
}

export interface SampleParams {
  readonly folder: string;
}
