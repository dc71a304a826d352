/**
 * What is checked of a candidate before anyone sees it: does it parse as well as a side did, what became of every edit of
 * both sides, does it hold words of neither, does it define something twice.
 */
import { newDuplicates } from '../merge/duplicates.ts';
import { accountEdits, invented } from '../merge/edits.ts';
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
  #sides: readonly Tree[] | undefined;

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
        evidence.push({ check: 'edits', ...this.accounts(candidate.text) });
        const tokens = this.#invented(candidate.text);
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
    // Most candidates have nothing that a side would have to excuse: then the sides need not be parsed.
    const passed = tree.errors === 0 || newErrors(tree, this.#parsedSides()) === 0;
    const evidence: Evidence[] = [{ check: 'parses', passed }];
    const names = newDuplicates(tree, () => this.#parsedSides(), language);
    if (names.length > 0) evidence.push({ check: 'duplicates', names });
    return evidence;
  }

  accounts(text: string): { left: EditAccount; right: EditAccount } {
    const { base, left, right, language } = this.#material;
    const tokensOf = (source: string) => this.#syntax.tokens(language, source);
    return {
      left: accountEdits(base.text, left.text, text, tokensOf),
      right: accountEdits(base.text, right.text, text, tokensOf),
    };
  }

  #invented(text: string): readonly string[] {
    const { base, left, right, language } = this.#material;
    return invented(base.text, left.text, right.text, text, (source) => this.#syntax.tokens(language, source));
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

  #parsedSides(): readonly Tree[] {
    this.#sides ??= this.#parse([this.#material.left.text, this.#material.right.text]).flatMap((tree) => tree ?? []);
    return this.#sides;
  }
}
