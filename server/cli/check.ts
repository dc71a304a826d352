/** `mortise check`: is anything left in conflict, or about to be committed with markers in it? For hooks and CI. */
import { isUtf8 } from 'node:buffer';
import { mergeAttributes } from '../git/attributes.ts';
import { operation } from '../git/operation.ts';
import { reopened } from '../git/reopened.ts';
import { inRepository, openRepository, type Repository } from '../git/repository.ts';
import { stagedFiles } from '../git/staged.ts';
import { type UnmergedFile, unmergedFiles } from '../git/unmerged.ts';
import { readRegular } from '../git/write.ts';
import { leftoverMarkers } from '../merge/leftovers.ts';
import { parseMarkers } from '../merge/markers.ts';
import { stagesLike } from '../mergeContext.ts';
import type { Span } from '../text/span.ts';
import { calling } from './called.ts';
import { leftoverLines, lineAt } from './conflicts.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';
import { shown } from './showOutcomes.ts';

export const help = `Usage: mortise check [-C DIR]

Report unmerged paths, and conflict markers, whole or half, in conflicted files or in what is
staged (markers that HEAD or the side being merged has in that file, as in a test fixture, do
not count), and those that "mortise undo" brought back after the merge.

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
    const whole = marked(text, attributes.markerSize, stagesLike(text, one));
    const half = leftoverLines(
      text,
      one,
      whole.map(({ span }) => span),
    );
    const name = shown(io, repo, path);
    if (whole.length + half.length === 0) found.push(`${name}: unmerged (${title})`);
    for (const { line } of whole) found.push(`${name}:${line}: unmerged, conflict markers`);
    for (const line of half) found.push(`${name}:${line}: unmerged, half a conflict marker`);
  }
  found.push(...(await stagedMarkers(repo, io)));
  for (const { path, bytes } of await reopened(repo))
    for (const { line } of marked(bytes.toString('utf8'), await markerSizeOf(repo, path)))
      found.push(`${shown(io, repo, path)}:${line}: conflict markers that undo brought back, in no merge of git's`);
  for (const line of found) io.out(`${line}\n`);
  if (found.length > 0)
    io.err(`mortise: ${count(found.length, 'problem')}. "${calling(io, repo, 'resolve')}" shows what can be done.\n`);
  return found.length > 0 ? 1 : 0;
}

const markerSizeOf = async (repo: Repository, path: string): Promise<number> =>
  (await mergeAttributes(repo, [path])).get(path)?.markerSize ?? 7;

/** Markers, whole or half, about to be committed; those that a version which is merged has there already are text. */
async function stagedMarkers(repo: Repository, io: Io): Promise<string[]> {
  const staged = await stagedFiles(repo, { signal: io.signal });
  const sizes = await mergeAttributes(
    repo,
    staged.map(({ path }) => path),
  );
  const { right } = (await operation(repo, { signal: io.signal })).commits;
  const found: string[] = [];
  for (const { path, text, before } of staged) {
    const markerSize = sizes.get(path)?.markerSize ?? 7;
    const whole = marked(text, markerSize);
    const conflicts = whole.map(({ span }) => span);
    if (whole.length + leftoverMarkers(text, { markerSize, conflicts }).length === 0) continue;
    const theirs = right === undefined ? undefined : await textAt(repo, right, path);
    const known = [before, theirs];
    const blocks = new Set(known.flatMap((one) => (one === undefined ? [] : markedTexts(one, markerSize))));
    const name = shown(io, repo, path);
    for (const { line, block } of whole)
      if (!blocks.has(block)) found.push(`${name}:${line}: conflict markers are staged`);
    for (const { start } of leftoverMarkers(text, { markerSize, conflicts, known }))
      found.push(`${name}:${lineAt(text, start)}: half a conflict marker is staged`);
  }
  return found;
}

/** A path's text in a commit; undefined where it has none. */
async function textAt(repo: Repository, commit: string, path: string): Promise<string | undefined> {
  const { code, stdout } = await inRepository(repo, ['cat-file', 'blob', `${commit}:${path}`], { ok: [0, 1, 128] });
  return code === 0 ? stdout.toString('utf8') : undefined;
}

interface Marked {
  readonly line: number;
  readonly block: string;
  readonly span: Span;
}

function marked(text: string, markerSize: number, stages?: UnmergedFile['texts']): Marked[] {
  return parseMarkers(text, { markerSize, stages }).flatMap((hunk) => {
    if (hunk.kind !== 'conflict') return [];
    const { span } = hunk.conflict;
    return [{ line: lineAt(text, span.start), block: text.slice(span.start, span.end), span }];
  });
}

const markedTexts = (text: string, size: number): string[] => marked(text, size).map(({ block }) => block);
