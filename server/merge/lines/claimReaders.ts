/** What one line takes that no other line of its list may take as well: by kind of file, and only what is written out. */
import type { LanguageId } from '../../syntax/languages.ts';
import { nameReaders } from './nameReaders.ts';

export type ClaimKind =
  | 'column'
  | 'row'
  | 'route'
  | 'dependency'
  | 'case'
  | 'id'
  | 'flag'
  | 'number'
  | 'condition'
  | 'update'
  | 'call'
  | 'name';

export interface File {
  readonly path: string;
  readonly language: LanguageId | undefined;
}

/** Two lines with what stands around them. `head`: what opens their list. */
export interface Pair {
  readonly head: () => string;
  readonly lines: readonly string[];
  readonly first: number;
  readonly second: number;
}

export interface ClaimReader {
  readonly what: ClaimKind;
  readonly isFor: (file: File) => boolean;
  /** @param line without white space around it. `name` is for people; equal keys take the same. */
  readonly read: (line: string) => readonly { readonly key: string; readonly name: string }[];
  /** Whether two lines stand where only one may. Absent: everywhere. */
  readonly isIn?: (pair: Pair) => boolean;
  /** What stands between two lines of the same depth and makes them two lists. */
  readonly ends?: RegExp;
}

const one = (key: string, name = key) => [{ key, name }];
const none: readonly never[] = [];
const named =
  (...patterns: readonly RegExp[]) =>
  ({ path }: File) =>
    patterns.some((pattern) => pattern.test(path));
const inLanguages = (...ids: readonly LanguageId[]) => {
  const known = new Set<string | undefined>(ids);
  return ({ language }: File) => language !== undefined && known.has(language);
};

// ------------------------------------------------------------------------------------------------------------------ SQL

const NO_COLUMN =
  /^(?:primary|foreign|unique|constraint|key|index|check|like|exclude|partition|period|fulltext|spatial|references|on|and|or|as|select|from|where|values|insert|create|alter|drop|set|default|not|comment|using|with|when|case|then|else|end|union|join|left|inner|group|order)$/i;

