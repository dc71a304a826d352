/**
 * Go's holes by the tokens before them: what place it is, the type where the text writes it (results, literals of slices and
 * maps, `var`), and otherwise what to ask the editor about (a field, a variable, a parameter). Nothing is inferred here.
 */
import type { Span } from '../../text/span.ts';
import type { HoleKind, HolePlace } from '../../types/typeEngine.ts';
import { lexCode, NEWLINE } from '../tokens.ts';
import { type GoPart, goPart, goSignature } from './goTypes.ts';

/** What to ask the editor about, where the text does not write the type down. */
export interface Ask {
  /** A variable's or a field's type, the parameter an argument is for, the field of a type by its place in it. */
  readonly about: 'value' | 'argument' | 'field';
  /** Where the name stands; for an argument, where it begins. */
  readonly at: number;
  /** Of the argument or the field, from 0. */
  readonly index?: number;
  readonly callee?: Span;
  /** Where the names stand that the arguments before it end with. */
  readonly others?: readonly (number | undefined)[];
  /** What of the answer is the type, from outside in. */
  readonly parts?: readonly GoPart[];
}

/** What is told by the text around a hole alone. */
export interface Place {
  readonly kind: HoleKind;
  readonly place: HolePlace;
  /** A type that the text itself demands, and an offset after which it stands written. */
  readonly declared?: string;
  readonly declaredFrom?: number;
  readonly asked?: Ask;
  /** An error is taken beside the value: `order, err := …`. */
  readonly andError?: boolean;
  readonly callee?: Span;
  readonly argument?: number;
  readonly name?: string;
}

interface Walk {
  readonly text: string;
  readonly texts: readonly string[];
  readonly starts: readonly number[];
  /** For a bracket the index of its partner, else -1: what is open at the hole has none. */
  readonly partner: readonly number[];
  readonly offset: number;
}

const isName = (token: string | undefined): boolean =>
  token !== undefined && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(token) && !keyword.test(token);
const keyword =
  /^(?:break|case|chan|const|continue|default|defer|else|fallthrough|for|func|go|goto|if|import|interface|map|package|range|return|select|struct|switch|type|var)$/;

