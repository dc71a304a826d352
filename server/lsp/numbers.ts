/** Files that both sides added under one number, for the view and before the commit: looked for once an operation, told while they lie there. */
import { onDisk, type Repository } from '../git/repository.ts';
import { type SameNumber, saidOfNumber, sameNumbers, stillOnDisk } from '../git/sameNumbers.ts';
import { toUri } from './convert.ts';
import type { SameNumberView } from './protocol.ts';
import type { WorkTree } from './repositories.ts';
import type { Session } from './session.ts';
import { type Names, named } from './words.ts';

export class Numbers {
  readonly #session: Session;
  /** By root: of which operation, and what it has. */
  readonly #found = new Map<string, { readonly key: string; readonly all: readonly SameNumber[] }>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** @returns whether there is something new to tell. Git is not asked about the content of a repository that is not trusted. */
  async look({ repo, operation }: WorkTree): Promise<boolean> {
    const known = this.#found.get(repo.root);
    if (known?.key === operation.key || this.#session.client.untrusted) return false;
    // Told where git can say.
    const all = await sameNumbers(repo, operation).catch(() => []);
    this.#found.set(repo.root, { key: operation.key, all });
    return all.length > 0 || (known?.all.length ?? 0) > 0;
  }

  views({ repo, operation }: WorkTree, names: Names): readonly SameNumberView[] {
    const known = this.#found.get(repo.root);
    if (known?.key !== operation.key) return [];
    return stillOnDisk(repo, known.all).map((one) => ({
      said: named(saidOfNumber(one), names),
      folder: one.folder,
      number: one.number,
      left: urisOf(repo, one.ours),
      right: urisOf(repo, one.theirs),
    }));
  }
}

const urisOf = (repo: Repository, paths: readonly string[]): string[] => paths.map((path) => toUri(onDisk(repo, path)));
