import type { WebSocketConstructor } from '../ports.js';

const SUBPROTOCOL = 'parley.v1';

/** One WebSocket, of which nothing is heard any more once it was closed by us. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

/** What a socket tells; `closed` comes once, also for one that never opened (1006), and never after `close`. */
export interface SocketEvents {
  opened(): void;
  frame(text: string): void;
  closed(code: number): void;
}

/** Opens a WebSocket. Throws what its constructor throws. */
export function openSocket(WebSocket: WebSocketConstructor, url: string, events: SocketEvents): Socket {
  const socket = new WebSocket(url, SUBPROTOCOL);
  const detach = (): void => {
    socket.onopen = socket.onmessage = socket.onclose = null;
  };
  socket.onopen = () => events.opened();
  // Without a listener some implementations throw errors at the process.
  socket.onerror = () => undefined;
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    if (typeof data === 'string') events.frame(data);
  };
  socket.onclose = ({ code }: { readonly code?: number }) => {
    detach();
    events.closed(code ?? 1006);
  };
  return {
    send: (text) => socket.send(text),
    close() {
      detach();
      socket.close(1000);
    },
  };
}
