/**
 * A broad route or rule of one side that came before a narrower one of the other, where the first that fits is taken: the narrower one is
 * never reached, and in neither side it was so. `.matchers("/**").permitAll()` before `.matchers("/admin/**").hasRole("ADMIN")` opens
 * what the other side closed. Only where the path of the one fits all of the other; in the other order nothing is said. A handler that
 * is called may hand on to the next, and some routers ask no order: there it is no more than possible.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { splitLines } from '../../text/lines.ts';
import { calledRoute } from './claimReaders.ts';
import { areLevel } from './claims.ts';

export interface Unreached {
  readonly wide: string;
  readonly narrow: string;
  /** Nothing in the language of these rules hands on to the next; else the first may answer. */
  readonly certain: boolean;
}

interface Rule {
  /** Only rules of one list compete. */
  readonly list: string;
  /** Absent: any. */
  readonly verb: string | undefined;
  readonly certain: boolean;
  readonly path: string;
  readonly parts: readonly Part[];
  readonly line: string;
  readonly at: number;
}

/** `any`: one part of a path, `rest`: all that follows, else the part itself. */
type Part = { readonly kind: 'any' | 'rest' } | { readonly kind: 'one'; readonly text: string };

const LINES = 2000;

export function unreachedIn(text: string, sides: readonly string[], language: LanguageId | undefined): Unreached[] {
  const read = readers.get(language);
  const lines = splitLines(text);
  if (!read || lines.length > LINES) return [];
  const rules = rulesOf(lines, read);
  if (rules.length < 2) return [];
  const known = sides.map((side) => new Set(splitLines(side).map((line) => line.trim())));
  const isNew = (wide: Rule, narrow: Rule) => !known.some((own) => own.has(wide.line) && own.has(narrow.line));
  return rules.flatMap((narrow, i) => {
    const wide = rules
      .slice(0, i)
      .find((one) => takes(one, narrow) && isNew(one, narrow) && areLevel(lines, one.at, narrow.at));
    return wide ? [{ wide: wide.path, narrow: narrow.path, certain: wide.certain }] : [];
  });
}

type Read = (line: string) => Omit<Rule, 'line' | 'at'> | undefined;

const rulesOf = (lines: readonly string[], read: Read): Rule[] =>
  lines.flatMap((line, at) => {
    const bare = line.trim();
    const rule = bare.length > 300 ? undefined : read(bare);
    return rule ? [{ ...rule, line: bare, at }] : [];
  });

function takes(wide: Rule, narrow: Rule): boolean {
  if (wide.list !== narrow.list || (wide.verb !== undefined && wide.verb !== narrow.verb)) return false;
  for (const [k, part] of wide.parts.entries()) {
    if (part.kind === 'rest') return true;
    const other = narrow.parts[k];
    if (!other || other.kind === 'rest') return false;
    if (part.kind === 'one' && (other.kind !== 'one' || other.text !== part.text)) return false;
  }
  return wide.parts.length === narrow.parts.length;
}

const partsOf = (path: string, partOf: (part: string) => Part | undefined): Part[] | undefined => {
  const parts = path
    .replace(/^\//, '')
    .split('/')
    .map((part) => partOf(part));
  return parts.every((part) => part !== undefined) ? parts : undefined;
};

/** Express and its like: by the order of the calls in most. One that says it hands on takes nothing; any other may, unseen. */
const express: Read = (line) => {
  const found = calledRoute.exec(line);
  const [, list = '', verb = '', , path = ''] = found ?? [];
  // Fastify takes fixed parts first, in whatever order they come.
  if (!found || /\bnext\b/.test(line) || /^fastify$/i.test(list)) return undefined;
  const parts = partsOf(path, (part) => {
    if (part === '*') return { kind: 'rest' };
    if (/^:\w+$/.test(part)) return { kind: 'any' };
    return /[:*?+()]/.test(part) ? undefined : { kind: 'one', text: part };
  });
  return parts && { list, verb: verb === 'all' ? undefined : verb, certain: false, path, parts };
};

/** Spring Security: the first matcher that fits. */
const spring: Read = (line) => {
  const found = /^\.(?:ant|mvc|request|path)?[mM]atch(?:ers?)?\(\s*(?:HttpMethod\.(\w+)\s*,\s*)?"([^"]*)"\s*\)/.exec(
    line,
  );
  const path = /^\.anyRequest\(\)/.test(line) ? '/**' : found?.[2];
  const parts =
    path === undefined
      ? undefined
      : partsOf(path, (part) => {
          if (part === '**') return { kind: 'rest' };
          if (part === '*') return { kind: 'any' };
          return /[*?{}]/.test(part) ? undefined : { kind: 'one', text: part };
        });
  return path === undefined || !parts ? undefined : { list: 'matchers', verb: found?.[1], certain: true, path, parts };
};

/** Django: the first path that fits; a number is no name. */
const django: Read = (line) => {
  const path = /^path\(\s*(['"])([^'"]+)\1\s*,(?!\s*include\b)/.exec(line)?.[2];
  if (path === undefined) return undefined;
  const parts = partsOf(path, (part) => {
    if (/^<(?:(?:str|slug):)?\w+>$/.test(part)) return { kind: 'any' };
    return /[<>]/.test(part) ? undefined : { kind: 'one', text: part };
  });
  return parts && { list: 'paths', verb: undefined, certain: true, path, parts };
};

const readers: ReadonlyMap<LanguageId | undefined, Read> = new Map<LanguageId, Read>([
  ...(['typescript', 'tsx', 'javascript'] as const).map((id) => [id, express] as const),
  ...(['java', 'kotlin'] as const).map((id) => [id, spring] as const),
  ['python', django],
]);
