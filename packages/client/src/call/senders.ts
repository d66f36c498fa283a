import type { Sources } from './pair-message.js';
import type { PeerConnection, Sender } from './peer-connection.js';

/** What a track shows. Applications may name others. */
export type TrackSource = 'camera' | 'microphone' | 'screen' | (string & {});

/** A track that goes to everybody; `replaceTrack` puts another in its place. */
export interface LocalTrack {
  readonly source: TrackSource;
  track: MediaStreamTrack;
}

/** This end's tracks on one RTCPeerConnection. */
export interface Senders {
  /** Adds what is missing and removes what is not wanted any more. */
  sync(wanted: ReadonlySet<LocalTrack>): void;
  /** The track of one was replaced: no negotiation is needed. */
  replaced(local: LocalTrack): void;
  /** Which m-lines carry what. */
  sources(): Sources;
}

/** No senders yet. */
export function createSenders(pc: PeerConnection, fault: (error: unknown) => void): Senders {
  const senders = new Map<LocalTrack, Sender>();
  const put = (sender: Sender, track: MediaStreamTrack): void => void sender.replaceTrack(track).catch(fault);
  const add = ({ track }: LocalTrack): Sender => {
    const taken = new Set(senders.values());
    // An m-line that carries nothing in this direction is used again, or each camera switched off and on would add one.
    const free = pc
      .getTransceivers()
      .find(
        ({ sender, receiver, direction }) =>
          !taken.has(sender) &&
          !sender.track &&
          receiver.track.kind === track.kind &&
          direction === 'recvonly',
      );
    if (free === undefined) return pc.addTrack(track);
    free.direction = 'sendrecv';
    put(free.sender, track);
    return free.sender;
  };
  return {
    sync(wanted) {
      for (const [local, sender] of senders) {
        if (wanted.has(local)) continue;
        pc.removeTrack(sender);
        senders.delete(local);
      }
      for (const local of wanted) if (!senders.has(local)) senders.set(local, add(local));
    },
    replaced(local) {
      const sender = senders.get(local);
      if (sender !== undefined) put(sender, local.track);
    },
    sources() {
      const mids = new Map(pc.getTransceivers().map(({ sender, mid }) => [sender, mid]));
      return [...senders].flatMap(([{ source }, sender]) => {
        const mid = mids.get(sender);
        return mid ? [[mid, source] as const] : [];
      });
    },
  };
}
