import { decodeTextFrame, encodeTextFrame } from '@parley/protocol';
import type { Change, ErrorCode, GoodbyeAction, Limits, Participant, Position } from '@parley/protocol';
import { DEFAULT_LIMITS, errorBody } from '@parley/protocol';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import type { WebSocketLike } from '../../src/index.js';

export interface Sent {
  readonly [field: string]: unknown;
  readonly type: string;
}

/** One connection as the service sees it. */
export interface Peer {
  readonly url: string;
  readonly gateway: string;
  readonly frames: { readonly header: Sent; readonly payload: string | undefined; readonly at: number }[];
  open: boolean;
  participant?: string | undefined;
  n: number;
  tell(header: object, payload?: string): void;
  goodbye(code: number, action: GoodbyeAction, retryAfterMs?: number): void;
  close(code: number): void;
}

/** How one gateway behaves. */
export interface Gateway {
  /** `dead`: refuses sockets; `mute`: takes them and says nothing; `never`: they stay connecting. */
  mode: 'up' | 'dead' | 'mute' | 'never';
  /** Answers each join with this. */
  joinError?: { code: ErrorCode; retryAfterMs?: number } | undefined;
  helloError?: ErrorCode | undefined;
  /** Says goodbye to each new connection. */
  turnAway?: { code: number; action: GoodbyeAction; retryAfterMs?: number } | undefined;
}

interface Member {
  entry: Participant;
  key: string;
  n: number;
  cmd: number;
  cmdAt: Position;
}

