/**
 * Both sides only added statements at one place, and two of them name one variable: which of them comes first was asked by neither
 * side (`span.end()`, `span.setAttribute(…)`), and both may be one thing (`charge(order.total)` in other words). Read from lines, in
 * programs. What gives names that the other statement does not ask for is free, as is what is registered under texts that differ.
 */
import { PROGRAM, type Row, statementsIn } from './rows.ts';

export interface Shared {
  readonly name: string;
  /** The statement that comes first in the text, and the one of the other side. */
  readonly first: string;
  readonly second: string;
}

const LINE = 300;
/** Statements of one side that are read. */
const STATEMENTS = 40;

/**
 * The first two such statements in rows of both sides, if any.
 * @param before what stands before the text: names that it imports are no variables.
 */
export function sharedIn(rows: readonly Row[], path: string, before: string): Shared | undefined {
  if (!PROGRAM.test(path)) return undefined;
  let modules: ReadonlySet<string> | undefined;
  const isModule = (name: string) => {
    modules ??= modulesIn(before);
    return modules.has(name);
  };
  for (const [some, others] of rows)
    for (const first of statementsOf(some))
      for (const second of statementsOf(others)) {
        const name = sharedBy(first, second, isModule);
        if (name !== undefined) return { name, first: first.head, second: second.head };
      }
  return undefined;
}

interface Statement {
  /** Its first line. */
  readonly head: string;
  readonly names: ReadonlySet<string>;
  /** What it only gives a value. */
  readonly target?: string;
  readonly text: string;
}

