/** What is never applied in bulk whatever its number: places where a wrong merge costs most, and deletions against edits. */
import type { JudgedConflict } from './judge.ts';

const PATHS =
  /(^|\/)(migrations?|migrate|db\/schema)(\/|\.|$)|(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|cargo\.lock|poetry\.lock|gemfile\.lock|composer\.lock|go\.sum|pipfile\.lock|packages\.lock\.json|flake\.lock|gradle\.lockfile|bun\.lockb?)$|(^|\/)\.env(\.|$)|(^|\/)(secrets?|credentials?)(\.|\/|$)|\.(pem|key|crt|p12|pfx|keystore|jks)$|(^|\/)id_(rsa|ed25519|ecdsa)/i;

export const isSensitivePath = (path: string): boolean => PATHS.test(path.replaceAll('\\', '/'));

/** One side removed everything that the other edited. */
export function isDeletionAgainstEdit(conflict: JudgedConflict): boolean {
  const { left, right, base, hasBase } = conflict.material;
  if (!hasBase || base.squeezed === '') return false;
  return (left.squeezed === '') !== (right.squeezed === '');
}

export const isNeverSafe = (conflict: JudgedConflict): boolean =>
  isSensitivePath(conflict.context.path) || isDeletionAgainstEdit(conflict);
