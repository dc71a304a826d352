/**
 * What all generators of candidates share: the hole, the names in scope, what has been written in the like place before,
 * the deadline, and the basket into which candidates go, each with its facts.
 */
import type ts from 'typescript';
import type { Edit } from '../../text/span.ts';
import { timeLimit } from '../clock.ts';
import { enclosingClass, type HoleState, hasModifier, isVague, outermost, placeholder } from '../tsHole.ts';
import { type ProjectIndex, placeKeys } from '../tsIndex.ts';
import { type ScopeValue, scopeValues } from '../tsScope.ts';
import type { TypedOrigin } from '../typeEngine.ts';
import { likeness } from '../words.ts';
import { type CandidateFacts, costOf, type Fit } from './candidateCost.ts';

export interface Gathered {
  readonly text: string;
  readonly origin: TypedOrigin;
  readonly facts: CandidateFacts;
  readonly cost: number;
  readonly fits: boolean;
  readonly type: ts.Type | undefined;
  readonly odds?: number;
  readonly edits?: readonly Edit[];
}

interface Offer {
  readonly text: string;
  readonly origin: TypedOrigin;
  readonly type?: ts.Type | undefined;
  readonly root?: ScopeValue | undefined;
  /** The last name in the candidate, compared with the hole's name. */
  readonly name?: string | undefined;
  readonly edits?: readonly Edit[];
  /** Measured by itself. */
  readonly odds?: number | undefined;
  readonly needsImport?: boolean;
  readonly filledArguments?: number;
  readonly depth?: number;
  readonly fit?: Fit;
}

