import type { DataChannel, DataChannelOptions, PeerConnection } from './peer-connection.js';

/** What a data channel carries; what was sent as a view of a buffer arrives as an ArrayBuffer. */
export type ChannelData = string | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** Messages that wait for a channel to open or to drain, and what a channel may have in its own buffer. */
const MOST_WAITING = 256;
const MOST_BYTES = 1 << 20;
/** All browsers take messages of this size from each other. */
const MOST_MESSAGE_BYTES = 64 << 10;
const LOW_BYTES = 64 << 10;
/** Of the other end. */
const MOST_CHANNELS = 64;

/** The data channels with one participant. Each end sends on channels of its own, and receives on the other's. */
export interface PeerChannels {
  /** There is a new RTCPeerConnection: all channels open on it. What the earlier one had not sent yet is lost. */
  attach(pc: PeerConnection): void;
  /** Opens a channel to send on. */
  open(name: string, options: DataChannelOptions): void;
  /** False: too much waits already. Throws a RangeError above 64 KiB. */
  send(name: string, data: ChannelData): boolean;
}

/** What channels are made of. */
export interface PeerChannelsDeps {
  received(name: string, data: string | ArrayBuffer): void;
  /** A channel that refused something takes it again. */
  drained(name: string): void;
}

interface Outgoing {
  readonly name: string;
  readonly options: DataChannelOptions;
  readonly waiting: ChannelData[];
  bytes: number;
  refused: boolean;
  channel: DataChannel | undefined;
}

/** No channels yet, but for an empty one on each RTCPeerConnection: it connects also while nobody sends anything. */
export function createPeerChannels(deps: PeerChannelsDeps): PeerChannels {
  const all = new Map<string, Outgoing>();
  let pc: PeerConnection | undefined;
  const open = (one: Outgoing): void => {
    const channel = pc?.createDataChannel(one.name, one.options);
    one.channel = channel;
    if (channel === undefined) return;
    channel.bufferedAmountLowThreshold = LOW_BYTES;
    for (const event of ['open', 'bufferedamountlow'])
      channel.addEventListener(event, () => flush(one, deps));
  };
  return {
    attach(given) {
      pc = given;
      pc.createDataChannel('', { negotiated: true, id: 0 });
      let incoming = 0;
      pc.addEventListener('datachannel', ({ channel }) => {
        if (channel !== undefined && (incoming += 1) <= MOST_CHANNELS) receive(channel, deps);
      });
      all.forEach(open);
    },
    open(name, options) {
      const one = { name, options, waiting: [], bytes: 0, refused: false, channel: undefined };
      all.set(name, one);
      open(one);
    },
    send(name, data) {
      const one = all.get(name);
      const size = sizeOf(data);
      if (size > MOST_MESSAGE_BYTES) throw new RangeError('a message of a data channel is at most 64 KiB');
      if (one === undefined) return false;
      if (one.channel?.readyState === 'closed') open(one);
      one.refused = one.waiting.length >= MOST_WAITING || one.bytes + size > MOST_BYTES;
      if (one.refused) return false;
      one.waiting.push(data);
      one.bytes += size;
      flush(one, deps);
      return true;
    },
  };
}

function receive(channel: DataChannel, deps: PeerChannelsDeps): void {
  channel.binaryType = 'arraybuffer';
  channel.addEventListener('message', ({ data }) => {
    if (typeof data === 'string' || data instanceof ArrayBuffer) deps.received(channel.label, data);
  });
}

function flush(one: Outgoing, deps: PeerChannelsDeps): void {
  const { channel, waiting } = one;
  while (waiting.length > 0) {
    const [data] = waiting;
    if (data === undefined || channel?.readyState !== 'open' || channel.bufferedAmount > MOST_BYTES) return;
    // The types of the DOM have one overload for each kind of data.
    channel.send(data as string & ArrayBuffer);
    waiting.shift();
    one.bytes -= sizeOf(data);
  }
  if (!one.refused) return;
  one.refused = false;
  deps.drained(one.name);
}

function sizeOf(data: ChannelData): number {
  return typeof data === 'string' ? data.length : data.byteLength;
}
