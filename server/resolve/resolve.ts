/**
 * Conflict in, ranked resolutions out: generate → judge → rank → verify. Pure but for the services handed in; never throws on
 * any text, and answers with fewer candidates rather than late.
 */
import type { Hunk, Labels } from '../merge/conflict.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { type Beside, besideOf, isMostly } from './beside.ts';
import type { Candidate, ConflictContext, Evidence, Resolution, Tier } from './candidate.ts';
import { decidedWay, wayTaken } from './carried.ts';
import { structuredTexts } from './contexts.ts';
import { otherDepth } from './depthCandidate.ts';
import { type JudgedConflict, judge } from './judge.ts';
import { squeeze } from './material.ts';
import { isHeldMeeting } from './meetings.ts';
import { movedEvidence } from './moves.ts';
import type { Ranker, Ranking } from './rank.ts';
import { versionDoubtOf } from './rules/versionDoubt.ts';
import { VERIFIED_UNITS, Verifier } from './verify.ts';
import { judgedContext, shownResolutions } from './wholeConflict.ts';
import type { FileJudge } from './wholeFile.ts';

/** What resolving needs from outside, injected by main.ts and cli. */
export interface Services {
  readonly syntax: Syntax;
  readonly ranker: Ranker;
  /** Judges files as a whole; absent: they are warned of and not measured. */
  readonly files?: FileJudge;
}

export const noLabels: Labels = { left: '', base: '', right: '' };

/** So many of the best candidates are verified; the others are listed with what ranking knows. */
const VERIFIED = 3;

/**
 * Ranked resolutions of one conflict, best first. Empty: nothing to offer. Load the grammar first (`syntax.ready`).
 * @param conflicts of a caller that asks again when other conflicts were decided; filled here. Absent: nothing is kept.
 */
export function resolveConflict(
  given: ConflictContext,
  services: Services,
  conflicts?: KeptConflicts,
): readonly Resolution[] {
  return orSides(given, () => shownResolutions(allOf(judgedContext(given), services, conflicts), given));
}

/** A conflict's resolutions, of which only as much is checked as somebody asks for. */
export interface Resolved {
  /** The first of all. */
  readonly best: Resolution | undefined;
  readonly all: () => readonly Resolution[];
}

/** What `resolveConflict` gives, in two steps: whoever applies the first need not have the others checked. */
export function resolvedConflict(given: ConflictContext, services: Services): Resolved {
  try {
    const context = judgedContext(given);
    const ranked = rankedOf(context, services, undefined);
    let all: readonly Resolution[] | undefined;
    const allKnown = () => {
      all ??= orSides(given, () => shownResolutions(offered(ranked, context), given));
      return all;
    };
    const best = given.whole === undefined ? firstChecked(ranked, context) : allKnown()[0];
    return { best, all: allKnown };
  } catch {
    const sides = plainSides(given);
    return { best: sides[0], all: () => sides };
  }
}

function orSides(given: ConflictContext, resolve: () => readonly Resolution[]): readonly Resolution[] {
  try {
    return resolve();
  } catch {
    return plainSides(given);
  }
}

const allOf = (context: ConflictContext, services: Services, conflicts?: KeptConflicts): readonly Resolution[] =>
  offered(rankedOf(context, services, conflicts), context);

function offered(ranked: Ranked, context: ConflictContext): readonly Resolution[] {
  const unmeasured = otherDepth(ranked.kept.judged, (offered) => evidenceOf(ranked, offered));
  return withNotes([...verifyBest(ranked), ...unmeasured], ranked, context);
}

/**
 * The first of `resolveConflict`, without checking what stands behind it: all that a count, a lens or an action in bulk needs of a
 * conflict that nobody has opened. After a decision that is every other conflict of the merge.
 */
