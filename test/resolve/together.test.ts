/** What is right in each side and hardly is together, found in lines: numbers given away twice, bounds that crossed, lines that delete. */
import { describe, expect, it } from 'vitest';
import { checkText } from '../../server/resolve/checkRest.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { resolveFile } from '../../server/resolve/resolve.ts';
import { togetherWarnings } from '../../server/resolve/together.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const services = await loadServices();

/** Ours and theirs each add a line where the base has `|`. */
async function together(path: string, base: string, ours: string, theirs: string) {
  await services.syntax.ready(languageOf(path));
  const [before = '', after = ''] = base.split('|');
  const context = { path, sides: { base: '', left: ours, right: theirs }, before, after };
  const of = (text: string) =>
    heldByEvidence(
      checkText({ text, origin: { name: 'both', reason: '' }, generators: ['both'] }, context, services.syntax).filter(
        ({ check }) => check === 'together',
      ),
    );
  return { both: of(ours + theirs), side: of(ours) };
}

describe('a number that both sides gave away', () => {
  it.each([
    [
      'a.proto',
      'message A {\n  string a = 1;\n  repeated int32 b = 2;\n|}\n',
      '  string c = 3;\n',
      '  map<string, int32> d = 3;\n',
    ],
    ['b.proto', 'enum A {\n  ZERO = 0;\n|}\n', '  C = 1;\n', '  D = 1;\n'],
    ['a.ts', 'enum A {\n  A = 1,\n  B = 7,\n  E = 4,\n|}\n', '  C = 3,\n', '  D = 3,\n'],
    ['a.rs', 'enum A {\n    Ok = 0,\n|}\n', '    C = 1,\n', '    D = 1,\n'],
    ['a.java', 'enum A {\n  A(1, "a"),\n|  E(9, "e");\n}\n', '  C(3, "c"),\n', '  D(3, "d"),\n'],
    ['a.py', 'class A(Enum):\n    A = 1\n    B = 2\n|', '    C = 3\n', '    D = 3\n'],
    ['a.go', 'const (\n\tErrA = 1\n\tErrB = 2\n|)\n', '\tErrC = 3\n', '\tErrD = 3\n'],
    ['a.sql', "INSERT INTO codes VALUES\n  (1, 'a'),\n  (2, 'b'),\n|", "  (3, 'c'),\n", "  (3, 'd'),\n"],
    ['a.h', '#define E_A 0x1\n#define E_B 0x2\n|', '#define E_C 0x4\n', '#define E_D 0x4\n'],
  ])('%s', async (path, base, ours, theirs) => {
    const { both, side } = await together(path, base, ours, theirs);
    expect(both).toMatch(/^both sides gave the number \w+ away: ours to \S*[cC]\S*( \S*)?, theirs to \S*[dD]/);
    expect(side).toBeUndefined();
  });

  it.each([
    ['a.py', 'class Kind(IntEnum):\n    TEXT = 1\n    AUDIO = 2\n|', '    VIDEO = 3\n', '    IMAGE = 3\n'],
    ['a.h', '#define CMD_OPEN 1\n#define CMD_SHUT 2\n|', '#define CMD_EXPORT 3\n', '#define CMD_ACCOUNT 3\n'],
    ['a.go', 'const (\n\tText = 10\n\tAudio = 20\n|)\n', '\tMessage = 30\n', '\tItems = 30\n'],
    ['b.go', 'const (\n\tText = 10\n\tAudio = 20\n|)\n', '\tLink = 30\n', '\tPage = 30\n'],
    ['c.go', 'const (\n\tText = 1\n\tAudio = 2\n|)\n', '\tSize = 3\n', '\tPage = 3\n'],
    ['a.sql', "INSERT INTO r VALUES\n(1, 'a'),\n(2, 'b'),\n|", "(3, 'image'),\n", "(3, 'message'),\n"],
  ])('whichever side is ours, and whatever the names end in: %s', async (path, base, ours, theirs) => {
    for (const sides of [
      [ours, theirs],
      [theirs, ours],
    ] as const)
      expect((await together(path, base, ...sides)).both).toMatch(/^both sides gave the number \d+ away/);
  });

  it.each([
    ['amounts of two kinds', 'a.yaml', 'a_timeout: 10\nb_timeout: 20\n|', 'c_timeout: 30\n', 'd_depth: 30\n'],
    [
      'amounts of two words',
      'a.ts',
      'const SMALL = 10;\nconst BIG = 50;\n|',
      'const portNumber = 99;\n',
      'const max_users = 99;\n',
    ],
    ['settings that count on by one', 'a.yaml', 'retries_a: 1\nretries_b: 2\n|', 'retries_c: 3\n', 'retries_d: 3\n'],
    ['amounts in one word', 'a.yaml', 'a_maxsize: 10\nb_maxsize: 20\n|', 'c_maxsize: 30\n', 'd_maxsize: 30\n'],
    ['amounts', 'a.yaml', 'a_timeout: 10\nb_timeout: 20\n|', 'c_timeout: 30\n', 'd_timeout: 30\n'],
    ['other numbers', 'a.ts', 'enum A {\n  A = 1,\n|}\n', '  C = 3,\n', '  D = 4,\n'],
    ['the same entry', 'a.ts', 'enum A {\n  A = 1,\n|}\n', '  C = 3,\n', '  C = 3,\n  D = 4,\n'],
    ['numbers that mean no place', 'a.py', 'PORT = 80\nRETRIES = 5\nSIZE = 80\n|', 'WAIT = 30\n', 'LIMIT = 30\n'],
    ['a list that has one twice', 'a.proto', 'enum A {\n  A = 1;\n  B = 1;\n|}\n', '  C = 3;\n', '  D = 3;\n'],
    ['another list', 'a.ts', 'enum A {\n  A = 1,\n|', '  C = 3,\n}\n', '}\nenum B {\n  D = 3,\n}\n'],
    ['calls', 'a.ts', '  wait(1);\n  hold(2);\n|', '  stop(3);\n', '  move(3);\n'],
  ])('is none: %s', async (_, path, base, ours, theirs) => {
    expect((await together(path, base, ours, theirs)).both).toBeUndefined();
  });

  it('is not written by any bulk action, and told of what git merged by itself', async () => {
    const list = (more: string, last: string) =>
      `enum A {\n  A = 1,\n${more}  E = 2,\n  F = 4,\n  G = 5,\n  H = 6,\n${last}}\n`;
    const sides = { base: list('', ''), left: list('  C = 9,\n', ''), right: list('', '  D = 9,\n') };
    const said = 'both sides gave the number 9 away: ours to C, theirs to D';
    const merged = list('  C = 9,\n', '  D = 9,\n');
    expect(togetherWarnings({ sides, text: merged, answers: [] })).toMatchObject([{ text: said }]);
    const conflict = {
      base: 'enum A {\n  A = 1,\n}\n',
      left: 'enum A {\n  A = 1,\n  C = 9,\n}\n',
      right: 'enum A {\n  A = 1,\n  D = 9,\n}\n',
    };
    await services.syntax.ready(languageOf('a.ts'));
    const { applied } =
      resolveFile({ path: 'a.ts', sides: conflict }, { kind: 'confidence', atLeast: 0.001 }, services).conflicts[0] ??
      {};
    expect(
      applied === undefined || !(applied.candidate.text.includes('C = 9') && applied.candidate.text.includes('D = 9')),
    ).toBe(true);
  });
});

