/**
 * Ghost text (textDocument/inlineCompletion) and completion items. Asked for by hand, the best there is; unasked, only what
 * reaches the calibrated threshold. A text that changed meanwhile gets nothing: no stale result.
 */
import {
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  type InlineCompletionItem,
  type InlineCompletionParams,
  InlineCompletionTriggerKind,
  type CompletionItem as ListItem,
} from 'vscode-languageserver/node';
import { checkedWords, evidenceOf, oneLine } from '../complete/inspect.ts';
import { adds, type CursorPlace, written } from '../complete/place.ts';
import { isUnlikely, leastUnasked } from '../complete/shown.ts';
import type { Asked, SourcedItem } from '../complete/source.ts';
import type { Judged } from './completionProtocol.ts';
import type { Completions, Offered } from './completions.ts';
import { completesIn } from './config.ts';
import { toRange } from './convert.ts';

/** How many are shown when asked for by hand, and in the completion list. */
const SHOWN = 5;
/** Milliseconds that who asks by hand waits for a model beside what the workspace has at once. */
const BY_HAND = 8000;
/** Milliseconds an answer may take: unasked, by hand, and for the list, which others wait for. */
const waits = { automatic: 1500, manual: 25_000, list: 500 };

export async function inlineCompletions(
  completions: Completions,
  params: InlineCompletionParams,
  signal: AbortSignal,
): Promise<(InlineCompletionItem & { data: Judged })[]> {
  const started = performance.now();
  const asked = params.context.triggerKind === InlineCompletionTriggerKind.Invoked ? 'manual' : 'automatic';
  const document = completions.session.document(params.textDocument.uri);
  if (!document) return [];
  const { version } = document;
  await completions.configured();
  if (!isOn(completions, document.languageId, asked)) return [];
  // While a merge is open, text beside the markers has no single meaning: only who asks gets an answer.
  if (asked === 'automatic' && /^<{7,} /m.test(document.getText())) return [];
  if (document.version !== version) return [];
  const bringsEdits = completions.session.client.ghostEdits === true;
  // Nothing is offered before the model is there: who asked in passing does not wait for it to load.
  const least = leastKnown(completions);
  const shown = (offered: Offered) => (offered.items.length === 0 ? [] : ghosts(offered, asked, least, bringsEdits));
  const enough = (offered: Offered) => shown(offered).length > 0;
  const offer = (wait: number, until: typeof enough) =>
    completions.offer(
      params.textDocument.uri,
      params.position,
      { asked, wait, enough: until, tellsLate: true },
      signal,
    );
  let offered =
    asked === 'manual' ? await offer(BY_HAND, () => false) : await offer(waits[asked] - since(started), enough);
  if (asked === 'manual' && offered && !offered.isComplete && !enough(offered))
    offered = await offer(waits[asked] - BY_HAND, enough);
  const { model } = completions.loaded ?? {};
  if (!offered || !model) return [];
  const { place } = offered;
  const range = toRange(offered.document, { start: place.offset, end: place.cursor });
  const own = shown(offered);
  // Asked for by hand, a word that nothing of the hole's list begins with may need an import.
  const more = asked === 'manual' && own.length === 0 ? await completions.brought(offered, signal) : [];
  if (offered.document.version !== version) return [];
  const all =
    more.length > 0 ? ghosts({ ...offered, items: more }, asked, () => Number.POSITIVE_INFINITY, bringsEdits) : own;
  return all.map((item) => ({
    insertText: written(place, item.text),
    range,
    data: {
      confidence: item.confidence,
      evidence: evidenceOf(item, model),
      ...(item.edits ? { edits: editsOf(item, offered) } : {}),
    },
  }));
}

function isOn(completions: Completions, languageId: string, asked: Asked): boolean {
  const { config } = completions;
  return completesIn(config, languageId) && (asked === 'manual' || config.automatic);
}

/** The user's, else the model's own: the one place that decides from where on ghost text is shown unasked. */
export async function thresholdOf(completions: Completions): Promise<number> {
  return completions.config.threshold ?? (await completions.completer()).model.threshold;
}

/** From where on an item is, without waiting, as far as is known when it is asked: nothing passes while the model is not there. */
function leastKnown(completions: Completions): Least {
  return (item) => {
    const { config, loaded } = completions;
    if (!loaded) return Number.POSITIVE_INFINITY;
    return leastUnasked(item, config.threshold ?? loaded.model.threshold, loaded.model);
  };
}

type Least = (item: SourcedItem) => number;

const since = (started: number): number => performance.now() - started;

/** What may stand as ghost text at the cursor, best first. */
function ghosts(
  { place, question, items, document }: Offered,
  asked: Asked,
  leastOf: Least,
  bringsEdits: boolean,
): readonly SourcedItem[] {
  if (!question || (asked === 'automatic' && place.isInWord)) return [];
  const after = followingText(document, place);
  const fitting = items.filter(
    (item) =>
      // Where the client cannot bring an import along, such items are left to the completion list.
      (!item.edits || (bringsEdits && item.edits.every(({ span }) => span.end <= place.offset))) &&
      adds(item, place, after),
  );
  if (asked === 'manual') return fitting.slice(0, SHOWN);
  const isSure = (item: SourcedItem): boolean => !item.goesOn && !isDoubtful(item);
  // What is likeliest, though the variable has it already, may be meant: nothing else is preferred to it.
  const isHeld = fitting[0]?.held === true;
  const best = fitting.find((item) => isSure(item) && (item.unasked || (!isHeld && item.confidence >= leastOf(item))));
  return best ? [best] : [];
}

const followingText = (document: Offered['document'], { cursor }: CursorPlace): string =>
  document.getText().slice(cursor, cursor + 400);

