/**
 * The decisions of a work tree that its files still show, as they are in the editor. Undo in one file takes a decision from
 * every other file's ranking, so the answer is asked for with each analysis, and costs nothing while no text changed.
 */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type DecidedText, decidedText, stillDecided } from '../decided.ts';
import { onDisk } from '../git/repository.ts';
import type { Decision } from '../git/saved.ts';
import { toUri } from './convert.ts';
import type { WorkTree } from './repositories.ts';

interface Documents {
  document(uri: string): TextDocument | undefined;
  read(uri: string): Promise<TextDocument | undefined>;
}

interface Kept {
  readonly stamp: number;
  /** Versions of the open documents that decisions are in. */
  readonly versions: string;
  readonly answer: Promise<readonly Decision[]>;
}

export class StandingDecisions {
  readonly #documents: Documents;
  readonly #changed: () => void;
  readonly #kept = new Map<string, Kept>();
  readonly #texts = new Map<string, { readonly version: number; readonly text: DecidedText }>();

  /** @param changed called when a text took a decision away or brought it again. */
  constructor(documents: Documents, changed: () => void) {
    this.#documents = documents;
    this.#changed = changed;
  }

  /** The same array as long as the same decisions hold. */
  of(tree: WorkTree): Promise<readonly Decision[]> {
    if (tree.decisions.length === 0) return Promise.resolve(tree.decisions);
    const { stamp } = tree;
    const uris = new Set(tree.decisions.map(({ path }) => toUri(onDisk(tree.repo, path))));
    const versions = [...uris].map((uri) => this.#documents.document(uri)?.version ?? '').join(' ');
    const kept = this.#kept.get(tree.repo.root);
    if (kept?.stamp === stamp && kept.versions === versions) return kept.answer;
    const before = kept?.stamp === stamp ? kept.answer : undefined;
    const answer = this.#read(tree, before);
    this.#kept.set(tree.repo.root, { stamp, versions, answer });
    return answer;
  }

  async #read(tree: WorkTree, before: Promise<readonly Decision[]> | undefined): Promise<readonly Decision[]> {
    const now = await stillDecided(tree.decisions, async (path) => {
      const uri = toUri(onDisk(tree.repo, path));
      const document = await this.#documents.read(uri);
      if (!document) return undefined;
      const known = this.#texts.get(uri);
      if (known?.version === document.version) return known.text;
      const text = decidedText(document.getText(), tree.files.get(path)?.attributes.markerSize);
      this.#texts.set(uri, { version: document.version, text });
      return text;
    });
    const was = await before;
    if (!was) return now;
    if (was.length === now.length && was.every((one, i) => one === now[i])) return was;
    this.#changed();
    return now;
  }
}
