/** Arguments of Python that are given by name: whether a call has one that what it calls does not take. */
import type { OpenHole } from '../complete.ts';
import { closing, splitList } from '../context/brief.ts';
import { isWord } from '../holeTokens.ts';
import type { SymbolRecord } from '../index/indexOutline.ts';
import { NEWLINE } from '../tokens.ts';

/** Says of the tokens of a fill whether it surely gives an argument that its callee does not have. */
export function lacksKeyword(hole: OpenHole): (tokens: readonly string[]) => boolean {
  if (hole.view.buffer.family !== 'python') return () => false;
  const known = new Map<string, ReadonlySet<string> | undefined>();
  const takes = (callee: string, keyword: string): boolean => {
    if (!known.has(callee)) known.set(callee, parametersOf(hole, callee));
    return known.get(callee)?.has(keyword) ?? true;
  };
  return (tokens) => {
    const open = [hole.tokens.callee];
    const code = tokens.filter((token) => token !== NEWLINE);
    for (const [i, token] of code.entries()) {
      const callee = open.at(-1);
      const [last = '', separator = '('] = [code[i - 1], code[i - 2]];
      const isKeyword = token === '=' && isWord(last) && /^[(,]$/.test(separator);
      if (isKeyword && callee !== undefined && !takes(callee, last)) return true;
      if (token === '(') open.push(isWord(last) ? last : undefined);
      else if (/^[[{]$/.test(token)) open.push(undefined);
      else if (/^[)\]}]$/.test(token)) open.pop();
    }
    return false;
  };
}

/** Undefined: unknown, or it takes any. */
function parametersOf({ view, workspace }: OpenHole, callee: string): ReadonlySet<string> | undefined {
  const own = view.buffer.symbols
    .filter(({ name }) => name === callee)
    .map((symbol) => ({ symbol, symbols: view.buffer.symbols }));
  const others = workspace.index
    .symbolsNamed(callee)
    .filter(({ file }) => file.family === 'python' && file.path !== view.path)
    .map(({ file, symbol }) => ({ symbol, symbols: file.symbols }));
  const found = new Set<string>();
  for (const { symbol, symbols } of [...own, ...others]) {
    const names = symbol.kind === 'type' ? ofClass(symbol, symbols) : ofFunction(symbol.header);
    if (!names) return undefined;
    for (const name of names) found.add(name);
  }
  return own.length + others.length > 0 ? found : undefined;
}

function ofFunction(header: string): readonly string[] | undefined {
  const open = header.indexOf('(');
  if (!/^(?:async )?def /.test(header) || open < 0 || header.endsWith('…')) return undefined;
  const list = splitList(header.slice(open + 1, closing(header, open)));
  if (list.some((part) => /^\s*\*\*/.test(part))) return undefined;
  return list.flatMap((part) => /^\s*\*?([\p{L}_][\p{L}\p{N}_]*)/u.exec(part)?.[1] ?? []);
}

/** What its `__init__` takes, else its fields. Of what it inherits nothing is known. */
function ofClass({ name, parents }: SymbolRecord, symbols: readonly SymbolRecord[]): readonly string[] | undefined {
  if (parents && parents.length > 0) return undefined;
  const members = symbols.filter(({ container }) => container === name);
  if (members.some((member) => member.name === '__new__')) return undefined;
  const made = members.find((member) => member.name === '__init__');
  if (made) return ofFunction(made.header);
  const fields = members.filter(({ header }) => !/\bdef /.test(header)).map((member) => member.name);
  return fields.length > 0 ? fields : undefined;
}
