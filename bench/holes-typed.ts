/**
 * `npm run bench:typed -- [--holes N] [--seed S] [--out FILE] CHECKOUT…`: ghost text while code is typed. Places are tokens of statements in
 * blocks; what comes after in the block is not written yet, brackets that the statement opened are closed as an editor does, and in every other place imports that
 * only the missing code uses are not there. Right: the developer went on with that text. By what was said (ten steps) and what it is made of.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type ts from 'typescript';
import type { Completer } from '../server/complete/complete.ts';
import { placeAt } from '../server/complete/place.ts';
import { leastUnasked } from '../server/complete/shown.ts';
import { lexCode } from '../server/complete/tokens.ts';
import { loadCompleter } from '../server/completionServices.ts';
import { random, sourceFiles, withoutImports } from './holes-sample.ts';

const tsc: typeof ts = createRequire(join(process.cwd(), 'package.json'))('typescript');
const { values, positionals } = parseArgs({
  options: {
    holes: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
  allowPositionals: true,
});

interface Typed {
  readonly file: string;
  readonly text: string;
  readonly offset: number;
  /** What the developer wrote from there on. */
  readonly truth: string;
}

interface Shown {
  readonly repo: string;
  readonly file: string;
  readonly before: string;
  readonly truth: string;
  readonly list: readonly string[];
  /** Place of what the developer went on with in the list; -1: it is not there. */
  readonly rank: number;
  /** Ghost text, with what was said of it. Absent: none was shown. */
  readonly ghost?: Ghost;
}

interface Ghost {
  readonly text: string;
  readonly confidence: number;
  readonly origin: string;
  readonly right: boolean;
}

/** Statements in blocks of functions, with the end of what their block holds. */
function statementsOf(source: ts.SourceFile): { readonly node: ts.Statement; readonly end: number }[] {
  const found: { readonly node: ts.Statement; readonly end: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (tsc.isBlock(node)) for (const each of node.statements) found.push({ node: each, end: node.end - 1 });
    tsc.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function draw(root: string, count: number, seed: number): Typed[] {
  const next = random(seed);
  const files = sourceFiles(root);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
  const found: Typed[] = [];
  for (let tries = 0; found.length < count && tries < count * 20; tries++) {
    const file = pick(files);
    if (file === undefined) break;
    const text = readFileSync(file, 'utf8');
    if (text.length > 200_000) continue;
    const source = tsc.createSourceFile(file, text, tsc.ScriptTarget.Latest, true);
    const statement = pick(statementsOf(source));
    if (!statement) continue;
    const start = statement.node.getStart(source);
    const { starts, texts } = lexCode(text.slice(start, statement.node.end));
    const at = Math.floor(next() * starts.length);
    if (/^\s*$/.test(texts[at] ?? '')) continue;
    const offset = start + (starts[at] ?? 0);
    if (placeAt(file, text, offset) === undefined) continue;
    const open: string[] = [];
    for (const token of texts.slice(0, at)) {
      const closing = { '(': ')', '[': ']', '{': '}' }[token];
      if (closing !== undefined) open.unshift(closing);
      else if (token === open[0]) open.shift();
    }
    const rest = text.slice(offset, statement.end);
    const cut = `${text.slice(0, offset)}${open.join('')}\n${text.slice(statement.end)}`;
    const shown = found.length % 2 === 0 ? withoutImports(file, cut, offset, rest) : { text: cut, offset };
    found.push({ file, ...shown, truth: rest });
  }
  return found;
}

/** Without white space, quotes and semicolons alike. */
const bare = (text: string): string => text.replace(/[\s;]+/g, '').replaceAll('"', "'");

/** Whether the developer went on with this: no further letter belongs to its last word. */
function isRight(ghost: string, truth: string): boolean {
  const [own, real] = [bare(ghost), bare(truth)];
  return real.startsWith(own) && !(/[\w$]$/.test(own) && /^[\w$]/.test(real.slice(own.length)) && goesOn(ghost, truth));
}

/** `user` is not what was meant where `userId` stands; where only space was taken away between two words it is. */
const goesOn = (ghost: string, truth: string): boolean => {
  const last = /[\w$]+$/.exec(ghost.trim().replace(/;$/, ''))?.[0] ?? '';
  return !new RegExp(`(?<![\\w$])${last.replaceAll('$', '\\$')}(?![\\w$])`).test(truth.slice(0, ghost.length * 2 + 20));
};

async function shownAt(completer: Completer, root: string, hole: Typed): Promise<Shown | undefined> {
  const place = placeAt(hole.file, hole.text, hole.offset);
  const open = place && (await completer.open({ root, path: hole.file, text: hole.text, offset: hole.offset }));
  if (!open) return undefined;
  const { likely } = await completer.context(open, 512);
  const items = await completer.items(open, likely);
  const isHeld = items[0]?.held === true;
  const best = items.find(
    (item) =>
      !item.goesOn &&
      !(item.unsure || item.disputed || item.held || item.copied || item.ahead) &&
      (item.unasked || (!isHeld && item.confidence >= leastUnasked(item, completer.model.threshold, completer.model))),
  );
  const before = hole.text.slice(Math.max(0, hole.offset - 60), hole.offset).replace(/\s+/g, ' ');
  const truth = hole.truth.slice(0, 60).replace(/\s+/g, ' ');
  const { confidence = 0, origin = '', text = '' } = best ?? {};
  return {
    repo: basename(root),
    file: hole.file.slice(root.length),
    before,
    truth,
    list: items.slice(0, 5).map((item) => item.text),
    rank: items.findIndex((item) => isRight(item.text, hole.truth)),
    ...(best ? { ghost: { text, confidence, origin, right: isRight(text, hole.truth) } } : {}),
  };
}

function report(name: string, all: readonly Shown[]): void {
  const shown = all.flatMap(({ ghost }) => ghost ?? []);
  const line = (label: string, list: readonly Ghost[]): void => {
    const right = list.filter((each) => each.right).length;
    const said = list.reduce((sum, { confidence }) => sum + confidence, 0);
    if (list.length > 0) console.log(`  ${label.padEnd(24)} ${right} of ${list.length} right, said ${said.toFixed(1)}`);
  };
  const within = (most: number): number => all.filter(({ rank }) => rank >= 0 && rank < most).length;
  console.log(`${name}: ${all.length} places, first ${within(1)}, among five ${within(5)}, ${shown.length} ghosts`);
  const kindOf = ({ origin }: Ghost): string => origin.split('+')[0] ?? '';
  for (let from = 5; from < 10; from++)
    line(
      `${from * 10} in 100`,
      shown.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === from),
    );
  for (const kind of [...new Set(shown.map(kindOf))].sort())
    line(
      kind,
      shown.filter((each) => kindOf(each) === kind),
    );
  line('all', shown);
}

async function main(): Promise<void> {
  const completer = await loadCompleter({ cacheDir: resolve('.cache/index') });
  const all: Shown[] = [];
  for (const path of positionals) {
    const root = resolve(path);
    await completer.services.types.open(root);
    const holes = draw(root, Number(values.holes), Number(values.seed));
    const own: Shown[] = [];
    for (const hole of holes) {
      const shown = await shownAt(completer, root, hole);
      if (!shown) continue;
      own.push(shown);
      if (values.out) appendFileSync(values.out, `${JSON.stringify(shown)}\n`);
    }
    report(basename(root), own);
    all.push(...own);
  }
  if (positionals.length > 1) report('all', all);
  await completer.dispose();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
