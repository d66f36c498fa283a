import { createEmitter } from '../signaling/emitter.js';
import type { Emitter } from '../signaling/emitter.js';
import type { Channel, ChannelEvents } from './channel.js';
import { createPeerChannels } from './peer-channels.js';
import type { PeerChannels } from './peer-channels.js';
import type { DataChannelOptions } from './peer-connection.js';

/** Messages that arrived before anybody listened, on all channels together. */
const MOST_EARLY = 64;

/** All data channels of a call. */
export interface Channels {
  /** The channel of that name, always the same; options count for the first time. */
  channel(name: string, options?: DataChannelOptions): Channel;
  /** The channels with one more participant, whose id may change. */
  add(id: () => string): PeerChannels;
  remove(channels: PeerChannels): void;
}

interface Known {
  readonly channel: Channel;
  readonly emitter: Emitter<ChannelEvents>;
  readonly options: DataChannelOptions;
  heard: boolean;
}

interface State {
  readonly known: Map<string, Known>;
  readonly peers: Map<PeerChannels, () => string>;
  readonly fault: (error: unknown) => void;
  early: { readonly name: string; readonly message: ChannelEvents['message'] }[];
}

/** No channels yet. */
export function createChannels(fault: (error: unknown) => void): Channels {
  const state: State = { known: new Map(), peers: new Map(), fault, early: [] };
  return {
    channel: (name, options = {}) => (state.known.get(name) ?? make(state, name, options)).channel,
    add(id) {
      const channels = createPeerChannels({
        received: (name, data) => received(state, name, { from: id(), data }),
        drained: (name) => state.known.get(name)?.emitter.emit('drained', { peer: id() }),
      });
      state.known.forEach(({ options }, name) => channels.open(name, options));
      state.peers.set(channels, id);
      return channels;
    },
    remove: (channels) => void state.peers.delete(channels),
  };
}

function received(state: State, name: string, message: ChannelEvents['message']): void {
  const known = state.known.get(name);
  if (known?.heard) known.emitter.emit('message', message);
  else if (state.early.length < MOST_EARLY) state.early.push({ name, message });
}

function make(state: State, name: string, options: DataChannelOptions): Known {
  const emitter = createEmitter<ChannelEvents>(state.fault);
  const channel: Channel = {
    name,
    on(event, listener) {
      const off = emitter.on(event, listener);
      if (event === 'message' && !known.heard) hear(state, known);
      return off;
    },
    send: (data, to) =>
      [...state.peers].flatMap(([channels, id]) =>
        (to === undefined || id() === to) && !channels.send(name, data) ? [id()] : [],
      ),
  };
  const known: Known = { channel, emitter, options, heard: false };
  state.known.set(name, known);
  for (const channels of state.peers.keys()) channels.open(name, options);
  return known;
}

function hear(state: State, known: Known): void {
  known.heard = true;
  const { early } = state;
  state.early = early.filter(({ name }) => name !== known.channel.name);
  for (const { name, message } of early) {
    if (name === known.channel.name) known.emitter.emit('message', message);
  }
}
