/** Small git histories made for a test, with fixed authors and times. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface History {
  readonly folder: string;
  /** Runs git at a time (Unix seconds) and gives what it says, trimmed. */
  readonly git: (args: readonly string[], time?: number, input?: string) => string;
  /** As `git`, where git is meant to stop on conflicts. */
  readonly gitStops: (args: readonly string[], time?: number) => void;
  readonly write: (files: Readonly<Record<string, string | Buffer>>) => void;
  /** Writes files and commits all there is; the commit's id. */
  readonly commit: (subject: string, time: number, files: Readonly<Record<string, string | Buffer>>) => string;
  readonly dispose: () => void;
}

export function makeHistory(): History {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-history-'));
  const git: History['git'] = (args, time = 1_700_000_000, input) => {
    const date = `@${time} +0000`;
    const who = {
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
    };
    const env = {
      ...process.env,
      ...who,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    };
    return execFileSync('git', args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim();
  };
  const write: History['write'] = (files) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  };
  git(['init', '-q', '-b', 'main']);
  git(['config', 'core.autocrlf', 'false']);
  return {
    folder,
    git,
    write,
    gitStops: (args, time) => {
      try {
        git(args, time);
      } catch {
        return;
      }
      throw new Error(`git ${args.join(' ')} was meant to stop on a conflict`);
    },
    commit: (subject, time, files) => {
      write(files);
      git(['add', '-A'], time);
      git(['commit', '-q', '--no-verify', '-m', subject], time);
      return git(['rev-parse', 'HEAD'], time);
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
