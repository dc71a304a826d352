/**
 * What a merge that is clean line by line may have broken: a name that one side took away and the other goes on using, a
 * signature that one side changed and the other calls, a thing both sides added. Read from the syntax trees of both sides and
 * the result. Only what neither side has is told; `training/files.py` counts how often each kind means a file changed by hand.
 */
import type { Language, LanguageId } from '../../syntax/languages.ts';
import { childrenOf, fieldOf, nodeAt, type Tree, textOf, typeOf } from '../../syntax/tree.ts';
import { newDangling } from './anchors.ts';
import { newDuplicates } from './duplicates.ts';
import { type FileNames, importTexts, namesOf, wordsOf } from './fileNames.ts';
import { misfits } from './functions.ts';
import type { RepeatKind } from './repeatReaders.ts';
import { newRepeats } from './repeats.ts';
import { hasScopes, unboundNames } from './scopes.ts';
import { callsOf, isBroken, type Signature, shapeOf, signaturesOf } from './signatures.ts';

export const aftermathKinds = ['lost', 'gone', 'called', 'doubled', 'imported', 'idle'] as const;

/**
 * - lost: used, and no longer declared or imported, though a side that uses it does so;
 * - gone: one side took away every use of it, the other added uses;
 * - called: one side changed its parameters, the other added calls that fit no more;
 * - doubled: defined twice, bound by two imports, or twice in a list that holds it once (repeats.ts);
 * - imported: the same import twice;
 * - idle: imported and no longer used, since each side removed some of its uses.
 */
export type AftermathKind = (typeof aftermathKinds)[number];

export interface Aftermath {
  readonly kind: AftermathKind;
  readonly name: string;
  /** The side whose edit the other's text does not know of; absent where both or the resolution did it. */
  readonly by?: 'left' | 'right';
  /** What is doubled, where it is no definition. */
  readonly what?: RepeatKind;
  /** Of `called`: it is no call that does not fit, but what the other side says in the function itself (functions.ts). */
  readonly how?: 'result' | 'static';
  /** The words that say it. */
  readonly said?: string;
  /** It is told, and not among what the trained judge of whole files counts. */
  readonly uncounted?: true;
  /** Where it shows in the result; absent where no one place does. */
  readonly offset?: number;
}

export interface MergedTrees {
  /** Absent for add/add. */
  readonly base?: Tree | undefined;
  readonly left: Tree;
  readonly right: Tree;
  readonly merged: Tree;
}

/** In the order of kinds. Trees with errors are read as far as they go. */
export function aftermathOf(trees: MergedTrees, language: Language): Aftermath[] {
  const { base, left, right, merged } = trees;
  const found: Aftermath[] = [];
  if (language.imports.length > 0 || isCode(language)) {
    const names = {
      base: base && namesOf(base, language),
      left: namesOf(left, language),
      right: namesOf(right, language),
      merged: namesOf(merged, language),
    };
    found.push(
      ...lostNames(names),
      ...lostAttributes(trees, names, language),
      ...goneNames(names),
      ...staleCalls(trees, names, language),
      ...idleImports(trees, names, language),
    );
    const told = new Set(found.map(({ name }) => name));
    found.push(...unboundUses(trees, names, language).filter(({ name }) => !told.has(name)));
    for (const one of found) told.add(one.name);
    found.push(...lostLocals(names, language).filter(({ name }) => !told.has(name)));
    found.push(...misfits(trees, language).map((one): Aftermath => ({ kind: 'called', ...one, uncounted: true })));
    found.push(...doubledImports(trees, language));
  }
  found.push(...lostAnchors(trees, language));
  const repeats = newRepeats({ tree: merged }, [{ tree: left }, { tree: right }], language);
  found.push(...repeats.filter(({ uncounted }) => !uncounted).map((one): Aftermath => ({ kind: 'doubled', ...one })));
  const named = new Set(
    found.flatMap(({ kind, name }) => (kind === 'imported' ? (name.match(/[\p{L}\p{N}_$]+/gu) ?? []) : [name])),
  );
  const doubled = new Set(newDuplicates({ tree: merged }, [{ tree: left }, { tree: right }], language));
  for (const name of doubled) if (!named.has(name)) found.push({ kind: 'doubled', name });
  for (const one of repeats)
    if (one.uncounted && !named.has(one.name) && !doubled.has(one.name)) found.push({ kind: 'doubled', ...one });
  return found.sort((a, b) => aftermathKinds.indexOf(a.kind) - aftermathKinds.indexOf(b.kind));
}

