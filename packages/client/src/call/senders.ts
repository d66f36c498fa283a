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

/** No senders yet. `changed` hears when something was done later than it was asked for. */
export function createSenders(
  pc: PeerConnection,
  deps: { changed(): void; fault(error: unknown): void },
): Senders {
  const senders = new Map<LocalTrack, Sender>();
  // A sender has no track yet while one is being put: `addTrack` would take it for free and give it away twice.
  let putting = 0;
  let waiting: ReadonlySet<LocalTrack> | undefined;
  const put = async (sender: Sender, track: MediaStreamTrack): Promise<void> => {
    putting += 1;
    await sender.replaceTrack(track).catch(deps.fault);
    putting -= 1;
    if (putting > 0 || waiting === undefined) return;
    sync(waiting);
    deps.changed();
  };
  const add = ({ track }: LocalTrack): Sender => {
    const taken = new Set(senders.values());
    // An m-line that carries nothing in this direction is used again, or each camera switched off and on would add one.
    const free = pc
      .getTransceivers()
      .find(
        ({ sender, receiver, direction }) =>
          direction === 'recvonly' && receiver.track.kind === track.kind && !taken.has(sender),
      );
    if (free === undefined) return pc.addTrack(track);
    free.direction = 'sendrecv';
    void put(free.sender, track);
    return free.sender;
  };
  const sync = (wanted: ReadonlySet<LocalTrack>): void => {
    waiting = undefined;
    for (const [local, sender] of senders) {
      if (wanted.has(local)) continue;
      pc.removeTrack(sender);
      senders.delete(local);
    }
    for (const local of wanted) {
      if (senders.has(local)) continue;
      if (putting > 0) waiting = wanted;
      else senders.set(local, add(local));
    }
  };
  return {
    sync,
    replaced(local) {
      const sender = senders.get(local);
      if (sender !== undefined) void put(sender, local.track);
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
