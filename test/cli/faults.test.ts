/** Every write of every command that writes, failing or being the last: each file is as it was or as it is to be, and all goes back. */
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run as choose } from '../../server/cli/choose.ts';
import { run as merge } from '../../server/cli/merge.ts';
import { run as resolve } from '../../server/cli/resolve.ts';
import { run as undo } from '../../server/cli/undo.ts';
import { openRepository } from '../../server/git/repository.ts';
import { readApplied } from '../../server/git/saved.ts';
import { buryOwner, type Fault, faults, withFault } from '../support/faults.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import {
  command,
  folder,
  merging,
  openCase,
  type Ran,
  repository,
  TestRepository,
  versionCase,
} from '../support/repositories.ts';
import { within } from '../support/runs.ts';

rankByFixedTable();

const paused = () => {
  const repo = merging({
    [versionCase.path]: versionCase,
    [openCase.path]: openCase,
    'image.bin': { base: '\0one', ours: '\0two', theirs: '\0three' },
    'gone.txt': { base: 'one\n', ours: 'two\n' },
  });
  // By this time a merge is told from another; copies keep no parts of a millisecond.
  utimesSync(repo.at('.git/MERGE_HEAD'), 1_800_000_000, 1_800_000_000);
  return repo;
};

/** What lies at each path, but for what a kill may leave beside them. */
const lying = (repo: TestRepository): Record<string, string> =>
  Object.fromEntries(
    readdirSync(repo.root)
      .filter((name) => name !== '.git' && !/^\..+\.mortise$/.test(name))
      .map((name) => [name, at(repo.at(name))]),
  );
const at = (file: string) => {
  const found = lstatSync(file);
  return found.isSymbolicLink() ? `to ${readlinkSync(file)}` : `${found.mode} ${readFileSync(file, 'latin1')}`;
};

const drafts = (repo: TestRepository) =>
  [repo.root, repo.at('.git/mortise'), repo.at('.git/mortise/saved')].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).filter((name) => /\.(?:mortise|new)$|^lock/.test(name)) : [],
  );

