/** Both sides added entries to a changelog or list of prose: keep both, each entry under the heading it was written under. */
import { splitLines } from '../../text/lines.ts';
import { squeeze } from '../material.ts';

const HEADING = /^(#{1,6}\s|={3,}|-{3,}\s*$|\[?v?\d+\.\d+[^\n]*$)/;
const ENTRY = /^\s*([-*+•]|\d+[.)]|\|)\s?/;

interface Section {
  readonly heading: string;
  readonly lines: string[];
}

function sections(text: string): Section[] {
  const out: Section[] = [{ heading: '', lines: [] }];
  for (const line of splitLines(text)) {
    if (HEADING.test(line)) out.push({ heading: line, lines: [] });
    else out[out.length - 1]?.lines.push(line);
  }
  return out;
}

/**
 * The sections of both sides by heading, in `first`'s order; entries of `second` that `first` lacks follow `first`'s
 * entries of the same heading. Undefined when a side's edit is not made of headings and entries alone.
 */
export function mergeChangelog(base: string, first: string, second: string): string | undefined {
  const plain = (text: string) =>
    splitLines(text).every(
      (line) => line.trim() === '' || HEADING.test(line) || ENTRY.test(line) || /^\s{2,}\S/.test(line),
    );
  if (!plain(first) || !plain(second)) return undefined;
  const a = sections(first);
  const b = sections(second);
  const baseLines = new Set(splitLines(base).map(squeeze));
  const firstLines = new Set(splitLines(first).map(squeeze));
  const out: string[] = [];
  const used = new Set<Section>();
  const absent = (line: string) => {
    const key = squeeze(line);
    return key !== '' && !firstLines.has(key) && !baseLines.has(key);
  };
  for (const section of a) {
    if (section.heading !== '') out.push(section.heading);
    const twin = b.find((other) => !used.has(other) && squeeze(other.heading) === squeeze(section.heading));
    const body = [...section.lines];
    if (twin) {
      used.add(twin);
      const fresh = twin.lines.filter(absent);
      let end = body.length;
      while (end > 0 && (body[end - 1] ?? '').trim() === '') end--;
      const last = body[end - 1];
      if (last !== undefined && !last.endsWith('\n') && fresh.length > 0) body[end - 1] = `${last}\n`;
      body.splice(end, 0, ...fresh);
    }
    out.push(...body);
  }
  for (const section of b) {
    if (used.has(section)) continue;
    const last = out[out.length - 1];
    if (last !== undefined && !last.endsWith('\n')) out[out.length - 1] = `${last}\n`;
    if (section.heading !== '') out.push(section.heading);
    out.push(...section.lines);
  }
  return out.join('');
}
