/** The driver and the mergetool as git runs them, through the bundle; what install writes and uninstall takes out. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { run as doctor } from '../../server/cli/doctor.ts';
import { run as install } from '../../server/cli/install.ts';
import { run as preview } from '../../server/cli/preview.ts';
import { run as review } from '../../server/cli/review.ts';
import { run as uninstall } from '../../server/cli/uninstall.ts';
import { shippedRoot } from '../../server/services.ts';
import { rankByFixedTable } from '../support/fixedRanking.ts';
import { command, diverged, folder, globalConfig, openCase, versionCase } from '../support/repositories.ts';

beforeAll(() => {
  if (!existsSync(join(shippedRoot(), 'dist', 'cli.cjs')))
    execFileSync(process.execPath, ['esbuild.mjs'], { cwd: shippedRoot() });
});

const both = { [versionCase.path]: versionCase, [openCase.path]: openCase };
const markers = /^<<<<<<< [\s\S]*^=======\n[\s\S]*^>>>>>>> /m;

describe('the merge driver', () => {
  rankByFixedTable();

  it('resolves what is safe, leaves the rest in markers, and MORTISE=0 answers as git alone', async () => {
    const repo = diverged(both);
    const alone = repo.tryGit(['merge', 'topic']);
    const plain = { version: repo.bytes(versionCase.path), open: repo.bytes(openCase.path) };
    repo.git('merge', '--abort');
    expect((await command(install, repo.root, [])).code).toBe(0);

    const off = repo.tryGit(['merge', 'topic'], { MORTISE: '0' });
    expect(off.code).toBe(alone.code);
    // Before git 2.44 a driver is told no names, so the first marker line may differ; the sides may not.
    const body = (bytes: Buffer) => bytes.toString('utf8').replace(/^(<{7}|>{7}).*$/gm, '$1');
    expect(body(repo.bytes(versionCase.path))).toBe(body(plain.version));
    repo.git('merge', '--abort');

    expect(repo.tryGit(['merge', 'topic'])).toMatchObject({ code: 1 });
    expect(repo.read(openCase.path)).toMatch(markers);
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    expect(repo.git('diff', '--name-only', '--diff-filter=U')).toBe(openCase.path);
    const reviewed = await command(review, repo.root, []);
    expect(reviewed.out).toContain('by the merge driver');
    expect(reviewed.out).toContain(versionCase.path);
  });

  it('leaves every path alone that an attribute gives to another driver', async () => {
    const repo = diverged({
      '.gitattributes': {
        base: '*.properties -merge\n',
        ours: '*.properties -merge\n',
        theirs: '*.properties -merge\n',
      },
      ...both,
    });
    await command(install, repo.root, ['--driver-only']);
    expect(repo.tryGit(['merge', 'topic']).code).toBe(1);
    expect(repo.read(versionCase.path)).toBe(versionCase.ours);
    expect(repo.git('ls-files', '-u', versionCase.path)).not.toBe('');
  });
});

describe('a driver that cannot be started', () => {
  const clean = { base: 'a\nb\nc\nd\ne\n', ours: 'A\nb\nc\nd\ne\n', theirs: 'a\nb\nc\nd\nE\n' };
  const odd = `it's $(touch run) %A "x".txt`;

  it("leaves git's own merge, with its markers, and says why: never ours alone", async () => {
    const repo = diverged({ [openCase.path]: openCase, [odd]: clean });
    await command(install, repo.root, ['--driver-only']);
    const wired = repo.git('config', 'merge.mortise.driver');
    repo.git('config', 'merge.mortise.driver', wired.replaceAll('cli.cjs', 'gone.cjs'));
    const { code, said } = repo.tryGit(['merge', 'topic']);
    expect(code, said).toBe(1);
    expect(said).toContain('Run "mortise install" again');
    expect(repo.read(openCase.path)).toMatch(markers);
    expect(repo.read(odd)).toBe('A\nb\nc\nd\nE\n');
    expect(repo.git('diff', '--name-only', '--diff-filter=U')).toBe(openCase.path);
    expect(existsSync(repo.at('run'))).toBe(false);
    expect((await command(doctor, repo.root, [])).out).toContain('gone.cjs, which is not there');
  });

  it('is told by doctor, whichever earlier Mortise wrote it, and one that is as it is written now is not', async () => {
    const repo = diverged({ [openCase.path]: openCase });
    await command(install, repo.root, ['--driver-only']);
    const wired = repo.git('config', 'merge.mortise.driver');
    const told = async (driver: string) => {
      repo.git('config', 'merge.mortise.driver', driver);
      const said = (await command(doctor, repo.root, [])).out;
      return said.split('\n').filter((line) => line.includes('install" again'));
    };
    // Options of the user's; another Node and another place, with a quote in its name.
    const elsewhere = wired.replaceAll(`'${process.execPath}'`, "'/it'\\''s/node'");
    expect(elsewhere).not.toBe(wired);
    for (const same of [wired, `${wired} --apply=none`]) expect(await told(same)).toEqual([]);
    expect((await told(elsewhere)).filter((line) => line.includes('older Mortise'))).toEqual([]);
    const without = wired.replace(/was=\$\(.*trap died EXIT; /, '');
    expect(without).not.toBe(wired);
    expect(await told(without)).toEqual([
      expect.stringMatching(/older Mortise: where that dies before it wrote anything/),
    ]);
    const first = wired.slice(wired.lastIndexOf('; ') + 2);
    expect(await told(first)).toEqual([expect.stringMatching(/older Mortise: where that cannot be started/)]);
  });

  it("leaves git's own merge where it dies before it wrote anything", async () => {
    const repo = diverged({ [openCase.path]: openCase });
    await command(install, repo.root, ['--driver-only']);
    const wired = repo.git('config', 'merge.mortise.driver');
    const bundle = join(folder(), 'cli.cjs');
    writeFileSync(bundle, 'throw new Error("half an update")');
    repo.git('config', 'merge.mortise.driver', wired.replaceAll(join(shippedRoot(), 'dist', 'cli.cjs'), bundle));
    const { code, said } = repo.tryGit(['merge', 'topic']);
    expect(code, said).toBe(1);
    expect(said).toContain('half an update');
    expect(repo.read(openCase.path)).toMatch(markers);
  });

  it('ends with no number of conflicts where it could not merge', () => {
    const at = folder();
    const args = ['merge', 'none', 'none', 'none', '-o', 'none', '--path=a.ts'];
    const ran = spawnSync(process.execPath, [join(shippedRoot(), 'dist', 'cli.cjs'), ...args], { cwd: at });
    expect(ran.status).toBe(255);
  });
});

describe('git mergetool', () => {
  rankByFixedTable();

  it('takes a file it resolves whole, and gives back one with something left', async () => {
    const repo = diverged(both);
    await command(install, repo.root, ['--mergetool-only']);
    repo.tryGit(['merge', 'topic']);
    const open = repo.bytes(openCase.path);
    const ran = repo.tryGit(['-c', 'mergetool.keepBackup=false', 'mergetool', '--no-prompt', '--tool=mortise']);
    expect(ran.code).not.toBe(0);
    expect(repo.read(versionCase.path)).toBe(versionCase.merged);
    expect(repo.bytes(openCase.path)).toEqual(open);
    expect(repo.git('diff', '--name-only', '--diff-filter=U')).toBe(openCase.path);
  });
});

describe('install and uninstall', () => {
  it('write the same once and twice, and leave nothing but what was there', async () => {
    const repo = diverged({ [openCase.path]: openCase });
    const own = '# mine\r\n*.png binary\r\n';
    repo.write('.gitattributes', own);
    const before = repo.git('config', '--local', '--list');
    const dry = await command(install, repo.root, ['--shared', '--dry-run']);
    expect(dry.out).toContain('merge.mortise.driver');
    expect(repo.git('config', '--local', '--list')).toBe(before);
    expect(repo.read('.gitattributes')).toBe(own);

    expect((await command(install, repo.root, ['--shared'])).code).toBe(0);
    const [wired, attributes] = [repo.git('config', '--local', '--list'), repo.read('.gitattributes')];
    expect(attributes.endsWith(own)).toBe(true);
    expect(repo.git('check-attr', 'merge', 'a.ts')).toBe('a.ts: merge: mortise');
    expect(repo.git('check-attr', 'merge', 'a.png')).toBe('a.png: merge: unset');
    expect((await command(install, repo.root, ['--shared'])).out).toContain('nothing was written');
    expect(repo.git('config', '--local', '--list')).toBe(wired);
    expect(repo.read('.gitattributes')).toBe(attributes);

    expect((await command(uninstall, repo.root, [])).code).toBe(0);
    expect(repo.git('config', '--local', '--list')).toBe(before);
    expect(repo.read('.gitattributes')).toBe(own);
    expect((await command(uninstall, repo.root, [])).out).toContain('Nothing of Mortise is wired here');
  });

  it('with --global serve every repository, without touching one, and go again', async () => {
    const repo = diverged(both);
    const local = repo.git('config', '--local', '--list');
    const before = readFileSync(globalConfig, 'utf8');
    expect((await command(install, folder(), ['--global'])).code).toBe(0);
    expect(repo.git('config', '--local', '--list')).toBe(local);
    expect(repo.git('config', 'merge.default')).toBe('mortise');
    expect((await command(doctor, repo.root, [])).out).toContain('merge.default: git calls the driver');
    expect((await command(uninstall, folder(), ['--global'])).code).toBe(0);
    expect(readFileSync(globalConfig, 'utf8').trim()).toBe(before.trim());
  });

  it("keeps another driver that is the user's default", async () => {
    const repo = diverged({ [openCase.path]: openCase });
    repo.git('config', 'merge.default', 'union');
    const ran = await command(install, repo.root, []);
    expect(ran.err).toContain('merge.default is "union" and stays so');
    await command(uninstall, repo.root, []);
    expect(repo.git('config', 'merge.default')).toBe('union');
  });
});

describe('doctor and preview', () => {
  it('doctor passes what install wired, and names a driver nobody registered', async () => {
    const repo = diverged({ [openCase.path]: openCase });
    await command(install, repo.root, []);
    const sound = await command(doctor, repo.root, []);
    expect(sound.out).toContain('merge.default: git calls the driver');
    expect(sound.out).toContain('ignore merge drivers');
    expect(sound.code).toBe(0);
    repo.write('.gitattributes', '*.lock merge=nobody\n');
    const silent = await command(doctor, repo.root, []);
    expect(silent.code).toBe(1);
    expect(silent.out).toContain('names the merge driver "nobody", which is not registered');
  });

  it('preview lists what would conflict and touches nothing', async () => {
    const repo = diverged(both);
    const before = [repo.index(), repo.git('status', '--porcelain'), repo.read(openCase.path)];
    const ran = await command(preview, repo.root, ['topic']);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(openCase.path);
    expect([repo.index(), repo.git('status', '--porcelain'), repo.read(openCase.path)]).toEqual(before);
    expect((await command(preview, repo.root, ['main'])).code).toBe(0);
    expect((await command(preview, repo.root, ['nowhere'])).code).toBe(2);
  });
});
