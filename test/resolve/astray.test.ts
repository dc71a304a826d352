/**
 * Both sides add lines at one place, and in one of the two orders they mean something else: under the heading that the other appended,
 * behind its `return`, behind what closes them. That order is told and held back, the other one is not.
 */
import { expect, it } from 'vitest';
import { checkText } from '../../server/resolve/checkRest.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { resolveFile } from '../../server/resolve/resolve.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const services = await loadServices();

/** `first` before `second` is wrong, and said to be so. */
type Row = readonly [path: string, top: string, first: string, second: string, end: string, said: string];

const closes = 'which closes what it uses';
const rows: readonly Row[] = [
  ['a.ini', '[a]\nx = 1\n', '\n[b]\ny = 1\n', 'z = 2\n', '', '“z = 2” of THEIRS comes under “[b]” of OURS'],
  [
    'Cargo.toml',
    '[dependencies]\na = "1"\n',
    '\n[features]\nb = []\n',
    'c = "1"\n',
    '',
    '“c = "1"” of THEIRS comes under “[features]” of OURS',
  ],
  ['a.md', '# A\n\n- a\n', '\n## B\n\nText.\n', '- b\n', '', '“- b” of THEIRS comes under “## B” of OURS'],
  ['a.yaml', 'a:\n  - x\n', 'b:\n  - y\n', '  - z\n', '', '“- z” of THEIRS comes under “b:” of OURS'],
  ['Makefile', 'a:\n\trun a\n', '\nb:\n\trun b\n', '\trun c\n', '', '“run c” of THEIRS comes under “b:” of OURS'],
  [
    'a.py',
    'def a(x):\n    y = x\n',
    '\n\ndef b(x):\n    return x\n',
    '    log(y)\n',
    '\n\nrun()\n',
    '“log(y)” of THEIRS comes under “def b(x):” of OURS',
  ],
  [
    'a.js',
    'function a(x) {\n  y(x);\n',
    '}\n\nfunction b(x) {\n  z(x);\n',
    '  log(x);\n',
    '}\n',
    '“log(x);” of THEIRS comes under “function b(x) {” of OURS',
  ],
  [
    'a.py',
    'def a(x):\n    y = x\n',
    '    return y\n',
    '    log(y)\n',
    '\n\nrun()\n',
    '“log(y)” of THEIRS comes behind “return y” of OURS and is not reached',
  ],
  [
    'a.js',
    'function a(x) {\n  y(x);\n',
    '  return {\n    x,\n  };\n',
    '  log(x);\n',
    '}\n',
    '“log(x);” of THEIRS comes behind “return {” of OURS and is not reached',
  ],
  [
    'a.sh',
    'build\n',
    'exit 0\n',
    'notify\n',
    '',
    '“notify” of THEIRS comes behind “exit 0” of OURS and is not reached',
  ],
  [
    'a.sql',
    'BEGIN;\n',
    'COMMIT;\n',
    'DELETE FROM a;\n',
    '',
    '“DELETE FROM a;” of THEIRS comes behind “COMMIT;” of OURS and is not reached',
  ],
  [
    'a.c',
    'void f(char *p) {\n  use(p);\n',
    '  free(p);\n',
    '  log(p);\n',
    '}\n',
    `“log(p);” of THEIRS comes behind “free(p);” of OURS, ${closes}`,
  ],
  [
    'A.java',
    'class A {\n  void f() {\n',
    '    c.close();\n',
    '    c.flush();\n',
    '  }\n}\n',
    `“c.flush();” of THEIRS comes behind “c.close();” of OURS, ${closes}`,
  ],
  [
    'a.c',
    'struct A\n{\n  int a;\n',
    '};\n\nstruct B\n{\n  int c;\n',
    '  int d;\n',
    '};\n',
    '“int d;” of THEIRS comes under “struct B” of OURS',
  ],
  [
    'a.js',
    'const r = all\n',
    '  .slice(0, 10)\n',
    '  .filter(ok)\n',
    '  .join();\n',
    '“.filter(ok)” of THEIRS comes behind “.slice(0, 10)” of OURS and sees only those',
  ],
  [
    'a.rs',
    'fn f(k: u8) -> u8 {\n    match k {\n        1 => 2,\n',
    '        _ => 0,\n',
    '        2 => 4,\n',
    '    }\n}\n',
    '“2 => 4,” of THEIRS comes behind “_ => 0,” of OURS and is not reached',
  ],
  [
    'fw.sh',
    'run\n',
    'iptables -A INPUT -j DROP\n',
    'iptables -A INPUT -p tcp -j ACCEPT\n',
    '',
    '“iptables -A INPUT -p tcp -j ACCEPT” of THEIRS comes behind “iptables -A INPUT -j DROP” of OURS and is not reached',
  ],
  [
    'Dockerfile',
    'FROM node\n',
    'USER node\n',
    'RUN apt-get install curl\n',
    'CMD a\n',
    '“RUN apt-get install curl” of THEIRS comes behind “USER node” of OURS, who may not do it',
  ],
  [
    'CHANGELOG.md',
    '# Changelog\n\n',
    '## 1.9.1\n- Mended\n\n',
    '## [1.10.0] - 2024-05-06\n- New\n\n',
    '## 1.9.0\n- First\n',
    '“## [1.10.0] - 2024-05-06” of THEIRS comes behind “## 1.9.1” of OURS, an older release',
  ],
  [
    'CHANGELOG.md',
    '# Changelog\n\n',
    '## 1.9.1 - 2024-03-01\n- Mended\n\n',
    '## 1.10.0 - 2024-05-06\n- New\n\n',
    '## 1.9.0 - 2024-01-02\n- First\n',
    '“## 1.10.0 - 2024-05-06” of THEIRS comes behind “## 1.9.1 - 2024-03-01” of OURS, an older release',
  ],
  [
    'docs/history.rst',
    'History\n=======\n\n1.0\n---\n* a\n\n',
    '1.2 (May)\n---------\n* b\n\n',
    '1.1 (April)\n-----------\n* c\n\n',
    '',
    '“1.1 (April)” of THEIRS comes behind “1.2 (May)” of OURS, a newer release',
  ],
];

