/**
 * How a repository writes its code, as facts for a prompt: what its formatter is told and what the file itself does. Only known
 * settings with plain values come through, so that a settings file can neither steer a model nor carry a secret. Pure.
 */
import { matchesGlob } from '../text/glob.ts';

/** Files that hold such settings, of a folder. The nearest folder that has one of a kind decides. */
export const conventionFiles: readonly string[] = [
  '.editorconfig',
  '.prettierrc',
  '.prettierrc.json',
  'package.json',
  'biome.json',
  'biome.jsonc',
  'pyproject.toml',
  'rustfmt.toml',
  '.rustfmt.toml',
];

/** Larger ones are left alone: no formatter's settings are. */
export const MOST_SETTINGS = 60_000;

interface SettingsFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

const known = {
  editorconfig: /^(?:indent_style|indent_size|tab_width|end_of_line|insert_final_newline|max_line_length|quote_type)$/,
  prettier:
    /^(?:printWidth|tabWidth|useTabs|semi|singleQuote|jsxSingleQuote|quoteProps|trailingComma|bracketSpacing|arrowParens|endOfLine)$/,
  biome:
    /^(?:indentStyle|indentWidth|lineWidth|lineEnding|quoteStyle|jsxQuoteStyle|semicolons|trailingCommas?|arrowParentheses|bracketSpacing)$/,
  python: /^(?:line[-_]length|quote-style|indent-style|indent-width|skip-string-normalization|profile|target-version)$/,
  rustfmt: /^(?:max_width|tab_spaces|hard_tabs|edition|style_edition|newline_style|use_small_heuristics)$/,
} as const;

/** Settings for one file, a line a formatter, from the files found from the file's folder up to the root. Nearest first. */
export function formatterFacts(path: string, files: readonly SettingsFile[]): readonly string[] {
  const out: string[] = [];
  const said = (name: string, facts: readonly string[]) => {
    if (facts.length > 0 && !out.some((line) => line.startsWith(`${name}:`))) out.push(`${name}: ${facts.join(', ')}`);
  };
  const editor = files.filter((file) => /(?:^|\/)\.editorconfig$/.test(file.path));
  said('editorconfig', editorFacts(path, editor));
  for (const { path: at, text } of files) {
    const name = at.slice(at.lastIndexOf('/') + 1);
    if (name.startsWith('.prettierrc'))
      said('prettier', jsonFacts(text, known.prettier) ?? lineFacts(text, known.prettier));
    if (name === 'package.json') said('prettier', jsonFacts(text, known.prettier, 'prettier') ?? []);
    if (name.startsWith('biome.json')) said('biome', jsonFacts(text, known.biome) ?? []);
    if (name === 'pyproject.toml' && /\.pyi?$/.test(path)) said('python formatter', tomlFacts(text));
    if (/rustfmt\.toml$/.test(name) && path.endsWith('.rs')) said('rustfmt', lineFacts(text, known.rustfmt));
  }
  return out;
}

