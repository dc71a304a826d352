/** Lines that delete what no undo brings back, when they run: in a script, a build file, a statement for a database. */
const DESTROYS =
  /(?:^|[\s;&|(`"'])(?:rm\s+(?:-\w+\s+)*-\w*[rR]\w*\s|mkfs\S*\s|dd\s+(?:\S+\s+)*of=|shred\s|wipefs\s|git\s+clean\s+-\w*[fdx])|\b(?:rmSync|rmdirSync|rimraf|rmtree|removeSync|deleteRecursively|Remove-Item)\b\s*(?:\(|-)|\bos\.RemoveAll\(|\bremove_dir_all\(|\b(?:DROP\s+(?:TABLE|DATABASE|SCHEMA|COLUMN|VIEW)|TRUNCATE\s+(?:TABLE\s+)?\w|DELETE\s+FROM)\b/i;
const LINE = 400;

/** What a package manager fetches again. */
const CACHES = /\brm\s+-\w+\s+(?:\/var\/(?:lib\/apt\/lists|cache\/\w+)\S*\s*)+(?=$|[;&|\\])/g;

/** The first such line of a text, trimmed; an item of a list that people read is none. */
export function destroyingLine(text: string): string | undefined {
  if (
    !/\b(?:rm|mkfs|dd|shred|wipefs|clean|drop|truncate|delete)\b|rmSync|rmdirSync|rimraf|rmtree|removeSync|deleteRecursively|Remove-Item|RemoveAll|remove_dir_all/i.test(
      text,
    )
  )
    return undefined;
  return text
    .split('\n')
    .find(
      (line) =>
        line.length <= LINE &&
        DESTROYS.test(line) &&
        !/^\s*(?:#|\/\/|--|\*|[-+] \p{Lu}?\p{Ll}+ )/u.test(line) &&
        DESTROYS.test(line.replace(CACHES, ' ')),
    )
    ?.trim();
}
