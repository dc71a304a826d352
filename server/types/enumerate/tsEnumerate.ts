/**
 * Enumerates fills of a hole, the cheapest first: generators run in the order of what they cost and give, until the
 * deadline; nothing here runs the checker on new code.
 */
import type ts from 'typescript';
import { attempt } from '../faults.ts';
import type { HoleState } from '../tsHole.ts';
import type { ProjectIndex } from '../tsIndex.ts';
import type { EnumerateLimits, TypedCandidate } from '../typeEngine.ts';
import { factValues } from './candidateCost.ts';
import { namedArguments } from './tsArguments.ts';
import { caught, thrown } from './tsCaught.ts';
import { decorated } from './tsDecorated.ts';
import { dependencies } from './tsDependencies.ts';
import { calls, chains, imported, seenBefore, variables } from './tsExpressions.ts';
import { type Gathered, Gathering } from './tsGather.ts';
import { constructed, importBraces, importedTypes } from './tsImporting.ts';
import { braced, classMembers, jsxAttributes, membersAfterDot, objectMembers, switchArms } from './tsMembers.ts';
import { boundNames, patternNames } from './tsPatterns.ts';
import { predicates } from './tsPredicates.ts';
import { required } from './tsRequired.ts';
import { functions, literals, objects, operators, quoted, unusedTogether } from './tsShapes.ts';

type Generator = (gather: Gathering) => void;

export function enumerateFills(
  state: HoleState,
  index: ProjectIndex,
  limits: EnumerateLimits,
  cancelled: () => boolean,
): TypedCandidate[] {
  const found = gatherFills(state, index, limits, cancelled);
  const most = limits.maxCandidates ?? 100;
  if (found.length <= most) return found.map((item) => candidateOf(state, item));
  return kept(found, most, state.request.text).map((item) => candidateOf(state, item));
}

/**
 * The cheapest; but values of the functions around the hole stay in any case, and members of an enum of which others stand in like places,
 * and what is hardly ever written goes before all else.
 */
function kept(found: readonly Gathered[], most: number, written: string): Gathered[] {
  const told = new Set(
    found.flatMap(({ text, facts }) => (facts.seenHere + facts.seenElsewhere > 0 ? enumOf(text) : [])),
  );
  const turn = (item: Gathered): number => {
    const isOfFunction = item.origin === 'variable' && item.facts.depth < 10;
    if (isOfFunction || enumOf(item.text).some((name) => told.has(name))) return 0;
    return isSeldom(item, written) ? 2 : 1;
  };
  const turns = new Map(found.map((item) => [item, turn(item)]));
  const turnOf = (item: Gathered): number => turns.get(item) ?? 1;
  const best = new Set([...found].sort((a, b) => turnOf(a) - turnOf(b) || a.cost - b.cost).slice(0, most));
  return found.filter((item) => best.has(item));
}

/** `Kind` of `Kind.Wide`. */
const enumOf = (text: string): readonly string[] => /^([A-Z][\w$]*)\.[A-Za-z_$][\w$]*$/.exec(text)?.slice(1) ?? [];

/** Methods that every string, number or boolean has, by what is called of them without arguments. */
const seldom =
  /\.(valueOf|toWellFormed|isWellFormed|normalize|trimStart|trimEnd|toLocale\w*|toFixed|toPrecision)(?:\(\))?$/;

/** What is there in every file, and in this one nobody calls it or names it. */
function isSeldom({ text, facts, fits }: Gathered, written: string): boolean {
  const method = seldom.exec(text)?.[1];
  if (method !== undefined) return !written.includes(`.${method}`);
  const isBare = facts.origin === 'variable' || facts.origin === 'constructor';
  return isBare && facts.isLibrary && !fits && facts.mentions === 0;
}