function copyOf(repo: TestRepository): TestRepository {
  const root = folder();
  cpSync(repo.root, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return new TestRepository(root);
}

interface Scenario {
  readonly name: string;
  /** What was done before. */
  readonly before?: (root: string) => Promise<unknown>;
  readonly act: (root: string) => Promise<Ran>;
}

const resolveIt = (root: string) => command(resolve, root, []);
const keepAll = (root: string) => command(resolve, root, ['--keep', 'theirs', 'image.bin', 'gone.txt', openCase.path]);
const scenarios: readonly Scenario[] = [
  { name: 'resolve', act: resolveIt },
  { name: 'choose', act: (root) => command(choose, root, [openCase.path, 'ours']) },
  { name: 'resolve --keep', act: keepAll },
  { name: 'undo', before: resolveIt, act: (root) => command(undo, root, ['--all']) },
  { name: 'undo of what was kept', before: keepAll, act: (root) => command(undo, root, ['--all']) },
];

/** Nightly every write and every fault; else one or two, and the faults that leave most behind. */
const night = process.env['MORTISE_NIGHTLY'] === '1';
const tried: readonly Fault[] = night ? faults : ['full', 'killed in it'];
const LIMIT = within(300_000);
const isTried = (n: number, fault: Fault) => night || n % 17 === 3 * faults.indexOf(fault);

describe.each(scenarios)('every write of $name', { timeout: LIMIT }, ({ before, act }) => {
  it.each(tried)('%s: before or after, and back again', async (fault) => {
    const start = paused();
    const conflicted = lying(start);
    const index = start.index();
    await before?.(start.root);
    const clean = copyOf(start);
    const { asked } = await withFault([clean.root], [fault, 0], () => act(clean.root));
    const allowed = [conflicted, lying(start), lying(clean)];
    for (let n = 1; n <= asked.length; n++) {
      if (!isTried(n, fault)) continue;
      const repo = copyOf(start);
      const ran = await withFault([repo.root], [fault, n], () => act(repo.root));
      const where = `${fault} ${n}, ${ran.asked[n - 1]}: ${ran.answer?.out}${ran.answer?.err}`;
      expect(ran.error, where).toBeUndefined();
      buryOwner(repo.at('.git'));
      const found = lying(repo);
      for (const path of new Set([...Object.keys(conflicted), ...Object.keys(found)]))
        expect(
          allowed.map((one) => one[path]),
          `${path}: ${where}`,
        ).toContain(found[path]);
      if (!ran.killed) expect(drafts(repo), where).toEqual([]);
      expect(repo.index(), where).toBe(index);
      const undone = await command(undo, repo.root, ['--all']);
      expect(undone.code, `${where}\n${undone.err}`).toBeLessThan(2);
      expect(lying(repo), where).toEqual(conflicted);
      expect(
        (await readApplied(await openRepository(repo.root))).filter((entry) => !entry.undone),
        where,
      ).toEqual([]);
      if (before || !night) continue;
      const again = await act(repo.root);
      expect(lying(repo), `${where}\n${again.err}`).toEqual(lying(clean));
    }
  });
});

describe('every write of the merge driver', { timeout: LIMIT }, () => {
  const names = ['.merge_base', '.merge_ours', '.merge_theirs'] as const;
  const put = (repo: TestRepository, more = '') => {
    const { base, ours, theirs } = versionCase;
    repo.write(names[0], base + more.replace('?', 'slow'));
    repo.write(names[1], ours + more.replace('?', 'fast'));
    repo.write(names[2], theirs + more.replace('?', 'careful'));
  };
  const drive = async (repo: TestRepository, more = '') => {
    put(repo, more);
    const before = process.cwd();
    process.chdir(repo.root); // Git starts it there.
    return command(merge, repo.root, [...names, '-o', names[1], `--path=${versionCase.path}`]).finally(() =>
      process.chdir(before),
    );
  };

  it.each(tried)('%s: markers or what is resolved, and never ours alone', async (fault) => {
    const more = `${'# as it was\n'.repeat(9)}mode=?\n`;
    const clean = repository();
    const { answer, asked } = await withFault([clean.root], [fault, 0], () => drive(clean, more));
    expect(answer).toMatchObject({ code: 1, err: '' });
    const [ours, resolved] = [versionCase.ours + more.replace('?', 'fast'), clean.read(names[1])];
    const first = asked.indexOf(`rename ${names[1]}`) + 1;
    expect(first).toBeGreaterThan(0);
    for (let n = 1; n <= asked.length; n++) {
      if (!isTried(n, fault)) continue;
      const repo = repository();
      const ran = await withFault([repo.root], [fault, n], () => drive(repo, more));
      const where = `${fault} ${n}, ${ran.asked[n - 1]}: ${ran.answer?.err}`;
      buryOwner(repo.at('.git'));
      const found = repo.read(names[1]);
      if (fault === 'full' && n <= asked.findIndex((name) => name.startsWith('write ')) + 1) {
        // No room for git's own merge either: what the program then ends with is no number of conflicts.
        expect(ran.answer?.err, where).toContain('could not be written');
        continue;
      }
      const isGits = found.split('<<<<<<<').length === 3;
      // Git itself may be killed between any two of its writes; what Mortise owes it is quick.
      if (ran.killed && n <= first) expect(found === ours || isGits, where).toBe(true);
      else expect(found === resolved || isGits, `${where}\n${found}`).toBe(true);
      if (!ran.killed) expect(ran.answer?.code, where).toBe(isGits ? 2 : 1);
      const told = (await readApplied(await openRepository(repo.root))).length > 0;
      if (!ran.killed) expect(told, where).toBe(!isGits);
      else if (!isGits && found !== ours) expect(told, where).toBe(true);
      if (ran.killed) continue;
      expect(await drive(repo, more), where).toMatchObject({ code: 1, err: '' });
      expect(repo.read(names[1]), where).toBe(resolved);
    }
  });
});
