import type { ClientClock } from '../ports.js';
import { SignalingError } from './signaling-error.js';

const DEADLINE_MS = 5_000;
const MOST_WAITING = 64;

/** A request that changes the room, without `id` and `cmd`. */
export interface Command {
  readonly header: { readonly type: 'message' | 'update' };
  readonly payload?: string;
}

/** A command and whoever waits for it. */
export interface PendingCommand extends Command {
  /** Whoever asked has been told; the number may be taken still, until an answer says what became of it. */
  settled?: boolean;
  /** What the server answered last, when it may be asked again. */
  error?: SignalingError;
  /** Tells whoever waits, once. */
  settle(error?: SignalingError): void;
}

/** Commands whose turn has not come. */
export interface WaitingCommands {
  /** Resolves once the command is settled; rejects with a SignalingError after 5 s at the latest, its turn included. */
  add(command: Command): Promise<void>;
  /** Takes the first one out. */
  next(): PendingCommand | undefined;
  /** Rejects everything, now and later. */
  end(error: SignalingError): void;
}

/** Nothing waits. */
export function createWaitingCommands(clock: ClientClock): WaitingCommands {
  const all = new Set<PendingCommand>();
  let ended: SignalingError | undefined;
  return {
    async add(command) {
      if (ended) throw ended;
      if (all.size >= MOST_WAITING) throw new SignalingError({ code: 'queue_full', retry: 'after' });
      return new Promise((resolve, reject) => {
        const cancelDeadline = clock.after(DEADLINE_MS, () => {
          all.delete(pending);
          pending.settle(pending.error ?? inDoubt());
        });
        const settle = (error?: SignalingError): void => {
          cancelDeadline();
          pending.settled = true;
          if (error) reject(error);
          else resolve();
        };
        const pending: PendingCommand = { ...command, settle };
        all.add(pending);
      });
    },
    next() {
      const [first] = all;
      if (first) all.delete(first);
      return first;
    },
    end(error) {
      ended = error;
      for (const pending of all) pending.settle(error);
    },
  };
}

/** It may have been done or not. */
export function inDoubt(): SignalingError {
  return new SignalingError({ code: 'timeout', retry: 'after' });
}