export function goHole(text: string, offset: number, from: number): Place | undefined {
  const { texts, starts: relative } = lexCode(text.slice(from, offset));
  const starts = relative.map((start) => start + from);
  const walk: Walk = { text, texts, starts, partner: partners(texts), offset };
  let last = texts.length - 1;
  const isMember = texts[last] === '.';
  if (isMember) last = beforeChain(walk, last - 1);
  // After a word and a line's end a statement begins.
  const gap = text.slice((starts[last] ?? 0) + (texts[last]?.length ?? 0), starts[last + 1] ?? offset);
  if (gap.includes('\n') && !/^(?:[([{,:=.]|&&|\|\||[-+*/%<>=!]=?)$/.test(texts[last] ?? '')) return undefined;
  const parts: GoPart[] = [];
  for (; /^[&*]$/.test(texts[last] ?? '') && opensExpression(texts[last - 1]); last--)
    parts.unshift(texts[last] === '&' ? 'pointee' : 'address');
  const place = placeAt(walk, last);
  if (!place) return undefined;
  const turned = parts.length > 0 ? turn(place, parts) : place;
  return isMember ? { ...turned, kind: 'member', place: 'member' } : turned;
}

const opensExpression = (token: string | undefined): boolean =>
  token === undefined || /^(?:[([{,:=!]|[=!<>]=|&&|\|\||return|case|if|\n)$/.test(token);

function turn({ declared, asked, ...rest }: Place, parts: readonly GoPart[]): Place {
  const type = declared && parts.reduce<string | undefined>((so, part) => so && goPart(so, part), declared);
  return {
    ...rest,
    ...(type ? { declared: type } : {}),
    ...(asked ? { asked: { ...asked, parts: [...(asked.parts ?? []), ...parts] } } : {}),
  };
}

function partners(texts: readonly string[]): number[] {
  const partner = new Array<number>(texts.length).fill(-1);
  const open: number[] = [];
  texts.forEach((token, i) => {
    if (/^[([{]$/.test(token)) open.push(i);
    else if (/^[)\]}]$/.test(token)) {
      const begin = open.pop();
      if (begin === undefined) return;
      partner[begin] = i;
      partner[i] = begin;
    }
  });
  return partner;
}

/** The token before `a.b(c).d[e]`, whose last token is at `i`. */
function beforeChain({ texts, partner }: Walk, i: number): number {
  for (let at = i; at >= 0; ) {
    while (/^[)\]]$/.test(texts[at] ?? '') && (partner[at] ?? -1) >= 0) at = (partner[at] ?? 0) - 1;
    if (isName(texts[at])) at--;
    if (texts[at] !== '.') return at;
    at--;
  }
  return -1;
}

function placeAt(walk: Walk, i: number): Place | undefined {
  const { texts, starts } = walk;
  const token = texts[i] ?? '';
  if (/^(?:&&|\|\||!|if)$/.test(token)) return { ...expression('condition'), declared: 'bool' };
  if (token === '-' && texts[i - 1] === '<' && starts[i] === (starts[i - 1] ?? 0) + 1)
    return isName(texts[i - 2])
      ? { ...expression('operand'), asked: { about: 'value', at: starts[i - 2] ?? 0, parts: ['element'] } }
      : undefined;
  if (/^(?:[=!<>]=|[<>]|[-+*/%])$/.test(token)) return operand(walk, i);
  if (/^[-+*/%&|^]=$/.test(token)) return assigned(walk, i, 0);
  return listed(walk, i);
}

const expression = (place: HolePlace): { kind: HoleKind; place: HolePlace } => ({ kind: 'expression', place });

/** The list or the statement that the hole is in, and which entry of it. */
function listed(walk: Walk, last: number): Place | undefined {
  const { texts, partner } = walk;
  if (texts[last] === ':') return keyed(walk, last);
  // What stands directly before the hole has to open an expression.
  if (!/^(?:[,=([{]|return|case)$/.test(texts[last] ?? '')) return undefined;
  let commas = 0;
  for (let i = last; i >= 0; i--) {
    const token = texts[i] ?? '';
    if (token === ',') commas++;
    else if (/^[)\]}]$/.test(token)) i = partner[i] ?? -1;
    else if (token === 'return') return returned(walk, i, commas);
    else if (token === '=') return assigned(walk, i, commas);
    else if (token === '(') return called(walk, i, commas);
    else if (token === '[') return commas === 0 ? indexed(walk, i) : undefined;
    else if (token === '{') return element(walk, i, commas, last);
    else if (token === 'case') return caseOf(walk, i);
    else if (token === NEWLINE || token === ';') return undefined;
  }
  return undefined;
}

function returned(walk: Walk, i: number, index: number): Place {
  const around = functionAround(walk, i);
  const type = around && goSignature(walk.text.slice(around.start, around.end))?.results[index];
  return {
    ...expression('return'),
    ...(type ? { declared: type, declaredFrom: around.start } : {}),
  };
}

/** The signature of the innermost function, declared or literal, whose body is open at a token. */
function functionAround({ texts, starts, partner }: Walk, from: number): { start: number; end: number } | undefined {
  for (let i = from; i >= 0; i--) {
    if (/^[)\]}]$/.test(texts[i] ?? '')) i = partner[i] ?? -1;
    else if (texts[i] === '{') {
      for (let at = i - 1; at >= 0; at--) {
        const token = texts[at] ?? '';
        if (/^[)\]}]$/.test(token)) at = partner[at] ?? -1;
        // A function type as a result is not the function yet.
        else if (token === 'func' && texts[at - 1] !== ')') return { start: starts[at] ?? 0, end: starts[i] ?? 0 };
        else if (/^(?:[([{,;=:]|\n)$/.test(token)) break;
      }
    }
  }
  return undefined;
}

function assigned(walk: Walk, i: number, index: number): Place | undefined {
  const { text, texts, starts, partner } = walk;
  let first = i;
  while (first > 0) {
    const token = texts[first - 1] ?? '';
    if (/^(?:[([{};]|\n|if|for|switch|else|var|const)$/.test(token)) break;
    first = /^[)\]]$/.test(token) ? Math.max(0, partner[first - 1] ?? 0) : first - 1;
  }
  const left = text.slice(starts[first], starts[i]).trim();
  if (texts[i - 1] === ':') {
    const names = left.replace(/:$/, '').split(',');
    const name = names[index]?.trim();
    const gives = names.length === 2 && index === 0 && /^\s*err/i.test(names[1] ?? '');
    return { ...expression('initialiser'), ...(name ? { name } : {}), ...(gives ? { andError: true } : {}) };
  }
  const declared = /^([\p{L}_][\p{L}\p{N}_]*(?:\s*,\s*[\p{L}_][\p{L}\p{N}_]*)*)(?:\s+([[\]\w.*{}\s(),]+))?$/u.exec(
    left,
  );
  const isDeclared = /^(?:var|const)$/.test(texts[first - 1] ?? '') || (declared?.[2] ?? '') !== '';
  const name = declared?.[1]?.split(',')[index]?.trim();
  if (declared && isDeclared)
    return {
      ...expression('initialiser'),
      ...(name ? { name } : {}),
      ...(declared[2] ? { declared: declared[2].trim(), declaredFrom: starts[first] ?? 0 } : {}),
    };
  // The name that the target at this place of the list ends with.
  let at = i - 1;
  for (let over = left.split(',').length - 1 - index; over > 0 && at > first; at--)
    if (/^[)\]]$/.test(texts[at] ?? '')) at = partner[at] ?? first;
    else if (texts[at] === ',') over--;
  const inside = texts[at] === ']';
  if (inside) at = (partner[at] ?? 0) - 1;
  if (!isName(texts[at]) || texts[at] === '_') return undefined;
  const parts: GoPart[] = inside ? ['element'] : texts[at - 1] === '*' ? ['pointee'] : [];
  return {
    ...expression('assignment'),
    name: texts[at] ?? '',
    asked: { about: 'value', at: starts[at] ?? 0, parts },
  };
}

