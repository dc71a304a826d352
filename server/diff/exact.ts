/**
 * The longest common subsequence of two short sequences, exactly. A row of the table of lengths is a row of bits, since neighbours
 * differ by one at most, and one addition finds the next of 32 columns (Crochemore et al. 2001, Hyyrö 2004).
 */

interface Region {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/**
 * Matches `a` to `b` within a region: `match[i]` becomes the place in `b`.
 * @param slots of as many zeros as there are elements; it is left so.
 */
export function matchExactly(a: Int32Array, b: Int32Array, region: Region, match: Int32Array, slots: Int32Array): void {
  const { aStart, aEnd, bStart, bEnd } = region;
  const n = aEnd - aStart;
  const m = bEnd - bStart;
  const width = (m + 31) >> 5;
  const masks = masksOf(b, bStart, bEnd, slots);
  // Row i tells of a's part from i on. A bit, from b's end on, is 0 where one more element of b makes the length one more.
  const rows = new Int32Array((n + 2) * width).fill(-1);
  for (let i = n - 1; i >= 0; i--) {
    const mask = (slots[a[aStart + i] ?? 0] ?? 0) * width;
    const below = (i + 1) * width;
    let carry = 0;
    for (let word = 0; word < width; word++) {
      const row = rows[below + word] ?? 0;
      const equal = masks[mask + word] ?? 0;
      const sum = (row >>> 0) + ((row & equal) >>> 0) + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      rows[i * width + word] = sum | (row & ~equal);
    }
  }
  for (let j = bStart; j < bEnd; j++) slots[b[j] ?? 0] = 0;
  let i = 0;
  let j = 0;
  // Lengths at i and at i + 1, from j on.
  let here = lengthOf(rows, 0, m);
  let under = lengthOf(rows, width, m);
  while (i < n && j < m) {
    const at = m - 1 - j;
    const [word, bit] = [at >> 5, at & 31];
    const counts = 1 - (((rows[i * width + word] ?? 0) >>> bit) & 1);
    const countsUnder = 1 - (((rows[(i + 1) * width + word] ?? 0) >>> bit) & 1);
    if (a[aStart + i] === b[bStart + j]) {
      match[aStart + i++] = bStart + j++;
      here = under - countsUnder;
      under = lengthOf(rows, (i + 1) * width, m - j);
    } else if (under >= here - counts) {
      i++;
      here = under;
      under = lengthOf(rows, (i + 1) * width, m - j);
    } else {
      j++;
      here -= counts;
      under -= countsUnder;
    }
  }
}

/** A row of bits for each element of a part of `b`, one where it stands there, the last element first; row 0 for all others. */
function masksOf(b: Int32Array, bStart: number, bEnd: number, slots: Int32Array): Int32Array {
  const width = (bEnd - bStart + 31) >> 5;
  let count = 0;
  for (let j = bStart; j < bEnd; j++) if (slots[b[j] ?? 0] === 0) slots[b[j] ?? 0] = ++count;
  const masks = new Int32Array((count + 1) * width);
  for (let j = bStart; j < bEnd; j++) {
    const at = bEnd - 1 - j;
    const place = (slots[b[j] ?? 0] ?? 0) * width + (at >> 5);
    masks[place] = (masks[place] ?? 0) | (1 << (at & 31));
  }
  return masks;
}

/** How many of the first bits of a row are 0. */
function lengthOf(rows: Int32Array, start: number, bits: number): number {
  let zeros = 0;
  let left = bits;
  for (let at = start; left > 0; at++, left -= 32) {
    const row = ~(rows[at] ?? 0);
    zeros += ones(left >= 32 ? row : row & ((1 << left) - 1));
  }
  return zeros;
}

function ones(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
