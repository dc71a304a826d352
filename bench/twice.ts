/**
 * `npm run bench:twice -- CORPUS…`: false alarms. How often the developers' own files hold a name imported twice, by the rules that
 * keep a text from being applied in bulk: in any of the three texts that compiled, and in the merge where neither side has it.
 */
import { duplicateImports } from '../server/merge/aftermath/duplicateImports.ts';
import { loadServices } from '../server/services.ts';
import { languageOf } from '../server/syntax/languages.ts';
import { choiceOf, readBench, sample, sharedOptions } from './lib/choice.ts';
import { table } from './lib/report.ts';

const usage = `Usage: npm run bench:twice -- CORPUS... [--per-repo 25] [--languages rs,go] [--seed S] [--show]
  CORPUS is a folder that "mortise mine" wrote, or one of its .jsonl.gz files.
`;

const { values, positionals } = readBench(usage, { ...sharedOptions, show: { type: 'boolean', default: false } });

interface Row {
  merges: number;
  texts: number;
  /** Texts that have one. */
  having: number;
  /** Merges that have one which no side has. */
  anew: number;
}

async function main(): Promise<void> {
  const { syntax } = await loadServices();
  const rows = new Map<string, Row>();
  for await (const record of sample(positionals, 'conflicts', choiceOf(values))) {
    const { path, left, right, merged, lang } = record;
    const language = languageOf(path);
    if (!language) continue;
    await syntax.ready(language);
    const row = rows.get(lang) ?? { merges: 0, texts: 0, having: 0, anew: 0 };
    rows.set(lang, row);
    row.merges++;
    const twice = [left, right, merged].map((text) => {
      const tree = syntax.parse(language, text);
      const names = tree ? duplicateImports(tree, language) : [];
      row.texts += tree ? 1 : 0;
      row.having += names.length > 0 ? 1 : 0;
      return new Set(names);
    });
    const [ours, theirs, own] = twice;
    const fresh = [...(own ?? [])].filter((name) => !ours?.has(name) && !theirs?.has(name));
    if (fresh.length > 0) row.anew++;
    const all = [...new Set(twice.flatMap((names) => [...names]))];
    if (values.show && all.length > 0)
      process.stderr.write(`${record.repo} ${record.merge.slice(0, 10)} ${path}: ${all}; anew: ${fresh}\n`);
  }
  process.stdout.write(
    `${table(
      ['language', 'merges', 'texts', 'with a name twice', 'anew in the merge'],
      [...rows].map(([lang, { merges, texts, having, anew }]) => [lang, merges, texts, having, anew]),
    )}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
