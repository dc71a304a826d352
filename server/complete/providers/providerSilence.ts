/**
 * Whether an editor has anybody who knows a language: until some provider has said something of its files, each hole asks what stands
 * at a name that the file declares, which every language server can tell. No answer at all means that none is there, or not yet.
 */
import type { HoleRequest } from '../../types/typeEngine.ts';
import { type Family, familyOf } from '../index/indexFile.ts';
import type { Outline } from '../index/indexOutline.ts';
import type { EditorProviders } from './providerEngine.ts';

export interface Listening {
  /** The same providers, heard. */
  readonly providers: EditorProviders;
  readonly isSilent: (file: string) => boolean;
  /** Settles soon, and never fails. */
  readonly listen: (request: HoleRequest, signal: AbortSignal) => Promise<void>;
}

/** Of an editor without providers. */
export const unheard = (providers: EditorProviders): Listening => ({
  providers,
  isSilent: () => true,
  listen: async () => {},
});

/** Milliseconds: a server that is starting keeps nobody waiting, and a hole without an answer is not called silent. */
const WAIT = 150;

export function listening(
  providers: EditorProviders,
  outlined: (file: string, text: string) => Promise<Outline>,
): Listening {
  const heard = new Set<Family | undefined>();
  const silent = new Set<Family | undefined>();
  const hear = <T>(file: string, answer: T): T => {
    if (answer === undefined || (Array.isArray(answer) && answer.length === 0)) return answer;
    heard.add(familyOf(file));
    return answer;
  };
  const told: EditorProviders = {
    ...providers,
    signature: async (file, ...more) => hear(file, await providers.signature(file, ...more)),
    hover: async (file, ...more) => hear(file, await providers.hover(file, ...more)),
    definition: async (file, ...more) => hear(file, await providers.definition(file, ...more)),
    typeDefinition: async (file, ...more) => hear(file, await providers.typeDefinition(file, ...more)),
  };
  const probe = async ({ file, text }: HoleRequest, signal: AbortSignal): Promise<void> => {
    const { symbols } = await outlined(file, text);
    const symbol = symbols.find(({ kind }) => kind !== 'value') ?? symbols[0];
    if (!symbol) return;
    const at = text.indexOf(symbol.name, symbol.start);
    const answer = at < 0 ? undefined : await told.hover(file, at, signal);
    if (answer?.length === 0 && !signal.aborted) silent.add(familyOf(file));
  };
  return {
    providers: told,
    isSilent: (file) => silent.has(familyOf(file)) && !heard.has(familyOf(file)),
    listen: async (request, signal) => {
      if (heard.has(familyOf(request.file))) return;
      // Who fails to answer has said nothing, not even that there is nobody.
      const asked = probe(request, signal).catch(() => undefined);
      await Promise.race([asked, new Promise<void>((done) => setTimeout(done, WAIT).unref())]);
    },
  };
}
