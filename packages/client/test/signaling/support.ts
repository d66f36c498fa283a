import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { Limits } from '@parley/protocol';
import { createSignalingClient } from '../../src/index.js';
import type { SignalingClient, SignalingEvents, SignalingOptions } from '../../src/index.js';
import { createFakeService } from './fake-service.js';

/** A client with everything that it told. */
export interface Watched {
  readonly client: SignalingClient;
  readonly told: { readonly event: keyof SignalingEvents; readonly what: never }[];
  /** Payloads of signals, by sender. */
  readonly got: Map<string, string[]>;
  readonly states: string[];
  of<E extends keyof SignalingEvents>(event: E): SignalingEvents[E][];
}

const EVENTS: readonly (keyof SignalingEvents)[] = [
  ...(['state', 'roster', 'joined', 'left', 'signal', 'reset', 'drained', 'stalled', 'message'] as const),
  ...(['iceServers', 'rejoined', 'fault'] as const),
];

/** A virtual world: a clock, a service, and clients on it. */
export function createWorld(seed = 1, limits: Partial<Limits> = {}) {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed);
  const service = createFakeService(clock, random.fork('service'), limits);
  let count = 0;
  const page = createFakePage();
  const create = (options: Partial<SignalingOptions> = {}): Watched => {
    count += 1;
    const client = createSignalingClient({
      ...{ urls: 'ws://a/v1/connect', room: 'room', WebSocket: service.WebSocket },
      ...{ clock, random: random.fork(`client ${count}`), page, name: `c${count}` },
      ...options,
    });
    return watch(client);
  };
  const join = async (options: Partial<SignalingOptions> = {}): Promise<Watched> => {
    const watched = create(options);
    const joined = watched.client.join();
    await clock.advance(100);
    await joined;
    return watched;
  };
  return { clock, random, service, page, create, join };
}

/** A page that is shown, hidden and put online by hand. */
export function createFakePage() {
  const listeners = new Set<(what: 'online' | 'visible' | 'hidden') => void>();
  let visible = true;
  return {
    visible: () => visible,
    watch(listener: (what: 'online' | 'visible' | 'hidden') => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(what: 'online' | 'visible' | 'hidden') {
      if (what !== 'online') visible = what === 'visible';
      for (const listener of listeners) listener(what);
    },
    listeners,
  };
}

function watch(client: SignalingClient): Watched {
  const told: { event: keyof SignalingEvents; what: never }[] = [];
  const got = new Map<string, string[]>();
  const states: string[] = [];
  for (const event of EVENTS) client.on(event, (what) => told.push({ event, what: what as never }));
  client.on('state', ({ name }) => states.push(name));
  client.on('signal', ({ from, message }) => got.set(from, [...(got.get(from) ?? []), message.payload]));
  return {
    ...{ client, told, got, states },
    of: (event) => told.filter((one) => one.event === event).map(({ what }) => what),
  };
}