describe('bounds that crossed', () => {
  const check = async (path: string, [base, ours, theirs, both]: readonly string[]) => {
    await services.syntax.ready(languageOf(path));
    const context = { path, sides: { base: base ?? '', left: ours ?? '', right: theirs ?? '' }, before: '', after: '' };
    const candidate = { text: both ?? '', origin: { name: 'both', reason: '' }, generators: ['both'] };
    return heldByEvidence(checkText(candidate, context, services.syntax).filter(({ check }) => check === 'together'));
  };
  it.each([
    ['a.yaml', (min: number, max: number) => `spec:\n  minReplicas: ${min}\n  maxReplicas: ${max}\n`],
    ['a.rs', (min: number, max: number) => `const MIN: u32 = ${min};\nconst MAX: u32 = ${max};\n`],
    ['a.json', (min: number, max: number) => `{ \n  "max": ${max},\n  "min": ${min}\n}\n`],
    [
      'A.java',
      (min: number, max: number) =>
        `private static final int SIZE_MIN = ${min};\nprivate static final int SIZE_MAX = ${max};\n`,
    ],
    ['b.yaml', (first: number, last: number) => `first_port: ${first}\nlast_port: ${last}\n`],
    ['a.ts', (start: number, end: number) => `const endHour = ${end};\nconst startHour = ${start};\n`],
    ['a.properties', (from: number, to: number) => `year.from=${from}\nyear.to=${to}\n`],
  ])('%s', async (path, at) => {
    const said = await check(path, [at(1, 10), at(5, 10), at(1, 3), at(5, 3)]);
    expect(said).toMatch(/would be 5 and \S+ 3: each side moved one of them$/);
    expect(await check(path, [at(1, 10), at(2, 10), at(1, 8), at(2, 8)])).toBeUndefined();
    expect(await check(path, [at(3, 1), at(4, 1), at(3, 0), at(4, 0)])).toBeUndefined();
  });
  it('is not said of ends that a side wrote as a pair, or that stood otherwise in a version', async () => {
    const at = (first: number, last: number) => `first: ${first}\nlast: ${last}\n`;
    expect(await check('a.yaml', [at(1, 10), at(5, 12), at(1, 3), at(5, 3)])).toBeUndefined();
    expect(await check('a.yaml', ['', at(5, 10), at(1, 3), at(5, 3)])).toBeUndefined();
    expect(await check('a.yaml', [at(4, 3), at(5, 3), at(4, 8), at(9, 8)])).toBeUndefined();
  });
});

