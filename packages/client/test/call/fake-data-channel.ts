import type { DataChannel } from '../../src/call/peer-connection.js';
import type { FakeNetwork } from './fake-network.js';

type Listener = (event: { readonly type: string; readonly data?: unknown }) => void;

/** One end of a data channel, and what the fake connection does to it. */
export interface FakeDataChannel extends DataChannel {
  readonly negotiated: boolean;
  peer: FakeDataChannel | undefined;
  bufferedAmount: number;
  pair(other: FakeDataChannel): void;
  open(): void;
  shut(): void;
  receive(data: unknown): void;
  /** Tells a listener. */
  fire(type: string, data?: unknown): void;
}

/** A channel that is connecting. */
export function createFakeDataChannel(
  network: Pick<FakeNetwork<unknown>, 'clock'>,
  label: string,
  negotiated: boolean,
): FakeDataChannel {
  const listeners = new Map<string, Listener[]>();
  let readyState = 'connecting';
  const channel: FakeDataChannel = {
    label,
    negotiated,
    peer: undefined,
    get readyState() {
      return readyState;
    },
    bufferedAmount: 0,
    bufferedAmountLowThreshold: 0,
    binaryType: 'blob',
    send(data) {
      if (readyState !== 'open') throw new DOMException('not open', 'InvalidStateError');
      const { peer } = channel;
      network.clock.after(10, () => peer?.receive(data));
    },
    close: () => channel.shut(),
    addEventListener: (type, listener) =>
      void listeners.set(type, [...(listeners.get(type) ?? []), listener]),
    pair(other) {
      channel.peer = other;
      other.peer = channel;
    },
    open() {
      readyState = 'open';
      network.clock.after(0, () => channel.fire('open'));
    },
    shut() {
      readyState = 'closed';
      if (channel.peer?.readyState === 'open') channel.peer.shut();
    },
    receive: (data) => readyState === 'open' && channel.fire('message', data),
    fire: (type, data) => listeners.get(type)?.forEach((listener) => listener({ type, data })),
  };
  return channel;
}