const isCode = (language: Language): boolean =>
  language.definitions.some(({ kind }) => kind === 'function' || kind === 'method');

interface Names {
  readonly base: FileNames | undefined;
  readonly left: FileNames;
  readonly right: FileNames;
  readonly merged: FileNames;
}

const sides = [
  ['left', 'right'],
  ['right', 'left'],
] as const;

const countIn = (names: FileNames | undefined, name: string): number => names?.uses.get(name)?.count ?? 0;

function lostNames(names: Names): Aftermath[] {
  const found = new Map<string, Aftermath>();
  for (const [own, other] of sides) {
    const { declared, members } = names[own];
    const reached = [
      ...[...declared].map((name) => [name, name]),
      ...[...members].map((name) => [name, `this.${name}`]),
    ];
    for (const [name = '', key = ''] of reached) {
      const use = names.merged.uses.get(key);
      if (use === undefined || names.merged.bound.has(name) || found.has(name)) continue;
      // What is no longer imported by its name may come with all of a module.
      if (names.merged.importsAll && names[own].imported.has(name)) continue;
      // A side that has no declaration and uses it all the same knows it from elsewhere.
      const declaredThere = isDeclared(names[other], name);
      if (!declaredThere && (countIn(names[other], key) > 0 || names[other].behind.has(name))) continue;
      const by = !declaredThere && names.base && isDeclared(names.base, name) ? { by: other } : {};
      found.set(name, { kind: 'lost', name, ...by, offset: use.first });
    }
  }
  return [...found.values()];
}

/** What a side's alias refers to, where the other removed or renamed it. */
function lostAnchors({ base, left, right, merged }: MergedTrees, language: Language): Aftermath[] {
  const sides = [{ tree: left }, { tree: right }, ...(base ? [{ tree: base }] : [])];
  return newDangling({ tree: merged }, sides, language).map(({ name, offset }): Aftermath => {
    const anchor = new RegExp(`&${name.slice(1).replace(/[^\w-]/g, '\\$&')}(?![\\w-])`);
    const [ours, theirs] = [left, right].map((tree) => anchor.test(tree.text));
    const by = ours === theirs ? {} : { by: ours ? ('right' as const) : ('left' as const) };
    return { kind: 'lost', name, ...by, offset };
  });
}

/** What one side no longer sets on the own object, and the other reads anew, where no other class can have set it. */
function lostAttributes({ merged }: MergedTrees, names: Names, language: Language): Aftermath[] {
  const found: Aftermath[] = [];
  if (names.base === undefined || !setsAttributes.has(language.id)) return found;
  for (const [own, other] of sides) {
    for (const name of names[own].attributes) {
      const use = names.merged.uses.get(`this.${name}`);
      if (use === undefined || !names.base.attributes.has(name) || names.merged.bound.has(name)) continue;
      const isGone = !names[other].bound.has(name) && !names[other].behind.has(name) && !names[own].members.has(name);
      if (isGone && isClosed(merged, use.first)) found.push({ kind: 'lost', name, by: other, offset: use.first });
    }
  }
  return found;
}

const setsAttributes: ReadonlySet<LanguageId> = new Set<LanguageId>(['python', 'javascript']);

