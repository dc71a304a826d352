/** The model that the user chose for completing, as one more source of completions. */
import type { Completer } from '../complete/complete.ts';
import { ModelCompletions } from '../complete/model/modelCompletion.ts';
import type { CompletionSource } from '../complete/source.ts';
import { isIgnored } from '../git/intent.ts';
import type { Models } from './models.ts';
import type { Session } from './session.ts';

export function modelSources(models: Models, session: Session): (completer: Completer) => readonly CompletionSource[] {
  return ({ services }) => {
    let address = '';
    const allowed = notIgnored(session);
    const source = new ModelCompletions({
      services,
      model: async () => {
        if (session.client.untrusted) return undefined;
        const chosen = await models.chosen('complete', AbortSignal.timeout(5000));
        if (chosen) address = chosen.address;
        return chosen;
      },
      allowed,
      sent: ({ model, path, prompt }) => models.log({ model, address, about: `${path} (complete)`, prompt }),
    });
    return [source];
  };
}

/** Milliseconds that git's word about a file is believed: the context of one cursor asks about the same few files again. */
const FRESH = 10_000;

function notIgnored(session: Session): (file: string) => Promise<boolean> {
  const known = new Map<string, { readonly at: number; readonly allowed: Promise<boolean> }>();
  const ask = async (file: string) => {
    const { tree, path } = await session.repositories.find(file);
    return tree === undefined || path === undefined || !(await isIgnored(tree.repo, path));
  };
  return (file) => {
    const kept = known.get(file);
    if (kept && Date.now() - kept.at < FRESH) return kept.allowed;
    if (known.size > 500) known.clear();
    const allowed = ask(file);
    known.set(file, { at: Date.now(), allowed });
    return allowed;
  };
}
