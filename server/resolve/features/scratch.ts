/**
 * Room for numbers that are read before they are asked for again. After a decision every open conflict of a merge needs the same few
 * arrays for a moment, and to allocate them anew each time costs as much as to fill them.
 */
export type Scratch = (length: number) => Float64Array;

/** Each call gives the same room, with whatever was left in it: what it gave before is no longer good. */
export function scratch(): Scratch {
  let all = new Float64Array(1024);
  let last = all.subarray(0, 0);
  return (length) => {
    if (last.length === length) return last;
    if (all.length < length) all = new Float64Array(2 * length);
    last = all.subarray(0, length);
    return last;
  };
}
