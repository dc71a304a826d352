/** Which rows of the conflicts view are drawn anew when something changed: those, and no others. */
import { describe, expect, it } from 'vitest';
import { changes, type Node, rootsOf, screenOf } from '../../extension/conflicts/treeNodes.ts';
import type { FileView, RepositoryView } from '../../server/lsp/protocol.ts';

type Counts = readonly [safe: number, likely: number, yours: number];

const file = (path: string, counts?: Counts): FileView => ({
  uri: `file:///r/${path}`,
  path,
  kind: 'both-modified',
  title: 'changed by both',
  actions: [],
  ...(counts ? { counts: { safe: counts[0], likely: counts[1], yours: counts[2] } } : {}),
});

const view = (files: readonly FileView[], more: Partial<RepositoryView> = {}): RepositoryView => ({
  root: '/r',
  gitDir: '/r/.git',
  operation: { kind: 'merge', title: 'merging feature into main', run: 'merge 1 2', left: 'main', right: 'feature' },
  files,
  staged: [],
  ...more,
});

const look = (node: Node): string => JSON.stringify({ ...node, children: undefined });
const labelled = (node: Node): string =>
  node.kind === 'file' ? `${node.file.path} ${JSON.stringify(node.file.counts)}` : node.kind;

/** Ids without the repository's root, which they all begin with. */
function drawn(before: RepositoryView[], after: RepositoryView[], by = labelled): 'all' | string[] {
  const roots = rootsOf(after);
  const found = changes(roots, screenOf(rootsOf(before), by), screenOf(roots, by));
  return found === 'all' ? found : found.map((id) => id.split('\u0000').slice(1).join('/'));
}

describe('the rows of the view', () => {
  const [a, b] = [file('a.ts', [1, 0, 2]), file('b.ts', [0, 1, 1])];

  it('stay as they are where nothing changed', () => {
    expect(drawn([view([a, b])], [view([a, b])], look)).toEqual([]);
  });

  it('name files under one number between the sides and the files, and draw them anew with their repository', () => {
    const twice = { said: 'both', folder: 'db', number: '0012', left: ['file:///a'], right: ['file:///b'] };
    const [root] = rootsOf([view([a], { sameNumbers: [twice] })]);
    expect(root?.children.map(({ kind }) => kind)).toEqual(['side', 'side', 'number', 'group']);
    expect(drawn([view([a], { sameNumbers: [twice] })], [view([a])])).toEqual(['']);
  });

  it('never call resolved what is one side to the letter and nobody chose', () => {
    const done = file('a.ts', [0, 0, 0]);
    const groupOf = (one: FileView) =>
      rootsOf([view([one])])[0]?.children.flatMap((node) => (node.kind === 'group' ? [node.group] : []));
    expect([groupOf(done), groupOf({ ...done, whole: 'as main has it' })]).toEqual([['done'], ['look']]);
  });

  it('say whose the sides are where nothing is paused but the user’s work has no other copy', () => {
    const sides = (more: object) => {
      const operation = { kind: 'none', title: 'switching', run: 'none 1', left: 'topic', right: 'local', ...more };
      return rootsOf([view([a], { operation })])[0]?.children.filter(({ kind }) => kind === 'side').length;
    };
    expect([sides({}), sides({ onlyCopy: 'right' })]).toEqual([0, 2]);
  });

  it('are drawn one by one where a count changed', () => {
    expect(drawn([view([a, b])], [view([a, file('b.ts', [0, 1, 0])])])).toEqual(['look/b.ts']);
  });

  it('are drawn with their group where a file joins or leaves it', () => {
    const safe = file('c.ts', [3, 0, 0]);
    expect(drawn([view([a, b, safe])], [view([a, safe])])).toEqual(['look']);
    const moved = drawn([view([a, b, safe])], [view([a, file('b.ts', [1, 0, 0]), safe])]);
    expect(moved).toEqual(['safe', 'look']);
  });

  it('are drawn with their repository where a group appears or goes', () => {
    expect(drawn([view([a, b])], [view([a, file('b.ts', [0, 0, 0])])])).toEqual(['']);
  });

  it('are all drawn where a repository appears or goes', () => {
    expect(drawn([view([a])], [view([a]), view([b], { root: '/other' })])).toBe('all');
    expect(drawn([view([a])], [])).toBe('all');
  });

  it('stay in their place while files are counted, until they are grouped again', () => {
    const before = [view([file('a.ts'), file('b.ts'), file('c.ts', [0, 0, 1])])];
    const after = [view([file('a.ts', [2, 0, 0]), file('b.ts'), file('c.ts', [0, 0, 1])])];
    const held = new Set(['/r\u0000a.ts', '/r\u0000b.ts']);
    const [was, now] = [rootsOf(before, held), rootsOf(after, held)];
    expect(changes(now, screenOf(was, labelled), screenOf(now, labelled))).toEqual(['/r\u0000look\u0000a.ts']);
    expect(rootsOf(after)[0]?.children.map((node) => node.kind === 'group' && node.group)).toContain('safe');
  });

  it('name each row once, also the same path in two repositories', () => {
    const ids: string[] = [];
    const visit = (node: Node) => {
      ids.push(node.id);
      node.children.forEach(visit);
    };
    const staged = [{ uri: 'file:///r/a.ts', path: 'a.ts' }];
    rootsOf([view([a, b], { staged }), view([a, b], { root: '/other', staged })]).forEach(visit);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
