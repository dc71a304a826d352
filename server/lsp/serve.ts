/** Serve over what the command line names (`--node-ipc`, `--stdio`, `--pipe=`, `--socket=`): for main.ts and `mortise lsp`. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { keepCode } from '../keepCode.ts';
import type { Services } from '../resolve/resolve.ts';
import { startServer } from './server.ts';

export function serve(services: () => Promise<Services>): void {
  keepCode();
  startServer(createConnection(ProposedFeatures.all), services);
}
