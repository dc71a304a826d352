/** Every generator by its stable name, in the order of the model's one-hot columns. Append only: the model format counts on it. */
export const generators = [
  'left',
  'right',
  'base',
  'empty',
  'same change',
  'left only reformats',
  'right only reformats',
  'larger version',
  'import set',
  'key by key',
  'changelog',
  'changelog, right first',
  'structured merge',
  'token merge',
  'left+right',
  'right+left',
  'left+right trimmed',
  'right+left trimmed',
  'left-base',
  'right-base',
  'left-base+right-base',
  'right-base+left-base',
  'left+right-base',
  'left-base+right',
  'right+left-base',
  'right-base+left',
  'left minus right deletions',
  'right minus left deletions',
  'union',
  'union right first',
  'union minus deletions',
  'union minus deletions, right first',
  'interleaved',
  'interleaved, right first',
  'sorted union',
  'sorted union, case folded',
  'sorted union of all',
  'list, left first',
  'list, right first',
  'list union',
  'list union, right first',
  'token L',
  'token R',
  'token O',
  'token LR',
  'token RL',
  'token L-O',
  'token R-O',
  'token LR-O',
  'token RL-O',
  'token newer',
  'token longer',
  'token shorter',
  'token L,R',
  'token R,L',
  'token woven',
  'token woven R',
  'token mix',
  'token woven sides',
  'token woven sides, right first',
  'fine merge',
  'fine L',
  'fine R',
  'fine LR',
  'fine RL',
  'myers merge',
  'myers L',
  'myers R',
  'myers LR',
  'myers RL',
  'left renamed as right',
  'right renamed as left',
  'left+right, each closed',
  'right+left, each closed',
] as const;

const index = new Map<string, number>(generators.map((name, i) => [name, i]));
export const generatorIndex = (name: string): number => index.get(name) ?? -1;

/** Families, coarse enough to compare decisions across conflicts: what a person would say they did. */
export const families = [
  'left',
  'right',
  'base',
  'empty',
  'token merge',
  'left words',
  'right words',
  'left first',
  'right first',
  'mix',
  'none',
] as const;
export type Family = (typeof families)[number];

const LEFT_WORDS = new Set(['token L', 'left-base', 'left minus right deletions']);
const RIGHT_WORDS = new Set(['token R', 'right-base', 'right minus left deletions']);

const familyOfNames = new WeakMap<readonly string[], Family>();

/** The family of a candidate, read off all the generators that gave it; undefined for "none of the candidates". */
export function familyOf(names: readonly string[] | undefined): Family {
  if (!names) return 'none';
  const known = familyOfNames.get(names) ?? readFamily(names);
  familyOfNames.set(names, known);
  return known;
}

function readFamily(names: readonly string[]): Family {
  for (const plain of ['left', 'right', 'base', 'empty', 'token merge'] as const)
    if (names.includes(plain)) return plain;
  if (names.includes('structured merge')) return 'token merge';
  if (names.some((n) => LEFT_WORDS.has(n))) return 'left words';
  if (names.some((n) => RIGHT_WORDS.has(n))) return 'right words';
  const leftFirst = names.some((n) =>
    /^left.*\+|^union$|^union minus deletions$|^interleaved$|left first|LR|L,R|^token woven$|^changelog$|^list union$/.test(
      n,
    ),
  );
  const rightFirst = names.some((n) => /^right.*\+|right first|RL|R,L|woven R/.test(n));
  if (leftFirst && !rightFirst) return 'left first';
  if (rightFirst && !leftFirst) return 'right first';
  return 'mix';
}
