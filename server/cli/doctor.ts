/** `mortise doctor`: what is wired, what is missing, and what is silent. Reads only. */
import { existsSync } from 'node:fs';
import { configOrigin, configValue } from '../git/config.ts';
import { namedDrivers } from '../git/drivers.ts';
import { gitVersion } from '../git/git.ts';
import { operation } from '../git/operation.ts';
import { policyName, repositoryPolicy } from '../git/policyFile.ts';
import { openRepository, type Repository } from '../git/repository.ts';
import { unmergedPaths } from '../git/unmerged.ts';
import { loadServices, version } from '../services.ts';
import { languages } from '../syntax/languages.ts';
import { called, calling } from './called.ts';
import { count, type Io, readArgs, startFolder, UsageError } from './io.ts';
import { switchedOff } from './merge.ts';
import { attributesFile, driverLacks, hasBlock, ownDriver, readAttributes } from './wiring.ts';

export const help = `Usage: mortise doctor [-C DIR]

Say what works and what does not: Node, git, grammars, the ranking model, the merge driver, the
mergetool, and attributes that name a driver nobody registered (git is silent about those).

Exit code: 0 nothing is wrong; 1 something is; 2 it could not be done.
`;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, { C: { type: 'string', short: 'C' } });
  if (positionals.length > 0) throw new UsageError('doctor takes no arguments.');
  const cwd = startFolder(io, values.C);
  const report = new Report(io);
  await programs(report);
  await shipped(report);
  const repo = await openRepository(cwd).catch(() => undefined);
  if (!repo) report.note(`${cwd} is in no repository: looking at your global settings only`);
  await wiring(report, cwd);
  if (repo) {
    await attributes(report, repo);
    await policy(report, repo);
    await paused(report, repo);
  }
  report.note('hosting servers (GitHub, GitLab, …) ignore merge drivers: merges made there are made without Mortise');
  return report.wrong > 0 ? 1 : 0;
}

class Report {
  wrong = 0;
  readonly io: Io;
  /** How the user calls Mortise. */
  readonly me: string;

  constructor(io: Io) {
    this.io = io;
    this.me = called(io);
  }

  good(text: string): void {
    this.io.out(`${this.io.style.green('✓')} ${text}\n`);
  }

  note(text: string): void {
    this.io.out(`${this.io.style.dim('·')} ${text}\n`);
  }

  bad(text: string): void {
    this.wrong++;
    this.io.out(`${this.io.style.red('✗')} ${text}\n`);
  }
}

async function programs(report: Report): Promise<void> {
  report.note(`Mortise ${version()}`);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const node = `Node ${process.versions.node}`;
  if (major > 20 || (major === 20 && minor >= 19)) report.good(node);
  else report.bad(`${node}: Mortise needs 20.19 or later`);
  const [gitMajor, gitMinor] = await gitVersion();
  const git = `git ${gitMajor}.${gitMinor}`;
  const older = (least: number) => gitMajor < 2 || (gitMajor === 2 && gitMinor < least);
  if (older(30)) report.bad(`${git}: Mortise needs 2.30 or later`);
  else report.good(git);
  if (older(38)) report.note(`before git 2.38 "${report.me} preview" does not work`);
  if (older(44))
    report.note('before git 2.44 git tells a merge driver no branch names: its markers say HEAD and theirs');
}

async function shipped(report: Report): Promise<void> {
  const services = await loadServices();
  for (const language of languages) await services.syntax.ready(language);
  const notes = services.notes();
  for (const note of notes) report.bad(note);
  if (notes.length === 0) report.good(`${languages.length} languages and the ranking model load`);
}

async function wiring(report: Report, cwd: string): Promise<void> {
  if (switchedOff()) report.bad('MORTISE is set to off in the environment: the driver answers as git alone would');
  const driver = await configValue(cwd, 'merge.mortise.driver');
  if (driver === undefined) report.note(`the merge driver is not registered ("${report.me} install" does it)`);
  else {
    const where = await configOrigin(cwd, 'merge.mortise.driver');
    const program = missingProgram(driver);
    if (program)
      report.bad(`the merge driver in ${where} calls ${program}, which is not there: run "${report.me} install" again`);
    else report.good(`merge driver registered in ${where}`);
    await age(report, driver);
    if (!driver.includes(ownDriver()))
      report.note(`it calls another Mortise than this one: ${driver.split('; ').at(-1)?.split(' merge ')[0]}`);
    if ((await configValue(cwd, 'merge.mortise.recursive')) !== 'text') {
      report.bad(
        'merge.mortise.recursive is not "text": inner merges of a criss-cross history would run the driver too',
      );
    }
  }
  const tool = await configValue(cwd, 'mergetool.mortise.cmd');
  const usual = await configValue(cwd, 'merge.tool');
  if (tool === undefined) report.note(`the mergetool is not registered ("${report.me} install --mergetool-only")`);
  else report.good(`mergetool registered: git mergetool${usual === 'mortise' ? '' : ' --tool=mortise'}`);
}

