/** What the trainer reads of siblings: decided ones as they were known then, or by their sides alone where only these are told. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run as features } from '../../server/cli/features.ts';
import { run as mine } from '../../server/cli/mine.ts';
import { command, folder } from '../support/repositories.ts';
import { makeHistory } from './history.ts';

const text = (value: string) => `export function size(a, b) {\n  return ${value};\n}\n`;
const files = (value: string) => ({ 'a.js': text(value), 'b.js': text(`${value} + 1`) });

let history: ReturnType<typeof makeHistory>;
beforeAll(() => {
  history = makeHistory();
  history.commit('base', 1000, files('1'));
  history.git(['checkout', '-q', '-b', 'topic']);
  history.commit('theirs', 1010, files('b'));
  history.git(['checkout', '-q', 'main']);
  history.commit('ours', 1020, files('a'));
  history.gitStops(['merge', '-q', 'topic'], 1030);
  history.commit('merge', 1030, files('a'));
}, 60_000);
afterAll(() => history.dispose());

interface Line {
  readonly key: string;
  readonly i: number;
  readonly k: number;
  readonly hit: number;
  readonly gens: readonly (readonly string[])[];
}

const linesOf = (at: string): Line[] =>
  readdirSync(at)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(at, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Line);

/** As training/train.py writes stage one's answers: so much for the developers' text, the rest for the others alike. */
function answers(at: string, from: readonly Line[], names: readonly string[], order: string, p: number): void {
  const all = from.flatMap(({ k, hit }) => Array.from({ length: k }, (_, i) => (i === hit ? p : (1 - p) / (k - 1))));
  for (const name of names) writeFileSync(join(at, `first.${name}.f32`), Buffer.from(Float32Array.from(all).buffer));
  writeFileSync(join(at, order), JSON.stringify(from.map(({ key, i, k }) => ({ key, i, n: k }))));
}

it('hands on what was known of a decided conflict, and of a told one what its sides say', async () => {
  const [corpus, full, apart] = [folder(), folder(), folder()];
  const done = async (run: typeof mine, ...args: string[]) => {
    const { code, err } = await command(run, history.folder, args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  };
  await done(mine, history.folder, '--out', corpus);
  await done(features, corpus, '--out', full);
  await done(features, corpus, '--out', apart, '--apart');
  const [known, told] = [linesOf(full), linesOf(apart)];
  expect(known.map(({ key }) => key.replace(/^.*:/, ''))).toEqual(['a.js', 'b.js']);
  expect(known.every(({ gens, hit }) => gens[hit]?.includes('left'))).toBe(true);
  answers(full, known, ['oof', 'bare', 'told'], 'first.order.json', 0.5);
  answers(full, told, ['apart'], 'first.apart.order.json', 0.25);
  await done(features, '--siblings', full, apart);
  const columns = JSON.parse(readFileSync(join(full, 'second.columns.json'), 'utf8')) as string[];
  const last = (view: string, name: string) => {
    const bytes = readFileSync(join(full, `second.${view}.f32`));
    const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    return all[all.length - columns.length + columns.indexOf(name)];
  };
  expect(last('session', 'decided')).toBe(1);
  expect(last('session', 'decided.surprise')).toBeCloseTo(Math.log(0.501), 5);
  expect(last('told session', 'decided.surprise')).toBeCloseTo(Math.log(0.251), 5);
  expect(last('alone', 'decided')).toBe(0);
}, 120_000);