export function bestResolution(
  given: ConflictContext,
  services: Services,
  conflicts?: KeptConflicts,
): Resolution | undefined {
  try {
    const context = judgedContext(given);
    const ranked = rankedOf(context, services, conflicts);
    const found = firstChecked(ranked, context, conflicts && ranked.kept.checked.size === 0 ? contenders(ranked) : []);
    if (found === undefined || !given.whole) return found;
    return shownResolutions([found], given)[0] ?? shownResolutions(allOf(context, services, conflicts), given)[0];
  } catch {
    return plainSides(given)[0];
  }
}

/** @param together begins with the first, if anything is to be checked with it. */
function firstChecked(ranked: Ranked, context: ConflictContext, together: Resolution[] = []): Resolution | undefined {
  const first = bestOf(ranked);
  if (first === undefined) return undefined;
  const checked = afterCheck(first, evidenceOf(ranked, together.length > 0 ? together : [first])[0] ?? []);
  // Where a check does not lower it, it stays before all others: none of them can rise.
  const best = checked.confidence === first.confidence ? [checked] : verifyBest(ranked);
  return withNotes(best.slice(0, 1), ranked, context)[0];
}

/** Of the best few, those that a decision elsewhere is likely to put first: at least this much of the first's confidence. */
const CONTENDS = 0.3;
const CONTENDERS = 4;

/**
 * The first and what may come before it after the next decisions. While the file's trees are there to start from, checking one more
 * costs a tenth of what it costs later.
 */
function contenders(ranked: Ranked): Resolution[] {
  const resolutions = inOrder(ranked);
  const enough = CONTENDS * (resolutions[0]?.confidence ?? 0);
  return resolutions.slice(0, CONTENDERS).filter((one, i) => i === 0 || one.confidence >= enough);
}

interface Ranked {
  readonly kept: Known;
  /** Of each candidate: nothing is checked yet. */
  readonly rankings: readonly Ranking[];
  /** Place of the one that comes first; -1 where there is none. */
  readonly first: number;
  /** What comes first only because of what the user decided. */
  readonly moved?: Candidate;
}

function rankedOf(context: ConflictContext, services: Services, conflicts: KeptConflicts | undefined): Ranked {
  const kept = conflicts ? known(context, services, conflicts) : judgedAnew(context, services);
  const { candidates } = kept.judged;
  const siblings = { decided: context.siblings ?? [], open: context.openSiblings ?? [] };
  const rankings = services.ranker.rank(kept.judged, siblings);
  const first = firstOf(rankings);
  const candidate = candidates[first];
  const isMoved = candidate !== undefined && candidate !== firstAlone(kept, candidate, context, services);
  return { kept, rankings, first, ...(isMoved ? { moved: candidate } : {}) };
}

/** Of equal ones the first. */
function firstOf(rankings: readonly Ranking[]): number {
  let first = rankings.length > 0 ? 0 : -1;
  rankings.forEach(({ confidence }, i) => {
    if (confidence > (rankings[first]?.confidence ?? 0)) first = i;
  });
  return first;
}

const resolutionAt = ({ kept: { judged }, rankings }: Ranked, at: number): Resolution | undefined => {
  const candidate = judged.candidates[at];
  return candidate && { candidate, evidence: [], ...(rankings[at] ?? UNRANKED) };
};
const UNRANKED: Ranking = { confidence: 0, tier: 'possible', enough: 1 };

const bestOf = (ranked: Ranked): Resolution | undefined => resolutionAt(ranked, ranked.first);

/** Best first, as ranking has it. */
const inOrder = (ranked: Ranked): Resolution[] =>
  ranked.kept.judged.candidates.flatMap((_, i) => resolutionAt(ranked, i) ?? []).sort(byConfidence);

/**
 * What comes first where nothing is decided, and what was decided stands open: asked of the ranker once for each conflict, and
 * mostly before anything is. Beside other conflicts, as in the next stop of a rebase, it is asked anew.
 */
function firstAlone(
  kept: Known,
  first: Candidate,
  { siblings = [], openSiblings = [] }: ConflictContext,
  services: Services,
) {
  const { alone, judged } = kept;
  const open = [...siblings, ...openSiblings];
  const beside = besideOf(open);
  if (siblings.length === 0) alone.first = first;
  else if (alone.first === undefined || !isMostly(beside, alone.beside))
    alone.first = judged.candidates[firstOf(services.ranker.rank(judged, { decided: [], open }))];
  else return alone.first;
  alone.beside = beside;
  return alone.first;
}

