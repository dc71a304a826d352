/** `batch` and `merge` through the bundle, as other programs call them: the protocol line by line, and exit codes. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedRoot } from '../../server/services.ts';
import { fixedModels } from '../support/fixedRanking.ts';
import { folder, openCase, versionCase } from '../support/repositories.ts';

const program = join(shippedRoot(), 'dist', 'cli.cjs');

function mortise(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}) {
  const options = { input, encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
  return { code: status, out: stdout, err: stderr };
}

describe('batch', () => {
  it('answers each line in order, the broken ones with an error, and goes on', () => {
    const sides = { base: 'const a = f(1);\n', left: 'const a = f(1, 2);\n', right: 'const a = f( 1, 2 );\n' };
    const { path, base, ours, theirs } = openCase;
    const lines = [
      '{"id": 1, "kind": "conflict",',
      JSON.stringify({ id: 2, kind: 'conflict', path: 'a.ts', ...sides, before: '', after: '' }),
      '[]',
      JSON.stringify({ id: 'four', kind: 'file', path, base, left: ours, right: theirs }),
      JSON.stringify({ id: 5, kind: 'file', path, base, left: base, right: theirs }),
      JSON.stringify({ id: 6, kind: 'conflict', path: 'a.ts', left: 'x' }),
      JSON.stringify({ id: 7, kind: 'riddle' }),
      JSON.stringify({ id: 8, kind: 'conflict', path: 'a.ts', ...sides, times: { base: 'q' } }),
    ];
    const ran = mortise(['batch', '--apply', 'none'], `${lines.join('\n')}\n`);
    expect(ran).toMatchObject({ code: 0, err: '' });
    const answers = ran.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ id }) => id)).toEqual([null, 2, null, 'four', 5, 6, 7, 8]);
    expect(answers.map(({ line }) => line)).toEqual([1, undefined, 3, ...Array(5).fill(undefined)]);
    for (const { ms } of answers) expect(String(ms)).toMatch(/^\d+(\.\d{1,3})?$/);
    expect(answers.map(({ error }) => error !== undefined)).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
      true,
      true,
    ]);
    const [, conflict, , file, clean] = answers;
    const confidences = conflict.resolutions.map(({ confidence }: { confidence: number }) => confidence);
    expect(confidences.length).toBeGreaterThan(1);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    expect(conflict.resolutions[0]).toMatchObject({ text: sides.left, origin: 'same change' });
    expect(file).toMatchObject({ clean: false, conflicts: 1, applied: [] });
    const [open] = file.open;
    expect(file.text.slice(open.start, open.end)).toMatch(/^<<<<<<<[\s\S]*>>>>>>>.*\n$/);
    expect(clean).toMatchObject({ clean: true, conflicts: 0, text: theirs });
  });
});

describe('merge', () => {
  const files = (base: string, left: string, right: string) => {
    const at = folder();
    const names = { base: join(at, 'base'), left: join(at, 'left'), right: join(at, 'right') };
    writeFileSync(names.base, base);
    writeFileSync(names.left, left);
    writeFileSync(names.right, right);
    return names;
  };

  it('ends with 0 where it merged, the number of conflicts where not, and 2 where called wrongly', () => {
    const clean = files('a\nb\nc\nd\ne\n', 'A\nb\nc\nd\ne\n', 'a\nb\nc\nd\nE\n');
    expect(mortise(['merge', clean.base, clean.left, clean.right])).toEqual({
      code: 0,
      out: 'A\nb\nc\nd\nE\n',
      err: '',
    });
    const open = files(openCase.base, openCase.ours, openCase.theirs);
    const ran = mortise(['merge', open.base, open.left, open.right, '-p', openCase.path, '--marker-size', '9']);
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^<{9} .*\n[^<]*^={9}\n[^>]*^>{9} /m);
    expect(mortise(['merge', open.base, open.left]).code).toBe(255);
    expect(mortise(['nonsense'])).toMatchObject({ code: 2, out: '' });
  });

  it('never ends above 127, and writes git its own bytes with --apply none', () => {
    const kept = (i: number) => ['a', 'b', 'c', 'd', 'e'].map((name) => `same ${name} ${i}\n`).join('');
    const many = (word: string) => Array.from({ length: 200 }, (_, i) => `${word} ${i}\n${kept(i)}`).join('');
    const { base, left, right } = files(many('base'), many('left'), many('right'));
    const out = join(folder(), 'out.txt');
    const ran = mortise(['merge', base, left, right, '-o', out, '-p', 'many.unknown', '--apply', 'none']);
    expect(ran.code).toBe(127);
    const git = spawnSync('git', ['merge-file', '-p', left, base, right], { encoding: 'utf8' });
    const unnamed = (text: string) => text.replace(/^(<{7}|>{7}).*$/gm, '$1');
    expect(unnamed(readFileSync(out, 'utf8'))).toBe(unnamed(git.stdout));
  });

  it('resolves a safe conflict into the file it was told, leaving the inputs', () => {
    const { base, left, right } = files(versionCase.base, versionCase.ours, versionCase.theirs);
    const out = join(folder(), 'out.properties');
    const fixed = { MORTISE_MODELS: fixedModels };
    expect(mortise(['merge', base, left, right, '-o', out, '-p', versionCase.path], '', fixed).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(versionCase.merged);
    expect(readFileSync(left, 'utf8')).toBe(versionCase.ours);
  });
});
