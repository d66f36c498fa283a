import { CLOSE_CODES, createKey, ERRORS } from '@parley/protocol';
import type { CloseReason, ErrorCode } from '@parley/protocol';
import type { Command, CommandReply, JoinCommand, RoomRef } from '@parley/protocol/internal';
import { fullBucket, take } from '../limits/token-bucket.js';
import type { TokenBucket } from '../limits/token-bucket.js';
import type { LiveConnection } from '../live-connections.js';
import type { ConnectionLimit } from '../connection/effect.js';
import type { GatewayParts } from '../parts.js';
import type { AttachedSession } from '../rooms/room-copies.js';
import type { Socket, SocketEvents } from '../socket/port.js';
import { othersFrames, packFrames, readPlainFrame } from './plain-frames.js';
import { dequeue, EMPTY_QUEUE, enqueue } from './plain-queue.js';
import type { PlainQueue } from './plain-queue.js';

/** Plain rooms are a namespace of their own: no token can name this app. */
export const PLAIN_APP = '~plain';
/** Where a page that names no room goes. */
export const PLAIN_LOBBY = 'lobby';

const PLAIN_ROOM_SIZE = 2;
const PATIENCE_MS = 10_000;
const RETRY_MS = 250;
const encoder = new TextEncoder();

interface Plain {
  readonly parts: GatewayParts;
  readonly socket: Socket;
  readonly room: RoomRef;
  readonly live: LiveConnection;
  queue: PlainQueue;
  session: AttachedSession | undefined;
  /** Commands are numbered; one is outstanding. */
  cmd: number;
  busy: boolean;
  messages: TokenBucket;
  flood: TokenBucket;
  closedWith: number | undefined;
  gone: boolean;
}

/**
 * Opens a plain connection: a participant of a room for two, whose frames are room messages, so that they come in their
 * order and never before whoever they are for has joined. No resume: when the socket closes, it has left (PLAIN-3).
 */
export function openPlain(parts: GatewayParts, name: string, socket: Socket): SocketEvents {
  const now = parts.clock.now();
  const { rules } = parts;
  const plain: Plain = {
    parts,
    socket,
    room: { app: PLAIN_APP, room: name },
    live: {
      dialect: 'plain',
      goodbye: () => undefined,
      close: (reason) => close(plain, reason),
      degraded: () => undefined,
    },
    queue: EMPTY_QUEUE,
    session: undefined,
    cmd: 0,
    busy: true,
    messages: fullBucket(rateOf(parts), now),
    flood: fullBucket(rules.flood, now),
    closedWith: undefined,
    gone: false,
  };
  parts.connections.add(plain.live);
  void join(plain).catch((error: unknown) => fail(plain, error));
  return {
    message: (bytes, binary) => receive(plain, bytes, binary),
    drained: () => undefined,
    closed: (code) => {
      parts.connections.remove(plain.live, plain.closedWith ?? code);
      leave(plain);
    },
  };
}

async function join(plain: Plain): Promise<void> {
  const { parts, room } = plain;
  const command: JoinCommand = {
    do: 'join',
    keyHash: parts.hash(createKey(parts.random.bytes)),
    sub: 'plain',
    n: 1,
    gateway: parts.self,
    name: '',
    kind: 'standard',
    caps: [],
    attributes: {},
    size: PLAIN_ROOM_SIZE,
  };
  const reply = await patiently(plain, () => parts.copies.join(room, command));
  if (!reply.ok) return reply.error === 'room_full' ? tellFull(plain) : turnAway(plain, reply.error);
  const { you } = reply;
  if (you === undefined) return close(plain, 'internal');
  if (plain.gone) return parts.copies.abandon(room, reply, 1);
  plain.session = {
    participant: you,
    n: 1,
    deliver: ({ frame }) => show(plain, othersFrames(frame, you)),
    end: () => {
      plain.session = undefined;
      close(plain, 'internal');
    },
  };
  parts.telemetry.count('parley_gateway_joins_total', { result: 'joined' });
  if (parts.copies.attach(room, plain.session) === undefined) return close(plain, 'internal');
  plain.busy = false;
  pump(plain);
}

function tellFull(plain: Plain): void {
  plain.parts.telemetry.count('parley_gateway_joins_total', { result: 'room_full' });
  tellError(plain, 'room_full');
  close(plain, 'room_full');
}

function turnAway(plain: Plain, error: ErrorCode): void {
  if (plain.gone) return;
  plain.parts.telemetry.count('parley_gateway_joins_total', { result: error });
  tellError(plain, error);
  close(plain, 'overloaded');
}

