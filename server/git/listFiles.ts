/** The files of a folder as git sees them: tracked ones and untracked ones that no .gitignore hides. */
import { runGit } from './git.ts';

/** Paths relative to `root`, with `/`. Undefined: no repository, or git is missing; the caller walks the folder itself. */
export async function listFiles(root: string, signal?: AbortSignal): Promise<string[] | undefined> {
  try {
    const answer = await runGit(root, ['ls-files', '-co', '--exclude-standard', '-z'], { signal });
    const paths = answer.stdout
      .toString('utf8')
      .split('\0')
      .filter((path) => path !== '');
    return [...new Set(paths)];
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  }
}