/** In neither order is there anything to say. */
const fine: readonly Omit<Row, 5>[] = [
  ['a.ini', '[a]\nx = 1\n', '\n[b]\ny = 1\n', '\n[c]\nz = 2\n', '', ''],
  ['a.py', 'def a():\n    pass\n', '\n\ndef b():\n    return 1\n', '\n\ndef c():\n    return 2\n', '\n\nrun()\n', ''],
  ['a.js', 'switch (k) {\n', '  case 1:\n    return 1;\n', '  case 2:\n    return 2;\n', '}\n', ''],
  ['a.js', 'if (a) {\n', '  b();\n', '  c();\n', '}\n', ''],
  ['a.rb', 'def a(x)\n', '  return 1 if x > 1\n', '  log(x)\n', 'end\n', ''],
  ['a.yaml', 'a:\n', '  - x: 1\n    y: 2\n', '  - x: 3\n    y: 4\n', 'b: 1\n', ''],
  ['a.c', 'void f(char *p) {\n', '  free(p);\n', '  p = next();\n', '}\n', ''],
  ['a.go', 'package a\n\nfunc f() {\n', '\tdefer c.Close()\n', '\tc.Flush()\n', '}\n', ''],
  ['CHANGELOG.md', '# Changelog\n\n', '## 1.1.0\n- a\n\n', '## 1.2.0\n- b\n\n', '', ''],
  ['notes.md', '# A\n\n', '## 1.1.0 of it\n- a\n\n', '## 1.2.0 of it\n- b\n\n', '## 1.0.0\n', ''],
  ['a.md', '# A\n\n::: tip\nText.\n', '\n## B\n\nMore.\n', ':::\n', '', ''],
];

