/**
 * The context of a hole: what it is made of in each kind of language, that it is the same bytes for the same input, that
 * nothing of the file's version on disk is in it, and how the index behind it takes hostile workspaces.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { completeHole, type HoleAnswer } from '../../server/complete/batchHole.ts';
import { Completer } from '../../server/complete/complete.ts';
import { modulesFrom, newImportLine } from '../../server/complete/context/importLines.ts';
import { viewHole } from '../../server/complete/context/retrieve.ts';
import { WorkspaceIndex } from '../../server/complete/index/index.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { runGit } from '../../server/git/git.ts';
import { listFiles } from '../../server/git/listFiles.ts';
import { loadSyntax } from '../../server/syntax/treeSitter.ts';
import { noTypes } from '../../server/types/typeEngine.ts';
import { grammarsDir } from '../support/syntax.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function workspace(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'mortise-context-'));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const syntax = await loadSyntax(grammarsDir());
const newCompleter = (): Completer =>
  new Completer({ syntax, types: noTypes, listFiles, modelsDir: '/nowhere', count: estimateTokens });

/** Asks for the hole at `|` of a marked text. */
async function ask(root: string, path: string, marked: string, budget = 512, completer = newCompleter()) {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return await completeHole({ id: 1, root, path, text, offset, budget }, completer);
}

const shown = (answer: HoleAnswer): string => answer.context.map((item) => item.text).join('');

const python = {
  'shop/ledger.py':
    'class Account:\n    """An account."""\n    def close_quarter(self, quarter: int) -> Report:\n        return self.x\n\n    def unrelated(self):\n        pass\n',
  'shop/report.py':
    'class Report:\n    title: str\n\ndef render_report(report: Report) -> str:\n    return report.title\n',
  'shop/main.py': 'from shop.ledger import Account\n',
};

