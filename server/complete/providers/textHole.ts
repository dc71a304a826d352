/**
 * A hole as far as the text before it and the syntax around it tell: for languages whose types only the editor's other
 * extensions know. What is written down (a return type, a declared variable) is read here; nothing is inferred.
 */
import type { Span } from '../../text/span.ts';
import type { HoleRequest } from '../../types/typeEngine.ts';
import type { Family } from '../index/indexFile.ts';
import type { Outline, SymbolRecord } from '../index/indexOutline.ts';
import { lexCode } from '../tokens.ts';
import { type Ask, goHole, type Place } from './goHole.ts';
import { readerOf, typeNamesIn } from './signatureText.ts';

export interface TextHole extends Omit<Place, 'declaredFrom'> {
  /** Where `declared` stands written. */
  readonly declaredAt?: Span;
  readonly enclosing?: string;
  readonly enclosingClass?: string;
  /** Where the enclosing function's name stands: to be hovered over. */
  readonly enclosingAt?: number;
}

export function textHole(request: HoleRequest, outline: Outline, family: Family | undefined): TextHole {
  const { text, offset } = request;
  // A body that is being written ends, for the grammar, with its last word: the hole may follow after white space.
  const around = outline.symbols.filter(
    (symbol) => symbol.start < offset && (offset <= symbol.end || text.slice(symbol.end, offset).trim() === ''),
  );
  const inner = around.findLast((symbol) => symbol.kind === 'function' || symbol.kind === 'member');
  const owner = around.findLast((symbol) => symbol.kind === 'type');
  const surroundings: Pick<TextHole, 'enclosing' | 'enclosingAt' | 'enclosingClass'> = {
    ...(inner ? { enclosing: inner.name, enclosingAt: nameAt(text, inner) } : {}),
    ...(owner ? { enclosingClass: owner.name } : {}),
  };
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(start, offset);
  if (family === 'go') {
    const found = goHole(text, offset, inner?.start ?? Math.max(0, offset - 8000));
    if (found) {
      const { declared, declaredFrom, ...place } = found;
      return { ...place, ...surroundings, ...written(text, declared, declaredFrom ?? start, offset) };
    }
  }
  const call = family === 'go' ? undefined : callAround(text, offset, family === 'python');
  if (/(?:\.|->|::)$/.test(line)) {
    const chain = /(?:[\p{L}_][\p{L}\p{N}_]*(?:\([^()]*\)|\[[^[\]]*\])*(?:\.|->|::))+$/u.exec(line);
    // What the whole chain is for decides which of the members fits.
    const whole = chain && textHole({ ...request, offset: start + chain.index }, outline, family);
    const isPlaced = whole && whole.place !== 'member' && whole.place !== 'statement';
    return { ...(isPlaced ? whole : surroundings), kind: 'member', place: 'member' };
  }
  if (call && /[(,]\s*$/.test(text.slice(Math.max(0, offset - 200), offset)))
    return {
      kind: 'argument',
      place: 'argument',
      ...call,
      asked: { about: 'argument', at: offset, index: call.argument, callee: call.callee },
      ...surroundings,
    };
  const compared = /([\p{L}_][\p{L}\p{N}_]*)\s*[=!]=\s*$/u.exec(line);
  if (compared)
    return { kind: 'expression', place: 'operand', asked: valueAt(start + compared.index), ...surroundings };
  if (family !== 'go' && /\breturn\s+$/.test(line)) {
    const nested = inner && nestedFunction(text, offset, inner, family);
    const declared = inner && readerOf(family).result(nested ?? inner.header);
    // What the enclosing function gives says nothing of a function in it.
    const { enclosingAt: _, ...named } = surroundings;
    return {
      kind: 'expression',
      place: 'return',
      ...(nested === undefined ? surroundings : named),
      ...written(text, declared, inner?.start ?? 0, offset),
    };
  }
  const assigned = /([\p{L}_][\p{L}\p{N}_]*)\s*(?::\s*[^=]+?|\s+[^=:]+?)?\s*(?::=|=)\s*$/u.exec(line);
  if (assigned && family !== 'go' && !/[=!<>]=\s*$/.test(line)) {
    const { declared, name } = declaredBefore(line, family);
    const known = name ?? assigned[1];
    // A field has its type from elsewhere; what a plain name holds may be decided here.
    const isField = declared === undefined && /(?:\.|->)$/.test(line.slice(0, assigned.index));
    return {
      kind: 'expression',
      place: isField ? 'assignment' : 'initialiser',
      ...(known === undefined ? {} : { name: known }),
      ...(isField ? { asked: valueAt(start + assigned.index) } : {}),
      ...surroundings,
      ...written(text, declared, start, offset),
    };
  }
  if (line.trim() === '') return { kind: 'statements', place: 'statement', ...surroundings };
  return { kind: 'expression', place: 'other', ...surroundings };
}

/** The header of a function inside `inner` that the hole is in; of a closure without a written type, empty. */
function nestedFunction(
  text: string,
  offset: number,
  inner: SymbolRecord,
  family: Family | undefined,
): string | undefined {
  const before = text.slice(inner.start, offset);
  if (family === 'python') {
    const lines = before.split('\n');
    let indent = (lines.at(-1) ?? '').search(/\S|$/);
    for (let i = lines.length - 2; i > 0; i--) {
      const line = lines[i] ?? '';
      const depth = line.search(/\S/);
      if (depth < 0 || depth >= indent) continue;
      indent = depth;
      const rest = lines.slice(i).join('\n').trimStart();
      if (/^(?:async\s+)?def\b/.test(rest)) return /^[\s\S]*?:(?=\s*(?:#[^\n]*)?\n)/.exec(rest)?.[0] ?? '';
    }
    return undefined;
  }
  const { texts } = lexCode(before);
  const open: string[] = [];
  texts.forEach((token, i) => {
    if (token === '}') open.pop();
    else if (token === '{') open.push(texts[i - 1] ?? '');
  });
  // `x -> {`, `x => {`, `|x| {`; a closure with a written result is not read.
  return open.some((token) => /^(?:->|=>|\|{1,2})$/.test(token)) ? '' : undefined;
}

const valueAt = (at: number): Ask => ({ about: 'value', at });

/** Where the value called `name` is used bare after an offset, so that the place demands its type. */
export function laterUses(text: string, offset: number, name: string, family: Family | undefined): number[] {
  const { texts, starts } = lexCode(text.slice(offset, offset + 3000), { hash: family === 'python' });
  const uses: number[] = [];
  let depth = 0;
  for (let i = 0; i < texts.length && uses.length < MOST_USES; i++) {
    const token = texts[i] ?? '';
    if (/^[([{]$/.test(token)) depth++;
    // The block that the name belongs to ends.
    else if (/^[)\]}]$/.test(token) && --depth < 0) break;
    if (family === 'python' && /^(?:def|class)$/.test(token)) break;
    if (token !== name || texts[i - 1] === '.' || /^(?:[.([=]|:|[-+*/%<>!=]=?|->|::)$/.test(texts[i + 1] ?? ''))
      continue;
    uses.push(offset + (starts[i] ?? 0));
  }
  return uses;
}

const MOST_USES = 4;

/** The declared type and the name in what stands before `=`. */
function declaredBefore(line: string, family: Family | undefined): { declared?: string; name?: string } {
  const patterns: Partial<Record<Family, RegExp>> = {
    python: /(?<name>\w+)\s*:\s*(?<type>[^=]+?)\s*=\s*$/,
    rust: /let\s+(?:mut\s+)?(?<name>\w+)\s*:\s*(?<type>[^=]+?)\s*=\s*$/,
    java: /(?:^|[\s(;{])(?<type>[\w.]+(?:<[^=;]*>)?(?:\[\])*)\s+(?<name>\w+)\s*=\s*$/,
    csharp: /(?:^|[\s(;{])(?<type>[\w.]+(?:<[^=;]*>)?(?:\[\])*\??)\s+(?<name>\w+)\s*=\s*$/,
  };
  const groups = (family && patterns[family])?.exec(line)?.groups;
  const type = groups?.['type'];
  const name = groups?.['name'];
  const isInferred = type === 'var' || type === 'final' || type === 'let';
  return { ...(type && !isInferred ? { declared: type } : {}), ...(name ? { name } : {}) };
}

/** Where a type stands written between two offsets. */
function written(text: string, declared: string | undefined, from: number, to: number): Partial<TextHole> {
  if (declared === undefined) return {};
  const names = typeNamesIn(declared);
  const name = names.find((one) => /^\p{Lu}/u.test(one)) ?? names[0];
  if (name === undefined) return { declared };
  const found = new RegExp(`\\b${name}\\b`, 'u').exec(text.slice(from, to));
  if (!found) return { declared };
  const start = from + found.index;
  return { declared, declaredAt: { start, end: start + name.length } };
}

function nameAt(text: string, symbol: SymbolRecord): number {
  const at = text.indexOf(symbol.name, symbol.start);
  return at < 0 || at > symbol.end ? symbol.start : at;
}

/** The call whose brackets are open at an offset: the name before the bracket and the number of commas since. */
function callAround(text: string, offset: number, hash: boolean): { callee: Span; argument: number } | undefined {
  const from = Math.max(0, offset - 4000);
  const { texts, starts } = lexCode(text.slice(from, offset), { hash });
  let depth = 0;
  let commas = 0;
  for (let i = texts.length - 1; i > 0; i--) {
    const token = texts[i] ?? '';
    if (/^[)\]}]$/.test(token)) depth++;
    else if (depth === 0 && token === ',') commas++;
    else if (depth === 0 && (token === '[' || token === '{' || token === ';')) return undefined;
    else if (/^[([{]$/.test(token) && depth > 0) depth--;
    else if (token === '(') {
      const name = texts[i - 1] ?? '';
      const isDeclared = /^(?:def|func|fn)$/.test(texts[i - 2] ?? '');
      const isWord = /^(?:def|func|fn|if|while|for|switch|catch|return|match|with)$/.test(name);
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || isWord || isDeclared) return undefined;
      const start = from + (starts[i - 1] ?? 0);
      return { callee: { start, end: start + name.length }, argument: commas };
    }
  }
  return undefined;
}
