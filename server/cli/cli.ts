/** `mortise`: finds the command, runs it, and turns whatever happens into one clear line and an exit code. */
import { terminalIo } from './io.ts';

interface Command {
  readonly help: string;
  readonly run: (args: readonly string[], io: ReturnType<typeof terminalIo>) => Promise<number>;
}

const lines: Readonly<Record<string, string>> = {
  resolve: 'list the conflicts of the paused operation and apply what is safe',
  choose: 'decide one conflict: ours, theirs, both, or a numbered alternative',
  undo: 'bring a conflict back as it was',
  review: 'what Mortise applied, and why',
  check: 'fail when conflicts or markers are left',
  audit: 'what a finished merge lost of either side',
  preview: 'which conflicts a merge with BRANCH would have',
  merge: 'merge three files; also the merge driver',
  mergetool: 'for git mergetool',
  install: 'wire the merge driver and mergetool into git',
  uninstall: 'take them out again',
  doctor: 'what is wired, what is not, and what is silent',
  complete: 'complete the code at FILE:LINE:COL',
  models: 'model servers, their models, and what suits this machine',
  batch: 'answer JSON lines on standard input',
  lsp: 'the language server, for any editor',
  mine: 'collect the resolved conflicts of repositories',
  features: 'export what training reads',
  learn: 'fit the ranking to the merges of this repository',
  demo: 'make a repository with conflicts and resolve it',
};

/** `merge` alone is in this bundle: git starts it for every file, most of which it merges without a conflict. */
async function load(name: string): Promise<Command | undefined> {
  if (!Object.hasOwn(lines, name)) return undefined;
  return name === 'merge' ? import('./merge.ts') : (await import('./commands.ts')).loadCommand(name);
}

function overview(): string {
  const width = Math.max(...Object.keys(lines).map((name) => name.length));
  const listed = Object.entries(lines).map(([name, line]) => `  ${name.padEnd(width)}  ${line}`);
  return `Usage: mortise COMMAND [options]

Resolves git conflicts with evidence and completes code in context: offline, local, undoable.
Nothing is staged, committed or sent.

${listed.join('\n')}

"mortise COMMAND --help" says more.
`;
}

const me = async (io: ReturnType<typeof terminalIo>): Promise<string> => (await import('./commands.ts')).called(io);

async function main(args: readonly string[]): Promise<number> {
  // As git takes it: before the command.
  const [first, folder, command0, ...others] = args;
  if (first === '-C' && folder !== undefined && command0 !== undefined)
    return main([command0, '-C', folder, ...others]);
  const io = terminalIo();
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const about = rest[0] === undefined ? undefined : await load(rest[0]);
    io.out(about?.help ?? overview());
    return 0;
  }
  if (name === '--version' || name === '-v') {
    const { version } = await import('./commands.ts');
    io.out(`${version()}\n`);
    return 0;
  }
  const command = await load(name);
  if (!command) {
    io.err(`mortise: there is no command "${name}". "${await me(io)} --help" lists them.\n`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(command.help);
    return 0;
  }
  process.exitCode = failed(name);
  try {
    return await command.run(rest, io);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    io.err(`mortise: ${said}\n`);
    // By name: the command's class is the other bundle's.
    if (error instanceof Error && error.name === 'UsageError') io.err(`"${await me(io)} ${name} --help" says more.\n`);
    return failed(name);
  }
}

/** A driver that failed must not look like one that left two conflicts: git would take what lies there for its answer. */
const failed = (name: string): number => (name === 'merge' ? 255 : 2);

// A reader that closed its end (`mortise … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

// Until the command has answered. A process that ends because nothing is left to wait for must not look like success: git
// would stage the file that a driver or mergetool was to merge.
process.exitCode = 2;

// The exit code is set, not forced: what is still being written must reach its reader.
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`mortise: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
