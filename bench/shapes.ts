/**
 * `npm run bench:shapes -- CHECKOUT… > models/shapes.json`: counts the shapes of expressions over open repositories and
 * keeps those that several of them share: ways of writing, no one's code.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { leadAt, leads, shapeOf } from '../server/complete/items/shapes.ts';
import { lexCode } from '../server/complete/tokens.ts';
import { expressionsOf, random, sourceFiles } from './holes-sample.ts';

const filesOfEach = 150;
const repositories = process.argv.slice(2);
const least = Math.max(2, Math.ceil(repositories.length / 2));
const seen = new Map<string, { owners: Set<string>; share: number }>();

for (const repository of repositories) {
  const next = random(7);
  const files = sourceFiles(resolve(repository));
  const counts = new Map<string, number>();
  let total = 1;
  for (let i = 0; i < Math.min(filesOfEach, files.length); i++) {
    const file = files[Math.floor(next() * files.length)] ?? '';
    const text = readFileSync(file, 'utf8');
    if (text.length > 200_000) continue;
    for (const { start, end } of expressionsOf(file, text)) {
      const before = lexCode(text.slice(Math.max(0, start - 200), start).trimEnd()).texts;
      const lead = leadAt((k) => before[k], before.length);
      const { texts, starts } = lexCode(text.slice(start, end));
      const spaced = (k: number): boolean => /\s/.test(text[start + (starts[k] ?? 0) - 1] ?? '');
      const parts = shapeOf((k) => texts[k], spaced, 0, texts.length);
      total++;
      if (!parts) continue;
      const key = `${lead}\u0001${parts.join('\u0000')}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  for (const [key, count] of counts) {
    const known = seen.get(key) ?? { owners: new Set(), share: 0 };
    known.owners.add(repository);
    known.share += count / total / repositories.length;
    seen.set(key, known);
  }
}

const table = Object.fromEntries(
  leads.map((lead) => {
    const own = [...seen].filter(([key, { owners }]) => key.startsWith(`${lead}\u0001`) && owners.size >= least);
    const total = own.reduce((sum, [, { share }]) => sum + share, 0);
    const list = own
      .sort((a, b) => b[1].share - a[1].share)
      .slice(0, 60)
      .map(([key, { share }]): [string, number] => [
        key.slice(lead.length + 1),
        Math.round(1000 * Math.log(share / total)) / 1000,
      ]);
    return [lead, list];
  }),
);
console.log(JSON.stringify(table));
