/** The user's settings as the server needs them. A client without workspace/configuration gets the defaults. */
import type { Connection } from 'vscode-languageserver/node';

export interface Config {
  readonly codeLens: boolean;
  readonly diagnostics: boolean;
  readonly completion: CompletionConfig;
}

export interface CompletionConfig {
  readonly enabled: boolean;
  /** Ghost text without being asked for. */
  readonly automatic: boolean;
  /** Completions among those of the language, in the completion list. */
  readonly list: boolean;
  /** Confidence from which ghost text is shown unasked; undefined: the calibrated one. */
  readonly threshold: number | undefined;
  /** By language id; `*` stands for all that are not named. */
  readonly languages: Readonly<Record<string, boolean>>;
}

const completion: CompletionConfig = {
  enabled: true,
  automatic: true,
  list: true,
  threshold: undefined,
  languages: {},
};

export const defaults: Config = { codeLens: true, diagnostics: true, completion };

/** Whether completing is on in documents of a language. */
export function completesIn(config: CompletionConfig, languageId: string): boolean {
  return config.enabled && (config.languages[languageId] ?? config.languages['*'] ?? true);
}

export async function readConfig(connection: Connection): Promise<Config> {
  const answer: unknown = await connection.workspace.getConfiguration('mortise');
  const settings: Record<string, unknown> = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const flag = (name: 'codeLens' | 'diagnostics') => {
    const value = settings[name];
    return typeof value === 'boolean' ? value : defaults[name];
  };
  return {
    codeLens: flag('codeLens'),
    diagnostics: flag('diagnostics'),
    completion: readCompletion(settings['completion']),
  };
}

function readCompletion(answer: unknown): CompletionConfig {
  const settings: Record<string, unknown> = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const flag = (name: 'enabled' | 'automatic' | 'list') => {
    const value = settings[name];
    return typeof value === 'boolean' ? value : completion[name];
  };
  const named = Object.entries(settings['languages'] ?? {});
  const languages = Object.fromEntries(
    named.filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
  );
  const { threshold } = settings;
  return {
    enabled: flag('enabled'),
    automatic: flag('automatic'),
    list: flag('list'),
    threshold: typeof threshold === 'number' ? threshold : undefined,
    languages,
  };
}
