import { CLOSE_CODES } from '@parley/protocol';
import type { CloseReason } from '@parley/protocol';
import type { RoomRef } from '@parley/protocol/internal';
import type { LiveConnection } from './live-connections.js';
import { log } from './logs.js';
import type { GatewayParts } from './parts.js';

/** What one connection leaves in the log: one line for each step of its life. */
export interface ConnectionLog {
  /** In all of its lines: the gateway's id and the connection's number there. */
  readonly id: string;
  /** Frames, counted by who has the socket. */
  received: number;
  sent: number;
  hello(result: string, app: string | undefined): void;
  joined(seat: JoinedAs): void;
  refused(room: RoomRef, error: string): void;
  moved(reason: CloseReason, retryAfterMs: number): void;
  /** `ours`: the code that we closed it with, if we did; `code`: what the socket says. */
  closed(ours: number | undefined, code: number): void;
}

/** What a join made of a connection. */
export interface JoinedAs {
  readonly room: RoomRef;
  readonly you: string;
  readonly n: number;
  readonly resumed: boolean;
}

const REASONS: ReadonlyMap<number, string> = new Map(
  Object.entries(CLOSE_CODES).map(([reason, { code }]) => [code, reason]),
);
/** The peer vanished: no close frame came. */
const ABNORMAL = 1006;

/** Begins it, for a connection that was just counted among the live ones. */
export function openConnectionLog(
  { self, connections, clock, telemetry }: Pick<GatewayParts, 'self' | 'connections' | 'clock' | 'telemetry'>,
  { dialect, hinted }: { readonly dialect: LiveConnection['dialect']; readonly hinted: boolean },
): ConnectionLog {
  const connection = `${self}.${connections.opened()}`;
  const openedAt = clock.now();
  let seat: JoinedAs | undefined;
  log(telemetry, 'connection-opened', { connection, dialect, hinted });
  const lines: ConnectionLog = {
    id: connection,
    received: 0,
    sent: 0,
    hello: (result, app) => log(telemetry, 'connection-hello', { connection, app, result }),
    joined: (as) => {
      seat = as;
      const { room, you: participant, n, resumed } = as;
      log(telemetry, 'connection-joined', { connection, ...placeOf(room), participant, n, resumed });
    },
    refused: (room, error) => log(telemetry, 'connection-refused', { connection, ...placeOf(room), error }),
    moved: (reason, retryAfterMs) => log(telemetry, 'connection-moved', { connection, reason, retryAfterMs }),
    closed: (ours, code) => {
      const reason = (ours !== undefined && REASONS.get(ours)) || (code === ABNORMAL ? 'lost' : 'client');
      const { received, sent } = lines;
      const had = { app: seat?.room.app, room: seat?.room.room, participant: seat?.you };
      const ms = Math.round(clock.now() - openedAt);
      log(telemetry, 'connection-closed', {
        ...{ connection, code: ours ?? code, reason, ms, received, sent },
        ...had,
      });
    },
  };
  return lines;
}

function placeOf({ app, room }: RoomRef): RoomRef {
  return { app, room };
}
