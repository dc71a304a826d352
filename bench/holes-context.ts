/**
 * Identifier recall of the context, by syntax alone (no type engine): holes are return values and initialisers that need a
 * workspace identifier outside the visible window. Imports used only by the hole are blanked. Identifiers in strings do
 * not count. Usage: bundle and run with GRAMMARS ROOT… ; prints one line a root: recall / wholly covered at each budget.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Completer, type OpenHole } from '../server/complete/complete.ts';
import { loadO200k } from '../server/complete/o200k.ts';
import { queryOf, similarChunks, stripText } from '../server/complete/retrieve.ts';
import { identifiersOf, isKeyword } from '../server/complete/tokens.ts';
import { listFiles } from '../server/git/listFiles.ts';
import { loadSyntax } from '../server/syntax/treeSitter.ts';
import { noTypes } from '../server/types/typeEngine.ts';

const [grammars = 'grammars', ...roots] = process.argv.slice(2);
const budgets = [512, 1024, 2048];
const count = await loadO200k();
const completer = new Completer({
  syntax: await loadSyntax(grammars),
  listFiles,
  types: noTypes,
  modelsDir: 'models',
  count,
});

interface Drawn {
  readonly path: string;
  readonly text: string;
  readonly offset: number;
  readonly hole: string;
}

/** Every return value and initialiser of one line, spread evenly over the files. */
function draw(root: string, paths: readonly string[], wanted: number): Drawn[] {
  const all: Drawn[] = [];
  for (const path of paths) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const match of text.matchAll(
      /^([ \t]+(?:return |(?:const |let |final )?[\w.<>, :]+ = ))([^\n]{4,120}?);?$/gm,
    )) {
      const offset = match.index + (match[1] ?? '').length;
      const hole = match[2] ?? '';
      all.push({ path, text: text.slice(0, offset) + text.slice(offset + hole.length), offset, hole });
    }
  }
  const step = Math.max(1, all.length / wanted);
  return all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** Blanks, in import lines before the hole, names that stand nowhere else in the buffer. */
function hideImports(drawn: Drawn, names: readonly string[]): Drawn {
  let text = drawn.text;
  for (const name of names) {
    const places = [...text.matchAll(new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}(?![\\w$])`, 'g'))];
    const only = places[0];
    if (places.length !== 1 || !only) continue;
    const line = text.slice(text.lastIndexOf('\n', only.index) + 1, only.index);
    if (/^\s*(?:import|from|using|use)\b|^\s+$/.test(line)) {
      text = text.slice(0, only.index) + ' '.repeat(name.length) + text.slice(only.index + name.length);
    }
  }
  return { ...drawn, text };
}

function neededBy(hole: OpenHole, text: string): string[] {
  const names = new Set(identifiersOf(stripText(text)).filter((name) => !isKeyword(name)));
  const { index } = hole.workspace;
  return [...names].filter((name) => !hole.view.visible.has(name) && index.symbolsNamed(name).length > 0);
}

for (const root of roots) {
  const { index } = await completer.workspace(root);
  const scores = new Map<string, { found: number; needed: number; full: number }>();
  const times: number[] = [];
  let holes = 0;
  for (const drawn of draw(root, [...index.files.keys()], 1500)) {
    if (holes >= 150) break;
    const names = identifiersOf(stripText(drawn.hole)).filter((name) => !isKeyword(name));
    const asked = hideImports(drawn, names);
    const hole = await completer.open({ root, path: asked.path, text: asked.text, offset: asked.offset });
    const needed = hole ? neededBy(hole, drawn.hole) : [];
    if (!hole || needed.length === 0) continue;
    holes++;
    const similar = similarChunks(index, hole.view, queryOf(hole.view, index.bm25), 100);
    for (const budget of budgets) {
      const started = performance.now();
      const ours = (await completer.context(hole, budget)).items.map((item) => item.text).join('\n');
      times.push(performance.now() - started);
      let bm25 = '';
      for (const chunk of similar) if (count(bm25) + count(chunk.text) <= budget) bm25 += chunk.text;
      const larger = asked.text.slice(
        Math.max(0, hole.view.windowStart - Math.round(budget * 3.4)),
        hole.view.windowStart,
      );
      for (const [way, text] of Object.entries({ ours, bm25, larger })) {
        const shown = new Set(identifiersOf(stripText(text)));
        const score = scores.get(`${way} ${budget}`) ?? { found: 0, needed: 0, full: 0 };
        const found = needed.filter((name) => shown.has(name)).length;
        scores.set(`${way} ${budget}`, {
          found: score.found + found,
          needed: score.needed + needed.length,
          full: score.full + Number(found === needed.length),
        });
      }
    }
  }
  const percent = (part: number, whole: number) => ((100 * part) / Math.max(1, whole)).toFixed(1);
  times.sort((x, y) => x - y);
  const line = [...scores]
    .map(([way, score]) => `${way}: ${percent(score.found, score.needed)}/${percent(score.full, holes)}`)
    .join('  ');
  console.log(
    `${root} holes ${holes}  ${line}  contextMs p50 ${times[times.length >> 1]?.toFixed(0)} p95 ${times[Math.floor(times.length * 0.95)]?.toFixed(0)}`,
  );
}