const swapped = [false, true] as const;
const candidate = (text: string) => ({ text, origin: { name: 'union', reason: '' }, generators: ['union'] });

function evidenceOf([path, top, first, second, end]: Omit<Row, 5>, isSwapped: boolean) {
  const [left, right] = isSwapped ? [second, first] : [first, second];
  const context = { path, sides: { base: '', left, right }, before: top, after: end };
  return (text: string) => checkText(candidate(text), context, services.syntax);
}

const toldBy = (evidence: ReturnType<typeof checkText>): readonly string[] =>
  evidence.flatMap((one) => (one.check === 'astray' ? [one.said] : []));

it.each(rows.flatMap((row) => swapped.map((way) => [...row, way] as const)))(
  'told in one order: %s%s%s%s',
  async (path, top, first, second, end, said, isSwapped) => {
    await services.syntax.ready(languageOf(path));
    const check = evidenceOf([path, top, first, second, end, said], isSwapped);
    const [ours, theirs] = isSwapped ? ['theirs', 'ours'] : ['ours', 'theirs'];
    expect(toldBy(check(first + second))).toEqual([said.replace('OURS', ours).replace('THEIRS', theirs)]);
    expect(heldByEvidence(check(first + second))).toBeDefined();
    for (const text of [second + first, first, second]) expect(toldBy(check(text))).toEqual([]);
  },
);

it.each(fine)('not told: %s%s%s%s', async (...row) => {
  await services.syntax.ready(languageOf(row[0]));
  const [, , first, second] = row;
  const check = evidenceOf(row, false);
  for (const text of [first + second, second + first]) expect(toldBy(check(text))).toEqual([]);
});

it('tells in both orders of conditions that are read together', () => {
  const [or, and] = ['  OR b = 2\n', '  AND c = 3\n'];
  const context = {
    path: 'a.sql',
    sides: { base: '', left: or, right: and },
    before: 'SELECT 1\nWHERE a = 1\n',
    after: '',
  };
  for (const text of [or + and, and + or])
    expect(toldBy(checkText(candidate(text), context, services.syntax))).toEqual([
      expect.stringContaining('read with it'),
    ]);
});

it('is not told where one side laid the other in a block', async () => {
  await services.syntax.ready(languageOf('a.py'));
  const sides = { base: '    a()\n', left: '    if x:\n        a()\n', right: '    a()\n    b()\n' };
  const context = { path: 'a.py', sides, before: 'def f():\n', after: '' };
  expect(toldBy(checkText(candidate('    if x:\n        a()\n        b()\n'), context, services.syntax))).toEqual([]);
});

/** Git merges the others by itself. */
const conflicting = rows.filter(([, , first]) => !/^(?:\n\n|\})/.test(first));

/** Decisions about other conflicts of the merge say nothing of the order here. */
it.each(conflicting)(
  'is not first, and never applied, after decisions that united both sides: %s%s%s%s',
  async (path, top, first, second, end) => {
    await services.syntax.ready(languageOf(path));
    const siblings = ['a', 'b', 'c', 'd', 'e'].map((name) => {
      const [left, right] = [`left ${name}\n`, `right ${name}\n`];
      return { path: path.replace(/^/, name), sides: { base: '', left, right }, chosen: left + right };
    });
    const sides = { base: top + end, left: top + first + end, right: top + second + end };
    const { conflicts } = resolveFile({ path, sides, siblings }, { kind: 'tier', tier: 'likely' }, services);
    expect(conflicts).not.toEqual([]);
    for (const { applied, resolutions } of conflicts) {
      expect(applied && toldBy(applied.evidence)).toBeFalsy();
      expect(toldBy(resolutions[0]?.evidence ?? [])).toEqual([]);
    }
  },
);
