/**
 * How a name is imported, as a line that could stand in the file: its own where it is there already, else one written as the project
 * writes its imports. A line that imports what does not exist teaches a model to write it.
 */
import { relativeSpecifier } from '../../text/relativeSpecifier.ts';
import type { SymbolPlace, WorkspaceIndex } from '../index/index.ts';
import type { IndexedFile } from '../index/indexFile.ts';
import type { HoleView, Piece } from './retrieve.ts';

export type ImportLine = Pick<Piece, 'text'> & Partial<Pick<Piece, 'container'>>;

/** Names of one module share its line's head, in which they stand at the `…`. */
function within(text: string, head: string): ImportLine {
  return { text, container: { key: `from ${head}`, text: head, names: [], inline: true } };
}

/** What the file imports, by the names that it has here. */
export function ownImportLines(view: HoleView): ReadonlyMap<string, ImportLine> {
  const { family, imports } = view.buffer;
  const own = view.text.slice(0, view.offset) + view.text.slice(view.suffixOffset);
  const lines = new Map<string, ImportLine>();
  for (const { module, start, end } of imports) {
    const statement = own
      .slice(start, end)
      .replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    if (family === 'ecma') for (const [name, line] of ecmaLines(statement, module)) lines.set(name, line);
    else if (family === 'python') for (const [name, line] of pythonLines(statement, module)) lines.set(name, line);
    else if (family === 'java' || family === 'kotlin')
      lines.set(module.slice(module.lastIndexOf('.') + 1), { text: statement });
  }
  return lines;
}

const word = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
const ecmaStatement = new RegExp(
  String.raw`^import ?(type (?!from\b|,))?(${word})? ?,? ?(?:\* ?as (${word})|\{([^}]*)\})? ?from`,
  'u',
);

function ecmaLines(statement: string, module: string): [string, ImportLine][] {
  const match = ecmaStatement.exec(statement);
  if (!match) return [];
  const [, type = '', whole, namespace, list = ''] = match;
  const lines: [string, ImportLine][] = [];
  const line = (what: string): string => `import ${type}${what} from '${module}'`;
  if (whole !== undefined) lines.push([whole, { text: line(whole) }]);
  if (namespace !== undefined) lines.push([namespace, { text: line(`* as ${namespace}`) }]);
  for (const part of list.split(',')) {
    const local = /([\p{L}_$][\p{L}\p{N}_$]*) ?$/u.exec(part)?.[1];
    if (local !== undefined) lines.push([local, within(part.trim(), line('{ … }'))]);
  }
  return lines;
}

function pythonLines(statement: string, module: string): [string, ImportLine][] {
  const list = /^from \S+ import \(?([^)]*)/.exec(statement)?.[1] ?? '';
  return list.split(',').flatMap((part): [string, ImportLine][] => {
    const local = /([\p{L}_][\p{L}\p{N}_]*) ?$/u.exec(part)?.[1];
    return local === undefined ? [] : [[local, within(part.trim(), `from ${module} import …`)]];
  });
}

/** What a place elsewhere would be imported by. `module` is where it is found from here. */
export function newImportLine(view: HoleView, place: SymbolPlace, module: string): ImportLine | undefined {
  const { family } = view.buffer;
  const { name, exported } = place.symbol;
  if (family === 'ecma') {
    const whole = exported === 'default';
    if (isCommon(view)) {
      const call = `require('${module}')`;
      return whole ? { text: `const ${name} = ${call}` } : within(name, `const { … } = ${call}`);
    }
    return whole ? { text: `import ${name} from '${module}'` } : within(name, `import { … } from '${module}'`);
  }
  if (family === 'python') return within(name, `from ${module} import …`);
  if (family === 'java' || family === 'kotlin')
    return module.endsWith(`.${name}`) ? { text: `import ${module};` } : undefined;
  return undefined;
}

/** A file that requires and imports nothing goes on so. */
const isCommon = ({ buffer, text }: HoleView): boolean =>
  buffer.imports.length === 0 && /\.c?jsx?$/.test(buffer.path) && /(?:^|[^.\w])require\s*\(\s*['"]/.test(text);

/** How files name others, from where the hole stands. */
export function modulesFrom(view: HoleView, index: WorkspaceIndex): (path: string) => string | undefined {
  const { family, path: own } = view.buffer;
  if (family === 'ecma') {
    const folder = `/${own}`.replace(/\/[^/]*$/, '');
    const ending = endingOf(view.buffer) ?? firstEnding(index);
    return (path) => relativeSpecifier(folder, `/${path}`, ending);
  }
  if (family === 'python') return (path) => pythonModule(index, path);
  if (family === 'java' || family === 'kotlin')
    return (path) => /(?:^|\/)(?:java|kotlin)\/(.*)\.\w+$/.exec(path)?.[1]?.replaceAll('/', '.');
  return () => undefined;
}

/** How its relative imports end: with `.js`, `.ts` or nothing. */
function endingOf(file: IndexedFile): string | undefined {
  const written = file.imports.find(({ module }) => /^\.\.?\/.*[\w-]$/.test(module))?.module;
  return written === undefined ? undefined : (/\.[cm]?[jt]sx?$/.exec(written)?.[0] ?? '');
}

function firstEnding(index: WorkspaceIndex): string {
  for (const file of index.files.values()) {
    const ending = file.family === 'ecma' ? endingOf(file) : undefined;
    if (ending !== undefined) return ending;
  }
  return '';
}

/** From the outermost package that it stands in; where nothing says that there is one, from the root. */
function pythonModule(index: WorkspaceIndex, path: string): string {
  const folders = path.split('/').slice(0, -1);
  let from = folders.length;
  while (from > 0 && index.files.has(`${folders.slice(0, from).join('/')}/__init__.py`)) from--;
  const inside = from < folders.length ? path.split('/').slice(from).join('/') : path.replace(/^(?:src|lib)\//, '');
  return inside.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
}
