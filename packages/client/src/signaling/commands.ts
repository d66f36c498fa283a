import type { MessageRequest, Reply, Update } from '@parley/protocol';
import type { ClientClock } from './ports.js';
import { fromErrorBody, SignalingError } from './signaling-error.js';

const DEADLINE_MS = 5_000;
const MOST_WAITING = 64;
const RETRY_MS = 500;
const LEAST_RETRY_MS = 100;

/** A request that changes the room, without `id` and `cmd`. */
export interface Command {
  readonly header: { readonly type: 'message' | 'update' };
  readonly payload?: string;
}

/** Requests that change the room: numbered, one outstanding, the same one again after a resume. */
export interface Commands {
  /** Resolves once it is committed; rejects with a SignalingError after 5 s at the latest. */
  run(command: Command): Promise<void>;
  /** A reply; ignored unless it is to the request that is outstanding. */
  answered(reply: Reply): void;
  /** There is a connection; what was outstanding on an earlier one is asked again. */
  connected(): void;
  disconnected(): void;
  /** Another participant from now on: its numbers start at 1, what was outstanding is in doubt. */
  renew(): void;
  /** Rejects everything, now and later. */
  end(error: SignalingError): void;
}

/** What commands are made of. */
export interface CommandsDeps {
  readonly clock: ClientClock;
  nextId(): number;
  send(header: MessageRequest | Update, payload: string | undefined): void;
}

interface Pending {
  readonly command: Command;
  /** Settled: whoever asked has given up, but the number is taken until an answer says what became of it. */
  settled: boolean;
  /** What the server answered last, when it may be asked again. */
  error?: SignalingError;
  resolve(): void;
  reject(error: SignalingError): void;
  cancelDeadline(): void;
}

interface CommandsState {
  readonly deps: CommandsDeps;
  waiting: Pending[];
  head?: Pending | undefined;
  /** The number that the head has, or the next one gets. */
  cmd: number;
  /** The request id of the head on this connection. */
  id?: number | undefined;
  connected: boolean;
  cancelAsk: () => void;
  ended?: SignalingError | undefined;
}

/** No connection, nothing asked yet. */
export function createCommands(deps: CommandsDeps): Commands {
  const state: CommandsState = { deps, waiting: [], cmd: 1, connected: false, cancelAsk: () => undefined };
  return {
    run: (command) => run(state, command),
    answered: (reply) => answered(state, reply),
    connected() {
      state.connected = true;
      ask(state);
    },
    disconnected() {
      state.connected = false;
      state.id = undefined;
      state.cancelAsk();
    },
    renew() {
      state.cmd = 1;
      const { head } = state;
      state.head = undefined;
      if (head !== undefined) settle(head, new SignalingError('timeout', 'after'));
    },
    end(error) {
      state.ended = error;
      state.cancelAsk();
      const all = [...(state.head ? [state.head] : []), ...state.waiting];
      state.head = undefined;
      state.waiting = [];
      for (const pending of all) settle(pending, error);
    },
  };
}

function run(state: CommandsState, command: Command): Promise<void> {
  if (state.ended !== undefined) return Promise.reject(state.ended);
  if (state.waiting.length >= MOST_WAITING) return Promise.reject(new SignalingError('queue_full', 'after'));
  return new Promise((resolve, reject) => {
    const pending: Pending = {
      ...{ command, settled: false, resolve, reject },
      cancelDeadline: state.deps.clock.after(DEADLINE_MS, () => {
        state.waiting = state.waiting.filter((other) => other !== pending);
        settle(pending, pending.error ?? new SignalingError('timeout', 'after'));
      }),
    };
    state.waiting.push(pending);
    ask(state, true);
  });
}

/** Asks for the head, or the next one if there is none; `onlyNew`: not again for one that is outstanding. */
function ask(state: CommandsState, onlyNew = false): void {
  if (!state.connected || (onlyNew && state.head !== undefined)) return;
  state.head ??= state.waiting.shift();
  state.cancelAsk();
  if (state.head === undefined) return;
  const { command } = state.head;
  const { cmd, deps } = state;
  state.id = deps.nextId();
  deps.send({ ...command.header, id: state.id, cmd }, command.payload);
  askLater(state, DEADLINE_MS);
}

function askLater(state: CommandsState, ms: number): void {
  state.cancelAsk();
  state.cancelAsk = state.deps.clock.after(ms, () => ask(state));
}

function answered(state: CommandsState, reply: Reply): void {
  const { head } = state;
  if (head === undefined || reply.id !== state.id) return;
  if ('error' in reply) {
    const error = fromErrorBody(reply.error);
    // What may have been done must be asked about until that is known, or its number would be given to another one.
    if (error.retry !== 'no' && (!head.settled || doubtful(error))) {
      head.error = error;
      return askLater(state, Math.max(error.retryAfterMs ?? RETRY_MS, LEAST_RETRY_MS));
    }
    settle(head, error);
  } else {
    state.cmd += 1;
    settle(head);
  }
  state.head = undefined;
  state.id = undefined;
  ask(state);
}

function doubtful({ code }: SignalingError): boolean {
  return code !== 'rate_limited' && code !== 'draining';
}

function settle(pending: Pending, error?: SignalingError): void {
  pending.cancelDeadline();
  if (pending.settled) return;
  pending.settled = true;
  if (error === undefined) pending.resolve();
  else pending.reject(error);
}
