/**
 * A language is table data: which files it owns, which grammar parses it, and what its syntax allows a merge to do.
 * docs/adding-a-language.md walks through an entry.
 */
import { cFamily } from './policies/cFamily.ts';
import { csharp } from './policies/csharp.ts';
import { json, properties, toml, xml, yaml } from './policies/data.ts';
import { ecma } from './policies/ecma.ts';
import { go, rust } from './policies/goRust.ts';
import { java, kotlin } from './policies/jvm.ts';
import { python } from './policies/python.ts';
import { bash, php, ruby } from './policies/script.ts';
import { css, html, markdown } from './policies/web.ts';
import type { Policy } from './policy.ts';

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

export interface Language extends Policy {
  readonly id: LanguageId;
  /** For people: "TypeScript". */
  readonly name: string;
  /** With the dot, lower case; the longest that ends the file name wins. */
  readonly extensions: readonly string[];
  /** Whole file names, lower case. */
  readonly filenames?: readonly string[];
  /** `tree-sitter-NAME.wasm`; absent for languages our own parsers read. */
  readonly grammar?: string;
}

export const languages: readonly Language[] = [
  { id: 'typescript', name: 'TypeScript', extensions: ['.ts', '.mts', '.cts'], grammar: 'typescript', ...ecma },
  { id: 'tsx', name: 'TSX', extensions: ['.tsx'], grammar: 'tsx', ...ecma },
  {
    id: 'javascript',
    name: 'JavaScript',
    extensions: ['.js', '.jsx', '.mjs', '.cjs'],
    filenames: ['jakefile'],
    grammar: 'javascript',
    ...ecma,
  },
  { id: 'java', name: 'Java', extensions: ['.java'], grammar: 'java', ...java },
  { id: 'csharp', name: 'C#', extensions: ['.cs', '.csx'], grammar: 'c-sharp', ...csharp },
  {
    id: 'python',
    name: 'Python',
    extensions: ['.py', '.pyi', '.pyw', '.bzl'],
    filenames: ['sconstruct', 'wscript', 'build.bazel'],
    grammar: 'python',
    ...python,
  },
  { id: 'go', name: 'Go', extensions: ['.go'], grammar: 'go', ...go },
  { id: 'rust', name: 'Rust', extensions: ['.rs'], grammar: 'rust', ...rust },
  // A header that C cannot read and C++ can is parsed as C++ (treeSitter.ts).
  { id: 'c', name: 'C', extensions: ['.c', '.h'], grammar: 'c', ...cFamily },
  {
    id: 'cpp',
    name: 'C++',
    extensions: [
      '.cpp',
      '.cc',
      '.cxx',
      '.c++',
      '.hpp',
      '.hh',
      '.hxx',
      '.h++',
      '.ipp',
      '.inl',
      '.tpp',
      '.cu',
      '.cuh',
      '.ino',
    ],
    grammar: 'cpp',
    ...cFamily,
  },
  { id: 'kotlin', name: 'Kotlin', extensions: ['.kt', '.kts'], grammar: 'kotlin', ...kotlin },
  {
    id: 'json',
    name: 'JSON',
    extensions: [
      '.json',
      '.jsonc',
      '.json5',
      '.webmanifest',
      '.map',
      '.geojson',
      '.ipynb',
      '.code-workspace',
      '.code-snippets',
      '.avsc',
      '.har',
    ],
    filenames: [
      '.babelrc',
      '.eslintrc',
      '.prettierrc',
      '.jshintrc',
      '.swcrc',
      '.nycrc',
      '.bowerrc',
      '.watchmanconfig',
      'composer.lock',
      'pipfile.lock',
      'flake.lock',
      'bun.lock',
      'deno.lock',
    ],
    grammar: 'json',
    ...json,
  },
  {
    id: 'yaml',
    name: 'YAML',
    extensions: ['.yaml', '.yml'],
    filenames: ['.clang-format', '.clang-tidy', '.yamllint', 'pubspec.lock'],
    grammar: 'yaml',
    ...yaml,
  },
  {
    id: 'toml',
    name: 'TOML',
    extensions: ['.toml'],
    filenames: ['cargo.lock', 'poetry.lock', 'uv.lock', 'pdm.lock', 'pipfile', 'gopkg.lock'],
    grammar: 'toml',
    ...toml,
  },
  {
    id: 'xml',
    name: 'XML',
    extensions: [
      '.xml',
      '.csproj',
      '.fsproj',
      '.vbproj',
      '.vcxproj',
      '.vcxproj.filters',
      '.proj',
      '.props',
      '.targets',
      '.xaml',
      '.axaml',
      '.config',
      '.nuspec',
      '.resx',
      '.plist',
      '.svg',
      '.xsd',
      '.xsl',
      '.xslt',
      '.wsdl',
      '.rss',
      '.atom',
      '.iml',
      '.storyboard',
      '.xib',
      '.wxs',
      '.slnx',
      '.pom',
      '.fxml',
      '.jelly',
      '.ruleset',
    ],
    filenames: ['.classpath', '.project'],
    ...xml,
  },
  {
    id: 'properties',
    name: 'properties',
    extensions: ['.properties'],
    filenames: ['.npmrc', '.env', '.env.example'],
    ...properties,
  },
  { id: 'css', name: 'CSS', extensions: ['.css', '.scss', '.less'], grammar: 'css', ...css },
  { id: 'html', name: 'HTML', extensions: ['.html', '.htm', '.xhtml'], grammar: 'html', ...html },
  { id: 'markdown', name: 'Markdown', extensions: ['.md', '.markdown', '.mdx', '.mkd'], ...markdown },
  {
    id: 'bash',
    name: 'Bash',
    extensions: ['.sh', '.bash', '.zsh', '.ksh', '.bats'],
    filenames: [
      '.bashrc',
      '.bash_profile',
      '.bash_aliases',
      '.profile',
      '.zshrc',
      '.zprofile',
      '.zshenv',
      '.envrc',
      'pkgbuild',
    ],
    grammar: 'bash',
    ...bash,
  },
  { id: 'php', name: 'PHP', extensions: ['.php', '.phtml', '.php5', '.phpt'], grammar: 'php', ...php },
  {
    id: 'ruby',
    name: 'Ruby',
    extensions: ['.rb', '.rake', '.gemspec', '.ru', '.podspec'],
    filenames: [
      'gemfile',
      'rakefile',
      'podfile',
      'vagrantfile',
      'guardfile',
      'fastfile',
      'brewfile',
      'dangerfile',
      'capfile',
      'appraisals',
    ],
    grammar: 'ruby',
    ...ruby,
  },
];

const byName = new Map(languages.flatMap((l) => (l.filenames ?? []).map((name) => [name, l] as const)));
const byExtension = new Map(languages.flatMap((l) => l.extensions.map((extension) => [extension, l] as const)));

/** The language of a path by its name, whichever slash it uses. Undefined when none owns it. */
export function languageOf(path: string): Language | undefined {
  const known = byPath.get(path);
  if (known !== undefined) return known ?? undefined;
  const found = languageNamed(path);
  if (byPath.size >= REMEMBERED) byPath.clear();
  byPath.set(path, found ?? null);
  return found;
}

/** The same paths are asked for again and again; null: of no known language. */
const byPath = new Map<string, Language | null>();
const REMEMBERED = 5000;

function languageNamed(path: string): Language | undefined {
  const name = (path.split(/[\\/]/).pop() ?? '').toLowerCase();
  const whole = byName.get(name);
  if (whole !== undefined) return whole;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const found = byExtension.get(name.slice(dot));
    if (found !== undefined) return found;
  }
  return undefined;
}