/** Whether the class around sets all of its attributes itself: it extends none, and none has a name that is computed. */
function isClosed(tree: Tree, offset: number): boolean {
  let node = nodeAt(tree, offset);
  while (node > 0 && !/^class(?:_declaration|_definition)?$/.test(typeOf(tree, node))) node = tree.parent[node] ?? 0;
  if (node <= 0 || typeOf(tree, tree.parent[node] ?? 0) === 'decorated_definition') return false;
  const extendsNone = childrenOf(tree, node).every(
    (child) =>
      typeOf(tree, child) !== 'class_heritage' &&
      (fieldOf(tree, child) !== 'superclasses' || /^\(\s*(?:object)?\s*\)$/.test(textOf(tree, child))),
  );
  const computed = /\b(?:[gs]etattr|__[gs]etattr\w*__|__dict__|__slots__|vars|Object\.\w+)\b|\bthis\[/;
  return extendsNone && !computed.test(textOf(tree, node));
}

const isDeclared = ({ declared, members }: FileNames, name: string): boolean => declared.has(name) || members.has(name);

/** Names without a meaning where they are used, though there is no such name in any version: parameters and local variables. */
function unboundUses({ base, left, right, merged }: MergedTrees, all: Names, language: Language): Aftermath[] {
  const isBoundThere = (name: string) => all.left.bound.has(name) || all.right.bound.has(name);
  const now = [...(unboundNames(merged, language)?.uses ?? [])].filter(([name]) => isBoundThere(name));
  if (now.length === 0) return [];
  const before = [left, right, ...(base ? [base] : [])].map((tree) => unboundNames(tree, language));
  const found: Aftermath[] = [];
  for (const [name, offset] of now) {
    if (before.some((names) => names === undefined || names.uses.has(name) || names.open.has(name))) continue;
    const [ours = 0, theirs = 0, once = 0] = before.map((names) => names?.bound.get(name) ?? 0);
    if (ours + theirs === 0) continue;
    const by = ours < once === theirs < once ? {} : { by: ours < once ? ('left' as const) : ('right' as const) };
    found.push({ kind: 'lost', name, ...by, offset });
  }
  return found;
}

/** What a parameter or a variable is called, no type and no member. */
const LOCAL = /^\$?[\p{Ll}_][\p{L}\p{N}_]*$/u;

/** Parameters and variables of which one side left nothing in the file, where no scopes are read. */
function lostLocals(names: Names, language: Language): Aftermath[] {
  const { base, merged } = names;
  if (base === undefined || hasScopes(language) || (merged.importsAll && language.id !== 'java')) return [];
  const found: Aftermath[] = [];
  for (const [key, { first }] of merged.uses) {
    const name = key.replace(/^\$/, '');
    const isBound = ({ bound }: FileNames) => bound.has(name) || bound.has(key);
    if (!LOCAL.test(key) || isBound(merged) || !isBound(base)) continue;
    for (const [own, other] of sides) {
      const isGone = !isBound(names[other]) && countIn(names[other], key) === 0 && !names[other].behind.has(name);
      if (!isGone || !isBound(names[own]) || countIn(names[own], key) <= countIn(base, key)) continue;
      found.push({ kind: 'lost', name: key, by: other, offset: first, uncounted: true });
      break;
    }
  }
  return found;
}

/** So many uses in the base make their disappearance a replacement, and not the end of one statement. */
const REPLACED = 2;

function goneNames(names: Names): Aftermath[] {
  const found: Aftermath[] = [];
  const told = new Set<string>();
  if (names.base === undefined) return found;
  for (const [key, { count }] of names.base.uses) {
    if (count < REPLACED || isLocal(names.base, key)) continue;
    const use = names.merged.uses.get(key);
    if (use === undefined) continue;
    for (const [own, other] of sides) {
      if (countIn(names[other], key) > 0 || countIn(names[own], key) <= count) continue;
      if (isLocal(names[own], key)) continue;
      // Of `fs` and `fs.readFile` the first says it.
      if (key.split('.').some((_, i, parts) => told.has(`${other} ${parts.slice(0, i).join('.')}`))) continue;
      told.add(`${other} ${key}`);
      found.push({ kind: 'gone', name: key.replace(/^this\./, ''), by: other, offset: use.first });
    }
  }
  return found;
}

/** Whether the file itself gives a name its meaning; what is behind an import is not the file's. */
function isLocal({ bound, imported }: FileNames, key: string): boolean {
  const names = key.split('.');
  const [root = ''] = names;
  if (root === 'this') return bound.has(names[1] ?? '');
  return (bound.has(root) || bound.has(root.replace(/^\$/, ''))) && (names.length === 1 || !imported.has(root));
}

/** Calls that one side added, of a function whose parameters the other changed so that they fit no more. */
function staleCalls(trees: MergedTrees, names: Names, language: Language): Aftermath[] {
  const { base, left, right, merged } = trees;
  if (base === undefined) return [];
  const all = {
    base: signaturesOf(base, language),
    left: signaturesOf(left, language),
    right: signaturesOf(right, language),
    merged: signaturesOf(merged, language),
  };
  const changed = sides.flatMap(([own, other]) =>
    [...all.base].flatMap(([key, before]) => {
      const now = all.merged.get(key);
      if (before === undefined || now === undefined || isSame(before, now)) return [];
      if (!isSame(all[other].get(key), now) || !isSame(all[own].get(key), before)) return [];
      return isOnlyMeaning(names.merged, key, language) ? [{ key, own, other, before, now }] : [];
    }),
  );
  if (changed.length === 0) return [];
  const keys = new Set(changed.map(({ key }) => key));
  const calls = {
    base: callsOf(base, keys, language),
    left: callsOf(left, keys, language),
    right: callsOf(right, keys, language),
    merged: callsOf(merged, keys, language),
  };
  return changed.flatMap(({ key, own, other, before, now }): Aftermath[] => {
    const count = (side: keyof typeof calls, shape: string) =>
      calls[side].get(key)?.filter((call) => shapeOf(call) === shape).length ?? 0;
    const stale = new Set(
      (calls.merged.get(key) ?? [])
        .filter((call) => call.node >= now.scope[0] && call.node < now.scope[1] && isBroken(call, before, now))
        .map(shapeOf),
    );
    for (const shape of stale) {
      // The side that changed it calls it so itself.
      if (count(other, shape) > 0 || count(own, shape) <= count('base', shape)) continue;
      // JavaScript lets arguments be missing: only that the other calls were all changed shows that this one matters.
      if (language.id === 'javascript' && count('base', shape) === 0) continue;
      return [{ kind: 'called', name: key.replace(/^(?:this\.|new )/, ''), by: other }];
    }
    return [];
  });
}

const isSame = (a: Signature | undefined, b: Signature): boolean =>
  a !== undefined &&
  a.rest === b.rest &&
  a.namedRest === b.namedRest &&
  JSON.stringify(a.parameters) === JSON.stringify(b.parameters);

/** Whether a name that is called can only be the function: no variable and no import is called so. */
function isOnlyMeaning({ bound, imported }: FileNames, key: string, { id }: Language): boolean {
  if (key.startsWith('this.') && id !== 'java' && id !== 'csharp') return true;
  const name = key.replace(/^(?:this\.|new )/, '');
  // A constructor of these is named as its type is.
  const most = key.startsWith('new ') && (id === 'java' || id === 'csharp') ? 2 : 1;
  return !imported.has(name) && (bound.get(name) ?? 0) <= most;
}

function idleImports(trees: MergedTrees, { left, right, merged }: Names, language: Language): Aftermath[] {
  const found: Aftermath[] = [];
  let words: ReadonlySet<string> | undefined;
  for (const name of merged.imported) {
    if (countIn(merged, name) > 0 || countIn(left, name) === 0 || countIn(right, name) === 0) continue;
    if (isUsedUnseen(name, language)) continue;
    words ??= wordsOf(trees.merged, language);
    if (!words.has(name)) found.push({ kind: 'idle', name });
  }
  return found;
}

/** JSX may need React, and the methods of a Rust trait need the trait, without its name. */
const isUsedUnseen = (name: string, { id }: Language): boolean =>
  name === 'React' || (id === 'rust' && /^\p{Lu}/u.test(name));

function doubledImports({ left, right, merged }: MergedTrees, language: Language): Aftermath[] {
  const [ours, theirs] = [importTexts(left, language), importTexts(right, language)];
  const found: Aftermath[] = [];
  for (const [text, { count, last }] of importTexts(merged, language)) {
    if (count < 2 || count <= Math.max(ours.get(text)?.count ?? 0, theirs.get(text)?.count ?? 0)) continue;
    found.push({ kind: 'imported', name: text, offset: last });
  }
  return found;
}
