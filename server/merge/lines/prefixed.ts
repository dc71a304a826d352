/**
 * A folder or a prefix that each side put in its own place: ours where a path begins (`WORKDIR /app/src`, `cd build`, a router's mount),
 * theirs in a path that is read from there (`node src/main.js`, `./build/run.sh`). Together it is there twice. Read from lines.
 */
import type { OwnLine } from './ownLines.ts';

export interface PrefixedTwice {
  readonly part: string;
  /** The line in which the path begins, and the one that goes on from there. */
  readonly begins: string;
  readonly path: string;
}

const NEAR = 12;
/** What says where a path begins. */
const BEGINS =
  /^(?:RUN\s+)?(?:cd|pushd|WORKDIR)\s|\b(?:base|root|prefix|context|cwd|workdir|working[_-]?dir(?:ectory)?|mount)\w*["']?\s*[:=(,]|\b\w+\.use\(\s*["'`]|@RequestMapping\(|(?:APIRouter|Blueprint|Group|scope|namespace)\(/i;

/** @param own lines that one side alone wrote. */
export function prefixedTwice(own: readonly OwnLine[], base: () => ReadonlySet<string>): PrefixedTwice[] {
  if (!own.some(({ line }) => BEGINS.test(line))) return [];
  const found: PrefixedTwice[] = [];
  const edited = own.flatMap((one) => {
    const parts = addedParts(one.line, base());
    return parts.length > 0 ? [{ ...one, parts }] : [];
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
function addedParts(line: string, base: ReadonlySet<string>): string[] {
  for (const [part] of line.matchAll(PART)) {
    for (const without of [`/${part}`, `${part}/`])
      if (line.includes(without) && base.has(line.replace(without, ''))) return [part];
    // `cd .` and the like: the path was nothing, or the root.
    if (base.has(line.replace(part, '')) || base.has(line.replace(part, '.'))) return [part];
  }
  return [];
}
