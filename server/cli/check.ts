/** `mortise check`: is anything left in conflict, or about to be committed with markers in it? For hooks and CI. */
import { isUtf8 } from 'node:buffer';
import { mergeAttributes } from '../git/attributes.ts';
import { openRepository } from '../git/repository.ts';
import { stagedFiles } from '../git/staged.ts';
import { type UnmergedFile, unmergedFiles } from '../git/unmerged.ts';
import { readRegular } from '../git/write.ts';
import { parseMarkers } from '../merge/markers.ts';
import { stagesLike } from '../mergeContext.ts';
import { lineAt } from './conflicts.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';
import { shown } from './resolve.ts';

export const help = `Usage: mortise check [-C DIR]

Report unmerged paths, and conflict markers in conflicted files or in what is staged (markers
that HEAD has in that file already, as in a test fixture, do not count).

Exit code: 0 nothing found; 1 something found; 2 it could not be done.
`;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, { C: { type: 'string', short: 'C' } });
  if (positionals.length > 0) throw new UsageError('check takes no paths.');
  const repo = await openRepository(startFolder(io, values.C));
  const found: string[] = [];
  const unmerged = await unmergedFiles(repo, { signal: io.signal });
  for (const one of unmerged) {
    const { path, file, title, attributes } = one;
    const bytes = await readRegular(file);
    const text = bytes && isUtf8(bytes) ? bytes.toString('utf8') : '';
    const lines = marked(text, attributes.markerSize, stagesLike(text, one)).map(({ line }) => line);
    const name = shown(io, repo, path);
    found.push(lines.length === 0 ? `${name}: unmerged (${title})` : '');
    for (const line of lines) found.push(`${name}:${line}: unmerged, conflict markers`);
  }
  const staged = await stagedFiles(repo, { signal: io.signal });
  const sizes = await mergeAttributes(
    repo,
    staged.map(({ path }) => path),
  );
  for (const { path, text, before } of staged) {
    const size = sizes.get(path)?.markerSize ?? 7;
    const known = new Set(before === undefined ? [] : markedTexts(before, size));
    for (const { line, block } of marked(text, size)) {
      if (!known.has(block)) found.push(`${shown(io, repo, path)}:${line}: conflict markers are staged`);
    }
  }
  const lines = found.filter((line) => line !== '');
  for (const line of lines) io.out(`${line}\n`);
  if (lines.length > 0)
    io.err(`mortise: ${count(lines.length, 'problem')}. "mortise resolve" shows what can be done.\n`);
  return lines.length > 0 ? 1 : 0;
}

function marked(text: string, markerSize: number, stages?: UnmergedFile['texts']): { line: number; block: string }[] {
  return parseMarkers(text, { markerSize, stages }).flatMap((hunk) => {
    if (hunk.kind !== 'conflict') return [];
    const { start, end } = hunk.conflict.span;
    return [{ line: lineAt(text, start), block: text.slice(start, end) }];
  });
}

const markedTexts = (text: string, size: number): string[] => marked(text, size).map(({ block }) => block);
