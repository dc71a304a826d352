/** The language server's process. Grammars and ranker load with the first conflict. */
import { serve } from './lsp/serve.ts';
import { loadServices } from './services.ts';

serve(loadServices);