it.each([
  ['a.ts', (n: string, u: string) => `  every: ${n},\n  unit: "${u}",\n`, 's', 'm'],
  ['a.rs', (n: string, u: string) => `    every: ${n},\n    unit: Unit::${u},\n`, 'Millis', 'Seconds'],
  ['A.java', (n: string, u: string) => `pool.awaitTermination(\n    ${n}, ${u});\n`, 'MILLISECONDS', 'SECONDS'],
  [
    'B.java',
    (n: string, u: string) => `pool.awaitTermination(\n    ${n},\n    TimeUnit.${u});\n`,
    'MILLISECONDS',
    'SECONDS',
  ],
  ['a.properties', (n: string, u: string) => `timeout.unit=${u}\ntimeout=${n}\n`, 'ms', 's'],
])('a number and the unit of the other side are held: %s', async (path, at, was, now) => {
  await services.syntax.ready(languageOf(path));
  const sides = { base: at('5', was), left: at('30', was), right: at('5', now) };
  const of = (text: string) => {
    const candidate = { text, origin: { name: 'both', reason: '' }, generators: ['both'] };
    const context = { path, sides, before: '', after: '' };
    return heldByEvidence(checkText(candidate, context, services.syntax).filter(({ check }) => check === 'together'));
  };
  expect(of(at('30', now))).toMatch(/^the number 30 is of one side and its unit \S+ of the other$/);
  expect(of(at('40', now))).toBeUndefined();
});

it('calls no name a unit that is none', async () => {
  await services.syntax.ready(languageOf('a.yml'));
  const at = (n: number, unit: string) => `people: ${n}\nbusinessUnit: ${unit}\n`;
  const context = {
    path: 'a.yml',
    sides: { base: at(3, 'Shop'), left: at(4, 'Shop'), right: at(3, 'Sales') },
    before: '',
    after: '',
  };
  const candidate = { text: at(4, 'Sales'), origin: { name: 'both', reason: '' }, generators: ['both'] };
  expect(heldByEvidence(checkText(candidate, context, services.syntax))).toBeUndefined();
});

it('a line that deletes is held where it was put together from both sides', async () => {
  const { both, side } = await together('a.sh', '#!/bin/sh\n|', 'rm -rf "$A"\n', 'echo done\n');
  expect(both).toBe('it deletes: rm -rf "$A"');
  expect(side).toBeUndefined();
  for (const [path, line] of [
    ['a.ts', 'fs.rmSync(dir, { recursive: true });'],
    ['a.py', 'shutil.rmtree(d, ignore_errors=True)'],
    ['a.go', 'os.RemoveAll(dir)'],
    ['a.ps1', 'Remove-Item -Recurse $dir'],
  ] as const)
    expect((await together(path, '|', `${line}\n`, 'done()\n')).both).toMatch(/^it deletes: /);
  expect((await together('a.sh', '#!/bin/sh\n|', 'rm a.txt\n', 'echo done\n')).both).toBeUndefined();
});

it.each([
  ['a.sql', 'BEGIN;\nDELETE FROM t\n', 'COMMIT;\n', 'DELETE FROM t'],
  ['b.sql', 'BEGIN;\nUPDATE t SET a = 1\n', 'COMMIT;\n', 'UPDATE t SET a = 1'],
  ['a.py', 'q = """\n  DELETE\n  FROM t\n', '"""\n', 'DELETE FROM t'],
  ['c.sql', 'SELECT * FROM t\n', 'COMMIT;\n', undefined],
])(
  'the rows that a statement takes, put together from both sides, below its head: %s',
  async (path, before, after, said) => {
    await services.syntax.ready(languageOf(path));
    const where = (a: number, b: number) => `WHERE a = ${a}\n  AND b > ${b};\n`;
    const context = { path, sides: { base: where(0, 5), left: where(1, 5), right: where(0, 9) }, before, after };
    const of = (text: string) =>
      heldByEvidence(
        checkText({ text, origin: { name: 'both', reason: '' }, generators: ['both'] }, context, services.syntax),
      );
    const told = said && `which rows it takes is put together from both sides: ${said} WHERE a = 1 AND b > 9`;
    expect(of(where(1, 9))).toBe(told);
    expect(of(where(1, 5))).toBeUndefined();
  },
);

