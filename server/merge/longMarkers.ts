/**
 * Markers longer than a file's own. Git writes them where it merged a side first, before it merged the sides: the file of a
 * rename that meets another one (one more for the two names), or the ancestors of a criss-cross history (two more for each level).
 * They are told from prose by what git puts behind them, and from those that a document quotes by their versions.
 */

/** `HEAD:its/path`, where the names differ, or `Temporary merge branch 1`: no marker of these lengths has another label. */
export const isGitsLabel = (label: string): boolean => /^(?:Temporary merge branch \d+(?::.+)?|\S.*:\S.*)$/.test(label);

/** The path that such a label tells, `topic:path` or `1a2b3c4 (A: title):path`; undefined where it tells none. */
export const pathInLabel = (label: string): string | undefined =>
  /^[^:(]*\(.*\):(.+)$/.exec(label)?.[1] ?? /^[^:]*:(.+)$/.exec(label)?.[1];
