/** One line for people for each origin: what the resolution does, in the words of the field. */

const reasons: Readonly<Record<string, string>> = {
  left: 'takes ours',
  right: 'takes theirs',
  base: 'goes back to the common base',
  empty: 'removes the region',
  'same change': 'both sides made the same change, apart from white space',
  'left only reformats': 'ours only reformats: takes the edit of theirs in the new layout',
  'right only reformats': 'theirs only reformats: takes the edit of ours in the new layout',
  'larger version': 'the sides differ in version numbers only: takes the larger',
  'import set': 'unites the imports of both sides',
  'key by key': 'merges key by key',
  'structured merge': 'merges the syntax trees: every edit of both sides fits',
  'token merge': 'the edits touch different words: combines both',
  changelog: 'keeps the entries of both sides under their headings',
  'changelog, right first': 'keeps the entries of both sides, theirs first',
  'left+right, each closed': 'keeps both blocks, ours first, each with the end that they share',
  'right+left, each closed': 'keeps both blocks, theirs first, each with the end that they share',
  'left+right': 'keeps both, ours first',
  'right+left': 'keeps both, theirs first',
};

export function reasonOf(name: string): string {
  const known = reasons[name];
  if (known !== undefined) return known;
  if (name.startsWith('token ')) return 'combines the edits word by word';
  if (name.startsWith('sorted union')) return 'unites the lines of both sides, sorted';
  if (name.startsWith('union')) return 'unites the lines of both sides';
  if (name.startsWith('list')) return 'joins the list elements of both sides';
  if (name.startsWith('interleaved')) return 'weaves both sides along their common lines';
  if (name.includes('-base')) return 'keeps what the sides added, without the lines of the base';
  if (name.includes('trimmed')) return 'keeps both, their common lines once';
  if (name.includes('deletions')) return 'takes one side and the deletions of the other';
  return name;
}
