import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-decorated-'));
writeFileSync(
  join(folder, 'tsconfig.json'),
  '{ "compilerOptions": { "strict": true, "experimentalDecorators": true } }',
);
writeFileSync(
  join(folder, 'crew.ts'),
  "import { Ship } from './ship';\nexport class Crew { ship!: Ship; next?: Ship | null; name = '' }\nexport class Port { calls!: Promise<Ship[]>; name = '' }\n",
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is known by the place alone. */
function known(member: string): string[] {
  const text = `import { Crew, Port } from './crew';
type Options = { type?: () => unknown };
declare function Type(of: () => unknown): PropertyDecorator;
declare function Field(of: () => unknown): PropertyDecorator;
declare function Shown(how: Options): PropertyDecorator;
declare function ToOne<T>(of: () => new () => T, back?: (other: T) => unknown): PropertyDecorator;
declare function ToMany<T>(of: () => new () => T): PropertyDecorator;
export class Ship {
  ${member}
}
`;
  const request = marked(join(folder, 'ship.ts'), text);
  writeFileSync(join(folder, 'ship.ts'), request.text);
  const found = coreFor(folder).enumerate(request, { deadline: 20_000, maxCandidates: 200 });
  return found.filter(({ odds }) => odds !== undefined).map(({ text }) => text);
}

describe('what a decorator is told', () => {
  it('is the class of what it decorates', () => {
    expect(known(`@Type(() => ${cursor}) port?: Port | null;`)).toEqual(['Port']);
    expect(known(`@Shown({ type: () => ${cursor} }) port!: Promise<Port>;`)).toEqual(['Port']);
    expect(known(`@ToMany(() => ${cursor}) crews!: Crew[];`)).toEqual(['Crew']);
    // Of several, of none, and of what the decorator wants as a list nothing is known.
    expect(known(`@Type(() => ${cursor}) either!: Port | Crew;`)).toEqual([]);
    expect(known(`@Type(() => ${cursor}) name!: string;`)).toEqual([]);
    expect(known(`@Field(() => ${cursor}) crews!: Crew[];`)).toEqual([]);
  });

  it('is the one way back to its own class', () => {
    expect(known(`@ToOne(() => Port, (port) => ${cursor}) port!: Port;`)).toEqual(['port.calls']);
    expect(known(`@ToOne(() => Crew, (crew) => ${cursor}) crew!: Crew;`)).toEqual([]);
  });
});
