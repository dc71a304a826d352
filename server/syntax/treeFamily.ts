/**
 * Wasm trees of texts that differ little, each parsed from the one that is most like it. They stay alive while texts of their kind are
 * asked for (the versions of a file, then its candidates in their place, then the answered file): a tree is deleted only with its
 * family, since copies of shared subtrees are known by their address. Each tree is the one that its text has alone.
 */
import type { Tree as WasmTree } from 'web-tree-sitter';
import { commonPrefix, commonSuffix } from '../text/common.ts';
import type { Span } from '../text/span.ts';
import { type GrammarTables, TreeCopier } from './copyTree.ts';
import { changedLines, LikeLines, type Lines } from './likeLines.ts';
import { type Changed, changedRegions, changedSpan, editTree, type Version } from './reparse.ts';
import type { Tree } from './tree.ts';
import type { WasmMemory } from './wasmMemory.ts';

/** Bounds of a family, so that the wasm heap has one: trees, and UTF-16 units of their texts together. */
const MEMBERS = 24;
const UNITS = 600_000;
/** Texts are alike when they share this much of the longer one: with less, parsing anew is as cheap. */
const ALIKE = 0.5;
/** A member that shares this much is not compared with others. */
const ENOUGH = 0.9;
/** An error nearer than that to a difference (UTF-16 units) may come from it. */
const NEAR = 200;
/** Less of a text than that is not worth taking over by itself. */
const BEFORE = 0.2;
/** Smaller texts (UTF-16 units) are not compared line by line. */
const SMALL = 1000;

interface Member {
  readonly wasm: WasmTree;
  readonly version: Version;
  /** Regions of one call stand for each other, those of two calls need not. */
  readonly call: object;
  readonly errors: readonly ErrorAt[];
  lines?: Lines;
}

/** What a text can be parsed from, and where it differs from that. */
interface Likeness {
  readonly member: Member;
  readonly changed: () => Changed;
}

export type ParseText = (text: string, old: WasmTree | null) => WasmTree | null;

/** A class because it is a resource with a life: `end` frees what it holds. */
export class TreeFamily {
  readonly #members: Member[] = [];
  readonly #grammar: GrammarTables;
  readonly #memory: WasmMemory;
  readonly #copier: TreeCopier;
  #units = 0;
  #last: { readonly version: Version; readonly call: object; readonly like: Likeness | undefined } | undefined;
  readonly #lines = new LikeLines();

  constructor(grammar: GrammarTables, memory: WasmMemory) {
    this.#grammar = grammar;
    this.#memory = memory;
    this.#copier = new TreeCopier(grammar, memory, true);
  }

  /** It holds nothing that a text could be parsed from: errors are all it was asked for. */
  get isEmpty(): boolean {
    return this.#members.length === 0;
  }