function withNotes(
  resolutions: readonly Resolution[],
  { kept, moved }: Ranked,
  context: ConflictContext,
): readonly Resolution[] {
  const noted = resolutions.map((one) => withWentOn(withDecisions(one, context, one.candidate === moved), kept.judged));
  const spaced = kept.judged.layoutCap() === 'possible' ? noted.map(withSpace) : noted;
  const open = [...movedEvidence(context), ...versionEvidence(context)];
  return open.length > 0 ? spaced.map((one) => heldOpen(one, open)) : spaced;
}

/** What was checked of the candidates of one conflict, by text: it stays true while the file around it is the same. */
type CheckedTexts = Map<string, readonly Evidence[]>;

interface Known {
  readonly judged: JudgedConflict;
  readonly verifier: Verifier;
  readonly checked: CheckedTexts;
  /** What comes first without the user's decisions, once that is known. */
  readonly alone: { first?: Candidate | undefined; beside?: Beside };
  readonly file: ConflictContext['file'];
  readonly units: number;
}

/** Conflicts whose candidates, numbers and checks are kept: a decision changes the ranking of all others, and nothing else of them. */
export interface KeptConflicts {
  readonly byKey: Map<string, Known>;
  /** The same by the object that holds a conflict's texts. */
  readonly bySides: WeakMap<
    ConflictContext['sides'],
    { readonly context: ConflictContext; readonly key: string; readonly known: Known }
  >;
  /** UTF-16 units of all their candidates together. */
  units: number;
}

export const keepConflicts = (): KeptConflicts => ({ byKey: new Map(), bySides: new WeakMap(), units: 0 });

/** Bounds of what is kept, so that memory has one, however many and however large the conflicts are. */
const KEPT = 1000;
const KEPT_UNITS = 32_000_000;

function judgedAnew(context: ConflictContext, { syntax }: Services): Known {
  const judged = judge(context, syntax);
  const verifier = new Verifier(judged.material, context, syntax);
  const { left, right } = context.sides;
  const units = judged.candidates.reduce((n, { text }) => n + text.length, left.length + right.length);
  return { judged, verifier, checked: new Map(), alone: {}, file: context.file, units };
}

/** A conflict with its candidates and their numbers, as they are kept. */
export const keptOf = (context: ConflictContext, services: Services, conflicts: KeptConflicts): JudgedConflict =>
  known(judgedContext(context), services, conflicts).judged;

function known(context: ConflictContext, services: Services, all: KeptConflicts): Known {
  // Mostly the very objects come again: then no text need be read to find what is kept.
  const last = all.bySides.get(context.sides);
  if (last && isSameConflict(last.context, context) && all.byKey.has(last.key)) return last.known;
  const { path, sides, times, structured, history, former, facts } = context;
  const before = context.before.slice(-VERIFIED_UNITS);
  const after = context.after.slice(0, VERIFIED_UNITS);
  const key = JSON.stringify([path, sides, before, after, times, structured, history, lengthsOf(former), facts]);
  const kept = all.byKey.get(key);
  if (kept) {
    const found = isSameFile(kept.file, context.file) ? kept : checkedAnew(kept, context, services);
    if (found !== kept) all.byKey.set(key, found);
    all.bySides.set(sides, { context, key, known: found });
    return found;
  }
  const made = judgedAnew(context, services);
  if (made.units > KEPT_UNITS / 8) return made;
  all.byKey.set(key, made);
  all.bySides.set(sides, { context, key, known: made });
  all.units += made.units;
  for (const [oldest, { units }] of all.byKey) {
    if (all.byKey.size <= KEPT && all.units <= KEPT_UNITS) break;
    all.byKey.delete(oldest);
    all.units -= units;
  }
  return made;
}

