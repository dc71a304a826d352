/** Labels that the `switch` around a hole has already: a second one is never reached, and some languages refuse it. */
import type { HoleTokens } from '../holeTokens.ts';
import { NEWLINE } from '../tokens.ts';

const opens = /^[([{]$/;
const closes = /^[)\]}]$/;

/** Says of the tokens of a fill whether it is a label that is there already. */
export function handledIn({
  before,
  after,
}: Pick<HoleTokens, 'before' | 'after'>): (tokens: readonly string[]) => boolean {
  const isLabel = wantsLabel(before.texts);
  let handled: ReadonlySet<string> | undefined;
  return (tokens) => {
    if (!isLabel && tokens[0] !== 'case') return false;
    handled ??= new Set([...labelsBehind(before.texts), ...labelsAhead(after.texts)]);
    const [first = ''] = labelsIn(tokens, isLabel ? 0 : 1);
    return handled.has(first);
  };
}

/** Whether the hole is a label, or one more of the same `case`. */
function wantsLabel(texts: readonly string[]): boolean {
  for (let i = texts.length - 1; i >= 0 && i > texts.length - 60; i--) {
    const text = texts[i] ?? '';
    if (text === 'case') return texts.at(-1) === 'case' || texts.at(-1) === ',';
    if (/^(?::|;|->|=>)$/.test(text) || opens.test(text) || closes.test(text)) break;
  }
  return false;
}

/** Labels of the same braces before the hole. */
function* labelsBehind(texts: readonly string[]): Generator<string> {
  let depth = 0;
  for (let i = texts.length - 1; i >= 0; i--) {
    const text = texts[i] ?? '';
    if (closes.test(text)) depth++;
    else if (opens.test(text) && --depth < 0) return;
    else if (text === 'case' && depth === 0) yield* labelsIn(texts, i + 1);
  }
}

function* labelsAhead(texts: readonly string[]): Generator<string> {
  let depth = 0;
  for (const [i, text] of texts.entries()) {
    if (opens.test(text)) depth++;
    else if (closes.test(text) && --depth < 0) return;
    else if (text === 'case' && depth === 0) yield* labelsIn(texts, i + 1);
  }
}

/** `a, b:` → a, b; each without space, strings without their quotes. */
function labelsIn(texts: readonly string[], from: number): string[] {
  const labels: string[] = [];
  let label = '';
  let depth = 0;
  for (let i = from; i < texts.length && i < from + 80; i++) {
    const text = texts[i] ?? '';
    if (depth === 0 && /^(?::|->|=>|;|\})$/.test(text)) break;
    if (text === NEWLINE) continue;
    // Behind a condition it is another label.
    if (depth === 0 && (text === 'when' || text === 'if')) return labels;
    if (opens.test(text)) depth++;
    else if (closes.test(text)) depth--;
    if (depth === 0 && text === ',') {
      labels.push(label);
      label = '';
    } else label += /^["'`]/.test(text) ? `"${text.slice(1, -1)}"` : text;
  }
  return label === '' ? labels : [...labels, label];
}
