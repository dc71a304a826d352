/**
 * What the lines of a text say where no syntax tree is asked: a column, a route, a dependency that is there twice, and a number that
 * both sides changed alike while each added more. Told of the text that has both, whichever side is ours; nothing in bulk takes it.
 */
import { expect, it } from 'vitest';
import { describeEvidence } from '../../server/cli/show.ts';
import { takenTwice } from '../../server/merge/lines/claims.ts';
import { checkText } from '../../server/resolve/checkRest.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { resolveFile } from '../../server/resolve/resolve.ts';
import { loadServices } from '../../server/services.ts';
import { languageOf } from '../../server/syntax/languages.ts';

const services = await loadServices();

/** Of any two lines in one row it may be said that nobody asked for their order; that is together.test.ts's. */
const isOfTheseLines = (said: string): boolean => !/^both sides added a line about|a side each: /.test(said);

/** A file whose sides each add something between `top` and `end`; what of both together is there twice, if anything. */
type Row = readonly [path: string, top: string, ours: string, theirs: string, end: string, twice: string];

const table = 'CREATE TABLE users (\n  id integer PRIMARY KEY,\n';
const express = 'const app = express();\napp.get("/", home);\n';
const spring = '@RestController\nclass Orders {\n';

const twice: readonly Row[] = [
  ['a.py', 'class State(Enum):\n    NEW = 0\n', '    PAID = 1\n', '    SENT = 1\n', '\n\nrun()\n', 'number 1'],
  ['a.go', 'package a\n\nconst (\n\tA = 1\n', '\tB = 2\n', '\tC = 2\n', ')\n', 'number 2'],
  ['a.sql', table, '  email text,\n', '  email varchar(255),\n', '  name text\n);\n', 'column email'],
  [
    'a.sql',
    'SELECT 1;\n',
    'ALTER TABLE t ADD COLUMN mail text;\n',
    'ALTER TABLE t ADD mail varchar(9);\n',
    'SELECT 2;\n',
    'column mail',
  ],
  ['a.sql', 'CREATE TABLE users\n(\n  id int,\n', '  "at" date,\n', '  at timestamp,\n', '  z int\n);\n', 'column at'],
  [
    'a.sql',
    "INSERT INTO role VALUES (1, 'guest');\n",
    "INSERT INTO role VALUES (2, 'editor');\n",
    "INSERT INTO role VALUES (2, 'owner');\n",
    'SELECT 1;\n',
    'row 2 of role',
  ],
  [
    'a.js',
    express,
    'app.get("/up", up);\n',
    "app.get('/up', (req, res) => res.send('ok'));\n",
    'run(app);\n',
    'route get /up',
  ],
  [
    'a.py',
    'app = Flask(__name__)\n\n\n',
    '@app.route("/up")\ndef up():\n    return "ok"\n\n\n',
    '@app.route("/up")\ndef alive():\n    return "yes"\n\n\n',
    'run(app)\n',
    'route /up',
  ],
  [
    'A.java',
    spring,
    '    @GetMapping("/open")\n    List<Order> open() { return repo.open(); }\n',
    '    @GetMapping("/open")\n    List<Order> notClosed() { return repo.all(); }\n',
    '}\n',
    'route Get /open',
  ],
  [
    'a.go',
    'package a\n\nfunc f() {\n',
    '\tmux.HandleFunc("/up", up)\n',
    '\tmux.HandleFunc("/up", alive)\n',
    '}\n',
    'route /up',
  ],
  [
    'a.cs',
    'void Map() {\n',
    '  app.MapGet("/up", Up);\n',
    '  app.MapGet("/up", () => "ok");\n',
    '}\n',
    'route MapGet /up',
  ],
  ['urls.py', 'urlpatterns = [\n', '    path("me/", me),\n', '    path("me/", profile),\n', ']\n', 'route me/'],
  ['a.php', '<?php\n', "Route::get('/up', 'A@up');\n", "Route::get('/up', 'B@up');\n", '$z = 1;\n', 'route /up'],
  [
    'build.gradle',
    "dependencies {\n    implementation 'a:a:1'\n",
    "    implementation 'org.x:core:1.0'\n",
    "    testImplementation 'org.x:core:2.0'\n",
    '}\n',
    'dependency org.x:core',
  ],
  ['requirements.txt', 'flask==1\n', 'py_x==1.0\n', 'py-x>=1.5\n', 'zope==1\n', 'dependency py_x'],
  [
    'a.csproj',
    '<Project>\n  <ItemGroup>\n',
    '    <PackageReference Include="X" Version="1.0" />\n',
    '    <PackageReference Include="X" Version="2.0" />\n',
    '  </ItemGroup>\n</Project>\n',
    'dependency X',
  ],
  [
    'a.ts',
    'await save(o);\n',
    'await sendMail(o.user, "done");\n',
    'await sendMail(o.user.email, "Order done");\n',
    'log(o);\n',
    'call sendMail',
  ],
  [
    'a.py',
    'def pay(o):\n    check(o)\n',
    '    charge(o.user, o.total)\n',
    '    charge(o.user, o.total, "eur")\n',
    '    return o\n',
    'call charge',
  ],
  ['go.mod', 'module a\n\nrequire (\n', '\tx.org/x v1.0.0\n', '\tx.org/x v1.2.0\n', ')\n', 'dependency x.org/x'],
  ['a.sh', 'case "$1" in\n  a) x ;;\n', '  -v) verbose=1 ;;\n', '  -v|--version) version ;;\n', 'esac\n', 'case -v'],
  ['a.html', '<ul>\n', '  <li id="x">a</li>\n', '  <li class="k" id="x">b</li>\n', '</ul>\n', 'id x'],
  ['a.go', 'package a\n\nconst (\n\tA = 1 << 0\n', '\tB = 1 << 1\n', '\tC = 1 << 1\n', ')\n', 'flag 1 << 1'],
  ['a.h', '#define A (1u << 0)\n', '#define B (1u << 1)\n', '#define C (1u << 1)\n', 'void f(void);\n', 'flag 1 << 1'],
  [
    'a.py',
    'def f(x):\n    if x == 1:\n        return "a"\n',
    '    elif x == 2:\n        return "b"\n',
    '    elif x == 2:\n        return "c"\n',
    '    return "z"\n',
    'condition x == 2',
  ],
  [
    'A.java',
    'class A {\n    void pay() {\n        check();\n',
    '        balance -= amount;\n        log();\n',
    '        balance = balance - amount;\n        audit();\n',
    '        save();\n    }\n}\n',
    'update balance -= amount',
  ],
  ['env.sh', 'A=1\n', 'TTL=60\nHOST=a\n', 'TTL=300\n', 'export A\n', 'name TTL'],
  ['a.kt', 'when (s) {\n    is A -> 1\n', '    is B -> 2\n', '    is B -> 3\n', '    else -> 9\n}\n', 'name is B'],
  ['a.cs', 'void F() {\n', '  s.AddScoped<IB, B>();\n', '  s.AddSingleton<IB, C>();\n', '}\n', 'name IB'],
  ['a.js', 'const app = server();\n', 'app.listen(80);\n', 'app.listen(PORT);\n', 'run();\n', 'name app.listen'],
  ['a.ts', 'save();\n', 'bus.publish("paid", a);\n', 'events.publish("paid", b);\n', 'run();\n', 'name "paid"'],
  ['A.java', 'x = y\n', '    .timeout(60)\n', '    .timeout(30)\n', '    .build();\n', 'name timeout'],
  ['a.conf', 'server {\n', '  add_header X a;\n', '  add_header X b;\n', '}\n', 'name add_header X'],
  ['_redirects', '/a /b\n', '/old /x\n', '/old /y 301\n', '/z /z\n', 'name /old'],
  ['a.lua', 'local M = {}\n', 'M.ttl = 60\n', 'M.ttl = 300\n', 'return M\n', 'name M.ttl'],
  ['conf.py', 'A = 1\n', 'TTL = 60\n', 'TTL = 300\nSIZE = 3\n', 'Z = 9\n', 'name TTL'],
  [
    'a.sql',
    'SELECT 1;\n',
    'CREATE UNIQUE INDEX idx_mail ON users (mail);\n',
    'create index if not exists IDX_MAIL on users (lower(mail));\n',
    'SELECT 2;\n',
    'name IDX_MAIL',
  ],
  ['a.sql', 'SELECT 1;\n', 'CREATE TABLE t (\n  a int\n);\n', 'CREATE TABLE t (\n  b int\n);\n', '', 'name t'],
  ['a.js', 'const conf = {};\n', 'conf.ttl = 60;\n', 'conf.ttl = 300;\n', 'run(conf);\n', 'name conf.ttl'],
  ['a.php', '<?php\n', "$conf['ttl'] = 60;\n", "$conf['ttl'] = 300;\n", 'run($conf);\n', "name $conf['ttl']"],
  ['A.vue', 'data() {\n  return {\n', '    total: 0,\n', '    total: null,\n', '  };\n}\n', 'name total'],
  ['a.strings', '"a" = "A";\n', '"b.c" = "B";\n', '"b.c" = "C";\n', '"z" = "Z";\n', 'name "b.c"'],
  ['Dockerfile', 'FROM node\n', 'ENV MODE=dev\n', 'ENV MODE=prod\n', 'COPY . .\n', 'name MODE'],
  ['Dockerfile', 'FROM node\n', 'CMD ["a"]\n', 'CMD ["b"]\n', '', 'name CMD'],
  ['a.py', 'p = parser()\n', 'p.add_argument("--ttl", type=int)\n', 'p.add_argument("--ttl")\n', 'p()\n', 'name --ttl'],
  ['.gitattributes', '*.sh text\n', '*.bat eol=crlf\n', '*.bat eol=lf\n', '*.z text\n', 'name *.bat'],
  ['compose.yml', 'a:\n  ports:\n', '    - "80:81"\n', '    - "80:90"\n', '    - "9:9"\n', 'name 80'],
  ['a.json', '[\n', '  { "id": 3, "n": "a" },\n', '  { "id": 3, "n": "b" },\n', '  { "id": 9 }\n]\n', 'name 3'],
  ['Gemfile', "gem 'a', '1'\n", "gem 'b', '1'\n", "gem 'b', '~> 2'\n", "gem 'z'\n", 'dependency b'],
  ['environment.yml', 'dependencies:\n', '  - pandas=2.1\n', '  - pandas=2.2\n', '  - z\n', 'dependency pandas'],
  ['pyproject.toml', 'a = [\n', '  "x>=1",\n', '  "x>=2,<3",\n', '  "z",\n]\n', 'dependency x'],
];

