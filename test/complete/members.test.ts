/** What is proposed behind a dot where no checker tells, and what of strings and untyped values near a hole. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Completer } from '../../server/complete/complete.ts';
import { rankItems } from '../../server/complete/items/items.ts';
import { memberPart } from '../../server/complete/items/memberNames.ts';
import type { Proposal } from '../../server/complete/items/rankItems.ts';
import { estimateTokens, lexCode } from '../../server/complete/tokens.ts';
import { listFiles } from '../../server/git/listFiles.ts';
import { loadSyntax } from '../../server/syntax/treeSitter.ts';
import { noTypes } from '../../server/types/typeEngine.ts';
import { grammarsDir } from '../support/syntax.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});
const syntax = await loadSyntax(grammarsDir());

/** Texts proposed at the cursor of a marked buffer, in a workspace of these files. */
async function proposals(files: Record<string, string>, path: string, marked: string): Promise<string[]> {
  return (await proposed(files, path, marked)).map(({ text }) => text);
}

async function proposed(files: Record<string, string>, path: string, marked: string): Promise<Proposal[]> {
  const root = await mkdtemp(join(tmpdir(), 'mortise-members-'));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  const completer = new Completer({ syntax, types: noTypes, listFiles, modelsDir: 'models', count: estimateTokens });
  const offset = marked.indexOf('/*|*/');
  const hole = await completer.open({ root, path, text: marked.replace('/*|*/', ''), offset });
  if (!hole) throw new Error('no hole');
  const { items } = await rankItems(hole, new Map(), completer.itemServices);
  return items.map((item) => item.proposal);
}

const shop = `class Base:
    def close(self):
        pass


class Shop(Base):
    def __init__(self):
        self.items = []
        self._log = None

    def add(self, item):
        self.items.append(item)

    def total(self):
        return sum(i.price for i in self.items)
`;

describe('behind a dot in Python', () => {
  it('are the members of the class, those of its parents too, and nothing else', async () => {
    const use = 'from shop import Shop\n\nshop = Shop()\nprice = 3\nshop.add(price)\nprint(shop./*|*/)\n';
    const found = await proposals({ 'shop.py': shop }, 'use.py', use);
    expect(found).toEqual(expect.arrayContaining(['items', 'add', 'total()', 'close()']));
    expect(found.filter((text) => !/^(?:items|add|total|close|_log)\b/.test(text))).toEqual([]);
  });

  it('are one’s own private members behind self', async () => {
    const marked = shop.replace('sum(i.price for i in self.items)', 'self./*|*/');
    expect(await proposals({}, 'shop.py', marked)).toEqual(expect.arrayContaining(['_log', 'items', 'close()']));
  });

  it('is never a comprehension or a statement, though nothing is known of the value', async () => {
    const text = 'def f(a, b):\n    total = sum(x.price for x in a.items)\n    return sum(b./*|*/)\n';
    const found = await proposals({}, 'a.py', text);
    expect(found).toContain('price');
    expect(found.filter((each) => / (?:for|in|=) /.test(each))).toEqual([]);
  });

  it('restricts nothing where a base type is not of the workspace', async () => {
    const text = `import lib\n\nclass Own(lib.Thing):\n    def own(self):\n        pass\n\ndef f(a):\n    a.fetch(1)\n    own = Own()\n    own./*|*/\n`;
    expect(await proposals({}, 'a.py', text)).toEqual(expect.arrayContaining(['own()', 'fetch(1)']));
  });
});

it('cuts a text where it leaves what can stand behind a dot', () => {
  const part = (text: string): string | undefined => memberPart(lexCode(text).texts, text);
  expect(part('price for i in items')).toBe('price');
  expect(part('add(Item("tea", 3)).name')).toBe('add(Item("tea", 3)).name');
  expect(part('rows[0].cells = x')).toBe('rows[0].cells');
  expect(part('(a)')).toBeUndefined();
  expect(part('add(String item)')).toBeUndefined();
  expect(part('sum(x for x in y)')).toBe('sum(x for x in y)');
});

describe('near literals', () => {
  it('are proposed where a value may stand, those of the file’s other half too', async () => {
    const text = "if (kind === 'tree') {\n  show();\n}\nselected(kind !== /*|*/);\nopen('table');\n";
    const found = await proposals({}, 'a.ts', text);
    expect(found).toEqual(expect.arrayContaining(["'tree'", "'table'"]));
  });

  it('say the name of the hole as others say theirs', async () => {
    const text = [
      "export const IRouter = new Token<Router.Base>('app/router:IRouter', 'routes');",
      "export const ISettings = new Token<Settings | undefined>('app/settings:ISettings', 'settings');",
      'export const IStatusBar = new Token<StatusBar>(/*|*/);',
    ];
    const found = await proposals({}, 'a.ts', `${text.join('\n')}\n`);
    expect(found).toEqual(expect.arrayContaining(["'app/router:IStatusBar'", "'app/settings:IStatusBar'"]));
  });

  it('are no module names', async () => {
    const text = "import { a } from './a';\nimport b = require('./b');\nf(/*|*/);\n";
    expect((await proposed({}, 'a.ts', text)).filter(({ literal }) => literal)).toEqual([]);
  });
});

it('reads of a value what the workspace reads of one of its name', async () => {
  const other = 'export function g(response) {\n  return [response.finished, response.finished];\n}\n';
  const text = 'export function f(response, label) {\n  log(response);\n  if (/*|*/) return label;\n}\n';
  expect(await proposals({ 'other.ts': other }, 'a.ts', text)).toContain('response.finished');
});

describe('what no declaration of a class shows', () => {
  it('is proposed where the text, or a place like it, has it behind the same value', async () => {
    const java = `class Use {
  int f(Shop shop) { return shop.hashCode(); }
  int h(Shop shop) {
    return shop./*|*/;
  }
}
`;
    const all = await proposals(
      { 'a/Shop.java': 'class Shop {\n  int items;\n  int add(int n) { return n; }\n}\n' },
      'a/Use.java',
      java,
    );
    expect(all).toEqual(expect.arrayContaining(['hashCode()', 'items']));
    const python = `${shop}\n\nshop = Shop()\nshop.name = "x"\nprint(shop.name)\nprint(shop./*|*/)\n`;
    expect(await proposals({}, 'use.py', python)).toEqual(expect.arrayContaining(['name', 'total()']));
  });
});
