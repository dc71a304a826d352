/**
 * For processes that go on for long: V8 throws away the bytecode of whatever did not run between a few collections, and what it
 * learnt with it. Files of many languages take turns, and each brings collections, so the same functions were compiled and optimised
 * over and over. On a busy machine a warm `batch` takes about a tenth less without that. Kept, all of our code is a few megabytes.
 */
import { setFlagsFromString } from 'node:v8';

export function keepCode(): void {
  setFlagsFromString('--no-flush-bytecode');
}

/**
 * For `batch`, which counts in processor time and where nobody waits for the first answer. V8 optimises a function once it ran for a
 * millisecond or two, on a thread beside, since other cores are mostly idle; in conflicted files hundreds of functions run for that
 * long and not much longer, and optimising them took a fifth of all processor time. With seven times its budget it optimises what
 * goes on running, and what is not optimised is at least compiled, not interpreted. Old memory may grow to two and a half times what is in
 * use (some tens of megabytes) before it is collected. The main thread takes up to a tenth more in the first files, which is why
 * nothing that a person waits for asks for this.
 */
export function compileForLong(): void {
  setFlagsFromString('--interrupt-budget=500000');
  setFlagsFromString('--always-sparkplug');
  setFlagsFromString('--heap-growing-percent=150');
}
