import type { Cancel } from '@parley/kit';

import { ANSWERS, encodeAnswer } from './answers.js';
import type { WireAnswer } from './answers.js';
import { attempt } from './attempt.js';
import { ANSWER_MS } from './driver-context.js';
import type { DriverContext } from './driver-context.js';
import type { RequestHead, Socket, SocketEvents, UpgradeRoute } from './port.js';
import { checkUpgrade } from './upgrade-check.js';

/** How a driver carries a decision out. Exactly one of the two is called, once, unless the upgrade is aborted before. */
export interface UpgradeSink {
  accept(accept: (socket: Socket) => SocketEvents, subprotocol: string): void;
  refuse(answer: WireAnswer): void;
}

/**
 * One upgrade from its head to its decision: checks it, asks the route, keeps the 5 s deadline (U3). The returned
 * function tells of an abort: nothing is called after it, and no timer is left.
 */
export function pendingUpgrade(
  context: DriverContext,
  route: UpgradeRoute,
  head: RequestHead,
  sink: UpgradeSink,
): Cancel {
  const verdict = checkUpgrade(head, route.subprotocols);
  if ('refuse' in verdict) {
    sink.refuse(verdict.refuse);
    return () => undefined;
  }
  let pending = true;
  let cancelDeadline: Cancel | undefined;
  const settle = (act?: () => void): void => {
    if (!pending) return;
    pending = false;
    cancelDeadline?.();
    act?.();
  };
  attempt(
    () => route.decide(head),
    (decision) => {
      if ('accept' in decision) return settle(() => sink.accept(decision.accept, verdict.subprotocol));
      const answer = encodeAnswer(decision.refuse);
      settle(() => sink.refuse(answer));
    },
    (error) => {
      context.fault('upgrade', error);
      settle(() => sink.refuse(ANSWERS.failed));
    },
  );
  // TypeScript cannot see that `decide` may already have settled.
  if (pending as boolean) {
    cancelDeadline = context.clock.after(ANSWER_MS, () => settle(() => sink.refuse(ANSWERS.late)));
  }
  return () => settle();
}
