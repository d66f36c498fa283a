import type { Clock, Telemetry } from '@parley/kit';
import type { CommandReply, CommandRequest, JoinCommand, OwnerReply, RoomRef } from '@parley/protocol/internal';
import type { OwnerClient } from './owner-client.js';
import type { OwnerNotices } from './owner-notices.js';
import { takeWholeRoom, waitForPosition } from './room-copy.js';
import type { JoinInFlight, RoomCopy } from './room-copy.js';
import type { RoomMetric } from './telemetry.js';

/** Joins from this gateway. */
export interface RoomJoins {
  /** See RoomCopies. */
  join(room: RoomRef, command: JoinCommand): Promise<CommandReply>;
  /** See RoomCopies. */
  abandon(room: RoomRef, reply: CommandReply, n: number): void;
}

/** What joins work with. */
export interface RoomJoinsDeps {
  readonly owners: OwnerClient;
  readonly notices: OwnerNotices;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly find: (room: RoomRef) => RoomCopy | undefined;
  /** The copy, created if need be; undefined when there may be no more of them. */
  readonly open: (room: RoomRef) => RoomCopy | undefined;
  /** Gives a copy up if nobody uses it. */
  readonly release: (copy: RoomCopy) => void;
}

/** Within which a join or a command is answered, from when it came. Milliseconds. */
export const REACH_MS = 3_000;

type Joined = Extract<CommandReply, { ok: true }>;

/** Creates them. */
export function createRoomJoins(deps: RoomJoinsDeps): RoomJoins {
  return {
    join: (room, command) => join(deps, room, command),
    abandon: (room, reply, n) => {
      if (reply.ok) undo(deps, room, reply, { keyHash: keyHashOf(deps, room, reply), n });
    },
  };
}

async function join(deps: RoomJoinsDeps, room: RoomRef, command: JoinCommand): Promise<CommandReply> {
  const copy = deps.open(room);
  if (copy === undefined) return toRefusal(deps.owners.unavailable());
  const flight: JoinInFlight = { keyHash: command.keyHash, n: command.n };
  const startedAt = deps.clock.now();
  copy.joins.add(flight);
  try {
    const reply = await deps.owners.ask(toRequest(copy, command), (late) => {
      if (late.type === 'done' && late.reply.ok) undo(deps, room, late.reply, flight);
    });
    const left = REACH_MS - (deps.clock.now() - startedAt);
    return await arrive(deps, { copy, reply, n: command.n }, Math.max(left, 0), () => {
      copy.joins.delete(flight);
    });
  } finally {
    copy.joins.delete(flight);
    deps.release(copy);
  }
}

/** Lets the copy reach what the owner answered, and checks that the participant is in it as it joined. */
async function arrive(
  deps: RoomJoinsDeps,
  joined: { readonly copy: RoomCopy; readonly reply: OwnerReply; readonly n: number },
  ms: number,
  landed: () => void,
): Promise<CommandReply> {
  const { copy, reply, n } = joined;
  if (reply.type !== 'done') return toRefusal(reply, deps.owners);
  const answer = reply.reply;
  if (!answer.ok) return answer;
  if (reply.state !== undefined) takeWholeRoom(copy, reply.state);
  const reached = await waitForPosition(copy, answer.at, ms);
  const member = answer.you === undefined ? undefined : copy.mirror.state?.members.get(answer.you);
  if (reached && member !== undefined && member.n <= n) return answer;
  if (reached && member !== undefined) return { ok: false, error: 'outdated' };
  const { you } = answer;
  landed();
  if (you !== undefined) undo(deps, copy.ref, answer, { keyHash: member?.keyHash ?? keyHashOf(deps, copy.ref, answer), n });
  return toRefusal(deps.owners.unavailable());
}

/**
 * A join has taken effect and nobody waits for it: a new participant leaves again, one that was there is disconnected,
 * unless the same client is back here already with this or a later connection.
 */
function undo(deps: RoomJoinsDeps, room: RoomRef, joined: Joined, flight: Partial<JoinInFlight>): void {
  const { you: id, resumed } = joined;
  const { n } = flight;
  if (id === undefined || n === undefined) return;
  const remedy = isWaitedFor(deps.find(room), id, flight) ? 'none' : resumed === true ? 'disconnected' : 'leave';
  const metric: RoomMetric = 'parley_gateway_joins_undone_total';
  deps.telemetry.count(metric, { remedy });
  if (remedy === 'disconnected') deps.notices.disconnected(room, { id, n });
  if (remedy === 'leave') deps.notices.leave(room, { id, n });
}

function isWaitedFor(copy: RoomCopy | undefined, id: string, { keyHash, n = 0 }: Partial<JoinInFlight>): boolean {
  if (copy === undefined) return false;
  const session = copy.sessions.get(id);
  if (session !== undefined && session.n >= n) return true;
  return [...copy.joins].some((other) => other.keyHash === keyHash && other.n >= n);
}
