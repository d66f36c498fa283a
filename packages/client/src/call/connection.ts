import { generationsOf } from './candidates.js';
import { createNegotiation } from './negotiation.js';
import type { Negotiation, NegotiationDeps } from './negotiation.js';
import type { PeerChannels } from './peer-channels.js';
import type { CreatePeerConnection, PeerConnection } from './peer-connection.js';
import { createReceivers } from './receivers.js';
import type { Receivers, RemoteTrack } from './receivers.js';
import { createSenders } from './senders.js';
import type { LocalTrack, Senders } from './senders.js';

/** One RTCPeerConnection with what belongs to it. */
export interface Connection {
  readonly pc: PeerConnection;
  readonly negotiation: Negotiation;
  readonly receivers: Receivers;
  readonly senders: Senders;
  /** Adds and removes tracks as wanted, and negotiates what follows. */
  sync(wanted: ReadonlySet<LocalTrack>): void;
  /** Closes the RTCPeerConnection; every track of the other end is told as ended. */
  close(): void;
}

/** What a connection is made of; the rest of what its negotiation needs is the connection's own. */
export interface ConnectionDeps extends Omit<NegotiationDeps, 'pc' | 'sources' | 'described'> {
  readonly configuration: RTCConfiguration;
  readonly createPeerConnection: CreatePeerConnection;
  readonly channels: PeerChannels;
  /** Some state of the RTCPeerConnection has changed. */
  changed(): void;
  track(event: 'track' | 'trackEnded', what: RemoteTrack): void;
}

/** A new RTCPeerConnection, which offers as soon as the browser finds that it should. */
export function createConnection(deps: ConnectionDeps): Connection {
  const pc = deps.createPeerConnection(deps.configuration);
  const senders = createSenders(pc, { fault: deps.fault, changed: () => negotiation.check() });
  const receivers = createReceivers(pc, deps.track);
  const { sources } = senders;
  const negotiation: Negotiation = createNegotiation({ ...deps, pc, sources, described: receivers.described });
  let closed = false;
  for (const event of ['iceconnectionstatechange', 'connectionstatechange']) {
    pc.addEventListener(event, () => closed || deps.changed());
  }
  deps.channels.attach(pc);
  return {
    pc,
    negotiation,
    receivers,
    senders,
    sync(wanted) {
      senders.sync(wanted);
      negotiation.check();
    },
    close() {
      closed = true;
      negotiation.close();
      receivers.close();
      pc.close();
    },
  };
}

/**
 * What names an RTCPeerConnection and its other end: their certificates' fingerprints, in short, which only these two
 * know of each other. Undefined before a description of the other end was applied.
 */
export function pairOf(pc: PeerConnection | undefined): readonly [own: string, other: string] | undefined {
  const own = fingerprintOf(pc?.localDescription?.sdp);
  const other = fingerprintOf(pc?.remoteDescription?.sdp);
  return own === undefined || other === undefined ? undefined : [own, other];
}

function fingerprintOf(sdp: string | undefined): string | undefined {
  return /^a=fingerprint:\S+ ([\dA-Fa-f:]{23})/m.exec(sdp ?? '')?.[1];
}

/** Whether a description of the other end was ever applied. */
export function isPaired(pc: PeerConnection): boolean {
  return generationsOf(pc.remoteDescription?.sdp).size > 0;
}
