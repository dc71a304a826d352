/**
 * What is checked of a candidate before anyone sees it: does it parse as well as a side did, what became of every edit of
 * both sides, does it hold words of neither, does it define something twice.
 */
import { newDuplicates, type PartOfTree } from '../merge/duplicates.ts';
import { accountBoth, inventedBeyond, type Words, wordsOf } from '../merge/edits.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { newErrors, type Tree } from '../syntax/tree.ts';
import type { Candidate, ConflictContext, EditAccount, Evidence } from './candidate.ts';
import type { Material } from './material.ts';

/** Text around a conflict that is parsed with it where the file cannot be: enough to close what the hunk opens in most files. */
export const VERIFIED_UNITS = 2500;

/** A file is parsed whole with a candidate in it up to this size, where our side of it has no error. */
const WHOLE_UNITS = 100_000;

interface Around {
  readonly before: string;
  readonly after: string;
}

export class Verifier {
  readonly #material: Material;
  readonly #syntax: Syntax;
  readonly #context: ConflictContext;
  #around: Around | undefined;
  readonly #sides: (PartOfTree | undefined)[] = [];

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
    const written = candidates.filter((candidate) => !isSide(candidate));
    const trees = this.#parse(written.map(({ text }) => text));
    return candidates.map((candidate) => {
      const evidence = isSide(candidate) ? this.#sideEvidence() : this.#treeEvidence(trees[written.indexOf(candidate)]);
      if (!this.#material.huge) {
        const words = this.#words(candidate.text);
        evidence.push({ check: 'edits', ...this.#account(words) });
        const tokens = inventedBeyond(this.#material.words.length, words);
        if (tokens.length > 0) evidence.push({ check: 'invented', tokens });
      }
      return evidence;
    });
  }

  /** A side has no error that no side has. */
  #sideEvidence(): Evidence[] {
    return this.#material.language?.grammar === undefined ? [] : [{ check: 'parses', passed: true }];
  }

  #treeEvidence(written: PartOfTree | undefined): Evidence[] {
    const { language } = this.#material;
    if (written === undefined || language === undefined) return [];
    const passed = written.tree.errors === 0 || newErrors(written.tree, this.#sideTrees()) === 0;
    const evidence: Evidence[] = [{ check: 'parses', passed }];
    const names = newDuplicates(written, this.#parsedSides(), language);
    if (names.length > 0) evidence.push({ check: 'duplicates', names });
    return evidence;
  }

  /** The sides, parsed when somebody asks for the next one: most candidates have nothing that a side would have to excuse. */
  *#parsedSides(): Generator<PartOfTree> {
    const { left, right } = this.#material;
    for (const [i, { text }] of [left, right].entries()) {
      if (this.#sides.length === i) this.#sides.push(this.#parse([text])[0]);
      const side = this.#sides[i];
      if (side !== undefined) yield side;
    }
  }

  *#sideTrees(): Generator<Tree> {
    for (const { tree } of this.#parsedSides()) yield tree;
  }

  accounts(text: string): { left: EditAccount; right: EditAccount } {
    return this.#account(this.#words(text));
  }

  #account(words: Words): { left: EditAccount; right: EditAccount } {
    const { base, left, right, leftDiff, rightDiff } = this.#material;
    return accountBoth({ base, left, right }, { left: leftDiff, right: rightDiff }, words);
  }

  #words(text: string): Words {
    const { language, interner } = this.#material;
    return wordsOf(text, (source) => this.#syntax.tokens(language, source), interner);
  }

  /** Each text in its place, with where that is; undefined where there is no tree of it. */
  #parse(texts: readonly string[]): readonly (PartOfTree | undefined)[] {
    if (texts.length === 0) return [];
    this.#around ??= this.#whole() ?? this.#near();
    const { before, after } = this.#around;
    const versions = texts.map((text) => ({
      text: before + text + after,
      regions: [{ start: before.length, end: before.length + text.length }],
    }));
    return this.#syntax.parseVersions(this.#material.language, versions).map((tree, i) => {
      const span = versions[i]?.regions[0];
      return tree && span && { tree, span };
    });
  }

  /** What is cut out of a file has errors of its own, in which those of a candidate may hide. */
  #whole(): Around | undefined {
    const { file } = this.#context;
    const { left, language } = this.#material;
    if (file === undefined || file.before.length + left.text.length + file.after.length > WHOLE_UNITS) return undefined;
    return this.#syntax.parse(language, file.before + left.text + file.after)?.errors === 0 ? file : undefined;
  }

  #near(): Around {
    const { before, after } = this.#context;
    return { before: before.slice(-VERIFIED_UNITS), after: after.slice(0, VERIFIED_UNITS) };
  }
}
