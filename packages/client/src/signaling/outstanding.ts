import type { MessageRequest, Reply, Update } from '@parley/protocol';
import { settle } from './pending-command.js';
import type { PendingCommand } from './pending-command.js';
import type { ClientClock } from './ports.js';
import { fromErrorBody } from './signaling-error.js';
import type { SignalingError } from './signaling-error.js';

const ANSWER_MS = 5_000;
const RETRY_MS = 500;
const LEAST_RETRY_MS = 100;

/** The one command that is numbered and asked about until it is known what became of it. */
export interface Outstanding {
  readonly busy: boolean;
  /** Asks, or asks again; for the next command if there is none. */
  ask(): void;
  /** A reply; ignored unless it is to this command. */
  answered(reply: Reply): void;
  connected(yes: boolean): void;
  /** Forgets it, and counts from 1 again. */
  reset(why: SignalingError): void;
}

/** What it takes to ask. */
export interface OutstandingDeps {
  readonly clock: ClientClock;
  nextId(): number;
  send(header: MessageRequest | Update, payload: string | undefined): void;
  /** The next command that waits. */
  next(): PendingCommand | undefined;
}

/** Nothing outstanding, and no connection. */
export function createOutstanding({ clock, nextId, send, next }: OutstandingDeps): Outstanding {
  let head: PendingCommand | undefined;
  // The number that the head has, or the next one gets; and the id of the head's request on this connection.
  let cmd = 1;
  let id: number | undefined;
  let connected = false;
  let cancel: (() => void) | undefined;

  const ask = (): void => {
    cancel?.();
    if (!connected) return;
    head ??= next();
    if (head === undefined) return;
    id = nextId();
    send({ ...head.command.header, id, cmd }, head.command.payload);
    cancel = clock.after(ANSWER_MS, ask);
  };
  const drop = (why?: SignalingError): void => {
    if (head !== undefined) settle(head, why);
    head = id = undefined;
    cancel?.();
  };
  return {
    get busy() {
      return head !== undefined;
    },
    ask,
    answered(reply) {
      if (head === undefined || reply.id !== id) return;
      const error = 'error' in reply ? fromErrorBody(reply.error) : undefined;
      if (error !== undefined && mustAskAgain(head, error)) {
        head.error = error;
        cancel?.();
        cancel = clock.after(Math.max(error.retryAfterMs ?? RETRY_MS, LEAST_RETRY_MS), ask);
        return;
      }
      if (error === undefined) cmd += 1;
      drop(error);
      ask();
    },
    connected(yes) {
      connected = yes;
      id = undefined;
      ask();
    },
    reset(why) {
      cmd = 1;
      drop(why);
    },
  };
}

/** What may have been done is asked about until that is known: else its number would be given to another one. */
function mustAskAgain({ settled }: PendingCommand, { code, retry }: SignalingError): boolean {
  const notDone = code === 'rate_limited' || code === 'draining';
  return retry !== 'no' && !(settled === true && notDone);
}
