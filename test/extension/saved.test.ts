/** What is staged must lie on disk first. */
import { expect, it } from 'vitest';
import { isSaved } from '../../extension/conflicts/saved.ts';
import { willSave } from './vscode.ts';

const uri = { toString: () => 'file:///r/a.ts' } as never; // As much of a URI as is asked for.

/** A document whose first saves are answered as VS Code does while another is under way, and then as told. */
const busy = (passed: number, then: 'saved' | 'failed') => {
  const document = {
    ...{ uri, isDirty: true, saves: 0 },
    async save() {
      if (++document.saves <= passed) return false;
      for (const listener of willSave) listener({ document });
      document.isDirty = then !== 'saved';
      return then === 'saved';
    },
  };
  return document;
};

it('a save that another one is under way of is waited for', async () => {
  const document = busy(3, 'saved');
  expect(await isSaved(document, 5000)).toBe(true);
  expect(document).toMatchObject({ isDirty: false, saves: 4 });
});

it('a save that fails is told at once, also behind another', async () => {
  for (const passed of [0, 2]) {
    const since = Date.now();
    expect(await isSaved(busy(passed, 'failed'), 60_000)).toBe(false);
    expect(Date.now() - since).toBeLessThan(5000);
  }
});

it('a save of another document says nothing of this one', async () => {
  const document = busy(3, 'saved');
  const { save } = document;
  document.save = () => {
    for (const listener of willSave) listener({ document: { uri: { toString: () => 'file:///r/b.ts' } } });
    return save();
  };
  expect(await isSaved(document, 5000)).toBe(true);
});

it('what is passed over for ever is not saved', async () => {
  expect(await isSaved(busy(1e6, 'saved'), 200)).toBe(false);
});

it('what is saved needs no save', async () => {
  const save = () => Promise.reject(new Error('not wanted'));
  expect(await isSaved({ uri, isDirty: false, save })).toBe(true);
});
