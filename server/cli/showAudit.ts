/** What `audit` tells people of one merge: each file that is otherwise than git merged it, then one line of all. */

import type { MergeCommit } from '../git/remerge.ts';
import { saidOfNumber } from '../git/sameNumbers.ts';
import type { LostEdit } from '../resolve/auditFile.ts';
import type { Audit, AuditedFile } from './audit.ts';
import { count, type Io } from './io.ts';
import { visible } from './show.ts';

const isRemoved = ({ whole, conflicted }: AuditedFile): boolean => whole === 'removed' && !conflicted;

export const isBad = (file: AuditedFile): boolean =>
  file.markers.length + file.halfMarkers.length > 0 ||
  (file.lost?.length ?? 0) > 0 ||
  isRemoved(file) ||
  file.gone.length > 0 ||
  file.notCompared;

/** So many lost edits of one file are written out. */
const SHOWN = 5;

export const titleOf = ({ style }: Io, { oid, title }: Pick<MergeCommit, 'oid' | 'title'>): string =>
  style.bold(`${oid.slice(0, 10)} ${visible(title)}`);

export function showAudit(io: Io, { commit, title, ours, theirs, files, sameNumbers }: Audit): void {
  const { style } = io;
  io.out(`${titleOf(io, { oid: commit, title })}\n`);
  io.out(`${style.dim('  ours:  ')} ${visible(ours)}\n${style.dim('  theirs:')} ${visible(theirs)}\n`);
  for (const file of files) showFile(io, file);
  for (const one of sameNumbers) io.out(`  ${style.yellow('look:')} ${visible(saidOfNumber(one))}\n`);
  const lost = files.reduce((n, one) => n + (one.lost?.length ?? 0), 0);
  const whole = files.reduce((n, one) => n + one.markers.length, 0);
  const half = files.reduce((n, one) => n + one.halfMarkers.length, 0);
  const removed = files.filter(isRemoved).length;
  const gone = files.filter((one) => one.gone.length > 0).length;
  const unknown = files.filter((one) => one.notCompared).length;
  const said = [
    lost > 0 ? `${count(lost, 'edit')} lost outside of conflicts` : '',
    removed > 0 ? `${count(removed, 'file')} removed that git keeps` : '',
    gone > 0 ? `${count(gone, 'file')} without what a side did to it` : '',
    whole > 0 ? `${count(whole, 'conflict')} committed with ${whole === 1 ? 'its' : 'their'} markers` : '',
    half > 0 ? `${count(half, 'half marker')} committed` : '',
  ].filter((part) => part !== '');
  const where =
    unknown > 0 ? ' in what was compared' : files.some((one) => one.conflicted) ? ' outside of conflicts' : '';
  const all = `nothing lost${where}, no markers`;
  const open = unknown > 0 ? style.yellow(`; ${count(unknown, 'file')} not compared: look there`) : '';
  io.out(`  ${said.length > 0 ? style.yellow(said.join(', ')) : style.green(all)}${open}.\n\n`);
}

function showFile(io: Io, file: AuditedFile): void {
  const { style } = io;
  const {
    path,
    conflicted,
    whole,
    conflicts = 0,
    byHand,
    lost,
    decided = [],
    moved = [],
    together = [],
    markers,
    halfMarkers,
    gone,
    notCompared,
    taken,
  } = file;
  const name = visible(path);
  for (const line of markers) io.out(`  ${style.yellow(`${name}:${line}: conflict markers were committed`)}\n`);
  for (const line of halfMarkers)
    io.out(`  ${style.yellow(`${name}:${line}: half a conflict marker was committed`)}\n`);
  if (taken !== undefined && lost === undefined) {
    const other = taken === 'ours' ? 'theirs' : 'ours';
    const said = taken === 'neither' ? 'as neither has it' : `as ${taken} has it, without the change of ${other}`;
    io.out(`  ${name}: changed by both, git left it in conflict: ${said}\n`);
    return;
  }
  if (whole === undefined) return;
  if (lost === undefined) {
    const what = { removed: 'not in the commit', added: 'only in the commit', changed: 'otherwise than git merged it' };
    const deed = whole === 'added' ? 'removed or renamed it' : 'changed it, which is lost';
    const how = [
      conflicted ? 'git left it in conflict' : '',
      gone.length > 0 ? `${gone.join(' and ')} ${deed}` : '',
      notCompared ? 'not compared line by line' : '',
    ].filter((part) => part !== '');
    const said = `${what[whole]}${how.length > 0 ? ` (${how.join(', ')})` : ''}`;
    io.out(`  ${name}: ${isBad(file) ? style.yellow(said) : said}\n`);
    for (const { said } of moved) io.out(`      ${style.yellow('look:')} ${visible(said)}\n`);
    return;
  }
  const about = [
    conflicts > 0 ? count(conflicts, 'conflict') : 'git merged it without a conflict',
    decided.length > 0 ? `${count(decided.length, 'edit')} not taken there` : '',
    byHand ? 'changed by hand outside of conflicts' : '',
    notCompared ? style.yellow('with another mode than git gave it') : '',
  ];
  io.out(`  ${name}: ${about.filter((part) => part !== '').join(', ')}\n`);
  for (const said of [...moved.map((one) => one.said), ...together])
    io.out(`      ${style.yellow('look:')} ${visible(said)}\n`);
  for (const edit of lost.slice(0, SHOWN)) io.out(`      ${style.yellow('lost')} ${describe(edit)}\n`);
  if (lost.length > SHOWN) io.out(`      and ${lost.length - SHOWN} more\n`);
}

function describe({ side, line, removed, added, depth }: LostEdit): string {
  const brief = (words: string) => {
    const one = visible(words.replace(/\s+/g, ' ').trim());
    return one.length > 60 ? `${one.slice(0, 59)}…` : one;
  };
  if (depth !== undefined) return `of ${side}, line ${line}: ${depth} ${brief(added)}`;
  // A diff may begin with the end of what stands before.
  if (added === '') return `of ${side}, line ${line}: -${brief(removed.replace(/^[\s;,)}\]]+/, '') || removed)}`;
  const lines = added.trimEnd().split('\n').length;
  return `of ${side}, line ${line}${lines > 1 ? `, ${lines} lines` : ''}: +${brief(added)}`;
}
