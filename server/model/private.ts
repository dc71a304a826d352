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
  // What is left of a key whose first line, or both, lie outside of the text.
  /^[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/,
  /(?:^[^\S\n]*["'`]?[A-Za-z0-9+/]{60,76}={0,2}(?:\\n)?["'`]?[^\S\n]*[+,\\]?\r?\n){2,}[^\S\n]*["'`]?[A-Za-z0-9+/]{4,76}={0,2}/gm,
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

const names = '(?:password|passwd|secret|api[_-]?key|access[_-]?key|(?:auth|access)[_-]?token|private[_-]?key)';

/** `password = "…"` and the like: the quoted value, also one cut off by the end. A plain word or a placeholder stays. */
const assigned = new RegExp(`(${names}\\w*["']?\\s*[:=]\\s*["'])([^"'\\n]{8,})(?=["']|$)`, 'gi');

/** The same without quotes, to the end of its line, as YAML, ini and shell have it. */
const bare = new RegExp(
  `(${names}\\w*["']?[^\\S\\n]*[:=][^\\S\\n]*)([^\\s"'\`,;(){}[\\]<>$]{8,})(?=[^\\S\\n]*\\r?(?:\\n|$|[^\\S\\n]#))`,
  'gi',
);

/** Code after the sign: a path of names, an address, or a name that ends in what it is. */
const looksCode = (value: string): boolean =>
  /^[\w$]+(?:(?:\.|::|->)[\w$]+)+$|:\/\/|^\w*(?:password|secret|key|token)_?\d*$/i.test(value);

const looksSecret = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value) && !/[\s<>{}$]/.test(value);

export const REDACTED = '‹secret›';

/** The text without its secrets. */
export function redact(text: string): string {
  const cleared = secrets.reduce((now, pattern) => now.replace(pattern, REDACTED), text);
  return cleared
    .replace(assigned, (all, head: string, value: string) => (looksSecret(value) ? head + REDACTED : all))
    .replace(bare, (all, head: string, value: string) =>
      looksSecret(value) && !looksCode(value) ? head + REDACTED : all,
    );
}

/** Whether a text ends inside a private key: what follows it is secret then, however it looks. */
export const endsInKey = (text: string): boolean =>
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?![\s\S]*-----(?:BEGIN|END) [A-Z ]*PRIVATE KEY-----)/.test(text);

export const hasSecret = (text: string): boolean => redact(text) !== text;
