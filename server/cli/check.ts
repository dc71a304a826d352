/** `mortise check`: is anything left in conflict, or about to be committed with markers in it? For hooks and CI. */
import { isUtf8 } from 'node:buffer';
import { mergeAttributes } from '../git/attributes.ts';
import { reopened } from '../git/reopened.ts';
import { openRepository, type Repository } from '../git/repository.ts';
import { unmergedFiles } from '../git/unmerged.ts';
import { readRegular } from '../git/write.ts';
import { stagesLike } from '../mergeContext.ts';
import { marked, stagedMarkers } from '../stagedMarkers.ts';
import { calling } from './called.ts';
import { leftoverLines } from './conflicts.ts';
import { shown } from './goOn.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';

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
  for (const { path, line, half } of await stagedMarkers(repo, { signal: io.signal }))
    found.push(
      `${shown(io, repo, path)}:${line}: ${half ? 'half a conflict marker is' : 'conflict markers are'} staged`,
    );
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
