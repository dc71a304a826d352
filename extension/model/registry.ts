/** Our local models in the editor's own registry, so that other extensions and its chat can use them. */
import * as vscode from 'vscode';
import type { ModelClient } from './client.ts';

/** Ids of chats that run through the server at the same time. */
let next = 1;

export function registerOurModels(client: ModelClient): vscode.Disposable {
  return vscode.lm.registerLanguageModelChatProvider('mortise', {
    provideLanguageModelChatInformation: async ({ silent }) => {
      // Nobody asked: no process is started for a list.
      if (silent && !client.isServerStarted) return [];
      const { servers } = await client.models(false);
      return servers.flatMap(({ title, models }) =>
        models.map((one) => ({
          id: one.name,
          name: one.name,
          family: one.name.split(':')[0] ?? one.name,
          version: '1',
          detail: title,
          maxInputTokens: one.contextLength ?? 8192,
          maxOutputTokens: 4096,
          capabilities: {},
        })),
      );
    },
    provideLanguageModelChatResponse: async ({ id: model }, messages, _options, progress, token) => {
      const id = next++;
      const turns = messages.map(({ role, content }) => ({
        role: role === vscode.LanguageModelChatMessageRole.Assistant ? ('assistant' as const) : ('user' as const),
        text: content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join(''),
      }));
      const last = turns.pop();
      const listening = client.onText((part) => {
        if (part.id === id) progress.report(new vscode.LanguageModelTextPart(part.text));
      });
      try {
        const { fault, message } = await client.chat({ id, model, system: '', turns, prompt: last?.text ?? '' }, token);
        if (fault) throw new Error(message ?? fault);
      } finally {
        listening.dispose();
      }
    },
    provideTokenCount: async (_, text) =>
      Math.ceil(
        (typeof text === 'string'
          ? text
          : text.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('')
        ).length / 3.5,
      ),
  });
}
