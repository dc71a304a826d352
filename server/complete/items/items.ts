/**
 * Completions of a hole with no language model: what the n-gram continues, what types allow, what like places had and what
 * shapes give, in one pool, ranked; then the type checker refuses (checkItems.ts).
 */
import type { Syntax } from '../../syntax/syntax.ts';
import {
  type HoleRequest,
  isUntold,
  type TypedCandidate,
  type TypedHole,
  type TypeEngine,
} from '../../types/typeEngine.ts';
import type { CompletionItem, OpenHole } from '../complete.ts';
import { isString } from '../holeTokens.ts';
import { storedToken, usesHash } from '../index/indexFile.ts';
import { NgramModel, ORDER } from '../index/ngram.ts';
import { sameText, tidy } from '../postprocess.ts';
import { identifiersOf, isKeyword, lexCode } from '../tokens.ts';
import { suitingHere } from '../untyped/fitsHere.ts';
import { analogies, type FoundPlace } from './analogy.ts';
import { checkedItems, type Early, holeRequest } from './checkItems.ts';
import { handledIn } from './handledCases.ts';
import { type Literal, literalsNear } from './literals.ts';
import { guessMembers } from './memberGuess.ts';
import { isBehindDot, memberPart, membersNamed, namesBehind } from './memberNames.ts';
import { misplacedIn } from './misplaced.ts';
import { beamSearch } from './ngramBeam.ts';
import { NgramScorer } from './ngramScorer.ts';
import { answersTwice, pointlessIn } from './pointless.ts';
import { type HoleFacts, type ItemModel, itemRows, type Judged, type Proposal, shares } from './rankItems.ts';
import { reweighed } from './reweighed.ts';
import { atomsNear, compose, type Lead, leadOf, type ShapeTable } from './shapes.ts';
import { nextInSeries, siblingsBefore } from './siblings.ts';

export interface ItemServices {
  readonly types: TypeEngine;
  readonly model: ItemModel;
  readonly shapes: ShapeTable;
  /** Says what can stand in a hole where no checker does. */
  readonly syntax?: Syntax;
  /** How much longer than an editor this caller waits: 1 where absent. */
  readonly patience?: number;
}

/** Milliseconds for each part, where nobody is more patient. */
const DEADLINES = { enumerate: 100, beam: 40 };

export interface RankedItem {
  readonly proposal: Proposal;
  /** What the model's softmax gives it, not calibrated. */
  readonly share: number;
  readonly row: readonly number[];
  /** The text around asks for it. */
  readonly asked?: boolean;
}

/** How many proposals get full features: the cheapest by generator and n-gram. */
const JUDGED = 180;

/** Every proposal with its features, best first, unchecked: the bench trains on it. `none` is the row of "none of them". */
export async function rankItems(
  hole: OpenHole,
  likely: ReadonlyMap<string, number>,
  services: ItemServices,
  signal?: AbortSignal,
): Promise<{ readonly items: readonly RankedItem[]; readonly none: readonly number[] }> {
  const { types, patience = 1 } = services;
  const request = holeRequest(hole);
  const isTyped = types.knows(hole.file);
  const asked: Promise<[readonly TypedCandidate[], TypedHole | undefined]> = isTyped
    ? Promise.all([
        types.enumerate(request, { maxCandidates: 110, deadline: DEADLINES.enumerate * patience }, signal),
        types.hole(request, signal),
      ])
    : Promise.resolve([[], undefined]);
  const untyped = propose(hole, services);
  const [typed, typedHole] = await asked;
  signal?.throwIfAborted();
  const expected = typedHole?.expectedFrom === 'checker' ? typedHole.expected : undefined;
  const isPointless = pointlessIn(hole.tokens, hole.view);
  const isHandled = handledIn(hole.tokens);
  const isMisplaced = hole.view.buffer.family === 'ecma' ? misplacedIn(hole.view, typedHole) : () => false;
  const proposals = pool(hole, typed, untyped, expected).filter(
    ({ text, tokens }) =>
      !isPointless(tokens) && !isHandled(tokens) && !answersTwice(hole.tokens, tokens) && !isMisplaced(text),
  );
  if (isTyped) await addImports(proposals, request, types, signal);
  signal?.throwIfAborted();
  const judged = judge(hole, proposals, likely);
  const facts = factsOf(hole, typedHole);
  const rows = itemRows(judged, facts);
  const given = reweighed(hole, judged, shares(rows, services.model));
  const items = judged.map(({ proposal }, i): RankedItem => ({ proposal, share: given[i] ?? 0, row: rows[i] ?? [] }));
  items.sort((a, b) => b.share - a.share || (a.proposal.text < b.proposal.text ? -1 : 1));
  return { items, none: rows.at(-1) ?? [] };
}

