/** Imports of both sides that bind one name: told before they are chosen, held from bulk, and told where git merged them itself. */
import { expect, it } from 'vitest';
import { aftermathOf } from '../../server/merge/aftermath/aftermath.ts';
import { heldByEvidence } from '../../server/resolve/heldByEvidence.ts';
import { materialOf } from '../../server/resolve/material.ts';
import { Verifier } from '../../server/resolve/verify.ts';
import { languageOf } from '../../server/syntax/languages.ts';
import { testSyntax } from '../support/syntax.ts';

/** What each side imports below `top`, and the name that both bind, if there is one. */
type Row = readonly [path: string, top: string, ours: string, theirs: string, end: string, twice: string];

const rows: readonly Row[] = [
  ['a.rs', 'use std::env;\n', 'use std::fmt::Result;\n', 'use std::io::Result;\n', '\nfn a() {}\n', 'Result'],
  ['a.rs', '', 'use std::{env, fmt::{self, Result}};\n', 'pub use a::B as Result;\n', '\nfn a() {}\n', 'Result'],
  ['a.rs', '', 'use std::{\n    env, // Of all.\n    io::Error,\n};\n', 'use crate::Error;\n', 'fn a() {}\n', 'Error'],
  ['a.rs', '', 'use std::fmt::Write;\n', 'use std::{env, fmt::Write};\n', '\nfn a() {}\n', 'Write'],
  ['a.rs', '', 'use std::fmt::Write as _;\n', 'use std::io::Write as _;\n', '\nfn a() {}\n', ''],
  ['a.rs', '', 'use std::error::Error;\n', 'use thiserror::Error;\n', '\nfn a() {}\n', ''],
  ['a.rs', '', 'use serde::Serialize;\n', 'use serde_derive::Serialize;\n', '\nfn a() {}\n', ''],
  ['a.rs', '', '#[cfg(unix)]\nuse a::Path;\n', '#[cfg(not(unix))]\nuse b::Path;\n', '\nfn a() {}\n', ''],
  ['a.rs', '', 'fn b() { use a::Path; }\n', 'fn c() { use b::Path; }\n', '', ''],
  ['a.rs', '', 'use a::*;\n', 'use b::*;\n', '\nfn a() {}\n', ''],
  ['a.go', 'package a\n\nimport (\n', '\t"math/rand"\n', '\t"crypto/rand"\n', ')\n', 'rand'],
  ['a.go', 'package a\n\n', 'import "a/yaml.v2"\n', 'import yaml "b/v3"\n', '\nfunc a() {}\n', 'yaml'],
  ['a.go', 'package a\n\nimport (\n', '\t"a/x/v2"\n', '\tx "b/y" // Ours.\n', ')\n', 'x'],
  ['a.go', 'package a\n\nimport (\n', '\t_ "a/x"\n\t. "a/y"\n', '\t_ "b/x"\n\t. "b/y"\n', ')\n', ''],
  ['a.go', 'package a\n\nimport (\n', '\t"math/rand"\n', '\tcrand "crypto/rand"\n', ')\n', ''],
  ['a.go', 'package a\n\nimport (\n', '\t"a/go-x"\n', '\t"b/go-x"\n', ')\n', ''],
  ['a.kt', 'package a\n\n', 'import java.util.Date\n', 'import java.sql.Date\n', '\nval a = 1\n', 'Date'],
  ['a.kt', 'package a\n\n', 'import a.B as Date\n', 'import java.sql.Date\n', '\nval a = 1\n', 'Date'],
  ['a.kt', 'package a\n\n', 'import a.map\nimport b.*\n', 'import c.map\nimport d.*\n', '\nval a = 1\n', ''],
  ['a.kt', 'package a\n\n', 'import a.Date\n', 'import b.Date as Other\n', '\nval a = 1\n', ''],
  ['a.php', '<?php\n', 'use App\\Models\\User;\n', 'use App\\Entity\\User;\n', 'f();\n', 'User'],
  ['a.php', '<?php\n', 'use App\\{Cart, User};\n', 'use App\\Entity\\Person as user;\n', 'f();\n', 'user'],
  ['a.php', '<?php\n', 'use function A\\{f, g};\n', 'use function B\\F;\n', 'f();\n', 'function F'],
  ['a.php', '<?php\n', 'use A\\f;\nuse const A\\F;\n', 'use function B\\f;\nuse const A\\f;\n', 'f();\n', ''],
  ['a.php', '<?php\nclass A {\n', '  use B\\T;\n', '  use C\\T;\n', '}\n', ''],
  ['a.cs', 'using System;\n', 'using Timer = A.Timer;\n', 'using Timer = B.C<int>;\n', 'class A {}\n', 'Timer'],
  ['a.cs', 'using System;\n', 'using A.Timer;\nusing static A.B;\n', 'using B.Timer;\n', 'class A {}\n', ''],
  ['a.java', 'package a;\n', 'import java.util.Date;\n', 'import java.sql.Date;\n', 'class A {}\n', 'Date'],
  ['a.py', 'import os\n', 'from a import load\n', 'from b import load\n', 'load()\n', 'load'],
  ['a.ts', "import a from 'a';\n", "import { b } from 'b';\n", "import b from 'c';\n", 'a(b);\n', 'b'],
];

it.each(rows)('%s: %s%s%s%s', async (path, top, ours, theirs, end, twice) => {
  const language = languageOf(path);
  if (!language) throw new Error(`no language for ${path}`);
  const syntax = await testSyntax(language.id);
  const found = twice === '' ? [] : [twice];
  const versions = { base: top + end, left: top + ours + end, right: top + theirs + end };
  const context = {
    path,
    sides: { base: '', left: ours, right: theirs },
    before: top,
    after: end,
    file: { before: top, after: end, alone: true, versions },
  };
  const evidence = (text: string) =>
    new Verifier(materialOf(context, syntax), context, syntax).verify({
      text,
      origin: { name: 'union', reason: '' },
      generators: ['union'],
    });
  const names = (text: string) => evidence(text).flatMap((one) => (one.check === 'duplicates' ? one.names : []));
  expect(evidence(ours + theirs)).toContainEqual({ check: 'parses', passed: true });
  expect(names(ours + theirs)).toEqual(found);
  expect(heldByEvidence(evidence(ours + theirs))).toBe(twice === '' ? undefined : `it would define ${twice} twice`);
  expect(names(ours)).toEqual([]);

  // Where git merges them itself, they stand at different lines of one file.
  const merged = top + ours + theirs + end;
  const [base, left, right, result] = [versions.base, versions.left, versions.right, merged].map((text) =>
    syntax.parse(language, text),
  );
  if (!left || !right || !result) throw new Error('no tree');
  const told = aftermathOf({ base, left, right, merged: result }, language);
  const doubled = told.filter(({ kind }) => kind === 'doubled').map(({ name }) => name);
  expect(doubled).toEqual(found);
});