// ------------------------------------------------------------------------------------------- two values that belong together

const pair = (some: string, other: string, was: readonly [string, string], now: readonly [string, string]) => {
  const at = (a: string, b: string) => some.replace('?', a) + other.replace('?', b);
  const [a, b] = was;
  return { base: at(a, b), left: at(now[0], b), right: at(a, now[1]), both: at(...now) };
};
const [own, foreign] = ['is of ours and', 'of theirs, and they belong together'];

it.each([
  [
    'c.ts',
    pair('  sameSite: "?",\n', '  secure: ?,\n', ['lax', 'true'], ['none', 'false']),
    `sameSite ${own} secure ${foreign}`,
  ],
  [
    'a.py',
    pair('x, y = ?\n', 'draw(?)\n', ['a, b', 'x, y'], ['b, a', 'y, x']),
    'each side put two things in the other order: “x, y = b, a”, “draw(y, x)”',
  ],
  ['b.py', pair('from m import ?\n', 'draw(?)\n', ['a, b', 'x, y'], ['b, a', 'y, x']), undefined],
  ['a.yml', pair('  host: ?\n', '  port: ?\n', ['db1', '5432'], ['db2', '6432']), `host ${own} port ${foreign}`],
  ['.env', pair('DB_HOST=?\n', 'DB_PORT=?\n', ['db1', '5432'], ['db2', '6432']), `DB_HOST ${own} DB_PORT ${foreign}`],
  [
    'a.json',
    pair('  "user": "?",\n', '  "password": "?"\n', ['a', 'b'], ['c', 'd']),
    `user ${own} password ${foreign}`,
  ],
  ['a.py', pair('ALGO = "?"\n', 'DIGEST = "?"\n', ['sha1', 'aa'], ['sha256', 'bb']), `ALGO ${own} DIGEST ${foreign}`],
  [
    'a.conf',
    pair('ssl_certificate ?;\n', 'ssl_certificate_key ?;\n', ['a', 'b'], ['c', 'd']),
    `ssl_certificate ${own} ssl_certificate_key ${foreign}`,
  ],
  ['a.css', pair('  --fg: ?;\n', '  --bg: ?;\n', ['#000', '#fff'], ['#fff', '#fafafa']), `--fg ${own} --bg ${foreign}`],
  [
    'package.json',
    pair('    "react": "?",\n', '    "react-dom": "?"\n', ['17.0.1', '17.0.1'], ['18.0.0', '17.0.2']),
    `react ${own} react-dom of theirs: they had one version`,
  ],
  [
    'package.json',
    pair('    "jest": "?",\n', '    "ts-jest": "?"\n', ['27.0.1', '27.0.1'], ['29.0.0', '27.1.5']),
    `jest ${own} ts-jest of theirs: they had one version`,
  ],
  [
    'deploy.json',
    pair('  "region": "?",\n', '  "account": "?"\n', ['eu-west-1', '111'], ['us-east-1', '222']),
    `region ${own} account of theirs, and they belong together`,
  ],
  ['b.json', pair('  "react": "?",\n', '  "lodash": "?"\n', ['17.0.1', '17.0.1'], ['18.0.0', '17.0.2']), undefined],
  ['b.yml', pair('  host: ?\n', '  name: ?\n', ['db1', 'shop'], ['db2', 'store']), undefined],
  [
    'de.json',
    pair('  "user": "?",\n', '  "password": "?"\n', ['User', 'Password'], ['Benutzer', 'Passwort']),
    undefined,
  ],
  ['a.ts', pair('  host: ?;\n', '  port: ?;\n', ['string', 'number'], ['Host', 'string']), undefined],
  ['b.ts', pair('  host: ?,\n', '  port: ?,\n', ['config.host', 'config.port'], ['env.host', 'port(env)']), undefined],
  ['c.yml', pair('web_host: ?\n', 'db_port: ?\n', ['a', '1'], ['b', '2']), undefined],
  [
    'd.yml',
    pair('sale:\n  start: ?\n', '  end: ?\n', ['2024-01-01', '2024-06-01'], ['2024-05-01', '2024-03-01']),
    'start would be 2024-05-01 and end 2024-03-01: each side moved one of them',
  ],
  [
    'e.json',
    pair('  "open": "?",\n', '  "close": "?"\n', ['08:00', '18:00'], ['14:00', '12:00']),
    'open would be 14:00 and close 12:00: each side moved one of them',
  ],
  [
    'e.yml',
    pair('  requests: { cpu: ? }\n', '  limits: { cpu: ? }\n', ['200m', '500m'], ['400m', '300m']),
    'requests.cpu would be 400m and limits.cpu 300m: each side moved one of them',
  ],
  [
    'f.yml',
    pair('  requests:\n    memory: ?\n', '  limits:\n    memory: ?\n', ['256Mi', '1Gi'], ['800Mi', '0.5Gi']),
    'requests.memory would be 800Mi and limits.memory 0.5Gi: each side moved one of them',
  ],
  [
    'g.yml',
    pair('  requests:\n    memory: ?\n', '  limits:\n    memory: ?\n', ['256Mi', '1Gi'], ['512Mi', '2Gi']),
    undefined,
  ],
  [
    'a.sql',
    pair("WHERE d >= '?'\n", "  AND d < '?';\n", ['2024-01-01', '2024-06-01'], ['2024-05-01', '2024-03-01']),
    'd would be 2024-05-01 and d 2024-03-01: each side moved one of them',
  ],
  [
    'a.tf',
    pair('  effect = "?"\n', '  actions = [?]\n', ['Allow', '"get"'], ['Deny', '"get", "put"']),
    'ours made effect Deny, which was Allow, and theirs changed what that is said of',
  ],
] as const)(
  'two values that belong together, one of each side: %s',
  async (path, { base, left, right, both }, said) => {
    await services.syntax.ready(languageOf(path));
    const of = (text: string) => {
      const candidate = { text, origin: { name: 'both', reason: '' }, generators: ['both'] };
      const found = checkText(
        candidate,
        { path, sides: { base, left, right }, before: '', after: '' },
        services.syntax,
      );
      return heldByEvidence(found.filter(({ check }) => check === 'together'));
    };
    expect(of(both)).toBe(said);
    for (const side of [left, right]) expect(of(side)).toBeUndefined();
  },
);

