/**
 * Names that two lines of one list give, each its own value: settings, members, dependencies, options of a command, entries by an id.
 * For what no grammar reads here, and for what a grammar takes for two statements like any other (`TTL = 60`, `TTL = 300`).
 */
import type { ClaimReader, File, Pair } from './claimReaders.ts';

const one = (key: string, name = key) => [{ key, name }];
const none: readonly never[] = [];

const CODE =
  /\.(?:[cm]?[jt]sx?|py|pyi|java|cs|go|rs|c|h|cc|cpp|cxx|hpp|hh|kts?|php|rb|sh|bash|zsh|lua|dart|swift|scala|groovy|gradle|vue|svelte|pl|pm|r|jl|exs?|ps1|nix)$/i;
const SETTINGS =
  /(?:\.(?:env|properties|ini|cfg|conf|strings|mk|mak|tfvars|tf|hcl|graphqls?|gql|prisma|s[ac]ss|less|css|snap)|(?:^|\/)(?:\.env[\w.-]*|(?:GNU)?[Mm]akefile|[^/]*Dockerfile[^/]*|Containerfile))$/;
const DOCKER = /(?:^|\/)(?:[^/]*Dockerfile[^/]*|Containerfile)$/;

const fileOf =
  (...patterns: readonly RegExp[]) =>
  ({ path }: File) =>
    patterns.some((pattern) => pattern.test(path));

/** What makes two lists of two lines at one depth. */
const ENDS =
  /^(?:[)}\]]|\[[^=]*\]$|-{3}$|(?:async\s+)?(?:def|class|func|fn|function|fun)\b|else\b|elif\b|elsif\b|case\b|default\b|when\b|except\b|catch\b|end\b|fi\b|return\b|break\b|FROM\b|#\s*(?:if|else|elif|endif)|\{[%{#]|\.\.\.|\*\*)/;

// ------------------------------------------------------------------------------------------------------------ a = b, a: b

const MODIFIERS =
  '(?:(?:export|const|let|var|val|final|static|public|private|protected|internal|open|readonly|override|lazy|local|my|our|set|ENV|ARG)\\s+)*';
const NAME =
  '(?:--)?[$@]*(?:"[^"]+"|\'[^\']+\'|[A-Za-z_$][\\w$]*)(?:(?:\\.|->|::|-)[\\w$]+)*(?:\\[(?:"[^"]+"|\'[^\']+\'|`[^`]+`)\\])*[?!]?';
const ASSIGNED = new RegExp(`^(${MODIFIERS})(${NAME})\\s*(?:=(?![=>~])|:(?=\\s))\\s*(.+)$`);
const NO_NAME =
  /^(?:else|default|case|try|finally|return|if|for|while|switch|match|when|with|elif|except|lambda|yield|await)$/;
/** Where a key may stand several times, each time meant. */
const SEVERAL = /^(?:Environment|After|Before|Wants|Requires|ExecStart\w*|ExecStop\w*|ALTER|Host|Match)$/;

