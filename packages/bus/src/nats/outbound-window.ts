import { BusError } from '../bus-error.js';
import type { BusErrorCode } from '../bus-error.js';
import type { Timers } from '../timers.js';

/** The part of a connection that the window writes to. */
export interface OutboundLink {
  /** Takes the message at once; the bytes are not changed afterwards. */
  publish(subject: string, payload: Uint8Array, tag: number): void;
  /** Resolves once the server has taken everything published before; rejects when the link breaks. */
  flush(): Promise<void>;
  maxPayload(): number;
}

/** What waits to leave over a link, and what has left and is not confirmed. */
export interface OutboundWindow {
  /**
   * Resolves once the server has the message: 0 if it said that nobody listened, else undefined. Rejects with a BusError
   * at the latest some 2 s after the server ceased to confirm anything.
   */
  send(subject: string, payload: Uint8Array): Promise<number | undefined>;
  /** Resolves once everything sent before is settled. */
  flush(): Promise<void>;
  /** The link is there. */
  open(link: OutboundLink): void;
  /** From now on nothing new is taken: it rejects as `closed`. */
  refuse(): void;
  /** It is not: everything that waits rejects with `code`, and what is sent from now on too. */
  shut(code: 'disconnected' | 'closed'): void;
  /** The server said that nobody listened to the message with this tag. */
  nobody(tag: number): void;
}

/** Bounds of what waits or is not confirmed. */
export interface OutboundLimits {
  readonly maxQueuedMessages: number;
  readonly maxQueuedBytes: number;
}

interface Message {
  readonly tag: number;
  /** Undefined: a flush that waits for its turn. */
  readonly content: { readonly subject: string; readonly payload: Uint8Array } | undefined;
  readonly cost: number;
  readonly settle: (outcome: number | undefined | BusError) => void;
  receivers: 0 | undefined;
}

/** Messages that one round trip confirms. */
interface Group {
  readonly messages: readonly Message[];
  readonly cost: number;
  /** Milliseconds without an answer while it was the oldest. */
  age: number;
}

interface State {
  readonly timers: Pick<Timers, 'now' | 'every'>;
  readonly limits: OutboundLimits;
  readonly queue: Message[];
  readonly inFlight: Map<number, Message>;
  groups: Group[];
  link: OutboundLink | undefined;
  refusal: BusErrorCode;
  refuses: boolean;
  /** The server has confirmed nothing for too long. */
  stalled: boolean;
  held: number;
  lastTag: number;
  isScheduled: boolean;
  tickedAt: number;
  cancelTick: () => void;
}

/** Beside its bytes: subject, bookkeeping, and an upper bound for empty messages. */
const MESSAGE_COST = 256;
/** What may be out at once: a round trip of 1 ms then still carries 2 GB a second. */
const WINDOW_BYTES = 2 * 1024 * 1024;
const WINDOW_GROUPS = 16;
const TICK_MS = 100;
const STALL_MS = 2_000;
/** One for all: it is told most when there is least to spare. */
const OVERFLOW = new BusError('overflow');

/**
 * Creates a window that is shut. Because the client library queues without bound, nothing is handed to it before the
 * server has confirmed enough of what went before; the rest waits here, within `limits`. What is sent within one
 * microtask turn leaves in one write, followed by one ping, whose answer confirms it. Order is kept.
 */
export function createOutboundWindow(
  timers: Pick<Timers, 'now' | 'every'>,
  limits: OutboundLimits,
): OutboundWindow {
  const state: State = {
    ...{ timers, limits, queue: [], inFlight: new Map(), groups: [], link: undefined },
    ...{ refusal: 'disconnected', refuses: false, stalled: false, held: 0, lastTag: 0 },
    ...{ isScheduled: false, tickedAt: 0 },
    cancelTick: () => undefined,
  };
  return {
    send: async (subject, payload) => {
      const link = linkOf(state);
      if (payload.length > link.maxPayload()) throw new BusError('too-large');
      return enqueue(state, { subject, payload });
    },
    flush: async () => {
      linkOf(state);
      if (state.queue.length + state.groups.length > 0) await enqueue(state, undefined);
    },
    open: (link) => open(state, link),
    refuse: () => void (state.refuses = true),
    shut: (code) => shut(state, code),
    nobody: (tag) => {
      const message = state.inFlight.get(tag);
      if (message !== undefined) message.receivers = 0;
    },
  };
}

