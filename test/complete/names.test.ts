/** The judge of names: what the trained model corrects, and what happens without it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type NameFeature, nameFeatures } from '../../server/complete/context/nameFeatures.ts';
import { judges, loadNameModel } from '../../server/complete/context/nameModel.ts';
import { nameProbabilities } from '../../server/complete/context/retrieveNames.ts';
import { nameWeights } from '../../server/complete/context/retrieveWeights.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-names-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = (values: Partial<Record<NameFeature, number>>): Float64Array =>
  Float64Array.from(nameFeatures, (name) => values[name] ?? 0);
const rows = new Map([
  ['near', row({ overlapNear: 1, like: 1 })],
  ['imported', row({ tImport: 0.16 })],
]);
const order = (model = loadNameModel(folder)): string[] => {
  const odds = nameProbabilities(rows, nameWeights, model);
  return [...odds.keys()].sort((a, b) => (odds.get(b) ?? 0) - (odds.get(a) ?? 0));
};

function store(parts: object): void {
  writeFileSync(join(folder, 'context.json.gz'), gzipSync(JSON.stringify(parts)));
}

/** One tree: what the file imports gains nine. */
const tree = { f: [0, -1, -1], t: [0.1, 0, 9], l: [1, 0, 0], r: [2, 0, 0], m: [0, 0, 0] };

describe('the judge of names', () => {
  it('is the score by hand, corrected by the trees', () => {
    expect(order(undefined)).toEqual(['near', 'imported']);
    store({ version: 1, scale: 1, bias: 0, trees: { features: ['tImport'], trees: [tree] } });
    expect(order()).toEqual(['imported', 'near']);
    store({ version: 1, scale: 1, bias: 0, trees: { features: ['of an older version'], trees: [tree] } });
    expect(order()).toEqual(['near', 'imported']);
  });

  it('does without a file that is missing, broken or of another version', () => {
    expect(loadNameModel(join(folder, 'nowhere'))).toBeUndefined();
    writeFileSync(join(folder, 'context.json.gz'), 'no gzip');
    expect(loadNameModel(folder)).toBeUndefined();
    store({ version: 2, scale: 1, bias: 0, trees: { features: [], trees: [] } });
    expect(loadNameModel(folder)).toBeUndefined();
  });

  it('judges the languages it learned from, with the model that ships', () => {
    expect([judges('ecma'), judges('python'), judges('java')]).toEqual([true, false, false]);
    const shipped = loadNameModel('models');
    expect(shipped?.forest.features.every((name) => (nameFeatures as readonly string[]).includes(name))).toBe(true);
  });
});
