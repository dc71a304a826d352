/** What is never applied in bulk whatever its number: places where a wrong merge costs most, and deletions against edits. */
import type { JudgedConflict } from './judge.ts';
import { regenerate } from './regenerate.ts';

const PATHS =
  /(^|\/)(migrations?|migrate|db\/schema)(\/|\.|$)|(^|\/)\.env(\.|$)|(^|\/)(secrets?|credentials?)(\.|\/|$)|\.(pem|key|crt|p12|pfx|keystore|jks)$|(^|\/)id_(rsa|ed25519|ecdsa)/i;

export const isSensitivePath = (path: string): boolean =>
  regenerate(path) !== undefined || PATHS.test(path.replaceAll('\\', '/'));

/** One side removed everything that the other edited. */
export function isDeletionAgainstEdit(conflict: JudgedConflict): boolean {
  const { left, right, base, hasBase } = conflict.material;
  if (!hasBase || base.squeezed === '') return false;
  return (left.squeezed === '') !== (right.squeezed === '');
}

export const isNeverSafe = (conflict: JudgedConflict): boolean =>
  isSensitivePath(conflict.context.path) || isDeletionAgainstEdit(conflict);