/** Git before 2.42 takes a driver that could not be run for one that left a conflict, with whatever lies there as its text. */
async function age(report: Report, driver: string): Promise<void> {
  const lacks = driverLacks(driver);
  if (lacks === undefined) return;
  const again = `Run "${report.me} install" again`;
  if (lacks === 'other') return report.note(`the merge driver was written by another Mortise than this one. ${again}`);
  const [major, minor] = await gitVersion();
  const isSilent = major < 2 || (major === 2 && minor < 42);
  const what = lacks === 'start' ? 'cannot be started' : 'dies before it wrote anything';
  const then = isSilent
    ? 'git keeps ours without a marker, as if nothing of theirs was left out'
    : 'git stops the merge';
  const said = `the merge driver was written by an older Mortise: where that ${what}, ${then}. ${again}`;
  if (isSilent) report.bad(said);
  else report.note(said);
}

async function policy(report: Report, repo: Repository): Promise<void> {
  const { never, apply, problem } = await repositoryPolicy(repo);
  if (problem !== undefined) report.bad(`${problem}: nothing is resolved in bulk here until that is mended`);
  else if (never.length > 0 || apply !== 'likely')
    report.good(
      `${policyName} holds back ${count(never.length, 'pattern')}${apply === 'likely' ? '' : `, and allows ${apply} in bulk`}`,
    );
}

async function paused(report: Report, repo: Repository): Promise<void> {
  const { kind, title } = await operation(repo);
  const open = (await unmergedPaths(repo)).length;
  const left = open > 0 ? `, ${count(open, 'path')} in conflict: ${calling(report.io, repo, 'resolve')}` : '';
  if (kind !== 'none' || open > 0) report.note(`${title}${left}`);
  else report.note('nothing is paused, nothing is in conflict');
}

/** The first quoted path of a driver command that does not exist. */
function missingProgram(command: string): string | undefined {
  const paths = [...command.matchAll(/'([^']+)'/g)].map(([, path = '']) => path.replaceAll('%%', '%'));
  return paths.find((path) => /^([A-Za-z]:)?\//.test(path) && !existsSync(path));
}

async function attributes(report: Report, repo: Repository): Promise<void> {
  const own = await attributesFile('global', repo.root);
  const local = await attributesFile('local', repo.root);
  const driver = await configValue(repo.root, 'merge.mortise.driver');
  const wired = hasBlock(await readAttributes(local)) || hasBlock(await readAttributes(own));
  const usual = await configValue(repo.root, 'merge.default');
  if (driver !== undefined && usual === 'mortise') {
    report.good('merge.default: git calls the driver for every path that no attribute gives another one');
  } else if (driver !== undefined && wired) {
    report.good('attributes send every text file to the driver, below your own lines');
  } else if (driver !== undefined) {
    // Another program's merge.default is left alone, and only attributes go before it.
    const [why, how] = usual === undefined ? ['', ''] : [` (merge.default is "${usual}")`, ' --shared'];
    report.bad(
      `neither merge.default nor attributes name the driver, so git never calls it${why}: run "${report.me} install${how}"`,
    );
  }
  if (usual === 'mortise' && driver === undefined) {
    report.bad(
      `merge.default names mortise, which is not registered here: run "${report.me} install" or "${report.me} uninstall"`,
    );
  }
  for (const { name, file } of await namedDrivers(repo, [own])) {
    if (name === 'text' || name === 'binary' || name === 'union') continue;
    if ((await configValue(repo.root, `merge.${name}.driver`)) !== undefined) continue;
    report.bad(
      `${file} names the merge driver "${name}", which is not registered here: git merges as if it were not named`,
    );
  }
}