/** Proposals of the n-gram and of like places, the best of each, that may name what is not imported yet. */
const IMPORTING = 60;

async function addImports(
  proposals: readonly Proposal[],
  request: HoleRequest,
  types: TypeEngine,
  signal: AbortSignal | undefined,
): Promise<void> {
  const untyped = proposals.filter(({ typed, beam, analogy }) => !typed && (beam !== undefined || analogy));
  const asked = untyped.slice(0, IMPORTING);
  const found = await types.imports(
    request,
    asked.map((proposal) => proposal.text),
    signal,
  );
  for (const [i, edits] of found.entries()) {
    const proposal = asked[i];
    if (proposal && edits) proposal.edits = edits;
  }
}

/** Completions, best first: only what the checker accepts where there is one. `early` hears of the first one. */
export async function offerItems(
  hole: OpenHole,
  likely: ReadonlyMap<string, number>,
  services: ItemServices,
  signal?: AbortSignal,
  early?: Early,
): Promise<CompletionItem[]> {
  const { items } = await rankItems(hole, likely, services, signal);
  return checkedItems(hole, namesakesFirst(hole, items), services, signal, early);
}

/**
 * What is known by the kind of place alone, first; and what a callback is asked for: its parameter's property compared with the value of
 * that very name which the function around was given and has used nowhere yet (`byTeam(users, teamId) { return users.filter((user) =>
 * user.teamId === teamId)`). Its share stays its own.
 */
