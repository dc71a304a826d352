/**
 * Every text worth judging for one conflict, each once (texts equal but for white space are one candidate; the generator
 * that keeps the best layout gives the text). Names are stable: docs/resolutions.md explains them.
 */
import { mergeImports } from '../merge/importSet.ts';
import { mergeKeys } from '../merge/keywise.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { settleBom } from '../text/bom.ts';
import { balancedCandidates } from './balanced.ts';
import type { Candidate } from './candidate.ts';
import { sameCommands } from './layout.ts';
import { type Generated, lineCandidates } from './lineCandidates.ts';
import { type Material, squeeze } from './material.ts';
import { reasonOf } from './reasons.ts';
import { reformattedSide } from './reformatted.ts';
import { mergeChangelog } from './rules/changelog.ts';
import { largerVersion } from './rules/version.ts';
import { versionDoubtOf } from './rules/versionDoubt.ts';
import { tokenCandidates } from './tokenCandidates.ts';

function ruleCandidates(material: Material, syntax: Syntax): Generated[] {
  const { context, left, right, base, language } = material;
  const out: Generated[] = [];
  if (left.squeezed === right.squeezed) out.push({ name: 'same change', text: left.text });
  const space = reformattedSide(material, syntax);
  if (space) out.push({ name: `${space.formatted} only reformats`, text: space.text });
  const version = largerVersion(left.text, right.text);
  if (version) out.push({ name: 'larger version', text: version.text });
  if (material.huge) return out;
  const sides = { base: base.text, left: left.text, right: right.text };
  if (language) {
    const imports = mergeImports(sides, language, { before: context.before, after: context.after });
    if (imports !== undefined) out.push({ name: 'import set', text: imports });
    const keys = mergeKeys(sides, language, { before: context.before, after: context.after });
    if (keys !== undefined) out.push({ name: 'key by key', text: keys });
  }
  if (language?.id === 'markdown' || /change|history|release|news|\.(rst|txt)$/i.test(context.path)) {
    const first = mergeChangelog(base.text, left.text, right.text);
    const second = mergeChangelog(base.text, right.text, left.text);
    if (first !== undefined) out.push({ name: 'changelog', text: first });
    if (second !== undefined) out.push({ name: 'changelog, right first', text: second });
  }
  return out;
}

/** Candidates, and their texts without white space. */
export interface GeneratedAll {
  readonly candidates: readonly Candidate[];
  readonly keys: readonly string[];
}

export function generate(material: Material, syntax: Syntax): GeneratedAll {
  const generated: (Generated & { readonly key?: string })[] = [];
  const attempt = (make: () => Generated[]) => {
    try {
      generated.push(...make());
    } catch {
      // One generator that trips over hostile text must not take the others with it.
    }
  };
  attempt(() => ruleCandidates(material, syntax));
  if (material.context.structured !== undefined) {
    generated.push({ name: 'structured merge', text: material.context.structured });
  }
  const { found } = material;
  if (found.candidates) generated.push(...found.candidates);
  else {
    const before = generated.length;
    attempt(() => lineCandidates(material));
    attempt(() => tokenCandidates(material, syntax));
    found.candidates = generated.slice(before).map((one) => ({ ...one, key: squeeze(one.text) }));
    generated.splice(before, generated.length, ...found.candidates);
  }
  if (!material.huge) attempt(() => balancedCandidates(material, syntax));

  const merged = new Map<string, { text: string; generators: string[] }>();
  for (const { name, text, key = squeeze(text) } of generated) {
    const known = merged.get(key);
    if (!known) merged.set(key, { text, generators: [name] });
    else if (!known.generators.includes(name)) known.generators.push(name);
  }
  const candidates: Candidate[] = [];
  for (const { text, generators } of merged.values()) {
    const name = primary(generators);
    candidates.push({
      text: layout(text, generators, material),
      generators,
      origin: {
        name,
        reason: reformatReason(name, material, syntax) ?? versionReason(name, material) ?? reasonOf(name),
      },
    });
  }
  return { candidates, keys: [...merged.keys()] };
}

/** A side whose white space makes a comment a command, or none any more, does not only reformat; nor is each layout known to carry the edit. */
function reformatReason(name: string, material: Material, syntax: Syntax): string | undefined {
  if (!name.endsWith('only reformats')) return undefined;
  const { base, left, right, language } = material;
  const [side, own, other] = name.startsWith('left') ? [left, 'ours', 'theirs'] : [right, 'theirs', 'ours'];
  if (reformattedSide(material, syntax)?.layout === 'old')
    return `${own} changes white space only: takes ${other}, in the old layout`;
  if (sameCommands(base, side, language?.id)) return undefined;
  return `white space in ${own} changes a comment that is a command: takes the edit of ${other} with it`;
}

/** Not every number that is larger is the newer one. */
const versionReason = (name: string, { context, language }: Material): string | undefined =>
  name === 'larger version' && versionDoubtOf(context.sides, language?.id)
    ? 'the sides differ in version numbers only: takes the larger, which need not be what is meant'
    : undefined;

/** Plain names first: what is simply one side is called so, whichever clever generator also gave it. */
const order = [
  'same change',
  'left only reformats',
  'right only reformats',
  'larger version',
  'left',
  'right',
  'import set',
  'key by key',
  'structured merge',
  'token merge',
  'changelog',
  'changelog, right first',
  'union minus deletions',
  'left+right, each closed',
  'right+left, each closed',
  'left+right',
  'right+left',
];

function primary(generators: readonly string[]): string {
  for (const name of order) if (generators.includes(name)) return name;
  return generators[0] ?? 'left';
}

/**
 * A whole side keeps its own bytes. What is put together has the byte order mark that merging the mark alone gives, and ends its
 * last line where every version does: else the next line, which is no part of the conflict, would be joined to it.
 */
function layout(text: string, generators: readonly string[], { context, left, right, base }: Material): string {
  if (generators.some((name) => name.endsWith('only reformats'))) return settleBom(context.sides, text);
  if (generators.includes('left')) return left.text;
  if (generators.includes('right')) return right.text;
  if (generators.includes('base')) return text;
  const versions = [base.text, left.text, right.text].filter((version) => version !== '');
  const isWhole = versions.length > 0 && versions.every((version) => version.endsWith('\n'));
  const end = versions.every((version) => version.endsWith('\r\n')) ? '\r\n' : '\n';
  return settleBom(context.sides, isWhole && text !== '' && !text.endsWith('\n') ? text + end : text);
}