/** The same with every fact, for fitting the weights. */
export function gatherFills(
  state: HoleState,
  index: ProjectIndex,
  limits: EnumerateLimits,
  cancelled: () => boolean,
): Gathered[] {
  const gather = new Gathering(state, index, limits.deadline ?? 150, cancelled);
  for (const generate of generatorsFor(state)) {
    if (gather.isOver) break;
    attempt('enumerate', () => generate(gather), undefined);
  }
  const { prefix } = limits;
  const found = [...gather.found.values()].filter(
    (item) => (prefix === undefined || item.text.startsWith(prefix)) && isStatement(state, item),
  );
  return found.sort((a, b) => a.cost - b.cost || (a.text < b.text ? -1 : 1));
}

/** Values by themselves do nothing where a statement stands, nor is a member of a library called that no file of the project mentions. */
function isStatement(state: HoleState, item: Gathered): boolean {
  if (state.place !== 'statement' || isReturned(state, item)) return true;
  const { origin, text } = item;
  if (/^(?:property|literal|enum|object|template|function)$/.test(origin)) return false;
  const [, member] = /\.([\w$]+)\([^()]*\)$/.exec(text) ?? [];
  return member === undefined || isMentioned(state.snapshot, member);
}

const mentioned = new WeakMap<ts.Program, Map<string, boolean>>();

/** Whether a file of the project, or the buffer, has the name. */
function isMentioned({ program, project, file }: HoleState['snapshot'], name: string): boolean {
  const known = mentioned.get(program) ?? new Map<string, boolean>();
  mentioned.set(program, known);
  const has = (source: ts.SourceFile): boolean =>
    (source as ts.SourceFile & { identifiers?: ReadonlyMap<string, string> }).identifiers?.has(name) ?? true; // internal
  const isInProject =
    known.get(name) ?? [...project.projectFiles(program)].some((each) => !each.isDeclarationFile && has(each));
  known.set(name, isInProject);
  return isInProject || has(file);
}

function generatorsFor(state: HoleState): readonly Generator[] {
  const { place, kind, form, node } = state;
  const { tsc } = state.snapshot;
  if (place === 'member') return [membersAfterDot];
  if (place === 'objectMember') return [objectMembers];
  if (place === 'classMember') return [classMembers];
  if (place === 'jsxAttribute' && kind === 'member') return [jsxAttributes];
  if (tsc.isThrowStatement(node.parent)) return [seenBefore, thrown, calls, chains];
  if (place === 'interfaceMember') return [];
  if (tsc.isImportSpecifier(node.parent)) return [importBraces];
  if (boundNames(state)) return [patternNames];
  if (tsc.isNewExpression(node.parent) && node.parent.expression === node) return [constructed];
  if (place === 'type') return [typeNames, importedTypes];
  if (place === 'case' && form.before !== '') return [literals, switchArms];
  if (place === 'case') return [seenBefore, literals, chains];
  const withHints: Generator = (gather) => imported(gather, []);
  const { parent } = node;
  if (tsc.isBinaryExpression(parent) && parent.operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword)
    return parent.right === node ? [seenBefore, classes, withHints, onlyNames] : [seenBefore, variables, chains];
  return [
    caught,
    decorated,
    dependencies,
    namedArguments,
    required,
    seenBefore,
    variables,
    literals,
    predicates,
    operators,
    calls,
    chains,
    objects,
    unusedTogether,
    functions,
    withHints,
  ];
}

/** What an instance may be of. */
function classes(gather: Gathering): void {
  for (const value of gather.scope) {
    if (gather.isOver) return;
    const type = value.type();
    if (type.getConstructSignatures().length > 0)
      gather.offer({ text: value.name, origin: 'variable', type, root: value, fit: 'open' });
  }
}

/** Of what can be imported no call and nothing that is made. */
function onlyNames(gather: Gathering): void {
  for (const text of [...gather.found.keys()]) if (!/^[A-Z][\w$.]*$/.test(text)) gather.found.delete(text);
}