const once: readonly Row[] = [
  ['a.sql', 'SELECT 1;\n', 'CREATE INDEX a ON t (b);\n', 'CREATE TABLE a (b int);\n', '', ''],
  [
    'a.sql',
    'BEGIN;\n',
    'DROP TABLE IF EXISTS t;\nCREATE TABLE t (a int);\n',
    'DROP TABLE IF EXISTS t;\nCREATE TABLE t (b int);\n',
    'END;\n',
    '',
  ],
  [
    'a.ts',
    'await save(o);\n',
    'await sendMail(o.user, "done");\n',
    'await sendMail(shop.owner, "sold");\n',
    'log(o);\n',
    '',
  ],
  ['a.ts', 'await save(o);\n', 'render(o, 1);\n', 'render(o, 2);\n', 'log(o);\n', ''],
  ['go.mod', 'module a\n\nexclude (\n', '\tx.org/x v1.0.0\n', '\tx.org/x v1.2.0\n', ')\n', ''],
  ['a.py', 'class Box:\n    width = 0\n', '    height = 1\n', '    depth = 1\n', '\n\nBox()\n', ''],
  ['a.go', 'package a\n\nconst (\n\tA = 10\n', '\tB = 3\n', '\tC = 3\n', ')\n', ''],
  ['a.sql', table, '  email text,\n', '  phone text,\n', '  name text\n);\n', ''],
  ['a.sql', 'BEGIN;\n', 'CREATE TABLE a (\n  id int\n);\n', 'CREATE TABLE b (\n  id int\n);\n', 'END;\n', ''],
  [
    'a.sql',
    table,
    '  FOREIGN KEY (a) REFERENCES a (id),\n',
    '  FOREIGN KEY (b) REFERENCES b (id),\n',
    '  n int\n);\n',
    '',
  ],
  // The first value is no key where others of the table have it twice.
  [
    'a.sql',
    'INSERT INTO user_role VALUES (1, 1);\nINSERT INTO user_role VALUES (1, 2);\n',
    'INSERT INTO user_role VALUES (2, 1);\n',
    'INSERT INTO user_role VALUES (2, 2);\n',
    'SELECT 1;\n',
    '',
  ],
  ['a.js', express, 'app.get("/up", up);\n', 'app.post("/up", up);\n', 'run(app);\n', ''],
  ['a.js', 'start();\n', 'client.post("/up", a);\n', 'client.post("/up", b);\n', 'stop();\n', ''],
  ['a.js', express, 'app.use("/api", log);\n', 'app.use("/api", auth);\n', 'run(app);\n', ''],
  [
    'a.py',
    'app = Flask(__name__)\n\n\n',
    '@app.route("/up", methods=["GET"])\ndef up():\n    return "ok"\n\n\n',
    '@app.route("/up", methods=["PUT"])\ndef raise_it():\n    return "yes"\n\n\n',
    'run(app)\n',
    '',
  ],
  [
    'A.java',
    'package a;\n',
    'class B {\n    @GetMapping("/open")\n    void f() {}\n}\n',
    'class C {\n    @GetMapping("/open")\n    void f() {}\n}\n',
    'class Z {}\n',
    '',
  ],
  ['urls.py', 'urlpatterns = [\n', '    path("v1/", include("a")),\n', '    path("v1/", include("b")),\n', ']\n', ''],
  [
    'build.gradle',
    "dependencies {\n    implementation 'a:a:1'\n",
    "    compileOnly 'org.x:core:1.0'\n",
    "    annotationProcessor 'org.x:core:1.0'\n",
    '}\n',
    '',
  ],
  [
    'requirements.txt',
    'flask==1\n',
    'x==1.0; python_version < "3"\n',
    'x==2.0; python_version >= "3"\n',
    'zope==1\n',
    '',
  ],
  ['a.sh', 'start\n', 'case "$1" in\n  a) x ;;\nesac\n', 'case "$2" in\n  a) y ;;\nesac\n', 'stop\n', ''],
  [
    'a.html',
    '<div>\n',
    '{% if a %}\n<p id="x">a</p>\n{% endif %}\n',
    '{% if not a %}\n<p id="x">b</p>\n{% endif %}\n',
    '</div>\n',
    '',
  ],
  ['a.c', 'void f(void) {\n', '  a = 1 << 3;\n', '  b = 1 << 3;\n', '}\n', ''],
  [
    'a.py',
    'def f(x):\n',
    '    if x == 1:\n        a()\n    elif x == 2:\n        b()\n',
    '    if y:\n        c()\n    elif x == 2:\n        d()\n',
    '    return x\n',
    '',
  ],
  [
    'a.py',
    'def f(x):\n',
    '    total += x\n    return total\n',
    '    total += x\n    return 2 * total\n',
    '\n\nf(1)\n',
    '',
  ],
];

