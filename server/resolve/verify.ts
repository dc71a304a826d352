/**
 * What is checked of a candidate before anyone sees it: does it parse as well as a side did, what became of every edit of
 * both sides, does it hold words of neither, does it hold something twice that may stand there once, do edits of both sides meet in
 * one expression of it.
 */
import { newDangling } from '../merge/aftermath/anchors.ts';
import { newDuplicates, type PartOfTree } from '../merge/aftermath/duplicates.ts';
import { newRepeats } from '../merge/aftermath/repeats.ts';
import { asAccount, type MovedLine, movedLines } from '../merge/depth.ts';
import { accountBoth, accountsOf, inventedBeyond, placeBoth, type Words, wordsOf } from '../merge/edits.ts';
import { droppedChecks } from '../merge/meeting/droppedCheck.ts';
import { goneValues } from '../merge/meeting/goneValue.ts';
import { type Meeting, meetingsOf, meetingsOfWords, type TextInTree } from '../merge/meeting/meets.ts';
import { unboundUses } from '../merge/meeting/unbound.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { newErrors, type Tree } from '../syntax/tree.ts';
import type { Candidate, ConflictContext, EditAccount, Evidence } from './candidate.ts';
import { claimsIn } from './claimed.ts';
import type { Material } from './material.ts';
import { briefName } from './reasons.ts';
import { isFreeOfIndentation } from './reformatted.ts';
import { togetherOf } from './together.ts';

/** Text around a conflict that is parsed with it where the file cannot be: enough to close what the hunk opens in most files. */
export const VERIFIED_UNITS = 2500;

/** A file is parsed whole with a candidate in it up to this size. */
const WHOLE_UNITS = 100_000;

/** What stands around a candidate where it is parsed. `whole`: the file in which a side, too, may be out of place. */
interface Around {
  readonly before: string;
  readonly after: string;
  readonly whole: boolean;
}

export class Verifier {
  readonly #material: Material;
  readonly #syntax: Syntax;
  readonly #context: ConflictContext;
  #known: Around | undefined;
  readonly #sides: { readonly tree: TextInTree | undefined }[] = [];
  #versions: readonly PartOfTree[] | undefined;
  #apart: ReturnType<typeof togetherOf> | undefined;
  #claims: ReturnType<typeof claimsIn> | undefined;

  constructor(material: Material, context: ConflictContext, syntax: Syntax) {
    this.#material = material;
    this.#syntax = syntax;
    this.#context = context;
  }

  /** Evidence for one candidate. Checks that cannot be made (no grammar, too large) are absent, not passed. */
  verify(candidate: Candidate): Evidence[] {
    return this.verifyAll([candidate])[0] ?? [];
  }