function typeNames(gather: Gathering): void {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const keys = keysWanted(gather);
  for (const key of keys) gather.offer({ text: quoted(gather, key), origin: 'literal', fit: 'assignable', name: key });
  // Where keys are wanted, few other types are some.
  if (keys.length > 0) return;
  for (const symbol of checker.getSymbolsInScope(node, tsc.SymbolFlags.Type)) {
    const isOwn = symbol.declarations?.some((d) => !snapshot.program.isSourceFileDefaultLibrary(d.getSourceFile()));
    if (isOwn) gather.offer({ text: symbol.name, origin: 'variable', fit: 'open', name: symbol.name });
  }
  for (const text of ['string', 'number', 'boolean', 'unknown', 'void'])
    gather.offer({ text, origin: 'literal', fit: 'open' });
}

/** The keys that are wanted where a type parameter extends `keyof` another: `Pick<User, |>`; those that stand there already left out. */
function keysWanted({ state }: Gathering): string[] {
  const { tsc, checker } = state.snapshot;
  let at: ts.Node = state.node.parent;
  const written = new Set<string>();
  if (tsc.isUnionTypeNode(at.parent)) {
    at = at.parent;
    at.forEachChild((part) => {
      if (tsc.isLiteralTypeNode(part) && tsc.isStringLiteral(part.literal)) written.add(part.literal.text);
    });
  }
  const call = at.parent;
  if (!tsc.isTypeReferenceNode(call) && !tsc.isExpressionWithTypeArguments(call)) return [];
  const named = checker.getSymbolAtLocation(tsc.isTypeReferenceNode(call) ? call.typeName : call.expression);
  const target = named && named.flags & tsc.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named;
  const parameters = target?.declarations?.flatMap((declared) => typeParameters(tsc, declared)) ?? [];
  const wanted = parameters[call.typeArguments?.indexOf(at as ts.TypeNode) ?? -1]?.constraint;
  if (!wanted || !tsc.isTypeOperatorNode(wanted) || !tsc.isTypeReferenceNode(wanted.type)) return [];
  const { typeName } = wanted.type;
  const of =
    call.typeArguments?.[parameters.findIndex(({ name }) => tsc.isIdentifier(typeName) && name.text === typeName.text)];
  const type = of && checker.getTypeFromTypeNode(of);
  return (type?.getProperties() ?? [])
    .map(({ name }) => name)
    .filter((name) => /^[\w$-]+$/.test(name) && !written.has(name));
}

function typeParameters(tsc: typeof ts, declared: ts.Declaration): readonly ts.TypeParameterDeclaration[] {
  const has =
    tsc.isTypeAliasDeclaration(declared) || tsc.isInterfaceDeclaration(declared) || tsc.isClassDeclaration(declared);
  return has ? (declared.typeParameters ?? []) : [];
}

function candidateOf(state: HoleState, item: Gathered): TypedCandidate {
  const { form, kind, place } = state;
  const isWhole = form.before === '' || item.origin === 'switchArms';
  // In an attribute a text stands in quotes, nobody puts braces around it.
  const wrapped =
    place === 'jsxAttribute' && form.before === '{' ? braced(item.text) : form.before + item.text + form.after;
  let text = isWhole ? item.text : wrapped;
  if (kind === 'statements' && place === 'statement') text = asStatement(state, item);
  return {
    text,
    origin: item.origin,
    cost: item.cost,
    fits: item.fits,
    ...(item.edits ? { edits: item.edits } : {}),
    ...(item.odds === undefined ? {} : { odds: item.odds }),
    facts: factValues(item.facts),
  };
}

/** A value alone is no statement: where a function must return, it returns it. */
function asStatement(state: HoleState, item: Gathered): string {
  const semicolon = /;[ \t]*\r?\n/.test(state.request.text) ? ';' : '';
  const isValue = isReturned(state, item);
  const body = item.text.startsWith('{') && !isValue ? `(${item.text})` : item.text;
  return isValue ? `return ${body}${semicolon}` : `${body}${semicolon}`;
}

/** Whether the function that the statement stands in gives such a value. */
function isReturned({ expectation: { type }, snapshot }: HoleState, { fits }: Gathered): boolean {
  const givesNothing = type !== undefined && (type.flags & snapshot.tsc.TypeFlags.VoidLike) !== 0;
  return type !== undefined && fits && !givesNothing;
}
