import type { CallContext } from './call-context.js';
import { createNegotiation } from './negotiation.js';
import type { Negotiation, NegotiationDeps } from './negotiation.js';
import type { PeerConnection } from './peer-connection.js';
import { createReceivers } from './receivers.js';
import type { Receivers } from './receivers.js';
import { createSenders } from './senders.js';
import type { Senders } from './senders.js';

/** One RTCPeerConnection with what belongs to it. */
export interface Connection {
  readonly pc: PeerConnection;
  readonly negotiation: Negotiation;
  readonly receivers: Receivers;
  readonly senders: Senders;
  /** Closes the RTCPeerConnection; every track of the other end is told as ended. */
  close(): void;
}

/** What a connection needs besides what its call has. */
export interface ConnectionDeps extends Pick<
  NegotiationDeps,
  'session' | 'polite' | 'send' | 'reachable' | 'broken'
> {
  /** The other end's participant id. */
  id(): string;
  /** Some state of the RTCPeerConnection has changed. */
  changed(): void;
}

/** A new RTCPeerConnection, which offers as soon as the browser finds that it should. */
export function createConnection(call: CallContext, deps: ConnectionDeps): Connection {
  const { id, changed } = deps;
  const pc = call.createPeerConnection(call.configuration());
  const senders = createSenders(pc, call.tracks, () => negotiation.negotiate(), call.fault);
  const receivers = createReceivers(pc, (event, what) => call.emit(event, { ...what, from: id() }));
  const negotiation: Negotiation = createNegotiation({
    ...call,
    ...deps,
    pc,
    sources: senders.sources,
    described(sources) {
      receivers.described(sources);
      changed();
    },
    collision: () => call.emit('collision', { peer: id() }),
  });
  pc.addEventListener('iceconnectionstatechange', changed);
  pc.addEventListener('connectionstatechange', changed);
  call.channels.attach(pc, id);
  senders.sync();
  return {
    pc,
    negotiation,
    receivers,
    senders,
    close() {
      negotiation.close();
      receivers.described([]);
      call.channels.detach(pc);
      pc.close();
    },
  };
}

/**
 * What names an RTCPeerConnection and its other end: their certificates' fingerprints, in short, which only these two
 * know of each other. Empty before a description of the other end was applied.
 */
export function pairOf({ connection }: { readonly connection?: Connection | undefined }): readonly string[] {
  const descriptions = [connection?.pc.localDescription, connection?.pc.remoteDescription];
  const found = descriptions.flatMap(
    (one) => /^a=fingerprint:\S+ ([\w:]{23})/m.exec(one?.sdp ?? '')?.[1] ?? [],
  );
  return found.length > 1 ? found : [];
}
