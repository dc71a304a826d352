/**
 * Exports that a word being typed may become, each with its import: among all of the project, not only those that files like this one
 * use. A call has its arguments where values for them are at hand; what still lacks some is checked as if it had them.
 */
import type ts from 'typescript';
import type { Edit } from '../../text/span.ts';
import { checkFills } from '../check/tsCheck.ts';
import { argumentsFor, bestFor } from '../enumerate/tsExpressions.ts';
import { Gathering } from '../enumerate/tsGather.ts';
import { isLoose } from '../enumerate/tsObvious.ts';
import { attempt } from '../faults.ts';
import { type HoleState, isVague } from '../tsHole.ts';
import type { ProjectIndex } from '../tsIndex.ts';
import type { Brought } from '../typeEngine.ts';
import { likeness } from '../words.ts';
import { type Importable, importables, importEdit } from './tsImports.ts';

/** Milliseconds for finding and for checking, and how many names are looked at: somebody is typing. */
const deadlines = { find: 60, check: 120 };
const maxNames = 16;
const enough = 8;

interface Trial extends Omit<Brought, 'near'> {
  /** What the checker sees in its place. */
  readonly as: string;
}

export function broughtBy(state: HoleState, index: ProjectIndex, prefix: string, cancelled: () => boolean): Brought[] {
  if (prefix === '' || state.place === 'member' || state.place.endsWith('Member')) return [];
  const gather = new Gathering(state, index, deadlines.find, cancelled);
  const trials: Trial[] = [];
  for (const item of beginning(gather, prefix)) {
    if (gather.isOver) break;
    const found = attempt('bring', () => {
      const edits = importEdit(state, index, item);
      return edits ? trialsOf(gather, item, edits) : [];
    }, []);
    trials.push(...found);
  }
  const fills = trials.map(({ as, edits }) => ({ text: as, edits }));
  const results = checkFills(state, fills, { deadline: deadlines.check, enough, sense: true }, cancelled);
  const good = trials.flatMap((trial, i) => {
    const near = results[i] === 'near';
    return near || results[i] === 'ok' ? [{ ...trial, near }] : [];
  });
  const whole = new Set(good.flatMap(({ text, goesOn }) => (goesOn ? [] : [nameOf(text)])));
  // A name that more must follow is of use where no whole value begins so.
  return good
    .filter(({ text, goesOn }) => !goesOn || !whole.has(text))
    .map(({ text, origin, edits, goesOn, near }) => ({ text, origin, edits, goesOn, near }));
}

const nameOf = (text: string): string => /^(?:new )?([\w$]*)/.exec(text)?.[1] ?? '';

/** The likeliest first: what files like this one import, then the others by their names. */
function beginning({ state, index, scopeNames }: Gathering, prefix: string): Importable[] {
  const { request } = state;
  const own = new Set(index.summary(request.file)?.imports.map(({ local }) => local));
  const isNew = ({ name, entry }: Importable): boolean =>
    name.startsWith(prefix) && !scopeNames.has(name) && !own.has(name) && entry?.path !== request.file;
  const usual = importables(state, index, []).filter(isNew);
  const seen = new Set(usual.map(({ name, entry }) => `${name}\0${entry?.path}`));
  const others = index
    .beginning(prefix)
    .filter(({ name, path }) => !seen.has(`${name}\0${path}`))
    .map((entry): Importable => {
      const { name, isDefault, isType } = entry;
      return { name, exported: isDefault ? 'default' : name, entry, specifier: undefined, isType, weight: 0 };
    });
  const sorted = others.filter(isNew).sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  return [...usual, ...sorted].filter(({ entry }) => entry !== undefined).slice(0, maxNames);
}