  /** The same for several, whose texts differ little and are parsed together. */
  verifyAll(candidates: readonly Candidate[]): Evidence[][] {
    const { left, right } = this.#material;
    const isSide = ({ text }: Candidate) => text === left.text || text === right.text;
    const written = candidates.filter((candidate) => this.#checksSides() || !isSide(candidate));
    const trees = this.#parse(written.map(({ text }) => text));
    return candidates.map((candidate) => {
      const at = written.indexOf(candidate);
      const evidence = at < 0 ? this.#sideEvidence() : this.#treeEvidence(trees[at]);
      if (!this.#material.huge) {
        const words = this.#words(candidate.text);
        const placed = placeBoth(this.#material, this.#scripts(), words);
        const account = accountsOf(placed);
        evidence.push(...this.#together(candidate.text, isSide(candidate)), ...droppedSaid(placed, this.#context));
        const tree = trees[at];
        if (!isSide(candidate) && [account.left, account.right].every(standsIn))
          evidence.unshift(...this.#meetings(placed, tree));
        this.#claims ??= claimsIn(this.#material, this.#context);
        evidence.push(...withoutTold(this.#claims(candidate.text, account), evidence));
        evidence.push({ check: 'edits', ...this.#withDepth(account, words) });
        const tokens = inventedBeyond(this.#material.words.length, words);
        if (tokens.length > 0) evidence.push({ check: 'invented', tokens });
      }
      return evidence;
    });
  }

  /**
   * With no other conflict in the file a side may be out of its place there. Else not even that can be told: our side stands in the
   * other conflicts, and what theirs needs of them is not there.
   */
  #checksSides(): boolean {
    return this.#context.file?.alone === true && this.#around().whole;
  }

  #meetings(placed: ReturnType<typeof placeBoth>, written: TextInTree | undefined): Evidence[] {
    const meetings = written ? this.#meetingsIn(placed, written) : meetingsOfWords(placed, this.#context.path);
    return meetings.length > 0 ? [{ check: 'meets', meetings }] : [];
  }

  #meetingsIn(placed: ReturnType<typeof placeBoth>, written: TextInTree): readonly Meeting[] {
    const { language, base } = this.#material;
    if (language === undefined) return [];
    const trees = {
      result: () => written,
      base: () => this.#parse([base.text])[0],
      left: () => this.#parsedSide(0),
      right: () => this.#parsedSide(1),
    };
    return meetingsOf(placed, trees, language);
  }

  #together(text: string, isSide: boolean): Evidence[] {
    const { base, left, right } = this.#material;
    const around = this.#context.file ?? this.#context;
    this.#apart ??= togetherOf({ base: base.text, left: left.text, right: right.text }, around);
    return this.#apart(text, isSide);
  }

  /** Where it is not checked a side has no error that no side has. */
  #sideEvidence(): Evidence[] {
    return this.#material.language?.grammar === undefined ? [] : [{ check: 'parses', passed: true }];
  }

  #treeEvidence(written: PartOfTree | undefined): Evidence[] {
    const { language } = this.#material;
    if (written === undefined || language === undefined) return [];
    const isSound = written.tree.errors === 0 || newErrors(written.tree, this.#excusing()) === 0;
    const dangling = (part: PartOfTree, sides: Iterable<PartOfTree>) => newDangling(part, sides, language);
    const passed = isSound && this.#fresh(written, dangling, ({ name }) => name).length === 0;
    const evidence: Evidence[] = [{ check: 'parses', passed }];
    const named = (name: string) => name;
    const names = this.#fresh(written, (part, sides) => newDuplicates(part, sides, language), named);
    if (names.length > 0) evidence.push({ check: 'duplicates', names });
    const twice = this.#fresh(
      written,
      (part, sides) => newRepeats(part, sides, language),
      ({ name }) => name,
    );
    const repeats = twice.flatMap(({ what, name }) => (names.includes(name) ? [] : [{ what, name }]));
    if (repeats.length > 0) evidence.push({ check: 'repeats', repeats });
    return evidence;
  }

  /** What it holds twice, unless a side does so in its own file, or either side would here: then it is the rest of the file. */
  #fresh<T>(
    written: PartOfTree,
    find: (part: PartOfTree, sides: Iterable<PartOfTree>) => readonly T[],
    nameOf: (one: T) => string,
  ): readonly T[] {
    const found = find(written, this.#compared());
    const versions = found.length === 0 ? undefined : this.#versionTrees();
    if (!versions) return found;
    const [ours = [], theirs = []] = [...this.#parsedSides()].map((side) => find(side, versions).map(nameOf));
    return found.filter((one) => !ours.includes(nameOf(one)) || !theirs.includes(nameOf(one)));
  }

  /** Trees whose errors a candidate's are not to be blamed for. */
  *#excusing(): Generator<Tree> {
    for (const { tree } of this.#compared()) yield tree;
  }

  /** What stands for the sides, parsed when somebody asks: most candidates have nothing that a side would have to excuse. */
  *#compared(): Generator<PartOfTree> {
    yield* this.#versionTrees() ?? this.#parsedSides();
  }

  /** Both sides' own files; undefined where they are not known or give no tree, or where sides are not checked. */
  #versionTrees(): readonly PartOfTree[] | undefined {
    const versions = this.#context.file?.versions;
    if (!versions || !this.#checksSides()) return undefined;
    this.#versions ??= this.#syntax
      .parseVersions(this.#material.language, [{ text: versions.left }, { text: versions.right }])
      .flatMap((tree) => (tree ? [{ tree }] : []));
    return this.#versions.length === 2 ? this.#versions : undefined;
  }

  /** The sides in their place, each parsed when somebody asks for it. */
  *#parsedSides(): Generator<PartOfTree> {
    for (const i of [0, 1] as const) {
      const side = this.#parsedSide(i);
      if (side !== undefined) yield side;
    }
  }

  #parsedSide(i: 0 | 1): TextInTree | undefined {
    const { left, right } = this.#material;
    this.#sides[i] ??= { tree: this.#parse([[left, right][i]?.text ?? ''])[0] };
    return this.#sides[i]?.tree;
  }

  accounts(text: string): { left: EditAccount; right: EditAccount } {
    return this.#account(this.#words(text));
  }

  #account(words: Words): { left: EditAccount; right: EditAccount } {
    return this.#withDepth(accountBoth(this.#material, this.#scripts(), words), words);
  }

  #withDepth(
    found: { left: EditAccount; right: EditAccount },
    words: Words,
  ): { left: EditAccount; right: EditAccount } {
    const { language, hasBase } = this.#material;
    if (isFreeOfIndentation(language?.id) || !hasBase) return found;
    const moved = movedLines(this.#material, this.#scripts(), words, language?.id === 'python');
    return { left: withMoved(found.left, moved.left), right: withMoved(found.right, moved.right) };
  }

  #scripts() {
    const { leftDiff: left, rightDiff: right } = this.#material;
    return { left, right };
  }