describe('the context', () => {
  it('holds the members of a value whose type the text tells, whatever file declares them', async () => {
    const root = await workspace(python);
    const marked =
      'from shop.ledger import Account\n\ndef finish(account: Account):\n    done = account.|\n    return done\n';
    const answer = await ask(root, 'shop/finish.py', marked, 128);
    expect(shown(answer)).toContain('def close_quarter(self, quarter: int) -> Report');
    const java = await workspace({
      'src/main/java/a/Invoker.java':
        'package a;\npublic class Invoker {\n  public Result invokeLater(Task task) { return null; }\n}\n',
    });
    const hole =
      'package b;\nimport a.Invoker;\nclass User {\n  private final Invoker invoker;\n  void run() {\n    invoker.|;\n  }\n}\n';
    const { context } = await ask(java, 'src/main/java/b/User.java', hole, 128);
    const members = context.find((item) => item.source === 'types');
    expect(members?.text).toContain('Result invokeLater(Task task)');
    expect(members?.text).not.toContain('public');
  });

  it('is the same bytes for the same input, in a fresh process or after other holes', async () => {
    const root = await workspace(python);
    const marked = 'from shop.ledger import Account\n\ndef finish(account: Account):\n    return |\n';
    const warm = newCompleter();
    const first = await ask(root, 'shop/finish.py', marked, 512, warm);
    await ask(root, 'shop/other.py', 'def render(report):\n    return |\n', 512, warm);
    const again = await ask(root, 'shop/finish.py', marked, 512, warm);
    const fresh = await ask(root, 'shop/finish.py', marked, 512);
    expect(again.context).toEqual(first.context);
    expect(fresh.context).toEqual(first.context);
    expect(first.context.length).toBeGreaterThan(0);
  });

  it('labels every item and keeps to the budget', async () => {
    const root = await workspace(python);
    for (const budget of [0, 16, 64, 512]) {
      const { context } = await ask(root, 'shop/finish.py', 'def finish(account: Account):\n    return |\n', budget);
      expect(context.reduce((sum, item) => sum + item.tokens, 0)).toBeLessThanOrEqual(budget);
      for (const item of context) {
        expect(item.tokens).toBe(estimateTokens(item.text));
        expect(item.source).toMatch(/^[a-zA-Z]+$/);
        expect(item.reason.length).toBeGreaterThan(5);
      }
    }
  });

  it('puts parts that hold for the whole project before those that change with the cursor', async () => {
    const root = await workspace(python);
    const { context } = await ask(root, 'shop/finish.py', 'def finish(account: Account):\n    return |\n');
    const order = ['import', 'export', 'types', 'parent', 'imported', 'scope', 'own', 'test', 'place', 'similar'];
    const places = context.map((item) => order.indexOf(item.source));
    expect(places).toEqual([...places].sort((x, y) => x - y));
    expect(new Set(places).size).toBeGreaterThan(1);
  });

  it('takes no example from the version on disk', async () => {
    const calls = (name: string): string => `dispatch(request, ${name});\n`;
    const root = await workspace({
      'src/a.ts': calls('secretHandler').repeat(4),
      'src/b.ts': calls('firstHandler') + calls('secondHandler') + calls('thirdHandler'),
    });
    const answer = await ask(root, 'src/a.ts', 'dispatch(request, |);\n');
    expect(JSON.stringify(answer)).not.toContain('secretHandler');
    expect(JSON.stringify(answer)).toContain('firstHandler');
  });

  it('declares what a module exports, and nothing that it hides', async () => {
    const root = await workspace({
      'src/parse.ts':
        'const hiddenParser = 1;\nexport function parseInvoice(text: string): number { return hiddenParser; }\nfunction later() {}\nexport { later as other, later };\n',
    });
    const { context } = await ask(root, 'src/use.ts', 'export const invoice = parse|;\n');
    const declared = context.filter((item) => item.source !== 'similar').map((item) => item.text);
    expect(declared.join('')).toContain('function parseInvoice(text: string): number');
    expect(declared.join('')).not.toContain('hiddenParser');
  });

  it('imports nothing that is not there, and as the project writes it', async () => {
    const root = await workspace({
      'src/errors.ts':
        "import { helper } from './help.js';\nexport function badOrder(message: string): Error { return new Error(helper(message)); }\n",
      'src/orders/total.ts': 'export default function orderTotal(lines: number[]): number { return lines.length; }\n',
      'src/orders/lines.ts': 'export const orderLines = (order: Order): number[] => [];\n',
    });
    const marked = [
      "import { badOrder as bad } from '../errors.js';",
      "import Ledger, { type Entry } from 'ledger';",
      'export class Orders {',
      '  constructor(private length: number) {',
      "    if (this.length === 0) throw wrong('An order needs a line')",
      '  }',
      '  sum(order: Order, lines: number[]) {',
      '    const summed = |',
      '  }',
      '}\n',
    ].join('\n');
    const { context } = await ask(root, 'src/shop/orders.ts', marked);
    const told = context.filter(({ source }) => source === 'import' || source === 'export');
    const lines = told.flatMap((item) => item.text.trim().split('\n'));
    expect(lines.sort()).toEqual([
      "import Ledger from 'ledger'",
      "import { badOrder as bad } from '../errors.js'",
      "import { type Entry } from 'ledger'",
    ]);
    const index = new WorkspaceIndex(root, { syntax, listFiles });
    await index.build();
    const line = (path: string, name: string, text = marked): string | undefined => {
      const view = viewHole(index, path, text, text.length, text.length);
      const [place] = index.symbolsNamed(name);
      const made = place && newImportLine(view, place, modulesFrom(view, index)(place.file.path) ?? '');
      return made?.container?.text.replace('…', made.text) ?? made?.text;
    };
    expect(line('src/shop/orders.ts', 'orderTotal')).toBe("import orderTotal from '../orders/total.js'");
    expect(line('src/shop/orders.ts', 'orderLines')).toBe("import { orderLines } from '../orders/lines.js'");
    expect(line('src/bare.ts', 'badOrder', 'run();\n')).toBe("import { badOrder } from './errors.js'");
    expect(line('bin/a.cjs', 'badOrder', "const fs = require('fs');\n")).toBe(
      "const { badOrder } = require('../src/errors.js')",
    );
  });

  it('shows code, not comments or docstrings', async () => {
    const root = await workspace({
      ...python,
      'shop/more.py':
        'def finish_account(account):\n    """\n    Mentions zebra words of finish account.\n    """\n    return account\n',
    });
    const text = shown(await ask(root, 'shop/finish.py', 'def finish_account_twice(account):\n    return |\n'));
    expect(text).toContain('finish_account');
    expect(text).not.toContain('zebra');
  });
});

describe('what the window shows of a name', () => {
  it('is not what it is where a comment says it, or an import that waits for its use', async () => {
    const fillers = Array.from({ length: 30 }, (_, i) => [
      `src/other${i}.ts`,
      `export function other${i}(first: number, second: string, third: boolean): number { return first; }\n`,
    ]);
    const root = await workspace({
      ...Object.fromEntries(fillers),
      'src/money.ts': 'export function times(amount: number, count: number): number { return amount * count; }\n',
      'src/room.ts': 'export interface Room { rate: number; beds: number }\n',
    });
    const marked =
      "import { times } from './money';\nimport type { Room } from './room';\n\n/** The rate for each night. */\nexport function price(room: Room): number {\n  return |;\n}\n";
    const text = shown(await ask(root, 'src/price.ts', marked, 128));
    expect(text).toContain('function times(amount: number, count: number): number');
    expect(text).toContain('rate: number');
  });
});

describe('a type engine that is late', () => {
  it('is not waited for where a user types, and its request is told to stop', async () => {
    const root = await workspace({ 'a.ts': 'export function fineValue(): number { return 1; }\n' });
    let stopped = false;
    const late = new Completer({
      syntax,
      listFiles,
      modelsDir: '/nowhere',
      count: estimateTokens,
      typesWithin: 30,
      types: {
        ...noTypes,
        knows: () => true,
        context: (_request, _limits, signal) =>
          new Promise((resolve) => {
            signal?.addEventListener('abort', () => {
              stopped = true;
              resolve([]);
            });
          }),
      },
    });
    const text = 'const fineValue = ;\n';
    const hole = await late.open({ root, path: 'b.ts', text, offset: text.indexOf(';') });
    if (!hole) throw new Error('no hole');
    const { items } = await late.context(hole, 256);
    expect(items.length).toBeGreaterThan(0);
    expect(stopped).toBe(true);
  });
});

