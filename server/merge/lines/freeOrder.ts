/**
 * Whether the order of what both sides added at one place says nothing: imports, declarations, entries with keys of their own, cases
 * of values, routes under texts of their own. What is not known to be free of order is a statement, a step or a pattern, of which the
 * first may decide what the second does; neither side asked which comes first. Read from lines, in any format.
 */
import { depthOf, PROGRAM, type Row, statementsIn } from './rows.ts';

const LINE = 400;

/** Every pair of statements of both sides, in each row. @param rows what each side wrote, right behind each other. */
export function isFreeOfOrder(rows: readonly Row[], path: string): boolean {
  const kind = kindOf(path);
  return rows.every(([some, others]) => {
    const [first, second] = [read(some, kind), read(others, kind)];
    return first.every((one) => second.every((other) => areFree(one, other)));
  });
}

type Kind = 'program' | 'prose' | 'ignored' | 'keys' | 'yaml' | 'xml' | 'style' | 'sql' | 'schema' | 'docker' | 'other';

/** The first that a path fits: `requirements.txt` names packages, and is no prose. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/(?:^|\/)(?:requirements|constraints)[\w.-]*\.txt$|(?:^|\/)\.\w*env[.\w]*$/i, 'keys'],
  [/\.(?:json[c5]?|toml|ini|cfg|conf|properties|tf|tfvars|hcl)$/i, 'keys'],
  [PROGRAM, 'program'],
  [/\.(?:md|mdx|rst|txt|adoc|markdown)$|(?:^|\/)(?:CHANGES|CHANGELOG|NEWS|AUTHORS|CONTRIBUTORS)$/i, 'prose'],
  [/(?:^|\/)\.(?:git|docker|npm|eslint|prettier|helm)ignore$/, 'ignored'],
  [/\.ya?ml$/i, 'yaml'],
  [/\.(?:\w+proj|props|targets|resx|xlf|nuspec|xml|xsd)$/i, 'xml'],
  [/\.(?:css|scss|sass|less|styl)$/i, 'style'],
  [/\.sql$/i, 'sql'],
  [/\.(?:graphqls?|gql|proto|thrift|avdl|prisma)$/i, 'schema'],
  [/(?:^|\/)(?:Docker|Container)file(?:\.\w+)?$|\.dockerfile$/i, 'docker'],
];

const kindOf = (path: string): Kind => KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';

interface One {
  /** `case` and `call` are free beside another of their kind with another value, or another text of its own. */
  readonly what: 'free' | 'case' | 'call' | 'ordered';
  readonly key?: string;
  readonly callee?: string;
}

const COMMENT = /^(?:\/\/|\/?\*|#(?!\s*include|!?\[)|--(?![\w-])|<!--|;)/;

/** What goes on from a line above it: `} catch (…) {`, `else if`. */
const GOES_ON = /^(?:[)}\]]\s*)?(?:else|elif|elsif|elseif|catch|except|rescue|finally|ensure)\b/;

function read(lines: readonly string[], kind: Kind): One[] {
  const depth = Math.min(...lines.map(depthOf));
  const goesOn = lines.find((line) => depthOf(line) === depth && GOES_ON.test(line.trim()));
  if (goesOn !== undefined && kind !== 'prose') return [{ what: 'ordered' }];
  return statementsIn(lines).flatMap((parts): One[] => {
    const [head = ''] = parts;
    const isComment =
      COMMENT.test(head) && kind !== 'prose' && kind !== 'ignored' && !(kind === 'other' && head.startsWith('*'));
    return head === '' || isComment ? [] : [readOne(head, parts, kind)];
  });
}

function readOne(head: string, parts: readonly string[], kind: Kind): One {
  if (kind === 'program') return head.length > LINE ? { what: 'ordered' } : readStatement(head, parts);
  return { what: isEntry(head, parts, kind) ? 'free' : 'ordered' };
}

