/** What `install` writes, `uninstall` takes out and `doctor` looks for: config keys, and a marked block of attributes. */
import { readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { configPath, type Scope } from '../git/config.ts';
import { openRepository } from '../git/repository.ts';
import { shippedRoot } from '../services.ts';

const first = '# >>> mortise: written by "mortise install", taken out by "mortise uninstall"';
const last = '# <<< mortise';
const attributeLine = '* merge=mortise';

/** A word for the POSIX shell that git starts drivers and tools with, on Windows too. */
const quoted = (word: string): string => {
  const portable = process.platform === 'win32' ? word.replaceAll('\\', '/') : word;
  return `'${portable.replaceAll("'", "'\\''")}'`;
};

/**
 * How git shall call us: this Node and this bundle, so that it works whatever PATH says. Run by VS Code's own runtime (the
 * editor's installation where no Node is) it must be told to be Node.
 */
export const ownCommand = (): string => {
  const asNode = 'electron' in process.versions ? 'ELECTRON_RUN_AS_NODE=1 ' : '';
  return `${asNode}${quoted(process.execPath)} ${ownProgram()}`;
};

const ownProgram = (): string => quoted(join(shippedRoot(), 'dist', 'cli.cjs'));

/** Git puts something in place of a `%` and a letter in a driver's command, also within a path. */
const forDriver = (command: string): string => command.replaceAll('%', '%%');

/** The end of the driver's command, by which this Mortise is told from another. */
export const ownDriver = (): string => `${forDriver(ownCommand())} merge `;

/**
 * For git a driver that cannot be started has left a conflict, with ours as its text and no marker in it. So where this Node or
 * this bundle went (an editor's extension lies elsewhere after an update) git merges by itself, and says why.
 */
const orGit = (): string => {
  const isThere = `test -x ${forDriver(quoted(process.execPath))} && test -f ${forDriver(ownProgram())}`;
  // Git quotes the path itself.
  const said = `echo mortise: %P ': git merged it alone: Mortise is no longer where it was. Run "mortise install" again.' >&2`;
  return `${isThere} || { ${said}; ${mergeFile}; test $? = 0; exit; }; `;
};

const mergeFile = 'git merge-file -q --marker-size=%L -L ours -L base -L theirs %A %O %B';

/**
 * The same where it was started and died before it wrote anything (half an update, a Node that cannot run it, no memory): it left
 * ours as it was. Before the command, so that options can be written behind it.
 */
const orGitAfterwards = (): string => {
  const now = 'git hash-object --no-filters %A';
  const isOurs = `test "$was" = "$(${now})"`;
  return `was=$(${now}); died() { r=$?; test $r != 0 && ${isOurs} && ${mergeFile} 2>/dev/null; exit $r; }; trap died EXIT; `;
};

export interface Entry {
  readonly key: string;
  readonly value: string;
}

/**
 * The driver of every path that no attribute gives one. A `*` line in .git/info/attributes would overrule what the
 * project's own .gitattributes say (-merge, union, another driver); this overrules nothing.
 */
export const defaultEntry: Entry = { key: 'merge.default', value: 'mortise' };

export function driverEntries(): Entry[] {
  const labels = '--ancestor-label=%S --left-label=%X --right-label=%Y';
  return [
    { key: 'merge.mortise.name', value: 'Mortise: resolves what is proven, leaves the rest in markers' },
    {
      key: 'merge.mortise.driver',
      value: `${orGit()}${orGitAfterwards()}${ownDriver()}%O %A %B -o %A --path=%P --marker-size=%L ${labels}`,
    },
    // The virtual ancestor of a criss-cross merge is git's own business.
    { key: 'merge.mortise.recursive', value: 'text' },
  ];
}

/** The form of a driver's command, whatever programs it names: what stands in quotes, and how they are called. */
const formOf = (command: string): string =>
  command.replace(/'[^']*'(?:\\''[^']*')*/g, "''").replace('ELECTRON_RUN_AS_NODE=1 ', '');

/**
 * What a registered driver lacks of the one that `install` writes now; undefined where nothing. Options behind ours are the user's.
 * `start` and `death`: what git does where ours cannot be started, or dies before it wrote anything.
 */
export function driverLacks(command: string): 'start' | 'death' | 'other' | undefined {
  const own = driverEntries().find(({ key }) => key === 'merge.mortise.driver')?.value ?? '';
  if (formOf(command).startsWith(formOf(own))) return undefined;
  if (!command.includes('git merge-file')) return 'start';
  return command.includes('trap died EXIT') ? 'other' : 'death';
}

export function mergetoolEntries(): Entry[] {
  return [
    { key: 'mergetool.mortise.cmd', value: `${ownCommand()} mergetool "$BASE" "$LOCAL" "$REMOTE" "$MERGED"` },
    { key: 'mergetool.mortise.trustExitCode', value: 'true' },
  ];
}

/** The attributes file of a scope: `.gitattributes` at the top of the work tree, or the user's own. */
export async function attributesFile(scope: Scope, cwd: string): Promise<string> {
  if (scope === 'local') return join((await openRepository(cwd)).root, '.gitattributes');
  const { XDG_CONFIG_HOME } = process.env;
  const usual = join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'git', 'attributes');
  const file = (await configPath(cwd, 'core.attributesFile')) ?? usual;
  // People keep such files as links into a repository of their settings.
  return realpath(file).catch(() => file);
}

/** Byte for unit, so that whatever encoding the file has survives. */
export async function readAttributes(file: string): Promise<string | undefined> {
  return readFile(file, 'latin1').catch(() => undefined);
}

export const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/**
 * The attributes with our block at the top, where every other line overrules it: a path that is declared binary, or has
 * its own driver, keeps it.
 */
export function withBlock(text: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return [first, attributeLine, last, ''].join(eol) + withoutBlock(text);
}

/** The attributes without our block, every other byte as it was. */
export function withoutBlock(text: string): string {
  const start = text.indexOf(first);
  const end = text.indexOf(last, start);
  if (start < 0 || end < 0) return text;
  const after = text.slice(end + last.length).replace(/^\r?\n/, '');
  return text.slice(0, start) + after;
}

export const hasBlock = (text: string | undefined): boolean => text !== undefined && withoutBlock(text) !== text;