it.each([
  ['Dockerfile', pair('WORKDIR /app?\n', 'CMD ["node", "?main.js"]\n', ['', ''], ['/src', 'src/']), 'src'],
  ['a.sh', pair('cd ?\n', './?run.sh\n', ['.', ''], ['build', 'build/']), 'build'],
  ['a.js', pair("app.use('/?', r);\n", "r.get('?/users', list);\n", ['', ''], ['api', '/api']), 'api'],
  ['a.ts', pair('  baseURL: "https://x.org?",\n', '  users: "?/users",\n', ['', ''], ['/v2', '/v2']), 'v2'],
  ['b.ts', pair('import { a } from "./?a";\n', 'import { b } from "./?b";\n', ['', ''], ['lib/', 'lib/']), undefined],
  ['b.Dockerfile', pair('WORKDIR /app?\n', 'CMD ["node", "?main.js"]\n', ['', ''], ['/src', 'dist/']), undefined],
] as const)('a folder that each side put in its own place: %s', async (path, { base, left, right, both }, part) => {
  await services.syntax.ready(languageOf(path));
  const of = (text: string) => {
    const candidate = { text, origin: { name: 'both', reason: '' }, generators: ['both'] };
    const found = checkText(candidate, { path, sides: { base, left, right }, before: '', after: '' }, services.syntax);
    return heldByEvidence(found.filter(({ check }) => check === 'together'));
  };
  const [begins, rest] = both.split('\n').map((line) => line.trim());
  const said = `“${begins}” and “${rest}” got ${part} from a side each: it may be there twice`;
  expect(of(both)).toBe(part === undefined ? undefined : said);
  for (const side of [left, right]) expect(of(side)).toBeUndefined();
});

