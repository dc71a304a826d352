/**
 * What is checked of a candidate before anyone sees it: does it parse as well as a side did, what became of every edit of
 * both sides, does it hold words of neither, does it define something twice.
 */
import { newDuplicates } from '../merge/duplicates.ts';
import { accountBoth, inventedBeyond, type Words, wordsOf } from '../merge/edits.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { newErrors, type Tree } from '../syntax/tree.ts';
import type { Candidate, EditAccount, Evidence } from './candidate.ts';
import type { Material } from './material.ts';

/** Text around a conflict that is parsed with it: enough to close what the hunk opens in most files, cheap in all. */
export const VERIFIED_UNITS = 2500;

export class Verifier {
  readonly #material: Material;
  readonly #syntax: Syntax;
  readonly #before: string;
  readonly #after: string;
  readonly #sides: (Tree | undefined)[] = [];

  constructor(material: Material, before: string, after: string, syntax: Syntax) {
    this.#material = material;
    this.#syntax = syntax;
    this.#before = before.slice(-VERIFIED_UNITS);
    this.#after = after.slice(0, VERIFIED_UNITS);
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

  #treeEvidence(tree: Tree | undefined): Evidence[] {
    const { language } = this.#material;
    if (tree === undefined || language === undefined) return [];
    const passed = tree.errors === 0 || newErrors(tree, this.#parsedSides()) === 0;
    const evidence: Evidence[] = [{ check: 'parses', passed }];
    const names = newDuplicates(tree, this.#parsedSides(), language);
    if (names.length > 0) evidence.push({ check: 'duplicates', names });
    return evidence;
  }

  /** The sides, parsed when somebody asks for the next one: most candidates have nothing that a side would have to excuse. */
  *#parsedSides(): Generator<Tree> {
    const { left, right } = this.#material;
    for (const [i, { text }] of [left, right].entries()) {
      if (this.#sides.length === i) this.#sides.push(this.#parse([text])[0]);
      const side = this.#sides[i];
      if (side !== undefined) yield side;
    }
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

  #parse(texts: readonly string[]): readonly (Tree | undefined)[] {
    if (texts.length === 0) return [];
    const start = this.#before.length;
    const versions = texts.map((text) => ({
      text: this.#before + text + this.#after,
      regions: [{ start, end: start + text.length }],
    }));
    return this.#syntax.parseVersions(this.#material.language, versions);
  }
}
