/**
 * `const { isValid } = require(|)`: the modules of the project that export these names; and of the paths that stand elsewhere, those that
 * lead to a file from here and are not required yet.
 */
import { dirname, join, relative } from 'node:path/posix';
import type ts from 'typescript';
import type { HoleState } from '../tsHole.ts';
import type { Gathering } from './tsGather.ts';
import { quoted } from './tsShapes.ts';

/** The call that the hole is the only argument of, in a declaration. */
function requireAt({ snapshot: { tsc }, node }: HoleState): ts.CallExpression | undefined {
  const call = node.parent;
  if (!tsc.isCallExpression(call) || call.arguments[0] !== node) return undefined;
  return tsc.isIdentifier(call.expression) && call.expression.text === 'require' ? call : undefined;
}

export function required(gather: Gathering): void {
  const { state, index } = gather;
  const { tsc } = state.snapshot;
  const { file } = state.request;
  const declaration = requireAt(state)?.parent;
  if (!declaration || !tsc.isVariableDeclaration(declaration) || !tsc.isObjectBindingPattern(declaration.name)) return;
  const names = declaration.name.elements.map(({ propertyName, name }) => (propertyName ?? name).getText());
  const [first = '', ...others] = names;
  const homes = index
    .named(first)
    .map(({ path }) => path)
    .filter((path) => path !== file && others.every((name) => index.named(name).some((entry) => entry.path === path)));
  for (const path of new Set(homes)) {
    const way = relative(dirname(file), path).replace(/(?:\/index)?\.[cm]?js$/, '');
    const text = quoted(gather, way.startsWith('.') ? way : `./${way}`);
    gather.offer({ text, origin: 'literal', fit: 'same', name: first });
  }
}

/** Says of a text whether it names no module that is left to require. Undefined where the hole is in no `require`. */
export function unrequirable(state: HoleState): ((text: string) => boolean) | undefined {
  if (!requireAt(state)) return undefined;
  const { tsc } = state.snapshot;
  const { text: all, file } = state.request;
  const ends = ['', '.js', '.cjs', '.json', '.ts', '/index.js', '/index.ts', '.jsx', '.node'];
  return (text) => {
    const name = /^(['"])(.*)\1$/.exec(text)?.[2];
    if (name === undefined) return false;
    if (new RegExp(`\\brequire\\((['"])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\1\\)`).test(all)) return true;
    const path = join(dirname(file), name);
    return /^\.\.?\//.test(name) && !ends.some((end) => tsc.sys.fileExists(path + end));
  };
}
