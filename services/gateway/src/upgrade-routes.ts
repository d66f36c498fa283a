import { CLOSE_CODES, encodeFrame, ERRORS, isRoomName } from '@parley/protocol';
import type { CloseReason } from '@parley/protocol';
import { openNative } from './connection/native-connection.js';
import { goodbye } from './connection/outcome.js';
import { runEffect } from './connection/run-effect.js';
import { openPlain, PLAIN_LOBBY } from './dialects/plain.js';
import type { GatewayParts } from './parts.js';
import type {
  HttpAnswer,
  RequestHead,
  Socket,
  SocketEvents,
  UpgradeDecision,
  UpgradeRoute,
} from './socket/port.js';

/** Where native clients connect, and what they speak. */
export const NATIVE_PATH = '/v1/connect';
/** The subprotocol of version 1. */
export const SUBPROTOCOL = 'parley.v1';
/** Where plain clients connect. */
export const PLAIN_PATH = '/signaling';

const encoder = new TextEncoder();
const DEAF: SocketEvents = { message: () => undefined, drained: () => undefined, closed: () => undefined };

/** The paths that upgrade: the native one, and the plain one where it is served (PLAIN-6). */
export function upgradeRoutes(parts: GatewayParts): UpgradeRoute[] {
  const turnAway = (query: string): HttpAnswer | undefined => parts.admission.turnAway(query);
  const native: UpgradeRoute = {
    path: NATIVE_PATH,
    subprotocols: [SUBPROTOCOL],
    turnAway,
    decide: (head) => decideNative(parts, head),
  };
  const plain: UpgradeRoute = {
    path: PLAIN_PATH,
    subprotocols: [],
    turnAway,
    decide: (head) => decidePlain(parts, head),
  };
  return parts.config.plain ? [native, plain] : [native];
}

function decideNative(parts: GatewayParts, head: RequestHead): UpgradeDecision {
  const judgement = parts.admission.judge(head);
  if ('refuse' in judgement) return judgement;
  if ('tell' in judgement) {
    const { tell, retryAfterMs } = judgement;
    return { accept: (socket) => sayGoodbye(socket, encodeFrame(goodbye(tell, retryAfterMs)), tell) };
  }
  return { accept: (socket) => openNative(parts, judgement.admit, { socket, run: runEffect }) };
}

function decidePlain(parts: GatewayParts, head: RequestHead): UpgradeDecision {
  const room = new URLSearchParams(head.query).get('room') ?? PLAIN_LOBBY;
  if (!isRoomName(room))
    return { refuse: { status: 400, body: 'room: 1 to 128 bytes without control characters\n' } };
  const judgement = parts.admission.judge(head);
  if ('refuse' in judgement) return judgement;
  if ('admit' in judgement) return { accept: (socket) => openPlain(parts, room, socket) };
  const code = judgement.tell === 'rate_limited' ? 'rate_limited' : 'unavailable';
  const error = { type: 'error', code, message: ERRORS[code].meaning, retryAfterMs: judgement.retryAfterMs };
  return { accept: (socket) => sayGoodbye(socket, encoder.encode(JSON.stringify(error)), judgement.tell) };
}

/** CONN-2: browsers cannot read an HTTP answer, so the refusal is told on a socket that is closed at once. */
function sayGoodbye(socket: Socket, frame: Uint8Array, reason: CloseReason): SocketEvents {
  socket.send(frame, false);
  socket.close(CLOSE_CODES[reason].code, reason);
  return DEAF;
}