describe('an image of one side, and what the other installs', () => {
  const file = (image: string, run: string) => `FROM ${image}\nWORKDIR /app\n${run}RUN build\n`;
  const said = (image: string, run: string, path = 'Dockerfile') => {
    const sides = { base: file('node:18', ''), left: file(image, ''), right: file('node:18', run) };
    const context = { path, sides, before: '', after: '' };
    const candidate = { text: file(image, run), origin: { name: 'both', reason: '' }, generators: ['both'] };
    return heldByEvidence(checkText(candidate, context, services.syntax).filter(({ check }) => check === 'together'));
  };
  const apt = 'RUN apt-get update && apt-get install -y libvips\n';
  it('do not go together', () => {
    const wrong =
      'ours took the image node:20-alpine, and “RUN apt-get update && apt-get install -…” of theirs is for another';
    expect(said('node:20-alpine', apt)).toBe(wrong);
    expect(said('fedora:40', apt)).toContain('took the image fedora:40');
    expect(said('node:20', 'RUN apk add --no-cache vips\n')).toContain('took the image node:20,');
  });
  it.each([
    ['node:20', apt],
    ['node:20-alpine', 'RUN apk add --no-cache vips\n'],
    ['node:20-alpine', 'RUN npm ci\n'],
    ['node:20-alpine', `FROM debian AS tools\n${apt}`],
  ])('may: %s, %s', (image, run) => {
    expect(said(image, run)).toBeUndefined();
  });
});

it('a flag whose name one side turned round and whose value the other is held, whatever takes it', async () => {
  const [base, left] = ['export const disableCache = false;\n', 'export const disableCache = true;\n'];
  await services.syntax.ready(languageOf('a.ts'));
  const of = (right: string, text: string) => {
    const candidate = { text, origin: { name: 'both', reason: '' }, generators: ['both'] };
    const context = { path: 'a.ts', sides: { base, left, right }, before: '', after: '' };
    return heldByEvidence(checkText(candidate, context, services.syntax).filter(({ check }) => check === 'together'));
  };
  const turned = 'export const enableCache = true;\n';
  const said = 'one side made disableCache true, and the other turned its name round: enableCache';
  for (const text of [left, turned, 'export const enableCache = false;\n']) expect(of(turned, text)).toBe(said);
  const renamed = 'export const disableStore = false;\n';
  expect(of(renamed, 'export const disableStore = true;\n')).toBeUndefined();
});

it('names what has a number by its name alone', async () => {
  const { both } = await together(
    'a.sql',
    "INSERT INTO a VALUES\n  (1, 'a'),\n  (2, 'b'),\n|",
    "  (3, 'c'),\n",
    "  (3, 'd'),\n",
  );
  expect(both).toBe("both sides gave the number 3 away: ours to 'c', theirs to 'd'");
});

it('finds numbers given away twice in time that grows with the list', () => {
  const lines = (name: string) => Array.from({ length: 8000 }, (_, n) => `  ${name}${n} = ${n + 2},\n`).join('');
  const file = (more: string) => `enum A {\n  FIRST = 1,\n${more}}\n`;
  const sides = { base: file(''), left: file(lines('C')), right: file(lines('D')) };
  const start = process.cpuUsage();
  expect(togetherWarnings({ sides, text: file(lines('C') + lines('D')), answers: [] })).toHaveLength(8000);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(3);
});

it.each([
  ['CHANGELOG.md', '- Drop column headers from the output\n', '- Keep rows\n'],
  ['Dockerfile', '    && rm -rf /var/lib/apt/lists/*\n', 'USER app\n'],
])('calls no line of %s one that deletes', async (path, ours, theirs) => {
  expect((await together(path, 'first\n|last\n', ours, theirs)).both).toBeUndefined();
});

