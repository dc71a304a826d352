/**
 * What resolving speaks in: a conflict comes in, ranked resolutions go out, each with where it comes from, what was
 * checked, how often its like was right, and therefore in which tier it stands.
 */

import type { RepeatKind } from '../merge/aftermath/repeatReaders.ts';
import type { Sides } from '../merge/conflict.ts';
import type { EditAccount } from '../merge/edits.ts';
import type { ClaimKind } from '../merge/lines/claimReaders.ts';
import type { Meeting } from '../merge/meeting/meets.ts';
import type { MovedEdit } from '../merge/moved.ts';
import type { FileFacts } from './fileFacts.ts';
import type { VersionDoubt } from './rules/versionDoubt.ts';
import type { WholeConflict } from './wholeConflict.ts';

export type { EditAccount, EditFate } from '../merge/edits.ts';

/** One conflict and all that is known around it. `before` and `after` are merged text, whole lines. */
export interface ConflictContext {
  readonly path: string;
  readonly sides: Sides;
  readonly before: string;
  readonly after: string;
  /** What a candidate is parsed in. Absent: `before` and `after` are all there is. */
  readonly file?: WholeFile;
  /** Commit times, Unix seconds. */
  readonly times?: { readonly base: number; readonly left: number; readonly right: number };
  /** The conflict's text as cut out of whole-file structured merges, where those keep everything outside the conflict. */
  readonly structured?: string;
  /** Conflicts of the same merge that the user decided, oldest first. */
  readonly siblings?: readonly DecidedSibling[];
  readonly openSiblings?: readonly OpenSibling[];
  readonly history?: { readonly left: readonly SideCommit[]; readonly right: readonly SideCommit[] };
  /** What the file was on each side since the base, before what it is now; absent where that is not known. */
  readonly former?: Former;
  /** What its file is like; absent where only the conflict is known. */
  readonly facts?: FileFacts;
  /** Edits in it whose lines the other side moved elsewhere in the file, or to another; absent where there are none. */
  readonly moved?: readonly MovedEdit[];
  /** Absent where `sides` are the whole conflict. */
  readonly whole?: WholeConflict;
}

/** A file as one commit of a side left it. */
export interface FormerVersion {
  readonly text: string;
  /** Abbreviated id and first line of the message of that commit, where known. */
  readonly commit?: string;
  readonly subject?: string;
}

/** Earlier versions of a file on both sides, newest first; the sides' own are not among them. */
export interface Former {
  readonly left: readonly FormerVersion[];
  readonly right: readonly FormerVersion[];
}

/** The file around a conflict, our side in its other conflicts. */
export interface WholeFile {
  readonly before: string;
  readonly after: string;
  /** The file with our side in every conflict, one object for all of them. */
  readonly of?: { readonly text: string };
  /** It has no other conflict. */
  readonly alone: boolean;
  /** Both sides' own files, as they were before the merge, where they are known. */
  readonly versions?: { readonly base?: string; readonly left: string; readonly right: string };
}

export interface OpenSibling {
  readonly path: string;
  readonly sides: Sides;
}

export interface DecidedSibling extends OpenSibling {
  readonly chosen: string;
  /** What was known of it when it was decided (`Ranker.remember`), from the repository: checked where it is read. */
  readonly seen?: unknown;
}

export interface SideCommit {
  readonly time: number;
  readonly author: string;
  readonly subject: string;
}

/** Where a text comes from: a stable name (docs/resolutions.md lists them) and one line for people. */
export interface Origin {
  readonly name: string;
  readonly reason: string;
}

export interface Candidate {
  readonly text: string;
  readonly origin: Origin;
  /** Every generator that gave this same text; the first is the origin's. */
  readonly generators: readonly string[];
}

export type Evidence =
  | { readonly check: 'parses'; readonly passed: boolean }
  | { readonly check: 'edits'; readonly left: EditAccount; readonly right: EditAccount }
  | { readonly check: 'invented'; readonly tokens: readonly string[] }
  | { readonly check: 'duplicates'; readonly names: readonly string[] }
  /** What stands twice in a list that may hold it once: a key, a case, an attribute, a named argument. */
  | {
      readonly check: 'repeats';
      readonly repeats: readonly { readonly what: RepeatKind | ClaimKind; readonly name: string }[];
    }
  /** What is right in each side and hardly is together, one line each; they say ours and theirs. */
  | { readonly check: 'together'; readonly said: readonly string[] }
  /** What one side added means something else in this order: under the other's heading, behind its `return`. They say ours and theirs. */
  | { readonly check: 'astray'; readonly said: string }
  /** Expressions in which an edit of ours meets one of theirs: it may be one thing that both mended, each in its way. */
  | { readonly check: 'meets'; readonly meetings: readonly Meeting[] }
  /** What the user decided in this operation: it moved the confidence. `alike`: so many of `decided` went the same way. */
  | {
      readonly check: 'decided';
      readonly way: 'ours' | 'theirs' | 'both';
      readonly alike: number;
      readonly decided: number;
    }
  /** The text is this side's, which once had here what the other has now, and changed it since. */
  | {
      readonly check: 'went on';
      readonly side: 'ours' | 'theirs';
      readonly commit?: string;
      readonly subject?: string;
    }
  | { readonly check: 'types'; readonly newErrors: readonly string[] }
  /** The sides differ in version numbers alone, and the larger need not be what is meant. */
  | ({ readonly check: 'version' } & VersionDoubt)
  /** The sides differ in white space that may mean something, which neither the number nor the edit account sees. */
  | { readonly check: 'space' }
  /** What one side edits here stands elsewhere in the other's file, or in another, since it was moved: no text here can be all of it. */
  | { readonly check: 'moved'; readonly moves: readonly Pick<MovedEdit, 'by' | 'path' | 'line' | 'name'>[] }
  /** What the merge may have broken in the rest of the file. */
  | { readonly check: 'elsewhere'; readonly warnings: readonly string[] };

/** safe: may be applied in bulk. likely: one click. possible: shown on request. */
export type Tier = 'safe' | 'likely' | 'possible';

export interface Resolution {
  readonly candidate: Candidate;
  readonly evidence: readonly Evidence[];
  /** Measured frequency with which the like of this equalled what the developer chose, 0–1. */
  readonly confidence: number;
  /** Where one decision raised it: the confidence without that, which is what counts for the file as a whole. */
  readonly sure?: number;
  readonly tier: Tier;
  /** The confidence from which it would be likely here; absent where that was not measured. */
  readonly enough?: number;
  /** The user decided so much of the merge that confidence and tier were measured with such decisions. */
  readonly afterDecisions?: boolean;
}
