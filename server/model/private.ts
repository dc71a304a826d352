/** What never enters a prompt: files that hold secrets, lock files, and secrets that stand in any other text. Pure. */

const privateFiles =
  /(?:^|\/)(?:\.env(?:\..+)?|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg|ppk|tfstate|tfvars)|id_(?:rsa|dsa|ecdsa|ed25519)(?:\..*)?|\.npmrc|\.pypirc|\.netrc|\.git-credentials|\.htpasswd|credentials(?:\.\w+)?|secrets?\.(?:json|ya?ml|toml|properties|ini)|service-account.*\.json)$/i;

const lockFiles =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock|packages\.lock\.json|mix\.lock|pubspec\.lock|deno\.lock|gradle\.lockfile|Podfile\.lock)$/i;

/** Why a file may not be sent, in words for the user; undefined when it may. `path` has `/`. */
export function whyPrivate(path: string): string | undefined {
  if (privateFiles.test(path)) return 'This kind of file holds secrets; it is not sent to a model.';
  if (lockFiles.test(path)) return 'A lock file is written by its package manager: take either side and run it again.';
  return undefined;
}

const secrets: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{40,}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/g,
  /\bsk-[A-Za-z0-9_-]{20,}\b/g,
  /\bsk_live_[A-Za-z0-9]{16,}\b/g,
  /\bAIza[A-Za-z0-9_-]{35}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\b/g,
  /(?<=\b\w{1,20}:\/\/[^\s:/@'"]{1,60}:)[^\s@/'"]{3,}(?=@)/g,
];

/** `password = "…"` and the like: the quoted value. A value that is plainly no secret (a word, a placeholder) stays. */
const assigned =
  /((?:password|passwd|secret|api[_-]?key|access[_-]?key|auth[_-]?token|private[_-]?key|client[_-]?secret)\w*["']?\s*[:=]\s*["'])([^"'\n]{8,})(?=["'])/gi;

const looksSecret = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value) && !/[\s<>{}$]/.test(value);

export const REDACTED = '‹secret›';

/** The text without its secrets. */
export function redact(text: string): string {
  const cleared = secrets.reduce((now, pattern) => now.replace(pattern, REDACTED), text);
  return cleared.replace(assigned, (all, head: string, value: string) => (looksSecret(value) ? head + REDACTED : all));
}

export const hasSecret = (text: string): boolean => redact(text) !== text;