/** The same candidates and numbers; what was checked of them rests on the file around. */
const checkedAnew = (known: Known, context: ConflictContext, { syntax }: Services): Known => ({
  ...known,
  verifier: new Verifier(known.judged.material, context, syntax),
  checked: new Map(),
  file: context.file,
});

const isSameFile = (a: ConflictContext['file'], b: ConflictContext['file']): boolean =>
  a === b ||
  (a !== undefined && b !== undefined && a.alone === b.alone && a.before === b.before && a.after === b.after);

/** The history of a path names its earlier versions: with their lengths they are the same ones. */
const lengthsOf = (former: ConflictContext['former']) =>
  former && [former.left, former.right].map((versions) => versions.map(({ text }) => text.length));

/** What else a conflict is kept by, beside its texts. */
const isSameConflict = (a: ConflictContext, b: ConflictContext): boolean =>
  a.path === b.path &&
  a.before === b.before &&
  a.after === b.after &&
  isSameFile(a.file, b.file) &&
  a.structured === b.structured &&
  a.times === b.times &&
  a.history === b.history &&
  a.former === b.former &&
  a.facts === b.facts;

/**
 * A conflict that comes without its file still has a syntax tree, as far as the text around it goes. `resolveFile` and
 * `resolveMarked` have merged the whole file's trees already.
 */
export function withStructured(context: ConflictContext, services: Services): ConflictContext {
  if (context.structured !== undefined || context.sides.base === undefined) return context;
  const stable = (text: string): Hunk[] => (text === '' ? [] : [{ kind: 'stable', text }]);
  const conflict: Hunk = {
    kind: 'conflict',
    conflict: { span: { start: 0, end: 0 }, sides: context.sides, labels: noLabels },
  };
  const text = structuredTexts(
    context.path,
    [...stable(context.before), conflict, ...stable(context.after)],
    services,
  )[0];
  const { before, after } = context;
  return { ...context, file: { before, after, alone: true }, ...(text === undefined ? {} : { structured: text.text }) };
}

const byConfidence = (a: Resolution, b: Resolution): number => b.confidence - a.confidence;

/**
 * Verify the best few. What does not parse where both sides did, or defines a thing twice, falls behind; what
 * confidence it loses goes to nobody, since a veto says "not this", never "that".
 */
function verifyBest(ranked: Ranked): Resolution[] {
  const resolutions = inOrder(ranked);
  const best = resolutions.slice(0, VERIFIED);
  const evidence = evidenceOf(ranked, best);
  // One behind them may come first when they fall: it was not checked, so it is no more than possible.
  const rest = resolutions.slice(VERIFIED).map((one): Resolution => ({ ...one, tier: 'possible' }));
  return [...best.map((one, i) => afterCheck(one, evidence[i] ?? [])), ...rest].sort(byConfidence);
}

/** What was checked of each is kept by its text. */
function evidenceOf({ kept }: Ranked, resolutions: readonly Resolution[]): (readonly Evidence[])[] {
  const { verifier, checked } = kept;
  const unchecked = resolutions.map(({ candidate }) => candidate).filter(({ text }) => !checked.has(text));
  verifier.verifyAll(unchecked).forEach((evidence, i) => {
    checked.set(unchecked[i]?.text ?? '', evidence);
  });
  return resolutions.map(({ candidate }) => checked.get(candidate.text) ?? []);
}

function afterCheck(resolution: Resolution, evidence: readonly Evidence[]): Resolution {
  const weight = vetoWeight(evidence);
  const confidence = resolution.confidence * weight;
  const tier = weight < 1 ? 'possible' : guarded(resolution.tier, evidence);
  const sure = resolution.sure === undefined ? {} : { sure: resolution.sure * weight };
  return { ...resolution, evidence, confidence, ...sure, tier };
}

/** Said first, since a high number beside it says nothing of it; of each, since any may come first. */
const withSpace = (resolution: Resolution): Resolution => ({
  ...resolution,
  evidence: [{ check: 'space' }, ...resolution.evidence],
});

