/** Conflict markers that the next commit would hold: `check` fails on them, and neither a command nor the editor goes on while they are there. */
import { mergeAttributes } from './git/attributes.ts';
import { operation } from './git/operation.ts';
import { inRepository, type Repository } from './git/repository.ts';
import { stagedWithMarkers, versionsBefore } from './git/staged.ts';
import type { UnmergedFile } from './git/unmerged.ts';
import { leftoverMarkers } from './merge/leftovers.ts';
import { enclosingConflicts, parseMarkers } from './merge/markers.ts';
import { lineAt } from './text/lines.ts';
import type { Span } from './text/span.ts';

export interface StagedMarker {
  readonly path: string;
  /** 1-based, in what is staged. */
  readonly line: number;
  /** Half a marker; else a whole conflict. */
  readonly half: boolean;
}

/** Markers, whole or half, about to be committed; those that a version which is merged has there already are text. */
export async function stagedMarkers(
  repo: Repository,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<StagedMarker[]> {
  const staged = await stagedWithMarkers(repo, options);
  const sizes = await mergeAttributes(
    repo,
    staged.map(({ path }) => path),
  );
  const { right } = (await operation(repo, options)).commits;
  // A divider that was left alone is told from a heading's underline by where git's own conflict had one.
  const alone = staged.filter(({ text }) => /^={7,}\r?$/m.test(text)).map(({ path }) => path);
  const versions = await versionsBefore(repo, alone, options);
  const found: StagedMarker[] = [];
  for (const { path, text, before } of staged) {
    const markerSize = sizes.get(path)?.markerSize ?? 7;
    const whole = marked(text, markerSize);
    const conflicts = whole.map(({ span }) => span);
    const sides = versions.get(path);
    if (whole.length + leftoverMarkers(text, { markerSize, conflicts, sides }).length === 0) continue;
    const theirs = right === undefined ? undefined : await textAt(repo, right, path);
    const known = [before, theirs];
    const blocks = new Set(known.flatMap((one) => (one === undefined ? [] : markedTexts(one, markerSize))));
    for (const { line, block } of whole) if (!blocks.has(block)) found.push({ path, line, half: false });
    for (const { start } of leftoverMarkers(text, { markerSize, conflicts, known, sides }))
      found.push({ path, line: lineAt(text, start), half: true });
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

/** The whole conflicts of a text, those around others as well. */
export function marked(text: string, markerSize: number, stages?: UnmergedFile['texts']): Marked[] {
  const inner = parseMarkers(text, { markerSize, stages }).flatMap((hunk) =>
    hunk.kind === 'conflict' ? [hunk.conflict.span] : [],
  );
  return [...enclosingConflicts(text, { markerSize, stages }), ...inner]
    .sort((a, b) => a.start - b.start)
    .map((span) => ({ line: lineAt(text, span.start), block: text.slice(span.start, span.end), span }));
}

const markedTexts = (text: string, size: number): string[] => marked(text, size).map(({ block }) => block);
