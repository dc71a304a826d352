/**
 * Compares what there is at a hole of Python, Go or Java with what is wanted there, by types as they are written and by names. What
 * types do not tell is left to the order that was. Only what is proved not to exist (a member of a class that is wholly known) goes.
 */
import { likeness } from '../../types/words.ts';
import type { OpenHole } from '../complete.ts';
import type { IndexedFile } from '../index/indexFile.ts';
import { isMethod, plainMembers } from '../items/memberNames.ts';
import { sameType } from '../providers/signatureText.ts';
import { type Doubt, lackedBy } from './lacksHere.ts';
import type { ScopeName } from './scopeNames.ts';
import { baseOf, chainType, declarations, memberType, resultOf, type Wanted } from './wantedHere.ts';

interface Value {
  readonly text: string;
  readonly type: string | undefined;
  readonly kind: ScopeName['kind'];
}

/** Natural logs of how much a text gains or loses. */
const worth = { same: 4, near: 2, other: -5, name: 3, like: 1.5, noValue: -4, nothing: -1 };
const none = Number.NEGATIVE_INFINITY;
/** Of the very value that stands beside: hardly ever meant. */
const BESIDE = -10;
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
/** Types of what is no object of a class: functions and classes themselves. */
const functional =
  /\bfunc\b|Callable|^(?:type|Type)\b|^(?:any|Any|object|Object|interface\{\})$|\bClass\b|Function|Supplier/;
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
    if (text === beside) return BESIDE;
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
    const { isCondition } = this.#wanted;
    const doubt = this.#lacks(text);
    if (doubt === 'proved' || this.#isImpossible(text)) return none;
    if (doubt === 'likely' || this.#isOdd(text)) return worth.other;
    if (/^(?:null|nil|None)$/.test(text)) return this.#fitOfNothing();
    if (isCondition && /^(?:true|false|["'`\d[{])/i.test(text)) return worth.noValue;
    if (isChain.test(text) && this.#isNoValue(text)) return this.#wantsNoValue() ? 0 : worth.noValue;
    const type = this.#typeOf(text);
    return type === undefined ? 0 : Math.min(0, this.fit(text, type));
  }

  #fitOfNothing(): number {
    const { types } = this.#wanted;
    if (types.some((each) => numeric.test(each) || truth.test(each) || texts.test(each))) return worth.other;
    if (this.#family !== 'go') return worth.nothing;
    const { text, offset } = this.#hole.view;
    // Where an error is handed on there is no result.
    const isFailed = /\bif [^\n{]*\b(?:err|\w+Err) != nil \{\s*return\s+$/.test(text.slice(0, offset));
    return isFailed ? worth.same + worth.name : 0;
  }

  /** A function or a class is wanted, or may be: nobody wrote a type. */
  #wantsNoValue(): boolean {
    const { types, isCondition } = this.#wanted;
    if (isCondition) return false;
    return (
      types.length === 0 ||
      types.some(
        (type) =>
          functional.test(type) || declarations(this.#hole, baseOf(type)).some(({ header }) => /\bfunc\b/.test(header)),
      )
    );
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

  /** What is no value of any kind: proved, not guessed. */
  #isImpossible(text: string): boolean {
    if (text === '_' && this.#family !== 'python') return true;
    // A product has two values: `s *Store` declares, where the second is a type, and nobody multiplies pointers or texts.
    const factors = this.#family === 'go' ? /^(\w+) \*(?:\w+\.)?(\w+)$/.exec(text)?.slice(1) : undefined;
    return (factors ?? []).some((factor, i) => {
      const bound = this.#values.find(({ name }) => name === factor);
      if (bound && bound.kind !== 'type') return /^(?:\*.+|string|bool)$/.test(bound.type ?? '');
      const found = i === 0 ? [] : declarations(this.#hole, factor);
      return found.length > 0 && found.every(({ kind }) => kind === 'type');
    });
  }

  /** How surely a part of a text is a member that its value does not have. */
  #lacks(text: string): Doubt | undefined {
    // What such a text binds is another value of the same name, and what strings say is no code.
    if (/->|=>|\b(?:lambda|for|func)\b|:=/.test(text)) return undefined;
    const code = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""');
    const found = [...code.matchAll(access)].map(([, first = '', member = '']) =>
      lackedBy(this.#hole, this.#values, first, member),
    );
    return found.find((doubt) => doubt === 'proved') ?? found.find((doubt) => doubt !== undefined);
  }

  /** The truth of what has none, a binding, an index of what holds nothing. */
  #isOdd(text: string): boolean {
    const denied = this.#family === 'python' ? undefined : /^!(.+)$/s.exec(text)?.[1];
    const type = denied === undefined || !isChain.test(denied) ? undefined : this.#typeOf(denied);
    if (type !== undefined && !truth.test(type)) return true;
    return text === '_' || /\s(?:as|=)\s/.test(text) || this.#isNoCollection(indexed.exec(text)?.[1]);
  }

  /** A name with an index behind it that is a class, or a value of one. */
  #isNoCollection(name: string | undefined): boolean {
    if (name === undefined) return false;
    const bound = this.#values.find((value) => value.name === name);
    if (!bound && basic.test(name)) return true;
    const isClass = (type: string): boolean =>
      declarations(this.#hole, type).some(
        ({ kind, parents, header }) =>
          kind === 'type' && !parents && (this.#family !== 'go' || /\bstruct\b/.test(header)),
      ) && !declarations(this.#hole, '__getitem__').some(({ container }) => container === type);
    if (!bound || noValue.test(bound.kind)) return !name.includes('.') && isClass(name);
    const type = bound.type ?? chainType(this.#hole, this.#values, name) ?? '';
    return (bare.test(type) && !texts.test(type)) || isClass(baseOf(type));
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
