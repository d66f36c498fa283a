import type { Position } from '@parley/protocol';
import { emptyRoom, reduceRoom } from '@parley/protocol/internal';
import type {
  Command,
  CommandReply,
  JoinCommand,
  Member,
  OwnerReply,
  OwnerRequest,
  RoomBatch,
  RoomChange,
  RoomRef,
  RoomState,
} from '@parley/protocol/internal';

export const ROOM: RoomRef = { app: 'default', room: 'standup' };
export const GATEWAY = 'g_1';

/** A member with what a test says of it. */
export function memberOf(id: string, fields: Partial<Member> = {}): Member {
  const [kind, gateway] = ['standard' as const, 'g_2'];
  const texts = { sub: id, keyHash: `hash-${id}`, name: `name-${id}`, gateway, kind };
  const rest = { n: 1, online: true, caps: [], attributes: {}, cmd: 0 } as const;
  return { id, ...texts, ...rest, cmdAt: [0, 0], since: [0, 0], ...fields };
}

export function joinCommand(id: string, n = 1, fields: Partial<JoinCommand> = {}): JoinCommand {
  const { sub, keyHash, name } = memberOf(id);
  const texts = { keyHash, sub, name, gateway: GATEWAY, kind: 'standard' as const };
  return { do: 'join', ...texts, n, caps: [], attributes: {}, size: 64, newId: id, ...fields };
}

/** One room as its owner has it: commits changes, and answers joins, fetches and every other command in the simplest way. */
export interface FakeOwner {
  readonly state: RoomState;
  /** Every batch, oldest first. */
  readonly batches: readonly RoomBatch[];
  commit(changes: readonly RoomChange[], epoch?: number): RoomBatch;
  answer(request: OwnerRequest): { readonly reply: OwnerReply; readonly batch?: RoomBatch };
  /** The store went back, or elsewhere. */
  put(state: RoomState): void;
}

export function createFakeOwner(ref: RoomRef = ROOM): FakeOwner {
  let state = emptyRoom(ref, 64);
  const batches: RoomBatch[] = [];
  const commit = (changes: readonly RoomChange[], epoch = Math.max(state.at[0], 1)): RoomBatch => {
    const at: Position = [epoch, state.at[1] + 1];
    const batch = { prev: state.at, at, changes };
    state = reduceRoom(state, batch);
    batches.push(batch);
    return batch;
  };
  const done = (reply: CommandReply, whole = false): OwnerReply =>
    whole ? { type: 'done', reply, state } : { type: 'done', reply };
  return {
    get state() {
      return state;
    },
    batches,
    commit,
    put: (next) => void (state = next),
    answer: (request) => {
      if (request.type === 'fetch') return { reply: { type: 'state', state } };
      const { command, copy } = request;
      const changes = changesOf(state, command);
      const batch = changes.length > 0 ? commit(changes) : undefined;
      const joined = command.do === 'join' ? joinedOf(state, command, batch) : {};
      const reply = done({ ok: true, at: state.at, ...joined }, command.do === 'join' && copy === undefined);
      return { reply, ...(batch && { batch }) };
    },
  };
}

function changesOf(state: RoomState, command: Command): RoomChange[] {
  switch (command.do) {
    case 'join': {
      const { n, gateway, keyHash } = command;
      const known = [...state.members.values()].find((member) => member.keyHash === keyHash);
      if (known !== undefined) {
        return known.n < n ? [{ what: 'bound', id: known.id, n, gateway }] : [];
      }
      const { sub, name, kind, caps, attributes, newId = 'p_new' } = command;
      const fields = { sub, keyHash, name, kind, caps, attributes, n, gateway };
      return [{ what: 'joined', member: memberOf(newId, fields) }];
    }
    case 'leave':
      return state.members.has(command.id) ? [{ what: 'left', id: command.id, reason: 'left' }] : [];
    case 'disconnected':
      return command.members.map(({ id, n }) => ({ what: 'away', id, n }));
    case 'message':
      return [{ what: 'message', from: command.id, cmd: command.cmd, data: command.data }];
    default:
      return [];
  }
}

function joinedOf(
  state: RoomState,
  command: JoinCommand,
  batch: RoomBatch | undefined,
): { you?: string; resumed?: boolean } {
  const member = [...state.members.values()].find(({ keyHash }) => keyHash === command.keyHash);
  if (member === undefined) return {};
  return { you: member.id, resumed: batch?.changes[0]?.what !== 'joined' };
}
