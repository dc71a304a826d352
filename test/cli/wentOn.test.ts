/** A commit that was picked into ours, which went on from it: told with the commit, and gone where the history is. */
import { expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { aroundPath, readMergeFacts } from '../../server/mergeContext.ts';
import { command, repository } from '../support/repositories.ts';

const text = (cap: string) =>
  `export function delays(n: number): number[] {\n  const all = [];\n  ${cap}\n  for (let i = 0; i < n; i++) all.push(2 ** i);\n  return all;\n}\n`;

function picked() {
  const repo = repository();
  repo.write('src/delays.ts', text('let left = n;'));
  repo.commit('Start');
  repo.git('checkout', '-q', '-b', 'topic');
  repo.write('src/delays.ts', text('let left = Math.min(n, 8);'));
  const fix = repo.commit('Cap the delays');
  repo.git('checkout', '-q', 'main');
  repo.write('other.txt', 'so that it is another commit\n');
  repo.commit('Go on here');
  repo.git('cherry-pick', fix);
  const own = repo.git('rev-parse', '--short', 'HEAD');
  repo.write('README.md', 'Delays.\n');
  repo.write('src/delays.ts', `// Delays.\n${text('let left = Math.min(n, 8);')}`);
  repo.commit('Say what it is');
  repo.write('src/delays.ts', `// Delays.\n${text('let left = Math.min(n, settings.cap);')}`);
  repo.commit('Read the cap from the settings');
  return { repo, own };
}

it('says that ours had what theirs has, and by which commit', async () => {
  const { repo, own } = picked();
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  const { out } = await command(choose, repo.root, ['src/delays.ts']);
  expect(out).toContain(`ours had here what theirs has now (${own} “Cap the delays”), and changed it since`);
  expect(out).not.toContain('theirs had here');
});

it('says it of theirs the other way round, and nothing where a commit is reverted or picked: that one is asked for', async () => {
  const { repo } = picked();
  repo.git('checkout', '-q', 'topic');
  expect(repo.tryGit(['merge', 'main']).code).toBe(1);
  expect((await command(choose, repo.root, ['src/delays.ts'])).out).toContain('theirs had here what ours has now');
  repo.git('merge', '--abort');
  repo.git('checkout', '-q', 'main');
  expect(repo.tryGit(['revert', 'HEAD~2']).code).toBe(1);
  expect((await command(choose, repo.root, ['src/delays.ts'])).out).not.toContain('had here what');
  repo.git('revert', '--abort');
  expect(repo.tryGit(['cherry-pick', 'topic']).code).toBe(1);
  expect((await command(choose, repo.root, ['src/delays.ts'])).out).not.toContain('had here what');
});

it('keeps with a decision which side went on, for the conflicts that are still open', async () => {
  const { repo } = picked();
  expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
  expect((await command(choose, repo.root, ['src/delays.ts', 'theirs'])).code).toBe(0);
  const facts = await readMergeFacts(repo.root);
  const [decided] = (facts && aroundPath(facts, 'other.ts').siblings) ?? [];
  // It threw away the side that went on, which its sides alone do not tell.
  expect(decided).toMatchObject({ path: 'src/delays.ts', seen: { chosen: { went: { side: 'left', way: -1 } } } });
});
