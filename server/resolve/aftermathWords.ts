/** What a merge may have broken, in one line each, for people. */
import type { Aftermath, AftermathKind } from '../merge/aftermath/aftermath.ts';
import type { AnsweredFile } from './features/fileFeatures.ts';

export interface Warning {
  readonly kind: AftermathKind | 'moved' | 'together';
  readonly name: string;
  /** One line; it says ours and theirs. */
  readonly text: string;
}

/** Without what the evidence of a conflict's own answer says already. */
export function aftermathWarnings(found: readonly Aftermath[], { text, answers }: AnsweredFile): Warning[] {
  const told = new Set(
    answers.flatMap(({ resolutions }) =>
      (resolutions[0]?.evidence ?? []).flatMap((one) =>
        one.check === 'duplicates' ? one.names : one.check === 'repeats' ? one.repeats.map(({ name }) => name) : [],
      ),
    ),
  );
  return found
    .filter(({ kind, name }) => kind !== 'doubled' || !told.has(name))
    .map((one) => ({ kind: one.kind, name: one.name, text: words(one, text) }));
}

/** A renamed function may be called a thousand times: so many are told, and the rest is counted. */
const TOLD = 5;

export function toldWarnings(warnings: readonly Warning[]): string[] {
  const texts = warnings.slice(0, TOLD).map(({ text }) => text);
  const more = warnings.length - TOLD;
  if (more > 0) texts.push(more === 1 ? '1 more warning' : `${more.toLocaleString('en')} more warnings`);
  return texts;
}

function words({ kind, name, by, offset, what, how, said }: Aftermath, text: string): string {
  const side = by === 'left' ? 'ours' : 'theirs';
  const other = by === 'left' ? 'theirs' : 'ours';
  const use = offset === undefined ? '' : ` in ${lineAround(text, offset)}`;
  switch (kind) {
    case 'lost':
      return by === undefined
        ? `${name} is used${use} and not declared`
        : `${name}, which ${side} removed, is still used${use}`;
    case 'gone':
      return `${other} uses ${name}${use}, and ${side} took away every use of it`;
    case 'called':
      if (how === 'result') return `${other} added “${said}” in ${name}, and ${side} changed what that gives back`;
      if (how === 'static') return `${other} uses ${said}${use} in ${name}, which ${side} made static`;
      return `${other} added a use of ${name}, whose parameters ${side} changed`;
    case 'doubled':
      if (what !== undefined) return `the ${what} ${name} stands there twice${use === '' ? '' : `, again${use}`}`;
      return `${name} is defined twice`;
    case 'imported':
      return `${name} stands there twice`;
    case 'idle':
      return `${name} is imported and no longer used`;
    default:
      return name;
  }
}

/** Units around an offset that are looked at: a line may be a megabyte long. */
const AROUND = 200;

/** The line at an offset, as a quotation. */
function lineAround(text: string, offset: number): string {
  const [before = ''] = text
    .slice(Math.max(0, offset - AROUND), offset)
    .split('\n')
    .slice(-1);
  const [after = ''] = text.slice(offset, offset + AROUND).split('\n', 1);
  const line = `${before}${after}`.replace(/\s+/g, ' ').trim();
  return `“${line.length > 60 ? `${line.slice(0, 59)}…` : line}”`;
}
