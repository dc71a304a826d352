/** Conflicts and resolutions as lines for people: reason first, evidence next, the number last. */
import { type Earlier, saidOf } from '../earlier.ts';
import type { EditAccount, EditFate, Evidence, Resolution } from '../resolve/candidate.ts';
import { decisionsBehind, doubtOf, fraction, meetingsIn, movesIn, repeatsIn, wentOnFrom } from '../resolve/reasons.ts';
import { count, type Style } from './io.ts';

/** One line for each thing that was checked, and before them what was decided. */
export function describeEvidence(evidence: readonly Evidence[]): string[] {
  return evidence.flatMap((one) => {
    switch (one.check) {
      case 'decided':
        return [decisionsBehind(one)];
      case 'went on':
        return [wentOnFrom(one)];
      case 'parses':
        return [one.passed ? 'parses' : 'does not parse'];
      case 'edits':
        return [account('ours', one.left), account('theirs', one.right)];
      case 'invented':
        return one.tokens.length > 0 ? [`text of neither side: ${list(one.tokens)}`] : ['nothing invented'];
      case 'duplicates':
        return one.names.length > 0 ? [`defined twice: ${list(one.names)}`] : [];
      case 'repeats':
        return [repeatsIn(one)];
      case 'together':
        return one.said;
      case 'astray':
        return [one.said];
      case 'meets':
        return [meetingsIn(one)];
      case 'moved':
        return [movesIn(one)];
      case 'version':
        return [doubtOf(one)];
      case 'space':
        return ['the sides differ in white space, which may mean something here'];
      case 'elsewhere':
        return one.warnings.map((warning) => `elsewhere in the file: ${warning}`);
      case 'types':
        return one.newErrors.length > 0 ? [`new type errors: ${list(one.newErrors)}`] : ['no new type errors'];
      default:
        return [];
    }
  });
}

function account(side: string, { kept, changed, dropped }: EditAccount): string {
  const edits = kept.length + changed.length + dropped.length;
  if (edits === 0) return `${side}: no edit`;
  // What is gone is what nobody sees in the text.
  const gone = kept.filter(
    ({ added, removed, depth }) => depth === undefined && added === '' && /\p{L}{2}/u.test(removed),
  );
  const removes = gone.length > 0 ? ` (${list(gone.map(briefly))})` : '';
  if (kept.length === edits) return `${side}: ${edits === 1 ? 'its edit' : `all ${edits} edits`} kept${removes}`;
  const parts = [
    kept.length > 0 ? `${kept.length} kept${removes}` : '',
    changed.length > 0 ? `${changed.length} changed` : '',
    dropped.length > 0 ? `${dropped.length} dropped (${list(dropped.map(briefly))})` : '',
  ];
  return `${side}: ${parts.filter((part) => part !== '').join(', ')}`;
}

const briefly = ({ removed, added, depth }: EditFate): string =>
  depth !== undefined ? `${short(added)} ${depth}` : added.trim() === '' ? `-${short(removed)}` : `+${short(added)}`;

function list(items: readonly string[]): string {
  const shown = items.slice(0, 3).map((item) => short(item));
  return items.length > 3 ? `${shown.join(', ')} and ${items.length - 3} more` : shown.join(', ');
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

/** "resolved so in abc1234: Merge branch 'x', Ada, 2026-01-02". */
export function describeEarlier(earlier: Earlier): string {
  const { merge, at } = earlier;
  const day = new Date(at).toISOString().slice(0, 10);
  return merge ? `${saidOf(earlier)}: ${merge.title}, ${merge.author}, ${day}` : saidOf(earlier);
}

/** "(safe, 96 in 100)" in the tier's colour: the words of the editor's lenses. */
export function showTier({ tier, confidence }: Resolution, style: Style): string {
  const paint = { safe: style.green, likely: style.yellow, possible: style.dim }[tier];
  return paint(`(${tierWords(tier, confidence)})`);
}

/** What was not measured (a model's proposal) has a tier alone. */
export const tierWords = (tier: string, confidence: number): string =>
  confidence > 0 ? `${tier}, ${fraction(confidence)}` : tier;

/** A text as indented lines, cut after `most`; control characters made visible so that a file cannot drive the terminal. */
export function block(text: string, indent: string, paint: (line: string) => string, most = 12): string {
  const lines = text === '' ? ['(nothing)'] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const shown = lines.slice(0, most).map((line) => `${indent}${paint(visible(line))}\n`);
  if (lines.length > most) shown.push(`${indent}… ${count(lines.length - most, 'more line')}\n`);
  return shown.join('');
}

/** A word of a command that is printed to be pasted: quoted for a shell where it must be, and never taken for an option. */
export function quoted(word: string): string {
  const safe = word.startsWith('-') ? `./${word}` : word;
  if (/[\u0000-\u001f\u007f-\u009f]/.test(safe)) return ansiQuoted(safe);
  return /^[\p{L}\p{N}_@%+=:,./\\-]+$/u.test(safe) && !safe.includes('\\')
    ? safe
    : `'${safe.replaceAll("'", "'\\''")}'`;
}

/** `$'…'`, in which a line end can be written without being one. */
function ansiQuoted(word: string): string {
  const escaped = word.replace(/[\\']/g, '\\$&').replace(/[\u0000-\u001f\u007f-\u009f]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u00${code.toString(16)}`;
  });
  return `$'${escaped}'`;
}

/** A path or a line of a file, with control characters escaped. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, (unit) => {
    return unit === '\n' ? '\\n' : `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
