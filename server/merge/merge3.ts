/** Three-way merge of any sequences: two edit scripts over one base become regions (diff3; Khanna, Kunal & Pierce 2007). */
import type { Change } from '../diff/change.ts';
import type { Span } from '../text/span.ts';
import type { Merge3 } from './conflict.ts';

/** A stretch of the three sequences. `who` says which side changed it; `both` may still turn out to be the same change. */
export interface Region extends Merge3<Span> {
  readonly who: 'none' | 'left' | 'right' | 'both';
}

/**
 * @param touching whether changes that only touch (one ends where the other starts) fall into one region, as git does for lines.
 * @returns regions in order that cover all three sequences; two neighbours never both have `who` 'none'.
 */
export function mergeChanges(
  lengths: Merge3<number>,
  left: readonly Change[],
  right: readonly Change[],
  touching: boolean,
): Region[] {
  const regions: Region[] = [];
  let at = { base: 0, left: 0, right: 0 };
  const put = (who: Region['who'], to: Merge3<number>) => {
    if (to.base === at.base && to.left === at.left && to.right === at.right) return;
    regions.push({
      who,
      base: { start: at.base, end: to.base },
      left: { start: at.left, end: to.left },
      right: { start: at.right, end: to.right },
    });
    at = { ...to };
  };
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const start = Math.min(left[i]?.aStart ?? Number.POSITIVE_INFINITY, right[j]?.aStart ?? Number.POSITIVE_INFINITY);
    put('none', { base: start, left: at.left + start - at.base, right: at.right + start - at.base });
    const [i0, j0] = [i, j];
    let end = start;
    for (let grew = true; grew; ) {
      grew = false;
      const fits = (change: Change | undefined, first: boolean) =>
        change !== undefined &&
        (change.aStart < end || (change.aStart === end && (touching || (first && change.aStart === start))));
      if (fits(left[i], i === i0)) {
        end = Math.max(end, left[i++]?.aEnd ?? end);
        grew = true;
      }
      if (fits(right[j], j === j0)) {
        end = Math.max(end, right[j++]?.aEnd ?? end);
        grew = true;
      }
    }
    const l = left[i - 1];
    const r = right[j - 1];
    put(i > i0 && j > j0 ? 'both' : i > i0 ? 'left' : 'right', {
      base: end,
      left: i > i0 && l ? l.bEnd + end - l.aEnd : at.left + end - at.base,
      right: j > j0 && r ? r.bEnd + end - r.aEnd : at.right + end - at.base,
    });
  }
  put('none', lengths);
  return regions;
}
