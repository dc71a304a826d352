/**
 * What was found for a conflict, kept across versions of its text for as long as it can still be right: the key is all that ranking
 * looks at. And what a model proposed for it, by the conflict's own content.
 */
import type { Sides } from '../merge/conflict.ts';
import type { ConflictContext, Resolution } from '../resolve/candidate.ts';
import { bestResolution, keepConflicts, resolveConflict, type Services } from '../resolve/resolve.ts';
import { shortHash } from './view.ts';

const KEPT = 4000;

export class KeptResolutions {
  readonly #resolved = new Map<string, readonly Resolution[]>();
  readonly #best = new Map<string, Resolution | undefined>();
  /** Decisions elsewhere change a conflict's ranking and nothing else of it. */
  readonly conflicts = keepConflicts();
  readonly #hashes = new WeakMap<Sides, string>();
  readonly #keys = new WeakMap<ConflictContext, string>();
  readonly #files = new WeakMap<object, string>();
  readonly #proposals = new Map<string, Resolution[]>();

  resolve(context: ConflictContext, services: Services): readonly Resolution[] {
    const key = this.#keyOf(context);
    const kept = this.#resolved.get(key);
    if (kept) return kept;
    const resolutions = resolveConflict(context, services, this.conflicts);
    keep(this.#resolved, key, resolutions);
    return resolutions;
  }

  bestOf(context: ConflictContext, services: Services): Resolution | undefined {
    const key = this.#keyOf(context);
    const known = this.#resolved.get(key);
    if (known) return known[0];
    const kept = this.#best.get(key);
    if (kept) return kept;
    const best = bestResolution(context, services, this.conflicts);
    keep(this.#best, key, best);
    return best;
  }

  /** Its texts and all that ranking looks at, read once for each analysis. */
  #keyOf(context: ConflictContext): string {
    const known = this.#keys.get(context);
    if (known !== undefined) return known;
    const { base, left, right } = context.sides;
    const { structured = '', whole } = context;
    const more = whole ? [whole.sides.base ?? '', whole.head, whole.tail] : [];
    const texts = [context.path, base ?? '\u0002', left, right, structured, this.#placeOf(context), ...more];
    const own = shortHash(texts.join('\u0000'));
    const decided = context.siblings?.map((one) => `${this.#hashOf(one.sides)}${one.chosen}`) ?? [];
    const open = context.openSiblings?.map((one) => this.#hashOf(one.sides)) ?? [];
    const past = [context.history ? '+' : '', commitsOf(context.former), JSON.stringify(context.moved ?? [])];
    const key = shortHash([own, ...decided, '\u0001', ...open, ...past].join('\u0000'));
    this.#keys.set(context, key);
    return key;
  }

  /** The file around a conflict: read once for all of its conflicts, and not for each. */
  #placeOf({ file }: ConflictContext): string {
    if (!file?.of) return file ? shortHash(`${file.before}\u0000${file.after}`) : '';
    const known = this.#files.get(file.of) ?? shortHash(file.of.text);
    this.#files.set(file.of, known);
    return `${known} ${file.before.length} ${file.after.length}`;
  }

  #hashOf(sides: Sides): string {
    const known = this.#hashes.get(sides);
    if (known !== undefined) return known;
    const hash = shortHash([sides.base ?? '\u0002', sides.left, sides.right].join('\u0000'));
    this.#hashes.set(sides, hash);
    return hash;
  }

  /** Keep a model's proposal beside the resolutions of a conflict. */
  addProposal(context: ConflictContext, resolution: Resolution, reason: string): void {
    const { candidate } = resolution;
    const own: Resolution = {
      ...resolution,
      candidate: {
        ...candidate,
        generators: [...candidate.generators, 'model'],
        origin: { ...candidate.origin, reason },
      },
    };
    const key = contentKey(context);
    const others = (this.#proposals.get(key) ?? []).filter((one) => one.candidate.text !== candidate.text);
    this.#proposals.set(key, [...others, own].slice(-5));
  }

  /** Behind what is ranked, since nothing is measured about them; in its place where the text is one of the ranked. */
  withProposals(context: ConflictContext, ranked: readonly Resolution[]): readonly Resolution[] {
    const proposals = this.#proposals.get(contentKey(context));
    if (!proposals) return ranked;
    const same = (one: Resolution) => proposals.find(({ candidate }) => candidate.text === one.candidate.text);
    const added = proposals.filter(({ candidate }) => !ranked.some((one) => one.candidate.text === candidate.text));
    return [...ranked.map((one) => same(one) ?? one), ...added];
  }
}

const contentKey = ({ path, sides }: ConflictContext): string =>
  shortHash([path, sides.base ?? '\u0002', sides.left, sides.right].join('\u0000'));

function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  if (!kept.has(key) && kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '');
  kept.set(key, value);
}

/** Evidence names them: with the same texts in another operation they may be others. */
function commitsOf(former: ConflictContext['former']): string {
  if (!former) return '';
  return [former.left, former.right].map((side) => side.map(({ commit = '' }) => commit).join(' ')).join('|');
}
