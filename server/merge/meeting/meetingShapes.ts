/**
 * Expressions in which two edits may meet, by node type: table data, since grammars mostly share their names. A reader is asked of a
 * node in which edits of both sides stand, and says what it is if they stand in different parts of it that mean something together.
 */
import type { LanguageId } from '../../syntax/languages.ts';
import { childrenOf, fieldOf, isLeaf, leavesOf, type Tree, textOf, typeOf } from '../../syntax/tree.ts';

export type MeetingKind =
  | 'comparison'
  | 'condition'
  | 'calculation'
  | 'range'
  | 'call'
  | 'loop header'
  | 'access'
  | 'choice'
  | 'assignment'
  | 'text'
  | 'use'
  | 'branch';

/** Whose edits stand in a node. */
export const OURS = 1;
export const THEIRS = 2;
export const BOTH = OURS | THEIRS;

/** `held`: so seldom right, or so seldom seen, that nobody should write it unasked; the others are right as often as any text. */
export interface Met {
  readonly what: MeetingKind;
  readonly held: boolean;
  /** The edits stand in two statements (dependent.ts): one side made this name something else, the other changed what is around it. */
  readonly through?: { readonly name: string; readonly by: 'ours' | 'theirs' };
}

export type Reader = (tree: Tree, node: number, touched: Uint8Array) => Met | undefined;

/** Ours stands in one of `some`, theirs in one of `others`, or the other way round; never both in the same one alone. */
function meet(some: readonly number[], others: readonly number[], touched: Uint8Array): boolean {
  const has = (node: number, bit: number) => ((touched[node] ?? 0) & bit) !== 0;
  return some.some((a) =>
    others.some((b) => a !== b && ((has(a, OURS) && has(b, THEIRS)) || (has(a, THEIRS) && has(b, OURS)))),
  );
}

const anyParts =
  (met: Met): Reader =>
  (tree, node, touched) => {
    const parts = childrenOf(tree, node);
    return meet(parts, parts, touched) ? met : undefined;
  };

const words: readonly (readonly [MeetingKind, RegExp])[] = [
  ['comparison', /^(?:[<>]=?|[=!]==?|<=>|[=!]~|-(?:eq|ne|lt|le|gt|ge)|!?in|!?is|not in|is not|instanceof|xor)$/],
  ['condition', /^(?:&&|\|\||\?\?|\?:|and|or)$/],
  ['range', /^(?:\.\.[.=<]?|until|downTo|step)$/],
];

function partsOf(tree: Tree, node: number) {
  const parts = childrenOf(tree, node);
  // `a until b`: a name like any other, and the operator.
  const isInfix = typeOf(tree, node) === 'infix_expression';
  const operators = parts.filter(
    (part, i) => tree.named[part] !== 1 || fieldOf(tree, part) === 'operator' || (isInfix && i === 1),
  );
  return { operators, operands: parts.filter((part) => !operators.includes(part)) };
}

/** Both factors are one amount: a number and its unit. */
const FACTORS = /^(?:\*|\/|<<|>>)$/;

/** An edit of the operator and one of an operand. Operands alone are as separate as the elements of a list, but for factors. */
const operation: Reader = (tree, node, touched) => {
  const { operators, operands } = partsOf(tree, node);
  const written = operators.map((part) => textOf(tree, part));
  if (!meet(operators, operands, touched)) {
    const isAmount = written.some((one) => FACTORS.test(one)) && meet(operands, operands, touched);
    return isAmount ? { what: 'calculation', held: true } : undefined;
  }
  const what = words.find(([, operator]) => written.some((one) => operator.test(one)))?.[0] ?? 'calculation';
  // One more condition beside one that the other side edits is as separate as it; another operator between them is not.
  const isAdded = operands.some((part) => operators.some((sign) => touched[part] === touched[sign]));
  return { what, held: what !== 'condition' || !isAdded };
};

const GIVEN = /argument|token_tree|lambda|^(?:do_)?block$|initializer/;

/**
 * The called function's own name, and what it is given. Other calls in the chain before it are theirs alone. Where one side took
 * another function and the other put something around what it is given, each may have converted it.
 */
const call: Reader = (tree, node, touched) => {
  const { given, own } = calledIn(tree, node);
  if (own === undefined || !meet([own], given, touched)) return undefined;
  const other = BOTH - (touched[own] ?? 0);
  const values = given.flatMap((list) => childrenOf(tree, list)).filter((part) => tree.named[part] === 1);
  const isHeld =
    values.some((value) => isAround(tree, value, other, touched)) || isAnew(tree, node, own, values, touched);
  return { what: 'call', held: isHeld };
};

/** One side put another object there and gives it other things, and the other took another of the old one's functions. */
function isAnew(tree: Tree, node: number, own: number, values: readonly number[], touched: Uint8Array): boolean {
  const by = BOTH - (touched[own] ?? 0);
  const isBy = (part: number) =>
    leavesOf(tree, part).every((leaf) => touched[leaf] === by || !/[\p{L}\p{N}]/u.test(textOf(tree, leaf)));
  const receiver = leavesOf(tree, node).filter((leaf) => leaf < own && /[\p{L}\p{N}]/u.test(textOf(tree, leaf)));
  return values.length > 0 && receiver.length > 0 && [...receiver, ...values].every(isBy);
}

