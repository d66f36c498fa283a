import type { Cancel, Clock, Random } from '@parley/kit';
import { roomKey } from '@parley/protocol/internal';
import type { Binding, Command, RoomRef } from '@parley/protocol/internal';
import type { OwnerClient } from './owner-client.js';

/** Commands whose answer nobody waits for: told to the owner a few times until it answers; digests repair the rest. */
export interface OwnerNotices {
  /** This gateway lost that connection. Those of one room and one turn of the event loop go as one command. */
  disconnected(room: RoomRef, binding: Binding): void;
  /** Nobody wants this participant any more. */
  leave(room: RoomRef, binding: Binding): void;
  stop(): void;
}

/** What notices work with. `stillTrue`: whether a binding is still without a connection, asked before each repetition. */
export interface OwnerNoticesDeps {
  readonly gateway: string;
  readonly owners: OwnerClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly stillTrue: (room: RoomRef, binding: Binding) => boolean;
}

const TRIES = 4;
const BACKOFF_MS = 500;

interface State extends OwnerNoticesDeps {
  /** What this turn of the event loop has gathered, by room. */
  readonly gathered: Map<string, { readonly room: RoomRef; readonly members: Binding[] }>;
  readonly timers: Set<Cancel>;
  stopped: boolean;
}

/** A notice under way: which bindings it is about, and the command that tells of those that are left. */
interface Notice {
  readonly room: RoomRef;
  readonly members: readonly Binding[];
  readonly command: (members: readonly Binding[]) => Command | undefined;
}

/** Creates them. */
export function createOwnerNotices(deps: OwnerNoticesDeps): OwnerNotices {
  const state: State = { ...deps, gathered: new Map(), timers: new Set(), stopped: false };
  return {
    disconnected: (room, binding) => gather(state, room, binding),
    leave: (room, binding) => {
      const command = ([first]: readonly Binding[]): Command | undefined =>
        first && { do: 'leave', ...first };
      void repeat(state, { room, members: [binding], command }, 1);
    },
    stop: () => {
      state.stopped = true;
      for (const cancel of state.timers) cancel();
      state.timers.clear();
    },
  };
}

function gather(state: State, room: RoomRef, binding: Binding): void {
  if (state.stopped) return;
  const key = roomKey(room);
  const { gathered, gateway } = state;
  const present = gathered.get(key);
  if (present !== undefined) return void present.members.push(binding);
  gathered.set(key, { room, members: [binding] });
  state.clock.soon(() => {
    const members = gathered.get(key)?.members ?? [];
    gathered.delete(key);
    const command = (left: readonly Binding[]): Command => ({ do: 'disconnected', gateway, members: left });
    void repeat(state, { room, members, command }, 1);
  });
}

async function repeat(state: State, notice: Notice, attempt: number): Promise<void> {
  const { room, members, command } = notice;
  const told = members.length === 0 ? undefined : command(members);
  if (told === undefined || state.stopped) return;
  const { app, room: name } = room;
  const reply = await state.owners.ask({ type: 'command', app, room: name, command: told });
  if (reply.type === 'done' || attempt >= TRIES || state.stopped) return;
  const ms = BACKOFF_MS * 2 ** attempt * (0.5 + state.random.fraction() / 2);
  const cancel = state.clock.after(ms, () => {
    state.timers.delete(cancel);
    const left = members.filter((binding) => state.stillTrue(room, binding));
    void repeat(state, { ...notice, members: left }, attempt + 1);
  });
  state.timers.add(cancel);
}