const chain = /(?:this|[A-Za-z_$][\w$]*)(?:\??\.#?[A-Za-z_$][\w$]*)+/g;

export class Gathering {
  readonly found = new Map<string, Gathered>();
  readonly scope: readonly ScopeValue[];
  readonly scopeNames: ReadonlyMap<string, ScopeValue>;
  readonly expected: readonly ts.Type[];
  private readonly isLate: () => boolean;
  /** Names that the value will go by: the hole's own, and the parameter's. */
  readonly names: readonly string[];
  /** Dotted chains in the file: the last mention and how many. */
  readonly chains = new Map<string, { last: number; count: number }>();
  readonly seen = new Map<string, { here: number; elsewhere: number; share: number }>();
  readonly state: HoleState;
  readonly index: ProjectIndex;
  private readonly stopped: () => boolean;
  private ownMembers: readonly OwnMember[] | undefined;
  private asserting: boolean | undefined;

  constructor(state: HoleState, index: ProjectIndex, milliseconds: number, stopped: () => boolean) {
    this.state = state;
    this.index = index;
    this.stopped = stopped;
    this.isLate = timeLimit(milliseconds);
    this.scope = scopeValues(state);
    this.scopeNames = new Map(this.scope.map((value) => [value.name, value]));
    const { type, others } = state.expectation;
    this.expected = [type, ...others].filter(
      (each) => each !== undefined && !isVague(state.snapshot.tsc, each),
    ) as ts.Type[];
    this.names = [state.name, parameterName(state)].filter((name) => name !== undefined);
    this.readChains();
    this.readSeen();
  }

  get isOver(): boolean {
    return this.isLate() || this.stopped();
  }

  /** How a type stands to the expected one. */
  fitOf(type: ts.Type | undefined): Fit {
    const { tsc, checker } = this.state.snapshot;
    const { expectation } = this.state;
    if (!type) return 'open';
    const hasExpected = this.expected.length > 0;
    if (type.flags & (tsc.TypeFlags.Any | tsc.TypeFlags.Unknown)) return hasExpected ? 'any' : 'open';
    if (!hasExpected) return 'open';
    if (this.expected.includes(type)) return 'same';
    if (this.expected.some((each) => checker.isTypeAssignableTo(type, each))) return 'assignable';
    const bare = checker.getNonNullableType(type);
    if (bare !== type && this.expected.some((each) => checker.isTypeAssignableTo(bare, each))) return 'nullable';
    // Code before the hole may have narrowed a union to the part that fits; the checker says later.
    const parts = bare.isUnion() && bare.types.length <= 24 ? bare.types : [];
    const isPart = (part: ts.Type): boolean => this.expected.some((each) => checker.isTypeAssignableTo(part, each));
    if (parts.some(isPart)) return 'nullable';
    if (expectation.from === 'prior') return 'guessed';
    // Type parameters that inference has not settled compare badly: the checker decides later.
    return this.expected.some((each) => mentionsParameter(tsc, each)) ? 'open' : 'unfit';
  }

  offer(offer: Offer): void {
    const { text, origin, type, root } = offer;
    if (text.includes(placeholder) || text.length > 400) return;
    const fit = offer.fit ?? this.fitOf(type);
    if (fit === 'unfit') return;
    const mention = this.chains.get(text);
    const seen = this.seen.get(text);
    const { offset } = this.state.request;
    const lastName = offer.name ?? root?.name;
    const facts: CandidateFacts = {
      origin,
      place: this.state.place,
      fit,
      seenHere: seen?.here ?? 0,
      seenElsewhere: seen?.elsewhere ?? 0,
      seenShare: seen?.share ?? 0,
      likeness: lastName === undefined ? 0 : Math.max(0, ...this.names.map((name) => likeness(name, lastName))),
      distance: root?.distance ?? Number.POSITIVE_INFINITY,
      depth: offer.depth ?? root?.depth ?? 0,
      isImport: root?.origin === 'import',
      isLibrary: root?.origin === 'library' || root?.origin === 'global',
      isOwn: text.startsWith('this.'),
      isParameter: root?.origin === 'parameter',
      isUnused: root !== undefined && root.depth < 20 && root.mentions === 1,
      since: isOfFile(root) ? root.since : Number.NaN,
      later: isOfFile(root) ? root.later : Number.NaN,
      needsImport: offer.needsImport ?? false,
      mentions: mention?.count ?? (text === root?.name ? root.mentions : 0),
      textDistance: mention ? offset - mention.last : text === root?.name ? root.distance : Number.POSITIVE_INFINITY,
      names: text.match(/[A-Za-z_$][\w$]*/g)?.length ?? 0,
      length: text.length,
      hasRequired: this.hasRequired(type),
      filledArguments: offer.filledArguments ?? 0,
    };
    const cost = costOf(facts);
    const known = this.found.get(text);
    if (known && known.cost <= cost) return;
    const fits = fit === 'same' || fit === 'assignable';
    const odds = offer.odds ?? known?.odds;
    this.found.set(text, {
      text,
      origin,
      facts,
      cost,
      fits,
      type,
      ...(offer.edits ? { edits: offer.edits } : {}),
      ...(odds === undefined ? {} : { odds }),
    });
  }

  /** Members of `this`, where there is one: private ones too. */
  get own(): readonly OwnMember[] {
    this.ownMembers ??= ownMembers(this.state);
    return this.ownMembers;
  }

  /** Whether the file writes `value!` anywhere. */
  get asserts(): boolean {
    this.asserting ??= /[\w$)\]]!(?=[\s;,.)\]])/.test(this.state.request.text);
    return this.asserting;
  }

  private hasRequired(type: ts.Type | undefined): boolean {
    const { required } = this.state.expectation;
    if (required.length === 0 || !type) return false;
    const bare = this.state.snapshot.checker.getNonNullableType(type);
    return required.every((name) => bare.getProperty(name) !== undefined);
  }

  private readChains(): void {
    const { text, offset } = this.state.request;
    const begin = Math.max(0, offset - 60_000);
    for (const match of text.slice(begin, offset).matchAll(chain)) {
      const at = begin + (match.index ?? 0);
      const known = this.chains.get(match[0]);
      if (known) {
        known.last = at;
        known.count++;
      } else this.chains.set(match[0], { last: at, count: 1 });
    }
  }

  private readSeen(): void {
    const { tsc } = this.state.snapshot;
    const keys = placeKeys(tsc, outermost(tsc, this.state.node));
    for (const key of keys) {
      const list = this.index.seen(key, this.state.request.file);
      const total = list.reduce((sum, entry) => sum + entry.here * 3 + entry.elsewhere, 0);
      for (const { text, here, elsewhere } of list) {
        if (text.includes(placeholder)) continue;
        this.seen.set(text, { here, elsewhere, share: (here * 3 + elsewhere) / Math.max(4, total) });
      }
    }
  }
}

