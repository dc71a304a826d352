/** What a value surely lacks, by a workspace without types: only members of classes that are wholly known. The rest may be there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Completer } from '../../server/complete/complete.ts';
import { estimateTokens } from '../../server/complete/tokens.ts';
import { lackedBy } from '../../server/complete/untyped/lacksHere.ts';
import { surroundingsOf } from '../../server/complete/untyped/scopeNames.ts';
import { noTypes } from '../../server/types/typeEngine.ts';
import { testSyntax } from '../support/syntax.ts';

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function doubt(files: Readonly<Record<string, string>>, path: string, marked: string, asked: string) {
  const root = mkdtempSync(join(tmpdir(), 'mortise-lacks-'));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const syntax = await testSyntax('python', 'go', 'java');
  const listFiles = async () => Object.keys(files);
  const completer = new Completer({ syntax, types: noTypes, listFiles, modelsDir: 'models', count: estimateTokens });
  const offset = marked.indexOf('‸');
  const hole = await completer.open({ root, path, text: marked.replace('‸', ''), offset });
  if (!hole) throw new Error('no hole');
  const [first = '', member = ''] = asked.split('.');
  return lackedBy(hole, surroundingsOf(hole, syntax).values, first, member);
}

const other = 'public class Store { public void find(String id) { } public int size() { return 0; } }\n';
const javaApp = (head = ''): string =>
  `package shop;\n${head}public class App {\n  void a(Order order, String name, List<Order> orders) {\n    use(‸);\n  }\n}\n`;
const java = (declaration: string, more: Readonly<Record<string, string>> = {}) => ({
  'shop/Order.java': `package shop;\n${declaration}\n`,
  'shop/Store.java': `package shop;\n${other}`,
  ...more,
});
const plain = 'public class Order { private int id; public int getId() { return id; } }';
const goApp = 'package shop\n\nfunc a(o *Order, ids IDs, s *Store) {\n\tuse(‸)\n}\n';
const go = (declaration: string) => ({
  'order.go': `package shop\n\ntype IDs []string\n\n${declaration}\n`,
  'store.go': 'package shop\n\ntype Store struct {\n\tn int\n}\n\nfunc (s *Store) Find() {}\n',
});
const pythonApp = (body = ''): string =>
  `from order import Order\n\n\ndef a(order: Order, name: str):\n${body}    use(‸)\n`;
const python = (declaration: string) => ({
  'order.py': declaration,
  'store.py': 'class Store:\n    def find(self):\n        pass\n',
});
const pythonOrder = 'class Order:\n    def __init__(self, id: str):\n        self.id = id\n';

describe('a member', () => {
  it.each([
    ['of another class of Java', java(plain), 'shop/App.java', javaApp(), 'order.find'],
    ['of another struct of Go', go('type Order struct {\n\tID string\n}'), 'app.go', goApp, 'o.Find'],
    ['of another class of Python', python(pythonOrder), 'app.py', pythonApp(), 'order.find'],
  ])('%s is surely not there', async (_, files, path, text, asked) => {
    expect(await doubt(files, path, text, asked)).toBe('proved');
  });

  it.each([
    ['that every object has', java(plain), 'shop/App.java', javaApp(), 'order.hashCode'],
    ['of a record', java('public record Order(int find) { }'), 'shop/App.java', javaApp(), 'order.find'],
    [
      'that a base class may have',
      java(`${plain.replace('{', 'extends Base {')}`),
      'shop/App.java',
      javaApp(),
      'order.find',
    ],
    [
      'that Lombok may write',
      java(plain, { 'shop/Item.java': 'package shop;\nimport lombok.Data;\n@Data class Item { }\n' }),
      'shop/App.java',
      javaApp(),
      'order.find',
    ],
    [
      'of a second field of one type',
      java('public class Order { public int id, find; }'),
      'shop/App.java',
      javaApp(),
      'order.find',
    ],
    ['of a class of a library', java(plain), 'shop/App.java', javaApp('import org.lib.Order;\n'), 'order.find'],
    ['of a class elsewhere', java(plain), 'other/App.java', javaApp(), 'order.find'],
    ['of a text', java(plain), 'shop/App.java', javaApp(), 'name.find'],
    ['of a list', java(plain), 'shop/App.java', javaApp(), 'orders.size'],
    ['of an interface', java('public interface Order { int MAX = 3; }'), 'shop/App.java', javaApp(), 'Order.MAX'],
    ['of a class itself', java(plain), 'shop/App.java', javaApp(), 'Order.class'],
    ['of an enum', java('public enum Order { A }'), 'shop/App.java', javaApp(), 'Order.values'],
    ['of an embedded struct', go('type Order struct {\n\tStore\n\tID string\n}'), 'app.go', goApp, 'o.Find'],
    [
      'of an embedded struct of a library',
      go('type Order struct {\n\tID string\n\tlib.Base\n}'),
      'app.go',
      goApp,
      'o.Find',
    ],
    ['of a slice with a name', go('type Order struct {\n\tID string\n}'), 'app.go', goApp, 'ids.Find'],
    [
      'in another file of the package',
      { ...go('type Order struct {\n\tID string\n}'), 'more.go': 'package shop\n\nfunc (o *Order) Find() {}\n' },
      'app.go',
      goApp,
      'o.Find',
    ],
    [
      'that is made when asked for',
      python(`${pythonOrder}\n    def __getattr__(self, name):\n        return 1\n`),
      'app.py',
      pythonApp(),
      'order.find',
    ],
    ['that a decorator may add', python(`@findable\n${pythonOrder}`), 'app.py', pythonApp(), 'order.find'],
    [
      'of what a test narrows',
      python(pythonOrder),
      'app.py',
      pythonApp('    assert isinstance(order, Found)\n'),
      'order.find',
    ],
    ['of what got another value', python(pythonOrder), 'app.py', pythonApp('    order = found(order)\n'), 'order.find'],
    ['of a text of Python', python(pythonOrder), 'app.py', pythonApp(), 'name.find'],
  ])('%s may be there', async (_, files, path, text, asked) => {
    expect(await doubt(files, path, text, asked)).not.toBe('proved');
  });
});
