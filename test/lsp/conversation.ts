/** A language client for tests: talks to the built server over real ipc, keeps its own documents, and applies what it is sent. */

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type ApplyWorkspaceEditParams,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  IPCMessageReader,
  IPCMessageWriter,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type ClientOptions,
  type ConflictView,
  type DocumentConflicts,
  notifications,
  requests,
} from '../../server/lsp/protocol.ts';
import { installProduct } from '../editor/product.ts';

let installed: string | undefined;

/** The server as installed, once for a test file. */
function program(): string {
  installed ??= mkdtempSync(join(tmpdir(), 'mortise-product-'));
  const file = join(installed, 'dist/server.cjs');
  if (!existsSync(file)) installProduct(installed);
  return file;
}

export interface MoreOptions {
  /** Another server than the installed one. */
  readonly program?: string;
  /** A server in this process, instead. */
  readonly serve?: (from: PassThrough, to: PassThrough) => void;
  /** By section, known from the first request on. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What this client says it can do with documents. */
  readonly textDocument?: object;
  /** Requests of the server that this client answers with an error. */
  readonly refuses?: readonly string[];
}

/** Where the server listens: in a process of its own, or in this one, where a test can reach what it does. */
type Link = { readonly process?: ChildProcess; readonly connection: ProtocolConnection };

function forked(program: string): Link {
  const process = fork(program, ['--node-ipc'], { silent: true });
  return {
    process,
    connection: createProtocolConnection(new IPCMessageReader(process), new IPCMessageWriter(process)),
  };
}

/** @param serve starts a server that reads the first and writes to the second. */
function here(serve: (from: PassThrough, to: PassThrough) => void): Link {
  const [asked, answered] = [new PassThrough(), new PassThrough()];
  serve(asked, answered);
  return {
    connection: createProtocolConnection(new StreamMessageReader(answered), new StreamMessageWriter(asked)),
  };
}

export class Conversation {
  readonly process: ChildProcess | undefined;
  readonly connection: ProtocolConnection;
  readonly documents = new Map<string, TextDocument>();
  readonly diagnostics = new Map<string, PublishDiagnosticsParams>();
  readonly messages: string[] = [];
  /** What the server asked to be applied, oldest first. */
  readonly edits: ApplyWorkspaceEditParams['edit'][] = [];
  /** By section: what the client answers when the server asks for the user's settings. */
  settings: Readonly<Record<string, unknown>> = {};
  initialized: InitializeResult | undefined;
  /** Answer edits as an editor does that does not take them. */
  refuseEdits = false;
  #waiting: (() => void)[] = [];