describe('statements about one name that both sides added', () => {
  const js = 'function run(lamp, shelf) {\n  const books = shelf.books;\n|  shut(lamp);\n}\n';
  it.each([
    ['a call on what the other ends', 'a.ts', js, '  lamp.end();\n', "  lamp.set('rows', 3);\n", 'lamp'],
    ['a member of what the other freezes', 'a.ts', js, '  Object.freeze(lamp);\n', '  lamp.color = 3;\n', 'lamp'],
    ['a sum and a product', 'a.ts', js, '  sum = sum * 2;\n', '  sum = sum + lamp.cost;\n', 'sum'],
    ['one step in other words', 'a.ts', js, '  lamp.count += 1;\n', '  lamp.count++;\n', 'lamp'],
    [
      'one payment in other words',
      'a.ts',
      js,
      '  await pay.charge(lamp.cost);\n',
      '  await till.take(lamp.owner, lamp.cost);\n',
      'lamp',
    ],
    [
      'a guard before another',
      'a.ts',
      js,
      "  if (lamp.kind !== 'oil') throw wrong();\n",
      '  if (!lamp) throw none();\n',
      'lamp',
    ],
    [
      'a use of what the other declares',
      'a.ts',
      js,
      '  hang(lamp, hooks);\n',
      '  const hooks = [left(), right()];\n',
      'hooks',
    ],
    [
      'a lock and a write',
      'a.go',
      'func (s *Shelf) Put(b Book) {\n\ts.mu.Lock()\n|}\n',
      '\ts.mu.Unlock()\n',
      '\ts.order = append(s.order, b.ID)\n',
      's',
    ],
    [
      'a drop',
      'a.rs',
      'fn run(c: &C) {\n    let mut lamp = c.get();\n|}\n',
      '    drop(lamp);\n',
      '    lamp.retain(|_, b| b.on);\n',
      'lamp',
    ],
    [
      'a value built before it is whole',
      'A.java',
      'class A {\n  void run(B lamp) {\n|  }\n}\n',
      '    C all = lamp.build();\n',
      '    lamp.color(3);\n',
      'lamp',
    ],
    [
      'a member of self',
      'a.py',
      'def run(self):\n    begin()\n|',
      '    self.lamp.close_all()\n',
      '    self.lamp.add(book)\n',
      'lamp',
    ],
  ])('%s', async (_, path, base, ours, theirs, name) => {
    const { both, side } = await together(path, base, ours, theirs);
    expect(both).toMatch(new RegExp(`^both sides added a line about (?:this\\.)?${name}, “`));
    expect(side).toBeUndefined();
  });

  it.each([
    ['other names', 'a.ts', js, '  lamp.end();\n', '  shelf.end();\n'],
    ['two values made of one', 'a.ts', js, '  const a = lamp.a();\n', '  const b = lamp.b();\n'],
    ['two members given a value', 'a.ts', js, '  lamp.a = 1;\n', '  lamp.b = 2;\n'],
    ['registered under two texts', 'a.ts', js, "  lamp.get('/a', one);\n", "  lamp.get('/b', two);\n"],
    [
      'methods',
      'a.ts',
      'class A {\n|}\n',
      '  on(lamp) {\n    lamp.on();\n  }\n',
      '  off(lamp) {\n    lamp.off();\n  }\n',
    ],
    [
      'methods of Java',
      'A.java',
      'class A {\n|}\n',
      '  void on(B lamp) {\n    lamp.on();\n  }\n',
      '  void off(B lamp) {\n    lamp.off();\n  }\n',
    ],
    ['a module', 'a.py', 'import os\n\ndef run(a, b):\n|', '    os.remove(a)\n', '    os.mkdir(b)\n'],
    ['what is written down', 'a.ts', js, "  console.log('a', lamp);\n", '  lamp.on();\n'],
    ['entries', 'a.ts', 'const all = [\n|];\n', '  make(lamp, 1),\n', '  make(lamp, 2),\n'],
    ['keys', 'a.ts', 'const all = {\n|};\n', '  a: make(lamp),\n', '  b: make(lamp),\n'],
    ['parameters of their own', 'a.ts', js, '  books.map((b) => b.a);\n', '  pages.map((b) => b.c);\n'],
    ['tests', 'a.test.ts', '|', "it('a', () => {\n  use(lamp);\n});\n", "it('b', () => {\n  use(lamp);\n});\n"],
    ['no program', 'a.md', '|', 'the lamp = 1\n', 'the lamp = 2 (lamp)\n'],
  ])('not: %s', async (_, path, base, ours, theirs) => {
    expect((await together(path, base, ours, theirs)).both).toBeUndefined();
  });
});

