/**
 * Real language servers of other languages in the place of an editor's extensions: started over stdio, told of documents,
 * and asked what `mortise/provider/…` asks. Installed into .cache on the first run; without a network the tests are skipped.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type Hover,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { providerRequests } from '../../server/lsp/completionProtocol.ts';
import type { Conversation } from './conversation.ts';

const cache = resolve(import.meta.dirname, '../../.cache/servers');

/** A server's command line, installed if need be; a sentence when it cannot be had. */
export type Found = { readonly command: readonly string[] } | { readonly missing: string };

export function pyright(): Found {
  const folder = join(cache, 'pyright');
  const script = join(folder, 'node_modules/pyright/langserver.index.js');
  const args = ['i', 'pyright@1.1', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
  return installed(script, folder, 'npm', args) ?? { command: [process.execPath, script, '--stdio'] };
}

export function gopls(): Found {
  const folder = join(cache, 'gopls');
  const binary = join(folder, 'gopls');
  return (
    installed(binary, folder, 'go', ['install', 'golang.org/x/tools/gopls@v0.21.1'], { GOBIN: folder }) ?? {
      command: [binary],
    }
  );
}

/** rustup's component; its proxy stands there without it, and fails. */
export function rustAnalyzer(): Found {
  const works = (): boolean => {
    try {
      execFileSync('rust-analyzer', ['--version'], { stdio: 'ignore', timeout: 30_000 });
      return true;
    } catch {
      return false;
    }
  };
  if (works()) return { command: ['rust-analyzer'] };
  if (!process.env['MORTISE_INSTALL_SERVERS'])
    return { missing: 'rust-analyzer does not run: set MORTISE_INSTALL_SERVERS=1' };
  const failed = tried('rustup', ['component', 'add', 'rust-analyzer'], {});
  return failed ?? (works() ? { command: ['rust-analyzer'] } : { missing: 'rust-analyzer does not run' });
}

function installed(
  file: string,
  folder: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): { missing: string } | undefined {
  if (existsSync(file)) return undefined;
  if (!process.env['MORTISE_INSTALL_SERVERS'])
    return { missing: `${file} is not there: set MORTISE_INSTALL_SERVERS=1` };
  mkdirSync(folder, { recursive: true });
  return tried(command, args, env) ?? (existsSync(file) ? undefined : { missing: `${command} did not make ${file}` });
}

function tried(command: string, args: readonly string[], env: Record<string, string>): { missing: string } | undefined {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 600_000, env: { ...process.env, ...env } });
    return undefined;
  } catch (error) {
    return { missing: `${command} ${args.join(' ')} failed: ${String(error)}` };
  }
}

export class OtherServer {
  readonly #process: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #diagnostics = new Map<string, readonly Diagnostic[]>();

  private constructor(command: readonly string[], root: string) {
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

  static async start(command: readonly string[], root: string): Promise<OtherServer> {
    const server = new OtherServer(command, root);
    const uri = pathToFileURL(root).href;
    await server.#connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'test' }],
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
    this.#process.kill();
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
      const contents = hover?.contents;
      return contents && typeof contents === 'object' && 'value' in contents ? [contents.value] : [];
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
