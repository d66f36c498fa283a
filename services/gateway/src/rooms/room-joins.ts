import type { Clock, Telemetry } from '@parley/kit';
import type { Position } from '@parley/protocol';
import type { CommandReply, JoinCommand, OwnerReply, RoomRef } from '@parley/protocol/internal';
import type { OwnerClient } from './owner-client.js';
import type { OwnerNotices } from './owner-notices.js';
import { toCommandReply, toCommandRequest } from './owner-commands.js';
import { takeWholeRoom, waitForPosition } from './room-copy.js';
import type { JoinInFlight, RoomCopy } from './room-copy.js';
import type { RoomMetric } from './telemetry.js';

/** Joins from this gateway. */
export interface RoomJoins {
  /** See RoomCopies. */
  join(room: RoomRef, command: JoinCommand, seen?: Position, traceparent?: string): Promise<CommandReply>;
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
  /** Whether the bus carries anything now: without it an owner could only be waited for in vain. */
  readonly connected: () => boolean;
  /** Gives a copy up if nobody uses it. */
  readonly release: (copy: RoomCopy) => void;
}

/** Within which a join or a command is answered, from when it came. Milliseconds. */
export const REACH_MS = 3_000;

type Joined = Extract<CommandReply, { ok: true }>;
interface Asked {
  readonly command: JoinCommand;
  readonly seen: Position | undefined;
  readonly traceparent: string | undefined;
}
type Flight = { readonly keyHash: string | undefined; readonly n: number };

/** Creates them. */
export function createRoomJoins(deps: RoomJoinsDeps): RoomJoins {
  return {
    join: (room, command, seen, traceparent) => join(deps, room, { command, seen, traceparent }),
    abandon: (room, reply, n) => {
      if (!reply.ok || reply.you === undefined) return;
      const keyHash = deps.find(room)?.mirror.state?.members.get(reply.you)?.keyHash;
      undo(deps, room, reply, { keyHash, n });
    },
  };
}

/**
 * Whether a connection with this `n` or a higher one has the participant already (JOIN-6). The owner cannot tell it from
 * the same connection that asks again because it never heard the answer.
 */
function isHeldHere({ mirror, sessions }: RoomCopy, { keyHash, sub, n }: JoinCommand): boolean {
  for (const session of sessions.values()) {
    const member = mirror.state?.members.get(session.participant);
    if (session.n >= n && member?.keyHash === keyHash && member.sub === sub) return true;
  }
  return false;
}

async function join(
  deps: RoomJoinsDeps,
  room: RoomRef,
  { command, seen, traceparent }: Asked,
): Promise<CommandReply> {
  const copy = deps.connected() ? deps.open(room) : undefined;
  if (copy === undefined) return toCommandReply(deps.owners.unavailable(), deps.owners);
  const { keyHash, n } = command;
  if (isHeldHere(copy, command)) return { ok: false, error: 'outdated' };
  const flight: JoinInFlight = { keyHash, n };
  const deadline = deps.clock.now() + REACH_MS;
  copy.joins.add(flight);
  const request = {
    ...toCommandRequest(copy.ref, command, copy),
    ...(seen && { seen }),
    ...(traceparent !== undefined && { traceparent }),
  };
  const reply = await deps.owners.ask(request, (late) => {
    if (late.type === 'done' && late.reply.ok) undo(deps, room, late.reply, flight);
  });
  const answer = toCommandReply(reply, deps.owners);
  const verdict = answer.ok
    ? await arrive(copy, reply, answer, { n, ms: deadline - deps.clock.now() })
    : 'here';
  copy.joins.delete(flight);
  deps.release(copy);
  if (verdict === 'here') return answer;
  if (verdict === 'outdated') return { ok: false, error: 'outdated' };
  if (answer.ok) undo(deps, room, answer, flight);
  return toCommandReply(deps.owners.unavailable(), deps.owners);
}

/** Lets the copy reach what the owner answered, and looks whether the participant is in it as it joined. */
async function arrive(
  copy: RoomCopy,
  reply: OwnerReply,
  { at, you }: Joined,
  { n, ms }: { readonly n: number; readonly ms: number },
): Promise<'here' | 'outdated' | 'missed'> {
  if (reply.type === 'done' && reply.state !== undefined) takeWholeRoom(copy, reply.state);
  const reached = await waitForPosition(copy, at, Math.max(ms, 0));
  const member = you === undefined ? undefined : copy.mirror.state?.members.get(you);
  if (!reached || member === undefined) return 'missed';
  return member.n > n ? 'outdated' : 'here';
}

/**
 * A join has taken effect and nobody waits for it: a new participant leaves again, one that was there is disconnected,
 * unless the same client is back here already with this or a later connection.
 */
function undo(deps: RoomJoinsDeps, room: RoomRef, joined: Joined, flight: Flight): void {
  const { you: id, resumed } = joined;
  const { n } = flight;
  if (id === undefined) return;
  const remedy = isWaitedFor(deps.find(room), id, flight)
    ? 'none'
    : resumed === true
      ? 'disconnected'
      : 'leave';
  const metric: RoomMetric = 'parley_gateway_joins_undone_total';
  deps.telemetry.count(metric, { remedy });
  if (remedy === 'disconnected') deps.notices.disconnected(room, { id, n });
  if (remedy === 'leave') deps.notices.leave(room, { id, n });
}

function isWaitedFor(copy: RoomCopy | undefined, id: string, { keyHash, n }: Flight): boolean {
  if (copy === undefined) return false;
  const session = copy.sessions.get(id);
  if (session !== undefined && session.n >= n) return true;
  return [...copy.joins].some((other) => other.keyHash === keyHash && other.n >= n);
}
