import type { WebSocketConstructor, WebSocketLike } from '../ports.js';

const SUBPROTOCOL = 'parley.v1';

/** What a socket tells; `closed` comes once, also for one that never opened (1006), and nothing after `closeSocket`. */
export interface SocketEvents {
  opened(): void;
  frame(text: string): void;
  closed(code: number): void;
}

/** Opens a WebSocket. Throws what its constructor throws. */
export function openSocket(
  WebSocket: WebSocketConstructor,
  url: string,
  events: SocketEvents,
): WebSocketLike {
  const socket = new WebSocket(url, SUBPROTOCOL);
  socket.onopen = events.opened;
  // Without a listener some implementations throw errors at the process.
  socket.onerror = () => undefined;
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    if (typeof data === 'string') events.frame(data);
  };
  socket.onclose = ({ code }: { readonly code?: number }) => events.closed(code ?? 1006);
  return socket;
}

/** Closes a WebSocket, of which nothing is heard any more. */
export function closeSocket(socket: WebSocketLike): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close(1000);
}
