/**
 * The client: `createSignalingClient` joins a room and carries messages, `createMeshCall` holds a call in it. What else
 * there is are their options, events and errors, and the ports by which a test or another platform takes the place of
 * the browser.
 *
 * @module client
 */
export type {
  Attributes,
  CandidateType,
  Change,
  ErrorBody,
  ErrorCode,
  IceServer,
  LeftReason,
  LinkHeader,
  Participant,
  ParticipantKind,
  ParticipantStatus,
  Position,
  Quality,
  QualityPair,
  Retry,
  RoomInfo,
  Roster,
} from '@parley/protocol';
export type { Emitter } from './emitter.js';
export { createLink } from './link/create-link.js';
export type { Link, LinkDeps, LinkMessage, PeerPresence } from './link/link.js';
export { createBackoff } from './signaling/backoff.js';
export { createSignalingClient } from './signaling/create-signaling-client.js';
export type { SignalingOptions, TokenSource } from './signaling/options.js';
export type {
  Backoff,
  CancelTimer,
  ClientClock,
  ClientPage,
  ClientRandom,
  WebSocketConstructor,
  WebSocketLike,
} from './ports.js';
export type {
  EndReason,
  SignalingClient,
  SignalingEvents,
  SignalingState,
} from './signaling/signaling-client.js';
export { SignalingError } from './signaling/signaling-error.js';
export type { SignalingErrorBody, SignalingErrorCode } from './signaling/signaling-error.js';
export { browserClock } from './system/browser-clock.js';
export { browserPage } from './system/browser-page.js';
export type { PageScope } from './system/browser-page.js';
export { browserRandom } from './system/browser-random.js';
export * from './call/index.js';
