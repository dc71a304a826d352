/** Binds the requests around resolving (handing over, the same again, afterwards, the sample), so that server.ts stays one page. */
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { makeSample } from '../sample.ts';
import { autoMerge, autoMergeFile, commitText, report, trailers } from './afterwards.ts';
import { filledIn, handover } from './handover.ts';
import { checking } from './parameters.ts';
import {
  type AutoMergeFileParams,
  type CommitParams,
  commands,
  type DocumentParams,
  type FilledParams,
  type HandoverParams,
  type RootParams,
  requests,
  type SameParams,
  type SampleParams,
  type UnsettledParams,
} from './protocol.ts';
import { same, takeSame } from './same.ts';
import type { Session } from './session.ts';
import { stagedMarkersOf } from './stagedMarkers.ts';
import { tidy } from './typed.ts';
import { unsettled } from './unsettled.ts';

export interface Edge {
  readonly ready: Promise<void>;
  /** The edge of one request: a failure is logged and answered with the first argument. */
  guard<T>(otherwise: T, work: () => Promise<T>): Promise<T>;
  signalOf(token: CancellationToken): AbortSignal;
}

export function listenToMore(connection: Connection, session: Session, { ready, guard, signalOf }: Edge): void {
  const asked = checking(connection);
  // Where what is filled in cannot be logged, its failure is the user's answer.
  asked.onRequest(requests.handover, (params: HandoverParams, token: CancellationToken) =>
    params.apply
      ? handover(session, params, signalOf(token))
      : guard(null, () => handover(session, params, signalOf(token))),
  );
  asked.onRequest(requests.filled, (params: FilledParams) => guard(null, () => filledIn(session, params)));
  asked.onRequest(requests.same, (params: DocumentParams) => guard(null, () => same(session, params)));
  asked.onRequest(requests.report, async (params: RootParams) => {
    await ready;
    return guard(null, () => report(session, params));
  });
  asked.onRequest(requests.autoMerge, async (params: RootParams) => {
    await ready;
    return guard(null, () => autoMerge(session, params));
  });
  asked.onRequest(requests.autoMergeText, (params: AutoMergeFileParams) =>
    guard(null, () => autoMergeFile(session, params)),
  );
  asked.onRequest(requests.commit, (params: CommitParams) => guard(null, () => commitText(session, params)));
  // The failures of these are the user's answer: they go back as an error with a sentence.
  asked.onRequest(requests.trailers, async (params: RootParams) => {
    await ready;
    return trailers(session, params);
  });
  asked.onRequest(requests.stagedMarkers, async (params: RootParams) => {
    await ready;
    return stagedMarkersOf(session, params);
  });
  asked.onRequest(requests.unsettled, async (params: UnsettledParams) => {
    await ready;
    return unsettled(session, params);
  });
  asked.onRequest(requests.sample, async ({ folder }: SampleParams) => {
    await makeSample(folder);
    return null;
  });
}

/** Undefined: not a command of these. */
export function executeMore(
  session: Session,
  connection: Connection,
  command: string,
  argument: unknown,
): Promise<unknown> | undefined {
  // Their parameters were checked.
  if (command === commands.same) return takeSame(session, connection, argument as SameParams);
  if (command === commands.tidy) return tidy(session, connection, argument as DocumentParams);
  return undefined;
}
