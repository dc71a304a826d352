/**
 * What a hole of another language expects: the type that the text writes down, else the one that the editor's other
 * extensions know of the name that decides it (a parameter, a field, a variable), else a guess by what the value is used for.
 */
import type { Span } from '../../text/span.ts';
import type { HoleRequest, TypedHole } from '../../types/typeEngine.ts';
import { type Family, familyOf } from '../index/indexFile.ts';
import type { Ask } from './goHole.ts';
import { goBinds, goInstance, goPart, goSignature } from './goTypes.ts';
import type { Asker, Located, SignatureFound } from './providerEngine.ts';
import { readerOf, typeNamesIn } from './signatureText.ts';
import { laterUses, type TextHole, textHole } from './textHole.ts';

/** A type's name in a file, to ask for its definition there. */
export interface Written {
  readonly file: string;
  readonly text: string;
  readonly span: Span;
}

export interface Looked {
  readonly hole: TypedHole;
  readonly text: TextHole;
  readonly signature: SignatureFound | undefined;
  /** Where the expected type stands written. */
  readonly written: (signal: AbortSignal) => Promise<Written | undefined>;
}

interface Told {
  readonly type?: string | undefined;
  readonly signature?: SignatureFound | undefined;
  /** The name whose declaration writes the type. */
  readonly at?: number | undefined;
}

/** The hole and its expected type: by the editor's word, else by what the buffer says. */
export async function look(asker: Asker, request: HoleRequest, signal: AbortSignal): Promise<Looked> {
  const family = familyOf(request.file);
  const text = textHole(request, await asker.outlined(request.file, request.text), family);
  let told: Told = { type: text.declared };
  let from: TypedHole['expectedFrom'] = 'checker';
  if (told.type === undefined && text.asked) told = await ask(asker, request, text.asked, signal);
  if (told.type === undefined && text.place === 'return' && text.enclosingAt !== undefined && family !== 'go') {
    const heard = await quietly(asker.providers.hover(request.file, text.enclosingAt, signal), []);
    // Nobody wrote the type down: the editor inferred it from the function's other returns.
    told = { type: heard.map((part) => readerOf(family).result(part)).find((type) => type !== undefined) };
    from = 'prior';
  }
  if (told.type === undefined && text.place === 'initialiser') {
    told = { ...told, ...(await byUse(asker, request, text, signal)) };
    from = 'prior';
  }
  const { type } = told;
  const expected = type !== undefined && text.andError ? `(${type}, error)` : type;
  const hole: TypedHole = {
    span: { start: request.offset, end: request.suffixOffset ?? request.offset },
    kind: text.kind,
    place: text.place,
    ...(expected === undefined ? {} : { expected, expectedFrom: from }),
    ...(text.callee ? { callee: request.text.slice(text.callee.start, text.callee.end) } : {}),
    ...(text.argument === undefined ? {} : { argument: text.argument }),
    ...(text.name === undefined ? {} : { name: text.name }),
    ...(text.enclosing === undefined ? {} : { enclosing: text.enclosing }),
    ...(text.enclosingClass === undefined ? {} : { enclosingClass: text.enclosingClass }),
    broken: false,
  };
  const written = async (inTime: AbortSignal): Promise<Written | undefined> => {
    if (text.declaredAt) return { file: request.file, text: request.text, span: text.declaredAt };
    if (told.at === undefined || type === undefined) return undefined;
    const [place] = await quietly(asker.providers.definition(request.file, told.at, inTime), []);
    return place && writtenIn(place, type);
  };
  return { hole, text, signature: told.signature, written };
}

/** A type's first name in the declaration that stands at a place. */
function writtenIn(at: Located, type: string): Written | undefined {
  const [name] = typeNamesIn(type);
  if (name === undefined) return undefined;
  const found = new RegExp(`\\b${name}\\b`).exec(at.text.slice(at.span.start, at.span.start + 2000));
  if (!found) return undefined;
  const start = at.span.start + found.index;
  return { file: at.file, text: at.text, span: { start, end: start + name.length } };
}

async function ask(asker: Asker, request: HoleRequest, asked: Ask, signal: AbortSignal): Promise<Told> {
  const family = familyOf(request.file);
  const turned = (type: string | undefined): string | undefined =>
    (asked.parts ?? []).reduce<string | undefined>((so, part) => (so === undefined ? so : goPart(so, part)), type);
  if (asked.about === 'argument') {
    const { type, signature } = await argument(asker, request, asked, signal);
    return { type: turned(type), signature, at: asked.callee?.start };
  }
  if (asked.about === 'field') return { type: turned(await fieldAt(asker, request, asked, signal)), at: asked.at };
  return { type: turned(await valueAt(asker, request.file, asked.at, family, signal)), at: asked.at };
}

