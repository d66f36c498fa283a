import type { Cancel } from '@parley/kit';

import { attempt } from './attempt.js';
import { CLOSE_MS } from './driver-context.js';
import type { DriverContext } from './driver-context.js';
import type { SendResult, Socket, SocketEvents } from './port.js';

/** What a driver can do with one connection. Never called once the driver has told `closed`. */
export interface Wire {
  write(bytes: Uint8Array, binary: boolean): SendResult;
  buffered(): number;
  batch(sends: () => void): void;
  /** Starts the close handshake behind what is buffered. */
  end(code: number, reason: Uint8Array): void;
  cut(): void;
}

/** What a driver tells of one connection. All may be called at any time; nothing here throws. */
export interface OpenSocket {
  /** Runs `accept`. Called once, before the others, when the driver is ready for whatever it does with the socket. */
  open(): void;
  message(bytes: Uint8Array, binary: boolean): void;
  /** The buffer has emptied. */
  flushed(): void;
  /** The driver has begun to close the connection itself (a protocol error): no more sends, and the cut is armed. */
  ending(): void;
  closed(code: number): void;
  cut(): void;
}

const MAX_REASON_BYTES = 123;

interface Life {
  phase: 'open' | 'closing' | 'gone';
  /** A send said `queued` and `drained` has not been told since. */
  awaitsDrain: boolean;
}

/**
 * The life of one socket, the same on every driver: `accept` first, nothing after `closed`, `closed` once and never
 * inside a call of the socket's own methods; faults close with 1011 (U2); a close is cut after 2 s.
 */
export function openSocket(
  wire: Wire,
  accept: (socket: Socket) => SocketEvents,
  context: DriverContext,
): OpenSocket {
  const life: Life = { phase: 'open', awaitsDrain: false };
  const ends = endings(wire, life, context);
  let events: SocketEvents | undefined;
  const run = <T>(where: string, call: () => T | PromiseLike<T>, done: (value: T) => void = ignore): void =>
    attempt(call, done, (error) => {
      context.fault(where, error);
      ends.shut(1011, 'internal error');
    });
  return {
    open() {
      const socket = socketOf(wire, life, { ...ends, context });
      run(
        'open',
        () => accept(socket),
        (accepted) => void (events = accepted),
      );
    },
    message(bytes, binary) {
      if (life.phase === 'open' && events !== undefined) run('message', () => events?.message(bytes, binary));
    },
    flushed() {
      if (life.phase !== 'open' || !life.awaitsDrain) return;
      life.awaitsDrain = false;
      run('drained', () => events?.drained());
    },
    ending: ends.ending,
    closed(code) {
      if (life.phase === 'gone') return;
      life.phase = 'gone';
      ends.disarm();
      queueMicrotask(() => run('closed', () => events?.closed(code)));
    },
    cut: ends.cut,
  };
}

interface Endings {
  /** Cuts the connection, now. */
  cut(): void;
  /** No more sends; cut in 2 s. */
  ending(): void;
  /** Starts the close handshake; cut in 2 s. */
  shut(code: number, reason: string): void;
  /** The connection is gone: nothing is left to cut. */
  disarm(): void;
}

function endings(wire: Wire, life: Life, { clock }: DriverContext): Endings {
  let cancelCut: Cancel | undefined;
  const cut = (): void => {
    if (life.phase === 'gone') return;
    life.phase = 'closing';
    wire.cut();
  };
  const ending = (): void => {
    if (life.phase !== 'open') return;
    life.phase = 'closing';
    cancelCut = clock.after(CLOSE_MS, cut);
  };
  return {
    cut,
    ending,
    shut(code, reason) {
      if (life.phase !== 'open') return;
      ending();
      wire.end(code, reasonBytes(reason));
    },
    disarm: () => cancelCut?.(),
  };
}

/** What the application gets. */
function socketOf(
  wire: Wire,
  life: Life,
  { shut, cut, context }: Pick<Endings, 'shut' | 'cut'> & { readonly context: DriverContext },
): Socket {
  const { maxBufferedBytes } = context.limits;
  return {
    send(bytes, binary) {
      if (life.phase !== 'open') return 'dropped';
      const wanted = wire.buffered() + bytes.byteLength;
      if (wanted > maxBufferedBytes) return 'dropped';
      const result = wire.write(bytes, binary);
      if (result === 'queued') {
        life.awaitsDrain = true;
        context.buffered(wanted / maxBufferedBytes);
      }
      return result;
    },
    batch: (sends) => (life.phase === 'open' ? wire.batch(sends) : sends()),
    get buffered() {
      return life.phase === 'gone' ? 0 : wire.buffered();
    },
    close: (code, reason) => shut(isClosable(code) ? code : 1011, reason),
    terminate: cut,
  };
}

const ignore = (): void => undefined;

/** What an application may send, and the 1011 of our own faults. */
const isClosable = (code: number): boolean =>
  code === 1000 || code === 1011 || (Number.isInteger(code) && code >= 3000 && code <= 4999);

/** UTF-8, cut at a character to what a close frame holds. */
function reasonBytes(reason: string): Uint8Array {
  const bytes = Buffer.from(reason);
  if (bytes.length <= MAX_REASON_BYTES) return bytes;
  let end = MAX_REASON_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
