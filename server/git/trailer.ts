/**
 * Lists automatic resolutions in the message that git prepared for the commit, as trailers. Only on the user's word. Written
 * again, the old list is replaced: what was undone meanwhile does not stay.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from './repository.ts';
import type { AppliedEntry } from './saved.ts';
import { replaceFile } from './write.ts';

const key = 'Resolved-by-Mortise';

/** Where git keeps the message while it waits; a rebase reads its own copy. */
const messages = ['MERGE_MSG', 'rebase-merge/message'];

export function trailerOf({ path, line, reason, tier }: AppliedEntry): string {
  // A trailer is one line, whatever a path or a reason holds.
  return `${key}: ${path}:${line} ${reason} (${tier})`.replace(/\s+/g, ' ');
}

/** How many trailers stand in the message now; 0 also where git prepared no message. */
export async function writeTrailers(repo: Repository, entries: readonly AppliedEntry[]): Promise<number> {
  let written = 0;
  for (const name of messages) {
    const file = join(repo.gitDir, name);
    const before = await readFile(file).catch(() => undefined);
    if (before === undefined) continue;
    const after = withTrailers(before.toString('utf8'), entries.map(trailerOf));
    // Whole or not at all: the user may have written in it.
    await replaceFile(file, Buffer.from(after), before);
    written = entries.length;
  }
  return written;
}

/** Trailers are the last paragraph before git's comments ("# Conflicts:"), joined to trailers that stand there already. */
export function withTrailers(message: string, trailers: readonly string[]): string {
  const lines = message.split('\n').filter((line) => !line.startsWith(`${key}: `));
  const comments = lines.findIndex((line, i) => line.startsWith('#') && lines.slice(i).every(isComment));
  const end = comments < 0 ? lines.length : comments;
  const body = lines.slice(0, end).join('\n').trimEnd();
  const rest = lines.slice(end).join('\n');
  if (trailers.length === 0) return `${body}\n${rest === '' ? '' : `\n${rest}`}`;
  const last = body.split(/\n\n/).at(-1) ?? '';
  const joined = body.includes('\n\n') && last.split('\n').every((line) => /^[A-Za-z][A-Za-z-]*: /.test(line));
  return `${body}${joined ? '\n' : '\n\n'}${trailers.join('\n')}\n${rest === '' ? '' : `\n${rest}`}`;
}

const isComment = (line: string): boolean => line === '' || line.startsWith('#');
