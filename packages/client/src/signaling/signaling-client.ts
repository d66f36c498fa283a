import type { Change, IceServer, LeftReason, Participant, Quality, Roster } from '@parley/protocol';
import type { LinkMessage } from '../link/link.js';
import type { SignalingError } from './signaling-error.js';

/**
 * One participant of one room. Connects, joins, comes back by itself with the same key through any of the addresses, and
 * carries messages to the other participants, each once and in order.
 */
export interface SignalingClient {
  readonly state: SignalingState;
  /**
   * The secret for this participant; a later client, after a reload, takes its place with `replaces`. New when the server
   * asked for a rejoin.
   */
  readonly key: string;
  /** This participant's id, once it has joined; new after a rejoin. */
  readonly id: string | undefined;
  /** Who is in the room, this participant included; undefined before the first snapshot. */
  readonly roster: Roster | undefined;
  /** The ICE servers told last. */
  readonly iceServers: readonly IceServer[];
  /** Starts connecting; resolves with this participant's id once joined, rejects with a SignalingError when it never will. */
  join(): Promise<string>;
  /**
   * Queues a message to one participant over its reliable link. `full`: nothing was queued; wait for `drained`. `gone`:
   * nobody of that id is in the room (any more). A message without kind and payload is the link's own, and is not
   * delivered. Throws a SignalingError: `frame_too_large` (48 KiB with the header), `bad_request` (a kind above 32 bytes).
   */
  send(to: string, message: LinkMessage): 'queued' | 'full' | 'gone';
  /** Discards what is queued for a participant and starts afresh on both ends (its application hears `reset`). */
  restart(to: string): void;
  /**
   * A room message; resolves once it is committed. Rejects with a SignalingError: what the server answered, `timeout`
   * after 5 s without an answer (it may have been done or not), `queue_full` behind 64 others, `ended`.
   */
  message(data: string): Promise<void>;
  /** Changes own name or attributes; resolves once committed, rejects as `message` does. */
  update(change: {
    readonly name?: string;
    readonly attributes?: Readonly<Record<string, string>>;
  }): Promise<void>;
  /** Tells the server's metrics how calls do, best effort; nothing where the server does not ask for it. */
  report(quality: Omit<Quality, 'type'>): void;
  /** Leaves and ends; resolves when the server knows, or after 1 s. */
  leave(): Promise<void>;
  /** Listens until the function that is returned is called. */
  on<E extends keyof SignalingEvents>(event: E, listener: (what: SignalingEvents[E]) => void): () => void;
}

/** Where a client is. `ended` is final: a removed or replaced client never comes back by itself. */
export type SignalingState =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'joined'; readonly degraded: boolean }
  | { readonly name: 'waiting'; readonly attempt: number; readonly retryInMs: number }
  | {
      readonly name: 'ended';
      readonly reason: EndReason;
      readonly code?: number;
      readonly error?: SignalingError;
    };

/** Why a client ended. */
export type EndReason =
  'left' | 'removed' | 'replaced' | 'refused' | 'token-expired' | 'room-closed' | 'unsupported' | 'gave-up';

/** What a client tells. */
export interface SignalingEvents {
  /** Where the client is now. */
  state: SignalingState;
  /** After each batch or snapshot; `changes` is what it changed, also for snapshots (a difference). */
  roster: { readonly roster: Roster; readonly changes: readonly Change[] };
  /** Somebody is in the room: also for those whom the first snapshot holds, never for oneself. */
  joined: { readonly participant: Participant; readonly replaces: string | undefined };
  /** `expired` also stands for those who left while there was no connection, and nobody knows why. */
  left: { readonly participant: Participant; readonly reason: LeftReason };
  /** A message of the link with that participant; `signal` for what applications send to one. */
  signal: { readonly from: string; readonly message: LinkMessage };
  /** The other end of the link started afresh: make a new RTCPeerConnection for it. */
  reset: { readonly peer: string };
  /** A full queue has room again. */
  drained: { readonly peer: string };
  /** 30 s without progress towards a peer that is online. */
  stalled: { readonly peer: string };
  /** A room message, one's own included. */
  message: { readonly from: string; readonly data: string };
  /** New ICE servers, ahead of the end of those before. */
  iceServers: readonly IceServer[];
  /** The participant had expired and joined anew: another id, fresh links; `replaced` is the earlier id. */
  rejoined: { readonly id: string; readonly replaced: string };
  /** A listener or handler threw. */
  fault: { readonly error: unknown };
}