/** Two values of one name that are both meant. */
const several: readonly Row[] = [
  ['A.java', 'x = y\n', '    .add(1)\n', '    .add(2)\n', '    .z();\n', ''],
  ['a.conf', 'server {\n', '  listen 80;\n', '  listen 443 ssl;\n', '}\n', ''],
  ['a.ts', 'start();\n', 'bus.emit("a", x);\n', 'bus.emit("b", x);\n', 'stop();\n', ''],
  ['a.sh', 'start\n', 'PATH=$PATH:/a\n', 'PATH=$PATH:/b\n', 'stop\n', ''],
  ['Makefile', 'A = 1\n', 'CFLAGS += -g\n', 'CFLAGS += -Wall\n', 'Z = 9\n', ''],
  ['a.go', 'package a\n', 'err = a()\nlog(err)\n', 'err = b()\nlog(err)\n', 'var z = 9\n', ''],
  ['a.ini', '[a]\nx = 1\n', '[b]\nport = 1\n', '[c]\nport = 2\n', '[z]\n', ''],
  ['a.css', '.a { b: c; }\n', '.a:hover {\n  color: red;\n}\n', '.a:focus {\n  color: blue;\n}\n', '.z {}\n', ''],
  ['ci.yml', 'steps:\n', '  - run: npm test\n', '  - run: npm run e2e\n', '  - run: z\n', ''],
  ['a.tf', 'a {}\n', 'b "x" {\n  n = 1\n}\n', 'b "y" {\n  n = 2\n}\n', 'z {}\n', ''],
  ['a.service', '[Service]\n', 'Environment=A=1\n', 'Environment=B=2\n', 'User=z\n', ''],
  ['b.go', 'package a\n', '_ = os.Remove(a)\n', '_ = os.Remove(b)\n', 'var z = 9\n', ''],
  ['b.py', 'p = P()\n', 'build.add_argument("--all", help="x")\n', 'serve.add_argument("--all")\n', 'p.run()\n', ''],
  [
    'c.py',
    'import click\n\n',
    '@click.option("--port", default=1)\ndef a(port):\n    pass\n\n\n',
    '@click.option("--port", default=2)\ndef b(port):\n    pass\n\n\n',
    'run()\n',
    '',
  ],
  ['b.sh', 'start\n', 'FOO=1 ./run a\n', 'FOO=2 ./run b\n', 'stop\n', ''],
  ['d.py', 'm = Mock()\n', 'm.value = 1\nassert f() == 1\n', 'm.value = 2\nassert f() == 2\n', 'end()\n', ''],
  ['e.py', 'm = M()\n', 'm.count = 1\nrun(m, a)\n', 'm.count = 2\nrun(m, b)\n', 'end()\n', ''],
  ['.gitattributes', '* text=auto\n', '*.png binary\n', '*.png -diff\n', '*.z z\n', ''],
  ['Dockerfile', 'FROM a\n', 'FROM b\nCMD ["b"]\n', 'FROM c\nCMD ["c"]\n', 'FROM z\n', ''],
];

