/** The exact o200k_base count. Only the CLI imports this: its 2.4 MB of ranks stay out of the editor's server bundle. */
import type { CountTokens } from './tokens.ts';

/** Loads the ranks on first use (some 100 ms); the count of a text is then about 6 MB a second. */
export async function loadO200k(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  return (text) => (text === '' ? 0 : countTokens(text, { disallowedSpecial: new Set() }));
}
