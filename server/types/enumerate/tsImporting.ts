/** What an import could bring where only such a name can stand: in the braces of an import, behind `new`, and as a type. */
import type ts from 'typescript';
import { importables, importEdit } from '../imports/tsImports.ts';
import type { HoleState } from '../tsHole.ts';
import { constructorsOf } from './tsExpressions.ts';
import type { Gathering } from './tsGather.ts';

/** `import { | } from './time'`: what the module exports and is not imported there. Undefined where the module is not known, or the hole is another. */
export function importedNames({ snapshot: { tsc, checker }, node }: HoleState): readonly string[] | undefined {
  const own = node.parent;
  if (!tsc.isImportSpecifier(own) || (own.propertyName ?? own.name) !== node) return undefined;
  const there = new Set(own.parent.elements.map(({ name, propertyName }) => (propertyName ?? name).text));
  const module = checker.getSymbolAtLocation(own.parent.parent.parent.moduleSpecifier);
  const names = module && checker.getExportsOfModule(module).map(({ name }) => name);
  return names?.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default' && !there.has(name));
}

export function importBraces(gather: Gathering): void {
  for (const name of importedNames(gather.state) ?? []) {
    // What the file names already and nothing declares waits for it.
    const isWanted = new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(gather.state.request.text);
    gather.offer({ text: name, origin: 'variable', fit: isWanted ? 'assignable' : 'open', name });
  }
}

/** Behind `new`: classes in scope and of other files, with their arguments. */
export function constructed(gather: Gathering): void {
  const { state, index } = gather;
  const { tsc, checker } = state.snapshot;
  const isThrown = tsc.isThrowStatement(state.node.parent.parent);
  const isError = (type: ts.Type | undefined): boolean =>
    type !== undefined && ['message', 'stack'].every((name) => checker.getPropertyOfType(type, name));
  const withoutNew: Gathering['offer'] = (offer) => {
    if (isThrown && !isError(offer.type)) return;
    if (offer.text.startsWith('new ')) gather.offer({ ...offer, text: offer.text.slice('new '.length) });
  };
  const offering = Object.assign(Object.create(gather) as Gathering, { offer: withoutNew }); // the same basket
  for (const value of gather.scope) {
    if (gather.isOver) return;
    constructorsOf(offering, value.name, value.type().getConstructSignatures(), value);
  }
  for (const item of importables(state, index, [])) {
    if (gather.isOver) return;
    const { entry } = item;
    if (!entry || !tsc.isClassLike(entry.node) || gather.scopeNames.has(item.name)) continue;
    const symbol = entry.node.name && checker.getSymbolAtLocation(entry.node.name);
    if (!symbol) continue;
    const edits = importEdit(state, index, item);
    if (!edits) continue;
    const brought: Gathering['offer'] = (offer) => withoutNew({ ...offer, edits, needsImport: true });
    const importing = Object.assign(Object.create(gather) as Gathering, { offer: brought }); // the same basket
    constructorsOf(importing, item.name, checker.getTypeOfSymbol(symbol).getConstructSignatures(), undefined);
  }
}

const MOST_TYPES = 30;

/** Types of other files, with their import. */
export function importedTypes(gather: Gathering): void {
  const { state, index } = gather;
  const { tsc, checker } = state.snapshot;
  if (/\.[cm]?jsx?$/.test(state.request.file)) return;
  const known = new Set(checker.getSymbolsInScope(state.node, tsc.SymbolFlags.Type).map(({ name }) => name));
  let taken = 0;
  for (const item of importables(state, index, [])) {
    if (gather.isOver || taken >= MOST_TYPES) return;
    const isType = item.isType || (item.entry !== undefined && isClass(tsc, item.entry.node));
    if (!isType || known.has(item.name)) continue;
    const edits = importEdit(state, index, item);
    if (!edits) continue;
    taken++;
    gather.offer({ text: item.name, origin: 'variable', fit: 'open', name: item.name, edits, needsImport: true });
  }
}

const isClass = (tsc: typeof ts, node: ts.Node): boolean => tsc.isClassDeclaration(node);