const swapped = [false, true] as const;

it.each([...twice, ...once, ...several].flatMap((row) => swapped.map((way) => [...row, way] as const)))(
  '%s: %s%s%s%s',
  async (path, top, ours, theirs, end, found, isSwapped) => {
    await services.syntax.ready(languageOf(path));
    const [left, right] = isSwapped ? [theirs, ours] : [ours, theirs];
    const context = {
      path,
      sides: { base: '', left, right },
      before: top,
      after: end,
      file: { before: top, after: end, alone: true, versions: { left: top + left + end, right: top + right + end } },
    };
    const candidate = (text: string) => ({ text, origin: { name: 'union', reason: '' }, generators: ['union'] });
    const repeats = (text: string) =>
      checkText(candidate(text), context, services.syntax).flatMap((one) =>
        one.check === 'repeats' ? one.repeats.map(({ what, name }) => `${what} ${name.toLowerCase()}`) : [],
      );
    const [, name = ''] = /^\w+ (.*)$/.exec(found) ?? [];
    const expected =
      found === ''
        ? []
        : [`${found.slice(0, -name.length)}${name.toLowerCase().replace('py_x', isSwapped ? 'py-x' : 'py_x')}`];
    expect(repeats(left + right)).toEqual(expected);
    if (found !== '')
      expect(heldByEvidence(checkText(candidate(left + right), context, services.syntax))).toBeDefined();
    expect(repeats(left)).toEqual([]);
    expect(repeats(right)).toEqual([]);
  },
);

