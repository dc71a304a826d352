/** Which model suits a task on this machine. A short list of open models that are known to do it, by what they need. Pure. */
import { familyOfModel } from './fim.ts';
import type { ModelEntry } from './servers.ts';

export type Task = 'complete' | 'merge';

export interface Advice {
  readonly name: string;
  /** GB on disk, and about what it needs in memory. */
  readonly gigabytes: number;
  readonly why: string;
}

/** Best first. Sizes are those of the 4-bit builds in Ollama's library. */
const known: Readonly<Record<Task, readonly Advice[]>> = {
  complete: [
    { name: 'qwen2.5-coder:7b-base', gigabytes: 4.7, why: 'the best completions of its size; wants a graphics card' },
    { name: 'qwen2.5-coder:3b-base', gigabytes: 1.9, why: 'good completions on a recent laptop' },
    { name: 'qwen2.5-coder:1.5b-base', gigabytes: 1.0, why: 'quick on most machines' },
    { name: 'qwen2.5-coder:0.5b-base', gigabytes: 0.4, why: 'for little memory; short completions only' },
  ],
  merge: [
    { name: 'qwen3-coder:30b', gigabytes: 19, why: 'strong at code and quick for its size; wants much memory' },
    { name: 'qwen2.5-coder:14b', gigabytes: 9, why: 'follows both sides well' },
    { name: 'qwen2.5-coder:7b', gigabytes: 4.7, why: 'the smallest that is often useful for conflicts' },
    { name: 'qwen2.5-coder:3b', gigabytes: 1.9, why: 'picks among proposals; what it writes is often wrong' },
  ],
};

/** What fits in a machine with so many bytes of memory, best first. Half the memory stays for everything else. */
export function advise(task: Task, memory: number): readonly Advice[] {
  const gigabytes = memory / 1e9;
  return known[task].filter((one) => one.gigabytes * 1.2 + 1 <= gigabytes / 2);
}

/** The installed model to use for a task when the user has named none, never one that runs elsewhere; undefined when none is fit. */
export function choose(task: Task, models: readonly ModelEntry[]): ModelEntry | undefined {
  const rated = models
    .filter(({ remote }) => remote === undefined)
    .filter(({ name }) => !/embed|rerank|whisper|vision-only/i.test(name))
    .map((entry) => ({ entry, worth: worth(task, entry) }))
    .filter((one) => one.worth > 0);
  return rated.sort((a, b) => b.worth - a.worth)[0]?.entry;
}

function worth(task: Task, { name, insert, size }: ModelEntry): number {
  const code = /coder?|starcoder|codestral|devstral|codellama/i.test(name) ? 2 : 1;
  const gigabytes = (size ?? 4e9) / 1e9;
  if (task === 'complete') {
    const fills = insert ?? familyOfModel(name);
    // A quick model is worth more than a clever one: completions that come late are not seen.
    return fills ? (code * (/base/i.test(name) ? 1.5 : 1)) / (1 + Math.abs(gigabytes - 2)) : 0;
  }
  return /base\b/i.test(name) ? 0 : code * Math.min(gigabytes, 20);
}
