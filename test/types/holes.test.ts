import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/text/span.ts';
import { factNames } from '../../server/types/enumerate/candidateCost.ts';
import { coreFor, holeCases } from './fixtures.ts';

describe('typed holes', () => {
  for (const { name, root, expectation, request } of holeCases((name) => !name.startsWith('mvu-'))) {
    it(name, () => {
      const core = coreFor(root);
      const hole = core.hole(request);
      expect(hole).toBeDefined();
      if (expectation.expected !== undefined) expect(hole?.expected).toBe(expectation.expected);
      if (expectation.from !== undefined) expect(hole?.expectedFrom).toBe(expectation.from);
      if (expectation.place !== undefined) expect(hole?.place).toBe(expectation.place);
      if (expectation.broken !== undefined) expect(hole?.broken).toBe(expectation.broken);

      const fills = core.enumerate(request, { deadline: 5000, maxCandidates: 200 });
      const texts = fills.map((fill) => fill.text);
      for (const text of expectation.all ?? []) expect(texts).toContain(text);
      for (const text of expectation.none ?? []) expect(texts).not.toContain(text);
      if (expectation.waits !== undefined) {
        const waiting = fills.filter(
          ({ text, facts }) => /^\w+$/.test(text) && facts?.[factNames.indexOf('waits')] === 1,
        );
        expect(waiting.map((fill) => fill.text)).toEqual(expectation.waits);
      }
      const results = core.check(request, fills.slice(0, 40), { deadline: 20_000 });
      const good = fills.filter((_, i) => results[i] === 'ok');
      const shown = good.slice(0, expectation.top ?? 5).map((fill) => fill.text);
      for (const text of expectation.items ?? []) expect(shown).toContain(text);

      const refused = (expectation.not ?? []).map((text) => ({ text }));
      expect(core.check(request, refused, { deadline: 20_000 })).toEqual(refused.map(() => 'error'));

      if (expectation.edit !== undefined) {
        const edits = good.find((fill) => expectation.items?.includes(fill.text))?.edits ?? [];
        expect(applyEdits(request.text, edits)).toContain(expectation.edit);
      }
      const context = core.context(request, {});
      for (const { source, names } of expectation.context ?? []) {
        const declared = context.filter((item) => item.source === source).flatMap((item) => item.names);
        for (const each of names) expect(declared).toContain(each);
      }
    }, 30_000);
  }
});
