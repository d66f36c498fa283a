import { createEmitter } from '../emitter.js';
import type { Emitter } from '../emitter.js';
import type { DataChannel, DataChannelOptions, PeerConnection } from './peer-connection.js';

/** Above this a channel takes no more until it has drained, and to this, in bytes. */
const MOST_BUFFERED = 1 << 20;
const LOW_BUFFERED = 1 << 16;
/** Of the other end, on one RTCPeerConnection. */
const MOST_INCOMING = 64;

/** What a data channel carries; what was sent as a view of a buffer arrives as an ArrayBuffer. */
export type ChannelData = string | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** A data channel to everybody in the call, by its name. Ask for it before the others come, to miss nothing. */
export interface Channel extends Pick<Emitter<ChannelEvents>, 'on'> {
  /**
   * Sends to everybody, or to one participant, up to 64 KiB; each message arrives at most once. Returns the ids of those
   * to whom it was not sent, because they are not connected (yet) or have 1 MiB before them: wait for `ready`.
   */
  send(data: ChannelData, to?: string): readonly string[];
}

/** What a channel tells. */
export interface ChannelEvents {
  message: { readonly from: string; readonly data: string | ArrayBuffer };
  /** There is room towards a participant: its channel has opened, or drained. */
  ready: { readonly peer: string };
}

/** All data channels of a call. Each end sends on channels of its own, and receives on the other's. */
export interface Channels {
  /** The channel of that name, always the same; options count for the first time. */
  channel(name: string, options?: DataChannelOptions): Channel;
  /** Opens all channels on a new RTCPeerConnection, to a participant whose id may change. */
  attach(pc: PeerConnection, id: () => string): void;
  detach(pc: PeerConnection): void;
}

interface Known {
  readonly channel: Channel;
  readonly emit: Emitter<ChannelEvents>['emit'];
  open(pc: PeerConnection): void;
}

type Ids = Map<PeerConnection, () => string>;

/** No channels yet. */
export function createChannels(fault: (error: unknown) => void): Channels {
  const known = new Map<string, Known>();
  const ids: Ids = new Map();
  return {
    channel(name, options) {
      let one = known.get(name);
      if (!one) {
        known.set(name, (one = make(name, options, ids, fault)));
        for (const pc of ids.keys()) one.open(pc);
      }
      return one.channel;
    },
    attach(pc, id) {
      ids.set(pc, id);
      // Empty, so that the two connect also while nobody sends anything.
      pc.createDataChannel('', { negotiated: true, id: 0 });
      known.forEach((one) => one.open(pc));
      let incoming = 0;
      pc.addEventListener('datachannel', ({ channel }) => {
        if (!channel || (incoming += 1) > MOST_INCOMING) return;
        channel.binaryType = 'arraybuffer';
        channel.addEventListener('message', ({ data }) => {
          known.get(channel.label)?.emit('message', { from: id(), data: data as string | ArrayBuffer });
        });
      });
    },
    detach: (pc) => void ids.delete(pc),
  };
}

function make(
  name: string,
  options: DataChannelOptions | undefined,
  ids: Ids,
  fault: (error: unknown) => void,
): Known {
  const { on, emit } = createEmitter<ChannelEvents>(fault);
  const outgoing = new WeakMap<PeerConnection, DataChannel>();
  const sent = (pc: PeerConnection, data: ChannelData): boolean => {
    const channel = outgoing.get(pc);
    const room = channel?.readyState === 'open' && channel.bufferedAmount <= MOST_BUFFERED;
    // The types of the DOM have one overload for each kind of data.
    if (room) channel.send(data as string & ArrayBuffer);
    return room;
  };
  const send: Channel['send'] = (data, to) => {
    const receivers = [...ids].filter(([, id]) => (to ?? id()) === id());
    if (to && !receivers[0]) return [to];
    return receivers.flatMap(([pc, id]) => (sent(pc, data) ? [] : [id()]));
  };
  return {
    channel: { on, send },
    emit,
    open(pc) {
      const channel = pc.createDataChannel(name, options);
      const ready = (): void => emit('ready', { peer: ids.get(pc)?.() ?? '' });
      channel.bufferedAmountLowThreshold = LOW_BUFFERED;
      channel.addEventListener('open', ready);
      channel.addEventListener('bufferedamountlow', ready);
      outgoing.set(pc, channel);
    },
  };
}
