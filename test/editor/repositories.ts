/** Real repositories whose merge, rebase or stash pop git cannot finish, made anew for each flow. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Files = Readonly<Record<string, string | null>>;

/**
 * Git, VS Code or the server may be writing in it (that the operation is over, what earlier merges decided): what is added while it
 * is removed goes in the next turn, which `rmSync` by itself does not take.
 */
export function removeFolder(folder: string): void {
  for (let turn = 1; ; turn++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (turn === 30 || !(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];

export class TestRepository {
  readonly root: string;

  /** A new repository, or (with its path) a work tree that is there already. */
  constructor(at?: string) {
    this.root = at ?? realpathSync(mkdtempSync(join(tmpdir(), 'mortise-repo-')));
    if (at !== undefined) return;
    this.git('init', '-q', '-b', 'main');
    this.git('config', 'user.name', 'Ada');
    this.git('config', 'user.email', 'ada@example.com');
  }

  git(...args: string[]): string {
    return execFileSync('git', [...identity, ...args], { cwd: this.root, encoding: 'utf8', stdio: 'pipe' });
  }

  /** For what stops on conflicts: git's exit code is not an error here. */
  stops(...args: string[]): void {
    const { status } = spawnSync('git', [...identity, ...args], {
      cwd: this.root,
      env: { ...process.env, GIT_EDITOR: 'true' },
    });
    if (status === 0) throw new Error(`git ${args.join(' ')} did not stop on a conflict`);
  }

  /** Write (null: delete) files and commit all. */
  commit(title: string, files: Files): void {
    this.write(files);
    this.git('add', '-A');
    this.git('commit', '-q', '-m', title);
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      const at = join(this.root, path);
      mkdirSync(dirname(at), { recursive: true });
      if (text === null) rmSync(at);
      else writeFileSync(at, text);
    }
  }

  path(name: string): string {
    return join(this.root, name);
  }

  exists(name: string): boolean {
    return existsSync(this.path(name));
  }

  remove(): void {
    removeFolder(this.root);
  }
}

const orders = (imports: string, total: string, label: string): string =>
  [
    imports,
    '',
    "const currency = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'EUR' });",
    '',
    '/** Shown to people; never stored. */',
    'export const price = (cents: number): string => currency.format(cents / 100);',
    '',
    '/** What an order costs, in cents. */',
    'export function total(order: Order): number {',
    total,
    '}',
    '',
    '// One line for each item, as the receipt prints it.',
    '',
    'export function label(item: Item): string {',
    label,
    '}',
    '',
  ].join('\n');

const manifest = (version: string, retry: string): string =>
  `{\n  "name": "shop",\n  "version": "${version}",\n  "private": true,\n  "dependencies": {\n    "express": "4.19.2",\n    "pg": "8.11.3"${retry}\n  }\n}\n`;

/** `feature` merged into `main`: imports, a function both changed, versions, and a file one side deleted. */
export function conflictedMerge(): TestRepository {
  const repo = new TestRepository();
  repo.commit('Start the shop', {
    'src/orders.ts': orders(
      "import { Item, Order } from './types';",
      '  return sum(order.items, order.rate);',
      '  return item.name;',
    ),
    'package.json': manifest('1.2.0', ''),
    'src/legacy.ts': 'export const legacy = true;\n',
    'README.md': '# Shop\n\nSells things.\n',
  });
  repo.git('checkout', '-q', '-b', 'feature');
  repo.commit('Charge tax on orders', {
    'src/orders.ts': orders(
      "import { Item, Order } from './types';\nimport { taxRate } from './tax';",
      '  return sum(order.items, taxRate(order));',
      '  return `${item.name} (${item.count})`;',
    ),
    'package.json': manifest('1.3.0', ',\n    "zod": "3.23.8"'),
    'src/legacy.ts': null,
  });
  repo.git('checkout', '-q', 'main');
  repo.commit('Round totals and log them', {
    'src/orders.ts': orders(
      "import { Item, Order } from './types';\nimport { log } from './log';",
      '  return sum(order.items.filter(Boolean), order.rate);',
      '  return `${item.name.trim()}`;',
    ),
    'package.json': manifest('1.2.1', ',\n    "helmet": "7.1.0"'),
    'src/legacy.ts': 'export const legacy = true;\nexport const since = 2019;\n',
  });
  repo.stops('merge', 'feature');
  return repo;
}

const limits = (retries: string): string =>
  `/** Limits of the client. */\nexport const timeout = 30;\n\nexport const retries = ${retries};\n\nexport const pool = 4;\n`;

/** `topic` (two commits) rebased onto `main`: git calls main "ours" and the user's own commit "theirs". */
export function conflictedRebase(): TestRepository {
  const repo = new TestRepository();
  repo.commit('Start the client', { 'limits.ts': limits('1') });
  repo.git('checkout', '-q', '-b', 'topic');
  repo.commit('Retry five times', { 'limits.ts': limits('5') });
  repo.commit('Describe limits', { 'limits.md': '# Limits\n' });
  repo.git('checkout', '-q', 'main');
  repo.commit('Retry three times', { 'limits.ts': limits('3') });
  repo.git('checkout', '-q', 'topic');
  repo.stops('rebase', 'main');
  return repo;
}

/** Stashed work popped onto a branch that moved on. */
export function conflictedStash(): TestRepository {
  const repo = new TestRepository();
  repo.commit('Start the client', { 'limits.ts': limits('1') });
  repo.write({ 'limits.ts': limits('5') });
  repo.git('stash');
  repo.commit('Retry three times', { 'limits.ts': limits('3') });
  repo.stops('stash', 'pop');
  return repo;
}