/** A value that can be nothing but a setting. */
const plain = (value: unknown): string | undefined => {
  const text = typeof value === 'string' ? value.trim().replace(/^["']|["']$/g, '') : String(value);
  return /^(?:string|number|boolean)$/.test(typeof value) && /^[\w.-]{1,24}$/.test(text) ? text : undefined;
};

/** The nearer file wins over one further out, the later section over an earlier one. */
function editorFacts(path: string, files: readonly SettingsFile[]): string[] {
  const facts = new Map<string, string>();
  const usable: SettingsFile[] = [];
  for (const file of files) {
    usable.unshift(file);
    if (/^\uFEFF?[ \t]*root[ \t]*=[ \t]*true[ \t]*$/im.test(file.text)) break;
  }
  for (const { path: at, text } of usable) {
    const below = path.slice(at.lastIndexOf('/') + 1);
    let applies = false;
    for (const line of text.split(/\r?\n/)) {
      const section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1];
      if (section !== undefined) applies = matchesSection(section, below);
      const [, key = '', value = ''] = /^\s*([\w-]+)\s*=\s*([^#;]*)/.exec(line) ?? [];
      const told = plain(value);
      if (applies && known.editorconfig.test(key) && told !== undefined) facts.set(key, told);
    }
  }
  return [...facts].map(([key, value]) => `${key} ${value}`);
}

/** A section that stands for more patterns is left out. */
const MOST_PATTERNS = 32;

/** Editorconfig's globs: `*`, `**`, `?`, `[…]` and `{a,b}`; without a slash they match the name in any folder. */
export function matchesSection(glob: string, path: string): boolean {
  if (glob.length > 200) return false;
  return patternsOf(glob).some((pattern) => matchesGlob(pattern, path, { whole: true, classes: true }));
}

/** Without braces, and with `**` as a whole part alone: within a name it also stands for no folder. None where there are too many. */
function patternsOf(glob: string): readonly string[] {
  const done: string[] = [];
  const open = [glob.replace(/\*{3,}/g, '**')];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [braces, inside = ''] = /\{([^{}]*,[^{}]*)\}/.exec(next) ?? [];
    const stars = /(?<=[^/])\*\*|\*\*(?=[^/])/;
    // A function, since `$` in a replacement text would mean something.
    if (braces !== undefined) open.push(...inside.split(',').map((one) => next.replace(braces, () => one)));
    else if (stars.test(next)) open.push(next.replace(stars, '*'), next.replace(stars, '*/**/*'));
    else done.push(next);
    if (open.length + done.length > MOST_PATTERNS) return [];
  }
  return done;
}

/** Known settings anywhere in a JSON document, or under one of its keys. Undefined where it is none. */
function jsonFacts(text: string, keys: RegExp, under?: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^[ \t]*\/\/.*$/gm, ''));
  } catch {
    return undefined;
  }
  const facts: string[] = [];
  const walk = (at: unknown, depth: number) => {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || depth > 3) return;
    for (const [key, inner] of Object.entries(at)) {
      const told = keys.test(key) ? plain(inner) : undefined;
      if (told !== undefined) facts.push(`${key} ${told}`);
      else walk(inner, depth + 1);
    }
  };
  if (under === undefined) walk(value, 0);
  else if (typeof value === 'object' && value !== null)
    walk(Object.entries(value).find(([key]) => key === under)?.[1], 0);
  return [...new Set(facts)].slice(0, 12);
}

/** `key: value` or `key = value`, a line each. */
const lineFacts = (text: string, keys: RegExp): string[] =>
  text.split('\n').flatMap((line) => {
    const [, key = '', value = ''] = /^\s*([\w-]+)\s*[:=]\s*([^#]*)/.exec(line) ?? [];
    const told = plain(value.trim());
    return keys.test(key) && told !== undefined ? [`${key} ${told}`] : [];
  });

/** Of a pyproject file, the tables of formatters alone. */
const tomlFacts = (text: string): string[] =>
  text
    .split(/^(?=\s*\[)/m)
    .filter((table) => /^\s*\[tool\.(?:black|ruff|ruff\.format|isort|yapf)\]/.test(table))
    .flatMap((table) => lineFacts(table, known.python))
    .slice(0, 8);

/** What a file itself does, where most of its lines do it. */
export function styleOf(text: string): readonly string[] {
  const lines = text.slice(0, 40_000).split(/\r?\n/);
  const indents = lines.map((line) => /^([ \t]+)\S/.exec(line)?.[1] ?? '').filter((indent) => indent !== '');
  const out: string[] = [];
  if (indents.length >= 5) {
    const tabs = indents.filter((indent) => indent.startsWith('\t')).length;
    if (tabs > indents.length * 0.8) out.push('indented with tabs');
    else if (tabs < indents.length * 0.2) {
      // The step is the width that divides most of them; four-space files have few odd multiples of two.
      const width = [8, 4, 2].find(
        (n) => indents.filter((indent) => indent.length % n === 0).length > indents.length * 0.9,
      );
      if (width !== undefined) out.push(`indented with ${width} spaces`);
    }
  }
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const [single, double] = [count(/'[^'\n]*'/g), count(/"[^"\n]*"/g)];
  if (single + double >= 5 && Math.max(single, double) > 0.8 * (single + double))
    out.push(`strings in ${single > double ? 'single' : 'double'} quotes`);
  return out;
}
