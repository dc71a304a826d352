/** CommonJS files: what `require` may name, and what `module.exports` gives away. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { coreFor, cursor, marked } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'mortise-common-'));

beforeAll(() => {
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, 'routes'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "links", "main": "server.js" }');
  writeFileSync(join(folder, 'server.js'), "const { isValid } = require('./lib/slug');\n");
  writeFileSync(
    join(folder, 'lib/slug.js'),
    "function isValid(slug) {\n  return slug !== '';\n}\nfunction make() {\n  return 'a';\n}\nmodule.exports = { isValid, make };\n",
  );
  writeFileSync(join(folder, 'lib/log.js'), 'module.exports = { isValid: true };\n');
  writeFileSync(join(folder, 'routes/links.js'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const requestOf = (text: string) => marked(join(folder, 'routes/links.js'), text);
const offered = (text: string) =>
  coreFor(folder)
    .enumerate(requestOf(text), { deadline: 5000, maxCandidates: 200 })
    .map((item) => item.text);
const standing = (text: string, fills: readonly string[]) => {
  const results = coreFor(folder).check(
    requestOf(text),
    fills.map((fill) => ({ text: fill })),
    { deadline: 20_000, sense: true },
  );
  return fills.filter((_, i) => results[i] === 'ok');
};

it('requires the module that has the names', () => {
  expect(offered(`const { isValid, make } = require(${cursor});\n`)).toContain("'../lib/slug'");
  expect(offered(`const { isValid, make } = require(${cursor});\n`)).not.toContain("'../lib/log'");
});

it('requires nothing twice, and no file that is not there', () => {
  const text = `const express = require('express');\nconst own = require(${cursor});\n`;
  expect(standing(text, ["'express'", "'./slug'", "'../lib/slug'", "'fs'"])).toEqual(["'../lib/slug'", "'fs'"]);
});

it('gives away what it declares', () => {
  const text = `const { make } = require('../lib/slug');
const max = 3;
class Store {}
function create(url) {
  return make() + url;
}
module.exports = { create, ${cursor} };
`;
  const texts = offered(text);
  expect(texts).toEqual(expect.arrayContaining(['max', 'Store']));
  expect(texts.filter((one) => /^(?:make|create|module|url)$/.test(one))).toEqual([]);
});
