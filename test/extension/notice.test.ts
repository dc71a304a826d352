/** The notifications about a paused operation: what a new stop says stays on screen, and what an old one offers does nothing. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Model } from '../../extension/conflicts/model.ts';
import { noticeConflicts } from '../../extension/conflicts/notice.ts';
import type { FileView, RepositoryView } from '../../server/lsp/protocol.ts';
import { answers, ran, shown } from './vscode.ts';

const file = (safe: number, yours: number): FileView => ({
  ...{ uri: 'file:///r/a.ts', path: 'a.ts', kind: 'both-modified', title: 'both sides changed it' },
  ...{ counts: { safe, likely: 0, yours }, actions: [] },
});

const stop = (step: number, files: readonly FileView[], run = `rebase ${step}`): RepositoryView => ({
  ...{ root: '/r', gitDir: '/r/.git', files, staged: [] },
  operation: {
    ...{ kind: 'rebase', title: `rebasing, commit ${step} of 2`, run, left: 'main', right: 'topic' },
    next: { go: 'git rebase --continue' },
  },
});

/** As much of a model as the notifications ask for. */
function told(going: { on: boolean } = { on: false }) {
  let listener: () => void = () => undefined;
  const model = {
    repositories: [] as readonly RepositoryView[],
    isGoingOn: () => going.on,
    server: { stagedMarkers: async () => ({ marks: [] }) },
    onRepositories: (heard: () => void) => {
      listener = heard;
      return { dispose: () => undefined };
    },
  };
  noticeConflicts(model as unknown as Model);
  return (...views: readonly RepositoryView[]) => {
    model.repositories = views;
    listener();
  };
}

const settle = () => new Promise((done) => setTimeout(done));
const texts = () => shown.map(({ text }) => text.replace(/^Mortise: /, ''));
const names = () => ran.map(([name]) => name);

beforeEach(() => {
  shown.length = 0;
  ran.length = 0;
  answers.clear();
});

describe('notifications about a paused operation', () => {
  it('of a new stop wait until those of the old one are hidden: VS Code hides all that is there when it gets to it', async () => {
    const tell = told();
    tell(stop(1, [file(0, 1)]));
    await settle();
    expect(texts()).toEqual(['rebasing, commit 1 of 2: 1 conflict, 0 safe to resolve.']);
    let hide: (value: unknown) => void = () => undefined;
    answers.set('notifications.hideToasts', new Promise((done) => (hide = done)));
    tell(stop(2, [file(0, 2)]));
    await settle();
    expect(names()).toEqual(['notifications.hideToasts']);
    expect(shown).toHaveLength(1);
    hide(undefined);
    await vi.waitFor(() => expect(texts().at(-1)).toBe('rebasing, commit 2 of 2: 2 conflicts, 0 safe to resolve.'));
  });

  it('come all the same where nothing can be hidden', async () => {
    const tell = told();
    tell(stop(1, [file(0, 1)]));
    answers.set('notifications.hideToasts', Promise.reject(new Error('no such command')));
    tell(stop(2, [file(0, 2)]));
    await vi.waitFor(() => expect(texts().at(-1)).toContain('commit 2 of 2'));
  });

  it('do nothing once their stop is over, also where the same operation was begun again under the same title', async () => {
    const tell = told();
    tell(stop(1, [file(1, 0)], 'first'));
    await settle();
    tell(stop(1, [file(1, 0)], 'again'));
    await settle();
    expect(texts()).toHaveLength(2);
    const [old, now] = shown;
    old?.answer('Resolve Safe Conflicts');
    await settle();
    expect(names()).not.toContain('mortise.resolveSafe');
    expect(texts().at(-1)).toBe('nothing was done: rebasing, commit 1 of 2 is over.');
    now?.answer('Resolve Safe Conflicts');
    await settle();
    expect(ran.at(-1)).toEqual(['mortise.resolveSafe', { root: '/r', thenNext: false }]);
  });

  it('offer to go on once all is staged, and not while the user has just said so', async () => {
    const going = { on: true };
    const tell = told(going);
    const staged = { staged: [{ uri: 'file:///r/a.ts', path: 'a.ts' }] };
    tell({ ...stop(1, []), ...staged });
    await settle();
    expect(texts()).toEqual([]);
    // Git was started, and did not go on: a hook said no.
    going.on = false;
    tell({ ...stop(1, []), ...staged });
    await settle();
    expect(texts()).toEqual(['rebasing, commit 1 of 2: the file is resolved and staged.']);
  });

  it('say before the commit what git merged without a word', async () => {
    const tell = told();
    const said = 'both sides added number 0012 to db: 0012_a.sql (main), 0012_b.sql (topic)';
    const numbers = {
      sameNumbers: [{ said, folder: 'db', number: '0012', left: ['file:///a'], right: ['file:///b'] }],
    };
    tell({ ...stop(1, [file(0, 1)]), ...numbers });
    tell({ ...stop(1, [file(0, 0)]), ...numbers });
    await settle();
    expect(texts().at(-1)).toBe(
      `rebasing, commit 1 of 2: every conflict is resolved; its file is not staged. Look first: ${said}.`,
    );
  });

  it('offer to stage once for each time that all is decided, and never for the counts of the stop before', async () => {
    const tell = told();
    tell(stop(1, [file(0, 1)]));
    tell(stop(1, [file(0, 0)]));
    await settle();
    expect(texts().at(-1)).toBe('rebasing, commit 1 of 2: every conflict is resolved; its file is not staged.');
    tell(stop(2, [file(0, 0)]));
    await settle();
    expect(texts()).toHaveLength(2);
  });
});
