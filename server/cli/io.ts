/**
 * What a command talks to: where its words go, from where it was started, and whether it may use colour. Tests hand in
 * their own; cli.ts hands in the terminal's.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';

export interface Io {
  /** Results: stdout. */
  readonly out: (text: string) => void;
  readonly outBytes: (bytes: Uint8Array) => void;
  /** Progress and complaints: stderr. */
  readonly err: (text: string) => void;
  readonly cwd: string;
  /** The file that runs as `mortise`, as it was started; absent: it is called by its name. */
  readonly program?: string | undefined;
  readonly style: Style;
  /** Whether a line of progress may be rewritten in place on stderr. */
  readonly live: boolean;
  readonly stdin: NodeJS.ReadableStream;
  readonly signal?: AbortSignal | undefined;
}

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const same = (text: string) => text;
export const plainStyle: Style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

const sgr = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;
export const colourStyle: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
};

/** The process's own terminal. Colour only on a TTY, never under NO_COLOR or a dumb terminal; FORCE_COLOR asks for it. */
export function terminalIo(): Io {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const wanted = FORCE_COLOR ? FORCE_COLOR !== '0' : process.stdout.isTTY === true && TERM !== 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    outBytes: (bytes) => void process.stdout.write(bytes),
    err: (text) => void process.stderr.write(text),
    cwd: process.cwd(),
    program: process.argv[1],
    style: wanted && !NO_COLOR ? colourStyle : plainStyle,
    live: process.stderr.isTTY === true && TERM !== 'dumb',
    stdin: process.stdin,
  };
}

/** A command called wrongly: said with a pointer to its help; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `parseArgs`, strict, with its complaint as a UsageError. */
export function readArgs<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new UsageError(said.split('. To specify')[0] ?? said);
  }
}

/** Where `-C` says to start. A folder that is not there is an error: its parent may be another repository. */
export function startFolder(io: Io, given: string | undefined): string {
  if (given === undefined) return io.cwd;
  const folder = resolve(io.cwd, given);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${folder}: no such folder.`);
  return folder;
}

/** A whole number given as an option, or undefined. */
export function wholeNumber(text: string | undefined, option: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`${option} wants a whole number from ${least} to ${most}, not "${text}".`);
  }
  return value;
}

/** A line of progress on stderr: rewritten in place on a terminal, silent elsewhere. `done` takes it away. */
export function progress(io: Io): { readonly say: (text: string) => void; readonly done: () => void } {
  if (!io.live) return { say: () => undefined, done: () => undefined };
  return { say: (text) => io.err(`\r\x1b[2K${text}`), done: () => io.err('\r\x1b[2K') };
}

/** "1 conflict", "2 conflicts". */
export const count = (n: number, one: string, many: string = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
