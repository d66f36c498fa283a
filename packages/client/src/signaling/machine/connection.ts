import type { SignalingState } from '../signaling-client.js';

/**
 * The next connection on its way; `ms` is the time that the stage has, `first` what is to be done as it begins. Sockets
 * are named by their number `n`.
 */
export type Trial =
  | { readonly stage: 'waiting'; readonly ms: number; readonly first?: First; readonly n?: undefined }
  | {
      readonly stage: 'token' | 'opening' | 'joining';
      readonly ms: number;
      readonly n: number;
      readonly first?: undefined;
    };

/** Come back as somebody else, or with another token. */
export type First = 'new-key' | 'fresh-token' | undefined;

/** What outlives the connections. */
export interface Memory {
  /** The number of the latest socket. */
  readonly n: number;
  /** Which of the `addresses` is tried next. */
  readonly address: number;
  readonly addresses: number;
  /** Tries that failed since the last join. */
  readonly failures: number;
  /** The server asked to back off: a join alone does not make up for it. */
  readonly penalised?: boolean;
  /** A fresh token was asked for already since the last join. */
  readonly renewed?: boolean;
  /** Where the server would still know this participant: how long it keeps it, and when the last connection was lost. */
  readonly seat?: { readonly resumeMs: number; readonly lostAt?: number } | undefined;
}

/** One client's connection to the service, as it is at one moment. */
export type Connection = Idle | Absent | Joined | Leaving | Ended;

/** Not started. */
export interface Idle {
  readonly name: 'idle';
  readonly memory: Memory;
  readonly n?: undefined;
  readonly trial?: undefined;
}

/** No connection. `handover`: the one on its way has taken over, only its answer is not here yet. */
export interface Absent {
  readonly name: 'absent';
  readonly memory: Memory;
  readonly n?: undefined;
  readonly trial: Trial;
  readonly handover?: boolean;
}

/** Connected by socket `n`, perhaps with the next one on its way: make before break. */
export interface Joined {
  readonly name: 'joined';
  readonly memory: Memory;
  readonly n: number;
  readonly since: number;
  readonly degraded: boolean;
  readonly trial?: Trial | undefined;
  /** Why it moves; from a degraded gateway only until that recovers. */
  readonly moving?: 'told' | 'degraded' | undefined;
}

/** Waits for the answer to its `leave` on socket `n`. */
export interface Leaving {
  readonly name: 'leaving';
  readonly memory: Memory;
  readonly n: number;
  readonly trial?: undefined;
  readonly shown: SignalingState;
}

/** Over for good. */
export type Ended = Extract<SignalingState, { readonly name: 'ended' }> & {
  readonly n?: undefined;
  readonly trial?: undefined;
};

/** A client that has not been started; `address` is the first to try. */
export function idleConnection(address: number, addresses: number): Connection {
  const memory = { n: 0, address, addresses, failures: 0 };
  return { name: 'idle', memory };
}

/** What applications see of it. */
export function shownState(connection: Connection): SignalingState {
  switch (connection.name) {
    case 'idle':
      return { name: 'idle' };
    case 'absent': {
      const { trial, memory, handover } = connection;
      const attempt = memory.failures;
      if (trial.stage === 'waiting') return { name: 'waiting', attempt, retryInMs: trial.ms };
      if (handover) return { name: 'joined', degraded: false };
      return { name: 'connecting', attempt };
    }
    case 'joined':
      return { name: 'joined', degraded: connection.degraded };
    case 'leaving':
      return connection.shown;
    case 'ended':
      return connection;
  }
}
