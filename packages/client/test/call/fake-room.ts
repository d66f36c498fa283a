import { rosterFrom } from '@parley/protocol';
import type { Change, LeftReason, Participant, Roster } from '@parley/protocol';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import type { LinkMessage } from '../../src/link/link.js';
import { rosterDifference } from '../../src/signaling/roster-difference.js';
import { FakeClient } from './fake-client.js';

interface Queue {
  readonly messages: LinkMessage[];
  waiting: boolean;
}

/**
 * A room with reliable links: per pair each message arrives once and in order, after a delay, while both are connected.
 * Resets and rejoins lose what waits.
 */
export class FakeRoom {
  readonly clients = new Set<FakeClient>();
  readonly entries = new Map<string, Participant>();
  /** Messages that were lost. */
  lost = 0;
  /** Hears of each message as it is delivered. */
  trace: ((from: string, to: string, message: LinkMessage) => void) | undefined;
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly #queues = new Map<string, Queue>();
  #version = 0;
  #ids = 0;

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.clock = clock;
    this.random = random;
  }

  newId(): string {
    return `p_${this.random.below(1e9).toString(36)}_${(this.#ids += 1)}`;
  }

  join(id = this.newId(), kind: Participant['kind'] = 'standard'): FakeClient {
    const client = new FakeClient(this, id, kind);
    this.clients.add(client);
    this.changed([{ what: 'joined', participant: this.enter(client) }]);
    return client;
  }

  enter({ id, kind }: FakeClient): Participant {
    const participant: Participant = {
      id,
      name: id,
      kind,
      status: 'online',
      caps: ['link1'],
      attributes: {},
    };
    this.entries.set(id, participant);
    return participant;
  }

  leave(client: FakeClient, reason: LeftReason): void {
    if (!this.entries.delete(client.id)) return;
    this.#drop((name) => name.split('>').includes(client.id));
    this.changed([{ what: 'left', participant: client.id, reason }]);
  }

  status(client: FakeClient, status: Participant['status']): void {
    const entry = this.entries.get(client.id);
    if (entry === undefined || entry.status === status) return;
    this.entries.set(client.id, { ...entry, status });
    this.changed([{ what: 'status', participant: client.id, status }]);
  }

  update(client: FakeClient, attributes: Readonly<Record<string, string>>): void {
    const entry = this.entries.get(client.id);
    if (entry === undefined) return;
    this.entries.set(client.id, { ...entry, attributes });
    this.changed([{ what: 'updated', participant: client.id, attributes }]);
  }

  changed(changes: readonly Change[], except?: FakeClient): void {
    this.#version += 1;
    for (const client of [...this.clients]) {
      if (client.state.name === 'joined' && client !== except) this.tellRoster(client, changes);
    }
  }

  tellRoster(client: FakeClient, known?: readonly Change[]): void {
    const participants = [...this.entries.values()];
    const info = { name: 'r', locked: false, size: 64 };
    const roster: Roster = rosterFrom([1, this.#version], [{ room: info, participants }]);
    const changes = known ?? rosterDifference(client.roster, roster);
    client.roster = roster;
    client.emit('roster', { roster, changes });
    this.pumpAll();
  }

  /** One end starts the link afresh: what waits in both directions is lost, and the other end is told. */
  resetLink(by: FakeClient, to: FakeClient): void {
    const names = [`${by.id}>${to.id}`, `${to.id}>${by.id}`];
    this.#drop((name) => names.includes(name));
    to.emit('reset', { peer: by.id });
  }

  carry(from: string, to: string, message: LinkMessage): void {
    const name = `${from}>${to}`;
    const queue = this.#queues.get(name) ?? { messages: [], waiting: false };
    this.#queues.set(name, queue);
    queue.messages.push(message);
    this.#pump(name);
  }

  pumpAll(): void {
    for (const name of this.#queues.keys()) this.#pump(name);
  }

  #pump(name: string): void {
    const queue = this.#queues.get(name);
    if (queue === undefined || queue.waiting || queue.messages.length === 0) return;
    queue.waiting = true;
    this.clock.after(3 + this.random.below(60), () => {
      queue.waiting = false;
      if (this.#queues.get(name) === queue) this.#deliver(name, queue);
    });
  }

  #deliver(name: string, queue: Queue): void {
    const [from = '', to = ''] = name.split('>');
    const find = (id: string): FakeClient | undefined => [...this.clients].find((client) => client.id === id);
    const receiver = find(to);
    // What waits goes out when the roster changes or somebody is back.
    if (find(from)?.state.name !== 'joined' || receiver?.state.name !== 'joined') return;
    if (receiver.roster?.participants.has(from) !== true) return;
    // As frames come: several at once now and then.
    for (let count = 1 + this.random.below(3); count > 0 && this.#queues.get(name) === queue; count -= 1) {
      const message = queue.messages.shift();
      if (message === undefined) break;
      this.trace?.(from, to, message);
      receiver.emit('signal', { from, message });
    }
    this.#pump(name);
  }

  #drop(matches: (name: string) => boolean): void {
    for (const [name, { messages }] of this.#queues) {
      if (!matches(name)) continue;
      this.lost += messages.length;
      this.#queues.delete(name);
    }
  }
}
