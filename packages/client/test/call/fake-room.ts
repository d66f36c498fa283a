import { rosterFrom } from '@parley/protocol';
import type { Change, IceServer, LeftReason, Participant, Roster } from '@parley/protocol';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import { createEmitter } from '../../src/signaling/emitter.js';
import type { Emitter } from '../../src/signaling/emitter.js';
import type { LinkMessage } from '../../src/link/link.js';
import type { SignalingClient, SignalingEvents, SignalingState } from '../../src/signaling/signaling-client.js';
import { rosterDifference } from '../../src/signaling/roster-difference.js';

type Signaling = Pick<SignalingClient, 'state' | 'id' | 'roster' | 'iceServers' | 'send' | 'update' | 'on'>;

/** A participant's signaling, and what can happen to it. */
export interface FakeClient extends Signaling {
  readonly id: string;
  /** The connection is lost; messages wait. */
  disconnect(): void;
  /** It is back: as the same participant, or, if that has expired meanwhile, as another. */
  reconnect(): void;
  /** Expires, to the others. */
  expire(): void;
  leave(reason: LeftReason): void;
  /** For so long the links to those who are there refuse everything; then they have drained. */
  fill(ms: number): void;
  renewIceServers(servers: readonly IceServer[]): void;
  /** Messages sent, by kind. */
  readonly sent: Map<string, number>;
}

interface Client {
  id: string;
  state: SignalingState;
  roster: Roster | undefined;
  iceServers: readonly IceServer[];
  full: Set<string>;
  refused: Set<string>;
  expired: boolean;
  attributes: Record<string, string>;
  readonly emitter: Emitter<SignalingEvents>;
  readonly sent: Map<string, number>;
  readonly face: FakeClient;
}

interface Queue {
  readonly messages: LinkMessage[];
  timer: boolean;
}

/** A room with reliable links: per pair each message once and in order, with delays; resets and rejoins lose what waits. */
export interface FakeRoom {
  join(id?: string, kind?: Participant['kind']): FakeClient;
  /** One end starts the link afresh: what waits in both directions is lost, and the other end is told. */
  resetLink(by: FakeClient, to: FakeClient): void;
  /** Messages that were lost. */
  readonly lost: number;
}

