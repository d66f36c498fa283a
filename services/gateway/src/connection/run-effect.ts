import { encodeFrame } from '@parley/protocol';
import type { SeatRef } from './connection.js';
import { takeReport } from '../take-report.js';
import { toCommand, toJoinCommand } from './commands.js';
import type { Effect, Tally } from './effect.js';
import type { Input } from './input.js';
import { arm, onDropped, release, sendFrame } from './native-connection.js';
import type { Native } from './native-connection.js';
import { log } from '../logs.js';
import { createSeat } from '../session/seat.js';
import { verifyToken } from './verify.js';

type Feed = (input: Input) => void;
type EffectOf<K extends Effect['do']> = Extract<Effect, { readonly do: K }>;

/** Longest delay of a timer that any clock takes; a token that lives longer is looked at again then. */
const MAX_TIMER_MS = 2 ** 30;

/** Does what the machine decided: the one switch over all effects. Promises here never reject. */
export function runEffect(native: Native, effect: Effect, feed: Feed): void {
  const { parts, socket } = native;
  const { copies, relay } = parts;
  switch (effect.do) {
    case 'send':
      if (effect.header.type === 'goodbye')
        parts.telemetry.count('parley_gateway_goodbyes_total', { reason: effect.header.reason });
      return tell(native, effect.header, feed);
    case 'verify':
      return verify(native, effect, feed);
    case 'join':
      return join(native, effect, feed);
    case 'prepare':
      return prepare(native, effect, feed);
    case 'catch-up':
      return catchUp(native, effect);
    case 'command': {
      const { serial, seat, mutation } = effect;
      void copies
        .command(seat.room, toCommand(seat, mutation))
        .then((reply) => feed({ input: 'commanded', serial, reply }));
      return;
    }
    case 'signal': {
      const { seat, header, payload, binary } = effect;
      const sender = native.seat;
      if (sender === undefined) return;
      return relay.send({
        ...{ room: seat.room, sender, header, binary, at: native.frameAt },
        ...(payload && { payload }),
      });
    }
    case 'refuse-signal':
      return relay.refuse(
        { participant: native.seat?.participant ?? '', tell: (header) => tell(native, header, feed) },
        effect.header,
        effect.why,
      );
    case 'unseat':
      return unseat(native, effect.seat, effect.disconnected);
    case 'abandon':
      return copies.abandon(effect.asked.room, effect.reply, effect.asked.n);
    case 'token-timer':
      return armToken(native, effect.at, feed);
    case 'charge':
      parts.telemetry.count('parley_gateway_offences_total', { offence: effect.offence });
      if (native.prefix !== undefined) parts.admission.charge(native.prefix, effect.offence);
      return;
    case 'count-fresh':
      return native.prefix === undefined ? undefined : parts.admission.countFresh(native.prefix);
    case 'report':
      return takeReport(parts, native.seat?.participant, effect.report);
    case 'tally':
      return tally(native, effect.what);
    case 'close':
      native.closedWith = effect.code;
      socket.close(effect.code, effect.reason);
      return release(native);
  }
}

function tell(native: Native, header: object, feed: Feed): void {
  if (sendFrame(native, encodeFrame(header), false) === 'dropped') onDropped(native, feed);
}

function verify(native: Native, { serial, token }: EffectOf<'verify'>, feed: Feed): void {
  void verifyToken(native.parts.tokens, token).then((result) => feed({ input: 'verified', serial, result }));
}

function join(native: Native, { asked, join: header, identity }: EffectOf<'join'>, feed: Feed): void {
  const { self: gateway, hash, config, copies, clock, tracer } = native.parts;
  native.askedAt = clock.now();
  const { serial, room, n } = asked;
  const span = tracer?.start('gateway.join', {
    parent: header.traceparent,
    kind: 'server',
    attributes: { connection: native.log.id, app: room.app, room: room.room, n },
  });
  const command = toJoinCommand(header, identity, { gateway, hash, size: config.limits.roomSize });
  void copies.join(room, command, asked.at, span?.traceparent).then((reply) => {
    if (reply.ok) span?.end({ participant: reply.you, resumed: reply.resumed });
    else span?.end({}, reply.error);
    feed({ input: 'join-answered', serial, reply });
  });
}

