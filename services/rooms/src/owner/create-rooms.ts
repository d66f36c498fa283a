import type { DirectoryChange } from '@parley/bus';
import { decodeBody, decodeRecord, encodeBody } from '@parley/protocol/internal';
import type { Body, ListingRecord, RoomRef, TimelineRequest } from '@parley/protocol/internal';
import type { Service } from '@parley/kit';

import { ownTimeline } from '../timeline/own-timeline.js';
import { roomTimeline } from '../timeline/room-timeline.js';
import type { RoomTimeline } from '../timeline/room-timeline.js';
import { answerRequest } from './answer-request.js';
import { DEFAULT_ROOMS_CONFIG } from './config.js';
import { canOwn } from './context.js';
import type { Context, RoomsDeps } from './context.js';
import { createDigestCycles } from './digest-cycles.js';
import type { DigestCycles } from './digest-cycles.js';
import { collectListing } from './gather.js';
import { holdRoom, isIdle, setMovedAside } from './hold-room.js';
import { gaugeRooms } from './gauge-rooms.js';
import { enqueue } from './run-room.js';
import { measureStore } from '../store/measure-store.js';
import { createSleeper } from './sleeper.js';
import { disconnectAll, sweepAway, sweepGateways, sweepRooms } from './sweep.js';
import { sendOwnCopy, sendResync, sendWant } from './tell.js';
import { createUndelivered } from './undelivered.js';

const SWEEP_MS = 1_000;
const AWAY_SWEEP_MS = 250;
/** How long a draining owner stays at least, so that gateways hear of it before it is gone. */
const DRAIN_SPREAD_MS = 1_500;
const MAX_LAST_HEARD = 1_000;

/** The rooms service: owns rooms and answers gateways over the bus. */
export interface Rooms extends Service {
  /** Whether a join that is asked of this replica now would be applied. */
  ready(): boolean;
  /** For the heartbeat: whether this replica is going away. */
  draining(): boolean;
  /** What the gateways have recorded of a room, any room, whoever owns it. */
  timeline(room: RoomRef): Promise<RoomTimeline>;
}

/**
 * Creates the rooms service of one process. It takes over `endpoint`'s records, requests and undelivered records, and
 * feeds the directory; endpoint, directory and store are started after this call, and closed, by who made them. Before
 * `start` and after `stop` every request is answered `unavailable`.
 */
export function createRooms(deps: RoomsDeps): Rooms {
  const ctx: Context = {
    ...deps,
    store: measureStore(deps.store, deps),
    config: { ...DEFAULT_ROOMS_CONFIG, ...deps.config },
    rooms: new Map(),
    sleeper: createSleeper(deps.clock),
    lastHeard: new Map(),
    awayRooms: new Set(),
    ...{ lostAt: -Infinity, queued: 0, owners: [], startedAt: undefined, draining: false, stopped: false },
  };
  const cycles = createDigestCycles(ctx);
  const cancels: (() => void)[] = [];
  deps.endpoint.onRecord((from, bytes) => {
    if (!deps.directory.hear(from, bytes)) hearRecord(ctx, cycles, { from, bytes });
  });
  deps.endpoint.onRequest(async (from, body) => encodeBody(await answer(ctx, from, body)));
  deps.endpoint.onUndelivered(createUndelivered(ctx));
  return {
    start: async () => void (ctx.startedAt === undefined && cancels.push(...begin(ctx, cycles))),
    drain: (windowMs) => drain(ctx, windowMs),
    stop: () => stop(ctx, cancels),
    ready: () => !ctx.draining && canOwn(ctx),
    draining: () => ctx.draining,
    timeline: (room) => roomTimeline(ctx, room),
  };
}

async function answer(ctx: Context, from: string, body: Uint8Array): Promise<Body> {
  const request = decodeBody<TimelineRequest>(body);
  if (request?.type !== 'timeline') return answerRequest(ctx, from, body);
  const { app, room, keyHash } = request;
  const timeline = await ownTimeline(ctx, { app, room }, keyHash);
  return timeline ? { type: 'timeline', timeline } : { type: 'refused', error: 'forbidden' };
}

