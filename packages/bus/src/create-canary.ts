import type { Bus, Subscription } from './bus.js';
import { createListeners } from './listeners.js';
import type { Listeners } from './listeners.js';
import type { Timers } from './timers.js';

/** Whether this process still hears what it sends over the bus. */
export interface Canary {
  /** Subscribes the subject and sends the first message. Rejects as `subscribe` does. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** True while every canary sent more than `freshMs` ago came back. False before the first, and after `stop`. */
  fresh(): boolean;
  /** Milliseconds: the age of the oldest canary that is out, else the time that the last one took; own stalls left out. */
  lateness(): number;
  /** Told after each change of `fresh()`. */
  onChange(listener: (fresh: boolean) => void): () => void;
}

/** What a canary works with. */
export interface CanaryOptions {
  readonly bus: Bus;
  readonly timers: Timers;
  /** Nobody else publishes there: `canary.` and the process's id. */
  readonly subject: string;
  /** Default 1,000. */
  readonly intervalMs?: number;
  /** Default 2,000. */
  readonly freshMs?: number;
  readonly onThrow?: (error: unknown) => void;
  /** Told how long each message took there and back, in milliseconds, own stalls left out. */
  readonly onHeard?: (tookMs: number) => void;
}

interface State {
  readonly bus: Bus;
  readonly timers: Timers;
  readonly subject: string;
  readonly freshMs: number;
  readonly listeners: Listeners<boolean>;
  readonly onHeard: (tookMs: number) => void;
  /** Milliseconds of this process's event loop, without its stalls: a tick counts at most twice its length. */
  loopTime: number;
  tickedAt: number;
  /** Loop times of canaries that are out, oldest first. */
  out: number[];
  publishing: number;
  lastTook: number | undefined;
  wasFresh: boolean;
  subscription: Subscription | undefined;
  cancels: (() => void)[];
}

const TICK_MS = 100;
const MAX_OUT = 64;
const MAX_PUBLISHING = 4;

/** Creates a stopped canary. Its memory is bounded however long the bus is silent, and it finds a bus that is back. */
export function createCanary(options: CanaryOptions): Canary {
  const { bus, timers, subject, intervalMs = 1000, freshMs = 2000 } = options;
  const state: State = {
    bus,
    timers,
    subject,
    freshMs,
    listeners: createListeners<boolean>(options.onThrow),
    onHeard: options.onHeard ?? (() => undefined),
    loopTime: 0,
    tickedAt: timers.now(),
    out: [],
    publishing: 0,
    lastTook: undefined,
    wasFresh: false,
    subscription: undefined,
    cancels: [],
  };
  return {
    start: () => start(state, intervalMs),
    stop: () => stop(state),
    fresh: () => isFresh(state),
    lateness: () => lateness(state),
    onChange: state.listeners.add,
  };
}

async function start(state: State, intervalMs: number): Promise<void> {
  if (state.cancels.length > 0) return;
  state.tickedAt = state.timers.now();
  state.cancels = [
    state.timers.every(TICK_MS, () => tick(state)),
    state.timers.every(intervalMs, () => void sing(state)),
  ];
  const subscription = await state.bus.subscribe(state.subject, (payload) => hear(state, payload));
  if (state.cancels.length === 0) return subscription.unsubscribe();
  state.subscription = subscription;
  void sing(state);
}

async function stop(state: State): Promise<void> {
  for (const cancel of state.cancels.splice(0)) cancel();
  state.out = [];
  state.lastTook = undefined;
  tellChange(state);
  const { subscription } = state;
  state.subscription = undefined;
  // A bus that is closed or cut off has nothing to unsubscribe.
  await subscription?.unsubscribe().catch(() => undefined);
}

function tick(state: State): void {
  const now = state.timers.now();
  state.loopTime += Math.min(now - state.tickedAt, 2 * TICK_MS);
  state.tickedAt = now;
  tellChange(state);
}

/** Sends one canary. A publish that fails leaves it out, so that it is late like one that the bus lost. */
async function sing(state: State): Promise<void> {
  tick(state);
  if (state.out.length < MAX_OUT) state.out.push(state.loopTime);
  if (state.publishing >= MAX_PUBLISHING) return;
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setFloat64(0, state.loopTime);
  state.publishing += 1;
  try {
    await state.bus.publish(state.subject, payload);
  } catch {
    // Lateness tells.
  } finally {
    state.publishing -= 1;
  }
}

function hear(state: State, payload: Uint8Array): void {
  if (payload.length !== 8 || state.cancels.length === 0) return;
  tick(state);
  const sentAt = new DataView(payload.buffer, payload.byteOffset).getFloat64(0);
  if (!(sentAt <= state.loopTime)) return;
  state.lastTook = state.loopTime - sentAt;
  state.onHeard(state.lastTook);
  state.out = state.out.filter((at) => at > sentAt);
  tellChange(state);
}

function isFresh(state: State): boolean {
  return state.lastTook !== undefined && state.lastTook < state.freshMs && age(state) < state.freshMs;
}

function lateness(state: State): number {
  return Math.max(age(state), state.out.length > 0 ? 0 : (state.lastTook ?? 0));
}

function age(state: State): number {
  const oldest = state.out[0];
  return oldest === undefined ? 0 : state.loopTime - oldest;
}

function tellChange(state: State): void {
  const fresh = isFresh(state);
  if (fresh === state.wasFresh) return;
  state.wasFresh = fresh;
  state.listeners.tell(fresh);
}