function trialsOf(gather: Gathering, item: Importable, edits: readonly Edit[]): Trial[] {
  const { state } = gather;
  const { tsc, checker } = state.snapshot;
  const { name, entry } = item;
  const p = state.node.parent;
  if (!entry) return [];
  const trial = (text: string, origin: Trial['origin'], as = text, goesOn = as !== text): Trial => ({
    text,
    origin,
    edits,
    goesOn,
    as,
  });
  const { node } = entry;
  if (state.place === 'type') {
    const isNamed =
      tsc.isClassDeclaration(node) || tsc.isInterfaceDeclaration(node) || tsc.isTypeAliasDeclaration(node);
    const wanted = isNamed ? (node.typeParameters ?? []).filter((each) => each.default === undefined) : [];
    const as = wanted.length > 0 ? `${name}<${wanted.map(() => 'never').join(', ')}>` : name;
    return isNamed || tsc.isEnumDeclaration(node) ? [trial(name, 'variable', as)] : [];
  }
  if (item.isType) return [];
  // Which attributes it wants is asked next.
  if (tsc.isJsxSelfClosingElement(p) || tsc.isJsxOpeningElement(p))
    return /^[A-Z]/.test(name) ? [trial(name, 'variable', `${name} {...JSON.parse('')}`, true)] : [];
  const type = checker.getTypeAtLocation(node);
  const isBehindNew = tsc.isNewExpression(p) && p.expression === state.node;
  const signatures = tsc.isClassDeclaration(node) ? constructs(gather, node) : type.getCallSignatures();
  const calls = (head: string, origin: Trial['origin']): Trial[] => {
    const [signature] = signatures;
    if (!signature) return [];
    const filled = argumentsFor(gather, signature) ?? argumentsNear(gather, signature);
    const blank = signature.parameters.filter((each) => !isLoose(tsc, each)).map(() => 'undefined as never');
    const open = trial(head, origin, `${head}(${blank.join(', ')})`);
    return filled ? [trial(`${head}(${filled.join(', ')})`, origin), open] : [open];
  };
  if (isBehindNew) return tsc.isClassDeclaration(node) ? calls(name, 'constructor') : [];
  if (tsc.isEnumDeclaration(node)) {
    const members = node.members.flatMap((member) => (tsc.isIdentifier(member.name) ? [member.name.text] : []));
    return [...members.slice(0, 4).map((member) => trial(`${name}.${member}`, 'enum')), trial(name, 'variable')];
  }
  if (tsc.isClassDeclaration(node)) return [trial(name, 'variable'), trial(name, 'variable', `(${name} as never)`)];
  return [...calls(name, 'call'), trial(name, 'variable')];
}

function constructs({ state }: Gathering, node: ts.ClassDeclaration): readonly ts.Signature[] {
  const { checker } = state.snapshot;
  const symbol = node.name && checker.getSymbolAtLocation(node.name);
  return symbol ? checker.getTypeOfSymbol(symbol).getConstructSignatures() : [];
}

/** Where nothing in scope fits a parameter, a member of what is near: `fullName(booking.guest)`. */
function argumentsNear(gather: Gathering, signature: ts.Signature): string[] | undefined {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  const wanted = signature.parameters.filter((parameter) => !isLoose(tsc, parameter));
  if (wanted.length > 3) return undefined;
  const filled: string[] = [];
  for (const parameter of wanted) {
    const type = checker.getTypeOfSymbolAtLocation(parameter, node);
    const value = bestFor(gather, type, parameter.name, filled) ?? memberFor(gather, type, parameter.name);
    if (value === undefined) return undefined;
    filled.push(value);
  }
  return filled;
}

/** Plain values by their name as well: any string would do. */
function memberFor(gather: Gathering, type: ts.Type, name: string): string | undefined {
  const { snapshot, node } = gather.state;
  const { tsc, checker } = snapshot;
  if (isVague(tsc, type) || type.flags & tsc.TypeFlags.TypeParameter) return undefined;
  const isObject = (type.flags & tsc.TypeFlags.Object) !== 0;
  const near = gather.scope.filter(({ origin }) => origin === 'local' || origin === 'parameter').slice(0, 6);
  let best: { readonly text: string; readonly alike: number } | undefined;
  for (const value of near) {
    for (const property of checker.getPropertiesOfType(checker.getNonNullableType(value.type())).slice(0, 60)) {
      const alike = likeness(property.name, name);
      if (!/^[A-Za-z_$][\w$]*$/.test(property.name) || (!isObject && alike < 0.6) || alike <= (best?.alike ?? -1))
        continue;
      const own = checker.getTypeOfSymbolAtLocation(property, node);
      if (isVague(tsc, own) || !checker.isTypeAssignableTo(own, type)) continue;
      best = { text: `${value.name}.${property.name}`, alike };
    }
  }
  return best?.text;
}
