/** How a module of JavaScript or TypeScript names another one beside it: `folder` and `target` are absolute paths, with `/`; `ending` is how the file writes others: `.ts`, `.js`, or nothing. */
export function relativeSpecifier(folder: string, target: string, ending: string): string {
  const from = folder.split('/');
  const to = target.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  const up = from.length - common;
  const path = [...(up === 0 ? ['.'] : Array<string>(up).fill('..')), ...to.slice(common)].join('/');
  const bare = path.replace(/\.d\.[cm]?ts$|\.[cm]?[jt]sx?$/, '');
  const special = /\.[cm][jt]s$/.exec(target)?.[0];
  // Without their ending these are not found.
  if (special !== undefined && !/ts$/.test(ending)) return bare + special.replace('t', 'j');
  if (ending === '') return bare.replace(/\/index$/, '') || '.';
  const isTs = /^\.[cm]?tsx?$/.test(ending);
  const own = /\.[cm]?[jt]sx?$/.exec(target)?.[0] ?? ending;
  return bare + (isTs ? own : own.replace('t', 'j').replace('jsx', 'js'));
}