function calledIn(tree: Tree, node: number) {
  const parts = childrenOf(tree, node);
  const given = parts.filter((part) => fieldOf(tree, part) === 'arguments' || GIVEN.test(typeOf(tree, part)));
  const name = parts.filter((part) => !given.includes(part) && tree.named[part] === 1).at(-1);
  return { given, own: name === undefined ? undefined : lastOf(tree, name) };
}

/** An operation or a call that this side put around what stood there: its operator or its name is new, and something in it is not. */
function isAround(tree: Tree, value: number, side: number, touched: Uint8Array): boolean {
  const type = typeOf(tree, value);
  if (/^(?:value_)?argument$/.test(type))
    return childrenOf(tree, value).some((part) => isAround(tree, part, side, touched));
  const { operators, operands } = partsOf(tree, value);
  const { given, own } = calledIn(tree, value);
  const isNew = (part: number) => touched[part] === side;
  if (operations.includes(type)) return operators.some(isNew) && operands.some((part) => touched[part] === 0);
  if (!calls.includes(type) || own === undefined || !isNew(own)) return false;
  return given.flatMap((list) => childrenOf(tree, list)).some((part) => tree.named[part] === 1 && touched[part] === 0);
}

/** `c` of `a.b(x).c`; undefined where what is called is itself a call. */
function lastOf(tree: Tree, node: number): number | undefined {
  let at = node;
  while (!isLeaf(tree, at)) {
    if (GIVEN.test(typeOf(tree, at))) return undefined;
    at = childrenOf(tree, at).at(-1) ?? at;
  }
  return at;
}

/** All of a loop but its body. */
const header: Reader = (tree, node, touched) => {
  const parts = childrenOf(tree, node).filter((part) => !isBody(tree, part));
  return meet(parts, parts, touched) ? { what: 'loop header', held: true } : undefined;
};

const BODY =
  /(?:block|body)$|^(?:arrow_function|function|function_expression|func_literal|closure_expression|compound_statement|do)$|lambda|^anonymous_/;

/** What stands in it is a matter of its own, and no part of the expression around. */
export const isBody = (tree: Tree, node: number): boolean =>
  /body/.test(fieldOf(tree, node)) || BODY.test(typeOf(tree, node));

const choice = anyParts({ what: 'choice', held: true });
const access = anyParts({ what: 'access', held: false });
const assignment = anyParts({ what: 'assignment', held: false });
const calculation = anyParts({ what: 'calculation', held: true });

const operations = [
  ...['binary_expression', 'binary', 'binary_operator', 'comparison_operator', 'boolean_operator', 'infix_expression'],
  ...['in_expression', 'is_expression', 'is_pattern_expression', 'instanceof_expression', 'range_expression', 'range'],
];
const calls = [
  ...['call_expression', 'call', 'method_invocation', 'invocation_expression', 'function_call_expression'],
  ...['member_call_expression', 'nullsafe_member_call_expression', 'scoped_call_expression', 'macro_invocation'],
  ...['new_expression', 'object_creation_expression'],
];
const loops = [
  ...['for_statement', 'for_clause', 'for_expression', 'for_in_statement', 'enhanced_for_statement', 'for_range_loop'],
  ...['c_style_for_statement', 'for', 'foreach_statement', 'for_in_clause'],
];
export const isLoop = (type: string): boolean => loops.includes(type);

const unary = ['unary_expression', 'unary', 'unary_operator', 'not_operator', 'prefix_unary_expression'];
const choices = ['ternary_expression', 'conditional_expression', 'conditional'];
const accesses = [
  ...['subscript_expression', 'subscript', 'index_expression', 'array_access', 'element_access_expression'],
  ...['element_reference', 'slice_expression', 'slice', 'as_expression', 'cast_expression', 'type_cast_expression'],
  ...['member_expression', 'attribute', 'selector_expression', 'field_access', 'member_access_expression'],
  ...['field_expression', 'navigation_expression', 'conditional_access_expression'],
];
const assignments = [
  ...['assignment_expression', 'assignment', 'augmented_assignment_expression', 'augmented_assignment'],
  ...['assignment_statement', 'compound_assignment_expr', 'variable_assignment', 'variable_declarator'],
  ...['init_declarator', 'let_declaration', 'short_var_declaration', 'property_declaration'],
];

const each = (types: readonly string[], reader: Reader) => types.map((type) => [type, reader] as const);
const common: ReadonlyMap<string, Reader> = new Map([
  ...each(operations, operation),
  ...each([...unary, 'unary_op_expression'], calculation),
  ...each(calls, call),
  ...each(loops, header),
  ...each(choices, choice),
  ...each(accesses, access),
  ...each(assignments, assignment),
]);

/** Where a name means something else. */
const without = (...types: readonly string[]): ReadonlyMap<string, Reader> =>
  new Map([...common].filter(([type]) => !types.includes(type)));

/** An attribute there is what others call a decorator. */
const decorated = without('attribute');
const withoutProperties = without('attribute', 'property_declaration');
const own: Partial<Record<LanguageId, ReadonlyMap<string, Reader>>> = {
  csharp: withoutProperties,
  rust: decorated,
  php: withoutProperties,
  html: new Map(),
  xml: new Map(),
  markdown: new Map(),
};

export const shapesOf = (language: LanguageId): ReadonlyMap<string, Reader> => own[language] ?? common;
