/**
 * Compares what there is at a hole of Python, Go or Java with what is wanted there, by types as they are written and by names. What
 * types do not tell is left to the order that was; what surely means nothing (a member that its class lacks) goes.
 */
import { likeness } from '../types/words.ts';
import type { OpenHole } from './complete.ts';
import type { IndexedFile } from './indexFile.ts';
import { holderOf, isMethod, lacksMember, plainMembers } from './memberNames.ts';
import type { ScopeName } from './scopeNames.ts';
import { sameType } from './signatureText.ts';
import { baseOf, chainType, declarations, memberType, resultOf, type Wanted } from './wantedHere.ts';

interface Value {
  readonly text: string;
  readonly type: string | undefined;
  readonly kind: ScopeName['kind'];
}

/** Natural logs of how much a text gains or loses. */
const worth = { same: 4, near: 2, other: -5, name: 3, like: 1.5, noValue: -4, nothing: -1 };
const none = Number.NEGATIVE_INFINITY;
/** Values that have their members looked at. */
const MOST_VALUES = 10;

const numeric =
  /^(?:u?int(?:8|16|32|64)?|long|short|byte|float(?:32|64)?|double|Integer|Long|Double|Float|rune|Decimal|BigDecimal)$/;
const open =
  /^(?:any|Any|object|Object|interface\{\}|[A-Z]|error|Throwable|Exception|CharSequence|Comparable.*|Callable.*|func\b.*)$/;
const truth = /^bool(?:ean)?$/;
const texts = /^(?:str|string|String)$/;
/** What takes no dot. */
const bare =
  /^(?:int|float|bool|boolean|long|double|short|byte|char|u?int\d*|float\d+|string|rune|None|True|False|true|false|null|nil)$/;
const basic = /^(?:int|str|bool|float|list|dict|set|tuple|type|bytes|object|string|error|any|None|True|False)$/;
const noValue = /^(?:function|type|module)$/;
const chain = '[\\p{L}_][\\p{L}\\p{N}_]*(?:\\.[\\p{L}_][\\p{L}\\p{N}_]*)*';
const isChain = new RegExp(`^${chain}$`, 'u');
const indexed = new RegExp(`^(${chain})\\[[^\\]]*\\]$`, 'u');
const call = new RegExp(`^(${chain})\\([^()]*\\)$`, 'u');
const access = /(?<![\p{L}\p{N}_.)\]"'])([\p{L}_][\p{L}\p{N}_]*)\.([\p{L}_][\p{L}\p{N}_]*)/gu;

export class Judge {
  readonly #hole: OpenHole;
  readonly #values: readonly ScopeName[];
  readonly #wanted: Wanted;
  readonly #family: IndexedFile['family'];

  constructor(hole: OpenHole, values: readonly ScopeName[], wanted: Wanted) {
    this.#hole = hole;
    this.#values = values;
    this.#wanted = wanted;
    this.#family = hole.view.buffer.family;
  }

