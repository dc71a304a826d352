/**
 * What stands elsewhere for something else, and is likely for that reason alone: the message of the error before, a condition that was
 * asked and answered, another class's number, `one.id === one.name`. It may be meant, and its place in the list stays; it is only
 * not shown unasked. Told from the text alone.
 */
import type { HoleView } from '../context/retrieve.ts';

/** So much before a hole is looked at for what was asked already. */
const NEAR = 1500;

const words = /^(['"`])[^'"`]*\S\s+\S[^'"`]*\1$/;
const constant = /^(?:-?\d[\w.]*|'[^']*'|"[^"]*")$/;
const member = /^([\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*)\.[\p{L}_$][\p{L}\p{N}_$]*$/u;
const compared =
  /(?<![\p{L}\p{N}_$.])([\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*)\.[\p{L}_$][\p{L}\p{N}_$]*\s*[=!]==?\s*$/u;
const measured = /(?<![\w$.])([\w$.]+\([^()]*\))\s*(?:[=!]==?|[<>]=?|-)\s*([\w$.]+\()$/;
const ownAttribute = /(?<![\w-])(value|defaultValue|checked|src|alt|href|id|htmlFor|name)=\{$/;
const field =
  /^\s+(?:(?:readonly|public|private|protected|static|override|abstract)\s+)*([\p{L}_$#][\p{L}\p{N}_$]*)\s*(?::[^=;{}()]*)?=\s*$/u;

/** Says of a fill's text whether it is such a copy in this hole. */
export function copiedIn({
  text: all,
  offset,
  suffixOffset,
}: Pick<HoleView, 'text' | 'offset' | 'suffixOffset'>): (text: string) => boolean {
  const before = all.slice(Math.max(0, offset - NEAR), offset);
  const after = all.slice(suffixOffset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const owner = compared.exec(line)?.[1];
  const own = field.exec(line)?.[1];
  const template = /`[^`]*\$\{$/.exec(before)?.[0];
  const other = measured.exec(line);
  const attribute = ownAttribute.exec(line)?.[1];
  const isCondition = /\bif\s*\($/.test(line);
  return (text) => {
    if (words.test(text)) return all.slice(0, offset).includes(text) || after.includes(text);
    if (owner !== undefined && owner !== 'this') return member.exec(text)?.[1] === owner;
    // What is measured of it is the same on both sides.
    if (other) return `${other[2]}${text})` === other[1];
    if (template !== undefined) return template.includes(`\${${text}}`);
    if (isCondition) return isAnswered(before, text);
    // Another element's own.
    if (attribute !== undefined) return all.includes(`${attribute}={${text}}`);
    return own !== undefined && constant.test(text) && isGiven(all, own, text);
  };
}

/** Asked before, and nothing went on from there: `if (!user) return;`. */
function isAnswered(before: string, text: string): boolean {
  const at = before.lastIndexOf(`if (${text})`);
  const leaves = /^\s*\{?\s*(?:return|throw|continue|break)\b/;
  return at >= 0 && leaves.test(before.slice(at + text.length + 5));
}

function isGiven(all: string, name: string, text: string): boolean {
  const quoted = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w$.])${quoted(name)}\\s*(?::[^=;{}()\\n]*)?=\\s*${quoted(text)}\\s*[;\\n]`).test(all);
}
