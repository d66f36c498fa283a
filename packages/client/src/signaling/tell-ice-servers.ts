import type { IceServer } from '@parley/protocol';
import type { Session } from './session.js';

/** Keeps the ICE servers that the server told, and tells the application. */
export function tellIceServers(session: Session, iceServers: readonly IceServer[]): void {
  session.iceServers = iceServers;
  session.emit('iceServers', iceServers);
}
