/** Rules that are proven at 95 in 100 on a lone conflict (`safeRules` of the model), and whether a text meets one. */
import type { Kept } from './features/siblingFeatures.ts';

export interface SafeRule {
  readonly origin: string;
  /** Generators that must all have given the text. */
  readonly needs: readonly string[];
  /** Every edit of both sides is in the text, in its place. */
  readonly keepsAll: boolean;
  readonly right: number;
  readonly of: number;
  readonly atLeast: number;
}

export interface Found {
  readonly generators: readonly string[];
  readonly kept: Kept;
  readonly confidence: number;
}

export function meets({ generators, kept, confidence }: Found, rule: SafeRule): boolean {
  return (
    confidence >= rule.atLeast &&
    rule.needs.every((name) => generators.includes(name)) &&
    (!rule.keepsAll || kept.every((share) => share >= 0.999))
  );
}
