/**
 * `npm run bench:mvu -- CHECKOUT`: MVUBench in TypeScript (a checkout of jpoly1219/context-extractor): for each target,
 * the expected type and the relevant headers at the hole, against the headers that are of the expected type's making.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { retrieveRelevantHeaders, retrieveRelevantTypes } from '../server/complete/chatlsp.ts';
import { TsCore } from '../server/types/tsCore.ts';
import { noTypes, type TypeEngine } from '../server/types/typeEngine.ts';

/** Values of each prelude whose type, or whose result's, is the expected type, its result or one of its components. */
const targets: Record<string, readonly string[]> = {
  todo: ['Model_init', 'add', 'remove', 'toggle'],
  playlist: ['get_songs', 'get_state'],
  passwords: ['initialModel', 'strength_of', 'calculateStrength'],
  booking: ['initFormState', 'Model_init', 'getBookings', 'getUserBookings', 'rm_booking'],
  emojipaint: ['model_init', 'updateGrid', 'clearGrid', 'fillRowInGrid'],
};

const checkout = resolve(process.argv[2] ?? '.');
const tsc = createRequire(join(process.cwd(), 'package.json'))('typescript');
let found = 0;
let wanted = 0;
for (const [name, headers] of Object.entries(targets)) {
  const root = join(checkout, 'targets', name);
  const file = join(root, 'sketch.ts');
  const text = readFileSync(file, 'utf8');
  const offset = text.indexOf('_()');
  const core = new TsCore(tsc);
  core.openRoot(root, file);
  const engine: TypeEngine = {
    ...noTypes,
    hole: async (request) => core.hole(request),
    context: async (request, limits = {}) => core.context(request, limits),
  };
  const request = { file, text: text.slice(0, offset) + text.slice(offset + 3), offset };
  const hole = await engine.hole(request);
  const recovered = (await retrieveRelevantHeaders(engine, request)).map((header) => header.name);
  const types = (await retrieveRelevantTypes(engine, request)).map((type) => type.name);
  const hits = headers.filter((header) => recovered.includes(header));
  found += hits.length;
  wanted += headers.length;
  const missed = headers.filter((header) => !hits.includes(header));
  console.log(
    `${name.padEnd(11)} headers ${hits.length}/${headers.length} of ${recovered.length} offered${missed.length > 0 ? `, missed ${missed.join(' ')}` : ''}`,
  );
  console.log(`            expected ${hole?.expected ?? 'unknown'}; types ${types.join(' ')}`);
}
console.log(`headers recovered: ${found}/${wanted}`);
