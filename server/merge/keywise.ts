/**
 * Key-wise merge of a conflict in a data file, from its text alone: for files that do not parse and for parts of them.
 * Each key has one entry; an entry that both sides changed, or one edited and the other deleted, leaves the conflict open.
 */
import type { Language } from '../syntax/languages.ts';
import type { Merge3 } from './conflict.ts';
import { type Entry, mergeEntries } from './entrySet.ts';
import type { Surroundings } from './importSet.ts';

type ReadEntries = (text: string) => Entry[] | undefined;

export function mergeKeys(sides: Merge3<string>, language: Language, around: Surroundings): string | undefined {
  const read = readers[language.id];
  if (read === undefined || sides.left + sides.right === '') return undefined;
  const base = read(sides.base);
  const left = read(sides.left);
  const right = read(sides.right);
  if (base === undefined || left === undefined || right === undefined) return undefined;
  const merged = mergeEntries({ base, left, right }, () => undefined);
  if (merged === undefined) return undefined;
  const eol = /\r\n/.test(sides.left + sides.right) ? '\r\n' : '\n';
  const texts = language.id === 'json' ? withCommas(merged, around) : merged.map((entry) => entry.text);
  const text = texts?.map((entry) => entry + eol).join('');
  const unended = [sides.left, sides.right].every((side) => side !== '' && !side.endsWith('\n'));
  return text !== undefined && unended ? text.slice(0, text.length - eol.length) : text;
}

/** A comma behind every entry, and behind the last one exactly when more entries follow. */
function withCommas(entries: readonly Entry[], { before, after }: Surroundings): string[] | undefined {
  if (entries.length > 0 && /[^,{[\s]\s*$/.test(before)) return undefined;
  const next = /^\s*(\S)/.exec(after)?.[1];
  const closes = next === undefined || next === '}' || next === ']';
  // The entry before must not be left with a comma and nothing behind it.
  if (entries.length === 0 && closes && /,\s*$/.test(before)) return undefined;
  return entries.map((entry, i) => entry.text.replace(/,\s*$/, '') + (i < entries.length - 1 || !closes ? ',' : ''));
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Groups lines: one that starts an entry, with the lines that continue it; comments and empty lines go to the next entry. */
function group(
  text: string,
  keyOf: (line: string) => string | undefined,
  continues: (soFar: string, line: string) => boolean,
  isComment: (line: string) => boolean,
): Entry[] | undefined {
  const entries: { key: string; text: string }[] = [];
  let waiting = '';
  for (const line of linesOf(text)) {
    const last = entries.at(-1);
    if (last !== undefined && waiting === '' && continues(last.text, line)) last.text += `\n${line}`;
    else if (line.trim() === '' || isComment(line)) waiting += `${line}\n`;
    else {
      const key = keyOf(line);
      if (key === undefined) return undefined;
      entries.push({ key, text: waiting + line });
      waiting = '';
    }
  }
  if (waiting !== '') return undefined;
  return entries.map((entry) => ({ ...entry, value: entry.text.replace(/,\s*$/, '').replace(/\s+/g, ' ').trim() }));
}

/** Brackets outside strings: above zero while something is open. */
function depthOf(text: string): number {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[[\]{}]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
  }
  return depth;
}

const readJson: ReadEntries = (text) => {
  const entries = group(
    text,
    (line) => /^\s*("(?:\\.|[^"\\])*")\s*:\s*\S/.exec(line)?.[1],
    (soFar) => depthOf(soFar) > 0,
    (line) => /^\s*\/\//.test(line),
  );
  return entries?.every(
    (entry, i) => depthOf(entry.text) === 0 && (i === entries.length - 1 || /,\s*$/.test(entry.text)),
  ) === true
    ? entries
    : undefined;
};

const indentOf = (line: string): number => line.length - line.trimStart().length;

const readYaml: ReadEntries = (text) => {
  const first = linesOf(text).find((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const indent = first === undefined ? 0 : indentOf(first);
  const entries = group(
    text,
    (line) =>
      indentOf(line) === indent
        ? /^\s*((?:"[^"]*"|'[^']*'|[^\s#&*!|>'"%@`-][^:#]*|-\s[^:]+)\s*:(?=\s|$)|-\s.*)/.exec(line)?.[1]
        : undefined,
    (soFar, line) =>
      line.trim() !== '' &&
      (indentOf(line) > indent ||
        (/:\s*$/.test(soFar.split('\n')[0] ?? '') &&
          indentOf(line) === indent &&
          /^\s*-\s/.test(line) &&
          !/^\s*-\s/.test(soFar))),
    (line) => /^\s*#/.test(line) && indentOf(line) <= indent,
  );
  return entries;
};

const readToml: ReadEntries = (text) =>
  group(
    text,
    (line) => /^\s*((?:"[^"]*"|'[^']*'|[\w.-]+)(?:\.(?:"[^"]*"|[\w-]+))*)\s*=\s*\S/.exec(line)?.[1],
    (soFar) => depthOf(soFar.replace(/^[^=]*=/, '')) > 0,
    (line) => /^\s*#/.test(line),
  );

const readProperties: ReadEntries = (text) =>
  group(
    text,
    (line) => /^\s*((?:\\.|[^\s=:#!\\])(?:\\.|[^\s=:\\])*)\s*[=:\s]/.exec(`${line} `)?.[1],
    (soFar) => /(?:^|[^\\])(?:\\\\)*\\$/.test(soFar),
    (line) => /^\s*[#!]/.test(line),
  );

/** Elements side by side, each opening at the start of a line. */
const readXml: ReadEntries = (text) =>
  group(
    text,
    (line) => (/^\s*<[A-Za-z]/.test(line) ? line.trim() : undefined),
    (soFar) => xmlDepth(soFar) > 0,
    () => false,
  )?.map((entry) => ({ ...entry, key: xmlKey(entry.text) }));

function xmlDepth(text: string): number {
  let depth = 0;
  for (const [tag] of text.matchAll(/<!--[\s\S]*?(?:-->|$)|<\/?[A-Za-z][^<>]*(?:>|$)/g)) {
    if (tag.startsWith('<!--')) depth += tag.endsWith('-->') ? 0 : 1;
    else if (!tag.endsWith('>')) depth++;
    else if (tag.startsWith('</')) depth--;
    else if (!tag.endsWith('/>')) depth++;
  }
  return depth;
}

function xmlKey(text: string): string {
  const [, name = ''] = /<([\w:.-]+)/.exec(text) ?? [];
  const opening = /<[^>]*>/.exec(text)?.[0] ?? '';
  const attributes = [
    ...opening.matchAll(/\s(Include|Update|Remove|name|Name|x:Name|x:Key|key|id|Condition)\s*=\s*("[^"]*"|'[^']*')/g),
  ].map(([, n, v]) => `${n}=${v}`);
  const children = [...text.matchAll(/<(groupId|artifactId|type|classifier|id)>([^<]*)</g)]
    .slice(0, 4)
    .map(([, n, v]) => `${n}=${v}`);
  return [name, ...attributes, ...children].join(' ');
}

const readers: Partial<Record<string, ReadEntries>> = {
  json: readJson,
  yaml: readYaml,
  toml: readToml,
  properties: readProperties,
  xml: readXml,
};
