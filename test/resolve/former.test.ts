/** Earlier versions of a file: whether one side had, in the place of a conflict, what the other has now. */
import { expect, it } from 'vitest';
import { formerColumns, formerFacts } from '../../server/resolve/features/formerFeatures.ts';
import { squeeze, toUnits } from '../../server/resolve/material.ts';

const before = 'export function limit(n: number) {\n';
const after = '  return n;\n}\n';
const [base, ours, theirs] = ['  n = 1;\n', '  n = Math.min(n, 3);\n', '  n = Math.min(n, 2);\n'];
const file = (middle: string) => ({ text: before + middle + after, commit: 'abc1234', subject: 'Cap it' });
const side = (text: string) => ({ text, solid: toUnits(text), squeezed: squeeze(text) });

function read(left: readonly { text: string }[], right: readonly { text: string }[], sides = { base, ours, theirs }) {
  return readAt({ before, after }, sides, { left, right });
}

/** The files are what stands around and the sides between, unless `files` says otherwise. */
function readAt(
  around: { before: string; after: string },
  sides: { base: string; ours: string; theirs: string },
  former: { left: readonly { text: string }[]; right: readonly { text: string }[] },
  files = (middle: string) => around.before + middle + around.after,
) {
  const context = {
    path: 'a.ts',
    sides: { base: sides.base, left: sides.ours, right: sides.theirs },
    ...around,
    file: {
      ...around,
      alone: true,
      versions: { base: files(sides.base), left: files(sides.ours), right: files(sides.theirs) },
    },
    former,
  };
  const three = { base: side(sides.base), left: side(sides.ours), right: side(sides.theirs) };
  const keys = [sides.ours, sides.theirs, sides.base].map(squeeze);
  const { shared, rows, wentOn } = formerFacts(context, three, keys);
  return { of: (name: (typeof formerColumns)[number]) => shared[formerColumns.indexOf(name)], rows, wentOn };
}

it('knows that ours went on from what theirs has, and since which commit', () => {
  const { of, rows, wentOn } = read([file(theirs), file(base)], []);
  expect(wentOn).toEqual({ side: 'left', version: file(theirs) });
  expect(of('log.former left had right')).toBe(0.5);
  expect(of('log.former right had left')).toBe(0);
  expect(of('log.former left had lines')).toBe(1);
  // Ours, theirs, base: the share of ours' earlier versions, then of theirs', and who went on.
  // Once it was theirs as a whole.
  expect([...rows]).toEqual([0, 0, 2, 0.5, 0, -2, 0.5, 0, 0]);
});

it('knows it the other way round, and of a side that was the other file as a whole', () => {
  const { wentOn } = read([], [file(ours)]);
  expect(wentOn?.side).toBe('right');
  expect(read([], [file(ours)]).of('log.former right was left')).toBe(1);
  const more = { text: `// more\n${file(ours).text}` };
  expect(read([], [more]).of('log.former right was left')).toBe(0);
  expect([...read([], [more]).rows]).toEqual([0, 1, -1, 0, 0, 1, 0, 0, 0]);
});

it('says nothing where both had the other, where the place is another, or where nothing is known', () => {
  expect(read([file(theirs)], [file(ours)]).wentOn).toBeUndefined();
  const elsewhere = { text: `${theirs}${before}${base}${after}` };
  expect(read([elsewhere], []).wentOn).toBeUndefined();
  expect(read([elsewhere], []).of('log.former left had lines')).toBe(1);
  const context = { path: 'a.ts', sides: { base, left: ours, right: theirs }, before, after };
  const unknown = formerFacts(context, { base: side(base), left: side(ours), right: side(theirs) }, ['x']);
  expect([...unknown.shared, ...unknown.rows].every(Number.isNaN)).toBe(true);
});

it('takes no place for known that has nothing around it', () => {
  const context = { path: 'a', sides: { base, left: ours, right: theirs }, before: '', after: '}\n' };
  const former = { left: [{ text: `${theirs}}\n` }], right: [] };
  const sides = { base: side(base), left: side(ours), right: side(theirs) };
  expect(formerFacts({ ...context, former }, sides, []).wentOn).toBeUndefined();
});

it('names the commit that brought it, not the last that still had it', () => {
  const brought = { ...file(theirs), commit: 'b0', subject: 'Cap it' };
  const unrelated = { text: `${file(theirs).text}// more\n`, commit: 'c0', subject: 'Say more' };
  expect(read([unrelated, brought, file(base)], []).wentOn?.version).toBe(brought);
});

it('takes what was taken back for no step', () => {
  expect(read([file(theirs), file(base)], []).wentOn).toBeDefined();
  expect(read([file(base), file(theirs)], []).wentOn).toBeUndefined();
  const back = { text: `${file(base).text}// again\n` };
  expect(read([back, file(theirs), file(base)], []).wentOn).toBeUndefined();
});

it('does not take the end of a file for a text that was there', () => {
  // Theirs deletes the last lines: every version has the lines before them.
  const sides = { base: 'legacy(1);\nlegacy(2);\n', ours: 'legacy(1, x);\nlegacy(2, x);\n', theirs: '' };
  const around = { before: 'start();\nmain();\n', after: '' };
  const version = (text: string) => ({ text });
  const had = [version(`import x;\n${around.before}${sides.base}`)];
  expect(readAt(around, sides, { left: had, right: [] }).wentOn).toBeUndefined();
  const gone = [version(around.before)];
  expect(readAt(around, sides, { left: gone, right: [] }).wentOn?.side).toBe('left');
});

it('takes the same text in a place that looks alike for another place', () => {
  const service = (name: string, n: number) =>
    `  ${name}:\n    image: registry/app\n    replicas: ${n}\n    restart: always\n`;
  const around = { before: '    image: registry/app\n', after: '    restart: always\n' };
  const sides = { base: '    replicas: 2\n', ours: '    replicas: 4\n', theirs: '    replicas: 3\n' };
  const files = (middle: string) => `  web:\n${around.before}${middle}${around.after}${service('worker', 3)}`;
  const titled = { text: `# Title\n${files(sides.base)}` };
  const { wentOn, rows } = readAt(around, sides, { left: [titled], right: [] }, files);
  expect(wentOn).toBeUndefined();
  expect(rows[3]).toBe(0);
});

it('takes other white space for no text of its own', () => {
  const sides = { base: '  log(total)\n', ours: '  log(total, n)\n', theirs: 'log(total)\n' };
  const around = { before: 'for n in all:\n  total += n\n', after: 'done(total)\n' };
  const version = { text: `import sys\n${around.before}${sides.base}${around.after}` };
  expect(readAt(around, sides, { left: [version], right: [] }).wentOn).toBeUndefined();
});