/** Nothing that a user decided elsewhere takes both: the one conflict is in a merge of which two were united. */
it('is never applied after decisions that united both sides', async () => {
  const united = ['a', 'b'].map((name) => {
    const [left, right] = [`    left${name}();\n`, `    right${name}();\n`];
    return { path: `${name}.java`, sides: { base: '', left, right }, chosen: left + right };
  });
  const [path, top, ours, theirs, end] = twice.find((row) => row[5] === 'column email') ?? ['', '', '', '', ''];
  const sides = { base: top + end, left: top + ours + end, right: top + theirs + end };
  const { conflicts } = resolveFile({ path, sides, siblings: united }, { kind: 'tier', tier: 'likely' }, services);
  const [conflict] = conflicts;
  expect(conflict?.applied?.candidate.text).not.toBe(ours + theirs);
  const both = conflict?.resolutions.find(({ candidate }) => candidate.text === ours + theirs);
  expect(both?.tier).toBe('possible');
  expect(describeEvidence(both?.evidence ?? [])).toContain('the column email stands there twice');
});

type Order = readonly [path: string, top: string, wide: string, narrow: string, end: string, said: string | undefined];

const security = 'class Security {\n    void open(Http http) {\n        http.authorize()\n';
const tried = 'def f():\n    try:\n        g()\n    except KeyError:\n        pass\n';
const orders: readonly Order[] = [
  [
    'A.java',
    security,
    '            .matchers("/**").permitAll()\n',
    '            .matchers("/admin/**").hasRole("ADMIN")\n',
    '            .and().csrf();\n    }\n}\n',
    '“/**” comes before “/admin/**”, which is never reached there',
  ],
  [
    'a.js',
    express,
    'app.get("/users/:id", user);\n',
    'app.get("/users/me", me);\n',
    'run(app);\n',
    '“/users/:id” comes before “/users/me”, and may answer first',
  ],
  [
    'a.ts',
    express,
    'app.all("/*", spa);\n',
    'app.get("/up", up);\n',
    'run(app);\n',
    '“/*” comes before “/up”, and may answer first',
  ],
  [
    'urls.py',
    'urlpatterns = [\n',
    '    path("users/<slug>/", user),\n',
    '    path("users/me/", me),\n',
    ']\n',
    '“users/<slug>/” comes before “users/me/”, which is never reached there',
  ],
  [
    'urls.py',
    'urlpatterns = [\n',
    '    path("users/<int:pk>/", user),\n',
    '    path("users/me/", me),\n',
    ']\n',
    undefined,
  ],
  ['a.js', express, 'app.post("/users/:id", user);\n', 'app.get("/users/me", me);\n', 'run(app);\n', undefined],
  // A handler may hand on to the next, and Fastify asks no order. What a request passes stands before what answers it.
  [
    'a.js',
    express,
    'app.use("/api", api);\n',
    'app.use(auth());\n',
    'run(app);\n',
    '“/api” comes before “auth()”, which is not asked then',
  ],
  [
    'a.ts',
    express,
    'app.get("/x", show);\n',
    'app.use(requireUser);\n',
    'run(app);\n',
    '“/x” comes before “requireUser”, which is not asked then',
  ],
  ['a.js', express, 'app.get("/x", show);\n', 'app.use(onError);\n', 'run(app);\n', undefined],
  ['a.js', express, 'app.get("/x", show);\n', 'admin.use(auth());\n', 'run(app);\n', undefined],
  [
    'a.py',
    tried,
    '    except Exception:\n        log()\n',
    '    except ValueError:\n        retry()\n',
    'z()\n',
    '“except Exception:” comes before “except ValueError:”, which is never reached there',
  ],
  [
    'a.py',
    tried,
    '    except OSError:\n        log()\n',
    '    except ValueError:\n        retry()\n',
    'z()\n',
    undefined,
  ],
  [
    'a.py',
    tried,
    '    except Exception:\n        log()\n',
    '    except SystemExit:\n        end()\n',
    'z()\n',
    undefined,
  ],
  [
    'a.cs',
    'try { a(); }\n',
    'catch (Exception e) { log(); }\n',
    'catch (IOException e) { b(); }\n',
    'z();\n',
    '“catch (Exception e) { log(); }” comes before “catch (IOException e) { b(); }”, which is never reached there',
  ],
  [
    'a.py',
    'if x < 0:\n    a()\n',
    'elif x > 10:\n    b()\n',
    'elif x > 100:\n    c()\n',
    'z()\n',
    '“elif x > 10:” comes before “elif x > 100:”, which is never reached there',
  ],
  [
    'a.js',
    'load()\n',
    '  .catch(report)\n',
    '  .then(b)\n',
    '  ;\n',
    '“.catch(report)” comes before “.then(b)”, whose errors it does not see',
  ],
  [
    'a.js',
    express,
    'app.all("/api/*", signedIn);\n',
    'app.get("/api/users", users);\n',
    'run(app);\n',
    '“/api/*” comes before “/api/users”, and may answer first',
  ],
  [
    'a.js',
    'const fastify = server();\n',
    'fastify.get("/users/:id", user);\n',
    'fastify.get("/users/me", me);\n',
    'run(fastify);\n',
    undefined,
  ],
  [
    'a.js',
    express,
    'app.get("/users/:id", (q, r, next) => next());\n',
    'app.get("/users/me", me);\n',
    'run(app);\n',
    undefined,
  ],
];