function begin(ctx: Context, cycles: DigestCycles): (() => void)[] {
  ctx.startedAt = ctx.healthy.now();
  ctx.owners = ctx.directory.owners();
  let missed: ReadonlySet<string> = new Set();
  return [
    ctx.directory.onChange((change) => hearChange(ctx, cycles, change)),
    ctx.bus.onStatus(({ kind }) => {
      if (kind === 'reset') sendResync(ctx);
    }),
    ctx.healthy.every(AWAY_SWEEP_MS, () => sweepAway(ctx)),
    ctx.healthy.every(SWEEP_MS, () => void (missed = sweepGateways(ctx, missed))),
    ctx.clock.every(SWEEP_MS, () => {
      sweepRooms(ctx);
      gaugeRooms(ctx);
    }),
  ];
}

function hearRecord(
  ctx: Context,
  cycles: DigestCycles,
  { from, bytes }: { readonly from: string; readonly bytes: Uint8Array },
): void {
  const record = decodeRecord(bytes)?.record;
  if (ctx.startedAt === undefined || ctx.stopped) return;
  if (record?.type === 'digest') cycles.hear(from, record);
  if (record?.type === 'listing') hearListing(ctx, from, record);
  if (record?.type === 'want') sendOwnCopy(ctx, from, record);
}

function hearListing(ctx: Context, from: string, record: ListingRecord): void {
  const room = holdRoom(ctx, record);
  if (room === undefined) return;
  const { listing, copy } = record;
  const wanted = room.wanted.get(from) ?? [];
  room.wanted.delete(from);
  const heard = { from, listing: { ...listing, gateway: from }, ...(copy !== undefined && { copy }), wanted };
  if (collectListing(room, heard)) return;
  room.claims.set(from, listing.at);
  enqueue(ctx, room, { kind: 'listing', heard });
}

function hearChange(ctx: Context, cycles: DigestCycles, change: DirectoryChange): void {
  const { peer } = change;
  if (peer.role === 'rooms') {
    ctx.owners = ctx.directory.owners();
    setMovedAside(ctx);
  }
  if (change.kind === 'joined') welcomeBack(ctx, peer.id);
  if (change.kind !== 'lost') return;
  for (const room of ctx.rooms.values()) room.wanted.delete(peer.id);
  if (peer.role !== 'gateway') return;
  cycles.forget(peer.id);
  if (ctx.lastHeard.size >= MAX_LAST_HEARD) ctx.lastHeard.clear();
  ctx.lastHeard.set(peer.id, ctx.healthy.now() - change.lastHeardAgoMs);
  for (const room of ctx.rooms.values()) disconnectAll(ctx, room, peer.id);
}

/**
 * A gateway that was lost only for a while still has its connections, and need not know that anybody missed it: without
 * being asked it would tell with its next digest, when they may have expired.
 */
function welcomeBack(ctx: Context, gateway: string): void {
  ctx.lastHeard.delete(gateway);
  for (const room of ctx.awayRooms) {
    const members = room.state?.members.values() ?? [];
    if ([...members].some((member) => member.gateway === gateway && !member.online))
      sendWant(ctx, room, gateway);
  }
}

/** Others own from now on; what is asked here all the same is still answered. */
async function drain(ctx: Context, windowMs: number): Promise<void> {
  if (ctx.draining) return;
  ctx.draining = true;
  ctx.directory.announce();
  const end = ctx.clock.now() + windowMs;
  await ctx.sleeper.sleep(Math.min(windowMs, DRAIN_SPREAD_MS));
  while (ctx.clock.now() < end && ![...ctx.rooms.values()].every(isIdle)) await ctx.sleeper.sleep(20);
}

async function stop(ctx: Context, cancels: (() => void)[]): Promise<void> {
  ctx.stopped = true;
  for (const cancel of cancels.splice(0)) cancel();
  ctx.sleeper.wakeAll();
  for (const { running } of [...ctx.rooms.values()]) await running;
  ctx.rooms.clear();
  ctx.awayRooms.clear();
}
