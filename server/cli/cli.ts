/** `mortise`: finds the command, runs it, and turns whatever happens into one clear line and an exit code. */
import { terminalIo, UsageError } from './io.ts';

interface Command {
  readonly help: string;
  readonly run: (args: readonly string[], io: ReturnType<typeof terminalIo>) => Promise<number>;
}

/** Each loads when it is called: `merge` must not wait for what `batch` needs. */
const commands: Readonly<Record<string, { readonly line: string; readonly load: () => Promise<Command> }>> = {
  resolve: {
    line: 'list the conflicts of the paused operation and apply what is safe',
    load: () => import('./resolve.ts'),
  },
  choose: {
    line: 'decide one conflict: ours, theirs, both, or a numbered alternative',
    load: () => import('./choose.ts'),
  },
  undo: { line: 'bring a conflict back as it was', load: () => import('./undo.ts') },
  review: { line: 'what Mortise applied, and why', load: () => import('./review.ts') },
  check: { line: 'fail when conflicts or markers are left', load: () => import('./check.ts') },
  preview: { line: 'which conflicts a merge with BRANCH would have', load: () => import('./preview.ts') },
  merge: { line: 'merge three files; also the merge driver', load: () => import('./merge.ts') },
  mergetool: { line: 'for git mergetool', load: () => import('./mergetool.ts') },
  install: { line: 'wire the merge driver and mergetool into git', load: () => import('./install.ts') },
  uninstall: { line: 'take them out again', load: () => import('./uninstall.ts') },
  doctor: { line: 'what is wired, what is not, and what is silent', load: () => import('./doctor.ts') },
  complete: { line: 'complete the code at FILE:LINE:COL', load: () => import('./complete.ts') },
  batch: { line: 'answer JSON lines on standard input', load: () => import('./batch.ts') },
  lsp: { line: 'the language server, for any editor', load: () => import('./lsp.ts') },
  mine: { line: 'collect the resolved conflicts of repositories', load: () => import('./mine.ts') },
  features: { line: 'export what training reads', load: () => import('./features.ts') },
  demo: { line: 'make a repository with conflicts and resolve it', load: () => import('./demo.ts') },
};

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { line }]) => `  ${name.padEnd(width)}  ${line}`);
  return `Usage: mortise COMMAND [options]

Resolves git conflicts with evidence and completes code in context: offline, local, undoable.
Nothing is staged, committed or sent.

${lines.join('\n')}

"mortise COMMAND --help" says more.
`;
}

async function main(args: readonly string[]): Promise<number> {
  const io = terminalIo();
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const about = rest[0] === undefined ? undefined : commands[rest[0]];
    io.out(about ? (await about.load()).help : overview());
    return 0;
  }
  if (name === '--version' || name === '-v') {
    const { version } = await import('../services.ts');
    io.out(`${version()}\n`);
    return 0;
  }
  const command = commands[name];
  if (!command) {
    io.err(`mortise: there is no command "${name}". "mortise --help" lists them.\n`);
    return 2;
  }
  const loaded = await command.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(loaded.help);
    return 0;
  }
  try {
    return await loaded.run(rest, io);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    io.err(`mortise: ${said}\n`);
    if (error instanceof UsageError) io.err(`"mortise ${name} --help" says more.\n`);
    // Git takes anything above 128 from a driver as a crash.
    return 2;
  }
}

// A reader that closed its end (`mortise … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

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