it.each(orders)(
  'an order in which one may never be reached: %s%s%s%s%s',
  async (path, top, wide, narrow, end, said) => {
    await services.syntax.ready(languageOf(path));
    for (const [left, right] of [
      [wide, narrow],
      [narrow, wide],
    ] as const) {
      const context = { path, sides: { base: '', left, right }, before: top, after: end };
      const told = (text: string) =>
        checkText(
          { text, origin: { name: 'union', reason: '' }, generators: ['union'] },
          context,
          services.syntax,
        ).flatMap((one) => (one.check === 'together' ? one.said.filter(isOfTheseLines) : []));
      expect(told(wide + narrow)).toEqual(said === undefined ? [] : [said]);
      expect(told(narrow + wide)).toEqual([]);
    }
  },
);

it.each([
  [
    'a.c',
    '  case 2:\n    b();\n',
    '  case 3:\n    c();\n    break;\n',
    '“b();” of one side falls into “case 3:” of the other',
  ],
  ['a.c', '  case 2:\n    b();\n    break;\n', '  case 3:\n    c();\n', undefined],
  ['a.go', '  case 2:\n    b()\n', '  case 3:\n    c()\n', undefined],
] as const)("a case that falls into the other side's: %s%s", async (path, left, right, said) => {
  await services.syntax.ready(languageOf(path));
  const before = 'switch (k) {\n  case 1:\n    a();\n    break;\n';
  const context = { path, sides: { base: '', left, right }, before, after: '}\n' };
  const candidate = { text: left + right, origin: { name: 'union', reason: '' }, generators: ['union'] };
  const found = checkText(candidate, context, services.syntax).flatMap((one) =>
    one.check === 'together' ? one.said : [],
  );
  expect(found).toEqual(said === undefined ? [] : [said]);
});

