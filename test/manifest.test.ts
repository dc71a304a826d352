/** The manifest's promises: few settings, each with a sentence; every command named and registered; no chord means two things. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contrast, rgb } from './editor/contrast.ts';

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
}

interface Keybinding {
  readonly command: string;
  readonly key: string;
  readonly mac?: string;
  readonly when?: string;
}

interface Contributes {
  readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
  readonly commands: readonly Command[];
  readonly keybindings: readonly Keybinding[];
  readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  readonly configuration: unknown;
  readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly markdown: string } }[] }[];
}

const root = join(import.meta.dirname, '..');
// Our own file, in the shape VS Code defines.
const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { contributes: Contributes };

const source = readdirSync(join(root, 'extension'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(root, 'extension', name), 'utf8'))
  .join('\n');

/** Commands that the source registers, by itself or through a helper of its file that puts `mortise.` before the name. */
const registered = new Set(
  [
    ...source.matchAll(/registerCommand\(\s*'mortise\.(\w+)'/g),
    ...source.matchAll(/(?<![.\w])(?:on|command|takeSide)\(\s*'(\w+)'/g),
  ].map(([, name]) => `mortise.${name}`),
);

/** One page of settings or several. */
function settings(): Readonly<
  Record<string, { readonly description?: string; readonly markdownDescription?: string }>
> {
  const pages = [contributes.configuration].flat() as { properties: ReturnType<typeof settings> }[]; // As VS Code reads it.
  return Object.assign({}, ...pages.map(({ properties }) => properties));
}

describe('the manifest', () => {
  it('has colours that can be read on the ground of each kind of theme', () => {
    const grounds = { dark: '#1f1f1f', light: '#ffffff', highContrast: '#000000', highContrastLight: '#ffffff' };
    for (const { id, defaults } of contributes.colors)
      for (const [kind, ground] of Object.entries(grounds))
        expect(contrast(rgb(defaults[kind] ?? ''), rgb(ground)), `${id}, ${kind}`).toBeGreaterThanOrEqual(4.5);
  });

  it('has fewer than 25 settings, each with a sentence', () => {
    const all = Object.entries(settings());
    expect(all.length).toBeLessThan(25);
    for (const [name, { description, markdownDescription }] of all)
      expect(description ?? markdownDescription, name).toMatch(/^[A-Z“"].{20,}\.$/s);
  });

  it('lets no repository choose where code is sent', () => {
    for (const name of ['address', 'merge', 'complete'])
      expect(settings()[`mortise.model.${name}`], name).toMatchObject({ scope: 'machine' });
  });

  it('names every command "Mortise: …" and registers it', () => {
    for (const { command, title, category } of contributes.commands) {
      expect(category, command).toBe('Mortise');
      expect(title, command).toMatch(/^[A-Z]/);
      expect(registered, `${command} is registered`).toContain(command);
    }
    const known = new Set(contributes.commands.map(({ command }) => command));
    for (const { command } of [...Object.values(contributes.menus).flat(), ...contributes.keybindings])
      if (command.startsWith('mortise.')) expect(known, command).toContain(command);
  });

  it('gives no chord two meanings', () => {
    for (const pick of [(one: Keybinding) => one.key, (one: Keybinding) => one.mac ?? one.key]) {
      const byKey = new Map<string, Keybinding[]>();
      for (const one of contributes.keybindings) byKey.set(pick(one), [...(byKey.get(pick(one)) ?? []), one]);
      for (const [key, all] of byKey) {
        // Where a key is given twice, each use must be told from every other by a condition of its own.
        expect(new Set(all.map(({ when }) => when)).size, key).toBe(all.length);
        if (all.length > 1)
          expect(
            all.every(({ when }) => when !== undefined),
            key,
          ).toBe(true);
      }
      // A key that begins a chord is no key by itself.
      const first = new Set([...byKey.keys()].filter((key) => key.includes(' ')).map((key) => key.split(' ')[0]));
      for (const key of byKey.keys()) expect(first.has(key), key).toBe(false);
    }
  });

  it('reaches every decision by key', () => {
    const bound = new Set(contributes.keybindings.map(({ command }) => command.replace('mortise.', '')));
    const decisions =
      'accept preview alternatives takeOurs takeTheirs takeBoth takeBothReversed takeBase combine edit setAside describe next previous resolveSafe resolveSafeInFile openMergeEditor restore continue showConflicts showSummary showChanges';
    for (const command of decisions.split(' ')) expect(bound, command).toContain(command);
  });

  it('has the pages its walkthrough shows', () => {
    const pages = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown));
    expect(pages).toHaveLength(3);
    for (const page of pages) expect(readFileSync(join(root, page), 'utf8')).toMatch(/^# /);
  });
});
