/**
 * For processes that go on for long: V8 throws away the bytecode of whatever did not run between a few collections, and what it
 * learnt with it. Files of many languages take turns, and each brings collections, so the same functions were compiled and optimised
 * over and over. On a busy machine a warm `batch` takes about a tenth less without that. Kept, all of our code is a few megabytes.
 */
import { setFlagsFromString } from 'node:v8';

export function keepCode(): void {
  setFlagsFromString('--no-flush-bytecode');
}