  /** Values in scope, and what those of a known class have. */
  valuesAtHand(): Value[] {
    const plain = this.#values.filter(({ kind, name }) => !noValue.test(kind) && name !== '_' && name !== 'self');
    const members = plain
      .slice(0, MOST_VALUES)
      .flatMap(({ name, type, kind }) =>
        plainMembers(this.#hole, baseOf(type ?? '')).map(
          ({ text, symbol }): Value => ({ text: `${name}.${text}`, type: memberType(this.#hole, symbol), kind }),
        ),
      );
    const all = [
      ...plain.map(({ name, type, kind }) => ({ text: name, type, kind })),
      ...this.#ownMembers(),
      ...members,
    ];
    // What gives nothing is no value.
    return all.filter(({ type }) => type !== 'None' && type !== 'void');
  }

  /** In a method of Python what `self` has. */
  #ownMembers(): Value[] {
    const isMethodBody = this.#family === 'python' && this.#values.some(({ name }) => name === 'self');
    const { buffer, offset } = this.#hole.view;
    // A class may end, for the grammar, with the line that is being written.
    const owner = isMethodBody
      ? buffer.symbols.findLast(({ kind, start }) => kind === 'type' && start < offset)
      : undefined;
    if (!owner) return [];
    return plainMembers(this.#hole, owner.name, true).map(
      ({ text, symbol }): Value => ({ text: `self.${text}`, type: memberType(this.#hole, symbol), kind: 'field' }),
    );
  }

  /** Both values of a truth, where one is handed over. */
  truths(): string[] {
    const isWanted = !this.#wanted.isCondition && this.#wanted.types.some((each) => truth.test(each));
    return !isWanted ? [] : this.#family === 'python' ? ['True', 'False'] : ['true', 'false'];
  }

  /** What asks something of the values: whether they are so, whether they are there, whether they are more. */
  conditions(): [string, number][] {
    const all = this.valuesAtHand();
    const limits = all.filter(
      (one) => one.kind === 'parameter' && numeric.test(one.type ?? '') && !one.text.includes('.'),
    );
    return all.flatMap(({ text, type }): [string, number][] => {
      if (type === undefined) return [];
      if (truth.test(type)) return [[`${this.#family === 'python' ? 'not ' : '!'}${text}`, worth.same - 2]];
      if (numeric.test(type) && text.includes('.'))
        return limits.slice(0, 2).map((limit) => [`${text} > ${limit.text}`, worth.near]);
      const missing = this.#missing(text, type);
      return missing ? [missing] : [];
    });
  }

  /** The test for a value that may not be there. */
  #missing(text: string, type: string): [string, number] | undefined {
    if (this.#family === 'python')
      return /\|\s*None\b|\bNone\s*\||^Optional/.test(type) ? [`${text} is None`, worth.same] : undefined;
    if (this.#family === 'java') {
      const isObject = /^\p{Lu}/u.test(type) && type !== 'String' && !text.includes('.');
      return isObject ? [`${text} == null`, worth.near] : undefined;
    }
    if (type === 'error') return [`${text} != nil`, worth.same];
    return type.startsWith('*') ? [`${text} == nil`, 1] : undefined;
  }

  fit(text: string, type: string | undefined): number {
    const { types, name = '', isCondition, beside } = this.#wanted;
    if (text === beside) return none;
    const last = /([\p{L}_][\p{L}\p{N}_]*)(?:\(\))?$/u.exec(text)?.[1] ?? text;
    const named = name === '' ? 0 : last === name ? worth.name : worth.like * likeness(name, last);
    // What a value has is seldom handed back to it.
    const back = beside !== undefined && !beside.includes('.') && text.startsWith(`${beside}.`) ? worth.other : 0;
    if (type === undefined || types.length === 0) return named + back;
    if (types.some((each) => this.#isSame(each, type))) return worth.same + named + back;
    if (types.some((each) => open.test(each)) || open.test(type)) return named + back;
    if (types.some((each) => numeric.test(each)) && numeric.test(type)) return worth.near + named + back;
    // In Python everything has a truth.
    return isCondition && this.#family === 'python' ? worth.nothing : worth.other;
  }

  #isSame(one: string, other: string): boolean {
    if (this.#family === 'go' && one.startsWith('*') !== other.startsWith('*')) return false;
    return sameType(one, other) || (truth.test(one) && truth.test(other));
  }

  /** Of a text that is no value at hand: at most as good as it was. */
  fitOfOther(text: string): number {
    const { types, isCondition } = this.#wanted;
    if (this.#isMeaningless(text)) return none;
    if (/^(?:null|nil|None)$/.test(text))
      return types.some((each) => numeric.test(each) || truth.test(each) || texts.test(each))
        ? worth.other
        : worth.nothing;
    if (isCondition && /^(?:true|false|["'`\d[{])/i.test(text)) return worth.noValue;
    if (isChain.test(text) && this.#isNoValue(text)) return worth.noValue;
    const type = this.#typeOf(text);
    return type === undefined ? 0 : Math.min(0, this.fit(text, type));
  }

  #typeOf(text: string): string | undefined {
    if (/^(?:!|not\s)|\s(?:[=!<>]=|[<>]|is|in|and|or|&&|\|\|)\s/.test(text) || /^(?:true|false)$/i.test(text))
      return 'bool';
    if (/^["'`]/.test(text)) return this.#family === 'python' ? 'str' : this.#family === 'go' ? 'string' : 'String';
    if (/^\d+$/.test(text)) return 'int';
    const pointed = this.#family === 'go' ? /^&(.+)$/.exec(text)?.[1] : undefined;
    if (pointed !== undefined)
      return `*${this.#typeOf(pointed.replace(/\{.*$/s, '')) ?? pointed.replace(/\{.*$/s, '')}`;
    if (this.#family === 'python' && /^[[{]/.test(text)) return text.startsWith('[') ? 'list' : 'dict';
    const called = call.exec(text)?.[1];
    if (called !== undefined) return resultOf(this.#hole, this.#values, called);
    return isChain.test(text) ? chainType(this.#hole, this.#values, text) : undefined;
  }

  /** A member that its value lacks, or the truth of what has none. */
  #isMeaningless(text: string): boolean {
    const denied = this.#family === 'python' ? undefined : /^!(.+)$/s.exec(text)?.[1];
    const type = denied === undefined || !isChain.test(denied) ? undefined : this.#typeOf(denied);
    if (type !== undefined && !truth.test(type)) return true;
    // A product is written with a space on both sides: `s *Store` declares.
    if (this.#family === 'go' && /\s\*[^\s]/.test(text)) return true;
    if (text === '_' || /\s(?:as|:?=)\s/.test(text) || this.#isNoCollection(indexed.exec(text)?.[1])) return true;
    return [...text.matchAll(access)].some(([, first = '', member = '']) => this.#lacks(first, member));
  }

  /** A name with an index behind it that is a class, or a value of one. */
  #isNoCollection(name: string | undefined): boolean {
    if (name === undefined) return false;
    const bound = this.#values.find((value) => value.name === name);
    if (!bound && basic.test(name)) return true;
    const isClass = (type: string): boolean =>
      declarations(this.#hole, type).some(({ kind, parents }) => kind === 'type' && !parents);
    if (!bound || noValue.test(bound.kind)) return !name.includes('.') && isClass(name);
    const type = bound.type ?? chainType(this.#hole, this.#values, name) ?? '';
    return bare.test(type) || isClass(baseOf(type));
  }

  #lacks(first: string, member: string): boolean {
    if (new RegExp(`(?<![\\p{L}\\p{N}_])${first}\\.${member}(?![\\p{L}\\p{N}_])`, 'u').test(this.#hole.view.text))
      return false;
    const bound = this.#values.find(({ name }) => name === first);
    if (bare.test(first) || (!bound && basic.test(first))) return true;
    if (bound?.kind === 'module' && !declarations(this.#hole, first).some(({ kind }) => kind === 'type')) {
      const declared = declarations(this.#hole, member);
      return declared.length > 0 && declared.every((symbol) => holderOf(symbol) !== undefined);
    }
    const isType = bound ? bound.kind === 'type' : declarations(this.#hole, first).some(({ kind }) => kind === 'type');
    if (isType && this.#family === 'go') return true;
    if (isType && this.#family === 'java')
      return !declarations(this.#hole, member).some(
        ({ kind, header }) => kind === 'enumMember' || /\bstatic\b/.test(header),
      );
    const type = isType ? first : (bound?.type ?? (/^\p{Lu}/u.test(first) ? first : undefined));
    if (type === undefined) return false;
    const holder = baseOf(type);
    if (bare.test(holder)) return true;
    // What the workspace's classes declare is no member of text, or of what holds others.
    if (holder === '' || texts.test(holder)) return declarations(this.#hole, member).length > 0;
    return lacksMember(this.#hole, holder, member) === true;
  }

  /** The bare name of a type, a module or what must be called. */
  #isNoValue(text: string): boolean {
    const bound = this.#values.find(({ name }) => name === text);
    if (bound) return noValue.test(bound.kind);
    if (basic.test(text)) return true;
    const declared = declarations(this.#hole, text.split('.').at(-1) ?? text);
    return declared.length > 0 && declared.every((symbol) => symbol.kind === 'type' || isMethod(symbol));
  }
}
