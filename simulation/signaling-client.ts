import { createSignalingClient as createSdkClient, SignalingError } from '@parley/client';
import type { SignalingClient as SdkClient } from '@parley/client';
import type { Clock } from '@parley/kit';
import type { Roster } from '@parley/protocol';
import type { SeededRandom } from '@parley/testkit';
import { createClientNetwork } from './client-socket.js';
import type { MemorySockets } from './memory-sockets.js';

/** A participant of the simulation: a client of the SDK, and what it was told. */
export interface SignalingClient {
  readonly name: string;
  start(): void;
  /** Cuts its sockets; it comes back by itself. */
  cut(): void;
  /** Says goodbye, and does not come back. */
  leave(): void;
  /** Goes without a word, and does not come back. */
  vanish(): void;
  send(to: string, payload: string): 'queued' | 'full' | 'gone';
  /** Asks for a room message; nothing while it is not joined, or one is outstanding. */
  message(data: string): void;
  /** What its room messages were refused for, for good. */
  readonly refused: readonly string[];
  /** Its id once it has joined. */
  id(): string | undefined;
  roster(): Roster | undefined;
  connected(): boolean;
  /** Whether it left or vanished. */
  ended(): boolean;
  /** What it was delivered, in order, by sender. */
  readonly received: ReadonlyMap<string, readonly string[]>;
  /** Whom it was ever told had left, by name, with the reason. */
  readonly sawLeave: readonly (readonly [name: string, how: string])[];
  /** Every id that it was ever told was its own, in order: one, while it always comes back in time. */
  readonly ids: readonly string[];
  /** What the SDK caught of its own listeners and handlers. */
  readonly faults: readonly string[];
}

/** What a client of the simulation is made of. */
export interface SignalingClientDeps {
  readonly name: string;
  readonly room: string;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly sockets: MemorySockets;
  /** Gateways, of which each connection reaches one at random, only not the same as the one before. */
  gateways(): readonly string[];
}

interface Told {
  readonly received: Map<string, string[]>;
  readonly sawLeave: [name: string, how: string][];
  readonly ids: string[];
  readonly refused: string[];
  readonly faults: string[];
}

/** Soon enough to be back within the resume window whatever happens to the connections. */
const BACK_WITHIN_MS = 1_000;

/** A client that is not connected yet. */
export function createSignalingClient(deps: SignalingClientDeps): SignalingClient {
  const { name, random } = deps;
  const told: Told = { received: new Map(), sawLeave: [], ids: [], refused: [], faults: [] };
  let latest = '';
  const pick = (): string => {
    const all = deps.gateways();
    const others = all.filter((gateway) => gateway !== latest);
    return (latest = random.pick(others.length > 0 ? others : all));
  };
  const network = createClientNetwork({ sockets: deps.sockets, pick });
  let [vanished, left, asking] = [false, false, false];
  const sdk = createSdk(deps, network.WebSocket, () => vanished);
  listen(sdk, told);
  return {
    name,
    start: () => void sdk.join().then((id) => told.ids.push(id), ignore),
    cut: network.cut,
    leave() {
      left = true;
      void sdk.leave();
    },
    vanish() {
      vanished = true;
      network.cut();
    },
    send: (to, payload) => sdk.send(to, { payload }),
    message(data) {
      if (sdk.state.name !== 'joined' || asking) return;
      asking = true;
      sdk
        .message(data)
        .catch((error: unknown) => {
          if (error instanceof SignalingError && error.retry === 'no' && !left) told.refused.push(error.code);
        })
        .finally(() => (asking = false));
    },
    id: () => sdk.id,
    roster: () => sdk.roster,
    connected: () => sdk.state.name === 'joined',
    ended: () => left || vanished,
    ...told,
  };
}

/** The SDK on the simulated machine, which stands still once it has vanished. */
function createSdk(
  { name, room, clock, random }: SignalingClientDeps,
  WebSocket: NonNullable<Parameters<typeof createSdkClient>[0]['WebSocket']>,
  vanished: () => boolean,
): SdkClient {
  return createSdkClient({
    ...{ name, room, WebSocket, random, urls: 'ws://gateways/v1/connect' },
    clock: {
      now: clock.now,
      wall: clock.wall,
      after: (ms, run) =>
        clock.after(ms, () => {
          if (!vanished()) run();
        }),
    },
    backoff: { delayMs: (_attempt, retryAfterMs = 0) => retryAfterMs + random.below(BACK_WITHIN_MS) },
    page: { visible: () => true, watch: () => () => undefined },
  });
}

function listen(sdk: SdkClient, { received, sawLeave, ids, faults }: Told): void {
  sdk.on('signal', ({ from, message }) => {
    const got = received.get(from) ?? [];
    received.set(from, got);
    got.push(message.payload ?? '');
  });
  sdk.on('left', ({ participant, reason }) => void sawLeave.push([participant.name, reason]));
  sdk.on('rejoined', ({ id }) => void ids.push(id));
  sdk.on('fault', ({ error }) => void faults.push(String(error)));
}

const ignore = (): void => undefined;
