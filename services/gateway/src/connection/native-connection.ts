import { encodeFrame } from '@parley/protocol';
import type { Cancel } from '@parley/kit';
import type { Admitted } from '../admission/admission.js';
import type { IceSupply } from '../ice/ice-servers.js';
import type { LiveConnection } from '../live-connections.js';
import type { GatewayParts } from '../parts.js';
import type { HeldSeat } from '../session/seat.js';
import type { Socket, SocketEvents } from '../socket/port.js';
import { readClientFrame } from './client-frame.js';
import type { Connection } from './connection.js';
import type { Effect } from './effect.js';
import type { Input, TimerName } from './input.js';
import { closed, goodbye } from './outcome.js';
import { openConnection, step } from './step.js';

/** One native connection: the machine's state, and what its effects have brought into being. */
export interface Native {
  readonly parts: GatewayParts;
  readonly socket: Socket;
  readonly prefix: string | undefined;
  readonly timers: Map<TimerName, Cancel>;
  readonly live: LiveConnection;
  connection: Connection;
  seat: HeldSeat | undefined;
  ice: IceSupply | undefined;
  /** When the latest frame came, and when the owner was last asked to join. */
  frameAt: number;
  askedAt: number;
  /** Code that we closed it with. */
  closedWith: number | undefined;
}

/** Runs one effect; what it brings about later comes back as an input. */
export type RunEffect = (native: Native, effect: Effect, feed: (input: Input) => void) => void;

/** A connection that said it resumes has to within this time (CONN-3). */
const RESUME_MS = 5_000;
const RETRY_MS = 1_000;

/**
 * Opens a native connection on a socket. The one place where the machine meets the world: inputs are handled one after
 * the other, also those that come while effects run, and a fault in one of them ends this connection alone.
 */
export function openNative(
  parts: GatewayParts,
  { hinted, prefix }: Admitted,
  { socket, run }: { readonly socket: Socket; readonly run: RunEffect },
): SocketEvents {
  const inputs: Input[] = [];
  const native: Native = {
    parts,
    socket,
    prefix,
    timers: new Map(),
    live: {
      dialect: 'native',
      goodbye: (reason, retryAfterMs) => {
        parts.telemetry.count('parley_gateway_moves_total', { reason });
        feed({ input: 'goodbye', reason, retryAfterMs });
      },
      close: (reason) => feed({ input: 'close', reason }),
      degraded: (degraded) => feed({ input: 'degraded', degraded }),
    },
    connection: openConnection(parts.rules, hinted, parts.clock.now()),
    seat: undefined,
    ice: undefined,
    frameAt: 0,
    askedAt: 0,
    closedWith: undefined,
  };
  let busy = false;
  const feed = (input: Input): void => {
    inputs.push(busy ? keep(input) : input);
    if (busy) return;
    busy = true;
    try {
      for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
        advance(native, next, (effect) => run(native, effect, feed));
      }
    } catch (error) {
      inputs.length = 0;
      failed(native, error);
    } finally {
      busy = false;
    }
  };
  parts.connections.add(native.live);
  arm(native, 'hello', parts.config.helloMs, feed);
  if (hinted) arm(native, 'resume', RESUME_MS, feed);
  return {
    message: (bytes, binary) => {
      native.frameAt = parts.clock.now();
      feed({ input: 'frame', frame: readClientFrame(bytes, binary, parts.config.limits.messageBytes) });
    },
    drained: () => native.seat?.drained(),
    closed: (code) => {
      parts.connections.remove(native.live, native.closedWith ?? code);
      feed({ input: 'gone' });
      release(native);
    },
  };
}

/** Sets one of the connection's timers in the place of an earlier one. */
export function arm(native: Native, timer: TimerName, ms: number, feed: (input: Input) => void): void {
  native.timers.get(timer)?.();
  native.timers.set(
    timer,
    native.parts.clock.after(ms, () => feed({ input: 'timer', timer })),
  );
}

/**
 * A frame was dropped. Behind a full buffer the client is slow and is closed for it (CLOSE-3); with nothing buffered the
 * socket was closed already, and the news of it is on its way.
 */
export function onDropped({ socket }: Pick<Native, 'socket'>, feed: (input: Input) => void): void {
  if (socket.buffered > 0) return feed({ input: 'close', reason: 'slow_consumer' });
  feed({ input: 'gone' });
  socket.terminate();
}

/** Everything that only lives as long as the connection. */
export function release(native: Native): void {
  for (const cancel of native.timers.values()) cancel();
  native.timers.clear();
  native.ice?.stop();
  native.seat?.stop();
}

function advance(native: Native, input: Input, run: (effect: Effect) => void): void {
  const { connection, effects } = step(native.connection, input, native.parts.clock.now());
  native.connection = connection;
  if (effects.length === 1 && effects[0] !== undefined) run(effects[0]);
  else if (effects.length > 1) native.socket.batch(() => effects.forEach(run));
}

/** A fault of our own: the participant may resume at once, and nobody else notices. */
function failed(native: Native, error: unknown): void {
  const { telemetry, copies } = native.parts;
  telemetry.count('parley_gateway_faults_total', { place: 'connection' });
  telemetry.log('error', 'connection-fault', { reason: error instanceof Error ? error.name : typeof error });
  const { connection, seat } = native;
  if (seat !== undefined && 'seat' in connection) copies.detach(connection.seat.room, seat, true);
  release(native);
  if (connection.state !== 'closing') native.connection = closed(connection);
  const header = goodbye('internal', RETRY_MS);
  telemetry.count('parley_gateway_goodbyes_total', { reason: header.reason });
  native.closedWith = header.code;
  native.socket.send(encodeFrame(header), false);
  native.socket.close(header.code, header.reason);
}

/** A payload is a view of the driver's buffer, valid only in the call that brought it. */
function keep(input: Input): Input {
  if (input.input !== 'frame' || !input.frame.ok || input.frame.payload === undefined) return input;
  return { ...input, frame: { ...input.frame, payload: input.frame.payload.slice() } };
}
