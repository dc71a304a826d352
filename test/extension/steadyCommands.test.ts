/** Commands of lenses and rows keep their names when these are made anew. */
import { beforeEach, expect, it } from 'vitest';
import type { CodeLens } from 'vscode';
import { SteadyCommands } from '../../extension/conflicts/steadyCommands.ts';
import { ran, registered } from './vscode.ts';

beforeEach(() => {
  ran.length = 0;
  registered.clear();
});

// As much of a lens as is looked at.
const lens = (conflict: number, title = 'Take feature') =>
  ({ command: { title, command: 'mortise.server.take', arguments: [{ conflict }] } }) as unknown as CodeLens;

it('a lens that is made anew has the same command, and one of an older list still does what it says', async () => {
  const lenses = new SteadyCommands();
  const [one, other, again] = [lens(1), lens(2), lens(1, 'Take feature …')].map((each) => lenses.lens(each).command);
  expect(one).toEqual({ title: 'Take feature', command: again?.command });
  expect(again?.title).toBe('Take feature …');
  expect(other?.command).not.toBe(one?.command);
  await registered.get(one?.command ?? '')?.();
  expect(ran).toEqual([['mortise.server.take', { conflict: 1 }]]);
  lenses.dispose();
  expect(registered.size).toBe(0);
});

it('what needs no arguments stays as it is', () => {
  const lenses = new SteadyCommands();
  const plain = { command: { title: 'Next', command: 'mortise.next' } } as unknown as CodeLens;
  expect(lenses.lens(plain).command).toEqual({ title: 'Next', command: 'mortise.next' });
  expect(lenses.lens(undefined)).toBeUndefined();
});

it('of very many the oldest go, and what is still on screen stays', () => {
  const lenses = new SteadyCommands();
  const first = lenses.lens(lens(0)).command?.command ?? '';
  for (let i = 1; i < 6000; i++) {
    lenses.lens(lens(i));
    if (i % 1000 === 0) lenses.lens(lens(0));
  }
  expect(registered.size).toBe(5000);
  expect(registered.has(first)).toBe(true);
});

it('a row that is made anew is called with what it is now', async () => {
  const rows = new SteadyCommands();
  // Lenses have theirs beside them.
  new SteadyCommands().lens(lens(1));
  const [old, now] = ['old', 'new'].map((node) =>
    rows.of({ title: 'Choose', command: 'mortise.chooseForFile', arguments: [node] }, '/r a.ts'),
  );
  expect(old).toEqual(now);
  await registered.get(old?.command ?? '')?.();
  expect(ran).toEqual([['mortise.chooseForFile', 'new']]);
});
