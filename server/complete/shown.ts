/**
 * Which completions a person sees: beyond the first few none that is right less than once in 200, no statement where a value stands, nothing
 * that would call itself without end. Measurements see all of them.
 */
import type { OpenHole } from './complete.ts';
import { isCalibrated } from './inspect.ts';
import { copiedIn } from './items/copied.ts';
import { isDisputed, isLiteral } from './items/disputed.ts';
import { heldIn } from './items/heldAlready.ts';
import { lexCode } from './tokens.ts';

/** Below it a completion is shown only among the first few: a short list of type-checked answers is worth its odds. */
const LEAST = 0.005;
const FEW = 5;
/** So much before a hole tells what its value is given to. */
const NEAR = 200;

interface Showable {
  readonly text: string;
  readonly confidence: number;
  readonly origin?: string;
  /** Absent: the workspace. */
  readonly source?: string;
  readonly asked?: boolean;
  readonly own?: number;
}

/**
 * Without a checker nothing below it is shown but members of the value's own class and the first few that the text around asks for, and those
 * without a star. In 30 holes of
 * pytest, of 77 that stood in the first five below it none was right; of those above, one in seven.
 */
const LEAST_GUESS = 0.01;

/** What nobody checked gets a star, and a place before the language's own items, only from here on. */
const LEAST_UNCHECKED = 0.1;

/** The same where a checker accepts it: of what is below it among the first five, hardly one in fifty is right (docs/benchmarks-completion.md). */
const LEAST_STARRED = 0.02;

/**
 * From here on a literal is ghost text by the measured threshold. Of 10 repositories those said to be right 50 to 70 times in 100 were right in 20 of
 * 47, all else of 50 to 80 in 59 of 95 (docs/benchmarks-completion.md): which of two literals is meant, code that is like it does not say.
 */
const LEAST_LITERAL = 0.7;

/** The confidence from which on an item is shown unasked; `threshold` is the user's, or the model's own. */
export function leastUnasked(
  { text, source = 'workspace' }: Pick<Showable, 'text' | 'source'>,
  threshold: number,
  model: { readonly threshold: number },
): number {
  const isMeasured = threshold === model.threshold && source === 'workspace';
  return isMeasured && isLiteral(text) ? Math.max(threshold, LEAST_LITERAL) : threshold;
}

/** Whether it is one of the workspace's guesses that is hardly ever right: it stands where its letters say, not first. */
export function isUnlikely(
  {
    confidence,
    own = confidence,
    source = 'workspace',
    checked,
    loose,
    lacks,
  }: Showable & { readonly checked: boolean; readonly loose?: boolean; readonly lacks?: boolean },
  model: { readonly threshold: number },
): boolean {
  const least = checked || loose || lacks ? LEAST_STARRED : LEAST_UNCHECKED;
  return isCalibrated(model) && source === 'workspace' && own < least;
}

export function worthShowing<Item extends Showable>(
  items: readonly Item[],
  { view, tokens }: Pick<OpenHole, 'view' | 'tokens'>,
  model: { readonly threshold: number },
): readonly (Item & {
  readonly disputed?: boolean;
  readonly held?: boolean;
  readonly copied?: boolean;
})[] {
  const isCut = isCalibrated(model);
  const isGuess = view.buffer.family !== 'ecma';
  const isMember = /(?:\.|->|::)\s*$/.test(view.text.slice(0, view.offset));
  const isWorth = ({ confidence, own = confidence, asked, origin }: Item, i: number): boolean =>
    isGuess
      ? own >= LEAST_GUESS || (isMember && /\bmember\b/.test(origin ?? '')) || (asked === true && i < FEW)
      : own >= LEAST || i < FEW;
  const isValue = view.buffer.family === 'python' && wantsValue(view.text.slice(0, view.offset));
  const fitting = items.filter(
    (item, i) =>
      // A model's text has its own checks, and no measured share.
      (!isCut || (item.source ?? 'workspace') !== 'workspace' || isWorth(item, i)) &&
      !(isValue && startsStatement(item.text)),
  );
  const isEndless = endlessCall(view);
  const others = fitting.filter(({ text }) => !isEndless(text));
  const texts = others.map(({ text }) => text);
  const disputed = isDisputed(texts, view.text.slice(Math.max(0, view.offset - NEAR), view.offset));
  const isHeld = heldIn(tokens);
  const isCopied = copiedIn(view);
  return others.map((item, i) => ({
    ...item,
    ...(i === 0 && disputed ? { disputed } : {}),
    ...(isHeld(lexCode(item.text).texts) ? { held: true } : {}),
    ...(isCopied(item.text) ? { copied: true } : {}),
  }));
}