/** Takes the seat in the same turn as the owner's answer came, then waits for ICE servers (JOIN-8). */
function prepare(native: Native, { asked, seat: ref }: EffectOf<'prepare'>, feed: Feed): void {
  const { parts } = native;
  const { copies, clock } = parts;
  const { serial } = asked;
  const seat = createSeat(
    {
      copies,
      clock,
      send: (bytes, binary) => sendFrame(native, bytes, binary),
      onEnd: (why) => {
        parts.recorder.ended(ref.you, why);
        feed({ input: 'ended', why });
      },
      onDropped: () => onDropped(native, feed),
      onSlow: () => feed({ input: 'close', reason: 'slow_consumer' }),
    },
    ref,
  );
  native.seat = seat;
  const room = copies.attach(ref.room, seat);
  if (room === undefined) {
    native.seat = undefined;
    // A connection that was outdated has been told so, and this comes too late then.
    return feed({ input: 'unprepared', serial });
  }
  const member = room.members.get(ref.you);
  if (member !== undefined) parts.recorder.seated(ref.room, member, ref.resumed);
  const ice = parts.iceServers.supply(ref.room.app, ref.you, (iceServers, ttl) =>
    seat.tell({ type: 'ice-servers', iceServers, ttl }),
  );
  native.ice = ice;
  void ice.first.then((iceServers) => {
    const at = copies.copy(ref.room)?.at;
    if (at === undefined) feed({ input: 'close', reason: 'internal' });
    else feed({ input: 'prepared', serial, at, iceServers });
  });
}

function catchUp({ parts, seat, connection, askedAt }: Native, { at }: EffectOf<'catch-up'>): void {
  const { telemetry, clock } = parts;
  const way = seat?.begin(at);
  const resumed = connection.state === 'joined' && connection.seat.resumed;
  const how = resumed ? 'resumed' : 'joined';
  telemetry.observe('parley_gateway_join_seconds', (clock.now() - askedAt) / 1_000, { how });
  const outcome = way === 'batches' ? 'recovered' : 'snapshot';
  if (resumed) telemetry.count('parley_gateway_resumes_total', { outcome });
}

function unseat(native: Native, ref: SeatRef, disconnected: boolean): void {
  const { seat, ice } = native;
  native.seat = undefined;
  native.ice = undefined;
  ice?.stop();
  seat?.stop();
  if (seat === undefined) return;
  if (disconnected) native.parts.recorder.lost(ref.you);
  native.parts.copies.detach(ref.room, seat, disconnected);
}

function armToken(native: Native, at: number, feed: Feed): void {
  native.timers.get('token')?.();
  native.timers.delete('token');
  if (at === Infinity) return;
  const { clock } = native.parts;
  const ms = Math.max(0, at - clock.wall());
  if (ms <= MAX_TIMER_MS) return arm(native, 'token', ms, feed);
  native.timers.set(
    'token',
    clock.after(MAX_TIMER_MS, () => armToken(native, at, feed)),
  );
}

function tally({ parts: { telemetry }, connection, log: lines }: Native, what: Tally): void {
  switch (what.count) {
    case 'hello':
      lines.hello(what.result, 'identity' in connection ? connection.identity.app : undefined);
      return telemetry.count('parley_gateway_hellos_total', { result: what.result });
    case 'join':
      if ('seat' in what) lines.joined(what.seat);
      else lines.refused(what.room, what.result);
      return telemetry.count('parley_gateway_joins_total', { result: what.result });
    case 'rejected':
      log(telemetry, 'frame-rejected', { connection: lines.id, code: what.code });
      return telemetry.count('parley_gateway_frames_rejected_total', { code: what.code });
    case 'resume':
      return telemetry.count('parley_gateway_resumes_total', { outcome: what.outcome });
    case 'report':
      return telemetry.count('parley_call_reports_total', { result: what.result });
    case 'limited':
      return telemetry.count('parley_gateway_rate_limited_total', { limit: what.limit });
  }
}
