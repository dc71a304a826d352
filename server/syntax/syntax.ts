/**
 * What the rest of the server asks of syntax. `loadSyntax` (treeSitter.ts) implements it over web-tree-sitter and our own
 * parsers; `noSyntax` is the implementation that knows no language, with which everything above still works, less well.
 */
import type { Language } from './languages.ts';
import { lexicalTokens } from './lexer.ts';
import type { Version } from './reparse.ts';
import type { Tokens, Tree } from './tree.ts';

export interface Syntax {
  /** Load the grammar of a language; resolves also when there is none or it fails to load (then `parse` gives undefined). */
  ready(language: Language | undefined): Promise<void>;
  /**
   * Parse within a time limit. Undefined: no grammar, not loaded, text too large, or the limit passed. Never throws.
   * Broken code gives a tree with `errors > 0`.
   */
  parse(language: Language | undefined, text: string): Tree | undefined;
  /** The same for texts that differ little: each is parsed only where it differs from the one before. */
  parseVersions(language: Language | undefined, versions: readonly Version[]): readonly (Tree | undefined)[];
  /** Lexical tokens for token merge; the language's own lexer rules where it has some. Never throws; covers every non-space unit. */
  tokens(language: Language | undefined, text: string): Tokens;
}

export const noSyntax: Syntax = {
  ready: async () => {},
  parse: () => undefined,
  parseVersions: (_, versions) => versions.map(() => undefined),
  tokens: (language, text) => lexicalTokens(language, text),
};