const column: ClaimReader = {
  what: 'column',
  isFor: named(/\.(?:sql|ddl|psql|pgsql|mysql|hql)$/i),
  read: (line) => {
    const found = /^(["`[]?)([A-Za-z_]\w*)["`\]]?\s+[A-Za-z]\w*\b[^;]*$/.exec(line);
    const name = found?.[2] ?? '';
    return name === '' || (found?.[1] === '' && NO_COLUMN.test(name)) ? none : one(name.toLowerCase(), name);
  },
  isIn: ({ head }) => /^create\s+(?:\w+\s+)*table\b.*\($/i.test(head()),
};

/** A column that is added to a table, in a statement of its own line. */
const ADDS =
  /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w.`"[\]]+)\s+add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?["`[]?([A-Za-z_]\w*)["`\]]?\s/i;
const added: ClaimReader = {
  what: 'column',
  isFor: named(/\.(?:sql|ddl|psql|pgsql|mysql|hql)$/i),
  read: (line) => {
    const [, table = '', name = ''] = ADDS.exec(line) ?? [];
    return name === '' || NO_COLUMN.test(name) ? none : one(`${table}.${name}`.toLowerCase(), name);
  },
};

/** Rows of one statement each, by their first value, where the others of the table differ in it: it is what tells rows apart. */
const INSERT = /^insert\s+into\s+([\w.`"[\]]+)\s*(\([^)]*\))?\s*values\s*\(\s*(\d+|'[^']*')\s*,/i;
const row: ClaimReader = {
  what: 'row',
  isFor: named(/\.(?:sql|ddl|psql|pgsql|mysql|hql)$/i),
  read: (line) => {
    const [, table, columns = '', value] = INSERT.exec(line) ?? [];
    if (table === undefined || value === undefined) return none;
    const key = columns === '' ? '' : (/^\(\s*["`[]?(\w+)/.exec(columns)?.[1] ?? '').toLowerCase();
    return columns !== '' && key !== 'id' ? none : one(`${table}(${key}) ${value}`, `${value} of ${table}`);
  },
  isIn: ({ lines, first, second }) => {
    const table = (at: number) => INSERT.exec((lines[at] ?? '').trim());
    const own = table(first)?.[1];
    const others = lines.flatMap((_, at) => {
      const found = at === first || at === second ? null : table(at);
      return found?.[1] === own && found?.[3] !== undefined ? [found[3]] : [];
    });
    return others.length > 0 && new Set(others).size === others.length;
  },
};

// --------------------------------------------------------------------------------------------------------------- routes

const VERBS = '(?:get|post|put|patch|delete|options|head|all)';
/** A server's router, not a client that asks one. */
export const ROUTER =
  '(?:app|router|routes|route|server|mux|fastify|r|e|engine|web|blueprint|bp|\\w*(?:Router|Routes|App|Mux|_router|_app|_bp))';

export const calledRoute = new RegExp(
  `^(?:await\\s+)?(${ROUTER})\\.(${VERBS})\\(\\s*(["'\`])(/[^"'\`$]*)\\3\\s*,`,
  'i',
);
const decoratedRoute = new RegExp(
  `^@(${ROUTER}|api)\\.(${VERBS}|route)\\(\\s*(["'])([^"']*)\\3\\s*(?:,\\s*(.*))?\\)$`,
  'i',
);
const handledRoute = /^(?:\w+\.)?(Handle|HandleFunc)\(\s*(["`])([^"`]+)\2\s*,/;
const mappedRoute = /^(\w+)\.(Map(?:Get|Post|Put|Delete|Patch))\(\s*(")([^"]*)\3\s*,/;
const springRoute = /^@(Get|Post|Put|Delete|Patch)Mapping\(\s*(?:(?:value|path)\s*=\s*)?"([^"]*)"\s*\)$/;
const netRoute = /^\[Http(Get|Post|Put|Delete|Patch)\(\s*"([^"]*)"\s*\)\]$/;
const laravelRoute = /^Route::(get|post|put|patch|delete|any)\(\s*(['"])([^'"]*)\2\s*,/;
const djangoRoute = /^(?:re_)?(path)\(\s*r?(['"])([^'"]+)\2\s*,(?!\s*include\b)/;
const matcher =
  /^\.((?:ant|mvc|request|server)?[mM]atch(?:ers?)?|pathMatchers|securityMatcher)\(\s*(?:HttpMethod\.(\w+)\s*,\s*)?"([^"]*)"\s*\)/;

const route: ClaimReader = {
  what: 'route',
  isFor: inLanguages('typescript', 'tsx', 'javascript', 'java', 'kotlin', 'python', 'go', 'csharp', 'php', 'ruby'),
  read: (line) => {
    const called = calledRoute.exec(line) ?? mappedRoute.exec(line);
    if (called) return one(`${called[1]}.${called[2]} ${called[4]}`, `${called[2]} ${called[4]}`);
    const decorated = decoratedRoute.exec(line);
    if (decorated)
      return one(`${decorated[1]}.${decorated[2]} ${decorated[4]} ${decorated[5] ?? ''}`, decorated[4] ?? '');
    const handled = handledRoute.exec(line);
    if (handled) return one(`handle ${handled[3]}`, handled[3]);
    const mapped = springRoute.exec(line) ?? netRoute.exec(line);
    if (mapped) return one(`${mapped[1]} ${mapped[2]}`, `${mapped[1]} ${mapped[2]}`);
    const listed = laravelRoute.exec(line) ?? djangoRoute.exec(line);
    if (listed) return one(`${listed[1]} ${listed[3]}`, listed[3]);
    const matched = matcher.exec(line);
    return matched ? one(`match ${matched[2] ?? ''} ${matched[3]}`, matched[3]) : none;
  },
};

// --------------------------------------------------------------------------------------------------------- dependencies

const CONFIGURATION =
  '(?:api|implementation|compile|compileOnly|runtime|runtimeOnly|provided|classpath|annotationProcessor|kapt|ksp|\\w*(?:Api|Implementation|Compile|CompileOnly|Runtime|RuntimeOnly))';
const gradle = new RegExp(`^(${CONFIGURATION})\\s*\\(?\\s*(["'])([\\w.-]+:[\\w.-]+):([^"':]+)(?::\\w+)?(?:@\\w+)?\\2`);
/** One version may be given to the compiler and to what runs. */
const gradleDependency: ClaimReader = {
  what: 'dependency',
  isFor: named(/\.gradle(?:\.kts)?$/),
  read: (line) => {
    const coordinates = gradle.exec(line)?.[3];
    return coordinates === undefined ? none : one(coordinates);
  },
  isIn: ({ lines, first, second }) => {
    const [some, other] = [first, second].map((at) => gradle.exec((lines[at] ?? '').trim()));
    return some?.[1] === other?.[1] || some?.[4] !== other?.[4];
  },
};

/** Two may be meant for two Pythons: what has a condition is left out. */
const pythonDependency: ClaimReader = {
  what: 'dependency',
  isFor: named(/(?:^|\/)(?:requirements|constraints)[^/]*\.txt$/i, /(?:^|\/)requirements\/[^/]+\.txt$/),
  read: (line) => {
    const name = /^([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:(?:[=<>~!]=|[<>])[^;]*)?$/.exec(line)?.[1];
    return name === undefined ? none : one(name.toLowerCase().replace(/[-_.]+/g, '-'), name);
  },
};

const netDependency: ClaimReader = {
  what: 'dependency',
  isFor: named(/\.(?:cs|fs|vb)proj$/),
  read: (line) => {
    const name = /^<PackageReference\s+Include="([^"]+)"(?![^>]*\bCondition=)/.exec(line)?.[1];
    return name === undefined ? none : one(name.toLowerCase(), name);
  },
};

const goDependency: ClaimReader = {
  what: 'dependency',
  isFor: named(/(?:^|\/)go\.mod$/),
  read: (line) => {
    const name = /^(?:require\s+)?([a-z][\w-]*\.[\w./-]+)\s+v\d\S*(?:\s+\/\/.*)?$/.exec(line)?.[1];
    return name === undefined ? none : one(name);
  },
  // More than one version of a module may be excluded.
  isIn: ({ head }) => !/^(?:exclude|retract|replace)\b/.test(head()),
};

// ------------------------------------------------------------------------------------------------- labels, ids and flags

const shellCase: ClaimReader = {
  what: 'case',
  isFor: inLanguages('bash'),
  read: (line) => {
    const found = /^\(?((?:["']?[\w.*?+-]+["']?)(?:\s*\|\s*["']?[\w.*?+-]+["']?)*)\)(?:\s|$)/.exec(line);
    const labels = found?.[1]?.split('|').map((label) => label.trim().replace(/["']/g, '')) ?? none;
    return labels.map((label) => ({ key: label, name: label }));
  },
  isIn: ({ head }) => /^case\b.*\bin$/.test(head()),
  ends: /^(?:case\b|esac\b)/,
};

/** A template may write one of two. */
const id: ClaimReader = {
  what: 'id',
  isFor: inLanguages('html'),
  read: (line) => {
    const name = /^<[a-z][\w-]*\b[^>]*\sid="([A-Za-z][\w-]*)"/.exec(line)?.[1];
    return name === undefined ? none : one(name);
  },
  isIn: ({ lines, first, second }) => !lines.slice(first, second).some((line) => /\{%|<%|<\?|\{\{|@if|#if/.test(line)),
};

const SHIFT =
  /^(?:#\s*define\s+)?(?:[\w<>:]+\s+)*?([A-Za-z_]\w*)\s*(?:=|:=|\s|\()\s*\(?\s*(?:\(\w+\)\s*)?1[uUlL]*\s*<<\s*(\d+)\s*\)?[,;)]*(?:\s*(?:\/[/*].*|#.*))?$/;
const flag: ClaimReader = {
  what: 'flag',
  isFor: ({ language }) => language !== undefined,
  read: (line) => {
    const bit = SHIFT.exec(line)?.[2];
    return bit === undefined ? none : one(`1 << ${bit}`);
  },
  // The flags beside them are each another bit.
  isIn: ({ lines, first, second }) => {
    const bits: string[] = [];
    const gather = (from: number, step: 1 | -1) => {
      for (let at = from; at >= 0 && at < lines.length && Math.abs(at - from) < 12; at += step) {
        const bit = SHIFT.exec((lines[at] ?? '').trim())?.[2];
        if (bit !== undefined) bits.push(bit);
      }
    };
    gather(first - 1, -1);
    gather(second + 1, 1);
    return bits.length > 0 && new Set(bits).size === bits.length;
  },
};

/**
 * The second value of an enumeration, where one line does not tell what form its numbers take: longer ones are read by their order
 * (numbers.ts). By what opens the list, in languages that let a number stand twice.
 */
const VALUE = /^([A-Za-z_]\w*)(?:\s+[A-Za-z_]\w*)?\s*=\s*(\d+)\s*(?:(?:#|\/\/).*)?$/;
const second: ClaimReader = {
  what: 'number',
  isFor: inLanguages('python', 'go'),
  read: (line) => {
    const value = VALUE.exec(line)?.[2];
    return value === undefined ? none : one(String(Number(value)));
  },
  isIn: ({ head, lines, first, second: last }) => {
    if (!/^const\s*\($|^class\s+\w+\(.*(?:Enum|Flag|Choices)\b.*\):$/.test(head())) return false;
    const valueAt = (at: number) => VALUE.exec((lines[at] ?? '').trim())?.[2];
    const [above, before] = [valueAt(first - 1), valueAt(first - 2)];
    const isAlone = before === undefined && valueAt(last + 1) === undefined;
    return isAlone && above !== undefined && Number(above) + 1 === Number(valueAt(first));
  },
};

// ------------------------------------------------------------------------------------------------- conditions and updates

const condition: ClaimReader = {
  what: 'condition',
  isFor: ({ language }) => language !== undefined,
  read: (line) => {
    const found = /^(?:\}\s*)?(?:else\s*if|elif|elsif|elseif)\b\s*(.+?)\s*(?:[:{]|\bthen)?$/.exec(line);
    const text = found?.[1]?.replace(/\s+/g, ' ');
    return text === undefined ? none : one(text);
  },
  ends: /^(?:(?:\}\s*)?if\b|else\s*[:{]?$)/,
};

/** What one variable is made smaller or larger by, in a row of statements. */
const update: ClaimReader = {
  what: 'update',
  isFor: ({ language }) => language !== undefined,
  read: (line) => {
    const [, target, sign, by] = /^([\w.[\]>-]*\w\]?)\s*([-+])=\s*([A-Za-z_][\w.]*)\s*;?$/.exec(line) ?? [];
    if (target !== undefined && by !== undefined) return one(`${target} ${sign} ${by}`, `${target} ${sign}= ${by}`);
    const long = /^([\w.]+)\s*=\s*([\w.]+)\s*([-+])\s*([A-Za-z_][\w.]*)\s*;?$/.exec(line);
    if (!long || long[1] !== long[2]) return none;
    return one(`${long[1]} ${long[3]} ${long[4]}`, `${long[1]} ${long[3]}= ${long[4]}`);
  },
  ends: /^(?:else\b|\}|case\b|default\b|elif\b|return\b|break\b|if\b|for\b|while\b|#\s*(?:if|else|endif))/,
};

/** What reaches people or their money, done for one thing: `sendMail(order.user)`. */
const DEED =
  /^(?:await\s+)?((?:[\w$]+\.)*(?:send|charge|pay|bill|debit|credit|refund|transfer|withdraw|deposit|e?mail)(?=[A-Z_(])\w*)\(\s*([A-Za-z_$][\w$]*)(?=[.,)\s])/;
const deed: ClaimReader = {
  what: 'call',
  isFor: ({ language }) => language !== undefined,
  read: (line) => {
    const [, called = '', given = ''] = DEED.exec(line) ?? [];
    return called === '' ? none : one(`${called}(${given}`, called);
  },
  ends: /^(?:else\b|\}|case\b|default\b|elif\b|return\b|break\b|if\b|for\b|while\b)/,
};

export const claimReaders: readonly ClaimReader[] = [
  ...[column, added, row, route, gradleDependency, pythonDependency, netDependency, goDependency],
  ...[shellCase, id, flag, second, condition, update, deed],
  ...nameReaders,
];