/** The type of the variable or field whose name stands at an offset; of a function, what it gives. */
async function valueAt(
  { providers }: Asker,
  file: string,
  offset: number,
  family: Family | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const reader = readerOf(family);
  for (const part of await quietly(providers.hover(file, offset, signal), [])) {
    // Python's server adds up what is assigned, the hole as well.
    const type = (reader.value(part) ?? reader.result(part))?.replace(/^Unknown \| | \| Unknown\b/g, '');
    if (type !== undefined && !unknown.test(type)) return type;
  }
  return undefined;
}

const unknown = /^(?:Unknown|Any|None|Unbound|object|var|\{unknown\})$/;

async function argument(asker: Asker, request: HoleRequest, asked: Ask, signal: AbortSignal): Promise<Told> {
  const { file } = request;
  const family = familyOf(file);
  const signature = await quietly(asker.providers.signature(file, asked.at, signal));
  const type = signature?.parameter === undefined ? undefined : readerOf(family).parameter(signature.parameter);
  if (family !== 'go' || type === undefined || !asked.callee) return { type, signature };
  const told = await quietly(asker.providers.hover(file, asked.callee.start, signal), []);
  const generic = told.map(goSignature).find((one) => one !== undefined);
  // What is built in has no type parameters: its documentation calls them so.
  const parameters = generic && generic.typeParameters.length > 0 ? generic.typeParameters : ['Type', 'Type1'];
  if (!generic || !parameters.some((name) => new RegExp(`\\b${name}\\b`).test(type))) return { type, signature };
  const bound = new Map<string, string>();
  await Promise.all(
    (asked.others ?? []).map(async (at, i) => {
      const parameter = generic.parameters[i];
      const value = at === undefined || !parameter ? undefined : await valueAt(asker, file, at, family, signal);
      if (value !== undefined && parameter)
        for (const [name, found] of goBinds(parameter, value, parameters)) bound.set(name, found);
    }),
  );
  return { type: goInstance(type, bound, parameters), signature };
}

/** Of a struct the field in its place, of a slice or a map what it holds: by the declaration of the type whose name stands there. */
async function fieldAt(
  asker: Asker,
  request: HoleRequest,
  asked: Ask,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [place] = await quietly(asker.providers.definition(request.file, asked.at, signal), []);
  if (!place) return undefined;
  const { symbols } = await asker.outlined(place.file, place.text);
  const own = symbols.find(
    ({ kind, start, end }) => kind === 'type' && start <= place.span.start && place.span.start < end,
  );
  if (!own) return undefined;
  if (!/\bstruct\b/.test(own.header)) {
    const underlying = own.header.slice(own.header.indexOf(own.name) + own.name.length).trim();
    return goPart(underlying, 'element');
  }
  // The first may be a field's name as well.
  const { index = 0 } = asked;
  if (index === 0) return undefined;
  const types = symbols
    .filter(({ container, start, end }) => container === own.name && start >= own.start && end <= own.end)
    .flatMap(({ header }) => {
      const names = /^\w+(?:\s*,\s*\w+)*(?=\s)/.exec(header)?.[0].split(',') ?? [''];
      return names.map(() => readerOf('go').value(header.replace(/^(?:\w+\s*,\s*)+/, '')));
    });
  return types[index];
}

/** The type of the first place that the value is used in, bare: nothing demands it of the hole, so it is a guess. */
async function byUse(asker: Asker, request: HoleRequest, { name }: TextHole, signal: AbortSignal): Promise<Told> {
  if (name === undefined) return {};
  const { file, text } = request;
  const family = familyOf(file);
  const outline = await asker.outlined(file, text);
  for (const offset of laterUses(text, request.suffixOffset ?? request.offset, name, family)) {
    const place = textHole({ file, text, offset }, outline, family);
    if (place.declared !== undefined) return { type: place.declared };
    const told = place.asked ? await ask(asker, { file, text, offset }, place.asked, signal) : {};
    if (told.type !== undefined) return { type: told.type, at: told.at };
    const { callee, argument: index } = place;
    if (family === 'go' && callee && index !== undefined) {
      const type = await offeredParameter(asker, request, text.slice(callee.start, callee.end), index, signal);
      if (type !== undefined) return { type };
    }
  }
  return {};
}

/**
 * A function's parameter by what the editor offers at the hole. The Go server skips what follows `x :=` up to the next
 * statement that it can read, and knows no call in it.
 */
async function offeredParameter(
  { providers }: Asker,
  { file, offset }: HoleRequest,
  callee: string,
  index: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const offered = await quietly(providers.completions(file, offset, signal), []);
  const texts = offered.find(({ label }) => label === callee)?.texts ?? [];
  const signature = texts.map(goSignature).find((one) => one !== undefined);
  return signature?.typeParameters.length === 0 ? signature.parameters[index]?.replace(/^\.\.\./, '') : undefined;
}

export function quietly<T>(answer: Promise<T>): Promise<T | undefined>;
export function quietly<T>(answer: Promise<T>, otherwise: T): Promise<T>;
/** Another extension's failure is no answer, and none of ours. */
export function quietly<T>(answer: Promise<T>, otherwise?: T): Promise<T | undefined> {
  return answer.catch(() => otherwise);
}
