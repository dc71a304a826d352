/**
 * Puts together what a model is told about one conflict: messages of the commits that touched its lines, declarations of the
 * names in it, and the checker's view of the file with a text in place of the conflict.
 */
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Completer } from './complete/complete.ts';
import { identifiersOf, isKeyword } from './complete/tokens.ts';
import { type CommitMessage, isIgnored, messagesFor } from './git/intent.ts';
import type { Operation } from './git/operation.ts';
import type { Repository } from './git/repository.ts';
import { conventionFiles, formatterFacts, MOST_SETTINGS, styleOf } from './model/conventions.ts';
import { whyPrivate } from './model/private.ts';
import type { ConflictContext } from './resolve/candidate.ts';
import type { TypeErrors } from './resolve/proposalCheck.ts';
import type { TypeEngine } from './types/typeEngine.ts';

export interface ConflictPlace {
  readonly repo: Repository;
  readonly operation: Operation;
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** Git's versions of the file. */
  readonly stages?: { readonly left: string; readonly right: string } | undefined;
}

export interface Known {
  readonly intents: { readonly left: readonly CommitMessage[]; readonly right: readonly CommitMessage[] };
  readonly definitions: readonly { readonly path: string; readonly text: string }[];
  readonly conventions: readonly string[];
}

/** Declarations shown for one conflict, and their units in all. */
const DEFINITIONS = 12;
const LENGTH = 4000;
/** Milliseconds that the checker may take for one proposal; without its word the proposal says nothing of types. */
const PATIENCE = 10_000;

export async function knownAbout(
  context: ConflictContext,
  place: ConflictPlace | undefined,
  completer: Completer | undefined,
  signal: AbortSignal,
): Promise<Known> {
  const messages = (side: 'left' | 'right') => {
    const region = place?.stages && regionOf(place.stages[side], context, side);
    return place && region
      ? messagesFor(place.repo, place.operation, side, { path: place.path, ...region }, signal)
      : Promise.resolve([]);
  };
  const [left, right, definitions, formatter] = await Promise.all([
    messages('left'),
    messages('right'),
    place && completer ? definitionsFor(context, place, completer) : [],
    place ? settingsFor(place) : [],
  ]);
  const style = styleOf(place?.stages?.left ?? context.before + context.sides.left + context.after);
  return { intents: { left, right }, definitions, conventions: [...formatter, ...style] };
}

/** What the repository's formatters are told about a file: settings files from its folder up to the root, unless git ignores them. */
async function settingsFor({ repo, path }: ConflictPlace): Promise<readonly string[]> {
  const found: { path: string; text: string }[] = [];
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    for (const name of conventionFiles) {
      const at = folder === '.' ? name : `${folder}/${name}`;
      const text = await readFile(join(repo.root, at), 'utf8').catch(() => undefined);
      if (text !== undefined && text.length <= MOST_SETTINGS && !(await isIgnored(repo, at)))
        found.push({ path: at, text });
    }
    if (folder === '.' || found.length > 12) break;
  }
  return formatterFacts(path, found);
}

/** Where a side's lines of the conflict stand in that side's file. Undefined where they cannot be found. */
export function regionOf(
  file: string,
  { sides, before }: ConflictContext,
  side: 'left' | 'right',
): { readonly from: number; readonly to: number } | undefined {
  const plain = (text: string) => text.replaceAll('\r\n', '\n');
  const own = plain(sides[side]);
  const anchor = plain(before).split('\n').slice(-4).join('\n');
  const whole = plain(file);
  const found = whole.indexOf(anchor + own);
  const at = found >= 0 ? found + anchor.length : own.trim() === '' ? -1 : whole.indexOf(own);
  if (at < 0) return undefined;
  const from = whole.slice(0, at).split('\n').length;
  const lines = own === '' ? 1 : own.replace(/\n$/, '').split('\n').length;
  return { from: Math.max(1, from), to: from + lines - 1 };
}

/** Headers of what the conflict's names are declared as elsewhere in the workspace; the rarer a name, the more it tells. */
async function definitionsFor(
  { sides }: ConflictContext,
  { repo, path }: ConflictPlace,
  completer: Completer,
): Promise<Known['definitions']> {
  const { index } = await completer.workspace(repo.root);
  const names = [...new Set(identifiersOf(`${sides.left}\n${sides.right}`))].filter((name) => !isKeyword(name));
  const places = names
    .map((name) =>
      index.symbolsNamed(name).filter(({ file }) => file.path !== path && whyPrivate(file.path) === undefined),
    )
    .filter((found) => found.length > 0 && found.length <= 4)
    .sort((a, b) => a.length - b.length);
  const out: { path: string; text: string }[] = [];
  let length = 0;
  for (const found of places) {
    const first = found[0];
    if (!first || out.length >= DEFINITIONS) break;
    const text = first.symbol.header.slice(0, 600);
    if (text.trim() === '' || length + text.length > LENGTH) continue;
    out.push({ path: first.file.path, text });
    length += text.length;
  }
  return out.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the checker says of the file with a text in the conflict's place and of neither side's file. */
export function typeErrorsWith(
  types: TypeEngine,
  file: string,
  whole: (text: string) => string,
  stages: { readonly left: string; readonly right: string } | undefined,
): TypeErrors | undefined {
  if (!types.knows(file) || !stages) return undefined;
  let parents: Promise<ReadonlySet<string> | undefined> | undefined;
  let late = false;
  return async (text, signal) => {
    if (late) return undefined;
    const limit = AbortSignal.timeout(PATIENCE);
    limit.addEventListener('abort', () => {
      late = true; // a checker that is not ready now is not waited for again
    });
    const messages = async (content: string) => {
      const report = await types.errorReport(file, content, AbortSignal.any([signal, limit]));
      return report
        ?.filter(({ category }) => category === 'error')
        .map(({ code, message }) => `${message.split('\n')[0]} (${code})`);
    };
    parents ??= Promise.all([messages(stages.left), messages(stages.right)]).then(([left, right]) =>
      left && right ? new Set([...left, ...right]) : undefined,
    );
    const [known, found] = [await parents, await messages(whole(text))];
    return known && found ? [...new Set(found.filter((message) => !known.has(message)))] : undefined;
  };
}
