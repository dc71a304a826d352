/**
 * A folder or a prefix that each side put in its own place: ours where a path begins (`WORKDIR /app/src`, `cd build`, a router's mount),
 * theirs in a path that is read from there (`node src/main.js`, `./build/run.sh`). Together it is there twice. Read from lines.
 */
import { splitLines } from '../text/lines.ts';

export interface PrefixedTwice {
  readonly part: string;
  /** The line in which the path begins, and the one that goes on from there. */
  readonly begins: string;
  readonly path: string;
}

const LINE = 300;
const NEAR = 12;
const LINES = 2000;
/** What says where a path begins. */
const BEGINS =
  /^(?:RUN\s+)?(?:cd|pushd|WORKDIR)\s|\b(?:base|root|prefix|context|cwd|workdir|working[_-]?dir(?:ectory)?|mount)\w*["']?\s*[:=(,]|\b\w+\.use\(\s*["'`]|@RequestMapping\(|(?:APIRouter|Blueprint|Group|scope|namespace)\(/i;

/** @param versions base, ours and theirs. */
export function prefixedTwice([base, left, right]: readonly [string, string, string], result: string): PrefixedTwice[] {
  const lines = splitLines(result).map((line) => (line.length > LINE ? '' : line.trim()));
  if (lines.length > LINES) return [];
  const [had, ours, theirs] = [base, left, right].map((text) => splitLines(text).map((line) => line.trim()));
  if (!had || !ours || !theirs) return [];
  const known = new Set(had);
  const sets = { ours: new Set(ours), theirs: new Set(theirs) };
  const found: PrefixedTwice[] = [];
  const edited = lines.flatMap((line, at) => {
    if (line === '' || known.has(line) || sets.ours.has(line) === sets.theirs.has(line)) return [];
    const parts = addedParts(line, had);
    return parts.length > 0 ? [{ line, at, by: sets.ours.has(line), parts }] : [];
  });
  for (const first of edited.filter(({ line }) => BEGINS.test(line)))
    for (const second of edited) {
      if (second.by === first.by || second.at <= first.at || second.at - first.at > NEAR || BEGINS.test(second.line))
        continue;
      const part = first.parts.find((one) => second.parts.includes(one));
      if (part !== undefined) found.push({ part, begins: first.line, path: second.line });
    }
  return found;
}

const PART = /[\w@.-]*\w/g;

/** Parts of a path that a line has beyond one of the base's that is the same but for them. */
function addedParts(line: string, base: readonly string[]): string[] {
  for (const [part] of line.matchAll(PART)) {
    for (const without of [`/${part}`, `${part}/`])
      if (line.includes(without) && base.includes(line.replace(without, ''))) return [part];
    // `cd .` and the like: the path was nothing, or the root.
    if (base.includes(line.replace(part, '')) || base.includes(line.replace(part, '.'))) return [part];
  }
  return [];
}