const given = (line: string): { readonly name: string; readonly value: string } | undefined => {
  const found = ASSIGNED.exec(line);
  const [, , name = '', value = ''] = found ?? [];
  // `_` is what is thrown away.
  if (!found || name === '_' || NO_NAME.test(name) || SEVERAL.test(name)) return undefined;
  // A selector, a block or a list that begins here is no value of its own.
  return /[{([\\]$/.test(value) && !/^["'`]/.test(value) ? undefined : { name, value };
};

/** Between two values of one name nobody asks for it, and the second does not build on the first. */
const isOverwritten = ({ lines, first, second }: Pair): boolean => {
  const [some, other] = [first, second].map((at) => given((lines[at] ?? '').trim()));
  if (!some || !other || some.value === other.value) return false;
  const bare = some.name.replace(/^[$@-]+|["']|[?!]$/g, '');
  const mentions = (text: string) => text.includes(bare);
  if (mentions(other.value)) return false;
  const between = lines.slice(first + 1, second);
  // A member may be asked by whatever is given its object, or was before: a mock is set up for one call after another.
  const owner = /^(.+)(?:\.|->|::)[^.>:]+$/.exec(bare)?.[1];
  if (owner !== undefined && between.some((text) => text.includes(owner) || /[\w$]\(/.test(text))) return false;
  return !between.some(mentions);
};

const nameIn = (line: string) => {
  const name = given(line)?.name;
  return name === undefined ? none : one(name.replace(/["'?!]/g, ''), name);
};

/** Where no grammar reads the file. */
const setting: ClaimReader = {
  what: 'name',
  isFor: ({ path, language }) => language === undefined && (CODE.test(path) || SETTINGS.test(path)),
  read: nameIn,
  isIn: isOverwritten,
  ends: ENDS,
};

/** Statements; the keys of objects, the arguments of calls and attributes are read by grammars. */
const assigned = (isFor: ClaimReader['isFor'], statement: RegExp): ClaimReader => ({
  what: 'name',
  isFor,
  read: (line) => (statement.test(line) ? nameIn(line) : none),
  isIn: isOverwritten,
  ends: ENDS,
});

const statements: readonly ClaimReader[] = [
  assigned(
    ({ path, language }) => language !== undefined && language !== 'bash' && CODE.test(path),
    /^[^=]*\s=\s.*[^,]$/,
  ),
  // What stands before a command is given to that command alone.
  assigned(
    ({ language }) => language === 'bash',
    /^(?:(?:export|local|readonly)\s+)?\w+=(?:"[^"]*"|'[^']*'|[^\s"']+)\s*(?:#.*)?$/,
  ),
];

// ---------------------------------------------------------------------------------------- dependencies without a grammar

const dependency = (isFor: ClaimReader['isFor'], pattern: RegExp): ClaimReader => ({
  what: 'dependency',
  isFor,
  read: (line) => {
    const name = pattern
      .exec(line)
      ?.slice(1)
      .find((part) => part !== undefined);
    return name === undefined ? none : one(name);
  },
  ends: ENDS,
});

const PYTHON_PIN = /^["']([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:[=<>~!]=|[<>])[^;"']*["'],?$/;

const dependencies: readonly ClaimReader[] = [
  dependency(fileOf(/(?:^|\/)(?:pyproject\.toml|setup\.py|noxfile\.py)$/), PYTHON_PIN),
  dependency(fileOf(/(?:^|\/)setup\.cfg$/), /^([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:[=<>~!]=|[<>])[^;]*$/),
  dependency(fileOf(/(?:^|\/)environment[^/]*\.ya?ml$/), /^-\s+([A-Za-z][\w.-]*)\s*(?:[=<>]=?)\s*\S+$/),
  dependency(fileOf(/(?:^|\/)Gemfile$/, /\.gemspec$/, /(?:^|\/)Podfile$/), /^(?:gem|pod)\s+["']([^"']+)["']\s*,/),
  dependency(fileOf(/(?:^|\/)mix\.exs$/), /^\{:(\w+),\s*["'~]/),
  dependency(fileOf(/\.sbt$/, /(?:^|\/)Dependencies\.scala$/), /^("[\w.-]+"\s*%%?%?\s*"[\w.-]+")\s*%\s*[^%]+,?$/),
  dependency(fileOf(/(?:^|\/)Package\.swift$/), /^\.package\(\s*(?:name:\s*"[^"]*"\s*,\s*)?url:\s*"([^"]+)"/),
];

// --------------------------------------------------------------------------------------- options, routes and definitions

/** @param nameOf what of the key is told. */
const registered = (
  isFor: ClaimReader['isFor'],
  pattern: RegExp,
  isIn?: ClaimReader['isIn'],
  nameOf = (key: string): string => key,
): ClaimReader => ({
  what: 'name',
  isFor,
  read: (line) => {
    const key = pattern.exec(line)?.[1];
    return key === undefined ? none : one(key, nameOf(key));
  },
  ends: ENDS,
  ...(isIn ? { isIn } : {}),
});

/** Attributes of one pattern add up; only where both lines say one of them does the later win. */
function isSetAnew({ lines, first, second }: Pair): boolean {
  const attributes = (at: number) =>
    new Map(
      (lines[at] ?? '')
        .trim()
        .split(/\s+/)
        .slice(1)
        .map((said) => [said.replace(/^[-!]|=.*$/g, ''), said]),
    );
  const [some, other] = [attributes(first), attributes(second)];
  return [...some].some(([name, said]) => other.has(name) && other.get(name) !== said);
}

const portsHead = ({ head }: Pair): boolean => /^(?:-\s+)?ports:$/.test(head());

const SQL_MADE =
  /^create\s+(?:or\s+replace\s+)?(?:(?:unique|fulltext|spatial|clustered|nonclustered|materialized|global|local|temp(?:orary)?)\s+)*((?:table|view|index|sequence|type|domain|schema|database|role|user|extension|trigger)\s+)(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?(["`[]?[A-Za-z_][\w.]*)/i;
const made: ClaimReader = {
  what: 'name',
  isFor: fileOf(/\.(?:sql|ddl|psql|pgsql|mysql|hql)$/i),
  read: (line) => {
    const [, kind = '', name = ''] = SQL_MADE.exec(line) ?? [];
    const bare = name.replace(/^["`[]/, '');
    return bare === '' ? none : one(`${kind} ${bare}`.toLowerCase().replace(/\s+/g, ' '), bare);
  },
  // What makes it anew begins with what takes it away.
  ends: /^drop\s/i,
};

const registrations: readonly ClaimReader[] = [
  made,
  registered(
    fileOf(/\.py$/),
    /^(@?(?:\w+\.)*(?:add_argument|add_option|option|argument)\(\s*["'](?:-{1,2}[\w-]+|[A-Z_]+)["'])/,
    undefined,
    (said) => /["']([^"']+)["']$/.exec(said)?.[1] ?? said,
  ),
  registered(fileOf(/\.[cm]?[jt]s$/), /^(?:\w+)?\.(?:option|requiredOption)\(\s*["'`](-{1,2}[\w-]+)/),
  registered(
    fileOf(/\.go$/),
    /^(?:\w+\s*:?=\s*)?(?:flag|flags|pflag|fs|cmd\.(?:Persistent)?Flags\(\))\.(?:\w+)\(\s*(?:&[\w.]+,\s*)?("[\w.-]+")\s*,/,
  ),
  registered(fileOf(/(?:^|\/)CMakeLists\.txt$/, /\.cmake$/), /^set\(\s*([A-Za-z_]\w*)\s+[^$]*\)$/),
  registered(fileOf(/\.php$/), /^define\(\s*(["'][^"']+["'])\s*,/),
  registered(fileOf(/\.(?:h|hpp|hh|c|cc|cpp)$/), /^#\s*define\s+([A-Za-z_]\w*)\s+\S/),
  registered(fileOf(/(?:^|\/)routes\.rb$/), /^((?:get|post|put|patch|delete)\s+["'][^"']+["'])/),
  registered(fileOf(/\.proto$/), /^(rpc\s+\w+)\s*\(/),
  registered(fileOf(/\.prisma$/), /^([a-z]\w*)\s+[A-Z]\w*(?:\[\])?\??(?:\s+@.*)?$/),
  registered(fileOf(/\.dart$/), /^(?:(?:late|final|const|static)\s+)+[\w<>?, ]+\s(\w+);$/),
  registered(fileOf(/\.snap$/), /^exports\[(`[^`]+`)\]/),
  registered(fileOf(/\.bib$/), /^@\w+\{\s*([^,\s]+),/),
  registered(fileOf(/(?:^|\/)\.gitattributes$/), /^([^\s#]+)\s+\S/, isSetAnew),
  registered(fileOf(/\.ya?ml$/), /^-\s+["']?((?:\d+\.\d+\.\d+\.\d+:)?\d+):\d+/, portsHead),
  registered(fileOf(DOCKER), /^(CMD|ENTRYPOINT|HEALTHCHECK)\b/),
  registered(fileOf(/\.kts?$/), /^(is\s+[\w.]+)\s*->/),
  registered(fileOf(/\.php$/), /->name\(\s*(["'][^"']+["'])\s*\);$/),
  registered(fileOf(/\.cs$/), /^\w+\.Add(?:Scoped|Singleton|Transient)<(\w+)\s*[,>]/),
  registered(fileOf(/\.[cm]?[jt]sx?$/), /^(?:await\s+)?(\w+\.(?:listen|render))\(/),
  registered(
    fileOf(CODE),
    /^(?:await\s+)?[\w.$]+\.(?:publish|emit|dispatch|enqueue|track)\(\s*(["'`][\w.:/-]+["'`])\s*,/,
  ),
  // A chain that sets one thing to two numbers; what adds something each time is none.
  registered(
    fileOf(CODE),
    /^\.((?!(?:add|append|push|put|plus|minus|skip|index|get|at|eq|and|or|then)(?![a-z]))[a-z]\w*)\((?:-?\d[\w.]*|true|false)\)[,;]?$/,
  ),
  registered(
    fileOf(/\.conf$/),
    /^((?:add_header|proxy_set_header)\s+\S+|\w+_(?:size|timeout|buffers?|level)|root|index|expires|charset|proxy_pass)\s[^{]*;$/,
  ),
  registered(fileOf(/(?:^|\/)Procfile$/), /^([\w-]+):\s/),
  registered(fileOf(/(?:^|\/)CODEOWNERS$/), /^([^\s#]+)\s+@/),
  registered(fileOf(/\.service$/), /^(ExecStart|Type|User|Group|Restart|WorkingDirectory)=/),
  // The letter by which an option goes, wherever its line says it.
  registered(fileOf(CODE), /(?:option|Option|argument|flags?|Flags?|VarP|[a-z]P)\b.*?\(.*?["'](-[A-Za-z])["', ]/),
  registered(fileOf(/(?:^|\/)_redirects$/), /^(\/\S*)\s+\S/),
  // One object to a line, told apart by what it begins with.
  registered(fileOf(/\.jsonc?$/), /^\{\s*"(?:id|_id|uuid|sku|slug|code|key)"\s*:\s*("[^"]*"|\d+)\s*,/),
  registered(fileOf(/\.xml$/, /\.res[xw]$/, /\.config$/), /^(<(?:string|data|add|item)\s+(?:name|key)="[^"]*")/),
];

export const nameReaders: readonly ClaimReader[] = [setting, ...statements, ...dependencies, ...registrations];