/** A service of several gateways and one room, in one process on a virtual clock: what a client can meet. */
export function createFakeService(clock: VirtualClock, random: SeededRandom, limits: Partial<Limits> = {}) {
  const gateways = new Map<string, Gateway>();
  const peers: Peer[] = [];
  const members = new Map<string, Member>();
  const history: { at: Position; prev: Position; changes: Change[] }[] = [];
  const told: Limits = { ...DEFAULT_LIMITS, ...limits };
  const faults = { loss: 0, latencyMs: 5, history: 64 };
  const opened: number[] = [];
  let at: Position = [1, 1];
  let joins = 0;

  const gateway = (name: string): Gateway => {
    const known = gateways.get(name) ?? { mode: 'up' };
    gateways.set(name, known);
    return known;
  };
  const commit = (changes: Change[]): Position => {
    const prev = at;
    at = [prev[0], prev[1] + 1];
    history.push({ at, prev, changes });
    while (history.length > faults.history) history.shift();
    for (const peer of bound()) sendBatch(peer, { at, prev, changes });
    return at;
  };
  const bound = (): Peer[] => peers.filter((peer) => peer.open && peer.participant !== undefined);
  const sendBatch = (peer: Peer, batch: { at: Position; prev: Position; changes: Change[] }): void =>
    peer.tell({ type: 'batch', at: batch.at, prev: batch.prev }, JSON.stringify(batch.changes));
  const sendSnapshot = (peer: Peer): void => {
    const all = [...members.values()].map(({ entry }) => entry);
    const half = Math.ceil(all.length / 2);
    const parts = all.length > 1 ? [all.slice(0, half), all.slice(half)] : [all];
    const room = { name: 'room', locked: false, size: told.roomSize };
    parts.forEach((participants, index) =>
      peer.tell(
        { type: 'snapshot', part: index + 1, parts: parts.length, at, recovered: false },
        JSON.stringify({ room, participants }),
      ),
    );
  };
  const byKey = (key: unknown) => [...members.values()].find((member) => member.key === key);

  function join(peer: Peer, header: Sent): void {
    const id = header['id'];
    const { joinError } = gateway(peer.gateway);
    if (joinError) {
      const error = errorBody(joinError.code, undefined, joinError.retryAfterMs);
      return peer.tell({ type: 'reply', id, error });
    }
    const known = byKey(header['key']);
    const n = header['n'] as number;
    if (known) {
      if (n <= known.n) return peer.tell({ type: 'reply', id, error: errorBody('outdated') });
      known.n = n;
      for (const other of bound()) {
        if (other.participant === known.entry.id) {
          other.participant = undefined;
          other.goodbye(4009, 'stop');
        }
      }
    }
    const entry = known?.entry ?? newEntry(header);
    const you = entry.id;
    const changes: Change[] = [];
    if (!known) {
      const replaced = byKey(header['replaces'])?.entry.id;
      if (replaced !== undefined) {
        members.delete(replaced);
        changes.push({ what: 'left', participant: replaced, reason: 'left' });
      }
      members.set(you, { entry, key: String(header['key']), n, cmd: 0, cmdAt: at });
      changes.push({
        what: 'joined',
        participant: entry,
        ...(replaced !== undefined && { replaces: replaced }),
      });
    } else if (entry.status === 'away') {
      setStatus(known, 'online');
      changes.push({ what: 'status', participant: you, status: 'online' });
    }
    if (changes.length > 0) commit(changes);
    peer.tell({ type: 'reply', id, result: { you, resumed: known !== undefined, at, iceServers: [] } });
    const from = header['at'] as Position | undefined;
    const index = history.findIndex(({ prev }) => from && prev[0] === from[0] && prev[1] === from[1]);
    if (known && from && from[1] === at[1]) {
      // Nothing was missed.
    } else if (known && index >= 0) history.slice(index).forEach((batch) => sendBatch(peer, batch));
    else sendSnapshot(peer);
    peer.participant = you;
    peer.n = n;
  }
  function newEntry(header: Sent): Participant {
    joins += 1;
    const caps = (header['caps'] ?? []) as string[];
    const name = (header['name'] ?? '') as string;
    return { id: `p_${joins}`, name, kind: 'standard', status: 'online', caps, attributes: {} };
  }
  function setStatus(member: Member, status: 'online' | 'away'): void {
    member.entry = { ...member.entry, status };
  }
  function lost(peer: Peer): void {
    const member = members.get(peer.participant ?? '');
    peer.participant = undefined;
    if (member === undefined) return;
    const { n } = member;
    setStatus(member, 'away');
    commit([{ what: 'status', participant: member.entry.id, status: 'away' }]);
    clock.after(told.resumeMs, () => {
      if (member.n === n && member.entry.status === 'away' && members.has(member.entry.id)) {
        members.delete(member.entry.id);
        commit([{ what: 'left', participant: member.entry.id, reason: 'expired' }]);
      }
    });
  }
  function mutate(peer: Peer, member: Member, header: Sent, payload: string | undefined): void {
    const { id, cmd } = header as unknown as { id: number; cmd: number };
    const from = member.entry.id;
    if (cmd !== member.cmd && cmd !== member.cmd + 1) {
      return peer.tell({ type: 'reply', id, error: errorBody('cmd_out_of_order') });
    }
    if (cmd === member.cmd + 1) {
      member.cmd = cmd;
      if (header.type === 'message') member.cmdAt = commit([{ what: 'message', from, data: payload ?? '' }]);
      else {
        const { name = member.entry.name } = header as { name?: string };
        member.entry = { ...member.entry, name };
        member.cmdAt = commit([{ what: 'updated', participant: from, name }]);
      }
    }
    peer.tell({ type: 'reply', id, result: { at: member.cmdAt } });
  }
  function relay(peer: Peer, header: Sent, payload: string | undefined): void {
    const { to, kind, link } = header as unknown as { to: string; kind?: string; link?: number[] };
    const target = bound().find((other) => other.participant === to);
    if (target === undefined) {
      if (link?.[1] !== 0) peer.tell({ type: 'nack', to, link, reason: members.has(to) ? 'away' : 'gone' });
    } else if (!random.chance(faults.loss)) {
      target.tell(
        { type: 'signal', from: peer.participant, ...(kind && { kind }), ...(link && { link }) },
        payload,
      );
    }
  }
  function take(peer: Peer, header: Sent, payload: string | undefined): void {
    if (gateway(peer.gateway).mode === 'mute') return;
    const member = members.get(peer.participant ?? '');
    const id = header['id'];
    switch (header.type) {
      case 'hello': {
        const { helloError } = gateway(peer.gateway);
        if (helloError) {
          peer.tell({ type: 'reply', id, error: errorBody(helloError) });
          return peer.goodbye(helloError === 'token_expired' ? 4010 : 4003, 'stop');
        }
        return peer.tell({ type: 'welcome', id, gateway: peer.gateway, features: ['link1'], limits: told });
      }
      case 'ping':
        return peer.tell({ type: 'pong' });
      case 'join':
        return join(peer, header);
      case 'refresh':
        return peer.tell({ type: 'reply', id, result: {} });
    }
    if (member === undefined) return peer.tell({ type: 'reply', id, error: errorBody('not_joined') });
    if (header.type === 'signal') return relay(peer, header, payload);
    if (header.type !== 'leave') return mutate(peer, member, header, payload);
    members.delete(member.entry.id);
    peer.participant = undefined;
    peer.tell({ type: 'reply', id, result: { at } });
    commit([{ what: 'left', participant: member.entry.id, reason: 'left' }]);
  }

  class FakeWebSocket implements WebSocketLike {
    onopen: ((event: never) => unknown) | null = null;
    onmessage: ((event: never) => unknown) | null = null;
    onclose: ((event: never) => unknown) | null = null;
    onerror: ((event: never) => unknown) | null = null;
    readonly peer: Peer;
    constructor(url: string) {
      const name = new URL(url).host;
      const { mode, turnAway } = gateway(name);
      opened.push(clock.now());
      this.peer = {
        ...{ url, gateway: name, frames: [], open: true, n: 0 },
        tell: (header, payload) =>
          this.later(() => this.onmessage?.({ data: encodeTextFrame(header, payload) } as never)),
        goodbye: (code, action, retryAfterMs) => {
          this.peer.tell({
            type: 'goodbye',
            code,
            reason: 'x',
            action,
            ...(retryAfterMs && { retryAfterMs }),
          });
          if (code < 4200) this.peer.close(code);
        },
        close: (code) => this.end(code),
      };
      peers.push(this.peer);
      if (mode === 'never') return;
      if (mode === 'dead') return void this.later(() => this.end(1006));
      this.later(() => {
        this.onopen?.({} as never);
        if (turnAway) this.peer.goodbye(turnAway.code, turnAway.action, turnAway.retryAfterMs);
      });
    }
    /** In order, and nothing after the close. */
    later(run: () => void): void {
      clock.after(faults.latencyMs, () => this.peer.open && run());
    }
    end(code: number): void {
      clock.after(faults.latencyMs, () => {
        if (!this.peer.open) return;
        this.peer.open = false;
        lost(this.peer);
        this.onclose?.({ code } as never);
      });
    }
    send(data: string): void {
      clock.after(faults.latencyMs, () => {
        if (!this.peer.open) return;
        const { header, payload } = decodeTextFrame(data);
        const frame = { header: header as Sent, payload, at: clock.now() };
        this.peer.frames.push(frame);
        take(this.peer, frame.header, payload);
      });
    }
    close(): void {
      this.onclose = null;
      clock.after(faults.latencyMs, () => {
        if (!this.peer.open) return;
        this.peer.open = false;
        lost(this.peer);
      });
    }
  }

  return {
    WebSocket: FakeWebSocket,
    gateway,
    peers,
    members,
    faults,
    /** When each socket was opened. */
    opened,
    commit,
    bound,
    position: () => at,
    /** Connections that are open. */
    open: () => peers.filter(({ open }) => open),
    /** Ends every connection without a word. */
    cut: () => peers.filter(({ open }) => open).forEach((peer) => peer.close(1006)),
    /** The next batch will not reach anybody. */
    skip() {
      at = [at[0], at[1] + 1];
      history.length = 0;
    },
    /** A participant is forgotten, as after its window. */
    forget(id: string) {
      members.delete(id);
    },
  };
}

/** What createFakeService gives. */
export type FakeService = ReturnType<typeof createFakeService>;