  private constructor({ process, connection }: Link) {
    this.process = process;
    this.connection = connection;
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.diagnostics.set(params.uri, params);
      this.#wake();
    });
    this.connection.onNotification(notifications.changed, () => this.#wake());
    this.connection.onNotification('window/showMessage', ({ message }: { message: string }) => {
      this.messages.push(message);
    });
    this.connection.onRequest('workspace/applyEdit', (params: ApplyWorkspaceEditParams) => this.#apply(params));
    this.connection.onRequest('workspace/codeLens/refresh', () => null);
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest('workspace/configuration', ({ items }: { items: { section?: string }[] }) =>
      items.map(({ section }) => this.settings[section ?? ''] ?? null),
    );
    this.connection.listen();
  }

  static async start(root: string | null, options: ClientOptions = {}, more: MoreOptions = {}): Promise<Conversation> {
    const client = new Conversation(more.serve ? here(more.serve) : forked(more.program ?? program()));
    client.settings = more.settings ?? {};
    for (const method of more.refuses ?? [])
      client.connection.onRequest(method, () => Promise.reject(new Error(`${method} is refused`)));
    const folder = root === null ? null : pathToFileURL(root).href;
    client.initialized = await client.connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: folder,
      workspaceFolders: folder === null ? null : [{ uri: folder, name: 'test' }],
      initializationOptions: options,
      capabilities: {
        ...(more.textDocument ? { textDocument: more.textDocument } : {}),
        workspace: {
          applyEdit: true,
          configuration: true,
          workspaceFolders: true,
          codeLens: { refreshSupport: true },
          didChangeWatchedFiles: { dynamicRegistration: true },
        },
      },
    });
    await client.connection.sendNotification('initialized', {});
    return client;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    const { process } = this;
    if (process) {
      const ended = new Promise((done) => process.once('exit', done));
      await this.connection.sendNotification('exit');
      await ended;
    }
    this.connection.dispose();
  }

  async open(path: string, text = readFileSync(path, 'utf8'), languageId = 'plaintext'): Promise<string> {
    const uri = pathToFileURL(path).href;
    this.documents.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
    return uri;
  }

  text(uri: string): string {
    return this.#document(uri).getText();
  }

  /** Send an incremental change of offsets. */
  async change(uri: string, start: number, end: number, text: string): Promise<void> {
    const document = this.#document(uri);
    const change = { range: { start: document.positionAt(start), end: document.positionAt(end) }, text };
    const version = document.version + 1;
    this.documents.set(uri, TextDocument.update(document, [change], version));
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [change],
    });
  }

  /** Write the document to disk, as an editor saves it, and tell of it. */
  async save(uri: string, encoding: BufferEncoding = 'utf8'): Promise<void> {
    writeFileSync(fileURLToPath(uri), this.text(uri), encoding);
    await this.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
  }

  /** Discard what is not saved. */
  async close(uri: string): Promise<void> {
    this.documents.delete(uri);
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  request<T>(method: string, params?: unknown): Promise<T> {
    return this.connection.sendRequest<T>(method, params);
  }

  execute<T>(command: string, argument: unknown): Promise<T> {
    return this.request<T>('workspace/executeCommand', { command, arguments: [argument] });
  }

  async conflicts(uri: string): Promise<readonly ConflictView[]> {
    return (await this.request<DocumentConflicts>(requests.conflicts, { uri })).conflicts;
  }

  /** The problems of a document once they are those of its present version. */
  async problems(uri: string): Promise<readonly Diagnostic[]> {
    await this.until(() => this.diagnostics.get(uri)?.version === this.#document(uri).version);
    return this.diagnostics.get(uri)?.diagnostics ?? [];
  }

  /** Wait until a look, repeated after each notification, holds. The test's own time limit ends it. */
  async until(look: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await look())) await new Promise<void>((done) => this.#waiting.push(done));
  }

  #wake(): void {
    for (const done of this.#waiting.splice(0)) done();
  }

  /** An LSP place for an offset of an open document. */
  place(uri: string, offset: number): { textDocument: { uri: string }; position: { line: number; character: number } } {
    return { textDocument: { uri }, position: this.#document(uri).positionAt(offset) };
  }

  #document(uri: string): TextDocument {
    const document = this.documents.get(uri);
    if (!document) throw new Error(`${uri} is not open in this conversation`);
    return document;
  }

  /** As an editor does it: versions are checked, the edit is one change, and the server is told of it. */
  async #apply({ edit }: ApplyWorkspaceEditParams): Promise<{ applied: boolean; failureReason?: string }> {
    this.edits.push(edit);
    if (this.refuseEdits) return { applied: false, failureReason: 'refused by the test' };
    for (const change of (edit.documentChanges ?? []) as TextDocumentEdit[]) {
      const { uri, version } = change.textDocument;
      const document = this.documents.get(uri);
      if (!document || (version !== null && version !== document.version)) {
        return { applied: false, failureReason: `version ${version} of ${uri} is not the present one` };
      }
      const text = TextDocument.applyEdits(document, change.edits as never);
      await this.change(uri, 0, document.getText().length, text);
    }
    return { applied: true };
  }
}