/** What is no statement, or one whose place says nothing: declarations, entries, what only watches. */
const ELSE =
  /^(?:(?:export|default|public|private|protected|internal|static|abstract|async|override|virtual|sealed|pub(?:\([a-z]+\))?|unsafe|open|inline|suspend|declare|extern)\s+)*(?:import|from|use|using|package|mod|module|function|func|fn|fun|def|class|interface|type|enum|struct|impl|trait|namespace|record|object|typedef|template|include|require|require_once|require_relative)\b|^(?:public|private|protected|internal)\b|^(?:case|default|when)\b|^[@#<{([.*"'`/]|^--|^[\w$"'-]+\??\s*:(?!:)|^[\w.]+\s*=>/;
const WATCHES =
  /^(?:await\s+)?(?:[\w$]+\.)*(?:console|log|logger|logging|LOG|LOGGER|fmt|print\w*|assert\w*|Assert\w*|expect|verify|t|test|it|describe|echo|trace|debug)\b/;
const CONTROL =
  /^(?:if|for|foreach|while|switch|match|try|with|using|lock|unless|until|do|synchronized|return|throw)\b/;
/** `void run(int n) {`, and without the bracket: a method, a function of C. */
const DEFINED =
  /^(?:[\w<>[\],.?*&:~]+\s+)*[\w$~]+\s*\([^;]*\)\s*(?:(?:const|noexcept|throws\s[\w., ]+|:\s*[\w<>[\] |.]+|->\s*[\w<>[\] |.&]+)\s*)?\{$|^(?!(?:return|await|throw|new|yield|delete|go|defer|raise|del)\b)(?:[\w<>[\],.?*&:]+\s+)+[\w$~]+\s*\([^;=]*\)$/;
const ACTS = /[(=]|\+\+|--|^(?:delete|del|return|throw|raise|yield|drop)\b/;

const statementsOf = (lines: readonly string[]): Statement[] =>
  statementsIn(lines)
    .slice(0, STATEMENTS)
    .flatMap((parts) => readStatement(parts) ?? []);

function readStatement(parts: readonly string[]): Statement | undefined {
  const [head = ''] = parts;
  const isNone = ELSE.test(head) || WATCHES.test(head) || head.endsWith(',') || !ACTS.test(head);
  if (isNone || head.length > LINE || (!CONTROL.test(head) && DEFINED.test(head))) return undefined;
  const text = withoutTexts(parts.join(' '));
  const target = TARGET.exec(text)?.[1]?.replace(/\s+/g, '');
  return { head, text, names: namesIn(text), ...(target === undefined ? {} : { target }) };
}

const CHAIN = '[$@]*[\\p{L}_][\\w$]*(?:(?:\\.|->|\\?\\.|::)[\\p{L}_][\\w$]*)*(?:\\[[^\\]]*\\])?';
/** A new name or a member that is given a value. */
const TARGET = new RegExp(
  `^(?:(?:const|let|var|val|final|auto|mut|my|local)\\s+)*(?:[\\p{L}_][\\w<>[\\],.?*&:]*\\s+)?[*&]?(${CHAIN})\\s*(?::\\s*[\\w<>[\\] |.]+\\s*)?:?=(?![=>~])`,
  'u',
);

const withoutTexts = (code: string): string =>
  code.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\$])*`/g, '""').replace(/\/\/.*$|\/\*.*?\*\//g, ' ');

const WORDS = new Set(
  'if for while return let const var val mut await new async function in of and or not is as else elif elsif try catch except finally throw raise this self super null nil true false undefined typeof instanceof lambda def fn func go defer yield switch match with using case when default final static int string bool boolean float double void auto unsigned signed long short char byte delete del readonly foreach unless until then do end begin rescue ensure echo from err error ok usize isize pass break continue local my our ref out unsafe move dyn where'.split(
    ' ',
  ),
);

/** Variables, and members of `this`: no types, no functions, no parameters of what is written inside, no names of arguments. */
function namesIn(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, name = ''] of text.matchAll(/\b(?:this|self)(?:\.|->)([\w$]+)(?!\s*\(|[\w$])/g))
    found.add(`this.${name}`);
  for (const [, name = ''] of text.matchAll(
    /(?<![\w$.>@#\\]|::)([$@]{0,2}[\p{Ll}_][\w$]*)(?![\w$])(?!=[^=\s>]|\s*(?:\(|!\(|::|:(?!:)))/gu,
  ))
    if (!WORDS.has(name) && name !== '_') found.add(name);
  for (const [, one = '', many = '', other = ''] of text.matchAll(
    /(?<![\w$])([\w$]+)\s*[-=]>|[(|]([\w$, :<>[\]&]*)[)|]\s*(?:[-=]>|\{)|\b(?:for|lambda|foreach)\s*\(?(?:const|let|var|auto|final|\w+)?\s*([\w$, ]+)(?:\s(?:in|of)\b|:)/g,
  ))
    for (const parameter of `${one},${many},${other}`.split(/[\s,:]+/)) found.delete(parameter);
  return found;
}

/** A variable of both, where the order of the two may say something. */
function sharedBy(one: Statement, other: Statement, isModule: (name: string) => boolean): string | undefined {
  if (one.head === other.head || areRegistered(one.head, other.head)) return undefined;
  if (one.target !== undefined && other.target !== undefined && areApart(one, other)) return undefined;
  for (const name of one.names) if (other.names.has(name) && !isModule(name)) return name;
  return undefined;
}

/** Each gives another name a value, and asks not for the other's. */
function areApart(one: Statement, other: Statement): boolean {
  const asks = ({ text }: Statement, target = '') =>
    new RegExp(`(?<![\\w$.])${target.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$])`).test(text);
  return !asks(one, other.target) && !asks(other, one.target);
}

const REGISTERED = /^(?:await\s+)?([\w$.]+)\.\w+\(\s*(["'`])(.*?)\2\s*,/;

/** `router.get('/a', a)`, `router.get('/b', b)`: each under a text of its own. */
function areRegistered(one: string, other: string): boolean {
  const [some, more] = [REGISTERED.exec(one), REGISTERED.exec(other)];
  return some !== null && more !== null && some[1] === more[1] && some[3] !== more[3];
}

/** Names by which a file calls whole modules. */
function modulesIn(before: string): ReadonlySet<string> {
  const found = new Set<string>();
  const patterns = [
    /^import\s+(?:static\s+)?[\w.]*?(\w+)\s*;?$/gm,
    /^import\s+[\w.]+\s+as\s+(\w+)/gm,
    /^import\s+\*\s+as\s+(\w+)/gm,
    /^import\s+(\w+)(?:,\s*\{[^}]*\})?\s+from\s+["'](?![./])/gm,
    /^(?:const|var|let)\s+(\w+)\s*=\s*require\(["'](?![./])/gm,
    /^\s*(?:import\s+)?(?:\w+\s+)?"(?:[\w.-]+\/)*(\w+)"$/gm,
    /^\s*(?:import\s+)?(\w+)\s+"[\w./-]+"$/gm,
  ];
  for (const pattern of patterns) for (const [, name = ''] of before.matchAll(pattern)) found.add(name);
  return found;
}
