/** How far a confidence can be trusted: coverage at a precision, precision above a threshold, calibration. */

export interface Guess {
  readonly confidence: number;
  readonly right: boolean;
}

/** The greatest share of `of` cases that can be answered, most confident first, at a precision of at least `precision`. */
export function coverageAt(
  guesses: readonly Guess[],
  precision: number,
  of = guesses.length,
): { readonly coverage: number; readonly threshold: number } {
  const sorted = [...guesses].sort((x, y) => y.confidence - x.confidence);
  let right = 0;
  let best = { coverage: 0, threshold: Number.POSITIVE_INFINITY };
  sorted.forEach((guess, i) => {
    right += guess.right ? 1 : 0;
    // Equal confidences are taken or left together.
    if (sorted[i + 1]?.confidence === guess.confidence) return;
    if (right / (i + 1) >= precision) best = { coverage: (i + 1) / of, threshold: guess.confidence };
  });
  return of === 0 ? { coverage: 0, threshold: Number.POSITIVE_INFINITY } : best;
}

/** Precision of the most confident share of `of` cases. */
export function precisionAt(guesses: readonly Guess[], coverage: number, of = guesses.length): number | undefined {
  const sorted = [...guesses].sort((x, y) => y.confidence - x.confidence).slice(0, Math.round(coverage * of));
  return sorted.length === 0 ? undefined : sorted.filter(({ right }) => right).length / sorted.length;
}

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly confidence: number;
  readonly right: number;
}

/** Bins of equal width over [0, 1]; empty ones are left out. */
export function reliability(guesses: readonly Guess[], bins = 10): Bin[] {
  const sums = Array.from({ length: bins }, () => ({ n: 0, confidence: 0, right: 0 }));
  for (const { confidence, right } of guesses) {
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.floor(confidence * bins)))];
    if (!bin) continue;
    bin.n++;
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
  }
  return sums.flatMap(({ n, confidence, right }, i) =>
    n === 0 ? [] : [{ from: i / bins, to: (i + 1) / bins, n, confidence: confidence / n, right: right / n }],
  );
}

/** Expected calibration error: the mean distance of confidence from frequency, by bin. */
export function calibrationError(guesses: readonly Guess[], bins = 10): number {
  if (guesses.length === 0) return 0;
  return (
    reliability(guesses, bins).reduce((sum, bin) => sum + bin.n * Math.abs(bin.confidence - bin.right), 0) /
    guesses.length
  );
}