// ------------------------------------------------------------------------------------------------ numbers changed alike

type Count = readonly [name: string, path: string, base: string, left: string, right: string, said: string | undefined];

const run = (add: number, ...names: readonly string[]) =>
  `package w\n\nfunc run() {\n\twg.Add(${add})\n${names.map((name) => `\tgo ${name}(&wg)\n`).join('')}\twg.Wait()\n}\n`;
const list = (length: number, ...names: readonly string[]) =>
  `const NAMES: [&str; ${length}] = [\n${names.map((name) => `    "${name}",\n`).join('')}];\n`;

const counts: readonly Count[] = [
  ['both add at one place', 'a.go', run(1, 'a'), run(2, 'a', 'b'), run(2, 'a', 'c'), '1 to 2'],
  ['one adds above, one below', 'a.go', run(2, 'a', 'b'), run(3, 'z', 'a', 'b'), run(3, 'a', 'b', 'c'), '2 to 3'],
  ['an array', 'a.rs', list(2, 'a', 'b'), list(3, '0', 'a', 'b'), list(3, 'a', 'b', 'c'), '2 to 3'],
  [
    'a number in a text',
    'sw.js',
    'const CACHE = "v10";\nself.x = 1;\nself.y = 1;\n',
    'const CACHE = "v11";\nself.x = 2;\nself.y = 1;\n',
    'const CACHE = "v11";\nself.x = 1;\nself.y = 2;\n',
    '"v10" to "v11"',
  ],
  [
    'a version',
    'a.py',
    'V = "1.2.3"\nA = 1\nB = 1\n',
    'V = "1.2.4"\nA = 2\nB = 1\n',
    'V = "1.2.4"\nA = 1\nB = 2\n',
    undefined,
  ],
  ['a year', 'a.py', 'Y = 2024\nA = 1\nB = 1\n', 'Y = 2025\nA = 2\nB = 1\n', 'Y = 2025\nA = 1\nB = 2\n', undefined],
  ['a setting', 'a.py', 'T = 500\nA = 1\nB = 1\n', 'T = 900\nA = 2\nB = 1\n', 'T = 900\nA = 1\nB = 2\n', undefined],
  [
    'a setting of a workflow',
    'a.yml',
    'node-version: 18\na: 1\nb: 1\n',
    'node-version: 20\na: 2\nb: 1\n',
    'node-version: 20\na: 1\nb: 2\n',
    undefined,
  ],
  ['a port', 'a.yml', 'port: 8080\na: 1\nb: 1\n', 'port: 8081\na: 2\nb: 1\n', 'port: 8081\na: 1\nb: 2\n', undefined],
  [
    'a layer',
    'a.css',
    '.a {\n  z-index: 1;\n  top: 1px;\n  left: 1px;\n}\n',
    '.a {\n  z-index: 2;\n  top: 2px;\n  left: 1px;\n}\n',
    '.a {\n  z-index: 2;\n  top: 1px;\n  left: 2px;\n}\n',
    undefined,
  ],
  [
    'a time',
    'a.py',
    'WAIT_SECONDS = 5\nA = 1\nB = 1\n',
    'WAIT_SECONDS = 10\nA = 2\nB = 1\n',
    'WAIT_SECONDS = 10\nA = 1\nB = 2\n',
    undefined,
  ],
  [
    'a package',
    'a.json',
    '{\n  "x": "4",\n  "a": 1,\n  "b": 1\n}\n',
    '{\n  "x": "5",\n  "a": 2,\n  "b": 1\n}\n',
    '{\n  "x": "5",\n  "a": 1,\n  "b": 2\n}\n',
    undefined,
  ],
  ['both made the other edit, too', 'a.go', run(1, 'a'), run(2, 'b', 'a', 'c'), run(2, 'b', 'a', 'd'), undefined],
];