describe('lines that have one place', () => {
  const chain = 'const a = books\n|  .done;\n';
  it.each([
    [
      'what must come first',
      'a.py',
      '|',
      'import os\n',
      'from __future__ import annotations\n',
      /which must come first$/,
    ],
    ['two conditions of SQL', 'a.sql', 'SELECT a\nFROM b\n|', 'WHERE c = 1\n', 'WHERE d = 2\n', /of one statement/],
    [
      'clauses of SQL turned round',
      'a.sql',
      'SELECT a\nFROM b\n|',
      'ORDER BY c\n',
      'WHERE d = 2\n',
      /of one statement/,
    ],
    [
      'annotations',
      'A.java',
      'class A {\n|  void run() {}\n}\n',
      '  @Roles("a")\n',
      '  @Open\n',
      /over one declaration/,
    ],
    [
      'attributes',
      'A.cs',
      'class A {\n|  void Run() {}\n}\n',
      '  [Open]\n',
      '  [Roles("a")]\n',
      /over one declaration/,
    ],
    ['links', 'a.ts', chain, '  .flat()\n', '  .map(one)\n', /in one chain/],
    [
      'a key and what spreads',
      'a.ts',
      'const a = {\n|};\n',
      '  light: false,\n',
      '  ...lamp,\n',
      /what comes last decides/,
    ],
    [
      'what is set once',
      'A.java',
      'class A {\n  void run() {\n|  }\n}\n',
      '    Lamp.setGlow(one);\n',
      '    Lamp.setGlow(two);\n',
      /only the second holds/,
    ],
  ])('%s', async (_, path, base, ours, theirs, why) => {
    const { both, side } = await together(path, base, ours, theirs);
    expect(both).toMatch(why);
    expect(side).toBeUndefined();
  });

  it.each([
    ['joins', 'a.sql', 'SELECT a\nFROM b\n|', 'LEFT JOIN c ON c.id = b.id\n', 'JOIN d ON d.id = b.id\n'],
    ['clauses in their order', 'a.sql', 'SELECT a\nFROM b\n|', 'WHERE d = 2\n', 'ORDER BY c\n'],
    [
      'annotations of a member each',
      'A.java',
      'class A {\n|}\n',
      '  @Open\n  Lamp a;\n',
      '  @Open\n  @Late\n  Lamp b;\n',
    ],
    ['headings', 'a.toml', '|', '[one]\n', '[two]\n'],
    ['two that spread', 'a.ts', 'const a = {\n|};\n', '  ...lamp,\n', '  ...shelf,\n'],
    [
      'two that are set',
      'A.java',
      'class A {\n  void run() {\n|  }\n}\n',
      '    Lamp.setGlow(one);\n',
      '    Lamp.setColor(two);\n',
    ],
  ])('not: %s', async (_, path, base, ours, theirs) => {
    expect((await together(path, base, ours, theirs)).both).toBeUndefined();
  });
});

describe('settings beside each other, one replaced by each side', () => {
  /** What is said of both lines replaced, in each direction. */
  async function beside(path: string, base: readonly [string, string], now: readonly [string, string]) {
    await services.syntax.ready(languageOf(path));
    const said = [false, true].map((swapped) => {
      const [left, right] = [now[0] + base[1], base[0] + now[1]];
      const sides = { base: base.join(''), left: swapped ? right : left, right: swapped ? left : right };
      const context = {
        path,
        sides,
        before: path.endsWith('.ts') ? 'const a = {\n' : 'a:\n',
        after: path.endsWith('.ts') ? '};\n' : '',
      };
      const candidate = { text: now.join(''), origin: { name: 'both', reason: '' }, generators: ['both'] };
      return heldByEvidence(checkText(candidate, context, services.syntax).filter(({ check }) => check === 'together'));
    });
    expect(said[0] === undefined).toBe(said[1] === undefined);
    return said[0];
  }

  it.each([
    [
      'a switch and a place',
      'a.ts',
      ['  rehearse: true,\n', "  shelf: 'cellar',\n"],
      ['  rehearse: false,\n', "  shelf: 'hall',\n"],
    ],
    ['a switch and a number', 'a.yaml', ['  open: false\n', '  door: 80\n'], ['  open: true\n', '  door: 22\n']],
    [
      'a switch of Python',
      'a.py',
      ['    "shelf": "cellar",\n', '    "checked": True,\n'],
      ['    "shelf": "hall",\n', '    "checked": False,\n'],
    ],
    [
      'lists',
      'a.yaml',
      ['  what: ["lamps"]\n', '  how: ["look"]\n'],
      ['  what: ["lamps", "keys"]\n', '  how: ["look", "take"]\n'],
    ],
    ['words', 'a.yaml', ['  guests: reader\n', '  door: closed\n'], ['  guests: owner\n', '  door: open\n']],
  ] as const)('%s', async (_, path, base, now) => {
    expect(await beside(path, base, now)).toMatch(/neither side saw both as they would be$/);
  });

  it.each([
    ['versions', 'a.yaml', ['  lamp: 1.2.0\n', '  shelf: ^2.0.1\n'], ['  lamp: 1.3.0\n', '  shelf: ^2.1.0\n']],
    ['amounts', 'a.yaml', ['  lamps: 3\n', '  shelves: 40%\n'], ['  lamps: 4\n', '  shelves: 50%\n']],
    ['an amount and a word', 'a.yaml', ['  lamps: 3\n', '  color: red\n'], ['  lamps: 4\n', '  color: blue\n']],
    [
      'names of code',
      'a.ts',
      ['  lamp: one,\n', '  shelf: two.all(),\n'],
      ['  lamp: other,\n', '  shelf: two.most(),\n'],
    ],
  ] as const)('not: %s', async (_, path, base, now) => {
    expect(await beside(path, base, now)).toBeUndefined();
  });
});
