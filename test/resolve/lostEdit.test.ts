/** Whether a side taken whole loses an edit whose lines it removed: by token diffs, in any language. */
import { expect, it } from 'vitest';
import { losesEdit } from '../../server/resolve/lostEdit.ts';
import { materialOf } from '../../server/resolve/material.ts';
import { lexicalTokens } from '../../server/syntax/lexer.ts';
import { noSyntax } from '../../server/syntax/syntax.ts';

const syntax = { ...noSyntax, tokens: lexicalTokens };
const loses = (path: string, base: string, left: string, right: string) => {
  const material = materialOf({ path, sides: { base, left, right }, before: '', after: '' }, syntax);
  return [losesEdit(material, 'left'), losesEdit(material, 'right')];
};

it.each([
  [
    'a check that was moved to a helper',
    'can.ts',
    '  const owner = doc.ownerId === user.id;\n  return owner;\n',
    '  return policy.canEdit(user, doc);\n',
    '  const owner = doc.ownerId === user.id && !user.suspended;\n  return owner;\n',
  ],
  [
    'a constant that went to the settings',
    'fee.ts',
    'const FEE = 0.029;\n',
    "import { FEE } from './config';\n",
    'const FEE = 0.031;\n',
  ],
  [
    'a resource that became a module',
    'main.tf',
    'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n  acl    = "private"\n}\n',
    'module "logs" {\n  source = "./modules/bucket"\n}\n',
    'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n  acl    = "log-delivery-write"\n}\n',
  ],
  [
    'a paragraph that became a link',
    'README.md',
    'Run `make dev` and open port 3000.\n',
    'See [docs/dev.md](docs/dev.md).\n',
    'Run `make dev` and open port 4000.\n',
  ],
])('%s', (_, path, base, ours, theirs) => {
  expect(loses(path, base, ours, theirs)).toEqual([true, false]);
  expect(loses(path, base, theirs, ours)).toEqual([false, true]);
});

it.each([
  ['two values of one setting', 'a.json', '  "react": "3.1.0",\n', '  "react": "3.2.0",\n', '  "react": "4.0.0",\n'],
  ['two texts of one line', 'a.ts', "  log('stopped');\n", "  log('halted');\n", "  log('ended');\n"],
  [
    'an edit that the other has, too',
    'a.ts',
    'const limit = 20;\nsend(list, limit);\n',
    'send(list, 50);\n',
    'const limit = 50;\nsend(list, limit);\n',
  ],
  ['what only one side did', 'a.ts', 'a(one);\nb(two);\n', 'a(one);\nb(three);\n', 'a(one);\nb(two);\n'],
  ['what both removed', 'a.ts', 'a(one);\nb(two);\nc(three);\n', 'c(three);\n', 'b(two);\nc(three);\n'],
])('not %s', (_, path, base, ours, theirs) => {
  expect(loses(path, base, ours, theirs)).toEqual([false, false]);
});
