/**
 * Answers the server's questions about what the editor's other extensions know (`mortise/provider/…`): signatures, hovers,
 * definitions, symbols, completions, problems. Conversions to LSP's shapes and nothing else.
 */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type PlaceParams, providerRequests } from '../../server/lsp/completionProtocol.ts';

interface DocumentParams {
  readonly textDocument: { readonly uri: string };
}

const asking = new Map<string, number>();
const placeKey = (uri: vscode.Uri, { line, character }: { line: number; character: number }) =>
  `${uri.toString()}@${line}:${character}`;

/** Whether we are asking all providers at this place: our own must not answer itself. */
export function isAskingOthers(uri: vscode.Uri, position: vscode.Position): boolean {
  return asking.has(placeKey(uri, position));
}

export function serveProviders(client: LanguageClient): void {
  const ask = async <T>(command: string, params: PlaceParams, ...more: unknown[]): Promise<T | undefined> => {
    const position = new vscode.Position(params.position.line, params.position.character);
    return vscode.commands.executeCommand<T>(command, vscode.Uri.parse(params.textDocument.uri), position, ...more);
  };
  client.onRequest(providerRequests.signature, async (params: PlaceParams) => {
    const help = await ask<vscode.SignatureHelp>('vscode.executeSignatureHelpProvider', params, '(');
    if (!help || help.signatures.length === 0) return null;
    const signatures = help.signatures.map(({ label, parameters, activeParameter }) => ({
      label,
      parameters: parameters.map((parameter) => ({ label: parameter.label })),
      ...(activeParameter === undefined ? {} : { activeParameter }),
    }));
    return { signatures, activeSignature: help.activeSignature, activeParameter: help.activeParameter };
  });
  client.onRequest(providerRequests.hover, async (params: PlaceParams) => {
    const hovers = await ask<vscode.Hover[]>('vscode.executeHoverProvider', params);
    return (hovers ?? []).flatMap(({ contents }) => contents.map(textOf));
  });
  client.onRequest(providerRequests.definition, (params: PlaceParams) =>
    ask<Places>('vscode.executeDefinitionProvider', params).then(locations),
  );
  client.onRequest(providerRequests.typeDefinition, (params: PlaceParams) =>
    ask<Places>('vscode.executeTypeDefinitionProvider', params).then(locations),
  );
  client.onRequest(providerRequests.implementation, (params: PlaceParams) =>
    ask<Places>('vscode.executeImplementationProvider', params).then(locations),
  );
  client.onRequest(providerRequests.documentSymbols, async ({ textDocument }: DocumentParams) => {
    const symbols = await vscode.commands.executeCommand<(vscode.DocumentSymbol | vscode.SymbolInformation)[]>(
      'vscode.executeDocumentSymbolProvider',
      vscode.Uri.parse(textDocument.uri),
    );
    return (symbols ?? []).map(symbolOf);
  });
  client.onRequest(providerRequests.workspaceSymbols, async ({ query }: { query: string }) => {
    const symbols = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(
      'vscode.executeWorkspaceSymbolProvider',
      query,
    );
    return (symbols ?? []).slice(0, 200).map(symbolOf);
  });
  client.onRequest(providerRequests.completion, async (params: PlaceParams & { resolve: number }) => {
    const key = placeKey(vscode.Uri.parse(params.textDocument.uri), params.position);
    asking.set(key, (asking.get(key) ?? 0) + 1);
    try {
      const list = await ask<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        params,
        undefined,
        params.resolve,
      );
      return (list?.items ?? []).slice(0, 400).map(completionOf);
    } finally {
      const left = (asking.get(key) ?? 1) - 1;
      if (left > 0) asking.set(key, left);
      else asking.delete(key);
    }
  });
  client.onRequest(providerRequests.diagnostics, ({ textDocument }: DocumentParams) =>
    vscode.languages.getDiagnostics(vscode.Uri.parse(textDocument.uri)).map((one) => ({
      range: one.range,
      message: one.message,
      severity: one.severity + 1,
      ...(one.source === undefined ? {} : { source: one.source }),
      ...(typeof one.code === 'object' || one.code === undefined ? {} : { code: one.code }),
    })),
  );
}

type Places = (vscode.Location | vscode.LocationLink)[];

function locations(places: Places | undefined) {
  return (places ?? []).map((place) =>
    'targetUri' in place
      ? { uri: place.targetUri.toString(), range: place.targetSelectionRange ?? place.targetRange }
      : { uri: place.uri.toString(), range: place.range },
  );
}

function textOf(content: vscode.MarkdownString | vscode.MarkedString): string {
  if (typeof content === 'string') return content;
  return 'language' in content ? `\`\`\`${content.language}\n${content.value}\n\`\`\`` : content.value;
}

/** VS Code counts symbol kinds from 0, LSP from 1. */
function symbolOf(symbol: vscode.DocumentSymbol | vscode.SymbolInformation): object {
  const { name, kind } = symbol;
  if ('location' in symbol) {
    const { uri, range } = symbol.location;
    return { name, kind: kind + 1, location: { uri: uri.toString(), range } };
  }
  const { range, selectionRange, children } = symbol;
  return { name, kind: kind + 1, range, selectionRange, children: children.map(symbolOf) };
}

function completionOf(item: vscode.CompletionItem): object {
  const { label, kind, detail, documentation } = item;
  const name = typeof label === 'string' ? label : label.label;
  return {
    label: name,
    // VS Code counts them from 0, LSP from 1.
    ...(kind === undefined ? {} : { kind: kind + 1 }),
    ...(typeof label === 'string' || label.detail === undefined ? {} : { labelDetails: { detail: label.detail } }),
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined
      ? {}
      : { documentation: typeof documentation === 'string' ? documentation : documentation.value }),
  };
}
