/** Inputs that want to break a merge: each three versions of a file that conflict, or nearly. */
import type { Merge3 } from '../../server/merge/conflict.ts';
import { sampler } from '../../server/mine/sampler.ts';

export interface HostileCase extends Merge3<string> {
  readonly name: string;
  /** Names the languages it is tried in. */
  readonly paths: readonly string[];
}

const code = ['a.ts', 'a.py', 'a.go'];
const data = ['a.json', 'a.yaml', 'a.xml', 'a.properties', 'a.toml'];
const text = ['a.md', 'a.unknown', 'a.html', 'a.css'];

/** A text in which one line differs on every side. */
function around(before: string, after: string, word: (side: string) => string = (side) => `${side}\n`): Merge3<string> {
  const of = (side: string) => `${before}${word(side)}${after}`;
  return { base: of('base'), left: of('left'), right: of('right') };
}

function bytes(seed: number, length: number, encoding: 'latin1' | 'utf8'): string {
  const random = sampler(seed);
  return Buffer.from(Array.from({ length }, () => random.below(256))).toString(encoding);
}

function randomCases(): HostileCase[] {
  return (['latin1', 'utf8'] as const).flatMap((encoding) =>
    [1, 2].map((seed) => ({
      name: `random bytes as ${encoding}, ${seed}`,
      paths: ['a.ts', 'a.json', 'a.md', 'a.xml', 'a.unknown'],
      base: bytes(seed, 1500, encoding),
      left: bytes(seed + 10, 1500, encoding),
      right: bytes(seed + 20, 1500, encoding),
    })),
  );
}

function manyConflicts(count: number, line: (side: string, i: number) => string): Merge3<string> {
  const of = (side: string) =>
    Array.from({ length: count }, (_, i) => `${line(side, i)}\nconst same${i} = ${i};\nconst also${i} = ${i};\n`).join(
      '',
    );
  return { base: of('base'), left: of('left'), right: of('right') };
}

/** What opens and never closes, or closes what was never opened. */
const unbalanced: readonly (readonly [string, string])[] = [
  ['parentheses', '('],
  ['objects', '{"a":'],
  ['arrays', '['],
  ['tags', '<a>'],
  ['closers', '}])>'],
  ['double quotes', '"'],
  ['template holes', '`${'],
  ['comment starts', '/*'],
  ['spaces', '  '],
  ['one word', 'a'],
  ['backslashes', '\\'],
  ['hashes and stars', '#*'],
  ['generics', 'A<'],
];

const markerLines = [
  '<<<<<<<',
  '<<<<<<< ',
  '<<<<<<< HEAD',
  '|||||||',
  '||||||| base',
  '=======',
  '======= x',
  '>>>>>>>',
  '>>>>>>> theirs',
  '<<<<<<<< eight',
  '<<<<<< six',
  '%%%%%%% jj',
];

