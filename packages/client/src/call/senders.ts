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
  const carried = new Map<Sender, LocalTrack>();
  // A sender has no track yet while one is being put: `addTrack` would take it for free and give it away twice.
  let putting = 0;
  const put = async (sender: Sender, track: MediaStreamTrack): Promise<void> => {
    putting += 1;
    await sender.replaceTrack(track).catch(fault);
    putting -= 1;
    sync();
  };
  const add = ({ track }: LocalTrack): Sender => {
    // An m-line that carries nothing in this direction is used again, or each camera switched off and on would add one.
    const free = pc
      .getTransceivers()
      .find(
        ({ sender, receiver, direction }) =>
          direction === 'recvonly' && receiver.track.kind === track.kind && !carried.has(sender),
      );
    if (!free) return pc.addTrack(track);
    free.direction = 'sendrecv';
    void put(free.sender, track);
    return free.sender;
  };
  const sync = (): void => {
    for (const [sender, local] of carried) {
      if (wanted.has(local)) continue;
      pc.removeTrack(sender);
      carried.delete(sender);
    }
    const sent = [...carried.values()];
    for (const local of wanted) if (!putting && !sent.includes(local)) carried.set(add(local), local);
    changed();
  };
  return {
    sync,
    replaced(local) {
      for (const [sender, one] of carried) if (one === local) void put(sender, local.track);
    },
    sources() {
      return pc.getTransceivers().flatMap(({ mid, sender }) => {
        const local = carried.get(sender);
        return mid && local ? [[mid, local.source] as const] : [];
      });
    },
  };
}
