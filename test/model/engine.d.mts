/** A real inference engine behind the routes of Ollama and llama-server, for tests. */
export function missingEngine(): string | undefined;
export interface Engine {
  readonly address: string;
  readonly state: {
    readonly stopped: number;
    readonly running: number;
    readonly stoppedAt: number;
    readonly requests: readonly { readonly url: string; readonly body: Record<string, unknown> }[];
  };
  close(): Promise<void>;
}
export function serveEngine(options?: { readonly slow?: number }): Promise<Engine>;
