/** Requests about language models, beside protocol.ts. Pure data: the VS Code client imports these types, the server answers in them. */
import type { DocumentParams } from './protocol.ts';

export const modelRequests = {
  /** ProposeParams → ProposeAnswer. Cancelled, it ends on the model's wire. */
  propose: 'mortise/propose',
  /** ModelsParams → ModelsView. */
  models: 'mortise/models',
  /** PullParams → null; a failure is an error with a sentence. */
  pull: 'mortise/pullModel',
  /** No parameters → SentView[]: the last 200 prompts that went to models in this session, oldest first. */
  sent: 'mortise/sent',
  /** ChatParams → ChatAnswer: one of our local models for other extensions; text comes as notifications. */
  chat: 'mortise/chat',
  /** Server → client, AccessParams → AccessAnswer: may this server be contacted, and with what key. */
  access: 'mortise/modelAccess',
  /** Server → client, ChatParams → ChatAnswer: one of the editor's own models, if the user chose it. */
  clientModel: 'mortise/clientModel',
} as const;

export const modelNotifications = {
  /** Server → client, ProposalProgress. */
  progress: 'mortise/proposalProgress',
  /** Both ways, TextParams: a part of the answer to `chat` or `clientModel`. */
  text: 'mortise/modelText',
  /** Server → client, PullView. */
  pulling: 'mortise/pulling',
  /** Server → client, HealthView. */
  health: 'mortise/modelHealth',
} as const;

export interface ProposeParams extends DocumentParams {
  readonly conflict: string;
  /** What the user wants, in their words. */
  readonly guidance?: string;
}

export interface ProposalProgress {
  readonly uri: string;
  readonly conflict: string;
  readonly stage: 'choose' | 'write' | 'repair' | 'check';
  readonly model: string;
  /** The lines so far. */
  readonly text: string;
}

export type ProposeAnswer =
  | {
      readonly kind: 'proposal';
      /** Id of the resolution among the conflict's own. */
      readonly resolution: string;
      readonly how: 'chosen' | 'written';
      readonly model: string;
      /** The model's own words. */
      readonly said: string;
      readonly evidence: readonly string[];
    }
  | { readonly kind: 'needsYou'; readonly model: string; readonly reason: string }
  | { readonly kind: 'failed'; readonly fault: string; readonly message: string };

export type ModelTask = 'complete' | 'merge';

export interface ModelsParams {
  /** Look again instead of answering from memory. */
  readonly fresh?: boolean;
}

export interface ModelsView {
  readonly servers: readonly {
    readonly kind: string;
    readonly title: string;
    readonly address: string;
    readonly models: readonly ModelView[];
  }[];
  /** The model in use for each task; absent where there is none. */
  readonly chosen: { readonly [task in ModelTask]?: string };
  readonly advice: {
    readonly [task in ModelTask]: readonly {
      readonly name: string;
      readonly gigabytes: number;
      readonly why: string;
    }[];
  };
  /** Why nothing answers, in a sentence. */
  readonly problem?: string;
}

export interface ModelView {
  readonly name: string;
  readonly size?: number;
  readonly parameters?: string;
  readonly insert?: boolean;
  readonly contextLength?: number;
  /** Another machine, where the server has this model run. */
  readonly remote?: string;
}

export interface PullParams {
  readonly name: string;
}

export interface PullView {
  readonly name: string;
  readonly status: string;
  readonly done?: number;
  readonly total?: number;
}

export interface SentView {
  readonly at: number;
  readonly model: string;
  readonly address: string;
  readonly about: string;
  readonly prompt: string;
}

export interface ChatParams {
  readonly id: number;
  readonly model: string;
  readonly system: string;
  readonly turns: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  readonly prompt: string;
}

export interface ChatAnswer {
  readonly fault?: string;
  readonly message?: string;
}

export interface TextParams {
  readonly id: number;
  readonly text: string;
}

export interface AccessParams {
  readonly address: string;
  /** Another machine: only what the user confirmed may be contacted. */
  readonly remote: boolean;
}

export interface AccessAnswer {
  readonly allowed: boolean;
  readonly key?: string;
}

export interface HealthView {
  readonly state: 'ready' | 'working' | 'failed';
  readonly model: string;
  readonly message: string;
}
