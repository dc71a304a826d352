/** What `resolve` says of a submodule in conflict: what is lost by which choice, and the commands that take each. */
import { onDisk, type Repository } from '../git/repository.ts';
import type { SubmoduleLines } from '../git/submodule.ts';
import { asPathspec, callingGit } from './called.ts';
import { typed } from './goOn.ts';
import type { Io } from './io.ts';
import { quoted, visible } from './show.ts';

export function submoduleAdvice(io: Io, repo: Repository, path: string, lines: SubmoduleLines): string {
  const { left, right, relation, merge } = lines;
  const inside = quoted(io.cwd === onDisk(repo, path) ? '.' : typed(io, repo, path));
  const add = `${callingGit(io, repo, 'git add')} ${asPathspec(io, repo, path)}`;
  const take = (commit: string) => `git -C ${inside} checkout ${commit} && ${add}`;
  const holder = { left: 'ours', right: 'theirs' } as const;
  if (relation === 'left' || relation === 'right') {
    const [commit, other] = relation === 'left' ? [left, right] : [right, left];
    return `    ${holder[relation]} (${commit}) holds the other (${other}): ${take(commit)}\n`;
  }
  if (relation === 'unknown')
    return `    ours is ${left}, theirs ${right}; whether one holds the other cannot be told: not both are there\n    fetch in it, check out the commit you want, then: ${add}\n`;
  const apart = `    ours (${left}) and theirs (${right}) are on different lines: to take one is to drop the other's work\n`;
  return merge
    ? `${apart}    a merge that holds both, ${merge.commit} ${visible(merge.title)}: ${take(merge.commit)}\n`
    : `${apart}    no merge of both is there: merge them in it (git -C ${inside} checkout ${left} && git -C ${inside} merge ${right}), then: ${add}\n`;
}
