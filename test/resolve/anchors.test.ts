/** A YAML alias whose anchor the other side renamed: the text counts as broken, and where git merged it itself it is told. */
import { expect, it } from 'vitest';
import { aftermathOf } from '../../server/merge/aftermath/aftermath.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { materialOf } from '../../server/resolve/material.ts';
import { Verifier } from '../../server/resolve/verify.ts';
import { languageById, testSyntax } from '../support/syntax.ts';

const yaml = languageById('yaml');
const base = '\nbase: &base\n  a: 1\n\none:\n  <<: *base\n';
const named = base.replaceAll('base', 'defaults').replace('defaults: &', 'base: &');
const used = `${base}two:\n  <<: *base\n`;

type Row = readonly [what: string, ours: string, theirs: string, text: string, parses: boolean];
const rows: readonly Row[] = [
  ['both edits', named, used, `${named}two:\n  <<: *base\n`, false],
  ['both edits, renamed', named, used, `${named}two:\n  <<: *defaults\n`, true],
  ['theirs', named, used, used, true],
  ['an anchor below its alias', named, used, `one:\n  <<: *base\nbase: &base\n  a: 1\n`, false],
  ['an anchor of another document', named, used, `${base}---\ntwo:\n  <<: *base\n`, false],
  ['what ours had wrong before', 'a: *gone\n', 'a: 1\n', 'a: *gone\nb: 1\n', true],
];

it.each(rows)('%s', async (_, left, right, text, parses) => {
  const syntax = await testSyntax('yaml');
  const file = { before: '', after: '', alone: true, versions: { base, left, right } };
  const context = { path: 'a.yaml', sides: { base, left, right }, before: '', after: '', file };
  const candidate = { text, origin: { name: 'union', reason: '' }, generators: ['union'] };
  const evidence = new Verifier(materialOf(context, syntax), context, syntax).verify(candidate);
  expect(evidence).toContainEqual({ check: 'parses', passed: parses });
  expect(heldByEvidence(evidence)).toBe(parses ? undefined : 'it does not parse so');
});

it('tells who took the anchor away, where git merged it', async () => {
  const syntax = await testSyntax('yaml');
  const trees = [base, named, used, `${named}two:\n  <<: *base\n`].map((text) => syntax.parse(yaml, text));
  const [b, left, right, merged] = trees;
  if (!b || !left || !right || !merged) throw new Error('no tree');
  expect(aftermathOf({ base: b, left, right, merged }, yaml)).toMatchObject([
    { kind: 'lost', name: '*base', by: 'left' },
  ]);
  expect(aftermathOf({ base: b, left, right, merged: left }, yaml)).toEqual([]);
});
