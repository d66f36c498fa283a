import type { Emitter } from '../signaling/emitter.js';
import type { ChannelData } from './peer-channels.js';

/** A data channel to everybody in the call, by its name. */
export interface Channel extends Pick<Emitter<ChannelEvents>, 'on'> {
  readonly name: string;
  /**
   * Sends to everybody, or to one participant; each message arrives at most once. Before a connection is open, up to 256
   * messages or 1 MiB wait for it. Returns the ids of those for whom there was no room: wait for `drained`. Throws a
   * RangeError above 64 KiB.
   */
  send(data: ChannelData, to?: string): readonly string[];
}

/** What a channel tells. */
export interface ChannelEvents {
  /** What arrived before the first listener is told to that one, up to 64 messages. */
  message: { readonly from: string; readonly data: string | ArrayBuffer };
  /** There is room again towards a participant for whom there was none. */
  drained: { readonly peer: string };
}