/** Items for the completion list: few, starred, before those of the language. Late ones make the list incomplete. */
export async function completionList(
  completions: Completions,
  params: CompletionParams,
  signal: AbortSignal,
): Promise<CompletionList> {
  const none: CompletionList = { isIncomplete: false, items: [] };
  const started = performance.now();
  const { uri } = params.textDocument;
  const document = completions.session.document(uri);
  if (!document) return none;
  const { version } = document;
  await completions.configured();
  if (!completions.config.list || !completesIn(completions.config, document.languageId)) return none;
  if (document.version !== version) return none;
  const enough = (offered: Offered) => offered.items.length > 0 && !offered.isEarly;
  const offered = await completions.offer(
    uri,
    params.position,
    { asked: 'automatic', wait: waits.list - since(started), enough },
    signal,
  );
  const { model } = completions.loaded ?? {};
  if (!offered?.question || !model) return { ...none, isIncomplete: offered !== undefined && !offered.isComplete };
  const { place } = offered;
  const least = leastKnown(completions);
  if (offered.document.version !== version) return none;
  const after = followingText(offered.document, place);
  const own = offered.items.filter((item) => adds(item, place, after)).slice(0, SHOWN);
  // One letter is a word of many: where the hole's own list has something, the next letter asks again.
  const comesLater = place.prefix.length === 1 && own.length > 0 && !isMember(offered);
  const more = comesLater || own.length >= SHOWN ? [] : await completions.brought(offered, signal);
  if (offered.document.version !== version) return none;
  const items = [...own, ...more.filter((item) => adds(item, place, after))].slice(0, SHOWN);
  const places = placesOf(items, model);
  return {
    isIncomplete: !offered.isComplete || comesLater || own.length + more.length > SHOWN,
    items: items.map((item, i) =>
      listItem(item, offered, { at: i, isLikely: item.confidence >= least(item), model, ...places[i] }),
    ),
  };
}

const isMember = ({ question }: Offered): boolean => question?.typed === undefined || question.typed.kind === 'member';

/** Whether each has a star, and its place among those of the language: of each other they stand as in ghost text. */
function placesOf(
  items: readonly SourcedItem[],
  model: { readonly threshold: number },
): Pick<Shown, 'isStarred' | 'sortText'>[] {
  let isAfterPlain = false;
  let last = '';
  return items.map((item, at) => {
    const isChecked = item.checked || item.loose === true;
    // What was put before likelier ones without a star takes theirs, where nobody checked any.
    const isStarred = !isUnlikely(item, model) && !item.unmeasured && (isChecked || !isAfterPlain);
    if (isStarred) return { isStarred, sortText: `!${String(at).padStart(2, '0')}` };
    isAfterPlain = true;
    last = item.text > last || isChecked ? item.text : `${last} `;
    return { isStarred, sortText: last };
  });
}

interface Shown {
  readonly isStarred?: boolean;
  readonly sortText?: string;
  readonly at: number;
  /** Likely enough to be shown unasked. */
  readonly isLikely: boolean;
  readonly model: { readonly threshold: number };
}

function listItem(
  item: SourcedItem,
  { document, place }: Offered,
  { at, isLikely, model, isStarred = false, sortText = item.text }: Shown,
): ListItem {
  const range = toRange(document, { start: place.offset, end: place.cursor });
  const edits = editsOf(item, { document, place });
  const marks = [...(item.checked || item.loose ? [checkedWords(item)] : []), ...(edits.length > 0 ? ['import'] : [])];
  return {
    label: isStarred ? `★ ${oneLine(item.text, 60)}` : oneLine(item.text, 60),
    labelDetails: { description: marks.join(', ') },
    kind: kindOf(item),
    detail: evidenceOf(item, model),
    documentation: { kind: 'markdown', value: `\`\`\`\n${item.text}\n\`\`\`` },
    filterText: item.text,
    // With a star before every letter and digit that others sort by.
    sortText,
    textEdit: { range, newText: written(place, item.text) },
    insertTextFormat: 1,
    ...(edits.length > 0 ? { additionalTextEdits: edits } : {}),
    // Chosen in advance only where it is likely right: the key that accepts must not surprise.
    ...(at === 0 && !isDoubtful(item) && !item.unasked && isLikely ? { preselect: true } : {}),
  };
}

const isDoubtful = ({ unsure, disputed, held, copied, ahead }: SourcedItem): boolean =>
  Boolean(unsure || disputed || held || copied || ahead);

function editsOf({ edits = [] }: SourcedItem, { document, place }: Pick<Offered, 'document' | 'place'>) {
  // Offsets of the engine are those of the text without the word that is being typed, and with the blank before it.
  const moved = (offset: number) =>
    offset > place.offset ? offset + place.prefix.length - place.blank.length : offset;
  return edits.map(({ span, text }) => ({
    range: toRange(document, { start: moved(span.start), end: moved(span.end) }),
    newText: text,
  }));
}

const kinds: Readonly<Record<string, CompletionItemKind>> = {
  variable: CompletionItemKind.Variable,
  property: CompletionItemKind.Field,
  member: CompletionItemKind.Field,
  call: CompletionItemKind.Function,
  constructor: CompletionItemKind.Constructor,
  enum: CompletionItemKind.EnumMember,
  literal: CompletionItemKind.Value,
};

function kindOf({ origin }: SourcedItem): CompletionItemKind {
  const [first = ''] = origin.split('+');
  // `kinds['constructor']` exists on every object: ask for an own name.
  return Object.hasOwn(kinds, first) ? (kinds[first] ?? CompletionItemKind.Text) : CompletionItemKind.Snippet;
}
