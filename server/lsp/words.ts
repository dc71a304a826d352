/** Resolutions in people's words: names for sides, odds for confidence, one line for each thing that was checked. */
import type { EditAccount, EditFate, Evidence } from '../resolve/candidate.ts';
import { decisionsBehind, doubtOf, fraction, meetingsIn, movesIn, repeatsIn, wentOnFrom } from '../resolve/reasons.ts';

export interface Names {
  readonly left: string;
  readonly right: string;
}

/** Quoted code, or one of the two words that is neither a part of a path (`ours/money.py`) nor of another name. */
const SIDE = /“[^”]*”|(?<![\w./\\$@-])(?:ours|theirs)(?![\w/\\$@-]|\.\w)/g;

/** The engine says ours and theirs; people read names. */
export function named(text: string, names: Names): string {
  return text.replace(SIDE, (word) => (word === 'ours' ? names.left : word === 'theirs' ? names.right : word));
}

export function oddsOf(confidence: number): string {
  return confidence === 0 ? 'not measured' : `${fraction(confidence)} like this were resolved so`;
}

/** One line for each check, the edit account in full: what became of every edit of each side. */
export function evidenceLines(evidence: readonly Evidence[], names: Names): string[] {
  return evidence.flatMap((one) => {
    switch (one.check) {
      case 'went on': {
        // Names alone: a commit may speak of ours and theirs.
        const said = wentOnFrom(one, names);
        return [`${said.charAt(0).toUpperCase()}${said.slice(1)}.`];
      }
      case 'decided': {
        const said = named(decisionsBehind(one), names);
        return [`${said.charAt(0).toUpperCase()}${said.slice(1)}.`];
      }
      case 'parses':
        return [one.passed ? 'The result parses.' : 'The result has an error of syntax that neither side has.'];
      case 'edits':
        return [account(names.left, one.left), account(names.right, one.right)];
      case 'invented':
        return one.tokens.length > 0 ? [`Words of neither side: ${listed(one.tokens)}.`] : [];
      case 'duplicates':
        return one.names.length > 0 ? [`Defined twice: ${listed(one.names)}.`] : [];
      case 'repeats':
        return [`${repeatsIn(one)}.`].map((said) => said.charAt(0).toUpperCase() + said.slice(1));
      case 'together':
        return one.said.map((said) => `${said.charAt(0).toUpperCase()}${named(said.slice(1), names)}.`);
      case 'astray':
        return [`${named(one.said, names)}.`];
      case 'meets':
        return [`${meetingsIn(one, names)}.`].map((said) => said.charAt(0).toUpperCase() + said.slice(1));
      case 'moved':
        return [`${named(movesIn(one), names)}.`];
      case 'version':
        return [`${named(doubtOf(one), names)}.`];
      case 'space':
        return ['The sides differ in white space, which may mean something here.'];
      case 'elsewhere':
        return one.warnings.map((warning) => `Elsewhere in the file: ${named(warning, names)}.`);
      case 'types':
        return one.newErrors.length > 0 ? [`New type errors: ${listed(one.newErrors)}.`] : ['No new type errors.'];
      default:
        return [];
    }
  });
}

function account(side: string, { kept, changed, dropped }: EditAccount): string {
  const all = kept.length + changed.length + dropped.length;
  if (all === 0) return `${side}: no edit here.`;
  if (kept.length === all) return `${side}: ${all === 1 ? 'its edit is' : `all ${all} edits are`} kept.`;
  const parts = [
    kept.length > 0 ? `${kept.length} kept` : '',
    changed.length > 0 ? `${changed.length} changed (${listed(changed.map(briefly))})` : '',
    dropped.length > 0 ? `${dropped.length} dropped (${listed(dropped.map(briefly))})` : '',
  ];
  return `${side}: ${parts.filter((part) => part !== '').join(', ')}.`;
}

export const briefly = ({ removed, added, depth }: EditFate): string =>
  depth !== undefined
    ? `${short(added)} ${depth}`
    : added.trim() === ''
      ? `− ${short(removed)}`
      : removed.trim() === ''
        ? `+ ${short(added)}`
        : `${short(removed)} → ${short(added)}`;

function listed(items: readonly string[]): string {
  const shown = items.slice(0, 4).map((item) => short(item));
  return items.length > 4 ? `${shown.join(', ')} and ${items.length - 4} more` : shown.join(', ');
}

export function short(text: string, most = 48): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** A day as people of every country read it. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