function linkOf(state: State): OutboundLink {
  if (state.refuses) throw new BusError('closed');
  if (state.link === undefined) throw new BusError(state.refusal);
  if (state.stalled) throw new BusError('disconnected', 'the server confirms nothing');
  return state.link;
}

function enqueue(state: State, content: Message['content']): Promise<number | undefined> {
  const cost = content === undefined ? 0 : content.payload.length + MESSAGE_COST;
  const waiting = state.queue.length + state.inFlight.size;
  if (state.held + cost > state.limits.maxQueuedBytes || waiting >= state.limits.maxQueuedMessages) {
    throw OVERFLOW;
  }
  // The caller may change its bytes at once.
  const copy = content && { subject: content.subject, payload: new Uint8Array(content.payload) };
  state.held += cost;
  state.lastTag += 1;
  const tag = state.lastTag;
  return new Promise((resolve, reject) => {
    const settle = (outcome: number | undefined | BusError): void =>
      outcome instanceof BusError ? reject(outcome) : resolve(outcome);
    state.queue.push({ tag, content: copy, cost, settle, receivers: undefined });
    if (state.isScheduled) return;
    state.isScheduled = true;
    queueMicrotask(() => pump(state));
  });
}

/** Hands over as much as the window allows, and asks for its confirmation. */
function pump(state: State): void {
  state.isScheduled = false;
  const { link, groups, queue } = state;
  if (link === undefined || state.stalled || queue.length === 0 || groups.length >= WINDOW_GROUPS) return;
  const room = WINDOW_BYTES - groups.reduce((sum, group) => sum + group.cost, 0);
  let cost = 0;
  let count = 0;
  for (const message of queue) {
    // A message alone may be larger than the window.
    if (cost + message.cost > room && groups.length + count > 0) break;
    cost += message.cost;
    count += 1;
  }
  if (count === 0) return;
  const group: Group = { messages: queue.splice(0, count), cost, age: 0 };
  groups.push(group);
  for (const message of group.messages) {
    state.inFlight.set(message.tag, message);
    hand(link, message);
  }
  link.flush().then(
    () => confirm(state, group),
    () => drop(state, group),
  );
}

function hand(link: OutboundLink, { content, tag, settle }: Message): void {
  if (content === undefined) return;
  try {
    link.publish(content.subject, content.payload, tag);
  } catch (error) {
    settle(new BusError('disconnected', String(error)));
  }
}

function confirm(state: State, group: Group): void {
  if (!state.groups.includes(group)) return;
  state.groups = state.groups.filter((other) => other !== group);
  state.stalled = false;
  settleAll(state, group.messages, undefined);
  pump(state);
}

/** The library gave the ping up: the link is gone, or about to be. */
function drop(state: State, group: Group): void {
  if (!state.groups.includes(group)) return;
  state.groups = state.groups.filter((other) => other !== group);
  settleAll(state, group.messages, new BusError('disconnected'));
}

function settleAll(state: State, messages: readonly Message[], error: BusError | undefined): void {
  for (const message of messages) {
    state.inFlight.delete(message.tag);
    state.held -= message.cost;
    message.settle(error ?? message.receivers);
  }
}

function open(state: State, link: OutboundLink): void {
  state.link = link;
  state.refusal = 'disconnected';
  state.stalled = false;
  state.tickedAt = state.timers.now();
  state.cancelTick();
  state.cancelTick = state.timers.every(TICK_MS, () => tick(state));
}

function shut(state: State, code: 'disconnected' | 'closed'): void {
  state.link = undefined;
  state.refusal = code;
  state.cancelTick();
  const { groups } = state;
  state.groups = [];
  for (const { messages } of groups) settleAll(state, messages, new BusError(code));
  settleAll(state, state.queue.splice(0), new BusError(code));
}

/** Counts this process's own stalls at most twice a tick: what it could not read is not the server's silence. */
function tick(state: State): void {
  const now = state.timers.now();
  const passed = Math.min(now - state.tickedAt, 2 * TICK_MS);
  state.tickedAt = now;
  const oldest = state.groups[0];
  if (oldest === undefined) return;
  oldest.age += passed;
  if (oldest.age < STALL_MS || state.stalled) return;
  state.stalled = true;
  const error = new BusError('disconnected', 'the server confirms nothing');
  settleAll(state, state.queue.splice(0), error);
  // What is out stays counted until the link takes or drops it: its bytes are still held.
  for (const { messages } of state.groups) for (const message of messages) message.settle(error);
}
