import type { QualityPair } from '@parley/protocol';
import type { ClientClock } from '../ports.js';
import type { Channels } from './channels.js';
import type { MeshCallEvents } from './mesh-call.js';
import type { PairMessage } from './pair-message.js';
import type { CreatePeerConnection } from './peer-connection.js';
import type { LocalTrack } from './senders.js';

/** What the parts of one call share. */
export interface CallContext {
  readonly clock: ClientClock;
  readonly channels: Channels;
  /** What this end sends. */
  readonly tracks: ReadonlySet<LocalTrack>;
  /** For the next report: pairs by whom they are with, and how often ICE was restarted since the one before. */
  readonly quality: { readonly pairs: Map<object, QualityPair>; restarts: number };
  readonly createPeerConnection: CreatePeerConnection;
  /** For the next RTCPeerConnection. */
  configuration(): RTCConfiguration;
  /** One's own participant id. */
  self(): string;
  /** Whether signaling is joined and the participant online. */
  reachable(id: string): boolean;
  /** Hands a message to the link; false: it is full. */
  send(to: string, message: PairMessage): boolean;
  /** The number of a new RTCPeerConnection: above the given one, and above all that this call has used. */
  nextSession(after: number): number;
  emit<E extends keyof MeshCallEvents>(event: E, what: MeshCallEvents[E]): void;
  fault(error: unknown): void;
}
