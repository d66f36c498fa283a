import type { Change, IceServer, LeftReason, Participant, Quality, Roster } from '@parley/protocol';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import type { LinkMessage } from '../../src/link/link.js';
import { createEmitter } from '../../src/emitter.js';
import type { Emitter } from '../../src/emitter.js';
import type {
  SignalingClient,
  SignalingEvents,
  SignalingState,
} from '../../src/signaling/signaling-client.js';

type Used = Pick<
  SignalingClient,
  'state' | 'id' | 'roster' | 'iceServers' | 'send' | 'update' | 'report' | 'on'
>;

/** The room as its clients see it. */
interface Room {
  readonly clients: Set<FakeClient>;
  readonly entries: ReadonlyMap<string, Participant>;
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  newId(): string;
  enter(client: FakeClient): Participant;
  leave(client: FakeClient, reason: LeftReason): void;
  status(client: FakeClient, status: Participant['status']): void;
  update(client: FakeClient, attributes: Readonly<Record<string, string>>): void;
  changed(changes: readonly Change[], except?: FakeClient): void;
  tellRoster(client: FakeClient): void;
  carry(from: string, to: string, message: LinkMessage): void;
  pumpAll(): void;
}

/** A participant's signaling as calls see it, and what can happen to it. */
export class FakeClient implements Used {
  id: string;
  readonly kind: Participant['kind'];
  state: SignalingState = { name: 'joined', degraded: false };
  roster: Roster | undefined;
  iceServers: readonly IceServer[] = [];
  /** What was told of the call's quality. */
  readonly reports: Omit<Quality, 'type'>[] = [];
  readonly report = (quality: Omit<Quality, 'type'>): void => void this.reports.push(quality);
  /** Messages sent, by kind. */
  readonly sent = new Map<string, number>();
  readonly on: Used['on'];
  readonly emit: Emitter<SignalingEvents>['emit'];
  readonly #room: Room;
  /** Ids of the participants towards whom the link is full, and of those who were refused something. */
  #full: readonly string[] = [];
  readonly #refused = new Set<string>();
  #expired = false;

  constructor(room: Room, id: string, kind: Participant['kind']) {
    this.#room = room;
    this.id = id;
    this.kind = kind;
    const { on, emit } = createEmitter<SignalingEvents>((error) => {
      throw error;
    });
    this.on = on;
    this.emit = emit;
  }

  readonly send = (to: string, message: LinkMessage): 'queued' | 'full' | 'gone' => {
    const { entries } = this.#room;
    if (![to, this.id].every((id) => entries.has(id)) || this.roster?.participants.has(to) !== true)
      return 'gone';
    if (this.#full.includes(to)) {
      this.#refused.add(to);
      return 'full';
    }
    const kind = message.kind ?? '';
    this.sent.set(kind, (this.sent.get(kind) ?? 0) + 1);
    this.#room.carry(this.id, to, message);
    return 'queued';
  };

  readonly update: Used['update'] = async ({ attributes }) => {
    if (attributes !== undefined) this.#room.update(this, attributes);
  };

  /** The connection is lost; messages wait. */
  disconnect(): void {
    if (this.state.name !== 'joined') return;
    this.#setState({ name: 'waiting', attempt: 1, retryInMs: 1_000 });
    this.#room.status(this, 'away');
  }

  /** It is back: as the same participant, or, if that has expired meanwhile, as another. */
  reconnect(): void {
    if (this.state.name === 'joined') return;
    this.state = { name: 'joined', degraded: false };
    if (this.#expired) {
      this.#rejoin();
    } else {
      this.#room.status(this, 'online');
      this.#room.tellRoster(this);
    }
    this.#setState(this.state);
    this.#room.pumpAll();
  }

  /** Expires, to the others. */
  expire(): void {
    this.#expired = true;
    this.#room.leave(this, 'expired');
  }

  leave(reason: LeftReason): void {
    this.#room.leave(this, reason);
    this.#room.clients.delete(this);
    this.#setState({ name: 'ended', reason: reason === 'removed' ? 'removed' : 'left' });
  }

  /** For so long the links to those who are there refuse everything; then they have drained. */
  fill(ms: number): void {
    const full = [...this.#room.entries.keys()];
    this.#full = full;
    this.#room.clock.after(ms, () => {
      if (this.#full !== full) return;
      this.#full = [];
      const refused = [...this.#refused];
      this.#refused.clear();
      for (const peer of refused) if (this.#room.entries.has(peer)) this.emit('drained', { peer });
    });
  }

  renewIceServers(servers: readonly IceServer[]): void {
    this.iceServers = servers;
    this.emit('iceServers', servers);
  }

  #setState(state: SignalingState): void {
    this.state = state;
    this.emit('state', state);
  }

  #rejoin(): void {
    const replaced = this.id;
    this.id = this.#room.newId();
    this.#expired = false;
    this.#full = [];
    this.#refused.clear();
    // Applications may hear of it before or after the roster.
    const early = this.#room.random.chance(0.5);
    if (early) this.emit('rejoined', { id: this.id, replaced });
    this.#room.changed([{ what: 'joined', participant: this.#room.enter(this) }], this);
    this.#room.tellRoster(this);
    if (!early) this.emit('rejoined', { id: this.id, replaced });
  }
}