  /** Whether it has room for a text and holds one like it. @param call one object a call. */
  takes(version: Version, call: object): boolean {
    if (this.#members.length >= MEMBERS || this.#units + version.text.length > UNITS) return false;
    return this.#mostLike(version, call) !== undefined;
  }

  /** Null: parsing was ended. @param parse throws where wasm traps; then the family must not be used again. */
  parse(version: Version, call: object, parse: ParseText): Tree | null {
    const { text } = version;
    const like = this.#mostLike(version, call);
    const changed = like?.changed() ?? [];
    let wasm = like === undefined ? parse(text, null) : parseFrom(like.member, text, changed, parse);
    if (wasm === null) return null;
    let tree = this.#copy(wasm, text);
    if (like !== undefined && tree.errors > 0 && !hasSameErrors(like.member.errors, errorsOf(tree), changed)) {
      // Recovery from an error looks at more than the changed part, and may find another way from an edited tree.
      wasm.delete();
      wasm = parseBehind(like.member, text, changed, parse);
      if (wasm === null) return null;
      tree = this.#copy(wasm, text);
    }
    this.#members.push({ wasm, version, call, errors: errorsOf(tree) });
    this.#units += text.length;
    return tree;
  }

  /** Trees with errors are copied to the letter, and share nothing. */
  #copy(wasm: WasmTree, text: string): Tree {
    const copier = wasm.rootNode.hasError ? new TreeCopier(this.#grammar, this.#memory, false) : this.#copier;
    return copier.copy(wasm, text);
  }

  end(): void {
    for (const { wasm } of this.#members.splice(0)) wasm.delete();
  }

  /** The member whose text is most like it, the newest of equals; undefined where none is alike. */
  #mostLike(version: Version, call: object): Likeness | undefined {
    if (this.#last?.version === version && this.#last.call === call) return this.#last.like;
    let like: Likeness | undefined;
    let most = ALIKE;
    for (let i = this.#members.length - 1; i >= 0 && most < ENOUGH; i--) {
      const member = this.#members[i];
      const share = member === undefined ? 0 : likeness(member, version, call);
      if (member === undefined || share <= most) continue;
      most = share;
      like = { member, changed: () => changedIn(member, version, call) };
    }
    if (most < ENOUGH) like = this.#likeByLines(version, most) ?? like;
    this.#last = { version, call, like };
    return like;
  }

  /** The member that shares more than `most` of its lines with a text, wherever they stand. */
  #likeByLines({ text }: Version, most: number): Likeness | undefined {
    if (text.length < SMALL || this.#members.length === 0 || this.#lines.isFull) return undefined;
    const own = this.#lines.read(text);
    const read = this.#members.map((member) => {
      member.lines ??= this.#lines.read(member.version.text);
      return member.lines;
    });
    const shared = this.#lines.shared(own, read);
    let like: Likeness | undefined;
    for (let i = this.#members.length - 1; i >= 0; i--) {
      const [member, lines] = [this.#members[i], read[i]];
      const share = (shared[i] ?? 0) / Math.max(text.length, member?.version.text.length ?? 0);
      if (!member || !lines || share <= most) continue;
      most = share;
      like = { member, changed: () => changedLines(lines, own) };
    }
    return like;
  }
}

/** Edits are made in a copy: the tree they are made from keeps telling the truth about its own text. */
function parseFrom(member: Member, text: string, changed: Changed, parse: ParseText): WasmTree | null {
  const edited = member.wasm.copy();
  try {
    editTree(edited, member.version.text, text, changed);
    return parse(text, edited);
  } finally {
    edited.delete();
  }
}

/** Only what stands before the first difference and the first error is taken over. */
function parseBehind(member: Member, text: string, changed: Changed, parse: ParseText): WasmTree | null {
  const { length } = member.version.text;
  const start = Math.min(changed[0]?.[0].start ?? length, member.errors[0]?.start ?? length);
  if (start < BEFORE * text.length) return parse(text, null);
  const rest = [
    { start, end: length },
    { start, end: text.length },
  ] as const;
  return parseFrom(member, text, [rest], parse);
}

/** Type and place of an ERROR or MISSING node. */
interface ErrorAt extends Span {
  readonly type: number;
}

function errorsOf(tree: Tree): ErrorAt[] {
  const found: ErrorAt[] = [];
  if (tree.errors === 0) return found;
  for (let n = 0; n < tree.size; n++) {
    if (tree.error[n] !== 1) continue;
    found.push({ type: tree.type[n] ?? 0, start: tree.start[n] ?? 0, end: tree.end[n] ?? 0 });
  }
  return found;
}

/** Whether a text has the errors that another has, each where it was, and none of them near to what changed. */
function hasSameErrors(before: readonly ErrorAt[], now: readonly ErrorAt[], changed: Changed): boolean {
  if (before.length !== now.length) return false;
  return before.every((error, i) => {
    let shift = 0;
    for (const [old, own] of changed) {
      if (old.start - NEAR > error.end) break;
      if (old.end + NEAR > error.start) return false;
      shift = own.end - old.end;
    }
    const same = now[i];
    return same?.type === error.type && same.start === error.start + shift && same.end === error.end + shift;
  });
}

function changedIn(member: Member, version: Version, call: object): Changed {
  return sameRegions(member, version, call)
    ? changedRegions(member.version.regions ?? [], version.regions ?? [])
    : changedSpan(member.version.text, version.text);
}

const sameRegions = (member: Member, { regions }: Version, call: object): boolean =>
  member.call === call && regions !== undefined && regions.length === member.version.regions?.length;

/** The share of the longer text that both have: outside of their regions, or else at their beginnings and ends. */
function likeness(member: Member, version: Version, call: object): number {
  const [a, b] = [member.version.text, version.text];
  const longer = Math.max(1, a.length, b.length);
  if (sameRegions(member, version, call)) {
    const within = version.regions?.reduce((sum, { start, end }) => sum + end - start, 0) ?? 0;
    return (b.length - within) / longer;
  }
  const start = commonPrefix(a, b);
  return (start + commonSuffix(a, b, Math.min(a.length, b.length) - start)) / longer;
}