  #words(text: string): Words {
    const { language, interner, left, right, huge } = this.#material;
    const side = huge ? undefined : [left, right].find((one) => one.text === text);
    if (side) return side;
    return wordsOf(text, (source) => this.#syntax.tokens(language, source), interner);
  }

  /** Each text in its place, with where that is; undefined where there is no tree of it. */
  #parse(texts: readonly string[]): readonly (TextInTree | undefined)[] {
    if (texts.length === 0) return [];
    const { before, after } = this.#around();
    const versions = texts.map((text) => ({
      text: before + text + after,
      regions: [{ start: before.length, end: before.length + text.length }],
    }));
    return this.#syntax.parseVersions(this.#material.language, versions).map((tree, i) => {
      const span = versions[i]?.regions[0];
      return tree && span && { tree, span };
    });
  }

  #around(): Around {
    this.#known ??= this.#whole() ?? this.#near();
    return this.#known;
  }

  /**
   * The whole file, where our side of it has no error: what is cut out of one has errors of its own, in which those of a candidate
   * may hide. With no other conflict in it our side may be what is wrong there, if theirs is not and both were right in their files.
   */
  #whole(): Around | undefined {
    const { file } = this.#context;
    const { left, right, language } = this.#material;
    if (file === undefined || file.before.length + left.text.length + file.after.length > WHOLE_UNITS) return undefined;
    const { before, after, alone, versions } = file;
    const isSound = (text: string) => this.#syntax.parse(language, text)?.errors === 0;
    if (isSound(before + left.text + after)) return { before, after, whole: true };
    if (!alone || !versions || !isSound(before + right.text + after)) return undefined;
    return isSound(versions.left) && isSound(versions.right) ? { before, after, whole: true } : undefined;
  }

  #near(): Around {
    const { before, after } = this.#context;
    return { before: before.slice(-VERIFIED_UNITS), after: after.slice(0, VERIFIED_UNITS), whole: false };
  }
}

/** What the syntax tree says of a name the text need not say again. */
function withoutTold(claims: readonly Evidence[], told: readonly Evidence[]): Evidence[] {
  const names = told.flatMap((one) =>
    one.check === 'duplicates' ? one.names : one.check === 'repeats' ? one.repeats.map(({ name }) => name) : [],
  );
  const bare = (name: string) => name.replace(/["'`?!]/g, '');
  const known = new Set(names.map(bare));
  return claims.flatMap((one): Evidence[] => {
    if (one.check !== 'repeats') return [one];
    const repeats = one.repeats.filter(({ what, name }) => what !== 'name' || !known.has(bare(name)));
    return repeats.length > 0 ? [{ ...one, repeats }] : [];
  });
}

function droppedSaid(placed: ReturnType<typeof placeBoth>, { path, file, before }: ConflictContext): Evidence[] {
  const said = droppedChecks(placed).map(
    ({ by, check }) =>
      `${by} deleted the check “${briefName(check)}”, and ${by === 'ours' ? 'theirs' : 'ours'} changed it`,
  );
  const gone = goneValues(placed).map(({ by, was, now }) => {
    const other = by === 'ours' ? 'theirs' : 'ours';
    const what = was === '' ? `added “${briefName(now)}” to it` : `made it ${briefName(now)}`;
    return `${by} took ${was === '' ? 'the condition' : briefName(was)} away from here, and ${other} ${what}: that would be lost`;
  });
  const unbound = unboundUses(placed, { path, before: file?.before ?? before }).map(
    ({ by, name, line }) =>
      `${by} took ${briefName(name)} away, and ${by === 'ours' ? 'theirs' : 'ours'} uses it anew: “${briefName(line)}”`,
  );
  const all = [...said, ...gone, ...unbound];
  return all.length > 0 ? [{ check: 'together', said: all }] : [];
}

/** Something of a side's edits is in the text. */
const standsIn = ({ kept, changed }: EditAccount): boolean => kept.length + changed.length > 0;

/** Where indentation is structure, with the lines that were moved in or out. */
function withMoved({ kept, changed, dropped }: EditAccount, lines: readonly MovedLine[]): EditAccount {
  const moved = asAccount(lines);
  return {
    kept: [...kept, ...moved.kept],
    changed: [...changed, ...moved.changed],
    dropped: [...dropped, ...moved.dropped],
  };
}
