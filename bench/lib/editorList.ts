/**
 * The list that an editor shows with TypeScript alone: the language service's completions in its own order, nothing typed
 * yet. One service for each tsconfig, over the buffers of the bench. Exports of other files, which come last, are left out.
 */
import { dirname } from 'node:path';
import type ts from 'typescript';

interface Opened {
  readonly service: ts.LanguageService;
  readonly buffers: Map<string, { text: string; version: number }>;
}

const preferences = { includeCompletionsForModuleExports: false, includeCompletionsWithInsertText: true };

export class EditorLists {
  readonly #tsc: typeof ts;
  readonly #registry: ts.DocumentRegistry;
  readonly #opened = new Map<string, Opened>();

  constructor(tsc: typeof ts) {
    this.#tsc = tsc;
    this.#registry = tsc.createDocumentRegistry();
  }

  /** Texts in the order of the list. */
  at(root: string, file: string, text: string, offset: number): string[] {
    const { service, buffers } = this.#open(root, file);
    const version = (buffers.get(file)?.version ?? 0) + 1;
    buffers.set(file, { text, version });
    const entries = service.getCompletionsAtPosition(file, offset, preferences)?.entries ?? [];
    return [...entries].sort(inOrder).map((entry) => entry.insertText ?? entry.name);
  }

  dispose(): void {
    for (const { service } of this.#opened.values()) service.dispose();
    this.#opened.clear();
  }

  #open(root: string, file: string): Opened {
    const tsc = this.#tsc;
    const found = tsc.findConfigFile(dirname(file), tsc.sys.fileExists);
    const config = found?.startsWith(root) ? found : undefined;
    const key = config ?? root;
    const known = this.#opened.get(key);
    if (known) return known;
    const json: unknown = config === undefined ? {} : (tsc.readConfigFile(config, tsc.sys.readFile).config ?? {});
    const parsed = tsc.parseJsonConfigFileContent(json, tsc.sys, config === undefined ? root : dirname(config));
    const buffers: Opened['buffers'] = new Map();
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => ({ ...parsed.options, noEmit: true, skipLibCheck: true }),
      getScriptFileNames: () => [...new Set([...parsed.fileNames, ...buffers.keys()])],
      getScriptVersion: (path) => String(buffers.get(path)?.version ?? 0),
      getScriptSnapshot: (path) => {
        const own = buffers.get(path)?.text ?? tsc.sys.readFile(path);
        return own === undefined ? undefined : tsc.ScriptSnapshot.fromString(own);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: (options) => tsc.getDefaultLibFilePath(options),
      fileExists: tsc.sys.fileExists,
      readFile: tsc.sys.readFile,
      readDirectory: tsc.sys.readDirectory,
      directoryExists: tsc.sys.directoryExists,
      getDirectories: tsc.sys.getDirectories,
    };
    const opened = { service: tsc.createLanguageService(host, this.#registry), buffers };
    this.#opened.set(key, opened);
    return opened;
  }
}

/** As VS Code sorts where nothing is typed: by the text to sort by, then by label. */
function inOrder(a: ts.CompletionEntry, b: ts.CompletionEntry): number {
  const order = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  return order(a.sortText, b.sortText) || order(a.name.toLowerCase(), b.name.toLowerCase());
}
