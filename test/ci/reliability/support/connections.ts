import type { WebSocketConstructor } from '@parley/client';
import { WebSocket } from 'ws';

/** As much of a frame as tells what it is. */
const HEAD_BYTES = 80;

/** How clients went that were told that their gateway drains. */
export interface Departures {
  /** When each connection that was told goodbye ended, in ms of `performance.now()`. */
  readonly closedAt: readonly number[];
  /** For each client, from the goodbye until it was joined by its next connection, in ms. */
  readonly resumeMs: readonly number[];
}

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
  /** Since `mark`. */
  departures(): Departures;
}

/** Counts connections from the outside: nothing of what the SDK says of itself is believed here. */
export function countConnections(): Connections {
  const present = new Map<number, string>();
  const opened = new Map<number, number>();
  const closings = new Map<number, number>();
  const closedAt: number[] = [];
  const resumeMs: number[] = [];
  return {
    socketOf: (client) => {
      let toldAt: number | undefined;
      const opens = (url: string): void => {
        present.set(client, new URL(url).host);
        opened.set(client, (opened.get(client) ?? 0) + 1);
      };
      const ends = (code: number, wasTold: boolean): void => {
        closings.set(code, (closings.get(code) ?? 0) + 1);
        if (wasTold) closedAt.push(performance.now());
      };
      const joins = (): void => {
        if (toldAt !== undefined) resumeMs.push(performance.now() - toldAt);
        toldAt = undefined;
      };
      class Counted extends WebSocket {
        constructor(url: string, protocols?: string | string[]) {
          super(url, protocols);
          let wasTold = false;
          this.on('message', (data: Buffer) => {
            const head = data.toString('latin1', 0, HEAD_BYTES);
            if (head.startsWith('{"type":"reply"') && head.includes('"you":')) joins();
            if (!head.startsWith('{"type":"goodbye","code":4200')) return;
            wasTold = true;
            toldAt = performance.now();
          });
          this.once('open', () => {
            opens(url);
            this.once('close', (code: number) => ends(code, wasTold));
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
      closedAt.length = 0;
      resumeMs.length = 0;
    },
    closings: () => Object.fromEntries(closings),
    departures: () => ({ closedAt, resumeMs }),
  };
}
