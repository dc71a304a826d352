/**
 * Go's types and signatures as text: what a function takes and gives, the parts of a slice, a map or a pointer, and type
 * parameters found out from the arguments that stand already. Text in, text out; what does not look like Go gives nothing.
 */

/** Of a collection what it holds, of a map its keys, of a pointer what it points to, of a type its pointer. */
export type GoPart = 'element' | 'key' | 'pointee' | 'address';

/** The bracket that closes the one at `open`; the end of the text where none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (/[([{]/.test(text[at] ?? '')) depth++;
    else if (/[)\]}]/.test(text[at] ?? '') && --depth === 0) return at;
  }
  return text.length;
}

function splitList(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (/[([{]/.test(text[at] ?? '')) at = closing(text, at);
    else if (at === text.length || text[at] === ',') {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts.filter((part) => part !== '');
}

const named = /^(?!(?:chan|func|map|struct|interface)\b)[\p{L}_][\p{L}\p{N}_]*\s+(\S[\s\S]*)$/u;

/** The types of `a, b int, c error` or of `int, error`. */
function typesOf(list: string): string[] {
  const parts = splitList(list);
  if (!parts.some((part) => named.test(part))) return parts;
  // Names that share a type take the one that is written after the last of them.
  const types: string[] = [];
  let type = '';
  for (const part of parts.reverse()) {
    type = named.exec(part)?.[1] ?? type;
    types.unshift(type);
  }
  return types;
}

interface GoSignature {
  readonly parameters: readonly string[];
  readonly results: readonly string[];
  /** `A`, `B` of `func[A, B any]`. */
  readonly typeParameters: readonly string[];
}

/** A signature as Go's tools print it: `func (r T) name[A any](of []A) (B, error)`, with a body or without. */
export function goSignature(text: string): GoSignature | undefined {
  const head = /^(?:type\s+)?(?:[\p{L}_][\p{L}\p{N}_]*\s+)?func\b\s*/u.exec(text);
  if (!head) return undefined;
  let rest = text.slice(head[0].length).replace(/\s\/\/[\s\S]*$/, '');
  // A method has its receiver in brackets before the name.
  if (/^\([^)]*\)\s*[\p{L}_]/u.test(rest)) {
    const after = rest.slice(closing(rest, 0) + 1).trimStart();
    if (/^(?!func\b)[\p{L}_][\p{L}\p{N}_]*(?:\[[^\]]*\])?\(/u.test(after)) rest = after;
  }
  rest = rest.replace(/^[\p{L}_][\p{L}\p{N}_]*\s*/u, '');
  const bracket = rest.startsWith('[') ? closing(rest, 0) : -1;
  const typeParameters = bracket < 0 ? [] : splitList(rest.slice(1, bracket)).map((one) => one.split(/\s/)[0] ?? one);
  rest = rest.slice(bracket + 1).trimStart();
  if (!rest.startsWith('(')) return undefined;
  const end = closing(rest, 0);
  const results = withoutBody(rest.slice(end + 1)).trim();
  return {
    parameters: typesOf(rest.slice(1, end)),
    results: results.startsWith('(') ? typesOf(results.slice(1, closing(results, 0))) : results === '' ? [] : [results],
    typeParameters,
  };
}

/** Braces that belong to a type stay: `interface{}`, `struct{…}`. */
function withoutBody(text: string): string {
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '{') continue;
    if (!/\b(?:interface|struct)\s*$/.test(text.slice(0, at))) return text.slice(0, at);
    at = closing(text, at);
  }
  return text;
}

/** All that a function gives, as one text: `(Receipt, error)`, `Order`. */
export function goGives(signature: string): string | undefined {
  const results = goSignature(signature)?.results ?? [];
  return results.length > 1 ? `(${results.join(', ')})` : results[0];
}

export function goPart(type: string, part: GoPart): string | undefined {
  if (part === 'address') return `*${type}`;
  if (part === 'pointee') return type.startsWith('*') ? type.slice(1) : undefined;
  if (/^map\[/.test(type)) {
    const end = closing(type, 3);
    return (part === 'key' ? type.slice(4, end) : type.slice(end + 1)) || undefined;
  }
  if (type.startsWith('[')) return part === 'key' ? 'int' : type.slice(closing(type, 0) + 1) || undefined;
  const sent = /^(?:<-\s*)?chan(?:\s*<-)?\s+([\s\S]+)$/.exec(type)?.[1];
  return part === 'key' ? undefined : sent;
}

/** What each type parameter is, by one parameter's type and the type of the argument that stands for it. */
export function goBinds(parameter: string, argument: string, parameters: readonly string[]): Map<string, string> {
  const bound = new Map<string, string>();
  const order: string[] = [];
  const pattern = parameter
    .replace(/^\.\.\./, '')
    .split(/([\p{L}_][\p{L}\p{N}_]*)/u)
    .map((piece) => {
      if (!parameters.includes(piece)) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      order.push(piece);
      return '([^,()]+(?:\\([^()]*\\)[^,()]*)?)';
    })
    .join('');
  const found = order.length > 0 ? new RegExp(`^${pattern}$`, 'u').exec(argument) : null;
  order.forEach((name, i) => {
    if (found?.[i + 1] !== undefined && !bound.has(name)) bound.set(name, found[i + 1] ?? '');
  });
  return bound;
}

/** A type with its type parameters replaced; undefined when it is nothing but one that is not known. */
export function goInstance(
  type: string,
  bound: ReadonlyMap<string, string>,
  parameters: readonly string[],
): string | undefined {
  const made = type.replace(/[\p{L}_][\p{L}\p{N}_]*/gu, (name) => bound.get(name) ?? name);
  return parameters.includes(made) ? undefined : made;
}
