/** `.mortise.json`: it comes with a repository, so it may hold back and never push. */
import { describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as doctor } from '../../server/cli/doctor.ts';
import { run as install } from '../../server/cli/install.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { parsePolicy, policyName } from '../../server/git/policyFile.ts';
import { matchesGlob } from '../../server/text/glob.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, diverged, merging, type Versions, versionCase } from '../support/repositories.ts';

rankByFixedTable();

const always = (text: string): Versions => ({ base: text, ours: text, theirs: text });
const json = (value: object) => `${JSON.stringify(value)}\n`;

it.each([
  ['*.sql', 'a.sql', true],
  ['*.sql', 'deep/down/a.sql', true],
  ['*.sql', 'a.sqlx', false],
  ['db', 'db/a.sql', true],
  ['db/', 'x/db/y/a.sql', true],
  ['/db', 'x/db/a.sql', false],
  ['db/*.sql', 'db/a.sql', true],
  ['db/*.sql', 'db/x/a.sql', false],
  ['db/**', 'db/x/a.sql', true],
  ['db/**', 'db', false],
  ['db/**/a.sql', 'db/a.sql', true],
  ['**/auth/*', 'a/b/auth/c.ts', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['**', 'anything', true],
  ['', 'anything', false],
])('the pattern %j on %j: %s', (pattern, path, expected) => {
  expect(matchesGlob(pattern, path)).toBe(expected);
});

it('a pattern cannot make matching hang', () => {
  expect(matchesGlob(`${'**/'.repeat(40)}${'*a'.repeat(200)}b`, `${'a/'.repeat(200)}${'a'.repeat(2000)}`)).toBe(false);
});

describe('the policy of a repository', () => {
  it('holds its paths back from resolve and says so; choose is the way', async () => {
    const policy = json({ never: ['auth/**'] });
    const repo = merging({
      [policyName]: always(policy),
      'auth/a.properties': versionCase,
      'b.properties': versionCase,
    });
    const before = repo.bytes('auth/a.properties');
    for (const args of [[], ['--apply', 'likely'], ['--min-confidence', '0']]) {
      const { out } = await command(resolve, repo.root, args);
      expect(out).toContain(`not applied: ${policyName} says never`);
      expect(repo.bytes('auth/a.properties')).toEqual(before);
    }
    expect(repo.read('b.properties')).toBe(versionCase.merged);
    expect((await command(choose, repo.root, ['auth/a.properties', 'ours'])).code).toBe(0);
    expect((await command(doctor, repo.root, [])).out).toContain(`${policyName} holds back 1 pattern`);
  });

  it('holds although the other side, or the work tree, takes the rule out', async () => {
    const strict = json({ never: ['a.properties'] });
    const repo = merging({
      [policyName]: { base: strict, ours: strict, theirs: json({ never: [] }) },
      'a.properties': versionCase,
    });
    repo.write(policyName, json({ apply: 'likely' }));
    expect((await command(resolve, repo.root, [])).out).toContain('says never');
    const added = merging({
      [policyName]: { theirs: strict },
      'a.properties': versionCase,
    });
    expect((await command(resolve, added.root, [])).out).toContain('says never');
  });

  it.each([
    ['is not JSON', '{ "never": ['],
    ['has a field', json({ nevr: ['auth/**'] })],
    ['has a "never"', json({ never: 'auth' })],
    ['has an "apply"', json({ apply: 'everything' })],
    ['is no JSON object', '[]\n'],
  ])('stops everything in bulk where it %s', async (why, text) => {
    expect(parsePolicy(Buffer.from(text)).problem).toContain(why);
    const repo = merging({ [policyName]: always(text), 'a.properties': versionCase });
    const before = repo.bytes('a.properties');
    expect((await command(resolve, repo.root, ['--apply', 'likely'])).out).toContain(why);
    expect(repo.bytes('a.properties')).toEqual(before);
    expect((await command(doctor, repo.root, [])).code).toBe(1);
  });

  it('never allows more than was asked for', async () => {
    const repo = merging({ [policyName]: always(json({ apply: 'likely' })), 'a.properties': versionCase });
    const before = repo.bytes('a.properties');
    await command(resolve, repo.root, ['--apply', 'none']);
    expect(repo.bytes('a.properties')).toEqual(before);
  });

  it('holds for the merge driver too', async () => {
    const repo = diverged({
      [policyName]: always(json({ never: ['a.*'] })),
      'a.properties': versionCase,
      'b.properties': versionCase,
    });
    await command(install, repo.root, ['--driver-only']);
    expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
    expect(repo.read('a.properties')).toContain('<<<<<<<');
    expect(repo.read('b.properties')).toBe(versionCase.merged);
  });

  it('limits the tier of the merge driver', async () => {
    // Each side changes another word of the line: likely, and never safe.
    const likely = { base: 'v = f(a, b)\n', ours: 'v = g(a, b)\n', theirs: 'v = f(a, z)\n' };
    const merge = async (policy: object) => {
      const repo = diverged({
        [policyName]: always(json(policy)),
        'a.txt': likely,
        'b.properties': versionCase,
        'secrets.properties': versionCase,
        'gen.properties': versionCase,
        '.gitattributes': always('gen.properties linguist-generated\n'),
      });
      await command(install, repo.root, ['--driver-only']);
      repo.git('config', 'merge.mortise.driver', `${repo.git('config', 'merge.mortise.driver')} --apply=likely`);
      expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
      return repo.git('diff', '--name-only', '--diff-filter=U').split('\n');
    };
    expect(await merge({ apply: 'safe' })).toEqual(['a.txt', 'gen.properties', 'secrets.properties']);
    expect(await merge({})).toEqual(['gen.properties', 'secrets.properties']);
  });
});

it('migrations, keys and secrets are left to the user without any policy', async () => {
  const paths = ['db/migrations/1.properties', 'config/secrets.properties', 'credentials/a.properties'];
  const repo = merging(Object.fromEntries(paths.map((path) => [path, versionCase])));
  const { out, code } = await command(resolve, repo.root, ['--min-confidence', '0']);
  expect(code).toBe(1);
  expect(out.match(/not applied: migrations, keys and secrets are yours to decide/g)).toHaveLength(3);
  for (const path of paths) expect(repo.read(path)).toContain('<<<<<<<');
});
