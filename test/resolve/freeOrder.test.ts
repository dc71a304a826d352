/** Which lines of both sides in a row may stand in either order, whatever the format. */
import { expect, it } from 'vitest';
import { isFreeOfOrder } from '../../server/merge/lines/freeOrder.ts';

const free = (path: string, some: string, other: string) =>
  isFreeOfOrder([[some.split('\n'), other.split('\n')]], path);

it.each([
  ['a.ts', "import { a } from './a';", "import { b } from './b';"],
  ['a.go', '\t"fmt"', '\tlog "github.com/x/log"'],
  ['a.ts', '  title: string;', '  done: boolean;'],
  ['a.java', '    private final Clock clock;', '    private final Mail mail;'],
  [
    'a.ts',
    '  load() {\n    if (a) {\n      b();\n    } else {\n      c();\n    }\n  }',
    '  async save(): Promise<void> {\n  }',
  ],
  ['a.py', '    phone = models.CharField(max_length=3)', '    city = models.TextField()'],
  ['a.rs', '    Timeout,', '    NotFound { id: u64 },'],
  ['a.go', 'func (s *Store) Close() {\n}', 'type Row struct {\n}'],
  ['a.cpp', 'template <class T>\nvoid f(T t) {\n}', 'struct A {\n};'],
  ['a.ts', 'export type A = string;', 'export default function () {\n}'],
  ['a.ts', "    case 'a':\n      return 1;", "    case 'b':\n      return 2;"],
  ['a.ts', "app.get('/a', a);", "app.post('/b', b);"],
  ['a.test.ts', "it('adds two', () => {\n  x();\n});", "it('adds three', () => {\n  y();\n});"],
  ['pom.xml', '<dependency>\n  <a/>\n</dependency>', '<dependency>\n  <b/>\n</dependency>'],
  ['values.yaml', '- name: A\n  value: 1', '- name: B\n  value: 2'],
  ['.gitignore', '*.log', 'dist/'],
  ['Dockerfile', 'ENV A=1', 'ENV B=2'],
  ['schema.sql', '  email varchar(80) not null,', '  age integer,'],
  ['requirements.txt', 'celery==5.1.0', 'redis>=4'],
  ['README.md', '- Dark mode', '- CSV export'],
])('free: %s %s', (path, some, other) => {
  expect(free(path, some, other)).toBe(true);
  expect(free(path, other, some)).toBe(true);
});

it.each([
  ['a.ts', '  users.remove(id);', '  if (!user.isAdmin) return false;'],
  ['a.py', '    first = items[0]', '    if not items:\n        return None'],
  ['a.go', '\tdefer f.Close()', '\tif err != nil {\n\t\treturn err\n\t}'],
  ['a.tsx', '  if (!user) return null;', '  const [open, setOpen] = useState(false);'],
  ['a.tsx', '<Route component={NotFound} />', '<Route path="/settings" component={Settings} />'],
  ['a.ts', "  { path: '**', component: NotFound },", "  { path: 'x', component: X },"],
  ['a.java', '} catch (IOException e) {\n  a();', '} catch (FileNotFoundException e) {\n  b();'],
  ['a.rs', 'Some(_) => 1,', 'Some(0) => 2,'],
  ['a.ts', "  case 'a':\n    x();", "  case 'a':\n    y();"],
  ['a.ts', "app.use('/a', auth);", "app.use('/a/b', b);"],
  ['a.js', 'await seed();', 'await db.connect();'],
  ['a.js', 'record.save();', 'module.exports = build();'],
  ['a.py', 'template.render(page)', 'fn(page)'],
  ['a.py', 'object = load()', 'type(page)'],
  ['ci.yml', '- run: npm ci', '- uses: actions/setup-node@v4\n  with:\n    node-version: 20'],
  ['ci.yml', '- aws s3 sync dist', '- npm run build'],
  ['Dockerfile', 'ENV NODE_ENV=production', 'RUN npm ci'],
  ['.gitignore', '!keep.log', '*.log'],
  ['.github/CODEOWNERS', '* @core', 'docs/ @writers'],
  ['q.sql', '  WHEN score > 50 THEN 1', '  WHEN score > 80 THEN 2'],
  ['run.sh', 'make build', 'make install'],
])('of an order: %s %s', (path, some, other) => {
  expect(free(path, some, other)).toBe(false);
  expect(free(path, other, some)).toBe(false);
});
