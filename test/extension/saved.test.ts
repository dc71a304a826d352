/** What is staged must lie on disk first. */
import { expect, it } from 'vitest';
import { isSaved } from '../../extension/conflicts/saved.ts';

/** A document of which the first save is answered as VS Code does while another is under way. */
const busy = (done: number) => {
  const document = {
    ...{ isDirty: true, saves: 0 },
    async save() {
      document.saves++;
      return !document.isDirty;
    },
  };
  setTimeout(() => {
    document.isDirty = false;
  }, done);
  return document;
};

it('a save that another one is under way of is waited for, and not asked for again', async () => {
  const document = busy(120);
  expect(await isSaved(document, 5000)).toBe(true);
  expect(document).toMatchObject({ isDirty: false, saves: 1 });
});

it('what cannot be saved is not', async () => {
  expect(await isSaved({ isDirty: true, save: async () => false }, 100)).toBe(false);
});

it('what is saved needs no save', async () => {
  const save = () => Promise.reject(new Error('not wanted'));
  expect(await isSaved({ isDirty: false, save })).toBe(true);
});
