/** Which of the resolutions in the log count when a file is judged again. */
import { expect, it } from 'vitest';
import { type Counted, standingConfidences } from '../../server/decided.ts';

const entry = (n: number, rest: Partial<Counted> = {}): Counted => ({
  path: 'a.txt',
  by: 'resolve',
  line: n,
  conflict: `<<<<<<< o\nours ${n}\n=======\ntheirs ${n}\n>>>>>>> t\n`,
  text: `theirs ${n}\n`,
  tier: 'likely',
  confidence: n / 100,
  reason: 'takes theirs',
  ...rest,
});
const shows = (...numbers: readonly number[]) => numbers.map((n) => `theirs ${n}\n`).join('');

it('what was likely or safe by itself counts, however it was asked for; what the user wanted all the same does not', () => {
  const log = [
    entry(91),
    entry(92, { tier: 'safe', by: 'driver' }),
    entry(30, { tier: 'possible' }),
    entry(93, { by: 'choose' }),
    entry(94, { by: 'editor' }),
    entry(95, { by: 'mergetool', chosen: true }),
  ];
  expect(standingConfidences(log, shows(91, 92, 30, 93, 94, 95))).toEqual([0.91, 0.92]);
});

it('what was taken back counts no more, and what was applied twice counts once', () => {
  expect(standingConfidences([entry(91), entry(91), entry(92)], shows(91))).toEqual([0.91]);
  expect(standingConfidences([entry(91)], `${entry(91).conflict}theirs 91\n`)).toEqual([]);
});
