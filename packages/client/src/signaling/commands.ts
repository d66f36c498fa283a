import type { Reply } from '@parley/protocol';
import { createOutstanding } from './outstanding.js';
import type { OutstandingDeps } from './outstanding.js';
import { settle } from './pending-command.js';
import type { Command, PendingCommand } from './pending-command.js';
import { SignalingError } from './signaling-error.js';

const DEADLINE_MS = 5_000;
const MOST_WAITING = 64;

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
export function createCommands(deps: Omit<OutstandingDeps, 'next'>): Commands {
  const waiting = new Set<PendingCommand>();
  let ended: SignalingError | undefined;
  const next = (): PendingCommand | undefined => {
    const [first] = waiting;
    if (first !== undefined) waiting.delete(first);
    return first;
  };
  const outstanding = createOutstanding({ ...deps, next });
  return {
    run(command) {
      if (ended !== undefined) return Promise.reject(ended);
      if (waiting.size >= MOST_WAITING) return Promise.reject(new SignalingError('queue_full', 'after'));
      return new Promise((resolve, reject) => {
        const late = (): void => {
          waiting.delete(pending);
          settle(pending, pending.error ?? inDoubt());
        };
        const cancelDeadline = deps.clock.after(DEADLINE_MS, late);
        const pending: PendingCommand = { command, resolve, reject, cancelDeadline };
        waiting.add(pending);
        if (!outstanding.busy) outstanding.ask();
      });
    },
    answered: outstanding.answered,
    connected: outstanding.connected,
    renew: () => outstanding.reset(inDoubt()),
    end(error) {
      ended = error;
      outstanding.reset(error);
      for (const pending of waiting) settle(pending, error);
      waiting.clear();
    },
  };
}

function inDoubt(): SignalingError {
  return new SignalingError('timeout', 'after');
}