export const hostileCases: readonly HostileCase[] = [
  ...randomCases(),
  {
    name: '500 conflicts',
    paths: ['a.ts'],
    ...manyConflicts(500, (side, i) => `const x${i} = ${side}(${i});`),
  },
  ...unbalanced.map(([name, part]) => ({
    name: `deep nesting: ${name}`,
    paths: [...code, 'a.json', 'a.xml', 'a.md', 'a.unknown'],
    ...around(part.repeat(3000), `\n${part.repeat(50)}\n`, (side) => `\n${side}\n`),
  })),
  ...unbalanced.map(([name, part]) => ({
    name: `nesting inside the conflict: ${name}`,
    paths: ['a.ts', 'a.json', 'a.xml', 'a.yaml', 'a.unknown'],
    ...around('start\n', 'end\n', (side) => `${side}${part.repeat(1000)}\n`),
  })),
  {
    name: 'markers inside strings',
    paths: code,
    ...around(
      'const s = `\n<<<<<<< HEAD\n=======\n>>>>>>> x\n`;\n',
      'const t = "<<<<<<<";\n',
      (side) => `const u = '${side} =======';\n`,
    ),
  },
  ...markerLines.map((line) => ({
    name: `the line "${line}" beside and inside a conflict`,
    paths: ['a.ts', 'a.md'],
    ...around(`one\n${line}\ntwo\n`, `three\n${line}\n`, (side) => `${line}\n${side}\n${line}\n`),
  })),
  {
    name: 'a heading underlined by seven signs',
    paths: ['a.md'],
    ...around('Title A\n=======\n', 'end\n', (side) => `${side[0]} title\n=======\n`),
  },
  {
    name: 'lone surrogates',
    paths: ['a.ts', 'a.json', 'a.unknown'],
    ...around('"\ud800"\n', '"\udc00"\n', (side) => `"${side}\udfff\ud83d"\n`),
  },
  {
    name: 'NUL and controls',
    paths: ['a.ts', 'a.yaml', 'a.unknown'],
    ...around('a\0b\x1b[31m\n', '\x7f\x85\u2028\n', (side) => `\0${side}\u2029\n`),
  },
  {
    name: 'a byte order mark on one side',
    paths: ['a.cs', 'a.json'],
    base: 'a\n',
    left: '\ufeffl\n',
    right: '\ufeff\ufeffr\n',
  },
  { name: 'carriage returns alone', paths: ['a.ts', 'a.unknown'], base: 'a\rb\rc', left: 'a\rl\rc', right: 'a\rr\rc' },
  {
    name: 'mixed line ends',
    paths: ['a.ts', 'a.py'],
    base: 'a\r\nb\nc\r\n',
    left: 'a\nL\r\nc\n',
    right: 'a\r\nR\nc\r',
  },
  {
    name: 'no final newline',
    paths: [...data, 'a.ts'],
    base: '{\n  "a": 1\n}',
    left: '{\n  "a": 2\n}',
    right: '{\n  "a": 3\n}\n',
  },
  { name: 'an empty base', paths: [...data, ...code, ...text], base: '', left: '{ "a": 1 }\n', right: '{ "b": 2 }\n' },
  { name: 'an emptied side', paths: [...data, ...code], base: '{ "a": 1 }\n', left: '', right: '{ "a": 2 }\n' },
  { name: 'only line ends', paths: ['a.ts', 'a.py'], base: '\n\n\n', left: '\n', right: '\r\n\n\n\n' },
  {
    name: 'lines of 10,000 characters',
    paths: ['a.ts', 'a.json', 'a.unknown'],
    ...manyConflicts(
      3,
      (side, i) => `const s${i} = [${Array.from({ length: 1250 }, (_, k) => `${side[0]}${k}`).join(', ')}];`,
    ),
  },
  {
    name: 'minified on one line',
    paths: ['a.js', 'a.css', 'a.html'],
    ...around(
      '',
      '',
      (side) =>
        `${Array.from({ length: 1200 }, (_, i) => `function f${i}(a,b){return a+b*${i}}`).join('')}var z="${side}";`,
    ),
  },
  {
    name: 'a word of 100,000 letters',
    paths: ['a.ts', 'a.unknown'],
    ...around('', 'b\n', (side) => `${side}${'a'.repeat(100_000)}\n`),
  },
  {
    name: '10,000 equal lines',
    paths: ['a.ts', 'a.yaml'],
    base: 'x\n'.repeat(10_000),
    left: `${'x\n'.repeat(5000)}l\n${'x\n'.repeat(5000)}`,
    right: `${'x\n'.repeat(5000)}r\n${'x\n'.repeat(4990)}`,
  },
  {
    name: 'numbers past every limit',
    paths: ['package.json', 'a.toml'],
    ...around('{\n', '}\n', (side) => `"v": "${side.length}${'9'.repeat(400)}.0.0"\n`),
  },
  {
    name: 'names of prototypes',
    paths: ['a.json', 'a.ts', 'a.yaml'],
    ...around('{\n', '}\n', (side) => `"__proto__": { "constructor": "${side}", "toString": 1 },\n`),
  },
];
