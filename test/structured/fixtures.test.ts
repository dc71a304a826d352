/**
 * Merges on disk: test/fixtures/merge/LANGUAGE/CASE/{base,left,right,expected}.EXT, with a note.md where the case needs one.
 * `expected` is git's line merge with the texts of structured merge in its conflicts; what stays open stands in markers.
 * `UPDATE=1 npx vitest run test/structured` rewrites it. merge-known-wrong holds results that are wrong today, asserted as
 * they are: the day one changes is noticed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lineMerge } from '../../server/merge/lineMerge.ts';
import { printHunks } from '../../server/merge/markers.ts';
import { structuredMerge } from '../../server/merge/structured/structuredMerge.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { testSyntax } from '../support/syntax.ts';

const labels = { left: 'left', base: 'base', right: 'right' };

interface Fixture {
  readonly folder: string;
  readonly extension: string;
}

function fixturesIn(root: string): Fixture[] {
  if (!existsSync(root)) return [];
  const folders = readdirSync(root).flatMap((language) =>
    readdirSync(join(root, language)).map((name) => join(root, language, name)),
  );
  return folders.map((folder) => {
    const base = readdirSync(folder).find((file) => file.startsWith('base.'));
    if (base === undefined) throw new Error(`${folder} has no base`);
    return { folder, extension: base.slice('base.'.length) };
  });
}

async function mergeFixture({ folder, extension }: Fixture): Promise<string> {
  const read = (name: string) => readFileSync(join(folder, `${name}.${extension}`), 'utf8');
  const language = languageOf(`file.${extension}`);
  if (language === undefined) throw new Error(`no language for ${extension}`);
  const syntax = await testSyntax(language.id);
  const line = lineMerge({ base: read('base'), left: read('left'), right: read('right') }, { labels });
  const texts = structuredMerge(line, (versions) => syntax.parseVersions(language, versions), language);
  let next = 0;
  const hunks = line.hunks.map((hunk) => {
    const text = hunk.kind === 'conflict' ? texts[next++] : undefined;
    return text === undefined ? hunk : { kind: 'stable' as const, text: text.text };
  });
  return printHunks(hunks, { style: 'diff3', labels });
}

for (const kind of ['merge', 'merge-known-wrong']) {
  describe(kind, () => {
    const root = join(import.meta.dirname, '../fixtures', kind);
    for (const fixture of fixturesIn(root)) {
      it(fixture.folder.slice(root.length + 1), async () => {
        const merged = await mergeFixture(fixture);
        const path = join(fixture.folder, `expected.${fixture.extension}`);
        if (process.env['UPDATE'] === '1') writeFileSync(path, merged);
        expect(merged).toBe(readFileSync(path, 'utf8'));
      });
    }
  });
}

it('covers every language', () => {
  const covered = readdirSync(join(import.meta.dirname, '../fixtures/merge'));
  for (const id of [
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
    'json',
    'yaml',
    'toml',
    'xml',
    'properties',
    'css',
    'html',
    'markdown',
    'bash',
    'php',
    'ruby',
  ]) {
    expect(covered).toContain(id);
  }
});
