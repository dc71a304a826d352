/**
 * What is code, and never what is written in this place: half an expression in a template, a value where a tag begins, an annotated name among arguments, a declaration
 * of what the file declares already. Syntax trees that mend themselves let it pass.
 */
import type { TypedHole } from '../../types/typeEngine.ts';
import type { HoleView } from '../context/retrieve.ts';

const operator = /(?:[=!]==?|&&|\|\||\?\?|[<>]=?|[-+*/%]|\?|:)$/;
const annotated = /^[\p{L}_$][\p{L}\p{N}_$]*\??\s*:/u;
const declaration =
  /^(?:export\s+)?(?:default\s+|declare\s+|abstract\s+|async\s+)*(?:class|enum|interface|type|const|let|var|function\*?)\s+([\p{L}_$][\p{L}\p{N}_$]*)/u;

/** So much before a hole is read for the tag that is open there. */
const NEAR = 4000;
/** Where markup may begin, a `<` right before the hole is no comparison. */
const tagBegins = /(?:^|[({[>};,?:]|&&|\|\||=>|\breturn)\s*<$/;
const opened = /^(?:[A-Z][\w.]*|[a-z][\w-]*)(?=[\s/>]|$)/;
const closes = (fill: string, name: string): boolean => fill === name || fill === `${name}>`;

/** A tag whose name is wanted: `closes` is that of the one that is open. Undefined: no tag begins here. */
function tagAt(before: string): { readonly closes?: string } | undefined {
  if (tagBegins.test(before)) return {};
  if (!before.endsWith('</')) return undefined;
  const open: string[] = [];
  for (const [, end, name = '', own] of before.matchAll(
    /<(\/?)([A-Za-z][\w.-]*)?(?:\s(?:[^<>]|=>|<[^<>]*>)*?)?(\/?)>/g,
  ))
    if (end) open.splice(Math.max(0, open.lastIndexOf(name)));
    else if (!own) open.push(name);
  return { closes: open.at(-1) ?? '' };
}

/** Says of a fill whether it is out of place. */
export function misplacedIn(
  { text, offset }: Pick<HoleView, 'text' | 'offset'>,
  typed: Pick<TypedHole, 'place' | 'expected'> | undefined,
): (fill: string) => boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const isTop = /^(?:export\s+)?$/.test(line);
  const isInTemplate = typed?.place === 'template' || /`[^`]*\$\{[^{}`]*$/.test(line);
  const isArgument = typed?.place === 'argument';
  // A bracket where a function is wanted opens its parameters.
  const isParameter = /[(,:=]\s*\($/.test(line) && typed?.expected?.includes('=>') === true;
  const tag = tagAt(text.slice(Math.max(0, offset - NEAR), offset));
  return (fill) => {
    if (tag && !(tag.closes === undefined ? opened.test(fill) : closes(fill, tag.closes))) return true;
    if (isParameter && !fill.includes('=>')) return true;
    if (isInTemplate && (operator.test(fill) || annotated.test(fill))) return true;
    if (isArgument && annotated.test(fill)) return true;
    const name = isTop ? declaration.exec(fill)?.[1] : undefined;
    return name !== undefined && isDeclared(text, name);
  };
}

/** At the top of the file. Another signature of a function is no such declaration. */
function isDeclared(text: string, name: string): boolean {
  const own = name.replaceAll('$', '\\$');
  const kinds = 'class|enum|interface|type|const|let|var|function\\*?';
  return new RegExp(
    `^(?:export\\s+)?(?:default\\s+|declare\\s+|abstract\\s+|async\\s+)*(?:${kinds})\\s+${own}(?![\\p{L}\\p{N}_$])(?![^\\n]*\\)[^{\\n]*;\\s*$)`,
    'mu',
  ).test(text);
}