export function createFakeRoom(clock: VirtualClock, random: SeededRandom): FakeRoom {
  const clients = new Set<Client>();
  const entries = new Map<string, Participant>();
  const queues = new Map<string, Queue>();
  let version = 0;
  let ids = 0;
  let lost = 0;
  const newId = (): string => `p_${random.below(1e9).toString(36)}_${(ids += 1)}`;
  const info = { name: 'r', locked: false, size: 64 };
  const rosterNow = (): Roster => rosterFrom([1, version], [{ room: info, participants: [...entries.values()] }]);

  const tellRoster = (client: Client, known?: readonly Change[]): void => {
    const before = client.roster;
    const roster = rosterNow();
    client.roster = roster;
    const changes = known ?? rosterDifference(before, roster);
    client.emitter.emit('roster', { roster, changes });
    queues.forEach((_, name) => pump(name));
  };
  const changed = (changes: readonly Change[]): void => {
    version += 1;
    for (const client of [...clients]) if (client.state.name === 'joined') tellRoster(client, changes);
  };
  const byId = (id: string): Client | undefined => [...clients].find((client) => client.id === id);
  const pump = (name: string): void => {
    const queue = queues.get(name);
    if (queue === undefined || queue.timer || queue.messages.length === 0) return;
    queue.timer = true;
    clock.after(3 + random.below(60), () => {
      queue.timer = false;
      if (queues.get(name) !== queue) return;
      const [from = '', to = ''] = name.split('>');
      const [sender, receiver] = [byId(from), byId(to)];
      const ready = [sender, receiver].every((one) => one?.state.name === 'joined');
      // What waits goes out when the roster changes or somebody is back.
      if (!ready || receiver?.roster?.participants.has(from) !== true) return;
      // As frames come: several at once now and then.
      for (let count = 1 + random.below(3); count > 0 && queues.get(name) === queue; count -= 1) {
        const message = queue.messages.shift();
        if (message === undefined) break;
        if ((globalThis as any).TRACE) console.log(Math.round(clock.now()), from, '>', to, message.kind, message.payload.replace(/"sdp":"(.*?)"/g, (_, x) => (x.match(/g[0-9a-z]+/) ?? [''])[0] + ' ' + (x.match(/a=fake:(.*?)\\r/)?.[1]??'').replace(/[\\"]/g, '')).slice(0, 400)); // TRACE
        receiver.emitter.emit('signal', { from, message });
      }
      pump(name);
    });
  };
  const drop = (matches: (name: string) => boolean): void => {
    for (const [name, { messages }] of queues) {
      if (!matches(name)) continue;
      lost += messages.length;
      queues.delete(name);
    }
  };
  const leave = (client: Client, reason: LeftReason): void => {
    if (!entries.delete(client.id)) return;
    drop((name) => name.split('>').includes(client.id));
    changed([{ what: 'left', participant: client.id, reason }]);
  };
  const setState = (client: Client, state: SignalingState): void => {
    client.state = state;
    client.emitter.emit('state', state);
  };
  const status = (client: Client, now: Participant['status']): void => {
    const entry = entries.get(client.id);
    if (entry === undefined || entry.status === now) return;
    entries.set(client.id, { ...entry, status: now });
    changed([{ what: 'status', participant: client.id, status: now }]);
  };
  const enter = (client: Client, kind: Participant['kind']): void => {
    const { id, attributes } = client;
    const participant: Participant = { id, name: id, kind, status: 'online', caps: ['link1'], attributes };
    entries.set(id, participant);
    changed([{ what: 'joined', participant }]);
  };
  const reconnect = (client: Client, kind: Participant['kind']): void => {
    if (client.state.name === 'joined') return;
    const replaced = client.id;
    client.state = { name: 'joined', degraded: false };
    if (client.expired) {
      client.id = newId();
      client.full = new Set();
      client.expired = false;
      client.attributes = {};
      const [early] = [random.chance(0.5)];
      if (early) client.emitter.emit('rejoined', { id: client.id, replaced });
      version += 1;
      const { id } = client;
      const participant: Participant = {
        id,
        name: id,
        kind,
        status: 'online',
        caps: ['link1'],
        attributes: {},
      };
      entries.set(id, participant);
      for (const other of clients) {
        if (other !== client && other.state.name === 'joined') tellRoster(other, [{ what: 'joined', participant }]);
      }
      tellRoster(client);
      if (!early) client.emitter.emit('rejoined', { id, replaced });
    } else {
      status(client, 'online');
      tellRoster(client);
    }
    setState(client, client.state);
    queues.forEach((_, name) => pump(name));
  };
  const send = (client: Client, to: string, message: LinkMessage): 'queued' | 'full' | 'gone' => {
    if (client.roster?.participants.has(to) !== true || !entries.has(to) || !entries.has(client.id)) return 'gone';
    if (client.full.has(to)) {
      client.refused.add(to);
      return 'full';
    }
    client.sent.set(message.kind ?? '', (client.sent.get(message.kind ?? '') ?? 0) + 1);
    const name = `${client.id}>${to}`;
    const queue = queues.get(name) ?? { messages: [], timer: false };
    queues.set(name, queue);
    queue.messages.push(message);
    pump(name);
    return 'queued';
  };
  const join = (id = newId(), kind: Participant['kind'] = 'standard'): FakeClient => {
    const emitter = createEmitter<SignalingEvents>((error) => {
      throw error;
    });
    const face: FakeClient = {
      get id() {
        return client.id;
      },
      get state() {
        return client.state;
      },
      get roster() {
        return client.roster;
      },
      get iceServers() {
        return client.iceServers;
      },
      sent: new Map(),
      on: emitter.on,
      send: (to, message) => send(client, to, message),
      update: async ({ attributes }) => {
        const entry = entries.get(client.id);
        if (entry === undefined || attributes === undefined) return;
        entries.set(client.id, { ...entry, attributes });
        changed([{ what: 'updated', participant: client.id, attributes }]);
      },
      disconnect() {
        if (client.state.name !== 'joined') return;
        setState(client, { name: 'waiting', attempt: 1, retryInMs: 1_000 });
        status(client, 'away');
      },
      reconnect: () => reconnect(client, kind),
      expire() {
        client.expired = true;
        leave(client, 'expired');
      },
      leave(reason) {
        leave(client, reason);
        clients.delete(client);
        setState(client, { name: 'ended', reason: reason === 'removed' ? 'removed' : 'left' });
      },
      fill(ms) {
        client.full = new Set(entries.keys());
        clock.after(ms, () => {
          client.full = new Set();
          const refused = [...client.refused];
          client.refused.clear();
          for (const peer of refused) if (entries.has(peer)) emitter.emit('drained', { peer });
        });
      },
      renewIceServers(servers) {
        client.iceServers = servers;
        emitter.emit('iceServers', servers);
      },
    };
    const client: Client = {
      id,
      state: { name: 'joined', degraded: false },
      roster: undefined,
      iceServers: [],
      full: new Set(),
      refused: new Set(),
      expired: false,
      attributes: {},
      emitter,
      sent: face.sent as Map<string, number>,
      face,
    };
    clients.add(client);
    enter(client, kind);
    return face;
  };
  return {
    join,
    resetLink(by, to) {
      const names = new Set([`${by.id}>${to.id}`, `${to.id}>${by.id}`]);
      drop((name) => names.has(name));
      byId(to.id)?.emitter.emit('reset', { peer: by.id });
    },
    get lost() {
      return lost;
    },
  };
}
