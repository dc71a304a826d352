/** `mortise lsp --stdio`: the language server for editors other than VS Code. */
import { type Io, UsageError } from './io.ts';

export const help = `Usage: mortise lsp --stdio

The language server over standard input and output: diagnostics, lenses, code actions and the
requests of docs/protocol.md, for every editor that speaks LSP.
`;

export async function run(args: readonly string[], _io: Io): Promise<number> {
  if (!args.some((arg) => /^--(stdio|node-ipc|pipe=|socket=)/.test(arg))) throw new UsageError('lsp wants --stdio.');
  const [{ serve }, { loadServices }] = await Promise.all([import('../lsp/serve.ts'), import('../services.ts')]);
  serve(loadServices);
  return await new Promise<number>(() => {});
}
