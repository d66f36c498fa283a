import { createLink } from '@parley/client';
import type { Link, LinkMessage } from '@parley/client';
import type { Clock } from '@parley/kit';
import { applyBatch, decodeFrame, encodeFrame, rosterFrom } from '@parley/protocol';
import type { Change, LinkHeader, Position, Roster, SnapshotPart } from '@parley/protocol';
import type { SeededRandom } from '@parley/testkit';
import type { ClientSocket, MemorySockets } from './memory-sockets.js';

/** A participant of the simulation: joins, comes back with the same key, and holds a reliable link to everybody. */
export interface SignalingClient {
  readonly name: string;
  start(): void;
  /** Cuts its socket; it comes back by itself. */
  cut(): void;
  /** Says goodbye, and does not come back. */
  leave(): void;
  /** Goes without a word, and does not come back. */
  vanish(): void;
  send(to: string, payload: string): 'queued' | 'full';
  /** Asks for a room message, numbered: again after a resume and when the answer says so; nothing while one is outstanding. */
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
  /** Ids that it was ever told had left, with the reason (`snapshot`: it saw them, and a snapshot lacked them). */
  readonly sawLeave: readonly (readonly [id: string, how: string])[];
  /** Every id that it was ever told was its own, in order: one, while it always comes back in time. */
  readonly ids: readonly string[];
}

/** What a client of the simulation is made of. */
export interface SignalingClientDeps {
  readonly name: string;
  readonly room: string;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly sockets: MemorySockets;
  /** Gateways to try, picked at random for each connection. */
  gateways(): readonly string[];
}

interface State {
  readonly key: string;
  readonly links: Map<string, OpenLink>;
  readonly received: Map<string, string[]>;
  readonly sawLeave: [id: string, how: string][];
  readonly ids: string[];
  readonly refused: string[];
  n: number;
  /** Of the latest room message; its text until the answer is there. */
  cmd: number;
  asked?: string | undefined;
  cancelAsking: () => void;
  id?: string | undefined;
  roster?: Roster | undefined;
  parts: SnapshotPart[];
  socket?: ClientSocket | undefined;
  joined: boolean;
  ended: boolean;
}

/** A link and what stops its timer. */
type OpenLink = Link & { close(): void };

type Header = Readonly<Record<string, unknown>>;

/** A client that is not connected yet. */
export function createSignalingClient(deps: SignalingClientDeps): SignalingClient {
  const state: State = {
    key: hex(deps.random.bytes(16)),
    links: new Map(),
    received: new Map(),
    sawLeave: [],
    ids: [],
    refused: [],
    n: 0,
    cmd: 0,
    cancelAsking: () => undefined,
    parts: [],
    joined: false,
    ended: false,
  };
  return {
    name: deps.name,
    start: () => open(deps, state),
    cut: () => state.socket?.cut(),
    leave() {
      transmit(state, { type: 'leave', id: 9 });
      end(state);
    },
    vanish() {
      end(state);
      state.socket?.cut();
    },
    send: (to, payload) => linkTo(deps, state, to).send({ payload }),
    message(data) {
      if (!state.joined || state.asked !== undefined) return;
      state.cmd += 1;
      state.asked = data;
      ask(deps, state);
    },
    id: () => state.id,
    roster: () => state.roster,
    connected: () => state.joined,
    ended: () => state.ended,
    received: state.received,
    sawLeave: state.sawLeave,
    ids: state.ids,
    refused: state.refused,
  };
}

const ASK_AGAIN_MS = 5_000;

function ask(deps: SignalingClientDeps, state: State, ms = ASK_AGAIN_MS): void {
  state.cancelAsking();
  if (state.asked === undefined || state.ended) return;
  if (state.joined && ms === ASK_AGAIN_MS) {
    transmit(state, { type: 'message', id: 100 + state.cmd, cmd: state.cmd }, state.asked);
  }
  state.cancelAsking = deps.clock.after(ms, () => ask(deps, state));
}

function messageReplied(deps: SignalingClientDeps, state: State, header: Header): void {
  if (state.asked === undefined || header['id'] !== 100 + state.cmd) return;
  const error = header['error'] as { code: string; retry: string; retryAfterMs?: number } | undefined;
  if (error !== undefined && error.retry !== 'no')
    return ask(deps, state, Math.max(error.retryAfterMs ?? 0, 100));
  state.cancelAsking();
  state.asked = undefined;
  if (error === undefined) return;
  state.cmd -= 1;
  state.refused.push(error.code);
}

function end(state: State): void {
  state.ended = true;
  state.cancelAsking();
  for (const link of state.links.values()) link.close();
}

