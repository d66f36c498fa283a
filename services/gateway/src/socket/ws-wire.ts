import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';

import type { Wire } from './open-socket.js';

/** A connection of `ws` as a Wire; `flushed` is called whenever all that was handed over has left the process. */
export function wsWire(ws: WebSocket, stream: Duplex, flushed: () => void): Wire {
  let corkedClear = false;
  const written = (error?: Error | null): void => {
    if (!error && ws.bufferedAmount === 0) flushed();
  };
  return {
    write(bytes, binary) {
      if (ws.readyState !== ws.OPEN) return 'dropped';
      // `ws` keeps what the system does not take at once, by reference; the caller may reuse its bytes.
      ws.send(Uint8Array.from(bytes), { binary, compress: false }, written);
      return corkedClear || ws.bufferedAmount === 0 ? 'sent' : 'queued';
    },
    buffered: () => ws.bufferedAmount,
    batch(sends) {
      const outermost = !corkedClear && ws.bufferedAmount === 0;
      stream.cork();
      if (outermost) corkedClear = true;
      try {
        sends();
      } finally {
        if (outermost) corkedClear = false;
        stream.uncork();
      }
    },
    end: (code, reason) => ws.close(code, Buffer.from(reason)),
    cut: () => ws.terminate(),
  };
}