function isOfFile(root: ScopeValue | undefined): root is ScopeValue {
  return root !== undefined && root.origin !== 'library' && root.origin !== 'global';
}

export interface OwnMember {
  readonly text: string;
  readonly name: string;
  readonly type: ts.Type;
}

/** The type of `this` where it means an instance of the class around: a decorator runs outside of it. */
export function thisType(state: HoleState): ts.Type | undefined {
  const { snapshot, node } = state;
  const { tsc, checker } = snapshot;
  const own = enclosingClass(tsc, node);
  for (let at: ts.Node = node.parent; own && at && at !== own.parent; at = at.parent) {
    if (tsc.isFunctionDeclaration(at) || tsc.isFunctionExpression(at) || tsc.isDecorator(at)) return undefined;
    if (!tsc.isClassElement(at)) continue;
    if (tsc.canHaveModifiers(at) && hasModifier(tsc, at, tsc.SyntaxKind.StaticKeyword)) return undefined;
    const symbol = own.name ? checker.getSymbolAtLocation(own.name) : undefined;
    return symbol && checker.getDeclaredTypeOfSymbol(symbol);
  }
  return undefined;
}

/** A member's name as code writes it: `#name` for a private one; undefined where only brackets would do. */
export function memberName({ name }: ts.Symbol): string | undefined {
  return /^#?[A-Za-z_$][\w$]*$/.test(name) ? name : undefined;
}

const deprecated = new WeakMap<ts.Symbol, boolean>();

/** Marked as not to be used any more, in all its declarations. */
export function isDeprecated(tsc: typeof ts, symbol: ts.Symbol): boolean {
  const known = deprecated.get(symbol);
  if (known !== undefined) return known;
  const { declarations = [] } = symbol;
  const is = declarations.length > 0 && declarations.every((each) => isMarked(tsc, each));
  deprecated.set(symbol, is);
  return is;
}

const mark = /(?:\/\*\*|\n)[ \t]*(?:\*[ \t]*)?@deprecated\b/;

/** By the last comment before it: in TypeScript a project does not parse comments. */
function isMarked(tsc: typeof ts, declaration: ts.Declaration): boolean {
  if (tsc.getJSDocDeprecatedTag(declaration)) return true;
  const file = declaration.getSourceFile();
  const whole = tsc.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const before = file.text.slice(whole.pos, whole.getStart(file));
  return mark.test(before.slice(Math.max(0, before.lastIndexOf('/**'))));
}

function ownMembers(state: HoleState): OwnMember[] {
  const { checker } = state.snapshot;
  const type = thisType(state);
  return (type ? checker.getPropertiesOfType(type).slice(0, 120) : []).flatMap((symbol) => {
    const name = memberName(symbol);
    return name === undefined
      ? []
      : [{ text: `this.${name}`, name, type: checker.getTypeOfSymbolAtLocation(symbol, state.node) }];
  });
}

function mentionsParameter(tsc: typeof ts, type: ts.Type): boolean {
  if (type.flags & (tsc.TypeFlags.TypeParameter | tsc.TypeFlags.Conditional | tsc.TypeFlags.IndexedAccess)) return true;
  if (type.isUnionOrIntersection()) return type.types.some((part) => mentionsParameter(tsc, part));
  return type.aliasTypeArguments?.some((part) => part.flags & tsc.TypeFlags.TypeParameter) ?? false;
}

function parameterName(state: HoleState): string | undefined {
  const { tsc, checker } = state.snapshot;
  const at = outermost(tsc, state.node);
  const call = at.parent;
  if (!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) return undefined;
  const index = call.arguments?.indexOf(at as ts.Expression) ?? -1;
  return checker.getResolvedSignature(call)?.parameters[index]?.name;
}
