/**
 * A language is table data: which files it owns, which grammar parses it, how it lexes, and what its syntax allows a merge
 * to do. docs/adding-a-language.md walks through an entry.
 */
export type LanguageId =
  | 'typescript'
  | 'tsx'
  | 'javascript'
  | 'java'
  | 'csharp'
  | 'python'
  | 'go'
  | 'rust'
  | 'c'
  | 'cpp'
  | 'kotlin'
  | 'json'
  | 'yaml'
  | 'toml'
  | 'xml'
  | 'properties'
  | 'css'
  | 'html'
  | 'markdown'
  | 'bash'
  | 'php'
  | 'ruby';

export interface Language {
  readonly id: LanguageId;
  /** For people: "TypeScript". */
  readonly name: string;
  /** With the dot, lower case. */
  readonly extensions: readonly string[];
  /** Whole file names, lower case. */
  readonly filenames?: readonly string[];
  /** `tree-sitter-NAME.wasm`; absent for languages our own parsers read. */
  readonly grammar?: string;
}

export const languages: readonly Language[] = [
  { id: 'typescript', name: 'TypeScript', extensions: ['.ts', '.mts', '.cts'], grammar: 'typescript' },
  { id: 'tsx', name: 'TSX', extensions: ['.tsx'], grammar: 'tsx' },
  { id: 'javascript', name: 'JavaScript', extensions: ['.js', '.jsx', '.mjs', '.cjs'], grammar: 'javascript' },
  { id: 'java', name: 'Java', extensions: ['.java'], grammar: 'java' },
  { id: 'csharp', name: 'C#', extensions: ['.cs'], grammar: 'c-sharp' },
  { id: 'python', name: 'Python', extensions: ['.py', '.pyi'], grammar: 'python' },
  { id: 'go', name: 'Go', extensions: ['.go'], grammar: 'go' },
  { id: 'rust', name: 'Rust', extensions: ['.rs'], grammar: 'rust' },
  { id: 'c', name: 'C', extensions: ['.c', '.h'], grammar: 'c' },
  { id: 'cpp', name: 'C++', extensions: ['.cpp', '.cc', '.cxx', '.hpp', '.hh', '.hxx'], grammar: 'cpp' },
  { id: 'kotlin', name: 'Kotlin', extensions: ['.kt', '.kts'], grammar: 'kotlin' },
  { id: 'json', name: 'JSON', extensions: ['.json', '.jsonc'], grammar: 'json' },
  { id: 'yaml', name: 'YAML', extensions: ['.yaml', '.yml'], grammar: 'yaml' },
  { id: 'toml', name: 'TOML', extensions: ['.toml'], grammar: 'toml' },
  { id: 'xml', name: 'XML', extensions: ['.xml', '.csproj', '.props', '.targets', '.xaml', '.axaml'] },
  { id: 'properties', name: 'properties', extensions: ['.properties'] },
  { id: 'css', name: 'CSS', extensions: ['.css', '.scss', '.less'], grammar: 'css' },
  { id: 'html', name: 'HTML', extensions: ['.html', '.htm'], grammar: 'html' },
  { id: 'markdown', name: 'Markdown', extensions: ['.md', '.markdown', '.mdx'] },
  { id: 'bash', name: 'Bash', extensions: ['.sh', '.bash'], grammar: 'bash' },
  { id: 'php', name: 'PHP', extensions: ['.php'], grammar: 'php' },
  { id: 'ruby', name: 'Ruby', extensions: ['.rb', '.rake'], grammar: 'ruby' },
];

/** The language of a path by its name, whichever slash it uses. Undefined when none owns it. */
export function languageOf(path: string): Language | undefined {
  const name = (path.split(/[\\/]/).pop() ?? '').toLowerCase();
  const dot = name.lastIndexOf('.');
  const extension = dot >= 0 ? name.slice(dot) : '';
  return languages.find((l) => l.filenames?.includes(name) || (extension !== '' && l.extensions.includes(extension)));
}
