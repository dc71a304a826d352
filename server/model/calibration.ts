/** What a model says, as often as the like of it came true: straight lines between measured points. */

/** What is said, and how often it came true; both rise. */
export type Points = readonly (readonly [said: number, measured: number])[];

/** @returns `share` itself without points; beyond the last of them what was measured there, and below the first a line from nothing. */
export function calibrated(share: number, points: Points): number {
  // What is no number is no confidence: it stays none, and so below every threshold.
  if (Number.isNaN(share)) return share;
  let [x0, y0] = [0, 0];
  for (const [x, y] of points) {
    if (share <= x) return x === x0 ? y : y0 + ((y - y0) * (share - x0)) / (x - x0);
    [x0, y0] = [x, y];
  }
  return points.length > 0 ? y0 : share;
}
