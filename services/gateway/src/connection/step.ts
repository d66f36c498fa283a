import { fullBucket } from '../limits/token-bucket.js';
import type { SessionEnd } from '../rooms/room-copies.js';
import type { Connection, ConnectionRules, Closing } from './connection.js';
import type { Effect } from './effect.js';
import { onFrame, route } from './frames.js';
import { onHelloVerified, onRefreshVerified } from './hello.js';
import type { Input, TimerName, Verification } from './input.js';
import { onJoinAnswered, onOrphanAnswered, onPrepared, onResumeDue, onUnprepared } from './join.js';
import { onCommanded, onJoinedEnded } from './mutations.js';
import { answer, closed, end, endSeated, goodbye, seatOf, unchanged } from './outcome.js';
import type { Open, Outcome } from './outcome.js';

/** What `step` gives. */
export interface Step {
  readonly connection: Connection;
  readonly effects: readonly Effect[];
}

/** A connection that was just opened. */
export function openConnection(rules: ConnectionRules, hinted: boolean, now: number): Connection {
  const { signalsPerSecond: perSecond, burst } = rules.limits;
  return {
    state: 'awaiting-hello',
    rules,
    hinted,
    messages: fullBucket({ perSecond, burst }, now),
    flood: fullBucket(rules.flood, now),
    malformed: fullBucket(rules.malformed, now),
    serial: 0,
  };
}

/**
 * What a connection becomes by one input, and what is to be done about it, in order. Pure and total: any input may come
 * in any state. Every request is answered once or the connection ends (I7); after a `close` effect nothing is sent.
 * `now` is monotonic, in milliseconds.
 */
export function step(connection: Connection, input: Input, now: number): Step {
  if (connection.state === 'closing') return afterwards(connection, input);
  return release(react(connection, input, now));
}

function react(connection: Open, input: Input, now: number): Outcome {
  switch (input.input) {
    case 'frame':
      return onFrame(connection, input.frame, now);
    case 'verified':
      return onVerified(connection, input.serial, input.result);
    case 'join-answered':
      return connection.state === 'joining' && connection.join.serial === input.serial
        ? onJoinAnswered(connection, input.reply)
        : unchanged(connection);
    case 'prepared':
      return connection.state === 'preparing' && connection.join.serial === input.serial
        ? onPrepared(connection, input)
        : unchanged(connection);
    case 'unprepared':
      return connection.state === 'preparing' && connection.join.serial === input.serial
        ? onUnprepared(connection)
        : unchanged(connection);
    case 'commanded':
      return connection.state === 'joined'
        ? onCommanded(connection, input.serial, input.reply)
        : unchanged(connection);
    case 'timer':
      return onTimer(connection, input.timer);
    case 'ended':
      return onEnded(connection, input.why);
    case 'goodbye':
      return announce(connection, input);
    case 'close':
      return end(connection, input.reason, input);
    case 'degraded':
      return connection.state === 'awaiting-hello' || connection.state === 'verifying'
        ? unchanged(connection)
        : answer(connection, { type: 'degraded', degraded: input.degraded });
    case 'gone':
      return onGone(connection);
  }
}

/** Frames that waited are handled in their order, until one of them makes the rest wait again. */
function release({ connection, effects, held = [] }: Outcome): Step {
  let now: Step = { connection, effects };
  for (const frame of held) {
    if (now.connection.state === 'closing') break;
    const then = route(now.connection, frame);
    now = { connection: then.connection, effects: [...now.effects, ...then.effects] };
  }
  return now;
}

function onVerified(connection: Open, serial: number, result: Verification): Outcome {
  switch (connection.state) {
    case 'awaiting-hello':
      return unchanged(connection);
    case 'verifying':
      return connection.serial === serial ? onHelloVerified(connection, result) : unchanged(connection);
    default:
      return onRefreshVerified(connection, serial, result);
  }
}

function onTimer(connection: Open, timer: TimerName): Outcome {
  switch (timer) {
    case 'hello':
      return connection.state === 'awaiting-hello' ? end(connection, 'slow_consumer') : unchanged(connection);
    case 'resume':
      return onResumeDue(connection);
    case 'token':
      return end(connection, 'token_expired');
  }
}

function onEnded(connection: Open, why: SessionEnd): Outcome {
  if (connection.state === 'joined') return onJoinedEnded(connection, why);
  return connection.state === 'preparing' ? endSeated(connection, why) : unchanged(connection);
}

function announce(
  connection: Open,
  { reason, retryAfterMs }: Input & { readonly input: 'goodbye' },
): Outcome {
  if (connection.told === reason) return unchanged(connection);
  return answer({ ...connection, told: reason }, goodbye(reason, retryAfterMs));
}

function onGone(connection: Open): Outcome {
  const seat = seatOf(connection);
  const effects: Effect[] = seat === undefined ? [] : [{ do: 'unseat', seat, disconnected: true }];
  return { connection: closed(connection), effects };
}

function afterwards(connection: Closing, input: Input): Step {
  return input.input === 'join-answered'
    ? onOrphanAnswered(connection, input.serial, input.reply)
    : unchanged(connection);
}
