/**
 * The edit account of a proposal, edit by edit, for the hover: what became of every change of both sides. In a client that
 * has the commands each edit and each commit is a link.
 */
import type { EditAccount, EditFate } from '../resolve/candidate.ts';
import type { OpenConflict } from './session.ts';
import { briefly, plural, short } from './words.ts';

/** Edits of one side that are listed; the rest is counted. */
const LISTED = 6;

const fates = [
  ['dropped', '✗ dropped'],
  ['changed', '~ changed'],
  ['kept', '✓ kept'],
] as const;

/** One line for each edit, dropped ones first: they are what a reader must see. */
export function accountLines(uri: string, open: OpenConflict, linked: boolean): string[] {
  const found = open.best()?.evidence.find((one) => one.check === 'edits');
  if (found?.check !== 'edits') return [];
  return (['left', 'right'] as const).flatMap((side) => {
    const account: EditAccount = found[side];
    const edits = fates.flatMap(([fate, word]) => account[fate].map((edit) => ({ edit, word })));
    const name = asPlain(open.names[side]);
    const lines = edits.slice(0, LISTED).map(({ edit, word }) => {
      const text = asPlain(short(briefly(edit), 60));
      return `- ${word} (${name}): ${linked ? link(text, 'mortise.showEdit', target(uri, open, side, edit)) : text}`;
    });
    const more = edits.length - LISTED;
    return more > 0 ? [...lines, `- … ${plural(more, 'more edit')} of ${name}`] : lines;
  });
}

const target = (uri: string, { id }: OpenConflict, side: 'left' | 'right', { start, end }: EditFate) => [
  { uri, conflict: id, side, start, end },
];

export const commitLink = (root: string, commit: string, linked: boolean): string =>
  linked ? link(`\`${commit}\``, 'mortise.showCommit', [{ root, commit }]) : `\`${commit}\``;

const link = (text: string, command: string, args: readonly unknown[]): string =>
  `[${text}](command:${command}?${encodeURIComponent(JSON.stringify(args)).replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)})`;

export const asPlain = (text: string): string => text.replace(/[\\`*_{}[\]<>()#|!]/g, '\\$&');