function open(deps: SignalingClientDeps, state: State): void {
  if (state.ended) return;
  const gateway = deps.random.pick(deps.gateways());
  const socket = deps.sockets.connect(gateway, state.n > 0 ? 'resume=1' : '', {
    opened() {
      state.n += 1;
      state.parts = [];
      transmit(state, { type: 'hello', id: 1, features: ['link1'] });
      const { key, n, roster } = state;
      const join = { type: 'join', id: 2, room: deps.room, key, n, name: deps.name, caps: ['link1'] };
      transmit(state, roster === undefined ? join : { ...join, at: roster.at });
    },
    message: (bytes) => {
      const { header, payload } = decodeFrame(bytes);
      take(deps, state, header, payload === undefined ? undefined : new TextDecoder().decode(payload));
    },
    closed() {
      if (state.socket !== socket) return;
      state.socket = undefined;
      state.joined = false;
      if (!state.ended) deps.clock.after(deps.random.below(1_000), () => open(deps, state));
    },
  });
  state.socket = socket;
}

function transmit(state: State, header: Header, payload?: string): void {
  state.socket?.send(encodeFrame(header, payload));
}

function take(deps: SignalingClientDeps, state: State, header: Header, payload: string | undefined): void {
  switch (header['type']) {
    case 'reply':
      if (header['id'] !== 2) return messageReplied(deps, state, header);
      joinReplied(state, header);
      return ask(deps, state);
    case 'snapshot':
      return takeSnapshot(state, header, JSON.parse(payload ?? '') as SnapshotPart);
    case 'batch':
      return takeBatch(state, header, JSON.parse(payload ?? '') as Change[]);
    case 'signal':
      if (state.roster?.participants.has(String(header['from'])) !== true) return;
      return linkTo(deps, state, String(header['from'])).receive(
        header['link'] as LinkHeader,
        payload === undefined ? undefined : { payload },
      );
    case 'nack':
      return state.links
        .get(String(header['to']))
        ?.nacked(header['link'] as LinkHeader, header['retryAfterMs'] as number | undefined);
  }
}

function takeSnapshot(state: State, header: Header, part: SnapshotPart): void {
  state.parts.push(part);
  if (state.parts.length < Number(header['parts'])) return;
  const before = state.roster;
  state.roster = rosterFrom(header['at'] as Position, state.parts);
  state.parts = [];
  for (const id of before?.participants.keys() ?? []) {
    if (!state.roster.participants.has(id)) state.sawLeave.push([id, 'snapshot']);
  }
  for (const [peer, link] of state.links) {
    const status = state.roster.participants.get(peer)?.status;
    if (status === undefined) link.left();
    else link.presence(status);
  }
}

function joinReplied(state: State, header: Header): void {
  const result = header['result'] as { you: string } | undefined;
  if (result === undefined) return state.socket?.cut();
  if (state.id !== undefined && state.id !== result.you) {
    for (const link of state.links.values()) link.close();
    state.links.clear();
  }
  if (state.id !== result.you) {
    state.ids.push(result.you);
    state.asked = undefined;
    state.cmd = 0;
  }
  state.id = result.you;
  state.joined = true;
  for (const link of state.links.values()) link.bound();
}

function takeBatch(state: State, header: Header, changes: readonly Change[]): void {
  if (state.roster === undefined) return;
  const applied = applyBatch(
    state.roster,
    { at: header['at'] as Position, prev: header['prev'] as Position },
    changes,
  );
  if (applied === 'behind') return state.socket?.cut();
  if (applied === 'old') return;
  state.roster = applied.roster;
  for (const change of changes) {
    if (change.what === 'left') {
      state.sawLeave.push([change.participant, change.reason]);
      state.links.get(change.participant)?.left();
    } else if (change.what === 'status') state.links.get(change.participant)?.presence(change.status);
  }
}

function linkTo(deps: SignalingClientDeps, state: State, peer: string): OpenLink {
  const known = state.links.get(peer);
  if (known !== undefined) return known;
  let cancel = (): void => undefined;
  const link = createLink({
    now: () => deps.clock.now(),
    random: () => deps.random.fraction(),
    transmit: (header: LinkHeader, message?: LinkMessage) =>
      transmit(state, { type: 'signal', to: peer, link: header }, message?.payload),
    deliver: ({ payload }) => {
      const got = state.received.get(peer) ?? [];
      state.received.set(peer, got);
      got.push(payload);
    },
    reset: () => undefined,
    fault: () => undefined,
    stalled: () => undefined,
    wakeAt(time) {
      cancel();
      if (time !== undefined) cancel = deps.clock.after(time - deps.clock.now(), () => link.wake());
    },
  });
  const open: OpenLink = Object.assign(link, { close: () => cancel() });
  state.links.set(peer, open);
  return open;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