/** Whatever its number: no text for the conflict puts an edit where its lines stand now, nor says which version was meant. */
const heldOpen = (resolution: Resolution, why: readonly Evidence[]): Resolution => ({
  ...resolution,
  evidence: [...why, ...resolution.evidence],
  tier: 'possible',
});

function versionEvidence({ path, sides }: ConflictContext): Evidence[] {
  const doubt = versionDoubtOf(sides, languageOf(path)?.id);
  return doubt ? [{ check: 'version', ...doubt }] : [];
}

/** A lower number hardly owes anything to decisions. */
const OWES = 0.5;

/** What stands high after decisions of the user, or comes first by them alone, owes something to them, and says so first. */
function withDecisions(
  resolution: Resolution,
  { sides, siblings = [] }: ConflictContext,
  isMoved: boolean,
): Resolution {
  const { tier, confidence } = resolution;
  if (siblings.length === 0 || (!isMoved && tier === 'possible' && confidence < OWES)) return resolution;
  const way = wayTaken(resolution.candidate.text, sides);
  const alike = siblings.filter((one) => decidedWay(one) === way).length;
  const decisions = { check: 'decided', way, alike, decided: siblings.length } as const;
  return { ...resolution, evidence: [decisions, ...resolution.evidence] };
}

function withWentOn(resolution: Resolution, { wentOn }: JudgedConflict): Resolution {
  if (!wentOn || !resolution.candidate.generators.includes(wentOn.side)) return resolution;
  const { commit, subject } = wentOn.version;
  const side = wentOn.side === 'left' ? 'ours' : 'theirs';
  const found = { check: 'went on', side, ...(commit ? { commit } : {}), ...(subject ? { subject } : {}) } as const;
  return { ...resolution, evidence: [found, ...resolution.evidence] };
}

function vetoWeight(evidence: readonly Evidence[]): number {
  let weight = 1;
  for (const item of evidence) {
    if (item.check === 'parses' && !item.passed) weight *= 0.3;
    if (item.check === 'duplicates' || item.check === 'repeats') weight *= 0.5;
    // The other order has all that this one has.
    if (item.check === 'astray') weight *= 0.05;
  }
  return weight;
}

/** Safe means proven: an invented word takes it away. Where edits meet, decisions about other places say nothing. */
function guarded(tier: Tier, evidence: readonly Evidence[]): Tier {
  if (evidence.some((one) => isHeldMeeting(one) || one.check === 'together')) return 'possible';
  return tier === 'safe' && evidence.some((item) => item.check === 'invented') ? 'likely' : tier;
}

/** The last rung: both sides whole, unranked. Whatever went wrong, the user can still choose. */
function plainSides(context: ConflictContext): Resolution[] {
  const { left, right } = context.sides;
  const offer = (name: 'left' | 'right', text: string): Resolution => ({
    candidate: { text, generators: [name], origin: { name, reason: name === 'left' ? 'takes ours' : 'takes theirs' } },
    evidence: [],
    confidence: 0,
    tier: 'possible',
  });
  return squeeze(left) === squeeze(right) ? [offer('left', left)] : [offer('left', left), offer('right', right)];
}

/** Which resolutions are applied: a tier and all above it, or every one at or above a confidence. */
export type ApplyPolicy =
  | { readonly kind: 'tier'; readonly tier: 'safe' | 'likely' | 'none' }
  | { readonly kind: 'confidence'; readonly atLeast: number };

/** Whether a policy applies a resolution. */
export function applies(policy: ApplyPolicy, resolution: Resolution): boolean {
  if (policy.kind === 'confidence') return resolution.confidence >= policy.atLeast;
  const rank: Record<Tier | 'none', number> = { none: 3, safe: 2, likely: 1, possible: 0 };
  return rank[resolution.tier] >= rank[policy.tier];
}

export type { FileConflict, FileMerge, FileResolution } from './resolveFile.ts';
export { resolveFile } from './resolveFile.ts';
export type { MarkedConflict, MarkedFile } from './resolveMarked.ts';
export { resolveMarked } from './resolveMarked.ts';