function called(walk: Walk, i: number, index: number): Place | undefined {
  const { texts, starts, partner, offset } = walk;
  let at = i - 1;
  // An instance with its type arguments: `mapped[Item, Order](…)`.
  if (texts[at] === ']' && (partner[at] ?? -1) > 0) at = (partner[at] ?? 0) - 1;
  const callee = texts[at] ?? '';
  const asked: Ask = { about: 'argument', at: offset, index };
  if (callee === ')') return { kind: 'argument', place: 'argument', argument: index, asked };
  if (!isName(callee)) return index === 0 && at === i - 1 && callee !== 'func' ? placeAt(walk, i - 1) : undefined;
  const before = texts[at - 1];
  const isDeclaration = before === 'func' || (before === ')' && texts[(partner[at - 1] ?? 0) - 1] === 'func');
  if (isDeclaration) return undefined;
  const start = starts[at] ?? 0;
  const span = { start, end: start + callee.length };
  const others = argumentEnds(walk, i);
  return {
    kind: 'argument',
    place: 'argument',
    callee: span,
    argument: index,
    asked: { ...asked, callee: span, others },
  };
}

/** Where the names stand that the arguments so far end with: they may tell what a type parameter is. */
function argumentEnds({ texts, starts, partner }: Walk, open: number): (number | undefined)[] {
  const ends: (number | undefined)[] = [];
  for (let i = open + 1; i < texts.length; i++) {
    if ((partner[i] ?? -1) > i) i = partner[i] ?? i;
    if (texts[i] !== ',') continue;
    const first = isName(texts[i - 1]) && isName(texts[beforeChainStart(texts, i - 1)]);
    ends.push(first ? starts[i - 1] : undefined);
  }
  return ends;
}

