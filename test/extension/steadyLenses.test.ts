/** Lenses' commands keep their names from one list of lenses to the next. */
import { beforeEach, expect, it } from 'vitest';
import type { CodeLens } from 'vscode';
import { SteadyLenses } from '../../extension/conflicts/steadyLenses.ts';
import { ran, registered } from './vscode.ts';

beforeEach(() => {
  ran.length = 0;
  registered.clear();
});

// As much of a lens as is looked at.
const lens = (conflict: number, title = 'Take feature') =>
  ({ command: { title, command: 'mortise.server.take', arguments: [{ conflict }] } }) as unknown as CodeLens;

it('a lens that is made anew has the same command, and one of an older list still does what it says', async () => {
  const lenses = new SteadyLenses();
  const [one, other, again] = [lens(1), lens(2), lens(1, 'Take feature …')].map((each) => lenses.steady(each).command);
  expect(one).toEqual({ title: 'Take feature', command: again?.command });
  expect(again?.title).toBe('Take feature …');
  expect(other?.command).not.toBe(one?.command);
  await registered.get(one?.command ?? '')?.();
  expect(ran).toEqual([['mortise.server.take', { conflict: 1 }]]);
  lenses.dispose();
  expect(registered.size).toBe(0);
});

it('what needs no arguments stays as it is', () => {
  const lenses = new SteadyLenses();
  const plain = { command: { title: 'Next', command: 'mortise.next' } } as unknown as CodeLens;
  expect(lenses.steady(plain).command).toEqual({ title: 'Next', command: 'mortise.next' });
  expect(lenses.steady(undefined)).toBeUndefined();
});

it('of very many the oldest go, and what is still on screen stays', () => {
  const lenses = new SteadyLenses();
  const first = lenses.steady(lens(0)).command?.command ?? '';
  for (let i = 1; i < 6000; i++) {
    lenses.steady(lens(i));
    if (i % 1000 === 0) lenses.steady(lens(0));
  }
  expect(registered.size).toBe(5000);
  expect(registered.has(first)).toBe(true);
});
