/**
 * Lines after which another one, right behind, does something else or nothing: what leaves the block, closes what is used, cuts a list
 * before it is sorted out, takes all that comes. By kind of file; astray.ts says whose lines they are.
 */
import type { LanguageId } from '../../syntax/languages.ts';

export interface Ending {
  /** What becomes of the line behind it: "“log(y)” comes behind “return y” WHY". */
  readonly why: string;
  readonly concerns: (line: string) => boolean;
}

interface File {
  readonly path: string;
  readonly language: LanguageId | undefined;
}

type Read = (line: string) => Ending | undefined;

const CODE = new Set<LanguageId>([
  'typescript',
  'tsx',
  'javascript',
  'java',
  'csharp',
  'python',
  'go',
  'rust',
  'c',
  'cpp',
  'kotlin',
  'bash',
  'php',
  'ruby',
]);
const LEAVES =
  /^(?:return|throw|raise|break|continue)(?![\w-]|\s*[:=])|^(?:(?:sys|process|os|System|std::process)(?:\.|::))?[eE]xit(?:\s+\$?\w+)?\s*(?:\(.*\))?;?$/;
const CLOSES =
  /^(?:await\s+)?([A-Za-z_$][\w$]*(?:(?:\.|->)[\w$]+)*?)(?:\.|->)(?:[cC]lose|[dD]ispose|[dD]estroy|[rR]elease|disconnect|free)\(\);?$|^(?:free|fclose|close|delete)(?:\s*\(|\s+)\s*([A-Za-z_]\w*)\s*\)?;?$/;
/** A place that is reached from elsewhere, or something that is no statement. */
const REACHED =
  /^(?:[)}\]]|case\b|default\b|when\b|else\b|elif\b|elsif\b|except\b|catch\b|finally\b|rescue\b|ensure\b|end\b|fi\b|done\b|esac\b|;;|\w+:$|#|@|\[|(?:export|pub|public|private|protected|internal|static|async|def|function|func|fn|fun|class|interface|type|enum|struct|impl|namespace)\b)/;

const unreached = (line: string): boolean => !REACHED.test(line);
const left: Ending = { why: 'and is not reached', concerns: unreached };

/** A first few of a list, before what sorts or sorts out. Of a query that is sent later the order says nothing. */
const CUTS = /^\.(?:slice|limit|take|head|first|skip|drop|Take|Skip)\(.*\)$/;
const SIFTS =
  /^\.(?:filter|where|Where|sort|sorted|sortBy|sort_by|OrderBy|orderBy|distinct|unique|reject|flatMap|flat_map)\b/;
const cut: Ending = { why: 'and sees only those', concerns: (next) => SIFTS.test(next) };

/** Arms of which the first that fits is taken. */
const TAKES_ALL: Partial<Record<LanguageId, { readonly all: RegExp; readonly arm: RegExp }>> = {
  rust: { all: /^_\s*=>/, arm: /=>/ },
  python: { all: /^case\s+_\s*:/, arm: /^case\b/ },
  kotlin: { all: /^else\s*->/, arm: /->/ },
};

const leavingIn = (language: LanguageId): Read => {
  const isPostfix = language === 'ruby';
  const arms = TAKES_ALL[language];
  return (line) => {
    if (LEAVES.test(line)) return isPostfix && /\s(?:if|unless)\s/.test(line) ? undefined : left;
    if (arms?.all.test(line)) return { why: left.why, concerns: (next) => arms.arm.test(next) };
    if (CUTS.test(line)) return cut;
    return closing(line);
  };
};

function closing(line: string): Ending | undefined {
  const found = CLOSES.exec(line);
  const name = found?.[1] ?? found?.[2];
  if (name === undefined) return undefined;
  const uses = new RegExp(`(?<![\\w$.])${name.replace(/[$.]/g, '\\$&')}(?![\\w$])(?!\\s*=[^=])`);
  return { why: ', which closes what it uses', concerns: (next) => !REACHED.test(next) && uses.test(next) };
}

/** `AND` binds before `OR`: what each side meant with its own condition is not what both say. */
const inQuery: Read = (line) => {
  if (/^(?:commit|rollback)(?:\s+\w+)?;$/i.test(line)) return left;
  const own = /^(and|or)\b/i.exec(line)?.[1]?.toLowerCase();
  const other = own === undefined ? undefined : own === 'or' ? /^and\b/i : /^or\b/i;
  return other && { why: 'and is read with it', concerns: (next) => other.test(next) };
};

/** A rule that turns away whatever comes, and another of its chain. */
const inFirewall: Read = (line) => {
  const chain = /^(?:sudo\s+)?ip6?tables\s+-A\s+(\w+)\s+-j\s+(?:DROP|REJECT|ACCEPT)\b/.exec(line)?.[1];
  return chain === undefined
    ? undefined
    : { why: left.why, concerns: (next) => new RegExp(`ip6?tables\\s+-A\\s+${chain}\\b`).test(next) };
};

/** Who may install nothing any more. */
const inImage: Read = (line) =>
  /^USER\s+(?!root\b|0\b)\S+$/.test(line)
    ? { why: ', who may not do it', concerns: (next) => /^RUN\s.*\b(?:apt|apt-get|apk|yum|dnf|microdnf)\b/.test(next) }
    : undefined;

/** How a kind of file is read; undefined where nothing is known of it. */
export function endingFor({ path, language }: File): Read | undefined {
  if (/\.(?:sql|psql|mysql)$/i.test(path)) return inQuery;
  if (/(?:^|\/)(?:[^/]*Dockerfile[^/]*|Containerfile)$/.test(path)) return inImage;
  if (language === undefined || !CODE.has(language)) return undefined;
  const leaving = leavingIn(language);
  return language === 'bash' ? (line) => leaving(line) ?? inFirewall(line) : leaving;
}