/** The first name of `a.b.c` where nothing but a comma or the bracket stands before it. */
function beforeChainStart(texts: readonly string[], i: number): number {
  let at = i;
  while (texts[at - 1] === '.' && isName(texts[at - 2])) at -= 2;
  return /^[(,]$/.test(texts[at - 1] ?? '') ? at : -1;
}

function indexed({ texts, starts }: Walk, i: number): Place | undefined {
  if (!isName(texts[i - 1])) return undefined;
  return { ...expression('element'), asked: { about: 'value', at: starts[i - 1] ?? 0, parts: ['key'] } };
}

interface Literal {
  readonly type: string;
  /** Where the last name of the type stands. */
  readonly at: number;
}

/** The type of the literal that a brace opens; undefined: it opens a block. Go's own formatting tells them apart. */
function literalAt(walk: Walk, open: number): Literal | undefined {
  const { text, texts, starts, partner } = walk;
  const before = texts[open - 1] ?? '';
  if (/^[{,:]$/.test(before)) {
    let outer = open - 1;
    for (; outer >= 0 && texts[outer] !== '{'; outer--) {
      if (/^(?:case|default|[(;])$/.test(texts[outer] ?? '')) return undefined;
      if (/^[)\]}]$/.test(texts[outer] ?? '')) outer = partner[outer] ?? -1;
    }
    const around = outer < 0 ? undefined : literalAt(walk, outer);
    const type = around && goPart(around.type, 'element');
    return around && type ? { type: type.replace(/^\*/, ''), at: around.at } : undefined;
  }
  const start = starts[open] ?? 0;
  let at = open - 1;
  if (start !== (starts[at] ?? 0) + before.length) return undefined;
  if (before === ']') at = (partner[at] ?? 0) - 1;
  if (!isName(texts[at])) return undefined;
  const name = at;
  if (texts[at - 1] === '.' && isName(texts[at - 2])) at -= 2;
  for (;;) {
    let next = at - 1;
    while (texts[next] === '*') next--;
    const bracket = texts[next] === ']' ? (partner[next] ?? -1) : -1;
    if (bracket < 0) break;
    at = texts[bracket - 1] === 'map' ? bracket - 1 : bracket;
  }
  return { type: text.slice(starts[at], start), at: starts[name] ?? 0 };
}

function element(walk: Walk, open: number, index: number, last: number): Place | undefined {
  const literal = literalAt(walk, open);
  if (!literal) return undefined;
  const { type, at } = literal;
  if (/^(?:\[|map\[)/.test(type)) {
    const part = goPart(type, type.startsWith('[') ? 'element' : 'key');
    return part ? { ...expression('element'), declared: part } : undefined;
  }
  const isKeyed = walk.texts.slice(open, last).includes(':');
  return { ...expression('element'), asked: { about: 'field', at, index: isKeyed ? 0 : index } };
}

function keyed(walk: Walk, colon: number): Place | undefined {
  const { texts, starts, partner } = walk;
  for (let i = colon - 1; i >= 0; i--) {
    if (/^(?:case|default|[(;]|\n)$/.test(texts[i] ?? '')) return undefined;
    if (texts[i] === '[') return { ...expression('operand'), declared: 'int' };
    if (/^[)\]}]$/.test(texts[i] ?? '')) i = partner[i] ?? -1;
    else if (texts[i] === '{') {
      const literal = literalAt(walk, i);
      if (!literal) return undefined;
      const part = goPart(literal.type, 'element');
      if (part) return { ...expression('element'), declared: part };
      const key = texts[colon - 1] ?? '';
      if (isName(key) && /^[{,]$/.test(texts[colon - 2] ?? ''))
        return { ...expression('property'), name: key, asked: { about: 'value', at: starts[colon - 1] ?? 0 } };
      return { ...expression('element'), asked: { about: 'field', at: literal.at, index: 0 } };
    }
  }
  return undefined;
}

function operand(walk: Walk, i: number): Place | undefined {
  const { text, texts, starts, partner } = walk;
  // `x *T` in a declaration is no product.
  if (/^[-+*/%]$/.test(texts[i] ?? '') && !/\s/.test(text[(starts[i] ?? 0) - 1] ?? '')) return undefined;
  let at = i - 1;
  const call = texts[at] === ')';
  if (call) at = (partner[at] ?? 0) - 1;
  if (/^["`]/.test(texts[at] ?? '')) return { ...expression('operand'), declared: 'string' };
  if (!isName(texts[at])) return undefined;
  return { ...expression('operand'), asked: { about: 'value', at: starts[at] ?? 0 } };
}

function caseOf(walk: Walk, i: number): Place | undefined {
  const { texts, starts, partner } = walk;
  let at = i - 1;
  for (; at >= 0 && texts[at] !== '{'; at--) if (/^[)\]}]$/.test(texts[at] ?? '')) at = partner[at] ?? -1;
  if (at < 0) return undefined;
  if (texts[at - 1] === 'switch') return { ...expression('case'), declared: 'bool' };
  if (!isName(texts[at - 1])) return undefined;
  return { ...expression('case'), asked: { about: 'value', at: starts[at - 1] ?? 0 } };
}