const beside = ', and each has more edits beside it: both together may need another number';
const ways = counts.flatMap((row) => swapped.map((way) => [...row, way] as const));

it.each(ways)('a number changed alike: %s', async (name, path, base, left, right, said, isSwapped) => {
  await services.syntax.ready(languageOf(path));
  const sides = isSwapped ? { base, left: right, right: left } : { base, left, right };
  const { conflicts } = resolveFile({ path, sides }, { kind: 'tier', tier: 'likely' }, services);
  expect(conflicts, name).not.toEqual([]);
  const evidence = conflicts.flatMap(({ resolutions }) => resolutions.flatMap((one) => one.evidence));
  const found = evidence.flatMap((one) => (one.check === 'together' ? one.said.filter(isOfTheseLines) : []));
  expect([...new Set(found)]).toEqual(said === undefined ? [] : [`both sides changed ${said}${beside}`]);
  for (const { resolutions, applied } of conflicts)
    for (const one of resolutions) {
      if (!one.evidence.some((told) => told.check === 'together' && told.said.some(isOfTheseLines))) continue;
      expect(one.tier).toBe('possible');
      expect(heldByEvidence(one.evidence)).toContain(beside);
      expect(applied).not.toBe(one);
    }
});

it.each(swapped)(
  'a version of data that both sides made the same, far from their edits (the other way round: %s)',
  async (isSwapped) => {
    const file = (name: string, version: number, step: string) =>
      `const ${name} = ${version};\n${'// what it is for\n'.repeat(20)}const steps = [\n  first,\n${step}];\n`;
    const heldOf = async (name: string) => {
      await services.syntax.ready(languageOf('a.ts'));
      const [base, some, other] = [file(name, 4, ''), file(name, 5, '  addUsers,\n'), file(name, 5, '  addRooms,\n')];
      const sides = isSwapped ? { base, left: other, right: some } : { base, left: some, right: other };
      const { conflicts } = resolveFile({ path: 'a.ts', sides }, { kind: 'tier', tier: 'likely' }, services);
      const both =
        conflicts[0]?.resolutions.filter(
          ({ candidate: { text } }) => text.includes('addUsers') && text.includes('addRooms'),
        ) ?? [];
      expect(both).not.toEqual([]);
      const checked = both.filter(({ evidence }) => evidence.some(({ check }) => check === 'edits'));
      expect(checked).not.toEqual([]);
      return checked.map(({ evidence }) => heldByEvidence(evidence));
    };
    for (const held of await heldOf('SCHEMA_VERSION'))
      expect(held).toBe('both sides made SCHEMA_VERSION 5, from 4: each may mean edits of its own by it');
    for (const held of await heldOf('PAGE')) expect(held).toBeUndefined();
  },
);

it('reads each side once, however many lines take the same', () => {
  const lines = Array.from({ length: 900 }, (_, n) => `app.get("/${n}", show);\n`).join('');
  const around = { before: '', after: '', path: 'a.js', language: 'javascript' } as const;
  const start = process.cpuUsage();
  const found = takenTwice(lines + lines, ['', lines, lines], around);
  const { user, system } = process.cpuUsage(start);
  expect(found).toHaveLength(900);
  expect((user + system) / 1e6).toBeLessThan(1.5);
});
