import type { WebSocketConstructor, WebSocketLike } from '@parley/client';
import type { ClientSocket, MemorySockets } from './memory-sockets.js';

/** Where a simulated client's WebSockets lead. */
export interface ClientNetwork {
  /** For the SDK. */
  readonly WebSocket: WebSocketConstructor;
  /** Cuts every socket of this client. */
  cut(): void;
}

/** What it works with. */
export interface ClientNetworkDeps {
  readonly sockets: MemorySockets;
  /** The gateway that the next connection reaches, as a load balancer would choose it. */
  pick(): string;
}

/** Browser WebSockets over the simulated network, all to one address. */
export function createClientNetwork({ sockets, pick }: ClientNetworkDeps): ClientNetwork {
  const open = new Set<ClientSocket>();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  class SimulatedWebSocket implements WebSocketLike {
    onopen: WebSocketLike['onopen'] = null;
    onmessage: WebSocketLike['onmessage'] = null;
    onclose: WebSocketLike['onclose'] = null;
    onerror: WebSocketLike['onerror'] = null;
    readonly #socket: ClientSocket;

    constructor(url: string) {
      const socket = sockets.connect(pick(), new URL(url).search.slice(1), {
        opened: () => this.onopen?.({} as never),
        message: (bytes) => this.onmessage?.({ data: decoder.decode(bytes) } as never),
        closed: (code) => {
          open.delete(socket);
          this.onclose?.({ code } as never);
        },
      });
      open.add(socket);
      this.#socket = socket;
    }

    send(data: string): void {
      this.#socket.send(encoder.encode(data));
    }

    close(code = 1000): void {
      this.#socket.close(code);
    }
  }
  return { WebSocket: SimulatedWebSocket, cut: () => [...open].forEach((socket) => socket.cut()) };
}