/** Python: what stands before can only go on with a value. */
function wantsValue(before: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return /[=([{,+\-*/%<>&|^.]\s*$|\b(?:return|yield|await|in|not|and|or|is|if|elif|while|assert|raise)\s+$/.test(line);
}

const statements =
  /^(?:return|raise|import|pass|break|continue|del|global|nonlocal|assert|def|class|while|try|except|finally|with|elif)$/;

function startsStatement(text: string): boolean {
  const [line = ''] = text.split('\n', 1);
  const { texts } = lexCode(line, { hash: true });
  return /^(?:if|for|else|from)$/.test(texts[0] ?? '') || texts.some((token) => statements.test(token));
}

const branches =
  /\b(?:if|else|elif|switch|case|for|while|match|catch|except|try|when|select)\b|&&|\|\||\?\?|\s\?\s|\b(?:and|or)\b/;
const functions = /=>|\b(?:function|lambda|def)\b/g;

/**
 * Whether a text calls the function it stands in with what that was given, with nothing before that could end it: a branch ends it only
 * where something has changed since, or where nothing is given.
 */
function endlessCall(view: OpenHole['view']): (text: string) => boolean {
  const { text: all, offset } = view;
  // A line that is being written may end, for the grammar, with its last word.
  const own = view.buffer.symbols.findLast(
    ({ header, start, end }) =>
      header.includes('(') && start < offset && (offset <= end || /^[^\S\n]*$/.test(all.slice(end, offset))),
  );
  if (own === undefined) return () => false;
  const before = all.slice(own.start, offset);
  const isDeclared = /^\s*(?:export\s+|default\s+|async\s+)*(?:const|let|var|function|def)\b/.test(own.header);
  if ((before.match(functions) ?? []).length > (isDeclared ? 1 : 0)) return () => false;
  const parameters = parametersOf(own.header, view.buffer.family);
  const isBranched = branches.test(before);
  const body = before.slice(own.header.length);
  if (isBranched && (parameters.length === 0 || isRetry.test(body) || changes(body, parameters))) return () => false;
  const needsReceiver = own.container !== undefined && /^(?:ecma|python)$/.test(view.buffer.family);
  // The hole may be the last argument of such a call.
  const called = new RegExp(
    `(?:[\\p{L}_$][\\p{L}\\p{N}_$]*\\s*\\??\\.\\s*)*(?<![\\p{L}\\p{N}_$])${own.name.replaceAll('$', '\\$')}\\([^()]*$`,
    'u',
  );
  const open = /^\s*,?\s*\)/.test(all.slice(view.suffixOffset)) ? called.exec(body)?.[0] : undefined;
  const stem =
    open ?? /(?:[\p{L}_$][\p{L}\p{N}_$]*\s*\??\.\s*)+$/u.exec(before)?.[0] ?? (/\.\s*$/.test(before) ? '?.' : '');
  return (text) => {
    const call = /^(?:await\s+|return\s+)?((?:[\w$]+\s*\??\.\s*)*)([\p{L}_$][\p{L}\p{N}_$]*)\(([^()]*)\)/u.exec(
      stem + text + (open === undefined ? '' : ')'),
    );
    const [, receiver = '', name, given = ''] = call ?? [];
    if (name !== own.name) return false;
    if (receiver === '' ? needsReceiver : !/^(?:this|self|cls)\s*\??\.\s*$/.test(receiver)) return false;
    const values = given.split(',').map((value) => value.trim().replace(/^(?:\.\.\.|\*{1,2})/, ''));
    return given.trim() === '' ? !isBranched : values.every((value, i) => value === parameters[i]);
  };
}

/** What failed may go well the second time. */
const isRetry = /\b(?:catch|except|rescue)\b/;

/** Whether code may make other values of these names: it assigns to them or to parts of them, counts, or calls their methods. */
function changes(code: string, names: readonly string[]): boolean {
  const each = names.map((name) => name.replaceAll('$', '\\$')).join('|');
  const part = '(?:\\s*\\??\\.\\s*[\\w$]+|\\s*\\[[^\\]\\n]*\\])*';
  const after = '\\s*(?:[-+*/%&|^?]{0,3}=(?![=>])|\\+\\+|--)|(?:\\s*\\??\\.\\s*[\\w$]+)+\\s*\\(';
  return new RegExp(
    `(?:\\+\\+|--|\\bdel\\s+|\\bdelete\\s+)(?:${each})\\b|(?<![\\w$.])(?:${each})${part}(?:${after})`,
  ).test(code);
}

/** Names of the parameters in a header, in order, without Python's receiver. */
function parametersOf(header: string, family: string): readonly string[] {
  const list = /\(([\s\S]*)\)/.exec(header)?.[1] ?? '';
  const isTypeFirst = family === 'java' || family === 'csharp';
  return list.split(',').flatMap((part) => {
    const written = (part.split('=')[0] ?? '').split(':')[0] ?? '';
    const names = (written.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []).filter(
      (name) => !/^(?:public|private|protected|readonly|mut|final)$/.test(name),
    );
    const name = isTypeFirst ? names.at(-1) : names[0];
    return name === undefined || name === 'self' || name === 'cls' ? [] : [name];
  });
}
