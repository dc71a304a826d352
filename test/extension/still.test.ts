/** Buttons of notifications that have stood for long: nothing is staged, or given up, of another stop than the one they spoke of. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Model } from '../../extension/conflicts/model.ts';
import { stillInConflict } from '../../extension/conflicts/still.ts';
import { isUnsettled } from '../../extension/conflicts/unsettled.ts';
import type { FileView, RepositoryView } from '../../server/lsp/protocol.ts';
import { shown } from './vscode.ts';

const file = (title: string): FileView => ({
  ...{ uri: 'file:///r/a.ts', path: 'a.ts', kind: 'modify-delete', title, actions: [] },
});
const view = (run: string, files: readonly FileView[] = []): RepositoryView => ({
  ...{ root: '/r', gitDir: '/r/.git', files, staged: [] },
  operation: { kind: 'rebase', title: 'rebasing topic', run, left: 'main', right: 'topic' },
});

/** A model whose git says `now` when it is asked again, and a file that was changed since it was staged. */
function modelOf(now: RepositoryView) {
  const staged: unknown[] = [];
  const changed = { uri: 'file:///r/a.ts', path: 'a.ts', why: 'changed', part: 'conflict' };
  const model = {
    repositories: [now],
    fresh: async () => undefined,
    server: {
      unsettled: async () => ({ files: [changed] }),
      fileAction: async (action: unknown) => staged.push(action),
    },
  };
  // As much of a model as is asked for.
  return { model: model as unknown as Model, staged };
}

const settle = () => new Promise((done) => setTimeout(done));

beforeEach(() => {
  shown.length = 0;
});

describe('a button of an old notification', () => {
  const pressed = async (now: RepositoryView) => {
    const { model, staged } = modelOf(now);
    expect(await isUnsettled(model, view('stop 1'))).toBe(true);
    expect(shown[0]?.buttons).toContain('Stage It Again');
    shown[0]?.answer('Stage It Again');
    await settle();
    return { staged, said: shown.slice(1).map(({ text }) => text) };
  };

  it('stages the file where all is as it was', async () => {
    expect(await pressed(view('stop 1'))).toEqual({
      staged: [{ root: '/r', path: 'a.ts', action: 'stage' }],
      said: [],
    });
  });

  it('stages nothing of the next stop, where the file may hold a conflict', async () => {
    const said = ['Mortise: nothing was done: rebasing topic is over.'];
    expect(await pressed(view('stop 2', [file('both')]))).toEqual({ staged: [], said });
  });

  it('stages no file that became a conflict again', async () => {
    const said = ['Mortise: nothing was staged: a.ts is in conflict now.'];
    expect(await pressed(view('stop 1', [file('both')]))).toEqual({ staged: [], said });
  });

  it('keeps a side only of the very conflict it spoke of', async () => {
    const told = file('modified by main, deleted by feature');
    const asked = (now: RepositoryView) => stillInConflict(modelOf(now).model, view('one'), told);
    expect(await asked(view('one', [told]))).toEqual(told);
    expect(await asked(view('one', [file('deleted by main, modified by feature')]))).toBeUndefined();
    expect(await asked(view('one'))).toBeUndefined();
    expect(await asked(view('another', [told]))).toBeUndefined();
    expect(shown.map(({ text }) => text.replace('Mortise: nothing was done: ', ''))).toEqual([
      'a.ts is not in conflict any more.',
      'a.ts is not in conflict any more.',
      'rebasing topic is over.',
    ]);
  });
});
