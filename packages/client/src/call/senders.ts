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
  sync(): void;
  /** The track of one was replaced: no negotiation is needed. */
  replaced(local: LocalTrack): void;
  /** Which m-lines carry what. */
  sources(): Sources;
}

/** No senders yet. `changed` hears of each change, which the browser does not always notice. */
export function createSenders(
  pc: PeerConnection,
  wanted: ReadonlySet<LocalTrack>,
  changed: () => void,
  fault: (error: unknown) => void,
): Senders {
  const senders = new Map<LocalTrack, Sender>();
  // A sender has no track yet while one is being put: `addTrack` would take it for free and give it away twice.
  let putting = 0;
  const put = async (sender: Sender, track: MediaStreamTrack): Promise<void> => {
    putting += 1;
    await sender.replaceTrack(track).catch(fault);
    putting -= 1;
    sync();
  };
  const add = ({ track }: LocalTrack): Sender => {
    const taken = [...senders.values()];
    // An m-line that carries nothing in this direction is used again, or each camera switched off and on would add one.
    const free = pc
      .getTransceivers()
      .find(
        ({ sender, receiver, direction }) =>
          direction === 'recvonly' && receiver.track.kind === track.kind && !taken.includes(sender),
      );
    if (!free) return pc.addTrack(track);
    free.direction = 'sendrecv';
    void put(free.sender, track);
    return free.sender;
  };
  const sync = (): void => {
    for (const [local, sender] of senders) {
      if (wanted.has(local)) continue;
      pc.removeTrack(sender);
      senders.delete(local);
    }
    for (const local of wanted) if (!putting && !senders.has(local)) senders.set(local, add(local));
    changed();
  };
  return {
    sync,
    replaced(local) {
      const sender = senders.get(local);
      if (sender) void put(sender, local.track);
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
