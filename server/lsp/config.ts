/** The user's settings as the server needs them. A client without workspace/configuration gets the defaults. */
import type { Connection } from 'vscode-languageserver/node';

export interface Config {
  readonly codeLens: boolean;
  readonly diagnostics: boolean;
}

export const defaults: Config = { codeLens: true, diagnostics: true };

export async function readConfig(connection: Connection): Promise<Config> {
  const answer: unknown = await connection.workspace.getConfiguration('mortise');
  const settings: Record<string, unknown> = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const flag = (name: keyof Config) => {
    const value = settings[name];
    return typeof value === 'boolean' ? value : defaults[name];
  };
  return { codeLens: flag('codeLens'), diagnostics: flag('diagnostics') };
}
