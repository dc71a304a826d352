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
const WINDOW = 2500;

export class Verifier {
  readonly #material: Material;
  readonly #syntax: Syntax;
  readonly #before: string;
  readonly #after: string;
  #sides: readonly Tree[] | undefined;

  constructor(material: Material, before: string, after: string, syntax: Syntax) {
    this.#material = material;
    this.#syntax = syntax;
    this.#before = before.slice(-WINDOW);
    this.#after = after.slice(0, WINDOW);
  }

  /** Evidence for one candidate. Checks that cannot be made (no grammar, too large) are absent, not passed. */
  verify(candidate: Candidate): Evidence[] {
    const material = this.#material;
    const evidence: Evidence[] = [];
    const isSide = candidate.text === material.left.text || candidate.text === material.right.text;
    const sides = isSide ? [] : this.#parsedSides();
    const tree = sides.length > 0 ? this.#parse(candidate.text) : undefined;
    // A side has no error that no side has.
    if (isSide && material.language?.grammar !== undefined) evidence.push({ check: 'parses', passed: true });
    if (tree && sides.length > 0 && material.language) {
      evidence.push({ check: 'parses', passed: newErrors(tree, sides) === 0 });
      const names = newDuplicates(tree, sides, material.language);
      if (names.length > 0) evidence.push({ check: 'duplicates', names });
    }
    if (!material.huge) {
      evidence.push({ check: 'edits', ...this.accounts(candidate.text) });
      const tokens = this.#invented(candidate.text);
      if (tokens.length > 0) evidence.push({ check: 'invented', tokens });
    }
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

  #parse(text: string): Tree | undefined {
    return this.#syntax.parse(this.#material.language, this.#before + text + this.#after);
  }

  #parsedSides(): readonly Tree[] {
    this.#sides ??= [this.#material.left.text, this.#material.right.text].flatMap((text) => this.#parse(text) ?? []);
    return this.#sides;
  }
}
