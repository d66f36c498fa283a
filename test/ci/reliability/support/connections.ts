import type { WebSocketConstructor } from '@parley/client';
import { WebSocket } from 'ws';

/** Every connection of some clients. */
export interface Connections {
  /** For one client: a WebSocket whose connections are counted here. */
  socketOf(client: number): WebSocketConstructor;
  /** How many clients have their latest open connection at this gateway (`http://…`). */
  at(url: string): number;
  /** How many clients have opened a further connection since `mark`. */
  moved(): number;
  mark(): void;
  /** How often a connection that had been open ended with a code, since `mark`. */
  closings(): Readonly<Record<string, number>>;
}

/** Counts connections from the outside: nothing of what the SDK says of itself is believed here. */
export function countConnections(): Connections {
  const present = new Map<number, string>();
  const opened = new Map<number, number>();
  const closings = new Map<number, number>();
  return {
    socketOf: (client) => {
      const open = (url: string): void => {
        present.set(client, new URL(url).host);
        opened.set(client, (opened.get(client) ?? 0) + 1);
      };
      class Counted extends WebSocket {
        constructor(url: string, protocols?: string | string[]) {
          super(url, protocols);
          this.once('open', () => {
            open(url);
            this.once('close', (code: number) => void closings.set(code, (closings.get(code) ?? 0) + 1));
          });
        }
      }
      return Counted;
    },
    at: (url) => [...present.values()].filter((host) => host === new URL(url).host).length,
    moved: () => opened.size,
    mark() {
      opened.clear();
      closings.clear();
    },
    closings: () => Object.fromEntries(closings),
  };
}