describe('the index', () => {
  const indexed = async (root: string, limits = {}, cacheDir?: string): Promise<WorkspaceIndex> => {
    const index = new WorkspaceIndex(root, { syntax, listFiles, ...(cacheDir ? { cacheDir } : {}) });
    await index.build(limits);
    return index;
  };

  it('leaves out what git ignores, what a machine wrote, and huge files', async () => {
    const root = await workspace({
      '.gitignore': 'private/\n',
      'private/key.ts': 'export const key = 1;\n',
      'src/a.ts': 'export const a = 1;\n',
      'src/made.ts': '// @generated\nexport const made = 1;\n',
      'src/min.js': 'var a=1;'.repeat(2000),
      'src/huge.ts': 'export const huge = 1;\n'.repeat(230_000),
    });
    await runGit(root, ['init', '-q']);
    expect([...(await indexed(root)).files.keys()]).toEqual(['src/a.ts']);
  });

  it('says so where a workspace is larger than its limits', async () => {
    const files = Array.from({ length: 12 }, (_, i) => [`src/f${i}.ts`, `export const v${i} = ${i};\n`] as const);
    const index = await indexed(await workspace(Object.fromEntries(files)), { maxFiles: 5 });
    expect(index.files.size).toBe(5);
    expect(index.notes).toEqual(['only 5 of 12 source files are indexed']);
  });

  it('follows files that change, vanish and appear', async () => {
    const root = await workspace({ 'a.ts': 'export const before = 1;\n', 'b.ts': 'export const gone = 1;\n' });
    const index = await indexed(root);
    await writeFile(join(root, 'a.ts'), 'export const afterwards = 1;\n');
    await writeFile(join(root, 'c.ts'), 'export const fresh = 1;\n');
    await rm(join(root, 'b.ts'));
    await index.update(['a.ts', 'b.ts', 'c.ts']);
    expect(['before', 'gone', 'afterwards', 'fresh'].map((name) => index.symbolsNamed(name).length)).toEqual([
      0, 0, 1, 1,
    ]);
    expect(index.namesLike(new Map([['before', 1]]), 5)).toEqual([]);
  });

  it('answers when files vanish between indexing and asking', async () => {
    const root = await workspace(python);
    const completer = newCompleter();
    await completer.workspace(root);
    await rm(join(root, 'shop'), { recursive: true });
    const answer = await ask(root, 'shop/finish.py', 'def finish(account: Account):\n    return |\n', 512, completer);
    expect(answer.context.every((item) => item.source !== 'similar')).toBe(true);
  });

  it('is whole when two windows keep it at once', async () => {
    const root = await workspace(python);
    const cache = await workspace({});
    const [one, two] = await Promise.all([indexed(root, {}, cache), indexed(root, {}, cache)]);
    const third = await indexed(root, {}, cache);
    expect([...third.files.keys()]).toEqual([...one.files.keys()]);
    expect([...two.files.keys()]).toEqual([...one.files.keys()]);
    expect(third.symbolsNamed('close_quarter')).toHaveLength(1);
  });

  it('outlines what it can of broken code', async () => {
    const root = await workspace({
      'a.ts': 'export function fine(a: number) {}\nclass Broken { method( {\n export const x = ;\n',
    });
    const answer = await ask(root, 'b.ts', 'const fineValue = |;\nfunction ( {{{\n');
    expect(shown(answer)).toContain('function fine(a: number)');
  });
});

describe('what the hole stands in', () => {
  const places = async (root: string, path: string, marked: string, budget = 128): Promise<string> => {
    const { context } = await ask(root, path, marked, budget);
    return context.flatMap(({ source, text }) => (source === 'place' ? [text] : [])).join('');
  };

  it.each([
    [
      'a.py',
      'def pay(store: Store, order_id: str) -> bool:\n    found = store.find(order_id)\n    return |\n',
      ['def pay(store: Store, order_id: str) -> bool', 'found'],
    ],
    [
      'a.go',
      'package a\n\nfunc Pay(s *Store, id string) bool {\n\to := &Order{ID: id}\n\treturn s.Has(|)\n}\n',
      ['func Pay(s *Store, id string) bool', 'o *Order'],
    ],
    [
      'A.java',
      'class A {\n  private Store store;\n  boolean pay(String id) {\n    Order order = store.find(id);\n    return |;\n  }\n}\n',
      ['boolean pay(String id)', 'Order order', 'Store store'],
    ],
    ['a.rs', 'fn pay(store: &Store, id: &str) -> bool {\n    |\n}\n', ['fn pay(store: &Store, id: &str) -> bool']],
  ])('is in every context, of %s', async (path, marked, wanted) => {
    const root = await workspace(python);
    for (const budget of [128, 512]) {
      const text = await places(root, path, marked, budget);
      for (const each of wanted) expect(text).toContain(each);
    }
  });
});
