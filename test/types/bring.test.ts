/** A word that needs an import brings it along; and in a pattern stand the names that its value has. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/text/span.ts';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-bring-'));
const files: Readonly<Record<string, string>> = {
  'tsconfig.json':
    '{ "compilerOptions": { "strict": true, "module": "preserve", "jsx": "preserve", "types": [], "allowJs": true }, "include": ["**/*"] }',
  'model/guest.ts':
    'export interface Guest { first: string; last: string }\nexport function fullName(guest: Guest): string { return guest.first; }\n' +
    'export const fullNight = 3;\nexport type FullBoard<T> = T[];\nexport enum Meal { Full = "full", None = "none" }\n',
  'api/http.ts':
    'export class HttpGuests { constructor(readonly url: URL) {} }\nexport class HttpPlain {}\ninterface URL { a: 1 }\n',
  'ui/badge.tsx': 'export function StatusBadge(props: { status: string }) { return null; }\n',
  'routes/parcels.js':
    "const { Store } = require('../store');\nfunction parcelRoutes(store) { return new Store(store); }\nmodule.exports = { parcelRoutes, other: 1 };\n",
  'web/tsconfig.json':
    '{ "compilerOptions": { "strict": true, "module": "preserve", "types": [], "paths": { "@/*": ["./*"] } }, "include": ["**/*"] }',
  'web/lib/types.ts': 'export interface Member { id: string }\nexport interface Plan { id: string }\n',
  'web/lib/near.ts': 'export interface Memento { at: number }\n',
  'web/lib/one.ts':
    'import type { Plan } from "@/lib/types";\nimport type { Memento } from "./near";\nexport type One = [Plan, Memento];\n',
  'web/lib/two.ts': 'import type { Plan } from "@/lib/types";\nexport type Two = Plan;\n',
  'store.js': 'class Store {}\nmodule.exports = { Store };\n',
};

beforeAll(() => {
  for (const name of ['model', 'api', 'ui', 'routes', 'app', 'web', 'web/lib']) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function brought(prefix: string, text: string, name = 'app/main.ts') {
  const request = marked(join(folder, name), text);
  return coreFor(folder)
    .bring(request, prefix)
    .map(({ text: fill, edits, goesOn }) => ({
      fill,
      goesOn,
      file: applyEdits(request.text, [...edits, { span: { start: request.offset, end: request.offset }, text: fill }]),
    }));
}

const guest = "import type { Guest } from '../model/guest';\n";

describe('a word that needs an import', () => {
  it('becomes a call with its arguments, where its value fits', () => {
    const found = brought('fullN', `${guest}export function f(guest: Guest): string {\n  return ${cursor};\n}\n`);
    expect(found.map(({ fill }) => fill)).toEqual(['fullName(guest)']);
    expect(found[0]?.file).toContain("import { fullName } from '../model/guest';");
    expect(found[0]?.file).toContain('return fullName(guest);');
    const other = brought('fullN', `${guest}export function f(guest: Guest): number {\n  return ${cursor};\n}\n`);
    expect(other.map(({ fill }) => fill)).toEqual(['fullNight']);
  });

  it('takes an argument from what is near', () => {
    const text = `${guest}export function f(stay: { nights: number; visitor: Guest }): string {\n  return ${cursor};\n}\n`;
    expect(brought('fullNa', text).map(({ fill }) => fill)).toEqual(['fullName(stay.visitor)']);
  });

  it('is a name that more must follow, where no argument is at hand', () => {
    const found = brought('fullNa', `export function f(): string {\n  return ${cursor};\n}\n`);
    expect(found).toMatchObject([{ fill: 'fullName', goesOn: true }]);
  });

  it('is a class behind new, a component, a type, a member of an enum', () => {
    const made = brought('Http', `export const all = new ${cursor};\n`);
    expect(made.map(({ fill, goesOn }) => [fill, goesOn])).toEqual([
      ['HttpPlain()', false],
      ['HttpGuests', true],
    ]);
    const tag = brought('StatusB', `export const row = () => <p><${cursor}</p>;\n`, 'app/row.tsx');
    expect(tag[0]).toMatchObject({ fill: 'StatusBadge', goesOn: true });
    expect(tag[0]?.file).toContain('import { StatusBadge } from "../ui/badge";');
    const type = brought('FullB', `export const x: ${cursor} = [];\n`);
    expect(type[0]?.file).toMatch(/^import type \{ FullBoard \} from/);
    const taken = `import type { Meal } from '../model/guest';\nexport const m = (meal: string) => meal === ${cursor};\n`;
    expect(brought('Meal', taken)).toEqual([]);
    expect(
      brought('Meal', `export const m = (meal: string) => meal === ${cursor};\n`).map(({ fill }) => fill),
    ).toContain('Meal.Full');
  });

  it('is imported by the name that others import its file by', () => {
    const [first, other] = brought('Mem', `export const all: ${cursor}[] = [];\n`, 'web/lib/main.ts').map(
      ({ file }) => file,
    );
    expect([first, other].sort()).toEqual([
      expect.stringContaining('import type { Member } from "@/lib/types";'),
      expect.stringContaining('import type { Memento } from "./near";'),
    ]);
  });

  it('is nothing behind a dot, or where the name is known already', () => {
    expect(brought('fullN', `export const a = Math.${cursor};\n`)).toEqual([]);
    const there = `import { fullName } from '../model/guest';\nexport const a: unknown = ${cursor};\nfullName;\n`;
    expect(brought('fullNa', there)).toEqual([]);
  });
});

describe('a pattern', () => {
  const stands = (text: string, name = 'app/main.js') => {
    const core = coreFor(folder);
    const request = marked(join(folder, name), text);
    const fills = [...core.enumerate(request, { deadline: 5000 }), { text: 'Store' }, { text: 'parcelRoutes' }];
    const results = core.check(request, fills, { deadline: 20_000, sense: true });
    return [...new Set(fills.flatMap(({ text: fill }, i) => (results[i] === 'ok' ? [fill] : [])))].sort();
  };

  it('takes what the required module exports, and nothing that is there already', () => {
    const top = "const { Store } = require('../store');\n";
    const rest = 'module.exports = { store: new Store() };\n';
    expect(stands(`${top}const { ${cursor} } = require('../routes/parcels');\n${rest}`)).toEqual([
      'other',
      'parcelRoutes',
    ]);
    expect(stands(`${top}const { other, ${cursor} } = require('../routes/parcels');\n${rest}`)).toEqual([
      'parcelRoutes',
    ]);
    expect(stands(`${top}const other = 1;\nconst { ${cursor} } = require('../routes/parcels');\n${rest}`)).toEqual([
      'parcelRoutes',
    ]);
  });

  it('takes the members of a value', () => {
    const text = `${guest}export function f(guest: Guest) {\n  const { first, ${cursor} } = guest;\n  return first;\n}\n`;
    expect(stands(text, 'app/main.ts')).toEqual(['last']);
  });
});
