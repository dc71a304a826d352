/** A merge driver reads and writes what git has in store; undo finds it, and brings it back, as git checks it out. */
import { describe, expect, it } from 'vitest';
import { run as install } from '../../server/cli/install.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, diverged, openCase, repository, type TestRepository, versionCase } from '../support/repositories.ts';

const rot = "tr 'a-zA-Z' 'n-za-mN-ZA-M'";
const filtered: Record<string, (repo: TestRepository) => string> = {
  'line ends': () => '* text eol=crlf',
  ident: () => '* ident',
  'a filter': (repo) => {
    for (const way of ['clean', 'smudge']) repo.git('config', `filter.rot.${way}`, rot);
    return '*.properties filter=rot';
  },
};

/** Our rule's conflict, and one that stays; at the top what `ident` writes. */
const whole = (side: 'base' | 'ours' | 'theirs') =>
  `# $Id$\n${versionCase[side]}${'# as it was\n'.repeat(9)}${openCase[side]}`;

const path = versionCase.path;
const unlabelled = (text: string) => text.replace(/^(<{7}|\|{7}|>{7}) [^\r\n]*/gm, '$1');

function made(how: (repo: TestRepository) => string): TestRepository {
  const repo = repository();
  repo.write('.gitattributes', `${how(repo)}\n`);
  return diverged({ [path]: { base: whole('base'), ours: whole('ours'), theirs: whole('theirs') } }, repo);
}

describe.each(Object.entries(filtered))('%s', (_, how) => {
  rankByFixedTable();

  it("undo of what the driver did is git's own conflict", async () => {
    const plain = made(how);
    expect(plain.tryGit(['merge', 'topic']).code).toBe(1);
    const repo = made(how);
    await command(install, repo.root, ['--driver-only']);
    expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
    const resolved = repo.read(path);
    expect(resolved.split('<<<<<<<')).toHaveLength(2);
    const undone = await command(undo, repo.root, ['--all']);
    expect(undone.code, undone.err).toBe(0);
    // The blob that `ident` names is another one with other labels.
    const told = (text: string) => unlabelled(text).replace(/\$Id:[^$]*\$/, '$Id$');
    expect(told(repo.read(path))).toBe(told(plain.read(path)));
    // What the user wrote since is theirs.
    repo.git('checkout', '-q', '-f', 'main');
    expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
    repo.write(path, `${repo.read(path)}mine\n`);
    expect((await command(undo, repo.root, [path])).err).toContain('it was changed after Mortise wrote it');
  });
});
