/** The model that the user chose for completing, as one more source of completions. */
import type { Completer } from '../complete/complete.ts';
import { ModelCompletions } from '../complete/modelCompletion.ts';
import type { CompletionSource } from '../complete/source.ts';
import { isIgnored } from '../git/intent.ts';
import type { Models } from './models.ts';
import type { Session } from './session.ts';

export function modelSources(models: Models, session: Session): (completer: Completer) => readonly CompletionSource[] {
  return ({ services }) => {
    let address = '';
    const source = new ModelCompletions({
      services,
      model: async () => {
        if (session.client.untrusted) return undefined;
        const chosen = await models.chosen('complete', AbortSignal.timeout(5000));
        if (chosen) address = chosen.address;
        return chosen;
      },
      allowed: async (file) => {
        const { tree, path } = await session.repositories.find(file);
        return tree === undefined || path === undefined || !(await isIgnored(tree.repo, path));
      },
      sent: ({ model, path, prompt }) => models.log({ model, address, about: `${path} (complete)`, prompt }),
    });
    return [source];
  };
}
