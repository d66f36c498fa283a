import { shielded } from './attempt.js';
import type { Wire } from './open-socket.js';
import type { SendResult } from './port.js';
import type { UwsWebSocket } from './uws-binding.js';

/** A uWebSockets.js connection as a Wire. */
export interface UwsWire extends Wire {
  /** Told when the buffer has emptied: carries out an `end` that waited for it, and says whether there was one. */
  endPending(): boolean;
}

const results: readonly SendResult[] = ['queued', 'sent', 'dropped'];

/** Wraps `ws`; every method throws once the binary has told `close`, so nobody may call them then. */
export function uwsWire<D>(ws: UwsWebSocket<D>): UwsWire {
  let pending: (() => void) | undefined;
  return {
    write: (bytes, binary) => results[ws.send(bytes, binary, false)] ?? 'dropped',
    buffered: () => ws.getBufferedAmount(),
    batch: (sends) => corked(ws, sends),
    end(code, reason) {
      // `end` behind a stalled reader never arrives, and afterwards the binary lets nobody cut the connection.
      // So it waits for an empty buffer, and until then `cut` still can.
      const end = (): void => ws.end(code, reason);
      if (ws.getBufferedAmount() > 0) pending = end;
      else end();
    },
    cut: () => ws.close(),
    endPending() {
      const end = pending;
      pending = undefined;
      end?.();
      return end !== undefined;
    },
  };
}

/** A throw inside the native `cork` ends the process, so it is carried around it. */
function corked<D>(ws: UwsWebSocket<D>, sends: () => void): void {
  const thrown: unknown[] = [];
  ws.cork(shielded(sends, (error) => void thrown.push(error)));
  if (thrown.length > 0) throw thrown[0];
}