function receive(plain: Plain, bytes: Uint8Array, binary: boolean): void {
  if (plain.gone) return;
  const { parts } = plain;
  const now = parts.clock.now();
  const flood = take(plain.flood, parts.rules.flood, now);
  if (flood === undefined) return limit(plain, 'flood', () => close(plain, 'rate_limited'));
  plain.flood = flood;
  const messages = take(plain.messages, rateOf(parts), now);
  if (messages === undefined) return limit(plain, 'messages', () => reject(plain, 'rate_limited'));
  plain.messages = messages;
  const frame = readPlainFrame(bytes, binary);
  if (!frame.ok) return reject(plain, frame.code);
  const queue = enqueue(plain.queue, frame.text);
  if (queue === undefined) return limit(plain, 'held', () => close(plain, 'rate_limited'));
  parts.telemetry.count('parley_gateway_plain_frames_total', { outcome: 'taken' });
  plain.queue = queue;
  pump(plain);
}

function limit({ parts }: Plain, which: ConnectionLimit, stop: () => void): void {
  parts.telemetry.count('parley_gateway_rate_limited_total', { limit: which });
  stop();
}

/** Tells the room what waits, one message at a time; what comes meanwhile goes with the next. */
function pump(plain: Plain): void {
  const { session, parts, room } = plain;
  if (plain.busy || plain.gone || session === undefined || plain.queue.frames.length === 0) return;
  const { frames, rest } = dequeue(plain.queue);
  plain.queue = rest;
  plain.busy = true;
  plain.cmd += 1;
  const { participant: id, n } = session;
  const command: Command = { do: 'message', id, n, cmd: plain.cmd, data: packFrames(frames) };
  void patiently(plain, () => parts.copies.command(room, command))
    .then((reply) => {
      plain.busy = false;
      if (!reply.ok) return turnAway(plain, reply.error);
      pump(plain);
    })
    .catch((error: unknown) => fail(plain, error));
}

/** Asks again while the owner cannot be reached: the same command with the same number is done once. */
async function patiently(plain: Plain, ask: () => Promise<CommandReply>): Promise<CommandReply> {
  const until = plain.parts.clock.now() + PATIENCE_MS;
  for (;;) {
    const reply = await ask();
    const isTemporary = !reply.ok && (reply.error === 'unavailable' || reply.error === 'rate_limited');
    if (!isTemporary || plain.gone || plain.parts.clock.now() >= until) return reply;
    await new Promise<void>((resolve) => {
      plain.parts.clock.after(Math.max(reply.retryAfterMs ?? RETRY_MS, RETRY_MS), resolve);
    });
  }
}

function show(plain: Plain, frames: readonly string[]): void {
  for (const frame of frames) {
    if (plain.socket.send(encoder.encode(frame), false) === 'dropped') return dropped(plain);
    plain.parts.telemetry.count('parley_gateway_plain_frames_total', { outcome: 'delivered' });
  }
}

/** Behind a full buffer it is slow; with nothing buffered its socket was closed already. */
function dropped(plain: Plain): void {
  if (plain.socket.buffered > 0) return close(plain, 'slow_consumer');
  leave(plain);
  plain.socket.terminate();
}

function reject(plain: Plain, code: ErrorCode): void {
  plain.parts.telemetry.count('parley_gateway_plain_frames_total', { outcome: 'rejected' });
  plain.parts.telemetry.count('parley_gateway_frames_rejected_total', { code });
  tellError(plain, code);
}

function tellError({ socket }: Plain, code: ErrorCode): void {
  const message = code === 'bad_frame' ? 'A frame holds one JSON object.' : ERRORS[code].meaning;
  const error = { type: 'error', code, message };
  socket.send(encoder.encode(JSON.stringify(error)), false);
}

function close(plain: Plain, reason: CloseReason): void {
  if (plain.gone) return;
  const { code } = CLOSE_CODES[reason];
  plain.closedWith = code;
  leave(plain);
  plain.socket.close(code, reason);
}

/** Its place is free at once; the owner is told until it has heard. */
function leave(plain: Plain): void {
  const { session, room, parts } = plain;
  plain.gone = true;
  plain.queue = EMPTY_QUEUE;
  plain.session = undefined;
  if (session === undefined) return;
  const { participant: you, n } = session;
  const at = parts.copies.copy(room)?.at ?? ([0, 0] as const);
  parts.copies.detach(room, session, false);
  parts.copies.abandon(room, { ok: true, at, you, resumed: false }, n);
}

function fail(plain: Plain, error: unknown): void {
  const { telemetry } = plain.parts;
  telemetry.count('parley_gateway_faults_total', { place: 'connection' });
  telemetry.log('error', 'connection-fault', { reason: error instanceof Error ? error.name : typeof error });
  close(plain, 'internal');
}

function rateOf({ config }: GatewayParts) {
  const { signalsPerSecond: perSecond, burst } = config.limits;
  return { perSecond, burst };
}
