import type { MessageRequest, Reply, Update } from '@parley/protocol';
import type { ClientClock } from '../ports.js';
import { createTimer } from '../timer.js';
import { SignalingError } from './signaling-error.js';
import { createWaitingCommands, inDoubt } from './waiting-commands.js';
import type { Command, PendingCommand } from './waiting-commands.js';

const ANSWER_MS = 5_000;
const RETRY_MS = 500;
const LEAST_RETRY_MS = 100;

/** Requests that change the room: numbered, one outstanding, the same one again after a resume. */
export interface Commands {
  /** Resolves once it is committed; rejects with a SignalingError after 5 s at the latest. */
  run(command: Command): Promise<void>;
  /** A reply; ignored unless it is to the request that is outstanding. */
  answered(reply: Reply): void;
  /** Whether there is a connection; what was outstanding on an earlier one is asked again. */
  connected(yes: boolean): void;
  /** Another participant from now on: its numbers start at 1, what was outstanding is in doubt. */
  renew(): void;
  /** Rejects everything, now and later. */
  end(error: SignalingError): void;
}

/** No connection, nothing asked yet. */
export function createCommands(
  clock: ClientClock,
  nextId: () => number,
  send: (header: MessageRequest | Update, payload: string | undefined) => void,
): Commands {
  const waiting = createWaitingCommands(clock);
  const timer = createTimer(clock);
  // The one that is asked about until it is known what became of it; the id of its request on this connection.
  let head: PendingCommand | undefined;
  let id: number | undefined;
  // The number that the head has, or the next one gets.
  let cmd = 1;
  let connected = false;

  const ask = (): void => {
    timer.stop();
    if (!connected) return;
    head ??= waiting.next();
    if (!head) return;
    id = nextId();
    send({ ...head.header, id, cmd }, head.payload);
    timer.set(ANSWER_MS, ask);
  };
  const drop = (why?: SignalingError): void => {
    timer.stop();
    head?.settle(why);
    head = id = undefined;
  };
  return {
    run(command) {
      const done = waiting.add(command);
      if (!head) ask();
      return done;
    },
    answered(reply) {
      if (!head || reply.id !== id) return;
      const error = 'error' in reply ? new SignalingError(reply.error) : undefined;
      if (error && mustAskAgain(head, error)) {
        head.error = error;
        return timer.set(Math.max(error.retryAfterMs ?? RETRY_MS, LEAST_RETRY_MS), ask);
      }
      if (!error) cmd += 1;
      drop(error);
      ask();
    },
    connected(yes) {
      connected = yes;
      id = undefined;
      ask();
    },
    renew() {
      cmd = 1;
      drop(inDoubt());
    },
    end(error) {
      drop(error);
      waiting.end(error);
    },
  };
}

/**
 * What may have been done is asked about until that is known: else its number would be given to another one. Numbers are
 * right here: an owner that thinks otherwise has an older room from its store, and is about to hear of what it lacks.
 */
function mustAskAgain({ settled }: PendingCommand, { code, retry }: SignalingError): boolean {
  if (code === 'cmd_out_of_order') return !settled;
  const notDone = code === 'rate_limited' || code === 'draining';
  return retry !== 'no' && !(settled && notDone);
}