/** A key of its own and what it is given. */
const KEYED = /^(?:["'][^"']+["']|[\p{L}_$][\w$.@/-]*)\s*(?::(?!:)|=(?![=>~]))/u;
/** A package and its version, a table of TOML, a block of Terraform, a text in a list that is no pattern. */
const LISTED =
  /^[\w.-]+(?:\[[\w,-]+\])?\s*(?:[=<>~!]=|$)|^\[+[\w."-]+\]+$|^(?:resource|variable|output|data|module|locals|provider)\b|^["'][^"'*!]*["'],?$/;
const COLUMN = /^["`[]?\w+["`\]]?\s+\w+(?:\s*\([\d, ]+\))?(?:\s+[\w() ',.]+)?,?$/;
const SQL_WORD =
  /^(?:WHEN|SELECT|INSERT|UPDATE|DELETE|DROP|ALTER|CREATE|GRANT|REVOKE|AND|OR|WHERE|JOIN|LEFT|INNER|ORDER|GROUP|SET|BEGIN|COMMIT|TRUNCATE|CALL|EXEC|WITH|UNION|ELSE|CASE)\b/i;

function isEntry(head: string, parts: readonly string[], kind: Kind): boolean {
  switch (kind) {
    case 'prose':
    case 'xml':
    case 'style':
      return true;
    case 'ignored':
      return !head.startsWith('!');
    case 'keys':
      return KEYED.test(head) || LISTED.test(head);
    case 'yaml':
      return KEYED.test(head) || isSettingInList(parts) || /^-\s+["']?[\w@./-]+["']?$/.test(head);
    case 'schema':
      return !head.startsWith('extend ');
    case 'docker':
      return /^(?:ENV|LABEL|EXPOSE|ARG)\s/i.test(head);
    case 'sql':
      return COLUMN.test(head) && !SQL_WORD.test(head);
    default:
      // Not the targets of a Makefile nor the labels of a script.
      return KEYED.test(head) && !/^\w+:(?:\s*\w*)?$/.test(head);
  }
}

/** An entry by its name, of a list of settings: not a step, which runs or uses something. */
const isSettingInList = ([head = '', ...rest]: readonly string[]): boolean =>
  /^-\s+(?:name|key|id|port|containerPort|secretRef|configMapRef|mountPath)\s*:/.test(head) &&
  rest.every((line) => SETTING.test(line));
const SETTING =
  /^(?:value|valueFrom|secretKeyRef|configMapKeyRef|key|name|port|targetPort|containerPort|nodePort|protocol|mountPath|readOnly|optional|subPath|emptyDir|secret|secretName|configMap|persistentVolumeClaim|claimName)\s*:/;

// -------------------------------------------------------------------------------------------------------------- programs

const MODIFIERS =
  '(?:(?:export|default|public|private|protected|internal|static|abstract|async|override|virtual|sealed|readonly|final|const|pub(?:\\([a-z]+\\))?|unsafe|open|inline|suspend|declare|extern|partial|data|required|lateinit)\\s+)*';
const IMPORT =
  /^(?:import\s+(?!["'(])|from\s+[\w.]+\s+import\b|using\s+[\w.]+(?:\s*=.*)?;|use\s+[\w\\:]|pub\s+use\b|#\s*include\b|package\b|export\s+(?:\*|\{|type\s*\{))/;
const DECLARED = new RegExp(
  `^${MODIFIERS}(?:(?:func|fn|fun|def|class|interface|enum|struct|impl|trait|typedef)\\b(?!\\s*[.=]|\\()|(?:function|constructor)\\b(?!\\s*[.=])|template\\s*<|(?:type|namespace|record|object|mod|module)\\s+[\\w$"'])`,
);
const MEMBER = /^(?:public|private|protected|internal|readonly|pub)\b(?!.*\bawait\b)/;
const EXPORTED = /^(?:export\s+(?:declare\s+)?(?:const|let|var)\b|(?:static|final)\s+\w)/;
const DECORATED = /^(?:@|#!?\[|\[[A-Z]\w*)/;
/** `void run(int n) {`: a method or a function of languages without a word for it. */
const DEFINED =
  /^(?!(?:if|for|foreach|while|switch|match|try|catch|with|using|lock|unless|until|do|synchronized|return|await|throw|new|yield|delete|go|defer|raise|else)\b)(?:[\w<>[\],.?*&:~]+\s+)*[\w$~]+\s*\([^;]*\)\s*(?:(?:const|noexcept|throws\s[\w., ]+|:\s*[\w<>[\] |.]+|->\s*[\w<>[\] |.&]+)\s*)?\{$/;
/** A field of a struct of Go, of an enumeration, a name in a list. */
const FIELD =
  /^[A-Z]\w*\s+[\w.*[\]]+(?:\s+`[^`]*`)?$|^[A-Z]\w*(?:\([\w<>, &'.:]*\)|\s*\{[\w<>, &'.:]*\})?[,;]?$|^[a-z_]\w*,$|^(?:[\w.]+\s+)?"[\w./-]+"$/;
const LOGS = /^(?:[\w$]+\.)*(?:console|log|logger|logging|LOG|LOGGER|fmt|print\w*|trace|debug)\b[^=]*\(/;
const VALUE =
  /^case\s+(?:\.\w+(?:,|:)|["'][^"'*]*["']|-?\d+|[\w$]+(?:(?:\.|::)[\w$]+)*)\s*(?::|->)|^["'][^"'*]*["']\s*(?:=>|->)|^[\w$]+(?:(?:\.|::)[\w$]+)+\s*(?:=>|->)/;
/** A member that a constructor gives: a column, a field of a form. */
const GIVEN = /^(\w+)\s*(?::\s*[\w.[\]]+\s*)?=\s*(?:(\w+)\.)?[A-Z]\w*\(/;
/** What registers something under a text of its own: a route, an option, a test. */
const CALLED =
  /^([.\w$]+)!?\(\s*(["'`])([^"'`*\s]*)\2\s*(?:,|\))|^((?:\w+\.)*(?:it|test|describe|context|specify|suite|Run))\(\s*(["'`])(.*?)\5\s*,/;
const METHOD = /\.(?:get|post|put|patch|delete)$/i;

function registeredIn(head: string, parts: readonly string[]): One | undefined {
  const [all, callee, , key, test, , name] = CALLED.exec(head) ?? [];
  if (all === undefined || parts.join(' ').length === all.length || callee?.endsWith('.use')) return undefined;
  return { what: 'call', key: key ?? name ?? '', callee: (callee ?? test ?? '').replace(METHOD, '.') };
}

function readStatement(head: string, parts: readonly string[]): One {
  const called = registeredIn(head, parts);
  if (called) return called;
  const given = GIVEN.exec(head);
  if (given) return { what: 'call', key: given[1] ?? '', callee: `= ${given[2] ?? ''}` };
  if (VALUE.test(head)) return { what: 'case', key: head };
  const isFree =
    IMPORT.test(head) ||
    DECLARED.test(head) ||
    MEMBER.test(head) ||
    EXPORTED.test(head) ||
    DECORATED.test(head) ||
    FIELD.test(head) ||
    LOGS.test(head) ||
    DEFINED.test(head) ||
    /^[\w-]+=(?:\{[^{}]*\}|"[^"]*")$|^\w+=[^=].*,$/.test(head) ||
    (KEYED.test(head) &&
      /^[^=]*:(?!:)/.test(head) &&
      /,$|;$|\{$|\[$/.test(head) &&
      !/^(?:default|else|public|private|case)\b/.test(head));
  return { what: isFree ? 'free' : 'ordered' };
}

function areFree(one: One, other: One): boolean {
  if (one.what === 'ordered' || other.what === 'ordered') return false;
  if (one.what === 'free' && other.what === 'free') return true;
  if (one.what !== other.what || one.key === other.key) return false;
  return one.what === 'case' || one.callee === other.callee;
}
