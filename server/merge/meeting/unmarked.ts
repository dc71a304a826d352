/**
 * One side put a word around every call of a function (`await`, `go`, `defer`, `try`; `?` or `.await` behind it; `err :=` before it), since
 * what it gives is another thing now, and the other side added a call without. Read from the text, in any language, of a conflict or of
 * a whole file.
 */
export interface Unmarked {
  /** Who put the word there. */
  readonly by: 'ours' | 'theirs';
  readonly marker: string;
  readonly called: string;
}

/** Base, ours and theirs. */
type Versions = readonly [base: string, left: string, right: string];

const MARKS = /\b(?:await|co_await|yield|go|defer|try[!?]?)\s+[\p{L}_$]|\berr\w*\s*:?=\s|\)\s*\?|\)\.await\b|\)!!/gu;
const LARGE = 1_000_000;

/** Whether any side has more of such words than the base; most have not, and nothing more is read. */
export function unmarkedOf([base, left, right]: Versions): ((result: string) => Unmarked[]) | undefined {
  if (base === '' || base.length + left.length + right.length > LARGE) return undefined;
  const [had, ours, theirs] = [base, left, right].map((text) => text.match(MARKS)?.length ?? 0);
  if (had === undefined || ours === undefined || theirs === undefined || (ours <= had && theirs <= had))
    return undefined;
  const calls = [base, left, right].map(callsIn);
  const marked = [
    ...(ours > had ? markedBy(calls[0], calls[1], calls[2], 'ours') : []),
    ...(theirs > had ? markedBy(calls[0], calls[2], calls[1], 'theirs') : []),
  ];
  if (marked.length === 0) return undefined;
  return (result) => {
    const now = callsIn(result);
    return marked.filter(({ called, marker }) => {
      const calls = now.get(called);
      return calls !== undefined && bareIn(calls, marker) > 0 && calls.by.has(marker);
    });
  };
}

interface Calls {
  /** Without any such word, and used as if they gave no more than they did. */
  bare: number;
  /** Of them, what comes last in a block: in some languages its value is handed on as it is. */
  last: number;
  readonly by: Map<string, number>;
}

/** `?` and `.await` hand on what comes last in a block. */
const bareIn = ({ bare, last }: Calls, marker: string): number => (/^[?.]/.test(marker) ? bare - last : bare);

function markedBy(
  base: ReadonlyMap<string, Calls> | undefined,
  own: ReadonlyMap<string, Calls> | undefined,
  other: ReadonlyMap<string, Calls> | undefined,
  by: Unmarked['by'],
): Unmarked[] {
  const found: Unmarked[] = [];
  for (const [called, before] of base ?? []) {
    const [now, there] = [own?.get(called), other?.get(called)];
    if (before.by.size > 0 || before.bare === 0 || now?.by.size !== 1) continue;
    const [marker = ''] = now.by.keys();
    if (bareIn(now, marker) > 0) continue;
    if (there?.by.size === 0 && bareIn(there, marker) > bareIn(before, marker)) found.push({ by, marker, called });
  }
  return found;
}

const CALL = /(?<![\p{L}\p{N}_$.>:])((?:[\p{L}_$][\p{L}\p{N}_$]*(?:\?\.|\.|->|::))*[\p{L}_$][\p{L}\p{N}_$]*)\s?\(/gu;
/** What looks like a call, or is declared so. */
const NO_CALL =
  /^(?:if|for|while|switch|catch|return|function|func|fn|def|fun|and|or|not|in|of|else|elif|match|when|with|await|yield|go|defer|try|typeof|new|super|this|self|assert|print|sizeof)$/;
const BEFORE = /(?:^|[^\p{L}\p{N}_$.])(await|co_await|yield|go|defer|try[!?]?)\s+$/u;
const ERROR = /(?:^|[;{]|\bif|\bvar|,)\s*(err)\w*\s*:?=\s*$/;
/** Declared, or given away as it is: what takes it may wait for it. */
const FREE_BEFORE =
  /(?:\b(?:function|func|fn|def|fun|class|new|async|return|void|static|override|private|public|protected)|=>|\bgather\(|\ball\(|\brace\(|\b\w*[sS]ettled\(|[[,])\s*$/;
const FREE_BEHIND = /^\s*(?:\.(?:then|catch|finally)\b|\{|=>|:(?!:))/;

function callsIn(text: string): Map<string, Calls> {
  const found = new Map<string, Calls>();
  for (const match of text.matchAll(CALL)) {
    const called = match[1] ?? '';
    if (NO_CALL.test(called)) continue;
    const at = match.index;
    // Of the line no more is looked at: a bundle is one line, and has thousands of calls.
    const near = text.slice(Math.max(0, at - 120), at);
    const line = near.slice(near.lastIndexOf('\n') + 1);
    if (/^\s*(?:\/\/|\*|#|--)/.test(line)) continue;
    const end = endOf(text, at + match[0].length);
    const behind = end < 0 ? '' : text.slice(end, end + 24);
    const marker = BEFORE.exec(line)?.[1] ?? ERROR.exec(line)?.[1] ?? markerBehind(behind);
    if (marker === undefined && (FREE_BEFORE.test(line) || FREE_BEHIND.test(behind))) continue;
    const known = found.get(called) ?? { bare: 0, last: 0, by: new Map<string, number>() };
    found.set(called, known);
    if (marker === undefined) {
      known.bare++;
      if (/^\s*\}/.test(behind)) known.last++;
    } else known.by.set(marker, (known.by.get(marker) ?? 0) + 1);
  }
  return found;
}

const markerBehind = (behind: string): string | undefined =>
  /^(?:\?(?=[,}\]]|\s*[;)\n])|\.await\b|!!)/.exec(behind)?.[0];

/** Behind the bracket that closes the one before `from`, within a few lines; -1 where it does not. */
function endOf(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < Math.min(text.length, from + 400); at++) {
    const unit = text[at];
    if (unit === '(') depth++;
    else if (unit === ')' && --depth === 0) return at + 1;
  }
  return -1;
}
