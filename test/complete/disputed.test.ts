/** A literal written elsewhere, where a value of the name that is filled stands in scope: it is not shown unasked. */
import { describe, expect, it } from 'vitest';
import { isDisputed } from '../../server/complete/items/disputed.ts';

describe('a literal first', () => {
  it.each([
    ['return { amount, currency: ', ["'EUR'", "'USD'", 'money.currency']],
    ['isLoading: ', ['false', 'true', 'state.isLoading']],
    ['this.timeout = ', ['3000', 'options?.timeout']],
    ['<input value={', ["''", 'name', 'value']],
  ])('is disputed by a value of that name (%s)', (before, texts) => {
    expect(isDisputed(texts, before)).toBe(true);
  });

  it.each([
    ['no value has the name', 'currency: ', ["'EUR'", 'money.amount', 'currencyOf(money)']],
    ['a value is first itself', 'currency: ', ['money.currency', "'EUR'", 'currency']],
    ['it is given to nothing', 'return ', ["'EUR'", 'money.currency']],
    ['it is compared', 'if (currency === ', ["'EUR'", 'money.currency']],
    ['nothing is there', 'currency: ', []],
  ])('is not where %s', (_, before, texts) => {
    expect(isDisputed(texts, before)).toBe(false);
  });
});