function namesakesFirst({ tokens }: OpenHole, items: readonly RankedItem[]): readonly RankedItem[] {
  const { texts } = tokens.before;
  const known = items.find(({ proposal }) => proposal.typed?.odds !== undefined);
  if (known) return [known, ...items.filter((item) => item !== known)];
  if (/^[([,]$/.test(texts.at(-1) ?? '')) return allFirst(items);
  if (!/^(?:=>|return)$/.test(texts.at(-1) ?? '')) return items;
  const near = texts.slice(-NEAR_PARAMETER);
  const isMeant = ({ proposal: { text, typed } }: RankedItem): boolean => {
    const [, property, value] = /^\w+\.(\w+) === (\w+)$/.exec(text) ?? [];
    return typed?.origin === 'operator' && property === value && near.filter((token) => token === value).length === 1;
  };
  const meant = items.filter(isMeant);
  if (meant.length !== 1) return items;
  return [...meant.map((item) => ({ ...item, asked: true })), ...items.filter((item) => !isMeant(item))];
}

/** All that a call lacks, by the names of its parameters, before its parts. */
function allFirst(items: readonly RankedItem[]): readonly RankedItem[] {
  const isAll = ({ proposal: { text, typed } }: RankedItem): boolean =>
    typed?.origin === 'operator' && /^[\w$.?]+(?:, [\w$.?]+)+$/.test(text);
  const all = items.filter(isAll);
  if (all.length !== 1) return items;
  return [...all.map((item) => ({ ...item, asked: true })), ...items.filter((item) => !isAll(item))];
}

/** Tokens from a parameter to what uses it, at most. */
const NEAR_PARAMETER = 80;

const takesLiterals = new Set<Lead>(['return', 'assign', 'argument', 'property', 'arrow', 'operand', 'element']);

/** Whether a type as people read it may be that of a literal which enumeration does not know of. */
function mayBe(expected: string | undefined, { text }: Literal): boolean {
  if (expected === undefined) return true;
  const kind = isString(text)
    ? /\bstring\b|\bany\b|\bunknown\b|^[A-Z]\w?$|`/
    : /\bnumber\b|\bany\b|\bunknown\b|^[A-Z]\w?$/;
  return kind.test(expected);
}

/** Proposals of the generators that know no types. */
function propose(hole: OpenHole, { types, shapes, syntax, patience = 1 }: ItemServices): Proposal[] {
  const { tokens, view } = hole;
  const { index, ngram } = hole.workspace;
  const found: Proposal[] = [];
  // Where there is a checker, it refuses what cannot stand behind a dot; an editor's providers know types and check nothing.
  const isChecked = view.buffer.family === 'ecma' && types.knows(hole.file);
  const isMember = isBehindDot(tokens.before.texts) && !isChecked;
  const { members, isWhole } = isMember ? membersNamed(hole) : { members: [], isWhole: false };
  const names = new Set(members.map(({ text }) => /^[^(]*/.exec(text)?.[0]));
  // What a class does not declare may be derived, inherited or added from outside.
  if (isWhole) for (const name of namesBehind(view.text, tokens.before.texts.at(-2) ?? '')) names.add(name);
  const add = (text: string, given: Partial<Proposal>): void => {
    const whole = tidy(text, view.text.slice(view.suffixOffset, view.suffixOffset + 40));
    const tidied = isMember && whole !== undefined ? memberPart(lexed(hole, whole), whole) : whole;
    if (tidied === undefined) return;
    const own = lexed(hole, tidied);
    if (!isWhole || names.has(own[0]) || /^_[^_]/.test(own[0] ?? ''))
      found.push({ text: tidied, tokens: own, ...given });
  };
  for (const { text, worth } of members) add(text, { member: worth });
  const scorer = scorerOf(hole);
  const options = { stops: scorer.stops, deadline: DEADLINES.beam * patience, keep: 20, width: 9, maxTokens: 16 };
  const beams = beamSearch(scorer.model, index.vocabulary, scorer.start, options);
  for (const [beam, item] of beams.entries()) add(item.text, { beam });
  const lead = tokens.before.ids;
  const places = ngram.places(view.buffer.family, lead.subarray(Math.max(0, lead.length - ORDER)), view.masked, 40);
  const known = places.map(({ file, at }): FoundPlace => {
    const source = {
      length: file.tokens.length,
      token: (i: number) => (i < 0 || i >= file.tokens.length ? undefined : index.vocabulary.text(file.tokens[i] ?? 0)),
      spaced: (i: number) => file.spaced[i] === 1,
    };
    return { path: file.path, source, at };
  });
  for (const analogy of analogies(index, view, tokens, known)) add(analogy.text, { analogy });
  if (!isMember) addNear(hole, shapes, scorer, add);
  if (isUntold(types, hole.file)) for (const text of suitingHere(hole, syntax)?.texts ?? []) add(text, { near: 1 });
  return found;
}

/** What is composed of what stands near, where a value may stand. */
function addNear(
  { tokens, workspace }: OpenHole,
  shapes: ShapeTable,
  scorer: NgramScorer,
  add: (text: string, given: Partial<Proposal>) => void,
): void {
  const atoms = atomsNear(tokens);
  for (const composed of compose(tokens, shapes, atoms)) add(composed.text, { composed });
  for (const { text, worth } of atoms.slice(0, 40)) add(text, { near: worth });
  if (takesLiterals.has(leadOf(tokens))) for (const literal of literalsNear(tokens)) add(literal.text, { literal });
  for (const { text, worth } of guessMembers(scorer, workspace.index.vocabulary, atoms)) add(text, { member: worth });
  for (const text of nextInSeries(siblingsBefore(tokens.before.texts))) add(text, { series: true });
}

function lexed(hole: OpenHole, text: string): string[] {
  return lexCode(text, { hash: usesHash(hole.view.buffer.family) }).texts;
}

/** One proposal a text, with all that its generators say; the promising ones where there are too many. */
function pool(
  hole: OpenHole,
  typed: readonly TypedCandidate[],
  untyped: readonly Proposal[],
  expected: string | undefined,
): Proposal[] {
  const found = new Map<string, Proposal>();
  for (const candidate of typed) {
    const text = tidy(candidate.text, '');
    if (text === undefined || found.has(sameText(text))) continue;
    found.set(sameText(text), { text, tokens: lexed(hole, text), typed: candidate });
  }
  for (const proposal of untyped) {
    // What stands near is typed enumeration's to offer, where there is one, but for names that it leaves out.
    if (proposal.near !== undefined && typed.length > 0 && !/^[A-Z]\w*$/.test(proposal.text)) continue;
    const key = sameText(proposal.text);
    const known = found.get(key);
    if (!known && proposal.literal && !mayBe(expected, proposal.literal)) continue;
    if (!known) found.set(key, { ...proposal });
    else {
      known.beam ??= proposal.beam as number;
      if (proposal.analogy && (known.analogy?.score ?? 0) < proposal.analogy.score) known.analogy = proposal.analogy;
      if (proposal.composed) known.composed ??= proposal.composed;
      if (proposal.near !== undefined) known.near ??= proposal.near;
      if (proposal.member !== undefined) known.member ??= proposal.member;
      if (proposal.literal) known.literal ??= proposal.literal;
      if (proposal.series) known.series = true;
    }
  }
  return [...found.values()];
}

function judge(hole: OpenHole, proposals: readonly Proposal[], likely: ReadonlyMap<string, number>): Judged[] {
  const scorer = scorerOf(hole);
  const places = mentionsIn(hole, proposals);
  const scored = proposals.map((proposal) => ({ proposal, ...scorer.score(proposal.tokens) }));
  const kept = scored.length <= JUDGED ? scored : promising(scored);
  return kept.map((item) => ({
    ...item,
    ...namesOf(hole, item.proposal, likely),
    ...mentionOf(places, item.proposal),
  }));
}

interface Scored {
  readonly proposal: Proposal;
  readonly log: number;
  readonly firstLog: number;
  readonly stopLog: number;
}

/** What only composition made must stand out to the n-gram; the rest stays. */
function promising(scored: readonly Scored[]): Scored[] {
  const isComposed = ({ proposal: { typed, beam, analogy, series } }: Scored): boolean =>
    typed === undefined && beam === undefined && analogy === undefined && !series;
  const others = scored.filter((item) => !isComposed(item));
  const room = Math.max(44, JUDGED - others.length);
  const worth = ({ log, proposal: { composed, near, member, literal } }: Scored): number =>
    log + (composed ? 0.7 * (composed.log + composed.worth) : 0) + 2 * (near ?? member ?? literal?.worth ?? 0);
  return [
    ...others,
    ...scored
      .filter(isComposed)
      .sort((a, b) => worth(b) - worth(a))
      .slice(0, room),
  ];
}

function namesOf(hole: OpenHole, { text }: Proposal, likely: ReadonlyMap<string, number>) {
  const { index } = hole.workspace;
  const names = identifiersOf(text.replace(/"[^"]*"|'[^']*'/g, '')).filter((name) => !isKeyword(name));
  const hidden = names.filter((name) => !hole.view.visible.has(name));
  const unknown = hidden.filter((name) => index.symbolsNamed(name).length === 0 && !likely.has(name));
  const chances = hidden.map((name) => likely.get(name) ?? 0);
  const mean = chances.reduce((sum, chance) => sum + chance, 0) / Math.max(1, chances.length);
  return {
    likely: hidden.length === 0 ? Number.NaN : mean,
    leastLikely: hidden.length === 0 ? Number.NaN : Math.min(...chances),
    visible: names.length === 0 ? 1 : 1 - hidden.length / names.length,
    unknown: names.length === 0 ? 0 : unknown.length / names.length,
  };
}

interface Mention {
  count: number;
  distance: number;
  next: number;
}

/** Where each proposal's very tokens stand in the buffer. */
function mentionsIn({ tokens }: OpenHole, proposals: readonly Proposal[]): Map<string, Mention> {
  const byFirst = new Map<string, Proposal[]>();
  for (const proposal of proposals) {
    const first = proposal.tokens[0];
    if (first === undefined) continue;
    const list = byFirst.get(first);
    if (list) list.push(proposal);
    else byFirst.set(first, [proposal]);
  }
  const found = new Map<string, Mention>();
  for (const { texts } of [tokens.before, tokens.after]) {
    const isBefore = texts === tokens.before.texts;
    for (let i = 0; i < texts.length; i++) {
      for (const { text, tokens: wanted } of byFirst.get(texts[i] ?? '') ?? []) {
        if (wanted.some((token, k) => texts[i + k] !== token)) continue;
        const mention = found.get(text) ?? unmentioned();
        mention.count++;
        if (isBefore) mention.distance = texts.length - i;
        else mention.next = Math.min(mention.next, i);
        found.set(text, mention);
      }
    }
  }
  return found;
}

const mentionOf = (mentions: ReadonlyMap<string, Mention>, { text }: Proposal): Mention =>
  mentions.get(text) ?? unmentioned();

const unmentioned = (): Mention => ({
  count: 0,
  distance: Number.POSITIVE_INFINITY,
  next: Number.POSITIVE_INFINITY,
});

function factsOf(hole: OpenHole, typed: TypedHole | undefined): HoleFacts {
  const { tokens, view } = hole;
  const { texts } = tokens.before;
  const lineStart = view.text.lastIndexOf('\n', view.offset - 1);
  const line = new Set<string>();
  for (let i = texts.length - 1; i >= 0 && (tokens.before.starts[i] ?? 0) > lineStart; i--) {
    const token = texts[i] ?? '';
    line.add(token);
    if (isString(token)) continue;
    // Chains that end here.
    let chain = token;
    for (let k = i - 1; texts[k] === '.' && k > 0; k -= 2) {
      chain = `${texts[k - 1]}.${chain}`;
      line.add(chain);
    }
  }
  const siblings = siblingsBefore(texts);
  return { tokens, lead: leadOf(tokens), typed, family: view.buffer.family, line, siblings };
}

const scorers = new WeakMap<OpenHole, NgramScorer>();

function scorerOf(hole: OpenHole): NgramScorer {
  const known = scorers.get(hole);
  if (known) return known;
  const { vocabulary } = hole.workspace.index;
  const { before, stops } = hole.tokens;
  const history = [...before.ids.subarray(Math.max(0, before.ids.length - ORDER))];
  const model = new NgramModel(hole.sources, vocabulary.size);
  const made = new NgramScorer(
    model,
    history,
    stops.map((stop) => vocabulary.id(storedToken(stop))),
    (token) => vocabulary.id(storedToken(token)),
  );
  scorers.set(hole, made);
  return made;
}
