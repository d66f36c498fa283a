import type { WebSocketConstructor } from './ports.js';

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
  const ignore = (): void => undefined;
  const detach = (): void => {
    // Without a listener some implementations throw errors at the process.
    Object.assign(socket, { onopen: null, onmessage: null, onclose: null, onerror: ignore });
  };
  socket.onopen = () => events.opened();
  socket.onerror = ignore;
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
