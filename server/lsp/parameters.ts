/**
 * What a client sends is checked before it is used: a request or a command with a parameter missing, or of another kind, is
 * answered with an error that says what it wants, and not with the null of "nothing there".
 */
import { type CancellationToken, type Connection, ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { completionRequests } from './completionProtocol.ts';
import { commands, requests } from './protocol.ts';

/** `text`; one of these words; or a kind that is looked at in its own way. */
type Kind = 'text' | 'texts?' | 'choice' | 'numbers' | 'place' | readonly string[];
type Shape = Readonly<Record<string, Kind>>;

const root: Shape = { root: 'text' };
const uri: Shape = { uri: 'text' };
const tier = ['safe', 'likely'] as const;

/** By method and by command: the parameters that must be there, and one (`?`) that must be of its kind where it is. */
const shapes: Readonly<Record<string, Shape>> = {
  [requests.conflicts]: uri,
  [requests.resolve]: { tier },
  [requests.decided]: { uri: 'text', conflict: 'text', text: 'text' },
  [requests.side]: { uri: 'text', side: ['base', 'left', 'right'] },
  [requests.fileAction]: {
    root: 'text',
    path: 'text',
    action: ['stage', 'reopen', 'keep-left', 'keep-right', 'keep-base', 'restore'],
    also: 'texts?',
  },
  [requests.applied]: uri,
  [requests.handover]: { uri: 'text', tier },
  [requests.filled]: { uri: 'text', filled: 'numbers' },
  [requests.autoMerge]: root,
  [requests.autoMergeText]: { root: 'text', path: 'text' },
  [requests.same]: uri,
  [requests.report]: root,
  [requests.trailers]: root,
  [requests.stagedMarkers]: root,
  [requests.unsettled]: { root: 'text', unsaved: 'texts?' },
  [requests.commit]: { root: 'text', commit: 'text' },
  [requests.sample]: { folder: 'text' },
  [completionRequests.inspect]: { textDocument: 'place' },
  [completionRequests.fillMissing]: { textDocument: 'place' },
  [commands.take]: { uri: 'text', conflict: 'text', choice: 'choice' },
  [commands.resolve]: { tier },
  [commands.same]: uri,
  [commands.tidy]: uri,
};

/** @throws ResponseError that says what `name` wants. */
function checkParameters(name: string, given: unknown): void {
  const shape = shapes[name] ?? {};
  const has: Readonly<Record<string, unknown>> =
    typeof given === 'object' && given !== null ? Object.fromEntries(Object.entries(given)) : {};
  const wrong = Object.entries(shape).filter(([field, kind]) => !isKind(kind, has[field], has));
  if (wrong.length === 0) return;
  const wants = wrong.map(([field, kind]) => `"${field}" (${said(kind)})`).join(' and ');
  throw new ResponseError(ErrorCodes.InvalidParams, `${name} wants an object with ${wants}.`);
}

/** @throws ResponseError that names the commands there are, or says what this one wants. */
export function checkCommand(name: string, given: unknown): void {
  const known: readonly string[] = Object.values(commands);
  if (!known.includes(name))
    throw new ResponseError(ErrorCodes.InvalidParams, `There is no command ${name}. There are: ${known.join(', ')}.`);
  checkParameters(name, given);
}

/** Binds requests whose parameters are checked first. */
export const checking = (connection: Connection) => ({
  onRequest<P>(method: string, answer: (params: P, token: CancellationToken) => Promise<unknown>): void {
    connection.onRequest(method, (params: unknown, token: CancellationToken) => {
      checkParameters(method, params);
      // What the check asked for is there; the rest of a type is optional.
      return answer(params as P, token);
    });
  },
});

const CHOICES = ['left', 'right', 'left-right', 'right-left', 'base', 'remembered'];

function isKind(kind: Kind, value: unknown, all: Readonly<Record<string, unknown>>): boolean {
  if (typeof kind === 'object') return typeof value === 'string' && kind.includes(value);
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'texts?')
    return value == null || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
  if (kind === 'numbers') return Array.isArray(value) && value.every((one) => typeof one === 'number');
  if (kind === 'place') return hasText(value, 'uri') && typeof all['position'] === 'object' && all['position'] !== null;
  return (typeof value === 'string' && CHOICES.includes(value)) || hasText(value, 'resolution');
}

const hasText = (value: unknown, field: string): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([key, one]) => key === field && typeof one === 'string');

function said(kind: Kind): string {
  if (typeof kind === 'object') return listed(kind);
  if (kind === 'numbers') return 'a list of numbers';
  if (kind === 'texts?') return 'a list of texts, or absent';
  if (kind === 'place') return '{uri}, and a "position" beside it';
  return kind === 'text' ? 'a text' : `${listed(CHOICES)}, or {resolution: id}`;
}

const listed = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
