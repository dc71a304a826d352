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

/** What rows a statement takes is said where it goes on; so much of it is read before a conflict. */
const BEFORE = 12;
const STATEMENT = /\b(?:DELETE\s+FROM|UPDATE\s+[\w.`"[\]]+\s+SET)\b/i;

/**
 * A statement for a database that deletes or changes rows, put together from both sides: it stands in neither. Also where only what
 * follows its WHERE is in conflict.
 */
export function statementOfBoth(before: string, text: string, sides: readonly string[]): string | undefined {
  if (!/where|delete|update/i.test(text) && !/where|delete|update/i.test(before.slice(-BEFORE * LINE)))
    return undefined;
  const head = statementBefore(before);
  const [own, ...others] = [text, ...sides].map((part) => statementsIn(head + part));
  return own?.find((one) => /\bwhere\b/i.test(one) && others.every((statements) => !statements.includes(one)));
}

/** The lines of a statement that has no end yet. */
function statementBefore(before: string): string {
  const lines = before
    .slice(-BEFORE * LINE)
    .split('\n')
    .slice(-BEFORE - 1);
  const end = lines.findLastIndex((line) => /;\s*$|^\s*$/.test(line) && line !== lines.at(-1));
  return lines.slice(end + 1).join('\n');
}

/** Each without white space that says nothing. */
function statementsIn(text: string): string[] {
  return text.split(/;|\n\s*\n/).flatMap((part) => {
    const code = part.replace(/^[ \t]*(?:--|\/\/|#).*$/gm, '');
    const from = STATEMENT.exec(code)?.index;
    return from === undefined ? [] : [code.slice(from).replace(/\s+/g, ' ').trim()];
  });
}
