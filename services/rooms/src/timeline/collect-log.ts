import { RequestError } from '@parley/bus';
import { decodeBody, encodeBody, roomKey } from '@parley/protocol/internal';
import type { RecordingsReply, RecordingsRequest, RoomRef } from '@parley/protocol/internal';
import type { Context } from '../owner/context.js';
import type { FlightEvent, FlightLog } from './flight-log.js';
import { readRecordings } from './read-recordings.js';
import type { ReadParticipant } from './read-recordings.js';

/** What all gateways have recorded of a room, and who of them was asked. */
export interface CollectedLog extends FlightLog {
  readonly participants: readonly ReadParticipant[];
  readonly gateways: readonly AskedGateway[];
}

/** One gateway that has, or had, participants of the room. */
export interface AskedGateway {
  readonly gateway: string;
  /** `late`: not within 2 s; `gone`: it is not in the cluster any more. */
  readonly answer: 'given' | 'late' | 'gone';
  /** How far its wall clock is ahead of this process's, and by how much that may be wrong. */
  readonly offsetMs?: number;
  readonly uncertaintyMs?: number;
  readonly events?: number;
}

/** How long gateways have for their answers. */
export const GATEWAYS_MS = 2_000;

interface Answer {
  readonly gateway: string;
  readonly reply: RecordingsReply | undefined;
  readonly isGone: boolean;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/**
 * Asks every live gateway, all at once, with one deadline; never rejects. A gateway's clock is taken to be read in the
 * middle of question and answer, so its times are right within half of that round trip. Gateways that are named by
 * members or by events, and are not live, are told as gone.
 */
export async function collectLog(ctx: Context, room: RoomRef, keyHash?: string): Promise<CollectedLog> {
  const { app, room: name } = room;
  const request = { type: 'recordings', app, room: name, ...(keyHash !== undefined && { keyHash }) } as const;
  const live = ctx.directory.live('gateway');
  const answers = await Promise.all(live.map(({ id }) => ask(ctx, id, request)));
  // Whose gateway is gone may still be in the room: later ones, of gateways, take the place of these.
  const members = [...(ctx.rooms.get(roomKey(room))?.state?.members.values() ?? [])];
  const participants = members.map(({ id, name: called, kind, keyHash: hash }): ReadParticipant => {
    return { id, name: called, hidden: kind === 'hidden', keyHash: hash, lost: 0 };
  });
  const events: FlightEvent[] = [];
  const gateways = answers.map(({ gateway, reply, isGone, offsetMs, uncertaintyMs }): AskedGateway => {
    if (reply === undefined) return { gateway, answer: isGone ? 'gone' : 'late' };
    const read = readRecordings(gateway, reply, -offsetMs);
    participants.push(...read.participants);
    events.push(...read.events);
    const clock = { offsetMs: round(offsetMs), uncertaintyMs: round(uncertaintyMs) };
    return { gateway, answer: 'given', ...clock, events: read.events.length };
  });
  const involved = gateways.filter(({ answer, events: count }) => answer !== 'given' || count !== 0);
  const asked = new Set(live.map(({ id }) => id));
  const named = events.flatMap(({ via }) => (via === undefined ? [] : [via]));
  for (const gateway of new Set([...members.map((member) => member.gateway), ...named])) {
    if (!asked.has(gateway)) involved.push({ gateway, answer: 'gone' });
  }
  const uncertainties = answers.flatMap(({ reply, uncertaintyMs }) => (reply ? [uncertaintyMs] : []));
  return {
    ...{ now: ctx.clock.wall(), uncertaintyMs: round(Math.max(0, ...uncertainties)) },
    ...{ participants, events, gateways: involved },
    silent: new Set(involved.flatMap(({ gateway, answer }) => (answer === 'given' ? [] : [gateway]))),
  };
}

async function ask(
  { endpoint, clock }: Context,
  gateway: string,
  request: RecordingsRequest,
): Promise<Answer> {
  const [wall, begin] = [clock.wall(), clock.now()];
  let isGone = false;
  const reply = await endpoint
    .request(gateway, encodeBody(request), { deadlineMs: GATEWAYS_MS })
    .then((bytes) => decodeBody<RecordingsReply>(bytes))
    .catch((error: unknown) => {
      isGone = error instanceof RequestError && error.code === 'unreachable';
      return undefined;
    });
  const uncertaintyMs = (clock.now() - begin) / 2;
  const isReply = reply?.type === 'recordings' && Number.isFinite(reply.wall);
  const offsetMs = isReply ? reply.wall - (wall + uncertaintyMs) : 0;
  return { gateway, reply: isReply ? reply : undefined, isGone, offsetMs, uncertaintyMs };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
